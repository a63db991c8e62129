"""The rest before each spectrum: the potential at which it ended, and how fast the potential still moved."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from eisfit.spectrum import Floats, Record, Series

BEFORE_S = 300.0
"""Seconds at the end of a rest from which the slope of the potential is taken."""
LEAST_REST_S = 60.0
"""The rows of a slope must span so long: the potential moves fast at first, and that is no measure of the sweep."""
LEAST_ROWS = 3
"""Where the last minutes have fewer rows, so many rows at the end of the rest are taken."""
RESTING = 1e-3
"""A current below this part of the largest one of the record is none."""
MILLIVOLT_PER_HOUR = 3.6e6
"""mV/h in 1 V/s."""


class Rests(NamedTuple):
    """Potential at the end of the rest before each spectrum (N,) V, its slope there (N,) mV/h; NaN where not known."""

    potential_V: Floats
    slope_mV_h: Floats


def rests(series: Series) -> Rests:
    """The rest before every spectrum: what its file or series.csv tells, else the rows of the record just before it.

    Rows count as far back as no current flowed; the last must lie within five minutes of the sweep, else what the cell
    did in between is not known. The slope is a straight line through the last five minutes.
    """
    potential, slope = series.column("rest_potential_V"), series.column("rest_slope_mV_h")
    if series.record is not None and len(series.record):
        moving = _moving(series.record)
        found = [_before(series.record, time, moving) for time in series.column("time_s")]
        read = np.array(found, dtype=np.float64).reshape(len(series), 2)
        potential = np.where(np.isfinite(potential), potential, read[:, 0])
        slope = np.where(np.isfinite(slope), slope, read[:, 1])
    return Rests(potential, slope)


def _moving(record: Record) -> NDArray[np.int64]:
    """The rows in which a current flows, ascending; a row without a known current is none of them."""
    current = np.nan_to_num(np.abs(record.current_A))
    return np.flatnonzero(current > RESTING * current.max(initial=0.0))


def _before(record: Record, time: float, moving: NDArray[np.int64]) -> tuple[float, float]:
    """Potential (V) and slope (mV/h) at the end of the rest before a time, given the rows in which a current flows."""
    nothing = float("nan"), float("nan")
    end = int(np.searchsorted(record.time_s, time)) if np.isfinite(time) else 0
    if not end or time - record.time_s[end - 1] > BEFORE_S:
        return nothing
    last = int(np.searchsorted(moving, end))
    begin = int(moving[last - 1]) + 1 if last else 0
    known = np.isfinite(record.potential_V[begin:end])
    return ending(record.time_s[begin:end][known], record.potential_V[begin:end][known])


def ending(time: Floats, potential: Floats) -> tuple[float, float]:
    """Last potential (V) of a rest and its slope there (mV/h) from rows (T,); NaN where there are too few."""
    if not len(time):
        return float("nan"), float("nan")
    recent = time >= time[-1] - BEFORE_S
    rows = np.flatnonzero(recent) if recent.sum() >= LEAST_ROWS else np.arange(len(time))[-LEAST_ROWS:]
    t, v = time[rows] - time[-1], potential[rows]
    if len(t) < LEAST_ROWS - 1 or t[-1] - t[0] < LEAST_REST_S:
        return float(potential[-1]), float("nan")
    return float(potential[-1]), float(np.polyfit(t, v, 1)[0]) * MILLIVOLT_PER_HOUR
