"""derived.csv: what follows from the parameters, and the evidence for a short, each column declared once.

Formulas: A the area, L the thickness of the electrolyte, R the resistance of an arc, R_e = R_SE_total before it:

    conductivity = L / (R A)                             S/cm, of R_SE_bulk and of R_SE_total = R_SE_bulk + R_GB
    ASR          = R A                                   ohm cm2, R A / 2 per interface of a symmetric cell
    C            = tau / R = Q^(1/n) R^((1-n)/n)         F, distribution through the thickness
    C_brug       = Q^(1/n) (1/R_e + 1/R)^((n-1)/n)       F, distribution along the surface
    f            = 1 / (2 pi tau)                        Hz, the apex

C after Hsu & Mansfeld, Corrosion 57 (2001) 747, C_brug after Brug et al., J. Electroanal. Chem. 176 (1984) 275, both as
compared by Hirschorn et al., Electrochim. Acta 55 (2010) 6218, eqs. 18 and 11. Standard errors by the delta method with
the whole covariance, in which a part at its lower bound moves inside as far as the data let it.

Per interface of a symmetric cell: R / 2 and 2 C.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

import numpy as np

from eisfit.columns import Column, Declared, Group, filled
from eisfit.fitting.profile import Interval, open_ends
from eisfit.fitting.result import SeriesFit
from eisfit.fitting.table import origins, source_column, which
from eisfit.roles import BULK, GRAIN, SE_TOTAL, TOTAL, Arc, Roles, assign_roles
from eisfit.spectrum import Floats, Series
from eisfit.tables.quantities import specific_area, two_interfaces, under_short
from eisfit.tracking.hysteresis import hysteresis
from eisfit.tracking.plausibility import plausible
from eisfit.tracking.propagation import propagated, sum_covariance
from eisfit.tracking.track import Track, taken_track

UM_PER_CM = 1e4
FIRST_OF_SHORTS = "short_level"
NONE: Mapping[str, Interval] = MappingProxyType({})
Pair = tuple[Floats, Floats]


class Derived(NamedTuple):
    """What the columns are made of: fits, track, intervals by role, and the arcs of the roles."""

    fits: SeriesFit
    track: Track
    intervals: Mapping[str, Interval]
    roles: Roles

    @property
    def series(self) -> Series:
        """The series that was fitted."""
        return self.fits.series

    def column_of(self, role: str) -> int | None:
        """The place of the resistance of a role among the parameters."""
        name = self.roles.resistances.get(role)
        return None if name is None else self.fits.names.index(name)

    @property
    def electrolyte(self) -> tuple[int, ...]:
        """The places of R_SE_bulk and R_GB, as far as the circuit has them."""
        return tuple(k for role in (BULK, GRAIN) if (k := self.column_of(role)) is not None)

    def unknown(self) -> Floats:
        """What stands where nothing is known (N,)."""
        return np.full(len(self.fits), np.nan)

    def pair(self, function: Callable[[Floats], Floats], needs: tuple[int, ...]) -> Pair:
        """A function of the parameters `needs`, with its error; in a sum, parts may lie at their lower bound."""
        resistances = {self.column_of(role) for role in self.roles.resistances}
        covariance = sum_covariance(self.fits, needs) if set(needs) <= resistances else self.fits.covariance
        return propagated(function, self.fits.values, covariance, needs)


def _sweep(field: str) -> Callable[[Derived, str], Any]:
    def cells(of: Derived, _: str) -> Any:
        sweeps = of.track.sweeps
        return of.unknown() if sweeps is None else getattr(sweeps, field)

    return cells


def _axis(name: str) -> Callable[[Derived, str], Any]:
    def cells(of: Derived, _: str) -> Any:
        axes = of.track.axes
        return axes[name].values if name in axes else of.unknown()

    return cells


def _sum(role: str) -> Callable[[Derived, str], Pair]:
    def cells(of: Derived, _: str) -> Pair:
        found = of.track.roles.get(role)
        return (of.unknown(), of.unknown()) if found is None else (found.value, found.stderr)

    return cells


def _total(values: Floats, columns: tuple[int, ...]) -> Floats:
    out: Floats = values[:, list(columns)].sum(axis=1) if columns else np.full(len(values), np.nan)
    return out


def _conductivity(of: Derived, needs: tuple[int, ...]) -> Pair:
    """L / (R A); unknown without area or thickness."""
    cell = of.series.cell
    length = (cell.thickness_um or np.nan) / UM_PER_CM / (cell.area_cm2 or np.nan)
    return of.pair(lambda values: length / _total(values, needs), needs)


def _bulk_conductivity(of: Derived, _: str) -> Pair | None:
    bulk = of.column_of(BULK)
    return None if bulk is None else _conductivity(of, (bulk,))


def _total_conductivity(of: Derived, _: str) -> Pair | None:
    return _conductivity(of, of.electrolyte) if len(of.electrolyte) > 1 else None


def _per_area(of: Derived, role: str) -> Pair:
    k, area = of.fits.names.index(of.roles.resistances[role]), specific_area(of.series.cell, role) or np.nan
    return area * of.fits.values[:, k], area * of.fits.stderr[:, k]


def _capacitance(of: Derived, role: str) -> Pair:
    arc = of.roles.arcs[role]
    return of.pair(arc.capacitance, arc.columns)


def _brug(of: Derived, role: str) -> Pair | None:
    """None for the arc of the electrolyte that nothing stands in front of."""
    arc = of.roles.arcs[role]
    if arc.columns[0] in of.electrolyte:
        return None
    needs = tuple(dict.fromkeys((*arc.columns, *of.electrolyte)))
    return of.pair(lambda values: brug(arc, values, of.electrolyte), needs)


def brug(arc: Arc, values: Floats, electrolyte: tuple[int, ...]) -> Floats:
    """Capacitance of a distribution along the surface, with the electrolyte in series."""
    n, R, tau = arc.exponent(values), arc.resistance(values), arc.tau(values)
    out: Floats = tau / R * (1 + R / _total(values, electrolyte)) ** ((n - 1) / n)
    return out


def _apex(of: Derived, role: str) -> Pair:
    arc = of.roles.arcs[role]
    return of.pair(arc.apex, arc.columns)


def _plausible(of: Derived, role: str) -> list[str | None]:
    cell = of.series.cell
    return [plausible(role, c, cell) or None for c in of.roles.arcs[role].capacitance(of.fits.values).tolist()]


def _halved(of: Derived, role: str) -> Pair:
    k = of.fits.names.index(of.roles.resistances[role])
    return of.pair(lambda values: values[:, k] / 2, (k,))


def _doubled(of: Derived, role: str) -> Pair | None:
    arc = of.roles.arcs.get(role)
    return None if arc is None else of.pair(lambda values: 2 * arc.capacitance(values), arc.columns)


def _interfaces(of: Derived) -> tuple[str, ...]:
    return tuple(role for role in of.roles.resistances if two_interfaces(of.series.cell, role))


def _between_branches(of: Derived, role: str) -> Pair | None:
    found = hysteresis(of.series, of.track.axis, of.track.roles[role])
    return (found.value, found.stderr) if np.isfinite(found.value).any() else None


def _errors(of: Derived, _: str) -> list[str]:
    """Where the errors of each spectrum come from."""
    return origins(of.fits, of.track.flagged("misfit"))


def _ends(of: Derived, role: str) -> list[str | None]:
    """Why an interval has no end on a side."""
    k = of.column_of(role)
    if k is None:
        return [None] * len(of.fits)
    return [text or None for text in open_ends(of.fits, of.fits.names[k], of.intervals[role])]


def _short(field: str) -> Callable[[Derived, str], Any]:
    def cells(of: Derived, _: str) -> Any:
        shorts = of.track.shorts
        found = [None] * len(of.fits) if shorts is None else getattr(shorts, field)
        return found if isinstance(found, np.ndarray) else [text or None for text in found]

    return cells


def _under_short(of: Derived, _: str) -> list[str | None]:
    return ["yes" if there else None for there in under_short(of.track, of.fits)]


BRANCHES: Group[Derived] = Group(
    "charge against discharge at the same place of the axis",
    (Declared("KEY_hysteresis", "ohm", "on charge minus on discharge", _between_branches, error=True),),
    keys=lambda of: of.track.roles,
    over_what="role",
)

DERIVED: tuple[Group[Derived], ...] = (
    Group(
        "where a spectrum comes from",
        (
            Declared("spectrum", "", "label", which),
            Declared("file", "", "file it was read from", source_column("path")),
            Declared("sweep", "", "number of the sweep in that file, from 0", source_column("sweep")),
        ),
    ),
    Group(
        "each sweep from start to end, and the rest before it",
        (
            Declared("duration_s", "s", "duration of the sweep", _sweep("duration_s")),
            Declared("charge_start_mAh", "mAh", "charge at its start", _sweep("charge_start_mAh")),
            Declared("charge_end_mAh", "mAh", "charge at its end", _sweep("charge_end_mAh")),
            Declared("soc_start", "", "state of charge at its start", _sweep("soc_start")),
            Declared("soc_end", "", "state of charge at its end", _sweep("soc_end")),
            Declared("rest_potential_V", "V", "potential at the end of the rest before it", _sweep("rest_potential_V")),
            Declared("rest_slope_mV_h", "mV/h", "slope of that potential", _sweep("rest_slope_mV_h")),
        ),
    ),
    Group(
        "the state of the cell as the field names it",
        (
            Declared("dod", "", "depth of discharge", _axis("dod")),
            Declared("lithiation_x", "", "lithium content x of the host", _axis("lithiation")),
            Declared("charge_mAh_g", "mAh/g", "charge per active mass", _axis("mAh/g")),
            Declared("charge_mAh_cm2", "mAh/cm2", "charge per area", _axis("mAh/cm2")),
        ),
    ),
    Group(
        "the misfit in its three usual definitions",
        (
            Declared("chi2", "", "sum of squared weighted residuals", lambda of, _: of.fits.chi2),
            Declared("chi2_reduced", "", "the same over degrees of freedom", lambda of, _: of.fits.chi2_reduced),
            Declared("chi2_zsimpwin", "", "as ZSimpWin gives it", lambda of, _: of.fits.chi2_zsimpwin),
        ),
    ),
    Group(
        "how far errors go",
        (Declared("errors", "", "where standard errors come from, or that they are not to be trusted", _errors),),
    ),
    Group(
        "sums of resistances",
        (
            Declared(SE_TOTAL, "ohm", "R_SE_bulk + R_GB", _sum(SE_TOTAL), error=True),
            Declared(TOTAL, "ohm", "all resistances", _sum(TOTAL), error=True),
        ),
    ),
    Group(
        "intervals, with --intervals profile",
        (
            Declared("KEY_low", "ohm", "lower end of the 95 % interval", lambda of, r: of.intervals[r].lower),
            Declared("KEY_high", "ohm", "upper end of the 95 % interval", lambda of, r: of.intervals[r].upper),
            Declared("KEY_ends", "", "why an end of the interval is none", _ends),
        ),
        keys=lambda of: of.intervals,
        over_what="role",
    ),
    Group(
        "with area and thickness",
        (
            Declared("conductivity_SE_bulk_S_cm", "S/cm", "L / (R_SE_bulk A)", _bulk_conductivity, error=True),
            Declared("conductivity_SE_total_S_cm", "S/cm", "L / (R_SE_total A)", _total_conductivity, error=True),
        ),
    ),
    Group(
        "with the area",
        (Declared("ASR_KEY_ohm_cm2", "ohm cm2", "area-specific resistance R A", _per_area, error=True),),
        keys=lambda of: [role for role in of.roles.resistances if role not in _interfaces(of)],
        over_what="role",
    ),
    Group(
        "each arc",
        (
            Declared("C_ARC_F", "F", "effective capacitance, distribution through the thickness", _capacitance, True),
            Declared("C_ARC_brug_F", "F", "effective capacitance, distribution along the surface", _brug, True),
            Declared("f_ARC_Hz", "Hz", "apex frequency", _apex, True),
            Declared("plausibility_ARC", "", "what such a capacitance is typical of", _plausible),
        ),
        keys=lambda of: of.roles.arcs,
        over_what="arc",
    ),
    Group(
        "each of the two interfaces of a symmetric cell",
        (
            Declared("KEY_per_interface", "ohm", "half of it", _halved, error=True),
            Declared("ASR_KEY_per_interface_ohm_cm2", "ohm cm2", "area-specific, R A / 2", _per_area, error=True),
            Declared("C_ARC_per_interface_F", "F", "twice its capacitance", _doubled, error=True),
        ),
        keys=_interfaces,
        over_what="R_Int",
    ),
    BRANCHES,
    Group(
        "is there a leak",
        (
            Declared(FIRST_OF_SHORTS, "", "ok, suspect, soft, hard, not judged", _short("level")),
            Declared(
                "under_short", "", "yes: resistances and conductivity are those of cell and leak together", _under_short
            ),
            Declared(
                "short_score", "", "log10 of the odds of a leak: how many times as probable as no leak", _short("score")
            ),
            Declared("short_probability", "", "probability that a leak is open", _short("probability")),
            Declared("short_rival", "", "the best explanation without a leak", _short("rival")),
            Declared("short_a", "", "relative fall of the plateau", _short("plateau_fall")),
            Declared("short_b", "", "relative fall of the polarisation", _short("polarisation_fall")),
            Declared("short_c", "", "relative fall of R at low frequency", _short("low_fall")),
            Declared("short_share", "", "share of the direct current that leaks", _short("share")),
            Declared("R_plateau", "ohm", "resistance of the electrolyte's plateau", _short("R_plateau")),
            Declared("P", "", "polarisation share", _short("polarisation")),
            Declared("R_low_frequency", "ohm", "resistance at low frequency", _short("R_low")),
            Declared("heating_K", "K", "heating that would do the same", _short("heating_K")),
            Declared("R_short", "ohm", "resistance of the leak", _short("R_short")),
            Declared("R_short_low", "ohm", "lower end of its 95 % interval", _short("R_short_low")),
            Declared("R_short_high", "ohm", "upper end of its 95 % interval", _short("R_short_high")),
            Declared("R_short_bound", "ohm", "no leak lies below", _short("bound")),
            Declared("leak_chi2_gain", "", "fall of chi2 with a leak beside the circuit; no odds", _short("chi2_gain")),
            Declared("R_short_by", "", "how R_short was measured", _short("method")),
            Declared("short_trace", "", "what the voltage says", _short("trace")),
            Declared("short_reason", "", "why", _short("reasons")),
        ),
    ),
)
"""derived.csv."""


def derived_columns(fits: SeriesFit, track: Track, intervals: Mapping[str, Interval] = NONE) -> list[Column]:
    """The columns of derived.csv; of a series with several circuits those of each, in one table."""
    if fits.parts:
        return _of_parts(fits, track, intervals)
    roles = assign_roles(fits.circuit, chosen=track.assigned)
    with np.errstate(all="ignore"):  # failed fits may hold any numbers: what follows from them is unknown
        return list(filled(DERIVED, Derived(fits, track, intervals, roles)))


def _of_parts(fits: SeriesFit, track: Track, intervals: Mapping[str, Interval]) -> list[Column]:
    """The columns of every circuit, one after the other where they differ; cells of the others are empty."""
    out: list[Column] = []
    for k, part in enumerate(fits.parts):
        own = {role: Interval(*(ends[part.rows] for ends in i)) for role, i in intervals.items() if role in part.roles}
        after = 0
        for column in derived_columns(fits.part(k), taken_track(track, part), own):
            at = next((i for i, other in enumerate(out) if other.name == column.name), None)
            if at is None:
                at = after
                out.insert(at, Column(column.name, column.unit, [None] * len(fits)))
            after = at + 1
            for row, cell in zip(part.rows.tolist(), column.cells, strict=True):
                out[at].cells[row] = cell
    both = Derived(fits, track, intervals, Roles(track.assigned, {}))
    whole = {column.name: column for column in filled([BRANCHES], both)}
    names = [column.name for column in out]
    at = names.index(FIRST_OF_SHORTS)
    out[at:at] = [column for name, column in whole.items() if name not in names]
    return [whole.get(column.name, column) for column in out]
