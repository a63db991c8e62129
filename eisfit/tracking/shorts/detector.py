"""The detector: every spectrum of a series is ok, suspect, a soft short or a hard one, with its reason."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import NamedTuple

import numpy as np

from eisfit.spectrum import Bools, Complexes, Floats, Series
from eisfit.tracking.shorts.baselines import judge, middle
from eisfit.tracking.shorts.evidence import MEDIAN, STEEP, Evidence, median
from eisfit.tracking.shorts.leak import leak_interval, passive_bound
from eisfit.tracking.shorts.levels import Case, decide
from eisfit.tracking.shorts.segments import LEAST, segments
from eisfit.tracking.shorts.spectra import Aligned, Index, Window, align, find_window, least_inductance
from eisfit.tracking.shorts.trace import proven_resistance, read_trace
from eisfit.tracking.shorts.values import Shorts, defaults, empty

BOLTZMANN = 8.617333262e-5
"""eV/K (CODATA 2018)."""
ACTIVATION = 0.35
"""eV, of the conductivity of Li6PS5Cl: the heating that a fall is compared with."""
ROOM = 298.15
LOW = 1e4
"""Hz, below which the phase of a hard short is looked at."""


NO_BASELINE = "Shorts were not judged: no spectrum at the start can be a baseline."
TOO_FEW = f"Shorts are judged from {LEAST} spectra at one temperature and pressure on; where fewer stand they are not."


class _Stretch(NamedTuple):
    """What one stretch gave: numeric fields (n,), significance, hard shorts, remarks, indices of its baseline."""

    fields: Mapping[str, Floats]
    significant: Bools
    hard: Bools
    remarks: tuple[str, ...]
    trusted: Index


def detect_shorts(
    series: Series,
    *,
    inductance: Floats | None = None,
    limits: Mapping[str, float] | None = None,
    baseline: int = 3,
    breaks: Collection[int] = (),
) -> Shorts:
    """Judge every spectrum of a series of four or more, with or without a record.

    inductance (N,) H of the lead, taken off first (0: what the spectra prove); limits: values by `flag.name`; baseline:
    how many spectra at the start of each stretch are trusted; breaks: spectra at which a new baseline starts. Stretches
    end there, and where the logged pressure or temperature changes.
    """
    n, limits = len(series), {**defaults(), **(limits or {})}
    lead = np.zeros(n) if inductance is None else inductance
    temperature = series.column("temperature_C")
    fields, warmer, remarks = empty(n), np.full(n, np.nan), dict[str, None]()
    significant, hard = np.zeros(n, bool), np.zeros(n, bool)
    for index in segments(series, breaks):
        # what is no impedance of a cell gives infinite or unknown features, which no limit is ever below
        with np.errstate(all="ignore"):
            found = _judged(series, index, lead, limits, baseline)
        significant[index], hard[index] = found.significant, found.hard
        if found.trusted.size:
            warmer[index] = temperature[index] - np.mean(temperature[index[found.trusted]])
        remarks |= dict.fromkeys(found.remarks)
        for name, values in found.fields.items():
            fields[name][index] = values
    fields["heating_K"] = heating(fields["a"], temperature)
    trace = read_trace(series, limits)
    case = Case(fields, significant, hard, trace.says, warmer, proven_resistance(series), limits)
    level, reasons = decide(case)
    return Shorts(level=level, trace=trace.says, reasons=reasons, remarks=(*remarks, *trace.remarks), **fields)


def heating(a: Floats, temperature_C: Floats) -> Floats:
    """The temperature rise (K) that lowers the electrolyte's resistance by the share a: -ln(1 - a) k T^2 / E."""
    T = np.where(np.isfinite(temperature_C), temperature_C + 273.15, ROOM)
    with np.errstate(invalid="ignore"):
        out: Floats = -np.log1p(-np.clip(a, 0.0, 1 - 1e-9)) * BOLTZMANN * T**2 / ACTIVATION
    return out


def _judged(series: Series, index: Index, lead: Floats, limits: Mapping[str, float], baseline: int) -> _Stretch:
    """One stretch of the series."""
    none, nobody = np.zeros(len(index), bool), np.zeros(0, np.int64)
    if len(index) < LEAST:
        return _Stretch({}, none, none, (TOO_FEW,), nobody)
    spectra = align(series, index.tolist(), lead[index])
    trusted = np.flatnonzero(np.isfinite(spectra.impedance).all(axis=1))[:baseline]
    if trusted.size and not lead[index].any():
        spectra = _without_lead(spectra, trusted)
    base = middle(spectra.impedance[trusted]) if trusted.size else None
    window = None if base is None else find_window(spectra.frequency, base, _noise(spectra, len(trusted)))
    if base is None or window is None:
        return _Stretch({}, none, none, (NO_BASELINE,), nobody)
    evidence, against, flagged = judge(spectra, window, trusted, limits["suspect_short.score"])
    interval = leak_interval(spectra, window, against, flagged)
    significant = evidence.leak > limits["soft_short.sigma"] * evidence.error
    fields = _fields(evidence, interval, passive_bound(spectra.impedance, spectra.noise))
    return _Stretch(fields, significant, _hard(spectra, evidence, limits), _remarks(window, base), trusted)


def _noise(spectra: Aligned, members: int) -> float:
    """Relative noise of the median of so many spectra."""
    return float(np.median(spectra.noise) * np.sqrt((MEDIAN if members > 2 else 1.0) / members))


def _without_lead(spectra: Aligned, trusted: Index) -> Aligned:
    """The spectra less the inductance that their baseline proves; for circuits that have no inductor."""
    base = middle(spectra.impedance[trusted])
    lead = least_inductance(spectra.frequency, base, _noise(spectra, len(trusted)))
    return spectra._replace(impedance=spectra.impedance - 2j * np.pi * spectra.frequency * lead) if lead else spectra


def _fields(evidence: Evidence, interval: tuple[Floats, Floats, Floats], bound: Floats) -> dict[str, Floats]:
    same = {name: getattr(evidence, name) for name in ("score", "a", "b", "c", "share", "P", "R_low")}
    ends = dict(zip(("R_short", "R_short_low", "R_short_high"), interval, strict=True))
    return {**same, **ends, "R_plateau": evidence.R, "bound": bound}


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
