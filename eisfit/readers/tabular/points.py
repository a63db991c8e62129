"""Which rows of a table are impedance points; the others are overloads, missing numbers, means, direct current."""

from __future__ import annotations

import numpy as np

from eisfit.medians import median_of
from eisfit.readers.tabular.quantities import route_of
from eisfit.readers.tabular.table import Table
from eisfit.spectrum import Bools, Complexes, Floats, Note


def usable(table: Table, frequency: Floats, impedance: Complexes) -> tuple[Bools, list[Note]]:
    """True for the rows that are impedance points (N,), and notes on how many others there are and why."""
    values = needed(table)
    if are_points(values, frequency, impedance):
        return np.ones(len(frequency), bool), []
    over, missing, sums = overloads(values), absent(values), summaries(values, frequency)
    if not (over | missing | sums).any() and np.all(
        (frequency > 0) & (frequency < np.inf) & np.isfinite(impedance) & (impedance != 0)
    ):
        return np.ones(len(frequency), bool), []
    direct = frequency == 0
    broken = ~(np.isfinite(frequency) & np.isfinite(impedance)) & ~over
    negative = (frequency < 0) & ~broken
    nothing = (impedance == 0) & (frequency > 0)
    notes = [
        Note("dropped", table.shown, f"{counted(rows)} {sentence}")
        for rows, sentence in (
            (over, f"with the mark of an overload instead of a number ({places(over)})"),
            (missing, f"with a number of nines alone, the mark of a missing one ({places(missing)})"),
            (sums, "at the end, the mean (or sum, or median) of those above"),
            (broken & ~direct, "without a finite frequency and impedance"),
            (negative, "with a frequency below 0"),
            (nothing & ~over, "with an impedance of exactly 0"),
        )
        if rows.any()
    ]
    good: Bools = ~(over | missing | sums | direct | broken | negative | nothing)
    if direct.any() and good.any():
        notes.append(Note("ignored", table.shown, f"{counted(direct)} at f = 0 (direct current), no impedance points"))
    return good, notes


def are_points(values: Floats, frequency: Floats, impedance: Complexes) -> bool:
    """True where one look tells that all rows are points: no mark of anything, the lowest frequency in the last row."""
    lowest = frequency.min() if values.size else 0.0
    if not (0 < lowest == frequency[-1] and frequency.max() < np.inf and impedance.all()):
        return False
    size = np.abs(values)
    large = size[size >= NINES[0]]
    marked = (large.size and (large.max() >= OVERLOAD or is_nines(large).any())) or (values == NEGATIVE[0]).any()
    return not marked and bool(np.isfinite(impedance).all())


OVERLOAD = 1e30
"""Numbers beyond this are marks of an overload (9.9E37, 3.4E38): no part of an impedance has such a size."""
LISTED = 6
"""Rows that a note names."""


def overloads(values: Floats) -> Bools:
    """True for the rows that hold the mark of an overload where a number of the impedance should be (N,)."""
    return np.asarray(np.any(np.isfinite(values) & (np.abs(values) >= OVERLOAD), axis=1))


NINES = tuple(float("9" * n) for n in range(4, 8))
"""Numbers that stand for a missing one."""
NEGATIVE = (-999.0, *(-nines for nines in NINES))
"""Such numbers below zero, among them one that is too small to tell above it."""
FAR = 3.0
"""How many times a mark is larger than the median of its column."""


def absent(values: Floats) -> Bools:
    """True for the rows that hold nines alone, far from all else, where a part of the impedance should be (N,)."""
    marks, below = is_nines(np.abs(values)), np.isin(values, NEGATIVE)
    if not (marks.any() or below.any()) or len(values) < LEAST:
        return np.zeros(len(values), bool)
    with np.errstate(invalid="ignore"):
        usual = [median_of(np.abs(column[np.isfinite(column)])) for column in values.T]
        far = marks & (np.abs(values) > FAR * np.array(usual))
    return np.asarray(np.any(far | (below & apart(values, below)), axis=1))


def apart(values: Floats, marks: Bools) -> Bools:
    """True for marks that stand apart from all else (N, K): of another sign or size than their column, or several."""
    others = np.where(marks | ~np.isfinite(values), 0.0, values)
    alone = np.asarray((others >= 0).all(0) | (np.abs(values) > FAR * np.abs(others).max(0, initial=0.0)))
    return np.asarray(alone | (marks.sum(1, keepdims=True) > 1))


def is_nines(size: Floats) -> Bools:
    """True for numbers, without their sign, of nines alone (N, K)."""
    return np.asarray((size[..., None] == NINES).any(-1))


SUMMARIES = 3
"""Rows at the end of a table that may sum up the others."""
EQUAL = 1e-4
"""Relative difference below which a row is the mean of the others."""
LEAST = 6
"""Rows of which such a mean is told from a point."""


def summaries(values: Floats, frequency: Floats) -> Bools:
    """True for the last rows that are the mean, the sum, the median or the deviation of those above (N,)."""
    out = np.zeros(len(values), bool)
    if len(values) <= LEAST or not frequency[-1] > frequency[:-1].min():
        return out  # the usual end of a sweep
    if frequency[-1] > frequency[:-1].max() and not is_summary(frequency[-1:], frequency[:-1, None]):
        return out
    rows = np.column_stack([frequency, values])
    for count in range(SUMMARIES, 0, -1):
        if len(rows) - count >= LEAST and all(is_summary(row, rows[:-count]) for row in rows[-count:]):
            out[-count:] = True
            break
    return out


def is_summary(row: Floats, above: Floats) -> bool:
    """True where each number of a row is the same statistic of its column."""
    if not np.isfinite(row).all() or not np.isfinite(above).all():
        return False
    told = (above.mean(0), above.sum(0), np.array([median_of(column) for column in above.T]), above.std(0, ddof=1))
    return any(bool(np.all(np.abs(row - one) <= EQUAL * np.abs(one))) for one in told)


def needed(table: Table) -> Floats:
    """The columns of the impedance as they are printed (N, K)."""
    route = route_of(table.columns, geometry=table.vacuum_F is not None)
    return table.values[:, [table.columns[q][0].index for q in (route.needs if route else ()) if q in table.columns]]


def places(rows: Bools) -> str:
    """Which rows of a table, counted from 1."""
    told = [str(i + 1) for i in np.flatnonzero(rows)]
    which = ", ".join(told[:LISTED]) + (", ..." if len(told) > LISTED else "")
    return f"row {which}" if len(told) == 1 else f"rows {which}"


def counted(rows: Bools) -> str:
    """How many rows, in words."""
    count = int(rows.sum())
    return f"{count} row" if count == 1 else f"{count} rows"
