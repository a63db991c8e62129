"""Every parameter of the circuit along the series."""

from __future__ import annotations

import math
from collections.abc import Iterator

from eisfit.numbers import unit_text, with_error
from eisfit.plots import plot_parameter
from eisfit.report._metrics import shortened
from eisfit.report._sheet import GREY, HEAD, SMALL, Layout, Sheet
from eisfit.study import Study

TITLE = "All parameters"
COLUMNS, ROWS = 3, 5
TALLEST = 190.0
MOST = 45
"""Parameters that are drawn; the table has all."""


def sheets(study: Study, layout: Layout) -> Iterator[Sheet]:
    """Small panels, fifteen to a page; none for a single spectrum."""
    names = study.fits.names[:MOST] if len(study.series) > 1 else ()
    per_page = COLUMNS * ROWS
    for start in range(0, len(names), per_page):
        sheet = Sheet(layout)
        pitch = sheet.width / COLUMNS
        used = min(ROWS, -(-(len(names) - start) // COLUMNS))
        rows = min((sheet.bottom - HEAD - 16) / used, TALLEST)
        for k, name in enumerate(names[start : start + per_page]):
            row, column = divmod(k, COLUMNS)
            ax = sheet.axes(38 + column * pitch, HEAD + 8 + row * rows, pitch - 46, rows - 40)
            plot_parameter(ax, study, name)
            said = shortened(_limits(study, name), pitch - 46, SMALL - 0.5)
            sheet.text(38 + column * pitch, HEAD + 5 + row * rows, said, size=SMALL - 0.5, color=GREY)
        sheet.caption(_caption(study))
        yield sheet


def _limits(study: Study, name: str) -> str:
    """The bounds of a parameter in the search, or that it was none of its parameters."""
    p = study.fits.circuit.parameters[study.fits.names.index(name)]
    if p.fixed:
        return f"fixed at {with_error(p.value)} {unit_text(p.unit)}".strip()
    low, high = (with_error(v) if math.isfinite(v) else "∞" for v in (p.lower, p.upper))
    return f"bounds {low} to {high} {unit_text(p.unit)}".strip()


def _caption(study: Study) -> str:
    text = (
        "Bars: one standard error. Above each panel the bounds of the search; dashed: a bound that a value has "
        "reached. Crossed: not resolved."
    )
    if study.smoothed is not None:
        text += " Band: the estimate under the assumption of smoothness, with one standard error."
    if len(study.fits.names) > MOST:
        text += f" The first {MOST} of {len(study.fits.names)} parameters; parameters.csv has all."
    return text
