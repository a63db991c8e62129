"""The detector of shorts along the series: the score with its limits, and the resistance of the leak."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from eisfit.plots.bode import log_axis, positive_limits
from eisfit.plots.branches import SHORTS, has_record
from eisfit.plots.maps import draw_map, table_of
from eisfit.plots.residuals import Part
from eisfit.plots.style import ALARM, QUIET, palette
from eisfit.plots.trends import mark_shorts
from eisfit.readers import rebaselined
from eisfit.shorts import BASELINE
from eisfit.shorts.change import admittance_change, explained_change
from eisfit.shorts.values import UNJUDGED, Shorts, defaults
from eisfit.spectrum import Bools, Complexes, Floats
from eisfit.study import Study
from eisfit.tracking.tracker import lead_inductance

MOST_SCORE = 6.0
"""Odds beyond a million to one are drawn as these."""
PARTS: dict[Part, str] = {"real": "Re", "imag": "Im"}


def applies(study: Study) -> bool:
    """Whether there is something to show of shorts: a verdict, and a record, a symmetric cell or a suspicion."""
    shorts = study.track.shorts
    if shorts is None or all(level == UNJUDGED for level in shorts.level):
        return False
    flagged = any(set(SHORTS) & set(flags) for flags in study.track.flags)
    return has_record(study) or study.series.cell.type == "symmetric" or flagged


def plot_short_score(ax: Axes, study: Study) -> Axes:
    """Odds of a leak along the series, log10, with the limits dashed; beyond 6 to both sides they are drawn at 6."""
    x = _places(ax, study)
    shorts = study.track.shorts
    if shorts is None:
        return _nothing(ax)
    color = palette()[0]
    ax.plot(
        x, np.clip(shorts.score, -MOST_SCORE, MOST_SCORE), marker="o", mec=color, mfc=color, color=color, ms=2.8, lw=0.5
    )
    for name, dashes in (("suspect_short.score", (2, 2)), ("soft_short.score", (5, 2))):
        ax.axhline(limit_of(study, name), color=ALARM, lw=0.6, dashes=dashes)
    ax.set_ylim(-MOST_SCORE - 0.8, MOST_SCORE + 0.8)
    ax.yaxis.set_major_locator(MaxNLocator(5, integer=True))
    mark_shorts(ax, study, x)
    ax.set_ylabel("log₁₀ odds of a leak")
    return ax


def plot_leak(ax: Axes, study: Study) -> Axes:
    """Resistance of the leak with its 95 % interval, and the bound below which a spectrum excludes one."""
    x = _places(ax, study)
    shorts = study.track.shorts
    if shorts is None or not (np.isfinite(shorts.bound) | np.isfinite(shorts.R_short)).any():
        return _nothing(ax)
    ax.plot(x, shorts.bound, "_", color=QUIET, ms=5, label="no leak below")
    shown = _estimated(shorts)
    low, high = shorts.R_short_low[shown], shorts.R_short_high[shown]
    ax.vlines(x[shown], low, np.where(np.isfinite(high), high, shorts.R_short[shown]), color=ALARM, lw=0.8)
    ax.plot(x[shown], shorts.R_short[shown], "D", color=ALARM, ms=3, ls="none", label="leak, 95 % interval")
    positive_limits(ax, np.concatenate([shorts.bound, shorts.R_short[shown], low, high]))
    ax.set_yscale("log")
    log_axis(ax.yaxis)
    ax.set_ylabel("Resistance (Ω)")
    ax.legend(loc="lower left", bbox_to_anchor=(0.0, 0.98), ncols=2)
    return ax


def plot_admittance_change(ax: Axes, study: Study, *, part: Part = "real") -> Axes:
    """Admittance less that of the baseline, dY in mS over frequency and spectrum number; triangles as elsewhere.

    A leak beside the cell is a red bar from end to end of the real part and nothing in the imaginary one. Interfaces
    change the low frequencies alone.
    """
    if not len(study.series):
        return _nothing(ax)
    used = study.options.used
    size = used.get("baseline") or BASELINE
    lead, anew = lead_inductance(study.fits), rebaselined(study.series)
    change = admittance_change(study.series, inductance=lead, baseline=int(size), breaks=anew)
    if not np.isfinite(change.admittance).any():
        return _nothing(ax)
    values = 1e3 * getattr(change.admittance, part)
    table = table_of([change.frequency] * len(values), list(values))
    draw_map(ax, table, _scale(1e3 * change.admittance), f"{PARTS[part]} ΔY (mS)")
    for flag in SHORTS:
        at = np.array(study.track.flagged(flag), float) + 1
        fill, edge = ("w", ALARM) if flag == "suspect_short" else (ALARM, "w")
        inside = np.full(len(at), 0.02)
        ax.plot(inside, at, ">", mec=edge, mfc=fill, ms=5, mew=0.4, transform=ax.get_yaxis_transform(), zorder=5)
    return ax


def plot_explained_change(ax: Axes, study: Study, *, spectrum: int, part: Part = "real") -> Axes:
    """Admittance of one spectrum less that of its baseline over frequency, with the best leak and the best rival.

    Points: measured, in mS; red line: the best explanation with a leak; dashed: the best one without. A leak beside the
    cell is a level line in the real part and nothing in the imaginary one.
    """
    shorts = study.track.shorts
    members = shorts.baselines[spectrum] if shorts is not None and shorts.baselines else ()
    found = explained_change(study.series, spectrum, members) if members else None
    if found is None:
        return _nothing(ax)
    values = [1e3 * getattr(one, part) for one in (found.measured, found.leak, found.rival)]
    ax.fill_between(found.frequency, values[0] - 2e3 * found.error, values[0] + 2e3 * found.error, color="0.9", lw=0)
    ax.plot(found.frequency, values[0], "o", ms=2.4, color="0.2", label="measured")
    ax.plot(found.frequency, values[1], "-", color=ALARM, lw=1.0, label=f"with {found.said[1].rstrip(',')}")
    ax.plot(found.frequency, values[2], "--", color=palette()[0], lw=1.0, label=f"with {found.said[0]}")
    ax.axhline(0, color=QUIET, lw=0.4)
    ax.set_xscale("log")
    log_axis(ax.xaxis)
    ax.set_xlabel("Frequency (Hz)")
    ax.set_ylabel(f"{PARTS[part]} ΔY (mS)")
    if part == "real":
        ax.legend(loc="lower left", bbox_to_anchor=(0.0, 0.98), ncols=1)
    return ax


def _scale(change: Complexes) -> float:
    """The end of the colours, one for both parts: nine tenths of the values lie within."""
    size = np.abs(change[np.isfinite(change)])
    return max(float(np.quantile(size, 0.9)), 1e-9)


def limit_of(study: Study, name: str) -> float:
    """A limit of the detector as it held in this study."""
    chosen = study.options.used.get("limits") or {}
    return float(chosen.get(name, defaults()[name]))


def _estimated(shorts: Shorts) -> Bools:
    """Spectra in which a leak was found, not only looked for."""
    above = np.array([level in ("suspect", "soft", "hard") for level in shorts.level])
    out: Bools = above & np.isfinite(shorts.R_short) & (shorts.R_short > 0)
    return out


def _places(ax: Axes, study: Study) -> Floats:
    """Hours where every spectrum knows its time, else the number of the spectrum; labels the axis."""
    time = study.track.axes.get("time")
    if time is not None and np.isfinite(time.values).all() and np.ptp(time.values) > 0:
        ax.set_xlabel(time.label)
        return time.values
    ax.set_xlabel("Spectrum (number)")
    ax.xaxis.set_major_locator(MaxNLocator(integer=True))
    return np.arange(1, len(study.series) + 1, dtype=np.float64)


def _nothing(ax: Axes) -> Axes:
    ax.text(0.5, 0.5, "not judged", transform=ax.transAxes, ha="center", va="center", color=QUIET)
    return ax
