"""Rows of text to numbers: in bulk where every cell is a number, else row by row with the line named.

The bulk conversion gives the same doubles as `float()` of each cell. Rows that cannot be whole (the last one of a file
that is still being written) are left out and counted; a cell that is no number stops the file.
"""

from __future__ import annotations

import contextlib
import csv
import io
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np

from eisfit.errors import CorruptFile
from eisfit.readers.tabular.text import lines
from eisfit.spectrum import Floats

MISSING = frozenset(
    {"", "-", "--", "nan", "na", "n/a", "null", "none", "#n/a", "#num!", "#div/0!", "#value!", "ovl", "ovld"}
)
"""Cells that stand for a number that is not there."""
COMMENTS = ("#", "%", "//", "!", "'")
FIXED = re.compile(r"[+-]?\d+[.,](\d+)E[+-]\d{3}$")
"""Numbers that an instrument prints with a fixed count of digits."""
TAIL = 1 << 14
"""Bytes at the end of the file in which the last rows are looked for."""


class Needs(NamedTuple):
    """Columns by index: in `must` every cell has to be a number, in `useful` text is told, in `names` it is numbered.

    Other columns may hold text, which gives NaN.
    """

    must: frozenset[int]
    useful: frozenset[int] = frozenset()
    names: frozenset[int] = frozenset()


class Block(NamedTuple):
    """Rows of a table inside plain bytes: where they begin, and how cells are told apart.

    delimiter None is any run of blanks; `names` are the headers, one per column; `line` is the number of the first row.
    """

    data: bytes
    start: int
    line: int
    delimiter: str | None
    comma: bool
    names: tuple[str, ...]
    shown: str

    @property
    def width(self) -> int:
        """The number of columns."""
        return len(self.names)


class Rows(NamedTuple):
    """values (N, M) of a block, and a sentence for each kind of row that was left out."""

    values: Floats
    dropped: tuple[str, ...] = ()


def numbers(block: Block, needs: Needs) -> Rows:
    """The numbers of a block.

    Raises CorruptFile with the line where a needed cell is no number.
    """
    end, dropped = whole_end(block)
    if end <= block.start:
        return Rows(np.empty((0, block.width)), dropped)
    values = in_bulk(block, end)
    if values is None:
        rows = Careful(block, needs).read(end)
        return Rows(rows.values, dropped + rows.dropped)
    return Rows(values, dropped)


def whole_end(block: Block) -> tuple[int, tuple[str, ...]]:
    """Where the last whole row ends, and a sentence where a torn row follows it."""
    end = len(block.data)
    tail_start = max(block.start, end - TAIL)
    tail = block.data[tail_start:]
    end = tail_start + len(tail.rstrip())
    rows = [row.decode("latin-1") for row in tail.rstrip().rsplit(b"\n", 2)[-2:] if row.strip()]
    if not rows or (len(rows) < 2 and tail_start > block.start):
        return end, ()
    if is_whole(block, rows, complete=tail.endswith((b"\n", b"\r"))):
        return end, ()
    torn = block.data.rfind(b"\n", block.start, end)
    return max(torn, block.start), ("the last row is incomplete (the file was cut, or is still being written)",)


def is_whole(block: Block, rows: Sequence[str], *, complete: bool) -> bool:
    """True where the last row has its cells and, where it lacks its end of line, the last number all its digits."""
    cells = split(rows[-1], block.delimiter)
    if len(cells) < block.width:
        return not any(is_number(cell, comma=block.comma) for cell in cells)
    before = FIXED.match(split(rows[-2], block.delimiter)[-1].strip()) if len(rows) > 1 and not complete else None
    if before is None:
        return True
    now = FIXED.match(cells[-1].strip())
    return now is not None and len(now[1]) == len(before[1])


def in_bulk(block: Block, end: int) -> Floats | None:
    """All rows at once, None where some cell is no number or some row has another length."""
    data, start = block.data, block.start
    if block.comma or data[end:].strip(b"\r\n") or closes_rows(block):
        data, start = data[start:end], 0
    if block.comma:
        data = data.replace(b",", b".")
    if closes_rows(block):
        mark = str(block.delimiter).encode()
        data = data.replace(mark + b"\r\n", b"\n").replace(mark + b"\n", b"\n").removesuffix(mark)
    stream = io.BytesIO(data)
    stream.seek(start)
    try:
        values = np.loadtxt(stream, delimiter=block.delimiter, comments=None, encoding="latin-1", ndmin=2)
    except ValueError:
        return None
    return values if values.shape[1] == block.width else None


def closes_rows(block: Block) -> bool:
    """True where the first row ends with a delimiter that no cell follows."""
    first = block.data[block.start : block.data.find(b"\n", block.start)].rstrip(b"\r")
    return block.delimiter is not None and first.endswith(block.delimiter.encode())


def split(text: str, delimiter: str | None) -> list[str]:
    """The cells of a row."""
    if '"' in text and delimiter is not None:
        with contextlib.suppress(csv.Error):
            return next(csv.reader([text.replace("\0", "?")], delimiter=delimiter), [])
    return text.split(delimiter)


def fitted(cells: list[str], width: int) -> list[str] | None:
    """The cells, without empty ones beyond the last column; None where the row has another length."""
    while len(cells) > width and not cells[-1].strip():
        cells.pop()
    return cells if len(cells) == width else None


class Careful:
    """The careful way through a block: every row on its own, with its line number."""

    def __init__(self, block: Block, needs: Needs) -> None:
        self.block = block
        self.needs = needs
        self.ragged: list[int] = []
        self.texts: Counter[int] = Counter()
        self.codes: dict[int, dict[str, int]] = {index: {} for index in needs.names}

    def read(self, end: int) -> Rows:
        """The rows up to `end`; a sentence for each kind of row or cell that was left out."""
        block, header = self.block, [name.strip() for name in self.block.names]
        values: list[list[float]] = []
        for line in lines(block.data[:end], block.start, block.line):
            if not line.text.strip() or line.text.lstrip().startswith(COMMENTS):
                continue
            cells = fitted(split(line.text, block.delimiter), block.width)
            if cells is None:
                self.ragged.append(line.number)
            elif [cell.strip() for cell in cells] != header:
                values.append([self.cell(i, cell, line.number) for i, cell in enumerate(cells)])
        if len(self.ragged) > len(values):
            raise CorruptFile(f"expected {block.width} cells as in the column line", block.shown, self.ragged[0])
        return Rows(np.array(values).reshape(-1, block.width), tuple(self.sentences()))

    def cell(self, index: int, text: str, line: int) -> float:
        """One cell as a number; NaN where it says that there is none, and for text that nobody needs."""
        number = to_number(text, comma=self.block.comma)
        if number is not None:
            return number
        if index in self.codes:
            return float(self.codes[index].setdefault(text.strip(), len(self.codes[index])))
        if index in self.needs.must:
            name = self.block.names[index].strip()
            raise CorruptFile(f"column {name} holds {shortened(text)}, a number was expected", self.block.shown, line)
        if index in self.needs.useful:
            self.texts[index] += 1
        return float("nan")

    def sentences(self) -> Iterator[str]:
        """What was left out."""
        if self.ragged:
            rows, first = len(self.ragged), self.ragged[0]
            yield f"{rows} rows without {self.block.width} cells, the first in line {first}"
        for index, count in self.texts.items():
            yield f"{count} cells of column {self.block.names[index].strip()}, which are no numbers"


def to_number(cell: str, *, comma: bool) -> float | None:
    """One cell as a number, NaN where it says that there is none, None where it is something else."""
    token = cell.strip().strip('"').strip()
    if token.lower() in MISSING:
        return float("nan")
    if "_" in token:
        return None
    if comma:
        token = token.replace(",", ".")
    try:
        return float(token)
    except ValueError:
        pass
    try:
        return float(token.upper().replace("D", "E"))  # Fortran's double precision exponent
    except ValueError:
        return None


def is_number(cell: str, *, comma: bool) -> bool:
    """True where a cell is a number that is there."""
    number = to_number(cell, comma=comma)
    return number is not None and number == number


def shortened(cell: str) -> str:
    """A cell as it may stand in a message."""
    text = "".join(c if c.isprintable() else "?" for c in cell.strip())
    return repr(text if len(text) <= 24 else text[:21] + "...")
