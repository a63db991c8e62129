"""Text that Ametek programs (VersaStudio, PowerSuite for Parstat) export: a sequence of steps in one table.

Usage: the columns are named in the first line, `Potential (V)`, `Current (A)`, `Elapsed Time (s)`, `Frequency (Hz)`,
`Zre (ohms)`, `Zim (ohms)` among them. Rows at f = 0 are the other steps of the sequence: they become cycling record.
"""

from __future__ import annotations

from eisfit.readers._base import Content, File, reader
from eisfit.readers.tabular.parts import of_lines
from eisfit.readers.tabular.text import Line, lines, plain
from eisfit.regular import regex

COLUMNS = regex(
    rb"(?:\xef\xbb\xbf)?(?=[^\r\n]*Potential \(V\))(?=[^\r\n]*Current \(A\))(?=[^\r\n]*Elapsed Time \(s\))"
    rb"(?=[^\r\n]*Zre \(ohms\))"
)


@reader(
    name="parstat",
    vendor="Ametek",
    extensions=(),
    sniff=lambda head: COLUMNS.match(head) is not None,
    seen="VersaStudio",
)
def read(file: File) -> Content:
    """Text exports of VersaStudio and Parstat: spectra and the steps between them in one table."""
    first, *rows = list(lines(plain(file.data))) or [Line(1, 0, "")]
    delimiter = "\t" if "\t" in first.text else ","
    names = tuple(first.text.rstrip(delimiter).split(delimiter))
    # every row ends with a delimiter: no cell follows it, else a name too many would shift the columns
    kept = [row._replace(text=row.text.removesuffix(delimiter)) for row in rows if row.text.strip()]
    return of_lines(names, kept, file.shown, delimiter=delimiter, cycling=True)
