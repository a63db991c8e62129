"""Axes made light before a page is saved: ticks become one collection of lines, labels bare texts.

A matplotlib tick is five artists with their own bookkeeping; a report has thousands. The result looks the same and
takes a fraction of the time. Only for figures that nobody will change any more.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple, cast

import matplotlib
import numpy as np
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.collections import LineCollection
from matplotlib.colors import to_hex
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.legend import Legend
from matplotlib.text import Annotation, Text
from matplotlib.transforms import IdentityTransform

from eisfit.report._ink import Align, Ink, Written
from eisfit.report._metrics import width_of
from eisfit.spectrum import Floats

ABOVE, BELOW = 0.76, 0.24
"""Height of letters above their baseline and depth below it, in sizes of the text."""
LEVELS = {
    "baseline": 0.0,
    "bottom": BELOW,
    "center": -(ABOVE - BELOW) / 2,
    "center_baseline": -(ABOVE - BELOW) / 2,
    "top": -ABOVE,
}
"""How far above the point that holds a text its baseline lies, by its vertical alignment."""

EDGE = 1e-6
"""Ticks this far outside of the axes, as a share of their length, still belong to them."""


class _Frame(NamedTuple):
    """Axes, their box in points on the page, and what writes on that page."""

    ax: Axes
    left: float
    bottom: float
    width: float
    height: float
    ink: Ink

    def write(
        self, text: str, side: str, place: float, distance: float, size: float, color: str = "k", *, along: bool = False
    ) -> None:
        """A text outside of the box, `distance` points from one side, at a share `place` of its length.

        `along`: the text runs along the side, else it is level.
        """
        across = size if along else 0.0
        x, y = self.left + place * self.width, self.bottom + place * self.height
        align: Align = "center"
        if side == "left":
            x = self.left - distance - 0.3 * across
            align = "center" if along else "right"
        elif side == "right":
            x = self.left + self.width + distance + 0.75 * across
            align = "center" if along else "left"
        elif side == "bottom":
            y = self.bottom - distance - 0.76 * size
        else:
            y = self.bottom + self.height + distance
        if side in ("left", "right") and not along:
            y -= 0.36 * size
        upright = along and side in ("left", "right")
        self.ink.lines.append(Written(x, y, text, size, color, False, align, "$" in text, upright))


def lighten(figure: Figure, ink: Ink) -> None:
    """Replace the ticks and labels of every axes in a figure by plain lines, and texts in the ink of its page."""
    scale = 72 / figure.dpi
    for ax in _all_axes(figure.axes):
        if ax.axison:
            box = ax.get_window_extent()
            frame = _Frame(ax, scale * box.x0, scale * box.y0, scale * box.width, scale * box.height, ink)
            for axis in (ax.xaxis, ax.yaxis):
                if axis.get_visible():
                    _replace(frame, axis, vertical=axis is ax.yaxis)
        _move_texts(ax, ink, scale)


def _move_texts(ax: Axes, ink: Ink, scale: float) -> None:
    """Notes, titles and the texts of the legend into the ink; what it cannot set (turned, framed) stays."""
    for text in ax.texts:
        _move(text, _anchor(ax, text), ink, scale)
    notes = set(ax.texts)
    for title in (c for c in ax.get_children() if isinstance(c, Text) and c not in notes):
        box = ax.get_window_extent()
        x = {"left": box.x0, "center": (box.x0 + box.x1) / 2, "right": box.x1}[str(title.get_horizontalalignment())]
        _move(title, (x, box.y1 + float(matplotlib.rcParams["axes.titlepad"]) / scale), ink, scale)
    legend = ax.get_legend()
    if legend is not None:
        _settle(legend)
        for text in legend.get_texts():
            x, y = text.get_transform().transform(text.get_position()).tolist()
            _move(text, (x, y), ink, scale, level="baseline")


def _settle(legend: Legend) -> None:
    """Give a legend and its texts their place, and keep it there: "best" would be sought again."""
    canvas: Any = FigureCanvasAgg(legend.get_figure(root=True))
    renderer = canvas.get_renderer()
    legend.draw(renderer)
    corner = legend.get_window_extent(renderer).p0
    legend.borderaxespad = 0.0
    legend.set_loc("lower left")
    legend.set_bbox_to_anchor((corner[0], corner[1], 0.0, 0.0), transform=IdentityTransform())
    legend.draw(renderer)


def _anchor(ax: Axes, text: Text) -> tuple[float, float] | None:
    """Where a text is held, pixels; None where it is not shown."""
    if not isinstance(text, Annotation):
        x, y = text.get_transform().transform(text.get_unitless_position())
        return float(x), float(y)
    x, y = ax.transData.transform(text.xy).tolist()
    if not ax.get_window_extent().contains(x, y):
        return None
    dots = ax.figure.dpi / 72
    return x + dots * text.xyann[0], y + dots * text.xyann[1]


def _move(text: Text, anchor: tuple[float, float] | None, ink: Ink, scale: float, *, level: str = "") -> None:
    said = text.get_text()
    plain = text.get_rotation() == 0 and "\n" not in said and text.get_bbox_patch() is None
    plain &= not isinstance(text, Annotation) or text.anncoords == "offset points"
    if not said or not plain or not text.get_visible():
        return
    text.set_visible(False)
    if anchor is None:
        return
    size = float(text.get_fontsize())
    lift = LEVELS[level or str(text.get_verticalalignment())] * size
    side = {"left": "left", "center": "center", "right": "right"}[str(text.get_horizontalalignment())]
    bold = text.get_fontweight() in ("bold", 700)
    x, y = scale * anchor[0], scale * anchor[1] + lift
    ink.lines.append(Written(x, y, said, size, str(to_hex(text.get_color())), bold, cast(Align, side), "$" in said))


def _all_axes(axes: Iterable[Any]) -> Iterator[Axes]:
    for ax in axes:
        yield ax
        yield from _all_axes(ax.child_axes)


def _replace(frame: _Frame, axis: Axis, *, vertical: bool) -> None:
    major = axis.get_tick_params(which="major")
    sides = ("left", "right") if vertical else ("bottom", "top")
    places, texts = _ticks(frame.ax, axis, vertical=vertical)
    minor = _positions(frame.ax, axis.get_minorticklocs(), vertical=vertical)
    minor = minor[(minor >= -EDGE) & (minor <= 1 + EDGE)]
    segments = []
    for side in sides:
        if major.get(side):
            segments += _strokes(frame, places, side, _length("major", vertical=vertical, stated=major))
            segments += _strokes(frame, minor, side, _length("minor", vertical=vertical, stated={}))
    if segments:
        width = matplotlib.rcParams["ytick.major.width" if vertical else "xtick.major.width"]
        lines = LineCollection(
            segments, colors="k", linewidths=width, transform=frame.ax.transAxes, clip_on=False, zorder=2.6
        )
        frame.ax.add_collection(lines, autolim=False)
    outer = sides[1] if major.get(f"label{sides[1]}") and not major.get(f"label{sides[0]}") else sides[0]
    _write(frame, axis, places, texts if major.get(f"label{outer}") else [""] * len(texts), outer)
    axis.set_visible(False)


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


def _length(which: str, *, vertical: bool, stated: dict[str, Any]) -> float:
    parameters: Any = matplotlib.rcParams
    return float(stated.get("length", parameters[f"{'y' if vertical else 'x'}tick.{which}.size"]))


def _strokes(frame: _Frame, places: Floats, side: str, length: float) -> list[list[tuple[float, float]]]:
    """Ticks that point inwards."""
    if side in ("left", "right"):
        a, b = (0.0, length / frame.width) if side == "left" else (1.0, 1 - length / frame.width)
        return [[(a, p), (b, p)] for p in places.tolist()]
    a, b = (0.0, length / frame.height) if side == "bottom" else (1.0, 1 - length / frame.height)
    return [[(p, a), (p, b)] for p in places.tolist()]


def _write(frame: _Frame, axis: Axis, places: Floats, texts: list[str], side: str) -> None:
    """Tick labels, the label of the axis beyond the widest of them, and the factor of the axis."""
    size = float(FontProperties(size=matplotlib.rcParams["xtick.labelsize"]).get_size_in_points())
    upright = side in ("left", "right")
    for place, text in zip(places.tolist(), texts, strict=True):
        if text:
            frame.write(text, side, place, 3.0, size)
    depth = max((width_of(t, size) for t in texts), default=0.0) if upright else (1.2 * size if any(texts) else 0.0)
    label = axis.get_label()
    if label.get_text():
        color = str(label.get_color())
        frame.write(
            label.get_text(), side, 0.5, 3.0 + depth + axis.labelpad, float(label.get_fontsize()), color, along=True
        )
    if factor := axis.get_major_formatter().get_offset():
        frame.write(
            factor, "top" if upright else "bottom", 0.0 if upright else 1.0, 2.0 if upright else depth + 6, size
        )
