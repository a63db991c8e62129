"""Every page as it is printed: no text over text, none outside of the page; ticks and legends are texts too."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pypdfium2 as pdfium
import pytest

from eisfit.report import write_report
from tests.report.conftest import MEASURED, STUDIES, WIDE, Made, long_study

TOUCH = 0.35
"""Share of the smaller of two letters that may be covered: boxes are a little larger than letters."""


def letters(page: Any) -> tuple[str, np.ndarray]:
    """The letters of a page and their boxes (N, 4): left, low, right, high in points."""
    text = page.get_textpage()
    raw = pdfium.raw
    signs = [chr(raw.FPDFText_GetUnicode(text, k)) for k in range(text.count_chars())]
    boxes = [text.get_charbox(k) for k, sign in enumerate(signs) if sign.strip()]
    return "".join(sign for sign in signs if sign.strip()), np.array(boxes, float).reshape(-1, 4)


def covered(boxes: np.ndarray) -> np.ndarray:
    """Pairs (K, 2) of letters of which one lies over another; of a ligature, two letters in one box, none."""
    order = np.argsort(boxes[:, 0])
    left, low, right, high = boxes[order].T
    found = [np.zeros((0, 2), np.int64)]
    ends = np.searchsorted(left, right)
    for step in range(1, int((ends - np.arange(len(ends))).max(initial=1)) + 1):
        a = np.flatnonzero(np.arange(len(ends)) + step < ends)
        b = a + step
        width, height = (
            np.minimum(right[a], right[b]) - left[b],
            np.minimum(high[a], high[b]) - np.maximum(low[a], low[b]),
        )
        areas = (right - left) * (high - low)
        least = np.maximum(np.minimum(areas[a], areas[b]), 1e-9)
        over = (width > 0) & (height > 0) & (width * height > TOUCH * least)
        found.append(np.column_stack([order[a[over]], order[b[over]]]))
    pairs = np.concatenate(found)
    ligature = (np.abs(pairs[:, 0] - pairs[:, 1]) == 1) & np.isclose(boxes[pairs[:, 0]], boxes[pairs[:, 1]]).all(axis=1)
    out: np.ndarray = pairs[~ligature]
    return out


def assert_tidy(document: Any) -> None:
    for number, page in enumerate(document, start=1):
        signs, boxes = letters(page)
        width, height = page.get_size()
        assert boxes[:, :2].min() >= 0, number
        assert boxes[:, 2].max() <= width, number
        assert boxes[:, 3].max() <= height, number
        said = [f"{signs[a]} over {signs[b]} at {boxes[a].round()}" for a, b in covered(boxes)[:8].tolist()]
        assert not said, (number, said)


@pytest.mark.parametrize("name", STUDIES)
def test_no_text_lies_over_text_or_leaves_the_page(name: str, reports: dict[str, Made]) -> None:
    assert_tidy(reports[name].document)


@pytest.mark.long
@pytest.mark.parametrize("name", [*WIDE, "si-half-cell", "li-symmetric", "lpscl-pellet", *MEASURED])
def test_nor_on_any_page_of_many_cells(name: str, tmp_path: Path, data: Path) -> None:
    assert_tidy(pdfium.PdfDocument(write_report(long_study(name, data), tmp_path / "report.pdf")))


def test_letters_over_each_other_are_seen() -> None:
    """The test itself: two boxes in one place, and two beside each other."""
    boxes = np.array([[0, 0, 4, 6.0], [4.5, 0, 8, 6.0], [1, 0, 5, 6.0], [20, 0, 24, 6.0], [20, 1, 24, 7.0]])
    assert {frozenset(pair) for pair in covered(boxes).tolist()} == {frozenset((0, 2)), frozenset((3, 4))}
