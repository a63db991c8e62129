"""Points between thousands: `100.000;12,3;-2,0` is 100 kHz where commas mark the decimals.

In a column all of whose points stand before three digits, beside cells with a decimal comma, the points are marks
between thousands. Where no comma tells, `1.000` above `500` may be either: the table is refused.
"""

from __future__ import annotations

import re
from itertools import islice, pairwise

from eisfit.errors import CorruptFile
from eisfit.readers.tabular.cells import split
from eisfit.readers.tabular.text import lines

GROUPS = re.compile(r"[-+−]?[1-9]\d{0,2}(?:\.\d{3})+(?:,\d*)?")
"""A number whose points may stand between thousands."""
WHOLE = re.compile(r"[-+−]?[1-9]\d{0,2}")
"""A number below 1000 that needs no such point."""
COMMA = re.compile(r"[-+−]?\d+,\d+(?:[eE][+-]?\d+)?")
DECIMAL = re.compile(r"[-+−]?(?:0,\d+|\d{4,},\d+|\d+,(?!\d{3}(?!\d))\d+(?:[eE][+-]?\d+)?|[\d.]+\.\d{3},\d*)")
"""A number whose comma marks the decimals for certain."""
FIRST = 400
"""Rows that show where the points stand."""
APART, NEAR = 100.0, 20.0
"""Neighbours differ by more than the first factor by decimal points, by less than the second with thousands."""


def without_points(data: bytes, start: int, delimiter: str | None, comma: bool, place: tuple[str, int]) -> bytes:
    """The data with the points between thousands taken out of its rows, which begin at `start`.

    Raises CorruptFile where points may mark thousands or decimals; `place` is the file and the line of the first row.
    """
    if delimiter is None or (comma and data.find(b".", start) < 0):
        return data
    rows = [[cell.strip() for cell in split(line.text, delimiter)] for line in islice(lines(data, start), FIRST)]
    columns = [i for i, column in enumerate(zip(*rows, strict=False)) if is_grouped(column)]
    if not columns:
        return data
    cells = [cell for row in rows for cell in row]
    if not comma or not any(map(COMMA.fullmatch, cells)):
        if any(jumps([row[i] for row in rows if len(row) > i]) for i in columns):
            raise ambiguous(rows, columns, place)
        return data
    if not any(map(DECIMAL.fullmatch, cells)):
        raise ambiguous(rows, columns, place)
    return data[:start] + b"\n".join(
        without(row, delimiter, columns) if b"." in row else row for row in data[start:].split(b"\n")
    )


def is_grouped(column: tuple[str, ...]) -> bool:
    """True where every point in a column stands before three digits, and there is one."""
    pointed = [cell for cell in column if "." in cell]
    return bool(pointed) and all(map(GROUPS.fullmatch, pointed))


def jumps(column: list[str]) -> bool:
    """True where a column is continuous with points between thousands alone: 1.000 above 500."""
    steps = [(a, b) for a, b in pairwise(column) if ("." in a) != ("." in b) and all(map(is_either, (a, b)))]
    return bool(steps) and all(map(is_jump, steps))


def is_either(cell: str) -> bool:
    return bool(GROUPS.fullmatch(cell) or WHOLE.fullmatch(cell)) and "," not in cell


def is_jump(step: tuple[str, str]) -> bool:
    """True for two neighbours that are far from each other by decimal points, and near with marks of thousands."""
    decimal = sorted(abs(float(cell.replace("−", "-").replace(".", "", cell.count(".") - 1))) for cell in step)
    grouped = sorted(abs(float(cell.replace("−", "-").replace(".", ""))) for cell in step)
    return decimal[1] > APART * decimal[0] and grouped[1] < NEAR * grouped[0]


def ambiguous(rows: list[list[str]], columns: list[int], place: tuple[str, int]) -> CorruptFile:
    """The error for points that may be either."""
    i, k = next((i, k) for i, row in enumerate(rows) for k in columns if len(row) > k and "." in row[k])
    sentence = f"{rows[i][k]} may have a decimal point or a mark between thousands"
    return CorruptFile(f"{sentence}: export without marks between thousands", place[0], place[1] + i)


def without(row: bytes, delimiter: str, columns: list[int]) -> bytes:
    """A row without the points in some columns."""
    cells = row.split(delimiter.encode())
    return delimiter.encode().join(cell.replace(b".", b"") if i in columns else cell for i, cell in enumerate(cells))
