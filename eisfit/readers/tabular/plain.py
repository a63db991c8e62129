"""A table in plain text to spectra and record: the way through `shape`, `numbers`, `columns` and `sweeps`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache
from itertools import zip_longest
from typing import NamedTuple

import numpy as np

from eisfit.errors import CorruptFile, EmptyFile, ReadError, UnknownFormat
from eisfit.readers._base import Content, File, is_binary
from eisfit.readers.own.tidy import is_tidy, read_tidy
from eisfit.readers.tabular.blocks import groups_of, kept, of_one_cell
from eisfit.readers.tabular.cells import is_number, split
from eisfit.readers.tabular.claims import claim_of_name
from eisfit.readers.tabular.columns import NUMBERED, Layout, layout, needs, side_by_side
from eisfit.readers.tabular.dates import as_seconds
from eisfit.readers.tabular.electrodes import of_labels
from eisfit.readers.tabular.headless import reading_of, told
from eisfit.readers.tabular.heads import Head, head_of
from eisfit.readers.tabular.labels import measured
from eisfit.readers.tabular.made import is_computed
from eisfit.readers.tabular.modulus import check_modulus
from eisfit.readers.tabular.names import bare, split_unit
from eisfit.readers.tabular.numbers import SUMMARY, Block, Needs, Rows, numbers
from eisfit.readers.tabular.parts import joined, of_columns
from eisfit.readers.tabular.quoted import unquoted
from eisfit.readers.tabular.refusals import HELP
from eisfit.readers.tabular.remarks import claim_on, heeded, plainness, with_unit_columns
from eisfit.readers.tabular.rewritten import Written, usual
from eisfit.readers.tabular.samples import with_samples
from eisfit.readers.tabular.shape import Shape, cells_of, shape_of
from eisfit.readers.tabular.stated_units import IMPEDANCE, OHMS
from eisfit.readers.tabular.sweeps import content
from eisfit.readers.tabular.table import Table, check
from eisfit.readers.tabular.text import Line, lines, plain, refuse_wide, unaccented
from eisfit.readers.tabular.told_rows import measured_rows, tells, tells_electrodes, word_columns
from eisfit.readers.tabular.transposed import is_per_row, per_row
from eisfit.readers.tabular.unit_rows import COMMENT_MARKS
from eisfit.readers.tabular.units import unit_of
from eisfit.readers.tabular.vocabulary import EASTERN, STRONG
from eisfit.readers.tabular.wished import given_by, in_units_of
from eisfit.regular import regex
from eisfit.spectrum import Note


def looks_like_table(head: bytes) -> bool:
    """Text with a line that names a frequency and an impedance, and a row of numbers below it."""
    if is_binary(head):
        return False
    data = plain(head)
    if known_shape(data[: data.rfind(b"\n") + 1]) is not None:
        return True
    data = unquoted(data)
    try:
        shape = shape_of(data, "")
    except ReadError:
        return False
    row = next(lines(data, shape.start)).text
    return shape.headed and any(is_number(cell, comma=shape.comma) for cell in cells_of(row, shape.delimiter))


def read_table(file: File, *, vacuum_F: float | None = None, rewritten: frozenset[str] = frozenset()) -> Content:
    """The content of a table in text; `vacuum_F` is the capacitance of the empty cell where the header states it.

    `rewritten` tells in which ways the table was brought into the usual form before.
    """
    if is_binary(file.head):
        raise UnknownFormat("is no text, so it holds no table", file.shown)
    data = plain(file.data)
    if not data.strip():
        raise EmptyFile("is empty", file.shown)
    refuse_wide(data, file.shown)
    wanted = file.wishes.columns
    if not (wanted or rewritten) and (known := known_shape(data, vacuum_F is not None, file.wishes.titles)) is not None:
        heed_file_name(known.stated, file)
        refuse_unit_in_name(known.heeded.names, file)
        return possible(named(data, known.heeded, file, vacuum_F), file.shown)
    data = unquoted(data)
    refuse_wide(data, file.shown)
    data, form = usual(data, file.shown)
    if form in rewritten:
        raise CorruptFile("some of its cells are damaged: not every row has the form of the first one", file.shown)
    if form:
        plain_file = file._replace(data=data)
        content_ = read_table(plain_file, vacuum_F=vacuum_F, rewritten=rewritten | {form})
        return content_.noted("assumed", file.shown, form)
    shape = shape_of(data, file.shown, geometry=vacuum_F is not None) if not wanted else given_by(data, wanted, file)
    if is_tidy(shape.names):
        return read_tidy(Block(data, shape.start, shape.line, shape.delimiter, shape.comma, shape.names, file.shown))
    if wanted:
        shape, told = in_units_of(shape, around_table(data, shape, file.wishes.titles), file.shown)
        refuse_unit_in_name(shape.names, file)
        return named(data, shape, file, vacuum_F).with_notes(told)
    around = around_table(data, shape, file.wishes.titles)
    heed_file_name(shape, file)
    if not shape.headed:
        return possible(unnamed(data, shape, file, around), file.shown)
    several = side_by_side(shape.names)
    if several:
        line = groups_of(shape, several).line
        heed_beside(several[0], [other for other in around if other is not line], file.shown)
    else:
        shape = with_remarks(data, shape, around, file.shown)
        refuse_unit_in_name(shape.names, file)
    return possible(named(data, shape, file, vacuum_F), file.shown)


class Known(NamedTuple):
    """The layout of a table, as its column line states it and with the units that the lines around it state."""

    stated: Shape
    heeded: Shape


def known_shape(data: bytes, geometry: bool = False, titles: tuple[str, ...] = ()) -> Known | None:
    """The layout of a table of plain rows below a column line, None for another one and where something is wrong."""
    head = head_of(data)
    return None if head is None else below_head(head, geometry, titles)


def says_nothing(remarks: tuple[str, ...], data: bytes, titles: tuple[str, ...]) -> bool:
    """True where remarks behind the titles of a table are known to change nothing of its layout."""
    data = plain(data)
    known = known_shape(data, titles=titles)
    return known is not None and known == known_shape(data, titles=(*titles, *remarks))


@lru_cache(maxsize=512)
def below_head(head: Head, geometry: bool, titles: tuple[str, ...]) -> Known | None:
    """The layout of all tables of plain rows below a head."""
    data = head.with_rows()
    try:
        shape = shape_of(data, "", geometry=geometry)
        simple = shape.headed and not is_tidy(shape.names) and not side_by_side(shape.names)
        if not simple or shape.start != len(head.above) or usual(data, "") != Written(data):
            return None
        return Known(shape, with_remarks(data, shape, around_table(data, shape, titles), ""))
    except ReadError:
        return None  # said with the name of the file and its line on the other way


def around_table(data: bytes, shape: Shape, titles: Sequence[str]) -> tuple[Line, ...]:
    """The lines around the rows of a table that may say more of its columns; `titles` of its sheet are such too."""
    said = (Line(1, 0, title) for title in titles)
    return (*shape.above, *below_table(data, shape), *beside(data, shape), *said)


def with_remarks(data: bytes, shape: Shape, around: Sequence[Line], shown: str) -> Shape:
    """The layout with the units that columns of units and the lines around the rows state."""
    names = with_unit_columns(shape.names, unit_columns(data, shape), shown)
    return shape._replace(names=heeded(names, around, shown))


def heed_beside(first: Layout, around: Sequence[Line], shown: str) -> None:
    """Raises CorruptFile where a line around spectra side by side says what the columns of the first do not."""
    columns = [found[0] for found in first.values()]
    plain = [NUMBERED.sub("", split_unit(column.name)[0]) for column in columns]
    names = tuple(f"{name}/Ohm" if column.unit == "Ohm" else name for name, column in zip(plain, columns, strict=True))
    if heeded(names, around, shown) != names:
        raise CorruptFile("a line above it states units of spectra side by side: write them into the names", shown)


FEWEST = 5
MOSTLY = 0.8
"""Part of the points from which a property is that of the table."""


def possible(found: Content, shown: str) -> Content:
    """The content, unless its Re(Z) is below 0. Raises CorruptFile then."""
    below = sum(np.count_nonzero(s.impedance.real < 0) for s in found.spectra)
    total = sum(map(len, found.spectra))
    if total >= FEWEST and below > MOSTLY * total:
        sentence = (
            f"Re(Z) is below 0 at {below} of {total} points, which no cell shows: are its columns in another order?"
        )
        raise CorruptFile(f"{sentence} If so, {HELP}", shown)
    return found


UNIT_COLUMNS = frozenset({"unit", "units", "einheit", "einheiten", "unité", "unite", "unidad", "单位", "単位"})


def unit_columns(data: bytes, shape: Shape) -> dict[int, set[str]]:
    """What stands in the columns of units, by their places."""
    places = [i for i, name in enumerate(shape.names) if bare(name) in UNIT_COLUMNS]
    found: dict[int, set[str]] = {i: set() for i in places}
    for line in lines(data, shape.start) if places else ():
        cells = split(line.text, shape.delimiter)
        for i in places if len(cells) >= len(shape.names) else ():
            found[i] |= {cells[i].strip().strip('"')} - {""}
    return found


FOOT = 2000
"""Bytes at the end of a file in which remarks below the table are looked for."""


def below_table(data: bytes, shape: Shape) -> list[Line]:
    """The lines behind a comment sign, or of words alone, at the end of a file."""
    start = max(shape.start, data.find(b"\n", max(0, len(data) - FOOT)) + 1)
    number = data.count(b"\n", 0, start) + 1
    found = (line for line in lines(data, start, number) if line.text[:1] in COMMENT_MARKS or line.text[:1].isalpha())
    return [line for line in found if not is_summary(cells_of(line.text, shape.delimiter))]


def is_summary(cells: Sequence[str]) -> bool:
    """True for the cells of a row of means: a word that says so, and numbers."""
    return len(cells) > 1 and SUMMARY.fullmatch(cells[0]) is not None


def beside(data: bytes, shape: Shape) -> list[Line]:
    """The words in the first row of a table, and the names of its empty columns, each as a remark."""
    row = next(lines(data, shape.start, shape.line))
    cells = [cell.strip().strip('"') for cell in cells_of(row.text, shape.delimiter)]
    words = [
        cell
        for name, cell in zip_longest(shape.names, cells, fillvalue="")
        if cell[:1].isalpha() and not is_number(cell, comma=shape.comma) and not (shape.headed and tells(name, cell))
    ]
    empty = [name.strip() for name, cell in zip(shape.names, cells, strict=False) if not cell and shape.headed]
    empty += [name.strip() for name in shape.names[len(cells) :] if shape.headed]
    return [row._replace(text=word) for word in (*words, *empty)]


NETWORK = regex(r"s[1-4][1-4]", re.IGNORECASE)
"""A parameter of a network, or the number of a sample."""


IN_NAMES = regex(r"residu(?:al|um|en|e)\w*", re.IGNORECASE)
"""What the name of a file says of any table: no impedance."""
OF_PARTS = regex(
    r"Y|(?i:eps(?:ilon)?|modulus|permeability|norm(?:ali[sz]ed|iert)?|log_?10z?|ln|gain|db|im[pv]s|ehd|1overz|"
    r"acoustic|seismic|thermal|mechanical)"
)
"""What it says of columns that are parts of something: `Re`, `Im`."""


def heed_file_name(shape: Shape, file: File) -> None:
    """Raises CorruptFile where a word in the name of a file says what the columns are, and they do not say it."""
    known = plainness(shape.names) if shape.headed else 0
    if known == 0 and shape.headed and (claim := claim_of_name(unaccented(file.path.stem))) is not None:
        sentence = f"its file name says {claim.words!r}: {claim.says}"
        raise CorruptFile(f"{sentence}; if its columns are an impedance, {HELP}", file.shown)
    words = re.split(r"[\s_.+-]+", unaccented(file.path.stem))
    for word in words:
        strong = known < OHMS and (re.fullmatch(STRONG, word, re.IGNORECASE) or EASTERN.search(word))
        told = IN_NAMES.fullmatch(word) or (known == 0 and OF_PARTS.fullmatch(word))
        last = known == 0 and shape.headed and word == words[-1] and is_computed(word)
        if told or last or (strong and not (known and NETWORK.fullmatch(word))):
            sentence = f"its file name says {word!r}, and its columns do not say that they are Z in ohm"
            raise CorruptFile(f"{sentence}; if they are an impedance, {HELP}", file.shown)


def refuse_unit_in_name(names: Sequence[str], file: File) -> None:
    """Raises CorruptFile where only the name of the file tells a unit: `cell3_kOhm.csv`."""
    columns = layout(tuple(names))
    used = [c for q in IMPEDANCE for c in columns.get(q, ())]
    if not used or any(c.unit for c in used):
        return
    for word in re.split(r"[\s_.+]+", file.path.stem):
        unit = unit_of(word) if any(map(str.isalpha, word)) else None
        if unit is not None and unit[1] != 1.0 and unit[0] in ("Ohm", "area"):
            sentence = (
                f"its name says {word}, and no column has a unit: write it into the column line, or into --columns"
            )
            raise CorruptFile(sentence, file.shown)


def named(data: bytes, shape: Shape, file: File, vacuum_F: float | None) -> Content:
    """The content of a table whose columns have names."""
    columns, several = layout(shape.names), side_by_side(shape.names)
    if not several:
        check(columns, file.shown, shape.names, geometry=vacuum_F is not None)
        columns = with_samples(columns, shape.names)
    data, start, dates = (
        as_seconds(data, shape.start, comma=shape.delimiter != ",") if "time" in columns else (data, None, ())
    )
    block = Block(data, shape.start, shape.line, shape.delimiter, shape.comma, shape.names, file.shown)
    asked = needs(*several) if several else needs(columns)
    asked = asked._replace(names=asked.names | word_columns(data, shape))
    rows = without_claimed(numbers(block, asked), shape.names, file.shown)
    rows = measured_rows(rows, shape, file.wishes.electrode, file.shown)
    electrode = "we" if tells_electrodes(rows) else file.wishes.electrode  # whose rows alone are left
    others = (f"the columns called {label!r} are passed over: {why}" for label, why in measured(shape.names).passed)
    notes = (*rows.notes, *(Note("assumed", file.shown, sentence) for sentence in dates))
    notes = (*notes, *(Note("ignored", file.shown, sentence) for sentence in others))
    if shape.spare:
        check_modulus(Table(columns, rows.values, file.shown), len(shape.names), shape.spare, shape.line)
    table = Table(columns, rows.values, file.shown, start=start, electrode=electrode, vacuum_F=vacuum_F)
    if several and is_per_row(several, rows.values):
        layout_, values = per_row(several, columns, rows.values)
        found = content(table._replace(columns=layout_, values=values), notes)
        return found.noted("assumed", file.shown, f"each row is a spectrum of {len(several)} points")
    if several:
        return beside_each_other(shape, several, rows, file)
    return content(table, notes)


def without_claimed(rows: Rows, names: Sequence[str], shown: str) -> Rows:
    """The rows without the blocks below a line of words that says that they are no measurement: `Fit`, `OPEN`.

    Raises CorruptFile where such a line states another unit for the rows below it.
    """
    within = [(at, line) for at, line in rows.words if 0 < at < len(rows.values)]
    if not within:
        return rows
    out, notes = np.ones(len(rows.values), bool), []
    for (at, line), end in zip(within, [*(at for at, _ in within[1:]), len(out)], strict=True):
        known = line._replace(text=line.text.strip(" \t,;"))
        if claim := claim_on(names, known):
            out[at:end] = False
            notes.append(Note("ignored", shown, f"the rows below line {line.number} are passed over: {claim}"))
        elif heeded(names, [known], shown) != tuple(names):
            sentence = "states other units in the middle of the table: write a file for each of its parts"
            raise CorruptFile(sentence, shown, line.number)
    return rows._replace(values=rows.values[out], notes=(*rows.notes, *notes)) if notes else rows


def beside_each_other(shape: Shape, several: list[Layout], rows: Rows, file: File) -> Content:
    """The content of spectra side by side, by their labels, without those that are no measurement."""
    groups = groups_of(shape, several)
    good, told = kept(groups, file.shown)
    parts = [of_columns(several[i], rows, file.shown) for i in good]
    labels = [groups.labels[i] for i in good]
    if (named := of_labels(labels)) is not None:
        return of_one_cell(dict(zip(named, parts, strict=True)), file.wishes.electrode, file.shown).with_notes(told)
    if any(labels) and all(len(part.spectra) == 1 for part in parts):
        parts = [
            replace(part, spectra=(part.spectra[0].with_(label=label),))
            for part, label in zip(parts, labels, strict=True)
        ]
    return joined(parts, file.shown).with_notes(told)


def unnamed(data: bytes, shape: Shape, file: File, around: Sequence[Line]) -> Content:
    """The content of a table without column line, as far as its numbers prove which column is which."""
    block = Block(data, shape.start, shape.line, shape.delimiter, shape.comma, shape.names, file.shown)
    rows = numbers(block, Needs(frozenset()))
    if rows.values.shape[1] < 3 or not len(rows.values):
        raise UnknownFormat("holds no table of three columns", file.shown)
    counted = data[: shape.start].split()[-1:] == [str(len(rows.values)).encode()]
    reading = reading_of(rows.values, file.shown, counted=counted)
    names = heeded(reading.names(len(shape.names)), around, file.shown, named=False)
    refuse_unit_in_name(names, file)
    check(layout(names), file.shown, names)
    table = Table(layout(names), rows.values, file.shown, headed=reading.sign != 0)
    found = content(table, rows.notes)
    return found.noted("assumed", file.shown, f"no line names the columns: {told(reading)}, by what the numbers show")
