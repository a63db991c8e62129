"""Novocontrol WinDETA, text exports of dielectric analysers.

Usage: a line with the name of the sample, one with its geometry (`Diameter[mm]`, `Thickness[mm]`, `Spacer
Capacity[pF]`), one of fixed values, the column line, which begins with `Freq. [Hz]`. Zs', Zs'' are impedances. Eps',
Eps'' and M', M'' become one with the empty cell C0 = eps0 A/d, as long as its spacer has no capacity; where Sig'
contradicts them they are refused.
"""

from __future__ import annotations

import re

import numpy as np

from eisfit.readers._base import Content, File, reader
from eisfit.readers.tabular import read_table
from eisfit.readers.tabular.quantities import EPS0
from eisfit.readers.tabular.text import decoded, plain
from eisfit.regular import regex

FIELD = regex(r"(Diameter|Thickness|Spacer Capacity)\s*\[(\w+)\]\s*=?\s*([-+\d.eE]+)")
LENGTHS = {"mm": 0.1, "cm": 1.0, "m": 100.0, "um": 1e-4, "µm": 1e-4}
"""Factors to centimetres."""


def sniff(head: bytes) -> bool:
    """The line of fixed values, and the column line below it."""
    return b"Fixed value(s)" in head and re.search(rb"Freq\.?\s*\[Hz\]", head) is not None


@reader(name="novocontrol", vendor="Novocontrol", extensions=(), sniff=sniff, seen="WinDETA text")
def read(file: File) -> Content:
    """Novocontrol WinDETA text: Zs', Zs''; or Eps*, M* with the geometry of the sample in the header."""
    return read_table(file, vacuum_F=vacuum(decoded(plain(file.head))))


def vacuum(header: str) -> float | None:
    """The capacitance (F) of the empty cell by the diameter and thickness of a header, None where it is not stated."""
    told: dict[str, float] = {}
    for name, unit, number in FIELD.findall(header):
        try:
            told[name] = float(number) * LENGTHS.get(unit, 1.0)
        except ValueError:
            return None
    diameter, thickness = told.get("Diameter", 0.0), told.get("Thickness", 0.0)
    if not (diameter > 0 and thickness > 0) or told.get("Spacer Capacity", 0.0) != 0:
        return None
    return float(EPS0 * np.pi * diameter**2 / 4 / thickness)
