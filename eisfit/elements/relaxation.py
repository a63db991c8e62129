"""Relaxations written with a resistance and a time constant: Debye, Cole-Cole (ZARC), Havriliak-Negami."""

from __future__ import annotations

import numpy as np

from eisfit.elements._base import Array, Element, Param, Value, log_s, power


class Relaxation(Element):
    """A resistor and a capacitor in parallel, by its time constant tau = R C. Debye, Polar Molecules (1929), ch. 5."""

    symbol = "K"
    name = "RC relaxation (Debye)"
    formula = "R / (1 + s * tau)"
    R = Param("ohm", 10.0, (1e-6, 1e12))
    tau = Param("s", 1e-3, (1e-12, 1e8))

    @staticmethod
    def impedance(s: Array, R: Value, tau: Value) -> Array:
        return R / (1 + s * tau)

    @staticmethod
    def gradient(s: Array, z: Array, R: Value, tau: Value) -> tuple[Value, ...]:
        return z * (1 / R), -z * s / (1 + s * tau)


class Zarc(Element):
    """Depressed arc, a resistor and a CPE in parallel. Cole & Cole, J. Chem. Phys. 9 (1941) 341.

    tau = (R Q)^(1/n) is the reciprocal of the apex's angular frequency.
    """

    symbol = "Z"
    name = "ZARC (Cole-Cole relaxation)"
    formula = "R / (1 + (s * tau)**n)"
    R = Param("ohm", 10.0, (1e-6, 1e12))
    tau = Param("s", 1e-3, (1e-12, 1e8))
    n = Param("", 0.9, (0.2, 1.0), "linear")

    @staticmethod
    def impedance(s: Array, R: Value, tau: Value, n: Value) -> Array:
        return R / (1 + power(s * tau, n))

    @staticmethod
    def gradient(s: Array, z: Array, R: Value, tau: Value, n: Value) -> tuple[Value, ...]:
        x = s * tau
        u = power(x, n)
        slope = -z * (u / (1 + u))
        return z * (1 / R), slope * (n / tau), slope * log_s(x)


class HavriliakNegami(Element):
    """Depressed and skewed arc. Havriliak & Negami, Polymer 8 (1967) 161.

    gamma = 1 is the ZARC, n = 1 the arc of Davidson & Cole.
    """

    symbol = "H"
    name = "Havriliak-Negami relaxation"
    formula = "R / (1 + (s * tau)**n)**gamma"
    R = Param("ohm", 10.0, (1e-6, 1e12))
    tau = Param("s", 1e-3, (1e-12, 1e8))
    n = Param("", 0.9, (0.2, 1.0), "linear")
    gamma = Param("", 0.9, (0.2, 1.0), "linear")

    @staticmethod
    def impedance(s: Array, R: Value, tau: Value, n: Value, gamma: Value) -> Array:
        return R * np.exp(-gamma * np.log(1 + power(s * tau, n)))

    @staticmethod
    def gradient(s: Array, z: Array, R: Value, tau: Value, n: Value, gamma: Value) -> tuple[Value, ...]:
        x = s * tau
        u = power(x, n)
        slope = -z * gamma * (u / (1 + u))
        return z * (1 / R), slope * (n / tau), slope * log_s(x), -z * np.log(1 + u)
