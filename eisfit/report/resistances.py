"""The resistances along the series: together, against the potential, their sums, the conductivity."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial

import numpy as np
from matplotlib.figure import Figure as Canvas

from eisfit.cycling import Axis
from eisfit.plots import plot_resistances, plot_tracks
from eisfit.plots.branches import ALIKE, axis_of, by_direction, direction_of
from eisfit.plots.frames import frames
from eisfit.plots.trends import CROSSED, MOST_JOINED, bars, main_roles, told
from eisfit.report._document import Block, Figure, Layout, Paragraph, panel
from eisfit.report._facts import lowered, missing
from eisfit.study import Study
from eisfit.tables import Quantity, distinct, two_interfaces
from eisfit.tables.units import units_of

TITLE = "Resistances"
HEIGHT, ROW = 175.0, 56.0
TOP, BOTTOM, GAP = 14.0, 27.0, 6.0
"""Room around and between tracks, points."""
LEAST_POTENTIAL = 0.01
"""Volts that the spectra must differ by to be drawn against their potential."""


def blocks(study: Study, layout: Layout) -> Iterator[Block]:
    """A panel each; those for which nothing is known step aside, and all of them for a single spectrum."""
    figures = list(_figures(study, layout))
    if figures:
        yield from figures
        yield Paragraph(_caption(study, layout), "note")


def _figures(study: Study, layout: Layout) -> Iterator[Figure]:
    quantities = [q for q in distinct(study.quantities()) if np.isfinite(q.value).any()]
    if not quantities or len(study.series) == 1:
        return
    main = [q for q in quantities if q.name in main_roles(study)]
    units = units_of(list(told(study, per_area=layout.per_area).values()))
    if len({units[q.name] for q in main}) > 1:
        yield tracks(study, main, ROW, f"Against {_along(study)}", per_area=layout.per_area)
    elif main:
        along = f"Together, against {_along(study)}"
        draw = panel(partial(plot_resistances, study=study, per_area=layout.per_area), top=24)
        yield Figure(draw, HEIGHT, f"All resistances {lowered(along)}", along)
    rest = [q for q in quantities if q.unit != "ohm" or q.name.endswith("_total")]
    if rest:
        title = "Sums, and conductivity of the electrolyte" if rest[-1].unit != "ohm" else "Sums"
        yield tracks(study, rest, ROW, title, per_area=layout.per_area)
    potential = study.series.column("potential_V")
    known = potential[np.isfinite(potential)]
    moves = known.size > 1 and float(np.ptp(known)) > LEAST_POTENTIAL
    if main and moves and axis_of(study).name != "potential" and study.series.cell.type not in ALIKE:
        axis = Axis("potential", "Potential (V)", potential)
        yield tracks(study, main, ROW, "Against the potential", axis=axis, per_area=layout.per_area)


def tracks(
    study: Study,
    quantities: Sequence[Quantity],
    height: float,
    title: str = "",
    *,
    axis: Axis | None = None,
    per_area: bool = False,
) -> Figure:
    """Quantities along the series, each in a row of this height, discharge and charge beside each other."""
    n, columns = len(quantities), len(by_direction(study.series))

    def draw(canvas: Canvas) -> None:
        rows = frames(canvas, [1.0] * n, [1.0] * columns, left=46, right=4, top=TOP, bottom=BOTTOM, gap=(10, GAP))
        plot_tracks(rows, study, quantities, axis=axis, per_area=per_area)

    names = ", ".join(q.name for q in quantities)
    return Figure(draw, TOP + BOTTOM + (height + GAP) * n - GAP, f"{names} along the series", title)


def _along(study: Study) -> str:
    axis = axis_of(study)
    if axis.name == "index":
        return "the order of the spectra"
    name = lowered(axis.label.partition(" (")[0])
    return name if axis.name == "lithiation" else f"the {name}"


def _caption(study: Study, layout: Layout) -> str:
    sentences = [bars(len(study.series))]
    if any(direction_of(study.series, i) for i in range(len(study.series))):
        few = len(study.series) <= MOST_JOINED
        joined = "Lines join neighbouring spectra of one half-cycle; filled: discharge, open: charge."
        sentences.append(joined if few else "Paler: charge.")
    if layout.per_area and two_interfaces(study.series.cell, "R_Int") and study.series.cell.area_cm2:
        sentences.append("R_Int in Ω cm² is that of one interface.")
    if any(f.startswith(("unresolved", "kk_fail")) for flags in study.track.flags for f in flags):
        sentences.append(f"Crossed: {CROSSED}; such a value may lie outside of the frame.")
    if not np.isfinite(study.series.column("potential_V")).any():
        sentences.append("The potentials of the spectra are not known.")
    if unknown := missing(study, "area_cm2", "thickness_um"):
        sentences.append(f"Without {' and '.join(unknown)} of the electrolyte there is no conductivity.")
    return " ".join(sentences)
