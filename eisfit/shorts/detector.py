"""The detector: every spectrum of a series is ok, suspect, a soft short or a hard one, with its reason."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from eisfit.errors import OptionError
from eisfit.medians import median_of
from eisfit.numbers import frequency_text
from eisfit.shorts.critical import critical_current, told
from eisfit.shorts.features import Features, features, heating, median
from eisfit.shorts.following import Followed, follow
from eisfit.shorts.leak import NORMAL, interval, passive_bound, scatter
from eisfit.shorts.levels import Case, decide, excluded, explain, rivals
from eisfit.shorts.one_cell import MOST, apart, foreign
from eisfit.shorts.segments import LEAST, segments
from eisfit.shorts.self_discharge import discharges_at_rest, missing_files, proven_resistance, read_losses
from eisfit.shorts.spectra import (
    Aligned,
    Index,
    Window,
    align,
    find_window,
    least_inductance,
    middle,
    originals,
    typical_of_each,
)
from eisfit.shorts.trace import read_trace
from eisfit.shorts.values import (
    CIRCUIT,
    HARD,
    NOT_JUDGED,
    SOFT,
    SOME_UNJUDGED,
    SPECTRA,
    WEAK,
    Shorts,
    defaults,
    empty,
)
from eisfit.spectrum import Bools, Complexes, Floats, Series

LOW = 1e4
"""Hz, below which the phase of a hard short is looked at."""
BASELINE = 3
"""Spectra of a baseline."""
STEEP = 30.0
"""Degrees of phase above which there is no plateau."""
MOST_NAMED = 3
"""Spectra that a sentence names."""

NO_BASELINE = f"{NOT_JUDGED}: no spectrum at the start can be a baseline."
SEVERAL = (
    f"{NOT_JUDGED}: "
    "{} lie far off every spectrum before them. They are of several cells, or something "
    "happened to this one that its files do not tell; put each cell into a folder of its own, add its cycling files, "
    "or start a new baseline there (rebaseline)."
)
ALL_TOO_FEW = f"{NOT_JUDGED}: that takes {LEAST} spectra at least."
TOO_FEW = f"{NOT_JUDGED} where fewer than {LEAST} spectra stand at one pressure."


class Measured(NamedTuple):
    """A leak by the fits: conductance (N,) S, its standard error, by how much chi2 falls; NaN: unknown."""

    leak: Floats
    error: Floats
    gain: Floats


class _Stretch(NamedTuple):
    """What one stretch gave: numeric fields (n,), hard shorts, what was followed, remarks; see `Case` for the rest."""

    fields: Mapping[str, Floats]
    hard: Bools
    followed: Followed | None
    remarks: tuple[str, ...]
    original: Index
    apart: Bools


def detect_shorts(
    series: Series,
    *,
    limits: Mapping[str, float] | None = None,
    baseline: int | None = None,
    breaks: Collection[int] = (),
) -> Shorts:
    """Judge every spectrum of a series of four or more, with or without a record; no fit is needed.

    limits: values by `flag.name`; baseline: of how many spectra a baseline is the median, 3 unless stated; breaks:
    spectra at which a new baseline starts. Stretches end there, and where the logged pressure changes; a logged
    temperature is taken into account. Raises OptionError.
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
    fields["heating_K"] = heating(fields["plateau_fall"], series.column("temperature_C"))
    trace = read_trace(series, limits)
    says = tuple(voltage or lost for voltage, lost in zip(trace.says, read_losses(series, limits), strict=True))
    proven = proven_resistance(series)
    case = Case(
        fields, found.rival, found.kind, found.heat, found.hard, says, proven, found.original, found.apart, limits
    )
    level = decide(case)
    ramp = critical_current(series, trace, level.names, limits["suspect_short.overpotential"])
    return Shorts(
        level=level.names,
        rival=rivals(case),
        method=tuple(SPECTRA if known else "" for known in np.isfinite(fields["leak"])),
        trace=says,
        verdicts=explain(case, level),
        remarks=(
            *found.remarks,
            *_anew(series, breaks, limits),
            *excluded(fields, level.names),
            *missing_files(series),
            *discharges_at_rest(series),
            *(told(ramp) if ramp is not None else ()),
        ),
        baselines=tuple(found.baselines),
        ramp=ramp,
        starts=tuple(int(index[0]) for index in stretches),
        **fields,
    )


def change_points(shorts: Shorts) -> tuple[int, ...]:
    """The spectra (0-based) at which something else begins: a short, its end, or a new baseline."""
    shorted = np.array([name in (SOFT, HARD) for name in shorts.level], bool)
    ends = (np.flatnonzero(shorted[1:] != shorted[:-1]) + 1).tolist()
    return tuple(sorted({*shorts.starts, *ends} - {0}))


def with_measured(shorts: Shorts, measured: Measured) -> Shorts:
    """The same verdicts with what the fits add: what chi2 gains by it, a leak where the spectra give none."""
    missing = ~np.isfinite(shorts.leak) & (measured.leak > 0)
    leak = np.where(missing, measured.leak, shorts.leak)
    error = np.where(missing, measured.error, shorts.leak_error)
    ends = [
        np.where(missing, new, old)
        for new, old in zip(
            interval(leak, error), (shorts.R_short, shorts.R_short_low, shorts.R_short_high), strict=True
        )
    ]
    return replace(
        shorts,
        leak=leak,
        leak_error=error,
        chi2_gain=measured.gain,
        R_short=ends[0],
        R_short_low=ends[1],
        R_short_high=ends[2],
        method=tuple(CIRCUIT if by else own for by, own in zip(missing, shorts.method, strict=True)),
    )


def _named(series: Series, index: Index) -> str:
    """Some spectra by name."""
    names = [series[i].label or f"spectrum {i + 1}" for i in index.tolist()]
    more = [f"{len(names) - MOST_NAMED} more"] if len(names) > MOST_NAMED else []
    said = [*names[:MOST_NAMED], *more]
    return f"{', '.join(said[:-1])} and {said[-1]}" if len(said) > 1 else said[0]


def _anew(series: Series, breaks: Collection[int], limits: Mapping[str, float]) -> tuple[str, ...]:
    """Where the log, not the user, started a new baseline."""
    starts = [int(index[0]) for index in segments(series, breaks, limits)]
    anew = [i for i in starts if i and i not in breaks]
    if not anew:
        return ()
    where = _named(series, np.array(anew))
    return (f"At {where} the logged pressure changed: a new baseline, a leak that opened there is not seen.",)


class _Gathered:
    """What the stretches gave, laid out for the whole series; unknown where a stretch could not be judged."""

    def __init__(self, series: Series) -> None:
        n = len(series)
        self.fields = empty(n)
        self.hard, self.apart, self.original = np.zeros(n, bool), np.zeros(n, bool), np.arange(n)
        self.rival, self.kind, self.heat = np.full(n, -1), np.full(n, -1), np.full(n, np.nan)
        self.baselines: list[tuple[int, ...]] = [()] * n
        self.remarks: dict[str, None] = {}

    def take(self, index: Index, found: _Stretch) -> None:
        """Add the stretch that stands at these places of the series."""
        self.remarks |= dict.fromkeys(found.remarks)
        if found.followed is None:
            return
        self.hard[index], self.apart[index], self.original[index] = found.hard, found.apart, index[found.original]
        self.rival[index], self.kind[index] = found.followed.rival, found.followed.kind
        self.heat[index] = 10 * found.followed.heat
        for i, members in zip(index.tolist(), found.followed.members, strict=True):
            self.baselines[i] = tuple(index[list(members)].tolist())
        for name, values in found.fields.items():
            self.fields[name][index] = values


def _judged(series: Series, index: Index, limits: Mapping[str, float], size: int) -> _Stretch:
    """One stretch of the series."""
    if len(index) < LEAST:
        return _unjudged(TOO_FEW if len(series) >= LEAST else ALL_TOO_FEW)
    spectra = align(series, index.tolist())
    temperature = series.column("temperature_C")[index]
    stretch = series.with_(spectra=[series[i] for i in index.tolist()])
    strange = foreign(stretch, spectra, temperature)
    if len(strange) >= MOST:
        return _unjudged(SEVERAL.format(_named(series, index[strange])))
    followed = follow(spectra, size, temperature)
    judged = np.flatnonzero(np.isfinite(followed.odds))
    if not judged.size:
        return _unjudged(NO_BASELINE)
    bare = _without_lead(spectra, judged[:size])
    window = find_window(bare.frequency, middle(bare.impedance[judged[:size]]), float(median_of(spectra.noise)))
    if window is None:
        return _unjudged(NO_BASELINE)
    base = middle_of_each(bare, followed)
    own = features(bare, window, base)
    flagged = ~(followed.odds <= 0)
    return _Stretch(
        fields=_fields(
            followed, own, passive_bound(bare.impedance, bare.noise, spectra.impedance), scatter(bare, window, flagged)
        ),
        hard=_hard(bare, own, limits),
        followed=followed,
        remarks=(*_remarks(window, middle(bare.impedance[judged[:size]])), *_uncovered(series, index, followed.odds)),
        original=originals(spectra),
        apart=apart(stretch, spectra, strange, followed.misfit),
    )


def middle_of_each(spectra: Aligned, followed: Followed) -> Complexes:
    """The baseline (n, F) of every spectrum."""
    sets = list(dict.fromkeys(followed.members))
    place = {members: k for k, members in enumerate(sets)}
    return typical_of_each(spectra, sets)[[place[members] for members in followed.members]]


def _unjudged(why: str) -> _Stretch:
    return _Stretch({}, np.zeros(0, bool), None, (why,), np.zeros(0, np.int64), np.zeros(0, bool))


def _without_lead(spectra: Aligned, trusted: Index) -> Aligned:
    """The spectra less the inductance that their baseline proves."""
    base = middle(spectra.impedance[trusted])
    lead = least_inductance(spectra.frequency, base, float(median_of(spectra.noise[trusted])))
    return spectra._replace(impedance=spectra.impedance - 2j * np.pi * spectra.frequency * lead) if lead else spectra


def _fields(followed: Followed, own: Features, bound: Floats, spread: float) -> dict[str, Floats]:
    G = np.exp(followed.ln_G)
    return {
        "R_short": 1 / G,
        "R_short_low": np.exp(-followed.ln_G_high),
        "R_short_high": np.exp(-followed.ln_G_low),
        "probability": 1 / (1 + np.exp(-followed.odds)),
        "score": followed.odds / np.log(10),
        "share": np.where(
            np.isfinite(followed.share), followed.share, np.where(np.isfinite(followed.odds), 0.0, np.nan)
        ),
        "leak": G,
        "leak_error": G * (followed.ln_G_high - followed.ln_G_low) / (2 * NORMAL),
        "plateau_fall": own.a,
        "polarisation_fall": own.b,
        "low_fall": own.c,
        "polarisation": own.P,
        "R_plateau": own.R,
        "R_low": own.R_low,
        "bound": bound,
        "scatter": np.full(len(G), spread),
    }


def _uncovered(series: Series, index: Index, odds: Floats) -> tuple[str, ...]:
    """How many spectra of a stretch were not judged, and which band is missing."""
    missing = index[~np.isfinite(odds)]
    if not missing.size:
        return ()
    low, high = (frequency_text(end([f for s in series for f in s.frequency[s.used]])) for end in (min, max))
    said = f"too few of their points that count lie within the {low} to {high} of the others"
    return (f"{SOME_UNJUDGED}: {len(missing)} of {len(index)} spectra; {said}.",)


def _hard(spectra: Aligned, own: Features, limits: Mapping[str, float]) -> Bools:
    """Where almost no resistance is left, and it is ohmic."""
    below = spectra.frequency < LOW
    phase = np.abs(np.angle(spectra.impedance[:, below if below.any() else slice(None)], deg=True))
    small = own.R_low <= limits["hard_short.share"] * own.R_base
    return np.asarray(small & (median_of(phase, axis=1) < limits["hard_short.phase"]))


def _remarks(window: Window, base: Complexes) -> tuple[str, ...]:
    """What the band leaves open."""
    phase = float(median(np.abs(np.angle(base, deg=True)), window.valley))
    if not phase > STEEP:
        return ()
    return (f"The phase of the plateau is {phase:.0f} degrees: the band does not reach it, {WEAK}.",)
