"""Errors of quantities that follow from fitted parameters: the delta method with the whole covariance."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from eisfit.fitting.result import BatchFit
from eisfit.spectrum import Floats

STEP = 6e-6
"""Relative step of the central differences, near the cube root of the machine epsilon."""


def jacobian(quantity: Callable[[Floats], Floats], values: Floats, columns: Sequence[int]) -> Floats:
    """Derivative (N, P) of a quantity of values (N, P) by the parameters in `columns`, zero elsewhere."""
    out = np.zeros_like(values)
    for k in columns:
        step = STEP * np.where(values[:, k] == 0, 1.0, np.abs(values[:, k]))
        up, down = values.copy(), values.copy()
        up[:, k] += step
        down[:, k] -= step
        out[:, k] = (quantity(up) - quantity(down)) / (2 * step)
    return out


def variances(derivative: Floats, covariance: Floats) -> Floats:
    """Variance g' C g (N,) of a quantity with derivative g (N, P); NaN where a parameter that it needs has none."""
    needed = (derivative[:, :, None] != 0) & (derivative[:, None, :] != 0)
    own = np.where(needed, covariance, 0.0)
    out: Floats = np.einsum("np,npq,nq->n", derivative, own, derivative)
    return np.where(out < 0, np.nan, out)


def propagated(
    quantity: Callable[[Floats], Floats], values: Floats, covariance: Floats, columns: Sequence[int]
) -> tuple[Floats, Floats]:
    """A quantity (N,) of parameters and its standard error (N,)."""
    return quantity(values), np.sqrt(variances(jacobian(quantity, values, columns), covariance))


def sum_covariance(fits: BatchFit, columns: Sequence[int]) -> Floats:
    """Covariance (N, P, P) for a sum of `columns`, of which some may lie at a bound.

    A resistance that the data push to nothing moves with the others, which keeps the error of the sum; where its own
    share is not known it counts as nothing. A sum of which no part is free, or one lies at its upper bound, has no
    error: NaN.
    """
    parameters = [fits.parameters[k] for k in columns]
    values, at = fits.values[:, list(columns)], fits.at_bound[:, list(columns)]
    lower, upper = (np.array([getattr(p, side) for p in parameters]) for side in ("lower", "upper"))
    low = at & (np.abs(values - lower) < np.abs(values - upper))
    free = ~at & ~np.array([p.fixed for p in parameters])
    told = free.any(axis=1)[:, None]
    own = np.diagonal(fits.covariance, axis1=1, axis2=2)[:, list(columns)]
    nothing, lost = (np.zeros(fits.values.shape, bool) for _ in range(2))
    nothing[:, list(columns)] = low & told & ~np.isfinite(own)
    lost[:, list(columns)] = at & ~(low & told)
    out = np.where(nothing[:, :, None] | nothing[:, None, :], 0.0, fits.covariance)
    return np.where(lost[:, :, None] | lost[:, None, :], np.nan, out)
