"""Ametek VersaStudio files, `.par`, and the text that VersaStudio and VersaStat export.

Usage: every `<Segment>` with rows is read. Rows at f = 0 are other steps of the sequence: they become cycling record.
Newer versions keep the rows outside of the .par file, which then holds settings only; export them as .csv or .txt.
"""

from __future__ import annotations

import re

from eisfit.errors import CorruptFile, EmptyFile
from eisfit.readers._base import Content, File, reader
from eisfit.readers.tabular.dates import local_time
from eisfit.readers.tabular.parts import joined, of_lines
from eisfit.readers.tabular.text import Line, lines, plain
from eisfit.regular import regex

SEGMENT = regex(r"^<Segment\d*>\s*$")
DATE, TIME = regex(r"^DateAcquired=(.*)$", re.MULTILINE), regex(r"^TimeAcquired=(.*)$", re.MULTILINE)


@reader(
    name="versastudio",
    vendor="Ametek",
    extensions=(".par",),
    sniff=lambda head: head.removeprefix(b"\xef\xbb\xbf").startswith(b"<Application>") and b"VersaStudio" in head,
    seen="VersaStudio 2.52 (2.70 keeps the rows elsewhere)",
)
def read(file: File) -> Content:
    """VersaStudio .par files whose rows stand in the file, with the steps before and between the spectra."""
    text = plain(file.data)
    header = text[:8192].decode("utf-8", errors="replace")
    date, time = DATE.search(header), TIME.search(header)
    start = local_time(f"{date[1].strip()} {time[1].strip()}") if date and time else None
    parts = [
        of_lines(names, rows, file.shown, delimiter=",", start=start, cycling=True)
        for names, rows in segments(text, file.shown)
        if rows
    ]
    if not parts:
        raise EmptyFile("holds settings and no rows (newer VersaStudio); export the rows as .csv or .txt", file.shown)
    return joined(parts, file.shown)


def segments(text: bytes, shown: str) -> list[tuple[tuple[str, ...], list[Line]]]:
    """The names of the columns and the rows of each segment."""
    found: list[tuple[tuple[str, ...], list[Line]]] = []
    inside = False
    for line in lines(text):
        if SEGMENT.match(line.text):
            inside = True
        elif line.text.startswith("</Segment"):
            inside = False
        elif inside and line.text.startswith("Definition="):
            names = line.text.partition("=")[2].split(",")
            found.append((tuple(name for name in names if name.strip() != "0"), []))
        elif inside and line.text[:1].isdigit():
            if not found:
                raise CorruptFile("rows without a line that names the columns", shown, line.number)
            found[-1][1].append(line)
    return found
