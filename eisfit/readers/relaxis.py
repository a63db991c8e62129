"""rhd instruments RelaxIS text exports: one or many spectra side by side.

Usage: the columns `Data: Frequency`, `Data: Z'`, `Data: Z''` and so on, once for each spectrum, the line below them
with the metadata of each (`DC=` is the potential in volts), the rows. Columns of a fitted model are not read. The date
at the top is that of the export, and is not used.
"""

from __future__ import annotations

from itertools import islice

from eisfit.errors import CorruptFile
from eisfit.readers._base import Content, File, reader
from eisfit.readers.tabular.columns import layout, side_by_side
from eisfit.readers.tabular.parts import joined, of_columns, rows_of
from eisfit.readers.tabular.text import end_of, lines, plain
from eisfit.regular import regex

DATA = "Data: "
UNITS = {"Frequency": "Frequency/Hz", "Theta (Z)": "Phase(Z)/deg"}
POTENTIAL = regex(r"\bDC=([-+]?\d+(?:[.,]\d+)?(?:[eE][-+]?\d+)?)")


@reader(
    name="relaxis",
    vendor="rhd instruments",
    extensions=(),
    sniff=lambda head: b"RelaxIS" in head[:64] and b"Spectrum export" in head[:128],
    seen="RelaxIS 3.0",
)
def read(file: File) -> Content:
    """RelaxIS text exports of one or many spectra, with their DC potentials."""
    data = plain(file.data)
    for line in islice(lines(data), 50):
        if line.text.startswith(DATA):
            break
    else:
        raise CorruptFile("no line names the columns (Data: Frequency, Data: Z', ...)", file.shown)
    cells = line.text.rstrip("\t").split("\t")
    names = tuple(named(cell) for cell in cells)
    below = [row for row in lines(data, end_of(data, line), line.number + 1) if row.text.strip()]
    about = below.pop(0).text.split("\t") if below and "=" in below[0].text else []
    rows = rows_of(names, below, file.shown, "\t")
    layouts = side_by_side(names) or [layout(names)]
    parts = []
    for columns in layouts:
        part = of_columns(columns, rows, file.shown)
        first = min(found[0].index for found in columns.values())
        potential = POTENTIAL.search(about[first]) if first < len(about) else None
        if potential:
            value = float(potential[1].replace(",", "."))
            part = part.with_conditions(potential_V=value)
        parts.append(part)
    return joined(parts, file.shown)


def named(cell: str) -> str:
    """The name of a column of data in a spelling with its unit; other columns have no name of ours."""
    name = cell.removeprefix(DATA) if cell.startswith(DATA) else "model"
    return UNITS.get(name.strip(), name.strip())
