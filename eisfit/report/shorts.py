"""Did the cell leak: voltage trace, score and evidence of every spectrum, the spectra themselves near the origin."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Literal

import numpy as np
from matplotlib.axes import Axes

from eisfit.numbers import positional, quantity
from eisfit.plots import (
    plot_admittance_change,
    plot_explained_change,
    plot_nyquist_series,
    plot_segments,
    plot_short_score,
)
from eisfit.plots.branches import SHORTS, has_record
from eisfit.plots.record import evidence, plot_record
from eisfit.plots.segments import has_both, phases
from eisfit.plots.several import electrolyte_window, window_of
from eisfit.plots.shorts import PARTS, applies, limit_of, plot_leak
from eisfit.report._document import Block, Column, Figure, Grid, Heading, Layout, Paragraph, Table, panel
from eisfit.shorts.values import HARD, SOFT, SUSPECT, defaults
from eisfit.study import Study
from eisfit.verdicts import leak, plural

TITLE = "Shorts"
FOUND = (SUSPECT, SOFT, HARD)
SCORES: tuple[tuple[str, Callable[..., Axes]], ...] = (
    ("Odds of a leak against every other explanation", plot_short_score),
    ("Resistance of the leak, and the bound below which there is none", plot_leak),
)
MOST_LISTED = 40
COLUMNS: tuple[tuple[str, float, Literal["left", "right"]], ...] = (
    ("No.", 0.5, "left"),
    ("Level", 1.0, "left"),
    ("Probability", 1.1, "right"),
    ("Share", 0.8, "right"),
    ("a", 0.8, "right"),
    ("R plateau", 1.2, "right"),
    ("R low", 1.2, "right"),
    ("R short", 1.2, "right"),
    ("95 % interval", 1.6, "right"),
    ("dT (K)", 0.8, "right"),
)
"""Heads of the table of evidence, their shares of the width."""

ODDS = (
    "Lines: the odds of a suspect (short dashes) and of a soft short (long dashes). "
    "Red triangles: the cell leaked; open: it may have leaked."
)


def blocks(study: Study, layout: Layout) -> Iterator[Block]:
    """Figures and evidence, where there is a record, a symmetric cell, or a suspicion."""
    if not applies(study):
        return
    if has_record(study):
        yield Figure(lambda canvas: plot_record(canvas, study), 230, "Potential and current against time",
                     "Potential and current; ticks mark the spectra",
                     "Shaded: half-cycles whose voltage speaks of a short, and what it did." if evidence(study) else "",
                     )  # fmt: skip
    if not suspected(study):
        yield from _nothing_found(study)
        return
    yield Paragraph(leak(study).sentence)
    yield from _explained(study)
    for k, (title, plot) in enumerate(SCORES):
        yield Figure(panel(_of(plot, study), top=24), 150, title, title, "" if k else ODDS)
    yield from _apart(study, layout.width)
    yield from _changes(study)
    yield from _evidence(study)


def suspected(study: Study) -> bool:
    """Whether any spectrum looks as if the cell leaked."""
    shorts = study.track.shorts
    return shorts is not None and any(level in FOUND for level in shorts.level)


def _nothing_found(study: Study) -> Iterator[Block]:
    """A cell that did not leak: how large a leak would have been seen, and no table of zeros."""
    title, plot = SCORES[-1]
    yield Figure(panel(_of(plot, study), top=24), 130, title, title)
    yield Paragraph(leak(study).sentence)
    yield from (Paragraph(remark, bullet=True) for remark in (study.track.shorts.remarks if study.track.shorts else ()))
    yield Paragraph("derived.csv has score and features of every spectrum.", "note")


def _of(plot: Callable[..., Axes], study: Study, **how: Any) -> Callable[[Axes], Axes]:
    return lambda ax: plot(ax, study, **how)


def _apart(study: Study, width: float) -> Iterator[Block]:
    """Cycling and rest apart: traces, spectra before and after the first current, and the electrolyte."""
    said = []
    if has_both(study):
        said += ["Shaded: positive current; thin lines: where rests or steps were cut out; holes: other sweeps."]
        for title, flowing in (("Under current, rests cut out", True), ("At rest, steps of current cut out", False)):
            yield Figure(panel(_of(plot_segments, study, flowing=flowing)), 130, f"Potential {title.lower()}", title)
    windows = dict.fromkeys((None, electrolyte_window(study)))
    frames = [window_of(study, np.array(at), w) for at in phases(study).values() for w in windows]
    high = max((top - low) / (right - left) for left, right, low, top in frames) * (0.5 * width - 90) + 40
    figures = [
        Figure(
            panel(_of(plot_nyquist_series, study, spectra=index, within=within), right=46),
            min(max(high, 80.0), 150.0),
            f"Nyquist plots, {title}{', electrolyte' if within else ''}",
            "Electrolyte" if within else f"{title[:1].upper()}{title[1:]} ({plural(len(index), 'spectrum')})",
        )
        for title, index in phases(study).items()
        for within in windows
    ]
    if len(figures) > 1:  # one says no more than that of all spectra
        said += ["Nyquist plots: equal axes, colour along the series, red where the cell leaked or may have leaked."]
        for k in range(0, len(figures), 2):
            yield Grid([[figure] for figure in figures[k : k + 2]], (1, 1))
    if said:
        yield Paragraph(" ".join(said), "note")


def _explained(study: Study) -> Iterator[Block]:
    """The gravest spectrum: what changed in it, with the best leak and the best rival drawn in."""
    shorts = study.track.shorts
    assert shorts is not None
    shown = [i for i, members in enumerate(shorts.baselines) if members and shorts.level[i] in FOUND]
    shown = [i for i in shown if np.isfinite(shorts.score[i]) and i not in shorts.baselines[i]]
    if not shown:
        return
    at = max(shown, key=lambda i: (FOUND.index(shorts.level[i]), shorts.score[i]))
    name = study.series[at].label or f"spectrum {at + 1}"
    pair = [shorts.baselines[at][-1], at]
    yield Figure(
        panel(_of(plot_nyquist_series, study, spectra=pair), right=46), 120,
        "Nyquist plots before and with the leak", f"Before and after: no. {pair[0] + 1} and no. {pair[1] + 1}",
    )  # fmt: skip
    plots = [_of(plot_explained_change, study, spectrum=at, part=part) for part in PARTS]
    yield Figure(
        panel(*plots, top=44), 190, "Change of the admittance over frequency, with what explains it",
        f"What explains no. {at + 1} ({name})",
        "Points: admittance less that of the baseline, grey its noise (two standard deviations). Red: the best "
        "explanation with a leak; dashed: the best without. A leak is level in Re, nothing in Im (but for the leads).",
    )  # fmt: skip


def _changes(study: Study) -> Iterator[Block]:
    """Maps of the change of admittance beside each other, and what explains them."""
    if len(study.series) < 2:
        return
    maps = panel(*(_of(plot_admittance_change, study, part=part) for part in PARTS), right=50, top=8)
    yield Figure(
        maps, 150, "Change of the admittance over frequency and spectrum, real and imaginary part",
        "What changed: admittance less that of the baseline",
        "Maps: a leak beside the cell is a red bar over all frequencies in Re and nothing in Im; electrodes change low "
        "frequencies alone. The inductance of the leads is taken off; colours end where nine tenths of the values do.",
    )  # fmt: skip


def _evidence(study: Study) -> Iterator[Block]:
    shorts = study.track.shorts
    assert shorts is not None
    chosen = _chosen(study)
    yield Heading("Evidence")
    yield Paragraph(_legend(study), "note")
    yield Table([Column(head, share, align) for head, share, align in COLUMNS], _rows(study))
    held = (f"{name} {limit_of(study, name):g}" for name in defaults())
    yield Paragraph(f"Limits, as eisfit.toml names them: {', '.join(held)}.", "note")
    if len(chosen) < len(shorts):
        kept = f"{len(chosen)} of {len(shorts)} spectra, all above ok and others evenly; derived.csv has every one."
        yield Paragraph(kept, "note")
    for i in chosen:
        said = shorts.reasons[i] or shorts.trace[i]
        if said:
            label = f" ({study.series[i].label})" if study.series[i].label else ""
            yield Paragraph(f"No. {i + 1}{label}: {said}", bullet=True)
    for remark in shorts.remarks:
        yield Paragraph(remark, bullet=True)


def _legend(study: Study) -> str:
    """What the columns mean."""
    suspect, soft = (positional(10.0 ** limit_of(study, f"{level}_short.score"), 2) for level in ("suspect", "soft"))
    return (
        "Probability: that a leak is open, against heating, contacts, pressure, electrodes, a resistance in series and "
        f"a change of scale, alone and together; suspect from odds of {suspect} to 1, a soft short from {soft} to 1. "
        "Share: of the direct current that leaks; a: the fall of the plateau of the electrolyte. "
        "R low is Re Z at the lowest frequencies; its fall decides nothing, since interfaces may improve. "
        "dT is the rise of temperature that would explain the fall of the plateau alone."
    )


def _chosen(study: Study) -> list[int]:
    """Spectra of the table: every one that is above ok, then others evenly, in the order of the series."""
    loud = [i for i, flags in enumerate(study.track.flags) if set(SHORTS) & set(flags)]
    quiet = [i for i in range(len(study.series)) if i not in set(loud)]
    spare = max(MOST_LISTED - len(loud), 0)
    picked = [quiet[int(k)] for k in np.unique(np.linspace(0, len(quiet) - 1, min(spare, len(quiet))).round())]
    return sorted([*loud[:MOST_LISTED], *picked])


def _rows(study: Study) -> list[list[str]]:
    s = study.track.shorts
    assert s is not None
    return [
        [
            str(i + 1),
            s.level[i],
            *(_number(v[i], "{:.2f}") for v in (s.probability, s.share, s.plateau_fall)),
            *(_ohm(float(v[i])) for v in (s.R_plateau, s.R_low)),
            _ohm(float(s.R_short[i])) if s.level[i] in FOUND else "–",
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
    return f"{_ohm(low)} to {_ohm(high)}" if np.isfinite(high) else f"above {_ohm(low)}"


def _ohm(value: float) -> str:
    return quantity(value, "ohm") if np.isfinite(value) else "–"
