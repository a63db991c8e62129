"""Flags of the fit: not converged, at a bound, not resolved."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from eisfit.fitting.status import FitStatus
from eisfit.tracking.flags._base import Evidence, flag, percent
from eisfit.tracking.limits import Limit
from eisfit.tracking.roles import BULK, GRAIN
from eisfit.tracking.track import Finding


@flag("not_converged", "The fit did not reach a minimum: its values are not to be used.")
def not_converged(evidence: Evidence) -> Iterator[Finding]:
    """Every status but CONVERGED."""
    for i, status in enumerate(evidence.fits.status):
        if status is not FitStatus.CONVERGED:
            cost = float(evidence.fits.cost[i])
            yield Finding(i, "not_converged", cost, np.nan, f"{evidence.label(i)}: {status.sentence}")


@flag("at_bound", "A parameter ended at a bound of its range: the bound decided, not the data.")
def at_bound(evidence: Evidence) -> Iterator[Finding]:
    """One finding per parameter that the fit left at a bound."""
    fits = evidence.fits
    for i, k in np.argwhere(fits.at_bound):
        p, value = fits.circuit.parameters[k], float(fits.values[i, k])
        upper = abs(value - p.upper) < abs(value - p.lower)
        limit = p.upper if upper else p.lower
        side = "upper" if upper else "lower"
        said = f"{evidence.label(i)}: {p.name} = {value:.4g} lies at its {side} bound; its error is not known"
        yield Finding(int(i), "at_bound", value, limit, said)


@flag(
    "unresolved_",
    "The data do not determine this resistance.",
    Limit("unresolved.stderr", 1.0, "", "relative standard error above which a resistance is not determined"),
    Limit(
        "unresolved.apex", 0.5, "", "share of the highest frequency above which the apex of the R_GB arc is too fast"
    ),
    Limit(
        "unresolved.inseparable", 0.1, "", "relative standard error above which a fast arc is not told from R_SE_bulk"
    ),
)
def unresolved(evidence: Evidence) -> Iterator[Finding]:
    """Standard error unknown or too large; or R_SE_bulk and R_GB that only their sum determines."""
    for role in evidence.roles.resistances:
        yield from _undetermined(evidence, role)
    if {BULK, GRAIN} <= evidence.roles.resistances.keys() and GRAIN in evidence.roles.arcs:
        yield from _inseparable(evidence)


def _undetermined(evidence: Evidence, role: str) -> Iterator[Finding]:
    fits, limit = evidence.fits, evidence.limits["unresolved.stderr"]
    value, stderr = fits.column(evidence.roles.resistances[role])
    k = fits.names.index(evidence.roles.resistances[role])
    with np.errstate(divide="ignore", invalid="ignore"):
        relative = stderr / np.abs(value)
    lost = ~(relative <= limit) | fits.at_bound[:, k]
    for i in np.flatnonzero(lost & (not fits.circuit.parameters[k].fixed)):
        why = f"its standard error is {percent(relative[i])}" if np.isfinite(relative[i]) else "its error is not known"
        said = f"{evidence.label(i)}: {role} = {value[i]:.4g} ohm is not determined by the data: {why}"
        yield Finding(int(i), f"unresolved_{role}", float(relative[i]), limit, said)


def _inseparable(evidence: Evidence) -> Iterator[Finding]:
    """The apex of the R_GB arc near or beyond the band, and R_SE_bulk or R_GB worse than the stated error."""
    fits, limits = evidence.fits, evidence.limits
    top = np.array([s.frequency[s.used].max() if s.used.any() else np.nan for s in fits.series])
    apex = evidence.roles.arcs[GRAIN].apex(fits.values)
    worst = np.zeros(len(fits))
    with np.errstate(divide="ignore", invalid="ignore"):
        for role in (BULK, GRAIN):
            value, stderr = fits.column(evidence.roles.resistances[role])
            worst = np.fmax(worst, stderr / np.abs(value))
        fast = (apex > limits["unresolved.apex"] * top) & (worst > limits["unresolved.inseparable"])
    for i in np.flatnonzero(fast & (worst <= limits["unresolved.stderr"])):
        said = (
            f"{evidence.label(i)}: the apex of the R_GB arc ({apex[i]:.3g} Hz) is too near to the highest frequency "
            f"({top[i]:.3g} Hz): R_SE_bulk and R_GB are not separable, use R_SE_total"
        )
        for role in (BULK, GRAIN):
            yield Finding(int(i), f"unresolved_{role}", float(apex[i]), limits["unresolved.apex"] * top[i], said)
