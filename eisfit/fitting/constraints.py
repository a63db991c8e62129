"""What a fit must respect: fixed values, bounds, ties between parameters, values shared by all spectra."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import ArrayLike

from eisfit.circuit import Circuit
from eisfit.circuit import fixed as keep
from eisfit.errors import FitError
from eisfit.fitting.result import FitOptions
from eisfit.fitting.scaling import Scaling, scaling
from eisfit.fitting.weighting import GIVEN
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
        for name in (*self.tied, *self.tied.values(), *self.shared):
            circuit.parameter(name)
        both = [name for name in self.tied if name in self.fixed or circuit.parameter(name).fixed]
        if both:
            raise FitError(f"{both[0]} cannot be fixed and tied at once")
        bounded = circuit.with_bounds(**self.bounds) if self.bounds else circuit
        held = bounded.with_(**{name: keep(value) for name, value in self.fixed.items()})
        for name in self.fixed:
            value, p = held.parameter(name).value, bounded.parameter(name)
            # zero takes a resistor or an inductor out of the circuit
            if value != 0 and not p.lower <= value <= p.upper:
                raise FitError(
                    f"{name} cannot be fixed at {value:g}: its bounds are {p.lower:g} to {p.upper:g}; give it other "
                    "bounds as well if it is meant"
                )
        return held

    def scaling(self, circuit: Circuit, frequency: Floats) -> Scaling:
        """The search coordinates for spectra of these frequencies (F,). Raises FitError where that is ill posed."""
        ln_omega = float(np.log(2 * np.pi * frequency.min()))
        search = scaling(circuit, tied=self.tied, plain=self.shared, ln_omega_tail=ln_omega)
        if search.size == 0:
            raise FitError("nothing to fit: every parameter of the circuit is fixed")
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
