"""A table whose columns are understood."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from eisfit.errors import CorruptFile
from eisfit.medians import median_of
from eisfit.readers._base import Electrode
from eisfit.readers.tabular.columns import Column, Layout, has_frequency, has_impedance
from eisfit.readers.tabular.refusals import HELP, refusal, unknown_unit
from eisfit.readers.tabular.spellings import Quantity
from eisfit.spectrum import Bools, Cell, Floats

Indices = NDArray[np.int64]


class Table(NamedTuple):
    """A table whose columns are understood: values (N, M) as printed, the file it stands in, what the header told.

    `headed` is False where the table has no column line, `cycling` True where the technique cycles between its
    spectra. `shown` is the path for messages, `vacuum_F` the capacitance of the empty cell that the header states.
    """

    columns: Layout
    values: Floats
    shown: str
    headed: bool = True
    cycling: bool = False
    start: datetime | None = None
    cell: Cell | None = None
    electrode: Electrode = "we"
    vacuum_F: float | None = None

    def column(self, quantity: Quantity) -> Floats | None:
        """The best column of a quantity in our units (N,), None where the table has none."""
        found = self.columns.get(quantity)
        return None if found is None else in_units(self.values, found[0])

    def at(self, quantity: Quantity, rows: Bools | Indices) -> Floats | None:
        """A quantity in some rows, from its best column that is not 0 in all of them.

        Techniques that mix steps leave 0 in the columns that a step does not measure.
        """
        columns = self.columns.get(quantity)
        if columns is None:
            return None
        if len(columns) == 1:
            return _in_units(self.values[rows, columns[0].index], columns[0])
        parts = [_in_units(self.values[rows, column.index], column) for column in columns]
        return next((part for part in parts if part.any()), parts[0])

    def first(self, quantity: Quantity, row: int) -> float:
        """A quantity in one row, from its best column; NaN where the table has none."""
        found = self.columns.get(quantity)
        return float("nan") if found is None else float(_in_units(self.values[row, found[0].index], found[0]))


def in_units(values: Floats, column: Column) -> Floats:
    """One column of values (N, M) in our units (N,); kelvin and Fahrenheit become degrees Celsius."""
    return _in_units(values[:, column.index], column)


def _in_units(numbers: Floats, column: Column) -> Floats:
    if column.unit == "°F":
        return (numbers - 32) / 1.8
    if column.factor != 1.0:
        numbers = numbers * column.factor
    return numbers - 273.15 if column.unit == "K" else numbers


def check(columns: Layout, shown: str, names: Sequence[str] = (), *, geometry: bool = False) -> None:
    """Raises CorruptFile where impedances lack their frequency, or frequencies their impedance."""
    told = names or [found[0].name for found in columns.values()]
    if has_frequency(columns) and not has_impedance(columns, geometry=geometry):
        raise CorruptFile(refusal(told), shown)
    if not has_frequency(columns) and columns.keys() & {"real", "imaginary", "magnitude"}:
        if unknown_unit(told) is not None:
            raise CorruptFile(refusal(told), shown)
        listed = ", ".join(found[0].name for found in columns.values())
        sentence = f"no frequency column (freq/Hz); the columns that are understood are {listed}"
        raise CorruptFile(f"{sentence}: {HELP}", shown)


def medians(table: Table, quantities: Sequence[Quantity], rows: Indices) -> dict[Quantity, float | None]:
    """The medians of some quantities over some rows, None where there is no finite value."""
    found: dict[Quantity, float | None] = dict.fromkeys(quantities)
    there = [(q, table.columns[q]) for q in quantities if q in table.columns]
    alone = [(q, columns[0]) for q, columns in there if len(columns) == 1]
    values = table.values[rows[:, None], [column.index for _, column in alone]] if alone else None
    if values is not None and np.isfinite(values).all():
        values.sort(axis=0)
        middle = values[(len(rows) - 1) // 2] / 2 + values[len(rows) // 2] / 2
        for i, (q, column) in enumerate(alone):
            found[q] = float(_in_units(middle[i], column))
        there = [(q, columns) for q, columns in there if len(columns) > 1]
    for q, _ in there:
        found[q] = median(table, q, rows)
    return found


def median(table: Table, quantity: Quantity, rows: Indices) -> float | None:
    """The median of a column over some rows, None where there is no finite value."""
    values = table.at(quantity, rows)
    if values is None:
        return None
    good = values[np.isfinite(values)]
    return float(median_of(good)) if good.size else None
