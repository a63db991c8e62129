"""Flags of the fit: not converged, at a bound, not resolved."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from eisfit.fitting.expression import expression
from eisfit.fitting.reach import out_of_reach
from eisfit.fitting.result import SeriesFit
from eisfit.fitting.status import FitStatus
from eisfit.limits import Limit
from eisfit.numbers import frequency_text, quantity
from eisfit.roles.assign import BULK, GRAIN
from eisfit.spectrum import Bools, Floats
from eisfit.tracking.flags._base import Observed, flag, percent
from eisfit.tracking.propagation import propagated, sum_covariance
from eisfit.tracking.track import Finding

TEN = 10.0


@flag("not_converged", "The fit did not reach a minimum: its values are not to be used.")
def not_converged(observed: Observed) -> Iterator[Finding]:
    """Fits that determine no parameter."""
    for i in np.flatnonzero(~observed.fits.usable).tolist():
        cost = float(observed.fits.cost[i])
        yield Finding(i, "not_converged", cost, np.nan, f"{observed.label(i)}: {observed.fits.sentence(i)}")


@flag("open_parameter", "The data leave some parameters open: they have no error, the others have.")
def open_parameter(observed: Observed) -> Iterator[Finding]:
    """Fits that can be used although some parameter is not determined; the value is the number of those."""
    fits = observed.fits
    for i in np.flatnonzero(fits.usable).tolist():
        lost = int((~np.isfinite(fits.stderr[i]) & ~fits.at_bound[i]).sum())
        if lost and fits.status[i] is not FitStatus.CONVERGED:
            yield Finding(i, "open_parameter", float(lost), 0.0, f"{observed.label(i)}: {fits.sentence(i)}")


@flag("uncertain_minimum", "Another minimum of the fit may be the right one: its values would be others.")
def uncertain_minimum(observed: Observed) -> Iterator[Finding]:
    """Fits of which a wide search left a doubt; the value is how much more the next minimum costs."""
    fits = observed.fits
    for i in np.flatnonzero(fits.uncertain & fits.usable).tolist():
        rise = float(fits.rival_rise[i])
        yield Finding(i, "uncertain_minimum", rise, np.nan, f"{observed.label(i)}: {fits.doubt(i)}")
    misled = np.any([doubt.misled for doubt in observed.doubts.values()], axis=0) if observed.doubts else []
    for i in np.flatnonzero(misled).tolist():
        said = f"{observed.label(i)}: with one arc less the misfit is lower: a bound or a false minimum holds this fit"
        yield Finding(i, "uncertain_minimum", np.nan, np.nan, said)


@flag("at_bound", "A parameter ended at a bound of its range: the bound decided, not the data.")
def at_bound(observed: Observed) -> Iterator[Finding]:
    """One finding per parameter that the fit left at a bound."""
    fits = observed.fits
    for i, k in np.argwhere(fits.at_bound):
        p, value = fits.circuit.parameters[k], float(fits.values[i, k])
        upper = abs(value - p.upper) < abs(value - p.lower)
        limit = p.upper if upper else p.lower
        side = "upper" if upper else "lower"
        said = _broken_tie(observed, int(i), int(k), side) or (
            f"{observed.label(i)}: the bound decided {p.name}, not the data: it stopped at its {side} bound, "
            f"{quantity(value, p.unit)}; its error is not known"
        )
        yield Finding(int(i), "at_bound", value, limit, said)


def _broken_tie(observed: Observed, i: int, k: int, side: str) -> str:
    """What is to be said of a parameter that follows a formula, which asks for a value beyond its bounds."""
    fits = observed.fits
    p, values = fits.circuit.parameters[k], fits.values[i]
    text = fits.formulas.get(p.name)
    if text is None:
        return ""
    known = {name: np.asarray(v) for name, v in zip(fits.circuit.names, values.tolist(), strict=True)}
    asked = float(expression(p.name, text).at(known)[0])
    if np.isclose(asked, values[k], rtol=1e-6):
        return ""
    return (
        f"{observed.label(i)}: the tie {p.name} = {text} does not hold: it asks for {quantity(asked, p.unit)}, but "
        f"{p.name} stopped at its {side} bound, {quantity(float(values[k]), p.unit)}; change the bound or the tie"
    )


@flag(
    "unresolved_",
    "The data do not determine this resistance.",
    Limit("unresolved.stderr", 1.0, "", "relative standard error above which a resistance is not resolved"),
    Limit(
        "unresolved.apex", 0.5, "", "share of the highest frequency above which the apex of the R_GB arc is too fast"
    ),
    Limit(
        "unresolved.inseparable", 0.1, "", "relative standard error above which a fast arc is not told from R_SE_bulk"
    ),
    Limit(
        "unresolved.reach", 10.0, "", "factor by which an apex may lie outside of the band; 1 where the circuit misses"
    ),
)
def unresolved(observed: Observed) -> Iterator[Finding]:
    """Error unknown or too large, an arc out of reach; or R_SE_bulk and R_GB that only their sum determines."""
    for role in observed.roles.resistances:
        yield from _undetermined(observed, role)
    if {BULK, GRAIN} <= observed.roles.resistances.keys() and GRAIN in observed.roles.arcs:
        yield from _inseparable(observed)


def _undetermined(observed: Observed, role: str) -> Iterator[Finding]:
    fits, limit = observed.fits, observed.limits["unresolved.stderr"]
    name = observed.roles.resistances[role]
    value, k, relative = fits.column(name)[0], fits.names.index(name), _relative(fits, name)
    lost = ~(relative <= limit) | fits.at_bound[:, k]
    away, far = _outside(observed, role)
    open_ = np.flatnonzero((lost | far) & (not fits.circuit.parameters[k].fixed))
    instead = _instead(observed) if open_.size and role in (BULK, GRAIN) else [""] * len(fits)
    for i in open_:
        why = _why(float(relative[i])) if lost[i] else _unseen(float(away[i]))
        said = f"{observed.label(i)}: the data do not tell {role} ({quantity(value[i], 'ohm')} in the fit): {why}"
        said += f"; they tell {instead[i]}" if instead[i] else ""
        yield Finding(int(i), f"unresolved_{role}", float(relative[i]), limit if lost[i] else np.nan, said, role)


def _outside(observed: Observed, role: str) -> tuple[Floats, Bools]:
    """The apex (N,) in Hz of the arc of a role, and where its resistance goes too far beyond the measured band.

    Its error leaves it open; or the apex is further away than the limit. An extrapolation is as good as its circuit:
    where this misses the data there is none.
    """
    fits, name = observed.fits, observed.roles.resistances[role]
    far: Bools = np.array(out_of_reach(fits.circuit, fits.values, fits.stderr, fits.band)[:, fits.names.index(name)])
    if role not in observed.roles.arcs:
        return np.full(len(fits), np.nan), far
    apex = observed.roles.arcs[role].apex(fits.values)
    factor = np.fmax(fits.band[:, 0] / apex, apex / fits.band[:, 1])
    at = observed.missed()
    far[at] |= factor[at] > 1
    return apex, far | (factor > observed.limits["unresolved.reach"])


def _instead(observed: Observed) -> list[str]:
    """R_SE_total with its error, where the data determine the sum of R_SE_bulk and R_GB although not both parts."""
    fits, roles, limits = observed.fits, observed.roles.resistances, observed.limits
    if not {BULK, GRAIN} <= roles.keys():
        return [""] * len(fits)
    columns = [fits.names.index(roles[role]) for role in (BULK, GRAIN)]
    covariance = sum_covariance(fits, columns)
    value, stderr = propagated(lambda v: v[:, columns].sum(axis=1), fits.values, covariance, columns)
    known = stderr <= limits["unresolved.inseparable"] * value
    for doubt in observed.doubts.values():
        known &= ~(doubt.rise < limits["vanished_arc.bic"])
    said = [f"R_SE_total = {quantity(v, 'ohm', e)}" for v, e in zip(value.tolist(), stderr.tolist(), strict=True)]
    return [text if ok else "" for text, ok in zip(said, known, strict=True)]


def _relative(fits: SeriesFit, name: str) -> Floats:
    """Relative standard error of one parameter, (N,)."""
    value, stderr = fits.column(name)
    out: Floats = stderr / np.abs(value)
    return out


def _why(relative: float) -> str:
    if not np.isfinite(relative):
        return "its error is not known"
    return f"its standard error is {percent(relative)}" if relative < TEN else "its standard error is above 1,000 %"


def _unseen(apex: float) -> str:
    if np.isfinite(apex):
        return f"the apex of its arc, {frequency_text(apex)}, is not measured"
    return "it shares with an arc whose apex is not measured"


def _inseparable(observed: Observed) -> Iterator[Finding]:
    """The apex of the R_GB arc near or beyond the band, and R_SE_bulk or R_GB worse than the stated error."""
    fits, limits = observed.fits, observed.limits
    top = np.array([s.frequency[s.used].max() if s.used.any() else np.nan for s in fits.series])
    apex = observed.roles.arcs[GRAIN].apex(fits.values)
    relative = {role: _relative(fits, observed.roles.resistances[role]) for role in (BULK, GRAIN)}
    worst = np.fmax(relative[BULK], relative[GRAIN])
    instead = _instead(observed)
    fast = (apex > limits["unresolved.apex"] * top) & (worst > limits["unresolved.inseparable"])
    for i in np.flatnonzero(fast):
        said = (
            f"{observed.label(i)}: R_SE_bulk and R_GB are not told apart, use {instead[i] or 'R_SE_total'}: the apex "
            f"of the R_GB arc, {frequency_text(apex[i])}, is too near to the highest frequency, "
            f"{frequency_text(top[i])}"
        )
        limit = float(limits["unresolved.apex"] * top[i])
        for role in (r for r in relative if relative[r][i] <= limits["unresolved.stderr"]):
            yield Finding(int(i), f"unresolved_{role}", float(apex[i]), limit, said, role)
