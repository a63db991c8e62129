"""Tables whose cells hold their units, `80 kHz, 12.5 Ohm`: the numbers in one unit per column, a row of units above."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from itertools import islice, pairwise

from eisfit.errors import CorruptFile
from eisfit.readers.tabular.cells import is_number, shortened, split, to_number
from eisfit.readers.tabular.text import Line, decoded, lines, regular
from eisfit.readers.tabular.units import unit_of
from eisfit.regular import regex

MEASURED = regex(r"\s*(?P<number>[-+−]?\d[\d.,]*(?:[eE][-+]?\d+)?)\s*(?P<unit>[^\d\s.,+\-].*?)\s*")
DELIMITERS = ("\t", ";", ",", "|")
BEGIN = tuple('0123456789+-−"')
"""How a row begins."""
BEGINNING = 60
"""Letters of a line among which a row has a digit."""
APART = regex(r"\d\s+([fpnuµkmKMGT])(?=\s*(?:[\t;,|]|$))")
"""A letter behind a number and a blank at the end of a cell."""
SAMPLE = 6
"""Rows that show whether it is the same in all."""
TWO = 2
"""Cells with a unit that make a row of such."""


def measured(cell: str, *, comma: bool) -> tuple[float, str] | None:
    """Number and unit of a cell, None for a plain number and for words."""
    text = cell.strip().strip('"')
    found = MEASURED.fullmatch(text)
    if found is None or is_number(text, comma=comma) or unit_of(found["unit"]) is None:
        return None
    number = to_number(found["number"].replace("−", "-"), comma=comma)
    return None if number is None else (number, found["unit"])


def in_one_unit(data: bytes, words: Sequence[Line], shown: str) -> bytes | None:
    """The table with plain numbers and a row of units, None for one whose cells hold none.

    `words` are the lines at its beginning that hold more than numbers.
    Raises CorruptFile where a column holds units of two kinds.
    """
    for line in words:
        if line.text.lstrip()[:1] in BEGIN:
            refuse_letters(data, line, shown)
        if not any(map(str.isdigit, line.text[:BEGINNING])) or not any(map(str.isalpha, line.text)):
            continue
        for delimiter in DELIMITERS:
            cells = split(line.text, delimiter)
            comma = delimiter != "," and "," in line.text
            units = {i: found[1] for i, cell in enumerate(cells) if (found := measured(cell, comma=comma)) is not None}
            if len(units) >= TWO and line.text.strip()[:1] in BEGIN and goes_on(data, line, delimiter, units):
                row = delimiter.join(units.get(i, "-") for i in range(len(cells)))
                body = plain_rows(data[line.start :], line.number, (delimiter, comma, units), shown)
                return data[: line.start] + row.encode() + b"\n" + body
    return None


def goes_on(data: bytes, line: Line, delimiter: str, units: Collection[int]) -> bool:
    """True where the next line has a number in one of some columns, or where there is none."""
    below = (other for other in islice(lines(data, line.start, line.number), 1, SAMPLE) if other.text.strip())
    following = next(below, None)
    cells = [] if following is None else split(following.text, delimiter)
    told = [cells[i] for i in units if i < len(cells)]
    return following is None or any(is_number(cell, comma=True) or measured(cell, comma=True) for cell in told)


def refuse_letters(data: bytes, line: Line, shown: str) -> None:
    """Raises CorruptFile where rows say the same letter behind a blank in each cell: a unit, not the prefix of one."""
    if not APART.search(line.text) and len(between_numbers(line.text)) < TWO:
        return
    below = [other.text for other in islice(lines(data, line.start), SAMPLE)]
    between = [between_numbers(text) for text in below]
    if len(below) == SAMPLE and len(between[0]) >= TWO and all(found == between[0] for found in between):
        sentence = f"the unit {shortened(between[0][0])} stands between numbers that blanks separate: write units into"
        raise CorruptFile(f"{sentence} the names", shown, line.number)
    letters = [APART.findall(text) for text in below]
    if len(below) == SAMPLE and letters[0] and all(found == letters[0] for found in letters):
        told = f"cells end with {letters[0][0]} in every row"
        sentence = f"{told}: is it a unit or the prefix of one? Write units into the names"
        raise CorruptFile(sentence, shown, line.number)


def between_numbers(text: str) -> list[str]:
    """The units behind numbers in a row whose cells blanks separate."""
    if any(mark in text for mark in DELIMITERS):
        return []
    tokens = text.split()
    return [unit for number, unit in pairwise(tokens) if is_number(number, comma=True) and unit_of(unit) is not None]


def plain_rows(data: bytes, first: int, form: tuple[str, bool, dict[int, str]], shown: str) -> bytes:
    """The rows with plain numbers in the units of the first one."""
    delimiter, comma, units = form
    out = []
    for number, raw in enumerate(data.split(b"\n"), first):
        cells = split(regular(decoded(raw)).rstrip("\r"), delimiter)
        for i, unit in units.items():
            found = measured(cells[i], comma=comma) if i < len(cells) else None
            if found is not None:
                text = repr(found[0] * ratio(found[1], unit, (shown, number)))
                cells[i] = text.replace(".", ",") if comma else text
        out.append(delimiter.join(cells))
    return "\n".join(out).encode()


def ratio(unit: str, wanted: str, place: tuple[str, int]) -> float:
    """How many times a unit is the wanted one. Raises CorruptFile where they are of two kinds."""
    own, other = unit_of(unit), unit_of(wanted)
    assert own is not None
    assert other is not None
    if own[0] != other[0]:
        sentence = f"a cell is in {shortened(unit)} below others in {shortened(wanted)}: write one unit per column"
        raise CorruptFile(sentence, *place)
    return own[1] / other[1]
