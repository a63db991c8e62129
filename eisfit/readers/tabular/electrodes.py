"""Cells with three electrodes: which impedance of a table is read.

EC-Lab writes beside Z of the working electrode that of the counter electrode (Zce) and of the whole cell (Zwe-ce). As
the same current flows through all, Zwe-ce = Z + Zce.
"""

from __future__ import annotations

import numpy as np

from eisfit.errors import CorruptFile
from eisfit.medians import median_of
from eisfit.readers.tabular.columns import Column, Layout
from eisfit.readers.tabular.spellings import Quantity
from eisfit.readers.tabular.table import Table
from eisfit.spectrum import Complexes, Note

COLUMNS: dict[str, tuple[Quantity, Quantity]] = {
    "we": ("real", "imaginary"),
    "ce": ("ce_real", "ce_imaginary"),
    "cell": ("cell_real", "cell_imaginary"),
}
WORDS = {"we": "working electrode", "ce": "counter electrode", "cell": "whole cell"}
OF_CELL = ("ecell", "ewe-ece", "cellvoltage")
"""Names of the potential of the whole cell."""
LABELS = {"we": "WE", "ce": "CE", "cell": "cell"}
ADDS_UP = 0.02
"""Relative difference between WE + CE and the cell from which it is told."""


def held(table: Table) -> list[str]:
    """Which electrodes a table has an impedance of."""
    return [name for name, parts in COLUMNS.items() if set(parts) <= table.columns.keys()]


def seen_from(table: Table) -> list[tuple[str, Table]]:
    """The table with the impedance of the electrode that is asked for, with a label where all are.

    Raises CorruptFile where the table does not hold it.
    """
    if table.electrode == "we":
        return [("", table)]
    there = held(table)
    wanted = there if table.electrode == "all" else [table.electrode]
    if len(there) < 2 and table.electrode == "all":
        return [("", table)]
    missing = [name for name in wanted if name not in there]
    if missing:
        columns = ", ".join(COLUMNS[missing[0]]).replace("_", " ")
        raise CorruptFile(f"holds no impedance of the {WORDS[missing[0]]} (columns {columns})", table.shown)
    return [(LABELS[name] if len(wanted) > 1 else "", view(table, name)) for name in wanted]


def view(table: Table, name: str) -> Table:
    """The table in which Z is that of one electrode."""
    if name == "we":
        return table
    first, second = COLUMNS[name]
    kept = {q: found for q, found in table.columns.items() if q not in ("real", "imaginary", "magnitude", "phase")}
    columns: Layout = {q: found for q, found in kept.items() if q != "potential"}
    potential = potentials(table, name)
    columns |= {"real": table.columns[first], "imaginary": table.columns[second]}
    return table._replace(columns=columns | ({"potential": potential} if potential else {}))


def potentials(table: Table, name: str) -> tuple[Column, ...]:
    """The columns of the potential of the counter electrode, or of the whole cell."""
    if name == "ce":
        return table.columns.get("ce_potential", ())
    return tuple(column for column in table.columns.get("potential", ()) if column.word.strip("<>") in OF_CELL)


def others(table: Table) -> list[Note]:
    """Notes on the electrodes that are there and not read, and on parts that do not add up to the cell."""
    there = held(table)
    if len(there) < 2:
        return []
    notes = []
    if table.electrode != "all":
        rest = [WORDS[name] for name in there if name != table.electrode]
        sentence = (
            f"the impedance of the {WORDS[table.electrode]} is read; that of the {' and the '.join(rest)} is there "
            "too: choose with --electrode we, ce, cell or all"
        )
        notes.append(Note("ignored", table.shown, sentence))
    difference = discrepancy(table)
    if difference is not None and difference > ADDS_UP:
        sentence = f"working and counter electrode do not add up to the whole cell: they differ by {difference:.1%}"
        notes.append(Note("assumed", table.shown, sentence))
    return notes


def discrepancy(table: Table) -> float | None:
    """The median of |Z + Zce - Zwe-ce| over |Zwe-ce|, None where one of the three is missing."""
    if len(held(table)) < len(COLUMNS):
        return None
    we, ce, cell = (parts(table, name) for name in COLUMNS)
    known = np.isfinite(we) & np.isfinite(ce) & np.isfinite(cell) & (np.abs(cell) > 0)
    if not known.any():
        return None
    return float(median_of(np.abs(we + ce - cell)[known] / np.abs(cell[known])))


def parts(table: Table, name: str) -> Complexes:
    """The impedance of one electrode (N,)."""
    first, second = (table.column(quantity) for quantity in COLUMNS[name])
    assert first is not None
    assert second is not None
    z: Complexes = first + 1j * second
    return z
