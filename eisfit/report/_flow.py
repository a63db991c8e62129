"""Text that flows over as many pages as it needs: headings, paragraphs, tables, drawings."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol

from matplotlib.axes import Axes

from eisfit.report._ink import Align
from eisfit.report._metrics import shortened, wrapped
from eisfit.report._sheet import BODY, GREY, INK, SMALL, Layout, Sheet

LEADING = 1.42
"""Distance of lines, in sizes of the font."""


class Line(NamedTuple):
    """What cannot be torn apart: its height, how much must follow on the same page, and how to set it."""

    height: float
    keep: float
    draw: Callable[[Sheet, float], None]


class Block(Protocol):
    """Anything that becomes lines of a given width."""

    def lines(self, width: float) -> Iterator[Line]:
        """The lines in order."""


def flow(blocks: Iterable[Block], layout: Layout) -> Iterator[Sheet]:
    """The blocks on pages, one under the other; no page where there is no block."""
    sheet: Sheet | None = None
    for block in blocks:
        sheet = sheet or Sheet(layout)
        for line in block.lines(sheet.width):
            if line.height + line.keep > sheet.room:
                yield sheet
                sheet = Sheet(layout)
            line.draw(sheet, sheet.y)
            sheet.y += line.height
    if sheet is not None:
        yield sheet


@dataclass(frozen=True, slots=True)
class Gap:
    """Empty height."""

    height: float = 6.0

    def lines(self, width: float) -> Iterator[Line]:
        """One empty line."""
        yield Line(self.height, 0.0, lambda sheet, y: None)


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading that stays with what follows."""

    text: str
    size: float = 9.0

    def lines(self, width: float) -> Iterator[Line]:
        """One line with room above."""
        yield Line(self.size + 13, 30.0, self._draw)

    def _draw(self, sheet: Sheet, y: float) -> None:
        sheet.text(0, y + self.size + 6, self.text, size=self.size, bold=True)


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Running text; a bullet hangs in front of the first line."""

    text: str
    size: float = BODY
    color: str = INK
    bullet: str = ""
    bullet_color: str = INK
    bold: bool = False
    after: float = 3.0

    def lines(self, width: float) -> Iterator[Line]:
        """The wrapped lines."""
        indent = 11.0 if self.bullet else 0.0
        texts = wrapped(self.text, width - indent, self.size, bold=self.bold)
        for k, text in enumerate(texts):
            last = k == len(texts) - 1
            height = LEADING * self.size + (self.after if last else 0.0)
            yield Line(height, 0.0, self._setter(text, indent, first=k == 0))

    def _setter(self, text: str, indent: float, *, first: bool) -> Callable[[Sheet, float], None]:
        def draw(sheet: Sheet, y: float) -> None:
            if first and self.bullet:
                sheet.text(0, y + self.size, self.bullet, size=self.size, color=self.bullet_color, bold=True)
            sheet.text(indent, y + self.size, text, size=self.size, color=self.color, bold=self.bold)

        return draw


class Column(NamedTuple):
    """One column of a table: its head, its share of the width, and how it is set."""

    head: str
    share: float
    align: Align = "left"
    math: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of texts under heads; cells that are too wide are shortened, heads are repeated on every page."""

    columns: Sequence[Column]
    rows: Sequence[Sequence[str]]
    size: float = SMALL + 0.5
    wrap: int | None = None
    """The column whose cells are wrapped, where one is."""

    def lines(self, width: float) -> Iterator[Line]:
        """The head, then the rows."""
        edges = self._edges(width)
        if any(c.head for c in self.columns):
            yield Line(LEADING * self.size + 4, 24.0, lambda sheet, y: self._head(sheet, y, edges))
        for row in self.rows:
            cells = self._cells(row, edges)
            tall = max(len(c) for c in cells)
            yield Line(tall * LEADING * self.size + 1.0, 0.0, self._setter(cells, edges))

    def _edges(self, width: float) -> list[float]:
        total = sum(c.share for c in self.columns)
        edges = [0.0]
        for column in self.columns:
            edges.append(edges[-1] + width * column.share / total)
        return edges

    def _cells(self, row: Sequence[str], edges: Sequence[float]) -> list[list[str]]:
        out = []
        for k, (cell, column) in enumerate(zip(row, self.columns, strict=True)):
            room = edges[k + 1] - edges[k] - 5
            if k == self.wrap:
                out.append(wrapped(cell, room, self.size))
            else:
                out.append([cell if column.math and "$" in cell else shortened(cell, room, self.size)])
        return out

    def _head(self, sheet: Sheet, y: float, edges: Sequence[float]) -> None:
        for k, column in enumerate(self.columns):
            sheet.text(
                self._at(k, edges),
                y + self.size,
                column.head,
                size=self.size,
                color=GREY,
                align=column.align,
                math=column.math,
            )
        sheet.rule(y + LEADING * self.size + 1, width=edges[-1])

    def _at(self, k: int, edges: Sequence[float]) -> float:
        return edges[k + 1] - 5 if self.columns[k].align == "right" else edges[k]

    def _setter(self, cells: Sequence[Sequence[str]], edges: Sequence[float]) -> Callable[[Sheet, float], None]:
        def draw(sheet: Sheet, y: float) -> None:
            for k, (column, texts) in enumerate(zip(self.columns, cells, strict=True)):
                for row, text in enumerate(texts):
                    if text:
                        sheet.text(
                            self._at(k, edges),
                            y + self.size + row * LEADING * self.size,
                            text,
                            size=self.size,
                            align=column.align,
                            math=column.math,
                        )

        return draw


@dataclass(frozen=True, slots=True)
class Drawing:
    """Axes of a given height; pads leave room for the labels."""

    height: float
    draw: Callable[[Axes], object]
    left: float = 0.0
    right: float = 0.0

    def lines(self, width: float) -> Iterator[Line]:
        """One piece."""

        def draw(sheet: Sheet, y: float) -> None:
            self.draw(sheet.axes(self.left, y, sheet.width - self.left - self.right, self.height))

        yield Line(self.height, 0.0, draw)
