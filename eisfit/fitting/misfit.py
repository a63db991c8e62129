"""What the misfit of a good fit looks like: its size is that of the noise in the data, and it has no shape."""

from __future__ import annotations

import numpy as np

from eisfit.fitting.problem import Problem
from eisfit.medians import known_median
from eisfit.spectrum import Bools, Floats

SHAPED = 3.0
"""Standard deviations by which the correlation of neighbouring residuals must lie above that of noise."""
NEIGHBOURS = 5
"""Points in a row from which the noise is read."""


def shaped(problem: Problem, theta: Floats) -> Bools:
    """Do the residuals at the minimum theta (N, K) have a shape, (N,): see `has_shape`."""
    return has_shape(problem, problem.residual(theta))


def has_shape(problem: Problem, residual: Floats, least: float = SHAPED) -> Bools:
    """Do residuals (N, 2F) at neighbouring frequencies resemble each other more than noise does, (N,).

    P fitted parameters leave noise of n numbers a correlation of about -P/n with a standard deviation of 1/sqrt(n):
    over a thousand good minima of nine parameters and 122 numbers the mean was -0.07 and the deviation 0.09.
    """
    numbers = np.maximum((problem.weight > 0).sum(axis=1), 1)
    usual = -problem.scaling.size / numbers
    out: Bools = (correlation(problem, residual) - usual) * np.sqrt(numbers) > least
    return out


def correlation(problem: Problem, residual: Floats) -> Floats:
    """Correlation of weighted residuals (N, 2F) at neighbouring frequencies, (N,).

    Residuals beyond three standard deviations (from the median of those that count) count as three: one gross outlier
    must not drown the shape of the others.
    """
    n, width = problem.data.shape
    order = np.argsort(problem.s.imag, kind="stable")
    middle = width - 1 - (problem.weight > 0).sum(axis=1) // 2
    limit = 3 / 0.6745 * np.take_along_axis(np.sort(np.abs(residual), axis=1), middle[:, None], axis=1)
    r = np.clip(residual, -limit, limit).reshape(n, width // 2, 2)[:, order]
    both = np.einsum("nfc,nfc->n", r[:, 1:], r[:, :-1])
    out: Floats = both / np.maximum(np.einsum("nfc,nfc->n", r, r), 1e-300)
    return out


def expected_cost(problem: Problem) -> Floats:
    """The cost that the noise seen in the data alone would leave, (N,).

    The noise is read off five points in a row at their real places on the axis of ln f: the combination of their
    weighted data in which every cubic vanishes, of unit variance for noise. Combinations with a point that does not
    count are left out; infinite where none is left. Where points are thin or a spectrum bends sharply it is too high.
    """
    n, width = problem.data.shape
    if width // 2 < NEIGHBOURS + 1:
        return np.full(n, np.inf)
    used = problem.weight > 0
    order = np.argsort(problem.s.imag, kind="stable")
    data = np.where(used, problem.data, np.nan).reshape(n, width // 2, 2)[:, order]
    weight = problem.weight.reshape(n, width // 2, 2)[:, order[2:-2]]
    windows = np.lib.stride_tricks.sliding_window_view(data, NEIGHBOURS, axis=1)
    combination = _without_cubics(np.log(problem.s.imag[order]))
    rough = np.abs(np.einsum("nfcw,fw->nfc", windows, combination)) * weight
    known = np.isfinite(rough).any(axis=(1, 2))
    sigma = np.full(n, np.nan)
    sigma[known] = known_median(rough.reshape(n, rough.shape[1] * rough.shape[2])[known], axis=1) / 0.6745
    freedom = np.maximum(used.sum(axis=1) - problem.scaling.size, 1)
    return np.where(np.isfinite(sigma), sigma**2 * freedom, np.inf)


def _without_cubics(x: Floats) -> Floats:
    """Weights (F - 4, 5) of the points around each place that cancel every cubic in x (F,), of unit length."""
    places = np.lib.stride_tricks.sliding_window_view(x, NEIGHBOURS)
    apart = places[:, :, None] - places[:, None, :] + np.eye(NEIGHBOURS)
    with np.errstate(divide="ignore", invalid="ignore"):
        divided = 1 / np.prod(apart, axis=2)  # the weights of the fourth divided difference
        out: Floats = divided / np.sqrt((divided**2).sum(axis=1, keepdims=True))
    return out
