"""Neighbours help each other: a spectrum whose neighbour's solution leads to a lower minimum takes it.

Only spectra that leave room are tried: few of their starts came to their minimum, or it leaves a doubt. Rounds go on,
forward and backward at once, until nothing improves.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

import numpy as np

from eisfit.fitting.doubt import QUICK, in_doubt
from eisfit.fitting.lm import NON_FINITE
from eisfit.fitting.minima import Minima, Pace, lower_minima
from eisfit.fitting.problem import Problem
from eisfit.spectrum import Bools, Floats, Indices

SURE = 0.5
"""A minimum in which this share of the starts ended is not looked at again."""
ROUNDS = 10
"""A better solution can travel this many spectra along the series."""
NEAR = Pace(trial=1e-3, search=1e-4, rtol=1e-4)
"""A neighbour's minimum is a start from nearby."""


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """The spectra of one grid: their problem, where they stand in the series, and the minima found so far."""

    problem: Problem
    index: Indices
    minima: Minima

    def with_minima(self, minima: Minima) -> Part:
        """The part with other minima."""
        return replace(self, minima=minima)


def exchange(parts: Sequence[Part], count: int, max_iterations: int, breaks: Collection[int] = ()) -> tuple[Part, ...]:
    """The parts with minima that starts from the neighbours in a series of `count` spectra have lowered.

    breaks: spectra at which something else begins, such as a short; nothing is taken across.
    """
    stretch = np.searchsorted(np.sort(np.array(list(breaks), np.int64)), np.arange(count), side="right")
    room = np.zeros(count, dtype=bool)
    for part in parts:
        room[part.index] = _room(part)
    asked, parts = room, tuple(parts)
    for _ in range(ROUNDS):
        if not asked.any():
            break
        theta, known = _gathered(parts, count)
        moved = np.zeros(count, dtype=bool)
        for step in (-1, 1):
            asking = _asking(asked, stretch, step)
            borrowed = [_borrowed(part, theta, known, asking, step, max_iterations) for part in parts]
            parts = tuple(part for part, _ in borrowed)
            moved[np.concatenate([index for _, index in borrowed])] = True
        asked = room & (np.roll(moved, 1) | np.roll(moved, -1))
    return parts


def _asking(asked: Bools, stretch: Indices, step: int) -> Bools:
    """Who asks the neighbour `step` away: not across a break."""
    out: Bools = asked & (np.roll(stretch, -step) == stretch)
    return out


def _room(part: Part) -> Bools:
    """Spectra whose minimum leaves room for a lower one, (N,)."""
    minima = part.minima
    doubtful = minima.agreement < SURE * minima.starts
    # a quick search that left no doubt was not gone on with
    rows = np.flatnonzero(~doubtful & (minima.starts > QUICK))
    doubtful[rows] = in_doubt(part.problem.take(rows), minima.taken(rows))
    out: Bools = doubtful & (minima.minimum.code != NON_FINITE)
    return out


def _gathered(parts: Sequence[Part], count: int) -> tuple[Floats, Bools]:
    """The minima of all parts in the order of the series, (count, K), and which of them are known."""
    size = parts[0].problem.scaling.size
    theta, known = np.zeros((count, size)), np.zeros(count, dtype=bool)
    for part in parts:
        theta[part.index] = part.minima.minimum.theta
        known[part.index] = np.isfinite(part.minima.minimum.cost)
    return theta, known


def _borrowed(
    part: Part, theta: Floats, known: Bools, asking: Bools, step: int, max_iterations: int
) -> tuple[Part, Indices]:
    """The part with starts from the neighbour `step` away for those who ask, and who took a lower minimum."""
    neighbour = part.index + step
    inside = (neighbour >= 0) & (neighbour < len(known))
    rows = np.flatnonzero(inside & asking[part.index])
    rows = rows[known[neighbour[rows]]]
    cost, starts = part.minima.minimum.cost[rows], theta[neighbour[rows]][None]
    lower, better = lower_minima(part.problem.take(rows), cost, starts, max_iterations, NEAR)
    took = rows[lower]
    minima = part.minima.with_lower(took, better)
    return part.with_minima(minima), part.index[took]
