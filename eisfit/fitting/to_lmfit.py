"""One fit as an lmfit.Minimizer: confidence intervals, expressions, emcee and whatever else lmfit offers.

The residual and its derivative are those of the batch engine, on the parameters themselves (lmfit has its own map for
bounds). The only module that imports lmfit.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from eisfit.circuit import Circuit
from eisfit.fitting.weighting import interleaved, weights
from eisfit.spectrum import Bools, Floats, Spectrum

if TYPE_CHECKING:
    import lmfit

STEP = 1e-6
"""Relative step of the central differences: their error is the square of it, 1e-12."""


class Fitted(NamedTuple):
    """What was fitted: spectrum, which of its points counted (F,), circuit, fitted values (P,), ties."""

    spectrum: Spectrum
    used: Bools
    circuit: Circuit
    values: Floats
    tied: Mapping[str, str]


def minimizer(fitted: Fitted, weighting: str | ArrayLike) -> lmfit.Minimizer:
    """An lmfit.Minimizer of the residual w * (Z_model - Z), (2F,) over the used points, started at the fitted values.

    `minimize()` uses leastsq with the exact derivative, ties and expressions included. With known sigma its standard
    errors are not scaled, as ours.
    """
    import lmfit

    residual = _Residual(fitted, weighting)
    return lmfit.Minimizer(
        residual,
        parameters(fitted.circuit, fitted.values, fitted.tied),
        scale_covar=not (isinstance(weighting, str) and weighting == "sigma"),
        Dfun=residual.derivative,
        col_deriv=False,
    )


def parameters(circuit: Circuit, values: Floats, tied: Mapping[str, str]) -> lmfit.Parameters:
    """The circuit's parameters as lmfit.Parameters: bounds, fixed ones, ties as expressions."""
    import lmfit

    out = lmfit.Parameters()
    for p, value in zip(circuit.parameters, values.tolist(), strict=True):
        out.add(p.name, value=value, min=p.lower, max=p.upper, vary=not p.fixed)
    for name, target in tied.items():
        out[name].set(expr=target)
    return out


class _Residual:
    """The weighted residual and its derivative as functions of lmfit.Parameters; picklable."""

    def __init__(self, fitted: Fitted, weighting: str | ArrayLike) -> None:
        spectrum, used = fitted.spectrum, fitted.used
        self.circuit = fitted.circuit
        self.frequency = spectrum.frequency[used]
        z = spectrum.impedance[used][None]
        sigma = None if spectrum.sigma is None else spectrum.sigma[used][None]
        self.data = interleaved(z)[0]
        own = weighting if isinstance(weighting, str) else np.asarray(weighting)[used]
        self.weight = weights(z, np.ones(z.shape, bool), own, sigma)[0]

    def __call__(self, params: Any) -> Floats:
        z = self.circuit.impedance(self.frequency, self._values(params))
        out: Floats = (interleaved(z[None])[0] - self.data) * self.weight
        return out

    def derivative(self, params: Any) -> Floats:
        """Derivative by the varied parameters, (2F, K), through the expressions that hang on them."""
        j = self.circuit.jacobian(self.frequency, self._values(params)) @ self._slopes(params)
        out: Floats = (interleaved(j.T) * self.weight).T
        return out

    def _slopes(self, params: Any) -> Floats:
        """Derivative of the circuit's parameters by the varied ones, (P, K); expressions by central differences."""
        varied = [name for name, parameter in params.items() if parameter.vary]
        out = np.array([[float(name == other) for other in varied] for name in self.circuit.names])
        hang = [k for k, name in enumerate(self.circuit.names) if params[name].expr]
        for k, name in enumerate(varied if hang else []):
            (low, before), (high, after) = (self._moved(params, name, side) for side in (-1.0, 1.0))
            out[hang, k] = (after - before)[hang] / (high - low)
        return out

    def _moved(self, params: Any, name: str, side: float) -> tuple[float, Floats]:
        """A parameter moved to one side, not beyond its bounds, and what the circuit's parameters are then."""
        parameter = params[name]
        value = parameter.value
        parameter.value = value + side * STEP * (abs(value) or 1.0)
        moved = parameter.value, self._values(params)
        parameter.value = value
        return moved

    def _values(self, params: Any) -> Floats:
        return np.array([params[name].value for name in self.circuit.names])
