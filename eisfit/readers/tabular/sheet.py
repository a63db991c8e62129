"""A sheet of a workbook by its filled cells alone, and the text of the table that they are.

A cell in the last row or column of a sheet, by mistake or with intent, makes no table of a thousand million cells: wide
gaps between columns and rows become narrow ones.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime

from eisfit.readers.tabular.nested import tabbed

FREE = 4_000_000
"""Cells that a file of any size may hold."""
PER_BYTE = 4
"""Cells per byte of the file, beyond that: packed, the cells of measured numbers take more room."""
GAP = 20
"""Empty columns or rows beside each other that are kept."""

Row = Mapping[int, object]
"""The filled cells of a row by their columns, counted from 0."""


class TooLarge(ValueError):
    """More cells than a file of this size holds by measurement."""


class Room:
    """Counts the cells that are made of a file. Raises TooLarge when they are more than its size explains."""

    def __init__(self, size: int) -> None:
        self.most = max(FREE, PER_BYTE * size)
        self.used = 0

    def take(self, cells: int) -> None:
        """So many cells more."""
        self.used += cells
        if self.used > self.most:
            raise TooLarge(f"would fill more than {self.most} cells, far more than a file of its size holds")


def without_strays(rows: Iterable[tuple[int, Row]]) -> tuple[list[tuple[int, Row]], list[int]]:
    """The filled rows without single cells far below the others, and the numbers of these, counted from 0."""
    filled = [(number, row) for number, row in rows if row]
    strays: list[int] = []
    while len(filled) > 1 and len(filled[-1][1]) == 1 and filled[-1][0] - filled[-2][0] > GAP:
        strays.append(filled.pop()[0])
    return filled, strays


def text_of(filled: Sequence[tuple[int, Row]], room: Room) -> str:
    """Filled rows, by their numbers, as text with tabs between the cells; empty for a sheet without one."""
    if not filled:
        return ""
    places = _closer(sorted({column for _, row in filled for column in row}))
    lines = dict(zip((n for n, _ in filled), _closer([n for n, _ in filled]).values(), strict=True))
    width = 1 + max(places.values())
    room.take(width * len(filled))
    out: list[list[object]] = []
    for number, row in filled:
        out += [[None] * width for _ in range(lines[number] - len(out))]
        cells: list[object] = [None] * width
        for column, value in row.items():
            cells[places[column]] = _plain(value)
        out.append(cells)
    return tabbed(out)


def _closer(places: list[int]) -> dict[int, int]:
    """For each of some ascending places the one where it comes to lie when wide gaps are narrowed."""
    out: dict[int, int] = {}
    at, before = -1, -1
    for place in places:
        at += min(place - before, GAP + 1)
        out[place], before = at, place
    return out


def _plain(value: object) -> object:
    """Whole numbers without a point, midnight without its time, as they stand in the cell."""
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return int(value)
    if isinstance(value, datetime):
        return value
    return value if isinstance(value, date) or not hasattr(value, "isoformat") else str(value)
