"""A circuit with its parameters: names, values, bounds; impedance and exact jacobian for one spectrum or a batch."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike

from eisfit.errors import CircuitError, DuplicateLabel
from eisfit.hints import did_you_mean
from eisfit.labels import first_twice
from eisfit.notebook import html_table
from eisfit.numbers import unit_text, with_error
from eisfit.parameter import Fixed, Parameter, declared, fixed
from eisfit.spectrum import Complexes, Floats, build
from eisfit.syntax import format_circuit, parse_circuit
from eisfit.tree import MAX_DEPTH, MAX_PARAMETERS, InParallel, InSeries, Leaf, Node, tidy

__all__ = ["Circuit", "Fixed", "Parameter", "Values", "fixed"]

Values = Mapping[str, Any] | ArrayLike


@dataclass(frozen=True, slots=True, init=False)
class Circuit:
    """An equivalent circuit, from a text in any of three notations or from a tree.

    root: the tree; parameters: in the order of the text; names: theirs; roles: (role, parameter name) pairs such as
    ("R_Int", "R3"). Equal structure and parameters compare equal. Raises CircuitError.

    >>> import eisfit as ef
    >>> circuit = ef.Circuit("R_{SE,bulk}(R_{Int}Q_{Int})")
    >>> circuit.names
    ('R_SE_bulk', 'R_Int', 'Q_Int', 'Q_Int_n')
    >>> circuit = circuit.with_(R_SE_bulk=20, R_Int=100, Q_Int_n=ef.fixed(1))
    >>> circuit.impedance([1e6, 1e-3]).real.round(1)
    array([ 20., 120.])
    >>> str(ef.Circuit("R0-p(R1,CPE1)")), str(ef.Circuit("R(RQ)W"))      # of impedance.py, of Boukamp
    ('R0(R1Q1)', 'R1(R2Q1)W1')
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
        root = parse_circuit(circuit, notation) if isinstance(circuit, str) else _checked(circuit)
        parameters = tuple(p for leaf in root.leaves() for p in declared(leaf))
        names = dict.fromkeys(p.name for p in parameters)
        if len(names) < len(parameters):
            raise DuplicateLabel(f"two parameters are named {first_twice([p.name for p in parameters])}: relabel one")
        pairs = tuple((roles or {}).items())
        for _, name in pairs:
            _known(name, names)
        for key, value in (("root", root), ("parameters", parameters), ("roles", pairs), ("title", title)):
            object.__setattr__(self, key, value)

    def __str__(self) -> str:
        return format_circuit(self.root)

    def __repr__(self) -> str:
        return f"Circuit({str(self)!r})"

    def _repr_html_(self) -> str:
        rows = self.parameters
        columns: dict[str, list[object]] = {
            "parameter": [p.name for p in rows],
            "value": ["fixed at " * p.fixed + with_error(p.value) for p in rows],
            "unit": [unit_text(p.unit) for p in rows],
            "bounds": [f"{with_error(p.lower)} to {with_error(p.upper)}" for p in rows],
        }
        return html_table(str(self), columns)

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
        known = dict.fromkeys(self.names)
        for name in changes:
            _known(name, known)
        parameters = tuple(p.changed(changes[p.name]) if p.name in changes else p for p in self.parameters)
        return build(Circuit, self._state() | {"parameters": parameters})

    def with_bounds(self, **bounds: tuple[float, float]) -> Circuit:
        """A copy in which parameters have other bounds (low, high); free values outside move to the nearer bound."""
        return self.with_(**{name: self.parameter(name).bounded(*pair) for name, pair in bounds.items()})

    def parameter(self, name: str) -> Parameter:
        """One parameter by its name."""
        _known(name, self.names)
        return self.parameters[self.names.index(name)]

    def impedance(self, frequency: ArrayLike, values: Values | None = None) -> Complexes:
        """Impedance of the circuit in ohm.

        frequency (F,) Hz > 0; values a mapping that names every free parameter, or an array (P,), (N, P); the circuit's
        own without. Returns (F,) for one set of values, (N, F) for N. Raises CircuitError.
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

    @classmethod
    def from_impedance(cls, circuit: Any, values: ArrayLike | None = None) -> Circuit:
        """A circuit of impedance.py, as a text or a CustomCircuit, converted exactly into our parameters.

        values: positional, in impedance.py's order and parametrisation, without those that a CustomCircuit holds
        constant; by default the fitted ones of a CustomCircuit, or its initial guess. Constants become fixed.
        Raises CircuitError.
        """
        from eisfit.custom_circuit import given, imported

        there = given(circuit, values)
        new = cls(there.text, notation="impedance.py")
        return new if there.values is None else new.with_(**imported(new.root, there))

    def to_impedance(self) -> Any:
        """The circuit as an impedance.models.circuits.CustomCircuit with the current values, ready to predict.

        Elements with a word as their label take numbers; parameters that are fixed become constants. Raises
        CircuitError where impedance.py has no such element.
        """
        from impedance.models.circuits import CustomCircuit

        from eisfit.custom_circuit import exported

        values, constants = exported(self.root, self.parameters)
        custom = CustomCircuit(
            self.to("impedance.py"), initial_guess=values, constants=constants, name=self.title or None
        )
        custom.parameters_ = np.array(values)
        custom.conf_ = np.full(len(values), np.nan)  # not known; without it print(custom) fails
        return custom

    def _from_mapping(self, values: Mapping[str, Any]) -> Floats:
        known = dict.fromkeys(self.names)
        for name in values:
            _known(name, known)
        try:
            columns = [np.asarray(values.get(p.name, p.value), dtype=np.float64) for p in self.parameters]
            array = np.stack(np.broadcast_arrays(*columns), axis=-1)
        except (TypeError, ValueError):
            raise CircuitError("values in a mapping must be numbers or arrays of one length") from None
        if array.ndim > 2:
            raise CircuitError("values in a mapping must be numbers or arrays of one length")
        missing = [p.name for p in self.parameters if not p.fixed and p.name not in values]
        if missing:
            raise CircuitError(
                f"no value is given for {', '.join(missing)}: name every free parameter, or none for the circuit's own"
            )
        return array

    def _prepared(
        self, frequency: ArrayLike, values: Values | None
    ) -> tuple[Complexes, Sequence[Any], tuple[int, ...]]:
        try:
            f = np.asarray(frequency, dtype=np.float64)
        except (TypeError, ValueError):
            raise CircuitError("frequency must be an array of numbers") from None
        if f.ndim != 1 or not np.all((f > 0) & np.isfinite(f)):
            raise CircuitError("frequency must be a one-dimensional array of finite values above 0 Hz")
        s = np.asarray(2j * np.pi * f, dtype=np.complex128)
        array = self.array(values)
        if array.ndim == 1:
            return s, list(array), f.shape
        return s, list(array.T[:, :, None]), (len(array), len(f))

    def _state(self) -> dict[str, Any]:
        return {"root": self.root, "parameters": self.parameters, "roles": self.roles, "title": self.title}


def _checked(root: Any) -> Node:
    """A tree given by hand, tidied; its size and depth within what the recursion over it can bear."""
    if not isinstance(root, Leaf | InSeries | InParallel):
        raise CircuitError(f"a circuit is a text or a tree of Leaf, InSeries and InParallel, not {type(root).__name__}")
    if root.size > MAX_PARAMETERS:
        raise CircuitError(f"a circuit of {root.size} parameters: at most {MAX_PARAMETERS} can be handled")
    tidied = tidy(root)
    if tidied.depth > MAX_DEPTH:
        raise CircuitError(f"parallels are nested {tidied.depth} deep: at most {MAX_DEPTH} can be handled")
    return tidied


def _known(name: str, names: Collection[str]) -> None:
    if name not in names:
        listed = f"; it has {', '.join(names)}" if len(names) < 40 else ""
        raise CircuitError(f"the circuit has no parameter {name}{did_you_mean(name, names) or listed}")
