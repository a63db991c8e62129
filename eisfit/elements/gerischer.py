"""Gerischer elements: diffusion coupled to a reaction, in a half-space and in a layer of finite thickness."""

from __future__ import annotations

import numpy as np

from eisfit.elements._base import Array, Element, Param, Value
from eisfit.elements._hyperbolic import csch_squared


class Gerischer(Element):
    """Reaction coupled to semi-infinite diffusion. Gerischer, Z. Phys. Chem. 198 (1951) 286.

    Form of Boukamp & Bouwmeester, Solid State Ionics 157 (2003) 29; the resistance at zero frequency is
    1 / (Y0 sqrt(k)).
    """

    symbol = "G"
    name = "Gerischer element"
    formula = "1 / (Y0 * sqrt(k + s))"
    Y0 = Param("S s^0.5", 1e-2, (1e-15, 1e6))
    k = Param("1/s", 1.0, (1e-8, 1e8))

    @staticmethod
    def impedance(s: Array, Y0: Value, k: Value) -> Array:
        return 1 / (Y0 * np.sqrt(k + s))

    @staticmethod
    def gradient(s: Array, z: Array, Y0: Value, k: Value) -> tuple[Value, ...]:
        return z * (-1 / Y0), -0.5 * z / (k + s)


class FiniteGerischer(Element):
    """Reaction coupled to diffusion in a layer. Green, Liu & Adler, Solid State Ionics 179 (2008) 647.

    `phi` is the layer's thickness over the utilisation length; the resistance at zero frequency is R / tanh(phi).
    """

    symbol = "Gs"
    name = "finite-length Gerischer element"
    formula = "R / (sqrt(1 + s * tau) * tanh(phi * sqrt(1 + s * tau)))"
    R = Param("ohm", 10.0, (1e-6, 1e12))
    tau = Param("s", 1e-2, (1e-12, 1e8))
    phi = Param("", 1.0, (1e-3, 1e3))

    @staticmethod
    def impedance(s: Array, R: Value, tau: Value, phi: Value) -> Array:
        w = np.sqrt(1 + s * tau)
        return R / (w * np.tanh(phi * w))

    @staticmethod
    def gradient(s: Array, z: Array, R: Value, tau: Value, phi: Value) -> tuple[Value, ...]:
        u = 1 + s * tau
        w = np.sqrt(u)
        slope = R * csch_squared(phi * w, z * w * (1 / R))
        return z * (1 / R), -0.5 * s / u * (z + phi * slope), -slope
