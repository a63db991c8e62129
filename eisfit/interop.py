"""The elements of other programs beside ours: one declaration each, with the conversion of its parameters both ways.

The symbols of the notations, the tables of docs/circuits.md, `Circuit.from_impedance` and `Circuit.to_impedance` all
come from here. Knows elements and numbers, no circuits.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from math import isfinite, sqrt
from typing import NamedTuple

from eisfit.errors import CircuitError

Numbers = Sequence[float]


class Counterpart(NamedTuple):
    """An element of another program: its symbol there and here, and each side's parameters as formulas of the other's.

    `to_theirs` and `to_ours` are these formulas as code, on numbers in the order of the parameters.
    """

    theirs: str
    ours: str
    their_formulas: Mapping[str, str]
    our_formulas: Mapping[str, str]
    to_theirs: Callable[..., Numbers]
    to_ours: Callable[..., Numbers]

    @property
    def same(self) -> bool:
        """Whether the parameters are ours under maybe other names."""
        return set(self.their_formulas.values()) <= self.our_formulas.keys()

    def needs(self, name: str) -> tuple[int, ...]:
        """Positions of our parameters that their parameter `name` depends on."""
        words = set(re.findall(r"\w+", self.their_formulas[name]))
        return tuple(k for k, ours in enumerate(self.our_formulas) if ours in words)

    def feeds(self, name: str) -> tuple[int, ...]:
        """Positions of their parameters that our parameter `name` depends on."""
        words = set(re.findall(r"\w+", self.our_formulas[name]))
        return tuple(k for k, theirs in enumerate(self.their_formulas) if theirs in words)


def _same(theirs: str, ours: str, names: str, our_names: str = "") -> Counterpart:
    """An element whose parameters are ours, maybe by other names."""
    a, b = names.split(), (our_names or names).split()
    forward, backward = dict(zip(a, b, strict=True)), dict(zip(b, a, strict=True))
    return Counterpart(theirs, ours, forward, backward, lambda *values: values, lambda *values: values)


def _warburg(theirs: str, name: str) -> Counterpart:
    formulas = {name: "1 / (sqrt(2) * Y0)"}, {"Y0": f"1 / (sqrt(2) * {name})"}
    return Counterpart(theirs, "W", *formulas, lambda Y0: (1 / (sqrt(2) * Y0),), lambda A: (1 / (sqrt(2) * A),))


def _finite(theirs: str, ours: str, R: str, tau: str) -> Counterpart:
    """Finite diffusion by its resistance B / Y0 and its time B^2."""
    formulas = {R: "B / Y0", tau: "B**2"}, {"Y0": f"sqrt({tau}) / {R}", "B": f"sqrt({tau})"}
    return Counterpart(
        theirs, ours, *formulas, lambda Y0, B: (B / Y0, B * B), lambda R, tau: (sqrt(tau) / R, sqrt(tau))
    )


def _gerischer(theirs: str, R: str, tau: str) -> Counterpart:
    formulas = {R: "1 / (Y0 * sqrt(k))", tau: "1 / k"}, {"Y0": f"sqrt({tau}) / {R}", "k": f"1 / {tau}"}
    return Counterpart(
        theirs, "G", *formulas, lambda Y0, k: (1 / (Y0 * sqrt(k)), 1 / k), lambda R, tau: (sqrt(tau) / R, 1 / tau)
    )


IMPEDANCE: tuple[Counterpart, ...] = (
    _same("R", "R", "R"),
    _same("C", "C", "C"),
    _same("L", "L", "L"),
    _same("CPE", "Q", "Q alpha", "Q n"),
    # the code of impedance.py 1.7.1 computes (L j omega)^alpha, its documentation says L (j omega)^alpha
    Counterpart(
        "La",
        "La",
        {"L": "L**(1 / n)", "alpha": "n"},
        {"L": "L**alpha", "n": "alpha"},
        lambda L, n: (L ** (1 / n), n),
        lambda L, alpha: (L**alpha, alpha),
    ),
    _warburg("W", "A_W"),
    _finite("Ws", "O", "Z0", "tau"),
    _finite("Wo", "T", "Z0", "tau"),
    _gerischer("G", "R_G", "t_G"),
    _same("Gs", "Gs", "R_G t_G phi", "R tau phi"),
    _same("K", "K", "R tau_k", "R tau"),
    _same("Zarc", "Z", "R tau_k gamma", "R tau n"),
    _same("TLMQ", "M", "R_ion Qs gamma", "R_ion Q n"),
    Counterpart(
        "T",
        "Tp",
        {"A": "A", "B": "r * A", "a": "a", "b": "b"},
        {"A": "A", "r": "B / A", "a": "a", "b": "b"},
        lambda A, r, a, b: (A, r * A, a, b),
        lambda A, B, a, b: (A, B / A, a, b),
    ),
)
"""Every element of impedance.py 1.7.1."""

EXPORTED: Mapping[str, Counterpart] = {c.ours: c for c in IMPEDANCE} | {
    "S": Counterpart("R", "S", {"R": "1 / G"}, {"G": "1 / R"}, lambda G: (1 / G,), lambda R: (1 / R,))
}
"""Our symbol -> what impedance.py gets; a leak is a resistor there."""

ZFIT: tuple[Counterpart, ...] = (
    _same("R", "R", "R"),
    _same("C", "C", "C"),
    _same("L", "L", "L"),
    _same("La", "La", "La alpha", "L n"),
    _same("Q", "Q", "Q alpha", "Q n"),
    _warburg("W", "sigma"),
    _finite("Wd", "O", "Rd", "tau_d"),
    _finite("M", "T", "Rd", "tau_d"),
    _gerischer("G", "R_G", "tau_G"),
)
"""Elements of EC-Lab's ZFit that have one here (BioLogic, EC-Lab manual "Analysis and Data Process", 4.3.1.1.4)."""


def ours_from_theirs(counterpart: Counterpart, values: Numbers, name: str) -> Numbers:
    """Our parameters from theirs; `name` is the element's, for the CircuitError where they make no sense."""
    return _converted(counterpart.to_ours, values, list(counterpart.their_formulas), name)


def theirs_from_ours(counterpart: Counterpart, values: Numbers, name: str) -> Numbers:
    """Their parameters from ours; raises CircuitError where one of ours is zero and theirs would be infinite."""
    return _converted(counterpart.to_theirs, values, list(counterpart.our_formulas), name)


def _converted(convert: Callable[..., Numbers], values: Numbers, names: Sequence[str], element: str) -> Numbers:
    try:
        out = [float(v) for v in convert(*values)]
    except (ZeroDivisionError, ValueError, OverflowError, TypeError):
        out = [float("nan")]
    if not all(map(isfinite, out)):
        given = ", ".join(f"{n} = {v:.6g}" for n, v in zip(names, values, strict=True))
        raise CircuitError(f"{element}: {given} cannot be converted; each must be finite and above zero")
    return out
