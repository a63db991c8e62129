"""Single spectra: Nyquist plot with the fit and its arcs, residuals, values. Long series are thinned to the telling ones."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from eisfit.fitting.result import Fit
from eisfit.fitting.status import FitStatus
from eisfit.plots import plot_nyquist, plot_residuals
from eisfit.plots.labels import parameter_symbols, unit_text, with_error
from eisfit.plots.style import ALARM
from eisfit.report._metrics import shortened
from eisfit.report._sheet import BODY, GREY, HEAD, SMALL, Layout, Sheet
from eisfit.report._words import plural
from eisfit.study import Study

TITLE = "Single spectra"
PER_PAGE = 4
ALL_UP_TO = 24
"""Series of so many spectra are shown whole, longer ones by this many of their spectra."""
WORST = 6
MOST_PARAMETERS = 13


class Chosen(NamedTuple):
    """A spectrum that is shown, and why."""

    index: int
    why: str


def sheets(study: Study, layout: Layout) -> Iterator[Sheet]:
    """Four spectra to a page."""
    chosen = choose(study, layout.every_spectrum)
    symbols = parameter_symbols(study.fits.circuit)
    for start in range(0, len(chosen), PER_PAGE):
        members = chosen[start : start + PER_PAGE]
        sheet = Sheet(layout, bookmark=f"No. {members[0].index + 1} to {members[-1].index + 1}")
        pitch = (sheet.bottom - HEAD - 12) / PER_PAGE
        for k, member in enumerate(members):
            _strip(sheet, study, member, HEAD + k * pitch, pitch, symbols)
        if start == 0:
            sheet.text(0, sheet.bottom - 1, _caption(study, len(chosen)), size=SMALL, color=GREY)
        yield sheet


def choose(study: Study, every: bool | None) -> list[Chosen]:
    """The spectra to show: all of a short series; else first, last, worst fits, the first of every flag, extremes."""
    n = len(study.series)
    if every or (every is None and n <= ALL_UP_TO):
        return [Chosen(i, "") for i in range(n)]
    why: dict[int, str] = {0: "first", n - 1: "last"}
    for i in [i for i, s in enumerate(study.fits.status) if s is not FitStatus.CONVERGED][:WORST]:
        why.setdefault(i, study.fits.status[i].value.replace("_", " "))
    for i in np.argsort(-np.nan_to_num(study.fits.rms_percent), kind="stable")[:WORST].tolist():
        why.setdefault(i, "large residual")
    for flag in dict.fromkeys(f for flags in study.track.flags for f in flags):
        why.setdefault(study.track.flagged(flag)[0], f"first with {flag}")
    for name, role in study.track.roles.items():
        if np.isfinite(role.value).any():
            why.setdefault(int(np.nanargmin(role.value)), f"lowest {name}")
            why.setdefault(int(np.nanargmax(role.value)), f"highest {name}")
    kept = sorted(list(why)[:ALL_UP_TO])
    spare = ALL_UP_TO - len(kept)
    for i in np.linspace(0, n - 1, spare + 2).round().astype(int).tolist()[1:-1]:
        why.setdefault(i, "in between")
    return [Chosen(i, why[i]) for i in sorted(list(why)[:ALL_UP_TO])]


def _caption(study: Study, shown: int) -> str:
    n = len(study.series)
    part = (
        "" if shown == n else f"{shown} of {plural(n, 'spectrum')}: first, last, largest residuals, flags, extremes. "
    )
    return (
        part
        + "Circles: measured (filled at decades of Hz); line: fit; shaded: the arc of each process; grey crosses: points that do not count."
    )


def _strip(sheet: Sheet, study: Study, member: Chosen, top: float, pitch: float, symbols: dict[str, str]) -> None:
    fit = study.fits[member.index]
    sheet.rule(top + 2, color="#CCCCCC")
    heading = f"{member.index + 1}   {fit.spectrum.label or 'unnamed'}"
    sheet.text(0, top + 13, shortened(heading, 0.68 * sheet.width, BODY, bold=True), bold=True)
    sheet.text(sheet.width, top + 13, member.why, size=SMALL, color=GREY, align="right")
    height = pitch - 58
    plot_nyquist(sheet.axes(30, top + 24, 168, height), fit)
    plot_residuals(sheet.axes(236, top + 24, 100, height), fit)
    _values(sheet, study, member.index, fit, top + 24, symbols)


def _values(sheet: Sheet, study: Study, i: int, fit: Fit, top: float, symbols: dict[str, str]) -> None:
    """Parameters with errors, then what is to say of the spectrum, each column one text."""
    size = 6.5
    names = fit.names[:MOST_PARAMETERS]
    k = [fit.names.index(n) for n in names]
    units = [unit_text(p.unit) for p in fit.circuit.parameters[: len(names)]]
    values = [with_error(float(fit.values[j]), float(fit.stderr[j])) for j in k]
    marks = ["" if fit.resolved[n] else " ×" for n in names]
    left = 352.0
    room = sheet.width - left
    lines = [f"{v} {u}{m}" for v, u, m in zip(values, units, marks, strict=True)]
    for row, (name, line) in enumerate(zip(names, lines, strict=True)):
        y = top + 5 + row * 1.42 * size
        sheet.text(left, y, symbols[name], size=size, math=True)
        sheet.text(left + 40, y, shortened(line, room - 40, size), size=size)
    y = top + 5 + len(names) * 1.42 * size + 4
    if len(fit.names) > len(names):
        sheet.text(left, y, f"and {len(fit.names) - len(names)} more in parameters.csv", size=size, color=GREY)
        y += 1.42 * size
    for line, color in _notes(study, i, fit):
        sheet.text(left, y, shortened(line, room, size), size=size, color=color)
        y += 1.42 * size


def _notes(study: Study, i: int, fit: Fit) -> Iterator[tuple[str, str]]:
    """Place of the spectrum, figures of merit, verdicts, flags."""
    c = fit.spectrum.conditions
    places = [
        f"{value:{form}} {unit}".strip()
        for value, form, unit in (
            (None if c.time_s is None else c.time_s / 3600, ".4g", "h"),
            (c.potential_V, ".4g", "V"),
            (None if c.soc is None else 100 * c.soc, ".1f", "%"),
            (c.temperature_C, ".3g", "°C"),
        )
        if value is not None
    ]
    where = [*places, *([c.direction] if c.direction else [])]
    if where:
        yield ", ".join(where), GREY
    merit = f"χ²red {fit.chi2_reduced:.3g}, rms {study.fits.rms_percent[i]:.2g} %, {int(fit.used.sum())} points"
    yield merit if np.isfinite(fit.cost) else "no fit", GREY
    verdict = str(study.quality.kk.verdict[i])
    rms = float(study.quality.kk_rms_percent[i])
    yield (
        f"Kramers–Kronig: {verdict}" + (f", {rms:.2g} %" if np.isfinite(rms) else ""),
        ALARM if verdict == "fail" else GREY,
    )
    if fit.status is not FitStatus.CONVERGED:
        yield f"{fit.status.value.replace('_', ' ')}: {fit.status.sentence}", ALARM
    for flag in study.track.flags[i][:4]:
        yield flag, ALARM
