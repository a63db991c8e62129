"""The first page: the answer. Verdict, the figure that matters, telling spectra, circuit, key numbers."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure as Canvas

from eisfit.circuit import Circuit
from eisfit.numbers import UNDETERMINED, frequency_text, unit_text, with_error
from eisfit.plots import plot_bode, plot_circuit, plot_conductivity, plot_nyquist
from eisfit.plots.branches import Index, axis_of, by_direction, place_text, sound
from eisfit.plots.circuit import measure
from eisfit.plots.labels import role_symbol
from eisfit.plots.nyquist import CLOSE_SHAPE, is_tail, shape_of
from eisfit.plots.trends import resistance_scale
from eisfit.report._document import GUTTER, Block, Break, Column, Figure, Grid, Layout, Paragraph, Table, panel
from eisfit.report._protocol import condition
from eisfit.report._tracks import tracks
from eisfit.report._words import numbers, plural, verdicts
from eisfit.roles.assign import INTERFACE
from eisfit.study import Study
from eisfit.tables import NOT_TRUSTED, Quantity, specific_area, two_interfaces
from eisfit.tracking.track import RoleValues

TITLE = "Summary"
ALIKE_SIZES = 300.0
"""Resistances that differ by no more than this factor are given in one unit."""
TELLING = {
    "hard_short": "Hard short",
    "soft_short": "Soft short",
    "suspect_short": "Suspected short",
    "not_converged": "Not converged",
    "misfit": "Missed by the circuit",
    "kk_fail": "Fails Kramers–Kronig",
}
"""Flags whose first spectrum is shown between the first and the last, the gravest first."""
MOST_TRACKS = 3
FEW_ROWS = 9
"""Key numbers in fewer rows leave room for higher figures."""
MOST_CIRCUITS = 3
"""Circuits that are drawn; a series has one, or those of single spectra as well."""


def blocks(study: Study, layout: Layout) -> Iterator[Block]:
    """Verdict, figures, circuit, key numbers."""
    yield Paragraph(_subtitle(study), "note")
    yield from verdicts(study)
    key_numbers = _key_numbers(study)
    yield from _course(study, layout, spare=len(key_numbers.rows) < FEW_ROWS)
    yield from _spectra(study, layout)
    for circuit in study.fits.circuits[:MOST_CIRCUITS]:
        yield from _circuit(study, circuit)
    yield key_numbers
    yield Paragraph(_note(study), "note")
    yield Break()


def _course(study: Study, layout: Layout, *, spare: bool) -> Iterator[Block]:
    """The figure that matters: against temperature, along the series, or the one spectrum; higher on `spare` room."""
    single = [q for q in study.quantities() if q.unit == "ohm" and not q.name.endswith("_total")]
    resistances = [q for q in single if q.resolved.any()] or single
    if len(study.series) == 1:
        yield from _one(study, layout)
    elif axis_of(study).name == "temperature":
        said = "Conductivity or resistances of the electrolyte against temperature"
        yield Figure(panel(lambda ax: plot_conductivity(ax, study), left=44, top=30), 230, said)
    elif resistances:
        rows = resistances[:MOST_TRACKS]
        yield tracks(study, rows, 84.0 if spare else 60.0, per_area=layout.per_area)


def _one(study: Study, layout: Layout) -> Iterator[Block]:
    """A single spectrum: Nyquist plot, of a tail with the arcs close up beside it, and Bode plot."""
    fit = study.fits[0]
    nyquist = "Nyquist plot of the spectrum and its fit"
    if is_tail(fit):
        whole = Figure(panel(lambda ax: plot_nyquist(ax, fit, close_up=False)), 190, nyquist)
        close = Figure(panel(lambda ax: plot_nyquist(ax, fit, near=True)), 190, f"{nyquist}, close up")
        yield Grid([[whole], [close]], (2, 3))
    else:
        height = _nyquist_height([shape_of(fit)], layout.width - 44, (120.0, 230.0))
        yield Figure(panel(lambda ax: plot_nyquist(ax, fit)), height, nyquist)
    bode = "Magnitude and phase of the spectrum and its fit against frequency"
    yield Figure(panel(lambda ax: plot_bode(ax, fit), right=38), 170, bode)


def _spectra(study: Study, layout: Layout) -> Iterator[Block]:
    """First, telling and last spectrum beside each other."""
    n = len(study.series)
    if n < 2:
        return
    flagged = (study.track.flagged(flag) for flag in TELLING)
    named = zip(flagged, TELLING.values(), strict=True)
    telling, why = next(((at[0], name) for at, name in named if at), (n // 2, "Middle"))
    shown = {0: "First", telling: why, n - 1: "Last"}
    inner = (layout.width - 2 * GUTTER) / 3 - 36
    tails = {i: is_tail(study.fits[i]) for i in shown}
    shapes = [CLOSE_SHAPE + 0.05 if tails[i] else shape_of(study.fits[i]) for i in shown]
    height = _nyquist_height(shapes, inner, (50.0, 104.0))
    figures = [
        Figure(
            panel(_nyquist(study, i), left=32, right=4, top=4, bottom=24),
            height,
            f"Nyquist plot of spectrum {i + 1} and its fit",
            f"{name} (no. {i + 1})",
            "; ".join(said for said in (_at(study, i), "the tail at low frequency is left out" * tails[i]) if said),
        )
        for i, name in sorted(shown.items())
    ]
    yield Grid([*([figure] for figure in figures), *([[]] * (3 - len(figures)))])


def _nyquist_height(shapes: Sequence[float], width: float, ends: tuple[float, float]) -> float:
    """Height of a figure in which frames of these shapes fill this width, within limits."""
    return min(max(max(shapes) * width, ends[0]), ends[1]) + 28


def _nyquist(study: Study, i: int) -> Callable[[Axes], Axes]:
    return lambda ax: plot_nyquist(ax, study.fits[i], near=True)


def _at(study: Study, i: int) -> str:
    """Where a spectrum lies on the axis."""
    if axis_of(study).name == "index" or not np.isfinite(axis_of(study).values[i]):
        return ""
    name, _, unit = axis_of(study).label.partition(" (")
    return f"{name} {place_text(study, i)} {unit.rstrip(')')}".rstrip()


def _circuit(study: Study, circuit: Circuit) -> Iterator[Block]:
    """The drawing of a circuit and its text; where there are several, the spectra that have it."""
    yield Figure(lambda canvas: _drawn(canvas, circuit), _drawing_height(circuit), f"The circuit {circuit}")
    title = f"   {circuit.title}" if circuit.title else ""
    several = len(study.fits.circuits) > 1
    own = [i for i, one in enumerate(study.fits.circuit_of) if str(one) == str(circuit)] if several else []
    of = f"   {plural(len(own), 'spectrum')}: {numbers(own)}" if several else ""
    yield Paragraph(f"{circuit}{title}{of}", "note")


def _drawn(canvas: Canvas, circuit: Circuit) -> None:
    plot_circuit(canvas.add_axes((0, 0, 1, 1)), circuit)


def _drawing_height(circuit: Circuit) -> float:
    size = measure(circuit.root)
    return float(min(max(18.0 * (size.above + size.below), 40.0), 120.0))


def _subtitle(study: Study) -> str:
    series = study.series
    low, high = min(float(s.frequency[-1]) for s in series), max(float(s.frequency[0]) for s in series)
    began = next((s.conditions.timestamp for s in series if s.conditions.timestamp), "")
    parts = [plural(len(series), "spectrum"), f"{frequency_text(high)} to {frequency_text(low)}"]
    cell = study.series.cell
    known = ((cell.area_cm2, "cm²"), (cell.thickness_um, "µm"), (condition(study, "temperature_C"), "°C"))
    parts += [f"{cell.type} cell"] if cell.type else []
    parts += [f"{value:g} {unit}" if isinstance(value, float) else f"{value} {unit}" for value, unit in known if value]
    if began:
        parts.append(f"measured from {began.replace('T', ' ').partition('.')[0]}")
    return ", ".join(parts)


def _key_numbers(study: Study) -> Table:
    return _single_table(study) if len(study.series) == 1 else _key_table(study)


def _note(study: Study) -> str:
    """What the columns of the key numbers are."""
    said = ["In brackets the standard error of the last digits."]
    if study.track.flagged("misfit"):
        said.append(f"{NOT_TRUSTED}: the circuit misses the spectrum, the error is not to be trusted.")
    if len(study.series) > 1:
        leaks = len(study.series) - len(sound(study, np.arange(len(study.series))))
        among = f"; the {plural(leaks, 'spectrum')} with a leak left out" if leaks else ""
        said.append(f"Lowest and highest are among the resolved values{among}.")
    if study.series.cell.area_cm2:
        halved = "; R_Int per interface, half of that" * (two_interfaces(study.series.cell, INTERFACE))
        said.append(f"Ω cm²: resistance times area{halved}.")
    return " ".join(said)


def _single_table(study: Study) -> Table:
    """One row per quantity of a single spectrum."""
    rows = []
    for measured, q in zip(study.quantities(), _readable(study.quantities()), strict=True):
        said = q.text(0)
        sure = q.resolved[0] or not np.isfinite(q.value[0]) or said == UNDETERMINED
        row = [role_symbol(q.name), said + ("" if sure else " (not resolved)"), unit_text(q.unit)]
        rows.append([*row, _areal(study, measured, np.array([0]))])
    heads = (Column("", 1.2, math=True), Column("Value", 2.4), Column("Unit", 1.5), Column("Ω cm²", 4.5))
    return Table(heads if study.series.cell.area_cm2 else heads[:3], _cut(study, rows))


def _key_table(study: Study) -> Table:
    """One row per quantity and branch: first, lowest, highest and last value."""
    rows = []
    for measured, q in zip(study.quantities(), _readable(study.quantities()), strict=True):
        label = role_symbol(q.name)
        for direction, index in by_direction(study.series).items():
            tight = sound(study, index)
            row = [label, direction or "series", *_extremes(study, q, tight), unit_text(q.unit)]
            rows.append([*row, _areal(study, measured, tight)])
            label = ""
    where = "" if axis_of(study).name == "index" else f" at {lowered(axis_of(study).label)}"
    heads = (("First", 1.4), (f"Lowest{where}", 2.2), (f"Highest{where}", 2.2), ("Last", 1.4), ("Unit", 0.7))
    columns = [Column("", 0.9, math=True), Column("Branch", 1.0), *(Column(*head) for head in heads)]
    columns += [Column("Ω cm²", 1.5)] if study.series.cell.area_cm2 else []
    rows = _cut(study, rows)
    if all(row[1] == "series" for row in rows):
        return Table([columns[0], *columns[2:]], [[row[0], *row[2:]] for row in rows])
    return Table(columns, rows)


def _readable(quantities: Sequence[Quantity]) -> list[Quantity]:
    """The quantities in units of their size: resistances of like size in one unit, mohm, ohm or kohm."""
    ohms = [q for q in quantities if q.unit == "ohm" and (np.isfinite(q.value) & q.resolved).any()]
    sizes = [float(np.nanmedian(np.abs(q.value[q.resolved]))) for q in ohms]
    alike = bool(sizes) and max(sizes) < ALIKE_SIZES * max(min(sizes), 1e-300)
    common = resistance_scale([RoleValues(q.value, q.stderr, q.unit) for q in ohms])
    out = []
    for q in quantities:
        own = resistance_scale([RoleValues(q.value, q.stderr, q.unit)])
        scale = common if q.unit == "ohm" and (alike or q.name not in {other.name for other in ohms}) else own
        out.append(q._replace(value=q.value / scale.factor, stderr=q.stderr / scale.factor, unit=scale.unit))
    return out


def _cut(study: Study, rows: list[list[str]]) -> list[list[str]]:
    """Without the last column where no area is known."""
    return rows if study.series.cell.area_cm2 else [row[:-1] for row in rows]


def _areal(study: Study, q: Quantity, index: Index) -> str:
    """Lowest to highest resolved value times area, of the two interfaces of a symmetric cell that of one."""
    area = specific_area(study.series.cell, q.name)
    known = q.value[index][q.resolved[index] & np.isfinite(q.value[index])]
    if area is None or q.unit != "ohm" or not known.size:
        return ""
    low, high = (with_error(float(f"{area * v:.3g}"), digits=3) for v in (known.min(), known.max()))
    return low if low == high else f"{low} to {high}"


def lowered(label: str) -> str:
    """A label within a sentence: its first letter is small, units stay as they are."""
    return label[:1].lower() + label[1:]


def _extremes(study: Study, q: Quantity, index: Index) -> list[str]:
    """First, lowest, highest and last value of a branch; what is not resolved is said, not given as an extreme."""
    known = index[np.isfinite(q.value[index])]
    if not known.size:
        return ["–"] * 4
    pool = known[q.resolved[known]]
    ends = [_valued(q, int(i)) if q.resolved[i] else "not resolved" for i in (known[0], known[-1])]
    if not pool.size:
        return [ends[0], "–", "–", ends[1]]
    low, high = int(pool[np.argmin(q.value[pool])]), int(pool[np.argmax(q.value[pool])])
    return [ends[0], _placed(study, q, low), _placed(study, q, high), ends[1]]


def _valued(q: Quantity, i: int) -> str:
    return with_error(float(q.value[i]), float(q.stderr[i])) + (NOT_TRUSTED if i in q.missed else "")


def _placed(study: Study, q: Quantity, i: int) -> str:
    """A value with its place along the axis."""
    place = place_text(study, i)
    return f"{_valued(q, i)}, {place}" if place.startswith("no.") else f"{_valued(q, i)} at {place}"
