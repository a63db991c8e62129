"""The whole way of the data, from files to a Study: `analyse` reads like the picture in docs/architecture.md."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from itertools import pairwise
from os import PathLike
from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike

from eisfit.circuit import Circuit
from eisfit.cycling import choose_axis, with_soc
from eisfit.errors import DataError, FitError, OptionError
from eisfit.fitting import SeriesFit, fit
from eisfit.fitting.executors import executor
from eisfit.fitting.inductance import has_inductor, inductance_needed, with_inductor
from eisfit.fitting.profile import role_intervals
from eisfit.fitting.smooth import smooth
from eisfit.library import resolve_circuit
from eisfit.quality import screen
from eisfit.quality.blank import subtract_blank
from eisfit.quality.screening import Quality
from eisfit.readers import read, rebaselined
from eisfit.settings import FIT, INDUCTANCE, FitSettings, Settings, combined, find_settings, load_settings
from eisfit.shorts import change_points
from eisfit.spectrum import Cell, Series, Spectrum
from eisfit.study import Options, Study
from eisfit.tracking import consistent_arcs, track
from eisfit.tracking.track import Track

NAMES = {"x": "axis", "fix": "fixed", "bound": "bounds", "tie": "tied", "share": "shared"}
"""Keys of eisfit.toml and flags of the command that `analyse` calls otherwise."""

Paths = str | PathLike[str] | Sequence[str | PathLike[str]]
Progress = Callable[[str, float], None]
"""Told what is being done and how much of it, from 0 to 1."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """The options of an analysis by the names of `analyse`; defaults are the command's."""

    axis: str | None = None
    weighting: str | ArrayLike = "modulus"
    start: Any = None
    f_min: float | None = None
    f_max: float | None = None
    fixed: Mapping[str, float] = field(default_factory=dict)
    bounds: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    tied: Mapping[str, str] = field(default_factory=dict)
    shared: tuple[str, ...] = ()
    robust: bool = False
    smooth: bool = False
    intervals: str = "stderr"
    jobs: int = 1
    scheduler: str | None = None
    mask: tuple[tuple[float, float], ...] = ()
    keep_all: bool = False
    inductance: str = "auto"
    blank: str | PathLike[str] | Spectrum | None = None
    limits: Mapping[str, float] = field(default_factory=dict)
    baseline: int | None = None

    def __post_init__(self) -> None:
        if self.inductance not in INDUCTANCE:
            raise OptionError(f"inductance is one of {', '.join(INDUCTANCE)}, not {self.inductance!r}")
        if self.intervals not in ("stderr", "profile"):
            raise OptionError(f'intervals are "stderr" or "profile", not {self.intervals!r}')
        if self.intervals == "profile" and self.shared:
            raise OptionError("profile intervals are those of a spectrum by itself: leave out shared parameters")

    @property
    def fit_options(self) -> dict[str, Any]:
        """What `fit` takes of them."""
        names = ("weighting", "fixed", "bounds", "tied", "shared", "robust", "start")
        return {name: getattr(self, name) for name in names}

    @property
    def used(self) -> dict[str, Any]:
        """Every option by its name, for the record."""
        return {f.name: _plain(getattr(self, f.name)) for f in fields(self)}


def analyse(
    data: Paths | Series | Iterable[Spectrum],
    *,
    circuit: Circuit | str | None = None,
    cell: Cell | None = None,
    format: str | None = None,
    pattern: str | None = None,
    settings: bool = True,
    progress: Progress | None = None,
    command: str = "",
    **options: Any,
) -> Study:
    """From the files of one cell (or a Series) to a Study: read, check, fit, track.

    circuit: a Circuit, a text, or a name of the library, "assb" unless stated; cell: what is known of the cell; format:
    which reader; pattern: conditions in file names; settings: whether an eisfit.toml beside the files holds where an
    argument does not say otherwise, as in the command; progress: called with what is being done and the share done;
    the other options are the fields of `Plan`. Raises EisfitError.
    """
    if not isinstance(data, str | PathLike | Spectrum | Series | list | tuple):
        items: Any = list(data)  # an iterator is read once
        data = items
    if settings:
        stated = _beside(data)
        cell, circuit = _completed(cell or Cell(), stated.cell), circuit or stated.fit.circuit
        format, pattern = format or stated.fit.format, pattern or stated.fit.pattern
        options = merged(of_settings(stated), options)
    circuit = circuit or "assb"
    plan = _plan(options)
    tell = progress or (lambda what, share: None)
    tell("reading", 0.0)
    series = _series(data, cell, format=format, pattern=pattern)
    if not len(series):
        raise DataError("there is no impedance spectrum: these files hold the cycling of a cell alone")
    tell("checking", 0.1)
    series, about_charge = with_soc(_with_blank(series, plan.blank))
    choose_axis(series, plan.axis)  # what it lacks is said before the fits, not after
    cropped = series.with_(spectra=[s.cropped(plan.f_min, plan.f_max) for s in series])
    inductive: Literal["keep", "mask"] = "mask" if plan.inductance == "mask" else "keep"
    quality = screen(cropped, keep_all=plan.keep_all, mask_ranges=plan.mask, inductive=inductive)
    tell("fitting", 0.2)
    series, about_noise = _weighable(quality, plan)
    anew = rebaselined(series)
    cuts = change_points(series, limits=plan.limits, baseline=plan.baseline, breaks=anew)
    fits, about_inductor = _fits(series, circuit, plan, cuts)
    tell("tracking", 0.9)
    tracked = track(fits, plan.axis, quality=quality, limits=plan.limits, baseline=plan.baseline, breaks=anew)
    smoothed = smooth(fits, breaks=sorted({*breaks(tracked), *anew})) if plan.smooth else None
    intervals = role_intervals(fits, tracked.assigned) if plan.intervals == "profile" else {}
    tell("done", 1.0)
    text = circuit if isinstance(circuit, str) else str(circuit)
    record = Options(circuit=text, axis=plan.axis, used=plan.used, command=command, versions=versions())
    decisions = (*about_charge, *about_noise, *about_inductor, *tracked.decisions)
    return Study(series, quality, fits, tracked, record, decisions, smoothed, intervals)


def of_settings(settings: Settings) -> dict[str, Any]:
    """The options of `analyse` that an eisfit.toml sets, by their names here, without those at their default."""
    names = {NAMES.get(key, key): key for key in FIT}
    default = FitSettings()
    out = {
        f.name: getattr(settings.fit, names[f.name])
        for f in fields(Plan)
        if f.name in names and getattr(settings.fit, names[f.name]) != getattr(default, names[f.name])
    }
    return out | ({"limits": dict(settings.limits)} if settings.limits else {})


def merged(stated: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
    """Options of a file and of a call: the call wins, mappings such as `fixed` name by name."""
    out = dict(stated)
    for name, value in given.items():
        both = isinstance(value, Mapping) and isinstance(out.get(name), Mapping)
        if value is not None:
            out[name] = {**out[name], **value} if both else value
    return out


def _beside(data: Paths | Series | Iterable[Spectrum]) -> Settings:
    """What the eisfit.toml beside the files says; nothing where the data come from memory."""
    items: list[Any] = [data] if isinstance(data, str | PathLike) else []
    if isinstance(data, list | tuple):
        items = [item for item in data if isinstance(item, str | PathLike)]
    file = find_settings(items) if items else None
    return combined(load_settings(file) if file else {})


def breaks(track: Track) -> list[int]:
    """The spectra (0-based) at which a short begins or ends: nothing is borrowed across."""
    shorted = [any(flag in flags for flag in ("soft_short", "hard_short")) for flags in track.flags]
    return [i for i, (before, now) in enumerate(pairwise(shorted), start=1) if before != now]


def versions() -> dict[str, str]:
    """The versions that the numbers depend on."""
    from importlib.metadata import version

    import eisfit

    python = sys.version.split()[0]
    return {"eisfit": eisfit.__version__, "numpy": np.__version__, "scipy": version("scipy"), "python": python}


def _plan(options: Mapping[str, Any]) -> Plan:
    known = [f.name for f in fields(Plan)]
    for name in options:
        if name not in known:
            raise OptionError(f"analyse has no option {name!r}; it has {', '.join(known)}")
    return Plan(**{name: value for name, value in options.items() if value is not None})


def _series(
    data: Paths | Series | Iterable[Spectrum], cell: Cell | None, *, format: str | None, pattern: str | None
) -> Series:
    if isinstance(data, Series):
        return data if cell is None else data.with_(cell=_completed(cell, data.cell))
    if isinstance(data, Spectrum):
        return Series([data], cell=cell)
    items: list[Any] = [data] if isinstance(data, str | PathLike) else list(data)
    if items and all(isinstance(item, Spectrum) for item in items):
        return Series(items, cell=cell)
    return read(items, format=format, cell=cell, pattern=pattern)


def _completed(cell: Cell, other: Cell) -> Cell:
    """A cell whose unknown fields are those of another."""
    missing = {f.name: getattr(other, f.name) for f in fields(Cell) if getattr(cell, f.name) in (None, "")}
    return replace(cell, **missing)


def _with_blank(series: Series, blank: str | PathLike[str] | Spectrum | None) -> Series:
    if blank is None:
        return series
    measured = blank if isinstance(blank, Spectrum) else read(blank)[0]
    return subtract_blank(series, measured)


def _weighable(quality: Quality, plan: Plan) -> tuple[Series, tuple[str, ...]]:
    """The series to fit; with estimated weights every point has the standard deviation of the series' noise model."""
    if not isinstance(plan.weighting, str) or plan.weighting != "estimated":
        return quality.series, ()
    noise = quality.noise()
    if not noise.points:
        raise FitError('weighting "estimated" needs spectra that pass the Kramers-Kronig test: too few do')
    spectra = [s.with_(sigma=noise.sigma(s.impedance)) for s in quality.series]
    said = f"Noise of the series: {noise.modulus_percent:.2g} % of |Z| and {noise.constant_ohm:.2g} ohm, in squares."
    return quality.series.with_(spectra=spectra), (said,)


def _fits(series: Series, circuit: Circuit | str, plan: Plan, cuts: Sequence[int]) -> tuple[SeriesFit, tuple[str, ...]]:
    """The fits of the series, with the inductor asked for or demanded by the data; none helps another across a cut."""
    model = resolve_circuit(circuit) if isinstance(circuit, str) else circuit
    said: tuple[str, ...] = ()
    if plan.inductance == "on" and not has_inductor(model):
        # start values are those of the circuit without the inductor
        model, said = with_inductor(model), ("An inductor in series was asked for.",)
        plan = replace(plan, start=None)
    with executor(plan.jobs, plan.scheduler) as workers:
        fits = fit(series, model, **plan.fit_options, breaks=cuts, executor=workers)
        if plan.inductance == "auto" and not has_inductor(model):
            verdict = inductance_needed(fits, **plan.fit_options)
            said = (verdict.sentence,)
            if verdict.needed:
                options = plan.fit_options | {"start": None}
                fits = fit(series, with_inductor(model, verdict.symbol), **options, breaks=cuts, executor=workers)
    return consistent_arcs(fits), said


def _plain(value: Any) -> Any:
    """An option as it goes into study.json."""
    if isinstance(value, Spectrum):
        return value.label or "a spectrum"
    if isinstance(value, PathLike):
        return str(value)
    if isinstance(value, np.ndarray):
        return value.tolist()
    return dict(value) if isinstance(value, Mapping) else value


__all__ = ["Plan", "analyse", "versions"]
