"""Which arcs the data hold: spectra whose arc is in doubt are fitted once more with one arc less.

An arc that is not there still gets values: tiny ones, huge ones outside of the band, or a piece of its neighbour, whose
place it may take. Its own error does not tell. So the question is put as for circuits: by the Bayesian information
criterion with and without the arc (Schwarz, Ann. Stat. 6 (1978) 461).
"""

from __future__ import annotations

from itertools import combinations
from typing import Any, NamedTuple

import numpy as np

from eisfit.fitting.result import BatchFit, SeriesFit
from eisfit.fitting.series import fit
from eisfit.medians import median_of
from eisfit.roles.assign import GRAIN, INTERFACE, Roles
from eisfit.roles.structure import Arc
from eisfit.spectrum import Bools, Floats, Indices

LOUD = 0.2
"""Relative standard error of its resistance above which an arc is in doubt."""
CLOSE = 10.0
"""Ratio of two time constants below which both arcs are in doubt."""
ENOUGH = 0.1
"""Share of spectra without doubt from which they say what is usual."""
PLAIN = (("R", "Q"), ("R", "C"))
"""Arcs that can be taken out by a resistance of nothing."""
STRONG = 6.0
"""A rise of the criterion from which the evidence for an arc is strong (Kass & Raftery, J. Am. Stat. Assoc. 90 (1995)
773): less comes about by chance where an arc may lie anywhere in the band."""
ROUNDING = 1e-6
LOWER = 12.0
"""A fall of chi2 in units of the noise, 3.5 standard deviations, that no fit leaves which is at its own minimum."""
NOTHING = 1e-9
"""Ohm: a resistance that no spectrum shows."""


class Doubt(NamedTuple):
    """One arc along the series, (N,) each: rise of the criterion without it, NaN where nobody asked.

    `without`: by role the resistances (N,) of the fit with one arc less, NaN where this arc is not the one that went.
    `merged`: where the arc left has about the usual resistance of both: they are one arc there, none went. `misled`:
    where the fit without the arc is the lower one: bounds or a false minimum hold the fit with it, and nobody knows.
    """

    rise: Floats
    without: dict[str, Floats]
    merged: Bools
    misled: Bools


def doubts(fits: SeriesFit, roles: Roles, least_rise: float = STRONG) -> dict[str, Doubt]:
    """Every plain arc by its role: how much worse the fit becomes without an arc, where one is in doubt.

    Of two arcs that share one process, the arc that went is the one whose usual time constant and capacitance the
    remaining fit does not show; one arc a spectrum. Where no spectrum is without doubt, a single arc that is left
    counts as the interface, in a blocking cell as the grain boundaries. Fits with shared parameters or weights of the
    caller's own are not asked.
    """
    arcs = {role: arc for role, arc in roles.arcs.items() if _removable(fits, arc)}
    n = len(fits)
    nothing = {role: Doubt(np.full(n, np.nan), {}, np.zeros(n, bool), np.zeros(n, bool)) for role in arcs}
    doubted = {role: rows for role, rows in _doubted(fits, roles, arcs).items() if rows.any()}
    if not doubted or fits.options.shared or fits.weights is not None:
        return nothing
    usual = _usual(fits, arcs, doubted)
    trials = {role: _trial(fits, arcs, role, np.flatnonzero(rows), usual) for role, rows in doubted.items()}
    last = GRAIN if fits.series.cell.type == "blocking" else INTERFACE
    return _judged(arcs, trials, (usual, least_rise, last), nothing)


def _removable(fits: SeriesFit, arc: Arc) -> bool:
    """A resistor beside a capacitor or CPE whose parameters are all free."""
    bound = set(fits.options.bound)
    parameters = [fits.circuit.parameters[k] for k in arc.columns]
    return arc.kind in PLAIN and not any(p.fixed or p.name in bound for p in parameters)


def _doubted(fits: SeriesFit, roles: Roles, arcs: dict[str, Arc]) -> dict[str, Bools]:
    """Where an arc has a loud resistance or a parameter at a bound, or where another arc is close to it."""
    values = fits.values
    fitted = _fitted(fits) & ~_at_stated_bound(fits)
    out = {}
    for role, arc in arcs.items():
        value, stderr = fits.column(arc.resistor)
        out[role] = ~(stderr <= LOUD * np.abs(value)) | fits.at_bound[:, list(arc.columns)].any(axis=1)
    for one, other in combinations(arcs, 2):
        near = np.abs(np.log(arcs[one].tau(values) / arcs[other].tau(values))) < np.log(CLOSE)
        out[one], out[other] = out[one] | near, out[other] | near
    return {role: rows & fitted for role, rows in out.items()}


def _usual(fits: SeriesFit, arcs: dict[str, Arc], doubted: dict[str, Bools]) -> dict[str, Floats]:
    """Median values (P,) of the spectra in which no arc is in doubt, by role; none where these are but a few."""
    good = ~np.any([doubted[role] for role in doubted], axis=0) & fits.usable & _fitted(fits)
    return {role: median_of(fits.values[good], axis=0) for role in arcs} if good.mean() >= ENOUGH else {}


def _fitted(fits: SeriesFit) -> Bools:
    """Spectra (N,) with finite values within their bounds, to a rounding error."""
    lower, upper = _bounds(fits)
    inside = (fits.values >= lower - ROUNDING * np.abs(lower)) & (fits.values <= upper + ROUNDING * np.abs(upper))
    out: Bools = np.isfinite(fits.cost) & inside.all(axis=1) & np.isfinite(fits.values).all(axis=1)
    return out


def _at_stated_bound(fits: SeriesFit) -> Bools:
    """Spectra (N,) of which a bound that somebody gave decided a parameter: what is missed there is not the data's."""
    declared = [p for leaf in fits.circuit.root.leaves() for p in leaf.element.params]
    pairs = list(zip(fits.circuit.parameters, declared, strict=True))
    below = np.array([p.lower > d.lower for p, d in pairs], dtype=bool)
    above = np.array([p.upper < d.upper for p, d in pairs], dtype=bool)
    lower, upper = (np.array([getattr(p, side) for p, _ in pairs]) for side in ("lower", "upper"))
    nearer_to_lower = np.abs(fits.values - lower) < np.abs(fits.values - upper)
    held: Bools = np.asarray(fits.at_bound & np.where(nearer_to_lower, below, above))
    return np.asarray(held.any(axis=1))


def _bounds(fits: SeriesFit) -> tuple[Floats, Floats]:
    """Lower and upper bound of every parameter (P,); a fixed one has none."""
    parameters = fits.circuit.parameters
    lower = np.array([-np.inf if p.fixed else p.lower for p in parameters])
    return lower, np.array([np.inf if p.fixed else p.upper for p in parameters])


class _Trial(NamedTuple):
    """Fits without one arc: of which spectra (M,), the fits, the rise of the criterion (M,), is the cost lower (M,)."""

    rows: Indices
    fits: BatchFit
    rise: Floats
    lower: Bools


def _trial(fits: SeriesFit, arcs: dict[str, Arc], role: str, rows: Indices, usual: dict[str, Floats]) -> _Trial:
    """The spectra `rows` without the arc of a role, the best of a few starts."""
    out = arcs[role]
    base = fits.taken(rows)
    lower, upper = _bounds(fits)
    starts = [np.clip(start, lower, upper) for start in _starts(base.values, arcs, role, usual)]
    members = [
        fits.series[i].masked(fits.outliers[i], "outlier of the robust fit") if fits.outliers else fits.series[i]
        for i in rows.tolist()
    ]
    fixed = {fits.names[k]: float(median_of(base.values[:, k])) for k in out.columns}
    fixed[out.resistor] = NOTHING
    bounds = {out.resistor: (NOTHING, fits.circuit.parameter(out.resistor).upper)}  # a stated bound keeps no arc alive
    options: dict[str, Any] = {"weighting": fits.options.weighting, "tied": dict(fits.options.tied), "bounds": bounds}
    repeated = fits.series.with_(spectra=members * len(starts))
    tried = fit(repeated, fits.circuit, start=np.concatenate(starts), fixed=fixed, **options)
    cost = np.where(np.isfinite(tried.cost), tried.cost, np.inf).reshape(len(starts), len(rows))
    best = tried.taken(np.argmin(cost, axis=0) * len(rows) + np.arange(len(rows)))
    return _Trial(rows, best, best.bic - base.bic, best.cost < base.cost - LOWER * base.chi2_reduced)


def _starts(values: Floats, arcs: dict[str, Arc], role: str, usual: dict[str, Floats]) -> list[Floats]:
    """Start values (M, P): as fitted; the usual ones; and with the removed arc in the place of each other one."""
    out = [values]
    if usual:
        out.append(np.tile(usual[role], (len(values), 1)))
    for other, arc in arcs.items():
        if other != role and arc.kind == arcs[role].kind:
            moved = values.copy()
            moved[:, list(arc.columns)] = values[:, list(arcs[role].columns)]
            moved[:, arc.columns[0]] += values[:, arc.columns[0]]
            out.append(moved)
    return out


def _judged(
    arcs: dict[str, Arc], trials: dict[str, _Trial], by: tuple[dict[str, Floats], float, str], out: dict[str, Doubt]
) -> dict[str, Doubt]:
    """The doubts of every arc; where one arc is too many, on the arc that the remaining fit lacks.

    by: the usual values of each arc, the rise of the criterion that an arc must be worth, what a single arc counts as.
    """
    usual, least_rise, last = by
    for i in np.unique(np.concatenate([trial.rows for trial in trials.values()])).tolist():
        asked = {role: int(np.flatnonzero(t.rows == i)[0]) for role, t in trials.items() if (t.rows == i).any()}
        if any(trials[role].lower[at] for role, at in asked.items()):
            for role in asked:
                out[role].misled[i] = True
            continue
        rises = {role: float(trials[role].rise[at]) for role, at in asked.items()}
        least = min(rises, key=lambda role: rises[role])
        values = trials[least].fits.values[asked[least]]
        gone = _missing(values, arcs, least, usual) if usual else _unlike(arcs, least, last)
        if not rises[least] < least_rise:
            for role, rise in rises.items():
                out[role].rise[i] = rise
            continue
        out[gone].rise[i] = rises[least]
        left = [arcs[role] for role in arcs if role != least]
        out[gone].merged[i] = bool(usual) and _both(values, arcs, least, usual)
        for role, arc in zip((role for role in arcs if role != gone), left, strict=True):
            out[gone].without.setdefault(role, np.full(out[gone].rise.shape, np.nan))[i] = values[arc.columns[0]]
    return out


def _missing(values: Floats, arcs: dict[str, Arc], removed: str, usual: dict[str, Floats]) -> str:
    """The role that the arcs of a fit (P,) without one lack: the one without which the others are nearest to theirs."""
    left = [role for role in arcs if role != removed]
    places = {role: _place(usual[role], arc) for role, arc in arcs.items()}
    found = [_place(values, arcs[role]) for role in left]

    def distance(gone: str) -> float:
        rest = [role for role in arcs if role != gone]
        return float(sum(np.sum((found[k] - places[role]) ** 2) for k, role in enumerate(rest)))

    return min(arcs, key=distance)


def _unlike(arcs: dict[str, Arc], removed: str, last: str) -> str:
    """Of two arcs the one that is not called `last`, of more the removed one."""
    others = [role for role in arcs if role != last]
    return others[0] if len(arcs) == 2 and len(others) == 1 else removed


def _both(values: Floats, arcs: dict[str, Arc], removed: str, usual: dict[str, Floats]) -> bool:
    """Whether the arcs left sum to the usual resistance of all, rather than to that of all but the smallest."""
    all_ = [float(usual[role][arc.columns[0]]) for role, arc in arcs.items()]
    left = float(sum(values[arc.columns[0]] for role, arc in arcs.items() if role != removed))
    return abs(left - sum(all_)) < min(abs(left - (sum(all_) - one)) for one in all_)


def _place(values: Floats, arc: Arc) -> Floats:
    """ln tau and ln C of an arc in one fit (P,)."""
    return np.log([float(arc.tau(values[None])[0]), float(arc.capacitance(values[None])[0])])
