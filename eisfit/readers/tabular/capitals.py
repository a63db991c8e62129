"""Units whose prefix may be milli or mega because a column line has capitals alone, or none: `ZRE(MOHM)`, `zre(mohm)`.

The size of the numbers decides where only one of both is an impedance that can be measured; else the table is refused.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from eisfit.errors import CorruptFile
from eisfit.readers.tabular.columns import Column
from eisfit.readers.tabular.spellings import Quantity
from eisfit.readers.tabular.table import Table

PARTS: tuple[Quantity, ...] = ("real", "imaginary", "magnitude", "rp")
SMALLEST, LARGEST = 1e-6, 1e13
"""Impedances beyond these, in ohm, are not measured."""
STRAY = 1e-13
"""Farad that any cell has: |Z| is below 1/(2 pi f STRAY) (plates of 1 mm^2 at 0.1 mm have 0.09 pF)."""
GIGA = 1e9
"""MOhm over mOhm."""


def settled(table: Table) -> Table:
    """The table with the prefix that its numbers can have. Raises CorruptFile where both are possible, or none is."""
    found = {q: table.columns[q] for q in PARTS if q in table.columns and is_doubtful(table.columns[q][0])}
    if not found:
        return table
    column = next(iter(found.values()))[0]
    sizes = [np.nanmax(np.abs(table.values[:, c[0].index]), initial=0.0) for c in found.values()]
    milli, mega = max(sizes) * 1e-3 >= SMALLEST, max(sizes) * 1e6 <= LARGEST
    mega = mega and all(1e6 * highest(table, c[0]) * STRAY <= 1 for c in found.values())
    capitals = abs(column.factor) > 1
    if milli == mega and (capitals or not milli or in_small_letters(table)):
        sentence = f"the unit of column {column.name} may be mOhm or MOhm: write the one that is meant"
        raise CorruptFile(sentence, table.shown)
    if milli != capitals:
        return table
    if not capitals:
        raise CorruptFile(f"column {column.name} holds at most {max(sizes):g} milliohm: is it MOhm?", table.shown)
    columns = {
        q: (replace(c[0], factor=c[0].factor / GIGA), *c[1:]) if q in found else c for q, c in table.columns.items()
    }
    return table._replace(columns=columns)


def highest(table: Table, column: Column) -> float:
    """The largest 2 pi f times number of a column, 0 without a frequency."""
    place = table.columns.get("frequency")
    if place is None:
        return 0.0
    frequency = np.abs(place[0].factor * table.values[:, place[0].index])
    return float(2 * np.pi * np.nanmax(frequency * np.abs(table.values[:, column.index]), initial=0.0))


def in_small_letters(table: Table) -> bool:
    """True where no name has a capital, and hertz none either: nothing tells how the M was written."""
    names = [column.name for found in table.columns.values() for column in found]
    return all(name == name.lower() for name in names) and any("hz" in name for name in names)


def is_doubtful(column: Column) -> bool:
    """True for milliohm or megaohm in a name of capitals alone, or of none."""
    name = column.name
    if column.unit != "Ohm" or "mohm" not in name.lower():
        return False
    return (name == name.upper() and abs(column.factor) == 1e6) or (name == name.lower() and abs(column.factor) == 1e-3)
