"""From probabilities to a level: limits, persistence, what excuses a leak, and the sentence that says why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from eisfit.numbers import positional, quantity
from eisfit.shorts.hypotheses import CELL, LEAKS
from eisfit.shorts.spectra import Index
from eisfit.shorts.values import HARD, OK, SOFT, SUSPECT, UNJUDGED
from eisfit.spectrum import Bools, Floats

NEIGHBOURS = 3
"""Persistence is asked among so many neighbouring spectra."""
MOST_SCORE = 6.0
"""log10 of odds beyond which their size is not said."""


@dataclass(frozen=True, slots=True, eq=False)
class Case:
    """All that decides, each (N,).

    fields: numbers of the spectra; rival, kind: indices of the best explanations without and with a leak; heat: the
    rise of temperature of the rival, K; hard: a hard short; trace: what the voltage says; proven: the resistance below
    which the rest before excludes a leak, ohm; original: of every spectrum the one it is a copy of, itself for a
    measurement; apart: it may be of another cell.
    """

    fields: Mapping[str, Floats]
    rival: Index
    kind: Index
    heat: Floats
    hard: Bools
    trace: Sequence[str]
    proven: Floats
    original: Index
    apart: Bools
    limits: Mapping[str, float]


class Levels(NamedTuple):
    """The level of every spectrum, whether its neighbours confirm it (N,), and what excuses it ("" for nothing)."""

    names: tuple[str, ...]
    lasting: Bools
    excuses: tuple[str, ...]


def decide(case: Case) -> Levels:
    """The level of every spectrum."""
    score = case.fields["score"]
    judged = np.isfinite(score)
    spoken = np.array([bool(text) for text in case.trace], bool)
    with np.errstate(invalid="ignore"):
        strong = judged & (score >= case.limits["soft_short.score"])
        weak = judged & (score >= case.limits["suspect_short.score"])
    measured = case.original == np.arange(len(score))
    lasting = persistent(strong, judged & measured, int(case.limits["soft_short.of_three"]))[case.original]
    lasting = (lasting & strong) | (strong & spoken)
    excuses = [_excuse(case, i) if weak[i] else "" for i in range(len(score))]
    soft = lasting & np.array([not text for text in excuses], bool)
    level = np.full(len(score), UNJUDGED, dtype=object)
    level[judged] = OK
    level[weak | spoken] = SUSPECT
    level[soft] = SOFT
    level[case.hard] = HARD
    return Levels(tuple(str(x) for x in level), lasting, tuple(excuses))


def explain(case: Case, level: Levels) -> tuple[str, ...]:
    """The reason of every level in words, "" for ok."""
    return tuple(_reason(case, i, level) for i in range(len(level.names)))


def rivals(case: Case) -> tuple[str, ...]:
    """The best explanation without a leak of every spectrum, "" where it was not judged."""
    return tuple(_rival(case, i) if case.rival[i] >= 0 else "" for i in range(len(case.rival)))


def excluded(fields: Mapping[str, Floats], level: Sequence[str]) -> tuple[str, ...]:
    """Which leaks the spectra that are ok exclude beside others that leak; where none does, the verdict says it."""
    if not {SUSPECT, SOFT, HARD} & set(level):
        return ()
    ok = np.array([name == OK for name in level], bool)
    bound = fields["bound"][ok & np.isfinite(fields["bound"])]
    if not bound.size:
        return ()
    return (f"Where no leak is seen, one above {quantity(float(bound.min()), 'ohm')} is not excluded.",)


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
    """Why a probable leak is no short after all, "" where nothing speaks against it."""
    if case.apart[i]:
        return "it lies far below all spectra before it, on another band: another cell, or a short"
    if case.proven[i] > case.limits["soft_short.veto"] * case.fields["R_low"][i]:
        return f"the rest before it excludes a leak below {positional(float(case.proven[i]))} ohm"
    return ""


def _reason(case: Case, i: int, levels: Levels) -> str:
    level, f = levels.names[i], case.fields
    if level in (OK, UNJUDGED):
        return ""
    if level == HARD:
        return (
            f"only {positional(float(f['R_low'][i]))} ohm are left at low frequency, and they are ohmic: a hard short"
        )
    if not f["score"][i] >= case.limits["suspect_short.score"]:
        return "the impedance shows no leak, the voltage does"
    leak = LEAKS[case.kind[i]].says
    said = f"{leak} that takes {100 * f['share'][i]:.0f} % of the direct current is {_odds(f['score'][i])} "
    said += f"no leak (the best other explanation: {_rival(case, i)})"
    return said + (": a soft short" if level == SOFT else _why(case, i, levels))


def _odds(score: float) -> str:
    """The odds of a leak, 10^score, in words."""
    if score >= MOST_SCORE:
        return "more than a million times as probable as"
    return f"{float(f'{10.0**score:.2g}'):g} times as probable as"


def _rival(case: Case, i: int) -> str:
    """The best other explanation, with the size of a warming."""
    rival = CELL[case.rival[i]]
    if rival.name == "temperature" and abs(case.heat[i]) >= 0.05:
        return f"{'warming' if case.heat[i] > 0 else 'cooling'} by {abs(case.heat[i]):.2g} K"
    return rival.says


def _why(case: Case, i: int, levels: Levels) -> str:
    """Why a spectrum is suspect and no more."""
    if levels.excuses[i]:
        return f", but {levels.excuses[i]}"
    if case.fields["score"][i] >= case.limits["soft_short.score"] and not levels.lasting[i]:
        if (case.original == case.original[i]).sum() > 1:
            return ", but it is one measurement, stored more than once, that no other confirms"
        return ", but its neighbours do not show it: a short that came and went, or a disturbed spectrum"
    return ": too little for a soft short; check temperature and pressure"
