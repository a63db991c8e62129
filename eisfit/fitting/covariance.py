"""Covariance of the fitted parameters: (J^T J)^-1 times the reduced chi2, for a whole batch.

J is the derivative of the weighted residual by the parameters themselves. Weights of the form 1/|Z| are known only up
to a factor, so the scatter of the residual sets the scale (reduced chi2); with known standard deviations it does not.
Where the scatter is not the same over the spectrum the errors come from the residuals themselves (`sandwich`).

A parameter at a bound is profiled out, not held: the bound keeps it from where the data pull it, but how far it may lie
inside is not known, and with it the others move. Its distance u from the bound has the likelihood of a normal variable
of the profile, cut at zero; with E[u^2] of that and the slopes b of the others along the profile the covariance of all
is that of the held problem plus b b^T E[u^2]. What the data cannot tell has no covariance: NaN, never a made-up number.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from eisfit.fitting.problem import Problem
from eisfit.fitting.sandwich import Scatter, scatter
from eisfit.fitting.scaling import Scaling
from eisfit.fitting.walls import AT_BOUND, behind_walls
from eisfit.spectrum import Bools, Floats

DEGENERATE = 1e-11
"""Directions of the scaled curvature below this share of one are not determined: double precision ends there."""
SETTLED = 0.1
"""Standard errors that a search which did not end well may still be away from a minimum, by a linear step."""
FAR_BEYOND = 25.0
"""Standard deviations beyond which the cut normal variable is an exponential one."""


class Covariance(NamedTuple):
    """covariance (N, P, P), which parameters lie at a bound (N, P), whose data leave some direction open (N,).

    uneven (N,): the scatter differs over the spectrum, and the errors come from the residuals themselves.
    """

    covariance: Floats
    at_bound: Bools
    degenerate: Bools
    uneven: Bools


def covariance(
    problem: Problem, theta: Floats, cost: Floats, *, scaled: bool = True, ended: Bools | None = None
) -> Covariance:
    """Covariance of all circuit parameters at the minimum theta (N, K).

    ended (N,): searches that ended before they settled; what a linear step would still move by more than SETTLED
    standard errors has no covariance there.
    """
    scaling = problem.scaling
    values = scaling.values(theta)
    bound = at_bounds(scaling, theta)
    r, j = problem.linearised(values)
    a = j @ j.swapaxes(1, 2)
    inverse, missing, open_ = inverse_of(a, bound)
    freedom = (problem.weight > 0).sum(axis=1) - (~bound).sum(axis=1)
    # as many unknowns as numbers: nothing is left that could tell the scatter
    variance = np.where(freedom > 0, cost / np.maximum(freedom, 1), np.nan) if scaled else np.ones(len(cost))
    noise = scatter(problem, (r, j, inverse), variance, known=not scaled)
    out = noise.covariance
    for k in np.flatnonzero(bound.any(axis=0)):
        out = out + released(scaling, (r, j, a, inverse), noise, bound, int(k))
    lost = missing & ~bound | bound & (np.einsum("nkk->nk", out) <= 0)
    if ended is not None and ended.any():
        step = np.abs(inverse @ (j @ r[:, :, None]))[:, :, 0]
        with np.errstate(divide="ignore", invalid="ignore"):
            settled = step <= SETTLED * np.sqrt(np.einsum("nkk->nk", out))
        lost |= ended[:, None] & ~settled & ~bound
    out = np.where(lost[:, :, None] | lost[:, None, :], np.nan, out)
    laid, held = laid_out(out, scaling, values), of_parameters(bound, scaling.source)
    return Covariance(*behind_walls(scaling, values, laid, held), open_, noise.uneven)


def released(
    scaling: Scaling, at: tuple[Floats, Floats, Floats, Floats], noise: Scatter, bound: Bools, k: int
) -> Floats:
    """What the covariance (N, K, K) gains where coordinate k, at its bound, may lie inside by what the data allow.

    at: residual (N, 2F), derivative (N, K, 2F), curvature (N, K, K), its inverse with all at their bounds held.
    """
    out = np.zeros_like(at[3])
    rows = np.flatnonzero(bound[:, k])
    r, j, a, inverse = (column[rows] for column in at)
    slope = -np.einsum("nkl,nl->nk", inverse, a[:, :, k])
    slope[:, k] = 1.0
    along = np.einsum("nk,nkm->nm", slope, j)
    with np.errstate(divide="ignore", invalid="ignore"):
        stiff = np.einsum("nm,nm->n", along, along)
        told = stiff > DEGENERATE * a[:, k, k]
        pull = np.abs(np.einsum("nm,nm->n", along, r)) / stiff
        sigma = np.sqrt(noise.variance_along(rows, along)) / stiff
        second = sigma**2 * cut_second_moment(pull / sigma)
    span = scaling.most[k] - scaling.least[k]
    second = np.where(told, np.minimum(second, span**2 / 3), 0.0)
    out[rows] = second[:, None, None] * slope[:, :, None] * slope[:, None, :]
    return out


def cut_second_moment(z: Floats) -> Floats:
    """E[u^2] of a normal variable of unit variance and mean -z, z >= 0, given that it is positive, (N,).

    1 + z^2 - z phi(z) / (1 - Phi(z)) (Johnson, Kotz & Balakrishnan, Continuous Univariate Distributions 1 (1994),
    section 13.10.1).
    """
    near = np.minimum(z, FAR_BEYOND)
    beyond = np.array([math.erfc(x) for x in (near / np.sqrt(2)).tolist()])
    out: Floats = 1 + near**2 - near * np.sqrt(2 / np.pi) * np.exp(-(near**2) / 2) / beyond
    return np.where(z < FAR_BEYOND, out, 2 / np.maximum(z, 1.0) ** 2)


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
