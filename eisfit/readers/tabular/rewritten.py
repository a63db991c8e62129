"""Tables in other forms, written as the usual one: decimal commas in quotes, a row per quantity, complex cells."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import islice, pairwise
from typing import NamedTuple

from eisfit.errors import CorruptFile
from eisfit.readers.tabular.cells import is_number, split
from eisfit.readers.tabular.columns import FREQUENCIES
from eisfit.readers.tabular.names import FILLERS, PARTS, bare, split_unit, understood, words_of
from eisfit.readers.tabular.text import Line, lines, worded
from eisfit.readers.tabular.unit_cells import in_one_unit
from eisfit.readers.tabular.unit_rows import uncommented
from eisfit.readers.tabular.units import unit_of
from eisfit.regular import regex

QUOTED = regex(rb'"\s*([-+]?\d+),(\d+)((?:[eE][-+]?\d+)?)\s*"')
"""A number in quotes with a comma in it."""
POINT = regex(rb'^["\d+-][^\n]*\d\.\d', re.MULTILINE)
"""A row with a decimal point."""
OPEN = regex(rb'(?:^|[,;\t]) *"[^"\n]*$', re.MULTILINE)
"""A cell in quotes that does not end on its line."""
FOLDED = 1 << 13
"""Bytes in which names go over several lines."""
FEW = 6
"""Lines that a name may have."""
HEAD = 1 << 16
"""Bytes in which the form of a table shows."""
FIRST = 60
"""Lines in which it shows."""
GROUP = 3
"""Digits between the marks of thousands."""
NUMBER = r"\d+(?:[.,]\d*)?(?:[eE][-+]?\d+)?|\.\d+(?:[eE][-+]?\d+)?"
COMPLEX = regex(
    rf'(?<![\w.])"?(?:\(\s*)?(?P<re>[-+]?(?:{NUMBER}))\s*(?P<sign>[-+])\s*(?:(?P<second>[-+]?)(?P<im>{NUMBER})\s*\*?\s*[ijIJ]'
    rf"|[ijIJ]\s*\*?\s*(?P<behind>{NUMBER}))\s*\)?\"?(?![\w.])"
)
"""A complex number: 10.0-0.16j, (10-0.16j), 10 - i0.16."""
OF_Z = frozenset({"z", "z*", "impedance", "zcomplex", "complexz", "compleximpedance", "impedancecomplex", "impedanz"})
"""Names, without their unit, of a column of complex impedances."""
DELIMITERS = ("\t", ";", ",", "|")


class Written(NamedTuple):
    """The bytes of a table in the usual form, and what is told about that."""

    data: bytes
    told: str = ""


def usual(data: bytes, shown: str) -> Written:
    """The same table in the usual form. Raises CorruptFile where commas in quotes may mean two things."""
    data = with_points(on_one_line(data), shown)
    words = worded(data, FIRST)
    data = with_one_head(data, words)
    turned = transposed(data) if sum(quantity_row(line.text) is not None for line in words) > 1 else None
    if turned is not None:
        return Written(turned, "each row is a quantity: the table is read row by row")
    united = in_one_unit(data, words, shown)
    if united is not None:
        return Written(united, "the units in its cells are taken as those of its columns")
    parts = in_parts(data) if any(is_complex_row(line.text) for line in words) else None
    return Written(data) if parts is None else Written(parts, "complex numbers are taken apart into Re and Im")


def with_one_head(data: bytes, words: Sequence[Line]) -> bytes:
    """The same bytes with two lines of names as one, where the lower has parts below names that go over them.

    `Frequency (Hz), Impedance (kOhm), ` above ` , Re, Im`, as merged cells are written.
    """
    for upper, lower in pairwise(words):
        mark = next((m for m in DELIMITERS if m in lower.text), None)
        if mark is None or lower.number != upper.number + 1:
            continue
        top, low = ([c.strip().strip('"') for c in split(line.text, mark)] for line in (upper, lower))
        top += [""] * (len(low) - len(top))
        if len(top) != len(low) or sum(cell.lower() in PARTS for cell in low) < 2 or top[0] == "":
            continue
        if not any(name and not cell for name, cell in zip(top, low, strict=True)):
            continue
        head = mark.join(name_of(top, low, i) for i in range(len(low))).encode()
        end = data.find(b"\n", lower.start)
        return data[: upper.start] + b"\n" + head + (data[end:] if end >= 0 else b"")
    return data


def name_of(top: Sequence[str], low: Sequence[str], i: int) -> str:
    """The name of a column from two lines: the lower, behind the one that goes over it."""
    if not low[i]:
        return top[i]
    over = next((top[k] for k in range(i, -1, -1) if top[k]), "")
    own, unit = split_unit(over)
    return f"{own} {low[i]}" + (f" [{unit}]" if unit else "")


def on_one_line(data: bytes) -> bytes:
    """The same bytes with names in quotes that go over several lines on one; empty lines keep the count."""
    if not OPEN.search(data[:FOLDED]):
        return data
    rows = data[:FOLDED].split(b"\n")
    for i, row in enumerate(rows[:FIRST]):
        last = next(
            (k for k in range(i, min(i + FEW, len(rows) - 1)) if b"\n".join(rows[i : k + 1]).count(b'"') % 2 == 0), i
        )
        if OPEN.search(row) and last > i:
            rows[i : last + 1] = [b" ".join(part.strip(b"\r") for part in rows[i : last + 1]), *[b""] * (last - i)]
    return b"\n".join(rows) + data[FOLDED:]


def with_points(data: bytes, shown: str) -> bytes:
    """The same bytes with decimal points in numbers that stand in quotes because commas separate the cells.

    Raises CorruptFile where the commas may be marks between thousands as well.
    """
    head = data[:HEAD]
    found = QUOTED.search(head)
    if found is None:
        return data
    line = head[head.rfind(b"\n", 0, found.start()) + 1 : (head + b"\n").find(b"\n", found.end())]
    if b";" in line or b"\t" in line or b"|" in line:
        return data
    groups = all(len(digits) == GROUP for _, digits, exponent in QUOTED.findall(head))
    points = POINT.search(head) is not None
    if groups == points:
        return QUOTED.sub(rb"\1\2\3" if groups else rb"\1.\2\3", data)
    sentence = f"{found[0].decode()} may have a decimal comma or a mark between thousands: export with decimal points"
    raise CorruptFile(sentence, shown, data.count(b"\n", 0, found.start()) + 1)


def transposed(data: bytes) -> bytes | None:
    """The table with a column per quantity where it has a row for each, `f,1000,100,10`; None for another table."""
    above: list[Line] = []
    rows: list[list[str]] = []
    for line in islice(lines(data), FIRST):
        row = quantity_row(line.text)
        if row is None:
            above.append(line)
        elif not rows or len(row) == len(rows[0]):
            rows.append(row)
    if len(rows) < 2 or not any((m := understood(row[0])) and m.quantity in FREQUENCIES for row in rows):
        return None
    text = "".join(line.text + "\n" for line in above)
    text += "".join("\t".join(cells) + "\n" for cells in zip(*rows, strict=True))
    return text.encode()


def quantity_row(text: str) -> list[str] | None:
    """The name (with its unit) and the numbers of a row of one quantity, None where a line is none."""
    for delimiter in DELIMITERS:
        cells = [cell.strip().strip('"').strip() for cell in split(uncommented(text), delimiter)]
        while cells and not cells[-1]:
            cells.pop()
        if len(cells) < 4 or not any(map(str.isalpha, cells[0])) or is_number(cells[0], comma=True):
            continue
        name, rest = cells[0], cells[1:]
        if unit_of(rest[0]) is not None and not is_number(rest[0], comma=True):
            name, rest = f"{name}/{rest[0]}", rest[1:]
        if len(rest) > 2 and all(is_number(cell, comma=delimiter != ",") for cell in rest):
            return [name, *rest]
    return None


def in_parts(data: bytes) -> bytes | None:
    """The table with two columns for each one of complex numbers, None where there is none."""
    above: list[Line] = []
    for line in islice(lines(data), FIRST):
        if is_complex_row(line.text):
            break
        above.append(line)
    else:
        return None
    delimiter = next((mark for mark in DELIMITERS if mark in COMPLEX.sub("0", line.text)), None)
    cells = COMPLEX.sub("0j", line.text).split(delimiter)
    places = [i for i, cell in enumerate(cells) if cell.strip() == "0j"]
    head = "".join(doubled(other.text, delimiter, len(cells), places) + "\n" for other in above)
    mark = delimiter or " "
    rows = COMPLEX.sub(lambda found: mark.join(pair(found)), data[line.start :].decode("latin-1"))
    return head.encode() + rows.encode("latin-1")


def is_complex_row(text: str) -> bool:
    """True for a row of numbers, one of them complex at least."""
    if not COMPLEX.search(text) or text.strip()[:1] not in '0123456789+-.("':
        return False
    rest = COMPLEX.sub("", text).strip()
    return not any(map(str.isalpha, re.sub(r"(?<=\d)[eE](?=[-+\d])", "", rest)))


def pair(found: re.Match[str]) -> tuple[str, str]:
    """The two parts of a complex number as texts."""
    minus = (found["sign"] == "-") != (found["second"] == "-")
    return found["re"], ("-" if minus else "") + (found["im"] or found["behind"])


def doubled(text: str, delimiter: str | None, width: int, places: Sequence[int]) -> str:
    """A line above complex rows with two cells at these places: names as those of parts, units twice."""
    plain = uncommented(text)
    cells = plain.split(delimiter)
    if len(cells) != width:
        return text
    out = []
    for i, cell in enumerate(cells):
        out += parts_of(cell.strip().strip('"')) if i in places else [cell.strip()]
    return (delimiter or " ").join(out)


def parts_of(name: str) -> list[str]:
    """The names of the two parts of a complex column; what is no name stands twice."""
    own, unit = split_unit(name)
    behind = "" if unit is None else f"/{unit.replace(' ', '')}"
    if bare(own) in OF_Z:
        return [f"Re(Z){behind}", f"Im(Z){behind}"]
    if not own or unit_of(name) is not None:
        return [name, name]
    if set(words_of(own)) <= FILLERS:  # a `value` is not said to be Z
        return [f"{own} real?", f"{own} imaginary?"]
    return [f"Re({own}){behind}", f"Im({own}){behind}"]
