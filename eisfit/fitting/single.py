"""One fit as an lmfit.Minimizer: confidence intervals, expressions, emcee and whatever else lmfit offers.

The residual and its derivative are those of the batch engine, on the parameters themselves (lmfit has its own map for
bounds). The only module that imports lmfit.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from eisfit.circuit import Circuit
from eisfit.errors import FitError
from eisfit.fitting.weighting import interleaved, weights
from eisfit.spectrum import Floats

if TYPE_CHECKING:
    import lmfit

    from eisfit.fitting.result import Fit


def minimizer(fit: Fit) -> lmfit.Minimizer:
    """An lmfit.Minimizer of the residual w * (Z_model - Z), (2F,) over the used points, started at the fitted values.

    `minimize()` uses leastsq with the exact derivative, ties included. With known sigma its standard errors are not
    scaled, as ours. Raises FitError where nothing was fitted.
    """
    import lmfit

    if not np.isfinite(fit.values).all():
        raise FitError(f"there are no fitted values to start from: {fit.status.sentence}")
    residual = _Residual(fit)
    return lmfit.Minimizer(
        residual,
        parameters(fit.circuit, fit.values, dict(fit.options.tied)),
        scale_covar=fit.options.weighting != "sigma",
        Dfun=residual.derivative,
        col_deriv=False,
    )


def parameters(circuit: Circuit, values: Floats, tied: dict[str, str] | None = None) -> lmfit.Parameters:
    """The circuit's parameters as lmfit.Parameters: bounds, fixed ones, ties as expressions."""
    import lmfit

    out = lmfit.Parameters()
    for p, value in zip(circuit.parameters, values.tolist(), strict=True):
        out.add(p.name, value=value, min=p.lower, max=p.upper, vary=not p.fixed)
    for name, target in (tied or {}).items():
        out[name].set(expr=target)
    return out


class _Residual:
    """The weighted residual and its derivative as functions of lmfit.Parameters; picklable."""

    def __init__(self, fit: Fit) -> None:
        used = fit.used
        spectrum = fit.spectrum
        self.circuit = fit.circuit
        self.frequency = spectrum.frequency[used]
        z = spectrum.impedance[used][None]
        sigma = None if spectrum.sigma is None else spectrum.sigma[used][None]
        self.data = interleaved(z)[0]
        weighting = fit.options.weighting if fit.weights is None else fit.weights[used]
        self.weight = weights(z, np.ones(z.shape, bool), weighting, sigma)[0]

    def __call__(self, params: Any) -> Floats:
        z = self.circuit.impedance(self.frequency, self._values(params))
        out: Floats = (interleaved(z[None])[0] - self.data) * self.weight
        return out

    def derivative(self, params: Any) -> Floats:
        """Derivative by the varied parameters, (2F, K)."""
        j = self.circuit.jacobian(self.frequency, self._values(params))
        for name, target in self._ties(params):
            j[:, self.circuit.names.index(target)] += j[:, self.circuit.names.index(name)]
        varied = [k for k, name in enumerate(self.circuit.names) if params[name].vary]
        columns = interleaved(j[:, varied].T)
        out: Floats = (columns * self.weight).T
        return out

    def _ties(self, params: Any) -> list[tuple[str, str]]:
        ties = [(name, params[name].expr) for name in self.circuit.names if params[name].expr]
        return [(name, target) for name, target in ties if target in self.circuit.names]

    def _values(self, params: Any) -> Floats:
        return np.array([params[name].value for name in self.circuit.names])
