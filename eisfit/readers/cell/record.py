"""The cycling record of one cell, merged over all of its files by time, and what it tells about each spectrum.

Charge is the running sum of dq, or of <I> dt where a file has no dq, over all files. The counter (Q-Qo) of the
instrument restarts at every technique and loop: it is only compared, piece by piece. Impedance rows are no cycling;
the direct charge that passed in their sweeps is added as one step each.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from eisfit.readers._base import Trace
from eisfit.spectrum import Conditions, Direction, Floats, Note, Record, Source

REST = 1e-3
"""A current below this part of the largest one is none."""
BRIEF = 5e-3
"""A run of one current sign that passes less than this part of the largest one's charge is no half-cycle (a pulse)."""
NEGLIGIBLE = 1e-5
"""Charge of a sweep in mAh (36 mC) that counts as none: what the excitation leaves in the counter."""
AGREES = 0.02
"""Relative difference between the sum of dq and (Q-Qo) from which it is told."""


class Piece(NamedTuple):
    """A trace in time of the series: `origin` is the time of the series at which the clock of its file was zero, s."""

    trace: Trace
    origin: float
    source: Source

    @property
    def time(self) -> Floats:
        """Time of the series (T,) s."""
        return self.trace.time_s + self.origin


def merge(pieces: Sequence[Piece], sweeps: Floats) -> tuple[Record | None, list[Note]]:
    """All pieces as one record sorted by time, and notes on it. sweeps (N,): the times at which spectra began, s.

    None where no piece is cycling: rows at rest inside impedance techniques join a record, but are none by themselves.
    """
    if all(piece.trace.rest for piece in pieces):
        return None, []
    time = np.concatenate([piece.time for piece in pieces])
    order = np.argsort(time, kind="stable")
    current = np.concatenate([piece.trace.current_A for piece in pieces])[order]
    charges = [charge_steps(piece, sweeps) for piece in pieces]
    notes = [note for piece, dq in zip(pieces, charges, strict=True) for note in compare_counter(piece, dq)]
    dq = np.concatenate(charges)[order]
    record = Record(
        time_s=time[order],
        potential_V=np.concatenate([piece.trace.potential_V for piece in pieces])[order],
        current_A=current,
        charge_mAh=np.cumsum(dq),
        half_cycle=half_cycles(current, dq),
        sources=tuple(dict.fromkeys(piece.source for piece in pieces)),
    )
    return record, notes


def charge_steps(piece: Piece, sweeps: Floats) -> Floats:
    """Charge since the row before (T,) mAh, positive on charge.

    <I> is the mean over the step that ends with its row. A step that holds a spectrum, or goes back in time, is a gap
    between two pieces: its charge is not known from here and counts as none.
    """
    trace = piece.trace
    if trace.dq_mAh is not None:
        return trace.dq_mAh
    time = piece.time
    step = np.diff(time)
    holds = np.searchsorted(np.sort(sweeps), time, side="right")
    step[(np.diff(holds) != 0) | (step < 0)] = 0.0
    return np.concatenate(([0.0], trace.current_A[1:] * step / 3.6))


def compare_counter(piece: Piece, dq: Floats) -> list[Note]:
    """A note where the sum of dq and the counter (Q-Qo) do not agree between its restarts."""
    counter = piece.trace.counter_mAh
    if counter is None or len(counter) < 2 or piece.trace.rest:
        return []
    moved = np.diff(counter)
    restarts = np.abs(moved - dq[1:]) > 0.5 * np.abs(counter[:-1])
    difference = float(np.abs(np.sum((moved - dq[1:])[~restarts])))
    total = float(np.sum(np.abs(dq[1:][~restarts])))
    if not total > 0 or difference <= AGREES * total:
        return []
    sentence = f"the sum of its charge differs by {difference:.3g} mAh from (Q-Qo), which moved {total:.3g} mAh"
    return [Note("assumed", piece.source.path, sentence + "; the sum is used")]


def half_cycles(current: Floats, dq: Floats) -> NDArray[np.int64]:
    """Numbers the runs of one current sign (T,) from 0; a rest belongs to the run before it, the first to the next."""
    largest = np.max(np.abs(current), initial=0.0)
    sign = np.where(np.abs(current) > REST * largest, np.sign(current), 0.0)
    return numbered(carried(without_brief(carried(sign), dq)))


def carried(sign: Floats) -> Floats:
    """Signs (T,) in which a 0 takes the sign before it, and those at the beginning the first sign that comes."""
    moving = np.flatnonzero(sign)
    if not moving.size:
        return sign
    last = np.searchsorted(moving, np.arange(len(sign)), side="right") - 1
    return sign[moving[np.maximum(last, 0)]]


def without_brief(sign: Floats, dq: Floats) -> Floats:
    """Signs (T,) in which runs of little charge are 0."""
    run = numbered(sign)
    charge = np.abs(np.bincount(run, weights=dq)) if len(run) else np.zeros(0)
    if not charge.any():
        return sign
    return np.where(charge[run] < BRIEF * charge.max(), 0.0, sign)


def numbered(sign: Floats) -> NDArray[np.int64]:
    """The runs of equal sign numbered from 0 (T,)."""
    changes = np.concatenate(([0], np.cumsum(np.diff(sign) != 0))) if len(sign) else np.zeros(0)
    return changes.astype(np.int64)


def directions(record: Record) -> list[Direction | None]:
    """Whether each half-cycle charges or discharges, None where no charge passed in it."""
    ends = np.concatenate((np.flatnonzero(np.diff(record.half_cycle)), [len(record) - 1]))
    moved = np.diff(record.charge_mAh[ends], prepend=0.0)
    return [None if charge == 0 else "charge" if charge > 0 else "discharge" for charge in moved.tolist()]


def filled(conditions: Sequence[Conditions], times: Sequence[float | None], record: Record) -> list[Conditions]:
    """The conditions of spectra that began at `times` (N,) s of the series, completed from the record.

    The charge is that of the record, the cycle counts pairs of half-cycles from 1 (impedance techniques number their
    sweeps as cycles); a potential that the spectrum has itself stays. Without a time nothing can be told.
    """
    ways = directions(record)
    return [
        given if time is None else placed(given, time, record, ways)
        for given, time in zip(conditions, times, strict=True)
    ]


def placed(given: Conditions, time: float, record: Record, ways: list[Direction | None]) -> Conditions:
    """The conditions of one spectrum that began at `time`."""
    row = max(int(np.searchsorted(record.time_s, time, side="right")) - 1, 0)
    half = int(record.half_cycle[row])
    potential = float(np.interp(time, record.time_s, record.potential_V))
    return replace(
        given,
        potential_V=potential if given.potential_V is None else given.potential_V,
        charge_mAh=float(np.interp(time, record.time_s, record.charge_mAh, left=0.0)),
        cycle=half // 2 + 1,
        direction=ways[half],
    )


def with_passed(conditions: Sequence[Conditions], record: Record) -> tuple[list[Conditions], Record]:
    """The charge of spectra (N,) and of a record with what passed during the spectra before each moment."""
    told = [c for c in conditions if c.time_s is not None and abs(c.passed_mAh or 0.0) > NEGLIGIBLE]
    if not told:
        return list(conditions), record
    begun = np.array([c.time_s for c in told], dtype=np.float64)
    order = np.argsort(begun, kind="stable")
    total = np.concatenate(([0.0], np.cumsum(np.array([c.passed_mAh for c in told])[order])))

    def before(time: NDArray[np.float64] | float) -> Floats:
        """Charge of the sweeps that began before a time, mAh."""
        return np.asarray(total[np.searchsorted(begun[order], time, side="left")])

    counted = [
        c if c.time_s is None or c.charge_mAh is None else replace(c, charge_mAh=c.charge_mAh + float(before(c.time_s)))
        for c in conditions
    ]
    return counted, replace(record, charge_mAh=record.charge_mAh + before(record.time_s))
