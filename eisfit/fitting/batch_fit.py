"""The fits of many spectra as arrays, and the definition of every figure that is printed.

    cost          sum over the used points of |w (Z_model - Z)|^2, w the weight (1/|Z| unless stated)
    chi2_reduced  cost / (2 F - P), F used points, P free parameters
    chi2_zsimpwin cost / (F - P), for modulus weights: the figure that ZSimpWin prints
    stderr        sqrt of the diagonal of (J^T J)^-1 * chi2_reduced; with known sigma (weighting "sigma") unscaled; from
                  the residuals themselves where their scatter differs over the spectrum (`uneven`); that of Q times
                  0.99 + (stderr/Q)^2 where stderr/Q is above 0.1
    aicc, bic     from n ln(cost / n), n = 2 F, with P + 1 parameters (Burnham & Anderson 2002, eq. 2.4, section 6.4.1)

Plain numbers only, no solver object: results pickle and export.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, fields
from typing import Any
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray

from eisfit.circuit import Circuit, Parameter
from eisfit.errors import CircuitError, FitError
from eisfit.fitting import criteria, determined
from eisfit.fitting.expression import is_name, names_in
from eisfit.fitting.status import FitStatus
from eisfit.hints import did_you_mean
from eisfit.notebook import MOST_ROWS, html_table
from eisfit.numbers import fitted
from eisfit.roles import assign_roles, parameter_named
from eisfit.spectrum import Bools, Floats, FrozenArrays, Indices, read_only


@dataclass(frozen=True, slots=True, kw_only=True)
class FitOptions:
    """How the fit was weighted and constrained; goes into every result and report."""

    weighting: str = "modulus"
    robust: bool = False
    tied: tuple[tuple[str, str], ...] = ()
    shared: tuple[str, ...] = ()

    @property
    def bound(self) -> tuple[str, ...]:
        """The parameters that ties speak of, on either side."""
        return tuple(name for one, target in self.tied for name in (one, *names_in(target)))


_STDERR: WeakKeyDictionary[BatchFit, Floats] = WeakKeyDictionary()
"""Standard errors that were asked for, as long as their fits live: flags, tracks and tables ask again and again."""


@dataclass(frozen=True, slots=True, eq=False, repr=False, weakref_slot=True)
class BatchFit(FrozenArrays):
    """Fits of N spectra as arrays: values (N, P), covariance (N, P, P), cost (N,), status and the rest (N,).

    The order of P is `circuit.names`. Fixed parameters have zero covariance; NaN stands where a covariance cannot be
    had. A parameter at a bound has no standard error; its covariance, about the bound, is there for what follows from
    it. `uneven` (N,): errors come from the residuals themselves. `band` (N, 2): lowest and highest frequency in Hz that
    count. `agreement` (N,) counts the starts that ended at the reported minimum,
    `starts` (N,) those that were followed to their end. `outliers`: for each spectrum the points (F,) that a robust fit
    left out; empty where the fit was not robust. `uncertain` (N,): the minimum may not be the right one. `rival` (N, P)
    and `rival_cost` (N,): the next best minimum that was met, NaN where there was none. `start_left` (N,): the start
    values given led to a worse minimum than the search without them, whose result stands.
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
    uncertain: Bools = field(default_factory=lambda: read_only([], np.bool_))
    rival: Floats = field(default_factory=lambda: read_only([]))
    rival_cost: Floats = field(default_factory=lambda: read_only([]))
    uneven: Bools = field(default_factory=lambda: read_only([], np.bool_))
    band: Floats = field(default_factory=lambda: read_only([]))
    start_left: Bools = field(default_factory=lambda: read_only([], np.bool_))

    def __post_init__(self) -> None:
        unknown: dict[str, Any] = {"uncertain": False, "rival": np.nan, "rival_cost": np.nan, "uneven": False}
        unknown |= {"band": np.nan, "start_left": False}
        shapes = {"rival": self.values.shape, "band": (len(self.values), 2)}
        for name, nothing in unknown.items():
            if len(getattr(self, name)) != len(self.values):
                shape = shapes.get(name, self.cost.shape)
                object.__setattr__(self, name, read_only(np.full(shape, nothing), type(nothing)))

    def __len__(self) -> int:
        return len(self.values)

    def __repr__(self) -> str:
        settled = sum(status is FitStatus.CONVERGED for status in self.status)
        return f"<{type(self).__name__} of {len(self)} spectra: {self.circuit}, {settled} converged>"

    def _repr_html_(self) -> str:
        values, stderr = self.values[:MOST_ROWS].T.tolist(), self.stderr[:MOST_ROWS].T.tolist()
        columns = {
            name: [fitted(v, e) for v, e in zip(values[k], stderr[k], strict=True)] for k, name in enumerate(self.names)
        }
        return html_table(repr(self)[1:-1], columns, len(self))

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
        if self not in _STDERR:
            own = determined.stderr(self.parameters, self.values, self.covariance, self.at_bound)
            own.flags.writeable = False
            _STDERR[self] = own
        return _STDERR[self]

    @property
    def formulas(self) -> dict[str, str]:
        """The ties that are formulas, by the parameter that follows."""
        return {name: text for name, text in self.options.tied if not is_name(text)}

    @property
    def n_free(self) -> int:
        """Number of free parameters per spectrum."""
        return determined.n_free(self.circuit, len(self.options.tied))

    @property
    def free(self) -> int | NDArray[np.int64]:
        """The same, one per spectrum (N,) where the circuits differ."""
        return self.n_free

    @property
    def parameters(self) -> tuple[Parameter, ...]:
        """The parameters, in the order of P."""
        return self.circuit.parameters

    @property
    def chi2_reduced(self) -> Floats:
        """cost / (2 F - P), (N,)."""
        out: Floats = self.cost / np.maximum(2 * self.points_used - self.free, 1)
        return out

    @property
    def chi2(self) -> Floats:
        """cost: the sum of |w (Z_model - Z)|^2, (N,)."""
        return self.cost

    @property
    def chi2_zsimpwin(self) -> Floats:
        """cost / (F - P), the definition of ZSimpWin for modulus weights, (N,)."""
        out: Floats = self.cost / np.maximum(self.points_used - self.free, 1)
        return out

    @property
    def rms_percent(self) -> Floats:
        """Root mean square of |dZ|/|Z| per component in percent, sqrt(sum |dZ/Z|^2 / 2F), (N,)."""
        return 100 * self.rms

    @property
    def aicc(self) -> Floats:
        """Akaike's information criterion, corrected for small samples, (N,)."""
        return criteria.aicc(self.cost, self.points_used, self._unknowns)

    @property
    def bic(self) -> Floats:
        """Bayesian information criterion, (N,)."""
        return criteria.bic(self.cost, self.points_used, self._unknowns)

    @property
    def _unknowns(self) -> Floats:
        """Unknowns per spectrum, the scale of the errors included; what N spectra share counts 1/N in each."""
        free = {p.name for p in self.circuit.parameters if not p.fixed}
        shared = len(free.intersection(self.options.shared))
        once = shared * (1 - 1 / max(len(self), 1))
        return np.asarray(self.free - once + 1, np.float64)

    @property
    def resolved(self) -> Bools:
        """True where a parameter is determined by the data (N, P).

        Not at a bound, its error known and below 100 %; no resistance that an arc outside of the band leaves open.
        """
        return determined.resolved(self.circuit, self.values, self.stderr, self.at_bound, self.band)

    @property
    def usable(self) -> Bools:
        """True where the fit has values to use, (N,): it converged, or all the same determines a free parameter.

        What it does not determine has no error.
        """
        settled = np.array([s is FitStatus.CONVERGED for s in self.status], dtype=bool)
        with np.errstate(invalid="ignore"):
            told = self.resolved & (self.stderr > 0)  # what is fixed has an error of 0
        return np.asarray(settled | told.any(axis=1))

    def intervals(self, level: float = 0.95) -> tuple[Floats, Floats]:
        """Lower and upper ends (N, P) of value +- t stderr, Student's t at 2 F - P degrees of freedom.

        With known sigma (weighting "sigma") t is that of the normal distribution. NaN where there is no error. Raises
        FitError where the level is not between 0 and 1.
        """
        from scipy.special import ndtri, stdtrit

        if not 0 < level < 1:
            raise FitError(f"the level of an interval lies between 0 and 1, not {level!r}")
        freedom = np.maximum(2.0 * self.points_used - self.free, 1.0)
        known = self.options.weighting == "sigma"
        quantile = np.full(len(self), ndtri(0.5 + level / 2)) if known else stdtrit(freedom, 0.5 + level / 2)
        half = quantile[:, None] * self.stderr
        return self.values - half, self.values + half

    @property
    def rival_rise(self) -> Floats:
        """How much higher chi2 is at the next best minimum, in units of the noise, (N,); NaN where there is none."""
        return (self.rival_cost - self.cost) / self.chi2_reduced

    def sentence(self, i: int) -> str:
        """How the fit of spectrum i ended, in words."""
        return f"{self._ended(i)} {self.left_start(i)}".rstrip()

    def left_start(self, i: int) -> str:
        """What is to be said where the start values given led spectrum i to a worse minimum; "" elsewhere."""
        if not self.start_left[i]:
            return ""
        return (
            "The start values given lead to a minimum that costs more, or to none: what was found without them is "
            "reported."
        )

    def _ended(self, i: int) -> str:
        if self.uncertain[i] and self.status[i] is FitStatus.CONVERGED:
            return self.doubt(i)
        if self.status[i] is FitStatus.NON_FINITE and (formulas := self.formulas):
            texts = " and ".join(f"{name} = {text}" for name, text in formulas.items())
            return (
                f"Nothing was fitted: the tie {texts} gives no finite number for the values that were tried, unless "
                "the data have none. Bound what stands in it to where it has a value."
            )
        return determined.sentence(
            self.circuit,
            self.status[i],
            self.stderr[i],
            self.at_bound[i],
            points=int(self.points_used[i]),
            free=self.n_free,
        )

    def doubt(self, i: int) -> str:
        """What is to be said of the minimum of spectrum i where it may not be the right one."""
        changes = determined.changes(self.circuit, self.values[i], self.rival[i])
        return determined.doubtful(float(self.rival_rise[i]), int(self.agreement[i]), int(self.starts[i]), changes)

    def meant(self, name: str) -> str:
        """The name of the parameter that a name or a role means. Raises CircuitError where the circuit has none."""
        own = parameter_named(self.circuit, name, self.values)
        if own not in self.circuit.names:
            raise unknown_parameter(name, self.names, self.roles)
        return own

    @property
    def roles(self) -> tuple[str, ...]:
        """The roles of the resistances, which name them as the parameters do."""
        with np.errstate(all="ignore"):
            return tuple(assign_roles(self.circuit, self.values).resistances)

    def column(self, name: str) -> tuple[Floats, Floats]:
        """One parameter, by name or role, over the batch: values (N,), standard errors (N,). Raises CircuitError."""
        k = self.names.index(self.meant(name))
        return self.values[:, k], self.stderr[:, k]


def unknown_parameter(name: str, names: Sequence[str], roles: Sequence[str]) -> CircuitError:
    """The error for a name that is neither a parameter nor a role: the nearest one, and the roles that name others."""
    beside = [role for role in roles if role not in names]
    also = f"{', '.join(beside)} name parameters too" if beside else ""
    near = did_you_mean(name, (*names, *beside))
    said = [near.removeprefix("; ")] if near else [f"it has {', '.join(names)}"]
    return CircuitError(f"the circuit has no parameter {name}; {'; '.join([*said, *([also] if also else [])])}")
