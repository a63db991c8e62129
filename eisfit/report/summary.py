"""The first page: the cell, the verdict in words, the circuit, the key numbers, what was decided, what is missing."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from matplotlib.figure import Figure as Canvas

from eisfit.numbers import frequency_text, unit_text, with_error
from eisfit.plots import plot_circuit, plot_nyquist, plot_resistances
from eisfit.plots.branches import Index, axis_of, by_direction, place_text
from eisfit.plots.circuit import measure
from eisfit.plots.labels import role_symbol
from eisfit.plots.trends import main_roles, resolved_values
from eisfit.report._document import Block, Break, Column, Figure, Layout, Paragraph, Table, panel
from eisfit.report._protocol import condition
from eisfit.report._words import plural, verdicts
from eisfit.study import Study
from eisfit.tracking.track import RoleValues

TITLE = "Summary"
UM_PER_CM = 1e4


def blocks(study: Study, layout: Layout) -> Iterator[Block]:
    """Verdict, figures, circuit, key numbers."""
    yield Paragraph(_subtitle(study), "note")
    yield from verdicts(study)
    yield from _course(study)
    yield Figure(lambda canvas: _circuit(canvas, study), _drawing_height(study), f"The circuit {study.fits.circuit}")
    title = study.fits.circuit.title
    yield Paragraph(f"{study.fits.circuit}" + (f"   {title}" if title else ""), "note")
    yield _key_table(study)
    among = "" if len(study.series) == 1 else " Lowest and highest are among the resolved values."
    yield Paragraph(f"In brackets the standard error of the last digits.{among}", "note")
    yield Break()


def _course(study: Study) -> Iterator[Block]:
    if len(study.series) > 1 and main_roles(study):
        yield Figure(
            panel(lambda ax: plot_resistances(ax, study), top=24), 190, "Resistances along the series with errors"
        )
    elif len(study.series) == 1:
        yield Figure(panel(lambda ax: plot_nyquist(ax, study.fits[0])), 190, "Nyquist plot of the spectrum and its fit")


def _circuit(canvas: Canvas, study: Study) -> None:
    plot_circuit(canvas.add_axes((0, 0, 1, 1)), study.fits.circuit)


def _drawing_height(study: Study) -> float:
    size = measure(study.fits.circuit.root)
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


def _single_table(study: Study) -> Table:
    """One row per role of a single spectrum."""
    rows = []
    for name, values in _quantities(study).items():
        known = bool(np.isfinite(values.value[0]))
        resolved = name not in study.track.roles or bool(resolved_values(study, name)[0])
        said = _valued(values, 0) + ("" if resolved or not known else " (not resolved)")
        rows.append([name if "$" in name else role_symbol(name), said, unit_text(values.unit)])
    return Table((Column("", 1.2, math=True), Column("Value", 2.4), Column("Unit", 6.0)), rows)


def _key_table(study: Study) -> Table:
    """One row per role and branch: first, lowest, highest and last value."""
    if len(study.series) == 1:
        return _single_table(study)
    groups = by_direction(study.series)
    rows = []
    for name, values in _quantities(study).items():
        label = name if "$" in name else role_symbol(name)
        for direction, index in groups.items():
            rows.append([label, direction or "series", *_extremes(study, name, values, index), unit_text(values.unit)])
            label = ""
    where = "" if study.track.axis.name == "index" else f" at {lowered(axis_of(study).label)}"
    heads = ("First", f"Lowest{where}", f"Highest{where}", "Last")
    wide = (1.3, 2.2, 2.2, 1.3)
    middle = [Column(head, share) for head, share in zip(heads, wide, strict=True)]
    return Table((Column("", 1.2, math=True), Column("Branch", 0.9), *middle, Column("Unit", 0.8)), rows)


def lowered(label: str) -> str:
    """A label within a sentence: its first letter is small, units stay as they are."""
    return label[:1].lower() + label[1:]


def _quantities(study: Study) -> dict[str, RoleValues]:
    """The roles, and the conductivity of the electrolyte where area and thickness are known."""
    out = dict(study.track.roles)
    cell = study.series.cell
    total = out.get("R_SE_total", out.get("R_SE_bulk"))
    if total is not None and cell.area_cm2 and cell.thickness_um:
        out[r"$\sigma_\mathrm{SE}$"] = conductivity(total, cell.area_cm2, cell.thickness_um)
    return out


def conductivity(resistance: RoleValues, area_cm2: float, thickness_um: float) -> RoleValues:
    """L / (R A) in mS/cm with its standard error."""
    with np.errstate(divide="ignore", invalid="ignore"):
        value = 1e3 * thickness_um / UM_PER_CM / area_cm2 / resistance.value
        return RoleValues(value, value * resistance.stderr / resistance.value, "mS/cm")


def _extremes(study: Study, name: str, values: RoleValues, index: Index) -> list[str]:
    """First, lowest, highest and last value of a branch; what is not resolved is said, not given as an extreme."""
    known = index[np.isfinite(values.value[index])]
    if not known.size:
        return ["–"] * 4
    resolved = resolved_values(study, name) if name in study.track.roles else np.isfinite(values.value)
    pool = known[resolved[known]]
    ends = [_valued(values, int(i)) if resolved[i] else "not resolved" for i in (known[0], known[-1])]
    if not pool.size:
        return [ends[0], "–", "–", ends[1]]
    low, high = int(pool[np.argmin(values.value[pool])]), int(pool[np.argmax(values.value[pool])])
    return [ends[0], _placed(study, values, low), _placed(study, values, high), ends[1]]


def _valued(values: RoleValues, i: int) -> str:
    return with_error(float(values.value[i]), float(values.stderr[i]))


def _placed(study: Study, values: RoleValues, i: int) -> str:
    """A value with its place along the axis."""
    place = place_text(study, i)
    return f"{_valued(values, i)}, {place}" if place.startswith("no.") else f"{_valued(values, i)} at {place}"
