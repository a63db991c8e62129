"""A table in plain text to spectra and record: the way through `shape`, `numbers`, `columns` and `sweeps`."""

from __future__ import annotations

from collections.abc import Sequence

from eisfit.errors import CorruptFile, EmptyFile, ReadError, UnknownFormat
from eisfit.readers._base import Content, File, is_binary
from eisfit.readers.own.tidy import is_tidy, read_tidy
from eisfit.readers.tabular.cells import is_number
from eisfit.readers.tabular.columns import has_frequency, is_record, layout, needs, side_by_side
from eisfit.readers.tabular.dates import as_seconds
from eisfit.readers.tabular.headless import reading_of, told
from eisfit.readers.tabular.modulus import check_modulus
from eisfit.readers.tabular.names import understood
from eisfit.readers.tabular.numbers import Block, Needs, numbers
from eisfit.readers.tabular.parts import joined, of_columns
from eisfit.readers.tabular.shape import Shape, cells_of, given, shape_of
from eisfit.readers.tabular.sweeps import content
from eisfit.readers.tabular.table import Table, check
from eisfit.readers.tabular.text import lines, plain
from eisfit.readers.tabular.transposed import is_per_row, per_row
from eisfit.spectrum import Note


def looks_like_table(head: bytes) -> bool:
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


def read_table(file: File, *, vacuum_F: float | None = None) -> Content:
    """The content of a table in text; `vacuum_F` is the capacitance of the empty cell where the header states it."""
    if is_binary(file.head):
        raise UnknownFormat("is no text, so it holds no table", file.shown)
    data = plain(file.data)
    if not data.strip():
        raise EmptyFile("is empty", file.shown)
    wanted = file.wishes.columns
    shape = shape_of(data, file.shown, geometry=vacuum_F is not None) if not wanted else given_by(data, wanted, file)
    if is_tidy(shape.names):
        return read_tidy(Block(data, shape.start, shape.line, shape.delimiter, shape.comma, shape.names, file.shown))
    if not shape.headed:
        return unnamed(data, shape, file)
    return named(data, shape, file, vacuum_F)


def given_by(data: bytes, wanted: Sequence[str], file: File) -> Shape:
    """The layout with the names of --columns. Raises CorruptFile where they make no spectrum and no record."""
    columns = layout(tuple(wanted))
    strange = [name for name in wanted if name not in ("", "-", "_", "*") and understood(name) is None]
    if strange:
        raise CorruptFile(
            f"--columns names {strange[0]!r}, which is no quantity that is known; such are f, re, -im, |Z|, "
            "phase/deg, time/s, E/V, I/mA, temperature, cycle, and - for a column to pass over",
            file.shown,
        )
    if not has_frequency(columns) and not is_record(columns):
        raise CorruptFile("--columns has to name a frequency (f), or time, potential and current", file.shown)
    check(columns, file.shown, wanted)
    return given(data, ["" if name in ("-", "_", "*") else name for name in wanted], file.shown)


def named(data: bytes, shape: Shape, file: File, vacuum_F: float | None) -> Content:
    """The content of a table whose columns have names."""
    columns, several = layout(shape.names), side_by_side(shape.names)
    if not several:
        check(columns, file.shown, shape.names, geometry=vacuum_F is not None)
    data, start, dates = (
        as_seconds(data, shape.start, comma=shape.delimiter != ",") if "time" in columns else (data, None, ())
    )
    block = Block(data, shape.start, shape.line, shape.delimiter, shape.comma, shape.names, file.shown)
    rows = numbers(block, needs(*several) if several else needs(columns))
    notes = (*rows.notes, *(Note("assumed", file.shown, sentence) for sentence in dates))
    if shape.spare:
        check_modulus(Table(columns, rows.values, file.shown), len(shape.names), shape.spare, shape.line)
    table = Table(columns, rows.values, file.shown, start=start, electrode=file.wishes.electrode, vacuum_F=vacuum_F)
    if several and is_per_row(several, rows.values):
        layout_, values = per_row(several, columns, rows.values)
        found = content(table._replace(columns=layout_, values=values), notes)
        return found.noted("assumed", file.shown, f"each row is a spectrum of {len(several)} points")
    if several:
        return joined([of_columns(own, rows, file.shown) for own in several], file.shown)
    return content(table, notes)


def unnamed(data: bytes, shape: Shape, file: File) -> Content:
    """The content of a table without column line, as far as its numbers prove which column is which."""
    block = Block(data, shape.start, shape.line, shape.delimiter, shape.comma, shape.names, file.shown)
    rows = numbers(block, Needs(frozenset()))
    if rows.values.shape[1] < 3 or not len(rows.values):
        raise UnknownFormat("holds no table of three columns", file.shown)
    counted = data[: shape.start].split()[-1:] == [str(len(rows.values)).encode()]
    reading = reading_of(rows.values, file.shown, counted=counted)
    names = reading.names(len(shape.names))
    table = Table(layout(names), rows.values, file.shown, headed=reading.sign != 0)
    found = content(table, rows.notes)
    return found.noted("assumed", file.shown, f"no line names the columns: {told(reading)}, by what the numbers show")
