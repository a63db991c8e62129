"""Every parameter of the circuit along the series."""

from __future__ import annotations

import math
from collections.abc import Iterator

from eisfit.numbers import unit_text, with_error
from eisfit.plots import plot_parameter
from eisfit.report._document import Block, Figure, Grid, Layout, Paragraph, panel
from eisfit.study import Study

TITLE = "All parameters"
COLUMNS, HEIGHT = 3, 112.0
MOST = 45
"""Parameters that are drawn; the table has all."""


def blocks(study: Study, layout: Layout) -> Iterator[Block]:
    """Small panels in three columns; none for a single spectrum."""
    names = study.fits.names[:MOST] if len(study.series) > 1 else ()
    for start in range(0, len(names), COLUMNS):
        row = [[_panel(study, name)] for name in names[start : start + COLUMNS]]
        yield Grid([*row, *([[]] * (COLUMNS - len(row)))])
    if names:
        yield Paragraph(_caption(study), "note")


def _panel(study: Study, name: str) -> Figure:
    return Figure(
        panel(lambda ax: plot_parameter(ax, study, name), left=36, right=4, top=4, bottom=26),
        HEIGHT,
        f"{name} along the series with its standard errors",
        caption=_limits(study, name),
    )


def _limits(study: Study, name: str) -> str:
    """The bounds of a parameter in the search, or that it was none of its parameters."""
    p = study.fits.parameters[study.fits.names.index(name)]
    if p.fixed:
        return f"fixed at {with_error(p.value)} {unit_text(p.unit)}".strip()
    low, high = (with_error(v) if math.isfinite(v) else "∞" for v in (p.lower, p.upper))
    return f"bounds {low} to {high} {unit_text(p.unit)}".strip()


def _caption(study: Study) -> str:
    text = (
        "Bars: one standard error, of long series at 300 of the values. "
        "Below each panel the bounds of the search; dashed: a bound that a value has "
        "reached. Crossed: not resolved."
    )
    if study.smoothed is not None:
        text += " Band: the estimate under the assumption of smoothness, with one standard error."
    if len(study.fits.names) > MOST:
        text += f" The first {MOST} of {len(study.fits.names)} parameters; parameters.csv has all."
    return text
