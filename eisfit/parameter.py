"""One parameter of a circuit: its name, unit, value, bounds, and whether a fit may change it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np

from eisfit.errors import CircuitError
from eisfit.tree import Leaf


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter of a circuit: its name as an identifier, symbol of its element, unit, value, bounds, scale.

    A fixed parameter keeps its value in a fit. `scale` says on which scale it is searched, "log" or "linear".

    >>> import eisfit as ef
    >>> p = ef.Circuit("RQ").parameter("Q1")
    >>> p.unit, p.fixed, p.bounded(1e-9, 1e-3).upper
    ('S s^n', False, 0.001)
    """

    name: str
    symbol: str
    unit: str
    value: float
    lower: float
    upper: float
    fixed: bool = False
    scale: Literal["log", "linear"] = "log"

    def changed(self, change: Any) -> Parameter:
        """With another value: a number, `fixed(number)`, or a whole Parameter. Bounds widen to hold the value."""
        if isinstance(change, Parameter):
            if change.name != self.name:
                raise CircuitError(f"{self.name} cannot become the parameter {change.name}")
            return change
        is_fixed = isinstance(change, Fixed)
        value = self._number(change.value if is_fixed else change)
        if self.scale == "log" and (value < 0 or (value == 0 and not is_fixed)):
            raise CircuitError(f"{self.name} = {value:g}: it must be above zero, or be kept at zero by fixed(0)")
        low, high = min(self.lower, value), max(self.upper, value)
        return replace(self, value=value, fixed=is_fixed, lower=low, upper=high)

    def bounded(self, low: float, high: float) -> Parameter:
        """With other bounds; a free value outside moves to the nearer one."""
        low, high = self._number(low, infinite=True), self._number(high, infinite=True)
        if not low < high or (self.scale == "log" and high <= 0):
            above = " and above 0" if self.scale == "log" else ""
            raise CircuitError(f"bounds of {self.name} must be low < high{above}")
        value = self.value if self.fixed else min(max(self.value, low), high)
        return replace(self, lower=low, upper=high, value=value)

    def _number(self, given: Any, *, infinite: bool = False) -> float:
        try:
            value = float(given)
        except (TypeError, ValueError):
            raise CircuitError(f"{self.name} = {given!r}: a value is a number, fixed(number) or a Parameter") from None
        if np.isnan(value) or (np.isinf(value) and not infinite):
            raise CircuitError(f"{self.name} = {value}: a value must be finite")
        return value


@dataclass(frozen=True, slots=True)
class Fixed:
    """A value that a fit must keep."""

    value: float


def fixed(value: float) -> Fixed:
    """A value that a fit must keep: `circuit.with_(Q1_n=fixed(1))`.

    >>> import eisfit as ef
    >>> ef.Circuit("RQ").with_(Q1_n=ef.fixed(1)).parameter("Q1_n").fixed
    True
    """
    return Fixed(float(value))


def declared(leaf: Leaf) -> Iterator[Parameter]:
    """The parameters of an element as it declares them."""
    for name, p in zip(leaf.names, leaf.element.params, strict=True):
        yield Parameter(name, leaf.element.symbol, p.unit, p.default, p.lower, p.upper, False, p.scale)
