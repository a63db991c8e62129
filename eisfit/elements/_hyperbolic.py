"""What hyperbolic functions need at large arguments with Re x > 0: no overflow, and no rounding where they vanish."""

from __future__ import annotations

import numpy as np

from eisfit.elements._base import Array

LARGE = 20.0
"""Beyond this real part tanh x and coth x are 1 to the last digit (exp(-40) = 4e-18)."""


def sech_squared(x: Array, t: Array) -> Array:
    """1 / cosh^2 x = 1 - tanh^2 x, where t = tanh x."""
    return np.where(x.real > LARGE, 0, 1 - t * t)


def csch_squared(x: Array, c: Array) -> Array:
    """1 / sinh^2 x = coth^2 x - 1, where c = coth x."""
    return np.where(x.real > LARGE, 0, c * c - 1)


def csch(x: Array) -> Array:
    """1 / sinh x."""
    return 1 / np.sinh(np.minimum(x.real, 15 * LARGE) + 1j * x.imag)
