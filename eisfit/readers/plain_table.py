"""Plain tables: .csv, .tsv, .txt and their kin, whatever separator, decimal mark, spelling and units they use.

Usage: the line that names a frequency and an impedance (or time, voltage and current) is the column line; text above it
is skipped, a row of units below it is used. A line that names other quantities is refused with their names. Without any
such line the numbers have to prove which column is which, or --columns says it.
"""

from __future__ import annotations

from eisfit.readers._base import Content, File, reader
from eisfit.readers.tabular import looks_like_table, read_table

EXTENSIONS = (".csv", ".tsv", ".txt", ".dat", ".asc", ".prn")


@reader(name="table", vendor="any", extensions=EXTENSIONS, sniff=looks_like_table, general=True)
def read(file: File) -> Content:
    """Tables with any separator, decimal mark, with or without column line, units row and comments; tidy tables."""
    return read_table(file)
