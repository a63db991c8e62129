"""The texts of a page: lines with their places, kept apart from the drawing and set into the PDF by ourselves.

matplotlib lays out every text by itself, about a millisecond each and a hundred to a page. A line here is one show
operator of PDF: quick, and easy to search and to copy.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Literal, NamedTuple

from eisfit.report._face import BOLD, ITALIC, UPRIGHT

Align = Literal["left", "center", "right"]
SHARE = {"left": 0.0, "center": 0.5, "right": 1.0}
SUBSCRIPT, DROP = 0.72, 0.16
"""Size of a subscript, and how far it hangs, in sizes of the text."""


class Written(NamedTuple):
    """One line of text: its baseline in points from the lower left corner of the page, and how it looks.

    `side` says which part of the line stands at that point; an upright line runs from below to above. `math`: symbols
    in `$...$` as of mathtext, with subscripts.
    """

    x: float
    y: float
    text: str
    size: float
    color: str
    bold: bool = False
    side: Align = "left"
    math: bool = False
    upright: bool = False


class Ink:
    """All texts of one page."""

    def __init__(self) -> None:
        self.lines: list[Written] = []


class Run(NamedTuple):
    """A piece of a line in one face: size and drop in sizes of the line."""

    text: str
    face: str
    size: float = 1.0
    drop: float = 0.0


_TOKEN = re.compile(r"\\math(?:rm|it|bf)|\\sigma|\\(?P<sign>[$#%_{}])|(?P<open>\{)|(?P<close>\})|(?P<sub>_)|~|.")
_WORDS = {r"\sigma": "σ", "~": " "}


@lru_cache(maxsize=4096)
def runs(text: str, *, bold: bool = False, math: bool = False) -> tuple[Run, ...]:
    r"""The pieces of a line. Of mathtext what our labels are made of: letters, \mathrm{...}, _ and \sigma."""
    plain = BOLD if bold else UPRIGHT
    if not math:
        return (Run(text, plain),)
    out: list[Run] = []
    for k, part in enumerate(re.split(r"(?<!\\)\$", text)):
        out += _symbols(part) if k % 2 else [Run(part.replace(r"\$", "$"), plain)]
    return tuple(_joined(run for run in out if run.text))


def _symbols(text: str) -> Iterator[Run]:
    """A symbol with its subscript: letters alone lean, those in \\mathrm stand."""
    depth, below, size, drop = 0, False, 1.0, 0.0
    for match in _TOKEN.finditer(text):
        token = match[0]
        if match["open"]:
            depth += 1
        elif match["close"]:
            depth -= 1
        elif match["sub"]:
            below, size, drop = True, SUBSCRIPT, DROP
        elif not token.startswith(r"\math"):
            letter = match["sign"] or _WORDS.get(token, token)
            upright = depth > 0 or below or not letter.isalpha()
            yield Run(letter, UPRIGHT if upright else ITALIC, size, drop)


def _joined(pieces: Iterator[Run]) -> list[Run]:
    out: list[Run] = []
    for run in pieces:
        if out and out[-1][1:] == run[1:]:
            out[-1] = run._replace(text=out[-1].text + run.text)
        else:
            out.append(run)
    return out
