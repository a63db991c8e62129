"""What a fit must respect: fixed values, bounds, ties between parameters, values shared by all spectra."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from eisfit.circuit import Circuit
from eisfit.circuit import fixed as fixed_at
from eisfit.errors import CircuitError, ConstraintError, FitError
from eisfit.fitting.batch_fit import FitOptions, unknown_parameter
from eisfit.fitting.expression import expression, renamed
from eisfit.fitting.scaling import Scaling, scaling
from eisfit.fitting.weighting import GIVEN
from eisfit.parameter import Fixed
from eisfit.roles import assign_roles, by_parameter, parameter_named
from eisfit.settings import FitKeywords
from eisfit.spectrum import Floats


@dataclass(frozen=True, slots=True, kw_only=True)
class Constraints:
    """What a fit must respect: fixed values, bounds, ties between parameters, values shared by all spectra."""

    fixed: Mapping[str, float] = field(default_factory=dict)
    bounds: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    tied: Mapping[str, str] = field(default_factory=dict)
    shared: tuple[str, ...] = ()

    def applied(self, circuit: Circuit) -> Circuit:
        """The circuit with these fixed values and bounds. Raises CircuitError on unknown names, FitError."""
        self._check_kinds()
        targets = [n for name, text in self.tied.items() for n in expression(name, text).names]
        for name in (*self.tied, *targets, *self.shared):
            if name not in circuit.names:
                with np.errstate(all="ignore"):
                    raise unknown_parameter(name, circuit.names, tuple(assign_roles(circuit).resistances))
        both = [name for name in self.tied if name in self.fixed or circuit.parameter(name).fixed]
        if both:
            raise ConstraintError(f"{both[0]} cannot be fixed and tied at once")
        bounded = circuit.with_bounds(**self.bounds) if self.bounds else circuit
        constrained = bounded.with_(**{name: _kept(name, value) for name, value in self.fixed.items()})
        for name in self.fixed:
            value, p = constrained.parameter(name).value, bounded.parameter(name)
            # zero takes a resistor or an inductor out of the circuit
            if value != 0 and not p.lower <= value <= p.upper:
                raise ConstraintError(
                    f"{name} cannot be fixed at {value:g}: its bounds are {p.lower:g} to {p.upper:g}; give it other "
                    "bounds as well if it is meant"
                )
        return constrained

    def _check_kinds(self) -> None:
        """Raises FitError where an option is not of the kind that it takes."""
        for name, pair in self.bounds.items():
            if isinstance(pair, str) or np.shape(pair) != (2,):
                raise ConstraintError(f"{name} is searched between two values (low, high), not {pair!r}")
        for name, target in self.tied.items():
            if not isinstance(target, str):
                raise ConstraintError(f"{name} can be tied to a parameter or a formula of them, not to {target!r}")

    def scaling(self, circuit: Circuit, frequency: Floats) -> Scaling:
        """The search coordinates for spectra of these frequencies (F,). Raises FitError where that is ill posed."""
        ln_omega = float(np.log(2 * np.pi * frequency.min()))
        search = scaling(circuit, tied=self.tied, plain=self.shared, ln_omega_tail=ln_omega)
        if search.size == 0:
            raise ConstraintError("nothing to fit: every parameter of the circuit is fixed")
        if 2 * frequency.size < search.size:
            raise FitError(
                f"{search.size} free parameters cannot be fitted to {frequency.size} points ({2 * frequency.size} "
                "numbers): take a simpler circuit, or fix parameters"
            )
        return search

    def options(self, weighting: str | ArrayLike, *, robust: bool = False) -> FitOptions:
        """What goes into the result."""
        name = weighting if isinstance(weighting, str) else GIVEN
        return FitOptions(weighting=name, robust=robust, tied=tuple(self.tied.items()), shared=self.shared)


def constraints_of(circuit: Circuit, asked: FitKeywords) -> Constraints:
    """What the options of a fit demand, each parameter by its own name; they may speak of it by its role."""
    one = asked["share"]
    fixed, bounds = (_by_name(circuit, given) for given in (asked["fix"], asked["bound"]))
    tied = asked["tie"]
    if isinstance(tied, Mapping):
        tied = {name: _meant_in(circuit, target) for name, target in _by_name(circuit, tied).items()}
    shared = tuple(_meant(circuit, name) for name in ((one,) if isinstance(one, str) else one))
    return Constraints(fixed=fixed, bounds=bounds, tied=tied, shared=shared)


def _by_name(circuit: Circuit, given: Any) -> Any:
    """A mapping by the names of parameters; what is none is refused where it is applied."""
    return by_parameter(circuit, given) if isinstance(given, Mapping) else given


def _meant(circuit: Circuit, name: Any) -> Any:
    return parameter_named(circuit, name) if isinstance(name, str) else name


def _meant_in(circuit: Circuit, target: Any) -> Any:
    """The target of a tie by the names of parameters."""
    return renamed(target, lambda name: parameter_named(circuit, name)) if isinstance(target, str) else target


def _kept(name: str, value: object) -> Fixed:
    """A value to be kept, whatever kind of number it is. Raises CircuitError for anything else."""
    try:
        return fixed_at(value)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        raise CircuitError(f"{name} cannot be fixed at {value!r}: a number was expected") from None
