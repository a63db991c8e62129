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
from dataclasses import replace
from typing import Literal
from xml.etree.ElementTree import ParseError
from xml.sax import SAXException

from eisfit.errors import CorruptFile, EmptyFile, MissingDependency, ReadError, UnknownFormat, how_to_install
from eisfit.readers._base import Content, File, reader
from eisfit.readers.tabular.nested import tabbed
from eisfit.readers.tabular.parts import joined
from eisfit.readers.tabular.plain import read_table
from eisfit.spectrum import Note

Engine = Literal["openpyxl", "odf"]
PACKAGES: dict[Engine, str] = {"openpyxl": "openpyxl", "odf": "odfpy"}
LARGEST = 400_000_000
"""Bytes that a workbook may have when it is unpacked."""
BROKEN = (
    *(
        ValueError,
        KeyError,
        IndexError,
        TypeError,
        AttributeError,
        OSError,
        EOFError,
        NotImplementedError,
        RuntimeError,
    ),
    *(zipfile.BadZipFile, zlib.error, struct.error, ParseError, SAXException, OverflowError),
)
"""What the libraries raise for damaged files."""


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
    library="pandas with openpyxl or odfpy (extra: excel)",
)
def read(file: File) -> Content:
    """Workbooks with one or many sheets of tables, one or many spectra each."""
    parts, names, notes = [], [], []
    wrong: ReadError | None = None
    for name, text in sheets(file):
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


def sheets(file: File) -> list[tuple[str, str]]:
    """The sheets with any cell in them, by name, as text with tabs between the cells."""
    engine: Engine = "odf" if kind(file.head) == "ods" else "openpyxl"
    try:
        check_size(file)
        import pandas as pd

        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tables = pd.read_excel(io.BytesIO(file.data), sheet_name=None, header=None, engine=engine, dtype=object)
    except ImportError:
        hint = how_to_install(PACKAGES[engine], "excel")
        raise MissingDependency(f"workbooks need the package {PACKAGES[engine]}; {hint}", file.shown) from None
    except ReadError:
        raise
    except BROKEN as error:
        raise CorruptFile(
            f"is no workbook that can be read: {str(error)[:120] or type(error).__name__}", file.shown
        ) from None
    found = []
    for name, table in tables.items():
        rows = table.itertuples(index=False, name=None)
        text = tabbed(rows)
        if text.strip():
            found.append((str(name), text))
    return found


def check_size(file: File) -> None:
    """Raises CorruptFile for a workbook that would fill the memory when unpacked."""
    with zipfile.ZipFile(io.BytesIO(file.data)) as archive:
        if sum(entry.file_size for entry in archive.infolist()) > LARGEST:
            raise CorruptFile("is larger than 400 MB when unpacked", file.shown)
