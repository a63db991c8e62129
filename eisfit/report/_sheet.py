"""A page and what is set on it. All lengths are points (1/72 inch), heights are counted from the top of the page."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from eisfit.errors import OptionError
from eisfit.plots.labels import shown
from eisfit.report._ink import Align, Ink, Written
from eisfit.report._metrics import shortened, wrapped

PAPERS = {"a4": (595.28, 841.89), "letter": (612.0, 792.0)}
MARGIN = 48.0
HEAD, FOOT = 62.0, 46.0
"""Where the content begins under the header, and how far above the lower edge it ends."""
BODY, SMALL = 7.5, 6.5
INK, GREY = "#111111", "#666666"


class Layout(NamedTuple):
    """What the reader of the report asked for: paper, and whether each spectrum gets its place."""

    paper: str = "a4"
    every_spectrum: bool | None = None

    @property
    def size(self) -> tuple[float, float]:
        """Width and height of the paper, points."""
        return PAPERS[self.paper]


def layout_of(paper: str, every_spectrum: bool | None) -> Layout:
    """The layout for a paper of this name. Raises OptionError."""
    if paper not in PAPERS:
        raise OptionError(f"unknown paper {paper!r}: choose one of {', '.join(PAPERS)}")
    return Layout(paper, every_spectrum)


@dataclass(slots=True, eq=False)
class Sheet:
    """One page under construction; `y` is where the next line goes, `bookmark` its name in the outline, if any."""

    layout: Layout
    bookmark: str = ""
    y: float = HEAD
    figure: Figure = field(init=False)
    ink: Ink = field(default_factory=Ink)

    def __post_init__(self) -> None:
        self.figure = Figure(figsize=(self.full_width / 72, self.full_height / 72), dpi=72)

    @property
    def full_width(self) -> float:
        """Width of the paper."""
        return self.layout.size[0]

    @property
    def full_height(self) -> float:
        """Height of the paper."""
        return self.layout.size[1]

    @property
    def width(self) -> float:
        """Width between the margins."""
        return self.full_width - 2 * MARGIN

    @property
    def bottom(self) -> float:
        """Where the content must end."""
        return self.full_height - FOOT

    @property
    def room(self) -> float:
        """Height that is left."""
        return self.bottom - self.y

    def axes(self, left: float, top: float, width: float, height: float) -> Axes:
        """Axes whose box lies `left` of the margin and `top` from the upper edge."""
        w, h = self.full_width, self.full_height
        return self.figure.add_axes(((MARGIN + left) / w, 1 - (top + height) / h, width / w, height / h))

    def text(
        self,
        left: float,
        top: float,
        text: str,
        *,
        size: float = BODY,
        color: str = INK,
        bold: bool = False,
        align: Align = "left",
        math: bool = False,
    ) -> None:
        """A line of text, its baseline `top` from the upper edge, `left` from the margin."""
        x, y = MARGIN + left, self.full_height - top
        self.ink.lines.append(
            Written(x, y, text if math else shown(text), size, color, bold, align, math and "$" in text)
        )

    def rule(self, top: float, *, left: float = 0.0, width: float | None = None, color: str = GREY) -> None:
        """A thin horizontal line."""
        from matplotlib.lines import Line2D

        x = [(MARGIN + left) / self.full_width, (MARGIN + left + (width or self.width)) / self.full_width]
        y = [1 - top / self.full_height] * 2
        self.figure.add_artist(Line2D(x, y, color=color, lw=0.5, transform=self.figure.transFigure))

    def heading(self, text: str) -> None:
        """A heading at the current position, full width; moves on."""
        self.y += 12
        self.text(0, self.y, text, size=9, bold=True)
        self.y += 8

    def caption(self, text: str) -> None:
        """An explanation at the foot of the page."""
        lines = wrapped(text, self.width, SMALL)
        for k, line in enumerate(lines):
            self.text(0, self.bottom - 9 * (len(lines) - k) + 6, line, size=SMALL, color=GREY)

    def stamp(self, cell: str, title: str, number: int, program: str) -> None:
        """Header and footer: the cell, the title of the page, the page number, the program."""
        half = self.width / 2 - 6
        self.text(0, 36, shortened(cell, half, SMALL), size=SMALL, color=GREY)
        self.text(self.width, 36, title, size=SMALL, color=GREY, align="right")
        self.rule(41)
        self.text(0, self.full_height - 26, program, size=SMALL, color=GREY)
        self.text(self.width, self.full_height - 26, f"page {number}", size=SMALL, color=GREY, align="right")
