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
from eisfit.fitting.covariance import at_bounds, inverse_of
from eisfit.fitting.lm import minimise
from eisfit.fitting.problem import Problem
from eisfit.fitting.result import BatchFit, SeriesFit
from eisfit.fitting.series import problems
from eisfit.numbers import quantity
from eisfit.spectrum import Bools, Floats, Indices

STEPS = 40
"""Trials for each end; tau is nearly linear, so three do for most, and a bracket is halved at worst."""
NARROW = 1e-3
"""A bracket this narrow on the search scale holds a jump of the misfit."""
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
            freedom = np.maximum(2.0 * fits.points_used[rows] - fits.n_free, 1.0)
            part = problem.take(good)
            scale = (_variance(fits, rows, part, name), freedom, level)
            ends = [_end(part, theta, k, side, scale) for side in (-1.0, 1.0)]
            lower[rows], upper[rows] = (_value(problem, k, end) for end in ends)
        out[name] = Interval(lower, upper)
    return out


def open_ends(fits: BatchFit, name: str, interval: Interval) -> tuple[str, ...]:
    """Why an end of the interval of a parameter is none, by spectrum; empty where both ends are found.

    The data allow any value on that side, as far as the search goes.
    """
    p = fits.circuit.parameter(name)
    lower, upper = interval
    out = []
    for value, low, high in zip(fits.column(name)[0].tolist(), lower.tolist(), upper.tolist(), strict=True):
        ends = ((low <= max(p.lower, 0.0 if value > 0 else -np.inf), low, "below"), (high >= p.upper, high, "above"))
        none = [
            f"the data allow any {name} {side} {quantity(value, p.unit)}"
            + (f", to its bound {quantity(end, p.unit)}" if np.isfinite(end) and end else "")
            for open_, end, side in ends
            if open_
        ]
        if np.isfinite(value) and (np.isnan(low) or np.isnan(high)):
            none.append(f"an end for {name} was not found in {STEPS} trials")
        out.append("; ".join(none))
    return tuple(out)


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


def _variance(fits: SeriesFit, rows: Indices, problem: Problem, name: str) -> Floats:
    """What tau squared costs for a parameter, (N,): s^2, or 1 with known sigma.

    Where errors come from the residuals themselves, what makes the curvature give that error.
    """
    plain = np.ones(len(rows)) if fits.options.weighting == "sigma" else fits.chi2_reduced[rows]
    uneven = np.flatnonzero(fits.uneven[rows])
    if not uneven.size:
        return plain
    out, part, k = np.array(plain), problem.take(uneven), fits.names.index(name)
    theta = part.scaling.theta(fits.values[rows[uneven]])
    _, j = part.linearised(part.scaling.values(theta))
    inverse, _, _ = inverse_of(j @ j.swapaxes(1, 2), at_bounds(part.scaling, theta))
    own = inverse[:, part.scaling.source[k], part.scaling.source[k]]
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = fits.covariance[rows[uneven], k, k] / own
    out[uneven] = np.where(np.isfinite(ratio) & (ratio > 0), ratio, plain[uneven])
    return out


class _Bracket:
    """Offsets from the minimum between which tau passes the quantile, (N,) each; no outer one yet is infinite."""

    def __init__(self, theta: Floats, room: Floats, quantile: Floats) -> None:
        n = len(theta)
        self.room, self.quantile = room, quantile
        self.inner, self.inner_tau, self.along = np.zeros(n), np.zeros(n), theta.copy()
        self.outer, self.outer_tau = np.full(n, np.inf), np.full(n, np.inf)
        self.end, self.open = np.full(n, np.nan), np.zeros(n, dtype=bool)
        self.trials = np.zeros(n, dtype=np.int64)

    @property
    def active(self) -> Indices:
        """Spectra whose end is not found."""
        out: Indices = np.flatnonzero(np.isnan(self.end) & ~self.open)
        return out

    def tried(self, rows: Indices, offset: Floats, tau: Floats, theta: Floats) -> None:
        """What offsets gave; a value that could not be computed lies beyond."""
        self.trials[rows] += 1
        below = tau < self.quantile[rows]
        low, high = rows[below], rows[~below]
        self.inner[low], self.inner_tau[low], self.along[low] = offset[below], tau[below], theta[below]
        self.outer[high], self.outer_tau[high] = offset[~below], np.nan_to_num(tau[~below], nan=np.inf)
        close = np.abs(tau - self.quantile[rows]) <= CLOSE
        self.end[rows[close]] = offset[close]
        width = self.outer[rows] - self.inner[rows]
        narrow = ~close & (width <= NARROW * np.minimum(self.outer[rows], 1.0))
        self.end[rows[narrow]] = self.outer[rows[narrow]]  # the misfit jumps there
        self.open[rows] = below & ~close & (offset >= self.room[rows] * (1 - 1e-9))

    def next(self, rows: Indices) -> Floats:
        """Where to look next: tau is nearly linear, but a step never leaves the bracket nor hugs one of its ends."""
        inner, outer = self.inner[rows], self.outer[rows]
        lacking, found = self.quantile[rows] - self.inner_tau[rows], np.isfinite(outer)
        with np.errstate(divide="ignore", invalid="ignore"):
            between = inner + (outer - inner) * lacking / (self.outer_tau[rows] - self.inner_tau[rows])
            beyond = inner * self.quantile[rows] / self.inner_tau[rows]
        width = np.where(found, outer - inner, 0.0)
        halved = ~np.isfinite(between) | (self.trials[rows] % 3 == 2)
        between = np.where(halved, inner + width / 2, between)
        within = np.clip(between, inner + 0.05 * width, inner + 0.95 * width)
        beyond = np.clip(np.nan_to_num(beyond, nan=np.inf), 1.2 * inner + 1e-6, 3 * inner + 1e-6)
        return np.where(found, within, np.minimum(beyond, self.room[rows]))


def _end(problem: Problem, theta: Floats, k: int, side: float, scale: tuple[Floats, Floats, float]) -> Floats:
    """Where the profile of coordinate k reaches the quantile on one side, (N,); infinite where it never does.

    scale: what tau squared costs, degrees of freedom, level.
    """
    from scipy.special import stdtrit

    variance, freedom, level = scale
    quantile: Floats = np.asarray(stdtrit(freedom, 0.5 + level / 2), dtype=np.float64)
    start = problem.cost(theta)
    bound = problem.scaling.upper[k] if side > 0 else problem.scaling.lower[k]
    room: Floats = np.asarray(np.minimum(FAR, np.abs(bound - theta[:, k])), dtype=np.float64)
    bracket = _Bracket(theta, room, quantile)
    offset = np.minimum(quantile * np.maximum(_stderr(problem, theta, k, variance), 1e-6), room)
    for _ in range(STEPS):
        rows = bracket.active
        if not rows.size:
            break
        held = theta[rows, k] + side * offset[rows]
        along, cost = _held_at(problem.take(rows), bracket.along[rows], k, held)
        with np.errstate(invalid="ignore"):
            tau = np.sqrt(np.maximum(cost - start[rows], 0.0) / variance[rows])
        bracket.tried(rows, offset[rows], tau, along)
        offset[rows] = bracket.next(rows)
    no_end = bound if np.isfinite(bound) else side * np.inf
    no_end = np.where(room < FAR, no_end, side * np.inf)
    return np.where(bracket.open, no_end, theta[:, k] + side * bracket.end)


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
