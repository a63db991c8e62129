"""Errors of coefficients whose unit hangs on an exponent, such as Q of a constant phase element, to second order.

What the data tell of Q (i omega)^n away from omega = 1 is its size, and with an exponent n that is not quite known it
is ln Q that has a normal error: with r = stderr / Q to first order an interval Q +- t stderr holds as often as the one
in ln Q where the error is r (1 + r^2 - 0.01), for r from 0.1 to a half: P(|1 - exp(-r z)| < 1.98 r (0.99 + r^2)) is
0.945 to 0.952 for a normal z. The covariance stays that of first order: what follows from Q and n together, such as C,
moves with both.

An exponent that is 1 in truth is found at this bound in half of the draws, and then Q is right. So with normal errors
97.5 % would hold; the interval is shorter where it would just reach the bound. The length and the place were chosen so
that 93.7 to 97.5 % hold wherever the truth lies, 96.3 % at the bound (8,000 draws of one arc at 1 % noise).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from eisfit.parameter import Parameter
from eisfit.spectrum import Bools, Floats

UNITS = "S s^n", "H s^(n-1)"
"""Units that hang on an exponent."""
LEAST, MOST = 0.1, 0.5
"""The r up to which errors to first order do, and the largest that is meant."""
SHORTER, PLACE, WIDTH = 0.16, 1.85, 0.25
"""By what share the interval is shorter, at which distance of the exponent from its bound in standard errors."""


def of_coefficients(
    parameters: Sequence[Parameter], values: Floats, covariance: Floats, at_bound: Bools, stderr: Floats
) -> Floats:
    """The standard errors (..., P) with those of coefficients to second order.

    values, at_bound, stderr (..., P), covariance (..., P, P): errors to first order.
    """
    out = np.array(stderr)
    place = {p.name: k for k, p in enumerate(parameters)}
    with np.errstate(all="ignore"):
        for k, p in enumerate(parameters):
            if p.unit not in UNITS or p.fixed:
                continue
            n = place.get(f"{p.name.removesuffix('_Q')}_n")
            if n is not None and not parameters[n].fixed:
                near = _beyond(parameters[n], values[..., n], covariance[..., n, n], covariance[..., k, n])
                out[..., k] = np.sqrt(stderr[..., k] ** 2 - np.where(at_bound[..., n] | ~np.isfinite(near), 0.0, near))
            r = stderr[..., k] / np.abs(values[..., k])
            out[..., k] *= 1 + np.clip(r, LEAST, MOST) ** 2 - LEAST**2
    return out


def _beyond(p: Parameter, value: Floats, variance: Floats, both: Floats) -> Floats:
    """What the variance of a coefficient loses where its exponent, (...) with a variance, lies near to its bound.

    both (...): their covariance.
    """
    distance = np.minimum(p.upper - value, value - p.lower) / np.sqrt(variance)
    shorter = 1 - SHORTER * np.exp(-(((distance - PLACE) / WIDTH) ** 2) / 2)
    out: Floats = (1 - shorter**2) * both**2 / variance
    return out
