"""What moves along the series: resistances and single parameters."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import to_rgb
from matplotlib.lines import Line2D
from matplotlib.ticker import MaxNLocator

from eisfit.cycling import Axis
from eisfit.numbers import UNDETERMINED, Scale, power_of_ten, unit_text, with_unit
from eisfit.plots.bode import log_axis
from eisfit.plots.branches import SHORTS, Index, axis_of, by_direction, direction_of, leaking, runs, thinned
from eisfit.plots.labels import role_symbol, symbols_of
from eisfit.plots.style import ALARM, QUIET, palette
from eisfit.spectrum import Bools, Floats
from eisfit.study import Study
from eisfit.tables import NOT_TRUSTED, Quantity, resolved_parameters, specific_area
from eisfit.tables.units import unit_of, units_of
from eisfit.tracking.track import RoleValues

MARKERS = "os^Dv<>ph"
LINES = ("-", (0, (4, 1.5)), "-", (0, (1, 1)), (0, (5, 1.5, 1, 1.5)))
"""Lines of neighbouring quantities differ, as their markers do: colours do not survive every printer."""
LEGEND_ENTRY = 60.0
"""Room for one entry of a legend, points."""
MOST_JOINED = 300
"""Values of longer series are not joined by lines, and so many have error bars: more would hide the points."""
WIDE = 20
"""Values that span more than this factor go on a logarithmic axis."""
LEAST_SPAN = 0.1
"""An axis spans at least this share of its values: noise of a percent is not blown up."""
MOST_MARKED = 40
"""Spectra that the circuit misses are marked one by one; of more these, evenly."""
PALE = 0.6
"""Share of white in what stands back."""
_LOUD = 0.5
"""Error bars longer than this share of their value do not stretch the axis."""


class Look(NamedTuple):
    """Colour, marker and line of one quantity."""

    color: str
    marker: str
    line: Any = "-"


def main_roles(study: Study) -> list[str]:
    """The resistances of the circuit itself: roles in ohm that are no sums."""
    return [n for n, r in study.track.roles.items() if r.unit == "ohm" and not n.endswith("_total")]


def plot_resistances(
    ax: Axes,
    study: Study,
    *,
    roles: Sequence[str] | None = None,
    axis: Axis | None = None,
    legend: bool = True,
    per_area: bool = False,
) -> Axes:
    """Resistances with standard errors along the series: discharge filled, charge open, each run joined by a line.

    `roles` are all single resistances unless named, `axis` is the one of the track. The unit suits the values: mohm,
    ohm or kohm; `per_area`: ohm cm2, where the area is known. A cross through a marker says that the value is not
    resolved, a red one that it is that of cell and leak; a red triangle at the top marks a spectrum in which the cell
    leaked.
    """
    every = told(study, per_area=per_area)
    held = [every[name] for name in (main_roles(study) if roles is None else roles)]
    along = axis or axis_of(study)
    units = units_of(list(every.values()))
    scales = {units[q.name] for q in held}
    scale = scales.pop() if len(scales) == 1 else unit_of([q.value for q in held], "ohm")
    sure = converged(study)
    shown = [(values_of(q.in_unit(scale)), q.resolved & sure) for q in held]
    for q, (role, resolved) in zip(held, shown, strict=True):
        draw_values(ax, study, along.values, role, resolved, look_of(study, q.name))
    limit(ax, shown)
    for role, resolved in shown:
        cross_out(ax, along.values, role, resolved)
        cross_out(ax, along.values, role, ~leaking(study), ALARM)
    along_axis(ax, along)
    ax.set_ylabel(with_unit("Resistance" if "Ω" in scale.unit else "Value", scale.unit))
    mark_shorts(ax, study, along.values)
    mark_missed(ax, study, along.values)
    if legend:
        _legend(ax, study, [q.name for q in held], any((~r).any() for _, r in shown))
    return ax


def told(study: Study, *, per_area: bool = False) -> dict[str, Quantity]:
    """Every quantity of a study by its name; `per_area`: resistances as ohm cm2, per interface in a symmetric cell."""
    out = {q.name: q for q in study.quantities()}
    for q in out.values() if per_area else ():
        area = specific_area(study.series.cell, q.name)
        if area and q.unit == "ohm":
            out[q.name] = q._replace(value=q.value * area, stderr=q.stderr * area, unit="ohm cm2")
    return out


def values_of(q: Quantity) -> RoleValues:
    """Values and errors of a quantity as they are drawn."""
    return RoleValues(q.value, q.stderr, q.unit)


def converged(study: Study) -> Bools:
    """The spectra (N,) whose fits may be used: they converged, and Kramers-Kronig does not reject the spectrum."""
    out = study.fits.usable.copy()
    out[list(study.track.flagged("kk_fail"))] = False
    return out


def look_of(study: Study, name: str) -> Look:
    """How a role looks in every figure: by its place among the roles of the study."""
    return look(list(study.track.roles).index(name))


def arc_colors(study: Study, i: int) -> dict[str, str]:
    """The colours of the resistances of spectrum i, as those of their roles in the tracks."""
    own = [part.roles for part in study.fits.parts if i in part.rows]
    roles = own[0] if own else study.track.assigned
    return {name: look_of(study, role).color for role, name in roles.items() if role in study.track.roles}


def plot_parameter(ax: Axes, study: Study, name: str, *, axis: Axis | None = None) -> Axes:
    """One parameter of the circuit along the series with standard errors; bounds dashed, values at a bound crossed."""
    k = study.fits.names.index(name)
    parameter = study.fits.parameters[k]
    value, stderr = study.fits.column(name)
    resolved = resolved_parameters(study.track, study.fits)[:, k] & converged(study)
    exponent, factor, unit = _scaled(study, name, value[resolved] if resolved.any() else value, parameter.unit)
    along = axis or axis_of(study)
    role = RoleValues(value / factor, stderr / factor, parameter.unit)
    if study.smoothed is not None:
        _band(ax, along.values, study.smoothed.values[:, k] / factor, study.smoothed.stderr[:, k] / factor)
    draw_values(ax, study, along.values, role, resolved, look(0))
    limit(ax, [(role, resolved)])
    cross_out(ax, along.values, role, resolved)
    if study.fits.at_bound[:, k].any():
        for bound in (parameter.lower, parameter.upper):
            ax.axhline(bound / factor, ls="--", lw=0.6, color=QUIET)
    along_axis(ax, along)
    unit = f"{power_of_ten(exponent)} {unit}".strip() if exponent else unit
    symbol = symbols_of(study.fits)[name]
    ax.set_ylabel(f"{symbol} ({unit})" if unit else symbol)
    if not resolved.any() and not parameter.fixed:
        nothing_resolved(ax)
    return ax


def nothing_resolved(ax: Axes) -> None:
    """Instead of values that the data do not tell: a word, and no scale."""
    for drawn in (*ax.lines, *ax.collections, *ax.texts):
        drawn.remove()
    ax.set_yscale("linear")
    ax.set_yticks([])
    ax.text(0.5, 0.5, f"{UNDETERMINED} in any spectrum", transform=ax.transAxes, ha="center", va="center", color=QUIET)


def _scaled(study: Study, name: str, values: Floats, unit: str) -> tuple[int, float, str]:
    """How values of a parameter read well: the power of ten to take out, the factor, and the unit."""
    if unit == "ohm":
        return 0, *unit_of_resistance(study, name)
    exponent = _exponent(values)
    return exponent, 10.0**exponent, unit_text(unit)


def unit_of_resistance(study: Study, name: str) -> Scale:
    """The unit of a parameter in ohm: that of its role, else the one of most resistances."""
    assigned = study.fits.assigned if study.fits.parts else study.track.assigned
    units = units_of(study.quantities())
    own = [units[role] for role, parameter in assigned.items() if parameter == name and role in units]
    ohms = [scale for scale in units.values() if scale.unit.endswith("Ω")]
    return own[0] if own else max(ohms, key=ohms.count) if ohms else unit_of([study.fits.column(name)[0]], "ohm")


def _exponent(values: Floats) -> int:
    """A power of ten (a multiple of three) to take out of values that would need many digits, else 0."""
    known = np.abs(values[np.isfinite(values) & (values != 0)])
    if not known.size or 0.01 <= np.median(known) < 1e4:
        return 0
    return 3 * int(np.floor(np.log10(np.median(known)) / 3))


def plot_values(ax: Axes, study: Study, role: RoleValues, symbol: str, *, axis: Axis | None = None) -> Axes:
    """Any quantity along the series with its standard errors, by its symbol (mathtext) and unit."""
    along = axis or axis_of(study)
    resolved = np.isfinite(role.value)
    draw_values(ax, study, along.values, role, resolved, look(0))
    limit(ax, [(role, resolved)])
    along_axis(ax, along)
    ax.set_ylabel(with_unit(symbol, role.unit))
    return ax


def whole_numbers(ax: Axes) -> None:
    """Ticks at whole numbers: there is no spectrum number 1.5."""
    ax.xaxis.set_major_locator(MaxNLocator("auto", steps=[1, 2, 5, 10], integer=True, min_n_ticks=1))


def along_axis(ax: Axes, axis: Axis) -> None:
    """Label and ticks of the axis along the series."""
    ax.set_xlabel(axis.label)
    if axis.name in ("index", "cycle"):
        whole_numbers(ax)


def _band(ax: Axes, x: Floats, value: Floats, stderr: Floats) -> None:
    """A line with a band of one standard error, along growing x."""
    order = np.argsort(x, kind="stable")
    order = order[np.isfinite(x[order]) & np.isfinite(value[order])]
    error = np.nan_to_num(stderr[order])
    color = palette()[2]
    ax.plot(x[order], value[order], color=color, lw=0.8, zorder=1)
    ax.fill_between(x[order], value[order] - error, value[order] + error, color=color, alpha=0.3, lw=0, zorder=1)


def mark_shorts(ax: Axes, study: Study, x: Floats) -> None:
    """A red triangle at the top over every spectrum in which the cell leaked, open where it is only suspected."""
    for flag, fill in zip(SHORTS, (ALARM, ALARM, "w"), strict=True):
        at = [i for i in study.track.flagged(flag) if np.isfinite(x[i])]
        if at:
            ax.plot(
                x[at],
                np.full(len(at), 0.95),
                "v",
                mec=ALARM,
                mfc=fill,
                ms=4,
                transform=ax.get_xaxis_transform(),
                zorder=6,
            )


def mark_missed(ax: Axes, study: Study, x: Floats) -> None:
    """A question mark at the bottom under spectra that the circuit misses, as behind their values in tables."""
    at = thinned(np.array([i for i in study.track.flagged("misfit") if np.isfinite(x[i])], np.int64), MOST_MARKED)
    for place in x[at].tolist():
        ax.text(place, 0.02, NOT_TRUSTED, transform=ax.get_xaxis_transform(), ha="center", va="bottom", color=ALARM,
                fontsize=5.5, zorder=6, clip_on=True)  # fmt: skip


def leak_handle(study: Study) -> Line2D:
    """The triangle of a leak in a legend: open where leaks are only suspected."""
    fill = ALARM if any({"hard_short", "soft_short"} & set(flags) for flags in study.track.flags) else "w"
    return Line2D([], [], marker="v", mec=ALARM, mfc=fill, ls="none", ms=4)


def leak_words(study: Study) -> str:
    """What the triangles are."""
    found = {flag for flags in study.track.flags for flag in flags} & set(SHORTS)
    return "suspected leak" if found == {"suspect_short"} else "leak" + "; open: suspected" * ("suspect_short" in found)


def bars(n: int) -> str:
    """What the error bars of n values are, for a caption."""
    return f"Bars: one standard error{'' if n <= MOST_JOINED else f', at {MOST_JOINED} of {n} values'}."


def marker_size(n: int) -> float:
    """Size of the markers of n values, points."""
    return 3.2 if n <= 60 else 2.4 if n <= MOST_JOINED else 1.4


MISSED = f"{NOT_TRUSTED} the circuit misses"
"""What a question mark below values means."""
CROSSED = "not resolved, or fails Kramers–Kronig"
"""What a cross through a value means."""


def look(k: int) -> Look:
    """Colour and marker of the k-th quantity in a figure."""
    colors = palette()
    return Look(colors[k % len(colors)], MARKERS[k % len(MARKERS)], LINES[k % len(LINES)])


def draw_values(
    ax: Axes, study: Study, x: Floats, role: RoleValues, resolved: Bools, style: Look, among: Bools | None = None
) -> None:
    """Values with error bars, discharge filled and charge open, runs joined; only the spectra `among`."""
    there = np.ones(len(x), bool) if among is None else among
    size = marker_size(len(x))
    bars = there & resolved & np.isfinite(role.stderr) & np.isfinite(x) & np.isfinite(role.value)
    some = thinned(np.flatnonzero(bars).astype(np.int64), MOST_JOINED)  # more would close to a band
    low, high = (role.value - role.stderr)[some], (role.value + role.stderr)[some]
    ax.vlines(x[some], low, high, color=_bar_color(style, len(x)), lw=0.6, zorder=2)
    suspected = np.zeros(len(x), bool)
    suspected[list(study.track.flagged("suspect_short"))] = True
    for members in _stretches(study) if len(x) <= MOST_JOINED else ():
        at = members[there[members]]
        if at.size:
            sure = resolved[at] & ~suspected[at]
            joined = np.where(sure, role.value[at], np.nan)  # no line leads to what the data do not tell of the cell
            ax.plot(x[at], joined, ls=style.line, color=style.color, lw=0.6, alpha=0.8, zorder=2)
    direction = np.array([direction_of(study.series, i) for i in range(len(study.series))])
    for fill, where in ((False, there & (direction != "charge")), (True, there & (direction == "charge"))):
        if where.any():
            ax.plot(x[where], role.value[where], ls="none", zorder=3, **mark(style, size, len(x), charge=fill))


def mark(style: Look, size: float, n: int, *, charge: bool) -> dict[str, Any]:
    """The marker of one of n values: filled on discharge and open on charge; of very many a dot, paler on charge."""
    if n <= MOST_JOINED:
        return {
            "marker": style.marker,
            "ms": size,
            "mec": style.color,
            "mew": 0.2 * size,
            "mfc": "w" if charge else style.color,
        }
    color = tuple(PALE * charge + (1 - PALE * charge) * part for part in to_rgb(style.color))
    return {"marker": "o", "ms": size, "mew": 0.0, "mfc": color}


def _stretches(study: Study) -> list[Index]:
    """Spectra that a line joins: those of each half-cycle; all of them where every half-cycle has one."""
    parts = [run.members for run in runs(study.series)]
    return parts if any(len(part) > 1 for part in parts) else [np.arange(len(study.series))]


def _bar_color(style: Look, n: int) -> tuple[float, ...]:
    """Colour of the error bars of n values: pale where they would close to a band and hide the values."""
    pale = PALE if n > MOST_JOINED else 0.0
    return tuple(pale + (1 - pale) * part for part in to_rgb(style.color))


def cross_out(ax: Axes, x: Floats, role: RoleValues, resolved: Bools, color: str = QUIET) -> None:
    """A cross through every value that is not resolved, at the edge of the frame where it lies outside."""
    if resolved.all():  # an empty line would reach out of the figure
        return
    low, high = ax.get_ylim()
    y = np.clip(role.value[~resolved], low, high)
    ax.plot(x[~resolved], y, "x", color=color, ms=1.6 * marker_size(len(x)), ls="none", clip_on=False, zorder=4)


def limit(ax: Axes, shown: Iterable[tuple[RoleValues, Bools]], wide: float = WIDE) -> None:
    """Limits from the resolved values and their errors; wild values leave the frame rather than flatten the rest.

    Values that span more than the factor `wide` go on a logarithmic axis.
    """
    pairs = list(shown)
    if any((resolved & np.isfinite(role.value)).any() for role, resolved in pairs):
        pairs = [(role, resolved & np.isfinite(role.value)) for role, resolved in pairs]
    else:
        pairs = [(role, np.isfinite(role.value)) for role, _ in pairs]
    low, high = [], []
    for role, good in pairs:
        error = np.minimum(np.nan_to_num(role.stderr[good]), _LOUD * np.abs(role.value[good]))
        low.append(role.value[good] - error)
        high.append(role.value[good] + error)
    bottom, top = np.concatenate([*low, [np.nan]]), np.concatenate([*high, [np.nan]])
    if not np.isfinite(bottom).any():
        return
    least, most = float(np.nanmin(bottom)), float(np.nanmax(top))
    if least > 0 and most > wide * least:
        ax.set_yscale("log")
        ax.set_ylim(least / 1.3, most * 1.6)
        log_axis(ax.yaxis)
        return
    pad = max(0.08 * (most - least), 0.5 * (LEAST_SPAN * abs(most) - (most - least))) or 1.0
    ax.set_ylim(0 if 0 <= least < 0.5 * most else least - pad, most + 1.5 * pad)


def _legend(ax: Axes, study: Study, names: Sequence[str], unresolved: bool) -> None:
    looks = [look_of(study, name) for name in names]
    handles = [Line2D([], [], marker=a.marker, color=a.color, ls=a.line, ms=3.2, lw=0.6) for a in looks]
    labels = [role_symbol(n) for n in names]
    if "charge" in by_direction(study.series):
        grey, n = Look("0.3", "o"), len(study.series)
        handles += [Line2D([], [], ls="none", **mark(grey, 3.2, n, charge=charge)) for charge in (False, True)]
        labels += ["discharge", "charge"]
    if unresolved:
        handles.append(Line2D([], [], marker="x", color=QUIET, ls="none", ms=4))
        labels.append(UNDETERMINED)
    if any(set(SHORTS) & set(f) for f in study.track.flags):
        handles.append(leak_handle(study))
        labels.append(leak_words(study))
    if study.track.flagged("misfit"):
        handles.append(Line2D([], [], ls="none"))
        labels.append(MISSED)
    columns = max(int(ax.get_window_extent().width * 72 / ax.figure.dpi / LEGEND_ENTRY), 2)
    ax.legend(handles, labels, loc="lower left", bbox_to_anchor=(0, 1.0), ncols=columns, borderaxespad=0.1)
