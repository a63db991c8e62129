"""The cycling record with the moments at which spectra were taken."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patheffects import withStroke
from numpy.typing import NDArray

from eisfit.plots.branches import SHORTS
from eisfit.plots.frames import frames
from eisfit.plots.shorts import limit_of
from eisfit.plots.style import ALARM, QUIET, palette
from eisfit.shorts.trace import DIP, FALL, NOISE, STEP, read_trace
from eisfit.shorts.values import defaults
from eisfit.spectrum import Floats
from eisfit.study import Study

SLACK_S = 1.0
"""A sweep may start so much before the last row of the rest: clocks are rounded."""
MOST_POINTS = 3000
"""A longer trace is drawn by the extremes of this many neighbourhoods: no peak is lost."""

WORDS = {FALL: "overpotential fell", STEP: "sudden fall", DIP: "dip", NOISE: "noise"}
"""What the voltage of a half-cycle did that speaks of a short."""
APART = 0.03
"""Of the axis: words that would stand closer to those before are left out."""


def plot_voltage_trace(ax: Axes, study: Study) -> Axes:
    """Potential against time; ticks at the bottom are spectra, red triangles at the top those in which the cell leaked.

    Half-cycles whose voltage speaks of a short are shaded, with what it did in words.
    Without a record the potentials that the spectra know are drawn as points, or a sentence says that there are none.
    """
    record = study.series.record
    if record is not None and len(record):
        t, v = _broken(study, *envelope(record.time_s, record.potential_V))
        ax.plot(t / 3600, v, color=palette()[5 % len(palette())], lw=0.6)
        _mark_evidence(ax, study)
    else:
        t, v = study.series.column("time_s") / 3600, study.series.column("potential_V")
        ax.plot(t, v, "o", color=palette()[5 % len(palette())], ms=2.6)
        if not np.isfinite(t * v).any():
            ax.text(
                0.5, 0.5, "no potential was recorded", transform=ax.transAxes, ha="center", va="center", color=QUIET
            )
    _mark_spectra(ax, study)
    ax.set_xlabel("Time (h)")
    ax.set_ylabel("Potential (V)")
    return ax


def plot_current_trace(ax: Axes, study: Study) -> Axes:
    """Current of the record against time."""
    record = study.series.record
    if record is not None and len(record):
        t, i = envelope(record.time_s / 3600, record.current_A * 1e3)
        ax.plot(t, i, color="0.35", lw=0.6)
    ax.set_xlabel("Time (h)")
    ax.set_ylabel("Current (mA)")
    return ax


def plot_record(figure: Figure, study: Study, *, left: float = 38.0, right: float = 6.0) -> None:
    """Potential above current on one axis of time, in a figure with this room beside them, points."""
    (top,), (low,) = frames(figure, (128.0, 60.0), left=left, right=right, gap=(0.0, 9.0))
    plot_voltage_trace(top, study)
    plot_current_trace(low, study)
    top.set_xlabel("")
    top.tick_params(labelbottom=False)
    low.set_xlim(top.get_xlim())


def sweeps_between(study: Study, time_s: Floats) -> NDArray[np.int64]:
    """The rows (of times (T,) s) before which a spectrum was swept, and the record paused.

    A sweep takes no less than one period of its lowest frequency; a record with a row in that time ran on.
    """
    cuts = set()
    for spectrum, began in zip(study.series, study.series.column("time_s"), strict=True):
        row = int(np.searchsorted(time_s, began + SLACK_S, side="right")) if np.isfinite(began) else 0
        if 0 < row < len(time_s) and time_s[row] - began >= 1 / float(spectrum.frequency[-1]):
            cuts.add(row)
    return np.array(sorted(cuts), dtype=np.int64)


def _broken(study: Study, time_s: Floats, values: Floats) -> tuple[Floats, Floats]:
    """A curve with a hole (NaN) at every sweep during which nothing was recorded."""
    cuts = sweeps_between(study, time_s)
    return np.insert(time_s, cuts, time_s[cuts]), np.insert(values, cuts, np.nan)


def envelope(x: Floats, y: Floats, most: int = MOST_POINTS) -> tuple[Floats, Floats]:
    """The curve with at most about 2 `most` points: lowest and highest of each neighbourhood, in order."""
    if len(x) <= 2 * most:
        return x, y
    starts = np.linspace(0, len(x), most + 1).astype(np.int64)
    keep = np.unique([a + int(k) for a, b in pairwise(starts.tolist()) for k in _ends(y[a:b])])
    return x[keep], y[keep]


def _ends(part: Floats) -> tuple[int, int]:
    filled = np.nan_to_num(part)
    return int(np.argmin(filled)), int(np.argmax(filled))


def evidence(study: Study) -> list[tuple[float, float, str]]:
    """Where the voltage speaks of a short: begin and end (s) of half-cycles in a row that do the same, in words."""
    trace = read_trace(study.series, {name: limit_of(study, name) for name in defaults()})
    out: list[tuple[float, float, str]] = []
    last = -1
    for k, (cycle, kinds) in enumerate(zip(trace.cycles, trace.kinds, strict=True)):
        words = ", ".join(word for kind, word in WORDS.items() if kind in kinds)
        if words and last == k - 1 and out and out[-1][2] == words:
            out[-1] = (out[-1][0], cycle.end_s, words)
        elif words:
            out.append((cycle.begin_s, cycle.end_s, words))
        last = k if words else last
    return out


def _mark_evidence(ax: Axes, study: Study) -> None:
    """Shade what speaks of a short, with words along the left edge where there is room for them."""
    low, high = ax.get_xlim()
    written = -np.inf
    for begin, end, words in evidence(study):
        ax.axvspan(begin / 3600, end / 3600, color=ALARM, alpha=0.12, lw=0, zorder=0)
        if begin / 3600 - written >= APART * (high - low):
            ax.text(
                begin / 3600, 0.88, words, transform=ax.get_xaxis_transform(), rotation=90, ha="left", va="top",
                fontsize=5, color=ALARM, zorder=6, clip_on=True, path_effects=[withStroke(linewidth=1, foreground="w")],
            )  # fmt: skip
            written = begin / 3600


def _mark_spectra(ax: Axes, study: Study) -> None:
    t = study.series.column("time_s") / 3600
    known = np.isfinite(t)
    if not known.any():
        return
    bottom = ax.get_xaxis_transform()
    ax.plot(t[known], np.full(int(known.sum()), 0.03), "|", color="0.2", ms=4, mew=0.5, transform=bottom, zorder=3)
    for flag in SHORTS:
        at = [i for i in study.track.flagged(flag) if known[i]]
        fill = "w" if flag == "suspect_short" else ALARM
        ax.plot(t[at], np.full(len(at), 0.93), "v", mec=ALARM, mfc=fill, ms=4, transform=bottom, zorder=5)
