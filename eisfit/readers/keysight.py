"""Keysight and Agilent 4294A impedance analysers, text files of a trace.

Usage: for each trace a line `"TRACE: A"`, one with its format (`"FORMAT: |Z|"`, `R`, `X`, `Cp`, ...), the column line
`"Frequency" "Data Trace Real" ...` and the rows. The first column behind the frequency of both traces together gives
the impedance, by what their formats are. The .csv files of the E4990A are plain tables.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from eisfit.errors import CorruptFile, EmptyFile
from eisfit.readers._base import Content, File, reader
from eisfit.readers.tabular.cells import to_number
from eisfit.readers.tabular.parts import of_arrays
from eisfit.readers.tabular.text import lines, plain
from eisfit.regular import regex
from eisfit.spectrum import Floats

FORMAT = regex(r'"?\s*FORMAT\s*:\s*([^"\r\n]+?)\s*"?\s*$', re.IGNORECASE)
HEADERS = {
    "|z|": "|Z|/Ohm", "z": "|Z|/Ohm", "theta": "phase/deg", "thetaz": "phase/deg", "thz": "phase/deg", "r": "R/Ohm",
    "x": "X/Ohm", "rs": "R/Ohm", "xs": "X/Ohm", "|y|": "|Y|/S", "thy": "phase(Y)/deg", "g": "G/S", "b": "B/S",
    "cp": "Cp/F", "cs": "Cs/F", "ls": "Ls/H", "lp": "Lp/H", "rp": "Rp/Ohm", "d": "D", "q": "Q",
}  # fmt: skip
"""The quantities of traces by their formats."""


class Trace(NamedTuple):
    """One trace: its format and its rows (N, 2) of frequency and value."""

    format: str
    rows: Floats


@reader(
    name="keysight-4294a",
    vendor="Keysight, Agilent",
    extensions=(),
    sniff=lambda head: b"TRACE:" in head and b"FORMAT:" in head and b"Data Trace" in head,
    seen="4294A text",
)
def read(file: File) -> Content:
    """Keysight 4294A text files with two traces, such as |Z| and phase or R and X."""
    found = list(traces(file))
    if not found:
        raise EmptyFile("holds no trace with rows", file.shown)
    unknown = [trace.format for trace in found if header_of(trace.format) is None]
    if unknown:
        raise CorruptFile(f"the format {unknown[0]} of a trace is no quantity that gives an impedance", file.shown)
    frequency = found[0].rows[:, 0]
    if any(len(t.rows) != len(frequency) or not np.allclose(t.rows[:, 0], frequency) for t in found):
        raise CorruptFile("its traces were measured at different frequencies", file.shown)
    columns = {header_of(trace.format) or "": trace.rows[:, 1] for trace in found}
    return of_arrays({"Frequency/Hz": frequency} | columns, file.shown)


def header_of(text: str) -> str | None:
    """The column that a format of a trace is, None where it is none of ours."""
    return HEADERS.get(re.sub(r"[\s()-]|\[.*?\]|deg", "", text.lower().replace("θ", "theta")))


def traces(file: File) -> Iterator[Trace]:
    """The traces of a file that have rows."""
    name, rows = "", list[list[float]]()
    for line in lines(plain(file.data)):
        found = FORMAT.match(line.text.strip())
        numbers = [to_number(cell, comma=False) for cell in re.split(r"[\s,]+", line.text.strip())[:2]]
        if found or line.text.strip().strip('"').upper().startswith("TRACE:"):
            if rows:
                yield Trace(name, np.array(rows))
            name, rows = (found[1] if found else ""), []
        elif name and len(numbers) == 2 and numbers[0] is not None and numbers[1] is not None:
            rows.append([numbers[0], numbers[1]])
    if rows:
        yield Trace(name, np.array(rows))
