"""The fit of one spectrum as a view of its row in the fits of many: no figure is defined twice."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike

from eisfit.circuit import Circuit
from eisfit.errors import FitError
from eisfit.fitting import determined
from eisfit.fitting.batch_fit import BatchFit, FitOptions
from eisfit.fitting.status import FitStatus
from eisfit.notebook import html_table
from eisfit.numbers import fitted, unit_text
from eisfit.spectrum import Bools, Complexes, Floats, FrozenArrays, Spectrum

if TYPE_CHECKING:
    from matplotlib.axes import Axes


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Fit(FrozenArrays):
    """The fit of one spectrum: row `index` of `fits`, with the spectrum and, where given as an array, its weights (F,).

    values (P,), stderr (P,), covariance (P, P), status, cost and all figures are those of `fits`, at this row.

    >>> import numpy as np, eisfit as ef
    >>> spectrum = ef.simulate("R(RQ)", np.logspace(5, -1, 31), [10, 50, 1e-5, 0.9], noise=0.002, seed=1)
    >>> fit = ef.fit(spectrum, "R(RQ)")
    >>> fit.names, fit.values.shape, fit.covariance.shape
    (('R1', 'R2', 'Q1', 'Q1_n'), (4,), (4, 4))
    >>> np.allclose(fit.circuit.impedance([1.0]), fit.predict([1.0]))  # the circuit has the fitted values
    True
    """

    fits: BatchFit
    index: int
    spectrum: Spectrum
    weights: Floats | None = None
    _correlated: dict[str, Any] = field(default_factory=dict, repr=False)

    def __repr__(self) -> str:
        return f"<Fit of {self.spectrum.label or 'a spectrum'}: {self.fits.circuit}, {self.status.words}>"

    def _repr_html_(self) -> str:
        pairs = zip(self.values.tolist(), self.stderr.tolist(), strict=True)
        columns = {
            "parameter": list(self.names),
            "value": [fitted(value, stderr) for value, stderr in pairs],
            "unit": [unit_text(p.unit) for p in self.fits.circuit.parameters],
        }
        return html_table(f"{repr(self)[1:-1]}, rms {self.rms_percent:.2g} %", columns)

    @property
    def circuit(self) -> Circuit:
        """The circuit with the fitted values, bounds and what was fixed; its own values where nothing was fitted."""
        own = self.fits.circuit
        if not np.isfinite(self.values).all():
            return own
        found = zip(own.parameters, self.values.tolist(), strict=True)
        return own.with_(**{p.name: replace(p, value=value) for p, value in found})

    def predict(self, frequency: ArrayLike | None = None) -> Complexes:
        """Impedance of the fitted circuit in ohm at frequencies (F,) Hz, those of the spectrum unless given.

        One frequency gives one value. Raises CircuitError.
        """
        f = self.spectrum.frequency if frequency is None else frequency
        z = self.fits.circuit.impedance(np.atleast_1d(np.asarray(f)), self.values)
        return z.reshape(np.shape(f))

    def plot(self, ax: Axes | None = None) -> Axes:
        """Nyquist plot of the spectrum and its fit, -Im Z against Re Z in ohm; the arc of each process is shaded.

        ax: matplotlib axes to draw into; without them a figure of pyplot is made, which a notebook shows by itself.
        """
        from eisfit.plots.shown import plot_fit

        return plot_fit(self, ax)

    @property
    def options(self) -> FitOptions:
        """How the fit was weighted and constrained."""
        return self.fits.options

    @property
    def names(self) -> tuple[str, ...]:
        """Parameter names, in the order of P."""
        return self.fits.circuit.names

    @property
    def values(self) -> Floats:
        """Fitted parameters (P,), NaN where nothing was fitted."""
        out: Floats = self.fits.values[self.index]
        return out

    @property
    def covariance(self) -> Floats:
        """Covariance of the parameters (P, P), NaN where it cannot be had."""
        out: Floats = self.fits.covariance[self.index]
        return out

    @property
    def stderr(self) -> Floats:
        """Standard errors (P,), NaN at a bound or where they cannot be had, 0 for fixed parameters."""
        out: Floats = self.fits.stderr[self.index]
        return out

    @property
    def at_bound(self) -> Bools:
        """True where a parameter lies at a bound (P,)."""
        out: Bools = self.fits.at_bound[self.index]
        return out

    @property
    def status(self) -> FitStatus:
        """How the fit ended."""
        return self.fits.status[self.index]

    @property
    def sentence(self) -> str:
        """How the fit ended, in words."""
        return self.fits.sentence(self.index)

    @property
    def uncertain(self) -> bool:
        """Whether another minimum may be the right one; the sentence says why."""
        return bool(self.fits.uncertain[self.index])

    @property
    def start_left(self) -> bool:
        """Whether the start values given led to a worse minimum than the one that was found without them."""
        return bool(self.fits.start_left[self.index])

    @property
    def usable(self) -> bool:
        """Whether the resistances may be used: the fit converged, or what the data leave open is not of them."""
        return bool(self.fits.usable[self.index])

    @property
    def rival(self) -> Floats:
        """The parameters (P,) at the next best minimum that was met, NaN where there was none."""
        out: Floats = self.fits.rival[self.index]
        return out

    @property
    def n_iterations(self) -> int:
        """Steps of the search."""
        return int(self.fits.n_iterations[self.index])

    @property
    def agreement(self) -> int:
        """Starts that ended at the reported minimum."""
        return int(self.fits.agreement[self.index])

    @property
    def starts(self) -> int:
        """Starts that were followed to their end."""
        return int(self.fits.starts[self.index])

    @property
    def outliers(self) -> Bools:
        """Points that a robust fit left out (F,)."""
        left_out = self.fits.outliers
        return left_out[self.index] if left_out else np.zeros(len(self.spectrum), bool)

    @property
    def used(self) -> Bools:
        """True where a point counted in the fit (F,)."""
        return self.spectrum.used & ~self.outliers

    @property
    def model(self) -> Complexes:
        """Impedance of the fitted circuit at the frequencies of the spectrum, (F,) ohm."""
        return self.predict()

    @property
    def residual(self) -> Complexes:
        """(Z_model - Z) / |Z|, (F,), masked points included."""
        return (self.model - self.spectrum.impedance) / np.abs(self.spectrum.impedance)

    @property
    def correlation(self) -> Floats:
        """Correlation matrix (P, P), NaN where a standard error is not known."""
        sd = np.sqrt(np.where(self.stderr > 0, np.diagonal(self.covariance), np.nan))
        out: Floats = self.covariance / np.outer(sd, sd)
        return out

    @property
    def n_free(self) -> int:
        """Number of free parameters."""
        return self.fits.n_free

    @property
    def n_data(self) -> int:
        """Number of real data, 2 F over the used points."""
        return 2 * int(self.used.sum())

    @property
    def cost(self) -> float:
        """Sum of |w (Z_model - Z)|^2 over the used points."""
        return self._figure(self.fits.cost)

    @property
    def chi2(self) -> float:
        """cost: the sum of |w (Z_model - Z)|^2."""
        return self.cost

    @property
    def chi2_reduced(self) -> float:
        """cost / (2 F - P)."""
        return self._figure(self.fits.chi2_reduced)

    @property
    def chi2_zsimpwin(self) -> float:
        """cost / (F - P), the definition of ZSimpWin for modulus weights."""
        return self._figure(self.fits.chi2_zsimpwin)

    @property
    def rms_percent(self) -> float:
        """Root mean square of |dZ|/|Z| per component, percent."""
        return self._figure(self.fits.rms_percent)

    @property
    def aicc(self) -> float:
        """Akaike's information criterion, corrected for small samples."""
        return self._figure(self.fits.aicc)

    @property
    def bic(self) -> float:
        """Bayesian information criterion."""
        return self._figure(self.fits.bic)

    @property
    def resolved(self) -> Mapping[str, bool]:
        """By parameter: is it determined by the data (see `BatchFit.resolved`)?"""
        band = self.fits.band[self.index]
        of_row = determined.resolved(self.fits.circuit, self.values, self.stderr, self.at_bound, band)
        return dict(zip(self.names, of_row.tolist(), strict=True))

    def intervals(self, level: float = 0.95) -> Mapping[str, tuple[float, float]]:
        """By parameter: lower and upper end of value +- t stderr, Student's t at 2 F - P degrees of freedom.

        NaN where there is no error. Raises FitError where the level is not between 0 and 1.
        """
        lower, upper = (ends[self.index].tolist() for ends in self.fits.intervals(level))
        return dict(zip(self.names, zip(lower, upper, strict=True), strict=True))

    def _ipython_key_completions_(self) -> list[str]:
        return list(dict.fromkeys((*self.names, *self.fits.roles)))

    def _figure(self, of_all: Floats) -> float:
        return float(of_all[self.index])

    def __getitem__(self, name: str) -> Any:
        """One parameter, by its name or role, as a value with its error (`uncertainties`); errors stay correlated."""
        if not isinstance(name, str):
            raise TypeError(
                f"a Fit is asked by the name of a parameter, not by {name!r}: it is the fit of one spectrum"
            )
        name = self.fits.meant(name)
        if not self._correlated:
            self._correlated.update(determined.correlated(self.names, self.values, self.covariance, self.at_bound))
        return self._correlated[name]

    def state(self) -> dict[str, Any]:
        """The fields by name, of its own row alone; with shared parameters, whose share counts, of all rows."""
        own = self.options.shared == ()
        fits = self.fits.taken(np.array([self.index])) if own else self.fits
        return FrozenArrays.state(self) | {"fits": fits, "index": 0 if own else self.index, "_correlated": {}}

    def to_lmfit(self) -> Any:
        """An lmfit.Minimizer with the same residual and the exact derivative, started at the fitted values.

        Raises FitError where nothing was fitted.
        """
        from eisfit.fitting.to_lmfit import Fitted, minimizer

        if not np.isfinite(self.values).all():
            raise FitError(f"there are no fitted values to start from: {self.sentence}")
        fitted = Fitted(self.spectrum, self.used, self.circuit, self.values, dict(self.options.tied))
        return minimizer(fitted, self.options.weighting if self.weights is None else self.weights)
