"""The detector: every spectrum of a series is ok, suspect, a soft short or a hard one, with its reason."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import NamedTuple

import numpy as np

from eisfit.shorts.baselines import judge, middle
from eisfit.shorts.evidence import MEDIAN, STEEP, Evidence, median
from eisfit.shorts.leak import Leak, interval, passive_bound, plateau_leak
from eisfit.shorts.levels import Case, decide, excluded, explain
from eisfit.shorts.segments import LEAST, segments
from eisfit.shorts.spectra import Aligned, Index, Window, align, find_window, least_inductance
from eisfit.shorts.trace import proven_resistance, read_trace
from eisfit.shorts.values import CIRCUIT, HARD, OK, PLATEAU, SOFT, UNJUDGED, Shorts, defaults, empty
from eisfit.spectrum import Bools, Complexes, Floats, Series

BOLTZMANN = 8.617333262e-5
"""eV/K (CODATA 2018)."""
ROOM = 298.15
LOW = 1e4
"""Hz, below which the phase of a hard short is looked at."""


NO_BASELINE = "Shorts were not judged: no spectrum at the start can be a baseline."
TOO_FEW = f"Shorts are judged from {LEAST} spectra at one temperature and pressure on; where fewer stand they are not."


class Tied(NamedTuple):
    """A leak by the fits: conductance (N,) S, its standard error, the likelihood ratio against none; NaN: unknown."""

    leak: Floats
    error: Floats
    ratio: Floats


Measure = Callable[[Sequence[Index | None], Floats, Index], Tied]
"""Given the baseline of every spectrum, the scatter of the plateau (N,) and the spectra asked for: their leaks."""


class _Stretch(NamedTuple):
    """What one stretch gave: numeric fields (n,), the leak by the plateau, significance, hard shorts, remarks.

    trusted: the spectra of the fixed baseline, members (n, m): those of the baseline of each; counted in the stretch.
    """

    fields: Mapping[str, Floats]
    leak: Leak
    significant: Bools
    hard: Bools
    remarks: tuple[str, ...]
    trusted: Index
    members: Index


def detect_shorts(
    series: Series,
    *,
    inductance: Floats | None = None,
    limits: Mapping[str, float] | None = None,
    baseline: int = 3,
    breaks: Collection[int] = (),
    measure: Measure | None = None,
) -> Shorts:
    """Judge every spectrum of a series of four or more, with or without a record.

    inductance (N,) H of the lead, taken off first (0: what the spectra prove); limits: values by `flag.name`; baseline:
    how many spectra at the start of each stretch are trusted; breaks: spectra at which a new baseline starts. Stretches
    end there, and where the logged pressure or temperature changes. measure: how the fits of the series measure the
    leak of what is above ok as well; the verdict does not need it.
    """
    limits = {**defaults(), **(limits or {})}
    found = _Gathered(series)
    for index in segments(series, breaks, limits):
        # what is no impedance of a cell gives infinite or unknown features, which no limit is ever below
        with np.errstate(all="ignore"):
            lead = np.zeros(len(index)) if inductance is None else inductance[index]
            found.take(index, _judged(series, index, lead, limits, baseline))
    fields = found.fields
    fields["heating_K"] = heating(fields["a"], found.temperature, limits["soft_short.activation"])
    trace = read_trace(series, limits)
    proven = proven_resistance(series)
    case = Case(fields, found.significant, found.hard, trace.says, found.warmer, proven, limits)
    level = decide(case)
    above = np.flatnonzero([name not in (OK, UNJUDGED) for name in level.names])
    leak, fields["ratio"], method = _measured(found.leak, measure, found.baselines, above)
    fields |= dict(zip(("R_short", "R_short_low", "R_short_high"), interval(leak), strict=True))
    return Shorts(
        level=level.names,
        method=method,
        trace=trace.says,
        reasons=explain(case, level, method),
        remarks=(*found.remarks, *_anew(series, breaks, limits), *excluded(fields, level.names), *trace.remarks),
        **fields,
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
        self.fields, self.leak = empty(n), Leak(*np.full((4, n), np.nan))
        self.warmer = np.full(n, np.nan)
        self.significant, self.hard = np.zeros(n, bool), np.zeros(n, bool)
        self.baselines: list[Index | None] = [None] * n
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
            self.baselines[i] = own
        for name, values in found.fields.items():
            self.fields[name][index] = values
        for column, values in zip(self.leak, found.leak, strict=True):
            column[index] = values


def change_points(
    series: Series,
    *,
    limits: Mapping[str, float] | None = None,
    baseline: int | None = None,
    breaks: Collection[int] = (),
) -> tuple[int, ...]:
    """The spectra (0-based) at which something else begins: a short, its end, or a new baseline. Needs no fit."""
    level = detect_shorts(series, limits=limits, baseline=baseline or 3, breaks=breaks).level
    shorted = np.array([name in (SOFT, HARD) for name in level], bool)
    starts = {int(index[0]) for index in segments(series, breaks, limits)} - {0}
    return tuple(sorted(starts | set((np.flatnonzero(shorted[1:] != shorted[:-1]) + 1).tolist())))


def _measured(
    leak: Leak, measure: Measure | None, baselines: Sequence[Index | None], wanted: Index
) -> tuple[Leak, Floats, tuple[str, ...]]:
    """The leak by the circuit where that is surer than by the plateau, the likelihood ratios, and which it was."""
    method = np.where(np.isfinite(leak.leak), PLATEAU, "").astype(object)
    if measure is None or not wanted.size:
        return leak, np.full(len(method), np.nan), tuple(method.tolist())
    tied = measure(baselines, leak.scatter, wanted)
    surer = tied.error < leak.error
    method[surer] = CIRCUIT
    value, error = np.where(surer, tied.leak, leak.leak), np.where(surer, tied.error, leak.error)
    return leak._replace(leak=value, error=error), tied.ratio, tuple(method.tolist())


def heating(a: Floats, temperature_C: Floats, activation_eV: float) -> Floats:
    """The temperature rise (K) that lowers the electrolyte's resistance by the share a: -ln(1 - a) k T^2 / E."""
    T = np.where(np.isfinite(temperature_C), temperature_C + 273.15, ROOM)
    with np.errstate(invalid="ignore"):
        out: Floats = -np.log1p(-np.clip(a, 0.0, 1 - 1e-9)) * BOLTZMANN * T**2 / activation_eV
    return out


def _judged(series: Series, index: Index, lead: Floats, limits: Mapping[str, float], baseline: int) -> _Stretch:
    """One stretch of the series."""
    if len(index) < LEAST:
        return _unjudged(TOO_FEW)
    spectra = align(series, index.tolist(), lead)
    trusted = np.flatnonzero(np.isfinite(spectra.impedance).all(axis=1))[:baseline]
    if trusted.size and not lead.any():
        spectra = _without_lead(spectra, trusted)
    base = middle(spectra.impedance[trusted]) if trusted.size else None
    window = None if base is None else find_window(spectra.frequency, base, _noise(spectra, len(trusted)))
    if base is None or window is None:
        return _unjudged(NO_BASELINE)
    evidence, against, flagged, members = judge(spectra, window, trusted, limits["suspect_short.score"])
    return _Stretch(
        fields=_fields(evidence, passive_bound(spectra.impedance, spectra.noise)),
        leak=plateau_leak(spectra, window, against, flagged),
        significant=evidence.leak > limits["soft_short.sigma"] * evidence.error,
        hard=_hard(spectra, evidence, limits),
        remarks=(*_remarks(window, base), *_uncovered(evidence.a)),
        trusted=trusted,
        members=members,
    )


def _unjudged(why: str) -> _Stretch:
    none, nobody = np.zeros(0, bool), np.zeros(0, np.int64)
    return _Stretch({}, Leak(*np.zeros((4, 0))), none, none, (why,), nobody, nobody)


def _noise(spectra: Aligned, members: int) -> float:
    """Relative noise of the median of so many spectra."""
    return float(np.median(spectra.noise) * np.sqrt((MEDIAN if members > 2 else 1.0) / members))


def _without_lead(spectra: Aligned, trusted: Index) -> Aligned:
    """The spectra less the inductance that their baseline proves; for circuits that have no inductor."""
    base = middle(spectra.impedance[trusted])
    lead = least_inductance(spectra.frequency, base, _noise(spectra, len(trusted)))
    return spectra._replace(impedance=spectra.impedance - 2j * np.pi * spectra.frequency * lead) if lead else spectra


def _fields(evidence: Evidence, bound: Floats) -> dict[str, Floats]:
    same = {name: getattr(evidence, name) for name in ("score", "a", "b", "c", "share", "P", "R_low")}
    same["share"] = np.where(np.isfinite(evidence.a), evidence.share, np.nan)
    return {**same, "R_plateau": evidence.R, "bound": bound}


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
