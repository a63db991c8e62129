"""Every page as it is printed: no text over text, none outside of the page; ticks and legends are texts too."""

from __future__ import annotations

from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np
import pypdfium2 as pdfium
import pytest

from eisfit.report import write_report
from tests.report.conftest import STUDIES
from tests.studies import make_study

KINDS: dict[str, dict[str, Any]] = STUDIES | {
    "long": {"n": 40, "soc": False, "type": "symmetric", "name": "x" * 300},
    "blocking": {"n": 5, "type": "blocking", "record": False},
    "no fit": {"n": 5, "failed": range(5)},
}
TOUCH = 0.35
"""Share of the smaller of two letters that may be covered: boxes are a little larger than letters."""


class Letters:
    """The letters of a page: boxes (N, 4) left, low, right, high in points, and what they are."""

    def __init__(self, page: Any) -> None:
        text = page.get_textpage()
        boxes, self.signs = [], []
        for k in range(text.count_chars()):
            sign = text.get_text_range(k, 1)
            if sign.strip():
                boxes.append(text.get_charbox(k))
                self.signs.append(sign)
        self.boxes = np.array(boxes, float).reshape(-1, 4)

    def covered(self) -> list[str]:
        """Pairs of letters of which one lies over another."""
        found, order = [], np.argsort(self.boxes[:, 0])
        for at, i in enumerate(order.tolist()):
            for j in order[at + 1 :].tolist():
                if self.boxes[j, 0] >= self.boxes[i, 2]:
                    break
                ligature = abs(i - j) == 1 and np.allclose(self.boxes[i], self.boxes[j])
                if not ligature and _overlap(self.boxes[i], self.boxes[j]) > TOUCH:
                    found.append(f"{self.signs[i]} over {self.signs[j]} at {self.boxes[i].round()}")
        return found


def _overlap(a: np.ndarray, b: np.ndarray) -> float:
    """Area in common, as a share of the smaller box."""
    width = min(a[2], b[2]) - max(a[0], b[0])
    height = min(a[3], b[3]) - max(a[1], b[1])
    least = min((box[2] - box[0]) * (box[3] - box[1]) for box in (a, b))
    return width * height / least if width > 0 and height > 0 and least > 0 else 0.0


@pytest.mark.parametrize(
    "kind", [pytest.param(kind, marks=pytest.mark.long) if kind == "long" else kind for kind in KINDS]
)
def test_no_text_lies_over_text_or_leaves_the_page(kind: str, tmp_path: Path) -> None:
    document = pdfium.PdfDocument(write_report(make_study(**KINDS[kind]), tmp_path / "report.pdf"))
    for number, page in enumerate(document, start=1):
        letters = Letters(page)
        width, height = page.get_size()
        boxes = letters.boxes
        assert boxes[:, :2].min() >= 0, number
        assert boxes[:, 2].max() <= width, number
        assert boxes[:, 3].max() <= height, number
        assert not letters.covered(), (number, letters.covered()[:8])


def test_letters_over_each_other_are_seen() -> None:
    """The test itself: two boxes in one place, and two beside each other."""
    a, b, c = np.array([0, 0, 4, 6.0]), np.array([1, 0, 5, 6.0]), np.array([4.5, 0, 8, 6.0])
    over = {frozenset((i, j)) for (i, x), (j, y) in combinations(enumerate((a, b, c)), 2) if _overlap(x, y) > TOUCH}
    assert over == {frozenset((0, 1))}
