"""From features to a level: limits, persistence, what excuses a fall, and the sentence that says why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from eisfit.shorts.values import HARD, OK, SOFT, SUSPECT, UNJUDGED
from eisfit.spectrum import Bools, Floats

NEIGHBOURS = 3
"""Persistence is asked among so many neighbouring spectra."""


@dataclass(frozen=True, slots=True, eq=False)
class Case:
    """All that decides, each (N,).

    fields: features; significant: the leak stands out; hard: a hard short; trace: what the voltage says; warmer: rise
    of the logged temperature, K; proven: the resistance below which the rest before excludes a leak, ohm.
    """

    fields: Mapping[str, Floats]
    significant: Bools
    hard: Bools
    trace: Sequence[str]
    warmer: Floats
    proven: Floats
    limits: Mapping[str, float]


class Levels(NamedTuple):
    """The level of every spectrum, whether its neighbours confirm it (N,), and what excuses it ("" for nothing)."""

    names: tuple[str, ...]
    lasting: Bools
    excuses: tuple[str, ...]


def decide(case: Case) -> Levels:
    """The level of every spectrum."""
    score, a = case.fields["score"], case.fields["plateau_fall"]
    judged = np.isfinite(a)
    spoken = np.array([bool(text) for text in case.trace], bool)
    with np.errstate(invalid="ignore"):
        strong = judged & case.significant & (score >= case.limits["soft_short.score"])
        weak = judged & case.significant & (score >= case.limits["suspect_short.score"])
        fallen = judged & case.significant & (a >= case.limits["suspect_short.fall"])
    lasting = persistent(strong, judged, int(case.limits["soft_short.of_three"])) | (strong & spoken)
    excuses = [_excuse(case, i) if strong[i] else "" for i in range(len(a))]
    soft = lasting & np.array([not text for text in excuses], bool)
    level = np.full(len(a), UNJUDGED, dtype=object)
    level[judged] = OK
    level[weak | strong | fallen | spoken] = SUSPECT
    level[soft] = SOFT
    level[case.hard] = HARD
    return Levels(tuple(str(x) for x in level), lasting, tuple(excuses))


def explain(case: Case, level: Levels) -> tuple[str, ...]:
    """The reason of every level in words, "" for ok."""
    return tuple(_reason(case, i, level) for i in range(len(level.names)))


def excluded(fields: Mapping[str, Floats], level: Sequence[str]) -> tuple[str, ...]:
    """Which leaks the spectra that are ok exclude: by passivity whatever the cell does, and against the baseline."""
    ok = np.array([name == OK for name in level], bool)
    least = {
        name: fields[name][ok & np.isfinite(fields[name])].min(initial=np.inf) for name in ("bound", "R_short_low")
    }
    said = [f"{least['bound']:.3g} ohm whatever the cell does"] if np.isfinite(least["bound"]) else []
    if np.isfinite(least["R_short_low"]) and not least["R_short_low"] <= least["bound"] < np.inf:
        said.append(f"{least['R_short_low']:.3g} ohm if the electrolyte is that of the baseline (95 %)")
    return (f"In the {int(ok.sum())} spectra that are ok any leak lies above {', above '.join(said)}.",) if said else ()


def persistent(strong: Bools, judged: Bools, of_three: int) -> Bools:
    """Which strong spectra have enough strong ones among any three neighbours that they belong to, before or after.

    Spectra that were not judged are stepped over.
    """
    out = np.zeros(len(strong), bool)
    at = np.flatnonzero(judged)
    run = strong[at]
    for start in range(max(len(at) - NEIGHBOURS + 1, 0)):
        window = slice(start, start + NEIGHBOURS)
        if run[window].sum() >= of_three:
            out[at[window]] = True
    return out & strong


def _excuse(case: Case, i: int) -> str:
    """Why a strong score is no short after all, "" where nothing speaks against it."""
    explaining = case.fields["heating_K"][i]
    if case.warmer[i] >= case.limits["soft_short.heating"] * explaining:
        return f"the logged temperature rose by {case.warmer[i]:.2g} K, and {explaining:.2g} K would explain all"
    if case.proven[i] > case.limits["soft_short.veto"] * case.fields["R_low"][i]:
        return f"the rest before it excludes a leak below {case.proven[i]:.3g} ohm"
    return ""


def _reason(case: Case, i: int, levels: Levels) -> str:
    level = levels.names[i]
    if level in (OK, UNJUDGED):
        return ""
    f = case.fields
    if level == HARD:
        return f"only {f['R_low'][i]:.3g} ohm are left at low frequency, and they are ohmic: a hard short"
    if not np.isfinite(f["plateau_fall"][i]) or not case.significant[i]:
        return "the impedance shows no leak, the voltage does"
    return _plateau(f, i) + (": a soft short" if level == SOFT else _why(case, i, levels))


def _plateau(f: Mapping[str, Floats], i: int) -> str:
    return (
        f"the plateau of the electrolyte fell by {100 * f['plateau_fall'][i]:.0f} %, of which a leak explains "
        f"{100 * f['share'][i]:.0f} % (score {f['score'][i]:.2f}; heating by {f['heating_K'][i]:.2g} K would do it too)"
    )


def _why(case: Case, i: int, levels: Levels) -> str:
    """Why a spectrum is suspect and no more."""
    f = case.fields
    if levels.excuses[i]:
        return f", but {levels.excuses[i]}"
    if f["score"][i] >= case.limits["soft_short.score"] and not levels.lasting[i]:
        return ", but its neighbours do not show it: a short that came and went, or a disturbed spectrum"
    if f["score"][i] >= case.limits["suspect_short.score"]:
        return ": too little for a soft short"
    return ": check temperature and pressure"
