"""Bytes of a text file, made plain: no byte order mark, one byte per ASCII character, \\n at the end of every line."""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from typing import NamedTuple

WIDE = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
"""Marks of encodings with several bytes per character; the longer marks first."""


class Line(NamedTuple):
    """One line of a text: 1-based number, where it begins in the bytes, its text without the end of line."""

    number: int
    start: int
    text: str


def plain(data: bytes) -> bytes:
    """The same text without byte order mark, wide encodings as UTF-8, odd line ends (\\r, \\r\\r\\n) as \\n."""
    for mark, encoding in WIDE:
        if data.startswith(mark):
            data = data.decode(encoding, errors="replace").encode()
            break
    data = data.removeprefix(codecs.BOM_UTF8)
    head = data[:4096]
    if b"\r\r\n" in head:
        data = data.replace(b"\r\r\n", b"\n")
    elif b"\r" in head and b"\n" not in head:
        data = data.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    return data


def decoded(raw: bytes) -> str:
    """Text of some bytes: UTF-8 where that is possible, Latin-1 otherwise (the micro sign of EC-Lab)."""
    try:
        return raw.decode()
    except UnicodeDecodeError:
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
        yield Line(number, start, decoded(data[start:stop]).rstrip("\r"))
        start, number = stop + 1, number + 1
