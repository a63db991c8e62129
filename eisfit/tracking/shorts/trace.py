"""What the voltage says: overpotential, sudden falls and noise per half-cycle; and what a rest proves.

In a symmetric cell the voltage under current is the overpotential, eta = median |V| over the last half of a half-cycle.
A short takes its share of the current: eta falls, in steps while contacts form, and vibrates. The noise is that of
second differences, 1.4826 MAD / sqrt(6) (their variance is 6 sigma^2). In a cell with an EMF none of this holds; there
the rest speaks: a leak discharges it, I_leak <= |dQ/dV| |dV/dt|, so R_short >= |V| / I_leak.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np

from eisfit.spectrum import Bools, Floats, Record, Series

REFERENCE = 3
"""Half-cycles that the others are compared with."""
POINTS = 8
"""Rows under current that a half-cycle needs."""
SILENT_V = 0.02
"""Median |V| at rest below which a cell has no EMF."""
EMF_V = 0.05
"""|V| at rest from which an EMF can prove something."""
STEP_SIGMA = 6.0


class HalfCycle(NamedTuple):
    """One half-cycle: end of its current (s), current (A), overpotential (V), largest sudden fall (V), noise (V)."""

    end_s: float
    current_A: float
    eta: float
    step: float
    noise: float


def half_cycles(record: Record) -> list[HalfCycle]:
    """Every half-cycle with enough rows under current."""
    flowing = np.isfinite(record.current_A) & np.isfinite(record.potential_V) & (np.abs(record.current_A) > 0)
    flowing &= np.abs(record.current_A) > 0.1 * np.max(np.abs(record.current_A[flowing]), initial=0.0)
    out = []
    for number in np.unique(record.half_cycle[flowing]):
        rows = np.flatnonzero(flowing & (record.half_cycle == number))
        if len(rows) >= POINTS:
            out.append(_half_cycle(record.time_s[rows], np.abs(record.potential_V[rows]), record.current_A[rows]))
    return out


def _half_cycle(time: Floats, volts: Floats, current: Floats) -> HalfCycle:
    noise = 1.4826 * float(np.median(np.abs(np.diff(volts, 2)))) / np.sqrt(6)
    eta = float(np.median(volts[len(volts) // 2 :]))
    return HalfCycle(float(time[-1]), float(np.median(current)), eta, _sudden_fall(volts), noise)


def _sudden_fall(volts: Floats) -> float:
    """The largest fall between the medians of three rows before and three rows after a place, V."""
    triples = np.lib.stride_tricks.sliding_window_view(volts, 3)
    level = np.median(triples, axis=1)
    return float(max(0.0, np.max(level[:-3] - level[3:], initial=0.0)))


def speaks(series: Series) -> bool:
    """Whether the voltage under current is an overpotential: a symmetric cell, or one without voltage at rest."""
    if series.record is None or series.cell.type in ("half", "full", "blocking"):
        return False
    resting = series.record.current_A == 0
    silent = resting.any() and float(np.nanmedian(np.abs(series.record.potential_V[resting]))) < SILENT_V
    return series.cell.type == "symmetric" or silent


def trace_says(series: Series, limits: Mapping[str, float]) -> tuple[str, ...]:
    """For every spectrum what the last half-cycle before it tells of a short, "" where nothing."""
    times = series.column("time_s")
    if series.record is None or not speaks(series):
        return ("",) * len(series)
    cycles = half_cycles(series.record)
    if len(cycles) <= REFERENCE:
        return ("",) * len(series)
    said = [_suspicion(cycle, cycles[:REFERENCE], limits) for cycle in cycles]
    said[:REFERENCE] = [""] * REFERENCE
    last = np.searchsorted([cycle.end_s for cycle in cycles], times, side="right") - 1
    return tuple(said[k] if k >= 0 and np.isfinite(t) else "" for k, t in zip(last, times, strict=True))


def _suspicion(cycle: HalfCycle, first: list[HalfCycle], limits: Mapping[str, float]) -> str:
    """What is odd about a half-cycle in comparison with the first ones at the same current."""
    ohm = float(np.median([c.eta / abs(c.current_A) for c in first]))
    expected = ohm * abs(cycle.current_A)
    noise = max(float(np.median([c.noise for c in first])), 1e-9)
    said = []
    fall = 1 - cycle.eta / expected if expected > 0 else 0.0
    if fall >= limits["suspect_short.overpotential"]:
        said.append(f"the overpotential fell by {100 * fall:.0f} %")
    if cycle.step >= max(limits["suspect_short.step"] * expected, STEP_SIGMA * noise):
        said.append(f"the voltage dropped suddenly by {1e3 * cycle.step:.3g} mV")
    if cycle.noise >= limits["suspect_short.noise"] * noise and cycle.noise > 0.01 * expected:
        said.append(f"the voltage was {cycle.noise / noise:.2g} times noisier")
    return ", ".join(said)


def proven_resistance(series: Series) -> Floats:
    """Leaks below this resistance (N,) ohm would have discharged the cell at rest faster than it was; NaN: no proof.

    The rest is the one that a spectrum follows: the last third of its rows without current. dQ/dV is the slope of
    charge against potential over the last tenth of the half-cycle before it.
    """
    out = np.full(len(series), np.nan)
    record, times = series.record, series.column("time_s")
    if record is None or speaks(series) or series.cell.type in ("symmetric", "blocking"):
        return out
    resting = np.abs(record.current_A) <= 1e-3 * np.max(np.abs(record.current_A), initial=0.0)
    for i in np.flatnonzero(np.isfinite(times)):
        out[i] = _proven(record, resting, float(times[i]))
    return out


def _proven(record: Record, resting: Bools, time: float) -> float:
    end = int(np.searchsorted(record.time_s, time, side="right"))
    before = np.flatnonzero(~resting[:end])
    start = int(before[-1]) + 1 if before.size else 0
    rest = np.arange(start, end)[-max((end - start) // 3, 0) :] if end - start >= 9 else np.arange(0)
    if not rest.size or not before.size:
        return np.nan
    tail = before[record.half_cycle[before] == record.half_cycle[before[-1]]]
    tail = tail[-max(len(tail) // 10, 5) :]
    volts = float(np.median(np.abs(record.potential_V[rest])))
    moved = abs(record.potential_V[tail[-1]] - record.potential_V[tail[0]])
    charge = abs(record.charge_mAh[tail[-1]] - record.charge_mAh[tail[0]]) * 3.6
    if volts < EMF_V or not moved > 0:
        return np.nan
    slope = abs(np.polyfit(record.time_s[rest], record.potential_V[rest], 1)[0])
    leak = charge / moved * slope
    return float(volts / leak) if leak > 0 else np.nan
