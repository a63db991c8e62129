"""A circuit with its parameters: names, values, bounds; impedance and exact jacobian for one spectrum or a batch."""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike

from eisfit.elements import Param
from eisfit.errors import CircuitError
from eisfit.spectrum import Complexes, Floats, build
from eisfit.syntax import format_circuit, parse_circuit
from eisfit.tree import Leaf, Node

MAX_PARAMETERS = 4096
"""A circuit of more parameters is surely a mistake, and would not fit into memory with its jacobian."""

Values = Mapping[str, Any] | ArrayLike


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter of a circuit: its name as an identifier, symbol of its element, unit, value, bounds, scale.

    A fixed parameter keeps its value in a fit. `scale` says on which scale it is searched, "log" or "linear".
    """

    name: str
    symbol: str
    unit: str
    value: float
    lower: float
    upper: float
    fixed: bool = False
    scale: Literal["log", "linear"] = "log"


@dataclass(frozen=True, slots=True)
class Fixed:
    """A value that a fit must keep."""

    value: float


def fixed(value: float) -> Fixed:
    """A value that a fit must keep: `circuit.with_(Q1_n=fixed(1))`."""
    return Fixed(float(value))


@dataclass(frozen=True, slots=True, init=False)
class Circuit:
    """An equivalent circuit, from a text in any of three notations or from a tree.

    root: the tree; parameters: in the order of the text; names: theirs; roles: (role, parameter name) pairs such as
    ("R_Int", "R3"). Equal structure and parameters compare equal. Raises CircuitError.
    """

    root: Node
    parameters: tuple[Parameter, ...]
    roles: tuple[tuple[str, str], ...] = field(compare=False)
    title: str = field(compare=False)

    def __init__(
        self,
        circuit: str | Node,
        *,
        notation: str | None = None,
        roles: Mapping[str, str] | None = None,
        title: str = "",
    ) -> None:
        root = parse_circuit(circuit, notation) if isinstance(circuit, str) else circuit
        parameters = tuple(p for leaf in root.leaves() for p in _parameters(leaf))
        if len(parameters) > MAX_PARAMETERS:
            raise CircuitError(f"a circuit of {len(parameters)} parameters: at most {MAX_PARAMETERS} can be handled")
        names = {p.name for p in parameters}
        if len(names) < len(parameters):
            raise CircuitError(f"two parameters are named {_first_twice([p.name for p in parameters])}: relabel one")
        pairs = tuple((roles or {}).items())
        for _, name in pairs:
            _known(name, names)
        for key, value in (("root", root), ("parameters", parameters), ("roles", pairs), ("title", title)):
            object.__setattr__(self, key, value)

    def __str__(self) -> str:
        return format_circuit(self.root)

    def __repr__(self) -> str:
        return f"Circuit({str(self)!r})"

    @property
    def names(self) -> tuple[str, ...]:
        """Parameter names; they fix the order of every values array."""
        return tuple(p.name for p in self.parameters)

    @property
    def values(self) -> Floats:
        """The circuit's own parameter values, (P,)."""
        return np.array([p.value for p in self.parameters])

    def with_(self, **changes: Any) -> Circuit:
        """A copy in which parameters have other values: a number, `fixed(number)`, or a whole Parameter."""
        known = set(self.names)
        for name in changes:
            _known(name, known)
        parameters = tuple(_changed(p, changes[p.name]) if p.name in changes else p for p in self.parameters)
        return build(Circuit, self._state() | {"parameters": parameters})

    def with_bounds(self, **bounds: tuple[float, float]) -> Circuit:
        """A copy in which parameters have other bounds (low, high); values outside move to the nearer bound."""
        changes = {}
        for name, (low, high) in bounds.items():
            p = self.parameter(name)
            if not low < high or np.isnan(low) or np.isnan(high) or (p.scale == "log" and high <= 0):
                raise CircuitError(f"bounds of {name} must be low < high{' and above 0' if p.scale == 'log' else ''}")
            changes[name] = replace(p, lower=low, upper=high, value=min(max(p.value, low), high))
        return self.with_(**changes)

    def parameter(self, name: str) -> Parameter:
        """One parameter by its name."""
        _known(name, set(self.names))
        return self.parameters[self.names.index(name)]

    def impedance(self, frequency: ArrayLike, values: Values | None = None) -> Complexes:
        """Impedance of the circuit in ohm.

        frequency (F,) Hz > 0; values a mapping by name (missing ones are the circuit's own) or an array (P,), (N, P).
        Returns (F,) for one set of values, (N, F) for N. Raises CircuitError.
        """
        s, columns, shape = self._prepared(frequency, values)
        with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
            z = np.broadcast_to(self.root.impedance(s, columns), shape)
        return np.array(z, dtype=np.complex128)

    def jacobian(self, frequency: ArrayLike, values: Values | None = None) -> Complexes:
        """Exact derivative of the impedance by every parameter, (F, P) or (N, F, P); arguments as `impedance`."""
        s, columns, shape = self._prepared(frequency, values)
        out = np.empty((*shape, len(self.parameters)), dtype=np.complex128)
        with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
            for k, derivative in enumerate(self.root.gradient(s, columns)[1]):
                out[..., k] = derivative
        return out

    def array(self, values: Values | None) -> Floats:
        """Values of every parameter as an array (P,) or (N, P), from a mapping or an array."""
        if values is None:
            return self.values
        if isinstance(values, Mapping):
            return self._from_mapping(values)
        try:
            array = np.asarray(values, dtype=np.float64)
        except (TypeError, ValueError) as error:
            raise CircuitError(f"values must be numbers: {error}") from None
        if array.ndim not in (1, 2) or array.shape[-1] != len(self.parameters):
            raise CircuitError(
                f"values of shape {array.shape}: expected ({len(self.parameters)},) or (N, {len(self.parameters)}) "
                f"in the order {', '.join(self.names)}"
            )
        return array

    def to(self, notation: Literal["boukamp", "impedance.py", "zfit"]) -> str:
        """The circuit in another notation. Raises CircuitError where that notation has no such element."""
        return format_circuit(self.root, notation)

    def _from_mapping(self, values: Mapping[str, Any]) -> Floats:
        known = set(self.names)
        for name in values:
            _known(name, known)
        try:
            columns = [np.asarray(values.get(p.name, p.value), dtype=np.float64) for p in self.parameters]
            return np.stack(np.broadcast_arrays(*columns), axis=-1)
        except (TypeError, ValueError):
            raise CircuitError("values in a mapping must be numbers or arrays of one length") from None

    def _prepared(
        self, frequency: ArrayLike, values: Values | None
    ) -> tuple[Complexes, Sequence[Any], tuple[int, ...]]:
        f = np.asarray(frequency, dtype=np.float64)
        if f.ndim != 1 or not np.all(f > 0):
            raise CircuitError("frequency must be a one-dimensional array of values above 0 Hz")
        array = self.array(values)
        if array.ndim == 1:
            return 2j * np.pi * f, list(array), f.shape
        return 2j * np.pi * f, list(array.T[:, :, None]), (len(array), len(f))

    def _state(self) -> dict[str, Any]:
        return {"root": self.root, "parameters": self.parameters, "roles": self.roles, "title": self.title}


def _parameters(leaf: Leaf) -> list[Parameter]:
    return [_declared(name, leaf, p) for name, p in zip(leaf.names, leaf.element.params, strict=True)]


def _declared(name: str, leaf: Leaf, p: Param) -> Parameter:
    return Parameter(name, leaf.element.symbol, p.unit, p.default, p.lower, p.upper, False, p.scale)


def _changed(p: Parameter, change: Any) -> Parameter:
    if isinstance(change, Parameter):
        return change
    is_fixed = isinstance(change, Fixed)
    value = float(change.value if is_fixed else change)
    if not np.isfinite(value):
        raise CircuitError(f"{p.name} = {value}: a value must be finite")
    low, high = min(p.lower, value), max(p.upper, value)
    return replace(p, value=value, fixed=is_fixed, lower=low, upper=high)


def _known(name: str, names: set[str]) -> None:
    if name in names:
        return
    near = difflib.get_close_matches(name, sorted(names), n=1)
    hint = f"; did you mean {near[0]}?" if near else f"; it has {', '.join(sorted(names))}" if len(names) < 40 else ""
    raise CircuitError(f"the circuit has no parameter {name}{hint}")


def _first_twice(names: Sequence[str]) -> str:
    seen: set[str] = set()
    return next(n for n in names if n in seen or seen.add(n))  # type: ignore[func-returns-value]
