"""The Nyquist plot of one spectrum: points, fit, and the arc of each process. Axes are equal, -Im up."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import PolyCollection
from matplotlib.text import Annotation

from eisfit.fitting.result import Fit
from eisfit.numbers import Scale, ohm_scale, power_of_ten
from eisfit.plots.labels import subscripted
from eisfit.plots.style import QUIET, palette
from eisfit.spectrum import Complexes, Floats, Spectrum
from eisfit.tree import InSeries, Leaf, Node

_MODEL_POINTS = 121
_ARC_DECADES = 3
"""How far beyond the measured band an arc is followed to its feet."""
_LEAST_SHARE = 0.45
"""Axes cropped to their data keep at least this share of the width and of the height that they had."""
_TAIL = 1.3
"""Height by width from which a spectrum is mostly tail."""
CLOSE_SHAPE = 0.45
"""Height by width of a close-up, without the part below zero."""
_BEFORE = 0.5
"""Share of the largest impedance before which an arc ends that has a close-up."""
_SLIM = 0.45
"""A curve that takes less than this share of the width of its axes leaves room for a close-up."""
_NAME = (14.0, 7.0)
"""Width and height that the name of a decade takes, points."""
NEAR = 0.25
"""The origin is in sight where the data begin before this share of their largest Re."""
_ARC_NAME = (16.0, 12.0)
"""Smallest width and height of an arc that has its name in it, points."""
_WIDEST_ARC = 1.5
"""An arc that is wider than so many frames is the tail of a blocking electrode: it is not filled."""


def nyquist_axes(ax: Axes, scale: Scale, x: tuple[float, float], y: tuple[float, float], *, fill: bool = False) -> None:
    """Equal axes with the field's labels, cropped to x and y; they stay where they are at the left and above.

    They are never slimmer than a share of the box that they had, where spare room is right of or above the data;
    `fill`: they keep that box.
    """
    aspect, least = _aspect(ax), 1.0 if fill else _LEAST_SHARE
    width, height = x[1] - x[0], y[1] - y[0]
    ax.set_aspect("equal", adjustable="box", anchor="NW")
    ax.set_xlim(x[0], max(x[1], x[0] + least * height / aspect))
    ax.set_ylim(y[0], max(y[1], y[0] + least * width * aspect))
    ax.set_xlabel(f"Re Z ({scale.unit})", labelpad=1.5)
    ax.set_ylabel(f"−Im Z ({scale.unit})", labelpad=1.5)
    ax.apply_aspect()


def plot_nyquist(
    ax: Axes,
    value: Spectrum | Fit,
    *,
    arcs: bool = True,
    decades: bool = True,
    close_up: bool = True,
    near: bool = False,
    colors: Mapping[str, str] | None = None,
) -> Axes:
    """One spectrum: points circles, masked points grey crosses; of a Fit also the model and the filled arcs.

    The points nearest to whole decades of frequency are filled, and labelled where there is room. Beside a tail that
    leaves room, a close-up shows the part at high frequency; `near`: that part alone. colors: of the arcs by their
    resistances; by default in the order of the resistances of the circuit.
    """
    shown = value.impedance if isinstance(value, Spectrum) else value.spectrum.impedance
    shown = shown[value.used] if value.used.any() else shown
    scale = ohm_scale(float(np.abs(shown).max()))
    x, y = _frame(shown / scale.factor)
    share = (x[1] - x[0]) * _aspect(ax) / (y[1] - y[0])
    if near and has_close_up(value):
        _close_up(ax, value, shown, arcs=arcs, decades=decades, colors=colors)
        return ax
    nyquist_axes(ax, scale, x, y)
    beside = close_up and not near and share < _SLIM and has_close_up(value)
    _curve(ax, value, scale, arcs=arcs, decades=decades and not beside, colors=colors)
    if beside:
        inset = ax.inset_axes((share + 0.17, 0.24, 0.8 - share, 0.72))
        _close_up(inset, value, shown, arcs=arcs, decades=decades, colors=colors)
        inset.set_ylabel("")
    return ax


def _close_up(
    ax: Axes, value: Spectrum | Fit, shown: Complexes, *, arcs: bool, decades: bool, colors: Mapping[str, str] | None
) -> None:
    """The part at high frequency, as wide as the arcs; the origin is in sight where it is near."""
    right, begin = _close(value, shown), float(shown.real.min())
    left = 0.95 * begin if begin > NEAR * right else 0.0
    scale = ohm_scale(right)
    width = (right - left) / scale.factor
    ends = (left / scale.factor, right / scale.factor)
    nyquist_axes(ax, scale, ends, (-0.05 * width, CLOSE_SHAPE * width))
    _curve(ax, value, scale, arcs=arcs, decades=decades, colors=colors)


def is_tail(value: Spectrum | Fit) -> bool:
    """Whether a spectrum is higher than it is wide: the tail of a blocking electrode."""
    return shape_of(value) > _TAIL


def has_close_up(value: Spectrum | Fit) -> bool:
    """Whether a spectrum is a tail before which something else is seen: of a fit its arcs."""
    unknown = isinstance(value, Spectrum) or not np.isfinite(value.values).all()
    return is_tail(value) and (unknown or bool(_feet(value)))


def _feet(value: Spectrum | Fit) -> list[float]:
    """Where the arcs of a fit before its tail end on the real axis, ohm."""
    if isinstance(value, Spectrum) or not np.isfinite(value.values).all():
        return []
    ends = [float(arc.curve[-1].real) for arc in arcs_of(value)]
    return [end for end in ends if end < _BEFORE * np.abs(value.spectrum.impedance[value.used]).max()]


def shape_of(value: Spectrum | Fit, *, below: bool = False) -> float:
    """Height of the frame of a spectrum by its width, as cropped to its data; `below`: with what is below the axis."""
    shown = value.impedance if isinstance(value, Spectrum) else value.spectrum.impedance
    x, y = _frame(shown[value.used] if value.used.any() else shown)
    return (y[1] - y[0] * below) / (x[1] - x[0])


def _aspect(ax: Axes) -> float:
    box = ax.get_window_extent()
    return float(box.height / max(box.width, 1e-9))


def _close(value: Spectrum | Fit, shown: Complexes) -> float:
    """Extent of a close-up in ohm: the arcs of a fit, else the smaller half of the impedances."""
    return 1.3 * feet[-1] if (feet := _feet(value)) else 1.1 * float(np.median(np.abs(shown)))


def _curve(
    ax: Axes, value: Spectrum | Fit, scale: Scale, *, arcs: bool, decades: bool, colors: Mapping[str, str] | None
) -> None:
    spectrum = value.spectrum if isinstance(value, Fit) else value
    if isinstance(value, Fit) and np.isfinite(value.values).all():
        if arcs:
            _fill_arcs(ax, value, scale, colors)
        model = value.circuit.impedance(dense(spectrum.frequency), value.values) / scale.factor
        ax.plot(model.real, -model.imag, color=palette()[5 % len(palette())], zorder=3)
    z, used = spectrum.impedance / scale.factor, value.used
    ax.plot(z.real[used], -z.imag[used], "o", mfc="none", mec="0.25", ms=2.6, mew=0.5, zorder=4)
    ax.plot(z.real[~used], -z.imag[~used], "x", color=QUIET, ms=3, zorder=4)
    if decades:
        _mark_decades(ax, spectrum.frequency, z)


def at_frequency(spectrum: Spectrum, frequency: float) -> complex:
    """The impedance at a frequency in Hz, interpolated linearly in ln f between points that count; NaN outside."""
    f, z = spectrum.frequency[spectrum.used][::-1], spectrum.impedance[spectrum.used][::-1]
    if not len(f) or not f[0] <= frequency <= f[-1]:
        return complex(np.nan, np.nan)
    x, at = np.log(f), np.log(frequency)
    return complex(np.interp(at, x, z.real), np.interp(at, x, z.imag))


def dense(frequency: Floats) -> Floats:
    return np.geomspace(frequency[0], frequency[-1], _MODEL_POINTS)


def _frame(z: Complexes) -> tuple[tuple[float, float], tuple[float, float]]:
    """Limits of the points that count: the origin where it is near, no more below the axis than stands above it."""
    right, left = float(z.real.max()), float(z.real.min())
    top, low = max(float((-z.imag).max()), 0.0), min(float((-z.imag).min()), 0.0)
    left = min(0.0, left) if left < NEAR * right else left
    low = max(low, -max(top, 0.35 * (right - left)))
    span = max(right - left, top - low, 1e-12)
    return (left - 0.05 * span, right + 0.08 * span), (low - 0.03 * span, top + 0.1 * span)


def _mark_decades(ax: Axes, frequency: Floats, z: Complexes) -> None:
    """Points at the decades are filled, and named where no point or name is, and no other of them is as near."""
    box, (left, right), (low, high) = ax.get_window_extent(), ax.get_xlim(), ax.get_ylim()
    points = box.width * 72 / ax.figure.dpi / (right - left)
    decades = np.log10(frequency)
    whole = np.arange(np.ceil(decades.min() - 0.02), np.floor(decades.max() + 0.02) + 1)
    at = np.abs(decades[:, None] - whole).argmin(axis=0) if whole.size else np.zeros(0, np.int64)
    inside = (z.real[at] <= right) & (-z.imag[at] <= high) & (-z.imag[at] >= low)
    at, whole = at[inside], whole[inside]
    ax.plot(z.real[at], -z.imag[at], "o", color="0.1", ms=3, mew=0, zorder=5)
    places = points * (z.conj() - complex(left, low))
    frame = points * complex(right - left, high - low)
    texts = [(complex(*text.xy), complex(*text.xyann)) for text in ax.texts if isinstance(text, Annotation)]
    named = np.array([points * (at - complex(left, low)) + away for at, away in texts], np.complex128)
    for exponent, k in zip(whole.tolist(), at.tolist(), strict=True):
        for offset in _sides(places, k):
            place = places[k] + offset
            nearest = int(at[np.abs(places[at] - place).argmin()])
            if nearest == k and _free(place, frame, places) and not _meets(place, named, 1.0):
                ax.annotate(
                    power_of_ten(int(exponent)), (z.real[k], -z.imag[k]), (offset.real, offset.imag),
                    textcoords="offset points", ha="center", va="center", fontsize=5.5, color="0.15", zorder=6,
                )  # fmt: skip
                named = np.append(named, place)
                break


def _sides(places: Complexes, k: int) -> list[complex]:
    """Where the name of a point may stand, in points from it: outside of the curve, further out, inside."""
    way = places[min(k + 2, len(places) - 1)] - places[max(k - 2, 0)]
    out = 1j * way / max(abs(way), 1e-9)
    reach = complex(0.5 * _NAME[0] + 2.5, 0.5 * _NAME[1] + 2.5)
    return [complex(out.real * reach.real * far, out.imag * reach.imag * far) for far in (1.0, 1.5, -1.0)]


def _free(place: complex, frame: complex, places: Complexes) -> bool:
    """Whether a name at this place lies within the frame, and over no measured point."""
    x, y = 0.5 * _NAME[0], 0.5 * _NAME[1]
    within = x <= place.real <= frame.real - x and y <= place.imag <= frame.imag - y
    return within and not _meets(place, places, 0.6)


def _meets(place: complex, others: Complexes, share: float) -> bool:
    """Whether any of the others is nearer than this share of the size of a name."""
    away = others - place
    return bool(((np.abs(away.real) < share * _NAME[0]) & (np.abs(away.imag) < share * _NAME[1])).any())


def _fill_arcs(ax: Axes, fit: Fit, scale: Scale, colors: Mapping[str, str] | None) -> None:
    """The arc of each process, one after the other from the highest frequency, filled lightly, with its name."""
    width = scale.factor * float(np.ptp(ax.get_xlim()))
    arcs = [arc for arc in arcs_of(fit) if np.ptp(arc.curve.real) < _WIDEST_ARC * width]
    polygons = [arc.curve / scale.factor for arc in arcs]
    ohms = [p.name for p in fit.circuit.parameters if p.unit == "ohm"]
    own = {name: palette()[k % len(palette())] for k, name in enumerate(ohms)} | dict(colors or {})
    vertices = [np.column_stack([p.real, -p.imag]) for p in polygons]
    ax.add_collection(
        PolyCollection(
            vertices, facecolors=[own.get(arc.resistor, QUIET) for arc in arcs], alpha=0.3, edgecolors="none", zorder=1
        ),
        autolim=False,
    )
    points = ax.get_window_extent().width * 72 / ax.figure.dpi / np.ptp(ax.get_xlim())
    for arc, polygon in zip(arcs, polygons, strict=True):
        width = float(np.ptp(polygon.real)) * points
        middle = float(polygon.real.min() + polygon.real.max()) / 2
        high = float((-polygon.imag).max()) * points
        if width > _ARC_NAME[0] and high > _ARC_NAME[1] and middle < ax.get_xlim()[1] and arc.name:
            ax.annotate(
                arc.name, (middle, 0.0), (0, 0.32 * high), textcoords="offset points", ha="center", va="center",
                fontsize=6, color="0.15", zorder=2,
            )  # fmt: skip


class Arc(NamedTuple):
    """The part of a fitted circuit that draws an arc: its curve (K,) in ohm, its first resistance and its symbol."""

    curve: Complexes
    name: str
    resistor: str = ""


def arcs_of(fit: Fit) -> list[Arc]:
    """The parts of a series circuit that draw an arc, one behind the other on the real axis.

    A part draws an arc when it has a finite resistance at low frequency, and its apex is not far below the band.
    """
    if not isinstance(fit.circuit.root, InSeries):
        return []
    f = fit.spectrum.frequency
    wide = np.geomspace(f[0] * 10**_ARC_DECADES, f[-1] / 10**_ARC_DECADES, 241)
    foot, found = 0.0, []
    start = _intercept(fit, wide)
    for _, z, part in sorted(_parts(fit, wide), key=lambda part: -part[0]):
        leaf = next((leaf for leaf in part.leaves() if leaf.element.symbol == "R"), None)
        names = (subscripted("R", leaf.label), leaf.names[0]) if leaf is not None else ("", "")
        found.append(Arc(z - z[0].real + foot + start, *names))
        foot += float(z[-1].real - z[0].real)
    return found


def _parts(fit: Fit, wide: Floats) -> Iterator[tuple[float, Complexes, Node]]:
    root = fit.circuit.root
    assert isinstance(root, InSeries)
    s = 2j * np.pi * wide
    for child, own in root.split(list(fit.values)):
        if isinstance(child, Leaf):
            continue
        with np.errstate(all="ignore"):
            z = np.broadcast_to(child.impedance(s, own), s.shape)
        peak = int(np.argmax(-z.imag))
        inside = wide[peak] >= fit.spectrum.frequency[-1] / 10
        settled = -z.imag[-1] < 0.2 * -z.imag[peak]
        if np.isfinite(z).all() and inside and settled and z[peak].imag < 0:
            yield float(wide[peak]), z, child


def _intercept(fit: Fit, wide: Floats) -> float:
    """Where the first arc starts: the resistance of what stands alone in series."""
    root = fit.circuit.root
    assert isinstance(root, InSeries)
    alone = [(c, own) for c, own in root.split(list(fit.values)) if isinstance(c, Leaf)]
    s = 2j * np.pi * wide[:1]
    return float(sum(np.real(c.impedance(s, own))[0] for c, own in alone))
