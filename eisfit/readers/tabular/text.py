"""Bytes of a text file, made plain: no byte order mark, one byte per ASCII character, \\n at the end of every line."""

from __future__ import annotations

import codecs
import unicodedata
from collections.abc import Iterator
from typing import NamedTuple

from eisfit.errors import CorruptFile
from eisfit.readers.tabular.encodings import recoded
from eisfit.regular import regex

WIDE = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
"""Marks of encodings with several bytes per character; the longer marks first."""


SQUARE = range(0x3300, 0x3400)
"""Signs that are whole units in one square, as Japanese text has them: kHz, kOhm."""
LATIN = "\u0100"
"""The first sign beyond those of one byte in Latin-1, which have their usual form."""
WIDTHS = range(0xFF01, 0xFFF0)
"""Letters of the width of a Chinese sign."""
LETTERS = {
    code: base
    for code in (*range(0xC0, 0x250), *range(0x370, 0x400), *range(0x1E00, 0x1F00))
    if (base := unicodedata.normalize("NFD", chr(code))[0]) != chr(code)
} | {ord(mark): plain for mark, plain in {"ł": "l", "Ł": "L", "ı": "i", "ø": "o", "Ø": "O", "đ": "d"}.items()}
"""Letters with accents and what they are without."""

NUMBERS_ALONE = regex(rb'(?:[\d+\-.,;|" \t\r]++|(?<=[\d.])[eE](?=[+-]?\d))*+')
"""A line without words, units and comments."""


HEAD, LEAST, MOSTLY = 400, 20, 0.8
"""Bytes that show an encoding, the fewest of them, and the part of them that is 0 for ASCII in two bytes."""
MINUS = regex(rb"(?<![\w)\]\x80-\xff])(?:\xe2\x88\x92|\xe2\x80[\x90-\x93])(?=\.?\d)|(?<=\d[eE])\xe2\x88\x92(?=\d)")
"""Signs of a minus before a number: U+2212, hyphens and the short dash."""
INVISIBLE = regex(rb"\xe2\x80[\x8b-\x8f]|\xe2\x81\xa0")
"""Spaces without width and marks of direction, in UTF-8."""


MOST_COLUMNS = 10_000
"""Columns of a table: a spectrum of a hundred points in each row has three hundred."""
MARKS = (b"\t", b";", b",", b"|")


class Line(NamedTuple):
    """One line of a text: 1-based number, where it begins in the bytes, its text without the end of line."""

    number: int
    start: int
    text: str


def plain(data: bytes) -> bytes:
    """The same text without byte order mark, in UTF-8, odd line ends (\\r, \\r\\r\\n) as \\n."""
    for mark, encoding in WIDE:
        if data.startswith(mark):
            data = data.decode(encoding, errors="replace").encode()
            break
    else:
        if (unmarked := wide_without_mark(data[:HEAD])) is not None:
            data = data.decode(unmarked, errors="replace").encode()
    if b"\xe2" in data:  # how all of these signs begin
        data = MINUS.sub(b"-", INVISIBLE.sub(b"", data))
    data = recoded(data.removeprefix(codecs.BOM_UTF8))
    head = data[:4096]
    if b"\r\r\n" in head:
        data = data.replace(b"\r\r\n", b"\n")
    elif b"\r" in head and b"\n" not in head:
        data = data.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    return data


def wide_without_mark(head: bytes) -> str | None:
    """The encoding of text of two bytes per sign without a mark in front, None for other bytes."""
    if len(head) < LEAST or b"\0\0" in head:
        return None
    for first, encoding in ((1, "utf-16-le"), (0, "utf-16-be")):
        if head[first::2].count(0) > MOSTLY * (len(head) // 2) and not head[1 - first :: 2].count(0):
            return encoding
    return None


def regular(text: str) -> str:
    """A text with letters and signs of double width, whole units in one sign and accents apart in their usual form."""
    if text.isascii() or max(text) < LATIN:
        return text
    wide = (unicodedata.normalize("NFKC", c) if ord(c) in WIDTHS or ord(c) in SQUARE else c for c in text)
    return unicodedata.normalize("NFC", "".join(wide)).replace("、", ",")


def unaccented(text: str) -> str:
    """A text whose Latin and Greek letters have no accents."""
    return text if text.isascii() else text.translate(LETTERS)


def decoded(raw: bytes) -> str:
    """Text of some bytes: UTF-8 where that is possible, otherwise Windows-1252 (the micro sign of EC-Lab), Latin-1."""
    for encoding in ("utf-8", "cp1252"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            pass
    return raw.decode("latin-1")


def end_of(data: bytes, line: Line) -> int:
    """Where the line after `line` begins."""
    end = data.find(b"\n", line.start)
    return len(data) if end < 0 else end + 1


def lines(data: bytes, start: int = 0, number: int = 1) -> Iterator[Line]:
    """The lines of plain bytes from `start`, which is the beginning of line `number`."""
    while start < len(data):
        end = data.find(b"\n", start)
        stop = len(data) if end < 0 else end
        yield Line(number, start, regular(decoded(data[start:stop])).rstrip("\r"))
        start, number = stop + 1, number + 1


def refuse_wide(data: bytes, shown: str) -> None:
    """Raises CorruptFile for a line of more cells than any table has; empty ones at its end are none."""
    start = 0
    while len(data) - start > MOST_COLUMNS:
        end = data.rfind(b"\n", start, start + MOST_COLUMNS + 1)  # shorter lines have no such number of cells
        if end < 0:
            end = data.find(b"\n", start)
            end = len(data) if end < 0 else end
            line = data[start:end].strip(b" \t\r,;|")
            cells = max(len(line.split()), 1 + max(map(line.count, MARKS)))
            if cells > MOST_COLUMNS:
                refuse_many(cells, shown, 1 + data.count(b"\n", 0, start))
        start = end + 1


def refuse_many(columns: int, shown: str, line: int | None = None) -> None:
    """Raises CorruptFile for more columns than any table has."""
    if columns > MOST_COLUMNS:
        sentence = f"has {columns} columns, a table has {MOST_COLUMNS} at most: write its points below each other"
        raise CorruptFile(sentence, shown, line)


def worded(data: bytes, count: int) -> list[Line]:
    """Those of the first `count` lines of plain bytes that hold more than numbers and what separates them."""
    found = []
    start = 0
    for number in range(1, count + 1):
        end = data.find(b"\n", start)
        stop = len(data) if end < 0 else end
        if not NUMBERS_ALONE.fullmatch(data, start, stop):
            found.append(next(lines(data, start, number)))
        start = stop + 1
        if start >= len(data):
            break
    return found
