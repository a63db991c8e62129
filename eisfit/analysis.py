"""The whole way of the data, from files to a Study: `analyse` reads like the picture in docs/architecture.md."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import fields, replace
from functools import cache
from importlib.util import find_spec
from os import PathLike
from pathlib import Path
from typing import Any, Literal, Unpack

import numpy as np

from eisfit._version import __version__
from eisfit.circuit import Circuit
from eisfit.cycling import choose_axis, with_soc
from eisfit.errors import DataError, FitError, OptionError
from eisfit.fitting.expression import names_in, renamed
from eisfit.fitting.profile import role_intervals
from eisfit.fitting.smooth import smooth
from eisfit.library import resolve_circuit
from eisfit.numbers import quantity
from eisfit.quality import screen
from eisfit.quality.alike import said_once
from eisfit.quality.blank import subtract_blank
from eisfit.quality.screening import Quality
from eisfit.readers import absurd, nothing_to_fit, read, rebaselined
from eisfit.roles import by_parameter, parameter_named, roles_spoken_of
from eisfit.selection import with_own_masks, without_excluded
from eisfit.series_fits import fits_of
from eisfit.settings import (
    AnalysisKeywords,
    Settings,
    SpectrumSettings,
    combined,
    complete,
    declared,
    find_settings,
    load_settings,
    merged,
    settings_of_spectra,
    takes_options,
)
from eisfit.shorts import change_points, detect_shorts
from eisfit.spectrum import Cell, Series, Spectrum
from eisfit.study import Options, Study
from eisfit.tracking import follow

Paths = str | PathLike[str] | Sequence[str | PathLike[str]]
Data = Paths | Series | Iterable[Spectrum]
Progress = Callable[[str, float], None]
"""Told what is being done and how much of it, from 0 to 1."""


@takes_options(AnalysisKeywords)
def analyse(
    data: Data,
    *,
    cell: Cell | None = None,
    settings: bool = True,
    progress: Progress | None = None,
    command: str = "",
    **options: Unpack[AnalysisKeywords],
) -> Study:
    """From the files of one cell (or a Series) to a Study: read, check, judge shorts, fit, track.

    cell: what is known of the cell; settings: whether an eisfit.toml beside the files holds where an argument does not
    say otherwise, as in the command; progress: called with what is being done and the share done. Raises EisfitError.

    >>> import numpy as np, eisfit as ef
    >>> f = np.logspace(6, -2, 41)                                   # Hz
    >>> values = {"R1": 22, "R2": [30, 40, 50], "Q1": 4e-3, "Q1_n": 0.8}
    >>> series = ef.simulate("R(RQ)", f, values, noise=0.003, seed=1)
    >>> study = ef.analyse(series, circuit="R(RQ)", axis="index")    # or ef.analyse("cell-folder")
    >>> study.track.roles["R_Int"].value.round()
    array([30., 40., 50.])
    >>> list(study.fits.table(roles=True)["spectrum"])
    ['simulated 1', 'simulated 2', 'simulated 3']

    Another circuit for some spectra, a value that is kept, a spectrum that is left out:

    >>> study = ef.analyse(
    ...     series,
    ...     circuit="R(RQ)",
    ...     fix={"R_SE_bulk": 22},
    ...     exclude=["*1"],
    ...     spectra=[{"match": "*3", "circuit": "R(RC)"}],
    ... )
    >>> [str(fit.circuit) for fit in study.fits]
    ['R1(R2Q1)', 'R1(R2C1)']
    """
    data = data if isinstance(data, str | PathLike | Series | list | tuple) else _held(data)
    if cell is not None and not isinstance(cell, Cell):
        raise OptionError(f"cell takes a Cell, such as eisfit.Cell(area_cm2=1.27), not {cell!r}")
    stated = _beside(data) if settings else combined()
    plan = _checked(complete(AnalysisKeywords, merged(stated.stated, options), "analyse"))
    single = settings_of_spectra(plan["spectra"])
    model = _model(plan["circuit"])
    chosen = roles_spoken_of(model, _parameters_named(plan))
    plan = _by_parameter(model, plan)
    tell = progress or (lambda what, share: None)

    tell("reading", 0.0)
    series = _series(data, _completed(cell or Cell(), stated.cell), plan)
    series = without_excluded(series, plan["exclude"], single)
    tell("checking", 0.1)
    series, about_charge = with_soc(_with_blank(series, plan["blank"]))
    axis = choose_axis(series, plan["axis"])  # what it lacks is said before the fits, not after
    quality = _screened(with_own_masks(series, single), plan)
    series, about_noise = _weighable(quality, plan)
    shorts = detect_shorts(series, limits=plan["limits"], baseline=plan["baseline"], breaks=rebaselined(series))
    cuts = change_points(shorts)
    tell("fitting", 0.2)
    fits, about_fits = fits_of(series, model, plan, cuts=cuts, single=single, chosen=chosen)
    tell("tracking", 0.9)
    chosen = chosen if set((chosen or {}).values()) <= set(fits.names) else None  # of a circuit that no spectrum has
    tracked = follow(fits, axis, quality=quality, limits=plan["limits"], roles=chosen, shorts=shorts)
    smoothed = smooth(fits, breaks=cuts) if plan["smooth"] else None
    intervals = role_intervals(fits, tracked.assigned) if plan["intervals"] == "profile" else {}
    tell("done", 1.0)
    about_points = said_once(quality.left_out)
    decisions = (*about_charge, *about_points, *about_noise, *about_fits, *tracked.decisions)
    record = _record(plan, command, _folder(data))
    return Study(series, quality, fits, tracked, record, decisions, smoothed, intervals)


def versions() -> dict[str, str]:
    """The versions that the numbers depend on."""
    python = sys.version.split()[0]
    return {"eisfit": __version__, "numpy": np.__version__, "scipy": _installed("scipy"), "python": python}


@cache
def _installed(package: str) -> str:
    """The version of a package by the name of its folder of metadata, which is not parsed: that takes 40 ms."""
    spec = find_spec(package)
    place = Path(spec.origin).parents[1] if spec and spec.origin else Path()
    for found in place.glob(f"{package}-*.dist-info"):
        return found.stem.partition("-")[2]
    from importlib.metadata import version

    return version(package)


def _held(data: Iterable[Any]) -> Data:
    """An iterator is read once."""
    return [data] if isinstance(data, Spectrum) else list(data)


def _beside(data: Data) -> Settings:
    """What the eisfit.toml beside the files says; nothing where the data come from memory."""
    items = _paths(data)
    file = find_settings(items) if items else None
    return combined(load_settings(file) if file else {})


def _paths(data: Data) -> list[Any]:
    """The paths among the data."""
    items: Sequence[Any] = (
        [data] if isinstance(data, str | PathLike) else data if isinstance(data, list | tuple) else ()
    )
    return [item for item in items if isinstance(item, str | PathLike)]


def _folder(data: Data) -> str:
    """The name of the one folder that the data lie in; "" where they are one file, or in several."""
    paths = [Path(path) for path in _paths(data)]
    folders = {(path if path.is_dir() else path.parent).resolve() for path in paths}
    single = len(paths) == 1 and paths[0].is_file()
    return folders.pop().name if len(folders) == 1 and not single else ""


def _checked(plan: AnalysisKeywords) -> AnalysisKeywords:
    """The options, those of a few words being among them. Raises OptionError."""
    for name, option in declared(AnalysisKeywords).items():
        value, choices = dict(plan)[name], option.kind.choices
        if choices and isinstance(value, str) and value not in choices and name not in ("weighting", "axis"):
            raise OptionError(f"{name} is one of {', '.join(choices)}, not {value!r}")
    if plan["intervals"] == "profile" and plan["share"]:
        raise OptionError("profile intervals are those of a spectrum by itself: leave out shared parameters")
    return plan


def _model(circuit: Circuit | str) -> Circuit:
    return resolve_circuit(circuit) if isinstance(circuit, str) else circuit


def _series(data: Data, cell: Cell, plan: AnalysisKeywords) -> Series:
    """The spectra of the cell. Raises ReadError, DataError where there is none."""
    if isinstance(data, Series):
        series = data.with_(cell=_completed(cell, data.cell))
    else:
        items: list[Any] = [data] if isinstance(data, str | PathLike) else list(data)
        if items and all(isinstance(item, Spectrum) for item in items):
            series = Series(items, cell=cell)
        else:
            series = read(
                items,
                format=plan["format"],
                cell=cell,
                pattern=plan["pattern"],
                columns=plan["columns"],
                electrode=plan["electrode"],
            )
    if not len(series):
        raise DataError(nothing_to_fit(series))
    for spectrum in series:
        if wrong := absurd(spectrum):
            raise DataError(f"{spectrum.label or 'a spectrum'} {wrong}")
    return series


def _completed(cell: Cell, other: Cell) -> Cell:
    """A cell whose unknown fields are those of another."""
    missing = {f.name: getattr(other, f.name) for f in fields(Cell) if getattr(cell, f.name) in (None, "")}
    return replace(cell, **missing)


def _with_blank(series: Series, blank: str | PathLike[str] | Spectrum | None) -> Series:
    if blank is None:
        return series
    measured = blank if isinstance(blank, Spectrum) else read(blank)[0]
    return subtract_blank(series, measured)


def _screened(series: Series, plan: AnalysisKeywords) -> Quality:
    """The spectra in the band that counts, judged and masked."""
    cropped = series.with_(spectra=[s.cropped(plan["f_min"], plan["f_max"]) for s in series])
    inductive: Literal["keep", "mask"] = "mask" if plan["inductance"] == "mask" else "keep"
    return screen(cropped, keep_all=plan["keep_all"], mask_ranges=plan["mask"], inductive=inductive)


def _weighable(quality: Quality, plan: AnalysisKeywords) -> tuple[Series, tuple[str, ...]]:
    """The series to fit; with estimated weights every point has the standard deviation of the series' noise model."""
    if not isinstance(plan["weighting"], str) or plan["weighting"] != "estimated":
        return quality.series, ()
    noise = quality.noise()
    if not noise.points:
        raise FitError('weighting "estimated" needs spectra that pass the Kramers-Kronig test: too few do')
    spectra = [s.with_(sigma=noise.sigma(s.impedance)) for s in quality.series]
    constant = quantity(noise.constant_ohm, "ohm", digits=2)
    said = f"Noise of the series: {noise.modulus_percent:.2g} % of |Z| and {constant}, in squares."
    return quality.series.with_(spectra=spectra), (said,)


def _parameters_named(plan: AnalysisKeywords) -> list[str]:
    """The names by which the options speak of parameters."""
    start = plan["start"] if isinstance(plan["start"], Mapping) else ()
    return [
        *plan["fix"],
        *plan["bound"],
        *plan["tie"],
        *(name for text in plan["tie"].values() if isinstance(text, str) for name in names_in(text)),
        *plan["share"],
        *start,
    ]


def _by_parameter(model: Circuit, plan: AnalysisKeywords) -> AnalysisKeywords:
    """The options by the names of parameters: what a role means is told by the circuit as it was given, once."""
    named: Any = {key: value for key, value in plan.items() if key in ("fix", "bound", "tie", "start")}
    named = {key: by_parameter(model, value) for key, value in named.items() if isinstance(value, Mapping)}
    if "tie" in named:
        texts = {name: other for name, other in named["tie"].items() if isinstance(other, str)}
        named["tie"] |= {k: renamed(text, lambda name: parameter_named(model, name)) for k, text in texts.items()}
    share = [plan["share"]] if isinstance(plan["share"], str) else plan["share"]
    named["share"] = tuple(parameter_named(model, name) for name in share)
    out: AnalysisKeywords = {**plan, **named}
    return out


def _record(plan: AnalysisKeywords, command: str, given: str) -> Options:
    """What was asked for, for study.json."""
    held = {**plan, "spectra": settings_of_spectra(plan["spectra"])}
    recorded = {name: _plain(value) for name, value in held.items() if name not in ("circuit", "format", "pattern")}
    text = plan["circuit"] if isinstance(plan["circuit"], str) else str(plan["circuit"])
    return Options(circuit=text, axis=plan["axis"], used=recorded, command=command, versions=versions(), given=given)


def _plain(value: Any) -> Any:
    """An option as it goes into study.json."""
    if isinstance(value, Spectrum):
        return value.label or "a spectrum"
    if isinstance(value, PathLike):
        return str(value)
    if isinstance(value, SpectrumSettings):
        return value.plain()
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, np.ndarray):
        return value.tolist()
    return dict(value) if isinstance(value, Mapping) else value


__all__ = ["analyse", "versions"]
