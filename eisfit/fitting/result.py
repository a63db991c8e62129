"""What a fit gives: BatchFit for bare arrays, Fit for one spectrum, SeriesFit for the spectra of a series."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, overload

import numpy as np
from numpy.typing import NDArray

from eisfit.circuit import Circuit, Parameter
from eisfit.fitting import determined
from eisfit.fitting.batch_fit import BatchFit, FitOptions, unknown_parameter
from eisfit.fitting.parts import Part, fixed_texts, gathered, spread
from eisfit.fitting.single_fit import Fit
from eisfit.fitting.table import dataframe, parameter_columns
from eisfit.spectrum import Bools, Complexes, Floats, Series

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

__all__ = ["BatchFit", "Fit", "FitOptions", "Part", "SeriesFit"]


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class SeriesFit(BatchFit, Sequence[Fit]):
    """The fits of a Series: a BatchFit that knows its spectra; `fits[i]` is a Fit.

    `weights` (N, F): the weights, where they were given as an array. `parts`: where the series was fitted with several
    circuits, the fits of each; `circuit` is then that of the first, `names` (P,) those of its parameters and the
    `extra` ones of the others. Parameters that mean the same share a column; NaN stands where a circuit has none.

    >>> import numpy as np, eisfit as ef
    >>> values = {"R1": 22, "R2": [30, 40], "Q1": 4e-3, "Q1_n": 0.8}
    >>> fits = ef.fit(ef.simulate("R(RQ)", np.logspace(5, -2, 36), values, noise=0.003, seed=1), "R(RQ)")
    >>> fits
    <SeriesFit of 2 spectra: R1(R2Q1), 2 converged>
    >>> value, stderr = fits.column("R_Int")                         # by role, or by name: "R2"
    >>> value.round(), bool((stderr < 1).all())
    (array([30., 40.]), True)
    """

    series: Series = field(default_factory=lambda: Series(()))
    weights: Floats | None = None
    parts: tuple[Part, ...] = ()
    extra: tuple[Parameter, ...] = ()

    def __repr__(self) -> str:
        settled = sum(status.words == "converged" for status in self.status)
        return f"<SeriesFit of {len(self)} spectra: {self.described}, {settled} converged>"

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
        own, at = self._place(i)
        return Fit(own, at, self.series[i], None if self.weights is None else self.weights[i])

    def _place(self, i: int) -> tuple[BatchFit, int]:
        """The fits that hold spectrum i, and its row there."""
        for part in self.parts:
            at = np.flatnonzero(part.rows == i)
            if at.size:
                return part.fits, int(at[0])
        return self, i

    def columns_of(self, i: int) -> list[int]:
        """Where the parameters of spectrum i stand among `names`."""
        own = [part.columns.tolist() for part in self.parts if i in part.rows]
        return own[0] if own else list(range(len(self.circuit.names)))

    def models(self) -> list[Complexes]:
        """Impedance in ohm of every fitted circuit at the frequencies of its spectrum, (F,) each; one grid at once."""
        out: list[Complexes] = [np.empty(0, np.complex128)] * len(self)
        alone = np.ones(len(self), bool)
        for part in self.parts:
            alone[part.rows] = False
        own = np.flatnonzero(alone)
        groups = [(self.circuit, own, self.values[own])]
        groups += [(part.fits.circuit, part.rows, part.fits.values) for part in self.parts]
        for grid in self.series.grids():
            member = np.zeros(len(self), bool)
            member[grid.index] = True
            for circuit, rows, values in groups:
                here = member[rows]
                if here.any():
                    z = circuit.impedance(grid.frequency, values[here])
                    for i, model in zip(rows[here].tolist(), z, strict=True):
                        out[i] = model
        return out

    @property
    def circuits(self) -> tuple[Circuit, ...]:
        """The circuits of the series, each once, the main one first."""
        held = {str(self.circuit): self.circuit}
        for part in self.parts:
            held.setdefault(str(part.fits.circuit), part.fits.circuit)
        return tuple(held.values())

    @property
    def circuit_of(self) -> tuple[Circuit, ...]:
        """The circuit of every spectrum, (N,)."""
        out = [self.circuit] * len(self)
        for part in self.parts:
            for i in part.rows.tolist():
                out[i] = part.fits.circuit
        return tuple(out)

    @property
    def described(self) -> str:
        """The circuit as a text; of several each, with the number of its spectra."""
        if len(self.circuits) == 1:
            return str(self.circuit)
        texts = [str(circuit) for circuit in self.circuit_of]
        return "; ".join(f"{circuit} ({texts.count(str(circuit))})" for circuit in self.circuits)

    @property
    def fixed(self) -> list[str]:
        """What is fixed in any of the circuits, as "R_GB = 12 ohm"."""
        return fixed_texts([part.fits for part in self.parts] or [self])

    @property
    def names(self) -> tuple[str, ...]:
        """Parameter names, in the order of P."""
        return (*self.circuit.names, *(p.name for p in self.extra))

    @property
    def parameters(self) -> tuple[Parameter, ...]:
        """The parameters, in the order of P."""
        return (*self.circuit.parameters, *self.extra)

    @property
    def free(self) -> int | NDArray[np.int64]:
        """Number of free parameters, one per spectrum (N,) where the circuits differ."""
        if not self.parts:
            return self.n_free
        return gathered(self.parts, len(self), lambda fits: np.full(len(fits), fits.n_free))

    @property
    def resolved(self) -> Bools:
        """True where a parameter is determined by the data (N, P): not at a bound, error known and below 100 %."""
        if not self.parts:
            return determined.resolved(self.circuit, self.values, self.stderr, self.at_bound, self.band)
        return spread(self.parts, (len(self), len(self.names)), lambda fits: fits.resolved)

    def sentence(self, i: int) -> str:
        """How the fit of spectrum i ended, in words."""
        own, at = self._place(i)
        return own.sentence(at) if self.parts else BatchFit.sentence(self, i)

    def meant(self, name: str) -> str:
        """The name of the parameter that a name or a role means. Raises CircuitError where no circuit has one."""
        if not self.parts:
            return BatchFit.meant(self, name)
        own = name if name in self.names else self.assigned.get(name, name)
        if own not in self.names:
            raise unknown_parameter(name, self.names, self.roles)
        return own

    @property
    def assigned(self) -> dict[str, str]:
        """Role -> name of its resistance among the parameters, where there are parts."""
        pairs = [(role, part, name) for part in self.parts for role, name in part.roles.items()]
        return {role: self.names[part.columns[part.fits.names.index(name)]] for role, part, name in pairs}

    @property
    def roles(self) -> tuple[str, ...]:
        """The roles of the resistances, which name them as the parameters do."""
        return tuple(self.assigned) if self.parts else BatchFit.roles.fget(self)  # type: ignore[attr-defined]

    def part(self, k: int) -> SeriesFit:
        """The fits of one part as those of a series of its own."""
        one = self.parts[k]
        rows = one.rows.tolist()
        weights = None if self.weights is None else self.weights[rows]
        series = self.series.with_(spectra=[self.series[i] for i in rows])
        return SeriesFit(**one.fits.state(), series=series, weights=weights)

    def plot_roles(self, *roles: str, axis: str | None = None, ax: Axes | None = None) -> Axes:
        """The resistances by their roles along the series, in ohm with standard errors.

        roles: R_SE_bulk, R_GB, R_Int, R_total, ...; all single ones without. axis: as of `track`, such as "soc". ax:
        matplotlib axes to draw into; without them a figure of pyplot is made, which a notebook shows by itself. Raises
        OptionError for a role or an axis that is not there.
        """
        from eisfit.plots.shown import plot_roles

        return plot_roles(self, roles, axis, ax)

    def table(self, *, roles: bool = False) -> pd.DataFrame:
        """The columns of parameters.csv as a DataFrame; what only an analysis knows is empty.

        roles: the resistances by their roles (R_SE_bulk, R_GB, R_Int), with errors, instead of the parameters.
        """
        if not roles:
            return dataframe(parameter_columns(self.series, self))
        from eisfit.fitting.table import role_columns

        values: dict[str, Any] = {role: self.column(role) for role in self.roles}
        return dataframe(role_columns(self.series, values))
