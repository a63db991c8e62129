"""Diffusion: semi-infinite, through a layer to a reservoir, and into a layer with a closed end.

The letters O and T follow the admittance, as in Boukamp's program: O is coth in the admittance, tanh in the
impedance.
"""

from __future__ import annotations

import numpy as np

from eisfit.elements._base import Array, Element, Param, Value, root_s
from eisfit.elements._hyperbolic import csch_squared, sech_squared


class Warburg(Element):
    """Semi-infinite linear diffusion. Warburg, Ann. Phys. 303 (1899) 493; Boukamp, Solid State Ionics 20 (1986) 31."""

    symbol = "W"
    name = "Warburg diffusion (semi-infinite)"
    formula = "1 / (Y0 * sqrt(s))"
    Y0 = Param("S s^0.5", 1e-2, (1e-15, 1e6))

    @staticmethod
    def impedance(s: Array, Y0: Value) -> Array:
        return 1 / (Y0 * root_s(s))

    @staticmethod
    def gradient(s: Array, z: Array, Y0: Value) -> tuple[Value, ...]:
        return (z * (-1 / Y0),)


class FiniteLength(Element):
    """Diffusion through a layer to a reservoir. Boukamp, Solid State Ionics 20 (1986) 31; B = thickness / sqrt(D).

    Transmissive boundary: the resistance at zero frequency is B / Y0.
    """

    symbol = "O"
    name = "finite-length diffusion (transmissive)"
    formula = "tanh(B * sqrt(s)) / (Y0 * sqrt(s))"
    Y0 = Param("S s^0.5", 1e-2, (1e-15, 1e6))
    B = Param("s^0.5", 1.0, (1e-6, 1e5))

    @staticmethod
    def impedance(s: Array, Y0: Value, B: Value) -> Array:
        root = root_s(s)
        return np.tanh(B * root) / (Y0 * root)

    @staticmethod
    def gradient(s: Array, z: Array, Y0: Value, B: Value) -> tuple[Value, ...]:
        root = root_s(s)
        return z * (-1 / Y0), sech_squared(B * root, z * (Y0 * root)) * (1 / Y0)


class FiniteSpace(Element):
    """Diffusion into a layer with a closed end. Boukamp, Solid State Ionics 20 (1986) 31; B = thickness / sqrt(D).

    Blocking boundary: at low frequency a resistance B / (3 Y0) in series with a capacitance Y0 B. A particle or a thin
    film of active material: Ho, Raistrick & Huggins, J. Electrochem. Soc. 127 (1980) 343.
    """

    symbol = "T"
    name = "finite-space diffusion (blocking)"
    formula = "1 / (tanh(B * sqrt(s)) * Y0 * sqrt(s))"
    Y0 = Param("S s^0.5", 1e-2, (1e-15, 1e6))
    B = Param("s^0.5", 1.0, (1e-6, 1e5))

    @staticmethod
    def impedance(s: Array, Y0: Value, B: Value) -> Array:
        root = root_s(s)
        return 1 / (np.tanh(B * root) * (Y0 * root))

    @staticmethod
    def gradient(s: Array, z: Array, Y0: Value, B: Value) -> tuple[Value, ...]:
        root = root_s(s)
        return z * (-1 / Y0), csch_squared(B * root, z * (Y0 * root)) * (-1 / Y0)
