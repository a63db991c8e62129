"""Workbooks of Excel and OpenDocument, `.xlsx`, `.xlsm` and `.ods` (an optional extra).

Usage: every sheet is read as a plain table, with its column line, units row, spectra side by side and so on; the
spectra of all sheets are one file's. A sheet without a table is passed over with a note. Formulas give the values that
were stored with the file.
"""

from __future__ import annotations

import io
import re
import struct
import warnings
import zipfile
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import takewhile
from types import MappingProxyType
from typing import Any, NamedTuple

from eisfit.errors import CorruptFile, EmptyFile, MissingDependency, ReadError, UnknownFormat, how_to_install
from eisfit.readers._base import Content, File, reader
from eisfit.readers.tabular import opendocument, read_table, says_nothing
from eisfit.readers.tabular.parts import joined
from eisfit.readers.tabular.sheet import Room, Row, TooLarge, text_of, without_strays
from eisfit.readers.tabular.units import unit_of
from eisfit.regular import regex
from eisfit.spectrum import Note

LARGEST = 400_000_000
"""Bytes that a workbook may have when it is unpacked."""
PACKED = 100
"""How many times a workbook may be larger unpacked, beyond SMALL bytes: cells of numbers pack five to thirty times."""
SMALL = 20_000_000
EMPTY: Mapping[int, Content] = MappingProxyType({})
MOST_REMARKS = 60
"""Lines of a sheet that may be one of remarks."""
DIGITS = regex(r'[\d+\-.,;|" \t\r]*')
"""A line that says nothing of another sheet: of numbers without exponents."""
MOST_SAID = 6000
"""Lines of other sheets and of comments, for each column line that they may speak of."""
MOST_SHEETS, PER_SHEET = 400, 500
"""Sheets that a workbook of any size may have, and bytes that each takes beyond that; an empty one takes as many."""
SHOWN = 40
"""Rows of a sheet whose forms of numbers are looked at."""
LITERAL = regex(r'(?P<digits>[0#?][0#?.,E+-]*?)(?P<thousands>,*)\s*"\s*(?P<unit>[^"]+?)\s*"')
"""The form of a number with a unit behind it: 0.00" kOhm"."""
NUMBERED, PORTS = regex(r"([A-Za-z])(\d+)"), regex(r"[1-4][1-4]")
"""A letter and a number, and the numbers that stand for two ports, as in S11."""
LISTING = regex(r"(?:^|/)workbook\w*\.xml$")
SHEET = regex(rb"<(?:\w+:)?sheet\s")
HIDDEN_ROW = regex(rb'<(?:\w+:)?row\b(?=[^>]*\bhidden="(?:1|true)")[^>]*?\br="(?P<row>\d{1,7})"[^>]*>')
HIDDEN_COLUMN = regex(rb'<(?:\w+:)?col\b[^>]*\bhidden="(?:1|true)"[^>]*>')
COMMENTS = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
BROKEN = (
    *(ValueError, KeyError, IndexError, TypeError, AttributeError, OSError, EOFError, NotImplementedError),
    *(RuntimeError, zipfile.BadZipFile, zlib.error, struct.error, SyntaxError, OverflowError, MemoryError),
)
"""What the libraries raise for damaged files; of XML it is a SyntaxError."""


class Sheet(NamedTuple):
    """A sheet by its name, as text with tabs between the cells, sentences on cells that were passed over, comments."""

    name: str
    text: str
    strays: list[str]
    comments: tuple[str, ...] = ()
    hidden: bool = False

    @property
    def remarks(self) -> tuple[str, ...]:
        """The lines of a sheet of words, none for one of numbers."""
        lines = [line.strip("\t") for line in self.text.splitlines() if line.strip()]
        return tuple(line for line in lines if not DIGITS.fullmatch(line)) if len(lines) <= MOST_REMARKS else ()

    @property
    def heads(self) -> set[str]:
        """The lines above its numbers that may name columns: of three cells and more."""
        above = takewhile(lambda line: not DIGITS.fullmatch(line), self.text.splitlines())
        return {line for line in above if line.count("\t") > 1}


class Unseen(NamedTuple):
    """What is hidden of a sheet: the whole, some columns, some rows."""

    sheet: bool = False
    columns: frozenset[int] = frozenset()
    rows: frozenset[int] = frozenset()

    def without(self, row: Row) -> Row:
        """The cells of a row that are seen."""
        return {i: cell for i, cell in row.items() if i not in self.columns} if self.columns else row

    def columns_of(self, rows: list[tuple[int, Row]]) -> int:
        """How many columns with cells in them are hidden."""
        return len({i for _, row in rows for i in row if i in self.columns}) if self.columns else 0


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
    every = sheets(file)
    found = [sheet for sheet in every if not sheet.hidden] or every
    tables, notes, wrong = read_sheets(file, found, ())
    names = {found[i].name for i in tables}
    remarks = tuple(dict.fromkeys(line for sheet in every if sheet.name not in names for line in sheet.remarks))
    if tables and remarks:
        tables, notes, wrong = read_sheets(file, found, remarks, tables)
    if not tables:
        raise wrong or CorruptFile("no sheet holds a table of spectra", file.shown)
    several = len(tables) > 1
    parts = [labelled(part, found[i].name) if several else part for i, part in tables.items()]
    content = joined(parts, file.shown)
    hidden = [f"sheet {sheet.name} is hidden and not read" for sheet in every if sheet not in found]
    return content.with_notes([*notes, *(Note("ignored", file.shown, sentence) for sentence in hidden)])


def in_a_row(names: Sequence[str]) -> frozenset[str]:
    """Names of sheets that are a letter and a number of which some cannot be those of ports: `s11` beside `s1` is a
    sample, no scattering parameter.
    """
    found = [(name, match) for name in names if (match := NUMBERED.fullmatch(name))]
    counted = {match[1] for _, match in found if not PORTS.fullmatch(match[2])}
    return frozenset(name for name, match in found if match[1] in counted)


def read_sheets(
    file: File, found: Sequence[Sheet], remarks: tuple[str, ...], before: Mapping[int, Content] = EMPTY
) -> tuple[dict[int, Content], list[Note], ReadError | None]:
    """The contents of the sheets that hold a table, notes on the others and what is wrong with the first of them.

    The remarks are what sheets without a table say, `before` are the contents without them.
    """
    tables: dict[int, Content] = {}
    notes: list[Note] = []
    wrong: ReadError | None = None
    refuse_crowd(file, found, remarks)
    samples = in_a_row([sheet.name for sheet in found])
    for i, sheet in enumerate(found):
        notes += [Note("ignored", file.shown, sentence) for sentence in sheet.strays]
        data, titles = sheet.text.encode(), (*([] if sheet.name in samples else [sheet.name]), *sheet.comments)
        wishes = file.wishes._replace(titles=(*titles, *remarks))
        try:
            if i in before and not file.wishes.columns and says_nothing(remarks, data, titles):
                tables[i] = before[i]
            else:
                tables[i] = read_table(File(file.path, data, f"{file.shown}, sheet {sheet.name}", wishes))
        except UnknownFormat:
            notes.append(Note("ignored", file.shown, f"sheet {sheet.name} holds no table of spectra"))
        except (CorruptFile, EmptyFile) as error:
            wrong = wrong or error
            notes.append(Note("skipped", file.shown, f"sheet {sheet.name} is not read: it {error.message}"))
    return tables, notes, wrong


def refuse_crowd(file: File, found: Sequence[Sheet], remarks: tuple[str, ...]) -> None:
    """Raises CorruptFile for tables of many kinds beside so many lines of words that to relate them takes long."""
    said = len(remarks) + max((len(sheet.comments) for sheet in found), default=0)
    heads = len(set().union(*(sheet.heads for sheet in found))) if said else 0
    if said * max(1, heads) > MOST_SAID:
        sentence = f"holds {heads} kinds of tables and {said} comments and lines of words, too many to relate"
        raise CorruptFile(f"{sentence}: save its sheets of spectra as a workbook of their own", file.shown)


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
        found = []
        for name, rows, unseen in read(file, room):
            found.append(sheet_of(name, rows, room, unseen))
            check_count(file, len(found))
        comments = _comments(file)
        found = [sheet._replace(comments=comments) for sheet in found]
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


def sheet_of(name: str, rows: list[tuple[int, Row]], room: Room, unseen: Unseen) -> Sheet:
    """A sheet from its filled cells that are seen."""
    seen = [(number, unseen.without(row)) for number, row in rows if number not in unseen.rows]
    filled, strays = without_strays(seen)
    notes = [
        f"sheet {name}: a single cell in row {number + 1}, far below the table, is passed over" for number in strays
    ]
    for count, what in ((unseen.columns_of(rows), "column"), (len(rows) - len(seen), "row")):
        if count:
            notes.append(f"sheet {name}: {count} hidden {what}{'' if count == 1 else 's'} passed over")
    return Sheet(name, text_of(filled, room), notes, hidden=unseen.sheet)


def _opendocument(file: File, room: Room) -> Iterator[tuple[str, list[tuple[int, Row]], Unseen]]:
    with zipfile.ZipFile(io.BytesIO(file.data)) as archive:
        yield from ((name, rows, Unseen()) for name, rows in opendocument.sheets(archive, room))


def _excel(file: File, room: Room) -> Iterator[tuple[str, list[tuple[int, Row]], Unseen]]:
    from openpyxl import load_workbook

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        book = load_workbook(io.BytesIO(file.data), read_only=True, data_only=True, keep_links=False)
    check_count(file, len(book.worksheets))
    parts: dict[str, tuple[int, list[tuple[int, Row]], Unseen]] = {}
    with zipfile.ZipFile(io.BytesIO(file.data)) as archive, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        there = frozenset(archive.namelist())
        for sheet in book.worksheets:
            path = str(getattr(sheet, "_worksheet_path", ""))
            if path in parts:  # of another sheet too
                room.take(parts[path][0])
            else:
                before = room.used
                rows = _rows(sheet, room)
                unseen = unseen_in(archive.read(path) if path in there else b"")
                parts[path] = (room.used - before, rows, unseen)
            _, rows, unseen = parts[path]
            hidden = getattr(sheet, "sheet_state", "visible") != "visible"
            yield str(sheet.title), rows, unseen._replace(sheet=hidden)


def _rows(sheet: Any, room: Room) -> list[tuple[int, Row]]:
    """The rows of a sheet of Excel with any cell in them, numbers with the unit that is shown behind them."""
    sheet.reset_dimensions()  # what a file says of its size is not believed
    rows: list[tuple[int, Row]] = []
    for number, cells in enumerate(sheet.iter_rows(values_only=True)):
        room.take(len(cells))
        if row := {column: value for column, value in enumerate(cells) if value is not None}:
            rows.append((number, row))
    units = _units_shown(sheet)
    return [(number, {c: _in_unit(value, units.get(c)) for c, value in row.items()}) for number, row in rows]


def unseen_in(data: bytes) -> Unseen:
    """What is hidden in the part of a sheet of Excel: columns, rows (by a filter too), counted from 0."""
    rows = {int(tag["row"]) - 1 for tag in HIDDEN_ROW.finditer(data)}
    columns: set[int] = set()
    for tag in HIDDEN_COLUMN.finditer(data[: data.find(b"<sheetData")]):
        first, last = (re.search(rb'\b%s="(\d{1,5})"' % end, tag[0]) for end in (b"min", b"max"))
        if first and last:
            columns |= set(range(int(first[1]) - 1, int(last[1])))
    return Unseen(False, frozenset(columns), frozenset(rows))


def _units_shown(sheet: Any) -> dict[int, str]:
    """The units that the forms of numbers show behind those of a column, by its place."""
    units: dict[int, str] = {}
    for cells in sheet.iter_rows(max_row=SHOWN):
        for place, cell in enumerate(cells):
            form = str(getattr(cell, "number_format", "") or "")
            found = LITERAL.search(form) if '"' in form and isinstance(cell.value, int | float) else None
            if found is not None and not found["thousands"] and unit_of(found["unit"]) is not None:
                units[place] = found["unit"]
    return units


def _in_unit(value: object, unit: str | None) -> object:
    """A number with the unit that is shown behind it."""
    if unit is None or isinstance(value, bool) or not isinstance(value, int | float):
        return value
    return f"{value!r} {unit}"


def _comments(file: File) -> tuple[str, ...]:
    """The texts of the comments at cells, of all sheets."""
    out = []
    with zipfile.ZipFile(io.BytesIO(file.data)) as archive:
        for name in archive.namelist():
            if re.fullmatch(r"xl/(?:comments/?\w*|threadedComments/\w+)\.xml", name):
                for comment in comments_of(archive.read(name)):
                    out += [line for line in comment.splitlines() if line.strip()]
    return tuple(dict.fromkeys(out))


def comments_of(data: bytes) -> Iterator[str]:
    """The text of each comment in the part of a workbook that holds them."""
    from xml.etree.ElementTree import iterparse

    for _, element in iterparse(io.BytesIO(data)):
        if element.tag == f"{COMMENTS}comment":
            yield "".join(part.text or "" for part in element.iter(f"{COMMENTS}t"))
            element.clear()


def check_size(file: File) -> None:
    """Raises TooLarge for a workbook that would fill the memory when unpacked, or that names too many sheets."""
    with zipfile.ZipFile(io.BytesIO(file.data)) as archive:
        size = sum(entry.file_size for entry in archive.infolist())
    if size > LARGEST or size > max(SMALL, PACKED * len(file.data)):
        raise TooLarge(f"is {size / 1e6:.0f} MB when unpacked, far more than a file of its size holds")
    with zipfile.ZipFile(io.BytesIO(file.data)) as archive:
        for name in archive.namelist():
            if LISTING.search(name):
                check_count(file, len(SHEET.findall(archive.read(name))))


def check_count(file: File, count: int) -> None:
    """Raises TooLarge for more sheets than a file of this size holds."""
    if count > max(MOST_SHEETS, len(file.data) // PER_SHEET):
        raise TooLarge(f"names {count} sheets or more, far more than a file of its size holds")
