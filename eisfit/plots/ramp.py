"""A current that was raised in steps: the resistance under every one of them."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes

from eisfit.plots.style import ALARM, QUIET, palette
from eisfit.shorts.values import BY, DIPPED, Ramp
from eisfit.study import Study


def plot_ramp(ax: Axes, study: Study) -> Axes:
    """Voltage over current of every step in ohm against its current, shorts, dips and lost contact marked.

    Against the current density where the area is known. The shaded band goes from the last step without a short to the
    critical one.
    """
    ramp = study.track.shorts.ramp if study.track.shorts is not None else None
    if ramp is None:
        ax.text(0.5, 0.5, "no ramp", transform=ax.transAxes, ha="center", va="center", color=QUIET)
        return ax
    x, y = _current(ramp), ramp.overpotential_V / ramp.current_A
    ax.plot(x, y, "-", color=palette()[0], lw=0.6)
    shorted = np.array([text in BY for text in ramp.finding])
    dipped = np.array([text == DIPPED for text in ramp.finding])
    void = ramp.diverged > 0
    marks = (
        (~(shorted | dipped | void), "o", palette()[0], palette()[0], "no short"),
        (shorted, "v", ALARM, ALARM, "short"),
        (dipped & ~shorted, "D", ALARM, "w", "dip"),
        (void & ~shorted & ~dipped, "^", QUIET, "w", "contact lost"),
    )
    for where, marker, edge, fill, label in marks:
        if where.any():
            ax.plot(x[where], y[where], marker, mec=edge, mfc=fill, ls="none", ms=4, label=label)
    if ramp.short is not None and ramp.short > 0:
        ax.axvspan(x[ramp.short - 1], x[ramp.short], color=ALARM, alpha=0.1, lw=0)
    ax.set_ylim(0, 1.15 * float(y.max()))
    ax.set_xlabel("Current density (mA cm⁻²)" if ramp.area_cm2 else "Current (mA)")
    ax.set_ylabel("|V| / I (Ω)")
    ax.legend(loc="lower left", bbox_to_anchor=(0.0, 0.98), ncols=4)
    return ax


def _current(ramp: Ramp) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    return 1e3 * ramp.current_A / (ramp.area_cm2 or 1.0)
