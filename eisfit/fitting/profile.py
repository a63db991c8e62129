"""Profile-likelihood intervals: how far a parameter can move, all others refitted, before the misfit tells.

With S(v) the lowest cost at a held value v, tau = sign(v - v_hat) * sqrt((S(v) - S_min) / s^2) follows Student's t
(Bates & Watts, Nonlinear Regression Analysis (1988), section 6.1): s^2 is the reduced chi2, or 1 with known sigma. The
interval ends where |tau| reaches the quantile. Unlike value +- error it is not symmetric, and where the data set no
limit on one side it says so: infinity, or the bound of the search.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np

from eisfit.errors import FitError
from eisfit.fitting.lm import minimise
from eisfit.fitting.problem import Problem
from eisfit.fitting.result import SeriesFit
from eisfit.fitting.series import problems
from eisfit.spectrum import Bools, Floats, Indices

STEPS = 8
"""Refinements of each end; tau is nearly linear, so three do for most."""
CLOSE = 0.01
"""An end is found when tau is this close to the quantile."""
FAR = 12.0
"""An end further than this on the search scale (a factor of 160,000 for a resistance) is no end."""


class Interval(NamedTuple):
    """Ends of the interval over the series, (N,) each: NaN where there is no fit, infinite or 0 where no end is."""

    lower: Floats
    upper: Floats


def profile_intervals(fits: SeriesFit, names: Sequence[str], *, level: float = 0.95) -> dict[str, Interval]:
    """Profile-likelihood intervals of parameters, for the whole series at once.

    Raises FitError for parameters without a search coordinate of their own (fixed, or a CPE coefficient whose place
    the time constant of its arc has taken), CircuitError for unknown names.
    """
    if fits.options.shared:
        raise FitError("profile intervals are those of a spectrum by itself: fit without shared parameters")
    out = {}
    for name in names:
        fits.circuit.parameter(name)
        lower, upper = np.full(len(fits), np.nan), np.full(len(fits), np.nan)
        for index, problem in problems(fits):
            k = _coordinate(problem, name)
            good: Bools = np.asarray(np.isfinite(fits.values[index]).all(axis=1))
            rows = index[good]
            theta = problem.scaling.theta(fits.values[rows])
            ends = [_end(problem.take(good), theta, k, side, _scale(fits, rows), level) for side in (-1.0, 1.0)]
            lower[rows], upper[rows] = (_value(problem, k, end) for end in ends)
        out[name] = Interval(lower, upper)
    return out


def role_intervals(fits: SeriesFit, assigned: Mapping[str, str], *, level: float = 0.95) -> dict[str, Interval]:
    """Profile-likelihood intervals by role (role -> parameter name), those of fixed parameters left out."""
    if fits.parts:
        return _of_parts(fits, level)
    free = {role: name for role, name in assigned.items() if not fits.circuit.parameter(name).fixed}
    tied = {name for name, _ in fits.options.tied}
    by_parameter = profile_intervals(
        fits, [name for name in dict.fromkeys(free.values()) if name not in tied], level=level
    )
    return {role: by_parameter[name] for role, name in free.items() if name in by_parameter}


def _of_parts(fits: SeriesFit, level: float) -> dict[str, Interval]:
    """The same for a series with several circuits, each by itself."""
    out: dict[str, Interval] = {}
    for k, part in enumerate(fits.parts):
        for role, ends in role_intervals(fits.part(k), part.roles, level=level).items():
            whole = out.setdefault(role, Interval(np.full(len(fits), np.nan), np.full(len(fits), np.nan)))
            whole.lower[part.rows], whole.upper[part.rows] = ends
    return out


def _coordinate(problem: Problem, name: str) -> int:
    search = problem.scaling
    k = search.source[search.circuit.names.index(name)]
    replaced = {arc.q for arc in search.arcs} | {tail.q for tail in search.tails}
    if k < 0 or k in replaced:
        raise FitError(f"{name} has no search coordinate of its own: there is no profile of it")
    return k


def _scale(fits: SeriesFit, rows: Indices) -> tuple[Floats, Floats]:
    """s^2 and the degrees of freedom of each spectrum."""
    freedom = np.maximum(2.0 * fits.points_used[rows] - fits.n_free, 1.0)
    known = fits.options.weighting == "sigma"
    return (np.ones(len(rows)) if known else fits.chi2_reduced[rows]), freedom


def _end(problem: Problem, theta: Floats, k: int, side: float, scale: tuple[Floats, Floats], level: float) -> Floats:
    """Where the profile of coordinate k reaches the quantile on one side, (N,); infinite where it never does."""
    from scipy.special import stdtrit

    variance, freedom = scale
    quantile = stdtrit(freedom, 0.5 + level / 2)
    start = problem.cost(theta)
    bound = problem.scaling.upper[k] if side > 0 else problem.scaling.lower[k]
    room = np.minimum(FAR, side * (bound - theta[:, k]))
    step = quantile * np.maximum(_stderr(problem, theta, k, variance), 1e-6)
    inner, inner_tau = np.zeros(len(theta)), np.zeros(len(theta))
    offset, along = side * np.minimum(step, room), theta
    done = np.zeros(len(theta), dtype=bool)
    for _ in range(STEPS):
        tried = offset
        along, cost = _held_at(problem, along, k, theta[:, k] + offset)
        tau = np.sqrt(np.maximum(cost - start, 0.0) / variance)
        done, below = np.abs(tau - quantile) <= CLOSE, tau < quantile
        if done.all():
            break
        with np.errstate(divide="ignore", invalid="ignore"):
            slope = (tau - inner_tau) / (offset - inner)
            secant = offset + (quantile - tau) / slope
        grown = offset + side * np.maximum(np.abs(offset), 1e-6)
        target = np.where(np.isfinite(secant) & (np.sign(secant) == side), secant, grown)
        target = side * np.minimum(np.abs(target), 3 * np.abs(offset) + 1e-6)
        inner, inner_tau = np.where(below, offset, inner), np.where(below, tau, inner_tau)
        offset = np.where(done, offset, side * np.minimum(np.abs(target), room))
    # the last offset was not tried any more: it says nothing
    open_ = ~done & below & (np.abs(tried) >= room * (1 - 1e-9))
    no_end = np.where(room < FAR, bound, side * np.inf)
    return np.where(open_, no_end, np.where(done, theta[:, k] + offset, np.nan))


def _held_at(problem: Problem, theta: Floats, k: int, value: Floats) -> tuple[Floats, Floats]:
    """The minimum with coordinate k held at a value per spectrum: theta (N, K) and cost (N,)."""
    search = problem.scaling
    lower, upper = (np.broadcast_to(bound, theta.shape).copy() for bound in (search.lower, search.upper))
    lower[:, k] = upper[:, k] = np.clip(value, search.lower[k], search.upper[k])
    minimum = minimise(problem, theta, lower, upper, max_iterations=40, damping=1e-4)
    return minimum.theta, minimum.cost


def _stderr(problem: Problem, theta: Floats, k: int, variance: Floats) -> Floats:
    """Standard error of a search coordinate from the curvature, (N,); 1 where it cannot be had."""
    _, _, curvature = problem.normal_equations(theta)
    size = np.sqrt(np.maximum(np.einsum("ijj->ij", curvature), 1e-300))
    unit = curvature / (size[:, :, None] * size[:, None, :])
    inverse = np.linalg.pinv(unit, hermitian=True)
    out = np.sqrt(np.maximum(inverse[:, k, k], 0.0) * variance) / size[:, k]
    return np.where(np.isfinite(out), np.minimum(out, 1.0), 1.0)


def _value(problem: Problem, k: int, end: Floats) -> Floats:
    return np.exp(end) if problem.scaling.log[k] else end
