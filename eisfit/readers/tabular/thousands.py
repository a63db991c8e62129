"""Marks between thousands: `100.000;12,3` is 100 kHz where commas mark the decimals, `100,000;12.3` where points do.

In a column all of whose points stand before three digits, beside cells with a decimal comma, the points are marks
between thousands, and the other way round. Where nothing tells, `1.000` above `500` may be either: it is refused.
"""

from __future__ import annotations

import re
from collections.abc import Sequence, Set
from itertools import pairwise
from typing import NamedTuple

from eisfit.errors import CorruptFile
from eisfit.readers.tabular.cells import split
from eisfit.readers.tabular.text import decoded, regular
from eisfit.regular import regex

WHOLE = regex(r"[-+−]?[1-9]\d{0,2}")
"""A number below 1000, which needs no mark between thousands."""
THREES = {".": regex(rb"\.\d{3}(?!\d)"), ",": regex(rb",\d{3}(?!\d)")}
FIRST, FIRST_BYTES = 400, 1 << 18
"""Rows that show where the marks stand, and bytes that hold so many."""
APART, NEAR = 100.0, 20.0
"""Neighbours differ by more than the first factor with decimals, by less than the second with thousands."""


class Mark(NamedTuple):
    """A point or a comma: numbers that have it between thousands, and those that have it before decimals."""

    sign: str
    groups: re.Pattern[str]
    decimal: re.Pattern[str]


def mark(sign: str, other: str) -> Mark:
    """A sign with the patterns of its numbers."""
    s, o = re.escape(sign), re.escape(other)
    end = r"(?:[eE][-+]?\d+)?"
    return Mark(
        sign,
        regex(rf"[-+−]?[1-9]\d{{0,2}}(?:{s}\d{{3}})+(?:{o}\d*)?"),
        regex(rf"[-+−]?(?:0{s}\d+|\d{{4,}}{s}\d+|\d+{s}(?!\d{{3}}(?!\d))\d+|\d+(?:{o}\d{{3}})+{s}\d*){end}"),
    )


MARKS = (mark(".", ","), mark(",", "."))


def without_marks(data: bytes, start: int, delimiter: str | None, place: tuple[str, int]) -> bytes:
    """The data without the marks between thousands in its rows, which begin at `start`.

    Raises CorruptFile where a mark may stand between thousands or before decimals; `place` is the file and the line of
    the first row.
    """
    if delimiter is None or not threes(data, start, {".", ","} - {delimiter}):
        return data
    end = start + FIRST_BYTES if len(data) <= start + FIRST_BYTES else data.rfind(b"\n", start, start + FIRST_BYTES)
    texts = regular(decoded(data[start:end])).split("\n", FIRST)[:FIRST]
    columns = {m.sign: grouped(texts, delimiter, m) for m in MARKS}
    if not any(columns.values()):
        return data
    rows = [[cell.strip() for cell in split(text, delimiter)] for text in texts]
    certain = {m.sign for m in MARKS if any(m.decimal.fullmatch(cell) for row in rows for cell in row)}
    for sign, other in ((".", ","), (",", ".")):
        if columns[sign] and certain == {other}:
            return taken_out(data, start, delimiter, (sign, columns[sign]))
    if not certain:
        refuse_either(rows, columns, place)
    return data


def threes(data: bytes, start: int, signs: Set[str]) -> bool:
    """True where three digits, and no fourth, stand behind one of some signs, as in every number with such marks."""
    return any(THREES[sign].search(data, start, start + FIRST_BYTES) is not None for sign in signs)


def grouped(texts: Sequence[str], delimiter: str, m: Mark) -> list[int]:
    """The columns of some rows in which every such mark stands before three digits, and there is one."""
    if m.sign == delimiter:
        return []
    before, elsewhere = set[int](), set[int]()
    width = max((text.count(delimiter) for text in texts), default=0) + 1
    for text in texts:
        for i, cell in enumerate(split(text, delimiter) if m.sign in text else ()):
            if m.sign in cell and i not in elsewhere:
                (before if m.groups.fullmatch(cell.strip()) else elsewhere).add(i)
        if len(elsewhere) == width:
            break
    return sorted(before - elsewhere)


def refuse_either(rows: Sequence[Sequence[str]], columns: dict[str, list[int]], place: tuple[str, int]) -> None:
    """Raises CorruptFile where both marks stand before three digits, or numbers jump unless one marks thousands."""
    both = all(columns.values())
    for sign, found in columns.items():
        for k in found:
            if both or jumps([row[k] for row in rows if len(row) > k], sign):
                i = next(i for i, row in enumerate(rows) if len(row) > k and sign in row[k])
                what = "point" if sign == "." else "comma"
                sentence = f"{rows[i][k]} may have a decimal {what} or a mark between thousands"
                raise CorruptFile(f"{sentence}: export without marks between thousands", place[0], place[1] + i)


def jumps(column: Sequence[str], sign: str) -> bool:
    """True where a column is continuous with marks between thousands alone: 1.000 above 500."""
    steps = [(a, b) for a, b in pairwise(column) if (sign in a) != (sign in b)]
    told = [(a, b) for a, b in steps if WHOLE.fullmatch(a) or WHOLE.fullmatch(b)]
    return bool(told) and all(is_jump(step, sign) for step in told)


def is_jump(step: tuple[str, str], sign: str) -> bool:
    """True for two neighbours that are far from each other with decimals, and near with marks of thousands."""
    grouped_ = sorted(int(re.sub(r"\D", "", cell)) for cell in step)
    whole = [re.sub(r"[-+−]", "", cell).partition(sign) for cell in step]
    decimal = sorted(float(f"{first}.{rest.replace(sign, '')}") for first, _, rest in whole)
    return decimal[1] > APART * decimal[0] and grouped_[1] < NEAR * grouped_[0]


def taken_out(data: bytes, start: int, delimiter: str, which: tuple[str, list[int]]) -> bytes:
    """The data without a mark in some columns of its rows."""
    sign, columns = which[0].encode(), frozenset(which[1])
    between = delimiter.encode()
    rows = data[start:].split(b"\n")
    for i, row in enumerate(rows):
        if sign in row:
            cells = row.split(between)
            rows[i] = between.join(cell.replace(sign, b"") if k in columns else cell for k, cell in enumerate(cells))
    return data[:start] + b"\n".join(rows)
