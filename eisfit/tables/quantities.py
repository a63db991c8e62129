"""What a paper tells along a series: the resistances, their sums and the conductivity, and where they are resolved."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from eisfit.circuit import Circuit
from eisfit.columns import Column
from eisfit.fitting.result import SeriesFit
from eisfit.numbers import FIXED, UNDETERMINED, Scale, with_error
from eisfit.roles import INTERFACE
from eisfit.roles.assign import BULK, GRAIN, SE_TOTAL, TOTAL
from eisfit.shorts.values import HARD, SOFT
from eisfit.spectrum import Bools, Cell, Floats, read_only
from eisfit.tracking.track import Track

LEAK = "S"
"""Symbol of the element that is a leak."""
NOT_TRUSTED = "?"
"""What stands behind a value whose error is not to be trusted."""
REJECTED = "the circuit misses the spectrum, or it fails the Kramers–Kronig test: the error is not to be trusted"
"""What that mark means."""
MOST_OF_A_SUM = 0.5
"""Share of a sum from which one part makes it up, and of the error of that part below which the sum is better known."""
CONDUCTIVITIES = ("conductivity_SE_total_S_cm", "conductivity_SE_bulk_S_cm")


class Quantity(NamedTuple):
    """One quantity along the series: name as in the tables, unit, value, standard error, where it is resolved (N,).

    shorted (N,): the spectra in which a leak lies beside the cell, so that the value is that of both; None: none.
    missed: spectra that the circuit does not describe, or that fail the Kramers-Kronig test: the error is not to be
    trusted there, and text says so. failing: the latter.
    """

    name: str
    unit: str
    value: Floats
    stderr: Floats
    resolved: Bools
    shorted: Bools | None = None
    missed: frozenset[int] = frozenset()
    failing: frozenset[int] = frozenset()

    @property
    def beside_leak(self) -> Bools:
        """Where the value is that of cell and leak together, and not the cell's own (N,)."""
        return np.zeros(len(self.value), bool) if self.shorted is None else self.shorted

    @property
    def own(self) -> Bools:
        """Where the value is resolved, the cell's own, and of a steady cell (N,): what extremes and summaries use."""
        return self.resolved & ~self.beside_leak & self.steady

    @property
    def steady(self) -> Bools:
        """Where the spectrum does not fail the Kramers-Kronig test (N,)."""
        return np.array([i not in self.failing for i in range(len(self.value))], bool)

    def in_unit(self, scale: Scale) -> Quantity:
        """The same in another unit."""
        return self._replace(value=self.value / scale.factor, stderr=self.stderr / scale.factor, unit=scale.unit)

    def text(self, i: int, write: Callable[[float, float], str] = with_error) -> str:
        """A value as people read it; one that stopped at a bound, of unknown error, is not resolved."""
        value, stderr = float(self.value[i]), float(self.stderr[i])
        if np.isfinite(value) and not np.isfinite(stderr) and not self.resolved[i]:
            return UNDETERMINED
        said = write(value, np.nan) + FIXED if stderr == 0 and np.isfinite(value) else write(value, stderr)
        doubt = i in self.missed and bool(np.isfinite(value)) and said != UNDETERMINED
        return said + NOT_TRUSTED * doubt


class Extent(NamedTuple):
    """A quantity in short: index of its first, lowest, highest and last known value without a leak; None: none."""

    quantity: Quantity
    first: int | None
    lowest: int | None
    highest: int | None
    last: int | None


def under_short(track: Track, fits: SeriesFit) -> Bools:
    """The spectra (N,) with a soft or hard short whose leak the circuit does not have: fits tell of cell and leak."""
    if track.shorts is None:
        return np.zeros(len(track.flags), bool)
    out = np.array([level in (SOFT, HARD) for level in track.shorts.level], bool)
    for k, part in enumerate(fits.parts):
        out[part.rows] &= not _has_leak(fits.part(k).circuit)
    return out if fits.parts or not _has_leak(fits.circuit) else np.zeros(len(out), bool)


def _has_leak(circuit: Circuit) -> bool:
    return any(leaf.element.symbol == LEAK for leaf in circuit.root.leaves())


def quantities(track: Track, derived: Iterable[Column], shorted: Bools | None = None) -> list[Quantity]:
    """Every resistance and sum of the track, then the conductivity of the electrolyte in mS/cm where it is known.

    derived: the columns of derived.csv; shorted (N,): see `under_short`.
    """
    failing = frozenset(track.flagged("kk_fail"))
    missed = failing | set(track.flagged("misfit"))
    out = [
        Quantity(name, role.unit, role.value, role.stderr, resolved_values(track, name), shorted, missed, failing)
        for name, role in track.roles.items()
    ]
    table = {column.name: column.cells for column in derived}
    for name in CONDUCTIVITIES:
        value, stderr = (1e3 * np.array(table.get(column, ()), dtype=np.float64) for column in (name, f"{name}_stderr"))
        if np.isfinite(value).any():
            short = name.removesuffix("_S_cm").replace("conductivity", "sigma")
            role = name.removesuffix("_S_cm").replace("conductivity", "R")
            told = np.isfinite(value) & (resolved_values(track, role) if role in track.roles else True)
            return [*out, Quantity(short, "mS/cm", value, stderr, told, shorted, missed, failing)]
    return out


def distinct(every: Iterable[Quantity]) -> list[Quantity]:
    """The quantities without R_total where it is R_SE_total once more: in a cell without resistances of electrodes."""
    held = list(every)
    electrolyte = next((q.value for q in held if q.name == SE_TOTAL), np.zeros(0))
    return [q for q in held if q.name != TOTAL or not np.array_equal(q.value, electrolyte, equal_nan=True)]


def resolved_values(track: Track, role: str) -> Bools:
    """Where a role is determined by the data (N,): no flag against it, and no error above the value.

    A sum of which no part is determined, or which is mostly one that is not, is so only where it is better known.
    """
    flag, held = f"unresolved_{role}", track.roles[role]
    with np.errstate(invalid="ignore"):
        loud = held.stderr > np.abs(held.value)
    resistances = [name for name in track.roles if name not in (SE_TOTAL, TOTAL)]
    parts = {SE_TOTAL: [BULK, GRAIN], TOTAL: resistances}.get(role, [])
    if parts and set(parts) <= set(resistances):
        unknown = ~np.any([resolved_values(track, part) for part in parts], axis=0)
        least = np.fmin.reduce([track.roles[part].stderr for part in parts])
        loud |= unknown & ~(held.stderr < least)
        for part in parts:
            most = np.abs(track.roles[part].value) > MOST_OF_A_SUM * np.abs(held.value)
            better = held.stderr < MOST_OF_A_SUM * track.roles[part].stderr
            loud |= most & ~resolved_values(track, part) & ~better
    return np.array([flag not in flags for flags in track.flags], bool) & ~loud


@lru_cache(maxsize=1)
def resolved_parameters(track: Track, fits: SeriesFit) -> Bools:
    """Where each parameter is determined by the data (N, P): a resistance that has a role as the track says."""
    out = np.array(fits.resolved)
    for role, name in (fits.assigned if fits.parts else track.assigned).items():
        if role in track.roles:
            fixed = fits.parameters[fits.names.index(name)].fixed
            out[:, fits.names.index(name)] = resolved_values(track, role) | fixed
    return read_only(out, bool)


def two_interfaces(cell: Cell, role: str) -> bool:
    """Whether a resistance is that of two like interfaces: R_Int of a symmetric cell."""
    return cell.type == "symmetric" and role == INTERFACE


def specific_area(cell: Cell, role: str) -> float | None:
    """The area in cm2 by which a resistance becomes area-specific (ohm cm2); None where it is not known.

    Half the area of the cell for R_Int of a symmetric one, R A / 2 per interface.
    """
    return cell.area_cm2 and cell.area_cm2 / (2 if two_interfaces(cell, role) else 1)


def extent(quantity: Quantity) -> Extent:
    """First and last among the known values of the cell itself, lowest and highest among those that are resolved."""
    known = np.flatnonzero(np.isfinite(quantity.value) & ~quantity.beside_leak & quantity.steady)
    sure = np.flatnonzero(np.isfinite(quantity.value) & quantity.own)
    ends = (int(known[0]), int(known[-1])) if known.size else (None, None)
    if not sure.size:
        return Extent(quantity, ends[0], None, None, ends[1])
    values = quantity.value[sure]
    return Extent(quantity, ends[0], int(sure[values.argmin()]), int(sure[values.argmax()]), ends[1])
