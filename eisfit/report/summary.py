"""The first page: the answer. Verdict, the figure that matters, telling spectra, circuit, key numbers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from itertools import chain

import numpy as np

from eisfit.circuit import Circuit
from eisfit.numbers import UNDETERMINED, Scale, frequency_text, significant
from eisfit.plots import plot_bode, plot_circuit, plot_conductivity, plot_nyquist, plot_nyquist_series
from eisfit.plots.branches import Index, axis_of, by_direction, place_text, sound
from eisfit.plots.circuit import measure
from eisfit.plots.labels import circuit_symbols, role_symbol
from eisfit.plots.nyquist import CLOSE_SHAPE, has_close_up, shape_of
from eisfit.plots.several import window_of
from eisfit.plots.telling import first_telling_last
from eisfit.plots.trends import arc_colors, told
from eisfit.report._document import GUTTER, Block, Break, Column, Figure, Grid, Layout, Paragraph, Table, panel
from eisfit.report._facts import facts, lowered
from eisfit.report.resistances import tracks
from eisfit.roles.assign import INTERFACE
from eisfit.study import Study
from eisfit.tables import NOT_TRUSTED, REJECTED, Quantity, distinct, two_interfaces
from eisfit.tables.units import unit_of, units_of
from eisfit.verdicts import numbers, plural, verdicts

TITLE = "Summary"
MOST_TRACKS = 3
AROUND, LOWEST, HIGHEST = 62.0, 34.0, 84.0
"""Room for the axis below the tracks, and the heights that a track may have, points."""
BODE = 170.0
MOST_CIRCUITS = 3
"""Circuits that are drawn; a series has one, or those of single spectra as well."""


def blocks(study: Study, layout: Layout) -> Iterator[Block]:
    """Verdict, figures, circuit, key numbers."""
    above: list[Block] = [Paragraph(_subtitle(study), "note"), *verdicts(study)]
    below: list[Block] = [
        *_spectra(study, layout),
        *chain(*(_circuit(study, c) for c in study.fits.circuits[:MOST_CIRCUITS])),
    ]
    key_numbers = _key_numbers(study)
    if key_numbers.rows:
        below += [key_numbers, Paragraph(_note(study, key_numbers), "note")]
    yield from above
    yield from _course(study, layout, layout.spare([*above, *below]))
    yield from below
    yield Break()


def _subtitle(study: Study) -> str:
    series, known = study.series, facts(study)
    low, high = min(float(s.frequency[-1]) for s in series), max(float(s.frequency[0]) for s in series)
    began = next((s.conditions.timestamp for s in series if s.conditions.timestamp), "")
    parts = [plural(len(series), "spectrum"), f"{frequency_text(high)} to {frequency_text(low)}"]
    parts += [f"{known['type']} cell"] if "type" in known else []
    parts += [known[name] for name in ("area_cm2", "thickness_um", "temperature_C") if name in known]
    parts += [f"measured from {began.replace('T', ' ').partition('.')[0]}"] if began else []
    return ", ".join(parts)


def _course(study: Study, layout: Layout, spare: float) -> Iterator[Block]:
    """The figure that matters: against temperature, along the series, or the one spectrum; as high as room is spare."""
    single = [q for q in study.quantities() if q.unit == "ohm" and not q.name.endswith("_total")]
    resistances = [q for q in single if q.resolved.any()]
    if len(study.series) == 1:
        yield from _one(study, layout, spare)
    elif not resistances:
        left, right, low, high = window_of(study, np.arange(len(study.series)))
        height = _nyquist_height([(high - low) / (right - left)], layout.width - 84, (120.0, 230.0))
        yield Figure(panel(partial(plot_nyquist_series, study=study), right=46), height, "Nyquist plots of all spectra")
    elif axis_of(study).name == "temperature":
        said = "Conductivity or resistances of the electrolyte against temperature"
        yield Figure(panel(partial(plot_conductivity, study=study), left=44, top=30), min(max(spare, 120), 230), said)
    else:
        shown = resistances[:MOST_TRACKS]
        height = min(max((spare - AROUND) / len(shown), LOWEST), HIGHEST)
        yield tracks(study, shown, height, per_area=layout.per_area)


def _one(study: Study, layout: Layout, spare: float) -> Iterator[Block]:
    """A single spectrum: Nyquist plot, of a tail with the arcs close up beside it, and Bode plot."""
    fit, draw = study.fits[0], partial(plot_nyquist, value=study.fits[0], colors=arc_colors(study, 0))
    nyquist = "Nyquist plot of the spectrum and its fit"
    high = min(max(spare - BODE - 30, 110.0), 230.0)
    if has_close_up(fit):
        whole = Figure(panel(partial(draw, close_up=False)), high, nyquist)
        close = Figure(panel(partial(draw, near=True)), high, f"{nyquist}, close up")
        yield Grid([[whole], [close]], (2, 3))
    else:
        height = _nyquist_height([shape_of(fit, below=True)], layout.width - 44, (110.0, high))
        yield Figure(panel(draw), height, nyquist)
    bode = "Magnitude and phase of the spectrum and its fit against frequency"
    yield Figure(panel(partial(plot_bode, value=fit), right=38), BODE, bode)


def _spectra(study: Study, layout: Layout) -> Iterator[Block]:
    """First, telling and last spectrum beside each other."""
    if len(study.series) < 2:
        return
    shown = first_telling_last(study)
    inner = (layout.width - 2 * GUTTER) / 3 - 36
    draw = {i: partial(plot_nyquist, value=study.fits[i], near=True, colors=arc_colors(study, i)) for i in shown}
    tails = {i: has_close_up(study.fits[i]) for i in shown}
    shapes = [CLOSE_SHAPE + 0.05 if tails[i] else shape_of(study.fits[i], below=True) for i in shown]
    height = _nyquist_height(shapes, inner, (36.0, 104.0))
    yield Grid([
        [
            Figure(
                panel(draw[i], left=32, right=4, top=4, bottom=24),
                height,
                f"Nyquist plot of spectrum {i + 1} and its fit",
                name,
                "; ".join(said for said in (_at(study, i), "the tail at low frequency is left out" * tails[i]) if said),
            )
        ]
        for i, name in sorted(shown.items())
    ], [1.0] * 3)  # fmt: skip


def _nyquist_height(shapes: Sequence[float], width: float, ends: tuple[float, float]) -> float:
    """Height of a figure in which frames of these shapes fill this width, within limits."""
    return min(max(max(shapes) * width, ends[0]), ends[1]) + 28


def _at(study: Study, i: int) -> str:
    """Where a spectrum lies on the axis."""
    if axis_of(study).name == "index" or not np.isfinite(axis_of(study).values[i]):
        return ""
    name, _, unit = axis_of(study).label.partition(" (")
    return f"{name} {place_text(study, i)} {unit.rstrip(')')}".rstrip()


def _circuit(study: Study, circuit: Circuit) -> Iterator[Block]:
    """The drawing of a circuit and its text, with the roles; where there are several, the spectra that have it."""
    size = measure(circuit.root)
    height = float(min(max(18.0 * (size.above + size.below), 40.0), 120.0))
    yield Figure(lambda canvas: plot_circuit(canvas.add_axes((0, 0, 1, 1)), circuit), height, f"The circuit {circuit}")
    said = [circuit_symbols(circuit), circuit.title.replace("$", r"\$")]
    if len(study.fits.circuits) > 1:
        own = [i for i, one in enumerate(study.fits.circuit_of) if str(one) == str(circuit)]
        said.append(f"{plural(len(own), 'spectrum')}: {numbers(own)}")
    else:
        roles = {role: name for role, name in (study.track.assigned or {}).items() if role != name}
        said.append(", ".join(f"{role_symbol(role)} = {role_symbol(name)}" for role, name in roles.items()))
    yield Paragraph("   ".join(text for text in said if text), "note", math=True)


def _key_numbers(study: Study) -> Table:
    """One row per quantity (and branch); quantities in units of their size, the last column where the area is known."""
    single = len(study.series) == 1
    branches = {"Value": np.array([0])} if single else {name or "series": at for name, at in _branches(study).items()}
    rows = []
    areal = told(study, per_area=True)
    unit = unit_of([q.value[q.resolved] for q in areal.values() if q.unit == "ohm cm2"], "ohm cm2")
    units = units_of(study.quantities())
    for q in (q.in_unit(units[q.name]) for q in distinct(study.quantities())):
        if not np.isfinite(q.value).any():
            continue
        for name, index in branches.items():
            label = role_symbol(q.name) if name == next(iter(branches)) else ""
            values = [_value(q)] if single else _extremes(study, q, index)
            rows.append([label, name, *values, q.unit, _areal(areal[q.name], unit, index)])
    where = "" if axis_of(study).name == "index" else f" at {lowered(axis_of(study).label)}"
    heads = [("First", 1.6), (f"Lowest{where}", 2.2), (f"Highest{where}", 2.2), ("Last", 1.6), ("Unit", 0.7)]
    columns = [Column("", 0.9, math=True), Column("Branch", 1.0), *(Column(*head) for head in heads)]
    if single:
        columns = [Column("", 1.2, math=True), Column("", 0.0), Column("Value", 2.4), Column("Unit", 1.5)]
    columns.append(Column(unit.unit, 4.5 if single else 1.5))
    kept = [k for k in range(len(columns)) if k != 1 or len(branches) > 1]
    kept = kept if study.series.cell.area_cm2 else kept[:-1]
    return Table([columns[k] for k in kept], [[row[k] for k in kept] for row in rows])


def _branches(study: Study) -> dict[str, Index]:
    """The spectra of each direction, those under a leak or of no steady cell left out."""
    return {name: sound(study, index) for name, index in by_direction(study.series).items()}


def _value(q: Quantity) -> str:
    said = q.text(0)
    return said if q.resolved[0] or not np.isfinite(q.value[0]) or said == UNDETERMINED else f"{said} ({UNDETERMINED})"


def _note(study: Study, table: Table) -> str:
    """What the columns of the key numbers are."""
    said = ["In brackets the standard error of the last digits."]
    if any(NOT_TRUSTED in cell for row in table.rows for cell in row):
        said.append(f"{NOT_TRUSTED}: {REJECTED}.")
    if len(study.series) > 1:
        out = len(study.series) - len(sound(study, np.arange(len(study.series))))
        among = f"; {plural(out, 'spectrum')} with a leak, suspected ones too, or failing Kramers–Kronig left out"
        said.append(f"Lowest and highest are among the resolved values{among * (out > 0)}.")
    if study.series.cell.area_cm2:
        halved = "; R_Int per interface, half of that" * (two_interfaces(study.series.cell, INTERFACE))
        said.append(f"With cm²: resistance times area{halved}.")
    return " ".join(said)


def _areal(q: Quantity, unit: Scale, index: Index) -> str:
    """Lowest to highest resolved value times area, of the two interfaces of a symmetric cell that of one."""
    known = q.value[index][q.resolved[index] & np.isfinite(q.value[index])] / unit.factor
    if q.unit != "ohm cm2" or not known.size:
        return ""
    low, high = (significant(float(v), 3) for v in (known.min(), known.max()))
    return low if low == high else f"{low} to {high}"


def _extremes(study: Study, q: Quantity, index: Index) -> list[str]:
    """First, lowest, highest and last value of a branch; what is not resolved is said, not given as an extreme."""
    known = index[np.isfinite(q.value[index])]
    if not known.size:
        return ["–"] * 4
    pool = known[q.resolved[known]]
    ends = [q.text(int(i)) if q.resolved[i] else UNDETERMINED for i in (known[0], known[-1])]
    if len(sound(study, np.arange(len(study.series)))) < len(study.series):
        ends = [f"{said}, no. {i + 1}" for said, i in zip(ends, (known[0], known[-1]), strict=True)]
    if not pool.size:
        return [ends[0], "–", "–", ends[1]]
    low, high = int(pool[np.argmin(q.value[pool])]), int(pool[np.argmax(q.value[pool])])
    return [ends[0], _placed(study, q, low), _placed(study, q, high), ends[1]]


def _placed(study: Study, q: Quantity, i: int) -> str:
    """A value with its place along the axis."""
    place = place_text(study, i)
    return f"{q.text(i)}{', ' if place.startswith('no.') else ' at '}{place}"
