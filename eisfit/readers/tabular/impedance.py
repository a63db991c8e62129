"""Frequency and impedance of every row of a table."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from eisfit.errors import CorruptFile
from eisfit.medians import median_of
from eisfit.readers.tabular.angle import in_radians
from eisfit.readers.tabular.capitals import settled
from eisfit.readers.tabular.columns import Column
from eisfit.readers.tabular.quantities import EPS0, Route, route_of
from eisfit.readers.tabular.refusals import EXPECTED, HELP
from eisfit.readers.tabular.spellings import RESISTANCES, Quantity
from eisfit.readers.tabular.table import Table, in_units
from eisfit.readers.tabular.units import DOUBTFUL
from eisfit.spectrum import Complexes, Floats, Note

RADIANS_AT_MOST = 1.6
"""A phase column without a unit is in degrees where a value exceeds this (pi/2 and some noise)."""
ONE_TURN = 7.0
"""No phase, rad, is beyond this (a turn and some noise)."""
MOST_DECADES = 10.0
"""A logarithm of a frequency beyond this is none: 10 GHz, 0.1 nHz."""
NEGATIVE = 0.1
"""Part of the rows with a frequency below 0 from which the column is no frequency."""
TURNED = 0.05
"""Difference of two phases, rad, above which they are not the same."""
ALIKE = 0.02
"""Relative difference below which two columns say the same."""
LOST = "the sign of its unit was lost when the file was saved, it is taken as ohm"


class Measured(NamedTuple):
    """Frequency (N,) Hz and impedance (N,) of the rows of a table, and notes on how they came about."""

    frequency: Floats
    impedance: Complexes
    notes: tuple[Note, ...]


def measured(table: Table) -> Measured:
    """Frequency and impedance of every row. Raises CorruptFile where the columns contradict each other."""
    table = settled(table)
    frequency = frequencies(table)
    refuse_resistance(table)
    refuse_contradiction(table, frequency)
    route = route_of(table.columns, geometry=table.vacuum_F is not None)
    assert route is not None
    angle, notes = radians(table, route, frequency)
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        parts = [angle if q in ("phase", "y_phase") else part(table, q) for q in route.needs]
        given = [table.vacuum_F] if route.geometry else []
        z: Complexes = np.asarray(route.formula(2 * np.pi * frequency, *parts, *given), dtype=np.complex128)
    if route.needs == ("real", "imaginary"):
        refuse_disagreement(table, z)
    told = [Note("assumed", table.shown, route.says)] if route.says else []
    return Measured(frequency, z, (*per_area(table), *converted(table, route), *lost(table, route), *notes, *told))


def frequencies(table: Table) -> Floats:
    """Frequency of every row (N,) Hz."""
    direct = table.column("frequency")
    if direct is not None:
        return in_hertz(table, direct)
    omega = table.column("omega")
    if omega is not None:
        return omega / (2 * np.pi)
    period = table.column("period")
    if "log_frequency" not in table.columns and period is not None:
        with np.errstate(divide="ignore"):
            return np.asarray(1 / period, np.float64)
    exponent = exponents(table, "log_frequency")
    highest, lowest = np.nanmax(exponent, initial=-np.inf), np.nanmin(exponent, initial=np.inf)
    if highest > MOST_DECADES or lowest < -MOST_DECADES:
        name = table.columns["log_frequency"][0].name
        raise CorruptFile(f"column {name} goes to {highest:g}, which is no logarithm of a frequency", table.shown)
    return 10.0**exponent * table.columns["log_frequency"][0].factor


MEGA = 1e9
"""MHz over mHz."""
SLOWEST, FASTEST = 1e-6, 1e10
"""Frequencies beyond these, in Hz, are none at which an impedance is measured."""


def in_hertz(table: Table, frequency: Floats) -> Floats:
    """Frequencies (N,) whose unit may be mHz or MHz in the one that is possible.

    Raises CorruptFile where both or none are, or where many frequencies are below 0.
    """
    column = table.columns["frequency"][0]
    if column.factor == 1 and column.unit != DOUBTFUL and frequency.size and frequency.min() >= 0:
        return frequency
    good = frequency[np.isfinite(frequency) & (frequency != 0)]
    below = int((good < 0).sum())
    if below > 1 and below > NEGATIVE * len(good):
        sentence = f"column {column.name} goes below 0 in {below} of {len(good)} rows: is it log f"
        raise CorruptFile(f"{sentence}? {HELP[0].upper()}{HELP[1:]}", table.shown)
    if column.unit != DOUBTFUL or not good.size:
        if good.size and column.factor != 1 and median_of(good) > FASTEST:
            sentence = f"column {column.name} is {median_of(good):.1e} Hz in the middle: is its unit right?"
            raise CorruptFile(f"{sentence} {HELP[0].upper()}{HELP[1:]}", table.shown)
        return frequency
    milli, mega = (bool(f.min() >= SLOWEST and f.max() <= FASTEST) for f in (good, good * MEGA))
    if milli == mega:
        sentence = f"the unit of column {column.name} may be mHz or MHz: write the one that is meant"
        raise CorruptFile(sentence, table.shown)
    return frequency if milli else frequency * MEGA


def exponents(table: Table, quantity: Quantity) -> Floats:
    """A column (N,) of logarithms as it is printed."""
    return np.asarray(table.values[:, table.columns[quantity][0].index], np.float64)


def part(table: Table, quantity: Quantity) -> Floats | None:
    """A column that a way needs (N,), in our units."""
    if quantity == "log_magnitude":
        return 10.0 ** exponents(table, quantity) * table.columns[quantity][0].factor
    return table.column(quantity)


def radians(table: Table, route: Route, frequency: Floats) -> tuple[Floats | None, list[Note]]:
    """The phase of a way in radians (None where it has none); without a unit the size of the values decides."""
    name: Quantity | None = next((q for q in route.needs if q in ("phase", "y_phase")), None)
    phase = None if name is None else table.column(name)
    if name is None or phase is None:
        return None, []
    column = table.columns[name][0]
    if route.needs[0] == "y_magnitude" and "z" in column.word:  # |Y| beside the phase of Z
        phase = -phase
    if column.unit:
        refuse_turns(table, column, phase)
        return phase, []
    if np.nanmax(np.abs(phase), initial=0.0) > RADIANS_AT_MOST:
        return np.deg2rad(phase), []
    if "magnitude" in route.needs or "log_magnitude" in route.needs:
        size = part(table, "magnitude" if "magnitude" in route.needs else "log_magnitude")
        assert size is not None
        return in_radians(table, column, frequency, size, phase)
    return phase, [Note("assumed", table.shown, f"the phase in column {column.name} is taken to be in radians")]


def refuse_turns(table: Table, column: Column, phase: Floats) -> None:
    """Raises CorruptFile for a phase (N,), rad, that goes beyond one turn in many rows: it is in another unit."""
    beyond = np.abs(phase) > ONE_TURN
    if beyond.sum() > NEGATIVE * len(phase):
        sentence = (
            f"column {column.name} goes to {np.degrees(np.nanmax(np.abs(phase))):.0f} degrees: is its unit right?"
        )
        raise CorruptFile(f"{sentence} {HELP[0].upper()}{HELP[1:]}", table.shown)


def refuse_resistance(table: Table) -> None:
    """Raises CorruptFile where what was taken for Re(Z) is the quotient of potential and current of the same row."""
    found = table.columns.get("real", ())
    if not found or found[0].word not in RESISTANCES.split():
        return
    real, potential, current = table.column("real"), table.column("potential"), table.column("current")
    if real is None or potential is None or current is None:
        return
    known = np.isfinite(real) & np.isfinite(potential) & (np.abs(current) > 0) & (real != 0)
    if known.any() and median_of(np.abs(np.abs(potential[known] / current[known]) / np.abs(real[known]) - 1)) < ALIKE:
        sentence = (
            f"column {found[0].name} is the quotient of potential and current, no part of Z; expected were {EXPECTED}"
        )
        raise CorruptFile(f"{sentence}: {HELP}", table.shown)


def refuse_disagreement(table: Table, impedance: Complexes) -> None:
    """Raises CorruptFile where Re and Im contradict |Z| or the phase that stand beside them."""
    size = np.abs(impedance)
    if agree(table, impedance, size):
        return
    known = np.isfinite(impedance) & (impedance != 0)
    off = []
    for column in table.columns.get("magnitude", ()):
        told = np.abs(in_units(table.values, column))
        good = known & np.isfinite(told) & (told > 0)
        off += [float(median_of(np.abs(told[good] / size[good] - 1))) if good.any() else 0.0]
    if off and (min(off) > ALIKE or (max(off) > ALIKE and same_unit(table, "magnitude"))):
        raise CorruptFile(contradiction(table, "magnitude", int(np.argmax(off))), table.shown)
    off = []
    angle = np.abs(np.angle(impedance)) if "phase" in table.columns else size
    for column in table.columns.get("phase", ()):
        told = np.abs(in_units(table.values, column))
        good = known & np.isfinite(told) & (angle < np.pi / 2)
        scales = (1.0,) if column.unit else (1.0, np.pi / 180)
        off += [float(median_of(np.abs(scale * told[good] - angle[good]))) for scale in scales if told[good].any()]
    if off and min(off) > TURNED:
        raise CorruptFile(contradiction(table, "phase"), table.shown)


def agree(table: Table, impedance: Complexes, size: Floats) -> bool:
    """True where one look tells that every |Z| and phase beside Re and Im says the same in every row."""
    sizes, phases = (table.columns.get(quantity, ()) for quantity in ("magnitude", "phase"))
    if not all((np.abs(np.abs(in_units(table.values, c)) - size) <= ALIKE * size).all() for c in sizes):
        return False
    angle = np.abs(np.angle(impedance)) if phases else size
    return all(c.unit and (np.abs(np.abs(in_units(table.values, c)) - angle) <= TURNED).all() for c in phases)


def same_unit(table: Table, quantity: Quantity) -> bool:
    """True where all columns of a quantity have the unit that the parts of Z have."""
    unit = table.columns["real"][0].unit
    return all(column.unit == unit for column in table.columns[quantity])


def contradiction(table: Table, quantity: Quantity, which: int = 0) -> str:
    """The sentence on Re and Im that do not fit a third column."""
    names = [table.columns[q][0].name for q in ("real", "imaginary")] + [table.columns[quantity][which].name]
    sentence = f"columns {names[0]} and {names[1]} contradict column {names[2]}: which of them are an impedance?"
    return f"{sentence} {HELP[0].upper()}{HELP[1:]}"


def refuse_contradiction(table: Table, frequency: Floats) -> None:
    """Raises CorruptFile where loss and conductivity of a dielectric do not fit: sig' = omega eps0 eps''."""
    loss, conductivity = table.column("eps_imaginary"), table.column("sig_real")
    if table.vacuum_F is None or loss is None or conductivity is None:
        return
    if route_of(table.columns, geometry=False) is not None:
        return
    known = (np.abs(loss) > 0) & (conductivity > 0) & (frequency > 0)
    ratio = conductivity[known] / (2 * np.pi * frequency[known] * EPS0 * np.abs(loss[known]))
    if known.any() and abs(float(median_of(ratio)) - 1) > ALIKE:
        names = f"{table.columns['eps_imaginary'][0].name} and {table.columns['sig_real'][0].name}"
        sentence = (
            f"{names} contradict each other by a factor of {median_of(ratio):.3g}: no impedance follows from them"
        )
        raise CorruptFile(f"{sentence}; export Z' and Z'' instead", table.shown)


def per_area(table: Table) -> list[Note]:
    """A note that impedances in ohm cm2 are read as they stand."""
    named: tuple[Quantity, ...] = ("real", "imaginary", "magnitude")
    if not any(table.columns[q][0].unit == "area" for q in named if q in table.columns):
        return []
    sentence = "the impedance is in ohm cm2: its values are taken as ohm, as for an electrode of 1 cm2"
    return [Note("assumed", table.shown, sentence)]


def used(table: Table, route: Route) -> list[Column]:
    """The columns of frequency and impedance that are used."""
    wanted: tuple[Quantity, ...] = ("frequency", *route.needs)
    return [table.columns[q][0] for q in wanted if q in table.columns and q not in ("phase", "y_phase")]


def converted(table: Table, route: Route) -> list[Note]:
    """A note on the columns of frequency and impedance that are in other units than Hz and ohm."""
    scaled = [column for column in used(table, route) if abs(column.factor) != 1.0]
    if not scaled:
        return []
    sizes = ("as mHz or MHz, by its size" if c.unit == DOUBTFUL else f"times {abs(c.factor):g}" for c in scaled)
    listed = ", ".join(f"{c.name} ({size})" for c, size in zip(scaled, sizes, strict=True))
    return [Note("assumed", table.shown, f"by the units of its header converted to Hz and ohm: {listed}")]


def lost(table: Table, route: Route) -> list[Note]:
    """A note on the columns of whose unit only a question mark is left."""
    names = [column.name for column in used(table, route) if column.lost]
    return [Note("assumed", table.shown, f"column {', '.join(names)}: {LOST}")] if names else []
