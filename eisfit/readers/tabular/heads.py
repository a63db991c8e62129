"""What stands above plain rows: files of one program often share it, and the layout of all is that of the first."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from eisfit.readers.tabular.shape import LEAST, PREAMBLE, SAMPLE
from eisfit.regular import regex

NUMBER = rb"[-+]?\d++(?:\.\d*+)?(?:[eE][-+]?\d++)?"
FIRST = {mark: regex(rb"%b(?:%b%b){%d,}\r?\n" % (NUMBER, mark, NUMBER, LEAST - 1)) for mark in (b"\t", b";", b",")}
"""A row of plain numbers, by what separates them."""
LARGE = 1 << 20
"""A larger file is looked at line by line: its layout costs nothing beside its numbers."""


class Head(NamedTuple):
    """The bytes above rows of plain numbers, what separates these, and how many stand in a row."""

    above: bytes
    mark: bytes
    width: int

    def with_rows(self) -> bytes:
        """A table of this layout: it depends on the head alone, as all rows below it are plain."""
        return self.above + (self.mark.join([b"1"] * self.width) + b"\n") * (2 * SAMPLE)


def head_of(data: bytes) -> Head | None:
    """The head of a table in plain bytes, None where not all lines below its first row are as plain and as long."""
    return _head_of(data) if len(data) <= LARGE else None


@lru_cache(maxsize=1)  # a small file is asked for twice
def _head_of(data: bytes) -> Head | None:
    start = 0
    for _ in range(PREAMBLE):
        for mark, row in FIRST.items():
            found = row.match(data, start)
            if found is not None:
                width = found[0].count(mark) + 1
                return Head(data[:start], mark, width) if rows(mark, width).fullmatch(data, start) else None
        start = data.find(b"\n", start) + 1
        if not start:
            return None
    return None


@lru_cache(maxsize=64)
def rows(mark: bytes, width: int) -> re.Pattern[bytes]:
    """Rows of so many plain numbers, the last one with or without its end of line."""
    row = rb"%b(?:%b%b){%d}" % (NUMBER, mark, NUMBER, width - 1)
    return re.compile(rb"(?:%b\r?\n)*+(?:%b)?" % (row, row))
