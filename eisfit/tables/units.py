"""The unit of each quantity of a study: one on all pages, in all figures and on the terminal."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence

import numpy as np

from eisfit.medians import median_of
from eisfit.numbers import Scale, ohm_scale, scales_of
from eisfit.spectrum import Floats
from eisfit.tables.quantities import Extent, Quantity

ALIKE = 300.0
"""Resistances whose sizes differ by no more than this factor have one unit."""
LEAST, LARGEST = 0.01, 1e4
"""A value reads well between these."""
TYPICAL = 30.0
"""The size that reads best."""


def unit_of(values: Iterable[Floats], unit: str) -> Scale:
    """The unit in which values, given in ohm, ohm cm2 or mS/cm, read well: their geometric middle, and all of them."""
    sizes = np.abs(np.concatenate([*values, np.zeros(0)]))
    sizes = sizes[np.isfinite(sizes) & (sizes > 0)]
    known = scales_of(unit)
    if not sizes.size or not known:
        return Scale(1.0, unit)
    low, high = float(sizes.min()), float(sizes.max())
    middle = math.sqrt(low) * math.sqrt(high)
    usual = ohm_scale(middle).factor
    best = next((scale for scale in known if scale.factor == usual), known[0]) if "ohm" in unit else known[0]

    def reads(scale: Scale) -> bool:
        return low / scale.factor >= LEAST and high / scale.factor < LARGEST

    if reads(best):
        return best
    well = [scale for scale in known if reads(scale)] or list(known)
    return min(well, key=lambda scale: abs(math.log(middle / scale.factor / TYPICAL)))


def units_of(quantities: Sequence[Quantity]) -> dict[str, Scale]:
    """The unit of every quantity by its name: of resistances of like size one in common."""
    out = {q.name: unit_of([q.value[_told(q)]], q.unit) for q in quantities}
    for unit in {q.unit for q in quantities if "ohm" in q.unit}:
        same = [q for q in quantities if q.unit == unit]
        known = [q.value[_told(q)] for q in same if (q.resolved & np.isfinite(q.value)).any()]
        sizes = [float(median_of(np.abs(values))) for values in known]
        common = unit_of(known, unit)
        alike = bool(sizes) and max(sizes) < ALIKE * max(min(sizes), 1e-300)
        out |= {q.name: common for q in same if alike and (_told(q) & q.resolved).any()}
        near = [q for q in same if alike and not (_told(q) & q.resolved).any() and _near(q, sizes)]
        out |= {q.name: common for q in near}
    return out


def units_of_cells(cells: Sequence[Mapping[str, Extent]]) -> dict[str, Scale]:
    """The unit of every quantity by its name, one for several cells."""
    held: dict[str, list[Quantity]] = {}
    for extent in (extent for cell in cells for extent in cell.values()):
        held.setdefault(extent.quantity.name, []).append(extent.quantity)
    return {name: unit_of([q.value[_told(q)] for q in same], same[0].unit) for name, same in held.items()}


def _near(q: Quantity, sizes: Sequence[float]) -> bool:
    """Whether a quantity that is nowhere resolved is of the size of others."""
    known = np.abs(q.value[np.isfinite(q.value)])
    return bool(known.size) and max(sizes) / ALIKE < float(np.median(known)) < min(sizes) * ALIKE


def _told(q: Quantity) -> np.ndarray:
    """Where a quantity is resolved; where it is known, if nowhere."""
    known = np.isfinite(q.value)
    return known & q.resolved if (known & q.resolved).any() else known
