"""Flags of the identity of arcs: too close to be told apart, crossing, gone."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

import numpy as np

from eisfit.tracking.flags._base import Observed, flag
from eisfit.tracking.limits import Limit
from eisfit.tracking.track import Finding


@flag(
    "merged_arcs",
    "Two arcs have nearly the same time constant: how their resistance is shared is not determined.",
    Limit("merged_arcs.ratio", 10.0, "", "ratio of two time constants below which their arcs count as merged"),
    Limit("merged_arcs.n", 0.6, "", "exponent of an arc below which more than one process hides in it"),
)
def merged_arcs(observed: Observed) -> Iterator[Finding]:
    """Pairs of arcs whose time constants are close, and arcs that are flat."""
    yield from _close(observed)
    limit = observed.limits["merged_arcs.n"]
    for role, arc in observed.roles.arcs.items():
        n = arc.exponent(observed.fits.values)
        for i in np.flatnonzero(n < limit):
            said = f"{observed.label(i)}: {role} has a flat arc (n = {n[i]:.2g}): it hides more than one process"
            yield Finding(int(i), "merged_arcs", float(n[i]), limit, said)


def _close(observed: Observed) -> Iterator[Finding]:
    limit, values = observed.limits["merged_arcs.ratio"], observed.fits.values
    for (one, a), (other, b) in combinations(observed.roles.arcs.items(), 2):
        apart = np.exp(np.abs(np.log(a.tau(values) / b.tau(values))))
        for i in np.flatnonzero(apart < limit):
            said = (
                f"{observed.label(i)}: the time constants of {one} and {other} differ by a factor of {apart[i]:.2g}: "
                "the arcs are merged, their sum is better known than either"
            )
            yield Finding(int(i), "merged_arcs", float(apart[i]), limit, said)


@flag("crossed_arcs", "Two arcs changed the order of their time constants along the series.")
def crossed_arcs(observed: Observed) -> Iterator[Finding]:
    """The first spectrum of every stretch in which two arcs stand in another order than at the start."""
    values = observed.fits.values
    for (one, a), (other, b) in combinations(observed.roles.arcs.items(), 2):
        apart = np.log(b.tau(values) / a.tau(values))
        known = np.isfinite(apart)
        usual = np.sign(apart[known][0]) if known.any() else 0.0
        other_way = known & (np.sign(apart) == -usual)
        starts = other_way & ~np.r_[False, other_way[:-1]]
        for i in np.flatnonzero(starts):
            said = f"{observed.label(i)}: from here the arcs of {one} and {other} have changed order"
            yield Finding(int(i), "crossed_arcs", float(np.exp(apart[i])), 1.0, said)


@flag(
    "vanished_arc",
    "An arc is too small to be told from nothing.",
    Limit("vanished_arc.share", 0.01, "", "share of the sum of all resistances below which an arc counts as gone"),
)
def vanished_arc(observed: Observed) -> Iterator[Finding]:
    """Arcs whose resistance is a negligible share of the sum."""
    fits, limit = observed.fits, observed.limits["vanished_arc.share"]
    columns = {role: fits.column(name)[0] for role, name in observed.roles.resistances.items()}
    if len(columns) < 2:
        return
    total = np.sum(list(columns.values()), axis=0)
    for role in observed.roles.arcs:
        share = columns[role] / total
        for i in np.flatnonzero(share < limit):
            said = f"{observed.label(i)}: the arc of {role} is {100 * share[i]:.2g} % of all resistance: it is gone"
            yield Finding(int(i), "vanished_arc", float(share[i]), limit, said)
