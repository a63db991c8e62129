"""Whether numbers can be what names without a unit say: a modulus in decibel, the logarithm of a frequency, two cells.

`Magnitude` may be in dB, `f` may be log f, `Z1` and `Z2` may be the moduli of two cells. Each leaves far more of an
impedance unexplained by relaxations (`causality`) than what it may stand for.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from eisfit.errors import CorruptFile
from eisfit.readers.tabular.causality import misfit
from eisfit.readers.tabular.columns import NAKED, Column
from eisfit.readers.tabular.headless import CLEAR, FEW, FITS, REGULAR, steps_equal
from eisfit.readers.tabular.refusals import HELP
from eisfit.readers.tabular.table import Indices, Table
from eisfit.spectrum import Complexes, Floats

DECIBEL = 20.0
"""Decibel per decade of a modulus."""
MOST_LOG = 10.0
"""The largest logarithm of a frequency."""
RISEN = 1.5
"""Re at the highest over Re at the lowest frequency from which a part of an unnamed quantity is none of Z."""
MANY = 15
"""Points of which it is told whether they are an impedance at all."""
DECADES = 1e3
"""The largest over the smallest number of a column that may be one of frequencies."""
NOTHING = 4 * FITS
"""Misfit above which two columns are no impedance together; measured ones stay below FITS."""


def refuse_implausible(table: Table, frequency: Floats, impedance: Complexes, sweeps: list[Indices]) -> None:
    """Raises CorruptFile where the longest sweep shows that the columns are not what their names seem to say."""
    rows = sweeps[0] if len(sweeps) == 1 else max(sweeps, key=len, default=np.empty(0, np.int64))
    refuse_negative(table)
    if len(rows) < FEW:
        return
    parts = [table.columns[q][0] for q in ("real", "imaginary") if q in table.columns]
    refuse_swapped(table, frequency[rows], impedance.real[rows], parts)
    if len(parts) > 1 and all(c.unit for c in parts) and table.columns.get("frequency", parts)[0].unit:
        return
    f, z = frequency[rows], impedance[rows]
    size = table.columns.get("magnitude", ())
    if size and not size[0].unit and "real" not in table.columns:
        turned = z / np.abs(z)
        logs = np.abs(z)
        for what, scale in (("in decibel", DECIBEL), ("its logarithm", 1.0)):
            if np.ptp(logs) < 12 * scale and fits_better(f, 10.0 ** (logs / scale) * turned, f, z):
                raise refused(table, f"column {size[0].name} looks like the modulus {what}, not |Z| itself")
    named = table.columns.get("frequency", ())
    if (
        named
        and not named[0].unit
        and f.max() <= MOST_LOG
        and steps_equal(f) >= REGULAR
        and fits_better(10.0**f, z, f, z)
    ):
        raise refused(table, f"column {named[0].name} runs in equal steps, as the logarithm of a frequency does")
    if parts and parts[0].word in NAKED and not parts[0].unit and rises(f, z):
        why = "rises with the frequency, as that of an admittance or a modulus does"
        raise refused(table, f"column {parts[0].name} says not of what it is a part, and {why}")
    naked = bool(parts) and all(c.word in NAKED and not c.unit for c in parts)
    if naked and len(f) >= MANY and z.imag.any() and (z.real > 0).any() and is_nothing(f, z):
        names = " and ".join(c.name for c in parts)
        raise refused(table, f"columns {names} say not of what they are parts, and together they are no impedance")
    if [c.word for c in parts] == ["z1", "z2"] and is_nothing(f, z):
        raise refused(table, f"columns {parts[0].name} and {parts[1].name} are no Re(Z) and Im(Z): |Z| of two cells?")


def refuse_swapped(table: Table, frequency: Floats, real: Floats, parts: Sequence[Column]) -> None:
    """Raises CorruptFile where the column of Re(Z) runs as a frequency does, and the one that is named so does not."""
    if len(parts) > 1 and swapped(frequency, real):
        raise refused(table, f"column {parts[0].name} runs as a frequency does, and the one named so does not")


def is_nothing(frequency: Floats, impedance: Complexes) -> bool:
    """True where numbers are no impedance, with neither sign of the imaginary part."""
    return min(misfit(frequency, impedance), misfit(frequency, impedance.conj())) > NOTHING


def swapped(frequency: Floats, other: Floats) -> bool:
    """True where another column runs over decades in equal steps of its logarithm, and the frequency does not."""
    if other.min() <= 0 or other.max() < DECADES * other.min() or steps_equal(np.log(frequency)) >= REGULAR:
        return False
    return steps_equal(np.log(other)) >= REGULAR


def rises(frequency: Floats, impedance: Complexes) -> bool:
    """True where the real part is clearly larger at the highest frequency than at the lowest one."""
    first, last = impedance.real[[int(np.argmin(frequency)), int(np.argmax(frequency))]]
    return bool(first > 0 and last > RISEN * first)


def refuse_negative(table: Table) -> None:
    """Raises CorruptFile for a modulus below 0."""
    size = None if "real" in table.columns else table.column("magnitude")
    if size is not None and bool((size[np.isfinite(size)] < 0).any()):
        name = table.columns["magnitude"][0].name
        raise refused(table, f"column {name} goes below 0, as |Z| never does: is it in dB")


def fits_better(f: Floats, z: Complexes, other_f: Floats, other: Complexes) -> bool:
    """True where one reading is an impedance, and the other one leaves much more unexplained."""
    left = min(misfit(f, z), misfit(f, z.conj()))
    return left < FITS and CLEAR * left < min(misfit(other_f, other), misfit(other_f, other.conj()))


def refused(table: Table, why: str) -> CorruptFile:
    """The error for columns that are not what they seem."""
    return CorruptFile(f"{why}; write the unit into its name, or {HELP}", table.shown)
