"""A matplotlib figure as a small SVG: many markers are one path, text stays text in the font of the page.

The backend of matplotlib writes an element per marker and lays every text out by itself; here a figure takes a fraction
of that time and of those bytes, and a PDF made from it can be searched. One point is one unit.
"""

from __future__ import annotations

import base64
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from html import escape
from io import BytesIO
from typing import Any

import numpy as np
from matplotlib.backend_bases import GraphicsContextBase, RendererBase
from matplotlib.colors import to_hex
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties, findfont, get_font
from matplotlib.path import Path
from matplotlib.transforms import Affine2D, Transform

from eisfit.plots.labels import families, shown
from eisfit.plots.symbols import Run, runs
from eisfit.plots.ticks import without_ticks

SUBSCRIPT, DROP = 0.72, 0.16
"""Size of a subscript, and how far it hangs, in sizes of the text."""
HEIGHT, DEPTH = 0.73, 0.21
"""Height of letters above their baseline and depth below it, in sizes of the text."""
_CODES = {1: "M", 2: "L", 3: "Q", 4: "C"}
_LINE, _CLOSE = 2, 79
_MANY = 1000
"""Vertices of a path from which a tenth of a point is fine enough."""
_DOT = 0.75
"""Circles up to this radius in points are dots without an outline: the file is a third as large."""
_CIRCLE = 27
"""Vertices of a circle after cleaning."""
_EM = 100.0


def drawn(figure: Figure) -> bytes:
    """The figure as SVG, a point per unit."""
    figure.dpi = 72
    width, height = figure.bbox.width, figure.bbox.height
    renderer = SvgRenderer(width, height)
    figure.patch.set_visible(False)
    labels = without_ticks(figure, width_of)
    figure.draw(renderer)
    for label in labels:
        renderer.write(
            label.x, label.y, label.text, label.size,
            color=label.color, angle=90.0 if label.upright else 0.0, anchor=label.anchor,
        )  # fmt: skip
    return renderer.document()


def width_of(text: str, size: float, *, bold: bool = False) -> float:
    """Width of a line of text in points, without kerning."""
    pieces = runs(text) if "$" in text else (Run(text),)
    return size * sum((SUBSCRIPT if p.hanging else 1.0) * _advance(p.text, bold=bold) for p in pieces)


def _advance(text: str, *, bold: bool) -> float:
    known = families(text)
    return sum(_letter(known, bold, letter) for letter in text)


@lru_cache(maxsize=8192)
def _letter(family: tuple[str, ...], bold: bool, letter: str) -> float:
    weight = "bold" if bold else "normal"
    files = (findfont(FontProperties(family=[name], weight=weight)) for name in family)
    font = next((font for font in map(get_font, files) if font.get_char_index(ord(letter))), None)
    if font is None:
        return 0.6
    font.set_size(_EM, 72)
    return float(font.load_char(ord(letter)).linearHoriAdvance) / 65536 / _EM


class SvgRenderer(RendererBase):
    """Collects the elements of an SVG file."""

    def __init__(self, width: float, height: float) -> None:
        super().__init__()
        self.width, self.height = width, height
        self._elements: list[str] = []
        self._clips: dict[str, str] = {}

    def document(self) -> bytes:
        """The file."""
        size = f'width="{_n(self.width)}" height="{_n(self.height)}" viewBox="0 0 {_n(self.width)} {_n(self.height)}"'
        clips = "".join(f'<clipPath id="{name}">{shape}</clipPath>' for shape, name in self._clips.items())
        body = "\n".join(self._elements)
        return f'<svg xmlns="http://www.w3.org/2000/svg" {size}><defs>{clips}</defs>\n{body}\n</svg>\n'.encode()

    def draw_path(self, gc: Any, path: Path, transform: Transform, rgbFace: Any = None) -> None:
        """One path."""
        simplify = path.should_simplify and rgbFace is None and not gc.get_hatch()
        flat = path.cleaned(self._flipped(transform), remove_nans=True, curves=True, simplify=simplify)
        vertices = np.asarray(flat.vertices, float)[:-1]  # the last one only says that the path ends
        if len(vertices) > 1:
            self._add(_data(flat), gc, rgbFace, _box(vertices))

    def draw_markers(
        self, gc: Any, marker_path: Path, marker_trans: Transform, path: Path, trans: Transform, rgbFace: Any = None
    ) -> None:
        """All markers of a line as one path."""
        at = np.asarray(self._flipped(trans).transform(path.vertices))
        at = at[np.isfinite(at).all(axis=1)]
        mark = marker_path.cleaned(marker_trans + Affine2D().scale(1.0, -1.0), curves=True)
        if not len(at):
            return
        places = np.isin(np.asarray(mark.codes), tuple(_CODES))  # the others hold no place of their own
        reach = float(np.abs(np.asarray(mark.vertices)[places]).max(initial=0.0))
        if np.shape(mark.vertices)[0] == _CIRCLE and reach <= _DOT:
            self._dots(gc, dict.fromkeys(f"M{x:.1f} {y:.1f}h.01" for x, y in at.tolist()), reach, at, rgbFace)
            return
        elif np.shape(mark.vertices)[0] == _CIRCLE:
            data = "".join(_circle(x, y, reach) for x, y in at.tolist())
        else:
            data = "".join(_data(mark, (x, y)) for x, y in at.tolist())
        low, high = at.min(axis=0) - reach, at.max(axis=0) + reach
        self._add(data, gc, rgbFace, (low[0], low[1], high[0], high[1]))

    def _dots(self, gc: Any, strokes: Iterable[str], reach: float, at: Any, face: Any) -> None:
        """Dots as strokes with round ends: the shortest way to write a circle."""
        box = (*(at.min(axis=0) - reach), *(at.max(axis=0) + reach))
        color = to_hex(gc.get_rgb() if face is None else face)
        look = f'fill="none" stroke="{color}" stroke-width="{_n(2 * reach)}" stroke-linecap="round"'
        self._elements.append(f'<path d="{"".join(strokes)}" {look}{self._clip(gc, box)}/>')

    def draw_path_collection(self, gc: Any, master_transform: Any, paths: Any, *rest: Any, **more: Any) -> None:
        """Many paths: one element where they look alike and lie where they are, else one each."""
        _, offsets, _, facecolors, edgecolors, linewidths, linestyles = rest[:7]
        alike = all(len(some) <= 1 for some in (facecolors, edgecolors, linewidths, linestyles))
        if not alike or not len(paths) or len(rest[0]) or (len(offsets) and np.any(offsets)):
            super().draw_path_collection(gc, master_transform, paths, *rest, **more)
            return
        own = self.new_gc()
        own.copy_properties(gc)
        own.set_linewidth(float(linewidths[0]) if len(linewidths) else 0.0)
        if len(linestyles):
            own.set_dashes(*linestyles[0])
        if len(edgecolors):
            own.set_foreground(edgecolors[0], isRGBA=True)
        else:
            own.set_linewidth(0.0)
        whole = Path.make_compound_path(*(paths if isinstance(paths, list) else list(paths)))
        self.draw_path(own, whole, master_transform, facecolors[0] if len(facecolors) else None)

    def draw_image(self, gc: Any, x: float, y: float, im: Any, transform: Any = None) -> None:
        """Pixels, as PNG inside of the file."""
        from matplotlib.image import imsave

        file = BytesIO()
        imsave(file, im[::-1], format="png")
        high, wide = im.shape[:2]
        self._elements.append(
            f'<image x="{_n(x)}" y="{_n(self.height - y - high)}" width="{wide}" height="{high}" '
            f'preserveAspectRatio="none" style="image-rendering:pixelated" '
            f'href="data:image/png;base64,{base64.b64encode(file.getvalue()).decode()}"/>'
        )

    def draw_text(self, gc: Any, x: float, y: float, s: str, prop: Any, angle: float, *_: Any, **__: Any) -> None:
        """A line of text from its left end."""
        bold = prop.get_weight() in ("bold", 700)
        self.write(x, y, s, prop.get_size_in_points(), color=to_hex(gc.get_rgb()), angle=angle, bold=bold)

    def write(
        self, x: float, y: float, text: str, size: float, *, color: str = "#000000", angle: float = 0.0,
        bold: bool = False, anchor: str = "start",
    ) -> None:  # fmt: skip
        """A line of text that starts, ends or has its middle at a point counted from the upper left corner."""
        turned = f' transform="rotate({_n(-angle)} {_n(x)} {_n(y)})"' if angle else ""
        looks = f'font-family="{escape(", ".join(families(text)))}" font-size="{_n(size)}"'
        looks += ' font-weight="bold"' if bold else ""
        looks += f' text-anchor="{anchor}"' if anchor != "start" else ""
        said = "".join(_spans(runs(text), size)) if "$" in text else escape(shown(text))
        self._elements.append(
            f'<text x="{_n(x)}" y="{_n(y)}" {looks} fill="{color}" xml:space="preserve"{turned}>{said}</text>'
        )

    def get_text_width_height_descent(self, s: str, prop: Any, ismath: Any) -> tuple[float, float, float]:
        """Extent of a line of text, points."""
        size = prop.get_size_in_points()
        deep = DEPTH + (DROP if "$" in s and "_" in s else 0.0)
        return width_of(s, size, bold=prop.get_weight() in ("bold", 700)), (HEIGHT + deep) * size, deep * size

    def get_canvas_width_height(self) -> tuple[float, float]:
        """Size of the figure, points."""
        return self.width, self.height

    def points_to_pixels(self, points: Any) -> Any:
        """A point is a unit."""
        return points

    def flipy(self) -> bool:
        """Heights are counted from above."""
        return True

    def option_image_nocomposite(self) -> bool:
        """Each image stands by itself."""
        return True

    def _flipped(self, transform: Transform) -> Transform:
        return transform + Affine2D().scale(1.0, -1.0).translate(0.0, self.height)

    def _add(self, data: str, gc: Any, face: Any, box: Sequence[float]) -> None:
        self._elements.append(f'<path d="{data}"{_look(gc, face)}{self._clip(gc, box)}/>')

    def _clip(self, gc: Any, box: Sequence[float]) -> str:
        """Where a drawing is cut; nothing where it lies inside anyhow."""
        path, transform = gc.get_clip_path()
        held = gc.get_clip_rectangle()
        if path is not None:
            shape = f'<path d="{_data(path.cleaned(self._flipped(transform), curves=True))}"/>'
        elif held is not None:
            left, top, right, low = held.x0, self.height - held.y1, held.x1, self.height - held.y0
            if box[0] >= left and box[1] >= top and box[2] <= right and box[3] <= low:
                return ""
            shape = f'<rect x="{_n(left)}" y="{_n(top)}" width="{_n(right - left)}" height="{_n(low - top)}"/>'
        else:
            return ""
        return f' clip-path="url(#{self._clips.setdefault(shape, f"c{len(self._clips)}")})"'


def _n(value: float) -> str:
    """A number of points, to a hundredth."""
    return f"{value:.2f}".rstrip("0").rstrip(".")


def _box(vertices: Any) -> tuple[float, float, float, float]:
    low, high = vertices.min(axis=0), vertices.max(axis=0)
    return float(low[0]), float(low[1]), float(high[0]), float(high[1])


def _circle(x: float, y: float, r: float) -> str:
    """A circle of two cubics, which leave it by less than a fiftieth of its radius."""
    left, right, high, low = f"{x - r:.2f}", f"{x + r:.2f}", f"{y - 4 / 3 * r:.2f}", f"{y + 4 / 3 * r:.2f}"
    return f"M{left} {y:.2f}C{left} {high} {right} {high} {right} {y:.2f}C{right} {low} {left} {low} {left} {y:.2f}Z"


def _data(path: Path, shift: tuple[float, float] = (0.0, 0.0)) -> str:
    """The vertices of a cleaned path as SVG data."""
    vertices, codes = np.asarray(path.vertices, float) + shift, np.asarray(path.codes, int)
    out: list[str] = []
    before, last, digits = 0, "", 2 if len(codes) < _MANY else 1
    for (x, y), code in zip(vertices.tolist(), codes.tolist(), strict=True):
        at = f"{x:.{digits}f} {y:.{digits}f}"
        if code == _CLOSE:
            out.append("Z")
        elif code and (code != _LINE or at != last):  # a line to where the pen is adds nothing
            out.append(f"{'' if code == before > 1 else _CODES[code]}{at}")
        before, last = code, at
    return " ".join(out)


def _look(gc: Any, face: Any) -> str:
    """Fill and stroke."""
    said = f' fill="{to_hex(face)}"' if face is not None else ' fill="none"'
    alpha = gc.get_alpha() if gc.get_forced_alpha() else 1.0
    if face is not None:
        opaque = alpha if gc.get_forced_alpha() else (face[3] if len(face) > 3 else 1.0)
        said += f' fill-opacity="{opaque:.3g}"' if opaque < 1 else ""
    if gc.get_linewidth() > 0:
        rgb = gc.get_rgb()
        opaque = alpha if gc.get_forced_alpha() else rgb[3]
        said += f' stroke="{to_hex(rgb)}" stroke-width="{_n(gc.get_linewidth())}"'
        said += f' stroke-opacity="{opaque:.3g}"' if opaque < 1 else ""
        said += "".join(_strokes(gc))
    return said


def _strokes(gc: GraphicsContextBase) -> Iterator[str]:
    if gc.get_joinstyle() != "miter":
        yield f' stroke-linejoin="{gc.get_joinstyle()}"'
    if gc.get_capstyle() != "butt":
        yield f' stroke-linecap="{ {"projecting": "square"}.get(gc.get_capstyle(), gc.get_capstyle()) }"'
    offset: Any
    dashes: Any
    offset, dashes = gc.get_dashes()
    if dashes is not None:
        yield f' stroke-dasharray="{",".join(map(_n, dashes))}" stroke-dashoffset="{_n(float(offset))}"'


def _spans(pieces: Sequence[Run], size: float) -> Iterator[str]:
    """Runs with their subscripts, which move the line down and the next run up again."""
    low = False
    for run in pieces:
        looks = ' font-style="italic"' if run.leaning else ""
        if run.hanging != low:
            looks += f' dy="{_n((1 if run.hanging else -1) * DROP * size)}"'
        looks += f' font-size="{_n(SUBSCRIPT * size)}"' if run.hanging else ""
        low = run.hanging
        yield f"<tspan{looks}>{escape(shown(run.text))}</tspan>"
