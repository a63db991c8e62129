"""Quantities along the series above each other, each on a scale of its own: none hides how another one moves."""

from __future__ import annotations

from collections.abc import Sequence

import matplotlib
import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import to_hex
from matplotlib.lines import Line2D

from eisfit.cycling import Axis
from eisfit.numbers import UNDETERMINED, with_unit
from eisfit.plots.bode import log_axis
from eisfit.plots.branches import ALIKE, SHORTS, Index, axis_of, by_direction, leaking
from eisfit.plots.labels import role_symbol
from eisfit.plots.style import ALARM, QUIET
from eisfit.plots.trends import (
    MISSED,
    MOST_JOINED,
    WIDE,
    Look,
    along_axis,
    converged,
    cross_out,
    draw_values,
    leak_handle,
    leak_words,
    limit,
    look,
    look_of,
    mark,
    mark_missed,
    mark_shorts,
    nothing_resolved,
    told,
    values_of,
)
from eisfit.spectrum import Bools, Floats
from eisfit.study import Study
from eisfit.tables import Quantity
from eisfit.tables.units import units_of
from eisfit.tracking.track import RoleValues

APART = ("time", "index", "cycle", "charge", "temperature")
"""Axes along which cycles lie behind each other."""
FEW_CYCLES = 5
"""So many cycles have a colour and a marker each; more are shades from the first to the last."""


def plot_tracks(
    rows: Sequence[Sequence[Axes]],
    study: Study,
    quantities: Sequence[Quantity],
    *,
    axis: Axis | None = None,
    per_area: bool = False,
) -> None:
    """One row of axes per quantity, one column per direction (discharge, charge); cycles by colour and marker.

    `rows` are axes (quantities, directions) from above; the axes of a row have one scale in common.
    """
    groups = by_direction(study.series)
    along = axis or axis_of(study)
    every = told(study, per_area=per_area)
    units, red = units_of(list(every.values())), ~leaking(study)
    for axes, quantity in zip(rows, quantities, strict=True):
        resolved = quantity.resolved & converged(study)
        scale = units[quantity.name]
        role = values_of(every[quantity.name].in_unit(scale))
        own = look_of(study, quantity.name) if quantity.name in study.track.roles else look(len(study.track.roles))
        for ax, index in zip(axes, groups.values(), strict=False):
            _track(ax, study, along, role, resolved, index, own)
        axes[0].set_ylabel(with_unit(role_symbol(quantity.name), scale.unit))
        if not resolved.any():
            for ax in axes:
                nothing_resolved(ax)
            continue
        _common(axes, role.value[resolved & np.isfinite(role.value)])
        for ax, index in zip(axes, groups.values(), strict=False):
            x = np.where(_among(study, index), along.values, np.nan)
            cross_out(ax, x, role, resolved)
            cross_out(ax, x, role, red, ALARM)
    for ax, index in zip(rows[0], groups.values(), strict=False):
        mark_shorts(ax, study, np.where(_among(study, index), along.values, np.nan))
    for ax, index in zip(rows[-1], groups.values(), strict=False):
        mark_missed(ax, study, np.where(_among(study, index), along.values, np.nan))
    _frame(rows, along)
    _legend(rows[0], study, quantities)


def _among(study: Study, index: Index) -> Bools:
    out = np.zeros(len(study.series), bool)
    out[index] = True
    return out


def _track(ax: Axes, study: Study, along: Axis, role: RoleValues, resolved: Bools, index: Index, own: Look) -> None:
    among = _among(study, index)
    for style, members in _cycles(study, index, own):
        draw_values(ax, study, along.values, role, resolved, style, members)
    part = RoleValues(np.where(among, role.value, np.nan), np.where(among, role.stderr, np.nan), role.unit)
    limit(ax, [(part, resolved & among)])
    if not np.isfinite(part.value).any():
        ax.text(0.5, 0.5, "not known", transform=ax.transAxes, ha="center", va="center", color=QUIET)


def cycles_of(study: Study, index: Index) -> list[int]:
    """The numbers of the cycles of some spectra; none where there is one, or where the axis tells them apart."""
    if study.series.cell.type in ALIKE or axis_of(study).name in APART:
        return []
    found = sorted({c for i in index.tolist() if (c := study.series[i].conditions.cycle) is not None})
    return found if 1 < len(found) < len(index) else []


def _cycles(study: Study, index: Index, own: Look) -> list[tuple[Look, Bools]]:
    """The spectra of every cycle with a look; all with the look of the quantity where there is one cycle."""
    cycles = cycles_of(study, index)
    if not cycles:
        return [(own, _among(study, index))]
    number = np.array([c if (c := s.conditions.cycle) is not None else -1 for s in study.series])
    out = [(_look_of_cycle(k, len(cycles)), _among(study, index) & (number == c)) for k, c in enumerate(cycles)]
    rest = _among(study, index) & ~np.isin(number, cycles)
    return [*out, (Look("0.5", "o"), rest)] if rest.any() else out


def _look_of_cycle(k: int, n: int) -> Look:
    if n <= FEW_CYCLES:
        return look(k)
    cmap = matplotlib.colormaps[matplotlib.rcParams["image.cmap"]]
    return Look(to_hex(cmap(0.85 * k / (n - 1))), "o")


def _common(axes: Sequence[Axes], known: Floats) -> None:
    """One scale for the axes of a row: the widest limits, logarithmic where the values `known` span decades."""
    if known.size and known.min() > 0 and known.max() > WIDE * known.min():
        for ax in axes:
            ax.set_yscale("log")
            ax.set_ylim(float(known.min()) / 1.3, float(known.max()) * 1.6)
            log_axis(ax.yaxis)
        return
    low, high = min(ax.get_ylim()[0] for ax in axes if ax.lines), max(ax.get_ylim()[1] for ax in axes if ax.lines)
    for ax in axes:
        ax.set_ylim(low, high)


def _frame(rows: Sequence[Sequence[Axes]], along: Axis) -> None:
    """Numbers at the outer axes only, one axis along the series for all of them."""
    known = along.values[np.isfinite(along.values)]
    pad = 0.04 * (float(np.ptp(known)) or 1.0) if known.size else 0.0
    for k, axes in enumerate(rows):
        for column, ax in enumerate(axes):
            along_axis(ax, along)
            if known.size:
                ax.set_xlim(float(known.min()) - pad, float(known.max()) + pad)
            if k < len(rows) - 1:
                ax.set_xlabel("")
                ax.tick_params(labelbottom=False)
            if column:
                ax.tick_params(labelleft=False)


def _legend(axes: Sequence[Axes], study: Study, quantities: Sequence[Quantity]) -> None:
    """Above the uppermost axes: the direction with its cycles, crosses and triangles where there are any."""
    crossed = any((~(q.resolved & q.steady) & np.isfinite(q.value)).any() for q in quantities)
    leaks = any(set(SHORTS) & set(f) for f in study.track.flags)
    groups = by_direction(study.series)
    for k, (ax, (direction, index)) in enumerate(zip(axes, groups.items(), strict=False)):
        cycles = cycles_of(study, index)
        ends = cycles if len(cycles) <= FEW_CYCLES else [cycles[0], cycles[-1]]
        places = range(len(cycles)) if len(cycles) <= FEW_CYCLES else (0, len(cycles) - 1)
        n = len(study.series)
        handles = [_handle(_look_of_cycle(j, len(cycles)), direction, n) for j in places]
        labels = [f"{direction or 'cycle'} {cycle}" for cycle in ends]
        if not cycles and direction:
            handles, labels = [_handle(Look("0.2", "o"), direction, n)], [direction]
        if k == 0 and crossed:
            handles.append(Line2D([], [], marker="x", color=QUIET, ls="none", ms=4))
            labels.append(UNDETERMINED)
        if k == 0 and leaks:
            beside = any(q.beside_leak.any() for q in quantities)
            crossed_red = "; red cross: value of cell and leak" if beside else ", values crossed"
            handles.append(leak_handle(study))
            labels.append(leak_words(study) + crossed_red)
        if k == len(groups) - 1 and study.track.flagged("misfit"):
            handles.append(Line2D([], [], ls="none"))
            labels.append(MISSED)
        if handles:
            ax.legend(handles, labels, loc="lower left", bbox_to_anchor=(0, 1.0), ncols=9, borderaxespad=0.1)


def _handle(style: Look, direction: str, n: int) -> Line2D:
    line = {"color": style.color, "ls": style.line, "lw": 0.6} if n <= MOST_JOINED else {"ls": "none"}
    return Line2D([], [], **mark(style, 3.2, n, charge=direction == "charge"), **line)
