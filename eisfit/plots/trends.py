"""What moves along the series: resistances, single parameters, the quality of fits."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import to_rgb
from matplotlib.lines import Line2D
from matplotlib.ticker import MaxNLocator

from eisfit.cycling import Axis
from eisfit.numbers import power_of_ten, unit_text, with_unit
from eisfit.plots.bode import log_axis
from eisfit.plots.branches import SHORTS, axis_of, by_direction, direction_of, runs
from eisfit.plots.labels import parameter_symbols, role_symbol
from eisfit.plots.style import ALARM, QUIET, palette
from eisfit.spectrum import Bools, Floats
from eisfit.study import Study
from eisfit.tables import resolved_values
from eisfit.tracking.track import RoleValues

MARKERS = "os^Dv<>ph"
LEGEND_ENTRY = 60.0
"""Room for one entry of a legend, points."""
LEGEND_SHARE = 0.24
"""Share of the height of an axes that two lines of a legend take."""
MOST_JOINED = 300
"""Values of longer series are not joined by lines: those would hide the points."""
WIDE = 50
"""Values that span more than this factor go on a logarithmic axis."""
_LOUD = 0.5
"""Error bars longer than this share of their value do not stretch the axis."""


class Look(NamedTuple):
    """Colour and marker of one quantity."""

    color: str
    marker: str


def main_roles(study: Study) -> list[str]:
    """The resistances of the circuit itself: roles in ohm that are no sums."""
    return [n for n, r in study.track.roles.items() if r.unit == "ohm" and not n.endswith("_total")]


def plot_resistances(
    ax: Axes, study: Study, *, roles: Sequence[str] | None = None, axis: Axis | None = None, legend: bool = True
) -> Axes:
    """Resistances with standard errors along the series: discharge filled, charge open, each run joined by a line.

    `roles` are all single resistances unless named, `axis` is the one of the track. A cross through a marker says that
    the value is not resolved; a red triangle at the top marks a spectrum in which the cell leaked.
    """
    names = main_roles(study) if roles is None else list(roles)
    along = axis or axis_of(study)
    shown = [(name, study.track.roles[name], resolved_values(study.track, name)) for name in names]
    for k, (_, role, resolved) in enumerate(shown):
        _draw(ax, study, along.values, role, resolved, look(k))
    _limit(ax, [(role, resolved) for _, role, resolved in shown])
    for _, role, resolved in shown:
        _cross_out(ax, along.values, role, resolved)
    unit = shown[0][1].unit if shown else "ohm"
    _along(ax, along)
    ax.set_ylabel(with_unit("Resistance" if unit == "ohm" else "Value", unit))
    mark_shorts(ax, study, along.values)
    if legend:
        _legend(ax, study, names, any((~r).any() for _, _, r in shown))
    return ax


def plot_parameter(ax: Axes, study: Study, name: str, *, axis: Axis | None = None) -> Axes:
    """One parameter of the circuit along the series with standard errors; bounds dashed, values at a bound crossed."""
    k = study.fits.names.index(name)
    parameter = study.fits.circuit.parameters[k]
    value, stderr = study.fits.column(name)
    exponent = _exponent(value)
    factor = 10.0**exponent
    resolved = study.fits.resolved[:, k]
    along = axis or axis_of(study)
    role = RoleValues(value / factor, stderr / factor, parameter.unit)
    if study.smoothed is not None:
        _band(ax, along.values, study.smoothed.values[:, k] / factor, study.smoothed.stderr[:, k] / factor)
    _draw(ax, study, along.values, role, resolved, look(0))
    _limit(ax, [(role, resolved)])
    _cross_out(ax, along.values, role, resolved)
    if study.fits.at_bound[:, k].any():
        for bound in (parameter.lower, parameter.upper):
            ax.axhline(bound / factor, ls="--", lw=0.6, color=QUIET)
    _along(ax, along)
    unit = f"{power_of_ten(exponent)} {unit_text(parameter.unit)}".strip() if exponent else unit_text(parameter.unit)
    symbol = parameter_symbols(study.fits.circuit)[name]
    ax.set_ylabel(f"{symbol} ({unit})" if unit else symbol)
    return ax


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
    _draw(ax, study, along.values, role, resolved, look(0))
    _limit(ax, [(role, resolved)])
    _along(ax, along)
    ax.set_ylabel(with_unit(symbol, role.unit))
    return ax


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
    _whole_numbers(ax)
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


def _whole_numbers(ax: Axes) -> None:
    """Ticks at whole numbers: there is no spectrum number 1.5."""
    ax.xaxis.set_major_locator(MaxNLocator("auto", steps=[1, 2, 5, 10], integer=True, min_n_ticks=1))


def _along(ax: Axes, axis: Axis) -> None:
    """Label and ticks of the axis along the series."""
    ax.set_xlabel(axis.label)
    if axis.name in ("index", "cycle"):
        _whole_numbers(ax)


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


def marker_size(n: int) -> float:
    """Size of the markers of n values, points."""
    return 3.2 if n <= 60 else 2.4 if n <= MOST_JOINED else 1.4


def look(k: int) -> Look:
    """Colour and marker of the k-th quantity in a figure."""
    colors = palette()
    return Look(colors[k % len(colors)], MARKERS[k % len(MARKERS)])


def _draw(ax: Axes, study: Study, x: Floats, role: RoleValues, resolved: Bools, style: Look) -> None:
    size = marker_size(len(x))
    bars = resolved & np.isfinite(role.stderr) & np.isfinite(x) & np.isfinite(role.value)
    low, high = (role.value - role.stderr)[bars], (role.value + role.stderr)[bars]
    ax.vlines(x[bars], low, high, color=_bar_color(style, len(x)), lw=0.6, zorder=2)
    for run in runs(study.series) if len(x) <= MOST_JOINED else ():
        ax.plot(x[run.members], role.value[run.members], "-", color=style.color, lw=0.5, alpha=0.7, zorder=2)
    direction = np.array([direction_of(study.series, i) for i in range(len(study.series))])
    drawn: dict[str, Any] = {"mec": style.color, "ms": size, "mew": 0.2 * size, "ls": "none", "zorder": 3}
    for fill, where in ((style.color, direction != "charge"), ("w", direction == "charge")):
        if where.any():
            ax.plot(x[where], role.value[where], style.marker, mfc=fill, **drawn)


def _bar_color(style: Look, n: int) -> tuple[float, ...]:
    """Colour of the error bars of n values: pale where they would close to a band and hide the values."""
    pale = 0.65 if n > MOST_JOINED else 0.0
    return tuple(pale + (1 - pale) * part for part in to_rgb(style.color))


def _cross_out(ax: Axes, x: Floats, role: RoleValues, resolved: Bools) -> None:
    """A cross through every value that is not resolved, at the edge of the frame where it lies outside."""
    low, high = ax.get_ylim()
    y = np.clip(role.value[~resolved], low, high)
    ax.plot(x[~resolved], y, "x", color=QUIET, ms=1.6 * marker_size(len(x)), ls="none", clip_on=False, zorder=4)


def _limit(ax: Axes, shown: Iterable[tuple[RoleValues, Bools]]) -> None:
    """Limits from the resolved values and their errors; wild values leave the frame rather than flatten the rest."""
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
    if least > 0 and most > WIDE * least:
        ax.set_yscale("log")
        ax.set_ylim(least / 1.3, most * 1.6)
        log_axis(ax.yaxis)
        return
    pad = 0.08 * (most - least) or 0.1 * abs(most) or 1.0
    ax.set_ylim(0 if 0 <= least < 0.5 * most else least - pad, most + 1.5 * pad)


def _legend(ax: Axes, study: Study, names: Sequence[str], unresolved: bool) -> None:
    handles = [Line2D([], [], marker=look(k).marker, color=look(k).color, ms=3.2, lw=0.5) for k in range(len(names))]
    labels = [role_symbol(n) for n in names]
    if "charge" in by_direction(study.series):
        handles += [Line2D([], [], marker="o", mec="0.3", mfc=c, ls="none", ms=3.2) for c in ("0.3", "w")]
        labels += ["discharge", "charge"]
    if unresolved:
        handles.append(Line2D([], [], marker="x", color=QUIET, ls="none", ms=4))
        labels.append("not resolved")
    if any(set(SHORTS) & set(f) for f in study.track.flags):
        handles.append(Line2D([], [], marker="v", color=ALARM, ls="none", ms=4))
        labels.append("electronic leak")
    columns = max(int(ax.get_window_extent().width * 72 / ax.figure.dpi / LEGEND_ENTRY), 2)
    ax.legend(handles, labels, loc="lower left", bbox_to_anchor=(0, 1.0), ncols=columns, borderaxespad=0.1)
