"""What a column of words says of its rows: `type` is data or fit, `electrode` is WE or CE, `quantity` is Z or Y."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from eisfit.errors import CorruptFile
from eisfit.readers._base import Electrode
from eisfit.readers.tabular import made
from eisfit.readers.tabular.cells import is_number
from eisfit.readers.tabular.claims import COMPUTED, OTHER, STANDARD
from eisfit.readers.tabular.electrodes import LABELS, of_labels, told, wanted
from eisfit.readers.tabular.labels import ELECTRODES
from eisfit.readers.tabular.names import bare, understood
from eisfit.readers.tabular.numbers import Rows
from eisfit.readers.tabular.remarks import heeded, other_quantity
from eisfit.readers.tabular.shape import Shape, cells_of
from eisfit.readers.tabular.text import lines, unaccented
from eisfit.spectrum import Note

QUANTITIES = frozenset(
    {"quantity", "representation", "parameter", "variable", "mode", "type", "kind", "function", "messgrosse"}
)
"""Names of columns that say which quantity a row holds."""
SYMBOLS = frozenset({"y", "y*", "m", "m*", "eps", "eps*", "c", "c*", "sigma", "sig", "tand"})
"""What else than Z stands in such a column."""
TRUE = frozenset({"true", "yes", "ja", "oui", "si", "wahr", "1", "y", "x"})
MOST = 6
"""Columns of words that are looked at."""


def word_columns(data: bytes, shape: Shape) -> frozenset[int]:
    """The places of columns that mean nothing to us and hold a word in the first row."""
    row = next(lines(data, shape.start, shape.line)).text
    cells = zip(shape.names, cells_of(row, shape.delimiter), strict=False)
    places = [
        i
        for i, (name, cell) in enumerate(cells)
        if cell.strip() and not is_number(cell, comma=shape.comma) and understood(name) is None
    ]
    return frozenset(places[:MOST])


def measured_rows(rows: Rows, shape: Shape, electrode: Electrode, shown: str) -> Rows:
    """The rows that are measured impedances of the electrode that is asked for, with notes on the others.

    Raises CorruptFile where none is left, and where a remark beside the rows states a unit or another quantity.
    """
    if rows.beside and heeded(shape.names, rows.beside, shown) != tuple(shape.names):
        sentence = f"{rows.beside[0].text.strip()[:40]!r} stands beside the rows: write the unit into the column line"
        raise CorruptFile(sentence, shown, rows.beside[0].number)
    kept, notes = np.ones(len(rows.values), bool), []
    for index, texts in rows.codes.items():
        name, values = shape.names[index].strip(), rows.values[:, index]
        named = of_labels(texts) if len(texts) > 1 else None
        if named is not None and electrode != "all":
            there = [e for e in LABELS if e in named]
            wanted(there, electrode, shown)
            kept &= values == named.index(electrode)
            notes += told(there, electrode, None, shown)
            continue
        for code, text in enumerate(texts):
            if says := against(name, text, texts):
                kept &= values != code
                notes.append(passed_over(name, repr(text), says, shown))
    for index, name in enumerate(shape.names):
        if index not in rows.codes and made.is_computed(unaccented(name.strip()).removeprefix("is_")):
            values = rows.values[:, index]
            if set(np.unique(values[kept]).tolist()) == {0.0, 1.0}:
                kept &= values == 0
                notes.append(passed_over(name.strip(), "1", COMPUTED, shown))
    if not kept.any() and len(kept):
        raise CorruptFile(f"none of its rows is measured: {notes[-1].sentence}", shown)
    return rows if not notes else rows._replace(values=rows.values[kept], notes=(*rows.notes, *notes))


def tells(name: str, text: str) -> bool:
    """True for a word in a named column that tells of its row what `measured_rows` asks."""
    return bool(name.strip()) and (bare(text) in ELECTRODES or bool(against(name, text, (text, ""))))


def tells_electrodes(rows: Rows) -> bool:
    """True where a column says of each row which electrode it is of."""
    return any(len(texts) > 1 and of_labels(texts) is not None for texts in rows.codes.values())


def passed_over(name: str, value: str, why: str, shown: str) -> Note:
    """The note on rows that are no measurement."""
    return Note("ignored", shown, f"the rows whose column {name} is {value} are passed over: {why}")


def against(name: str, text: str, texts: Sequence[str]) -> str:
    """What a word in a column says against its rows as a measured impedance, empty where nothing."""
    label, column = unaccented(text.strip()), unaccented(name).removeprefix("is_")
    if made.is_computed(column) and label.lower() in TRUE:
        return COMPUTED
    if made.is_computed(label) and (len(texts) > 1 or not made.CIRCUIT.fullmatch(label)):
        return COMPUTED
    first, _, last = text.strip().replace(" ", "_").rpartition("_")
    if made.is_computed(last) and first in {other.strip().replace(" ", "_") for other in texts}:
        return COMPUTED  # `cell1_fit` beside `cell1`
    if made.is_standard(label):
        return STANDARD
    of_quantity = bare(name) in QUANTITIES and (label.lower() in SYMBOLS or other_quantity(label, 0, of_z=False))
    return OTHER if of_quantity else ""
