"""Tidy tables: one row per point, with the label and the conditions of its spectrum beside it, as convert writes them.

The columns are `spectrum`, `frequency_Hz`, `re_ohm` and `im_ohm`, and of those in `OPTIONAL` what there is. All rows of
one label (and of one `file` and `sweep`, where they are given) are one spectrum; the conditions of its first row are
those of the spectrum. Every number and text is taken as it stands: nothing is guessed, no sign is asked.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields, replace
from datetime import datetime, timedelta
from typing import Any, Literal, NamedTuple, get_args, get_origin, get_type_hints

import numpy as np

from eisfit.errors import CorruptFile, DataError, EmptyFile
from eisfit.readers._base import Content
from eisfit.readers.tabular.cells import COMMENTS, fitted, shortened, split, to_number
from eisfit.readers.tabular.numbers import Block, whole_end
from eisfit.readers.tabular.physical import impossible
from eisfit.readers.tabular.text import lines
from eisfit.spectrum import Cell, Conditions, Floats, Note, Series, Source, Spectrum

NEEDED = ("spectrum", "frequency_Hz", "re_ohm", "im_ohm")
WHICH = ("spectrum", "file", "sweep")
"""Columns that tell one spectrum from another."""
SIGMA, LEFT_OUT, CELL = "sigma_ohm", "left_out", "cell_"
CONDITIONS = tuple(f.name for f in fields(Conditions) if f.name != "others")
OTHER = "other_"
"""Before the name of a number that is no condition of ours, such as other_days."""
CELL_COLUMNS = tuple(CELL + f.name for f in fields(Cell))
OPTIONAL = (*WHICH[1:], *CONDITIONS, SIGMA, LEFT_OUT, *CELL_COLUMNS)


def declared(kind: type, prefix: str = "") -> dict[str, tuple[Any, ...]]:
    """For each field of a value, by its name, what it may be: texts, or the types `str`, `int`, `float`."""
    return {prefix + name: alternatives(hint) for name, hint in get_type_hints(kind).items()}


def alternatives(hint: Any) -> tuple[Any, ...]:
    """The types and texts of a declaration such as `float | None` or `Literal["anode", "cathode"] | None`."""
    if get_origin(hint) is Literal:
        return get_args(hint)
    parts = get_args(hint) or (hint,)
    return tuple(
        one for part in parts if part is not type(None) for one in (alternatives(part) if get_args(part) else (part,))
    )


DECLARED = {n: k for n, k in declared(Conditions).items() if n in CONDITIONS} | declared(Cell, CELL)
TEXTS = {name: kinds for name, kinds in DECLARED.items() if not {int, float} & set(kinds)}
"""Columns that hold a text, and which texts it may be: any, or one of some."""
WHOLE = ("sweep", *(name for name, kinds in DECLARED.items() if int in kinds))
"""Columns of whole numbers."""


class Rows(NamedTuple):
    """The cells of a tidy table (N rows of M texts), their line numbers (N,), its names (M,), and a decimal comma."""

    names: tuple[str, ...]
    cells: Sequence[Sequence[str]]
    lines: Sequence[int]
    comma: bool
    shown: str

    def text(self, name: str, row: int) -> str:
        """The cell of a column in one row, empty where there is no such column."""
        return self.cells[row][self.names.index(name)].strip() if name in self.names else ""

    def numbers(self, name: str) -> Floats:
        """A column in which every cell has to be a finite number (N,)."""
        index = self.names.index(name)
        return np.array([self.number(name, row, cells[index]) for row, cells in enumerate(self.cells)])

    def number(self, name: str, row: int, cell: str) -> float:
        """A cell that has to be a finite number. Raises CorruptFile with its line."""
        value = to_number(cell, comma=self.comma)
        if value is None or not np.isfinite(value):
            raise self.wrong(name, row, cell, "a number was expected")
        return value

    def wrong(self, name: str, row: int, cell: str, expected: str) -> CorruptFile:
        """The error about one cell."""
        return CorruptFile(f"column {name} holds {shortened(cell)}, {expected}", self.shown, self.lines[row])


def is_tidy(names: Sequence[str]) -> bool:
    """True for the columns of a tidy table."""
    return {name.strip() for name in names} >= set(NEEDED)


def read_tidy(block: Block) -> Content:
    """The whole series that a block of text holds. Raises CorruptFile with the line of a bad cell, EmptyFile."""
    return tidy(*rows_of(block))


def rows_of(block: Block) -> tuple[Rows, list[str]]:
    """The cells of a block of text, and a sentence for each kind of row that was left out.

    Raises CorruptFile where most rows have another length than the column line, EmptyFile where there is none.
    """
    end, torn = whole_end(block)
    names = tuple(name.strip() for name in block.names)
    cells, numbers, ragged = [], [], []
    for line in lines(block.data[:end], block.start, block.line):
        if not line.text.strip() or line.text.lstrip().startswith(COMMENTS):
            continue
        row = fitted(split(line.text, block.delimiter), block.width)
        if row is None:
            ragged.append(line.number)
        else:
            cells.append(row)
            numbers.append(line.number)
    if len(ragged) > len(cells):
        raise CorruptFile(f"expected {block.width} cells as in the column line", block.shown, ragged[0])
    if not cells:
        raise EmptyFile("holds a column line and no whole row", block.shown)
    some = [f"{len(ragged)} rows without {block.width} cells, the first in line {ragged[0]}"] if ragged else []
    return Rows(names, cells, numbers, block.comma, block.shown), [*torn, *some]


def tidy(table: Rows, dropped: Sequence[str]) -> Content:
    """The whole series that the rows of a tidy table are."""
    groups: dict[tuple[str, ...], list[int]] = {}
    kept = once(table)
    for row in kept:
        groups.setdefault(tuple(table.text(name, row) for name in WHICH), []).append(row)
    twice = len(table.cells) - len(kept)
    copies = [f"{twice} rows that stand in the table twice"] if twice else []
    notes = [Note("dropped", table.shown, sentence) for sentence in (*dropped, *copies)]
    frequency, real, imaginary = (table.numbers(name) for name in NEEDED[1:])
    spectra = []
    for sweep, rows in enumerate(groups.values()):
        try:
            spectrum = Spectrum(
                frequency[rows],
                real[rows] + 1j * imaginary[rows],
                sigma=sigma_of(table, rows),
                conditions=Conditions(**conditions(table, rows[0], CONDITIONS), others=others(table, rows[0])),
                label=table.text("spectrum", rows[0]),
                source=Source(path=table.shown, sweep=sweep),
            )
        except DataError as error:
            raise CorruptFile(str(error), table.shown, table.lines[rows[0]]) from None
        spectra.append(without_left_out(spectrum, table, rows, frequency[rows]))
        notes += disagreements(table, rows)
    cell = Cell(**{name.removeprefix(CELL): v for name, v in conditions(table, 0, CELL_COLUMNS).items()})
    return whole(Series(spectra, cell=cell, notes=notes))


def sigma_of(table: Rows, rows: Sequence[int]) -> Floats | None:
    """The errors of the points of one spectrum, None where no cell states any. Raises CorruptFile for a bad cell."""
    cells = [table.text(SIGMA, row) for row in rows]
    if not any(cells):
        return None
    return np.array([table.number(SIGMA, row, cell) for row, cell in zip(rows, cells, strict=True)])


def once(table: Rows) -> list[int]:
    """The rows without those that are copies of another one, cell by cell."""
    first: dict[tuple[str, ...], int] = {}
    for row, cells in enumerate(table.cells):
        first.setdefault(tuple(cells), row)
    return list(first.values())


def conditions(table: Rows, row: int, names: Sequence[str]) -> dict[str, Any]:
    """What the columns of these names say in one row; an empty cell says nothing."""
    told: dict[str, Any] = {}
    for name in names:
        text = table.text(name, row)
        if not text:
            continue
        if name in TEXTS:
            known = TEXTS[name]
            if str not in known and text not in known:
                raise table.wrong(name, row, text, " or ".join(known) + " was expected")
            told[name] = text
        else:
            value = table.number(name, row, text)
            wrong = "" if name == "soc" else impossible(name, value)  # a computed one may be any
            if wrong:
                raise table.wrong(name, row, text, wrong)
            told[name] = round(value) if name in WHOLE else value
    return told


def others(table: Rows, row: int) -> tuple[tuple[str, float], ...]:
    """Further numbers that one row states, by their names."""
    names = [name for name in table.names if name.startswith(OTHER) and table.text(name, row)]
    return tuple((name.removeprefix(OTHER), table.number(name, row, table.text(name, row))) for name in names)


def disagreements(table: Rows, rows: Sequence[int]) -> list[Note]:
    """A note where the rows of one spectrum do not have the same conditions."""
    differ = [name for name in CONDITIONS if name in table.names and len({table.text(name, row) for row in rows}) > 1]
    if not differ:
        return []
    sentence = f"the rows of spectrum {table.text('spectrum', rows[0])} differ in {', '.join(differ)}: its first counts"
    return [Note("assumed", table.shown, sentence)]


def without_left_out(spectrum: Spectrum, table: Rows, rows: Sequence[int], frequency: Floats) -> Spectrum:
    """The spectrum with the points masked that the table says to leave out."""
    if LEFT_OUT not in table.names:
        return spectrum
    order = np.argsort(-frequency, kind="stable")
    reasons = [table.text(LEFT_OUT, rows[i]) for i in order]
    for reason in dict.fromkeys(filter(None, reasons)):
        spectrum = spectrum.masked([r == reason for r in reasons], reason)
    return spectrum


def whole(series: Series) -> Content:
    """A series that a program wrote as the content of a file: its times count from its own beginning."""
    times = [s.conditions.time_s for s in series if s.conditions.time_s is not None]
    return Content(
        spectra=series.spectra,
        notes=series.notes,
        cell=series.cell,
        start=began(series),
        span=(min(times), max(times)) if times else None,
        series=series,
    )


def began(series: Series) -> datetime | None:
    """The moment at which the times of a series are zero, None where no spectrum has both its time and its date."""
    for spectrum in series:
        stamp, time = spectrum.conditions.timestamp, spectrum.conditions.time_s
        if stamp is not None and time is not None:
            try:
                return datetime.fromisoformat(stamp).replace(tzinfo=None) - timedelta(seconds=time)
            except (ValueError, OverflowError):
                return None
    return None


def with_source(series: Series, source: Source) -> list[Spectrum]:
    """The spectra of a series, those without a source of their own with that of the file they were read from."""
    return [
        s if s.source is not None and s.source.sha256 else s.with_(source=replace(source, sweep=sweep))
        for sweep, s in enumerate(series)
    ]
