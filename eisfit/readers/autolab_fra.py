"""Eco Chemie (Autolab) FRA files, `.dfr`.

Usage: one number per line. After the version stand the number of points and a line that is not used, then nine lines
for each point, of which the first three are frequency, Z' and -Z''.
"""

from __future__ import annotations

from itertools import islice

import numpy as np

from eisfit.errors import CorruptFile
from eisfit.readers._base import Content, File, reader
from eisfit.readers.tabular.cells import to_number
from eisfit.readers.tabular.parts import of_arrays
from eisfit.readers.tabular.text import lines, plain
from eisfit.regular import regex

BEGINNING = regex(rb"VERSION\d+(?:\.\d+)?\s*\r?\n\s*\d+\s*\r?\n\s*\d+\s*\r?\n")
LINES_ABOVE, LINES_PER_POINT = 3, 9
MOST_POINTS = 100_000


@reader(
    name="autolab-fra",
    vendor="Eco Chemie",
    extensions=(".dfr",),
    sniff=lambda head: BEGINNING.match(head) is not None,
    seen="VERSION8.0",
)
def read(file: File) -> Content:
    """Autolab FRA .dfr files with one spectrum."""
    data = plain(file.data)
    if not BEGINNING.match(data):
        raise CorruptFile("does not begin with a version and the number of points", file.shown)
    above = [line.text for line in islice(lines(data), LINES_ABOVE)]
    count = int(above[1]) if len(above[1].strip()) < 8 else MOST_POINTS + 1
    if not 0 < count <= MOST_POINTS:
        raise CorruptFile(f"states {above[1].strip()} points", file.shown, 2)
    values = []
    for line in islice(lines(data), LINES_ABOVE, LINES_ABOVE + LINES_PER_POINT * count):
        number = to_number(line.text, comma="," in line.text)
        if number is None:
            raise CorruptFile("a number was expected", file.shown, line.number)
        values.append(number)
    if len(values) < LINES_PER_POINT * count:
        raise CorruptFile(f"ends before its {count} points", file.shown)
    rows = np.array(values).reshape(count, LINES_PER_POINT)
    steps = np.sign(np.diff(rows[:, 0]))
    if not (np.all(rows[:, 0] > 0) and np.all(steps == steps[:1])):
        raise CorruptFile("its frequencies are in no order: lines are missing or were added", file.shown)
    return of_arrays({"freq/Hz": rows[:, 0], "Re(Z)/Ohm": rows[:, 1], "-Im(Z)/Ohm": rows[:, 2]}, file.shown)
