"""Drift within one sweep, from what the series knows beside the spectrum itself: its neighbours, and the cell at rest.

A drift is nearly causal and so nearly invisible to a Kramers-Kronig test. The neighbours say how fast the impedance
changes, the record how fast the potential moves before the sweep; the frequencies say how long a sweep takes at least.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from eisfit.spectrum import Floats, FrozenArrays, Record, Series, Spectrum, read_only

BEFORE_S = 300.0
"""Seconds of the record before a sweep from which the slope of the potential is taken."""
LEAST_ROWS = 3


@dataclass(frozen=True, slots=True, eq=False)
class SweepDrift(FrozenArrays):
    """What a sweep may have drifted by, arrays (N,), NaN where it is not known.

    duration_s: one period of each frequency, the least that a sweep takes; neighbour_percent: change of |Z| at the
    lowest frequency in that time, at the pace between the spectra before and after (of one half-cycle; a step of the
    state of charge between them counts as a change, so it is an upper estimate for a cell at rest); potential_mV:
    change of the potential in that time, at its slope in the five minutes before.
    """

    duration_s: Floats
    neighbour_percent: Floats
    potential_mV: Floats

    def __len__(self) -> int:
        return len(self.duration_s)

    def sentence(self, i: int) -> str:
        """What is known of spectrum i, empty where nothing is."""
        parts = []
        if np.isfinite(self.neighbour_percent[i]):
            parts.append(f"|Z| at the lowest frequency by {abs(self.neighbour_percent[i]):.2g} %")
        if np.isfinite(self.potential_mV[i]):
            parts.append(f"the potential by {abs(self.potential_mV[i]):.2g} mV")
        if not parts:
            return ""
        return f"at the pace seen around it, a sweep of {self.duration_s[i]:.3g} s changes {' and '.join(parts)}"


def sweep_drift(series: Series) -> SweepDrift:
    """Duration of every sweep, and what neighbours and record say about a change in that time."""
    duration = np.array([float((1 / s.frequency).sum()) for s in series])
    time = series.column("time_s")
    slope = np.array([_slope(series.record, t) for t in time]) if series.record else np.full(len(series), np.nan)
    return SweepDrift(
        duration_s=read_only(duration),
        neighbour_percent=read_only(100 * duration * _pace(series, time)),
        potential_mV=read_only(1000 * duration * slope),
    )


def _pace(series: Series, time: Floats) -> Floats:
    """Relative change of |Z| at the lowest frequency per second, from the nearest neighbours on both sides, (N,)."""
    low = np.array([np.log(max(abs(s.impedance[s.used | ~s.used.any()][-1]), 1e-300)) for s in series])
    out = np.full(len(series), np.nan)
    for i in range(len(series)):
        around = [j for j in (i - 1, i, i + 1) if 0 <= j < len(series) and _comparable(series[i], series[j])]
        if len(around) > 1 and np.isfinite(time[around]).all() and time[around[-1]] > time[around[0]]:
            out[i] = (low[around[-1]] - low[around[0]]) / (time[around[-1]] - time[around[0]])
    return out


def _comparable(one: Spectrum, other: Spectrum) -> bool:
    """Of one half-cycle and ending at the same frequency within 10 %."""
    a, b = one.conditions, other.conditions
    same = (a.direction, a.cycle) == (b.direction, b.cycle)
    return same and abs(np.log(one.frequency[-1] / other.frequency[-1])) < 0.1


def _slope(record: Record, time: float) -> float:
    """Slope of the potential in V/s over the minutes before a time, current unchanged; NaN where it is not known."""
    if not np.isfinite(time):
        return float("nan")
    rows = slice(*np.searchsorted(record.time_s, (time - BEFORE_S, time)))
    t, potential, current = record.time_s[rows], record.potential_V[rows], record.current_A[rows]
    rest = np.abs(current) <= 1e-3 * np.abs(record.current_A).max(initial=0) if len(t) else np.zeros(0, bool)
    known = rest & np.isfinite(potential)
    if known.sum() < LEAST_ROWS or np.ptp(t[known]) == 0:
        return float("nan")
    return float(np.polyfit(t[known] - time, potential[known], 1)[0])
