"""The best minima that a search has found so far, and how more starts make them better. Nothing changes in place."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from eisfit.fitting.lm import Minimum, minimise
from eisfit.fitting.problem import Problem
from eisfit.spectrum import Floats, Indices

SAME = 1e-3
"""Minima whose costs differ by less than this share are the same."""
TRIAL = 12
"""Steps after which a start is judged."""


class Minima(NamedTuple):
    """The best minimum found for each spectrum, how many starts ended there, and how many were followed."""

    minimum: Minimum
    agreement: Indices
    starts: Indices

    def with_lower(self, rows: Indices, better: Minimum) -> Minima:
        """The minima of some spectra replaced by better ones, in which one start each ended."""
        minimum = Minimum(*(_replaced(old, rows, new) for old, new in zip(self.minimum, better, strict=True)))
        return self._replace(minimum=minimum, agreement=_replaced(self.agreement, rows, 1))

    def with_starts(self, rows: Indices, more: Indices | int) -> Minima:
        """So many more starts were followed for some spectra."""
        return self._replace(starts=_replaced(self.starts, rows, self.starts[rows] + more))


class Pace(NamedTuple):
    """Damping at the beginning of a trial and of the search that goes on from it; `rtol` at which a trial ends."""

    trial: float = 1e-2
    search: float = 1e-2
    rtol: float = 1e-3


def of_one_start(minimum: Minimum) -> Minima:
    """Minima that one start each has led to."""
    one = np.ones(len(minimum.cost), dtype=np.int64)
    return Minima(minimum, one, one)


def nothing(size: int) -> Minima:
    """The minima of no spectrum at all, with `size` coordinates."""
    none = np.zeros(0, dtype=np.int64)
    return of_one_start(Minimum(np.zeros((0, size)), np.zeros(0), none, none))


def lower_minima(
    problem: Problem, cost: Floats, starts: Floats, max_iterations: int, pace: Pace
) -> tuple[Indices, Minimum]:
    """The spectra of which a start (S, N, K) leads below a cost (N,), and the minima there.

    All starts are followed for TRIAL steps, then the best of each spectrum to its end.
    """
    search = problem.scaling
    count, n, size = starts.shape
    trial = minimise(
        problem.take(np.tile(np.arange(n), count)),
        starts.reshape(count * n, size),
        search.lower,
        search.upper,
        max_iterations=TRIAL,
        damping=pace.trial,
        rtol=pace.rtol,
    )
    reached = np.nan_to_num(trial.cost, nan=np.inf).reshape(count, n)
    best = np.argmin(reached, axis=0)
    lower = np.flatnonzero(reached[best, np.arange(n)] < cost * (1 - SAME))
    part = problem.take(lower)
    ended = minimise(
        part,
        trial.theta.reshape(count, n, size)[best[lower], lower],
        search.lower,
        search.upper,
        max_iterations=max_iterations,
        damping=pace.search,
        scale=data_scale(part),
    )
    return lower, ended


def data_scale(problem: Problem) -> Floats:
    """Sum of the squared weighted data, (N,)."""
    out: Floats = np.einsum("ij,ij->i", (problem.data * problem.weight) ** 2, np.ones_like(problem.weight))
    return out


def _replaced(old: NDArray[Any], rows: Indices, new: NDArray[Any] | int) -> NDArray[Any]:
    out = old.copy()
    out[rows] = new
    return out
