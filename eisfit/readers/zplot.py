"""Scribner ZPlot and ZView files, `.z`, and the `Z60W` text that other programs (Autolab) write for ZView.

Usage: the rows below the line of names, nine columns: frequency, amplitude, bias, time, Z', Z'', and three that are not
used. Date and time of the header are the zero of the column of time. A surface area of 1 is the program's default.
"""

from __future__ import annotations

import re

from eisfit.errors import CorruptFile
from eisfit.readers._base import Content, File, reader
from eisfit.readers.tabular import read_table
from eisfit.readers.tabular.dates import local_time
from eisfit.readers.tabular.parts import of_lines
from eisfit.readers.tabular.text import Line, lines, plain
from eisfit.regular import regex
from eisfit.spectrum import Cell

BEGINNINGS = (b"ZPLOT2", b'"ZPlotW', b'"Z60W', b'"ZView', b"ZView Calculated Data File")
NAMES = ("Freq(Hz)", "Ampl", "Bias", "Time(Sec)", "Z'", "Z''", "GD", "Err", "Range")
COLUMNS = regex(r"Freq\s*\(Hz\).*Z'\s*\(a\).*Z''\s*\(b\)", re.IGNORECASE)
DATE, TIME = regex(r"Date:\s*([\d./-]+)"), regex(r"Time:\s*(\d{1,2}:\d\d:\d\d)")
POINTS = regex(r"Data Points:\s*(\d{1,9})\s*$|^(\d{1,9})\s*\n[^\n]*\Z", re.MULTILINE)
AREA = regex(r"Surface Area:\s*([\d.]+)")


@reader(
    name="zplot",
    vendor="Scribner",
    extensions=(".z", ".z60"),
    sniff=lambda head: head.removeprefix(b"\xef\xbb\xbf").lstrip().startswith(BEGINNINGS),
    seen="ZPlot 3.2c, Z60W 1.1",
)
def read(file: File) -> Content:
    """ZPlot and ZView .z and .z60 files, with and without comments, and Z60W text of other programs."""
    above: list[str] = []
    rows: list[Line] = []
    named = False
    for line in lines(plain(file.data)):
        if not named:
            named = bool(COLUMNS.search(line.text))
            above.append(line.text)
        elif line.text.strip() and not line.text.lstrip().lower().startswith("end comments"):
            rows.append(line)
    if not named and file.data.lstrip().startswith(b"ZView Calculated"):
        return read_table(file)
    if not named:
        raise CorruptFile("no line names the columns Freq(Hz), Z'(a) and Z''(b)", file.shown)
    header = "\n".join(above)
    date, time, area = DATE.search(header), TIME.search(header), AREA.search(header)
    start = local_time(f"{date[1]} {time[1]}") if date and time else None
    size = float(area[1]) if area and area[1].count(".") < 2 and area[1] != "." else 1.0
    cell = Cell(area_cm2=size) if size not in (0.0, 1.0) else None
    count = POINTS.search(header)
    stated = int(count[1] or count[2]) if count else 0
    delimiter = "," if rows and rows[0].text.count(",") >= len(NAMES) - 1 else None
    found = of_lines(NAMES, rows, file.shown, delimiter=delimiter, start=start, cell=cell)
    sentence = f"{stated - len(rows)} rows are missing: the header states {stated} points, the file holds {len(rows)}"
    return found.noted("dropped", file.shown, sentence) if len(rows) < stated else found
