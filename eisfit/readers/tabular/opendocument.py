"""The sheets of an OpenDocument spreadsheet (ISO/IEC 26300, part 1: 9.1 tables, 19.385 values of cells).

Read as a stream: neither the depth of the document nor what is said to be repeated is believed beyond what is there.
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from contextlib import suppress
from typing import IO, TYPE_CHECKING, Any

from eisfit.readers.tabular.sheet import Room, Row

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

NAMES = "urn:oasis:names:tc:opendocument:xmlns:"
TABLE, OFFICE, TEXT = (f"{{{NAMES}{part}:1.0}}" for part in ("table", "office", "text"))
CELLS = frozenset({f"{TABLE}table-cell", f"{TABLE}covered-table-cell"})
DEEPEST = 100
"""Elements in elements; a sheet is about ten deep."""
LONGEST = 32_767
"""Characters of a cell, the most that Excel allows."""


def sheets(archive: zipfile.ZipFile, room: Room) -> Iterator[tuple[str, list[tuple[int, Row]]]]:
    """Each sheet by its name, with the filled cells of its rows. Raises ValueError, TooLarge, and what XML raises."""
    with archive.open("content.xml") as stream:
        for table in _tables(stream):
            name = table[0].get(f"{TABLE}name", "")
            yield name, list(_rows(table[1], room))


def _tables(stream: IO[bytes]) -> Iterator[tuple[Element, list[tuple[int, list[tuple[int, object]]]]]]:
    """Each sheet as its element and its rows: how often a row stands there, and its cells as (how often, value)."""
    from xml.etree.ElementTree import iterparse

    rows: list[tuple[int, list[tuple[int, object]]]] = []
    cells: list[tuple[int, object]] = []
    depth = 0
    for event, element in iterparse(stream, events=("start", "end")):
        depth += 1 if event == "start" else -1
        if depth > DEEPEST:
            raise ValueError("elements in elements")
        if event == "start":
            continue
        if element.tag in CELLS:
            cells.append((_count(element, "columns"), _value(element)))
            element.clear()
        elif element.tag == f"{TABLE}table-row":
            rows.append((_count(element, "rows"), cells))
            cells = []
            element.clear()
        elif element.tag == f"{TABLE}table":
            yield element, rows
            rows = []
            element.clear()


def _count(element: Element, what: str) -> int:
    return max(int(element.get(f"{TABLE}number-{what}-repeated", "1")[:9]), 1)


def _rows(rows: list[tuple[int, list[tuple[int, object]]]], room: Room) -> Iterator[tuple[int, Row]]:
    number = 0
    for times, cells in rows:
        filled = sum(count for count, value in cells if value is not None)
        if filled:
            room.take(filled * times)
            row: dict[int, Any] = {}
            column = 0
            for count, value in cells:
                if value is not None:
                    row |= dict.fromkeys(range(column, column + count), value)
                column += count
            yield from ((number + i, row) for i in range(times))
        number += times


def _value(cell: Element) -> object:
    """The value of a cell: a number, a date as text, a text; None for an empty one."""
    kind = cell.get(f"{OFFICE}value-type")
    if kind in ("float", "percentage", "currency"):
        with suppress(ValueError):
            return float(cell.get(f"{OFFICE}value", ""))
    if kind == "date":
        return cell.get(f"{OFFICE}date-value") or None
    text = "\n".join("".join(_said(part)) for part in cell.iter(f"{TEXT}p"))
    return text[:LONGEST] or None


def _said(paragraph: Element) -> Iterator[str]:
    """The words of a paragraph, with the blanks that stand as elements."""
    for element in paragraph.iter():
        if element.tag == f"{TEXT}s":
            yield " " * min(int(element.get(f"{TEXT}c", "1")[:3]), 99)
        yield element.text or ""
        if element is not paragraph:
            yield element.tail or ""
