"""Gamry Framework files, `.dta`.

Usage: every table whose name begins with ZCURVE is read, each sweep is a spectrum; aborted runs give the points that
were measured. Tables named after the electrodes of one cell (ZCURVE_WE, ZCURVE_CE) are its electrodes. DATE and TIME of
the header are the zero of the column Time. The default area of 1 cm2 is a placeholder. Files of techniques without
impedance (CV, OCV, charge curves) are refused.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from eisfit.errors import EmptyFile
from eisfit.readers._base import Content, File, reader
from eisfit.readers.tabular.blocks import of_one_cell
from eisfit.readers.tabular.dates import local_time
from eisfit.readers.tabular.electrodes import of_labels
from eisfit.readers.tabular.parts import joined, of_lines
from eisfit.readers.tabular.text import Line, lines, plain
from eisfit.readers.tabular.units import unit_of
from eisfit.regular import regex
from eisfit.spectrum import Cell

CURVE = "ZCURVE"
TABLE = regex(r"^(\w+)\tTABLE\b")
ROW = regex(r"\s+\d+\s")
DEFAULT_AREA = 1.0


@reader(
    name="gamry",
    vendor="Gamry",
    extensions=(".dta",),
    sniff=lambda head: head.lstrip(b"\xef\xbb\xbf").startswith(b"EXPLAIN"),
    seen="Framework 7.05 to 7.11",
)
def read(file: File) -> Content:
    """Gamry .DTA files of potentiostatic, galvanostatic and hybrid EIS; several ZCURVE tables; aborted runs."""
    header, tables = parts_of(file.data)
    curves = {name: rows for name, rows in tables.items() if name.upper().startswith(CURVE)}
    if not curves:
        title = " ".join(header.get("TITLE", ["", ""])[1:2]) or "no impedance technique"
        listed = ", ".join(tables) or "none"
        raise EmptyFile(f"holds no impedance ({title}; its tables: {listed})", file.shown)
    start, cell = started(header), cell_of(header)
    parts = [curve(rows, file.shown, start, cell) for rows in curves.values()]
    named = of_labels([name[len(CURVE) :] for name in curves])
    if named is not None:
        return of_one_cell(dict(zip(named, parts, strict=True)), file.wishes.electrode, file.shown)
    return joined(parts, file.shown)


def parts_of(data: bytes) -> tuple[dict[str, list[str]], dict[str, list[Line]]]:
    """The lines of the header by their tags, and the lines of each table by its name.

    Rows are indented. Numbered ones that follow no head of a table belong to the table before, and so does what is
    between them: damaged rows.
    """
    header: dict[str, list[str]] = {}
    tables: dict[str, list[Line]] = {}
    rows: list[Line] | None = None
    outside: list[Line] = []
    for line in lines(plain(data)):
        found = TABLE.match(line.text)
        if found:
            rows, outside = tables.setdefault(found[1], []), []
        elif line.text[:1].isspace():
            if rows is not None and (not outside or ROW.match(line.text)):
                rows += [*outside, line]
                outside = []
        elif line.text.strip():
            outside.append(line)
            cells = line.text.split("\t")
            header.setdefault(cells[0], cells[1:])
    return header, tables


def curve(rows: Sequence[Line], shown: str, start: datetime | None, cell: Cell | None) -> Content:
    """The content of one table: names, units, rows."""
    if len(rows) < 2:
        raise EmptyFile("holds a table of impedances without rows", shown)
    names, units = rows[0].text.split(), rows[1].text.split()
    if any(unit_of(unit) for unit in units):
        whole = len(units) == len(names)
        names = [n if unit_of(u) is None else f"{n}/{u}" for n, u in zip(names, units, strict=True)] if whole else names
        rows = rows[1:]
    return of_lines(tuple(names), rows[1:], shown, start=start, cell=cell)


def started(header: dict[str, list[str]]) -> datetime | None:
    """The date and time at the top; with points between the numbers the day stands first."""
    date, time = (" ".join(header.get(name, ["", ""])[1:2]) for name in ("DATE", "TIME"))
    return local_time(f"{date} {time}", day_first="." in date)


def cell_of(header: dict[str, list[str]]) -> Cell | None:
    """The area, where it is not the default."""
    try:
        area = float(header.get("AREA", ["", ""])[1].replace(",", "."))
    except (IndexError, ValueError):
        return None
    return Cell(area_cm2=area) if area > 0 and area != DEFAULT_AREA else None
