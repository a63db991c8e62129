"""Is the scatter of the residuals the same over the spectrum, and errors where it is not.

Weights say how the noise is thought to go with the impedance. Where it goes otherwise (a constant part in ohm under
weights 1/|Z|, a noisy end of the band) one reduced chi2 for all points gives wrong errors. Then the covariance is

    A^-1 (sum_i j_i j_i^T r_i^2 / (1 - h_i)^2) A^-1,    A = sum_i j_i j_i^T,  h_i = j_i^T A^-1 j_i

with the derivatives j_i and the residuals r_i of every number, which needs no model of the noise (MacKinnon & White,
J. Econometrics 29 (1985) 305, the jackknife form). The values stay those of the weights that were asked for.

Residuals with a shape are no noise: the circuit misses the spectrum there, and errors stay those of the weights. The
shape is looked for in the signs of the residuals, which do not depend on how large the noise is where.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from eisfit.fitting.misfit import has_shape
from eisfit.fitting.problem import Problem
from eisfit.spectrum import Bools, Floats, Indices

UNEVEN = 2.5
"""Standard deviations by which the squares of the residuals must go with |Z| or with the frequency."""
SUSPECT = 1.0
"""The same before what the fit follows is taken off: below it nothing more is looked at."""
MISFIT = 6.0
"""Standard deviations by which the signs of neighbouring residuals agree where the circuit misses the spectrum.

Of 2,000 fits to noise of uneven size none came to it (0.3 % to 4.2, a noisy end of the band to 5.9, as the fit follows
it); published fits with a misfit have 7 and more."""
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
    numbers = (problem.weight > 0).sum(axis=1)
    rough = trend(problem, r**2) > SUSPECT
    rows = np.flatnonzero(rough & (numbers - problem.scaling.size >= LEAST_SPARE))
    if not rows.size:
        return Scatter(plain, uneven, every)
    towards = inverse[rows] @ j[rows]
    left = 1 - np.minimum(np.einsum("nkm,nkm->nm", towards, j[rows]), MOST_LEVERAGE)
    some = problem.take(rows)
    sure = (trend(some, r[rows] ** 2 / left) > UNEVEN) & ~has_shape(some, np.sign(r[rows]), MISFIT)
    rows, towards, left = rows[sure], towards[sure], left[sure]
    uneven[rows] = True
    every, plain = np.array(every), np.array(plain)
    every[rows] = (r[rows] / left) ** 2
    plain[rows] = (towards * every[rows, None]) @ towards.swapaxes(1, 2)
    return Scatter(plain, uneven, every)


def trend(problem: Problem, square: Floats) -> Floats:
    """How strongly squares of residuals (N, 2F) go with ln |Z| or with ln f, in standard deviations, (N,).

    The score of a variance that goes with them (Cook & Weisberg, Biometrika 70 (1983) 1), divided by the scatter of the
    squares that is seen (Koenker, J. Econometrics 17 (1981) 107). Re and Im of a point count together.
    """
    used = problem.weight[:, 0::2] > 0
    count = np.maximum(used.sum(axis=1), 1)[:, None]
    point = np.where(used, square[:, 0::2] + square[:, 1::2], 0.0)
    excess = np.where(used, point - point.sum(axis=1, keepdims=True) / count, 0.0)
    size = np.sqrt(np.einsum("nf,nf->n", excess, excess) / count[:, 0])
    with np.errstate(divide="ignore"):
        modulus = np.log(np.abs(problem.data.view(np.complex128)))
    out = np.zeros(len(square))
    for place in (np.log(problem.s.imag), modulus):
        x = np.where(used, place, 0.0)
        x = np.where(used, x - x.sum(axis=1, keepdims=True) / count, 0.0)
        with np.errstate(divide="ignore", invalid="ignore"):
            score = np.abs(np.einsum("nf,nf->n", x, excess)) / (size * np.sqrt(np.einsum("nf,nf->n", x, x)))
        out = np.fmax(out, np.nan_to_num(score))
    return out
