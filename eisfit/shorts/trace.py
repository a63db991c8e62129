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
from numpy.typing import NDArray

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
REST_ROWS = 9
"""Rows that a rest needs to prove something."""
COULOMB_PER_MAH = 3.6
RAMP = 0.03
"""Relative step of the current from one half-cycle to the next that is one of a ramp."""


class HalfCycle(NamedTuple):
    """One half-cycle: end of its current (s), current (A), overpotential (V), largest sudden fall (V), noise (V)."""

    end_s: float
    current_A: float
    eta: float
    step: float
    noise: float


def flows(record: Record) -> Bools:
    """Where a current flows, (T,): above a thousandth of the largest."""
    current = np.nan_to_num(np.abs(record.current_A))
    return np.asarray(current > 1e-3 * current.max(initial=0.0))


def half_cycles(record: Record) -> list[HalfCycle]:
    """Every half-cycle with enough rows under current."""
    flowing = flows(record) & np.isfinite(record.potential_V)
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
    resting = np.abs(series.record.potential_V[~flows(series.record)])
    resting = resting[np.isfinite(resting)]
    return series.cell.type == "symmetric" or bool(resting.size and np.median(resting) < SILENT_V)


class Trace(NamedTuple):
    """What the voltage tells of a short: per spectrum, in the half-cycle before it ("" for nothing); and remarks."""

    says: tuple[str, ...]
    remarks: tuple[str, ...] = ()


def read_trace(series: Series, limits: Mapping[str, float]) -> Trace:
    """The voltage trace of a cell without EMF; nothing where there is none, or too few half-cycles."""
    silent = Trace(("",) * len(series))
    if series.record is None or not speaks(series):
        return silent
    cycles = half_cycles(series.record)
    if len(cycles) <= REFERENCE:
        return silent
    said = [_suspicion(cycle, cycles[:REFERENCE], limits) for cycle in cycles]
    said[:REFERENCE] = [""] * REFERENCE
    times = series.column("time_s")
    last = np.searchsorted([cycle.end_s for cycle in cycles], times, side="right") - 1
    says = tuple(said[k] if k >= 0 and np.isfinite(t) else "" for k, t in zip(last, times, strict=True))
    return Trace(says, _critical_current(cycles, said, series.cell.area_cm2))


def _critical_current(cycles: list[HalfCycle], said: list[str], area: float | None) -> tuple[str, ...]:
    """Up to which current a ramp went well; nothing where the current is no ramp of three steps or more."""
    size = np.array([abs(cycle.current_A) for cycle in cycles])
    steps = np.diff(size)
    if not ((steps > -RAMP * size[:-1]).all() and (steps > RAMP * size[:-1]).sum() >= REFERENCE - 1):
        return ()
    short = next((k for k, text in enumerate(said) if text), None)
    if short is None:
        return (f"The current is a ramp: up to {_current(size[-1], area)} the voltage shows no short.",)
    well = _current(size[short - 1], area)
    return (
        f"The current is a ramp: at {_current(size[short], area)} the voltage speaks of a short, {well} went well.",
    )


def _current(ampere: float, area: float | None) -> str:
    text = f"{1e3 * ampere:.3g} mA"
    return f"{text} ({1e3 * ampere / area:.3g} mA/cm2)" if area else text


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
    flowing = np.flatnonzero(flows(record))
    for i in np.flatnonzero(np.isfinite(times)):
        end = int(np.searchsorted(record.time_s, times[i], side="right"))
        before = flowing[: int(np.searchsorted(flowing, end))]
        if before.size and end - before[-1] > REST_ROWS:
            out[i] = _proven(record, before, np.arange(before[-1] + 1, end))
    return out


def _proven(record: Record, before: NDArray[np.int64], rest: NDArray[np.int64]) -> float:
    """Leaks below this are excluded by a rest (its rows), given the rows of every current before it."""
    rest = rest[-(len(rest) // 3) :]
    tail = before[record.half_cycle[before] == record.half_cycle[before[-1]]]
    tail = tail[-max(len(tail) // 10, 5) :]
    volts = float(np.median(np.abs(record.potential_V[rest])))
    moved = abs(record.potential_V[tail[-1]] - record.potential_V[tail[0]])
    charge = abs(record.charge_mAh[tail[-1]] - record.charge_mAh[tail[0]]) * COULOMB_PER_MAH
    leak = charge * abs(_slope(record.time_s[rest], record.potential_V[rest]))
    known = volts >= EMF_V and moved > 0 and leak > 0
    return float(volts * moved / leak) if known else np.nan


def _slope(time: Floats, volts: Floats) -> float:
    """Least squares slope, V/s."""
    t = time - time.mean()
    size = float((t * t).sum())
    return float((t * volts).sum()) / size if size > 0 else np.nan
