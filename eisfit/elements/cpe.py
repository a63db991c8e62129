"""The constant phase element and its inductive twin."""

from __future__ import annotations

from eisfit.elements._base import Array, Element, Param, Value, log_s, power


class ConstantPhase(Element):
    """Constant phase element. Brug et al., J. Electroanal. Chem. 176 (1984) 275, eq. 1, with Q their Q0."""

    symbol = "Q"
    name = "constant phase element (CPE)"
    formula = "1 / (Q * s**n)"
    Q = Param("S s^n", 1e-5, (1e-15, 1e4))
    n = Param("", 0.9, (0.2, 1.0), "linear")

    @staticmethod
    def impedance(s: Array, Q: Value, n: Value) -> Array:
        return power(s, -n, 1 / Q)

    @staticmethod
    def gradient(s: Array, z: Array, Q: Value, n: Value) -> tuple[Value, ...]:
        return z * (-1 / Q), z * -log_s(s)

    @staticmethod
    def admittance(s: Array, Q: Value, n: Value) -> Array:
        return power(s, n, Q)

    @staticmethod
    def admittance_gradient(s: Array, y: Array, Q: Value, n: Value) -> tuple[Value, ...]:
        return y * (1 / Q), y * log_s(s)


class LossyInductor(Element):
    """Lossy inductor: skin effect and eddy currents in cables and wound cells. BioLogic, Application Note 42 (2019)."""

    symbol = "La"
    name = "lossy inductor"
    formula = "L * s**n"
    L = Param("H s^(n-1)", 1e-7, (1e-12, 1e3))
    n = Param("", 0.9, (0.2, 1.0), "linear")

    @staticmethod
    def impedance(s: Array, L: Value, n: Value) -> Array:
        return power(s, n, L)

    @staticmethod
    def gradient(s: Array, z: Array, L: Value, n: Value) -> tuple[Value, ...]:
        return z * (1 / L), z * log_s(s)
