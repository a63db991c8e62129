"""Is the scatter of the residuals the same over the spectrum, and errors where it is not.

Weights say how the noise is thought to go with the impedance. Where it goes otherwise (a constant part in ohm under
weights 1/|Z|, a noisy end of the band) one reduced chi2 for all points gives wrong errors. Then the covariance is

    A^-1 (sum_i j_i j_i^T r_i^2 / (1 - h_i)^2) A^-1,    A = sum_i j_i j_i^T,  h_i = j_i^T A^-1 j_i

with the derivatives j_i and the residuals r_i of every number, which needs no model of the noise (MacKinnon & White,
J. Econometrics 29 (1985) 305, the jackknife form). The values stay those of the weights that were asked for.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from eisfit.fitting.problem import Problem
from eisfit.spectrum import Bools, Floats, Indices

UNEVEN = 3.0
"""Standard deviations by which the squares of the residuals must go with |Z| or with the frequency."""
LEAST_SPARE = 10
"""Numbers beyond the unknowns without which the residuals cannot tell how their scatter goes."""
MOST_LEVERAGE = 0.98
"""A number that the fit follows to more than this share says nothing of its own noise."""


class Scatter(NamedTuple):
    """Covariance (N, K, K) with what is at a bound held, where it comes from the residuals (N,), variances (N, 2F)."""

    covariance: Floats
    uneven: Bools
    variance: Floats

    def variance_along(self, rows: Indices, direction: Floats) -> Floats:
        """Variance (M,) of the product of a direction (M, 2F) with the noise of some spectra."""
        out: Floats = np.einsum("nm,nm->n", direction**2, self.variance[rows])
        return out


def scatter(problem: Problem, at: tuple[Floats, Floats, Floats], variance: Floats, *, known: bool) -> Scatter:
    """The covariance from one variance (N,) for all numbers, or from the residuals where these say otherwise.

    at: residual (N, 2F), derivative (N, K, 2F), inverse curvature (N, K, K). known: the weights are no guess.
    """
    r, j, inverse = at
    every = np.broadcast_to(variance[:, None], r.shape)
    plain = inverse * variance[:, None, None]
    uneven = np.zeros(len(r), dtype=bool)
    if known:
        return Scatter(plain, uneven, every)
    towards = inverse @ j
    leverage = np.minimum(np.einsum("nkm,nkm->nm", towards, j), MOST_LEVERAGE)
    numbers = (problem.weight > 0).sum(axis=1)
    uneven = trend(problem, r, leverage, variance) > UNEVEN
    uneven &= numbers - problem.scaling.size >= LEAST_SPARE
    rows = np.flatnonzero(uneven)
    if rows.size:
        every, plain = np.array(every), np.array(plain)
        every[rows] = (r[rows] / (1 - leverage[rows])) ** 2
        plain[rows] = (towards[rows] * every[rows, None]) @ towards[rows].swapaxes(1, 2)
    return Scatter(plain, uneven, every)


def trend(problem: Problem, r: Floats, leverage: Floats, variance: Floats) -> Floats:
    """How strongly the squares of the residuals go with ln |Z| or with ln f, in standard deviations, (N,).

    The score of a variance that goes with them (Cook & Weisberg, Biometrika 70 (1983) 1), divided by the scatter of the
    squares that is seen (Koenker, J. Econometrics 17 (1981) 107).
    """
    used = problem.weight > 0
    square = np.where(used, r**2 / ((1 - leverage) * variance[:, None]), 0.0)
    count = np.maximum(used.sum(axis=1), 1)
    excess = np.where(used, square - (square.sum(axis=1) / count)[:, None], 0.0)
    size = np.sqrt(np.einsum("nm,nm->n", excess, excess) / count)
    with np.errstate(divide="ignore"):
        modulus = np.log(np.abs(problem.data.view(np.complex128)))
    places = np.broadcast_to(np.log(problem.s.imag), modulus.shape), modulus
    out = np.zeros(len(r))
    for place in places:
        x = np.where(used, np.repeat(place, 2, axis=1), 0.0)
        x = np.where(used, x - (x.sum(axis=1) / count)[:, None], 0.0)
        with np.errstate(divide="ignore", invalid="ignore"):
            score = np.abs(np.einsum("nm,nm->n", x, excess)) / (size * np.sqrt(np.einsum("nm,nm->n", x, x)))
        out = np.fmax(out, np.nan_to_num(score))
    return out
