"""IviumSoft files, `.idf` (one scan) and `.ids` (several).

Usage: text within a binary frame. Each block `primary_data` of the method Impedance is a spectrum: a line with the
number of columns, one with the number of rows, and rows of Z', Z'' (true sign) and frequency.
"""

from __future__ import annotations

import re

import numpy as np

from eisfit.errors import CorruptFile, EmptyFile
from eisfit.readers._base import Content, File, reader
from eisfit.readers.tabular.dates import local_time
from eisfit.readers.tabular.parts import joined, of_arrays
from eisfit.regular import regex

BLOCK = regex(r"primary_data\s*\n\s*(\d+)\s*\n\s*(\d+)\s*\n")
METHOD = regex(r"^Method=(.*?)\s*$", re.MULTILINE)
START = regex(r"start ?time\s*[:=]\s*([^\r\n]+)")
ROW = regex(r"\s*([-+\d.eE]+)\s+([-+\d.eE]+)\s+([-+\d.eE]+)")
MOST_ROWS = 1_000_000


@reader(
    name="ivium",
    vendor="Ivium",
    extensions=(".idf", ".ids"),
    sniff=lambda head: b"Corrosion=" in head[:512] and b"Levels=" in head[:512],
    seen="IviumSoft",
)
def read(file: File) -> Content:
    """Ivium .idf and .ids files with one or several impedance scans."""
    text = file.data.decode("latin-1").replace("\r\n", "\n")
    methods = [(found.start(), found[1]) for found in METHOD.finditer(text)]
    parts = []
    for block in BLOCK.finditer(text):
        method = next((name for at, name in reversed(methods) if at < block.start()), "")
        if method.lower().startswith("impedance") and block[1] == "3":
            parts.append(scan(text, block, file.shown))
    if not parts:
        listed = ", ".join(dict.fromkeys(name for _, name in methods)) or "none"
        raise EmptyFile(f"holds no impedance (methods: {listed})", file.shown)
    return joined(parts, file.shown)


def scan(text: str, block: re.Match[str], shown: str) -> Content:
    """One block of rows as a content. Raises CorruptFile where rows are missing or are no numbers."""
    count = int(block[2]) if len(block[2]) < 8 else MOST_ROWS
    rows = text[block.end() : block.end() + 80 * min(count, MOST_ROWS)].split("\n")[:count]
    first = text.count("\n", 0, block.end()) + 1
    values = []
    for number, row in enumerate(rows, start=first):
        found = ROW.match(row)
        try:
            values.append([float(part) for part in found.groups()] if found else None)
        except ValueError:
            values.append(None)
        if values[-1] is None:
            raise CorruptFile(f"expected {count} rows of Z', Z'' and frequency", shown, number)
    if len(values) < count or not values:
        raise CorruptFile(f"ends before its {count} rows", shown)
    z = np.array(values, dtype=np.float64)
    steps = np.sign(np.diff(z[:, 2]))
    if not (np.all(z[:, 2] > 0) and (np.all(steps >= 0) or np.all(steps <= 0))):
        raise CorruptFile("its frequencies are in no order: lines are missing or were added", shown, first)
    started = START.search(text)
    start = local_time(started[1], day_first=True) if started else None
    return of_arrays({"freq/Hz": z[:, 2], "Re(Z)/Ohm": z[:, 0], "Im(Z)/Ohm": z[:, 1]}, shown, start=start)
