"""Weights of the residual: what one ohm of misfit counts at each point.

The residual is w * (Z_model - Z), linear in the misfit, for Re and Im each. Weights are returned interleaved, (N, 2F):
Re of the first point, Im of the first point, Re of the second. A weight of 0 leaves a point out.

    modulus       1 / |Z|, the measured modulus (Boukamp, J. Electrochem. Soc. 142 (1995) 1885, eq. 13)
    proportional  1 / |Re Z| and 1 / |Im Z|, never above 100 / |Z|: where Im Z crosses zero it would have no bound
    unit          1
    sigma         1 / sigma, the standard deviation given with the data
    estimated     1 / sigma, the standard deviation that a noise model gives the data; known up to a factor
"""

from __future__ import annotations

from typing import Any, Literal, get_args

import numpy as np
from numpy.typing import ArrayLike

from eisfit.errors import FitError
from eisfit.spectrum import Bools, Complexes, Floats

Weighting = Literal["modulus", "proportional", "unit", "sigma", "estimated"]
WITH_SIGMA = ("sigma", "estimated")
"""Weightings that take a standard deviation with every point."""
WEIGHTINGS: tuple[str, ...] = get_args(Weighting)

PROPORTIONAL_CAP = 100.0
"""A component smaller than |Z| / 100 weighs as if it were that large."""


GIVEN = "array"
"""What the options of a fit say where the weights were an array."""


def interleaved(z: Complexes) -> Floats:
    """Complex (N, F) as real (N, 2F), Re and Im alternating; a view where the memory allows."""
    out: Floats = np.ascontiguousarray(z, dtype=np.complex128).view(np.float64)
    return out


def j_omega(frequency: Floats) -> Complexes:
    """s = j omega, (F,) rad/s, at frequencies (F,) Hz."""
    return np.asarray(2j * np.pi * frequency, dtype=np.complex128)


def weights(z: Complexes, used: Bools, weighting: str | ArrayLike, sigma: Floats | None = None) -> Floats:
    """Weights (N, 2F) for impedances z (N, F) of which `used` (N, F) count. Raises FitError.

    An array as `weighting`, (F,) or (N, F), holds the weights themselves. Where a point that counts has no finite
    weight (Z = 0 with modulus weights) the weight is NaN, and the spectrum cannot be fitted.
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        w = _by_name(z, weighting, sigma) if isinstance(weighting, str) else _given(z, weighting)
    sound = np.isfinite(w) & np.repeat(np.isfinite(z), 2, axis=1)
    return np.where(np.repeat(used, 2, axis=1), np.where(sound, w, np.nan), 0.0)


def _by_name(z: Complexes, weighting: str, sigma: Floats | None) -> Any:
    modulus = np.repeat(np.abs(z), 2, axis=1)
    if weighting == "modulus":
        return 1 / modulus
    if weighting == "proportional":
        return 1 / np.maximum(np.abs(interleaved(z)), modulus / PROPORTIONAL_CAP)
    if weighting == "unit":
        return np.ones_like(modulus)
    if weighting in WITH_SIGMA:
        if sigma is None:
            raise FitError(f'weighting "{weighting}" needs the standard deviation of every point: there is none')
        return 1 / np.repeat(sigma, 2, axis=1)
    raise FitError(f'unknown weighting "{weighting}": one of {", ".join(WEIGHTINGS)}, or an array')


def _given(z: Complexes, weighting: ArrayLike) -> Any:
    try:
        w = np.broadcast_to(np.asarray(weighting, dtype=np.float64), z.shape)
    except (TypeError, ValueError):
        raise FitError(f"an array of weights must be (F,) or (N, F) numbers, here {z.shape}") from None
    if not np.all(w >= 0):
        raise FitError("weights must be 0 or above")
    return np.repeat(w, 2, axis=1)
