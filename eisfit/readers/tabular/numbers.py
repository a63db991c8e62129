"""Rows of text to numbers: in bulk where every cell is a number, row by row with the line named where one is not.

The bulk conversion gives the same doubles as `float()` of each cell. Where it fails the rows are halved until the lines
that need care stand alone. Rows that cannot be whole (the last one of a file that is still being written) are left out
and counted; a cell that is no number stops the file.
"""

from __future__ import annotations

import io
import re
import warnings
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import NamedTuple

import numpy as np

from eisfit.errors import CorruptFile
from eisfit.readers.tabular.cells import (
    COMMENTS,
    fitted,
    is_number,
    is_remark,
    shortened,
    split,
    to_number,
    with_suffix,
)
from eisfit.readers.tabular.text import Line, lines
from eisfit.readers.tabular.thousands import without_marks
from eisfit.regular import regex
from eisfit.spectrum import Floats, Note

MARKS = tuple(mark.encode() for mark in COMMENTS)
FIXED = regex(r"[+-]?\d+[.,](\d+)E[+-]\d{3}$")
"""Numbers that an instrument prints with a fixed count of digits."""
SUMMARY = regex(
    r"\W*(?:mean|average|avg\.?|sum|total|median|std\.?(?:\s*dev\w*\.?)?|sd|sem|min(?:imum)?|max(?:imum)?|mittelwert|summe|"
    r"standard\s+deviation|moyenne|somme|media|promedio|平均值?|合計|合计)\W*",
    re.IGNORECASE,
)
"""The first cell of a row that sums up the others."""
SIGNS = "#%/!'*; \t"
MOST_WORDS, MOST_REMARKS = 200, 20
"""Lines of words among the rows that are kept, and remarks beside rows."""
PIECE = 1 << 20
"""Bytes that are converted at once."""
LARGE = 1 << 25
"""Bytes up to which all rows are converted at once."""
CAREFUL = 1 << 12
"""Rows of fewer bytes, among them one that needs care, are read one by one."""
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

    delimiter None is any run of blanks; `names` are the headers, one per column; `line` is the number of the first row;
    `grouped` is False where the program that wrote it sets no marks between thousands.
    """

    data: bytes
    start: int
    line: int
    delimiter: str | None
    comma: bool
    names: tuple[str, ...]
    shown: str
    grouped: bool = True

    @property
    def width(self) -> int:
        """The number of columns."""
        return len(self.names)


class Rows(NamedTuple):
    """values (N, M) of a block, and a note for each kind of row or cell that was left out or understood otherwise.

    `words` are the lines of words among the rows, each with the number of rows before it; `beside` the words that stand
    behind the last column or in one without a name; `codes` the words of the columns that are numbered, by their codes.
    """

    values: Floats
    notes: tuple[Note, ...] = ()
    words: tuple[tuple[int, Line], ...] = ()
    beside: tuple[Line, ...] = ()
    codes: Mapping[int, tuple[str, ...]] = MappingProxyType({})


def numbers(block: Block, needs: Needs) -> Rows:
    """The numbers of a block.

    Raises CorruptFile with the line where a needed cell is no number.
    """
    if block.grouped:
        place = (block.shown, block.line)
        block = block._replace(data=without_marks(block.data, block.start, block.delimiter, place))
    end, torn = whole_end(block)
    dropped = tuple(Note("dropped", block.shown, sentence) for sentence in torn)
    if end <= block.start:
        return Rows(np.empty((0, block.width)), dropped)
    values = all_in_bulk(block, end)
    if values is None:
        rows = in_pieces(block, needs, end)
        return rows._replace(notes=dropped + rows.notes)
    return Rows(values, dropped)


def all_in_bulk(block: Block, end: int) -> Floats | None:
    """The rows to the end, converted in large parts, as those of a huge file need twice their room while it lasts."""
    if end - block.start <= LARGE:
        return in_bulk(block, block.start, end)
    values: Floats = np.empty((block.data.count(b"\n", block.start, end) + 1, block.width))
    filled = 0
    for start, stop in pieces(block.data, block.start, end, LARGE):
        part = in_bulk(block, start, stop)
        if part is None:
            return None
        values[filled : filled + len(part)] = part
        filled += len(part)
    return values[:filled]


def in_pieces(block: Block, needs: Needs, end: int) -> Rows:
    """The numbers of a block piece by piece, in bulk where a piece allows it; pieces that do not are halved."""
    careful = Careful(block, needs)
    out: list[Floats] = []
    count = 0
    waiting = [(start, stop) for start, stop in pieces(block.data, block.start, end, PIECE)][::-1]
    whole = len(waiting) == 1
    while waiting:
        start, stop = waiting.pop()
        values = None if whole else in_bulk(block, start, stop)
        values = some_columns(block, needs, start, stop) if values is None else values
        whole = False
        if values is not None:
            out.append(values)
        elif stop - start <= CAREFUL or len(halves := pieces(block.data, start, stop, (stop - start + 1) // 2)) < 2:
            careful.before = count
            out.append(careful.read(start, stop))
        else:
            waiting += halves[::-1]
            continue
        count += len(out[-1])
    careful.check(count)
    values = np.concatenate(out) if out else np.empty((0, block.width))
    codes = {index: tuple(texts) for index, texts in careful.codes.items() if texts}
    return Rows(values, tuple(careful.notes()), tuple(careful.words), tuple(careful.beside), codes)


def pieces(data: bytes, start: int, end: int, size: int) -> list[tuple[int, int]]:
    """Consecutive parts of some bytes of about that size, each of whole lines."""
    cuts = [start]
    while end - cuts[-1] > size:
        at = data.find(b"\n", cuts[-1] + size, end)
        if at < 0 or at + 1 >= end:
            break
        cuts.append(at + 1)
    if len(cuts) == 1 and end - start > CAREFUL:  # a long line behind the middle: cut before it
        at = data.rfind(b"\n", start, end - 1)
        if at > start:
            cuts.append(at + 1)
    return list(zip(cuts, [*cuts[1:], end], strict=True))


def whole_end(block: Block) -> tuple[int, tuple[str, ...]]:
    """Where the last whole row ends, and a sentence where a torn row follows it."""
    end = len(block.data)
    tail_start = max(block.start, end - TAIL)
    tail = block.data[tail_start:]
    body = tail.rstrip() if block.delimiter is None else tail.rstrip(b"\r\n ")
    end = tail_start + len(body)
    rows = [row.decode("latin-1") for row in body.rsplit(b"\n", 2)[-2:] if row.strip()]
    if not rows or (len(rows) < 2 and tail_start > block.start):
        return end, ()
    if is_whole(block, rows, complete=tail.endswith((b"\n", b"\r"))):
        return end, ()
    torn = block.data.rfind(b"\n", block.start, end)
    return max(torn, block.start), ("the last row is incomplete (the file was cut, or is still being written)",)


def is_whole(block: Block, rows: Sequence[str], *, complete: bool) -> bool:
    """True where the last row has its cells and, where it lacks its end of line, the last number all its digits."""
    cells = split(rows[-1], block.delimiter)
    if len(cells) < block.width or (not complete and is_cut(cells, rows, block)):
        return not any(is_number(cell, comma=block.comma) for cell in cells)
    before = FIXED.match(split(rows[-2], block.delimiter)[-1].strip()) if len(rows) > 1 and not complete else None
    if before is None:
        return True
    now = FIXED.match(cells[-1].strip())
    return now is not None and len(now[1]) == len(before[1])


def is_cut(cells: Sequence[str], rows: Sequence[str], block: Block) -> bool:
    """True where the last cell of the last row alone is empty, and that of the row before is not."""
    if len(cells) != block.width or cells[-1].strip() or not "".join(cells[-2:]).strip():
        return False
    return len(rows) < 2 or bool(split(rows[-2], block.delimiter)[-1].strip())


def in_bulk(block: Block, start: int, end: int) -> Floats | None:
    """The rows between two places at once, None where some cell is no number or some row has another length."""
    data = block.data
    closes = closes_rows(block)
    if block.comma or closes or end < len(data):
        data, start = data[start:end], 0
    if block.comma:
        data = data.replace(b",", b".")
    if closes:
        mark = str(block.delimiter).encode()
        data = data.replace(mark + b"\r\n", b"\n").replace(mark + b"\n", b"\n").removesuffix(mark)
    stream = io.BytesIO(data)
    stream.seek(start)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # a piece of empty lines holds no numbers
            values = np.loadtxt(stream, delimiter=block.delimiter, comments=None, encoding="latin-1", ndmin=2)
    except ValueError:
        return None
    return values if values.shape[1] == block.width else None


def some_columns(block: Block, needs: Needs, start: int, end: int) -> Floats | None:
    """The rows between two places, read in the columns that are of use alone, as the others may hold text.

    None where a cell of use is no number, or some row has not as many cells as there are columns.
    """
    used = sorted(needs.must | needs.useful)
    data = block.data[start:end]
    if block.delimiter is None or not used or len(used) == block.width or needs.names or b'"' in data:
        return None
    body = np.frombuffer(data, dtype=np.uint8)
    ends = np.flatnonzero(body == ord("\n"))
    ends = ends if len(ends) and ends[-1] == len(body) - 1 else np.append(ends, len(body))
    marks = np.searchsorted(np.flatnonzero(body == ord(block.delimiter)), ends)
    if np.any(np.diff(marks, prepend=0) != block.width - 1) or data.lstrip().startswith(MARKS):
        return None
    stream = io.BytesIO(data.replace(b",", b".") if block.comma else data)
    try:
        numbers = np.loadtxt(
            stream, delimiter=block.delimiter, comments=None, encoding="latin-1", ndmin=2, usecols=used
        )
    except ValueError:
        return None
    values: Floats = np.full((len(numbers), block.width), np.nan)
    values[:, used] = numbers
    return values if len(values) == len(ends) else None


def closes_rows(block: Block) -> bool:
    """True where the first row ends with a delimiter that no cell follows."""
    first = block.data[block.start : block.data.find(b"\n", block.start)].rstrip(b"\r")
    return block.delimiter is not None and first.endswith(block.delimiter.encode())


class Careful:
    """The careful way through rows: every row on its own, with its line number; what is left out is counted."""

    def __init__(self, block: Block, needs: Needs) -> None:
        self.block = block
        self.needs = needs
        self.header = [name.strip() for name in block.names]
        self.ragged: list[int] = []
        self.texts: Counter[int] = Counter()
        self.suffixed = 0
        self.codes: dict[int, dict[str, int]] = {index: {} for index in needs.names}
        self.words: list[tuple[int, Line]] = []
        self.beside: list[Line] = []
        self.before = 0
        self.sums = 0
        self.counted = (block.start, block.line)

    def read(self, start: int, end: int) -> Floats:
        """The rows between two places, which lie behind those that were read before."""
        block = self.block
        values: list[list[float]] = []
        for line in lines(block.data[start:end], 0, self.line_at(start)):
            if not line.text.strip():
                continue
            if line.text.lstrip().startswith(COMMENTS):
                self.keep_words(line, len(values))
                continue
            whole = split(line.text, block.delimiter)
            self.keep_remarks(line, whole)
            cells = fitted(whole, block.width, comma=block.comma)
            if cells is None:
                self.keep_words(line, len(values))
                self.ragged.append(line.number)
            elif SUMMARY.fullmatch(next((cell for cell in cells if cell.strip()), "")):
                self.sums += 1
            elif [cell.strip() for cell in cells] != self.header:
                values.append([self.cell(i, cell, line.number) for i, cell in enumerate(cells)])
        return np.array(values).reshape(-1, block.width)

    def keep_words(self, line: Line, count: int) -> None:
        """Keeps a line of words behind so many rows of those that are read now."""
        if any(map(str.isalpha, line.text.lstrip(SIGNS)[:1])) and len(self.words) < MOST_WORDS:
            self.words.append((self.before + count, line))

    def keep_remarks(self, line: Line, cells: Sequence[str]) -> None:
        """Keeps the words behind the last column of a row, and in columns without a name."""
        if len(self.beside) >= MOST_REMARKS:
            return
        nameless = [cell for name, cell in zip(self.header, cells, strict=False) if not name]
        for cell in (*nameless, *cells[len(self.header) :]):
            if cell.strip() and is_remark(cell, comma=self.block.comma):
                self.beside.append(line._replace(text=cell.strip().strip('"')))

    def line_at(self, start: int) -> int:
        """The number of the line that begins at a place."""
        place, number = self.counted
        self.counted = start, number + self.block.data.count(b"\n", place, start)
        return self.counted[1]

    def check(self, whole: int) -> None:
        """Raises CorruptFile where more rows have another length than there are whole ones."""
        if len(self.ragged) > whole:
            sentence = f"expected {self.block.width} cells as in the column line"
            raise CorruptFile(sentence, self.block.shown, self.ragged[0])

    def cell(self, index: int, text: str, line: int) -> float:
        """One cell as a number; NaN where it says that there is none, and for text that nobody needs."""
        number = to_number(text, comma=self.block.comma)
        if number is not None:
            return number
        if index in self.codes:
            return float(self.codes[index].setdefault(text.strip(), len(self.codes[index])))
        number = with_suffix(text, comma=self.block.comma)
        if number is not None:
            self.suffixed += 1
            return number
        if index in self.needs.must:
            name = self.block.names[index].strip()
            raise CorruptFile(f"column {name} holds {shortened(text)}, a number was expected", self.block.shown, line)
        if index in self.needs.useful:
            self.texts[index] += 1
        return float("nan")

    def notes(self) -> Iterator[Note]:
        """What was left out, and what was understood otherwise than as a plain number."""
        shown = self.block.shown
        if self.ragged:
            rows, first = len(self.ragged), self.ragged[0]
            yield Note("dropped", shown, f"{rows} rows without {self.block.width} cells, the first in line {first}")
        if self.sums:
            yield Note("dropped", shown, f"{self.sums} row{'s' if self.sums > 1 else ''} of means, sums or deviations")
        for index, count in self.texts.items():
            name = self.block.names[index].strip()
            yield Note("dropped", shown, f"{count} cells of column {name}, which are no numbers")
        if self.suffixed:
            sentence = f"{self.suffixed} cells end with a prefix (735.948m is 0.735948, 100k is 100000)"
            yield Note("assumed", shown, sentence)
