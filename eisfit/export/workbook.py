"""One table as an Excel workbook, every number with all of its digits.

The parts are those of Office Open XML (ECMA-376, part 1: 18.2 workbooks, 18.3 worksheets), texts stand in their cells.
The usual libraries write 16 digits, with which a double does not always come back.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from html import escape
from pathlib import Path
from typing import Any

from eisfit.errors import DataError

MOST_ROWS = 1_048_575
"""Rows below the column line that a sheet has."""
BATCH = 4096
"""Rows that are written at once."""
NO_TEXT = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
"""Characters that XML does not have."""
EPOCH = (1980, 1, 1, 0, 0, 0)
SHEETS = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
KIND = "application/vnd.openxmlformats-officedocument.spreadsheetml"
PROPERTIES = "http://schemas.openxmlformats.org/officeDocument/2006/extended-properties"
HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
PARTS = {
    "[Content_Types].xml": f'<Types xmlns="{PACKAGE}/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    f'<Override PartName="/xl/workbook.xml" ContentType="{KIND}.sheet.main+xml"/>'
    f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{KIND}.worksheet+xml"/>'
    '<Override PartName="/docProps/app.xml" '
    'ContentType="application/vnd.openxmlformats-officedocument.extended-properties+xml"/></Types>',
    "_rels/.rels": f'<Relationships xmlns="{PACKAGE}/relationships">'
    f'<Relationship Id="rId1" Type="{RELATIONS}/officeDocument" Target="xl/workbook.xml"/>'
    f'<Relationship Id="rId2" Type="{RELATIONS}/extended-properties" Target="docProps/app.xml"/></Relationships>',
    "docProps/app.xml": f'<Properties xmlns="{PROPERTIES}"><Application>eisfit</Application></Properties>',
    "xl/workbook.xml": f'<workbook xmlns="{SHEETS}" xmlns:r="{RELATIONS}">'
    '<sheets><sheet name="{name}" sheetId="1" r:id="rId1"/></sheets></workbook>',
    "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{PACKAGE}/relationships">'
    f'<Relationship Id="rId1" Type="{RELATIONS}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
}


def write_workbook(path: Path, columns: Sequence[str], rows: Iterable[Sequence[Any]], *, name: str = "spectra") -> Path:
    """One sheet with a column line and rows of numbers, texts and None. Raises DataError for too many rows."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for part, text in PARTS.items():
            archive.writestr(entry(part), HEAD + text.replace("{name}", escape(name)))
        with archive.open(entry("xl/worksheets/sheet1.xml"), "w", force_zip64=True) as sheet:
            sheet.write(f'{HEAD}<worksheet xmlns="{SHEETS}"><sheetData>'.encode())
            for text in batches(columns, rows):
                sheet.write(text.encode())
            sheet.write(b"</sheetData></worksheet>")
    return path


def entry(name: str) -> zipfile.ZipInfo:
    """A part of the file without the time of its writing: equal tables are equal files."""
    info = zipfile.ZipInfo(name, EPOCH)
    info.compress_type = zipfile.ZIP_DEFLATED
    return info


def batches(head: Sequence[str], rows: Iterable[Sequence[Any]]) -> Iterator[str]:
    """The rows as XML, many at a time."""
    pending = [row_text(head)]
    for count, row in enumerate(rows, start=1):
        if count > MOST_ROWS:
            raise DataError(f"more than {MOST_ROWS} points do not fit into a sheet: write .csv or .parquet")
        pending.append(row_text(row))
        if len(pending) >= BATCH:
            yield "".join(pending)
            pending = []
    yield "".join(pending)


def row_text(row: Sequence[Any]) -> str:
    """One row as XML."""
    return f"<row>{''.join(map(cell_text, row))}</row>"


def cell_text(cell: Any) -> str:
    """One cell as XML; cells follow each other, so that an empty one has to be there."""
    if cell is None:
        return "<c/>"
    if isinstance(cell, int | float):
        return f"<c><v>{cell!r}</v></c>"
    text = escape(NO_TEXT.sub(" ", str(cell)))
    return f'<c t="inlineStr"><is><t xml:space="preserve">{text}</t></is></c>'
