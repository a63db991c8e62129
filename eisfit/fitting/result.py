"""What a fit gives: BatchFit for bare arrays, SeriesFit for a series, Fit for one spectrum.

Plain numbers only, no solver object: results pickle and export. Definitions, printed wherever the figures are:

    cost          sum over the used points of |w (Z_model - Z)|^2, w the weight (1/|Z| unless stated)
    chi2_reduced  cost / (2 F - P), F used points, P free parameters
    chi2_zsimpwin cost / (F - P), for modulus weights: the figure that ZSimpWin prints
    stderr        sqrt of the diagonal of (J^T J)^-1 * chi2_reduced; with known sigma (weighting "sigma") unscaled
    aicc, bic     from n ln(cost / n), n = 2 F, with P + 1 parameters (Burnham & Anderson 2002, eq. 2.4, section 6.4.1)
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING, Any, overload

import numpy as np
from numpy.typing import NDArray

from eisfit.circuit import Circuit
from eisfit.fitting import determined
from eisfit.fitting.status import FitStatus
from eisfit.spectrum import Bools, Complexes, Floats, FrozenArrays, Indices, Series, Spectrum, read_only

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, slots=True, kw_only=True)
class FitOptions:
    """How the fit was weighted and constrained; goes into every result and report."""

    weighting: str = "modulus"
    robust: bool = False
    tied: tuple[tuple[str, str], ...] = ()
    shared: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class BatchFit(FrozenArrays):
    """Fits of N spectra as arrays: values (N, P), covariance (N, P, P), cost (N,), status and the rest (N,).

    The order of P is `circuit.names`. Fixed parameters have zero covariance; NaN stands where a covariance cannot be
    had, or where a parameter lies at a bound. `agreement` (N,) counts the starts that ended at the reported minimum,
    `starts` (N,) those that were followed to their end. `outliers` (N, F): points that a robust fit left out.
    """

    circuit: Circuit
    values: Floats
    covariance: Floats
    cost: Floats
    status: tuple[FitStatus, ...]
    n_iterations: NDArray[np.int64]
    points_used: NDArray[np.int64]
    at_bound: Bools
    agreement: NDArray[np.int64]
    starts: NDArray[np.int64]
    rms: Floats
    outliers: tuple[Bools, ...] = ()
    options: FitOptions = field(default_factory=FitOptions)

    def __len__(self) -> int:
        return len(self.values)

    @property
    def names(self) -> tuple[str, ...]:
        """Parameter names, in the order of P."""
        return self.circuit.names

    def taken(self, rows: Indices) -> BatchFit:
        """The fits of some spectra, in the order of `rows` (M,)."""
        state = {f.name: getattr(self, f.name) for f in fields(BatchFit)}
        for name, value in state.items():
            if isinstance(value, np.ndarray):
                state[name] = read_only(value[rows], value.dtype)
        state["status"] = tuple(self.status[i] for i in rows.tolist())
        state["outliers"] = tuple(self.outliers[i] for i in rows.tolist()) if self.outliers else ()
        return BatchFit(**state)

    @property
    def stderr(self) -> Floats:
        """Standard errors (N, P); NaN where they cannot be had, 0 for fixed parameters."""
        return determined.stderr(self.covariance)

    @property
    def n_free(self) -> int:
        """Number of free parameters per spectrum."""
        return determined.n_free(self.circuit, len(self.options.tied))

    @property
    def chi2_reduced(self) -> Floats:
        """cost / (2 F - P), (N,)."""
        return self.cost / np.maximum(2 * self.points_used - self.n_free, 1)

    @property
    def chi2(self) -> Floats:
        """cost: the sum of |w (Z_model - Z)|^2, (N,)."""
        return self.cost

    @property
    def chi2_zsimpwin(self) -> Floats:
        """cost / (F - P), the definition of ZSimpWin for modulus weights, (N,)."""
        return self.cost / np.maximum(self.points_used - self.n_free, 1)

    @property
    def rms_percent(self) -> Floats:
        """Root mean square of |dZ|/|Z| per component in percent, sqrt(sum |dZ/Z|^2 / 2F), (N,)."""
        return 100 * self.rms

    @property
    def resolved(self) -> Bools:
        """True where a parameter is determined by the data (N, P): not at a bound, error known and below 100 %."""
        return determined.resolved(self.circuit, self.values, self.stderr, self.at_bound)

    def sentence(self, i: int) -> str:
        """How the fit of spectrum i ended, in words."""
        return determined.sentence(
            self.circuit,
            self.status[i],
            self.stderr[i],
            self.at_bound[i],
            points=int(self.points_used[i]),
            free=self.n_free,
        )

    def column(self, name: str) -> tuple[Floats, Floats]:
        """One parameter over the batch: values (N,), standard errors (N,)."""
        k = self.names.index(name)
        return self.values[:, k], self.stderr[:, k]


@dataclass(frozen=True, slots=True, eq=False)
class SeriesFit(BatchFit, Sequence["Fit"]):
    """The fits of a Series: a BatchFit that knows its spectra; `fits[i]` is a Fit.

    `weights` (N, F): the weights, where they were given as an array.
    """

    series: Series = field(default_factory=lambda: Series(()))
    weights: Floats | None = None

    def __iter__(self) -> Iterator[Fit]:
        return (self[i] for i in range(len(self)))

    @overload
    def __getitem__(self, index: int) -> Fit: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Fit]: ...
    def __getitem__(self, index: int | slice) -> Fit | Sequence[Fit]:
        if isinstance(index, slice):
            return [self[i] for i in range(*index.indices(len(self)))]
        i = range(len(self))[index]
        return Fit(
            spectrum=self.series[i],
            circuit=self.circuit,
            values=self.values[i],
            covariance=self.covariance[i],
            status=self.status[i],
            cost=float(self.cost[i]),
            n_iterations=int(self.n_iterations[i]),
            at_bound=self.at_bound[i],
            outliers=self.outliers[i] if self.outliers else np.zeros(len(self.series[i]), bool),
            agreement=int(self.agreement[i]),
            starts=int(self.starts[i]),
            options=self.options,
            weights=None if self.weights is None else self.weights[i],
        )

    def table(self) -> pd.DataFrame:
        """The columns of parameters.csv as a DataFrame; what only an analysis knows is empty."""
        from eisfit.fitting.table import dataframe

        return dataframe(self)


@dataclass(frozen=True, slots=True, eq=False)
class Fit(FrozenArrays):
    """The fit of one spectrum: values (P,), covariance (P, P), status, cost, n_iterations; the rest are properties."""

    spectrum: Spectrum
    circuit: Circuit
    values: Floats
    covariance: Floats
    status: FitStatus
    cost: float
    n_iterations: int
    at_bound: Bools
    outliers: Bools
    agreement: int
    starts: int
    options: FitOptions
    weights: Floats | None = None
    _cache: dict[str, Any] = field(default_factory=dict, repr=False)

    @property
    def names(self) -> tuple[str, ...]:
        """Parameter names, in the order of P."""
        return self.circuit.names

    @property
    def used(self) -> Bools:
        """True where a point counted in the fit (F,)."""
        return self.spectrum.used & ~self.outliers

    @property
    def model(self) -> Complexes:
        """Impedance of the fitted circuit at the frequencies of the spectrum, (F,) ohm."""
        return self.circuit.impedance(self.spectrum.frequency, self.values)

    @property
    def residual(self) -> Complexes:
        """(Z_model - Z) / |Z|, (F,), masked points included."""
        return (self.model - self.spectrum.impedance) / np.abs(self.spectrum.impedance)

    @property
    def stderr(self) -> Floats:
        """Standard errors (P,), NaN at a bound or where they cannot be had, 0 for fixed parameters."""
        return determined.stderr(self.covariance)

    @property
    def correlation(self) -> Floats:
        """Correlation matrix (P, P), NaN where a standard error is not known."""
        sd = np.where(self.stderr > 0, self.stderr, np.nan)
        out: Floats = self.covariance / np.outer(sd, sd)
        return out

    @property
    def n_free(self) -> int:
        """Number of free parameters."""
        return determined.n_free(self.circuit, len(self.options.tied))

    @property
    def n_data(self) -> int:
        """Number of real data, 2 F over the used points."""
        return 2 * int(self.used.sum())

    @property
    def chi2(self) -> float:
        """cost: the sum of |w (Z_model - Z)|^2."""
        return self.cost

    @property
    def chi2_reduced(self) -> float:
        """cost / (2 F - P)."""
        return self.cost / max(self.n_data - self.n_free, 1)

    @property
    def chi2_zsimpwin(self) -> float:
        """cost / (F - P), the definition of ZSimpWin for modulus weights."""
        return self.cost / max(self.n_data // 2 - self.n_free, 1)

    @property
    def rms_percent(self) -> float:
        """Root mean square of |dZ|/|Z| per component, percent."""
        misfit = np.abs(self.residual[self.used])
        return 100 * float(np.sqrt(np.mean(misfit**2) / 2)) if misfit.size else float("nan")

    @property
    def aicc(self) -> float:
        """Akaike's information criterion, corrected for small samples."""
        n, k = self.n_data, self.n_free + 1
        return self._log_cost + 2 * k + (2 * k * (k + 1) / (n - k - 1) if n > k + 1 else np.inf)

    @property
    def bic(self) -> float:
        """Bayesian information criterion."""
        return self._log_cost + (self.n_free + 1) * float(np.log(max(self.n_data, 1)))

    @property
    def _log_cost(self) -> float:
        return self.n_data * float(np.log(max(self.cost, 1e-300) / self.n_data)) if self.n_data else float("nan")

    @property
    def resolved(self) -> Mapping[str, bool]:
        """By parameter: is it determined by the data (not at a bound, error known and below 100 %)?"""
        known = determined.resolved(self.circuit, self.values, self.stderr, self.at_bound)
        return dict(zip(self.names, known.tolist(), strict=True))

    @property
    def sentence(self) -> str:
        """How the fit ended, in words."""
        points, free = self.n_data // 2, self.n_free
        return determined.sentence(self.circuit, self.status, self.stderr, self.at_bound, points=points, free=free)

    def __getitem__(self, name: str) -> Any:
        """One parameter as a value with its error (`uncertainties`); errors of one fit stay correlated."""
        if "correlated" not in self._cache:
            self._cache["correlated"] = self._correlated()
        self.circuit.parameter(name)
        return self._cache["correlated"][name]

    def _correlated(self) -> dict[str, Any]:
        from uncertainties import correlated_values, ufloat

        known = np.isfinite(self.stderr)
        out = {n: ufloat(v, np.nan) for n, v in zip(self.names, self.values, strict=True)}
        if known.any():
            block = self.covariance[np.ix_(known, known)]
            values = correlated_values(self.values[known], block)
            out |= dict(zip(np.array(self.names)[known].tolist(), values, strict=True))
        return out

    def state(self) -> dict[str, Any]:
        """The fields by name, without what is only remembered."""
        return FrozenArrays.state(self) | {"_cache": {}}

    def to_lmfit(self) -> Any:
        """An lmfit.Minimizer with the same residual and the exact derivative, started at the fitted values."""
        from eisfit.fitting.single import minimizer

        return minimizer(self)
