"""The texts of a page as one artist: they are drawn where they stand, without the layout that movable texts need."""

from __future__ import annotations

from functools import lru_cache
from typing import Any, Literal, NamedTuple

import matplotlib
from matplotlib.artist import Artist
from matplotlib.font_manager import FontProperties
from matplotlib.text import Text

from eisfit.report._metrics import width_of

Align = Literal["left", "center", "right"]
_SHARE = {"left": 0.0, "center": 0.5, "right": 1.0}


class Written(NamedTuple):
    """One line of text: its baseline in points from the lower left corner of the page, and how it looks.

    `side` says which part of the line stands at that point; an upright line runs from below to above.
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


class Ink(Artist):
    """All texts of one page."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: list[Written] = []
        self.set_zorder(10)

    def draw(self, renderer: Any) -> None:
        """Write every line."""
        gc = renderer.new_gc()
        scale = self.figure.dpi / 72 if self.figure is not None else 1.0
        for line in self.lines:
            gc.set_foreground(line.color)
            width = _width(renderer, line, scale)
            shift = width * _SHARE[line.side]
            x = line.x * scale - (0.0 if line.upright else shift)
            y = line.y * scale - (shift if line.upright else 0.0)
            y = self.figure.bbox.height - y if renderer.flipy() and self.figure is not None else y
            font = _font(line.size, line.bold)
            renderer.draw_text(
                gc, x, y, line.text, font, 90.0 if line.upright else 0.0, ismath=line.math, mtext=plain_text()
            )
        gc.restore()


def without_ligatures(text: Text) -> None:
    """Set a text without ligatures: they need a font of their own in the file, and are harder to search for."""
    if hasattr(text, "set_fontfeatures"):  # matplotlib 3.11; older ones know no ligatures
        text.set_fontfeatures(("-liga", "-clig"))


@lru_cache(maxsize=1)
def plain_text() -> Text:
    """What a renderer asks for the features of the font."""
    text = Text()
    without_ligatures(text)
    return text


def _width(renderer: Any, line: Written, scale: float) -> float:
    if line.side == "left":
        return 0.0
    if line.math:
        return float(renderer.get_text_width_height_descent(line.text, _font(line.size, line.bold), True)[0])
    return width_of(line.text, line.size, bold=line.bold) * scale


@lru_cache(maxsize=64)
def _cached_font(family: tuple[str, ...], size: float, bold: bool) -> FontProperties:
    return FontProperties(family=list(family), size=size, weight="bold" if bold else "normal")


def _font(size: float, bold: bool) -> FontProperties:
    return _cached_font(tuple(matplotlib.rcParams["font.family"]), size, bold)
