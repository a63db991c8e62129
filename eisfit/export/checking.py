"""Whether what was read back from a study.json belongs together: lengths, ranges, places, a sentence for what does not.

The types of its fields are checked where they are read (`plain`); a file that went wrong on a disk or in an editor can
still say five fits of six spectra.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import fields, is_dataclass
from datetime import datetime
from typing import Any

import numpy as np

from eisfit.fitting.result import SeriesFit
from eisfit.printable import shortened
from eisfit.quality.screening import Quality
from eisfit.readers import absurd
from eisfit.readers.tabular.physical import impossible
from eisfit.settings.cell import CELL
from eisfit.shorts.values import LEVELS, UNJUDGED
from eisfit.spectrum import Cell, Record, Series
from eisfit.study import Study

STATED = ("temperature_C", "pressure_MPa", "potential_V", "rest_potential_V", "time_s", "duration_s", "cycle")
"""Conditions that are measured or stated, and have limits; state of charge and charge are counted, with any error."""
HUGE = 1e100
VERDICTS = frozenset({"pass", "doubtful", "fail"})
UNTOLD = frozenset({"remarks", "baselines", "starts", "limits", "shared", "tied", "decisions", "findings", "series"})
"""Sequences that have a length of their own."""


def check(study: Study) -> None:
    """Raises ValueError with what is wrong for the first part that does not fit the series."""
    n = len(study.series)
    if not n:
        raise ValueError("it holds no spectrum")
    _series(study.series)
    _fits(study.fits, n)
    _quality(study.quality, n)
    track = study.track
    _numbers("track.axis", track.axis.values, n)
    for name, axis in track.axes.items():
        _numbers(f"track.axes.{name}", axis.values, n)
    for name, role in track.roles.items():
        _numbers(f"track.roles.{name}", role.value, n)
        _numbers(f"track.roles.{name}", role.stderr, n)
        if "$" in role.unit:
            raise ValueError(f"track.roles.{name} has the unit {shortened(role.unit)}")
    _lengths("track.flags", track.flags, n)
    _places("track.findings", (finding.spectrum for finding in track.findings), n)
    unknown = set(track.assigned.values()) - set(study.fits.names)
    if unknown:
        raise ValueError(f"track.assigned names {min(unknown)}, which its circuit does not have")
    if track.shorts is not None:
        _columns("track.shorts", track.shorts, n)
        _words("track.shorts.level", track.shorts.level, {*LEVELS, UNJUDGED})
        _places("track.shorts.starts", track.shorts.starts, n)
        _places("track.shorts.baselines", (i for one in track.shorts.baselines for i in one), n)
    if track.sweeps is not None:
        _columns("track.sweeps", track.sweeps, n)
    if study.smoothed is not None:
        _shape("smoothed.values", study.smoothed.values, (n, len(study.fits.names)))
        _covariance("smoothed.covariance", study.smoothed.covariance, n, len(study.fits.names))
    for name, interval in study.intervals.items():
        _lengths(f"intervals.{name}", interval.lower, n)
        _lengths(f"intervals.{name}", interval.upper, n)


def _series(series: Series) -> None:
    for i, spectrum in enumerate(series):
        if wrong := absurd(spectrum):
            raise ValueError(f"spectrum {i + 1} {wrong}")
        for name in STATED:
            value = getattr(spectrum.conditions, name)
            if value is not None and (why := impossible(name, value)):
                raise ValueError(f"{name} of spectrum {i + 1} is {value:g}: {why}")
        timestamp = spectrum.conditions.timestamp
        if timestamp is not None:
            _date(f"timestamp of spectrum {i + 1}", timestamp)
    _cell(series.cell)
    record: Record | None = series.record
    if record is not None:
        for name in ("potential_V", "current_A", "charge_mAh", "half_cycle"):
            _lengths(f"series.record.{name}", getattr(record, name), len(record.time_s))


def _date(name: str, text: str) -> None:
    try:
        datetime.fromisoformat(text)
    except ValueError:
        raise ValueError(f"{name} is {shortened(text)}: a date as 2026-01-31T12:00:00 was expected") from None


def _cell(cell: Cell) -> None:
    """What the file says of the cell is held to what a user may say of it."""
    for name, option in CELL.items():
        value = getattr(cell, name)
        if isinstance(value, float):
            try:
                option.kind.from_toml(value)
            except ValueError as error:
                raise ValueError(f"series.cell.{name}: {error}") from None


def _fits(fits: SeriesFit, n: int) -> None:
    p = len(fits.names)
    for name in ("values", "at_bound", "rival"):
        _shape(f"fits.{name}", getattr(fits, name), (n, p))
    _covariance("fits.covariance", fits.covariance, n, p)
    for name in ("cost", "status", "n_iterations", "points_used", "agreement", "starts", "rms", "uncertain"):
        _lengths(f"fits.{name}", getattr(fits, name), n)
    _lengths("fits.rival_cost", fits.rival_cost, n)
    if fits.outliers:
        _points("fits.outliers", fits.outliers, fits.series)
    for name in ("points_used", "n_iterations", "agreement", "starts"):
        if getattr(fits, name).min() < 0:
            raise ValueError(f"fits.{name} is below 0")
    most = np.array([len(spectrum) for spectrum in fits.series])
    if (fits.points_used > most).any():
        raise ValueError("fits.points_used counts more points than a spectrum has")


def _quality(quality: Quality, n: int) -> None:
    _columns("quality.kk", quality.kk, n)
    _columns("quality.drift", quality.drift, n)
    _words("quality.kk.verdict", quality.kk.verdict.tolist(), VERDICTS)
    for name in ("residual", "outliers", "deviation"):
        _points(f"quality.kk.{name}", getattr(quality.kk, name), quality.series)
    _places("quality.left_out", (point.spectrum for point in quality.left_out), n)
    if len(quality.z_hit_percent):
        _lengths("quality.z_hit_percent", quality.z_hit_percent, n)


def _columns(name: str, part: Any, n: int) -> None:
    """Every field of a value that holds one thing per spectrum."""
    assert is_dataclass(part)
    for field in fields(part):
        value = getattr(part, field.name)
        if field.name not in UNTOLD and isinstance(value, tuple | np.ndarray):
            _lengths(f"{name}.{field.name}", value, n)


def _lengths(name: str, value: Any, n: int) -> None:
    if len(value) != n or (isinstance(value, np.ndarray) and value.ndim != 1):
        raise ValueError(f"{name} has {_size(value)} entries where {n} were expected")


def _numbers(name: str, value: Any, n: int) -> None:
    """One number per spectrum, NaN where it is not known, none beyond all that can be drawn."""
    _lengths(name, value, n)
    if (np.abs(value) > HUGE).any():
        raise ValueError(f"{name} holds a number beyond {HUGE:g}")


def _size(value: Any) -> str:
    return " x ".join(map(str, value.shape)) if isinstance(value, np.ndarray) else str(len(value))


def _shape(name: str, value: Any, shape: tuple[int, ...]) -> None:
    if value.shape != shape:
        raise ValueError(f"{name} has {_size(value)} entries where {' x '.join(map(str, shape))} were expected")


def _covariance(name: str, value: Any, n: int, p: int) -> None:
    _shape(name, value, (n, p, p))
    if (np.diagonal(value, axis1=1, axis2=2) < 0).any():
        raise ValueError(f"{name} holds a variance below 0")


def _points(name: str, value: Sequence[Any], series: Series) -> None:
    """One array per spectrum, with an entry per point."""
    _lengths(name, value, len(series))
    for i, (points, spectrum) in enumerate(zip(value, series, strict=True)):
        _lengths(f"{name}[{i}]", points, len(spectrum))


def _places(name: str, value: Iterable[int], n: int) -> None:
    if any(not 0 <= i < n for i in value):
        raise ValueError(f"{name} speaks of a spectrum that is not there: there are {n}")


def _words(name: str, value: Iterable[str], known: Iterable[str]) -> None:
    for word in sorted({*value} - {*known}):
        raise ValueError(f"{name} holds {word!r}")


def present(data: dict[str, Any]) -> Iterator[str]:
    """Takes out of a document what older programs wrote in another form; yields a sentence for each such part."""
    track = data.get("track")
    shorts = track.get("shorts") if isinstance(track, dict) else None
    if isinstance(track, dict) and isinstance(shorts, dict) and shorts.keys() >= {"P", "a", "b", "c"}:
        data["track"] = track | {"shorts": None}
        yield (
            "What was found about shorts was written by an older eisfit in another form and is left out: fit again to "
            "have it judged."
        )
