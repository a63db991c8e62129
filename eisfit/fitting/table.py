"""The columns of parameters.csv and smooth.csv, declared once: for the files, SeriesFit.table() and Study.table()."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from eisfit.columns import Column, Declared, Group, filled, rows
from eisfit.fitting.batch_fit import BatchFit
from eisfit.spectrum import Bools, Floats, Series

if TYPE_CHECKING:
    import pandas as pd


NOT_TO_BE_TRUSTED = "not to be trusted: misfit"
"""What stands beside errors of a circuit that misses the spectrum."""


class Fitted(NamedTuple):
    """What the table is made of: spectra and fits, values and errors (N, P) to show, what an analysis knows beside."""

    series: Series
    fits: BatchFit
    values: Floats
    stderr: Floats
    kk_rms_percent: Floats | None = None
    flags: Sequence[Sequence[str]] | None = None


def source_column(attribute: str) -> Any:
    """How to get a field of the source of every spectrum."""
    return lambda of, _: [getattr(s.source, attribute) if s.source else None for s in of.series]


def _condition(name: str) -> Any:
    return lambda of, _: [getattr(s.conditions, name) for s in of.series]


def _temperature(of: Any, _: str) -> list[float | None]:
    """That of the spectrum, else that which is stated of the cell."""
    held = [s.conditions.temperature_C for s in of.series]
    return [of.series.cell.temperature_C if value is None else value for value in held]


def which(of: Any, _: str) -> list[str]:
    """The label of every spectrum."""
    return [s.label for s in of.series]


HEAD: Group[Any] = Group(
    "where a spectrum comes from, and the state of the cell",
    (
        Declared("spectrum", "", "label", which),
        Declared("file", "", "file it was read from", source_column("path")),
        Declared("sweep", "", "number of the sweep in that file, from 0", source_column("sweep")),
        Declared("time_s", "s", "time of the sweep since the first record", _condition("time_s")),
        Declared("cycle", "", "cycle number", _condition("cycle")),
        Declared("direction", "", "charge or discharge", _condition("direction")),
        Declared("potential_V", "V", "potential during the sweep", _condition("potential_V")),
        Declared("charge_mAh", "mAh", "charge since the record began", _condition("charge_mAh")),
        Declared("soc", "", "state of charge, 0 to 1", _condition("soc")),
        Declared("temperature_C", "°C", "temperature", _temperature),
    ),
)


def _parameter(of: Fitted, name: str) -> tuple[Floats, Floats]:
    """Value and error; what was kept at a value has none."""
    k = of.fits.names.index(name)
    return of.values[:, k], np.where(_kept(of)[:, k], np.nan, of.stderr[:, k])


def _kept(of: Fitted) -> Bools:
    """What was kept at a value, or hangs on nothing but such values, (N, P)."""
    variance = np.diagonal(of.fits.covariance, axis1=1, axis2=2)
    return np.asarray((variance == 0) & ~of.fits.at_bound & np.isfinite(of.fits.values))


def _fixed(of: Fitted, _: str) -> list[str | None] | None:
    """The names of the parameters that were kept, where there are any; what an analysis tells beside the fits."""
    if of.flags is None:
        return None
    kept = _kept(of)
    names = [";".join(name for name, one in zip(of.fits.names, row, strict=True) if one) or None for row in kept]
    return names if any(names) else None


def origins(fits: BatchFit, missed: Collection[int]) -> list[str]:
    """Where the errors of each spectrum come from; missed: spectra that the circuit does not describe."""
    usual = "given sigma" if fits.options.weighting == "sigma" else "curvature"
    return [
        NOT_TO_BE_TRUSTED if i in missed else "residuals" if uneven else usual
        for i, uneven in enumerate(fits.uneven.tolist())
    ]


def _errors(of: Fitted, _: str) -> list[str] | None:
    """Where errors come from; no column where all come from the weights, as usual."""
    if of.flags is None:
        return None
    missed = {i for i, names in enumerate(of.flags) if "misfit" in names}
    return origins(of.fits, missed) if missed or of.fits.uneven.any() else None


def _kk(of: Fitted, _: str) -> Floats:
    return np.full(len(of.fits), np.nan) if of.kk_rms_percent is None else np.asarray(of.kk_rms_percent, float)


def _flags(of: Fitted, _: str) -> list[str | None]:
    return [None] * len(of.fits) if of.flags is None else [";".join(names) or None for names in of.flags]


def _circuits(of: Fitted, _: str) -> list[str] | None:
    """The circuit of every spectrum, where there is more than one."""
    texts = [str(circuit) for circuit in getattr(of.fits, "circuit_of", ())]
    return texts if len(set(texts)) > 1 else None


PARAMETERS: tuple[Group[Fitted], ...] = (
    HEAD,
    Group(
        "of a series with several circuits",
        (Declared("circuit", "", "circuit of the spectrum, where not all have the same", _circuits),),
    ),
    Group(
        "the circuit",
        (Declared("KEY", "", "parameter, in the unit of the circuit", _parameter, error=True),),
        keys=lambda of: of.fits.names,
        over_what="parameter",
    ),
    Group(
        "the fit",
        (
            Declared("chi2_reduced", "", "chi2 over degrees of freedom", lambda of, _: of.fits.chi2_reduced),
            Declared("rms_percent", "%", "rms of the residuals of the fit over |Z|", lambda of, _: of.fits.rms_percent),
            Declared("kk_rms_percent", "%", "rms of the residuals of the Kramers-Kronig test over |Z|", _kk),
            Declared("points_used", "", "points that counted", lambda of, _: of.fits.points_used),
            Declared("status", "", "how the fit ended", lambda of, _: [str(status) for status in of.fits.status]),
            Declared("flags", "", "flags that stand, joined by ;", _flags),
            Declared("errors", "", "where standard errors come from, or that they are not to be trusted", _errors),
            Declared("fixed", "", "parameters that were kept at a value, joined by ;", _fixed),
        ),
    ),
)
"""parameters.csv."""


def parameter_columns(
    series: Series,
    fits: BatchFit,
    *,
    kk_rms_percent: Floats | None = None,
    flags: Sequence[Sequence[str]] | None = None,
) -> list[Column]:
    """The columns of parameters.csv."""
    return list(filled(PARAMETERS, Fitted(series, fits, fits.values, fits.stderr, kk_rms_percent, flags)))


def smooth_columns(series: Series, fits: BatchFit, values: Floats, stderr: Floats) -> list[Column]:
    """The columns of smooth.csv: those of parameters.csv without what only the free fit has."""
    return list(filled(PARAMETERS[:3], Fitted(series, fits, values, stderr)))


class ByRole(NamedTuple):
    """Spectra, and by role the values and errors (N,) of its resistance."""

    series: Series
    values: Mapping[str, tuple[Floats, Floats]]


ROLES: tuple[Group[ByRole], ...] = (
    HEAD,
    Group(
        "the resistances",
        (Declared("KEY", "ohm", "resistance of the role", lambda of, role: of.values[role], error=True),),
        keys=lambda of: of.values,
        over_what="role",
    ),
)
"""What `table(roles=True)` gives."""


def role_columns(series: Series, values: Mapping[str, tuple[Floats, Floats]]) -> list[Column]:
    """Resistances by role, with where their spectra come from."""
    return list(filled(ROLES, ByRole(series, values)))


def dataframe(columns: Iterable[Column]) -> pd.DataFrame:
    """A table as a pandas DataFrame."""
    import pandas as pd

    held = list(columns)
    return pd.DataFrame(rows(held), columns=[column.name for column in held])
