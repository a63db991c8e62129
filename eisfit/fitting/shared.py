"""One value for the whole series: parameters shared by all spectra, solved exactly by block elimination.

The normal equations of a series are an arrow: one small block per spectrum and a thin border for the shared
coordinates. Eliminating the blocks leaves a Schur complement of the size of the border (Golub & Van Loan, Matrix
Computations, 4th ed. (2013), section 3.2.6); nothing of the size of the series is ever formed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from eisfit.fitting.lm import CONVERGED, MAX_ITERATIONS, MAX_STEP, STALLED, TOP_DAMPING
from eisfit.fitting.problem import Problem
from eisfit.medians import median_of
from eisfit.spectrum import Floats, Indices


class Arrow(NamedTuple):
    """Cost of the series, gradient (N, K) and curvature (N, K, K) per spectrum."""

    cost: float
    gradient: Floats
    curvature: Floats


class SharedMinimum(NamedTuple):
    """theta (N, K) with equal values in the shared columns, cost (N,), code, iterations."""

    theta: Floats
    cost: Floats
    code: int
    iterations: int


@dataclass(frozen=True, slots=True, eq=False)
class SeriesProblem:
    """The problems of a series by grid, with the place of their spectra, and the shared coordinates."""

    problems: tuple[Problem, ...]
    index: tuple[Indices, ...]
    shared: tuple[int, ...]

    def arrow(self, theta: Floats) -> Arrow:
        """Normal equations of every spectrum at theta (N, K)."""
        n, k = theta.shape
        gradient, curvature = np.zeros((n, k)), np.zeros((n, k, k))
        cost = 0.0
        for problem, rows in zip(self.problems, self.index, strict=True):
            c, gradient[rows], curvature[rows] = problem.normal_equations(theta[rows])
            cost += float(c.sum())
        return Arrow(cost, gradient, curvature)

    def costs(self, theta: Floats) -> Floats:
        """Cost of every spectrum, (N,)."""
        out = np.zeros(len(theta))
        for problem, rows in zip(self.problems, self.index, strict=True):
            out[rows] = problem.cost(theta[rows])
        return out


def minimise_shared(
    series: SeriesProblem,
    theta: Floats,
    lower: Floats,
    upper: Floats,
    *,
    max_iterations: int = 200,
    rtol: float = 1e-10,
) -> SharedMinimum:
    """The joint minimum of a series from theta (N, K); the shared columns begin at their median over the series."""
    columns = list(series.shared)
    theta = theta.copy()
    theta[:, columns] = median_of(theta[:, columns], axis=0)
    arrow = series.arrow(theta)
    damping, growth = 1e-3, 2.0
    for iteration in range(1, max_iterations + 1):
        step = _step(arrow, columns, damping, theta, lower, upper)
        trial = np.clip(theta + np.clip(step, -MAX_STEP, MAX_STEP), lower, upper)
        new = series.arrow(trial)
        fall = arrow.cost - new.cost
        if np.isfinite(new.cost) and fall >= 0:
            theta, damping, growth = trial, max(damping * 0.1, 1e-12), 2.0
            arrow = new
            if fall <= rtol * new.cost and damping <= 1e-6:
                return SharedMinimum(theta, series.costs(theta), CONVERGED, iteration)
        else:
            damping, growth = damping * growth, growth * 2
            if abs(fall) <= rtol * arrow.cost or damping > TOP_DAMPING:
                code = CONVERGED if abs(fall) <= 1e-6 * arrow.cost else STALLED
                return SharedMinimum(theta, series.costs(theta), code, iteration)
    return SharedMinimum(theta, series.costs(theta), MAX_ITERATIONS, max_iterations)


def _step(arrow: Arrow, columns: Sequence[int], damping: float, theta: Floats, lower: Floats, upper: Floats) -> Floats:
    """The damped Gauss-Newton step of the whole series, (N, K)."""
    n, k = theta.shape
    own = [i for i in range(k) if i not in columns]
    push = ((theta <= lower) & (arrow.gradient > 0)) | ((theta >= upper) & (arrow.gradient < 0))
    push[:, list(columns)] = False
    free = ~push
    a = arrow.curvature * free[:, :, None] * free[:, None, :]
    g = arrow.gradient * free
    diagonal = np.einsum("ijj->ij", a)
    diagonal[push] = 1.0
    border = list(columns)
    all_, als = a[:, own][:, :, own], a[:, own][:, :, border]
    ass, gl, gs = a[:, border][:, :, border].sum(axis=0), g[:, own], g[:, border].sum(axis=0)
    inner = np.einsum("ijj->ij", all_)
    inner += damping * inner + 1e-14 * inner.max(axis=1, keepdims=True, initial=0.0) + 1e-300
    solved = np.linalg.solve(all_, np.concatenate([als, gl[:, :, None]], axis=2))
    xs, xg = solved[:, :, :-1], solved[:, :, -1]
    schur = ass + damping * np.diag(np.diag(ass)) - np.einsum("nls,nlt->st", als, xs)
    right = -(gs - np.einsum("nls,nl->s", als, xg))
    common = np.linalg.lstsq(schur, right, rcond=1e-14)[0]
    step = np.zeros((n, k))
    step[:, own] = -xg - xs @ common
    step[:, border] = common
    return step
