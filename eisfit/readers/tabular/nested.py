"""Lists and objects, as JSON and Parquet hold them, taken for the tables that they are.

Understood are, at any depth: an object of columns, `{"frequency": [...], "re": [...], "im": [...], "soc": 0.5}`; a
list of records, `[{"frequency": 1.0, "re": 2.0, "im": -3.0}, ...]`; the forms in which pandas writes a table (columns,
split, index, records, table); and lists or objects of these, which are several spectra, named by the keys of the object
or by `label`, `name` or `spectrum` in them. A single value beside the columns holds for the whole spectrum. The
impedance may be a column of pairs `[re, im]`, of complex texts `"2-3j"`, or an object of the columns of its parts.
"""

from __future__ import annotations

import csv
import io
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields, replace
from datetime import date
from typing import Any, NamedTuple

from eisfit.errors import CorruptFile, UnknownFormat
from eisfit.readers._base import Content, File
from eisfit.readers.own.tidy import TEXTS, WHOLE, is_tidy
from eisfit.readers.tabular import read_table
from eisfit.readers.tabular.cells import is_number, shortened
from eisfit.readers.tabular.columns import has_frequency, is_readable, layout, side_by_side
from eisfit.readers.tabular.names import understood
from eisfit.readers.tabular.pairs import Columns, UnequalColumns, as_said, has_pairs, pair_of, paired, refuse_polar
from eisfit.readers.tabular.parts import joined
from eisfit.readers.tabular.physical import impossible
from eisfit.readers.tabular.said import factors_in, is_about, is_single, remarks_below, remarks_in
from eisfit.readers.tabular.text import MOST_COLUMNS
from eisfit.spectrum import Conditions, Note, Spectrum

DEEPEST = 8
"""Levels of lists and objects in which tables are looked for."""
MOST = 50_000_000
"""Cells of all tables of a file together."""
SPARSE, LEAST_FILLED = 200_000, 50
"""Records may leave so many cells empty, or so many for each that they fill."""
MOST_LOOKS = 30_000
"""Lists and objects of a file that may be looked through for the tables in them."""
LABELS = ("label", "name", "spectrum", "title", "id")
CONDITIONS = frozenset(f.name for f in fields(Conditions)) - {"others"}


VALUES = ("value", "values", "data")
"""Keys of the numbers of a column beside its unit."""


class Found(NamedTuple):
    """A table: columns of equal length by their names, single values beside them, the name it goes by.

    `said` are the names and texts of the objects around it, as remarks; `pairs` is True where a column held pairs of
    numbers, which are taken for Re(Z) and Im(Z).
    """

    columns: Columns
    values: dict[str, Any]
    label: str
    said: tuple[str, ...] = ()
    pairs: bool = False


def contents(value: Any, file: File) -> Content:
    """The spectra in some lists and objects. Raises UnknownFormat where there are none, CorruptFile for a bad cell."""
    tables = list(tables_in(value, ""))
    if not tables:
        raise UnknownFormat(
            "holds no table of spectra: no columns or records with a frequency and an impedance", file.shown
        )
    if sum(len(t.columns) * len(next(iter(t.columns.values()))) for t in tables) > MOST:
        raise CorruptFile(f"holds more than {MOST} cells", file.shown)
    several = len(tables) > 1
    parts, notes = [], []
    wrong: CorruptFile | None = None
    for table in tables:
        try:
            parts.append(content(table, file, several=several))
        except CorruptFile as error:
            wrong = wrong or error
            notes.append(Note("skipped", file.shown, f"table {table.label} is not read: it {error.message}"))
    if wrong is not None and not parts:
        raise wrong
    return joined(parts, file.shown).with_notes(notes)


def tables_in(
    value: Any, label: str, depth: int = 0, said: tuple[str, ...] = (), looks: Iterator[int] | None = None
) -> Iterator[Found]:
    """The tables in a value, from the outside to the inside; `looks` counts down. Raises UnequalColumns at its end."""
    if depth > DEEPEST:
        return
    if isinstance(value, Mapping):
        objects = (inner for inner in value.values() if isinstance(inner, Mapping))
        beside = (inner for inner in objects if not any(map(is_column, inner.values())))
        factors = (number for inner in (value, *beside) for number in factors_in(inner))
        further = (line for inner in value.values() if is_about(inner) for line in remarks_below(inner))
        said = (*said, *remarks_in(value), *further, *(f"scale: {number:g}" for number in factors))
    found = table_of(value, label)
    if found is not None:
        texts = (f"{name}: {text}" for name, text in found.values.items() if isinstance(text, str))
        table = as_said(found.columns, (*said, *texts)) if found.pairs else found.columns
        yield found._replace(columns=table, said=said)
        return
    if not isinstance(value, list | Mapping):
        return
    looks = iter(range(MOST_LOOKS)) if looks is None else looks
    if next(looks, None) is None:
        raise UnequalColumns(f"holds more than {MOST_LOOKS} lists and objects that are no table")
    inside = value.items() if isinstance(value, Mapping) else (("", inner) for inner in value)
    for key, inner in inside:
        if isinstance(inner, list | Mapping) and inner:
            below = (*said, str(key)) if isinstance(value, Mapping) else said
            yield from tables_in(inner, str(key), depth + 1, below, looks)


def table_of(value: Any, label: str) -> Found | None:
    """The table that a value itself is, None where it is none."""
    for form in (records, split, columns, of_pandas):
        found = form(value)
        refuse_many({} if found is None else found.columns)
        if found is not None and is_table(tuple(found.columns)):
            own = next((str(found.values[name]) for name in LABELS if is_single(found.values.get(name))), "")
            pairs = any(name.startswith("Re(Z)") for name in found.columns) and has_pairs(value)
            return found._replace(label=own or label, pairs=pairs)
    return None


def is_table(names: tuple[str, ...]) -> bool:
    """True for names of columns that make a spectrum or a cycling record."""
    if len(names) > MOST_COLUMNS:
        return False
    return is_tidy(names) or is_readable(layout(names)) or bool(side_by_side(names))


def refuse_many(columns: Columns) -> None:
    """Raises UnequalColumns for more columns than any table has."""
    if len(columns) > MOST_COLUMNS:
        raise UnequalColumns(f"has {len(columns)} columns, a table has {MOST_COLUMNS} at most")


def records(value: Any) -> Found | None:
    """A list of objects of single values; a name that one of them lacks is an empty cell there."""
    if not isinstance(value, list) or not value or not all(isinstance(item, Mapping) for item in value):
        return None
    filled = sum(map(len, value))
    if len(value) > max(SPARSE, LEAST_FILLED * filled):
        raise UnequalColumns(f"its {len(value)} records hold {filled} values, most of them none")
    flat: list[dict[str, Any]] = []
    for item in value:
        flat.append(flattened(item))
        if any(isinstance(cell, list | Mapping) and pair_of(cell) is None for cell in flat[-1].values()):
            return None
    names = dict.fromkeys(name for item in flat for name in item)
    if len(names) * len(flat) > max(SPARSE, LEAST_FILLED * sum(map(len, flat))):
        raise UnequalColumns(f"its {len(flat)} records have {len(names)} names between them, most of them in a few")
    return Found(paired({name: [item.get(name) for item in flat] for name in names}), {}, "")


def split(value: Any) -> Found | None:
    """Names of columns and a list of rows, `{"columns": [...], "data": [[...], ...]}`."""
    if not isinstance(value, Mapping):
        return None
    names, rows = value.get("columns"), value.get("data")
    if not isinstance(names, list) or not isinstance(rows, list) or not rows:
        return None
    if not all(isinstance(row, list) and len(row) == len(names) for row in rows):
        return None
    return Found({str(name): [row[i] for row in rows] for i, name in enumerate(names)}, {}, "")


def columns(value: Any) -> Found | None:
    """An object of lists of one length, with single values beside them. Raises ValueError where lengths differ."""
    if not isinstance(value, Mapping):
        return None
    flat = flattened(value)
    lists = {name: cells for name, cells in flat.items() if is_column(cells)}
    refuse_many(lists)
    if not lists or not is_table(tuple(paired({name: cells[:1] for name, cells in lists.items()}))):
        return None
    singles = {name: cell for name, cell in flat.items() if is_single(cell)}
    used = {name: cells for name, cells in lists.items() if understood(name) is not None or name in CONDITIONS}
    length = max(map(len, used.values())) if used else max(map(len, lists.values()))
    if any(len(cells) != length for cells in used.values()):
        counts = ", ".join(f"{name} {len(cells)}" for name, cells in used.items())
        raise UnequalColumns(f"its columns are of unequal length: {counts}")
    return Found(paired({name: cells for name, cells in lists.items() if len(cells) == length}), singles, "")


def is_a_number(cell: Any) -> bool:
    """True for a number, as such or as a text."""
    return isinstance(cell, int | float) or (isinstance(cell, str) and is_number(cell, comma=True))


def of_pandas(value: Any) -> Found | None:
    """An object of objects of single values: columns by their rows, or rows by their columns."""
    if not isinstance(value, Mapping) or not value or not all(isinstance(v, Mapping) and v for v in value.values()):
        return None
    cells = [cell for inner in value.values() for cell in inner.values()]
    if any(isinstance(cell, list | Mapping) for cell in cells) or not any(map(is_a_number, cells)):
        return None
    first = next(iter(value.values()))
    if is_table(tuple(map(str, value))) and all(inner.keys() == first.keys() for inner in value.values()):
        return Found({str(name): [inner[row] for row in first] for name, inner in value.items()}, {}, "")
    return records(list(value.values()))


def flattened(value: Mapping[str, Any]) -> dict[str, Any]:
    """An object whose inner objects `{"impedance": {"real": ...}}` are columns of their own, `impedance_real`."""
    flat: dict[str, Any] = {}
    rows = len(value) > MOST_COLUMNS  # of a table by its rows: no column is among so many
    for key, inner in value.items():
        with_unit = measured_in(str(key), inner)
        if with_unit is not None:
            flat |= with_unit
        elif (
            isinstance(inner, Mapping)
            and not rows
            and not has_frequency(layout(tuple(map(str, inner))))
            and understood(str(key)) is not None
        ):
            flat |= {f"{key}_{part}": cells for part, cells in inner.items()}
        else:
            flat[str(key)] = inner
    return flat


def measured_in(key: str, inner: Any) -> Columns | None:
    """A column that is an object of its numbers and its unit, `{"value": [...], "unit": "kHz"}`; None for others."""
    if not isinstance(inner, Mapping) or not set(inner) <= {*VALUES, "unit", "units"}:
        return None
    unit = inner.get("unit", inner.get("units"))
    cells = next((inner[name] for name in VALUES if name in inner), None)
    return {f"{key} [{unit}]": cells} if isinstance(unit, str) and isinstance(cells, list) else None


def is_column(cells: Any) -> bool:
    """True for a list of cells: numbers, texts, nothing, pairs of a complex number."""
    return isinstance(cells, list) and bool(cells) and all(c is None or is_single(c) or pair_of(c) for c in cells)


def content(table: Found, file: File, *, several: bool) -> Content:
    """The content of one table, read as the plain table that it is, with the conditions beside it."""
    length = len(next(iter(table.columns.values())))
    beside = {
        name: [value] * length
        for name, value in table.values.items()
        if name not in CONDITIONS and not isinstance(value, str) and understood(name) is not None
    }
    rows = zip(*table.columns.values(), *beside.values(), strict=True)
    text = tabbed([[*table.columns, *beside], *rows])
    wishes = file.wishes._replace(titles=(*file.wishes.titles, *table.said))
    found = read_table(File(file.path, text.encode(), file.shown, wishes))
    if found.series is not None:
        return found
    if table.pairs:
        refuse_polar(found, file.shown)
    given = stated(table.values, file.shown)
    spectra = [
        with_given(s, given, table.label if several or table.label in table.values.values() else "", i)
        for i, s in enumerate(found.spectra)
    ]
    return replace(found, spectra=tuple(spectra))


def with_given(spectrum: Spectrum, given: Mapping[str, Any], label: str, sweep: int) -> Spectrum:
    """A spectrum with the conditions and the label that stand beside its table."""
    name = label if not sweep or not label else f"{label}#{sweep + 1}"
    return spectrum.with_(conditions=replace(spectrum.conditions, **given), label=name)


def stated(values: Mapping[str, Any], shown: str) -> dict[str, Any]:
    """The conditions among single values. Raises CorruptFile for one that cannot be."""
    told: dict[str, Any] = {}
    for name in CONDITIONS & values.keys():
        value = values[name]
        if name in TEXTS:
            value = value.isoformat() if isinstance(value, date) else value
            good = isinstance(value, str) and (str in TEXTS[name] or value in TEXTS[name])
        else:
            number = isinstance(value, int | float) and not isinstance(value, bool) and abs(value) <= sys.float_info.max
            good = number and not impossible(name, value, percent=True)
        if not good:
            raise CorruptFile(f"{name} is {shortened(str(value))}, which cannot be", shown)
        told[name] = value if name in TEXTS else round(value) if name in WHOLE else float(value)
    return told


def tabbed(rows: Iterable[Iterable[object]]) -> str:
    """Rows of cells as the text of a table, tabs between the cells."""
    stream = io.StringIO()
    csv.writer(stream, delimiter="\t", lineterminator="\n").writerows([map(cell_text, row) for row in rows])
    return stream.getvalue()


def cell_text(cell: object) -> str:
    """A cell as it would stand in a text table."""
    if cell is None or cell != cell:
        return ""
    if isinstance(cell, float):
        return repr(float(cell))
    if isinstance(cell, date):
        return cell.isoformat()
    return str(cell).replace("\r", " ").replace("\n", " ")
