"""The resistances along the series, against the potential, their sums, and the conductivity of the electrolyte."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
from matplotlib.axes import Axes

from eisfit.cycling import Axis
from eisfit.plots import plot_resistances
from eisfit.plots.branches import ALIKE, direction_of
from eisfit.plots.trends import main_roles, plot_values
from eisfit.report._document import Block, Figure, Layout, Paragraph, panel
from eisfit.report.summary import conductivity, lowered
from eisfit.study import Study

TITLE = "Resistances"
HEIGHT = 160.0
LEAST_POTENTIAL = 0.01
"""Volts that the spectra must differ by to be drawn against their potential."""

Panel = tuple[str, float, Callable[[Axes], object]]


def blocks(study: Study, layout: Layout) -> Iterator[Block]:
    """A panel each; those for which nothing is known step aside, and all of them for a single spectrum."""
    panels = list(_panels(study))
    if not panels or len(study.series) == 1:
        return
    for title, share, draw in panels:
        yield Figure(panel(draw, top=24), HEIGHT * share, f"Resistances of the cell, {title.lower()}", title)
    yield Paragraph(_caption(study), "note")


def _panels(study: Study) -> Iterator[Panel]:
    roles = study.track.roles
    if main_roles(study):
        yield f"Against {_along(study)}", 1.5, lambda ax: plot_resistances(ax, study)
    sums = [n for n in roles if n.endswith("_total")]
    if sums:
        yield "Sums", 1.0, lambda ax: plot_resistances(ax, study, roles=sums)
    potential = study.series.column("potential_V")
    moves = np.isfinite(potential).any() and np.ptp(potential[np.isfinite(potential)]) > LEAST_POTENTIAL
    if main_roles(study) and moves and study.track.axis.name != "potential" and study.series.cell.type not in ALIKE:
        axis = Axis("potential", "Potential (V)", potential)
        yield "Against the potential", 1.0, lambda ax: plot_resistances(ax, study, axis=axis)
    cell = study.series.cell
    total = roles.get("R_SE_total", roles.get("R_SE_bulk"))
    if total is not None and cell.area_cm2 and cell.thickness_um:
        values = conductivity(total, cell.area_cm2, cell.thickness_um)
        name = "Conductivity of the electrolyte" + (", bulk and grain boundaries" if "R_SE_total" in roles else "")
        yield name, 0.7, lambda ax: plot_values(ax, study, values, r"$\sigma_\mathrm{SE}$")


def _along(study: Study) -> str:
    axis = study.track.axis
    if axis.name == "index":
        return "the order of the spectra"
    name = lowered(axis.label.partition(" (")[0])
    return name if axis.name == "lithiation" else f"the {name}"


def _caption(study: Study) -> str:
    sentences = ["Bars: one standard error. Lines join neighbouring spectra of one half-cycle."]
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
