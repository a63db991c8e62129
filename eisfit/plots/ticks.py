"""Ticks, tick labels and names of axes without the artists that matplotlib makes of them.

A tick of matplotlib is five artists with their own bookkeeping, and a report has thousands; they take longer than all
curves. Here they are strokes and texts that look the same. Only for figures that nobody will change any more.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

import matplotlib
import numpy as np
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties

from eisfit.spectrum import Floats

EDGE = 1e-6
"""Ticks this far outside of the axes, as a share of their length, still belong to them."""
GAP = 3.0
"""Distance of a label from its tick, points."""
RISE = 0.36
"""Half the height of digits, in sizes of the text."""


class Label(NamedTuple):
    """A line of text in points from the upper left corner of the figure; the point is its start, middle or end."""

    x: float
    y: float
    text: str
    size: float
    anchor: str = "middle"
    upright: bool = False
    color: str = "#000000"


def without_ticks(figure: Figure, width_of: Any) -> list[Label]:
    """Replaces the ticks of all axes by plain strokes, in place; returns their labels. A unit of the figure is a point.

    `width_of(text, size)` tells how far the labels reach.
    """
    labels: list[Label] = []
    for ax in _all_axes(figure.axes):
        if ax.axison:
            for axis in (ax.xaxis, ax.yaxis):
                if axis.get_visible():
                    labels += _replaced(ax, axis, width_of)
    width, height = figure.bbox.width, figure.bbox.height
    return [_inside(label, width_of(label.text, label.size), width, height) for label in labels]


def _inside(label: Label, length: float, width: float, height: float) -> Label:
    """The label moved so far that it does not leave the figure."""
    before = {"start": 0.0, "middle": 0.5, "end": 1.0}[label.anchor] * length
    if label.upright:
        low, high = length - before, height - before
        return label._replace(y=min(max(label.y, low), high) if length < height else height / 2)
    return label._replace(x=min(max(label.x, before), width - length + before) if length < width else label.x)


def left_of(ax: Axes, width_of: Any) -> float:
    """Room in points that the labels left of axes take."""
    if not ax.axison or not ax.yaxis.get_visible():
        return 0.0
    stated = ax.yaxis.get_tick_params(which="major")
    texts = _ticks(ax, ax.yaxis, vertical=True)[1] if stated.get("labelleft", True) else []
    size = float(stated.get("labelsize", _label_size()))
    reach = max((width_of(text, size) for text in texts if text), default=0.0)
    name = ax.yaxis.get_label()
    along = float(ax.yaxis.labelpad) + 1.1 * float(name.get_fontsize()) if name.get_text() else 0.0
    return GAP + reach + along


def _label_size() -> float:
    return float(FontProperties(size=matplotlib.rcParams["ytick.labelsize"]).get_size_in_points())


def _all_axes(axes: Iterable[Any]) -> Iterator[Axes]:
    for ax in axes:
        yield ax
        yield from _all_axes(ax.child_axes)


def _replaced(ax: Axes, axis: Axis, width_of: Any) -> Iterator[Label]:
    vertical = axis is ax.yaxis
    ax.apply_aspect()
    box = ax.get_window_extent()
    frame = _Frame(box.x0, ax.figure.bbox.height - box.y1, box.width, box.height)
    major = axis.get_tick_params(which="major")
    sides = ("left", "right") if vertical else ("bottom", "top")
    places, texts = _ticks(ax, axis, vertical=vertical)
    minor = _positions(ax, axis.get_minorticklocs(), vertical=vertical)
    minor = minor[(minor >= -EDGE) & (minor <= 1 + EDGE)]
    strokes = []
    for side in sides:
        if major.get(side):
            strokes += frame.strokes(places, side, float(major.get("length", _size("major", vertical=vertical))))
            strokes += frame.strokes(minor, side, _size("minor", vertical=vertical))
    if strokes:
        width = matplotlib.rcParams["ytick.major.width" if vertical else "xtick.major.width"]
        lines = LineCollection(strokes, colors="k", linewidths=width, transform=ax.transAxes, clip_on=False, zorder=2.6)
        ax.add_collection(lines, autolim=False)
    outer = sides[1] if major.get(f"label{sides[1]}") and not major.get(f"label{sides[0]}") else sides[0]
    said = texts if major.get(f"label{outer}") else [""] * len(texts)
    axis.set_visible(False)
    yield from _labels(frame, axis, places, said, outer, width_of)


def _labels(frame: _Frame, axis: Axis, places: Floats, texts: list[str], side: str, width_of: Any) -> Iterator[Label]:
    """Tick labels, the label of the axis beyond the widest of them, and the factor of the axis."""
    size = float(axis.get_tick_params(which="major").get("labelsize", _label_size()))
    beside = side in ("left", "right")
    for place, text in zip(places.tolist(), texts, strict=True):
        if text:
            yield frame.label(text, side, place, GAP, size)
    reach = (width_of(t, size) if beside else 1.2 * size for t in texts if t)
    depth = max(reach, default=0.0)
    name = axis.get_label()
    if name.get_text():
        away = GAP + depth + float(axis.labelpad)
        color = matplotlib.colors.to_hex(name.get_color())
        yield frame.label(name.get_text(), side, 0.5, away, float(name.get_fontsize()), color=color, along=True)
    if factor := axis.get_major_formatter().get_offset():
        yield frame.label(
            factor, "top" if beside else "bottom", 0.0 if beside else 1.0, 2.0 if beside else depth + 6, size
        )


class _Frame(NamedTuple):
    """The box of axes in points, counted from the upper left corner of the figure."""

    left: float
    top: float
    width: float
    height: float

    def strokes(self, places: Floats, side: str, length: float) -> list[list[tuple[float, float]]]:
        """Ticks that point inwards, in shares of the axes."""
        if side in ("left", "right"):
            a, b = (0.0, length / self.width) if side == "left" else (1.0, 1 - length / self.width)
            return [[(a, p), (b, p)] for p in places.tolist()]
        a, b = (0.0, length / self.height) if side == "bottom" else (1.0, 1 - length / self.height)
        return [[(p, a), (p, b)] for p in places.tolist()]

    def label(
        self, text: str, side: str, place: float, away: float, size: float, *, color: str = "#000000",
        along: bool = False,
    ) -> Label:  # fmt: skip
        """A text `away` from one side, at a share `place` of its length; `along`: it runs along that side."""
        x, y = self.left + place * self.width, self.top + (1 - place) * self.height
        across = size if along else 0.0
        if side == "bottom":
            return Label(x, self.top + self.height + away + 0.76 * size, text, size, color=color)
        if side == "top":
            return Label(x, self.top - away, text, size, color=color)
        if along:
            x = self.left - away - 0.3 * across if side == "left" else self.left + self.width + away + 0.75 * across
            return Label(x, y, text, size, "middle", True, color)
        if side == "left":
            return Label(self.left - away, y + RISE * size, text, size, "end", color=color)
        return Label(self.left + self.width + away, y + RISE * size, text, size, "start", color=color)


def _ticks(ax: Axes, axis: Axis, *, vertical: bool) -> tuple[Floats, list[str]]:
    """Places of the major ticks along the axis, 0 to 1, and their labels."""
    locations = np.asarray(axis.get_majorticklocs(), dtype=np.float64)
    places = _positions(ax, locations, vertical=vertical)
    inside = (places >= -EDGE) & (places <= 1 + EDGE)
    texts = axis.get_major_formatter().format_ticks(locations.tolist())
    return places[inside], [text for text, keep in zip(texts, inside.tolist(), strict=True) if keep]


def _positions(ax: Axes, locations: Any, *, vertical: bool) -> Floats:
    """Data coordinates as shares of the axes."""
    values = np.asarray(locations, dtype=np.float64)
    if not values.size:
        return values
    x, y = ax.get_xlim()[0], ax.get_ylim()[0]
    points = np.column_stack([np.full(len(values), x), values] if vertical else [values, np.full(len(values), y)])
    shown = ax.transAxes.inverted().transform(ax.transData.transform(points))
    out: Floats = shown[:, 1 if vertical else 0]
    return out


def _size(which: str, *, vertical: bool) -> float:
    parameters: Any = matplotlib.rcParams
    return float(parameters[f"{'y' if vertical else 'x'}tick.{which}.size"])
