"""A whole series of Nyquist curves: on top of each other, or as a stack with lines of equal frequency."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import matplotlib
import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.colors import to_hex, to_rgb

from eisfit.fitting.result import Fit
from eisfit.plots.branches import Index, axis_of, place_text, short_of, thinned
from eisfit.plots.nyquist import Scale, dense, nyquist_axes, ohm_scale
from eisfit.plots.style import ALARM
from eisfit.spectrum import Complexes, Spectrum
from eisfit.study import Study


def plot_nyquist_series(
    ax: Axes,
    study: Study,
    *,
    spectra: Sequence[int] | None = None,
    within: tuple[float, float] | None = None,
    most: int = 60,
) -> Axes:
    """Spectra of a series in one pair of axes, coloured along the axis of the track; shorted ones in red.

    `within` is the part of the real axis to show, ohm; by default all of it. At most `most` spectra are drawn.
    """
    index = thinned(np.asarray(range(len(study.series)) if spectra is None else spectra, dtype=np.int64), most)
    curves = [study.series[int(i)].impedance for i in index]
    left, right, low, high = _window(curves) if within is None else (*within, -0.12 * within[1], 0.0)
    scale = ohm_scale(right)
    nyquist_axes(ax, scale, (left / scale.factor, right / scale.factor), (low / scale.factor, high / scale.factor))
    colors = _colors(len(index))
    for k, (i, z) in enumerate(zip(index.tolist(), curves, strict=True)):
        flagged = bool(short_of(study.track.flags[i]))
        color, width = (ALARM, 1.1) if flagged else (colors[k], 0.7)
        points = {"marker": "o", "ms": 1.3, "mew": 0} if within else {}
        ax.plot(z.real / scale.factor, -z.imag / scale.factor, color=color, lw=width, zorder=3 + flagged, **points)
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


class _Stack(NamedTuple):
    """Geometry of a stack: shift per spectrum (ohm along x and y), and the frame it fills."""

    dx: float
    dy: float
    width: float
    height: float


def plot_stacked_nyquist(
    ax: Axes,
    study: Study,
    *,
    spectra: Sequence[int] | None = None,
    frequencies: Sequence[float] = (10.0, 0.04),
    slant: float = 0.0,
    most: int = 24,
    width: float | None = None,
) -> Axes:
    """A series as a stack of Nyquist curves: each spectrum shifted up, points with the fitted line, dashed isofrequency lines.

    `frequencies` in Hz are drawn through the spectra that measured them. `slant` moves each spectrum to the right by that
    share of its shift (a perspective stack). At most `most` spectra, evenly chosen, are drawn; `width` in ohm fixes the
    extent of the real axis, so that two stacks can be compared.
    """
    index = thinned(np.asarray(range(len(study.series)) if spectra is None else spectra, dtype=np.int64), most)
    curves = [study.series[int(i)].impedance for i in index]
    stack = _geometry(ax, curves, slant, width)
    scale = ohm_scale(stack.width)
    right = (stack.width + stack.dx * (len(index) - 1)) / scale.factor
    nyquist_axes(ax, scale, (0.0, right), (-0.02 * stack.height / scale.factor, stack.height / scale.factor))
    offsets = np.arange(len(index)) * complex(stack.dx, -stack.dy)
    colors = _colors(len(index))
    ends = np.array([0.0, stack.width])
    baselines = [np.column_stack([ends + o.real, [-o.imag, -o.imag]]) / scale.factor for o in offsets]
    ax.add_collection(LineCollection(baselines, colors="0.85", linewidths=0.4, zorder=1))
    for k, i in enumerate(index.tolist()):
        color = ALARM if short_of(study.track.flags[i]) else colors[k]
        _stacked_curve(ax, study.fits[i], (curves[k] + offsets[k]) / scale.factor, offsets[k], scale, color)
    for frequency in frequencies:
        _isofrequency(ax, study, index, offsets, frequency, scale)
    _name_the_places(ax, study, index, offsets / scale.factor)
    if len(index) > 1:
        ax.set_ylabel(f"−Im Z ({scale.unit}), shifted by {stack.dy / scale.factor:.3g} {scale.unit} per spectrum")
    return ax


def stack_width(study: Study) -> float:
    """Extent of the real axis in ohm that suits every spectrum of the series."""
    return 1.04 * _robust_extent([s.impedance for s in study.series]).real


def _geometry(ax: Axes, curves: Sequence[Complexes], slant: float, width: float | None) -> _Stack:
    """Shifts that make the stack fill the box of the axes at equal scales."""
    extent = _robust_extent(curves)
    box = ax.get_window_extent()
    aspect = box.height / max(box.width, 1.0)
    wide = width or 1.04 * extent.real
    n = len(curves) - 1
    tail = min(extent.imag, 0.45 * wide * aspect)
    if not n:
        return _Stack(0.0, 0.0, wide, 1.2 * tail)
    dy = max((wide * aspect - 1.1 * tail) / n, 0.02 * wide)
    if slant:
        dy = max((wide * aspect - 1.1 * tail) / (n * (1 - min(slant * aspect, 0.6))), 0.02 * wide)
    return _Stack(slant * dy, dy, wide, dy * n + 1.1 * tail)


def _stacked_curve(ax: Axes, fit: Fit, z: Complexes, offset: complex, scale: Scale, color: str) -> None:
    used = fit.used
    ax.plot(z.real[used], -z.imag[used], "o", color=color, ms=1.3, mew=0, zorder=3)
    if np.isfinite(fit.values).all():
        model = (fit.circuit.impedance(dense(fit.spectrum.frequency), fit.values) + offset) / scale.factor
        ax.plot(model.real, -model.imag, color=color, lw=0.7, zorder=4)


def _isofrequency(ax: Axes, study: Study, index: Index, offsets: Complexes, frequency: float, scale: Scale) -> None:
    """A dashed line through the points of one frequency, interpolated in ln f, where it was measured."""
    points = np.array([at_frequency(study.series[i], frequency) for i in index.tolist()])
    known = np.isfinite(points)
    if not known.any():
        return
    z = (points + offsets) / scale.factor
    ax.plot(z.real, -z.imag, "--", color="0.3", lw=0.7, zorder=5)
    top = z[np.flatnonzero(known)[-1]]
    ax.annotate(
        f"{frequency:g} Hz", (top.real, -top.imag), (0, 3), textcoords="offset points", ha="center", va="bottom",
        fontsize=6, color="0.2", zorder=6, annotation_clip=True,
    )  # fmt: skip


def at_frequency(spectrum: Spectrum, frequency: float) -> complex:
    """The impedance at a frequency in Hz, interpolated linearly in ln f over the points that count; NaN outside them."""
    f, z = spectrum.frequency[spectrum.used][::-1], spectrum.impedance[spectrum.used][::-1]
    if not len(f) or not f[0] <= frequency <= f[-1]:
        return complex(np.nan, np.nan)
    x = np.log(f)
    at = np.log(frequency)
    return complex(np.interp(at, x, z.real), np.interp(at, x, z.imag))


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
