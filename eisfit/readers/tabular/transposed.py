"""Tables with a spectrum per row: `f_1, r_1, i_1, f_2, r_2, i_2, ...` beside conditions of the cell."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from eisfit.readers.tabular.columns import Column, Layout
from eisfit.readers.tabular.spellings import Quantity
from eisfit.spectrum import Floats

FEWEST = 3
"""Points in a row that make it a spectrum."""
SAME = 0.01
"""Relative difference of the frequencies in a column of the table from row to row."""
BESIDE: tuple[Quantity, ...] = ("time", "potential", "current", "cycle", "temperature", "pressure", "soc")
"""What a column beside the points says of the whole row."""


def is_per_row(several: Sequence[Layout], values: Floats) -> bool:
    """True where columns side by side are the points of one spectrum, not spectra: frequencies run along the row."""
    if len(several) < FEWEST:
        return False
    index = [columns["frequency"][0].index for columns in several if "frequency" in columns]
    if len(set(index)) < len(several):
        return False
    frequency = values[:, index]
    first = frequency[0]
    if not (np.all(np.isfinite(first)) and np.all(first > 0)):
        return False
    with np.errstate(divide="ignore", invalid="ignore"):
        same = np.abs(frequency / first - 1) <= SAME
    steps = np.diff(np.log(first))
    runs = bool(np.all(steps > 0) or np.all(steps < 0))
    return runs and bool(np.mean(same | ~np.isfinite(frequency)) > 0.9)


def per_row(several: Sequence[Layout], whole: Layout, values: Floats) -> tuple[Layout, Floats]:
    """The same table with a row per point: its columns and values, the number of the row as that of the spectrum."""
    parts: list[Quantity] = [q for q in several[0] if all(q in columns for columns in several)]
    points = {q: [columns[q][0] for columns in several] for q in parts}
    used = {column.index for found in points.values() for column in found}
    beside = {q: [c for c in whole.get(q, ()) if c.index not in used] for q in BESIDE}
    layout: Layout = {}
    columns: list[Floats] = []
    count = len(several)
    for quantity, found in points.items():
        layout[quantity] = (moved(found[0], len(columns)),)
        columns.append(values[:, [column.index for column in found]].ravel())
    for quantity, others in beside.items():
        if others:
            layout[quantity] = (moved(others[0], len(columns)),)
            columns.append(np.repeat(values[:, others[0].index], count))
    layout["group"] = (Column(len(columns), "group", 1.0, "", "row"),)
    columns.append(np.repeat(np.arange(len(values), dtype=np.float64), count))
    return layout, np.column_stack(columns)


def moved(column: Column, index: int) -> Column:
    """The same column at another place."""
    return Column(
        index, column.quantity, column.factor, column.unit, column.name, column.signed, column.word, column.lost
    )
