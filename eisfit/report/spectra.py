"""Single spectra: Nyquist plot with the fit and its arcs, Bode plot, residuals, values; of long series the telling."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from matplotlib.figure import Figure as Canvas

from eisfit.fitting.result import Fit
from eisfit.plots import plot_bode, plot_nyquist, plot_residuals
from eisfit.plots.branches import thinned
from eisfit.plots.frames import frames
from eisfit.plots.nyquist import is_tail
from eisfit.report._document import Block, Figure, Grid, Heading, Layout, Paragraph, panel
from eisfit.report._facts import spectrum_title
from eisfit.report.parameters import values
from eisfit.study import Study
from eisfit.verdicts import plural

TITLE = "Single spectra"
ALL_UP_TO = 24
"""Series of so many spectra are shown whole, longer ones by this many of their spectra."""
WORST = 6
MOST_PARAMETERS = 10
HEIGHT = 126.0
SHARES = (2.0, 1.75, 1.25)
"""Of the Nyquist plot, of the Bode plot with the residuals, of the values."""


class Chosen(NamedTuple):
    """A spectrum that is shown, and why."""

    spectrum: int
    why: str


def blocks(study: Study, layout: Layout) -> Iterator[Block]:
    """A strip per spectrum of a series: Nyquist plot, Bode plot over residuals, values."""
    if len(study.series) == 1:  # it is on the first page
        return
    chosen = choose(study, layout.every_spectrum)
    yield Paragraph(_caption(study, len(chosen)), "note", leads=True)
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
        "the residuals, real part filled circles, imaginary part open squares. × behind a value: not determined."
    )


def _strip(study: Study, member: Chosen) -> Grid:
    fit = study.fits[member.spectrum]
    flags = ", ".join(study.track.flags[member.spectrum])
    name = f"spectrum {member.spectrum + 1}"
    both = is_tail(fit)
    one = panel(lambda ax: plot_nyquist(ax, fit, close_up=False), left=30, right=4)
    said = f"Nyquist plot of {name} and its fit" + ", the arcs close up beside it" * both
    nyquist = Figure((lambda canvas: _tail(canvas, fit)) if both else one, HEIGHT - 12, said)
    bode = Figure(lambda canvas: _bode(canvas, fit), HEIGHT, f"Bode plot and residuals of {name}")
    why = "; ".join(text for text in (member.why, flags) if text)
    heading = Heading(spectrum_title(study, member.spectrum))
    note = [Paragraph(why, "note")] if why else []
    return Grid([[heading, nyquist], [bode], [*note, *values(study, member.spectrum, MOST_PARAMETERS)]], SHARES)


def _tail(canvas: Canvas, fit: Fit) -> None:
    """A tail and, beside it, the arcs before it close up."""
    ((whole, close),) = frames(canvas, columns=(52.0, 68.0), left=30, right=4, gap=(34.0, 0.0))
    plot_nyquist(whole, fit, close_up=False)
    plot_nyquist(close, fit, near=True)


def _bode(canvas: Canvas, fit: Fit) -> None:
    """Magnitude and phase above the residuals."""
    (upper,), (lower,) = frames(canvas, (7.0, 4.5), left=36, right=30, gap=(0.0, 4.0))
    plot_bode(upper, fit, label=False)
    plot_residuals(lower, fit)
