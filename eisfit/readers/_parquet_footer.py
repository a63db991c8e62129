"""How many numbers the columns of a Parquet file hold, by its own footer: pyarrow ends the process over a damaged one.

The footer is a FileMetaData of the Parquet format (github.com/apache/parquet-format, parquet.thrift) in the compact
protocol of Thrift: row groups (field 4) hold chunks of columns (1), these their metadata (3), and in them the number of
values (5). All else is stepped over.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

PATH = (4, 1, 3, 5)
"""Fields from the footer to the number of values of a chunk."""
DEEPEST = 40
"""Structures within structures: beyond it a footer is damaged."""
STOP, TRUE, FALSE, BYTE, DOUBLE, BINARY, LIST, SET, MAP, STRUCT = 0, 1, 2, 3, 7, 8, 9, 10, 11, 12
INTEGERS = (4, 5, 6)


def values_in(data: bytes) -> int:
    """Numbers in all columns of a file, those in lists each. Raises ValueError where its footer is damaged."""
    length = int.from_bytes(data[-8:-4], "little")
    if not 0 < length <= len(data) - 12:
        raise ValueError("its footer is longer than the file")
    counts = list(_Compact(data[-8 - length : -8]).found(PATH, 0))
    if any(count < 0 for count in counts):
        raise ValueError("its footer says that a column holds less than nothing")
    return sum(counts)


class _Compact:
    """Reads the compact protocol of Thrift from the front of some bytes."""

    def __init__(self, data: bytes) -> None:
        self.data, self.at = data, 0

    def found(self, path: Sequence[int], depth: int) -> Iterator[int]:
        """The integers at the end of a path of fields from the structure that begins here, which is read."""
        field = 0
        while (head := self.byte()) & 15 != STOP:
            kind, step = head & 15, head >> 4
            field = field + step if step else _signed(self.varint())
            if path and field == path[0]:
                yield from self.taken(kind, path[1:], depth + 1)
            else:
                self.skip(kind, depth + 1)

    def taken(self, kind: int, path: Sequence[int], depth: int) -> Iterator[int]:
        """The same from a value of a kind: a structure, a list of them, or the integer itself."""
        if kind == STRUCT and depth < DEEPEST:
            yield from self.found(path, depth)
        elif kind == LIST and depth < DEEPEST:
            for inner in self.elements():
                yield from self.taken(inner, path, depth + 1)
        elif kind in INTEGERS and not path:
            yield _signed(self.varint())
        else:
            raise ValueError("its footer is damaged")

    def skip(self, kind: int, depth: int) -> None:
        """Step over a value."""
        if kind in (LIST, SET):
            for inner in self.elements():
                self.element(inner, depth)
        elif kind == MAP:
            size = self.varint()
            kinds = self.byte() if size else 0
            for _ in range(size):
                self.element(kinds >> 4, depth)
                self.element(kinds & 15, depth)
        elif kind == STRUCT and depth < DEEPEST:
            for _ in self.found((), depth):
                pass
        elif kind in INTEGERS:
            self.varint()
        elif kind in (BYTE, DOUBLE, BINARY):
            self.step(1 if kind == BYTE else 8 if kind == DOUBLE else self.varint())
        elif kind not in (TRUE, FALSE):
            raise ValueError("its footer is damaged")

    def element(self, kind: int, depth: int) -> None:
        """Step over a value in a list, where a truth has a byte of its own."""
        if depth >= DEEPEST:
            raise ValueError("its footer is damaged")
        self.skip(BYTE if kind in (TRUE, FALSE) else kind, depth + 1)

    def elements(self) -> Iterator[Any]:
        """The kind of the elements of a list, once for each."""
        head = self.byte()
        size = head >> 4 if head >> 4 != 15 else self.varint()
        for _ in range(size):
            yield head & 15

    def byte(self) -> int:
        """The next byte."""
        self.step(1)
        return self.data[self.at - 1]

    def step(self, count: int) -> None:
        """Go on by so many bytes. Raises ValueError beyond the end."""
        if count > len(self.data) - self.at:
            raise ValueError("its footer is cut off")
        self.at += count

    def varint(self) -> int:
        """The next whole number, seven bits a byte, the low ones first."""
        out = shift = 0
        while True:
            byte = self.byte()
            out |= (byte & 127) << shift
            shift += 7
            if byte < 128:
                return out
            if shift > 63:
                raise ValueError("its footer holds a number that is too large")


def _signed(value: int) -> int:
    """The number of a zigzag: 0, -1, 1, -2 ... are written as 0, 1, 2, 3."""
    return (value >> 1) ^ -(value & 1)
