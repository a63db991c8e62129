"""Is the scatter of the residuals the same over the spectrum, and errors where it is not.

Weights say how the noise is thought to go with the impedance. Where it goes otherwise (a constant part in ohm under
weights 1/|Z|, a noisy end of the band) one reduced chi2 for all points gives wrong errors. Then the covariance is

    A^-1 (sum_i j_i j_i^T v_i) A^-1,    A = sum_i j_i j_i^T

with the derivatives j_i and the variance v_i of every number, as the residuals r_i tell it: a smooth function of |Z|
and of the frequency (`variance`), and where they follow none the square of each residual by itself, r_i^2 / (1 - h_i),
h_i = j_i^T A^-1 j_i (MacKinnon & White, J. Econometrics 29 (1985) 305, HC2). The values stay those of the weights that
were asked for; what weights that are taken from noisy data pull them by counts as an error too.

Residuals with a shape are no noise: the circuit misses the spectrum there, and errors stay those of the weights. The
shape is looked for in the signs of the residuals, which do not depend on how large the noise is where.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from eisfit.fitting.misfit import has_shape
from eisfit.fitting.problem import Problem
from eisfit.fitting.variance import SmoothVariance, smooth_variance
from eisfit.spectrum import Bools, Floats, Indices

UNEVEN = 2.0
"""Standard deviations by which the squares of the residuals must go with |Z|, 1/|Z| or the frequency.

Even noise comes to it in one fit of twelve, whose errors hold all the same (94 to 96 % over 2,000 draws of six
circuits); a constant part that doubles the variance of the points that tell a resistance is seen in every second."""
SUSPECT = 1.0
"""The same before what the fit follows is taken off: below it nothing more is looked at."""
MISFIT = 6.0
"""Standard deviations by which the signs of neighbouring residuals agree where the circuit misses the spectrum.

Of 2,000 fits to noise of uneven size none came to it (0.3 % to 4.2, a noisy end of the band to 5.9, as the fit follows
it); published fits with a misfit have 7 and more."""
LEAST_SPARE = 10
"""Numbers beyond the unknowns without which the residuals cannot tell how their scatter goes."""
NORMAL_UPPER = 1.959964
"""The quantile 0.975 of the normal distribution, at which intervals of 95 % end."""
LEAST_FREEDOM = 3.0
"""What one number alone seems to have."""
ROUNDS = 3
"""How often the squares are taken anew with the variance that was found."""
RIDGE = 1e-12
"""What keeps a step from running along directions that the data leave open, as a share of the curvature."""
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
    if known:
        return Scatter(plain, np.zeros(len(r), dtype=bool), every)
    leverage = np.einsum("nkm,nkm->nm", inverse @ j, j)
    uneven, square = unevenness(problem, r, leverage, known=known)
    rows = np.flatnonzero(uneven)
    if not rows.size:
        return Scatter(plain, uneven, every)
    some, towards = problem.take(rows), inverse[rows] @ j[rows]
    smooth = smooth_variance(some, square[rows])
    for _ in range(ROUNDS):
        again = _reweighted(smooth.variance, r[rows], (j[rows], inverse[rows]))
        smooth = smooth_variance(some, np.where(smooth.told[:, None], again, square[rows]), smooth)
    every, plain = np.array(every), np.array(plain)
    every[rows] = smooth.variance
    plain[rows] = (towards * every[rows, None]) @ towards.swapaxes(1, 2)
    numbers = (some.weight > 0).sum(axis=1)
    wider = _widened(towards**2 * every[rows, None], numbers - problem.scaling.size, smooth)
    plain[rows] *= wider[:, :, None] * wider[:, None, :]
    pull = _pull(some, towards, every[rows])
    plain[rows] += pull[:, :, None] * pull[:, None, :]
    return Scatter(plain, uneven, every)


def unevenness(problem: Problem, r: Floats, leverage: Floats, *, known: bool) -> tuple[Bools, Floats]:
    """Spectra whose scatter is uneven (N,), and the squares (N, 2F) that tell the variance of every number.

    r (N, 2F): residuals; leverage (N, 2F): the share of each number that the fit follows; known: the weights are no
    guess, and nothing is asked of the residuals.
    """
    uneven, numbers = np.zeros(len(r), dtype=bool), (problem.weight > 0).sum(axis=1)
    square = r**2 / (1 - np.minimum(leverage, MOST_LEVERAGE))
    if known:
        return uneven, square
    rough = trend(problem, r**2) > SUSPECT
    rows = np.flatnonzero(rough & (numbers - problem.scaling.size >= LEAST_SPARE))
    if rows.size:
        some = problem.take(rows)
        uneven[rows] = (trend(some, square[rows]) > UNEVEN) & ~has_shape(some, np.sign(r[rows]), MISFIT)
    return uneven, square


def _reweighted(variance: Floats, r: Floats, at: tuple[Floats, Floats]) -> Floats:
    """Squares (N, 2F) of the residuals r (N, 2F) of a linear step with weights of a variance (N, 2F), unbiased each.

    at: derivative (N, K, 2F), inverse curvature (N, K, K). A fit with other weights leaves part of the noise of loud
    numbers in quiet ones.
    """
    j, inverse = at
    scaled = j * np.sqrt(np.maximum(np.einsum("nkk->nk", inverse), 0.0))[:, :, None]
    weighted = scaled / variance[:, None]
    a = weighted @ scaled.swapaxes(1, 2)
    diagonal = np.einsum("nkk->nk", a)
    ridge = np.where(diagonal > 0, RIDGE * diagonal, 1.0)  # 1 for what is held
    towards = np.linalg.solve(a + ridge[:, :, None] * np.eye(a.shape[1]), weighted)
    left = r - np.einsum("nkm,nk->nm", scaled, np.einsum("nkm,nm->nk", towards, r))
    leverage = np.einsum("nkm,nkm->nm", towards, scaled)
    out: Floats = left**2 / (1 - np.minimum(leverage, MOST_LEVERAGE))
    return out


def _widened(shares: Floats, freedom: Indices, smooth: SmoothVariance) -> Floats:
    """By how much the errors (M, K) must grow so that Student's t at all degrees of freedom fits them.

    shares (M, K, 2F): what every number adds to a variance; few may tell most of it. Degrees of freedom are those of
    Satterthwaite (Biometrics Bull. 2 (1946) 110): of a smooth variance from the errors of its coefficients, of squares
    v by themselves 3 (sum v)^2 / sum v^2: each is that of one draw, the mean of whose square is three times its own.
    """
    own: Floats
    with np.errstate(divide="ignore", invalid="ignore"):
        own = 3 * shares.sum(axis=2) ** 2 / (shares**2).sum(axis=2)
    own = np.where(smooth.told[:, None], smooth.freedom(shares), own)
    all_ = np.maximum(freedom, 1)[:, None].astype(np.float64)
    own = np.asarray(np.clip(np.where(np.isfinite(own), own, all_), LEAST_FREEDOM, all_), np.float64)
    return _upper(own) / _upper(all_)


def _upper(freedom: Floats) -> Floats:
    """The quantile 0.975 of Student's t, to 1 % from three degrees of freedom on (Abramowitz & Stegun, 26.7.5)."""
    x = NORMAL_UPPER
    terms = (
        x,
        (x**3 + x) / 4,
        (5 * x**5 + 16 * x**3 + 3 * x) / 96,
        (3 * x**7 + 19 * x**5 + 17 * x**3 - 15 * x) / 384,
    )
    out: Floats = sum((term / freedom**k for k, term in enumerate(terms)), np.zeros_like(freedom))
    return out


def _pull(problem: Problem, towards: Floats, variance: Floats) -> Floats:
    """By how much weights 1/|Z measured| pull the parameters (M, K): a point that noise makes small weighs more.

    To second order in the noise e of a point the mean of e / |Z + e|^2 is -2 var(e) Z / |Z|^4. Other weights do not
    hang on the noise.
    """
    z = problem.data.view(np.complex128)
    size = np.abs(z)
    by_modulus = np.isclose(problem.weight[:, 0::2] * size, 1.0) | (problem.weight[:, 0::2] == 0)
    with np.errstate(divide="ignore", invalid="ignore"):
        direction = np.where(size > 0, z / size, 0.0).view(np.float64)
    pull: Floats = -2 * np.einsum("nkm,nm->nk", towards, variance * direction)
    return np.where(by_modulus.all(axis=1)[:, None], pull, 0.0)


def trend(problem: Problem, square: Floats) -> Floats:
    """How strongly squares of residuals (N, 2F) go with ln f, ln |Z| or 1/|Z|, in standard deviations, (N,).

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
    for place in (np.log(problem.s.imag), modulus, np.exp(-np.where(used, modulus, 0.0))):
        x = np.where(used, place, 0.0)
        x = np.where(used, x - x.sum(axis=1, keepdims=True) / count, 0.0)
        with np.errstate(divide="ignore", invalid="ignore"):
            score = np.abs(np.einsum("nf,nf->n", x, excess)) / (size * np.sqrt(np.einsum("nf,nf->n", x, x)))
        out = np.fmax(out, np.nan_to_num(score))
    return out
