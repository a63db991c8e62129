"""CH Instruments text, `.txt`: A.C. impedance.

Usage: a header of lines, the columns `Freq/Hz, Z'/ohm, Z"/ohm, ...`, the rows. The date of the first line is when the
measurement began, `Init E (V)` the potential.
"""

from __future__ import annotations

import re
from dataclasses import replace

from eisfit.readers._base import Content, File, reader
from eisfit.readers.tabular import read_table
from eisfit.readers.tabular.dates import local_time
from eisfit.readers.tabular.text import decoded
from eisfit.regular import regex

POTENTIAL = regex(r"^Init E \(V\) = ([-+\d.eE]+)", re.MULTILINE)


@reader(
    name="chi",
    vendor="CH Instruments",
    extensions=(),
    sniff=lambda head: b"Instrument Model:" in head and b"CHI" in head and b"Impedance" in head,
    seen="CHI660E",
)
def read(file: File) -> Content:
    """CH Instruments text files of A.C. impedance, with date and potential of the header."""
    found = read_table(file)
    header = decoded(file.head)
    potential = POTENTIAL.search(header)
    conditions: dict[str, float] = {"time_s": 0.0}
    if potential:
        conditions["potential_V"] = float(potential[1])
    found = found.with_conditions(**conditions)
    return replace(found, start=local_time(header.partition("\n")[0]), span=(0.0, 0.0))
