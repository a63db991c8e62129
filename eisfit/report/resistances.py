"""The resistances along the series: together, against the potential, their sums, the conductivity."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from eisfit.cycling import Axis
from eisfit.plots import plot_resistances
from eisfit.plots.branches import ALIKE, axis_of, direction_of
from eisfit.plots.trends import MOST_JOINED, main_roles
from eisfit.report._document import Block, Figure, Layout, Paragraph, panel
from eisfit.report._tracks import tracks
from eisfit.report._words import bars
from eisfit.report.summary import lowered
from eisfit.study import Study
from eisfit.tables import two_interfaces

TITLE = "Resistances"
HEIGHT, ROW = 200.0, 66.0
LEAST_POTENTIAL = 0.01
"""Volts that the spectra must differ by to be drawn against their potential."""


def blocks(study: Study, layout: Layout) -> Iterator[Block]:
    """A panel each; those for which nothing is known step aside, and all of them for a single spectrum."""
    if not study.track.roles or len(study.series) == 1:
        return
    quantities = study.quantities()
    if main_roles(study):
        said = f"Together, against {_along(study)}"
        yield Figure(
            panel(lambda ax: plot_resistances(ax, study, per_area=layout.per_area), top=24),
            HEIGHT,
            f"All resistances {said}",
            said,
        )
    rest = [q for q in quantities if q.unit != "ohm" or q.name.endswith("_total")]
    if rest:
        title = "Sums, and conductivity of the electrolyte" if rest[-1].unit != "ohm" else "Sums"
        yield tracks(study, rest, ROW, title, per_area=layout.per_area)
    potential = study.series.column("potential_V")
    moves = np.isfinite(potential).any() and np.ptp(potential[np.isfinite(potential)]) > LEAST_POTENTIAL
    if main_roles(study) and moves and axis_of(study).name != "potential" and study.series.cell.type not in ALIKE:
        axis = Axis("potential", "Potential (V)", potential)
        main = [q for q in quantities if q.name in main_roles(study)]
        yield tracks(study, main, ROW, "Against the potential", axis=axis, per_area=layout.per_area)
    yield Paragraph(_caption(study, layout), "note")


def _along(study: Study) -> str:
    axis = axis_of(study)
    if axis.name == "index":
        return "the order of the spectra"
    name = lowered(axis.label.partition(" (")[0])
    return name if axis.name == "lithiation" else f"the {name}"


def _caption(study: Study, layout: Layout) -> str:
    sentences = [bars(study)]
    if any(direction_of(study.series, i) for i in range(len(study.series))):
        few = len(study.series) <= MOST_JOINED
        joined = "Lines join neighbouring spectra of one half-cycle; filled: discharge, open: charge."
        sentences.append(joined if few else "Paler: charge.")
    if layout.per_area and two_interfaces(study.series.cell, "R_Int") and study.series.cell.area_cm2:
        sentences.append("R_Int in Ω cm² is that of one interface.")
    if any(f.startswith("unresolved") for flags in study.track.flags for f in flags):
        sentences.append("Crossed: not determined by the data; such a value may lie outside of the frame.")
    if not np.isfinite(study.series.column("potential_V")).any():
        sentences.append("The potentials of the spectra are not known.")
    cell = study.series.cell
    if not (cell.area_cm2 and cell.thickness_um):
        sentences.append("Without area and thickness of the electrolyte there is no conductivity.")
    return " ".join(sentences)
