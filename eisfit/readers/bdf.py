"""BDF, the Battery Data Format of the Battery Data Alliance, `.bdf`, `.bdf.csv`: records, with impedance beside.

Usage: the columns `Test Time / s`, `Voltage / V`, `Current / A` are a cycling record. A file that `eisfit convert
--to bdf` wrote has rows with `Frequency / Hz`, `Real Impedance / ohm` and `Imaginary Impedance / ohm` as well, and is
read back as it was: spectra with their conditions, and the record.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from eisfit.errors import CorruptFile
from eisfit.readers._base import Content, File, reader
from eisfit.readers.own.bdf_columns import CHARGE, CURRENT, FREQUENCY, HALF_CYCLE, IMPEDANCE, TIDY, TIME, VOLTAGE
from eisfit.readers.own.tidy import Rows, rows_of, tidy, whole
from eisfit.readers.tabular import read_table
from eisfit.readers.tabular.cells import split, to_number
from eisfit.readers.tabular.numbers import Block
from eisfit.readers.tabular.text import end_of, lines, plain
from eisfit.spectrum import Floats, Record, Series


def sniff(head: bytes) -> bool:
    """The labels of a record in the first line, with those of an impedance and of a tidy table."""
    if b"spectrum" not in head and b"\0" not in head:  # nor in two bytes a letter
        return False
    first = plain(head).partition(b"\n")[0]
    return all(name.encode() in first for name in (TIME, *IMPEDANCE, "spectrum"))


@reader(name="bdf", vendor="Battery Data Alliance", extensions=(".bdf",), sniff=sniff, seen="BDF 0.1 labels")
def read(file: File) -> Content:
    """BDF files: cycling records; those of `eisfit convert --to bdf` with their spectra and conditions."""
    if not sniff(file.head):
        return read_table(file)
    data = plain(file.data)
    first = next(lines(data))
    names = tuple(TIDY.get(name.strip(), name.strip()) for name in split(first.text, ","))
    table, dropped = rows_of(Block(data, end_of(data, first), 2, ",", False, names, file.shown))
    index = names.index(TIDY[FREQUENCY])
    points = [i for i, cells in enumerate(table.cells) if cells[index].strip()]
    found = tidy(part(table, points), dropped)
    assert found.series is not None
    rest = sorted(set(range(len(table.cells))) - set(points))
    if not rest:
        return found
    series = found.series.with_(record=record_of(part(table, rest)))
    return replace(whole(Series(series.spectra, cell=series.cell, record=series.record, notes=series.notes)))


def part(table: Rows, rows: Sequence[int]) -> Rows:
    """Some rows of a table."""
    return table._replace(cells=[table.cells[i] for i in rows], lines=[table.lines[i] for i in rows])


def record_of(table: Rows) -> Record:
    """The rows without a frequency as the cycling record. Raises CorruptFile where a column of it is missing."""
    missing = [name for name in (TIME, VOLTAGE, CURRENT, CHARGE, HALF_CYCLE) if name not in table.names]
    if missing:
        raise CorruptFile(f"has rows of a record, but no column {missing[0]}", table.shown, table.lines[0])
    return Record(
        time_s=column(table, TIME),
        potential_V=column(table, VOLTAGE),
        current_A=column(table, CURRENT),
        charge_mAh=column(table, CHARGE),
        half_cycle=np.round(table.numbers(HALF_CYCLE)).astype(np.int64),
    )


def column(table: Rows, name: str) -> Floats:
    """A column of the record, NaN where a cell is empty."""
    index = table.names.index(name)
    values = [to_number(cells[index], comma=False) for cells in table.cells]
    if None in values:
        row = values.index(None)
        raise table.wrong(name, row, table.cells[row][index], "a number was expected")
    return np.array(values, dtype=np.float64)
