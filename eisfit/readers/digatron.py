"""Digatron battery testers, text exports with impedance steps.

Usage: a header of lines, the column line (`Step, Status, ..., ActFreq, Zreal1, Zimg1, ...`), a row of units, the rows
of all steps. Rows of status EIS are the spectrum: ActFreq is the frequency, Zreal1 and Zimg1 are milliohm at the first
voltage channel, U1 its potential. Messages (MSG) are passed over. Other voltage channels are told.
"""

from __future__ import annotations

from itertools import islice

from eisfit.errors import CorruptFile, EmptyFile
from eisfit.readers._base import Content, File, reader
from eisfit.readers.tabular.cells import split
from eisfit.readers.tabular.parts import of_lines
from eisfit.readers.tabular.text import Line, end_of, lines, plain
from eisfit.regular import regex

NAMES = {
    "ActFreq": "freq/Hz",
    "Zreal1": "Re(Z)/mOhm",
    "Zimg1": "Im(Z)/mOhm",
    "U1": "E/V",
    "Current": "I/A",
}
"""What the columns of the first channel mean."""
CHANNEL = regex(r"Zreal(\d+)$")
LONGEST_HEADER = 500


@reader(
    name="digatron",
    vendor="Digatron",
    extensions=(),
    sniff=lambda head: b"ActFreq" in head and b"Zreal1" in head and b"Zimg1" in head,
    seen="text export with EIS steps",
)
def read(file: File) -> Content:
    """Digatron text exports: the impedance of the first voltage channel, in milliohm."""
    data = plain(file.data)
    found = next((line for line in islice(lines(data), LONGEST_HEADER) if "ActFreq" in line.text), None)
    if found is None:
        raise CorruptFile("no line names the columns ActFreq, Zreal1 and Zimg1", file.shown)
    delimiter = max(",;\t", key=found.text.count)
    header = [name.strip() for name in split(found.text, delimiter)]
    missing = [name for name in ("Status", "ActFreq", "Zreal1", "Zimg1") if name not in header]
    if missing:
        raise CorruptFile(f"has no column {missing[0]}", file.shown, found.number)
    status = header.index("Status")
    rows = [
        cut(line, delimiter, len(header))
        for line in lines(data, end_of(data, found), found.number + 1)
        if split(line.text, delimiter)[status : status + 1] == ["EIS"]
    ]
    if not rows:
        raise EmptyFile("holds no row of status EIS", file.shown)
    names = tuple(NAMES.get(name, f"column {i + 1}") for i, name in enumerate(header))
    content = of_lines(names, rows, file.shown, delimiter=delimiter)
    content = content.noted("assumed", file.shown, "Digatron writes Zreal and Zimg in milliohm")
    others = [name for name in header if (channel := CHANNEL.match(name)) and channel[1] != "1"]
    if not others:
        return content
    return content.noted("ignored", file.shown, f"the other voltage channels are not read: {', '.join(others)}")


def cut(line: Line, delimiter: str, width: int) -> Line:
    """A row with as many cells as there are names."""
    cells = split(line.text, delimiter)[:width]
    return line._replace(text=delimiter.join([*cells, *[""] * (width - len(cells))]))
