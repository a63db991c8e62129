"""Cells with three electrodes: which impedance of a table is read.

EC-Lab writes beside Z of the working electrode that of the counter electrode (Zce) and of the whole cell (Zwe-ce); in
tables the names of columns say it (`Zre_WE`, `Zre_CE`, `Zre_cell`). As the same current flows through all,
Zwe-ce = Z + Zce.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from eisfit.errors import CorruptFile
from eisfit.medians import median_of
from eisfit.readers._base import Electrode
from eisfit.readers.tabular.columns import Column, Layout
from eisfit.readers.tabular.labels import ELECTRODES
from eisfit.readers.tabular.names import bare
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
    there = held(table)
    if table.electrode == "we" or (len(there) < 2 and table.electrode == "all"):
        return [("", table)]
    return [(label, view(table, name)) for name, label in wanted(there, table.electrode, table.shown)]


def wanted(there: Sequence[str], electrode: Electrode, shown: str) -> list[tuple[str, str]]:
    """The electrodes to read of those that are there, each with a label where it is one of several.

    Raises CorruptFile where the one that is asked for is not there.
    """
    if electrode == "all":
        return [(name, LABELS[name]) for name in there]
    if electrode not in there:
        columns = ", ".join(COLUMNS[electrode]).replace("_", " ")
        raise CorruptFile(f"holds no impedance of the {WORDS[electrode]} (columns {columns})", shown)
    return [(electrode, "")]


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
    return told(there, table.electrode, discrepancy(table), table.shown) if len(there) > 1 else []


def told(there: Sequence[str], electrode: Electrode, difference: float | None, shown: str) -> list[Note]:
    """Notes on electrodes that are there and not read, and on parts that differ from the cell by so much."""
    notes = []
    if electrode != "all":
        rest = " and the ".join(WORDS[name] for name in there if name != electrode)
        sentence = f"the impedance of the {WORDS[electrode]} is read; that of the {rest} is there too"
        notes.append(Note("ignored", shown, f"{sentence}: choose with --electrode we, ce, cell or all"))
    if difference is not None and difference > ADDS_UP:
        sentence = f"working and counter electrode do not add up to the whole cell: they differ by {difference:.1%}"
        notes.append(Note("assumed", shown, sentence))
    return notes


def of_labels(labels: Sequence[str]) -> list[Electrode] | None:
    """The electrodes that labels of spectra side by side name, None where one names none, or two the same."""
    named = [ELECTRODES[bare(label)] for label in labels if bare(label) in ELECTRODES]
    return named if len(set(named)) == len(labels) else None


def discrepancy(table: Table) -> float | None:
    """The median of |Z + Zce - Zwe-ce| over |Zwe-ce|, None where one of the three is missing."""
    if len(held(table)) < len(COLUMNS):
        return None
    return difference(*(parts(table, name) for name in COLUMNS))


def difference(we: Complexes, ce: Complexes, cell: Complexes) -> float | None:
    """The median of |Z + Zce - Zwe-ce| over |Zwe-ce|, None where nothing is known."""
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
