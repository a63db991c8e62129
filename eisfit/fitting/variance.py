"""The variance of residuals as a smooth function of |Z| and of the frequency, by maximum likelihood.

ln v is a polynomial in ln |Z| plus one in ln f; squares of residuals, s = v times chi2 of one degree of freedom, fix
its coefficients c: the likelihood is that of a gamma variable with a logarithmic link (McCullagh & Nelder, Generalized
Linear Models (1989), chapter 8; Aitkin, Appl. Stat. 36 (1987) 332). All numbers of a spectrum tell a few coefficients,
so a variance here is far better known than from the square of one residual. Parts in ohm, in shares of |Z|, noise that
grows towards an end of the band are such functions; a single wild point or a step is not, and is refused.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from eisfit.fitting.problem import Problem
from eisfit.spectrum import Bools, Floats

DEGREES = 3, 2, 1
"""Degrees of the polynomials, the first for which the numbers suffice."""
NUMBERS_EACH = 10
"""Numbers for every coefficient."""
ITERATIONS = 15
LARGEST_STEP = 2.0
"""Most that ln v changes in one iteration."""
NEAR = 0.5
"""A change of ln v below which the likelihood is as good as a parabola."""
RIDGE = 1e-3
"""Share of the expected information that keeps a step of few large squares solvable."""
SETTLED = 1e-6
"""A change of ln v after which nothing changes any more."""
ALIKE = 1e-7
"""Directions of the polynomials with a smaller share of the largest one say nothing of their own (ln |Z| goes with ln f
where a spectrum is one power law)."""
WILD = 8.0
"""Mean of (s / v)^2 above which the squares are no such function: it is 3 for normal noise, with a standard deviation
of 0.9 for 120 numbers."""


class SmoothVariance(NamedTuple):
    """variance (N, M) of every number; coefficients (N, Q) of ln v, its slopes (N, M, Q) by them, and their inverse
    information (N, Q, Q); which spectra have one (N,)."""

    variance: Floats
    coefficients: Floats
    slopes: Floats
    of_coefficients: Floats
    told: Bools

    def freedom(self, shares: Floats) -> Floats:
        """Degrees of freedom (N, K) of variances whose parts (N, K, M) come from the numbers (Satterthwaite)."""
        gradient = shares @ self.slopes
        with np.errstate(divide="ignore", invalid="ignore"):
            spread = 2 * np.einsum("nkq,nql,nkl->nk", gradient, self.of_coefficients, gradient)
            out: Floats = 2 * shares.sum(axis=2) ** 2 / spread
        return out


def smooth_variance(problem: Problem, square: Floats, before: SmoothVariance | None = None) -> SmoothVariance:
    """The smooth variance of squares (N, 2F) that are unbiased by themselves.

    before: of nearly the same squares, from which the search goes on; those that had none have none.
    """
    n, m = square.shape
    numbers = (problem.weight > 0).sum(axis=1)
    most = 1 + 2 * DEGREES[0]
    nothing = np.zeros((n, most)), np.zeros((n, m, most)), np.zeros((n, most, most))
    out = SmoothVariance(np.array(square), *nothing, np.zeros(n, dtype=bool))
    left = np.ones(n, dtype=bool) if before is None else before.told.copy()
    for degree in DEGREES:
        count = 1 + 2 * degree
        rows = np.flatnonzero(left & (numbers >= NUMBERS_EACH * count))
        left[rows] = False
        if not rows.size:
            continue
        some = problem.take(rows)
        slopes = polynomials(some, degree) if before is None else before.slopes[rows, :, :count]
        v, c, inverse = most_likely(slopes, square[rows], None if before is None else before.coefficients[rows, :count])
        sound = wildness(some, square[rows], v) < WILD
        rows, slopes, v, c, inverse = rows[sound], slopes[sound], v[sound], c[sound], inverse[sound]
        out.variance[rows], out.told[rows], out.coefficients[rows, :count] = v, True, c
        out.slopes[rows, :, :count], out.of_coefficients[rows, :count, :count] = slopes, inverse
    return out


def polynomials(problem: Problem, degree: int) -> Floats:
    """Constant and powers of ln |Z| and of ln f up to a degree, made orthogonal over the numbers that count.

    (N, 2F, 1 + 2 degree), mean square 1; 0 for numbers that do not count and for directions that others give already.
    """
    used = problem.weight[:, 0::2] > 0
    count = np.maximum(used.sum(axis=1), 1)[:, None]

    def unit(x: Floats) -> Floats:
        x = np.where(used, x, 0.0)
        x = np.where(used, x - x.sum(axis=1, keepdims=True) / count, 0.0)
        return np.asarray(x / np.maximum(np.sqrt((x**2).sum(axis=1, keepdims=True) / count), 1e-300))

    with np.errstate(divide="ignore"):
        modulus = np.log(np.abs(problem.data.view(np.complex128)))
    places = unit(modulus), unit(np.broadcast_to(np.log(problem.s.imag), used.shape))
    columns = np.stack([unit(x**k) for k in range(1, degree + 1) for x in places], axis=2)
    size, direction = np.linalg.eigh(columns.swapaxes(1, 2) @ columns / count[:, :, None])
    alone = size > ALIKE * size[:, -1:]
    scale = np.where(alone, 1 / np.sqrt(np.where(alone, size, 1.0)), 0.0)
    columns = columns @ (direction * scale[:, None, :])
    return np.repeat(np.concatenate([used[:, :, None].astype(np.float64), columns], axis=2), 2, axis=1)


def most_likely(slopes: Floats, square: Floats, begin: Floats | None = None) -> tuple[Floats, Floats, Floats]:
    """The variance (N, M) of largest likelihood with ln v = slopes c, c (N, Q), and the inverse information of c.

    begin (N, Q): where the search begins, else at the mean of the squares.
    """
    n, _, q = slopes.shape
    counted = slopes[:, :, 0]
    square = np.where(counted > 0, square, 0.0)
    c = np.zeros((n, q))
    c[:, 0] = np.log(np.maximum(square.sum(axis=1) / counted.sum(axis=1), 1e-300))
    c = c if begin is None else begin
    expected = slopes.swapaxes(1, 2) @ slopes
    nothing = np.einsum("nqq->nq", expected) == 0
    of_nothing = nothing[:, :, None] * np.eye(q)
    largest = np.full(n, np.inf)
    for _ in range(ITERATIONS):
        ratio = square * np.exp(-np.einsum("nmq,nq->nm", slopes, c))
        gradient = np.einsum("nmq,nm->nq", slopes, ratio - 1)
        observed = (slopes * ratio[:, :, None]).swapaxes(1, 2) @ slopes
        blunt = np.where(largest > NEAR, 0.5, RIDGE)[:, None, None]  # the mean of both far away, Newton's step nearby
        curvature = blunt * expected + (1 - blunt) * observed
        step = np.linalg.solve(curvature + of_nothing, gradient[:, :, None])[:, :, 0]
        moving = largest > SETTLED  # what has settled stays as it is, whatever is computed beside it
        largest = np.where(moving, np.abs(np.einsum("nmq,nq->nm", slopes, step)).max(axis=1), 0.0)
        c = c + step * (moving * np.minimum(1.0, LARGEST_STEP / np.maximum(largest, 1e-300)))[:, None]
        if not (largest > SETTLED).any():
            break
    inverse = np.linalg.inv(expected + of_nothing) * ~nothing[:, :, None]
    return np.exp(np.einsum("nmq,nq->nm", slopes, c)), c, inverse


def wildness(problem: Problem, square: Floats, variance: Floats) -> Floats:
    """Mean of (s / v)^2 over the numbers that count, (N,)."""
    used = problem.weight > 0
    out: Floats = np.where(used, (square / variance) ** 2, 0.0).sum(axis=1) / used.sum(axis=1)
    return out
