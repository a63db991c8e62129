"""The resistances along the series: together, against the potential, their sums, the conductivity."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from eisfit.cycling import Axis
from eisfit.plots import plot_resistances
from eisfit.plots.branches import ALIKE, axis_of, direction_of
from eisfit.plots.trends import main_roles
from eisfit.report._document import Block, Figure, Layout, Paragraph, panel
from eisfit.report._tracks import tracks
from eisfit.report.summary import lowered
from eisfit.study import Study

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
        yield Figure(panel(lambda ax: plot_resistances(ax, study), top=24), HEIGHT, f"All resistances {said}", said)
    rest = [q for q in quantities if q.unit != "ohm" or q.name.endswith("_total")]
    if rest:
        title = "Sums, and conductivity of the electrolyte" if rest[-1].unit != "ohm" else "Sums"
        yield tracks(study, rest, ROW, title)
    potential = study.series.column("potential_V")
    moves = np.isfinite(potential).any() and np.ptp(potential[np.isfinite(potential)]) > LEAST_POTENTIAL
    if main_roles(study) and moves and axis_of(study).name != "potential" and study.series.cell.type not in ALIKE:
        axis = Axis("potential", "Potential (V)", potential)
        main = [q for q in quantities if q.name in main_roles(study)]
        yield tracks(study, main, ROW, "Against the potential", axis=axis)
    yield Paragraph(_caption(study), "note")


def _along(study: Study) -> str:
    axis = axis_of(study)
    if axis.name == "index":
        return "the order of the spectra"
    name = lowered(axis.label.partition(" (")[0])
    return name if axis.name == "lithiation" else f"the {name}"


def _caption(study: Study) -> str:
    sentences = [
        "Bars: one standard error, of long series at 300 of the values. "
        "Lines join neighbouring spectra of one half-cycle."
    ]
    if any(direction_of(study.series, i) == "charge" for i in range(len(study.series))):
        sentences.append("Filled markers: discharge, open markers: charge.")
    if any(f.startswith("unresolved") for flags in study.track.flags for f in flags):
        sentences.append("Crossed: not determined by the data; such a value may lie outside of the frame.")
    if not np.isfinite(study.series.column("potential_V")).any():
        sentences.append("The potentials of the spectra are not known.")
    cell = study.series.cell
    if not (cell.area_cm2 and cell.thickness_um):
        sentences.append("Without area and thickness of the electrolyte there is no conductivity.")
    return " ".join(sentences)
