"""From the columns of a table to spectra and pieces of record.

Rows at f > 0 are impedance points, split into sweeps as `cuts` says. Rows at f = 0 are no points: they are cycling, or
the direct current before a sweep.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from eisfit.cycling.rest import RESTING, ending
from eisfit.errors import EmptyFile
from eisfit.readers._base import Content
from eisfit.readers.tabular.columns import Column, has_frequency
from eisfit.readers.tabular.cuts import sweeps_of
from eisfit.readers.tabular.sign import Verdict, judge
from eisfit.readers.tabular.table import Indices, Table, check, median
from eisfit.readers.tabular.traces import cycling_only, trace_of
from eisfit.spectrum import Bools, Complexes, Conditions, Floats, Note, Source, Spectrum

ABSOLUTE_ZERO = -273.15
"""A temperature below this, in degrees Celsius, says that no sensor is connected."""
RADIANS_AT_MOST = 1.6
"""A phase column without a unit is in degrees where a value exceeds this (pi/2 and some noise)."""


@np.errstate(over="ignore", invalid="ignore")  # damaged files hold any number; what is not finite is dropped
def content(table: Table, dropped: tuple[str, ...] = ()) -> Content:
    """Spectra, pieces of record and notes of a table.

    Raises CorruptFile where a column is missing, EmptyFile where there is not a single impedance point or cycling row.
    """
    notes = [Note("dropped", table.shown, sentence) for sentence in dropped]
    if not len(table.values):
        raise EmptyFile("holds no data rows: the measurement stopped before its first row", table.shown)
    check(table.columns, table.shown)
    if not has_frequency(table.columns):
        return Content(
            traces=(cycling_only(table),), notes=tuple(notes), start=table.start, cell=table.cell, span=span(table)
        )
    frequency = frequencies(table)
    impedance = impedances(table, notes)
    point = usable(frequency, impedance, table, notes)
    trace = trace_of(table, frequency == 0, rest=not table.cycling)
    sweeps = sweeps_of(table, frequency, np.flatnonzero(point))
    spectra = spectra_of(table, frequency, impedance, sweeps, notes)
    if not spectra and (trace is None or trace.rest):
        raise EmptyFile("holds no impedance: no row has a frequency above 0 and an impedance", table.shown)
    return Content(
        spectra=spectra,
        traces=() if trace is None else (trace,),
        notes=tuple(notes),
        start=table.start,
        cell=table.cell,
        span=span(table),
    )


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
    converted(table, notes)
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


def converted(table: Table, notes: list[Note]) -> None:
    """Note which columns of frequency and impedance are in other units than Hz and ohm."""
    best = [table.columns[q][0] for q in ("frequency", "real", "imaginary", "magnitude") if q in table.columns]
    names = [column.name for column in best if abs(column.factor) != 1.0]
    if names:
        listed = ", ".join(f"{c.name} (times {abs(c.factor):g})" for c in best if c.name in names)
        notes.append(Note("assumed", table.shown, f"by the units of its header converted to Hz and ohm: {listed}"))


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
    table: Table, frequency: Floats, impedance: Complexes, sweeps: list[Indices], notes: list[Note]
) -> tuple[Spectrum, ...]:
    """The sweeps of a table as spectra, the sign of Im Z settled over all of them."""
    parts = [(frequency[rows], impedance[rows]) for rows in sweeps]
    sign = judge(parts, stated=table.headed)
    if sign.conjugated:
        parts = [(f, z.conj()) for f, z in parts]
    if sign.conjugated or sign.mostly_inductive:
        notes.append(Note("assumed", table.shown, about_sign(table, sign)))
    sigma, between = sigmas(table), pauses_of(table, frequency)
    return tuple(
        Spectrum(
            f,
            z,
            sigma=None if sigma is None else sigma[rows],
            conditions=conditions(table, between, rows),
            source=Source(path=table.shown, sweep=sweep),
        )
        for sweep, ((f, z), rows) in enumerate(zip(parts, sweeps, strict=True))
    )


def span(table: Table) -> tuple[float, float] | None:
    """The first and the last time in a table, None where it has no times."""
    time = table.column("time")
    good = None if time is None else time[np.isfinite(time)]
    return None if good is None or not good.size else (float(good.min()), float(good.max()))


def about_sign(table: Table, sign: Verdict) -> str:
    """The sentence on spectra that are mostly inductive: why Im Z is read with the other sign, or is kept."""
    points = f"{sign.positive} of {sign.total} points"
    if not sign.conjugated:
        return f"{points} are inductive (Im(Z) > 0); nothing contradicts the sign as it stands, it is kept"
    name = next((table.columns[q][0].name for q in ("imaginary", "phase") if q in table.columns), "Im(Z)")
    stated = f"as column {name} states it" if table.headed else "as it stands"
    return (
        f"Im(Z) is read with the opposite sign: {stated}, {points} would be inductive "
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


class Pauses(NamedTuple):
    """Which rows are not at f = 0, in their order, and the largest current of the table, A."""

    moving: Indices
    largest: float


def pauses_of(table: Table, frequency: Floats) -> Pauses:
    """What is asked about the rest before each sweep, found once for all of them."""
    current = table.column("current")
    largest = 0.0 if current is None else float(np.nanmax(np.abs(current), initial=0.0))
    return Pauses(np.flatnonzero(frequency != 0), largest)


def conditions(table: Table, between: Pauses, rows: Indices) -> Conditions:
    """What the table tells about the cell during one sweep: the time of its first row, medians of the rest."""
    time, cycle = table.column("time"), table.column("cycle")
    first, warmth = rows[0], median(table, "temperature", rows)
    rested, slope = rest(table, between, int(first))
    return Conditions(
        time_s=None if time is None or not np.isfinite(time[first]) else float(time[first]),
        duration_s=duration(table, rows),
        passed_mAh=passed(table, rows),
        rest_potential_V=finite(rested),
        rest_slope_mV_h=finite(slope),
        potential_V=median(table, "potential", rows),
        current_A=median(table, "current", rows),
        temperature_C=None if warmth is None or warmth < ABSOLUTE_ZERO else warmth,
        pressure_MPa=median(table, "pressure", rows),
        soc=median(table, "soc", rows),
        cycle=None if cycle is None or not np.isfinite(cycle[first]) else round(float(cycle[first])),
    )


def duration(table: Table, rows: Indices) -> float | None:
    """Time from the first to the last point of a sweep, s; None where the table does not tell."""
    time = table.at("time", rows)
    if time is None or len(rows) < 2 or not np.isfinite(time[[0, -1]]).all() or time[-1] <= time[0]:
        return None
    return float(time[-1] - time[0])


def passed(table: Table, rows: Indices) -> float | None:
    """Direct charge that passed during a sweep, mAh: by the counter of the instrument, else by dq, else <I> dt.

    A current counts where the name of its column says that it is a mean or direct one: else it may be an amplitude.
    """
    counter, steps = table.at("counter", rows), table.at("dq", rows)
    if counter is not None:
        return finite(counter[-1] - counter[0])
    if steps is not None:
        return finite(float(steps[1:].sum()))
    time, current = table.at("time", rows), table.at("current", rows)
    if time is None or current is None or not is_direct(table.columns["current"][0].name):
        return None
    return finite(float((current[1:] * np.diff(time)).sum()) / 3.6)


def rest(table: Table, between: Pauses, first: int) -> tuple[float, float]:
    """Potential (V) and slope (mV/h) at the end of the rest (f = 0, no current) directly above the first point."""
    above = int(np.searchsorted(between.moving, first))
    rows = np.arange(between.moving[above - 1] + 1 if above else 0, first)
    if not len(rows):
        return float("nan"), float("nan")
    time, potential, current = (table.at(quantity, rows) for quantity in ("time", "potential", "current"))
    if time is None or potential is None:
        return float("nan"), float("nan")
    known = np.isfinite(time) & np.isfinite(potential)
    if current is not None:
        moving = np.flatnonzero(~(np.abs(current) <= RESTING * between.largest))
        known[: moving[-1] + 1 if moving.size else 0] = False
    return ending(time[known], potential[known])


def is_direct(name: str) -> bool:
    """True for the name of a column of direct current: <I>, Idc, DC current."""
    return "<" in name or "dc" in name.lower()


def finite(value: float) -> float | None:
    """A number, None where it is none."""
    return float(value) if np.isfinite(value) else None
