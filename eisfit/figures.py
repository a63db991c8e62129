"""The figures of a paper, a file each: for one column (85 mm) or two (178 mm), the same bytes each time."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from difflib import get_close_matches
from functools import partial
from pathlib import Path

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from eisfit.cycling import Axis
from eisfit.errors import OptionError
from eisfit.export import Guard, said_in, staged, staged_file
from eisfit.export.staging import NOTHING
from eisfit.plots import (
    plot_admittance_change,
    plot_circuit,
    plot_kk_map,
    plot_nyquist,
    plot_nyquist_series,
    plot_parameter,
    plot_resistances,
    plot_short_score,
    plot_stacked_nyquist,
    plot_tracks,
)
from eisfit.plots.branches import ALIKE, by_direction, has_record, thinned
from eisfit.plots.record import plot_record
from eisfit.plots.row import plot_row_nyquist, rows_of, steep
from eisfit.plots.several import electrolyte_window
from eisfit.plots.shorts import PARTS, applies
from eisfit.plots.stack import stack_of
from eisfit.plots.style import style as style_context
from eisfit.plots.trends import arc_colors, main_roles
from eisfit.quality.screening import Quality
from eisfit.study import Study
from eisfit.tables import Quantity

FORMATS = ("svg", "png", "pdf")
ONE, TWO = 85.0, 178.0
"""Width of one and of two columns, mm."""
INCH = 25.4
MM = 72 / INCH
LEFT, RIGHT, BOTTOM, TOP = 14.0, 3.0, 10.0, 5.0
"""Room for labels around axes, mm."""
PLACES = 18.0
"""Room for the names of spectra beside a stack, mm."""
MOST_STACKED, MOST_ASIDE = 14, 24
ROW, BELOW_ROW = 34.0, 7.0
"""Height of a row of steep spectra, and of the words below it, mm."""
MOST_PARAMETERS = 12
HIGHEST = 230.0
"""Height of the tallest figure, mm."""


def write_figures(
    study: Study,
    out: str | Path,
    format: str,
    *,
    only: Sequence[str] = (),
    style: str | Path | None = None,
    per_area: bool = False,
) -> list[Path]:
    """Write the figures of a study into a folder as figure-NAME.svg, .png or .pdf; returns their paths.

    only: names of figures, of resistances or of parameters; by default every figure of FIGURES that applies. style: a
    matplotlib style file laid over the one of eisfit. per_area: resistances in ohm cm2. All files appear or none.
    Raises OptionError, OutputError.
    """
    if format not in FORMATS:
        raise OptionError(f"unknown format of figures {format!r}: choose one of {', '.join(FORMATS)}")
    names, metadata = [], _metadata(format, said_in(study))
    with style_context(style), staged(Path(out)) as stage:
        for name, draw in _wanted(study, only, per_area).items():
            figure = draw(study)
            if figure is None and only:
                raise OptionError(f"there is nothing to draw in the figure {name} of this study")
            if figure is not None:
                names.append(f"figure-{name}.{format}")
                figure.savefig(stage / names[-1], format=format, metadata=metadata)
    return [Path(out) / name for name in names]


def _wanted(study: Study, only: Sequence[str], per_area: bool) -> dict[str, Callable[[Study], Figure | None]]:
    """The figures by their names. Raises OptionError for a name that is none."""
    figures = {name: partial(draw, per_area=per_area) if draw in PER_AREA else draw for name, draw in FIGURES.items()}
    if not only:
        return figures
    single: dict[str, Callable[[Study], Figure | None]] = {
        **{name: _parameter(name) for name in study.fits.names},
        **{quantity.name: _track(quantity, per_area) for quantity in study.quantities()},
    }
    every = figures | {name: draw for name, draw in single.items() if len(study.series) > 1}
    for name in only:
        if name not in every:
            near = get_close_matches(name, every, n=1)
            meant = f"did you mean {near[0]}? There are" if near else "choose among"
            raise OptionError(f"there is no figure {name}: {meant} {', '.join(every)}")
    return {name: every[name] for name in dict.fromkeys(only)}


def _parameter(name: str) -> Callable[[Study], Figure | None]:
    def draw(study: Study) -> Figure:
        figure, ax = _single(ONE, 60.0)
        plot_parameter(ax, study, name)
        return figure

    return draw


def _track(quantity: Quantity, per_area: bool) -> Callable[[Study], Figure | None]:
    """One quantity along the series, discharge and charge beside each other."""

    def draw(study: Study) -> Figure:
        columns = len(by_direction(study.series))
        figure = _figure(ONE if columns == 1 else TWO, 60.0)
        box = figure.get_size_inches()[0] * INCH / columns - LEFT - RIGHT
        row = [_axes(figure, k * (box + LEFT + RIGHT) + LEFT, BOTTOM, box, 60.0 - BOTTOM - 8.0) for k in range(columns)]
        plot_tracks([row], study, [quantity], per_area=per_area)
        return figure

    return draw


def _metadata(format: str, run: str = "") -> dict[str, str | None]:
    """Who wrote it and in which run; no date, unless SOURCE_DATE_EPOCH gives one."""
    said: dict[str, str | None] = {"Software" if format == "png" else "Creator": "eisfit"}
    if run:
        said["Keywords"] = run
    if not os.environ.get("SOURCE_DATE_EPOCH") and format in NO_DATE:
        said[NO_DATE[format]] = None
    return said


NO_DATE = {"svg": "Date", "pdf": "CreationDate"}
"""What names the date in the particulars of a figure."""


def _figure(width: float, height: float) -> Figure:
    """An empty figure, mm."""
    return Figure(figsize=(width / INCH, height / INCH))


def _axes(figure: Figure, left: float, bottom: float, width: float, height: float) -> Axes:
    """Axes by their box in mm from the lower left corner."""
    w, h = figure.get_size_inches() * INCH
    return figure.add_axes((left / w, bottom / h, width / w, height / h))


def _single(width: float, height: float, *, top: float = TOP, right: float = RIGHT) -> tuple[Figure, Axes]:
    figure = _figure(width, height)
    return figure, _axes(figure, LEFT, BOTTOM, width - LEFT - right, height - BOTTOM - top)


def _stacks(study: Study) -> Figure:
    """Stacked Nyquist plots, discharge and charge beside each other in two columns, a single group in one."""
    if steep(study):
        return _rows(study)
    groups = dict(list(by_direction(study.series).items())[:2])
    shown = [thinned(index, MOST_STACKED) for index in groups.values()]
    wide = TWO / 2 if len(groups) == 2 else ONE
    box = wide - LEFT - PLACES
    room = HIGHEST - BOTTOM - 2 * TOP
    stack = stack_of(study, shown, room / box)
    heights = [min(max(stack.height(len(index)) / stack.width * box, 20.0), room) for index in shown]
    figure = _figure(wide * len(groups), max(heights) + BOTTOM + 2 * TOP)
    for k, (name, index, height) in enumerate(zip(groups, shown, heights, strict=True)):
        ax = _axes(figure, k * wide + LEFT, BOTTOM, box, height)
        plot_stacked_nyquist(ax, study, spectra=index, stack=stack, most=MOST_STACKED)
        ax.set_title(name.capitalize())
    return figure


def _rows(study: Study) -> Figure:
    """Steep spectra beside each other, in rows."""
    rows = list(rows_of(study, thinned(np.arange(len(study.series)), MOST_ASIDE), TWO / ROW))
    figure = _figure(TWO, (ROW + BELOW_ROW) * len(rows))
    for k, row in enumerate(reversed(rows)):
        ax = _axes(figure, 2.0, k * (ROW + BELOW_ROW) + BELOW_ROW - 1.0, TWO - 4.0, ROW)
        plot_row_nyquist(ax, study, row)
    return figure


def _together(study: Study) -> Figure | None:
    if len(study.series) < 2:
        return None
    windows = dict.fromkeys((None, electrolyte_window(study)))
    figure = _figure(len(windows) * TWO / 2, 55.0)
    for k, within in enumerate(windows):
        ax = _axes(figure, k * TWO / 2 + LEFT, BOTTOM, TWO / 2 - LEFT - PLACES, 55.0 - BOTTOM - TOP)
        plot_nyquist_series(ax, study, within=within)
    return figure


def _spectrum(study: Study) -> Figure:
    figure, ax = _single(ONE, 45.0)
    plot_nyquist(ax, study.fits[0], colors=arc_colors(study, 0))
    return figure


def _resistances(study: Study, *, per_area: bool = False) -> Figure | None:
    if not main_roles(study):
        return None
    figure, ax = _single(ONE, 65.0, top=13.0)
    plot_resistances(ax, study, per_area=per_area)
    return figure


def _against_potential(study: Study, *, per_area: bool = False) -> Figure | None:
    potential = study.series.column("potential_V")
    known = np.isfinite(potential).sum() > 1 and study.series.cell.type not in ALIKE
    if not main_roles(study) or not known or study.track.axis.name == "potential":
        return None
    figure, ax = _single(ONE, 65.0, top=13.0)
    plot_resistances(ax, study, axis=Axis("potential", "Potential (V)", potential), per_area=per_area)
    return figure


def _parameters(study: Study) -> Figure:
    names = study.fits.names[:MOST_PARAMETERS]
    rows = -(-len(names) // 3)
    height = 40.0
    figure = _figure(TWO, rows * height)
    for k, name in enumerate(names):
        row, column = divmod(k, 3)
        bottom = (rows - 1 - row) * height + BOTTOM
        box = TWO / 3 - LEFT - RIGHT
        plot_parameter(_axes(figure, column * TWO / 3 + LEFT, bottom, box, height - BOTTOM - TOP), study, name)
    return figure


def _kramers_kronig(study: Study) -> Figure | None:
    return kk_figure(study) if len(study.series) > 1 else None


def write_kk_figure(quality: Quality, path: str | Path, guard: Guard = NOTHING) -> Path:
    """Write the map of the Kramers-Kronig residuals of a series; the ending of `path` is its format."""
    with style_context(None), staged_file(Path(path), guard) as stage:
        kk_figure(quality).savefig(stage, metadata=_metadata(stage.suffix[1:]))
    return Path(path)


def kk_figure(of: Study | Quality) -> Figure:
    """Residuals of the Kramers-Kronig test, frequency against spectrum: real and imaginary part beside each other."""
    figure = _figure(TWO, 60.0)
    for k, part in enumerate(("real", "imag")):
        ax = _axes(figure, k * TWO / 2 + LEFT, BOTTOM, TWO / 2 - LEFT - 19, 60.0 - BOTTOM - 6)
        plot_kk_map(ax, of, part="real" if part == "real" else "imag")
    return figure


def _trace(study: Study) -> Figure | None:
    if not has_record(study):
        return None
    figure = _figure(TWO, 60.0)
    plot_record(figure, study, left=LEFT * MM, right=RIGHT * MM)
    return figure


def _score(study: Study) -> Figure | None:
    if not applies(study):
        return None
    figure, ax = _single(ONE, 50.0, top=8.0)
    plot_short_score(ax, study)
    return figure


def _change(study: Study) -> Figure | None:
    if len(study.series) < 2:
        return None
    figure = _figure(TWO, 60.0)
    for k, part in enumerate(PARTS):
        ax = _axes(figure, k * TWO / 2 + LEFT, BOTTOM, TWO / 2 - LEFT - 19, 60.0 - BOTTOM - TOP)
        plot_admittance_change(ax, study, part=part)
    return figure


def _circuit(study: Study) -> Figure:
    circuits = study.fits.circuits
    figure = _figure(ONE, 26.0 * len(circuits))
    for k, circuit in enumerate(reversed(circuits)):
        plot_circuit(_axes(figure, 1.0, 1.0 + 26.0 * k, ONE - 2.0, 24.0), circuit)
    return figure


PER_AREA = (_resistances, _against_potential)
"""Figures that can be in ohm cm2."""
FIGURES: dict[str, Callable[[Study], Figure | None]] = {
    "stacked-nyquist": _stacks,
    "nyquist": _together,
    "first-spectrum": _spectrum,
    "resistances": _resistances,
    "resistances-potential": _against_potential,
    "parameters": _parameters,
    "kramers-kronig": _kramers_kronig,
    "voltage": _trace,
    "short-score": _score,
    "admittance-change": _change,
    "circuit": _circuit,
}
"""Every figure by the name of its file; None where there is nothing to draw."""
