"""The best minima that a search has found so far, and how more starts make them better. Nothing changes in place."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from eisfit.fitting.lm import Minimum, minimise, replaced
from eisfit.fitting.problem import Problem
from eisfit.spectrum import Floats, Indices

SAME = 1e-3
"""Minima whose costs differ by less than this share are the same."""
KEPT = 3
"""Distinct minima that are kept beside the best."""
TRIAL = 12
"""Steps after which a start is judged."""


class Minima(NamedTuple):
    """The best minimum found for each spectrum, how many starts ended there, and how many were followed.

    others (N, M, K) and their cost (N, M): the next best distinct minima, lowest first; infinite cost where there is
    none.
    """

    minimum: Minimum
    agreement: Indices
    starts: Indices
    others: Floats
    others_cost: Floats

    def taken(self, rows: NDArray[Any]) -> Minima:
        """The minima of some spectra."""
        return Minima(self.minimum.taken(rows), *(column[rows] for column in self[1:]))

    def with_rows(self, rows: Indices, new: Minima) -> Minima:
        """The minima of some spectra replaced."""
        return Minima(
            self.minimum.with_rows(rows, new.minimum),
            *(replaced(x, rows, y) for x, y in zip(self[1:], new[1:], strict=True)),
        )

    def with_lower(self, rows: Indices, better: Minimum, starts: int = 1) -> Minima:
        """With lower minima of some spectra, to which the best of so many starts each has led."""
        return self.with_rows(rows, self.taken(rows).with_more(of_one_start(better, starts)))

    def chosen(self, slot: Indices) -> Minima:
        """The minima with another one, by its place among all of them (0 the best), in the place of the best."""
        rows = np.flatnonzero(slot > 0)
        place = rows, slot[rows] - 1
        theta, cost = self.minimum.theta.copy(), self.minimum.cost.copy()
        others, others_cost = self.others.copy(), self.others_cost.copy()
        theta[rows], others[place] = others[place], theta[rows]
        cost[rows], others_cost[place] = others_cost[place], cost[rows]
        minimum = self.minimum._replace(theta=theta, cost=cost)
        return self._replace(minimum=minimum, others=others, others_cost=others_cost)

    @property
    def theta(self) -> Floats:
        """The best and the others, (N, 1 + M, K)."""
        return np.concatenate([self.minimum.theta[:, None], self.others], axis=1)

    @property
    def cost(self) -> Floats:
        """Costs of the best and of the others, (N, 1 + M), infinite where there is none."""
        cost = np.concatenate([self.minimum.cost[:, None], self.others_cost], axis=1)
        out: Floats = np.nan_to_num(cost, nan=np.inf, posinf=np.inf)
        return out

    def with_more(self, more: Minima) -> Minima:
        """These minima and those of a further search of the same spectra: one that is truly lower is the best."""
        old, new = self.minimum.cost, more.minimum.cost
        lower = np.isfinite(new) & ~(new >= old * (1 - SAME))
        best = np.where(lower, new, old)
        agreement = sum(np.where(one.minimum.cost <= best * (1 + SAME), one.agreement, 0) for one in (self, more))
        columns = zip(more.minimum, self.minimum, strict=True)
        minimum = Minimum(*(np.where(lower.reshape(-1, *[1] * (x.ndim - 1)), x, y) for x, y in columns))
        theta = np.concatenate([self.theta, more.theta], axis=1)
        cost = np.concatenate([self.cost, more.cost], axis=1)
        return Minima(minimum, np.asarray(agreement), self.starts + more.starts, *_others(theta, cost, best))


class Pace(NamedTuple):
    """Damping at the beginning of a trial and of the search that goes on from it; `rtol` at which a trial ends."""

    trial: float = 1e-2
    search: float = 1e-2
    rtol: float = 1e-3


def of_one_start(minimum: Minimum, starts: int = 1) -> Minima:
    """Minima that one start each has led to, the best of so many."""
    n, k = minimum.theta.shape
    one = np.ones(n, dtype=np.int64)
    return Minima(minimum, one, np.full(n, starts), np.zeros((n, KEPT, k)), np.full((n, KEPT), np.inf))


def of_ends(ended: Minimum, place: tuple[Indices, Indices], members: Indices) -> Minima:
    """Minima from the ends of several starts per spectrum.

    place: row and slot of each end; members (N, M): how many starts each slot stands for, 0 where it was not followed.
    """
    n, m = members.shape
    cost, theta = np.full((n, m), np.inf), np.zeros((n, m, ended.theta.shape[1]))
    cost[place], theta[place] = np.nan_to_num(ended.cost, nan=np.inf, posinf=np.inf), ended.theta
    position = np.zeros((n, m), dtype=np.int64)
    position[place] = np.arange(len(place[0]))
    best = np.argmin(cost, axis=1)
    lowest = np.take_along_axis(cost, best[:, None], axis=1)
    same = cost <= lowest * (1 + SAME) + 1e-300
    minimum = ended.taken(position[np.arange(n), best])
    return Minima(minimum, (same * members).sum(axis=1), members.sum(axis=1), *_others(theta, cost, lowest[:, 0]))


def _others(theta: Floats, cost: Floats, best: Floats) -> tuple[Floats, Floats]:
    """The lowest distinct minima above the best: theta (N, KEPT, K) and cost (N, KEPT), infinite where none is."""
    n, _, k = theta.shape
    order = np.argsort(cost, axis=1, kind="stable")
    cost, theta = np.take_along_axis(cost, order, axis=1), np.take_along_axis(theta, order[:, :, None], axis=1)
    before = np.concatenate([best[:, None], cost[:, :-1]], axis=1)
    same = cost <= np.maximum(before, best[:, None]) * (1 + SAME) + 1e-300
    cost = np.where(same, np.inf, cost)
    order = np.argsort(cost, axis=1, kind="stable")[:, :KEPT]
    out_cost, out_theta = np.full((n, KEPT), np.inf), np.zeros((n, KEPT, k))
    width = order.shape[1]
    out_cost[:, :width] = np.take_along_axis(cost, order, axis=1)
    out_theta[:, :width] = np.take_along_axis(theta, order[:, :, None], axis=1)
    return out_theta, out_cost


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
    reached = np.nan_to_num(trial.cost, nan=np.inf, posinf=np.inf).reshape(count, n)
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
