"""Can the spectra be believed, and does the circuit describe them: Kramers-Kronig, residuals, points left out."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator

import numpy as np
from matplotlib.axes import Axes

from eisfit.numbers import frequency_text
from eisfit.plots import plot_fit_map, plot_fit_quality, plot_kk_map, plot_kk_residuals, plot_residual_histogram
from eisfit.plots.residuals import Part
from eisfit.report._flow import Block, Column, Heading, Paragraph, Table, flow
from eisfit.report._sheet import GREY, HEAD, Layout, Sheet
from eisfit.report._words import numbers
from eisfit.spectrum import Floats
from eisfit.study import Study

TITLE = "Quality"
PARTS: tuple[Part, ...] = ("real", "imag")
FEW = 4
"""Fewer spectra are drawn as curves, not as a map."""
MOST_LISTED = 40
MOST_POINTS = 80
MOST_PLACES = 3
LEFT, RIGHT = 34.0, 50.0
CAPTION = 12.0
"""Points between the lowest label and a caption of two lines."""


def sheets(study: Study, layout: Layout) -> Iterator[Sheet]:
    """A page of figures, then verdicts and points in words where there is something to say."""
    yield _figures(study, layout)
    yield from flow(_blocks(study), layout)


def _figures(study: Study, layout: Layout) -> Sheet:
    sheet = Sheet(layout)
    half = sheet.width / 2
    wide = half - LEFT - RIGHT
    high = (sheet.bottom - HEAD - 3 * 62 - CAPTION) / 3
    y = HEAD
    titles = ("Kramers–Kronig test", "Fit")
    rows: tuple[Callable[..., Axes], ...] = (plot_kk_residuals,)
    if len(study.series) >= FEW:
        rows = (plot_kk_map, plot_fit_map)
    for title, plot in zip(titles, rows, strict=False):
        sheet.text(0, y + 8, f"{title}: residuals in percent of |Z|", size=8, bold=True)
        for k, part in enumerate(PARTS):
            plot(sheet.axes(LEFT + k * half, y + 30, wide, high), study, part=part)
        y += high + 62
    sheet.text(0, y + 8, "Size of the residuals along the series", size=8, bold=True)
    plot_fit_quality(sheet.axes(LEFT, y + 22, wide + 36, high), study)
    sheet.text(half, y + 8, "Distribution of the residuals of the fits", size=8, bold=True)
    plot_residual_histogram(sheet.axes(half + LEFT, y + 22, wide + 36, high), study)
    sheet.caption(_caption(study))
    return sheet


def _caption(study: Study) -> str:
    noise = study.quality.noise()
    known = f"Noise of the series: {noise.modulus_percent:.2g} % of |Z|" if np.isfinite(noise.modulus_percent) else ""
    if known and noise.constant_ohm > 0:
        known += f" and {noise.constant_ohm:.2g} Ω"
    limits = study.quality.kk.drift_limit_percent[study.quality.kk.verdict == "pass"]
    unseen = f" {_unseen(limits)}" if np.isfinite(limits).any() else ""
    grey = "Grey: not measured or left out. " if len(study.series) >= FEW else ""
    return f"{grey}{known + ' per component.' if known else ''}{unseen}"


def _unseen(limits: Floats) -> str:
    low, high = (f"{limit:.2g}" for limit in (np.nanmin(limits), np.nanmax(limits)))
    size = f"{high} %" if low == high else f"{low} to {high} % (by spectrum)"
    return f"Where the test passes, a drift below {size} of |Z| at the lowest frequency could not have been seen."


def _blocks(study: Study) -> Iterator[Block]:
    verdict = [str(v) for v in study.quality.kk.verdict]
    speaking = [i for word in ("fail", "doubtful") for i, v in enumerate(verdict) if v == word]
    if speaking:
        yield Heading("Spectra that do not pass the Kramers–Kronig test")
        rows = [[str(i + 1), study.series[i].label or "–", study.quality.sentence(i)] for i in speaking[:MOST_LISTED]]
        yield Table((Column("No.", 0.4), Column("Spectrum", 2.2), Column("Verdict and reason", 5.4)), rows, wrap=2)
        if len(speaking) > MOST_LISTED:
            yield Paragraph(f"and {len(speaking) - MOST_LISTED} more; `eisfit check` lists all.", color=GREY)
    rows = _left_out(study)
    if rows:
        yield Heading("Points that do not count")
        columns = (Column("Spectra", 1.0), Column("File", 1.8), Column("Frequencies", 2.6), Column("Reason", 4.1))
        yield Table(columns, rows[:MOST_POINTS], wrap=3)
        if len(rows) > MOST_POINTS:
            yield Paragraph(f"and {len(rows) - MOST_POINTS} more lines; study.json has all.", color=GREY)


def _left_out(study: Study) -> list[list[str]]:
    """What was left out: spectra, file, frequencies, reason; spectra that lose the same points share a row."""
    found: dict[tuple[int, str], list[float]] = defaultdict(list)
    for point in study.quality.left_out:
        found[point.spectrum, point.reason].append(point.frequency)
    for i, (outliers, spectrum) in enumerate(zip(study.fits.outliers, study.fits.series, strict=False)):
        for k in np.flatnonzero(outliers).tolist():
            found[i, "outlier of the robust fit"].append(float(spectrum.frequency[k]))
    alike: dict[tuple[str, tuple[float, ...]], list[int]] = defaultdict(list)
    for (i, reason), frequencies in found.items():
        alike[reason, tuple(frequencies)].append(i)
    return [[numbers(of), _files(study, of), _places(list(at)), reason] for (reason, at), of in alike.items()]


def _files(study: Study, index: list[int]) -> str:
    names = {s.path.rsplit("/", 1)[-1] for s in (study.series[i].source for i in index) if s is not None}
    return f"{len(names)} files" if len(names) > 1 else "".join(names) or "–"


def _places(frequencies: list[float]) -> str:
    """Up to three frequencies, of more how many and their band."""
    if len(frequencies) <= MOST_PLACES:
        return ", ".join(map(frequency_text, frequencies))
    return f"{len(frequencies)} from {_span(frequencies)}"


def _span(frequencies: list[float]) -> str:
    low, high = min(frequencies), max(frequencies)
    return frequency_text(low) if high <= low * 1.0001 else f"{frequency_text(low)} to {frequency_text(high)}"
