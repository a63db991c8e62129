"""Single spectra: Nyquist plot with the fit and its arcs, Bode plot, residuals, values; of long series the telling."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from eisfit.fitting.result import Fit
from eisfit.fitting.status import FitStatus
from eisfit.numbers import unit_text, with_error
from eisfit.plots import plot_bode, plot_nyquist, plot_residuals
from eisfit.plots.branches import thinned
from eisfit.plots.labels import parameter_symbols
from eisfit.plots.style import ALARM
from eisfit.report._metrics import shortened, wrapped
from eisfit.report._sheet import BODY, GREY, HEAD, SMALL, Layout, Sheet
from eisfit.report._words import plural
from eisfit.spectrum import Conditions
from eisfit.study import Study

TITLE = "Single spectra"
PER_PAGE = 4
ALL_UP_TO = 24
"""Series of so many spectra are shown whole, longer ones by this many of their spectra."""
WORST = 6
MOST_PARAMETERS = 10
TINY = 6.2
NYQUIST, BODE = 188.0, 92.0
"""Width of the Nyquist plot, and of the Bode plot with the residuals below it."""
VALUES = 388.0
"""Where the values stand, right of the figures."""


class Chosen(NamedTuple):
    """A spectrum that is shown, and why."""

    spectrum: int
    why: str


def sheets(study: Study, layout: Layout) -> Iterator[Sheet]:
    """Four spectra to a page."""
    chosen = choose(study, layout.every_spectrum)
    symbols = parameter_symbols(study.fits.circuit)
    for start in range(0, len(chosen), PER_PAGE):
        members = chosen[start : start + PER_PAGE]
        sheet = Sheet(layout, bookmark=f"No. {members[0].spectrum + 1} to {members[-1].spectrum + 1}")
        pitch = (sheet.bottom - HEAD - 26) / PER_PAGE
        for k, member in enumerate(members):
            _strip(sheet, study, member, HEAD + k * pitch, pitch, symbols)
        if start == 0:
            sheet.caption(_caption(study, len(chosen)))
        yield sheet


def choose(study: Study, every: bool | None) -> list[Chosen]:
    """The spectra to show: all of a short series; else first, last, worst fits, the first of every flag, extremes."""
    n = len(study.series)
    if every or (every is None and n <= ALL_UP_TO):
        return [Chosen(i, "") for i in range(n)]
    why: dict[int, str] = {0: "first", n - 1: "last"}
    for i in [i for i, s in enumerate(study.fits.status) if s is not FitStatus.CONVERGED][:WORST]:
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


def _strip(sheet: Sheet, study: Study, member: Chosen, top: float, pitch: float, symbols: dict[str, str]) -> None:
    fit = study.fits[member.spectrum]
    sheet.rule(top + 2, color="#CCCCCC")
    flags = ", ".join(study.track.flags[member.spectrum])
    half = 0.5 * sheet.width
    heading = f"{member.spectrum + 1}   {fit.spectrum.label or 'unnamed'}"
    sheet.text(0, top + 13, shortened(heading, half - 6, BODY, bold=True), bold=True)
    right = shortened("; ".join(text for text in (member.why, flags) if text), half, SMALL)
    sheet.text(sheet.width, top + 13, right, size=SMALL, color=ALARM if flags else GREY, align="right")
    height = pitch - 52
    plot_nyquist(sheet.axes(28, top + 22, NYQUIST, height), fit)
    left = 28 + NYQUIST + 36
    plot_bode(sheet.axes(left, top + 22, BODE, 0.58 * height), fit, label=False)
    plot_residuals(sheet.axes(left, top + 26 + 0.58 * height, BODE, 0.42 * height - 4), fit)
    _values(sheet, study, member.spectrum, fit, top + 25, symbols)


def _values(sheet: Sheet, study: Study, i: int, fit: Fit, top: float, symbols: dict[str, str]) -> None:
    """Parameters with errors, then what is to say of the spectrum."""
    room = sheet.width - VALUES
    y = top
    shown = fit.circuit.parameters[:MOST_PARAMETERS] if np.isfinite(fit.values).all() else ()
    for k, p in enumerate(shown):
        value = f"{with_error(float(fit.values[k]), float(fit.stderr[k]))} {unit_text(p.unit)}"
        mark = " (fixed)" if p.fixed else "" if fit.resolved[p.name] else " ×"
        sheet.text(VALUES, y, symbols[p.name], size=TINY, math=True)
        sheet.text(VALUES + 38, y, shortened(value.strip() + mark, room - 38, TINY), size=TINY)
        y += 1.3 * TINY
    if 0 < len(shown) < len(fit.names):
        sheet.text(VALUES, y, f"and {len(fit.names) - len(shown)} more in parameters.csv", size=TINY, color=GREY)
        y += 1.3 * TINY
    y += 4
    for text, color in _notes(study, i, fit):
        for line in wrapped(text, room, TINY):
            sheet.text(VALUES, y, line, size=TINY, color=color)
            y += 1.3 * TINY


def _notes(study: Study, i: int, fit: Fit) -> Iterator[tuple[str, str]]:
    """Place of the spectrum, figures of merit, verdict of the test, status of the fit."""
    where = _place(fit.spectrum.conditions)
    if where:
        yield where, GREY
    if np.isfinite(fit.cost):
        chi2 = with_error(float(f"{fit.chi2_reduced:.3g}"))
        yield f"χ² reduced {chi2}", GREY
        yield f"rms {study.fits.rms_percent[i]:.2g} %, {int(fit.used.sum())} points", GREY
    else:
        yield "no fit", GREY
    verdict, rms = str(study.quality.kk.verdict[i]), float(study.quality.kk_rms_percent[i])
    said = f"Kramers–Kronig: {verdict}" + (f", {rms:.2g} %" if np.isfinite(rms) else "")
    yield said, ALARM if verdict == "fail" else GREY
    if fit.status is not FitStatus.CONVERGED:
        yield f"no usable fit: {fit.sentence}", ALARM


def _place(c: Conditions) -> str:
    """Time, potential, state of charge, temperature and direction, as far as they are known."""
    hours = None if c.time_s is None else c.time_s / 3600
    percent = None if c.soc is None else 100 * c.soc
    known = ((hours, ".4g", "h"), (c.potential_V, ".4g", "V"), (percent, ".3g", "%"), (c.temperature_C, ".3g", "°C"))
    parts = [f"{value:{form}} {unit}" for value, form, unit in known if value is not None]
    return ", ".join([*parts, *([c.direction] if c.direction else [])])
