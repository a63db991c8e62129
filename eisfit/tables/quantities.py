"""What a paper tells along a series: the resistances, their sums and the conductivity, and where they are resolved."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import NamedTuple

import numpy as np

from eisfit.columns import Column
from eisfit.numbers import FIXED, UNDETERMINED, with_error
from eisfit.spectrum import Bools, Floats
from eisfit.tracking.track import Track

NOT_TRUSTED = "?"
"""What stands behind a value whose error is not to be trusted."""
CONDUCTIVITIES = ("conductivity_SE_total_S_cm", "conductivity_SE_bulk_S_cm")


class Quantity(NamedTuple):
    """One quantity along the series: name as in the tables, unit, value, standard error, where it is resolved (N,).

    missed: spectra that the circuit does not describe: the error is not to be trusted there, and text says so.
    """

    name: str
    unit: str
    value: Floats
    stderr: Floats
    resolved: Bools
    missed: frozenset[int] = frozenset()

    def text(self, i: int, write: Callable[[float, float], str] = with_error) -> str:
        """A value as people read it; one that stopped at a bound, of unknown error, is not determined."""
        value, stderr = float(self.value[i]), float(self.stderr[i])
        if np.isfinite(value) and not np.isfinite(stderr) and not self.resolved[i]:
            return UNDETERMINED
        said = write(value, np.nan) + FIXED if stderr == 0 and np.isfinite(value) else write(value, stderr)
        return said + (NOT_TRUSTED if i in self.missed and np.isfinite(value) else "")


class Extent(NamedTuple):
    """A quantity in short: index of its first, lowest, highest and last known value; None where none is known."""

    quantity: Quantity
    first: int | None
    lowest: int | None
    highest: int | None
    last: int | None


def quantities(track: Track, derived: Iterable[Column]) -> list[Quantity]:
    """Every resistance and sum of the track, then the conductivity of the electrolyte in mS/cm where it is known.

    derived: the columns of derived.csv.
    """
    missed = frozenset(track.flagged("misfit"))
    out = [
        Quantity(name, role.unit, role.value, role.stderr, resolved_values(track, name), missed)
        for name, role in track.roles.items()
    ]
    table = {column.name: column.cells for column in derived}
    for name in CONDUCTIVITIES:
        value, stderr = (1e3 * np.array(table.get(column, ()), dtype=np.float64) for column in (name, f"{name}_stderr"))
        if np.isfinite(value).any():
            short = name.removesuffix("_S_cm").replace("conductivity", "sigma")
            return [*out, Quantity(short, "mS/cm", value, stderr, np.isfinite(value), missed)]
    return out


def resolved_values(track: Track, role: str) -> Bools:
    """Where a role is determined by the data (N,): no flag against it, and no error above the value."""
    flag, held = f"unresolved_{role}", track.roles[role]
    with np.errstate(invalid="ignore"):
        loud = held.stderr > np.abs(held.value)
    return np.array([flag not in flags for flags in track.flags], bool) & ~loud


def extent(quantity: Quantity) -> Extent:
    """First and last among the known values, lowest and highest among those that are resolved."""
    known = np.flatnonzero(np.isfinite(quantity.value))
    sure = np.flatnonzero(np.isfinite(quantity.value) & quantity.resolved)
    ends = (int(known[0]), int(known[-1])) if known.size else (None, None)
    if not sure.size:
        return Extent(quantity, ends[0], None, None, ends[1])
    values = quantity.value[sure]
    return Extent(quantity, ends[0], int(sure[values.argmin()]), int(sure[values.argmax()]), ends[1])
