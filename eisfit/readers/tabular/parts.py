"""Files that hold several tables, and files whose numbers come as arrays."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

import numpy as np

from eisfit.errors import EmptyFile
from eisfit.readers._base import Content
from eisfit.readers.tabular.columns import Layout, layout, needs
from eisfit.readers.tabular.numbers import Block, Rows, numbers
from eisfit.readers.tabular.sweeps import content
from eisfit.readers.tabular.table import Table
from eisfit.readers.tabular.text import Line, refuse_many
from eisfit.spectrum import Cell, Source

IMPEDANCE = frozenset({"real", "imaginary", "magnitude", "phase"})


def joined(parts: Sequence[Content], shown: str) -> Content:
    """The contents of the tables of one file as one, their sweeps numbered on. Raises EmptyFile where there is none."""
    if not parts:
        raise EmptyFile("holds no impedance", shown)
    if len(parts) == 1 and parts[0].series is not None:
        return parts[0]
    spectra = [spectrum for part in parts for spectrum in part.spectra]
    spans = [part.span for part in parts if part.span is not None]
    return Content(
        spectra=tuple(s.with_(source=Source(path=shown, sweep=sweep)) for sweep, s in enumerate(spectra)),
        traces=tuple(trace for part in parts for trace in part.traces),
        notes=tuple(dict.fromkeys(note for part in parts for note in part.notes)),
        cell=next((part.cell for part in parts if part.cell is not None), None),
        start=next((part.start for part in parts if part.start is not None), None),
        span=(min(s[0] for s in spans), max(s[1] for s in spans)) if spans else None,
    )


def of_arrays(
    arrays: Mapping[str, Sequence[float] | np.ndarray], shown: str, *, start: datetime | None = None
) -> Content:
    """The content of columns given as arrays by their headers, such as `freq/Hz`, `Re(Z)/Ohm`, `-Im(Z)/Ohm`."""
    names = tuple(arrays)
    values = np.column_stack([np.asarray(arrays[name], dtype=np.float64) for name in names])
    return content(Table(layout(names), values, shown, start=start))


def of_lines(
    names: tuple[str, ...],
    rows: Sequence[Line],
    shown: str,
    *,
    delimiter: str | None = None,
    start: datetime | None = None,
    cell: Cell | None = None,
    cycling: bool = False,
) -> Content:
    """The content of a table given by its headers and its rows as lines."""
    refuse_many(len(names), shown)
    columns = layout(names)
    read = rows_of(names, rows, shown, delimiter)
    return content(Table(columns, read.values, shown, start=start, cell=cell, cycling=cycling), read.notes)


def of_columns(columns: Layout, rows: Rows, shown: str) -> Content:
    """The content of one spectrum among several side by side; a shorter one ends with empty cells."""
    own = [found[0].index for quantity, found in columns.items() if quantity in IMPEDANCE]
    filled = np.isfinite(rows.values[:, own]).any(axis=1)
    return content(Table(columns, rows.values[filled], shown), rows.notes)


def rows_of(names: tuple[str, ...], rows: Sequence[Line], shown: str, delimiter: str | None) -> Rows:
    """The numbers of rows given as lines; a decimal comma is one where commas do not separate the cells."""
    if not rows:
        raise EmptyFile("holds no data rows: the measurement stopped before its first row", shown)
    refuse_many(len(names), shown)
    text = "\n".join(line.text for line in rows) + "\n"
    comma = delimiter != "," and "," in text
    block = Block(text.encode("utf-8"), 0, rows[0].number, delimiter, comma, names, shown)
    return numbers(block, needs(layout(names)))
