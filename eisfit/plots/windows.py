"""Where the arcs of several cells lie: their windows of apex frequency and capacitance over each other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle

from eisfit.plots.bode import frequency_axis, log_axis
from eisfit.plots.labels import role_symbol, shown
from eisfit.plots.trends import look

ROOM = 4.0
"""Free space around the windows, a factor."""


def plot_windows(ax: Axes, rows: Sequence[Mapping[str, Any]]) -> Axes:
    """Windows of arcs, capacitance against apex frequency, a colour per cell; the name of each arc beside its median.

    `rows` are those of an attribution: `cell`, `nearest_arc`, and `f` in Hz and `C` in F as median (`f_Hz`) and ends
    (`f_low_Hz`, `f_high_Hz`); an arc that was not found has None.
    """
    told = {(row["cell"], row["nearest_arc"]): row for row in rows if row["f_Hz"] and row["C_F"]}
    cells = list(dict.fromkeys(row["cell"] for row in rows))
    for (cell, arc), row in told.items():
        style = look(cells.index(cell))
        (f, f_low, f_high), (c, c_low, c_high) = (
            tuple(row[f"{name}_{end}{unit}"] for end in ("", "low_", "high_"))
            for name, unit in (("f", "Hz"), ("C", "F"))
        )
        box = Rectangle((f_low, c_low), f_high - f_low, c_high - c_low, ec=style.color, fc=style.color, lw=0.8)
        box.set_alpha(0.25)
        ax.add_patch(box)
        ax.plot([f], [c], style.marker, color=style.color, ms=4)
        lift = 4 + 8 * cells.index(cell)  # cells of like windows: the names stand above each other
        ax.annotate(role_symbol(arc), (f, c), (4, lift), textcoords="offset points", fontsize=6.5, color=style.color)
    if told:
        _limits(ax, list(told.values()))
    handles = [Line2D([], [], marker=look(k).marker, color=look(k).color, ls="none", ms=4) for k in range(len(cells))]
    ax.legend(handles, [shown(cell) for cell in cells], loc="lower left", bbox_to_anchor=(0, 1.0), ncols=3)
    ax.set_ylabel("Effective capacitance (F)")
    return ax


def _limits(ax: Axes, rows: Sequence[Mapping[str, Any]]) -> None:
    f, c = (
        np.array([row[key] for row in rows for key in keys])
        for keys in (("f_low_Hz", "f_high_Hz"), ("C_low_F", "C_high_F"))
    )
    ax.set_yscale("log")
    ax.set_ylim(c.min() / ROOM, c.max() * ROOM)
    frequency_axis(ax, np.array([f.min() / ROOM, f.max() * ROOM]))
    ax.set_xlabel("Apex frequency (Hz)")
    log_axis(ax.yaxis)
