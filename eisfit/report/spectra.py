"""Single spectra: Nyquist plot with the fit and its arcs, Bode plot, residuals, values; of long series the telling."""

from __future__ import annotations

from collections.abc import Iterator

from matplotlib.figure import Figure as Canvas

from eisfit.fitting.result import Fit
from eisfit.plots import plot_bode, plot_nyquist, plot_residuals
from eisfit.plots.frames import frames
from eisfit.plots.labels import flag_words
from eisfit.plots.nyquist import has_close_up
from eisfit.plots.telling import Chosen, choose
from eisfit.plots.trends import arc_colors
from eisfit.report._document import Block, Figure, Grid, Heading, Layout, Paragraph, panel
from eisfit.report._facts import spectrum_title
from eisfit.report.parameters import values
from eisfit.study import Study
from eisfit.verdicts import plural

TITLE = "Single spectra"
MOST_PARAMETERS = 10
HEIGHT = 126.0
SHARES = (2.0, 1.75, 1.25)
"""Of the Nyquist plot, of the Bode plot with the residuals, of the values."""


def blocks(study: Study, layout: Layout) -> Iterator[Block]:
    """A strip per spectrum of a series: Nyquist plot, Bode plot over residuals, values."""
    if len(study.series) == 1:  # it is on the first page
        return
    chosen = choose(study, layout.every_spectrum)
    yield Paragraph(_caption(study, len(chosen)), "note", leads=True)
    for member in chosen:
        yield _strip(study, member)


def _caption(study: Study, shown: int) -> str:
    n = len(study.series)
    which = f"{shown} of {plural(n, 'spectrum')}: those named on page 1, largest residuals, extremes. "
    return which * (shown < n) + (
        "Circles: measured, filled at the decades of Hz; line: fit; shaded: the arc of each process; "
        "grey crosses: points that do not count. Right: modulus (circles) and phase (squares) with the fit; below them "
        "the residuals, real part filled circles, imaginary part open squares. × behind a value: not resolved."
    )


def _strip(study: Study, member: Chosen) -> Grid:
    fit = study.fits[member.spectrum]
    flags = ", ".join(map(flag_words, study.track.flags[member.spectrum]))
    name = f"spectrum {member.spectrum + 1}"
    both, colors = has_close_up(fit), arc_colors(study, member.spectrum)
    one = panel(lambda ax: plot_nyquist(ax, fit, close_up=False, colors=colors), left=30, right=4)
    said = f"Nyquist plot of {name} and its fit" + ", the arcs close up beside it" * both
    nyquist = Figure((lambda canvas: _tail(canvas, fit, colors)) if both else one, HEIGHT - 12, said)
    bode = Figure(lambda canvas: _bode(canvas, fit), HEIGHT, f"Bode plot and residuals of {name}")
    why = "; ".join(text for text in (member.why, flags) if text)
    heading = Heading(spectrum_title(study, member.spectrum))
    note = [Paragraph(why, "note")] if why else []
    return Grid([[heading, nyquist], [bode], [*note, *values(study, member.spectrum, MOST_PARAMETERS)]], SHARES)


def _tail(canvas: Canvas, fit: Fit, colors: dict[str, str]) -> None:
    """A tail and, beside it, the arcs before it close up."""
    ((whole, close),) = frames(canvas, columns=(52.0, 68.0), left=30, right=4, gap=(34.0, 0.0))
    plot_nyquist(whole, fit, close_up=False, colors=colors)
    plot_nyquist(close, fit, near=True, colors=colors)


def _bode(canvas: Canvas, fit: Fit) -> None:
    """Magnitude and phase above the residuals."""
    (upper,), (lower,) = frames(canvas, (7.0, 4.5), left=36, right=30, gap=(0.0, 4.0))
    plot_bode(upper, fit, label=False)
    plot_residuals(lower, fit)
