"""Flags of the detector of shorts, one per level."""

from __future__ import annotations

from collections.abc import Iterator

from eisfit.shorts import HARD, LIMITS, SOFT, SUSPECT
from eisfit.tracking.flags._base import Observed, flag
from eisfit.tracking.track import Finding


@flag("hard_short", "The cell is shorted: almost no resistance is left, and it is ohmic.", *LIMITS["hard_short"])
def hard_short(observed: Observed) -> Iterator[Finding]:
    """Spectra at the level hard; the value is Re Z at low frequency in ohm."""
    for i in _at(observed, HARD):
        yield _finding(observed, i, "hard_short", "R_low", observed.limits["hard_short.share"])


@flag("soft_short", "Part of the current leaks through an electronic contact beside the cell.", *LIMITS["soft_short"])
def soft_short(observed: Observed) -> Iterator[Finding]:
    """Spectra at the level soft; the value is the score, log10 of the odds."""
    for i in _at(observed, SOFT):
        yield _finding(observed, i, "soft_short", "score", observed.limits["soft_short.score"])


@flag("suspect_short", "The spectrum may show a short; heating or pressure are not excluded.", *LIMITS["suspect_short"])
def suspect_short(observed: Observed) -> Iterator[Finding]:
    """Spectra at the level suspect; the value is the score, log10 of the odds."""
    for i in _at(observed, SUSPECT):
        yield _finding(observed, i, "suspect_short", "score", observed.limits["suspect_short.score"])


def _at(observed: Observed, level: str) -> list[int]:
    return [i for i, found in enumerate(observed.shorts.level) if found == level]


def _finding(observed: Observed, i: int, name: str, feature: str, limit: float) -> Finding:
    value = float(getattr(observed.shorts, feature)[i])
    return Finding(i, name, value, limit, f"{observed.label(i)}: {observed.shorts.reasons[i]}")
