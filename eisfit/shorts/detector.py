"""The detector: every spectrum of a series is ok, suspect, a soft short or a hard one, with its reason."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from eisfit.errors import OptionError
from eisfit.shorts.baselines import judge, middle
from eisfit.shorts.evidence import MEDIAN, STEEP, Evidence, median
from eisfit.shorts.leak import Leak, interval, passive_bound, plateau_leak
from eisfit.shorts.levels import Case, decide, excluded, explain
from eisfit.shorts.segments import LEAST, segments
from eisfit.shorts.spectra import Aligned, Index, Window, align, find_window, least_inductance
from eisfit.shorts.trace import proven_resistance, read_trace
from eisfit.shorts.values import CIRCUIT, HARD, PLATEAU, SOFT, Shorts, defaults, empty
from eisfit.spectrum import Bools, Complexes, Floats, Series

BOLTZMANN = 8.617333262e-5
"""eV/K (CODATA 2018)."""
ROOM = 298.15
LOW = 1e4
"""Hz, below which the phase of a hard short is looked at."""


BASELINE = 3
"""Spectra at the start of a series that are trusted."""
NO_BASELINE = "Shorts were not judged: no spectrum at the start can be a baseline."
TOO_FEW = f"Shorts are judged from {LEAST} spectra at one temperature and pressure on; where fewer stand they are not."


class Measured(NamedTuple):
    """A leak by the fits: conductance (N,) S, its standard error, the likelihood ratio against none; NaN: unknown."""

    leak: Floats
    error: Floats
    ratio: Floats


class _Stretch(NamedTuple):
    """What one stretch gave: numeric fields (n,), significance, hard shorts, remarks.

    trusted: the spectra of the fixed baseline, members (n, m): those of the baseline of each; counted in the stretch.
    """

    fields: Mapping[str, Floats]
    significant: Bools
    hard: Bools
    remarks: tuple[str, ...]
    trusted: Index
    members: Index


def detect_shorts(
    series: Series,
    *,
    limits: Mapping[str, float] | None = None,
    baseline: int | None = None,
    breaks: Collection[int] = (),
) -> Shorts:
    """Judge every spectrum of a series of four or more, with or without a record; no fit is needed.

    limits: values by `flag.name`; baseline: how many spectra at the start of each stretch are trusted, 3 unless stated;
    breaks: spectra at which a new baseline starts. Stretches end there, and where the logged pressure or temperature
    changes. The inductance that the baseline proves is taken off first. Raises OptionError.
    """
    size = BASELINE if baseline is None else baseline
    if size < 1:
        raise OptionError(f"the baseline needs at least 1 spectrum, not {size}")
    limits = {**defaults(), **(limits or {})}
    found = _Gathered(series)
    stretches = segments(series, breaks, limits)
    for index in stretches:
        # what is no impedance of a cell gives infinite or unknown features, which no limit is ever below
        with np.errstate(all="ignore"):
            found.take(index, _judged(series, index, limits, size))
    fields = found.fields
    fields["heating_K"] = heating(fields["plateau_fall"], found.temperature, limits["soft_short.activation"])
    trace = read_trace(series, limits)
    proven = proven_resistance(series)
    case = Case(fields, found.significant, found.hard, trace.says, found.warmer, proven, limits)
    level = decide(case)
    found_leak = Leak(*(fields[name] for name in ("leak", "leak_error", "scatter", "freedom")))
    fields |= dict(zip(("R_short", "R_short_low", "R_short_high"), interval(found_leak), strict=True))
    return Shorts(
        level=level.names,
        method=tuple(PLATEAU if known else "" for known in np.isfinite(found_leak.leak)),
        trace=trace.says,
        verdicts=explain(case, level),
        remarks=(*found.remarks, *_anew(series, breaks, limits), *excluded(fields, level.names), *trace.remarks),
        baselines=tuple(found.baselines),
        starts=tuple(int(index[0]) for index in stretches),
        **fields,
    )


def change_points(shorts: Shorts) -> tuple[int, ...]:
    """The spectra (0-based) at which something else begins: a short, its end, or a new baseline."""
    shorted = np.array([name in (SOFT, HARD) for name in shorts.level], bool)
    ends = (np.flatnonzero(shorted[1:] != shorted[:-1]) + 1).tolist()
    return tuple(sorted({*shorts.starts, *ends} - {0}))


def with_measured(shorts: Shorts, measured: Measured) -> Shorts:
    """The same verdicts with the leak as something else measured it, where that is surer than by the plateau."""
    surer = measured.error < shorts.leak_error
    leak = np.where(surer, measured.leak, shorts.leak)
    error = np.where(surer, measured.error, shorts.leak_error)
    ends = interval(Leak(leak, error, shorts.scatter, shorts.freedom))
    return replace(
        shorts,
        leak=leak,
        leak_error=error,
        ratio=measured.ratio,
        R_short=ends[0],
        R_short_low=ends[1],
        R_short_high=ends[2],
        method=tuple(CIRCUIT if sure else own for sure, own in zip(surer, shorts.method, strict=True)),
    )


def _anew(series: Series, breaks: Collection[int], limits: Mapping[str, float]) -> tuple[str, ...]:
    """Where the log, not the user, started a new baseline."""
    starts = [int(index[0]) for index in segments(series, breaks, limits)]
    names = [series[i].label or f"spectrum {i + 1}" for i in starts if i and i not in breaks]
    if not names:
        return ()
    where = names[0] if len(names) == 1 else f"{names[0]} and {len(names) - 1} more spectra"
    return (
        f"At {where} the logged pressure or temperature changed: a new baseline, a leak that opened there is not seen.",
    )


class _Gathered:
    """What the stretches gave, laid out for the whole series; unknown where a stretch could not be judged."""

    def __init__(self, series: Series) -> None:
        n = len(series)
        self.temperature = series.column("temperature_C")
        self.fields = empty(n)
        self.warmer = np.full(n, np.nan)
        self.significant, self.hard = np.zeros(n, bool), np.zeros(n, bool)
        self.baselines: list[tuple[int, ...]] = [()] * n
        self.remarks: dict[str, None] = {}

    def take(self, index: Index, found: _Stretch) -> None:
        """Add the stretch that stands at these places of the series."""
        self.remarks |= dict.fromkeys(found.remarks)
        if not found.trusted.size:
            return
        self.significant[index], self.hard[index] = found.significant, found.hard
        before = self.temperature[index[found.trusted]]
        if np.isfinite(before).any():
            self.warmer[index] = self.temperature[index] - np.nanmean(before)
        for i, own in zip(index.tolist(), index[found.members], strict=True):
            self.baselines[i] = tuple(own.tolist())
        for name, values in found.fields.items():
            self.fields[name][index] = values


def heating(a: Floats, temperature_C: Floats, activation_eV: float) -> Floats:
    """The temperature rise (K) that lowers the electrolyte's resistance by the share a: -ln(1 - a) k T^2 / E."""
    T = np.where(np.isfinite(temperature_C), temperature_C + 273.15, ROOM)
    with np.errstate(invalid="ignore"):
        out: Floats = -np.log1p(-np.clip(a, 0.0, 1 - 1e-9)) * BOLTZMANN * T**2 / activation_eV
    return out


def _judged(series: Series, index: Index, limits: Mapping[str, float], baseline: int) -> _Stretch:
    """One stretch of the series."""
    if len(index) < LEAST:
        return _unjudged(TOO_FEW)
    spectra = align(series, index.tolist(), np.zeros(len(index)))
    trusted = np.flatnonzero(np.isfinite(spectra.impedance).all(axis=1))[:baseline]
    if trusted.size:
        spectra = _without_lead(spectra, trusted)
    base = middle(spectra.impedance[trusted]) if trusted.size else None
    window = None if base is None else find_window(spectra.frequency, base, _noise(spectra, len(trusted)))
    if base is None or window is None:
        return _unjudged(NO_BASELINE)
    evidence, against, flagged, members = judge(spectra, window, trusted, limits["suspect_short.score"])
    leak = plateau_leak(spectra, window, against, flagged)
    size = dict(zip(("leak", "leak_error", "scatter", "freedom"), leak, strict=True))
    return _Stretch(
        fields=_fields(evidence, passive_bound(spectra.impedance, spectra.noise)) | size,
        significant=evidence.leak > limits["soft_short.sigma"] * evidence.error,
        hard=_hard(spectra, evidence, limits),
        remarks=(*_remarks(window, base), *_uncovered(evidence.a)),
        trusted=trusted,
        members=members,
    )


def _unjudged(why: str) -> _Stretch:
    none, nobody = np.zeros(0, bool), np.zeros(0, np.int64)
    return _Stretch({}, none, none, (why,), nobody, nobody)


def _noise(spectra: Aligned, members: int) -> float:
    """Relative noise of the median of so many spectra."""
    return float(np.median(spectra.noise) * np.sqrt((MEDIAN if members > 2 else 1.0) / members))


def _without_lead(spectra: Aligned, trusted: Index) -> Aligned:
    """The spectra less the inductance that their baseline proves."""
    base = middle(spectra.impedance[trusted])
    lead = least_inductance(spectra.frequency, base, _noise(spectra, len(trusted)))
    return spectra._replace(impedance=spectra.impedance - 2j * np.pi * spectra.frequency * lead) if lead else spectra


def _fields(evidence: Evidence, bound: Floats) -> dict[str, Floats]:
    return {
        "score": evidence.score,
        "plateau_fall": evidence.a,
        "polarisation_fall": evidence.b,
        "low_fall": evidence.c,
        "share": np.where(np.isfinite(evidence.a), evidence.share, np.nan),
        "polarisation": evidence.P,
        "R_plateau": evidence.R,
        "R_low": evidence.R_low,
        "bound": bound,
    }


def _uncovered(a: Floats) -> tuple[str, ...]:
    """How many spectra of a stretch were not judged, and why."""
    missing = int((~np.isfinite(a)).sum())
    if not missing:
        return ()
    said = "their points that count do not cover the band in which a leak is looked for"
    return (f"Not judged for shorts: {missing} of {len(a)} spectra; {said}.",)


def _hard(spectra: Aligned, evidence: Evidence, limits: Mapping[str, float]) -> Bools:
    """Where almost no resistance is left, and it is ohmic."""
    below = spectra.frequency < LOW
    phase = np.abs(np.angle(spectra.impedance[:, below if below.any() else slice(None)], deg=True))
    small = evidence.R_low <= limits["hard_short.share"] * evidence.R_base
    ohmic = np.median(phase, axis=1) < limits["hard_short.phase"]
    return np.asarray(small & ohmic)


def _remarks(window: Window, base: Complexes) -> tuple[str, ...]:
    """What the band leaves open."""
    phase = float(median(np.abs(np.angle(base, deg=True)), window.valley))
    said = []
    if not window.has_valley:
        said.append(
            "No valley lies between an arc of the electrolyte and the next one: the plateau is read at the highest "
            "frequencies, and heating is told from a leak by the share of polarisation alone."
        )
    if phase > STEEP:
        said.append(
            f"The phase of the plateau is {phase:.0f} degrees: the band does not reach it, weak leaks stay unseen."
        )
    return tuple(said)
