"""Flags of the identity of arcs: too close to be told apart, crossing, gone."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

import numpy as np

from eisfit.limits import Limit
from eisfit.numbers import quantity
from eisfit.roles.assign import BULK, GRAIN, SE_TOTAL, rank_of
from eisfit.spectrum import Bools, Floats
from eisfit.tracking.flags._base import Observed, flag
from eisfit.tracking.resolution import STRONG, Doubt
from eisfit.tracking.track import Finding

DETERMINED = 0.5
"""Relative standard error of a resistance up to which its arc counts as there."""
SELDOM = 0.5
"""Share of the spectra below which two arcs seen together do not tell their usual order."""
MOVED = 2.0
"""Standard errors by which a resistance may differ from that of a fit with one arc less."""


@flag(
    "merged_arcs",
    "Two arcs have nearly the same time constant: how their resistance is shared is not determined.",
    Limit("merged_arcs.ratio", 10.0, "", "ratio of two time constants below which their arcs count as merged"),
    Limit("merged_arcs.n", 0.6, "", "exponent of an arc below which more than one process hides in it"),
)
def merged_arcs(observed: Observed) -> Iterator[Finding]:
    """Pairs of arcs whose time constants are close or that are one, and arcs that are flat."""
    yield from _close(observed)
    yield from _one(observed)
    limit = observed.limits["merged_arcs.n"]
    for role, arc in observed.roles.arcs.items():
        n = arc.exponent(observed.fits.values)
        for i in np.flatnonzero(n < limit):
            said = f"{observed.label(i)}: more than one process hides in the arc of {role}: it is flat (n = {n[i]:.2g})"
            yield Finding(int(i), "merged_arcs", float(n[i]), limit, said)


def _close(observed: Observed) -> Iterator[Finding]:
    limit, values = observed.limits["merged_arcs.ratio"], observed.fits.values
    for (one, a), (other, b) in combinations(observed.roles.arcs.items(), 2):
        apart = np.exp(np.abs(np.log(a.tau(values) / b.tau(values))))
        for i in np.flatnonzero((apart < limit) & ~_lost(observed)):
            said = (
                f"{observed.label(i)}: {one} and {other} are merged, their sum is better known than either: their time "
                f"constants differ by a factor of {apart[i]:.2g} only"
            )
            yield Finding(int(i), "merged_arcs", float(apart[i]), limit, said)


def _one(observed: Observed) -> Iterator[Finding]:
    """Arcs that are one: the spectrum is fitted as well without one of them, and the other has the sum."""
    limit = observed.limits["vanished_arc.bic"]
    for role, doubt in observed.doubts.items():
        for i in np.flatnonzero((doubt.rise < limit) & doubt.merged):
            said = f"{observed.label(i)}: {role} is one arc with another: without it {_rest(doubt, int(i))}, for both"
            yield Finding(int(i), "merged_arcs", float(doubt.rise[i]), limit, said)
            yield from _not_determined(observed, role, int(i), "is one arc with another")


def _lost(observed: Observed) -> Bools:
    """Spectra (N,) whose data do not need one of the arcs: what its values are says nothing about it."""
    limit = observed.limits["vanished_arc.bic"]
    rises = [doubt.rise < limit for doubt in observed.doubts.values()]
    return np.any(rises, axis=0) if rises else np.zeros(len(observed.fits), bool)


@flag("crossed_arcs", "Two arcs changed the order of their time constants along the series.")
def crossed_arcs(observed: Observed) -> Iterator[Finding]:
    """The first spectrum of every stretch in which two arcs stand in another order than at the start."""
    values = observed.fits.values
    for (one, a), (other, b) in combinations(observed.roles.arcs.items(), 2):
        apart = np.log(b.tau(values) / a.tau(values))
        known = np.isfinite(apart) & ~_lost(observed)
        seldom = known.sum() < SELDOM * known.size
        usual = np.sign(apart[known][0]) if known.any() else 0.0
        if seldom and rank_of(one) != rank_of(other):
            usual = np.sign(rank_of(other) - rank_of(one))
        other_way = known & (np.sign(apart) == -usual)
        if seldom and other_way.any():
            yield from _nameless(observed, (one, other), apart, known)
        order = np.flatnonzero(known)
        starts = other_way[order] & ~np.r_[False, other_way[order][:-1]]
        for i in order[starts]:
            said = f"{observed.label(i)}: from here the arcs of {one} and {other} have changed order"
            yield Finding(int(i), "crossed_arcs", float(np.exp(apart[i])), 1.0, said)


def _nameless(observed: Observed, roles: tuple[str, str], apart: Floats, known: Bools) -> Iterator[Finding]:
    """Where two arcs are seldom seen together and not in one order, nothing tells which of them is which."""
    one, other = roles
    for i in np.flatnonzero(known).tolist():
        said = (
            f"{observed.label(i)}: it is not known which arc is {one} and which {other}: most spectra show one of them "
            "only, and where both are seen their order changes"
        )
        for role in roles:
            yield Finding(i, f"unresolved_{role}", float(np.exp(apart[i])), 1.0, said, role)


@flag(
    "vanished_arc",
    "The spectrum is fitted as well without this arc: it cannot be told from nothing.",
    Limit("vanished_arc.bic", STRONG, "", "rise of the BIC without an arc below which it counts as gone"),
)
def vanished_arc(observed: Observed) -> Iterator[Finding]:
    """Arcs that the data do not need; their resistance is not determined, nor is that of an arc that shares with it."""
    limit = observed.limits["vanished_arc.bic"]
    for role, doubt in observed.doubts.items():
        for i in np.flatnonzero((doubt.rise < limit) & ~doubt.merged):
            yield Finding(int(i), "vanished_arc", float(doubt.rise[i]), limit, _gone(observed, role, int(i)))
            yield from _not_determined(observed, role, int(i), "cannot be told from nothing")


def _not_determined(observed: Observed, role: str, i: int, why: str) -> Iterator[Finding]:
    """The role, and those that share with it, are not determined."""
    doubt, limit = observed.doubts[role], observed.limits["vanished_arc.bic"]
    for other in _with_sum((role, *_moved(observed, doubt, i))):
        said = f"{observed.label(i)}: the data do not tell {other}: {role} {why}"
        yield Finding(i, f"unresolved_{other}", float(doubt.rise[i]), limit, said, other)


def _gone(observed: Observed, role: str, i: int) -> str:
    doubt = observed.doubts[role]
    others = _rest(doubt, i)
    instead = f"; without it {others}" if others else ""
    return f"{observed.label(i)}: the data do not need the arc of {role} (BIC {doubt.rise[i]:+.3g} without it){instead}"


def _rest(doubt: Doubt, i: int) -> str:
    """The other resistances in the fit without an arc."""
    return ", ".join(f"{name} = {quantity(v[i], 'ohm')}" for name, v in doubt.without.items() if np.isfinite(v[i]))


def _moved(observed: Observed, doubt: Doubt, i: int) -> Iterator[str]:
    """The roles whose resistance in the full fit is not the one without the arc that went, within two errors."""
    for role, values in doubt.without.items():
        value, stderr = (column[i] for column in observed.fits.column(observed.roles.resistances[role]))
        if np.isfinite(values[i]) and not abs(value - values[i]) <= MOVED * stderr:
            yield role


def _with_sum(roles: tuple[str, ...]) -> tuple[str, ...]:
    """R_SE_total beside the roles where R_GB shares with an arc that is not of the electrolyte."""
    return (*roles, SE_TOTAL) if GRAIN in roles and set(roles) - {BULK, GRAIN} else roles


@flag("appeared_arc", "An arc that the spectra before did not show is there from here on.")
def appeared_arc(observed: Observed) -> Iterator[Finding]:
    """The first spectrum after a stretch without an arc in which its resistance is determined."""
    limit = observed.limits["vanished_arc.bic"]
    for role, doubt in observed.doubts.items():
        gone = (doubt.rise < limit) & ~doubt.merged
        value, stderr = observed.fits.column(observed.roles.resistances[role])
        bound = observed.fits.at_bound[:, list(observed.roles.arcs[role].columns)].any(axis=1)
        there = ~(doubt.rise < limit) & (stderr <= DETERMINED * np.abs(value)) & ~bound
        told = np.flatnonzero(gone | there)
        for i in told[1:][gone[told][:-1] & there[told][1:]]:
            said = f"{observed.label(i)}: from here the arc of {role} is there; before it was not"
            yield Finding(int(i), "appeared_arc", float(doubt.rise[i]), limit, said)
