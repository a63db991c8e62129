"""Several cells in one figure: ranges of a quantity side by side, or its courses over each other."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from matplotlib.axes import Axes

from eisfit.numbers import unit_text, with_unit
from eisfit.plots.bode import log_axis
from eisfit.plots.labels import role_symbol, shown
from eisfit.plots.svg import width_of
from eisfit.plots.trends import WIDE, limit, look, values_of
from eisfit.spectrum import Floats
from eisfit.tables import Extent, Quantity

TICK = 6.5
"""Size of the names under a panel."""


class Course(NamedTuple):
    """What is drawn of one cell: its name, its places on the axis (N,), its resistances; lines end before `cuts`."""

    name: str
    x: Floats
    quantities: tuple[Quantity, ...]
    cuts: tuple[int, ...] = ()


def plot_ranges(ax: Axes, cells: Sequence[str], numbers: Sequence[int], found: Sequence[Extent | None], k: int) -> None:
    """A bar per cell from lowest to highest resolved value of one quantity, the k-th of a page; first and last marked.

    Cells stand by their names where there is room, else by their numbers.
    """
    color, marker = look(k)[:2]
    values: list[float] = []
    name = unit = ""
    for x, extent in enumerate(found):
        if extent is None:
            continue
        q, first, low, high, last = extent
        name, unit = q.name, q.unit
        if low is not None and high is not None:
            ax.vlines([x], [q.value[low]], [q.value[high]], color=color, lw=3, alpha=0.35)
            values += [float(q.value[low]), float(q.value[high])]
        for i, fill, shift in ((first, color, -0.12), (last, "w", 0.12)):
            if i is not None and q.own[i]:
                ax.plot([x + shift], [q.value[i]], marker, mec=color, mfc=fill, ms=4)
    if values and min(values) > 0 and max(values) > WIDE * min(values):
        ax.set_yscale("log")
        log_axis(ax.yaxis)
    elif values:
        least, most = min(values), max(values)
        pad = 0.1 * (most - least) or 0.1 * abs(most) or 1.0
        ax.set_ylim(0 if 0 <= least < 0.5 * most else least - pad, most + pad)
    ax.set_xlim(-0.6, len(cells) - 0.4)
    ax.set_xticks(range(len(cells)), _names(ax, cells, numbers))
    ax.set_ylabel(with_unit(role_symbol(name), unit_text(unit)))
    ax.set_xlabel("Cell")


def _names(ax: Axes, cells: Sequence[str], numbers: Sequence[int]) -> list[str]:
    room = 0.9 * ax.get_window_extent().width * 72 / ax.figure.dpi / len(cells)
    names = [shown(cell) for cell in cells]
    fit = all(width_of(name, TICK) <= room for name in names)
    return names if fit else [str(number) for number in numbers]


def plot_courses(ax: Axes, courses: Sequence[Course], name: str) -> None:
    """One quantity of every cell that has it, on a scale that shows how it changes."""
    found = [(k, c, q) for k, c in enumerate(courses) for q in c.quantities if q.name == name]
    roles = []
    for k, course, q in found:
        x = course.x
        role = values_of(q)
        good = q.own & np.isfinite(role.value) & np.isfinite(x)
        style, error = look(k), np.nan_to_num(role.stderr[good])
        ax.vlines(x[good], role.value[good] - error, role.value[good] + error, color=style.color, lw=0.5)
        known = np.insert(np.where(good, role.value, np.nan), course.cuts, np.nan)
        ax.plot(
            np.insert(x, course.cuts, np.nan), known, style.marker, color=style.color, ms=2.4, ls=style.line, lw=0.6
        )
        roles.append((role, good))
    limit(ax, roles)
    ax.set_ylabel(with_unit(role_symbol(name), unit_text(found[0][2].unit) if found else ""))
