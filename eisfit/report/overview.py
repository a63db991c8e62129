"""Several cells side by side: verdicts and resistances in a table, ranges in one figure, courses in small panels."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import NamedTuple

from matplotlib.figure import Figure as Canvas
from matplotlib.lines import Line2D

from eisfit.export import CellResult, Guard, staged_file
from eisfit.export.staging import NOTHING
from eisfit.numbers import Scale, unit_text, with_error, with_unit
from eisfit.plots.branches import axis_of, runs
from eisfit.plots.cells import Course, plot_courses, plot_ranges
from eisfit.plots.frames import frames
from eisfit.plots.labels import role_symbol, shown
from eisfit.plots.style import style as style_context
from eisfit.plots.trends import look, main_roles
from eisfit.report._defects import explained
from eisfit.report._document import (
    Block,
    Chapter,
    Column,
    Figure,
    Heading,
    Paragraph,
    Table,
    compiled,
    layout_of,
    panel,
)
from eisfit.study import Study
from eisfit.tables import Extent, extent
from eisfit.tables.units import units_of_cells
from eisfit.verdicts import Verdict, plural, verdicts

MOST_QUANTITIES = 4
"""Columns of the table; overview.csv has all."""
PER_PAGE = 40
"""Cells in one figure of ranges."""
TOGETHER = 8
"""Cells over each other in one figure."""
RANGE, TRACK, LEGEND = 150.0, 84.0, 9.0
"""Heights of a panel, a track and a line of the legend, points."""


class Row(NamedTuple):
    """One cell in short: its number in the table and name, number of spectra, quantities, verdicts; what went wrong."""

    number: int
    name: str
    spectra: int
    extents: dict[str, Extent]
    verdicts: tuple[Verdict, ...]


def publish_overview(
    results: Sequence[CellResult],
    path: str | Path,
    *,
    paper: str = "a4",
    style: str | Path | None = None,
    guard: Guard = NOTHING,
) -> Path:
    """Write the overview over several cells as a PDF; returns its path. Raises OptionError, OutputError."""
    layout = layout_of(paper)
    rows, version = [], ""
    for number, result in enumerate(results, 1):
        study, trouble = result.read()
        rows.append(_row(number, result.name, study, trouble))
        version = version or (study.options.versions.get("eisfit", "") if study is not None else "")
    units = units_of_cells([row.extents for row in rows])
    for row in rows:
        row.extents.update({n: e._replace(quantity=e.quantity.in_unit(units[n])) for n, e in row.extents.items()})
    title = f"Overview of {plural(len(rows), 'cell')}"
    program = f"eisfit {version}".strip()
    with explained(Path(path)), style_context(style), staged_file(Path(path), guard) as stage:
        chapters = (
            Chapter("Cells", _blocks(rows)),
            Chapter("Ranges of the resistances", _ranges(rows)),
            Chapter("Resistances along the series", _courses(results, units)),
        )
        stage.write_bytes(compiled(chapters, title=title, cell=title, program=program, layout=layout))
    return Path(path)


def _row(number: int, name: str, study: Study | None, trouble: str) -> Row:
    if study is None:
        return Row(number, name, 0, {}, (Verdict(f"No result: {trouble}", "alarm"),))
    found = {q.name: extent(q) for q in study.quantities()}
    return Row(number, name, len(study.series), found, tuple(verdicts(study)))


def _shown(rows: Sequence[Row]) -> list[str]:
    """The quantities of the table and the ranges: those that most cells have, resistances of the circuit first."""
    names = list(dict.fromkeys(name for row in rows for name in row.extents))
    count = {name: sum(name in row.extents for row in rows) for name in names}
    return sorted(names, key=lambda n: (n.endswith("_total") and n.startswith("R"), -count[n]))[:MOST_QUANTITIES]


def _blocks(rows: Sequence[Row]) -> Iterator[Block]:
    names = _shown(rows)
    yield Heading("Resistances, lowest to highest")
    heads = [Column("No.", 0.3), Column("Cell", 1.5), Column("Spectra", 0.6, "right"), Column("", 0.2)]
    units = {name: e.quantity.unit for row in rows for name, e in row.extents.items()}
    heads += [Column(with_unit(role_symbol(name), unit_text(units[name])), 2.0, math=True) for name in names]
    yield Table(heads, [_cells(row, names) for row in rows])
    yield Paragraph(
        "In brackets the standard error of the last digits; among the resolved values, none under a leak. "
        "overview.csv has first and last values and the sums as well.",
        "note",
    )
    yield Heading("Verdicts")
    for row in rows:
        yield Paragraph(f"{row.number}   {row.name}", "strong")
        yield from (verdict._replace(places=()) for verdict in row.verdicts)


def _cells(row: Row, names: Sequence[str]) -> list[str]:
    return [str(row.number), row.name, str(row.spectra or "–"), "", *(_range(row.extents.get(name)) for name in names)]


def _range(found: Extent | None) -> str:
    if found is None or found.lowest is None or found.highest is None:
        return "–"
    q = found.quantity
    ends = [with_error(float(q.value[i]), float(q.stderr[i])) for i in (found.lowest, found.highest)]
    return ends[0] if found.lowest == found.highest else " to ".join(ends)


def _ranges(rows: Sequence[Row]) -> Iterator[Block]:
    """One panel per quantity, a bar per cell."""
    names = [name for name in _shown(rows) if any(name in row.extents for row in rows)]
    for start in range(0, len(rows) if names else 0, PER_PAGE):
        part = rows[start : start + PER_PAGE]
        for k, name in enumerate(names):
            found = [row.extents.get(name) for row in part]
            draw = partial(
                plot_ranges, cells=[r.name for r in part], numbers=[r.number for r in part], found=found, k=k
            )
            yield Figure(panel(draw), RANGE, f"{name} of every cell, lowest to highest")
    if names:
        yield Paragraph(
            "Bars: lowest to highest resolved value of each cell; filled: first, open: last spectrum without a leak. A "
            "cell without bar does not have this quantity, or has no result. Numbers are those of the table.",
            "note",
        )


def _courses(results: Sequence[CellResult], units: Mapping[str, Scale]) -> Iterator[Block]:
    """The cells over each other, a track per quantity; those drawn against another axis, or too many, apart."""
    apart: dict[str, list[Course]] = {}
    for result in results:
        study, _ = result.read()  # each study is read and let go: only its tracks stay
        if study is not None and main_roles(study) and len(study.series) > 1:
            along = axis_of(study)
            main = tuple(q.in_unit(units[q.name]) for q in study.quantities() if q.name in main_roles(study))
            cuts = tuple(int(run.members[0]) for run in runs(study.series)[1:])
            cuts = cuts if len(cuts) < len(study.series) - 1 else ()
            course = Course(shown(result.name), along.values, main[:MOST_QUANTITIES], cuts)
            apart.setdefault(along.label, []).append(course)
    for label, courses in apart.items():
        for start in range(0, len(courses), TOGETHER):
            part = courses[start : start + TOGETHER]
            names = list(dict.fromkeys(q.name for course in part for q in course.quantities))
            said = f"{', '.join(names)} of {', '.join(course.name for course in part)}"
            yield Figure(_over_each_other(part, names, label), 30.0 + TRACK * len(names) + LEGEND * len(part), said)
    if apart:
        yield Paragraph(
            "Bars: one standard error. Values that are not resolved, or under a leak, are left out.", "note"
        )


def _over_each_other(courses: Sequence[Course], names: Sequence[str], label: str) -> Callable[[Canvas], None]:
    def draw(canvas: Canvas) -> None:
        rows = frames(canvas, [1.0] * len(names), left=46, right=4, top=8.0 + LEGEND * len(courses))
        for (ax,), name in zip(rows, names, strict=True):
            plot_courses(ax, courses, name)
            ax.tick_params(labelbottom=ax is rows[-1][0])
        rows[-1][0].set_xlabel(label)
        handles = [
            Line2D([], [], color=look(k).color, marker=look(k).marker, ms=3, lw=0.6) for k in range(len(courses))
        ]
        names_of = [course.name for course in courses]
        rows[0][0].legend(handles, names_of, loc="lower left", bbox_to_anchor=(0, 1.0), borderaxespad=0.1)

    return draw
