"""Porous electrodes: ions move along the pores while the walls charge."""

from __future__ import annotations

import numpy as np

from eisfit.elements._base import Array, Element, Param, Value, log_s, power
from eisfit.elements._hyperbolic import csch, csch_squared


class DeLevie(Element):
    """Blocking porous electrode, CPE on its wall. Landesfeind et al., J. Electrochem. Soc. 163 (2016) A1373, eq. 11.

    After de Levie, Electrochim. Acta 8 (1963) 751. Low frequency: R_ion / 3 in series with the wall's CPE Q, n.
    """

    symbol = "M"
    name = "porous electrode (de Levie, CPE wall)"
    formula = "sqrt(R_ion / (Q * s**n)) / tanh(sqrt(R_ion * Q * s**n))"
    R_ion = Param("ohm", 10.0, (1e-6, 1e12))
    Q = Param("S s^n", 1e-3, (1e-15, 1e4))
    n = Param("", 0.9, (0.2, 1.0), "linear")

    @staticmethod
    def impedance(s: Array, R_ion: Value, Q: Value, n: Value) -> Array:
        x = power(s, n / 2, np.sqrt(R_ion * Q))
        return R_ion / (x * np.tanh(x))

    @staticmethod
    def gradient(s: Array, z: Array, R_ion: Value, Q: Value, n: Value) -> tuple[Value, ...]:
        x = power(s, n / 2, np.sqrt(R_ion * Q))
        g = z * (1 / R_ion)
        inverse = csch_squared(x, x * g)
        slope = -0.5 * (z + R_ion * inverse)
        return _excess(x * x, g, inverse), slope * (1 / Q), slope * log_s(s)


def _excess(x2: Array, g: Array, inverse: Array) -> Array:
    """(coth(x) / x - 1/sinh^2 x) / 2; the terms 1/x^2 of both cancel, so small x has a series of its own."""
    small = 1 / 3 - x2 * (2 / 45 - x2 * (2 / 315))
    return np.where(np.abs(x2) < 1e-3, small, 0.5 * (g - inverse))


class Paasch(Element):
    """Macrohomogeneous porous electrode. Paasch, Micka & Gersdorf, Electrochim. Acta 38 (1993) 2653.

    With rho1, rho2 the resistivities of pore and solid, d the thickness, K the diffusivity of the wall's charge and k
    its reaction rate: A = d (rho1^2 + rho2^2) / (rho1 + rho2), r = 2 rho1 rho2 / (rho1^2 + rho2^2), which lies between
    0 and 1, a = k d^2 / K and b = d^2 / K.
    """

    symbol = "Tp"
    name = "porous electrode (Paasch)"
    formula = "A * (1 / tanh(sqrt(a + b * s)) + r / sinh(sqrt(a + b * s))) / sqrt(a + b * s)"
    A = Param("ohm", 10.0, (1e-6, 1e12))
    r = Param("", 0.5, (0.0, 1.0), "linear")
    a = Param("", 1.0, (1e-6, 1e6))
    b = Param("s", 1e-2, (1e-12, 1e8))

    @staticmethod
    def impedance(s: Array, A: Value, r: Value, a: Value, b: Value) -> Array:
        beta = np.sqrt(a + b * s)
        return A * (1 / np.tanh(beta) + r * csch(beta)) / beta

    @staticmethod
    def gradient(s: Array, z: Array, A: Value, r: Value, a: Value, b: Value) -> tuple[Value, ...]:
        beta = np.sqrt(a + b * s)
        inverse = csch(beta)
        slope = -0.5 * (A * inverse * (inverse + r / np.tanh(beta)) + z) / (beta * beta)
        return z * (1 / A), A * inverse / beta, slope, slope * s
