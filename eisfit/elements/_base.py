"""How an element is declared: once, in one class.

A class names its symbol, its parameters with unit, default, bounds and scale, its formula as text (a test checks it
against the code), and two static functions: `impedance(s, ...)` and `gradient(s, z, ...)`. Here s = j omega is (F,) and
every parameter is a number or an array (N, 1), so one body serves a single spectrum and a batch. May import numpy only.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Sequence
from typing import Any, ClassVar, Literal

import numpy as np

Array = Any
"""Complex numbers (F,) or (N, F); numpy has no sharper type for what arithmetic with a Value gives."""
Value = Any
"""A parameter: a float, or an array that broadcasts against s."""


class Param:
    """One parameter of an element: unit, default, bounds, and the scale on which it is fitted."""

    __slots__ = ("default", "lower", "name", "scale", "unit", "upper")

    def __init__(
        self, unit: str, default: float, bounds: tuple[float, float], scale: Literal["log", "linear"] = "log"
    ) -> None:
        self.name = ""
        self.unit = unit
        self.default = default
        self.lower, self.upper = bounds
        self.scale = scale

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = name


REGISTRY: dict[str, type[Element]] = {}
"""Every declared element by its symbol."""


class Element:
    """Base of every circuit element; a subclass is never instantiated, it is the element.

    `gradient` may be left out by a user's element: central differences stand in then, as the class's own name does for
    `name`. Raises TypeError where a declaration contradicts itself or would take the symbol of a built-in element.
    """

    symbol: ClassVar[str] = ""
    name: ClassVar[str] = ""
    formula: ClassVar[str] = ""
    params: ClassVar[tuple[Param, ...]]
    states_admittance: ClassVar[bool] = False

    @staticmethod
    def admittance(s: Array, *values: Value) -> Array:
        """1/Z in siemens at s; an element may state it, where it is the simpler form, to be quick in parallel."""
        raise NotImplementedError

    @staticmethod
    def admittance_gradient(s: Array, y: Array, *values: Value) -> Sequence[Value]:
        """Derivative of the admittance y by each parameter, where `admittance` is stated."""
        raise NotImplementedError

    def __init_subclass__(cls) -> None:
        cls.params = tuple(p for p in vars(cls).values() if isinstance(p, Param))
        cls.states_admittance = cls.admittance is not Element.admittance
        cls.name = cls.name or cls.__name__
        _check_symbol(cls)
        _check_bounds(cls)
        _check_signatures(cls)
        REGISTRY[cls.symbol] = cls

    @staticmethod
    def impedance(s: Array, *values: Value) -> Array:
        """Impedance in ohm at s = j omega."""
        raise NotImplementedError

    @classmethod
    def gradient(cls, s: Array, z: Array, *values: Value) -> Sequence[Value]:
        """Derivative of the impedance by each parameter; z is the impedance at the same place."""
        return central_differences(cls, s, values)


def _check_symbol(cls: type[Element]) -> None:
    """One capital letter begins each element in a text such as R(RQ), so a symbol cannot hold two."""
    if not re.fullmatch("[A-Z][a-z]*", cls.symbol):
        raise TypeError(f"{cls.__name__}.symbol = {cls.symbol!r}: one capital letter, then small ones, such as X or Xa")
    owner = REGISTRY.get(cls.symbol)
    if owner is not None and _is_built_in(owner) and not _is_built_in(cls):
        raise TypeError(f"{cls.__name__}.symbol = {cls.symbol!r} is the {owner.name}: choose another")


def _is_built_in(cls: type[Element]) -> bool:
    return cls.__module__.startswith(__package__ + ".")


def _check_bounds(cls: type[Element]) -> None:
    if not cls.params:
        raise TypeError(f"{cls.__name__} declares no Param")
    for p in cls.params:
        if not p.lower < p.upper or not p.lower <= p.default <= p.upper or (p.scale == "log" and p.lower <= 0):
            raise TypeError(f"{cls.__name__}.{p.name}: bounds must be low < high around the default, above 0 if log")


def _check_signatures(cls: type[Element]) -> None:
    declared = [p.name for p in cls.params]
    functions: list[tuple[Callable[..., Any], list[str]]] = [(cls.impedance, ["s"]), (cls.gradient, ["s", "z"])]
    if cls.states_admittance:
        functions += [(cls.admittance, ["s"]), (cls.admittance_gradient, ["s", "y"])]
    for function, first in functions:
        arguments = list(inspect.signature(function).parameters)
        if arguments != first + declared and arguments != [*first, "values"]:
            raise TypeError(f"{cls.__name__}.{function.__name__} must take {first + declared}, not {arguments}")


def central_differences(element: type[Element], s: Array, values: Sequence[Value]) -> list[Array]:
    """Derivatives of an element without a `gradient`, to about 1e-9 relative."""
    out = []
    for k, value in enumerate(values):
        step = 6e-6 * np.where(np.abs(value) > 0, np.abs(value), 1.0)
        up = [v + step if i == k else v for i, v in enumerate(values)]
        down = [v - step if i == k else v for i, v in enumerate(values)]
        out.append((element.impedance(s, *up) - element.impedance(s, *down)) / (2 * step))
    return out


def power(s: Array, n: Value, factor: Value = 1.0) -> Array:
    """factor * s**n on the imaginary axis: a real power times a constant phase, far quicker than a complex power."""
    phase = factor * np.exp(0.5j * np.pi * np.asarray(n))
    return np.exp(n * np.log(s.imag)) * phase


def root_s(s: Array) -> Array:
    """sqrt(j omega) = sqrt(omega) exp(j pi/4)."""
    return np.sqrt(s.imag) * _ROOT_J


_ROOT_J = np.exp(0.25j * np.pi)


def log_s(s: Array) -> Array:
    """ln(j omega) = ln omega + j pi/2, the principal branch."""
    return np.log(s.imag) + 0.5j * np.pi
