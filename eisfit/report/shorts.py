"""Did the cell leak: voltage trace, score and evidence of every spectrum, the spectra themselves near the origin."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from eisfit.numbers import with_error
from eisfit.plots import (
    plot_admittance_change,
    plot_current_trace,
    plot_nyquist_series,
    plot_segments,
    plot_short_score,
    plot_voltage_trace,
)
from eisfit.plots.branches import SHORTS
from eisfit.plots.segments import first_current_s, has_both
from eisfit.plots.shorts import PARTS, limit_of, plot_leak
from eisfit.plots.stack import electrolyte_window
from eisfit.report._flow import Block, Column, Heading, Paragraph, Table, flow
from eisfit.report._ink import Align
from eisfit.report._sheet import GREY, HEAD, SMALL, Layout, Sheet
from eisfit.report._words import plural, verdicts
from eisfit.shorts.values import HARD, SOFT, SUSPECT, UNJUDGED, defaults
from eisfit.study import Study

TITLE = "Shorts"
FOUND = (SUSPECT, SOFT, HARD)
LEFT = 40.0
MAPS = 190.0
"""Height that the maps of the admittance and the caption take."""
TALL = 260.0
"""Height of a map on a page of its own."""
MOST_LISTED = 40
COLUMNS: tuple[tuple[str, float, Align], ...] = (
    ("No.", 0.5, "left"),
    ("Level", 1.0, "left"),
    ("Probability", 1.1, "right"),
    ("Share", 0.8, "right"),
    ("a", 0.8, "right"),
    ("R plateau (Ω)", 1.2, "right"),
    ("R low (Ω)", 1.2, "right"),
    ("R short (Ω)", 1.2, "right"),
    ("95 % interval", 1.6, "right"),
    ("dT (K)", 0.8, "right"),
)
"""Heads of the table of evidence, their shares of the width."""


def sheets(study: Study, layout: Layout) -> Iterator[Sheet]:
    """Figures and evidence, where there is a record, a symmetric cell, or a suspicion."""
    if not applies(study):
        return
    yield _figures(study, layout)
    yield from _apart(study, layout)
    yield from flow(_blocks(study), layout)


def applies(study: Study) -> bool:
    shorts = study.track.shorts
    if shorts is None or all(level == UNJUDGED for level in shorts.level):
        return False
    flagged = any(set(SHORTS) & set(flags) for flags in study.track.flags)
    return _traced(study) or study.series.cell.type == "symmetric" or flagged


def _figures(study: Study, layout: Layout) -> Sheet:
    sheet = Sheet(layout)
    wide = sheet.width - LEFT - 6
    y = HEAD
    if _traced(study):
        sheet.text(0, y + 8, "Potential and current; ticks mark the spectra", size=8, bold=True)
        top = sheet.axes(LEFT, y + 16, wide, 150)
        low = sheet.axes(LEFT, y + 172, wide, 60)
        plot_voltage_trace(top, study)
        plot_current_trace(low, study)
        top.set_xlabel("")
        top.tick_params(labelbottom=False)
        low.set_xlim(top.get_xlim())
        y += 276
    for title, plot in (
        ("Odds of a leak against every other explanation", plot_short_score),
        ("Resistance of the leak, and the bound below which there is none", plot_leak),
    ):
        sheet.text(0, y + 8, title, size=8, bold=True)
        plot(sheet.axes(LEFT, y + 28, wide, 120), study)
        y += 196
    sheet.caption(
        "Dashed: the odds from which a spectrum is suspect, and from which it is a soft short. Red triangles: spectra "
        "in which the cell leaked, open where it is only suspected."
    )
    return sheet


def _traced(study: Study) -> bool:
    return study.series.record is not None and len(study.series.record) > 0


def _apart(study: Study, layout: Layout) -> Iterator[Sheet]:
    """Cycling and rest apart: traces, spectra before and after the first current; and what changed in the admittance.

    The maps of the admittance stand on the same page where that has room for them.
    """
    sheet = Sheet(layout)
    y = HEAD
    if has_both(study):
        for title, flowing in (("Under current, rests cut out", True), ("At rest, steps of current cut out", False)):
            sheet.text(0, y + 8, title, size=8, bold=True)
            plot_segments(sheet.axes(LEFT, y + 18, sheet.width - LEFT - 6, 96), study, flowing=flowing)
            y += 158
    groups = _phases(study)
    half = sheet.width / 2
    wide = half - LEFT - 58
    high = min((sheet.bottom - y - 40) / len(groups) - 64, 0.62 * wide)
    for title, index in groups.items():
        for k, within in enumerate((None, electrolyte_window(study))):
            said = "near the origin" if k else f"{title} ({plural(len(index), 'spectrum')})"
            sheet.text(k * (half + 6), y + 8, said[:1].upper() + said[1:], size=8, bold=not k)
            plot_nyquist_series(sheet.axes(k * half + LEFT, y + 24, wide, high), study, spectra=index, within=within)
        y += high + 64
    said = (
        "Shaded: positive current; thin lines: where rests or steps were cut out; holes: sweeps outside the record. "
        "Nyquist plots: equal axes, colour along the series, red where the cell leaked or may have leaked."
    )
    if y + MAPS < sheet.bottom:
        sheet.caption(f"{said} {_changes(sheet, study, y)}")
        yield sheet
        return
    sheet.caption(said)
    yield sheet
    last = Sheet(layout)
    last.caption(_changes(last, study, HEAD, stacked=True))
    yield last


def _changes(sheet: Sheet, study: Study, y: float, *, stacked: bool = False) -> str:
    """Maps of the change of admittance, beside or above each other; returns what explains them."""
    sheet.text(0, y + 8, "What changed: admittance less that of the baseline", size=8, bold=True)
    half = sheet.width / 2
    wide = (sheet.width if stacked else half) - LEFT - 46
    for k, part in enumerate(PARTS):
        x, below = (0.0, k * (TALL + 50)) if stacked else (k * half, 0.0)
        plot_admittance_change(sheet.axes(x + LEFT, y + 20 + below, wide, TALL if stacked else 96), study, part=part)
    return (
        "Maps: a leak beside the cell is a red bar over all frequencies in Re and nothing in Im; electrodes change low "
        "frequencies alone. A tenth of the values lies beyond the ends of the colours."
    )


def _phases(study: Study) -> dict[str, list[int]]:
    """The spectra before the first current and after it; all together where the record does not tell."""
    n = len(study.series)
    record, times = study.series.record, study.series.column("time_s")
    if record is not None and len(record) and np.isfinite(times).all():
        begin = first_current_s(record)
        before = [i for i in range(n) if times[i] < begin]
        after = [i for i in range(n) if times[i] >= begin]
        if len(before) > 1 and after:
            return {"spectra at rest, before the first current": before, "spectra between the steps of current": after}
    return {"spectra in one plot": list(range(n))}


def _blocks(study: Study) -> Iterator[Block]:
    shorts = study.track.shorts
    assert shorts is not None
    chosen = _chosen(study)
    yield Heading("Evidence")
    yield Paragraph(verdicts(study)[0].sentence)
    yield Paragraph(_legend(study), color=GREY)
    yield Table([Column(head, share, align) for head, share, align in COLUMNS], _rows(study))
    held = (f"{name} {limit_of(study, name):g}" for name in defaults())
    yield Paragraph(f"Limits in force: {', '.join(held)}.", size=SMALL, color=GREY)
    if len(chosen) < len(shorts):
        kept = f"{len(chosen)} of {len(shorts)} spectra, all above ok and others evenly; derived.csv has every one."
        yield Paragraph(kept, size=SMALL, color=GREY)
    for i in chosen:
        said = shorts.reasons[i] or shorts.trace[i]
        if said:
            yield Paragraph(f"No. {i + 1} ({study.series[i].label}): {said}", bullet="–", after=1)
    for remark in shorts.remarks:
        yield Paragraph(remark, bullet="–", after=1)


def _legend(study: Study) -> str:
    """What the columns mean."""
    suspect, soft = (limit_of(study, f"{level}_short.score") for level in ("suspect", "soft"))
    return (
        "Probability: that a leak is open, against heating, contacts, pressure, electrodes, a resistance in series and "
        f"a change of scale, alone and together; suspect from odds of 10^{suspect:g}, a soft short from 10^{soft:g}. "
        "Share: of the direct current that leaks; a: the fall of the plateau of the electrolyte. "
        "R low is Re Z at the lowest frequencies; its fall decides nothing, since interfaces may improve. "
        "dT is the rise of temperature that would explain the fall of the plateau alone."
    )


def _chosen(study: Study) -> list[int]:
    """Spectra of the table: every one that is above ok, then others evenly, in the order of the series."""
    loud = [i for i, flags in enumerate(study.track.flags) if set(SHORTS) & set(flags)]
    quiet = [i for i in range(len(study.series)) if i not in set(loud)]
    spare = max(MOST_LISTED - len(loud), 0)
    picked = (
        [quiet[int(k)] for k in np.unique(np.linspace(0, len(quiet) - 1, min(spare, len(quiet))).round())]
        if quiet
        else []
    )
    return sorted([*loud[:MOST_LISTED], *picked])


def _rows(study: Study) -> list[list[str]]:
    s = study.track.shorts
    assert s is not None
    return [
        [
            str(i + 1),
            s.level[i],
            *(_number(v[i], "{:.2f}") for v in (s.probability, s.share, s.plateau_fall)),
            *(_number(v[i], "{:.4g}") for v in (s.R_plateau, s.R_low)),
            with_error(float(s.R_short[i])) if s.level[i] in FOUND else "–",
            _interval(float(s.R_short_low[i]), float(s.R_short_high[i])),
            _number(s.heating_K[i], "{:.1f}"),
        ]
        for i in _chosen(study)
    ]


def _number(value: float, form: str) -> str:
    if not np.isfinite(value):
        return "–"
    text = form.format(value)
    return text if float(text) else text.removeprefix("-")


def _interval(low: float, high: float) -> str:
    if not np.isfinite(low):
        return "–"
    return f"{with_error(low)} to {with_error(high)}" if np.isfinite(high) else f"above {with_error(low)}"
