"""Several samples in one table, told apart by a column (channel, electrode, name, temperature, bias), and no spectra.

Rows of several samples that stand in turn at the same frequencies are one spectrum each. A table at a single frequency
is a sweep of something else, and no spectrum.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from eisfit.errors import CorruptFile
from eisfit.readers.tabular.columns import FREQUENCIES, Column, Layout
from eisfit.readers.tabular.names import bare, understood
from eisfit.readers.tabular.spellings import Quantity
from eisfit.readers.tabular.table import Indices, Table
from eisfit.spectrum import Bools, Complexes, Floats, Note

TELLING = frozenset(
    {"channel", "ch", "chan", "kanal", "electrode", "elektrode", "workingelectrode", "sample", "sampleid",
     "sampleno", "samplename", "samplenumber", "specimen", "specimenid", "probe", "name", "label", "direction",
     "richtung", "cell", "cellid", "cellname", "cellno", "zelle", "spot", "position", "electrodeid", "run",
     "runid", "repeat", "id", "series", "experiment", "test", "condition", "state", "zustand", "file",
     "filename"}
)  # fmt: skip
"""Names of columns that say to which sample a row belongs."""
TELLERS: tuple[Quantity, ...] = (
    "sample", "group", "temperature", "potential", "pressure", "soc", "cycle", "step", "current",
)  # fmt: skip
"""Quantities that may tell samples apart."""
NEARLY = 3e-3
"""Difference of ln f below which neighbouring rows are at the same frequency."""
OFTEN = 0.3
"""Part of the rows at the frequency of the row before from which samples stand in turn."""
LEAST = 3
"""Rows that a sample has on average."""
DIFFERENT = 0.02
"""Relative difference of Z at one frequency from which two rows are of two states."""
SEVERAL = 0.1
"""Part of the pairs at one frequency that differ so from which they are no repetition."""
FEW = 5
"""Rows from which a single frequency is that of a sweep of something else."""


def with_samples(columns: Layout, names: Sequence[str]) -> Layout:
    """The layout with the first column that says to which sample a row belongs."""
    used = {column.index for found in columns.values() for column in found}
    for i, name in enumerate(names):
        if i not in used and bare(name) in TELLING and understood(name) is None:
            told: Layout = {"sample": (Column(i, "sample", 1.0, "", name.strip(), word=bare(name)),)}
            return columns | told
    return columns


def by_sample(table: Table, frequency: Floats, index: Indices) -> list[Indices]:
    """The rows of each sample, where a column tells them apart; the rows as they are without one."""
    in_turn = np.count_nonzero(same(frequency[index])) > OFTEN * (len(index) - 1)
    for column in tellers(table) if in_turn else list(table.columns.get("sample", ())):
        values = table.values[index, column.index]
        codes = np.unique(values[np.isfinite(values)])
        if not np.isfinite(values).all() or not 2 <= len(codes) <= len(index) / LEAST:
            continue
        parts = [index[values == code] for code in codes[np.argsort([np.argmax(values == code) for code in codes])]]
        if all(not repeats(frequency[part]) for part in parts):
            return parts
    return [index]


def tellers(table: Table) -> list[Column]:
    """The columns that may tell samples apart: of a name that says so, of conditions, then those that are not known."""
    known = [column for quantity in TELLERS for column in table.columns.get(quantity, ())]
    used = {column.index for q, found in table.columns.items() if q != "time" for column in found}
    others = (i for i in range(table.values.shape[1]) if i not in used)
    return [*known, *(Column(i, "sample", 1.0, "", "", word="") for i in others)]


def same(frequency: Floats) -> Bools:
    """True for neighbouring rows at the same frequency (N - 1,)."""
    logarithm = np.log(frequency)
    return np.asarray(np.abs(logarithm[1:] - logarithm[:-1]) < NEARLY)


def repeats(frequency: Floats) -> bool:
    """True where two rows are at the same frequency."""
    return bool(same(np.sort(frequency)).any())


def repetitions(table: Table, frequency: Floats, impedance: Complexes, index: Indices) -> list[Note]:
    """A note on frequencies that were measured several times in turn.

    Raises CorruptFile for a table at one frequency, and for several samples in turn that no column tells apart.
    """
    f = frequency[index]
    twice = same(f)
    if len(f) < FEW or not twice.any():
        return []
    z = impedance[index]
    name = next(table.columns[q][0].name for q in FREQUENCIES if q in table.columns)
    if np.ptp(np.log(f)) < NEARLY:
        sentence = f"column {name} is {f[0]:g} Hz in each of {len(f)} rows: a sweep of time, bias or temperature at one"
        raise CorruptFile(f"{sentence} frequency is no spectrum", table.shown)
    if twice.mean() <= OFTEN:
        return []
    apart = np.abs(np.diff(z))[twice] / np.abs(z[1:])[twice]
    if np.mean(apart > DIFFERENT) > SEVERAL:
        sentence = f"each frequency in column {name} stands in neighbouring rows with another Z: are these several"
        raise CorruptFile(f"{sentence} samples? Name them in a column (sample), or export one file each", table.shown)
    told = "many frequencies stand in neighbouring rows, with nearly the same Z: read as repetitions"
    return [Note("assumed", table.shown, told)]
