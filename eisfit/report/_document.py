"""The report as data: blocks that pages yield, and the PDF that typst sets from them by `report.typ`.

A page knows no coordinates. What it says reaches typst as data, never as markup; what it draws is a figure of
matplotlib, handed over as SVG. The same blocks give the same bytes.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from typing import Any, Literal, NamedTuple

import matplotlib
from matplotlib.axes import Axes
from matplotlib.figure import Figure as Canvas

from eisfit.errors import OptionError
from eisfit.plots.frames import frames
from eisfit.plots.labels import families, shown, spoken
from eisfit.plots.style import ALARM, palette
from eisfit.plots.svg import drawn, width_of
from eisfit.plots.symbols import Run, runs
from eisfit.plots.ticks import left_of
from eisfit.verdicts import Verdict

PAPERS = {"a4": ("a4", 595.28, 841.89), "letter": ("us-letter", 612.0, 792.0)}
"""Name of typst, width and height in points."""
MARGIN, ABOVE_BELOW = 48.0, 140.0
"""Room at the sides; above and below together, with the title of a page."""
HEAD = 85
"""Letters of the name of the cell at the head of every page."""
GUTTER = 12.0
"""Between the columns of a grid, points."""
LOOK = Path(__file__).with_name("report.typ")
ACCESSIBLE, ARCHIVED = "ua-1", "a-2a"
"""PDF/UA-1: tagged, every figure with words for those who cannot see it. PDF/A-2a as well, where there is a date."""

Look = Literal["body", "strong", "note"]


class Layout(NamedTuple):
    """What the reader of the report asked for: paper, whether each spectrum gets its place, tracks in ohm cm2."""

    paper: str = "a4"
    every_spectrum: bool | None = None
    per_area: bool = False

    @property
    def width(self) -> float:
        """Width between the margins, points."""
        return PAPERS[self.paper][1] - 2 * MARGIN

    def spare(self, blocks: Iterable[Block]) -> float:
        """About how much of the height of a page some blocks leave, points."""
        return PAPERS[self.paper][2] - ABOVE_BELOW - sum(_high(block, self.width) for block in blocks)


def layout_of(paper: str, every_spectrum: bool | None = None, per_area: bool = False) -> Layout:
    """The layout for a paper of this name. Raises OptionError."""
    if paper not in PAPERS:
        raise OptionError(f"unknown paper {paper!r}: choose one of {', '.join(PAPERS)}")
    return Layout(paper, every_spectrum, per_area)


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading that stays with what follows; `named` puts it into the outline."""

    text: str
    named: bool = True


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Running text; with a bullet one of a list; `math`: symbols between dollar signs; `leads`: to what follows."""

    text: str
    look: Look = "body"
    bullet: bool = False
    math: bool = False
    leads: bool = False


class Column(NamedTuple):
    """One column of a table: its head, its share of the width, how it is set; `math`: symbols between dollar signs."""

    head: str
    share: float
    align: Literal["left", "right"] = "left"
    math: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of texts under heads, which are repeated on every page; `small` for tables to look something up in."""

    columns: Sequence[Column]
    rows: Sequence[Sequence[str]]
    small: bool = False


@dataclass(frozen=True, slots=True)
class Figure:
    """A drawing of this height in points and of the width at hand, with the words that stand for it."""

    draw: Callable[[Canvas], object]
    height: float
    alt: str
    title: str = ""
    caption: str = ""


@dataclass(frozen=True, slots=True)
class Grid:
    """Blocks beside each other, in columns with these shares of the width; more shares: empty columns."""

    columns: Sequence[Sequence[Block]]
    shares: Sequence[float] = ()


@dataclass(frozen=True, slots=True)
class Break:
    """What follows begins on a new page."""


Block = Heading | Paragraph | Verdict | Table | Figure | Grid | Break


class Chapter(NamedTuple):
    """A title and its blocks; a chapter without blocks is left out."""

    title: str
    blocks: Iterable[Block]


def _high(block: Block, width: float) -> float:
    """About how high a block is set, points."""
    match block:
        case Figure(height=height, title=title, caption=caption):
            return height + 16 * bool(title) + 12 * (1 + len(caption) // (width / 3.8)) * bool(caption) + 6
        case Grid(columns):
            return max(sum(_high(inner, width / len(columns)) for inner in column) for column in columns)
        case Table(_, rows):
            return 10.8 * (len(rows) + 1) + 12
        case Verdict(text) | Paragraph(text):
            return 10.5 * (1 + len(text) // ((width - 45) / 4.1)) + 1.5
        case _:
            return 0.0


def panel(
    *plots: Callable[[Axes], object], left: float = 38.0, right: float = 6.0, top: float = 6.0, bottom: float = 27.0
) -> Callable[[Canvas], object]:
    """A drawing of axes beside each other, each with this room around it, points; labels that need it get more."""

    def draw(canvas: Canvas) -> None:
        shares, gap = [1.0] * len(plots), (left + right, 0.0)
        (row,) = frames(canvas, columns=shares, left=left, right=right, top=top, bottom=bottom, gap=gap)
        for ax, plot in zip(row, plots, strict=True):
            plot(ax)
            if (more := (left_of(ax, width_of) - left) / (72 * canvas.get_size_inches()[0])) > 0:
                box = ax.get_position(original=True)
                ax.set_position((box.x0 + more, box.y0, box.width - more, box.height))

    return draw


def compiled(
    chapters: Iterable[Chapter],
    *,
    title: str,
    cell: str,
    program: str,
    layout: Layout,
    measured: datetime | None = None,
    run: str = "",
) -> bytes:
    """The PDF of some chapters, in the current style of matplotlib.

    measured: its date, that of the data; run: the identity of the run that it belongs to.
    """
    import typst

    files: dict[str, bytes] = {"main.typ": LOOK.read_bytes()}
    setter = _Setter(files)
    said = [
        {"title": chapter.title, "blocks": blocks}
        for chapter in chapters
        if (blocks := _led([setter.data(block, layout.width) for block in chapter.blocks]))
    ]
    date, look = _date(measured), _style()
    head = cell if len(cell) <= HEAD else f"{cell[:HEAD]} …"
    report = {
        "title": shown(title), "cell": shown(cell), "head": shown(head), "program": program,
        "paper": PAPERS[layout.paper][0],
        "margin": MARGIN, "gutter": GUTTER, "style": look, "chapters": said, "dated": date is not None, "run": run,
    }  # fmt: skip
    look["fonts"] = fonts = families(json.dumps(report, ensure_ascii=False))
    files["report.json"] = json.dumps(report, ensure_ascii=False).encode()
    document: Any = files
    standards: list[Any] = [ACCESSIBLE, ARCHIVED] if date is not None else [ACCESSIBLE]
    pdf: bytes = typst.compile(
        document, font_paths=_folders(fonts), ignore_system_fonts=True, pdf_standards=standards, timestamp=date
    )
    return pdf


def _led(blocks: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Blocks of which a figure, a grid or a table stays with the note that follows, and a text with its figure."""
    for block, then in pairwise(blocks):
        text = block["kind"] == "paragraph" and then["kind"] in ("figure", "grid")
        block["leads"] = (text and block["look"] == "body") or block.get("leads", False) or then.get("look") == "note"
    return blocks


def _date(measured: datetime | None) -> datetime | None:
    """That of SOURCE_DATE_EPOCH, else of the data, never of today: the same input makes the same bytes."""
    stated = os.environ.get("SOURCE_DATE_EPOCH")
    return datetime.fromtimestamp(int(stated), UTC) if stated else measured


def _style() -> dict[str, Any]:
    """Fonts, colours and sizes of the pages, from the style of the figures."""
    parameters: Any = matplotlib.rcParams
    size = float(parameters["font.size"])
    return {
        "body": size + 0.75, "note": size - 0.25, "small": size - 1.0,
        "ink": "#111111", "grey": "#5A5A5A", "rule": "#B8B8B8", "alarm": ALARM, "calm": palette()[5 % len(palette())],
    }  # fmt: skip


def _folders(fonts: Iterable[str]) -> list[str]:
    """Folders of fonts, that of matplotlib first."""
    from matplotlib.font_manager import FontProperties, findfont

    own = str(Path(matplotlib.get_data_path()) / "fonts" / "ttf")
    return list(dict.fromkeys([own, *(str(Path(findfont(FontProperties(family=[name]))).parent) for name in fonts)]))


class _Setter:
    """Turns blocks into data and their drawings into files."""

    def __init__(self, files: dict[str, bytes]) -> None:
        self.files = files

    def data(self, block: Block, width: float) -> dict[str, Any]:
        """A block as the look of the report reads it."""
        match block:
            case Verdict(sentence, tone, places, _):
                said: dict[str, Any] = {"text": _spoken(sentence), "tone": tone, "places": [*map(shown, places)]}
            case Table():
                said = self._table(block)
            case Figure():
                said = self._figure(block, width)
            case Grid(columns, shares):
                said = self._grid(columns, shares or [1.0] * len(columns), width)
            case Heading() | Paragraph() | Break():
                said = asdict(block)
                text = said.get("text", "")
                plain = isinstance(block, Heading)
                said["text"] = shown(text) if plain else _runs(text) if said.get("math") else _spoken(text)
        return {"kind": type(block).__name__.lower(), **said}

    def _table(self, table: Table) -> dict[str, Any]:
        columns = table.columns
        rows = [
            [_runs(cell) if column.math else _spoken(cell) for cell, column in zip(row, columns, strict=True)]
            for row in table.rows
        ]
        heads = [{"head": _runs(c.head), "share": c.share, "align": c.align} for c in columns]
        return {"columns": heads, "rows": rows, "small": table.small}

    def _figure(self, figure: Figure, width: float) -> dict[str, Any]:
        canvas = Canvas(figsize=(width / 72, figure.height / 72), dpi=72)
        figure.draw(canvas)
        name = f"{len(self.files)}.svg"
        self.files[name] = drawn(canvas)
        return {
            "file": name, "height": figure.height, "alt": shown(figure.alt),
            "title": shown(figure.title), "caption": _spoken(figure.caption),
        }  # fmt: skip

    def _grid(self, columns: Sequence[Sequence[Block]], shares: Sequence[float], width: float) -> dict[str, Any]:
        room = width - GUTTER * (len(shares) - 1)
        cells = [
            [self.data(block, room * share / sum(shares)) for block in blocks]
            for blocks, share in zip(columns, shares, strict=False)
        ]
        return {"cells": cells, "shares": list(shares)}


def _runs(text: str) -> list[Mapping[str, Any]]:
    """A line with symbols between dollar signs, in pieces."""
    return _pieces(runs(text))


def _spoken(text: str) -> list[Mapping[str, Any]]:
    """A sentence in pieces."""
    return _pieces(spoken(text))


def _pieces(found: Iterable[Run]) -> list[Mapping[str, Any]]:
    style = {(True, False): "lean", (False, True): "sub", (True, True): "sub"}
    return [
        {"text": shown(text), "style": style.get((leaning, hanging), "")} for text, leaning, hanging in found if text
    ]
