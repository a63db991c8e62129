"""The spectra of the series as stacked Nyquist plots, discharge and charge beside each other."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from eisfit.plots import plot_bode, plot_nyquist, plot_nyquist_series, plot_stacked_nyquist
from eisfit.plots.branches import Index, by_direction, thinned
from eisfit.plots.nyquist import at_frequency
from eisfit.plots.stack import electrolyte_window, stack_of
from eisfit.report._sheet import HEAD, Layout, Sheet
from eisfit.report._words import plural
from eisfit.study import Study

TITLE = "Spectra along the series"
MOST = 24
LABELS = 44.0
"""Room for the tick labels left of the axes, and for the names of the spectra right of them."""
ISOFREQUENCIES = (10.0, 0.04)


def sheets(study: Study, layout: Layout) -> Iterator[Sheet]:
    """One page: both directions as stacks; a single direction as a stack beside all curves in one plot."""
    yield _one(study, layout) if len(study.series) == 1 else _many(study, layout)


def _one(study: Study, layout: Layout) -> Sheet:
    """A single spectrum, large: Nyquist plot with its fit, and Bode plot."""
    sheet = Sheet(layout)
    sheet.text(0, HEAD + 8, "Nyquist plot", size=8, bold=True)
    plot_nyquist(sheet.axes(LABELS, HEAD + 22, sheet.width - LABELS - 20, 260), study.fits[0])
    sheet.text(0, HEAD + 330, "Bode plot", size=8, bold=True)
    plot_bode(sheet.axes(LABELS, HEAD + 344, sheet.width - 2 * LABELS, 220), study.fits[0])
    sheet.caption("Circles: measured, filled at the decades of Hz; line: fit; shaded: the arc of each process.")
    return sheet


def _many(study: Study, layout: Layout) -> Sheet:
    """Stacks of the spectra."""
    sheet = Sheet(layout)
    groups = by_direction(study.series)
    width = sheet.width / 2 - 2 * LABELS + 8
    room = sheet.bottom - HEAD - 84
    stack = stack_of(study, [thinned(index, MOST) for index in groups.values()], room / width)
    for k, (name, index) in enumerate(list(groups.items())[:2]):
        left = LABELS - 8 + k * sheet.width / 2
        sheet.text(left - LABELS + 8, HEAD + 8, _title(name, index), size=8, bold=True)
        height = min(max(stack.height(len(thinned(index, MOST))) / stack.width * width, 60.0), room)
        ax = sheet.axes(left, HEAD + 28, width, height)
        plot_stacked_nyquist(ax, study, spectra=index, frequencies=ISOFREQUENCIES, most=MOST, stack=stack)
    if len(groups) == 1 and len(study.series) > 1:
        _together(sheet, study, LABELS - 8 + sheet.width / 2, width)
    _caption(sheet, study, groups)
    return sheet


def _title(direction: str, index: Index) -> str:
    name = direction.capitalize() or "Series"
    shown = len(thinned(index, MOST))
    return (
        f"{name}, {plural(len(index), 'spectrum')}"
        if shown == len(index)
        else f"{name}, {shown} of {len(index)} spectra"
    )


def _together(sheet: Sheet, study: Study, left: float, width: float) -> None:
    """All curves in one plot, and below it the part near the origin."""
    height, top = 0.62 * width, HEAD + 28
    for title, within in (("In one plot", None), ("Near the origin", electrolyte_window(study))):
        sheet.text(left - LABELS + 8, top - 20, title, size=8, bold=True)
        plot_nyquist_series(sheet.axes(left, top, width, height), study, within=within)
        top += height + 66


def _caption(sheet: Sheet, study: Study, groups: dict[str, Index]) -> None:
    sentences = [
        "Dots: measured; lines: fit. Equal axes; each spectrum is shifted upwards in the order of the experiment."
    ]
    stack = stack_of(study, (), 1.0)
    drawn = [f for f in ISOFREQUENCIES if any(-at_frequency(s, f).imag <= stack.ceiling for s in study.series)]
    if drawn:
        sentences.append(f"Dashed: points of equal frequency ({' and '.join(f'{f:g} Hz' for f in drawn)}).")
    if stack.cut:
        sentences.append("Tails that leave the frame or run into other spectra are cut.")
    rest = [i for name, index in list(groups.items())[2:] for i in index.tolist()]
    if rest:
        sentences.append(f"{len(rest)} spectra of no known direction stand with their fits only.")
    if any({"soft_short", "hard_short", "suspect_short"} & set(f) for f in study.track.flags):
        sentences.append("Red: the cell leaked or may have leaked.")
    failed = np.flatnonzero(~np.isfinite(study.fits.values).all(axis=1))
    if failed.size:
        sentences.append("A spectrum without a line has no fit.")
    sheet.caption(" ".join(sentences))
