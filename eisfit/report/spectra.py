"""Single spectra: Nyquist plot with the fit and its arcs, Bode plot, residuals, values; of long series the telling."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from matplotlib.figure import Figure as Canvas

from eisfit.fitting.result import Fit
from eisfit.numbers import unit_text, with_error
from eisfit.plots import plot_bode, plot_nyquist, plot_residuals
from eisfit.plots.branches import thinned
from eisfit.plots.labels import parameter_symbols
from eisfit.report._document import Block, Column, Figure, Grid, Heading, Layout, Paragraph, Table, panel
from eisfit.report._words import plural
from eisfit.spectrum import Conditions
from eisfit.study import Study

TITLE = "Single spectra"
ALL_UP_TO = 24
"""Series of so many spectra are shown whole, longer ones by this many of their spectra."""
WORST = 6
MOST_PARAMETERS = 10
HEIGHT = 152.0
SHARES = (2.0, 1.75, 1.25)
"""Of the Nyquist plot, of the Bode plot with the residuals, of the values."""


class Chosen(NamedTuple):
    """A spectrum that is shown, and why."""

    spectrum: int
    why: str


def blocks(study: Study, layout: Layout) -> Iterator[Block]:
    """A strip per spectrum: Nyquist plot, Bode plot over residuals, values."""
    chosen = choose(study, layout.every_spectrum)
    yield Paragraph(_caption(study, len(chosen)), "note")
    for member in chosen:
        yield _strip(study, member)


def choose(study: Study, every: bool | None) -> list[Chosen]:
    """The spectra to show: all of a short series; else first, last, worst fits, the first of every flag, extremes."""
    n = len(study.series)
    if every or (every is None and n <= ALL_UP_TO):
        return [Chosen(i, "") for i in range(n)]
    why: dict[int, str] = {0: "first", n - 1: "last"}
    for i in np.flatnonzero(~study.fits.usable)[:WORST].tolist():
        why.setdefault(i, study.fits.status[i].words)
    for i in np.argsort(-np.nan_to_num(study.fits.rms_percent), kind="stable")[:WORST].tolist():
        why.setdefault(i, "large residual")
    for flag in dict.fromkeys(f for flags in study.track.flags for f in flags):
        why.setdefault(study.track.flagged(flag)[0], f"first with {flag}")
    for name, role in study.track.roles.items():
        if np.isfinite(role.value).any():
            why.setdefault(int(np.nanargmin(role.value)), f"lowest {name}")
            why.setdefault(int(np.nanargmax(role.value)), f"highest {name}")
    others = np.array([i for i in range(n) if i not in why], dtype=np.int64)
    for i in thinned(others, max(ALL_UP_TO - len(why), 0)).tolist():
        why[i] = "in between"
    return [Chosen(i, why[i]) for i in sorted(list(why)[:ALL_UP_TO])]


def _caption(study: Study, shown: int) -> str:
    n = len(study.series)
    part = (
        "" if shown == n else f"{shown} of {plural(n, 'spectrum')}: first, last, largest residuals, flags, extremes. "
    )
    return (
        f"{part}Circles: measured, filled at the decades of Hz; line: fit; shaded: the arc of each process; "
        "grey crosses: points that do not count. Right: modulus (circles) and phase (squares) with the fit; below them "
        "the residuals, real part filled circles, imaginary part open squares. × behind a value: not resolved."
    )


def _strip(study: Study, member: Chosen) -> Grid:
    fit = study.fits[member.spectrum]
    flags = ", ".join(study.track.flags[member.spectrum])
    title = f"{member.spectrum + 1}   {fit.spectrum.label or 'unnamed'}"
    name = f"spectrum {member.spectrum + 1}"
    nyquist = Figure(
        panel(lambda ax: plot_nyquist(ax, fit), left=30, right=4), HEIGHT - 12, f"Nyquist plot of {name} and its fit"
    )
    bode = Figure(lambda canvas: _bode(canvas, fit), HEIGHT, f"Bode plot and residuals of {name}")
    why = "; ".join(text for text in (member.why, flags) if text)
    heading = Heading(title)
    note = [Paragraph(why, "note")] if why else []
    return Grid([[heading, nyquist], [bode], [*note, *_values(study, member.spectrum, fit)]], SHARES)


def _bode(canvas: Canvas, fit: Fit) -> None:
    """Magnitude and phase above the residuals."""
    width, height = 72 * canvas.get_size_inches()
    left, wide = 34 / width, 1 - 66 / width
    plot_bode(canvas.add_axes((left, 0.5, wide, 0.5 - 6 / height)), fit, label=False)
    plot_residuals(canvas.add_axes((left, 27 / height, wide, 0.5 - 31 / height)), fit)


def _values(study: Study, i: int, fit: Fit) -> Iterator[Block]:
    """Parameters with errors, then what is to say of the spectrum."""
    symbols = parameter_symbols(fit.fits.circuit)
    shown = fit.circuit.parameters[:MOST_PARAMETERS] if np.isfinite(fit.values).all() else ()
    rows = []
    for k, p in enumerate(shown):
        value = f"{with_error(float(fit.values[k]), float(fit.stderr[k]))} {unit_text(p.unit)}"
        mark = " (fixed)" if p.fixed else "" if fit.resolved[p.name] else " ×"
        rows.append([symbols[p.name], value.strip() + mark])
    if rows:
        yield Table((Column("", 1.0, math=True), Column("", 2.6)), rows, small=True)
    if 0 < len(shown) < len(fit.names):
        yield Paragraph(f"and {len(fit.names) - len(shown)} more in parameters.csv", "note")
    yield Paragraph("; ".join(_notes(study, i, fit)), "note")


def _notes(study: Study, i: int, fit: Fit) -> Iterator[str]:
    """Place of the spectrum, figures of merit, verdict of the test, status of the fit."""
    if len(study.fits.circuits) > 1:
        yield f"circuit {fit.fits.circuit}"
    where = _place(fit.spectrum.conditions)
    if where:
        yield where
    if np.isfinite(fit.cost):
        chi2 = with_error(float(f"{fit.chi2_reduced:.3g}"))
        yield f"χ² reduced {chi2}"
        yield f"rms {study.fits.rms_percent[i]:.2g} %, {int(fit.used.sum())} points"
    else:
        yield "no fit"
    verdict, rms = str(study.quality.kk.verdict[i]), float(study.quality.kk_rms_percent[i])
    said = f"Kramers–Kronig: {verdict}" + (f", {rms:.2g} %" if np.isfinite(rms) else "")
    yield said
    if not fit.usable:
        yield f"no usable fit: {fit.sentence}"


def _place(c: Conditions) -> str:
    """Time, potential, state of charge, temperature and direction, as far as they are known."""
    hours = None if c.time_s is None else c.time_s / 3600
    percent = None if c.soc is None else 100 * c.soc
    known = ((hours, ".4g", "h"), (c.potential_V, ".4g", "V"), (percent, ".3g", "%"), (c.temperature_C, ".3g", "°C"))
    parts = [f"{value:{form}} {unit}" for value, form, unit in known if value is not None]
    return ", ".join([*parts, *([c.direction] if c.direction else [])])
