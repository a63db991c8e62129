"""How large the residuals are along the series: of the fits and of the Kramers-Kronig test."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes

from eisfit.plots.bode import log_axis
from eisfit.plots.style import ALARM, palette
from eisfit.plots.trends import MOST_JOINED, marker_size, whole_numbers
from eisfit.spectrum import Floats
from eisfit.study import Study

LEGEND_SHARE = 0.24
"""Share of the height of an axes that two lines of a legend take."""


def plot_fit_quality(ax: Axes, study: Study) -> Axes:
    """Rms of the fit residuals and of the Kramers-Kronig test along the series, percent; failed tests are crossed."""
    number = np.arange(1, len(study.series) + 1)
    colors = palette()
    fit, kk = study.fits.rms_percent, np.asarray(study.quality.kk_rms_percent)
    size, line = 0.8 * marker_size(len(number)), 0.5 if len(number) <= MOST_JOINED else 0.0
    ax.plot(number, fit, "o-", color=colors[0], ms=size, mew=0, lw=line, label="fit")
    ax.plot(number, kk, "s-", color=colors[1], mfc="w", ms=size, mew=0.2 * size, lw=line, label="Kramers–Kronig")
    verdict = np.asarray([str(v) for v in study.quality.kk.verdict])
    for word, marker in (("doubtful", "+"), ("fail", "x")):
        if (verdict == word).any():
            ax.plot(number[verdict == word], kk[verdict == word], marker, color=ALARM, ms=5, label=f"test: {word}")
    known = np.r_[fit[np.isfinite(fit)], kk[np.isfinite(kk)]]
    _leave_room(ax, known[known > 0])
    whole_numbers(ax)
    ax.set_xlim(0.5, len(number) + 0.5)
    ax.set_xlabel("Spectrum (number)")
    ax.set_ylabel("Rms residual (% of |Z|)")
    ax.legend(loc="upper left", ncols=2)
    return ax


def _leave_room(ax: Axes, known: Floats) -> None:
    """Limits of a figure of sizes: from zero or over decades, the top left free for the legend."""
    if not known.size:
        return
    least, most = float(known.min()), float(known.max())
    if most > 10 * least:
        ax.set_yscale("log")
        ax.set_ylim(least / 1.3, most * (1.3 * most / least) ** (LEGEND_SHARE / (1 - LEGEND_SHARE)))
        log_axis(ax.yaxis)
    else:
        ax.set_ylim(0, most / (1 - LEGEND_SHARE))
