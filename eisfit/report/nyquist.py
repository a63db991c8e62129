"""The spectra of the series as stacked Nyquist plots, discharge and charge beside each other."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
from matplotlib.axes import Axes

from eisfit.plots import plot_nyquist_series, plot_stacked_nyquist
from eisfit.plots.branches import Index, by_direction, thinned
from eisfit.plots.nyquist import at_frequency
from eisfit.plots.several import electrolyte_window, window_of
from eisfit.plots.stack import Stack, stack_of
from eisfit.report._document import GUTTER, Block, Figure, Grid, Layout, Paragraph, panel
from eisfit.report._words import plural
from eisfit.study import Study

TITLE = "Spectra along the series"
MOST = 24
LEFT, RIGHT, TOP, BOTTOM = 36.0, 42.0, 14.0, 27.0
"""Room around the axes: left for tick labels, right for the names of the spectra."""
TALLEST = 610.0
"""Height of the tallest stack with its labels, points."""
ISOFREQUENCIES = (10.0, 0.04)


def blocks(study: Study, layout: Layout) -> Iterator[Block]:
    """Both directions as stacks, or one stack beside all curves in one plot; nothing for one spectrum."""
    if len(study.series) == 1:
        return
    groups = dict(list(by_direction(study.series).items())[:2])
    shown = [thinned(index, MOST) for index in groups.values()]
    inner = layout.width / 2 - GUTTER / 2 - LEFT - RIGHT
    stack = stack_of(study, shown, (TALLEST - TOP - BOTTOM) / inner)
    columns: list[list[Block]] = []
    for (name, index), some in zip(groups.items(), shown, strict=True):
        high = min(max(stack.height(len(some)) / stack.width * inner, 60.0), TALLEST - TOP - BOTTOM) + TOP + BOTTOM
        columns.append([_stack(study, _title(name, index), index, stack, high)])
    if len(groups) == 1:
        columns.append(list(_together(study, inner)))
    yield Grid(columns)
    yield Paragraph(_caption(study), "note")


def _stack(study: Study, title: str, index: Index, stack: Stack, high: float) -> Figure:
    def plot(ax: Axes) -> None:
        plot_stacked_nyquist(ax, study, spectra=index, frequencies=ISOFREQUENCIES, most=MOST, stack=stack)

    draw = panel(plot, left=LEFT, right=RIGHT, top=TOP, bottom=BOTTOM)
    return Figure(draw, high, f"Nyquist plots of {title}, one above the other", title)


def _together(study: Study, inner: float) -> Iterator[Figure]:
    """All curves in one plot, and below it the part near the origin."""
    for title, within in (("In one plot", None), ("Near the origin", electrolyte_window(study))):
        draw = panel(_all(study, within), left=LEFT, right=RIGHT, top=TOP, bottom=BOTTOM)
        left, right, low, high = window_of(study, np.arange(len(study.series)), within)
        height = min(max((high - low) / (right - left), 0.3), 1.2) * inner + TOP + BOTTOM
        yield Figure(draw, height, f"Nyquist plots of all spectra, {title.lower()}", title)


def _all(study: Study, within: tuple[float, float] | None) -> Callable[[Axes], Axes]:
    return lambda ax: plot_nyquist_series(ax, study, within=within)


def _title(direction: str, index: Index) -> str:
    name = direction.capitalize() or "Series"
    shown = len(thinned(index, MOST))
    return (
        f"{name}, {plural(len(index), 'spectrum')}"
        if shown == len(index)
        else f"{name}, {shown} of {len(index)} spectra"
    )


def _caption(study: Study) -> str:
    sentences = [
        "Dots: measured; lines: fit. Equal axes; each spectrum is shifted upwards in the order of the experiment."
    ]
    stack = stack_of(study, (), 1.0)
    drawn = [f for f in ISOFREQUENCIES if any(-at_frequency(s, f).imag <= stack.ceiling for s in study.series)]
    if drawn:
        sentences.append(f"Dashed: points of equal frequency ({' and '.join(f'{f:g} Hz' for f in drawn)}).")
    if stack.cut:
        sentences.append("Tails that leave the frame or run into other spectra are cut.")
    rest = [i for _, index in list(by_direction(study.series).items())[2:] for i in index.tolist()]
    if rest:
        sentences.append(f"{len(rest)} spectra of no known direction stand with their fits only.")
    if any({"soft_short", "hard_short", "suspect_short"} & set(f) for f in study.track.flags):
        sentences.append("Red: the cell leaked or may have leaked.")
    failed = np.flatnonzero(~np.isfinite(study.fits.values).all(axis=1))
    if failed.size:
        sentences.append("A spectrum without a line has no fit.")
    return " ".join(sentences)
