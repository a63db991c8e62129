"""The cycling record cut in two: the steps in which current flowed, and the rests, each on a time axis of its own."""

from __future__ import annotations

from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection

from eisfit.cycling.rest import RESTING
from eisfit.plots.branches import SHORTS
from eisfit.plots.record import MOST_POINTS, envelope, sweeps_between
from eisfit.plots.style import ALARM, QUIET, palette
from eisfit.spectrum import Floats, Record
from eisfit.study import Study
from eisfit.verdicts import plural

SHADED = 200
"""So many steps are told apart by shading; more would be a grey area."""
TINY_V = 1e-3
"""Potentials below are written in µV."""
LEAST_ROWS = 2


class Segment(NamedTuple):
    """One step or rest: hours since the first row of its kind with the others cut out, potential, sign of current.

    time_s: time of the rows in the record.
    """

    hours: Floats
    potential_V: Floats
    sign: int
    time_s: Floats


def segments(record: Record, *, flowing: bool) -> list[Segment]:
    """The steps of the record in which current flowed, or its rests, in order."""
    sign = _sign(record)
    cuts = [0, *(np.flatnonzero(np.diff(sign)) + 1).tolist(), len(sign)]
    found, passed = [], 0.0
    for a, b in pairwise(cuts):
        if b - a < LEAST_ROWS or (sign[a] != 0) != flowing:
            continue
        hours = passed + (record.time_s[a:b] - record.time_s[a]) / 3600
        found.append(Segment(hours, record.potential_V[a:b], int(sign[a]), record.time_s[a:b]))
        passed = float(hours[-1])
    return found


def _pieces(study: Study, part: Segment) -> list[slice]:
    """The rows of a segment between the sweeps that were taken in it: no line is drawn over what was not recorded.

    The last row of a rest is left out: it is that of the switch, with the potential of the step that follows.
    """
    rows = len(part.time_s)
    end = rows - 1 if part.sign == 0 and rows > LEAST_ROWS else rows
    cuts = [0, *(c for c in sweeps_between(study, part.time_s).tolist() if c < end), end]
    return [slice(a, b) for a, b in pairwise(cuts) if b > a]


def _sign(record: Record) -> Floats:
    """Sign of the current of every row (T,), 0 at rest."""
    current = np.nan_to_num(record.current_A)
    out: Floats = np.where(np.abs(current) > RESTING * np.abs(current).max(initial=0.0), np.sign(current), 0.0)
    return out


def has_both(study: Study) -> bool:
    """Whether the record of a study holds rests as well as steps with current."""
    record = study.series.record
    return record is not None and bool(segments(record, flowing=True)) and bool(segments(record, flowing=False))


def first_current_s(record: Record) -> float:
    """The time at which current flowed first, s; infinite where none did."""
    moving = np.flatnonzero(_sign(record))
    return float(record.time_s[moving[0]]) if moving.size else float("inf")


def protocol(study: Study) -> str:
    """Steps of current with their size and duration, and the rests; "" without a record."""
    record = study.series.record
    if record is None or not len(record):
        return ""
    parts = []
    steps = segments(record, flowing=True)
    for sign, word in ((-1, "negative"), (1, "positive")):
        some = [part for part in steps if part.sign == sign]
        if some:
            parts.append(f"{plural(len(some), 'step')} of {word} current ({_current(record, sign)}, {_hours(some)})")
    rests = segments(record, flowing=False)
    if rests:
        parts.append(f"{plural(len(rests), 'rest')} ({_hours(rests)})")
    return "; ".join(parts)


def _current(record: Record, sign: int) -> str:
    """The median current of one sign."""
    some = record.current_A[np.sign(record.current_A) == sign]
    return f"{1e3 * float(np.median(some)):.3g} mA".replace("-", "−")


def _hours(parts: list[Segment]) -> str:
    """The median duration."""
    hours = float(np.median([part.hours[-1] - part.hours[0] for part in parts]))
    text = f"{60 * hours:.2g} min" if hours < 1 else f"{hours:.3g} h"
    return text if len(parts) == 1 else f"median {text}"


def phases(study: Study) -> dict[str, list[int]]:
    """The spectra before the first current and after it; all together where the record does not tell."""
    n = len(study.series)
    record, times = study.series.record, study.series.column("time_s")
    if record is not None and len(record) and np.isfinite(times).all():
        begin = first_current_s(record)
        before = [i for i in range(n) if times[i] < begin]
        after = [i for i in range(n) if times[i] >= begin]
        if len(before) > 1 and after:
            return {"at rest, before the first current": before, "between the steps of current": after}
    return {"in one plot": list(range(n))}


def plot_segments(ax: Axes, study: Study, *, flowing: bool = True) -> Axes:
    """Potential against the time in which current flowed (or at rest), the other parts of the record cut out.

    Thin lines stand where parts were cut out, positive current is shaded; red triangles mark the last step before a
    spectrum in which the cell leaked. In a symmetric cell the potential under current is the overpotential.
    """
    record = study.series.record
    parts = segments(record, flowing=flowing) if record is not None else []
    if not parts:
        ax.text(0.5, 0.5, "nothing was recorded", transform=ax.transAxes, ha="center", va="center", color=QUIET)
        return ax
    total = sum(len(part.hours) for part in parts)
    curves = []
    for part in parts:
        for piece in _pieces(study, part):
            rows = piece.stop - piece.start
            t, v = envelope(part.hours[piece], part.potential_V[piece], max(MOST_POINTS * rows // total, 2))
            curves.append(np.column_stack([t, v]))
    ax.add_collection(LineCollection(curves, colors=palette()[5 % len(palette())], linewidths=0.7))
    ends = [float(part.hours[-1]) for part in parts]
    if len(parts) <= SHADED:
        for part in parts:
            if part.sign > 0:
                ax.axvspan(float(part.hours[0]), float(part.hours[-1]), color="0.93", lw=0, zorder=0)
        ax.vlines(ends[:-1], 0, 1, transform=ax.get_xaxis_transform(), color="0.8", lw=0.4, zorder=1)
    ax.set_xlim(0, max(ends[-1], 1e-9))
    drawn = np.concatenate([curve[:, 1] for curve in curves if len(curve) >= LEAST_ROWS] or [np.zeros(0)])
    known = drawn[np.isfinite(drawn)]
    if known.size:
        low, high = float(known.min()), float(known.max())
        pad = 0.12 * (high - low) or 0.1 * abs(high) or 0.01
        ax.set_ylim(low - pad, high + 2 * pad)
    if flowing and record is not None:
        _mark(ax, study, record)
    symmetric = study.series.cell.type == "symmetric" and flowing
    ax.set_xlabel("Time under current (h)" if flowing else "Time at rest (h)")
    tiny = known.size > 0 and bool(np.abs(known).max() < TINY_V)
    if tiny:
        ax.yaxis.set_major_formatter(lambda v, _: f"{1e6 * v:g}".replace("-", "−"))
    ax.set_ylabel(f"{'Overpotential' if symmetric else 'Potential'} ({'µV' if tiny else 'V'})")
    return ax


def _mark(ax: Axes, study: Study, record: Record) -> None:
    """A triangle at the time under current after which a spectrum shows a leak."""
    flows = _sign(record) != 0
    passed = np.r_[0.0, np.cumsum(np.diff(record.time_s) * (flows[1:] & flows[:-1]))] / 3600
    times = study.series.column("time_s")
    for flag in SHORTS:
        at = [i for i in study.track.flagged(flag) if np.isfinite(times[i])]
        fill = "w" if flag == "suspect_short" else ALARM
        x = np.interp(times[at], record.time_s, passed)
        drawn: dict[str, Any] = {"mec": ALARM, "mfc": fill, "ms": 4, "zorder": 5, "clip_on": False}
        ax.plot(x, np.full(len(at), 0.93), "v", transform=ax.get_xaxis_transform(), **drawn)
