"""The rows of parameters.csv and smooth.csv, declared once: for the files, SeriesFit.table() and Study.table()."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from eisfit.fitting.status import FitStatus
from eisfit.spectrum import Floats, Indices, Series, Spectrum

if TYPE_CHECKING:
    import pandas as pd

HEAD = (
    "spectrum",
    "file",
    "sweep",
    "time_s",
    "cycle",
    "direction",
    "potential_V",
    "charge_mAh",
    "soc",
    "temperature_C",
)
TAIL = ("chi2_reduced", "rms_percent", "kk_rms_percent", "points_used", "status", "flags")

Row = tuple[Any, ...]


class Values(Protocol):
    """Parameters of N spectra: values and standard errors (N, P)."""

    @property
    def values(self) -> Floats:
        """Values (N, P)."""
        ...

    @property
    def stderr(self) -> Floats:
        """Standard errors (N, P)."""
        ...


class Fits(Values, Protocol):
    """Fits of a series: what a row of parameters.csv takes from them."""

    @property
    def names(self) -> tuple[str, ...]:
        """Parameter names."""
        ...

    @property
    def series(self) -> Series:
        """The spectra."""
        ...

    @property
    def status(self) -> tuple[FitStatus, ...]:
        """How the fits ended."""
        ...

    @property
    def points_used(self) -> Indices:
        """Points that counted (N,)."""
        ...

    @property
    def chi2_reduced(self) -> Floats:
        """Reduced chi2 (N,)."""
        ...

    @property
    def rms_percent(self) -> Floats:
        """Misfit in percent (N,)."""
        ...


def columns(names: Iterable[str]) -> tuple[str, ...]:
    """The columns of parameters.csv for parameters of these names, in order."""
    return HEAD + tuple(c for name in names for c in (name, f"{name}_stderr")) + TAIL


def rows(
    fits: Fits, *, kk_rms_percent: Floats | None = None, flags: Sequence[Sequence[str]] | None = None
) -> list[Row]:
    """One row per spectrum in the order of `columns`; None where a value is missing."""
    n = len(fits.series)
    kk = np.full(n, np.nan) if kk_rms_percent is None else kk_rms_percent
    names = [()] * n if flags is None else flags
    stderr = fits.stderr
    pairs = np.stack([fits.values, stderr], axis=-1).reshape(n, -1)
    tail = np.stack([fits.chi2_reduced, fits.rms_percent, kk], axis=-1)
    return [
        (
            *_head(fits.series[i]),
            *map(_number, pairs[i].tolist()),
            *map(_number, tail[i].tolist()),
            int(fits.points_used[i]),
            str(fits.status[i]),
            ";".join(names[i]) or None,
        )
        for i in range(n)
    ]


def smooth_columns(names: Iterable[str]) -> tuple[str, ...]:
    """The columns of smooth.csv: those of parameters.csv without what only the free fit has."""
    return HEAD + tuple(c for name in names for c in (name, f"{name}_stderr"))


def smooth_rows(fits: Fits, smoothed: Values) -> list[Row]:
    """One row per spectrum in the order of `smooth_columns`; None where a value is missing."""
    pairs = np.stack([smoothed.values, smoothed.stderr], axis=-1).reshape(len(fits.series), -1)
    return [(*_head(s), *map(_number, row)) for s, row in zip(fits.series, pairs.tolist(), strict=True)]


def dataframe(
    fits: Fits, *, kk_rms_percent: Floats | None = None, flags: Sequence[Sequence[str]] | None = None
) -> pd.DataFrame:
    """The rows as a pandas DataFrame."""
    import pandas as pd

    return pd.DataFrame(rows(fits, kk_rms_percent=kk_rms_percent, flags=flags), columns=list(columns(fits.names)))


def _head(spectrum: Spectrum) -> Row:
    c, source = spectrum.conditions, spectrum.source
    return (
        spectrum.label,
        source.path if source else None,
        source.sweep if source else None,
        c.time_s,
        c.cycle,
        c.direction,
        c.potential_V,
        c.charge_mAh,
        c.soc,
        c.temperature_C,
    )


def _number(value: float) -> float | None:
    return value if np.isfinite(value) else None
