"""A whole series of Nyquist curves: on top of each other, or as a stack with lines of equal frequency."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

import matplotlib
import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.colors import to_hex, to_rgb

from eisfit.fitting.result import Fit
from eisfit.plots.branches import Index, axis_of, place_text, short_of, thinned
from eisfit.plots.nyquist import Scale, at_frequency, dense, nyquist_axes, ohm_scale
from eisfit.plots.style import ALARM
from eisfit.spectrum import Complexes
from eisfit.study import Study

_TALL = 1.5
"""Spectra this much higher than wide are tails of blocking electrodes: a stack shows what stands before them."""
SPREAD = 1.3
"""Spectra in a stack stand at most this many times their height apart."""


def plot_nyquist_series(
    ax: Axes,
    study: Study,
    *,
    spectra: Sequence[int] | Index | None = None,
    within: tuple[float, float] | None = None,
    most: int = 60,
) -> Axes:
    """Spectra of a series in one pair of axes, coloured along the axis of the track; shorted ones in red.

    `within` is the part of the real axis to show, ohm; by default all of it. At most `most` spectra are drawn.
    """
    index = thinned(np.asarray(range(len(study.series)) if spectra is None else spectra, dtype=np.int64), most)
    curves = [study.series[int(i)].impedance for i in index]
    left, right, low, high = _window(curves) if within is None else (*within, -0.12 * within[1], 0.0)
    scale = ohm_scale(max(right, high))
    nyquist_axes(ax, scale, (left / scale.factor, right / scale.factor), (low / scale.factor, high / scale.factor))
    colors = _colors(len(index))
    for k, (i, z) in enumerate(zip(index.tolist(), curves, strict=True)):
        flagged = bool(short_of(study.track.flags[i]))
        color, width = (ALARM, 1.1) if flagged else (colors[k], 0.7)
        x, y = z.real / scale.factor, -z.imag / scale.factor
        ax.plot(x, y, marker="o" if within else "", ms=1.3, mew=0, color=color, lw=width, zorder=3 + flagged)
    if len(index) > 1:
        _color_key(ax, study, index)
    return ax


def electrolyte_window(study: Study) -> tuple[float, float]:
    """The part of the real axis, ohm, that the electrolyte takes: from the origin to a third beyond its resistance."""
    roles = study.track.roles
    total = roles.get("R_SE_total", roles.get("R_SE_bulk"))
    known = total.value[np.isfinite(total.value)] if total is not None else np.zeros(0)
    if not known.size:
        known = np.array([s.impedance.real.min() for s in study.series])
    width = 1.35 * float(np.median(known))
    return min(0.0, -0.03 * width), max(width, 1e-12)


def _window(curves: Sequence[Complexes]) -> tuple[float, float, float, float]:
    """Left, right, lower and upper limit in ohm that suit the curves."""
    extent = _robust_extent(curves)
    left = min(0.0, min(float(z.real.min()) for z in curves))
    low = max(min(0.0, min(float((-z.imag).min()) for z in curves)), -extent.real / 3)
    return left, 1.04 * extent.real, 1.1 * low, 1.06 * extent.imag


def _color_key(ax: Axes, study: Study, index: Index) -> None:
    """A bar that tells the colour of the first, the middle and the last spectrum."""
    key = ax.inset_axes((1.02, 0.0, 0.03, 1.0))
    shades = np.array([to_rgb(c) for c in _colors(len(index))])
    key.imshow(shades[:, None, :], origin="lower", aspect="auto", extent=(0, 1, -0.5, len(index) - 0.5))
    at = sorted({0, (len(index) - 1) // 2, len(index) - 1})
    key.set_yticks(at, [place_text(study, int(index[k])) for k in at])
    key.tick_params(left=False, labelleft=False, labelright=True, length=0)
    key.set_xticks([])
    key.set_title("" if study.track.axis.name == "index" else axis_of(study).label, fontsize=6)


class Stack(NamedTuple):
    """Geometry of a stack in ohm: extent of the real axis, height of a spectrum, shift per spectrum.

    slant: share of the shift that goes sideways; cut: some spectra leave the frame; ceiling: highest -Im drawn, so that
    the tails of blocking electrodes do not run through the spectra above.
    """

    width: float
    spectrum: float
    shift: float
    slant: float = 0.0
    cut: bool = False
    ceiling: float = np.inf

    def height(self, n: int) -> float:
        """Height of a stack of n spectra, ohm."""
        return self.shift * (n - 1) + 1.15 * self.spectrum


def stack_of(study: Study, groups: Iterable[Index], aspect: float, *, slant: float = 0.0) -> Stack:
    """The geometry in which the largest of some stacks fills axes `aspect` times as high as wide, at equal scales.

    Spectra stand no further apart than SPREAD of their height, and no closer than the hundredth part of their width.
    """
    extent = _robust_extent([s.impedance for s in study.series])
    width = 1.04 * extent.real
    spectrum, ceiling = min(extent.imag, width), np.inf
    if extent.imag > _TALL * extent.real:
        width = min(width, 1.4 * _largest_resistance(study))
        spectrum = 0.5 * width  # an arc as wide as the frame is this high
        ceiling = 1.15 * spectrum
    cut = any(s.impedance.real.max() > width or -s.impedance.imag.min() > 1.15 * spectrum for s in study.series)
    n = max((len(index) for index in groups), default=1) - 1
    if n < 1:
        return Stack(width, spectrum, 0.0, cut=cut, ceiling=ceiling)
    room = (width * aspect - 1.15 * spectrum) / (n * (1 - min(slant * aspect, 0.8)))
    return Stack(width, spectrum, max(min(room, SPREAD * spectrum), 0.01 * width), slant, cut, ceiling)


def _largest_resistance(study: Study) -> float:
    """Sum of all resistances of the largest spectrum but a few, ohm; infinite where no sum is known."""
    roles = study.track.roles
    total = roles.get("R_total", roles.get("R_SE_bulk"))
    known = total.value[np.isfinite(total.value) & (total.value > 0)] if total is not None else np.zeros(0)
    return float(np.quantile(known, 0.9)) if known.size else np.inf


def plot_stacked_nyquist(
    ax: Axes,
    study: Study,
    *,
    spectra: Sequence[int] | Index | None = None,
    frequencies: Sequence[float] = (10.0, 0.04),
    slant: float = 0.0,
    most: int = 24,
    stack: Stack | None = None,
) -> Axes:
    """A series as a stack of Nyquist curves: each spectrum shifted up, dots measured, lines fitted, equal axes.

    `frequencies` in Hz are drawn as dashed lines through the spectra that measured them. `slant` moves each spectrum to
    the right by that share of its shift (a perspective stack). At most `most` spectra, evenly chosen, are drawn.
    `stack` fixes the geometry, so that two stacks can be compared; by default the stack fills the axes.
    """
    index = thinned(np.asarray(range(len(study.series)) if spectra is None else spectra, dtype=np.int64), most)
    box = ax.get_window_extent()
    held = stack or stack_of(study, [index], box.height / max(box.width, 1.0), slant=slant)
    scale = ohm_scale(held.width)
    offsets = (np.arange(len(index)) * (held.shift * complex(held.slant, -1))).astype(np.complex128)
    right = (held.width + offsets[-1].real) / scale.factor
    nyquist_axes(ax, scale, (0.0, right), (-0.02 * held.width / scale.factor, held.height(len(index)) / scale.factor))
    colors = _colors(len(index))
    ends = np.array([0.0, held.width])
    baselines = [np.column_stack([ends + o.real, [-o.imag, -o.imag]]) / scale.factor for o in offsets]
    ax.add_collection(LineCollection(baselines, colors="0.85", linewidths=0.4, zorder=1))
    for k, i in enumerate(index.tolist()):
        color = ALARM if short_of(study.track.flags[i]) else colors[k]
        _stacked_curve(ax, study.fits[i], offsets[k], scale, color, held.ceiling)
        if (study.series[i].impedance.real > held.width).all():
            place = (0.5 * held.width / scale.factor, -offsets[k].imag / scale.factor)
            ax.annotate("beyond the frame", place, (0, 3), textcoords="offset points", fontsize=6, ha="center")
    equal = {f: below(_at(study, index, f), held.ceiling) + offsets for f in sorted(frequencies)}
    _isofrequencies(ax, {f: z / scale.factor for f, z in equal.items()})
    _name_the_places(ax, study, index, offsets / scale.factor)
    if len(index) > 1:
        ax.set_ylabel(f"−Im Z ({scale.unit}), each +{_short(held.shift / scale.factor)} {scale.unit}")
    return ax


def _short(value: float) -> str:
    return f"{value:.0f}" if value >= 100 else f"{value:.3g}"


def below(impedance: Complexes, ceiling: float) -> Complexes:
    """The impedance, NaN where -Im is above the ceiling."""
    out: Complexes = np.where(-impedance.imag <= ceiling, impedance, complex(np.nan, np.nan))
    return out


def _stacked_curve(ax: Axes, fit: Fit, offset: complex, scale: Scale, color: str, ceiling: float) -> None:
    z = (below(fit.spectrum.impedance[fit.used], ceiling) + offset) / scale.factor
    ax.plot(z.real, -z.imag, "o", color=color, ms=1.3, mew=0, zorder=3)
    if np.isfinite(fit.values).all():
        model = fit.circuit.impedance(dense(fit.spectrum.frequency), fit.values)
        model = (below(model, ceiling) + offset) / scale.factor
        ax.plot(model.real, -model.imag, color=color, lw=0.7, zorder=4)


def _at(study: Study, index: Index, frequency: float) -> Complexes:
    """The impedance of some spectra at a frequency, NaN where it was not measured."""
    return np.array([at_frequency(study.series[i], frequency) for i in index.tolist()], dtype=np.complex128)


def _isofrequencies(ax: Axes, equal: Mapping[float, Complexes]) -> None:
    """Dashed lines through points of equal frequency (where there are any); their names above the last points."""
    tops: list[complex] = []
    to_points = 72 / ax.figure.dpi
    for frequency, z in equal.items():
        known = np.flatnonzero(np.isfinite(z))
        if not known.size:
            continue
        ax.plot(z.real, -z.imag, "--", color="0.3", lw=0.7, zorder=5)
        x, y = ax.transData.transform((z[known[-1]].real, -z[known[-1]].imag)) * to_points
        lift = 3.0
        while any(abs(t.real - x) < 30 and abs(t.imag - y - lift) < 7 for t in tops):
            lift += 7.5
        tops.append(complex(x, y + lift))
        ax.annotate(
            f"{frequency:g} Hz",
            (z[known[-1]].real, -z[known[-1]].imag),
            (0, lift),
            textcoords="offset points",
            ha="center",
            va="bottom",
            fontsize=6,
            color="0.2",
            zorder=6,
        )


def _name_the_places(ax: Axes, study: Study, index: Index, offsets: Complexes) -> None:
    """The place of every spectrum along the axis, beside its baseline, as many as there is room for."""
    box = ax.get_window_extent()
    points = box.height * 72 / ax.figure.dpi
    room = max(int(points // 8), 1)
    stays = set(thinned(np.arange(len(index)), room).tolist())
    blended = ax.get_yaxis_transform()
    for k, i in enumerate(index.tolist()):
        if k in stays:
            short = short_of(study.track.flags[i])
            ax.text(
                1.015,
                -offsets[k].imag,
                place_text(study, i),
                transform=blended,
                fontsize=6,
                va="center",
                color=ALARM if short else "0.2",
            )
    name = "" if study.track.axis.name == "index" else axis_of(study).label
    ax.text(1.015, 1.005, name, transform=ax.transAxes, fontsize=6, va="bottom", color="0.2")


def _robust_extent(curves: Sequence[Complexes]) -> complex:
    """Largest Re and -Im of the curves; a few that stick out by more than twice are not followed."""
    tops = np.array([[z.real.max(), max((-z.imag).max(), 0.0)] for z in curves])
    typical = np.quantile(tops, 0.85, axis=0)
    largest = tops.max(axis=0)
    real, imag = np.where(largest > 2.5 * typical, 1.5 * typical, largest)
    return complex(max(real, 1e-12), max(imag, 0.05 * real))


def _colors(n: int) -> list[str]:
    cmap = matplotlib.colormaps[matplotlib.rcParams["image.cmap"]]
    places = np.linspace(0.0, 0.8, max(n, 2))
    return [to_hex(c) for c in cmap(places)]
