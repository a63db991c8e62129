"""Whether small phases without a unit are radians or degrees, by the slope of |Z|.

For a causal system of minimum phase the phase is near (pi/2) d ln|Z| / d ln f, in radians (H. W. Bode, Network Analysis
and Feedback Amplifier Design, 1945). Degrees are 57 times as large: the rule need not be exact to tell them apart.
"""

from __future__ import annotations

import numpy as np

from eisfit.errors import CorruptFile
from eisfit.readers.tabular.columns import Column
from eisfit.readers.tabular.table import Table
from eisfit.spectrum import Floats, Note

LEAST, MOST = 3e-3, 2.5
"""Steps of ln f between neighbours whose slope counts: smaller ones are one frequency, larger ones two sweeps."""
FEW = 3
"""Steps that are needed."""
AGREES = 0.5
"""Square of the correlation of phase and slope from which the slope tells the unit."""
BETWEEN = 7.5
"""The root of 57.3: ratios of phase and slope below it are those of radians, above it those of degrees."""
CLEARLY = 1.5
"""How far from that the ratio has to be."""


def in_radians(
    table: Table, column: Column, frequency: Floats, size: Floats, phase: Floats
) -> tuple[Floats, list[Note]]:
    """Small phases (N,) without a unit in radians, and a note. Raises CorruptFile where |Z| does not tell the unit."""
    if not np.nanmax(np.abs(phase), initial=0.0):
        return phase, []
    ratio = ratio_to_slope(frequency, size, phase)
    low, high = BETWEEN / CLEARLY, BETWEEN * CLEARLY
    if ratio is None or low < ratio < high:
        sentence = f"column {column.name} has no unit, its phases are below 1.6, and |Z| does not tell which it is"
        raise CorruptFile(f"{sentence}: write {column.name} (deg) or {column.name} (rad)", table.shown)
    unit = "radians" if ratio <= low else "degrees"
    told = f"the phase in column {column.name} is taken to be in {unit}, as the slope of |Z| says"
    return (phase if unit == "radians" else np.deg2rad(phase)), [Note("assumed", table.shown, told)]


def ratio_to_slope(frequency: Floats, size: Floats, phase: Floats) -> float | None:
    """How many times a phase is (pi/2) d ln|Z| / d ln f; None where the two do not agree in their course."""
    with np.errstate(divide="ignore", invalid="ignore"):
        x, y = np.log(frequency), np.log(size)
        step = np.diff(x)
        slope, middle = np.pi / 2 * np.diff(y) / step, (phase[1:] + phase[:-1]) / 2
        good = (np.abs(step) > LEAST) & (np.abs(step) < MOST) & np.isfinite(slope) & np.isfinite(middle)
    a, b = slope[good], middle[good]
    if len(a) < FEW or not a.any() or not b.any():
        return None
    both = abs(float(a @ b))
    if both**2 < AGREES * float(a @ a) * float(b @ b):
        return None
    return float(np.sqrt((b @ b) / (a @ a)))
