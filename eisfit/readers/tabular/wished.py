"""Tables whose columns the user names (`--columns f,re,-im`): his names, and the units that the table itself states.

A unit that the user writes goes before all that the file says. Where he writes none, that of the column line, of a row
of units or of a remark is taken, as it would be without his names; what contradicts his names refuses the table.
"""

from __future__ import annotations

from collections.abc import Sequence

from eisfit.errors import CorruptFile
from eisfit.readers._base import File
from eisfit.readers.tabular.cells import is_number
from eisfit.readers.tabular.columns import FREQUENCIES, has_frequency, is_record, layout
from eisfit.readers.tabular.names import KINDS, UNIT_ALONE, plain_name, split_unit, understood
from eisfit.readers.tabular.remarks import plainness
from eisfit.readers.tabular.settings import without_settings
from eisfit.readers.tabular.shape import DELIMITERS, Shape, candidates, given
from eisfit.readers.tabular.stated_units import (
    ALONE,
    OHMS,
    Names,
    refuse_loose_unit,
    refused,
    with_one,
    with_stated,
)
from eisfit.readers.tabular.table import check
from eisfit.readers.tabular.text import Line, unaccented
from eisfit.readers.tabular.unit_rows import uncommented, units_row, with_units
from eisfit.readers.tabular.units import unit_of
from eisfit.readers.tabular.vocabulary import ANGULAR, SCALED
from eisfit.spectrum import Note

INSIST = "write the unit into --columns (f/Hz,re/Ohm,im/Ohm) where the file is wrong"


def given_by(data: bytes, wanted: Sequence[str], file: File) -> Shape:
    """The layout with the names of --columns. Raises CorruptFile where they make no spectrum and no record."""
    columns = layout(tuple(wanted))
    strange = [name for name in wanted if name not in ("", "-", "_", "*") and understood(name) is None]
    if strange:
        raise CorruptFile(
            f"--columns names {strange[0]!r}, which is no quantity that is known; such are f, re, -im, |Z|, "
            "phase/deg, time/s, E/V, I/mA, temperature, cycle, and - for a column to pass over",
            file.shown,
        )
    if not has_frequency(columns) and not is_record(columns):
        raise CorruptFile("--columns has to name a frequency (f), or time, potential and current", file.shown)
    check(columns, file.shown, wanted)
    shape = given(data, ["" if name in ("-", "_", "*") else name for name in wanted], file.shown)
    if (own := column_line(shape)) is not None:
        refuse_contradiction(shape, len(wanted), *own, file.shown)
    return shape


def column_line(shape: Shape) -> tuple[tuple[str, ...], Line] | None:
    """The cells of the line above the rows that names as many columns as they have, None without one."""
    width = len(shape.names)
    for line in reversed(shape.above):
        marks = (shape.delimiter, *(mark for mark in DELIMITERS if mark is not None or shape.delimiter == "\t"))
        for delimiter in dict.fromkeys(marks):
            for cells in candidates(uncommented(line.text), delimiter):
                meant = [m for cell in cells if (m := understood(cell)) is not None and m.word != UNIT_ALONE]
                words = not any(is_number(cell, comma=True) for cell in cells)
                told = len(meant) > (delimiter is None)
                if len(cells) == width and words and told and units_row(line.text, delimiter, width) is None:
                    return cells, line
    return None


def refuse_contradiction(shape: Shape, count: int, cells: Sequence[str], line: Line, shown: str) -> None:
    """Raises CorruptFile where a column is called another frequency, or, below fewer names, something else at all."""
    for i, (name, cell) in enumerate(zip(shape.names[:count], cells, strict=False)):
        ours, own = understood(name), understood(cell)
        if ours is None or own is None or ours.quantity == own.quantity or own.word == UNIT_ALONE:
            continue
        told = f"column {i + 1} is called {cell.strip()!r}, and --columns names it {name!r}"
        if count < len(cells):
            sentence = f"{told}: name all {len(cells)} columns, with - for each that is to be passed over"
            raise CorruptFile(sentence, shown, line.number)
        if ours.quantity in FREQUENCIES and own.quantity in FREQUENCIES and not ours.unit:
            raise CorruptFile(f"{told}: name it {own.quantity.replace('_', ' ')}, or {INSIST}", shown, line.number)


def in_units_of(shape: Shape, around: Sequence[Line], shown: str) -> tuple[Shape, list[Note]]:
    """The names of --columns with the units that the table states where they state none, and notes on these.

    Raises CorruptFile where a unit is that of another quantity, or a scale is stated that is not known.
    """
    names, notes = shape.names, []
    rows = [units for line in reversed(shape.above) if (units := units_row(line.text, shape.delimiter, len(names)))]
    units = next((row for row in rows if any(map(fits, names, row))), None)
    if units is not None:
        names = with_units(names, where_free(names, units), shown, shape.line)
        notes.append(note(names, "row of units", shown))
    own = column_line(shape)
    if own is not None:
        before, names = names, with_units(names, units_of(names, *own, shown), shown, own[1].number)
        if sizes(before) != sizes(names):
            notes.append(note(names, "column line", shown))
    before = names
    lines = [line for line in around if units_row(line.text, shape.delimiter, len(names)) is None]
    names = with_remarked(names, [line for line in lines if own is None or line is not own[1]], shown)
    if sizes(before) != sizes(names):
        notes.append(note(names, "remarks", shown))
    return shape._replace(names=names), notes


def note(names: Sequence[str], source: str, shown: str) -> Note:
    """The note that tells where the units of some names come from."""
    told = ", ".join(name for name in names if understood(name))
    return Note("assumed", shown, f"the units of its columns are those of its {source}: {told}")


def sizes(names: Sequence[str]) -> list[float]:
    """The factors of the names that mean something."""
    return [meant.factor for name in names if (meant := understood(name)) is not None]


def fits(name: str, text: str) -> bool:
    """True for a unit that the quantity of a name may have."""
    meant, unit = understood(name), unit_of(text)
    return meant is not None and unit is not None and unit[0] in KINDS.get(meant.quantity, ())


def where_free(names: Sequence[str], units: Sequence[str]) -> list[str]:
    """The units for the names that are understood and state none."""
    pairs = zip(names, units, strict=True)
    return ["" if (meant := understood(name)) is None or meant.unit else unit for name, unit in pairs]


def units_of(names: Sequence[str], cells: Sequence[str], line: Line, shown: str) -> list[str]:
    """The units that a column line states of the names without one. Raises CorruptFile for one that does not fit."""
    out = []
    for name, cell in zip(names, cells, strict=True):
        meant, own = understood(name), understood(cell)
        text = cell.strip() if own and own.word == UNIT_ALONE else split_unit(plain_name(cell))[1]
        unit = unit_of(text) if text else None
        free = meant is not None and not meant.unit and text is not None and unit is not None
        out.append(text if free and text and fits(name, text) else "")
        if free and text and unit and not out[-1] and unit[0] in ALONE | {"other"} and (len(text) > 1 or text == "S"):
            sentence = f"the column line states {text} of the column that --columns names {name!r}"
            raise CorruptFile(f"{sentence}; {INSIST}", shown, line.number)
    return out


def with_remarked(names: Sequence[str], around: Sequence[Line], shown: str) -> tuple[str, ...]:
    """The names with the units that the lines around a table state. Raises CorruptFile for a scale without a unit.

    What a line says the columns are else (an admittance, a fit) counts nothing: the user says what they are.
    """
    known = Names(tuple(names), plainness(names), tuple(names), layout(tuple(names)))
    frequency = next((known.columns[q][0] for q in FREQUENCIES if q in known.columns), None)
    if known.plain == OHMS and (frequency is None or frequency.unit):
        return tuple(names)
    for line in around:
        of_columns = line._replace(text=without_settings(line.text))
        known = with_stated(with_one(known, line, shown), of_columns, shown)
        refuse_loose_unit(known, of_columns, shown)
        text = unaccented(uncommented(line.text))
        angular = ANGULAR.search(text) if frequency is not None and not frequency.unit else None
        if found := (SCALED.search(text) if known.plain < OHMS else None) or angular:
            raise refused(line, f"says {found[0].strip()!r}, and --columns states no units", shown)
    return known.names
