"""The first page: the cell, the verdict in words, the circuit, the key numbers, what was decided, what is missing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from eisfit.numbers import frequency_text, unit_text, with_error
from eisfit.plots import plot_circuit
from eisfit.plots.branches import Index, axis_of, by_direction, place_text
from eisfit.plots.circuit import measure
from eisfit.plots.labels import role_symbol
from eisfit.plots.style import ALARM
from eisfit.report._flow import Block, Column, Drawing, Heading, Paragraph, Table, flow
from eisfit.report._processes import processes
from eisfit.report._protocol import condition, instrument, protocol
from eisfit.report._sheet import GREY, SMALL, Layout, Sheet
from eisfit.report._words import cell_name, plural, verdicts
from eisfit.study import Study
from eisfit.tables import resolved_values
from eisfit.tracking.track import RoleValues

TITLE = "Summary"
MOST_LISTED = 8
"""Decisions and missing inputs on this page; the provenance has all."""
UM_PER_CM = 1e4


def sheets(study: Study, layout: Layout) -> Iterator[Sheet]:
    """The summary; a second page where it does not fit on one."""
    yield from flow(_blocks(study), layout)


def _blocks(study: Study) -> Iterator[Block]:
    yield Paragraph(cell_name(study), size=15, bold=True, after=0)
    yield Paragraph(_subtitle(study), color=GREY, after=4)
    for verdict in verdicts(study):
        yield Paragraph(verdict.sentence, size=8, bullet="●", bullet_color=ALARM if verdict.alarm else "#9A9A9A")
    yield Heading("Circuit")
    yield Drawing(_drawing_height(study), lambda ax: plot_circuit(ax, study.fits.circuit))
    title = study.fits.circuit.title
    yield Paragraph(f"{study.fits.circuit}" + (f"   {title}" if title else ""), size=SMALL + 0.5, color=GREY)
    roles = processes(study)
    if roles is not None:
        yield roles
    yield Heading("Resistances")
    yield _key_table(study)
    yield Paragraph(
        "In brackets the standard error of the last digits."
        + ("" if len(study.series) == 1 else " Lowest and highest are among the resolved values."),
        size=SMALL,
        color=GREY,
    )
    yield from _list(
        "Inputs that are missing here", [f"{n.path}: {n.sentence}" for n in study.series.notes if n.kind == "skipped"]
    )
    yield Heading("Cell and measurement")
    yield Table((Column("", 1.3), Column("", 2.4), Column("", 1.2), Column("", 4.1)), _facts(study), wrap=3)
    yield Paragraph(f"Protocol: {protocol(study) or 'not known, there is no cycling record'}.", after=1)
    missing = [said for said, value in _wanted(study) if value is None]
    if missing:
        yield Paragraph(f"Not stated: {', '.join(missing)}.", after=1)
    yield from _list("Decisions and assumptions", study.decisions)


def _drawing_height(study: Study) -> float:
    size = measure(study.fits.circuit.root)
    return float(min(max(20.0 * (size.above + size.below), 40.0), 170.0))


def _list(title: str, sentences: Sequence[str]) -> Iterator[Block]:
    if not sentences:
        return
    yield Heading(title)
    for sentence in sentences[:MOST_LISTED]:
        yield Paragraph(sentence, bullet="–", after=1)
    if len(sentences) > MOST_LISTED:
        yield Paragraph(f"and {len(sentences) - MOST_LISTED} more under Provenance", color=GREY, bullet="–")


def _subtitle(study: Study) -> str:
    series = study.series
    low, high = min(float(s.frequency[-1]) for s in series), max(float(s.frequency[0]) for s in series)
    began = next((s.conditions.timestamp for s in series if s.conditions.timestamp), "")
    parts = [plural(len(series), "spectrum"), f"{frequency_text(high)} to {frequency_text(low)}"]
    if began:
        parts.append(f"measured from {began.replace('T', ' ').partition('.')[0]}")
    return ", ".join(parts)


def _single_table(study: Study) -> Table:
    """One row per role of a single spectrum."""
    rows = []
    for name, values in _quantities(study).items():
        known = bool(np.isfinite(values.value[0]))
        resolved = name not in study.track.roles or bool(resolved_values(study.track, name)[0])
        said = _valued(values, 0) + ("" if resolved or not known else " (not resolved)")
        rows.append([name if "$" in name else role_symbol(name), said, unit_text(values.unit)])
    return Table((Column("", 1.2, math=True), Column("Value", 2.4), Column("Unit", 6.0)), rows, size=7.2)


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
    return Table((Column("", 1.2, math=True), Column("Branch", 0.9), *middle, Column("Unit", 0.8)), rows, size=7.2)


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
    resolved = resolved_values(study.track, name) if name in study.track.roles else np.isfinite(values.value)
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


def _wanted(study: Study) -> list[tuple[str, object]]:
    """What a reader wants to know of a cell."""
    cell = study.series.cell
    return [
        ("type of the cell", cell.type),
        ("area", cell.area_cm2),
        ("thickness", cell.thickness_um),
        ("mass", cell.mass_mg),
        ("capacity", cell.capacity_mAh),
        ("temperature", condition(study, "temperature_C")),
        ("pressure", condition(study, "pressure_MPa")),
    ]


def _facts(study: Study) -> list[list[str]]:
    """Pairs of name and value in two columns: the cell on the left, the measurement and options on the right."""
    left, right = _about_cell(study) or [("Cell", "nothing is stated")], _about_measurement(study)
    n = max(len(left), len(right))
    left += [("", "")] * (n - len(left))
    right += [("", "")] * (n - len(right))
    return [[*a, *b] for a, b in zip(left, right, strict=True)]


def _about_cell(study: Study) -> list[tuple[str, str]]:
    cell = study.series.cell
    entries = (
        ("Type", cell.type, ""),
        ("Working electrode", cell.working_electrode, ""),
        ("Area", cell.area_cm2, "cm²"),
        ("Thickness", cell.thickness_um, "µm"),
        ("Active mass", cell.mass_mg, "mg"),
        ("Capacity", cell.capacity_mAh, "mAh"),
        ("Capacity per mass", cell.capacity_mAh_g, "mAh/g"),
        ("Active material", cell.host, ""),
        ("Temperature", condition(study, "temperature_C"), "°C"),
        ("Pressure", condition(study, "pressure_MPa"), "MPa"),
    )
    return [
        (n, f"{v:g} {u}" if isinstance(v, int | float) else f"{v} {u}".rstrip()) for n, v, u in entries if v is not None
    ]


def _about_measurement(study: Study) -> list[tuple[str, str]]:
    series = study.series
    points = sorted({len(s) for s in series})
    left_out = sum(int(s.mask.sum()) for s in series)
    files = len({s.source.path for s in series if s.source})
    options = study.fits.options
    entries = [
        ("Instrument", instrument(study) or "not known"),
        ("Points", f"{points[0]}" if len(points) == 1 else f"{points[0]} to {points[-1]}"),
        ("Left out", f"{plural(left_out, 'point')}" if left_out else "no point"),
        ("Files", str(files) if files else "not known"),
        ("Weighting", options.weighting + (", robust" if options.robust else "")),
        ("Drawn against", axis_of(study).label),
    ]
    entries += [("Tied", ", ".join(f"{a} = {b}" for a, b in options.tied))] if options.tied else []
    entries += [("Shared", ", ".join(options.shared))] if options.shared else []
    fixed = [f"{p.name} = {p.value:g}" for p in study.fits.circuit.parameters if p.fixed]
    return entries + ([("Fixed", ", ".join(fixed))] if fixed else [])
