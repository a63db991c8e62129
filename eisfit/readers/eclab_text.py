"""BioLogic EC-Lab and BT-Lab text: `.mpt` files, and the `.txt` that EC-Lab exports, with or without its header.

Usage: the header is counted by its `Nb header lines`, the column line is its last one; files without header begin with
the column line. PEIS, GEIS, staircase and looped techniques give one spectrum per sweep; GCPL, CP, CA, OCV and Modulo
Bat give a piece of cycling record. `Acquisition started on` plus `time/s` is the time of a row (month first, as EC-Lab
writes it, unless the month would exceed 12). An electrode area or mass of 0.001 or less is EC-Lab's placeholder.
"""

from __future__ import annotations

import re
from itertools import islice
from typing import NamedTuple

from eisfit.errors import CorruptFile, EmptyFile
from eisfit.readers._base import Content, File, reader
from eisfit.readers.tabular.columns import is_readable, layout, needs
from eisfit.readers.tabular.dates import as_seconds, local_time
from eisfit.readers.tabular.modulus import check_modulus
from eisfit.readers.tabular.numbers import Block, numbers
from eisfit.readers.tabular.sweeps import content
from eisfit.readers.tabular.table import Table, check
from eisfit.readers.tabular.text import Line, decoded, end_of, lines, plain, refuse_wide
from eisfit.regular import regex
from eisfit.spectrum import Cell, Note

MAGIC = regex(rb"(?:\xef\xbb\xbf)?(?:EC|BT)-?Lab ASCII FILE", re.IGNORECASE)
COLUMN_LINE = regex(rb"(?:\xef\xbb\xbf)?[^\r\n]*(?:freq/Hz\t|time/s\t[^\r\n]*E(?:we|cell)>?/V)")
COUNT = regex(rb"Nb header lines\s*:\s*(\d+)")
FIELD = regex(
    r"^\s*(Acquisition started on|Electrode surface area|Mass of active material|Characteristic mass|Battery capacity)"
    r"\s*:[ \t]*(.*?)\s*$",
    re.MULTILINE,
)
LOOP = regex(r"^Loop \d+ from point number \d+ to (\d{1,9})\s*$", re.MULTILINE)
NUMBER = regex(r"[-+]?\d+(?:[.,]\d+)?(?:E[-+]?\d+)?", re.IGNORECASE)
FIRST_LINES = 400
"""Bytes in which the header states how many lines it has."""
LONGEST_HEADER = 2000
"""Lines in which the column line is looked for where the count of the header does not lead to it."""
LONGEST_HEADER_BYTES = 1 << 18
PLACEHOLDER = 0.001
UNITS = {
    "cm²": 1.0, "mm²": 1e-2, "m²": 1e4, "µm²": 1e-8, "mg": 1.0, "g": 1e3, "µg": 1e-3, "kg": 1e6,
    "mA.h": 1.0, "µA.h": 1e-3, "A.h": 1e3, "nA.h": 1e-6,
}  # fmt: skip
"""Factors to cm2, mg and mAh; with another unit nothing is known."""


class Header(NamedTuple):
    """What stands above the rows: the columns, where the rows begin, the fields of the header by name."""

    names: tuple[str, ...]
    start: int
    line: int
    fields: dict[str, str]
    rows: int
    """How many rows there are by the loops that the header lists, 0 where it lists none."""
    named: int
    """How many names the column line has, but for those that EC-Lab never writes."""


def sniff(head: bytes) -> bool:
    """The magic line, or a column line in EC-Lab's spelling at once."""
    return bool(MAGIC.match(head) or COLUMN_LINE.match(head))


@reader(name="eclab-text", vendor="BioLogic", extensions=(".mpt",), sniff=sniff, seen="EC-Lab 11.10 to 11.61")
def read(file: File) -> Content:
    """EC-Lab and BT-Lab .mpt and text exports: impedance techniques, loops, staircases, Modulo Bat, cycling."""
    data = plain(file.data)
    refuse_wide(data, file.shown)
    header = read_header(data, file.shown)
    data, start, _ = as_seconds(data, header.start)
    start = start or local_time(header.fields.get("Acquisition started on", ""))
    columns = layout(header.names)
    check(columns, file.shown, header.names)
    comma = data.find(b",", header.start) >= 0
    block = Block(data, header.start, header.line, "\t", comma, header.names, file.shown, grouped=False)
    rows = numbers(block, needs(columns))
    names = {name.strip() for name in header.names}
    table = Table(
        *(columns, rows.values, file.shown),
        start=start,
        cell=cell_of(header.fields),
        cycling="mode" in names,
        electrode=file.wishes.electrode,
    )
    if len(header.names) != header.named:
        check_modulus(table, len(header.names), header.named, header.line)
    missing = header.rows - len(rows.values)
    few = f"{missing} rows are missing: the header lists {header.rows}, the file holds {len(rows.values)} whole ones"
    gap = (Note("dropped", file.shown, few),) if missing > 0 and len(rows.values) else ()
    return content(table, (*rows.notes, *gap))


def read_header(data: bytes, shown: str) -> Header:
    """The header of a file, ending with the column line. Raises CorruptFile or EmptyFile where there is none."""
    found = COUNT.search(data, 0, FIRST_LINES)
    count = int(found[1]) if found and len(found[1]) < 8 else None
    line = counted_line(data, count or 1)
    if line is None or not is_column_line(line):
        line = next((line for line in islice(lines(data), LONGEST_HEADER) if is_column_line(line)), None)
    if line is None:
        raise no_columns(data, count, shown)
    fields: dict[str, str] = {}
    text = decoded(data[: line.start])
    for name, value in FIELD.findall(text):
        fields.setdefault(name, value)
    start = end_of(data, line)
    told = tuple(line.text.rstrip("\t ").split("\t"))
    names = written(told, next(lines(data, start), Line(0, 0, "")).text)
    unwritten = len(names) < len(told) and not told[len(names)].strip()
    listed = max((int(last) + 1 for last in LOOP.findall(text)), default=0) if "\nLoop " in text else 0
    return Header(names, start, line.number + 1, fields, listed, len(names) if unwritten else len(told))


def written(names: tuple[str, ...], row: str) -> tuple[str, ...]:
    """The names of the columns that the rows have.

    With the potential of the counter electrode recorded, EC-Lab 11.61 names two columns more than it writes; the first
    of them has an empty name. Other versions write a last column without a name. Whether the names stand where they
    should is then asked of |Z|.
    """
    cells = len(row.removesuffix("\t").split("\t"))
    if cells == len(names) + 1 and row.strip():
        return (*names, "unnamed")
    if cells == len(names) - 1 and is_readable(layout(names[:cells])):
        return names[:cells]
    return names[:cells] if cells < len(names) and not names[cells].strip() else names


def counted_line(data: bytes, count: int) -> Line | None:
    """The line of that number (from 1), None where it is not within the longest header."""
    start = 0
    for _ in range(count - 1):
        start = data.find(b"\n", start, LONGEST_HEADER_BYTES) + 1
        if not start:
            return None
    stop = data.find(b"\n", start)
    return Line(count, start, decoded(data[start : stop if stop >= 0 else len(data)]).rstrip("\r"))


def is_column_line(line: Line) -> bool:
    """True for the line that names the columns; open circuit (OCV) has no current among them."""
    if "\t" not in line.text.strip():
        return False
    columns = layout(tuple(line.text.rstrip("\t ").split("\t")))
    return is_readable(columns) or {"time", "potential"} <= columns.keys()


def no_columns(data: bytes, count: int | None, shown: str) -> CorruptFile | EmptyFile:
    """The error for a header that does not end with columns that can be used."""
    if count is None:
        return CorruptFile("no line names the columns (freq/Hz, Re(Z)/Ohm, -Im(Z)/Ohm)", shown)
    column_line = next((line for line in lines(data) if line.number == count), None)
    if column_line is None:
        return EmptyFile(f"ends within its header of {count} lines", shown)
    names = [name.strip() for name in column_line.text.split("\t") if name.strip()]
    listed = ", ".join(names[:8]) + (", ..." if len(names) > 8 else "")
    return CorruptFile(f"holds no impedance and no cycling; its columns are {listed or 'not named'}", shown, count)


def cell_of(fields: dict[str, str]) -> Cell | None:
    """Area, mass and capacity of a header, as far as they are no placeholders."""
    area = quantity(fields.get("Electrode surface area", ""))
    mass = quantity(fields.get("Mass of active material", "")) or quantity(fields.get("Characteristic mass", ""))
    capacity = quantity(fields.get("Battery capacity", ""))
    if area is mass is capacity is None:
        return None
    return Cell(area_cm2=area, mass_mg=mass, capacity_mAh=capacity)


def quantity(text: str) -> float | None:
    """A number in cm2, mg or mAh from its text with a unit; None for EC-Lab's placeholders of 0.001 and less."""
    found = NUMBER.match(text)
    value = float(found[0].replace(",", ".")) if found else 0.0
    if value <= PLACEHOLDER or found is None:
        return None
    factor = UNITS.get(text[found.end() :].strip().replace("\u03bc", "µ").replace("2", "²"))
    return None if factor is None else value * factor
