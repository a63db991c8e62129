"""Every parameter of the circuit along the series."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np
from matplotlib.axes import Axes

from eisfit.circuit import Parameter
from eisfit.cycling.axes import OF_A_STATE
from eisfit.fitting.result import Fit
from eisfit.numbers import FIXED, UNDETERMINED, Scale, quantity, significant, unit_text, with_error
from eisfit.plots import plot_parameter
from eisfit.plots.branches import axis_of, direction_of
from eisfit.plots.labels import parameter_symbols
from eisfit.plots.trends import CROSSED, bars, converged, unit_of_resistance
from eisfit.report._document import Block, Column, Figure, Grid, Layout, Paragraph, Table, panel
from eisfit.report._facts import lowered
from eisfit.study import Study
from eisfit.tables import resolved_parameters

TITLE = "All parameters"
COLUMNS, HEIGHT, TICKS = 3, 100.0, 4
MOST = 45
"""Parameters that are drawn; the table has all."""


def blocks(study: Study, layout: Layout) -> Iterator[Block]:
    """Small panels in three columns along a series, the axis below the last of each; a table for one spectrum."""
    names = study.fits.names[:MOST]
    if len(study.series) == 1:
        yield from values(study, 0)
        return
    if not np.isfinite(study.fits.values).any():
        return
    for start in range(0, len(names), COLUMNS):
        row = names[start : start + COLUMNS]
        panels = [[_panel(study, name, last=k + COLUMNS >= len(names))] for k, name in enumerate(row, start)]
        yield Grid(panels, [1.0] * COLUMNS)
    yield Paragraph(_caption(study), "note")


def _panel(study: Study, name: str, *, last: bool) -> Figure:
    def plot(ax: Axes) -> None:
        plot_parameter(ax, study, name)
        ax.locator_params(axis="x", nbins=TICKS)
        if not last:
            ax.set_xlabel("")

    return Figure(
        panel(plot, left=36, right=4, top=4, bottom=26 if last else 16),
        HEIGHT + 10 * last,
        f"{name} along the series with its standard errors",
        caption=_limits(study, name),
    )


def _limits(study: Study, name: str) -> str:
    """The bounds of a parameter that were stated or reached, or that it was none of the search."""
    k = study.fits.names.index(name)
    p = study.fits.parameters[k]
    if p.fixed:
        return f"{name} fixed at {with_error(p.value)} {unit_text(p.unit)}".strip()
    if not study.fits.at_bound[:, k].any() and name not in (study.options.used.get("bound") or ()):
        return ""
    low, high = (with_error(v) if math.isfinite(v) else "∞" for v in (p.lower, p.upper))
    return f"bounds of {name}: {low} to {high} {unit_text(p.unit)}".strip()


def _caption(study: Study) -> str:
    text = bars(len(study.series))
    if study.fits.at_bound.any():
        text += " Dashed: a bound of the search that a value has reached."
    if not (resolved_parameters(study.track, study.fits).all() and converged(study).all()):
        text += f" Crossed: {CROSSED}."
    if study.smoothed is not None:
        text += " Band: the estimate under the assumption of smoothness, with one standard error."
    if len(study.fits.names) > MOST:
        text += f" The first {MOST} of {len(study.fits.names)} parameters; parameters.csv has all."
    return text


def values(study: Study, i: int, most: int | None = None) -> Iterator[Block]:
    """The parameters of a spectrum with errors, then what is to say of it."""
    fit = study.fits[i]
    symbols = parameter_symbols(fit.fits.circuit)
    shown = fit.circuit.parameters[:most] if np.isfinite(fit.values).all() else ()
    rows = [[symbols[p.name], _value(study, i, k, p)] for k, p in zip(study.fits.columns_of(i), shown, strict=False)]
    if rows:
        yield Table((Column("", 1.0, math=True), Column("", 2.6)), rows, small=True)
    if 0 < len(shown) < len(fit.names):
        yield Paragraph(f"and {len(fit.names) - len(shown)} more in parameters.csv", "note")
    yield Paragraph("; ".join(_notes(study, i, fit)), "note")


def _value(study: Study, i: int, k: int, p: Parameter) -> str:
    """The k-th parameter with its error and unit; what is not resolved has a cross."""
    value, stderr = float(study.fits.values[i, k]), float(study.fits.stderr[i, k])
    scale = unit_of_resistance(study, study.fits.names[k]) if p.unit == "ohm" else Scale(1.0, unit_text(p.unit))
    said = with_error(value / scale.factor, stderr / scale.factor)
    resolved = resolved_parameters(study.track, study.fits)[i, k]
    if said == UNDETERMINED or not (resolved or np.isfinite(stderr)):
        return UNDETERMINED
    return f"{said} {scale.unit}".strip() + (FIXED if p.fixed else "" if resolved else " ×")


def _notes(study: Study, i: int, fit: Fit) -> Iterator[str]:
    """Place of the spectrum, figures of merit, verdict of the test, status of the fit."""
    if len(study.fits.circuits) > 1:
        yield f"circuit {fit.fits.circuit}"
    where = _place(study, i)
    if where:
        yield where
    if np.isfinite(fit.cost):
        yield f"χ² reduced {significant(fit.chi2_reduced, 3)}"
        yield f"rms {significant(float(study.fits.rms_percent[i]))} %, {int(fit.used.sum())} points"
    else:
        yield "no fit"
    verdict, rms = str(study.quality.kk.verdict[i]), float(study.quality.kk_rms_percent[i])
    yield f"Kramers–Kronig: {verdict}" + (f", {significant(rms)} %" if np.isfinite(rms) else "")
    if not fit.usable:
        yield f"no usable fit: {fit.sentence}"


def _place(study: Study, i: int) -> str:
    """Time, potential, state of charge, temperature and direction, as far as they are known and mean something."""
    c, axes = study.series[i].conditions, study.track.axes
    time = axes.get("time") if len(study.series) > 1 else None
    state = axes.get(axis_of(study).name if axis_of(study).name in OF_A_STATE else "soc")
    known = (
        f"{time.text(i)} {time.label[6:-1]}" if time is not None and time.text(i) else None,
        None if c.potential_V is None else quantity(c.potential_V, "V", digits=4),
        f"{lowered(state.label)} {state.text(i)}" if state is not None and state.text(i) else None,
        None if c.temperature_C is None else f"{c.temperature_C:.3g} °C",
        direction_of(study.series, i),
    )
    return ", ".join(said.replace("-", "−") for said in known if said)
