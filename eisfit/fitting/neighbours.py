"""Neighbours help each other: a spectrum whose neighbour's solution leads to a lower minimum takes it.

Only spectra that leave room are tried: their starts disagreed, or their minimum stands above the noise that their own
data show. Rounds go on, forward and backward at once, until nothing improves.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np

from eisfit.fitting.lm import NON_FINITE, Minimum, minimise
from eisfit.fitting.problem import Problem
from eisfit.fitting.start import ABOVE_NOISE, SAME, ColdStart, data_scale, expected_cost
from eisfit.spectrum import Bools, Floats, Indices

ROUNDS = 10
"""A better solution can travel this many spectra along the series."""
TRIAL = 12
"""Iterations after which a neighbour's start is judged."""


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """The spectra of one grid: their problem, where they stand in the series, and the minima found so far."""

    problem: Problem
    index: Indices
    found: ColdStart


def exchange(parts: Sequence[Part], count: int, max_iterations: int, breaks: Collection[int] = ()) -> None:
    """Improve the minima of `parts` in place by starts from the neighbours in a series of `count` spectra.

    breaks: spectra at which something else begins, such as a short; nothing is taken across.
    """
    stretch = np.searchsorted(np.sort(np.array(list(breaks), np.int64)), np.arange(count), side="right")
    room = np.zeros(count, dtype=bool)
    for part in parts:
        room[part.index] = _room(part)
    asked = room
    for _ in range(ROUNDS):
        if not asked.any():
            return
        theta, known = _gathered(parts, count)
        moved = np.zeros(count, dtype=bool)
        for part in parts:
            for step in (-1, 1):
                moved |= _borrow(part, theta, known, _asking(asked, stretch, step), step, max_iterations)
        asked = room & (np.roll(moved, 1) | np.roll(moved, -1))


def _asking(asked: Bools, stretch: Indices, step: int) -> Bools:
    """Who asks the neighbour `step` away: not across a break."""
    out: Bools = asked & (np.roll(stretch, -step) == stretch)
    return out


def _room(part: Part) -> Bools:
    found = part.found
    doubtful = (found.agreement < found.starts) | (found.starts < 2)
    above = ~(found.minimum.cost <= ABOVE_NOISE * expected_cost(part.problem))
    out: Bools = (doubtful | above) & (found.minimum.code != NON_FINITE)
    return out


def _gathered(parts: Sequence[Part], count: int) -> tuple[Floats, Bools]:
    size = parts[0].problem.scaling.size
    theta, known = np.zeros((count, size)), np.zeros(count, dtype=bool)
    for part in parts:
        theta[part.index] = part.found.minimum.theta
        known[part.index] = np.isfinite(part.found.minimum.cost)
    return theta, known


def _borrow(part: Part, theta: Floats, known: Bools, room: Bools, step: int, max_iterations: int) -> Bools:
    """Start every spectrum with room from the neighbour `step` away; returns who took a lower minimum (count,)."""
    moved = np.zeros(len(known), dtype=bool)
    neighbour = part.index + step
    inside = (neighbour >= 0) & (neighbour < len(known))
    rows = np.flatnonzero(inside & room[part.index])
    rows = rows[known[neighbour[rows]]]
    if not len(rows):
        return moved
    search = part.problem.scaling
    problem = part.problem.take(rows)
    trial = minimise(problem, theta[neighbour[rows]], search.lower, search.upper, max_iterations=TRIAL, damping=1e-3)
    lower = np.flatnonzero(trial.cost < part.found.minimum.cost[rows] * (1 - SAME))
    if not len(lower):
        return moved
    ended = minimise(
        problem.take(lower),
        trial.theta[lower],
        search.lower,
        search.upper,
        max_iterations=max_iterations,
        damping=1e-4,
        scale=data_scale(problem.take(lower)),
    )
    _take(part.found, ended, rows[lower])
    moved[part.index[rows[lower]]] = True
    return moved


def _take(found: ColdStart, better: Minimum, rows: Indices) -> None:
    for target, source in zip(found.minimum, better, strict=True):
        target[rows] = source
    found.agreement[rows] = 1
    found.starts[rows] += 1
