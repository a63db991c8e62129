"""Which single spectra of a series are shown: all of a short one, of a long one those that tell most."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from eisfit.plots.branches import sound, thinned
from eisfit.plots.labels import flag_words
from eisfit.plots.trends import main_roles
from eisfit.study import Study
from eisfit.tables import resolved_values
from eisfit.verdicts import verdicts

ALL_UP_TO = 24
"""Series of so many spectra are shown whole, longer ones by this many of their spectra."""
MOST_NAMED = 48
"""So many are shown where page 1 names more."""
WORST = 6
TELLING = {
    "hard_short": "Hard short",
    "soft_short": "Soft short",
    "suspect_short": "Suspected short",
    "not_converged": "Not converged",
    "misfit": "Misfit",
    "kk_fail": "Fails the KK test",
}
"""Flags whose first spectrum is shown beside the first and the last, the gravest first."""
CLEAR = 0.1
"""ln of a resistance over that at the nearer end of the series, from which it is worth a picture."""


class Chosen(NamedTuple):
    """A spectrum that is shown, and why."""

    spectrum: int
    why: str


def choose(study: Study, every: bool | None) -> list[Chosen]:
    """The spectra to show: all of a short series; else first, last, those named on page 1, worst fits, extremes."""
    n = len(study.series)
    if every or (every is None and n <= ALL_UP_TO):
        return [Chosen(i, "") for i in range(n)]
    why: dict[int, str] = {0: "first", n - 1: "last"}
    for i in (i for verdict in verdicts(study) for i in verdict.spectra):
        why.setdefault(i, "named on page 1")
    most = max(ALL_UP_TO, min(len(why), MOST_NAMED))
    for i in np.argsort(-np.nan_to_num(study.fits.rms_percent), kind="stable")[:WORST].tolist():
        why.setdefault(i, "large residual")
    for flag in dict.fromkeys(f for flags in study.track.flags for f in flags):
        why.setdefault(study.track.flagged(flag)[0], f"first with {flag_words(flag)}")
    for name, role in study.track.roles.items():
        value = np.where(resolved_values(study.track, name), role.value, np.nan)
        if np.isfinite(value).any():
            why.setdefault(int(np.nanargmin(value)), f"lowest {name}")
            why.setdefault(int(np.nanargmax(value)), f"highest {name}")
    others = np.array([i for i in range(n) if i not in why], dtype=np.int64)
    for i in thinned(others, max(most - len(why), 0)).tolist():
        why[i] = "in between"
    return [Chosen(i, why[i]) for i in sorted(list(why)[:most])]


def first_telling_last(study: Study) -> dict[int, str]:
    """The spectra that stand for a series, each with its name: the first, the gravest or one where it turns, the last.

    Where the gravest is the first or the last one, a third is that where the series turns, or the middle one.
    """
    n = len(study.series)
    middle, most = turning(study) or (n // 2, "Middle")
    telling = next((at[0] for flag in TELLING if (at := study.track.flagged(flag))), middle)
    ends = {0: "First", n - 1: "Last"}
    shown = {middle: most} | ends if telling in ends else {telling: most * (telling == middle)} | ends
    for i, place in shown.items():
        words = next((words for flag, words in TELLING.items() if flag in study.track.flags[i]), "")
        what = f": {words[:1].lower()}{words[1:]}" if words and place else ""
        shown[i] = f"{place or words} (no. {i + 1}){what}"
    return shown


def turning(study: Study) -> tuple[int, str] | None:
    """The spectrum between the first and the last where the last of the resistances is lowest or highest, in words.

    Of both that which lies further from the ends of the series; None where it only rises or falls.
    """
    inner = sound(study, np.arange(1, len(study.series) - 1))
    for name in reversed(main_roles(study)):
        value, own = study.track.roles[name].value, resolved_values(study.track, name)
        at = inner[own[inner] & (value[inner] > 0)]
        ends = np.log(value[[0, -1]]) if min(value[0], value[-1]) > 0 else np.full(2, np.nan)
        if not at.size or not np.isfinite(ends).all():
            continue
        level = np.log(value[at])
        below, above = ends.min() - level.min(), level.max() - ends.max()
        if max(below, above) > CLEAR:
            at, place = (at[np.argmin(level)], "Lowest") if below > above else (at[np.argmax(level)], "Highest")
            return int(at), f"{place} {name}"
    return None
