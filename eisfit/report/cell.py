"""The cell and how it was measured: what is known, what the arcs stand for, what was decided, what is missing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from eisfit.plots.branches import axis_of
from eisfit.report._document import Block, Column, Heading, Layout, Paragraph, Table
from eisfit.report._processes import processes
from eisfit.report._protocol import condition, instrument, protocol
from eisfit.report._words import plural
from eisfit.study import Study

TITLE = "Cell and measurement"
MOST_LISTED = 8
"""Missing inputs on this page; the provenance has all."""


def blocks(study: Study, layout: Layout) -> Iterator[Block]:
    """Facts in a table, then sentences."""
    yield Table((Column("", 1.3), Column("", 2.4), Column("", 1.2), Column("", 4.1)), _facts(study))
    yield Paragraph(f"Protocol: {protocol(study) or 'not known, there is no cycling record'}.")
    missing = [said for said, value in _wanted(study) if value is None]
    if missing:
        yield Paragraph(f"Not stated: {', '.join(missing)}.")
    roles = processes(study)
    if roles is not None:
        yield Heading("What the arcs stand for")
        yield roles
    skipped = [f"{n.path}: {n.sentence}" for n in study.series.notes if n.kind == "skipped"]
    yield from _list("Inputs that are missing here", skipped, MOST_LISTED)
    yield from _list("Decisions and assumptions", study.decisions, len(study.decisions))


def _list(title: str, sentences: Sequence[str], most: int) -> Iterator[Block]:
    if not sentences:
        return
    yield Heading(title)
    for sentence in sentences[:most]:
        yield Paragraph(sentence, bullet=True)
    if len(sentences) > most:
        yield Paragraph(f"and {len(sentences) - most} more under Provenance", bullet=True)


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
    fixed = study.fits.fixed
    return entries + ([("Fixed", ", ".join(fixed))] if fixed else [])
