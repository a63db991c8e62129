"""Cells with a voltage of their own: a leak that lets them cycle is far too large in ohm for impedance.

What it takes shows in charge that never comes back. Over a cycle of charge Q_in and the discharge Q_out behind it

    I_leak = (Q_in - Q_out) / t,   R = mean |V| / I_leak,   1 - Q_out / Q_in

The first cycle, in which interphases form, tells nothing. While a cell leaks the ends of its charges and of its
discharges slip along the counted charge and its capacity stays; where the capacity falls as much, charge was eaten and
did not leak. A cycling file that is missing shifts the ends once: the potential starts anew while the current keeps its
sign, and such a place is none of a cycle. A rest bounds a leak: I_leak <= |dQ/dV| |dV/dt|.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from eisfit.medians import median_of
from eisfit.numbers import positional, quantity
from eisfit.shorts.half_cycles import flows, speaks
from eisfit.shorts.leak import NORMAL
from eisfit.shorts.spectra import Index
from eisfit.spectrum import Floats, Record, Series

EMF_V = 0.05
"""|V| at rest from which an EMF can prove something."""
REST_ROWS = 9
"""Rows that a rest needs to prove something."""
COULOMB_PER_MAH = 3.6
LOSES = "the cell discharges itself"
"""In what is said of a cell that loses charge at rest."""
LASTING = 2
"""Cycles, apart from the first, that must lose charge."""
WHOLE = 0.5
"""A half-cycle with less of the charge of the usual one is none of a full cycle."""


LEAST_ROWS = 10
"""Rows of a half-cycle in which a new start can be told."""
MOST_NAMED = 3
CLEAR = 3.0
"""Standard errors that a slope at rest is above."""
RESTART = 0.6
"""Of the range of the potential in a half-cycle: what it jumps back by where a file is missing."""
EATEN = 0.5
"""A capacity that falls by this part of the charge that is lost says that it was eaten."""


class Loss(NamedTuple):
    """A cycle: end (s), share of its charge that did not come back, leak current (A), mean |V|, charge back (mAh)."""

    end_s: float
    share: float
    leak_A: float
    volts: float
    back_mAh: float


class _Half(NamedTuple):
    """A half-cycle: begin and end (s), charge that went in (mAh, negative on discharge), mean |V|."""

    begin_s: float
    end_s: float
    charge_mAh: float
    volts: float


def losses(record: Record) -> list[Loss]:
    """Every charge with the discharge behind it, the first cycle left out."""
    halves = _halves(record)
    usual = float(median_of([abs(half.charge_mAh) for half in halves])) if halves else 0.0
    whole = [half for half in halves if abs(half.charge_mAh) > WHOLE * usual]
    out = []
    for up, down in pairwise(whole):
        if up.charge_mAh > 0 > down.charge_mAh and down.end_s > up.begin_s:
            lost = up.charge_mAh + down.charge_mAh
            leak = lost * COULOMB_PER_MAH / (down.end_s - up.begin_s)
            out.append(Loss(down.end_s, lost / up.charge_mAh, leak, (up.volts + down.volts) / 2, -down.charge_mAh))
    return out[1:] if whole and whole[0].charge_mAh > 0 else out


def _halves(record: Record) -> list[_Half]:
    """The half-cycles under current; charge goes in where |V| rises, whatever the sign of the instrument."""
    out, rise = [], 0.0
    for every in _under_current(record):
        for rows in np.split(every, restarts(record, every)):
            if len(rows) <= 2:
                continue
            charge = float(record.charge_mAh[rows[-1]] - record.charge_mAh[rows[0]])
            volts = np.abs(record.potential_V[rows])
            rise += charge * float(volts[-1] - volts[0])
            begin, end = float(record.time_s[rows[0]]), float(record.time_s[rows[-1]])
            out.append(_Half(begin, end, charge, float(volts.mean())))
    return out if rise >= 0 else [half._replace(charge_mAh=-half.charge_mAh) for half in out]


def _under_current(record: Record) -> Iterator[Index]:
    """The rows of every half-cycle in which a current flows and the potential is known."""
    flowing = flows(record) & np.isfinite(record.potential_V)
    for number in sorted(set(record.half_cycle[flowing].tolist())):
        yield np.flatnonzero(flowing & (record.half_cycle == number))


def restarts(record: Record, rows: Index) -> Index:
    """Where within the rows (n,) of one half-cycle the potential starts anew, indices of them from 1."""
    volts = record.potential_V[rows]
    if len(rows) < LEAST_ROWS:
        return np.zeros(0, np.int64)
    step, span = np.diff(volts), float(np.ptp(volts))
    onward = np.sign(float(median_of(step))) or 1.0
    return np.asarray(np.flatnonzero(-onward * step > RESTART * max(span, EMF_V)) + 1)


def missing_files(series: Series) -> tuple[str, ...]:
    """Where a cycling file seems to be missing, in sentences."""
    record = series.record
    if record is None or not len(record) or speaks(series) or series.cell.type in ("symmetric", "blocking"):
        return ()
    found = []
    for rows in _under_current(record):
        found += [float(record.time_s[rows[k]]) / 3600 for k in restarts(record, rows).tolist()]
    if not found:
        return ()
    where = ", ".join(f"{hour:.4g} h" for hour in found[:MOST_NAMED]) + (" and more" if len(found) > MOST_NAMED else "")
    return (
        f"A cycling file seems to be missing before {where}: the potential starts anew while the current keeps its "
        "sign. State of charge and charge behind it are off by what passed in between; no leak is read from it.",
    )


def read_losses(series: Series, limits: Mapping[str, float]) -> tuple[str, ...]:
    """Per spectrum what charge that never came back says of a leak, "" for nothing."""
    nothing = ("",) * len(series)
    record = series.record
    if record is None or not len(record) or speaks(series) or series.cell.type in ("symmetric", "blocking"):
        return nothing
    found = losses(record)
    loud = np.array([loss.share >= limits["suspect_short.loss"] for loss in found], bool)
    if loud.sum() < LASTING:
        return nothing
    lasting = [k for k in np.flatnonzero(loud) if loud[max(k - 1, 0) : k + 2].sum() >= LASTING]
    if not lasting or _eaten([found[k] for k in lasting]):
        return nothing
    text = _said([found[k] for k in lasting], limits["suspect_short.loss"])
    begins = found[lasting[0]].end_s
    times = series.column("time_s")
    return tuple(text if np.isfinite(t) and t >= begins else "" for t in times)


def _eaten(lost: list[Loss]) -> bool:
    """Whether the capacity falls with the charge that is lost: then it was eaten, and did not leak."""
    back = np.array([loss.back_mAh for loss in lost])
    if len(lost) <= LASTING:
        return False
    fall = -float(median_of(np.diff(back)))
    gone = float(median_of([loss.share * loss.back_mAh / (1 - loss.share) for loss in lost if loss.share < 1]))
    return fall > EATEN * gone > 0


def _said(lost: list[Loss], usual: float) -> str:
    """What was lost and the leak that takes it; `usual`: the share that cells without a leak may lose."""
    share = np.array([loss.share for loss in lost])
    current = np.array([loss.leak_A for loss in lost])
    slip = float(median_of([loss.share * loss.back_mAh / (1 - loss.share) for loss in lost if loss.share < 1]))
    ohm = float(median_of([loss.volts / loss.leak_A for loss in lost]))
    ampere = float(median_of(current))
    # of a median, which is 1.25 times that of a mean
    error = 1.25 * float(np.std(current, ddof=1)) / math.sqrt(len(current)) if len(current) > 1 else math.nan
    most, least = ampere + NORMAL * error, ampere * (1 - usual / float(median_of(share))) - NORMAL * error
    low, high = positional(ohm * ampere / most), positional(ohm * ampere / least) if least > 0 else "infinity"
    size = f"R_short = {positional(ohm)} ohm" + (f" ({low} to {high})" if math.isfinite(error) else "")
    stays = " and the capacity stays" if len(lost) > LASTING else ""
    return (
        f"{100 * median_of(share):.0f} % of the charge never came back over {len(lost)} cycles, "
        f"the ends of charge and discharge slip by {slip:.2g} mAh a cycle{stays}: "
        f"a leak would take {1e3 * ampere:.2g} +- {1e3 * error:.1g} mA, {size}, "
        f"the upper end with the {100 * usual:.0f} % that a cell may lose otherwise"
    )


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


def _proven(record: Record, before: Index, rest: Index) -> float:
    """Leaks below this are excluded by a rest (its rows), given the rows of every current before it."""
    rest = rest[-(len(rest) // 3) :]
    tail = before[record.half_cycle[before] == record.half_cycle[before[-1]]]
    tail = tail[-max(len(tail) // 10, 5) :]
    volts = float(median_of(np.abs(record.potential_V[rest])))
    moved = abs(record.potential_V[tail[-1]] - record.potential_V[tail[0]])
    charge = abs(record.charge_mAh[tail[-1]] - record.charge_mAh[tail[0]]) * COULOMB_PER_MAH
    leak = charge * abs(_slope(record.time_s[rest], record.potential_V[rest]))
    known = volts >= EMF_V and moved > 0 and leak > 0
    return float(volts * moved / leak) if known else np.nan


def discharges_at_rest(series: Series) -> tuple[str, ...]:
    """What the potential at rest says of a leak, once relaxation is taken off, in a sentence.

    Behind a discharge relaxation lifts |V|, behind a charge it lowers it; a leak lowers it always. So a |V| that falls
    late in the rests behind discharges tells of a leak, and the mean over both kinds has little relaxation in it.
    """
    record = series.record
    if record is None or not len(record) or speaks(series) or series.cell.type in ("symmetric", "blocking"):
        return ()
    slopes: dict[bool, list[tuple[float, float]]] = {True: [], False: []}
    flowing = np.flatnonzero(flows(record))
    for last, following in zip(flowing, [*flowing[1:], len(record)], strict=False):
        if following - last > REST_ROWS:
            rows = flowing[(flowing <= last) & (record.half_cycle[flowing] == record.half_cycle[last])]
            up = abs(record.potential_V[rows[-1]]) > abs(record.potential_V[rows[0]])
            ohm = _proven(record, rows, np.arange(last + 1, following))
            slopes[bool(up)].append((_late_slope(record, np.arange(last + 1, following)), ohm))
    behind = slopes[False]
    if len(behind) < LASTING or not all(slope < 0 for slope, _ in behind):
        return ()
    fall = -float(median_of([s for s, _ in behind]))
    both = (fall - float(median_of([s for s, _ in slopes[True]]))) / 2 if slopes[True] else fall
    known = [ohm * -slope / both for slope, ohm in behind if np.isfinite(ohm)]
    ohm = float(median_of(known)) if known else math.nan
    size = f", R_short about {quantity(ohm, 'ohm', digits=2)}" if ohm > 0 else ""
    return (
        f"At rest behind a discharge, where relaxation lifts it, the potential falls by {positional(3.6e6 * fall, 2)} "
        f"mV/h: {LOSES}, by a leak or by a reaction{size}.",
    )


def _late_slope(record: Record, rest: Index) -> float:
    """Slope of |V| over the last third of a rest, V/s; 0 where it is not above three standard errors."""
    rows = rest[-max(len(rest) // 3, 3) :]
    time, volts = record.time_s[rows], np.abs(record.potential_V[rows])
    slope = _slope(time, volts)
    away = volts - volts.mean() - slope * (time - time.mean())
    spread = float(((time - time.mean()) ** 2).sum())
    error = np.sqrt(float((away**2).sum()) / max(len(rows) - 2, 1) / spread) if spread > 0 else np.inf
    return slope if abs(slope) > CLEAR * error else 0.0


def _slope(time: Floats, volts: Floats) -> float:
    """Least squares slope, V/s."""
    t = time - time.mean()
    size = float((t * t).sum())
    return float((t * volts).sum()) / size if size > 0 else np.nan
