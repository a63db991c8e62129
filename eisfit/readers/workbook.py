"""Workbooks of Excel and OpenDocument, `.xlsx`, `.xlsm` and `.ods` (an optional extra).

Usage: every sheet is read as a plain table, with its column line, units row, spectra side by side and so on; the
spectra of all sheets are one file's. A sheet without a table is passed over with a note. Formulas give the values that
were stored with the file.
"""

from __future__ import annotations

import io
import struct
import warnings
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import replace
from typing import NamedTuple

from eisfit.errors import CorruptFile, EmptyFile, MissingDependency, ReadError, UnknownFormat, how_to_install
from eisfit.readers._base import Content, File, reader
from eisfit.readers.tabular import opendocument, read_table
from eisfit.readers.tabular.parts import joined
from eisfit.readers.tabular.sheet import Room, Row, TooLarge, text_of, without_strays
from eisfit.spectrum import Note

LARGEST = 400_000_000
"""Bytes that a workbook may have when it is unpacked."""
PACKED = 100
"""How many times a workbook may be larger unpacked, beyond SMALL bytes: cells of numbers pack five to thirty times."""
SMALL = 20_000_000
BROKEN = (
    *(ValueError, KeyError, IndexError, TypeError, AttributeError, OSError, EOFError, NotImplementedError),
    *(RuntimeError, zipfile.BadZipFile, zlib.error, struct.error, SyntaxError, OverflowError, MemoryError),
)
"""What the libraries raise for damaged files; of XML it is a SyntaxError."""


class Sheet(NamedTuple):
    """A sheet by its name, as text with tabs between the cells, and sentences on cells that were passed over."""

    name: str
    text: str
    strays: list[str]


def kind(head: bytes) -> str | None:
    """Which kind of workbook a zip file is, None for others."""
    if not head.startswith(b"PK\x03\x04"):
        return None
    if b"opendocument.spreadsheet" in head:
        return "ods"
    return "xlsx" if b"[Content_Types].xml" in head or b"xl/" in head or b"docProps/" in head else None


@reader(
    name="workbook",
    vendor="Excel, OpenDocument",
    extensions=(".xlsx", ".xlsm", ".ods"),
    sniff=lambda head: kind(head) is not None,
    library="openpyxl (extra: excel) for Excel",
)
def read(file: File) -> Content:
    """Workbooks with one or many sheets of tables, one or many spectra each."""
    parts, names, notes = [], [], []
    wrong: ReadError | None = None
    for name, text, strays in sheets(file):
        notes += [Note("ignored", file.shown, sentence) for sentence in strays]
        try:
            wishes = replace(file.wishes, titles=(name,))
            parts.append(read_table(File(file.path, text.encode(), f"{file.shown}, sheet {name}", wishes)))
            names.append(name)
        except UnknownFormat:
            notes.append(Note("ignored", file.shown, f"sheet {name} holds no table of spectra"))
        except (CorruptFile, EmptyFile) as error:
            wrong = wrong or error
            notes.append(Note("skipped", file.shown, f"sheet {name} is not read: it {error.message}"))
    if not parts:
        raise wrong or CorruptFile("no sheet holds a table of spectra", file.shown)
    found = joined(parts if len(parts) == 1 else list(map(labelled, parts, names)), file.shown)
    return found.with_notes(notes)


def labelled(content: Content, sheet: str) -> Content:
    """A content whose spectra go by the name of their sheet."""
    count = len(content.spectra)
    names = [s.label or (sheet if count == 1 else f"{sheet}#{i + 1}") for i, s in enumerate(content.spectra)]
    return replace(content, spectra=tuple(s.with_(label=n) for s, n in zip(content.spectra, names, strict=True)))


def sheets(file: File) -> list[Sheet]:
    """The sheets with any cell in them."""
    room = Room(len(file.data))
    read = _opendocument if kind(file.head) == "ods" else _excel
    try:
        check_size(file)
        found = [sheet_of(name, rows, room) for name, rows in read(file, room)]
    except ImportError:
        hint = how_to_install("openpyxl", "excel")
        raise MissingDependency(f"workbooks need the package openpyxl; {hint}", file.shown) from None
    except TooLarge as error:
        raise CorruptFile(str(error), file.shown) from None
    except BROKEN:
        raise CorruptFile(
            "is no workbook that can be read: it is damaged, locked or cut; save it again as .xlsx or .csv", file.shown
        ) from None
    return [sheet for sheet in found if sheet.text.strip()]


def sheet_of(name: str, rows: list[tuple[int, Row]], room: Room) -> Sheet:
    """A sheet from its filled cells."""
    filled, strays = without_strays(rows)
    notes = [
        f"sheet {name}: a single cell in row {number + 1}, far below the table, is passed over" for number in strays
    ]
    return Sheet(name, text_of(filled, room), notes)


def _opendocument(file: File, room: Room) -> Iterator[tuple[str, list[tuple[int, Row]]]]:
    with zipfile.ZipFile(io.BytesIO(file.data)) as archive:
        yield from opendocument.sheets(archive, room)


def _excel(file: File, room: Room) -> Iterator[tuple[str, list[tuple[int, Row]]]]:
    from openpyxl import load_workbook

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        book = load_workbook(io.BytesIO(file.data), read_only=True, data_only=True, keep_links=False)
        for sheet in book.worksheets:
            sheet.reset_dimensions()  # what a file says of its size is not believed
            rows: list[tuple[int, Row]] = []
            for number, cells in enumerate(sheet.iter_rows(values_only=True)):
                room.take(len(cells))
                if row := {column: value for column, value in enumerate(cells) if value is not None}:
                    rows.append((number, row))
            yield str(sheet.title), rows


def check_size(file: File) -> None:
    """Raises TooLarge for a workbook that would fill the memory when unpacked."""
    with zipfile.ZipFile(io.BytesIO(file.data)) as archive:
        size = sum(entry.file_size for entry in archive.infolist())
    if size > LARGEST or size > max(SMALL, PACKED * len(file.data)):
        raise TooLarge(f"is {size / 1e6:.0f} MB when unpacked, far more than a file of its size holds")
