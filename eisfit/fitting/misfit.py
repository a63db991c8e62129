"""What the misfit of a good fit must look like: its size from the noise of the data, its shape that of noise."""

from __future__ import annotations

import numpy as np

from eisfit.fitting.problem import Problem
from eisfit.spectrum import Floats

ABOVE_NOISE = 0.9
"""A minimum whose cost is below this share of what the noise explains is not looked at again."""


def correlation(problem: Problem, theta: Floats) -> Floats:
    """Correlation of the weighted residuals at neighbouring frequencies, (N,).

    Residuals beyond three standard deviations (from the median of those that count) count as three: one gross outlier
    must not drown the shape of the others.
    """
    n, width = problem.data.shape
    order = np.argsort(problem.s.imag, kind="stable")
    r = problem.residual(theta)
    middle = width - 1 - (problem.weight > 0).sum(axis=1) // 2
    limit = 3 / 0.6745 * np.take_along_axis(np.sort(np.abs(r), axis=1), middle[:, None], axis=1)
    r = np.clip(r, -limit, limit).reshape(n, width // 2, 2)[:, order]
    both = np.einsum("nfc,nfc->n", r[:, 1:], r[:, :-1])
    out: Floats = both / np.maximum(np.einsum("nfc,nfc->n", r, r), 1e-300)
    return out


def expected_cost(problem: Problem) -> Floats:
    """The cost that the noise seen in the data alone would leave, (N,).

    The noise is read off the fourth differences of the weighted data along ln f, in which a smooth spectrum vanishes
    (binomial weights: their variance is 70 times that of the noise). Differences over a point that does not count are
    left out; infinite where none is left.
    """
    n, width = problem.data.shape
    if width < 12:
        return np.full(n, np.inf)
    used = problem.weight > 0
    order = np.argsort(problem.s.imag, kind="stable")
    data = np.where(used, problem.data, np.nan).reshape(n, width // 2, 2)[:, order]
    weight = problem.weight.reshape(n, width // 2, 2)[:, order[2:-2]]
    rough = np.abs(np.diff(data, 4, axis=1)) * weight
    known = np.isfinite(rough).any(axis=(1, 2))
    sigma = np.full(n, np.nan)
    sigma[known] = np.nanmedian(rough[known], axis=(1, 2)) / (0.6745 * np.sqrt(70.0))
    freedom = np.maximum(used.sum(axis=1) - problem.scaling.size, 1)
    return np.where(np.isfinite(sigma), sigma**2 * freedom, np.inf)
