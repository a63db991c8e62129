"""How a table in some text is laid out: its columns, what separates them, where its rows begin.

A line above the numbers that has as many cells as the rows names the columns, behind a comment sign too: what it does
not name as an impedance is none. Only in a table without any such line the numbers are asked (`headless`).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import islice
from typing import NamedTuple

from eisfit.errors import CorruptFile, EmptyFile, UnknownFormat
from eisfit.readers.own.tidy import is_tidy
from eisfit.readers.tabular.cells import COMMENTS, is_number, is_remark, split
from eisfit.readers.tabular.columns import (
    FREQUENCIES,
    Layout,
    has_frequency,
    is_readable,
    layout,
    needs,
    side_by_side,
)
from eisfit.readers.tabular.names import KINDS, UNIT_ALONE, understood
from eisfit.readers.tabular.refusals import HELP, refusal
from eisfit.readers.tabular.text import Line, end_of, lines
from eisfit.readers.tabular.unit_rows import UNITS_LINE, strange_tokens, sub_names, uncommented, units_row, with_units
from eisfit.readers.tabular.units import unit_of, unwrapped
from eisfit.regular import regex

DELIMITERS: tuple[str | None, ...] = ("\t", ";", ",", "|", None)
PREAMBLE = 500
"""Lines in which the column line or the first row is looked for."""
ABOVE = 5
"""Lines above the first row that may name its columns."""
BEHIND_UNIT = regex(r"(?<=[)\]])\s+")
"""Single blanks separate names that all end with their unit in brackets."""
BLANKS = regex(r"\s{2,}")
SAMPLE = 8
"""Lines below the column line that show how the rows are written."""
RULE = regex(r"[\x20-\x40\[-`{-~]*")
"""A cell of digits and signs alone: a date, a time, a rule between lines."""
LEAST = 3
"""A row of fewer numbers is no row of a table of impedances."""


class Shape(NamedTuple):
    """How a table is laid out: its columns, delimiter and decimal mark, where its rows begin.

    `headed` is False where no line names the columns; `spare` is the number of names where they are one more or less
    than the cells of the rows, else 0: then |Z| has to prove that the names stand where they should. `above` are the
    other lines before the rows, which may say more of the columns.
    """

    names: tuple[str, ...]
    delimiter: str | None
    comma: bool
    start: int
    line: int
    headed: bool
    spare: int = 0
    above: tuple[Line, ...] = ()


def shape_of(data: bytes, shown: str, *, geometry: bool = False) -> Shape:
    """How the table in some text is laid out. Raises UnknownFormat where there is none.

    A sentence may look like a column line: only if no other line is one, what is wrong below it is raised.
    """
    failure: CorruptFile | EmptyFile | None = None
    above: list[Line] = []
    for line in islice(lines(data), PREAMBLE):
        if not line.text.strip():
            continue
        row = None if line.text[:1].isalpha() else data_row(line.text)
        if row:
            if failure is not None:
                break
            refuse_names(above[-ABOVE:], *row, shown)
            return headless(line, *row)._replace(above=tuple(above))
        ways = column_lines(line.text, geometry=geometry)
        if ways and not is_units_line(line.text, above):
            below = list(islice(lines(data, end_of(data, line), line.number + 1), 2 * SAMPLE))
            shape, wrong = first_that_fits(ways, above, below, shown)
            failure = failure or wrong
            if shape is not None:
                return shape
        above.append(line)
    if failure is not None:
        raise failure
    raise nothing(above, shown)


def first_that_fits(
    ways: Sequence[Header], above: Sequence[Line], below: list[Line], shown: str
) -> tuple[Shape | None, CorruptFile | EmptyFile | None]:
    """The layout by the first way to read a column line that fits the rows, else what is wrong with the best."""
    failure: CorruptFile | EmptyFile | None = None
    for way in ways:
        try:
            shape = headed(way, above, below, shown)
        except (CorruptFile, EmptyFile) as error:
            failure = failure or error
        else:
            if shape is not None:
                return shape, None
    return None, failure


def is_units_line(text: str, above: Sequence[Line]) -> bool:
    """True for a line of units alone below one that names as many columns: `Hz,Ohm,deg` below `f,|Z|,phase`."""
    if not above:
        return False
    for delimiter in DELIMITERS:
        for cells in candidates(uncommented(text), delimiter):
            names = named_columns(above[-1].text)
            if names is not None and len(names) == len(cells) and units_row(text, delimiter, len(cells)):
                return True
    return False


def nothing(above: Sequence[Line], shown: str) -> CorruptFile | UnknownFormat:
    """The error for a text without a table; a line that names columns is told."""
    for line in above:
        cells = named_columns(line.text)
        if cells is not None:
            return CorruptFile(refusal(cells), shown, line.number)
    return UnknownFormat("holds no table: neither a line that names the columns nor a row of three numbers", shown)


def given(data: bytes, names: Sequence[str], shown: str) -> Shape:
    """The layout of a table whose columns were named by the user. Raises UnknownFormat where there is no row."""
    above: list[Line] = []
    for line in islice(lines(data), PREAMBLE):
        row = data_row(line.text, least=len(names), texts=True)
        if row:
            delimiter, comma, width = row
            padded = tuple(names) + tuple(f"column {i + 1}" for i in range(len(names), width))
            return Shape(padded, delimiter, comma, line.start, line.number, headed=True, above=tuple(above))
        above.append(line)
    raise UnknownFormat(f"holds no row of {len(names)} cells, as --columns names them", shown)


Header = tuple[tuple[str, ...], str | None]
"""Names of columns and what separates them."""


@lru_cache(maxsize=256)
def column_lines(text: str, *, geometry: bool = False) -> tuple[Header, ...]:
    """The ways to read a line as names of columns of ours, the best first; none where it does not name such."""
    text = uncommented(text)
    found: list[tuple[int, Header]] = []
    for delimiter in DELIMITERS:
        if delimiter is None and found and max(found, key=lambda way: way[0])[1][1] in ("\t", ";"):
            break  # blanks are part of the names
        for cells in candidates(text, delimiter):
            columns = layout(cells)
            beside = side_by_side(cells) if len(cells) > LEAST else []
            readable = is_readable(columns, geometry=geometry) or is_tidy(cells)
            meant = max([len(columns) if readable else 0, *map(len, beside)])
            if meant:
                found.append((2 * meant - sum(understood(cell) is None for cell in cells), (cells, delimiter)))
    return tuple(way for _, way in sorted(found, key=lambda way: -way[0]))


def candidates(text: str, delimiter: str | None) -> Iterable[tuple[str, ...]]:
    """The ways to take a line apart at a delimiter: names in columns of blanks may hold single blanks."""
    if delimiter is None:
        yield tuple(BLANKS.split(text.strip()))
        yield tuple(text.split())
        if text.rstrip()[-1:] in (")", "]"):
            yield tuple(BEHIND_UNIT.split(text.strip()))
    elif delimiter in text:
        cells = split(text, delimiter)
        while cells and not cells[-1].strip():
            cells.pop()
        yield tuple(cells)


def named_columns(text: str) -> tuple[str, ...] | None:
    """The cells of a line that names a frequency, or two quantities, None for other lines."""
    for delimiter in DELIMITERS:
        for i, cells in enumerate(candidates(uncommented(text), delimiter)):
            meant = [m for cell in cells if (m := understood(cell)) is not None and m.word != UNIT_ALONE]
            if len(cells) < 2 or any(is_number(cell, comma=True) for cell in cells):
                continue
            prose = delimiter is None and i > 0
            if prose and (len(meant) < 2 or 2 * len(meant) < len(cells)):
                continue
            telling = [m for m in meant if len(m.word) > 1 or m.unit]
            if any(m.quantity in FREQUENCIES for m in meant) or (telling and len(meant) > 1):
                return cells
    return None


def refuse_names(above: Sequence[Line], delimiter: str | None, comma: bool, width: int, shown: str) -> None:
    """Raises CorruptFile where a line above the rows names columns, but none that make an impedance."""
    for i, line in enumerate(above):
        cells = named_columns(line.text)
        of_frequency = cells is not None and has_frequency(without_unit_names(cells))
        if units_row(line.text, delimiter, width) and not of_frequency:
            continue
        if UNITS_LINE.match(uncommented(line.text)):
            continue
        if cells is None:
            cells = next((c for c in candidates(uncommented(line.text), delimiter) if are_names(c, width)), None)
        if cells is not None:
            below = above[i + 1].text if i + 1 < len(above) else ""
            units = units_row(below, delimiter, len(cells)) or [""] * len(cells)
            told = with_units(cells, units, shown, line.number)
            raise CorruptFile(refusal(told), shown, line.number)


def without_unit_names(cells: tuple[str, ...]) -> Layout:
    """What some cells name, without those that are a unit and no name."""
    return layout(tuple(cell for cell in cells if unit_of(unwrapped(cell)) is None))


def are_names(cells: Sequence[str], width: int) -> bool:
    """True for as many cells as the rows have, all of them words, in whatever writing."""
    filled = [cell.strip().strip('"') for cell in cells if cell.strip()]
    if len(cells) != width or len(filled) < LEAST:
        return False
    return not any(is_number(cell, comma=True) or RULE.fullmatch(cell) for cell in filled)


def headed(header: Header, above: Sequence[Line], below: list[Line], shown: str) -> Shape | None:
    """The layout of the table below a column line, None where that line was a sentence after all."""
    names, delimiter = header
    below = [line for line in below if line.text.strip()]
    rows = [line for line in below if not line.text.lstrip().startswith(COMMENTS) and has_number(line.text, delimiter)]
    between = below[: below.index(rows[0])] if rows else below
    names, others = named_in_full(names, delimiter, above, between, shown)
    if not rows:
        if delimiter is None:
            return None
        raise EmptyFile("holds a column line and no rows", shown)
    for mark in dict.fromkeys((delimiter, "\t", ";", ",", None)):
        if fits(rows, mark, names) and (mark == delimiter or has_numbers(rows[0].text, mark, names)):
            comma = mark != "," and any("," in line.text for line in rows)
            return Shape(names, mark, comma, rows[0].start, rows[0].number, headed=True, above=others)
    spare = one_cell_off(names, delimiter, rows)
    if spare is not None:
        return spare._replace(above=others)
    return None if delimiter is None else mismatch(names, delimiter, rows[0], shown)


def named_in_full(
    names: tuple[str, ...], delimiter: str | None, above: Sequence[Line], between: Sequence[Line], shown: str
) -> tuple[tuple[str, ...], tuple[Line, ...]]:
    """The names with the units of a row below or above them, and the other lines that may say more of the columns."""
    for line in (*between, *reversed(above[-ABOVE:])):
        units = units_row(line.text, delimiter, len(names))
        if units is not None and line not in between and are_labels(names, units):
            continue
        if units is None and line in between:
            units = sub_names(line.text, delimiter, len(names))
        if units is not None:
            names = with_units(names, units, shown, line.number)
            return names, tuple(other for other in (*above, *between) if other is not line)
    if between and (word := strange_tokens(between[0].text, delimiter, names)) is not None:
        sentence = f"is {word} below {', '.join(names[:4])} a unit? It is not known"
        raise CorruptFile(f"{sentence}; {HELP}, or leave the line out", shown, between[0].number)
    return names, (*above, *between)


def are_labels(names: tuple[str, ...], units: Sequence[str]) -> bool:
    """True for units above spectra side by side, one above each, that their columns cannot have: `A, , B, `."""
    told = {i: unit_of(unit) for i, unit in enumerate(units) if unit}
    several = side_by_side(names)
    if not several or len(told) != len(several):
        return False
    columns = {column.index: column for own in several for found in own.values() for column in found}
    return not any(unit and i in columns and unit[0] in KINDS[columns[i].quantity] for i, unit in told.items())


def has_number(text: str, delimiter: str | None) -> bool:
    """True for a line with a number among its cells: rules and messages between the rows have none."""
    cells = [cell for mark in (delimiter, "\t", ";") for cell in split(text, mark)]
    return any(is_number(cell, comma=True) for cell in [*cells, *text.split()[:1], text.split(",")[0]])


def fits(below: Sequence[Line], mark: str | None, names: tuple[str, ...]) -> bool:
    """True where the first row has a cell for each name.

    An empty last cell is one where another row has it filled, or nobody needs it: else a delimiter closes the rows.
    """
    width = len(names)
    cells = cells_of(below[0].text, mark)
    if len(cells) == width or (mark is not None and len(cells) > width and not cells[width].strip()):
        return True
    if mark is not None and len(cells) == width + 1 and is_remark(cells[-1], comma=mark != ","):
        return True
    if len(split(below[0].text, mark)) != width:
        return False
    needed = needs(*(side_by_side(names) or [layout(names)])).must
    return (
        is_tidy(names)
        or any(len(cells_of(line.text, mark)) == width for line in below)
        or (width - 1 not in needed and bool(needed))
    )


def has_numbers(text: str, mark: str | None, names: tuple[str, ...]) -> bool:
    """True where the cells that have to be numbers are some, when a row is split at a mark."""
    cells = split(text, mark)
    needed = needs(*(side_by_side(names) or [layout(names)])).must
    return all(is_number(cells[i], comma=mark != ",") or not cells[i].strip() for i in needed if i < len(cells))


def one_cell_off(names: tuple[str, ...], delimiter: str | None, below: Sequence[Line]) -> Shape | None:
    """The layout where rows have one cell more or less than the column line, and |Z| can prove where names stand."""
    if delimiter in (None, ",", "\t", ";") and has_row_names(below, delimiter, len(names)):
        comma = delimiter != "," and any("," in line.text for line in below)
        return Shape(("row", *names), delimiter, comma, below[0].start, below[0].number, headed=True)
    columns = layout(names)
    if delimiter is None or not {"real", "imaginary", "magnitude"} <= columns.keys():
        return None
    widths = {len(cells_of(line.text, delimiter)) for line in below[:-1] or below}
    if len(widths) != 1 or abs(width := widths.pop() - len(names)) != 1:
        return None
    kept = (*names, "unnamed") if width > 0 else names[:-1]
    comma = delimiter != "," and any("," in line.text for line in below)
    return Shape(kept, delimiter, comma, below[0].start, below[0].number, headed=True, spare=len(names))


def has_row_names(below: Sequence[Line], delimiter: str | None, width: int) -> bool:
    """True for rows that begin with a name in quotes, for which R writes no name in the column line."""
    rows = [cells_of(line.text, delimiter) for line in below]
    quoted = all(line.text.lstrip().startswith('"') for line in below)
    return quoted and all(len(row) == width + 1 for row in rows) and below[0].text.count('"') == 2


def mismatch(names: tuple[str, ...], delimiter: str, line: Line, shown: str) -> Shape:
    """Raises CorruptFile: the first row has another number of cells than the column line."""
    cells = len(cells_of(line.text, delimiter))
    if delimiter == "," and cells == 2 * len(names):
        sentence = "the comma separates the cells and marks the decimals too; export with another separator"
        raise CorruptFile(sentence, shown, line.number)
    if cells == 1 and "," in line.text:
        sentence = "its rows hold commas, its column line another separator: export with one separator for both"
        raise CorruptFile(f"{sentence}, and decimal points", shown, line.number)
    sentence = f"{cells} cells below {len(names)} column names: give each column a name, or {HELP}"
    raise CorruptFile(sentence, shown, line.number)


def cells_of(text: str, delimiter: str | None) -> list[str]:
    """The cells of a row, without an empty one behind a closing delimiter."""
    cells = split(text, delimiter)
    return cells[:-1] if len(cells) > 1 and not cells[-1].strip() else cells


def data_row(text: str, *, least: int = LEAST, texts: bool = False) -> tuple[str | None, bool, int] | None:
    """Delimiter, decimal comma and count of the cells of a row of numbers, None where it is none.

    With `texts` one number is enough: the other cells may be words.
    """
    for delimiter in DELIMITERS:
        cells = cells_of(text, delimiter)
        if len(cells) < least:
            continue
        for comma in (False,) if delimiter == "," else (False, True):
            numeric = sum(is_number(cell, comma=comma) for cell in cells)
            if numeric == len(cells) or (texts and numeric >= LEAST):
                return delimiter, comma, len(cells)
    return None


def headless(line: Line, delimiter: str | None, comma: bool, width: int) -> Shape:
    """The layout of a table that begins with numbers at once."""
    names = tuple(f"column {i + 1}" for i in range(width))
    return Shape(names, delimiter, comma, line.start, line.number, headed=False)
