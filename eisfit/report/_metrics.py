"""How wide a text is, so that nothing overlaps and nothing is cut: the widths of the font, without kerning."""

from __future__ import annotations

from eisfit.plots.labels import shown
from eisfit.report._face import face_of
from eisfit.report._ink import runs

_EM = 1000
ELLIPSIS = "…"


def width_of(text: str, size: float, *, bold: bool = False, math: bool = False) -> float:
    """Width of a line of text in points."""
    total = 0.0
    for run in runs(text if math else shown(text), bold=bold, math=math):
        width = face_of(run.face).width
        total += run.size * sum(width(c) for c in run.text)
    return size * total / _EM


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
