"""Tracks as a figure of a page: a row per quantity, discharge and charge beside each other."""

from __future__ import annotations

from collections.abc import Sequence

from matplotlib.axes import Axes
from matplotlib.figure import Figure as Canvas

from eisfit.cycling import Axis
from eisfit.plots import plot_tracks
from eisfit.plots.branches import by_direction
from eisfit.report._document import Figure
from eisfit.study import Study
from eisfit.tables import Quantity

LEFT, RIGHT, TOP, BOTTOM, GAP = 46.0, 4.0, 14.0, 27.0, 6.0


def tracks(
    study: Study,
    quantities: Sequence[Quantity],
    height: float,
    title: str = "",
    *,
    axis: Axis | None = None,
    per_area: bool = False,
) -> Figure:
    """Quantities along the series, each in a row of this height in points."""
    pitch = height + GAP

    def draw(canvas: Canvas) -> None:
        rows = track_axes(canvas, len(quantities), len(by_direction(study.series)))
        plot_tracks(rows, study, quantities, axis=axis, per_area=per_area)

    names = ", ".join(q.name for q in quantities)
    return Figure(draw, TOP + BOTTOM + pitch * len(quantities) - GAP, f"{names} along the series", title)


def track_axes(canvas: Canvas, rows: int, columns: int, *, left: float = LEFT, top: float = TOP) -> list[list[Axes]]:
    """Axes in rows and columns that fill a figure, points around them."""
    width, height = 72 * canvas.get_size_inches()
    wide = (width - left - RIGHT * columns - (columns - 1) * GAP) / columns
    high = (height - top - BOTTOM - (rows - 1) * GAP) / rows
    return [
        [
            canvas.add_axes(
                (
                    (left + c * (wide + GAP + RIGHT)) / width,
                    1 - (top + r * (high + GAP) + high) / height,
                    wide / width,
                    high / height,
                )
            )
            for c in range(columns)
        ]
        for r in range(rows)
    ]
