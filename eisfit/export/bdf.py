"""A series as a BDF file: the record under the labels of BDF, the spectra beside it; `eisfit.read` gives it back.

Rows are of two kinds: those of the record, and one for each impedance point, which have a frequency. All are in the
order of time. What BDF has no label for stands in the columns of the tidy table.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from eisfit.export.spectra import columns_of, rows_of
from eisfit.export.tables import write_csv
from eisfit.readers.own.bdf_columns import CHARGE, CURRENT, HALF_CYCLE, IMPEDANCE, SPOKEN, TIDY, TIME, VOLTAGE
from eisfit.spectrum import Series


def write_bdf(series: Series, path: Path) -> Path:
    """One BDF file of every spectrum and of the record."""
    columns = bdf_columns(series)
    lines = (tuple(row.get(name) for name in columns) for row in ordered(series))
    return write_csv(path, columns, lines)


def bdf_columns(series: Series) -> tuple[str, ...]:
    """Labels of BDF first, then the columns of the tidy table."""
    tidy = [name for name in columns_of(series) if name not in TIDY.values()]
    own = [] if series.record is None else [HALF_CYCLE]
    return (*SPOKEN, *IMPEDANCE, *tidy, *own)


def ordered(series: Series) -> Iterator[dict[str, Any]]:
    """The rows of both kinds by their time; spectra whose time is not known come last, as they stand."""
    rows = [*record_rows(series), *point_rows(series)]
    yield from sorted(rows, key=lambda row: float("inf") if row[TIME] is None else row[TIME])


def record_rows(series: Series) -> Iterator[dict[str, Any]]:
    """One row per row of the record."""
    record = series.record
    if record is None:
        return
    columns = (record.time_s, record.potential_V, record.current_A, record.charge_mAh, record.half_cycle)
    for row in zip(*(column.tolist() for column in columns), strict=True):
        yield dict(zip((TIME, VOLTAGE, CURRENT, CHARGE, HALF_CYCLE), known(row), strict=True))


def known(values: tuple[Any, ...]) -> tuple[Any, ...]:
    """Values in which a number that is not there is None."""
    return tuple(value if value == value else None for value in values)


def point_rows(series: Series) -> Iterator[dict[str, Any]]:
    """One row per impedance point, with the conditions of its spectrum under both names."""
    columns = columns_of(series)
    labels = {tidy: label for label, tidy in TIDY.items()}
    for cells in rows_of(series):
        row = dict(zip(columns, cells, strict=True))
        out = {labels.get(name, name): value for name, value in row.items()}
        yield out | {label: row[name] for label, name in SPOKEN.items()}
