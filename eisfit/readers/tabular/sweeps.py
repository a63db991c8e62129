"""From the columns of a table to spectra and pieces of record.

Rows at f > 0 are impedance points, split into sweeps as `cuts` says. Rows at f = 0 are no points: they are cycling, or
the direct current before a sweep.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple, overload

import numpy as np

from eisfit.errors import CorruptFile, EmptyFile
from eisfit.readers._base import Content
from eisfit.readers.tabular.columns import has_frequency
from eisfit.readers.tabular.conditions import conditions, pauses_of, sensors
from eisfit.readers.tabular.cuts import sweeps_of
from eisfit.readers.tabular.electrodes import others, seen_from
from eisfit.readers.tabular.impedance import measured
from eisfit.readers.tabular.plausible import refuse_implausible
from eisfit.readers.tabular.points import usable
from eisfit.readers.tabular.samples import by_sample, repetitions
from eisfit.readers.tabular.sign import Verdict, judge
from eisfit.readers.tabular.table import Indices, Table, check
from eisfit.readers.tabular.traces import cycling_only, trace_of
from eisfit.spectrum import Complexes, Floats, Note, Source, Spectrum, build, no_mask, no_reasons

SHORT = 5
"""A sweep of fewer points is no whole spectrum."""
FEW_SWEEPS = 3
"""In a table of so many sweeps or more, most of them short, the frequency jumps."""


@np.errstate(over="ignore", invalid="ignore")  # damaged files hold any number; what is not finite is dropped
def content(table: Table, notes: tuple[Note, ...] = ()) -> Content:
    """Spectra, pieces of record and notes of a table; `notes` are those on its rows.

    Raises CorruptFile where a column is missing or the frequency jumps up and down, EmptyFile where there is not a
    single impedance point or cycling row.
    """
    if not len(table.values):
        raise EmptyFile("holds no data rows: the measurement stopped before its first row", table.shown)
    if not has_frequency(table.columns):
        check(table.columns, table.shown)
        return Content(traces=(cycling_only(table),), notes=notes, start=table.start, cell=table.cell, span=span(table))
    views = seen_from(table)
    found = [of_electrode(view, label) for label, view in views]
    frequency = found[0].frequency
    trace = trace_of(table, frequency == 0, rest=not table.cycling)
    spectra = found[0].spectra if len(found) == 1 else in_turn([part.spectra for part in found], table.shown)
    if not spectra and (trace is None or trace.rest):
        raise EmptyFile("holds no impedance: no row has a frequency above 0 and an impedance", table.shown)
    return Content(
        spectra=spectra,
        traces=() if trace is None else (trace,),
        notes=(*notes, *dict.fromkeys(note for part in found for note in part.notes), *others(table)),
        start=table.start,
        cell=table.cell,
        span=span(table),
    )


def in_turn(parts: Sequence[Sequence[Spectrum]], shown: str) -> tuple[Spectrum, ...]:
    """The spectra of several electrodes, those of one sweep beside each other."""
    spectra = (spectrum for sweep in zip(*parts, strict=False) for spectrum in sweep)
    return tuple(spectrum.with_(source=Source(path=shown, sweep=i)) for i, spectrum in enumerate(spectra))


class OfElectrode(NamedTuple):
    """Frequency of every row (N,) and the spectra of one electrode, with notes."""

    frequency: Floats
    spectra: tuple[Spectrum, ...]
    notes: tuple[Note, ...]


def of_electrode(table: Table, label: str) -> OfElectrode:
    """The spectra of one view on a table."""
    check(table.columns, table.shown, geometry=table.vacuum_F is not None)
    found = measured(table)
    point, left_out = usable(table, found.frequency, found.impedance)
    parts = by_sample(table, found.frequency, np.flatnonzero(point))
    for part in parts:
        left_out += repetitions(table, found.frequency, found.impedance, part)
    sweeps = [rows for part in parts for rows in sweeps_of(table, found.frequency, part)]
    refuse_jumps(table, found.frequency, sweeps)
    refuse_implausible(table, found.frequency, found.impedance, sweeps)
    spectra, about = spectra_of(table, found.frequency, found.impedance, sweeps, label)
    return OfElectrode(found.frequency, spectra, (*found.notes, *left_out, *about, *sensors(table, sweeps)))


def refuse_jumps(table: Table, frequency: Floats, sweeps: list[Indices]) -> None:
    """Raises CorruptFile where the frequency jumps up and down: most of many sweeps have but a few points."""
    short = sum(len(rows) < SHORT for rows in sweeps)
    if len(sweeps) < FEW_SWEEPS or 2 * short <= len(sweeps) or "group" in table.columns:
        return
    points = sum(map(len, sweeps))
    sentence = (
        f"its frequency jumps up and down: {points} points would be {len(sweeps)} sweeps, {short} of them of fewer "
        f"than {SHORT} points; the column of the frequency is damaged or is another one"
    )
    raise CorruptFile(sentence, table.shown)


class Parts(Sequence[tuple[Floats, Complexes]]):
    """Frequency and impedance of each sweep; of the rows of a large table a copy is made for one sweep at a time."""

    def __init__(self, frequency: Floats, impedance: Complexes, sweeps: Sequence[Indices]) -> None:
        self._rows = (frequency, impedance)
        self._sweeps = sweeps

    def __len__(self) -> int:
        return len(self._sweeps)

    @overload
    def __getitem__(self, i: int) -> tuple[Floats, Complexes]: ...
    @overload
    def __getitem__(self, i: slice) -> Parts: ...
    def __getitem__(self, i: int | slice) -> tuple[Floats, Complexes] | Parts:
        frequency, impedance = self._rows
        if isinstance(i, slice):
            return Parts(frequency, impedance, self._sweeps[i])
        return frequency[self._sweeps[i]], impedance[self._sweeps[i]]


def spectra_of(
    table: Table, frequency: Floats, impedance: Complexes, sweeps: list[Indices], label: str
) -> tuple[tuple[Spectrum, ...], list[Note]]:
    """The sweeps of a table as spectra, the sign of Im Z settled over all of them; notes on it."""
    sign = judge(Parts(frequency, impedance, sweeps), stated=table.headed)
    parts = Parts(frequency, impedance.conj() if sign.conjugated else impedance, sweeps)
    notes = [Note("assumed", table.shown, about_sign(table, sign))] if sign.conjugated or sign.mostly_inductive else []
    if sweeps and all(np.all(z.imag == 0) for _, z in parts):
        notes.append(Note("assumed", table.shown, "Im(Z) is 0 at every point: is this the column that was meant?"))
    short = [len(rows) for rows in sweeps if len(rows) < SHORT]
    if short and len(sweeps) > 1:
        which = "1 sweep has" if len(short) == 1 else f"{len(short)} of {len(sweeps)} sweeps have"
        notes.append(Note("assumed", table.shown, f"{which} fewer than {SHORT} points: no whole spectrum"))
    sigma, between = sigmas(table), pauses_of(table, frequency)
    spectra = tuple(
        spectrum_of(
            f,
            z,
            sigma=None if sigma is None else sigma[rows],
            conditions=conditions(table, between, rows),
            label=label,
            source=Source(path=table.shown, sweep=i),
        )
        for i, ((f, z), rows) in enumerate(zip(parts, sweeps, strict=True))
    )
    return spectra, notes


def spectrum_of(frequency: Floats, impedance: Complexes, **others: Any) -> Spectrum:
    """A spectrum of rows of a table (F,), private arrays that were looked at: without another look."""
    if (frequency[1:] > frequency[:-1]).any():
        return Spectrum(frequency, impedance, **others)
    points = {"mask": no_mask(len(frequency)), "reasons": no_reasons(len(frequency))}
    return build(Spectrum, {"frequency": frequency, "impedance": impedance, **points, **others})


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
