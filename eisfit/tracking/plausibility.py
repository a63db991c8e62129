"""What an effective capacitance makes plausible: candidates with a tolerance, no verdict.

Irvine, Sinclair & West, Adv. Mater. 2 (1990) 132, table 1, give farads at a cell constant l/A of 1 cm-1. Bulk, minor
phase and grain boundaries scale with the geometry and are compared as C l / A, processes at a face as C / A. A
capacitance alone does not name a process: porous and intercalating electrodes lie above the table (the interface arc of
a silicon composite at milli-farads per cm2), and in sulfides bulk and grain boundaries overlap.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from eisfit.roles.assign import BULK, GRAIN, INTERFACE
from eisfit.spectrum import Cell

TOLERANCE = 3.0
"""Factor by which a capacitance may lie outside of a range."""


class Range(NamedTuple):
    """A phenomenon and its capacitance in F at 1 cm-1 (`through` the pellet) or in F/cm2 (at a face)."""

    name: str
    low: float
    high: float
    through: bool


UNUSUAL = "unusual for"
"""How a text begins that speaks against the role of an arc."""
ABOVE = "porous or intercalating electrode"
"""Above the table; not from it."""
RANGES = (
    Range("bulk", 1e-12, 1e-12, True),
    Range("minor phase", 1e-11, 1e-11, True),
    Range("grain boundary", 1e-11, 1e-8, True),
    Range("surface layer", 1e-9, 1e-7, False),
    Range("interface", 1e-7, 1e-5, False),
    Range("electrochemical reaction", 1e-4, 1e-4, False),
    Range(ABOVE, 1e-3, np.inf, False),
)
EXPECTED = {
    BULK: ("bulk", "minor phase"),
    GRAIN: ("grain boundary",),
    INTERFACE: ("surface layer", "interface", "electrochemical reaction", ABOVE),
}
"""What a role would be."""


def plausible(role: str, capacitance: float, cell: Cell) -> str:
    """The candidates for a capacitance (F) in a word or two; "" where it is not known.

    Without area or thickness 1 cm2 and 1 cm stand in, and the text says so.
    """
    if not np.isfinite(capacitance) or capacitance <= 0:
        return ""
    area = cell.area_cm2 or 1.0
    length = (cell.thickness_um or 1e4) / 1e4
    found = [r.name for r in RANGES if _within(capacitance * length / area if r.through else capacitance / area, r)]
    text = " or ".join(found) if found else "outside of every range"
    if role in EXPECTED and not set(EXPECTED[role]) & set(found):
        text = f"{UNUSUAL} {role}: {text}"
    known = cell.area_cm2 and cell.thickness_um
    return text if known else f"{text} (geometry not given)"


def _within(capacitance: float, r: Range) -> bool:
    return r.low / TOLERANCE <= capacitance <= r.high * TOLERANCE
