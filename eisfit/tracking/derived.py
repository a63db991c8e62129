"""derived.csv: what follows from the parameters, and the evidence for a short, each column declared once.

Formulas: A the area, L the thickness of the electrolyte, R the resistance of an arc, R_e = R_SE_total before it:

    conductivity = L / (R A)                             S/cm, of R_SE_bulk and of R_SE_total = R_SE_bulk + R_GB
    ASR          = R A                                   ohm cm2
    C            = tau / R = Q^(1/n) R^((1-n)/n)         F, distribution through the thickness
    C_brug       = Q^(1/n) (1/R_e + 1/R)^((n-1)/n)       F, distribution along the surface
    f            = 1 / (2 pi tau)                        Hz, the apex

C after Hsu & Mansfeld, Corrosion 57 (2001) 747, C_brug after Brug et al., J. Electroanal. Chem. 176 (1984) 275, both as
compared by Hirschorn et al., Electrochim. Acta 55 (2010) 6218, eqs. 18 and 11. Standard errors by the delta method with
the whole covariance; in a sum, a part at its lower bound is held there.

Per interface of a symmetric cell: R / 2 and 2 C.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from eisfit.fitting.result import SeriesFit
from eisfit.roles.assign import BULK, GRAIN, INTERFACE, SE_TOTAL, TOTAL, Roles, assign_roles
from eisfit.roles.structure import Arc
from eisfit.spectrum import Floats
from eisfit.tracking.hysteresis import hysteresis
from eisfit.tracking.plausibility import plausible
from eisfit.tracking.propagation import held_low, propagated
from eisfit.tracking.track import Track

if TYPE_CHECKING:
    from eisfit.study import Study

UM_PER_CM = 1e4
OHM, PER_CM, ASR, FARAD, HERTZ = "ohm", "S/cm", "ohm cm2", "F", "Hz"


class Column(NamedTuple):
    """One column: name, unit, cells (N,), None where a cell is empty."""

    name: str
    unit: str
    cells: list[Any]


def columns(study: Study) -> tuple[str, ...]:
    """The header of derived.csv."""
    return tuple(column.name for column in _table(study))


def rows(study: Study) -> list[tuple[Any, ...]]:
    """One row per spectrum in the order of `columns`; None where a value is missing."""
    return list(zip(*(column.cells for column in _table(study)), strict=True))


def cells(study: Study) -> dict[str, list[Any]]:
    """The cells (N,) of every column by its name."""
    return {column.name: column.cells for column in _table(study)}


def units(study: Study) -> dict[str, str]:
    """The unit of every column that has one."""
    return {column.name: column.unit for column in _table(study) if column.unit}


def _table(study: Study) -> list[Column]:
    with np.errstate(all="ignore"):  # failed fits may hold any numbers: what follows from them is unknown
        return list(_columns(study))


def _columns(study: Study) -> Iterator[Column]:
    """Every column, in order."""
    fits, track = study.fits, study.track
    roles = assign_roles(fits.circuit, chosen=track.assigned)
    yield from _head(fits)
    yield from _states(track, len(fits))
    yield from _merit(fits)
    quantities = _Quantities(fits, roles)
    yield from quantities.sums(track)
    for role, interval in study.intervals.items():
        yield Column(f"{role}_low", OHM, _cells(interval.lower))
        yield Column(f"{role}_high", OHM, _cells(interval.upper))
    yield from quantities.geometry()
    for role in roles.arcs:
        yield from quantities.arc(role)
    if fits.series.cell.type == "symmetric" and INTERFACE in roles.resistances:
        yield from quantities.per_interface()
    yield from _branches(fits, track)
    yield from _shorts(track, len(fits))


def _head(fits: SeriesFit) -> Iterator[Column]:
    sources = [s.source for s in fits.series]
    yield Column("spectrum", "", [s.label for s in fits.series])
    yield Column("file", "", [s.path if s else None for s in sources])
    yield Column("sweep", "", [s.sweep if s else None for s in sources])


def _merit(fits: SeriesFit) -> Iterator[Column]:
    """The misfit in its three usual definitions."""
    yield Column("chi2", "", _cells(fits.chi2))
    yield Column("chi2_reduced", "", _cells(fits.chi2_reduced))
    yield Column("chi2_zsimpwin", "", _cells(fits.chi2_zsimpwin))


STATES = (
    ("duration_s", "s", "duration_s"),
    ("charge_start_mAh", "mAh", "charge_start_mAh"),
    ("charge_end_mAh", "mAh", "charge_end_mAh"),
    ("soc_start", "", "soc_start"),
    ("soc_end", "", "soc_end"),
    ("rest_potential_V", "V", "rest_potential_V"),
    ("rest_slope_mV_h", "mV/h", "rest_slope_mV_h"),
)
"""Columns of the sweeps: name, unit, field of Sweeps."""
NAMED = (
    ("dod", "", "dod"),
    ("lithiation_x", "", "lithiation"),
    ("charge_mAh_g", "mAh/g", "mAh/g"),
    ("charge_mAh_cm2", "mAh/cm2", "mAh/cm2"),
)
"""Columns of the axes that parameters.csv does not have: name, unit, axis."""


def _states(track: Track, n: int) -> Iterator[Column]:
    """The cell at the start and at the end of each sweep, at its rest before, and its state as the field names it."""
    nothing = np.full(n, np.nan)
    for name, unit, quantity in STATES:
        yield Column(name, unit, _cells(getattr(track.sweeps, quantity) if track.sweeps else nothing))
    for name, unit, axis in NAMED:
        yield Column(name, unit, _cells(track.axes[axis].values if axis in track.axes else nothing))


def _branches(fits: SeriesFit, track: Track) -> Iterator[Column]:
    """Each role on charge minus that on discharge at the same place of the axis, where both branches are there."""
    for role, values in track.roles.items():
        found = hysteresis(fits.series, track.axis, values)
        if np.isfinite(found.value).any():
            yield from _pair(f"{role}_hysteresis", values.unit, *found)


def _pair(name: str, unit: str, value: Floats, stderr: Floats) -> Iterator[Column]:
    """A quantity and its standard error."""
    yield Column(name, unit, _cells(value))
    yield Column(f"{name}_stderr", unit, _cells(stderr))


def _cells(values: Floats) -> list[Any]:
    return [v if np.isfinite(v) else None for v in np.asarray(values, float).tolist()]


class _Quantities:
    """Quantities of one SeriesFit, each as a pair of columns."""

    def __init__(self, fits: SeriesFit, roles: Roles) -> None:
        self.fits, self.roles, self.cell = fits, roles, fits.series.cell
        self.columns = {role: fits.names.index(name) for role, name in roles.resistances.items()}
        electrolyte = [self.columns[role] for role in (BULK, GRAIN) if role in self.columns]
        self.electrolyte = tuple(electrolyte)

    def pair(
        self, name: str, unit: str, quantity: Callable[[Floats], Floats], needs: tuple[int, ...]
    ) -> Iterator[Column]:
        """A function of the parameters `needs`, with its error; in a sum, parts at their lower bound are held."""
        covariance = held_low(self.fits, needs) if set(needs) <= set(self.columns.values()) else self.fits.covariance
        yield from _pair(name, unit, *propagated(quantity, self.fits.values, covariance, needs))

    def sums(self, track: Track) -> Iterator[Column]:
        """R_SE_total and R_total as the track has them, empty where the circuit lacks a part."""
        nothing = np.full(len(self.fits), np.nan)
        for name in (SE_TOTAL, TOTAL):
            found = track.roles.get(name)
            yield from _pair(name, OHM, *(nothing, nothing) if found is None else found[:2])

    def geometry(self) -> Iterator[Column]:
        """Conductivities and area-specific resistances; empty without area or thickness."""
        area = self.cell.area_cm2 or np.nan
        length = (self.cell.thickness_um or np.nan) / UM_PER_CM
        bulk = (self.columns[BULK],) if BULK in self.columns else ()
        for name, needs in (("conductivity_SE_bulk", bulk), ("conductivity_SE_total", self.electrolyte)):
            if needs and (name.endswith("bulk") or len(needs) > 1):
                yield from self.pair(f"{name}_S_cm", PER_CM, _conductivity(length / area, needs), needs)
        for role, k in self.columns.items():
            value, stderr = self.fits.values[:, k], self.fits.stderr[:, k]
            yield from _pair(f"ASR_{role}_ohm_cm2", ASR, area * value, area * stderr)

    def arc(self, role: str) -> Iterator[Column]:
        """Effective capacitances and apex frequency of an arc, and what its capacitance makes plausible."""
        arc, short = self.roles.arcs[role], role.removeprefix("R_")
        yield from self.pair(f"C_{short}_F", FARAD, arc.capacitance, arc.columns)
        needs = tuple(dict.fromkeys((*arc.columns, *self.electrolyte)))
        if not set(self.electrolyte) & {arc.columns[0]}:
            yield from self.pair(f"C_{short}_brug_F", FARAD, lambda v: self.brug(arc, v), needs)
        yield from self.pair(f"f_{short}_Hz", HERTZ, arc.apex, arc.columns)
        texts = [plausible(role, c, self.cell) for c in arc.capacitance(self.fits.values).tolist()]
        yield Column(f"plausibility_{short}", "", [text or None for text in texts])

    def brug(self, arc: Arc, values: Floats) -> Floats:
        """Capacitance of a distribution along the surface, with the electrolyte in series."""
        n, R, tau = arc.exponent(values), arc.resistance(values), arc.tau(values)
        out: Floats = tau / R * (1 + R / _total(values, self.electrolyte)) ** ((n - 1) / n)
        return out

    def per_interface(self) -> Iterator[Column]:
        """Half of R_Int and twice its capacitance."""
        k = self.columns[INTERFACE]
        yield from self.pair("R_Int_per_interface", OHM, lambda v: v[:, k] / 2, (k,))
        arc = self.roles.arcs.get(INTERFACE)
        if arc is not None:
            yield from self.pair("C_Int_per_interface_F", FARAD, lambda v: 2 * arc.capacitance(v), arc.columns)


def _conductivity(length_by_area: float, columns: tuple[int, ...]) -> Callable[[Floats], Floats]:
    return lambda values: length_by_area / _total(values, columns)


def _total(values: Floats, columns: tuple[int, ...]) -> Floats:
    out: Floats = values[:, list(columns)].sum(axis=1) if columns else np.full(len(values), np.nan)
    return out


SHORTS = (
    ("short_score", "", "score"),
    ("short_a", "", "plateau_fall"),
    ("short_b", "", "polarisation_fall"),
    ("short_c", "", "low_fall"),
    ("short_share", "", "share"),
    ("R_plateau", OHM, "R_plateau"),
    ("P", "", "polarisation"),
    ("R_low_frequency", OHM, "R_low"),
    ("heating_K", "K", "heating_K"),
    ("R_short", OHM, "R_short"),
    ("R_short_low", OHM, "R_short_low"),
    ("R_short_high", OHM, "R_short_high"),
    ("R_short_bound", OHM, "bound"),
    ("short_likelihood_ratio", "", "likelihood_ratio"),
    ("short_probability", "", "probability"),
    ("short_ln_ratio", "", "ratio"),
)
"""Columns of the detector: name, unit, field of Shorts."""


def _shorts(track: Track, n: int) -> Iterator[Column]:
    shorts = track.shorts
    yield Column("short_level", "", list(shorts.level) if shorts else [None] * n)
    for name, unit, feature in SHORTS:
        yield Column(name, unit, _cells(getattr(shorts, feature)) if shorts else [None] * n)
    for name, texts in (
        ("R_short_by", shorts.method if shorts else ()),
        ("short_rival", shorts.rival if shorts else ()),
        ("short_trace", shorts.trace if shorts else ()),
        ("short_reason", shorts.reasons if shorts else ()),
    ):
        yield Column(name, "", [text or None for text in texts] if shorts else [None] * n)
