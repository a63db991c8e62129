"""The PDF file: pages one after the other, page numbers, outline, metadata; identical bytes for identical input."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from matplotlib.backends.backend_pdf import PdfPages

from eisfit.report._ink import Written
from eisfit.report._light import lighten
from eisfit.report._sheet import Sheet
from eisfit.report._type import add_texts


class Entry(NamedTuple):
    """One line of the outline: title, 0-based page, and whether it stands below the entry before it."""

    title: str
    page: int
    nested: bool = False


class Chapter(NamedTuple):
    """A title and its pages."""

    title: str
    sheets: Iterable[Sheet]


def write_pages(chapters: Iterable[Chapter], path: Path, *, cell: str, program: str) -> None:
    """Write every sheet into a PDF file with bookmarks: first the drawings, then the texts over them."""
    outline: list[Entry] = []
    texts: list[list[Written]] = []
    with PdfPages(path, metadata=_metadata(cell, program)) as pdf:
        for chapter in chapters:
            for k, sheet in enumerate(chapter.sheets):
                outline.extend(_entries(chapter.title, sheet, len(texts), first=k == 0))
                sheet.stamp(cell, chapter.title, len(texts) + 1, program)
                lighten(sheet.figure, sheet.ink)
                pdf.savefig(sheet.figure)
                texts.append(sheet.ink.lines)
    _complete(path, outline, texts)


def _entries(title: str, sheet: Sheet, page: int, *, first: bool) -> Iterator[Entry]:
    if first:
        yield Entry(title, page)
    if sheet.bookmark:
        yield Entry(sheet.bookmark, page, nested=True)


def _metadata(cell: str, program: str) -> dict[str, object]:
    """No date, unless SOURCE_DATE_EPOCH gives one: the same input makes the same bytes."""
    stated: dict[str, object] = {
        "Title": f"Impedance report: {cell}",
        "Subject": "Equivalent-circuit fits along a series",
        "Creator": program,
    }
    if not os.environ.get("SOURCE_DATE_EPOCH"):
        stated["CreationDate"] = None
    return stated


def _complete(path: Path, outline: Iterable[Entry], texts: list[list[Written]]) -> None:
    """Give a file of drawings its texts and bookmarks, in place."""
    from pypdf import PdfReader, PdfWriter

    writer = PdfWriter(clone_from=PdfReader(path))
    add_texts(writer, texts)
    parent = None
    for entry in outline:
        item = writer.add_outline_item(
            title=entry.title, page_number=entry.page, parent=parent if entry.nested else None
        )
        parent = parent if entry.nested else item
    writer.page_mode = "/UseOutlines"
    writer.pdf_header = "%PDF-1.7"
    with path.open("wb") as file:
        writer.write(file)
