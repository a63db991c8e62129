"""Covariance of the fitted parameters: (J^T J)^-1 times the reduced chi2, for a whole batch.

J is the derivative of the weighted residual by the parameters themselves. Weights of the form 1/|Z| are known only up
to a factor, so the scatter of the residual sets the scale (reduced chi2); with known standard deviations it does not.
A parameter at a bound, or one that the data cannot tell from the others, has no covariance: NaN, never a made-up
number.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from eisfit.fitting.problem import Problem
from eisfit.fitting.scaling import Scaling
from eisfit.fitting.walls import AT_BOUND, behind_walls
from eisfit.spectrum import Bools, Floats

DEGENERATE = 1e-11
"""Directions of the scaled curvature below this share of one are not determined: double precision ends there."""


class Covariance(NamedTuple):
    """covariance (N, P, P), which parameters lie at a bound (N, P), whose data leave some direction open (N,)."""

    covariance: Floats
    at_bound: Bools
    degenerate: Bools


def covariance(problem: Problem, theta: Floats, cost: Floats, *, scaled: bool = True) -> Covariance:
    """Covariance of all circuit parameters at the minimum theta (N, K)."""
    scaling = problem.scaling
    values = scaling.values(theta)
    bound = at_bounds(scaling, theta)
    _, j = problem.linearised(values)
    inverse, missing, open_ = inverse_of(j @ j.swapaxes(1, 2), bound)
    inverse = np.where(missing[:, :, None] | missing[:, None, :], np.nan, inverse)
    if scaled:
        freedom = (problem.weight > 0).sum(axis=1) - (~bound).sum(axis=1)
        # as many unknowns as numbers: nothing is left that could tell the scatter
        inverse = inverse * np.where(freedom > 0, cost / np.maximum(freedom, 1), np.nan)[:, None, None]
    laid, held = laid_out(inverse, scaling, values), of_parameters(bound, scaling.source)
    return Covariance(*behind_walls(scaling, values, laid, held), open_)


def at_bounds(scaling: Scaling, theta: Floats) -> Bools:
    """Which coordinates lie at a bound, (N, K)."""
    span = np.where(scaling.log, 1.0, scaling.upper - scaling.lower)
    near = AT_BOUND * np.where(np.isfinite(span), span, 1.0)
    out: Bools = (theta <= scaling.lower + near) | (theta >= scaling.upper - near)
    return out


def inverse_of(a: Floats, held: Bools) -> tuple[Floats, Bools, Bools]:
    """Inverse (N, K, K) of each curvature over the coordinates not held and the directions that are determined.

    With it what is held or not determined (N, K), and whether a direction is open that no bound holds (N,).
    """
    diagonal = np.einsum("ijj->ij", a)
    dead = ~np.isfinite(diagonal) | (diagonal <= 0)
    out = held | dead
    scale = np.where(out, 1.0, np.sqrt(np.where(dead, 1.0, diagonal)))
    c = np.where(out[:, :, None] | out[:, None, :], 0.0, a) / (scale[:, :, None] * scale[:, None, :])
    unit = np.einsum("ijj->ij", c)
    unit[out] = 1.0
    c = np.where(np.isfinite(c), c, 0.0)
    eigenvalue, vector = np.linalg.eigh(c)
    open_ = eigenvalue < DEGENERATE
    inverse = (vector * np.where(open_, 0.0, 1 / np.where(open_, 1.0, eigenvalue))[:, None, :]) @ vector.swapaxes(1, 2)
    lost = np.einsum("ijk,ik->ij", vector**2, open_.astype(float)) > 1e-6
    inverse = inverse / (scale[:, :, None] * scale[:, None, :])
    inverse = np.where(out[:, :, None] | out[:, None, :], 0.0, inverse)
    return inverse, out | lost, open_.any(axis=1) | (dead & ~held).any(axis=1)


def laid_out(inverse: Floats, scaling: Scaling, values: Floats) -> Floats:
    """Covariance of the free parameters laid out over all, at values (N, P): 0 where fixed, equal rows where tied.

    A parameter that is a formula of others has theirs, to first order; NaN where one that it hangs on has none.
    """
    if scaling.formulas:
        slopes = scaling.slopes(values)
        lost = np.isnan(np.einsum("nkk->nk", inverse))
        out = slopes @ np.where(np.isnan(inverse), 0.0, inverse) @ slopes.swapaxes(1, 2)
        hangs = (slopes != 0) & lost[:, None, :]
        missing = hangs.any(axis=2)
        return np.where(missing[:, :, None] | missing[:, None, :], np.nan, out)
    index = np.array(scaling.source)
    padded = np.zeros((len(inverse), inverse.shape[1] + 1, inverse.shape[1] + 1))
    padded[:, :-1, :-1] = inverse
    tied: Floats = padded[:, index[:, None], index[None, :]]
    return tied


def of_parameters(held: Bools, source: tuple[int, ...]) -> Bools:
    """What holds for coordinates (N, K) as it holds for all parameters (N, P): not where they are fixed."""
    padded = np.concatenate([held, np.zeros((len(held), 1), dtype=bool)], axis=1)
    out: Bools = padded[:, np.array(source)]
    return out
