"""The activation energy of conduction, from a series of temperatures."""

from __future__ import annotations

import numpy as np

from eisfit.spectrum import Floats

KELVIN = 273.15
BOLTZMANN = 8.617333262e-5
"""eV/K."""
LEAST = 4
"""Fewer temperatures leave the error of a slope to chance."""


def activation_energy(celsius: Floats, conductivity: Floats) -> tuple[float, float]:
    """Activation energy of conduction and its standard error in eV, from conductivities (N,) in any unit; NaN, NaN.

    sigma T = A exp(-E_a / (k_B T)): the slope of ln(sigma T) against 1/T, every point alike, with the scatter about
    the line as the error (Kraft et al., J. Am. Chem. Soc. 139 (2017) 10909, eq. 1). NaN for fewer than four points.
    A resistance R gives the same by 1/R.
    """
    with np.errstate(invalid="ignore", divide="ignore"):
        kelvin = celsius + KELVIN
        x, y = 1 / (BOLTZMANN * kelvin), np.log(conductivity * kelvin)
    known = np.isfinite(x) & np.isfinite(y)
    if known.sum() < LEAST or not np.ptp(x[known]) > 0:
        return float("nan"), float("nan")
    x, y = x[known] - x[known].mean(), y[known] - y[known].mean()
    slope = float(x @ y / (x @ x))
    rest = y - slope * x
    return -slope, float(np.sqrt(rest @ rest / (len(x) - 2) / (x @ x)))
