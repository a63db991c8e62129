"""Which single spectra of a series are shown: all of a short one, of a long one those that tell most."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from eisfit.plots.branches import thinned
from eisfit.study import Study
from eisfit.verdicts import verdicts

ALL_UP_TO = 24
"""Series of so many spectra are shown whole, longer ones by this many of their spectra."""
MOST_NAMED = 48
"""So many are shown where page 1 names more."""
WORST = 6


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
        why.setdefault(study.track.flagged(flag)[0], f"first with {flag}")
    for name, role in study.track.roles.items():
        if np.isfinite(role.value).any():
            why.setdefault(int(np.nanargmin(role.value)), f"lowest {name}")
            why.setdefault(int(np.nanargmax(role.value)), f"highest {name}")
    others = np.array([i for i in range(n) if i not in why], dtype=np.int64)
    for i in thinned(others, max(most - len(why), 0)).tolist():
        why[i] = "in between"
    return [Chosen(i, why[i]) for i in sorted(list(why)[:most])]
