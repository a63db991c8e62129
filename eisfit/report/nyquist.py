"""The spectra of the series as stacked Nyquist plots, discharge and charge beside each other."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from typing import NamedTuple

import numpy as np

from eisfit.numbers import frequency_text
from eisfit.plots import plot_nyquist_series, plot_stacked_nyquist
from eisfit.plots.branches import Index, by_direction, thinned
from eisfit.plots.row import ABOVE, BELOW, plot_row_nyquist, rows_of, steep
from eisfit.plots.several import electrolyte_window, window_of
from eisfit.plots.stack import Stack, isofrequencies, most_of, stack_of, telling_frequencies
from eisfit.report._document import GUTTER, Block, Figure, Grid, Layout, Paragraph, panel
from eisfit.study import Study
from eisfit.tables import NOT_TRUSTED
from eisfit.verdicts import plural

TITLE = "Spectra along the series"
MOST = 24
LEFT, RIGHT, TOP, BOTTOM = 36.0, 42.0, 14.0, 27.0
"""Room around the axes: left for tick labels, right for the names of the spectra."""
TALLEST = 610.0
"""Height of the tallest stack with its labels, points."""
HIGHEST = 180.0
"""Height of the axes of all curves in one plot, points."""
ROW = 110.0
"""Height of a row of steep curves, points."""
SQUARE = 0.8
"""Curves that take this shape, height by width, fill half a page."""
LEAST_HALVED = 6
"""Stacks of so many spectra are cut into two."""
ALL = "Nyquist plots of all spectra"
_drawing = partial(panel, left=LEFT, right=RIGHT, top=TOP, bottom=BOTTOM)


def blocks(study: Study, layout: Layout) -> Iterator[Block]:
    """Stacks of both directions beside each other; of one direction all curves in one plot, and two halves of a stack.

    Nothing for one spectrum.
    """
    if len(study.series) == 1:
        return
    groups = dict(list(by_direction(study.series).items())[:2])
    inner = layout.width / 2 - GUTTER / 2 - LEFT - RIGHT
    room = TALLEST
    if len(groups) == 1:
        above, high = _together(study, layout.width)
        room -= high + GUTTER
        yield above
    if steep(study):
        yield from _rows(study, layout.width)
        return
    parts = _halves(study, groups, (room - TOP - BOTTOM) / inner)
    stack = stack_of(study, [part.shown for part in parts], (room - TOP - BOTTOM) / inner)
    columns = []
    for part in parts:
        high = min(max(stack.height(len(part.shown)) / stack.width * inner, 60.0), room - TOP - BOTTOM)
        draw = partial(plot_stacked_nyquist, study=study, spectra=part.shown, most=MOST, stack=stack)
        said = f"Nyquist plots of {part.title}, one above the other"
        columns.append([Figure(_drawing(draw), high + TOP + BOTTOM, said, part.title)])
    yield Grid(columns, [1.0, 1.0])
    yield Paragraph(_caption(study), "note")


def _rows(study: Study, width: float) -> Iterator[Block]:
    """Steep curves beside each other, as many rows as a page has room for."""
    shown = thinned(np.arange(len(study.series)), MOST)
    every = list(rows_of(study, shown, (width - 12) / ROW * (1 + BELOW + ABOVE)))
    for k, row in enumerate(every):
        title = f"Series, {plural(len(shown), 'spectrum')}" * (k == 0)
        draw = panel(partial(plot_row_nyquist, study=study, spectra=row), left=6, right=6, top=2, bottom=14)
        yield Figure(draw, ROW + 16, "Nyquist plots beside each other, each to its own scale", title)
    yield Paragraph(_caption(study), "note")


class Part(NamedTuple):
    """Spectra of one column, and what it is called."""

    title: str
    shown: Index


def _halves(study: Study, groups: Mapping[str, Index], aspect: float) -> list[Part]:
    """A column per direction; a single direction of many spectra is cut into two."""
    if len(groups) > 1:
        most = most_of(study, aspect, MOST)
        return [Part(_title(name, index, most), thinned(index, most)) for name, index in groups.items()]
    (name, index), most = next(iter(groups.items())), 2 * most_of(study, aspect, MOST // 2)
    shown, title = thinned(index, most), _title(name, index, most)
    half = (len(shown) + 1) // 2
    if len(shown) < LEAST_HALVED:
        return [Part(title, shown)]
    return [Part(title, shown[:half]), Part("Continued", shown[half:])]


def _together(study: Study, width: float) -> tuple[Block, float]:
    """All curves in one plot, beside it the part of the electrolyte where it is small; and the height of both."""
    close = electrolyte_window(study)
    windows = {"In one plot": None} | ({"Electrolyte": close} if close else {})
    index = np.arange(len(study.series))
    shapes = [
        (high - low) / (right - left)
        for left, right, low, high in (window_of(study, index, w) for w in windows.values())
    ]
    columns = len(windows) if max(shapes) < SQUARE else 2
    inner = (width - GUTTER * (columns - 1)) / columns - LEFT - RIGHT
    height = min(max(max(shapes) * inner, 60.0), HIGHEST) + TOP + BOTTOM
    figures = [
        [Figure(_drawing(partial(plot_nyquist_series, study=study, within=w)), height, f"{ALL}, {t.lower()}", t)]
        for t, w in windows.items()
    ]
    return Grid(figures, [1.0] * columns), height + GUTTER


def _title(direction: str, index: Index, most: int) -> str:
    name = direction.capitalize() or "Series"
    if len(index) <= most:
        return f"{name}, {plural(len(index), 'spectrum')}"
    return f"{name}, {most} of {len(index)} spectra"


def _caption(study: Study) -> str:
    way = "aside" if steep(study) else "upwards"
    sentences = [
        "Dots: measured; lines: fit. Equal axes;",
        f"each spectrum is shifted {way} in the order of the experiment.",
    ]
    if len(by_direction(study.series)) == 1 and electrolyte_window(study):
        sentences.append("Electrolyte: the part at high frequencies; what is larger runs out of it.")
    if study.track.flagged("misfit"):
        sentences.append(f"{NOT_TRUSTED}: the circuit misses this spectrum.")
    if not steep(study):
        sentences += _of_a_stack(study, stack_of(study, (), 1.0))
    rest = [i for _, index in list(by_direction(study.series).items())[2:] for i in index.tolist()]
    if rest:
        sentences.append(f"{len(rest)} spectra of no known direction stand with their fits only.")
    if any({"soft_short", "hard_short", "suspect_short"} & set(f) for f in study.track.flags):
        sentences.append("Red: the cell leaked or may have leaked.")
    failed = np.flatnonzero(~np.isfinite(study.fits.values).all(axis=1))
    if failed.size:
        sentences.append("A spectrum without a line has no fit.")
    return " ".join(sentences)


def _of_a_stack(study: Study, stack: Stack) -> Iterator[str]:
    equal = isofrequencies(study, np.arange(len(study.series)), telling_frequencies(study))
    drawn = [f for f, z in equal.items() if (-z.imag <= stack.ceiling).any()]
    if drawn:
        yield f"Dashed: points of equal frequency ({' and '.join(frequency_text(f) for f in drawn)})."
    if stack.cut:
        yield "Tails that leave the frame or run into other spectra are cut."
