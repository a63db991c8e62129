"""How wide a text is, so that nothing overlaps and nothing is cut: advance widths of the font, kerning left out."""

from __future__ import annotations

import re
from functools import lru_cache

import matplotlib
from matplotlib.font_manager import FontProperties, findfont, get_font
from matplotlib.ft2font import LoadFlags

from eisfit.plots.labels import shown

_UNIT = 1000
ELLIPSIS = "…"


@lru_cache(maxsize=4096)
def _advance(character: str, family: str, bold: bool) -> float:
    """Advance of one character in a font of 1 pt, points."""
    font = get_font(findfont(FontProperties(family=family, weight="bold" if bold else "normal")))
    font.set_size(_UNIT, 72)
    return float(font.load_char(ord(character), flags=LoadFlags.NO_HINTING).linearHoriAdvance) / 65536 / _UNIT


def width_of(text: str, size: float, *, bold: bool = False, math: bool = False) -> float:
    """Width of a line of text in points; with `math`, mathtext counts as its letters."""
    name = matplotlib.rcParams["font.family"][0]
    letters = re.sub(r"\\math[a-z]+|[\\{}$_^]", "", text) if math else shown(text)
    return size * sum(_advance(c, name, bold) for c in letters)


def shortened(text: str, width: float, size: float, *, bold: bool = False) -> str:
    """The text, or its beginning and its end around an ellipsis where it is wider than `width` points."""
    if not text or width_of(text, size, bold=bold) <= width:
        return text
    low, high = 0, len(text)
    while low < high:
        middle = (low + high + 1) // 2
        fits = width_of(_cut(text, middle), size, bold=bold) <= width
        low, high = (middle, high) if fits else (low, middle - 1)
    return _cut(text, low)


def _cut(text: str, keep: int) -> str:
    head = (keep + 1) // 2
    return text[:head] + ELLIPSIS + text[len(text) - (keep - head) :]


def wrapped(text: str, width: float, size: float, *, bold: bool = False) -> list[str]:
    """The text as lines no wider than `width` points; words that are wider themselves are broken."""
    lines: list[str] = []
    room = 0.0
    space = width_of(" ", size, bold=bold)
    for word in (piece for w in text.split() for piece in _pieces(w, width, size, bold)):
        need = width_of(word, size, bold=bold)
        if lines and need + space <= room:
            lines[-1] += " " + word
            room -= need + space
        else:
            lines.append(word)
            room = width - need
    return lines or [""]


def _pieces(word: str, width: float, size: float, bold: bool) -> list[str]:
    """A word, in pieces where it is too wide for a line (a path without spaces, say)."""
    out = []
    while width_of(word, size, bold=bold) > width:
        k = max(int(width / (width_of(word, size, bold=bold) / len(word))), 1)
        while k > 1 and width_of(word[:k], size, bold=bold) > width:
            k -= 1
        out.append(word[:k])
        word = word[k:]
    return [*out, word]
