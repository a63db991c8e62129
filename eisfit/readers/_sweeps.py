"""From the columns of a table to spectra and pieces of record.

Rows at f > 0 are impedance points. They are split into sweeps where the frequency jumps back against the direction of
the sweep, and where a column that counts sweeps or steps changes; a `cycle number` may stay 1 over many sweeps and is
not used for that. Rows at f = 0 are no points: they are cycling, or the direct current before a sweep.
"""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from eisfit.errors import CorruptFile, EmptyFile
from eisfit.readers._base import Content, Trace, finite
from eisfit.readers._columns import Column, Layout, Quantity, has_frequency, has_impedance
from eisfit.readers._sign import inductive, is_conjugated
from eisfit.spectrum import Bools, Cell, Complexes, Conditions, Floats, Note, Source, Spectrum

Indices = NDArray[np.int64]
SAME = 1e-3
"""Relative difference below which two frequencies are the same one, measured twice."""
RADIANS_AT_MOST = 1.6
"""A phase column without a unit is in degrees where a value exceeds this (pi/2 and some noise)."""


class Table(NamedTuple):
    """A table whose columns are understood: values (N, M) as printed, the file it stands in, what the header told.

    `headed` is False where the table has no column line, `cycling` True where the technique cycles between its
    spectra. `shown` is the path for messages.
    """

    columns: Layout
    values: Floats
    shown: str
    headed: bool = True
    cycling: bool = False
    start: datetime | None = None
    cell: Cell | None = None

    def column(self, quantity: Quantity) -> Floats | None:
        """The best column of a quantity in our units (N,), None where the table has none."""
        found = self.columns.get(quantity)
        return None if found is None else in_units(self.values, found[0])

    def at(self, quantity: Quantity, rows: Bools | Indices) -> Floats | None:
        """A quantity in some rows, from its best column that is not 0 in all of them.

        Techniques that mix steps leave 0 in the columns that a step does not measure.
        """
        parts = [in_units(self.values[rows], column) for column in self.columns.get(quantity, ())]
        return next((part for part in parts if part.any()), parts[0] if parts else None)


def in_units(values: Floats, column: Column) -> Floats:
    """One column of values (N, M) in our units (N,); kelvin become degrees Celsius."""
    numbers = values[:, column.index]
    if column.factor != 1.0:
        numbers = numbers * column.factor
    return numbers - 273.15 if column.unit == "K" else numbers


def content(table: Table, dropped: tuple[str, ...] = ()) -> Content:
    """Spectra, pieces of record and notes of a table.

    Raises CorruptFile where a column is missing, EmptyFile where there is not a single impedance point or cycling row.
    """
    notes = [Note("dropped", table.shown, sentence) for sentence in dropped]
    if not len(table.values):
        raise EmptyFile("holds no data rows: the measurement stopped before its first row", table.shown)
    check(table.columns, table.shown)
    if not has_frequency(table.columns):
        return Content(traces=(cycling_only(table),), notes=tuple(notes), start=table.start, cell=table.cell)
    frequency = frequencies(table)
    impedance = impedances(table, notes)
    point = usable(frequency, impedance, table, notes)
    trace = trace_of(table, frequency == 0, rest=not table.cycling)
    spectra = spectra_of(table, frequency, impedance, point, notes)
    if not spectra and trace is None:
        raise EmptyFile("holds no impedance: no row has a frequency above 0 and an impedance", table.shown)
    traces = () if trace is None else (trace,)
    return Content(spectra=spectra, traces=traces, notes=tuple(notes), start=table.start, cell=table.cell)


def check(columns: Layout, shown: str) -> None:
    """Raises CorruptFile where impedances lack their frequency, or frequencies their impedance."""
    names = ", ".join(found[0].name for found in columns.values())
    if not has_frequency(columns) and columns.keys() & {"real", "imaginary", "magnitude", "phase"}:
        raise CorruptFile(f"no frequency column (freq/Hz); the columns that are understood are {names}", shown)
    if has_frequency(columns) and not has_impedance(columns):
        sentence = "no impedance columns (Re(Z) and Im(Z), or |Z| and phase)"
        raise CorruptFile(f"{sentence}; the columns that are understood are {names}", shown)


def frequencies(table: Table) -> Floats:
    """Frequency of every row (N,) Hz."""
    direct = table.column("frequency")
    if direct is not None:
        return direct
    omega = table.column("omega")
    assert omega is not None
    return omega / (2 * np.pi)


def impedances(table: Table, notes: list[Note]) -> Complexes:
    """Impedance of every row (N,), from real and imaginary part or else from magnitude and phase."""
    per_area(table, notes)
    real, imaginary = table.column("real"), table.column("imaginary")
    if real is not None and imaginary is not None:
        return real + 1j * imaginary
    magnitude, phase = table.column("magnitude"), table.column("phase")
    assert magnitude is not None
    assert phase is not None
    angle = radians(table.columns["phase"][0], phase, table.shown, notes)
    notes.append(Note("assumed", table.shown, "Re(Z) and Im(Z) are computed from |Z| and phase, no columns hold both"))
    z: Complexes = magnitude * np.exp(1j * angle)
    return z


def radians(column: Column, phase: Floats, shown: str, notes: list[Note]) -> Floats:
    """The phase in radians; without a unit in the header the size of the values decides."""
    if column.unit:
        return phase
    if np.nanmax(np.abs(phase), initial=0.0) > RADIANS_AT_MOST:
        return np.deg2rad(phase)
    notes.append(Note("assumed", shown, f"the phase in column {column.name} is taken to be in radians"))
    return phase


def per_area(table: Table, notes: list[Note]) -> None:
    """Note that impedances in ohm cm2 are read as they stand."""
    if any(table.columns[q][0].unit == "area" for q in ("real", "imaginary", "magnitude") if q in table.columns):
        sentence = "the impedance is in ohm cm2: its values are taken as ohm, as for an electrode of 1 cm2"
        notes.append(Note("assumed", table.shown, sentence))


def usable(frequency: Floats, impedance: Complexes, table: Table, notes: list[Note]) -> Bools:
    """True for the rows that are impedance points (N,); notes how many others there are and why."""
    if np.all((frequency > 0) & (frequency < np.inf) & np.isfinite(impedance) & (impedance != 0)):
        return np.ones(len(frequency), bool)
    direct = frequency == 0
    broken = ~(np.isfinite(frequency) & np.isfinite(impedance))
    negative = (frequency < 0) & ~broken
    nothing = (impedance == 0) & (frequency > 0)
    for rows, sentence in (
        (broken & ~direct, "without a finite frequency and impedance"),
        (negative, "with a frequency below 0"),
        (nothing, "with an impedance of exactly 0"),
    ):
        if rows.any():
            notes.append(Note("dropped", table.shown, f"{counted(rows)} {sentence}"))
    good: Bools = ~(direct | broken | negative | nothing)
    if direct.any() and good.any():
        notes.append(Note("ignored", table.shown, f"{counted(direct)} at f = 0 (direct current), no impedance points"))
    return good


def counted(rows: Bools) -> str:
    """How many rows, in words."""
    count = int(rows.sum())
    return f"{count} row" if count == 1 else f"{count} rows"


def spectra_of(
    table: Table, frequency: Floats, impedance: Complexes, point: Bools, notes: list[Note]
) -> tuple[Spectrum, ...]:
    """The sweeps of a table as spectra, the sign of Im Z settled over all of them."""
    index = np.flatnonzero(point)
    sweeps = sweeps_of(table, frequency, index)
    parts = [(frequency[rows], impedance[rows]) for rows in sweeps]
    if parts and is_conjugated(parts, stated=table.headed):
        notes.append(Note("assumed", table.shown, flipped(table, parts)))
        parts = [(f, z.conj()) for f, z in parts]
    sigma = sigmas(table)
    return tuple(
        Spectrum(
            f,
            z,
            sigma=None if sigma is None else sigma[rows],
            conditions=conditions(table, rows),
            source=Source(path=table.shown, sweep=sweep),
        )
        for sweep, ((f, z), rows) in enumerate(zip(parts, sweeps, strict=True))
    )


def flipped(table: Table, parts: list[tuple[Floats, Complexes]]) -> str:
    """The sentence that says why Im Z is read with the other sign."""
    positive, total = inductive(parts)
    name = next((table.columns[q][0].name for q in ("imaginary", "phase") if q in table.columns), "Im(Z)")
    stated = f"as column {name} states it" if table.headed else "as it stands"
    return (
        f"Im(Z) is read with the opposite sign: {stated}, {positive} of {total} points would be inductive "
        "against the course of Re(Z), which no causal system shows"
    )


def sigmas(table: Table) -> Floats | None:
    """Standard deviation of Re and Im each (N,), the quadratic mean where a table has one for both."""
    told = [table.column("sigma_real"), table.column("sigma_imaginary"), table.column("sigma")]
    both = [sigma for sigma in told if sigma is not None]
    if not both:
        return None
    sigma: Floats = np.sqrt(np.mean(np.square(both), axis=0))
    return sigma if np.all(np.isfinite(sigma) & (sigma > 0)) else None


def sweeps_of(table: Table, frequency: Floats, index: Indices) -> list[Indices]:
    """The rows of each sweep, in the order of the table."""
    if not index.size:
        return []
    cuts = turning_points(frequency[index])
    for quantity in ("group", "step"):
        counter = table.column(quantity)
        if counter is not None:
            cuts |= set((np.flatnonzero(np.diff(counter[index]) != 0) + 1).tolist())
    return np.split(index, sorted(cuts))


def turning_points(frequency: Floats) -> set[int]:
    """Where a new sweep begins (positions > 0): the frequency goes against the direction of the sweep so far.

    A table that is merely unsorted (all frequencies differ, and it turns at every other row) is one sweep.
    """
    logarithm = np.log(frequency)
    change = np.diff(logarithm)
    steps = np.where(np.abs(change) < SAME, 0.0, np.sign(change))
    cuts: set[int] = set()
    if abs(steps.sum()) == len(steps):
        return cuts
    moves = np.flatnonzero(steps)
    at = 0
    while at < len(moves):
        direction = steps[moves[at]]
        against = np.flatnonzero(steps[moves[at:]] != direction)
        if not against.size:
            break
        at += int(against[0])
        cuts.add(int(moves[at]) + 1)
        at += 1
    restless = len(cuts) > len(frequency) / 4
    if restless and np.all(np.diff(np.sort(logarithm)) > SAME):
        return set()
    return cuts


def conditions(table: Table, rows: Indices) -> Conditions:
    """What the table tells about the cell during one sweep: the time of its first row, medians of the rest."""
    time, cycle = table.column("time"), table.column("cycle")
    first = rows[0]
    return Conditions(
        time_s=None if time is None or not np.isfinite(time[first]) else float(time[first]),
        potential_V=median(table, "potential", rows),
        current_A=median(table, "current", rows),
        temperature_C=median(table, "temperature", rows),
        pressure_MPa=median(table, "pressure", rows),
        soc=median(table, "soc", rows),
        cycle=None if cycle is None or not np.isfinite(cycle[first]) else round(float(cycle[first])),
    )


def median(table: Table, quantity: Quantity, rows: Indices) -> float | None:
    """The median of a column over a sweep, None where there is no finite value."""
    values = table.at(quantity, rows)
    return None if values is None else finite(values)


def cycling_only(table: Table) -> Trace:
    """The piece of record that a table without frequencies is."""
    trace = trace_of(table, np.ones(len(table.values), bool), rest=False)
    if trace is None:
        raise EmptyFile("holds no impedance (no frequency column), and no cycling either", table.shown)
    return trace


def trace_of(table: Table, rows: Bools, *, rest: bool) -> Trace | None:
    """Rows of a table as a piece of record, None where time, or potential, or both current and charge are missing."""
    rows = rows.copy()
    for quantity in ("time", "potential", "current", "dq"):
        values = table.column(quantity)
        if values is not None:
            rows &= np.isfinite(values)
    time, potential, current, dq = (table.at(q, rows) for q in ("time", "potential", "current", "dq"))
    if not rows.any() or time is None or potential is None:
        return None
    if current is None:
        current = None if dq is None else mean_current(time, dq)
    if current is None:
        return None
    return Trace(
        time_s=time,
        potential_V=potential,
        current_A=current,
        dq_mAh=dq,
        counter_mAh=table.at("counter", rows),
        temperature_C=table.at("temperature", rows),
        rest=rest,
    )


def mean_current(time: Floats, dq: Floats) -> Floats:
    """The mean current since the row before (T,) A from the charge between the rows, 0 where no time passed."""
    current = np.zeros(len(time))
    passed = np.diff(time)
    moved = passed > 0
    current[1:][moved] = 3.6 * dq[1:][moved] / passed[moved]
    return current
