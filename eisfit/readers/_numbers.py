"""Rows of text to numbers: in bulk where every cell is a number, else row by row with the line named.

The bulk conversion gives the same doubles as `float()` of each cell. Rows that cannot be whole (the last one of a file
that is still being written) are left out and counted; a cell that is no number stops the file.
"""

from __future__ import annotations

import contextlib
import csv
import io
import re
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from eisfit.errors import CorruptFile
from eisfit.readers._text import lines
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


Codes = dict[int, dict[str, int]]
"""For columns that hold names: the number of each name."""


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


def numbers(block: Block, needed: Sequence[int], names: Sequence[int] = ()) -> Rows:
    """The numbers of a block; columns outside `needed` may hold text, which gives NaN.

    Text in the columns `names` is numbered by first appearance.

    Raises CorruptFile with the line where a needed cell is no number.
    """
    end, dropped = whole_end(block)
    if end <= block.start:
        return Rows(np.empty((0, block.width)), dropped)
    values = in_bulk(block, end)
    if values is None:
        rows = row_by_row(block, end, frozenset(needed), {index: {} for index in names})
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


def row_by_row(block: Block, end: int, wanted: frozenset[int], codes: Codes) -> Rows:
    """The careful way: every row on its own, with its line number."""
    values: list[list[float]] = []
    ragged: list[int] = []
    for line in lines(block.data[:end], block.start, block.line):
        if not line.text.strip() or line.text.lstrip().startswith(COMMENTS):
            continue
        cells = fitted(split(line.text, block.delimiter), block.width)
        if cells is None:
            ragged.append(line.number)
        elif [cell.strip() for cell in cells] != [name.strip() for name in block.names]:
            values.append(row(cells, wanted, codes, block, line.number))
    if len(ragged) > len(values):
        raise CorruptFile(f"expected {block.width} cells as in the column line", block.shown, ragged[0])
    sentence = f"{len(ragged)} rows without {block.width} cells, the first in line {ragged[0]}" if ragged else ""
    return Rows(np.array(values).reshape(-1, block.width), (sentence,) if sentence else ())


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


def row(cells: Sequence[str], wanted: frozenset[int], codes: Codes, block: Block, line: int) -> list[float]:
    """The numbers of one row; NaN in columns that nobody needs and where the cell says that there is none."""
    out = []
    for index, cell in enumerate(cells):
        number = to_number(cell, comma=block.comma)
        if number is None and index in codes:
            number = float(codes[index].setdefault(cell.strip(), len(codes[index])))
        elif number is None and index in wanted:
            name = block.names[index].strip()
            raise CorruptFile(f"column {name} holds {shortened(cell)}, a number was expected", block.shown, line)
        out.append(np.nan if number is None else number)
    return out


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
