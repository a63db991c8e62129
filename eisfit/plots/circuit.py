"""A circuit as a drawing, by recursion over its tree; the symbols are those of schemdraw."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

from matplotlib.axes import Axes

from eisfit.circuit import Circuit
from eisfit.plots.labels import role_symbol, subscripted
from eisfit.plots.style import QUIET
from eisfit.tree import InSeries, Leaf, Node

SLOT = 2.3
"""Width of one element with its leads, in units of the body of a resistor."""
LEAD = 0.35
LABEL = 0.33
"""Distance of a label from its wire."""
ABOVE, BELOW = 0.85, 0.5
"""Room of an element above and below its wire, the label included."""
MOST_LEAVES = 40
"""A larger circuit is written, not drawn."""
LARGEST_UNIT = 23.0
"""Points per unit at most: a single resistor does not fill the page."""

_SYMBOLS = {"R": "Resistor", "S": "Resistor", "C": "Capacitor", "Q": "CPE", "L": "Inductor", "La": "Inductor"}


class Size(NamedTuple):
    """Extent of a part: width, and height above and below its wire."""

    width: float
    above: float
    below: float


def plot_circuit(ax: Axes, circuit: Circuit) -> Axes:
    """The circuit as a drawing; roles stand above the elements, names that differ from them below."""
    ax.set_axis_off()
    if sum(1 for _ in circuit.root.leaves()) > MOST_LEAVES:
        ax.text(0.5, 0.5, "a circuit too large to draw", transform=ax.transAxes, ha="center", va="center", color=QUIET)
        return ax
    size = measure(circuit.root)
    unit = _fit_into(ax, size)
    brush = _Brush(ax, _drawing(), _roles(circuit), unit)
    brush.part(circuit.root, 0.0, 0.0, size.width)
    brush.wire((-LEAD, 0.0), (0.0, 0.0))
    brush.wire((size.width, 0.0), (size.width + LEAD, 0.0))
    limits = ax.get_xlim(), ax.get_ylim()
    brush.drawing.draw(canvas=ax, show=False)
    ax.set_xlim(limits[0])
    ax.set_ylim(limits[1])
    ax.set_axis_off()
    return ax


def measure(node: Node) -> Size:
    """The extent of a part of a circuit."""
    if isinstance(node, Leaf):
        return Size(SLOT, ABOVE, BELOW)
    sizes = [measure(child) for child in node.children]
    if isinstance(node, InSeries):
        return Size(sum(s.width for s in sizes), max(s.above for s in sizes), max(s.below for s in sizes))
    height = sum(s.above + s.below for s in sizes)
    return Size(max(s.width for s in sizes) + 2 * LEAD, height / 2, height / 2)


def _fit_into(ax: Axes, size: Size) -> float:
    """Limits that centre the drawing in its axes at equal scales; returns points per unit."""
    box = ax.get_window_extent()
    dpi = ax.figure.dpi
    width, height = box.width * 72 / dpi, box.height * 72 / dpi
    wide, high = size.width + 2 * LEAD + 0.2, size.above + size.below
    unit = min(width / wide, height / high, LARGEST_UNIT)
    middle = (size.above - size.below) / 2
    ax.set_xlim(size.width / 2 - width / unit / 2, size.width / 2 + width / unit / 2)
    ax.set_ylim(middle - height / unit / 2, middle + height / unit / 2)
    return unit


def _drawing() -> Any:
    import schemdraw

    drawing = schemdraw.Drawing(show=False)
    drawing.config(unit=SLOT, lw=0.9, color="black")
    return drawing


def font_size(unit: float) -> float:
    """Size of the labels in points: they shrink with the drawing."""
    return min(8.0, 0.4 * unit)


def _roles(circuit: Circuit) -> dict[str, str]:
    return {parameter: role for role, parameter in circuit.roles}


@dataclass(frozen=True, slots=True)
class _Brush:
    """Draws parts between two points of a wire."""

    ax: Axes
    drawing: Any
    roles: dict[str, str]
    unit: float

    def part(self, node: Node, x: float, y: float, width: float) -> None:
        """A part from (x, y), centred in `width`, wires up to both ends."""
        own = measure(node).width
        start = x + (width - own) / 2
        if width > own:
            self.wire((x, y), (start, y))
            self.wire((start + own, y), (x + width, y))
        if isinstance(node, Leaf):
            self._leaf(node, start, y)
        elif isinstance(node, InSeries):
            for child in node.children:
                size = measure(child).width
                self.part(child, start, y, size)
                start += size
        else:
            self._branches(node, start, y, own)

    def wire(self, a: tuple[float, float], b: tuple[float, float]) -> None:
        """A straight wire."""
        import schemdraw.elements as elm

        self.drawing.add(elm.Line().at(a).to(b))

    def _branches(self, node: Any, x: float, y: float, width: float) -> None:
        sizes = [measure(child) for child in node.children]
        top = y + measure(node).above
        levels = []
        for child, size in zip(node.children, sizes, strict=True):
            levels.append(top - size.above)
            top -= size.above + size.below
            self.part(child, x + LEAD, levels[-1], width - 2 * LEAD)
        for level in levels:
            self.wire((x + LEAD, level), (x + LEAD, y))
            self.wire((x + width - LEAD, level), (x + width - LEAD, y))
        self.wire((x, y), (x + LEAD, y))
        self.wire((x + width - LEAD, y), (x + width, y))

    def _leaf(self, leaf: Leaf, x: float, y: float) -> None:
        import schemdraw.elements as elm

        self.drawing.add(getattr(elm, _SYMBOLS.get(leaf.element.symbol, "ResistorIEC"))().at((x, y)).to((x + SLOT, y)))
        middle = x + SLOT / 2
        own = subscripted(leaf.element.symbol, leaf.label)
        role = role_symbol(self.roles[leaf.name]) if leaf.name in self.roles else own
        size = font_size(self.unit)
        if leaf.element.symbol not in _SYMBOLS:
            self.ax.text(middle, y, leaf.element.symbol, fontsize=size, ha="center", va="center")
        # schemdraw's own labels go through an SVG parser that chokes on the signs a label may hold
        self.ax.text(middle, y + LABEL, role, fontsize=size, ha="center", va="bottom")
        if role != own:
            self.ax.text(middle, y - LABEL, own, fontsize=0.85 * size, color="0.4", ha="center", va="top")
