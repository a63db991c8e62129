"""The spectra of the series as stacked Nyquist plots, discharge and charge beside each other."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from eisfit.plots import plot_nyquist_series, plot_stacked_nyquist
from eisfit.plots.branches import Index, by_direction, thinned
from eisfit.plots.stack import electrolyte_window, stack_width
from eisfit.report._metrics import wrapped
from eisfit.report._sheet import GREY, HEAD, SMALL, Layout, Sheet
from eisfit.study import Study

TITLE = "Spectra along the series"
MOST = 24
LABELS = 44.0
"""Room for the tick labels left of the axes, and for the names of the spectra right of them."""
ISOFREQUENCIES = (10.0, 0.04)


def sheets(study: Study, layout: Layout) -> Iterator[Sheet]:
    """One page: both directions as stacks; a single direction as a stack beside all curves in one plot."""
    sheet = Sheet(layout)
    groups = by_direction(study.series)
    width = sheet.width / 2 - 2 * LABELS + 8
    height = sheet.bottom - HEAD - 74
    extent = stack_width(study)
    names = list(groups)[:2]
    for k, name in enumerate(names):
        left = LABELS - 8 + k * sheet.width / 2
        sheet.text(left, HEAD + 8, _title(name, groups[name]), size=8, bold=True)
        ax = sheet.axes(left, HEAD + 24, width, height)
        plot_stacked_nyquist(ax, study, spectra=groups[name], frequencies=ISOFREQUENCIES, most=MOST, width=extent)
    if len(names) == 1 and len(study.series) > 1:
        _together(sheet, study, LABELS - 8 + sheet.width / 2, width)
    _caption(sheet, study, groups)
    yield sheet


def _title(direction: str, index: Index) -> str:
    name = direction.capitalize() or "Series"
    shown = len(thinned(index, MOST))
    return f"{name}, {len(index)} spectra" if shown == len(index) else f"{name}, {shown} of {len(index)} spectra"


def _together(sheet: Sheet, study: Study, left: float, width: float) -> None:
    """All curves in one plot, and below it the part near the origin."""
    sheet.text(left, HEAD + 8, "In one plot", size=8, bold=True)
    plot_nyquist_series(sheet.axes(left, HEAD + 24, width, 0.9 * width), study)
    top = HEAD + 24 + 0.9 * width + 62
    sheet.text(left, top - 16, "Near the origin", size=8, bold=True)
    plot_nyquist_series(sheet.axes(left, top, width, 0.9 * width), study, within=electrolyte_window(study))


def _caption(sheet: Sheet, study: Study, groups: dict[str, Index]) -> None:
    sentences = [
        "Dots: measured; lines: fit. The axes are equal, each spectrum is shifted upwards in the order of the experiment."
    ]
    drawn = [f for f in ISOFREQUENCIES if any(s.frequency[-1] <= f <= s.frequency[0] for s in study.series)]
    if drawn:
        sentences.append(f"Dashed: points of equal frequency ({' and '.join(f'{f:g} Hz' for f in drawn)}).")
    rest = [i for name, index in list(groups.items())[2:] for i in index.tolist()]
    if rest:
        sentences.append(f"{len(rest)} spectra of no known direction stand with their fits only.")
    if any({"soft_short", "hard_short", "suspect_short"} & set(f) for f in study.track.flags):
        sentences.append("Red: the cell leaked or may have leaked.")
    failed = np.flatnonzero(~np.isfinite(study.fits.values).all(axis=1))
    if failed.size:
        sentences.append("A spectrum without a line has no fit.")
    lines = wrapped(" ".join(sentences), sheet.width, SMALL)
    for k, line in enumerate(lines):
        sheet.text(0, sheet.bottom - 14 + k * 9, line, size=SMALL, color=GREY)
