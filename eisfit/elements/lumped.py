"""Lumped elements: resistor, capacitor, inductor, and the electronic leak written as a conductance."""

from __future__ import annotations

import numpy as np

from eisfit.elements._base import Array, Element, Param, Value


class Resistor(Element):
    """Resistor. Ohm's law; Orazem & Tribollet, Electrochemical Impedance Spectroscopy, 2nd ed. (2017), ch. 4."""

    symbol = "R"
    name = "resistor"
    formula = "R"
    R = Param("ohm", 10.0, (1e-6, 1e12))

    @staticmethod
    def impedance(s: Array, R: Value) -> Array:
        return R + 0 * s

    @staticmethod
    def gradient(s: Array, z: Array, R: Value) -> tuple[Value, ...]:
        return (1.0,)

    @staticmethod
    def admittance(s: Array, R: Value) -> Array:
        return np.asarray(1 / R, dtype=np.complex128)

    @staticmethod
    def admittance_gradient(s: Array, y: Array, R: Value) -> tuple[Value, ...]:
        return (-y * y,)


class Capacitor(Element):
    """Capacitor. Orazem & Tribollet, Electrochemical Impedance Spectroscopy, 2nd ed. (2017), ch. 4."""

    symbol = "C"
    name = "capacitor"
    formula = "1 / (C * s)"
    C = Param("F", 1e-6, (1e-15, 1e4))

    @staticmethod
    def impedance(s: Array, C: Value) -> Array:
        return 1 / (C * s)

    @staticmethod
    def gradient(s: Array, z: Array, C: Value) -> tuple[Value, ...]:
        return (z * (-1 / C),)

    @staticmethod
    def admittance(s: Array, C: Value) -> Array:
        return C * s

    @staticmethod
    def admittance_gradient(s: Array, y: Array, C: Value) -> tuple[Value, ...]:
        return (s,)


class Inductor(Element):
    """Inductor, often the cable. Orazem & Tribollet, Electrochemical Impedance Spectroscopy, 2nd ed. (2017), ch. 4."""

    symbol = "L"
    name = "inductor"
    formula = "L * s"
    L = Param("H", 1e-7, (1e-12, 1e3))

    @staticmethod
    def impedance(s: Array, L: Value) -> Array:
        return L * s

    @staticmethod
    def gradient(s: Array, z: Array, L: Value) -> tuple[Value, ...]:
        return (s,)


class Leak(Element):
    """Electronic leak, a resistor by its conductance. Huggins, Ionics 8 (2002) 300: mixed conduction beside the ions.

    Written as a conductance because no leak is then G = 0 and not R = infinity.
    """

    symbol = "S"
    name = "electronic leak (conductance)"
    formula = "1 / G"
    G = Param("S", 1e-4, (1e-12, 1e3))

    @staticmethod
    def impedance(s: Array, G: Value) -> Array:
        return 1 / G + 0 * s

    @staticmethod
    def gradient(s: Array, z: Array, G: Value) -> tuple[Value, ...]:
        return (z * (-1 / G),)

    @staticmethod
    def admittance(s: Array, G: Value) -> Array:
        return np.asarray(G, dtype=np.complex128)

    @staticmethod
    def admittance_gradient(s: Array, y: Array, G: Value) -> tuple[Value, ...]:
        return (1.0,)
