"""Rows of a table as a piece of cycling record."""

from __future__ import annotations

import numpy as np

from eisfit.errors import EmptyFile
from eisfit.readers._base import Trace
from eisfit.readers.tabular.table import Table
from eisfit.spectrum import Bools, Floats


def cycling_only(table: Table) -> Trace:
    """The piece of record that a table without frequencies is."""
    trace = trace_of(table, np.ones(len(table.values), bool), rest=False)
    if trace is None:
        raise EmptyFile("holds no impedance (no frequency column), and no cycling either", table.shown)
    return trace


def trace_of(table: Table, rows: Bools, *, rest: bool) -> Trace | None:
    """Rows of a table as a piece of record, None where time, or potential, or both current and charge are missing.

    A cycling technique of the instrument without any current is open circuit: its current is 0.
    """
    rows = rows.copy()
    for quantity in ("time", "potential", "current", "dq"):
        values = table.column(quantity)
        if values is not None:
            rows &= np.isfinite(values)
    time, potential, current, dq = (table.at(q, rows) for q in ("time", "potential", "current", "dq"))
    if not rows.any() or time is None or potential is None:
        return None
    if current is None:
        if dq is None and not table.cycling:
            return None
        current = np.zeros(len(time)) if dq is None else mean_current(time, dq)
    return Trace(
        time_s=time,
        potential_V=potential,
        current_A=current,
        dq_mAh=dq,
        counter_mAh=table.at("counter", rows),
        temperature_C=table.at("temperature", rows),
        rest=rest,
    )


def mean_current(time: Floats, dq: Floats) -> Floats:
    """The mean current since the row before (T,) A from the charge between the rows, 0 where no time passed."""
    current = np.zeros(len(time))
    passed = np.diff(time)
    moved = passed > 0
    current[1:][moved] = 3.6 * dq[1:][moved] / passed[moved]
    return current
