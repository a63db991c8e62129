"""Can the spectra be believed, and does the circuit describe them: Kramers-Kronig, residuals, points left out."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from functools import partial

import numpy as np
from matplotlib.axes import Axes

from eisfit.numbers import frequency_text, quantity, significant, with_error
from eisfit.plots import (
    plot_fit_map,
    plot_fit_quality,
    plot_kk_map,
    plot_kk_residuals,
    plot_residual_histogram,
    plot_residuals,
)
from eisfit.plots.labels import flag_words
from eisfit.plots.residuals import Part
from eisfit.regular import regex
from eisfit.report._document import Block, Column, Figure, Grid, Heading, Layout, Paragraph, Table, panel
from eisfit.spectrum import Floats
from eisfit.study import Study
from eisfit.tracking.flags import declaration
from eisfit.tracking.track import Finding, beyond
from eisfit.verdicts import FAILING, FLAGS, numbers

TITLE = "Quality"
PARTS: tuple[Part, ...] = ("real", "imag")
FEW = 2
"""Fewer spectra are drawn as curves, not as a map."""
MOST_LISTED = 20
MOST_POINTS = 80
MOST_PLACES = 3
NUMBER = regex(r"\d+(?:\.\d+)?(?:e[-+]?\d+)?")
MAP, SIZE = 158.0, 150.0
"""Heights of figures, points."""
RIGHT = 50.0
"""Room for the bar of colours beside a map, points."""


def blocks(study: Study, layout: Layout) -> Iterator[Block]:
    """Figures, then verdicts, flags and points in words where there is something to say."""
    few = len(study.series) < FEW
    fitted = bool(np.isfinite(study.fits.rms_percent).any())
    maps: dict[str, Callable[..., Axes]] = {"Kramers–Kronig test": plot_kk_residuals if few else plot_kk_map}
    maps |= {"Fit": plot_fit_map} if fitted and not few else {}
    for name, plot in maps.items():
        title = f"{name}: residuals in percent of |Z|"
        plots = [partial(plot, study=study, part=part) for part in PARTS]
        draw = panel(*plots, left=34, right=8 if few else RIGHT, top=14)
        yield Figure(draw, MAP, f"{title}, real and imaginary part", title)
    yield Grid([[figure] for figure in _sizes(study, fitted=fitted)], (1, 1))
    yield Paragraph(_caption(study), "note")
    yield from _flags(study)
    yield from _verdicts(study)
    yield from _points(study)


def _sizes(study: Study, *, fitted: bool) -> Iterator[Figure]:
    """Figures of the size of the residuals."""
    if len(study.series) > 1:
        said = "Rms residual of the fit and of the Kramers-Kronig test along the series"
        draw = panel(partial(plot_fit_quality, study=study), left=34)
        yield Figure(draw, SIZE, said, "Size of the residuals along the series")
    elif fitted:
        title = "Fit: residuals, real part filled, imaginary part open"
        draw = panel(partial(plot_residuals, fit=study.fits[0]), left=34)
        yield Figure(draw, SIZE, "Residuals of the fit against frequency", title)
    if fitted:
        said = "Distribution of the residuals of the fits beside the normal one"
        draw = panel(partial(plot_residual_histogram, study=study), left=34)
        yield Figure(draw, SIZE, said, "Distribution of the residuals of the fits")


def _caption(study: Study) -> str:
    noise = study.quality.noise()
    share = noise.modulus_percent
    known = f"Noise of the series by this test: {significant(share)} % of |Z|" if np.isfinite(share) else ""
    if known and noise.constant_ohm > 0:
        known += f" and {quantity(noise.constant_ohm, 'ohm', digits=2)}"
    limits = study.quality.kk.drift_limit_percent[study.quality.kk.verdict == "pass"]
    unseen = f" {_unseen(limits)}" if np.isfinite(limits).any() else ""
    grids = {s.frequency.tobytes() for s in study.series}
    gaps = len(grids) > 1 or any(s.mask.any() for s in study.series)
    grey = "Grey: not measured or left out. " if gaps and len(study.series) >= FEW else ""
    return f"{grey}{known + ' per component.' if known else ''}{unseen}"


def _unseen(limits: Floats) -> str:
    low, high = (significant(float(limit)) for limit in (np.nanmin(limits), np.nanmax(limits)))
    size = f"{high} %" if low == high else f"{low} to {high} % (by spectrum)"
    return f"Where the test passes, a drift below {size} of |Z| at the lowest frequency could not have been seen."


def _flags(study: Study) -> Iterator[Block]:
    """Every flag in words: in which spectra, the measured value that is furthest out, its limit, and why."""
    findings: dict[str, list[Finding]] = defaultdict(list)
    for finding in study.track.findings:
        findings[finding.flag].append(finding)
    if not findings:
        return
    yield Heading(FLAGS)
    rows = []
    for flag, some in findings.items():
        worst = max(some, key=beyond)
        at = sorted({finding.spectrum for finding in some})
        where = f"No. {worst.spectrum + 1}, " * (len(study.series) > 1)
        rows.append([flag_words(flag), numbers(at), _against_limit(study, worst), where + worst.sentence])
    heads = (("Flag", 1.5), ("Spectra", 1.4), ("Measured, limit", 1.7), ("The gravest, in words", 4.6))
    yield Table([Column(*head) for head in heads], rows)


def _against_limit(study: Study, finding: Finding) -> str:
    """The measured value by the name of the limit that it broke; nothing where the sentence alone says it."""
    stated = dict(study.options.used.get("limits") or {})
    flag = declaration(finding.flag)
    limits = flag.limits if flag is not None else ()
    broken = next((x for x in limits if np.isclose(stated.get(x.name, x.default), finding.limit, rtol=1e-9)), None)
    if broken is None or not np.isfinite(finding.value):
        return "–"
    unit = f" {broken.unit}".rstrip()
    return f"{broken.name.partition('.')[2]} {_digits(finding.value)}{unit}, limit {_digits(finding.limit)}{unit}"


def _digits(value: float) -> str:
    return with_error(value, digits=3) if np.isfinite(value) else "–"


def _verdicts(study: Study) -> Iterator[Block]:
    verdict = [str(v) for v in study.quality.kk.verdict]
    speaking = [i for word in ("fail", "doubtful") for i, v in enumerate(verdict) if v == word]
    if not speaking:
        return
    yield Heading(FAILING)
    rows = [[str(i + 1), study.series[i].label or "–", study.quality.sentence(i)] for i in speaking[:MOST_LISTED]]
    yield Table((Column("No.", 0.4), Column("Spectrum", 1.7), Column("Verdict and reason", 6.0)), rows)
    if len(speaking) > MOST_LISTED:
        yield Paragraph(f"and {len(speaking) - MOST_LISTED} more; `eisfit check` lists all.", "note")


def _points(study: Study) -> Iterator[Block]:
    rows = _left_out(study)
    if not rows:
        return
    yield Heading("Points that do not count")
    columns = (Column("Spectra", 1.2), Column("File", 1.8), Column("Frequencies", 2.4), Column("Reason", 4.1))
    yield Table(columns, rows[:MOST_POINTS])
    if len(rows) > MOST_POINTS:
        yield Paragraph(f"and {len(rows) - MOST_POINTS} more lines; study.json has all.", "note")


def _left_out(study: Study) -> list[list[str]]:
    """What was left out: spectra, file, frequencies, reason; spectra that lose the same points alike share a row."""
    found: dict[tuple[int, str], list[float]] = defaultdict(list)
    for point in study.quality.left_out:
        found[point.spectrum, point.reason].append(point.frequency)
    for i, (outliers, spectrum) in enumerate(zip(study.fits.outliers, study.fits.series, strict=False)):
        for k in np.flatnonzero(outliers).tolist():
            found[i, "outlier of the robust fit"].append(float(spectrum.frequency[k]))
    alike: dict[tuple[str, tuple[str, ...]], dict[int, str]] = defaultdict(dict)
    for (i, reason), frequencies in found.items():
        alike[NUMBER.sub("", reason), tuple(map(frequency_text, frequencies))][i] = reason
    return [
        [numbers(of), _files(study, list(of)), _places(found[next(iter(of.items()))]), _reason(of)]
        for of in alike.values()
    ]


def _reason(of: dict[int, str]) -> str:
    """The reason of the first of some spectra, and whether that of the others is the very same."""
    first, said = next(iter(of.items()))
    return said if len(set(of.values())) == 1 else f"no. {first + 1}: {said}; the others alike"


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
