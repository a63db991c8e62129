"""Plain tables: .csv, .tsv, .txt and their kin, whatever separator, decimal mark, spelling and units they use.

Usage: the first line that names a frequency and an impedance (or time, voltage and current) is the column line; text
above it is skipped, a row of units below it is used. Without a column line the first three columns are frequency/Hz,
Re(Z)/ohm and Im(Z)/ohm, and the sign of Im(Z) is decided by causality; both are stated in a note.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from itertools import islice
from typing import NamedTuple

import numpy as np

from eisfit.errors import CorruptFile, EmptyFile, ReadError, UnknownFormat
from eisfit.readers._base import Content, File, is_binary, reader
from eisfit.readers.own.tidy import is_tidy, read_tidy
from eisfit.readers.tabular.columns import is_readable, layout, needs, side_by_side, understood, unit_of, unknown_unit
from eisfit.readers.tabular.dates import as_seconds
from eisfit.readers.tabular.numbers import COMMENTS, Block, Rows, is_number, numbers, split
from eisfit.readers.tabular.parts import joined, of_columns
from eisfit.readers.tabular.sweeps import content
from eisfit.readers.tabular.table import Table, check
from eisfit.readers.tabular.text import Line, end_of, lines, plain
from eisfit.spectrum import Floats

EXTENSIONS = (".csv", ".tsv", ".txt", ".dat", ".asc", ".prn")
DELIMITERS: tuple[str | None, ...] = ("\t", ";", ",", "|", None)
PREAMBLE = 500
"""Lines in which the column line or the first row is looked for."""
BLANKS = re.compile(r"\s{2,}")
SAMPLE = 4
"""Lines below the column line that show how the rows are written."""
UNNAMED = ("frequency/Hz", "Re(Z)/Ohm", "Im(Z)/Ohm")
EVEN = 20
"""A first column of more rows than this in equal steps is a time or an index, no frequency."""


class Shape(NamedTuple):
    """How a table is laid out: its columns, delimiter and decimal mark, where its rows begin."""

    names: tuple[str, ...]
    delimiter: str | None
    comma: bool
    start: int
    line: int
    headed: bool


def sniff(head: bytes) -> bool:
    """Text with a line that names a frequency and an impedance, and a row of numbers below it."""
    if is_binary(head):
        return False
    data = plain(head)
    try:
        shape = shape_of(data, "")
    except ReadError:
        return False
    row = next(lines(data, shape.start)).text
    return shape.headed and any(is_number(cell, comma=shape.comma) for cell in cells_of(row, shape.delimiter))


@reader(name="table", vendor="any", extensions=EXTENSIONS, sniff=sniff, general=True)
def read(file: File) -> Content:
    """Tables with any separator, decimal mark, with or without column line, units row and comments; tidy tables."""
    if is_binary(file.head):
        raise UnknownFormat("is no text, so it holds no table", file.shown)
    data = plain(file.data)
    if not data.strip():
        raise EmptyFile("is empty", file.shown)
    shape = shape_of(data, file.shown)
    if is_tidy(shape.names):
        return read_tidy(Block(data, shape.start, shape.line, shape.delimiter, shape.comma, shape.names, file.shown))
    columns, several = layout(shape.names), side_by_side(shape.names)
    if not several:
        check(columns, file.shown)
    data, start = as_seconds(data, shape.start) if "time" in columns else (data, None)
    block = Block(data, shape.start, shape.line, shape.delimiter, shape.comma, shape.names, file.shown)
    rows = numbers(block, needs(columns, *several))
    if not shape.headed:
        return unnamed(rows, file.shown)
    if several:
        return joined([of_columns(columns, rows, file.shown) for columns in several], file.shown)
    return content(Table(columns, rows.values, file.shown, start=start), rows.dropped)


def shape_of(data: bytes, shown: str) -> Shape:
    """How the table in some text is laid out. Raises UnknownFormat where there is none.

    A sentence may look like a column line: only if no other line is one, what is wrong below it is raised.
    """
    failure: CorruptFile | EmptyFile | None = None
    above: Line | None = None
    for line in islice(lines(data), PREAMBLE):
        if not line.text.strip():
            continue
        found = None if line.text[:1].isalpha() else data_row(line.text)
        if found:
            if failure is not None:
                break
            check_units(above, found[0], shown)
            return headless(line, *found)
        names = column_line(line.text)
        if names is not None:
            below = list(islice(lines(data, end_of(data, line), line.number + 1), SAMPLE))
            try:
                shape = headed(names, below, shown)
            except (CorruptFile, EmptyFile) as error:
                failure = failure or error
            else:
                if shape is not None:
                    return shape
        above = line
    if failure is not None:
        raise failure
    raise UnknownFormat("holds no table: neither a line that names the columns nor a row of three numbers", shown)


@lru_cache(maxsize=256)
def column_line(text: str) -> tuple[tuple[str, ...], str | None] | None:
    """The names of the columns and what separates them, None where a line does not name columns of ours."""
    text = text.strip().lstrip("#%/!").strip() if text.lstrip().startswith(COMMENTS) else text.rstrip()
    best: tuple[int, tuple[str, ...], str | None] | None = None
    for delimiter in DELIMITERS:
        if delimiter is None and best is not None and best[2] in ("\t", ";"):
            break  # blanks are part of the names
        for cells in candidates(text, delimiter):
            columns = layout(cells)
            beside = side_by_side(cells) if len(cells) > len(UNNAMED) else []
            meant = max([len(columns) if is_readable(columns) else 0, *map(len, beside)])
            if meant > (0 if best is None else best[0]):
                best = meant, cells, delimiter
    return None if best is None else best[1:]


def candidates(text: str, delimiter: str | None) -> Iterable[tuple[str, ...]]:
    """The ways to take a line apart at a delimiter: names in columns of blanks may hold single blanks."""
    if delimiter is None:
        yield tuple(BLANKS.split(text.strip()))
        yield tuple(text.split())
    elif delimiter in text:
        cells = split(text, delimiter)
        while cells and not cells[-1].strip():
            cells.pop()
        yield tuple(cells)


def headed(header: tuple[tuple[str, ...], str | None], below: list[Line], shown: str) -> Shape | None:
    """The layout of the table below a column line, None where that line was a sentence after all."""
    names, delimiter = header
    below = [line for line in below if line.text.strip()]
    if below and (units := units_row(below[0].text, delimiter, len(names))):
        names = tuple(n if unit_of(u) is None else f"{n}/{u}" for n, u in zip(names, units, strict=True))
        below = below[1:]
    below = [line for line in below if not line.text.lstrip().startswith(COMMENTS)]
    if not below:
        if delimiter is None:
            return None
        raise EmptyFile("holds a column line and no rows", shown)
    text = below[0].text
    for mark in dict.fromkeys((delimiter, "\t", ";", ",", None)):
        # an empty last cell is one where another row has it filled: else a delimiter closes the rows
        last = is_tidy(names) or any(len(cells_of(line.text, mark)) == len(names) for line in below)
        if len(cells_of(text, mark)) == len(names) or (last and len(split(text, mark)) == len(names)):
            comma = mark != "," and any("," in line.text for line in below)
            return Shape(names, mark, comma, below[0].start, below[0].number, headed=True)
    return None if delimiter is None else mismatch(names, delimiter, below[0], shown)


def mismatch(names: tuple[str, ...], delimiter: str, line: Line, shown: str) -> Shape:
    """Raises CorruptFile: the first row has another number of cells than the column line."""
    cells = len(cells_of(line.text, delimiter))
    if delimiter == "," and cells == 2 * len(names):
        sentence = "the comma separates the cells and marks the decimals too; export with another separator"
        raise CorruptFile(sentence, shown, line.number)
    raise CorruptFile(f"{cells} cells below {len(names)} column names", shown, line.number)


def cells_of(text: str, delimiter: str | None) -> list[str]:
    """The cells of a row, without an empty one behind a closing delimiter."""
    cells = split(text, delimiter)
    return cells[:-1] if len(cells) > 1 and not cells[-1].strip() else cells


def units_row(text: str, delimiter: str | None, width: int) -> list[str] | None:
    """The units below a column line, None where the line is something else."""
    cells = [cell.strip() for cell in cells_of(text, delimiter)]
    if len(cells) != width or any(is_number(cell, comma=True) for cell in cells):
        return None
    return cells if any(unit_of(cell) for cell in cells if cell) else None


def data_row(text: str) -> tuple[str | None, bool, int] | None:
    """Delimiter, decimal comma and count of the cells of a row of three numbers or more, None where it is none."""
    for delimiter in DELIMITERS:
        cells = cells_of(text, delimiter)
        if len(cells) < len(UNNAMED):
            continue
        for comma in (False,) if delimiter == "," else (False, True):
            if all(is_number(cell, comma=comma) for cell in cells):
                return delimiter, comma, len(cells)
    return None


def check_units(above: Line | None, delimiter: str | None, shown: str) -> None:
    """Raises CorruptFile where the line above the rows names columns of ours in units that are not known, or others."""
    if above is None:
        return
    cells = split(above.text.lstrip("#%/! "), delimiter)
    found = unknown_unit(cells)
    others = [cell.strip() for cell in cells if understood(cell) is not None]
    if found is None and len(others) > 1:
        sentence = f"names columns ({', '.join(others[:4])}), but no frequency and impedance"
        raise CorruptFile(sentence, shown, above.number)
    if found is not None:
        sentence = f"the unit {found[1]} of column {found[0]} is not known; known are Hz and ohm with prefixes, ohm cm2"
        raise CorruptFile(sentence, shown, above.number)


def headless(line: Line, delimiter: str | None, comma: bool, width: int) -> Shape:
    """The layout of a table that begins with numbers at once."""
    names = UNNAMED + tuple(f"column {i + 1}" for i in range(len(UNNAMED), width))
    return Shape(names, delimiter, comma, line.start, line.number, headed=False)


def unnamed(rows: Rows, shown: str) -> Content:
    """The spectra of a table without column line, frequency first or behind a column that counts the rows."""
    values = rows.values
    shift = int(values.shape[1] > len(UNNAMED) and len(values) > 1 and counts(values[:, 0]))
    frequency = values[:, shift]
    if len(frequency) > EVEN and np.ptp(np.diff(frequency)) <= 1e-6 * np.ptp(frequency):
        raise UnknownFormat("has no column line, and its first column runs in equal steps, unlike a frequency", shown)
    if not np.any(frequency > 0):
        raise CorruptFile("has no column line, and its first column holds no frequency above 0", shown)
    names = tuple("index" for _ in range(shift)) + UNNAMED
    found = content(Table(layout(names), values, shown, headed=False), rows.dropped)
    order = ", ".join(f"{name} in column {i + 1 + shift}" for i, name in enumerate(UNNAMED))
    return found.noted("assumed", shown, f"no line names the columns: {order}")


def counts(column: Floats) -> bool:
    """True for a column that counts rows: whole numbers from 0 or 1 in steps of one."""
    return bool(column[0] in (0.0, 1.0) and np.all(np.diff(column) == 1))
