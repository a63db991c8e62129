"""Spectra as files: one tidy table of all of them, or one file for each that ZView and impedance.py read.

The tidy table has one row per point, with the label and every condition of its spectrum; `eisfit.read` gives the same
spectra back (the cycling record is not part of it: study.json holds it).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, fields
from datetime import datetime
from pathlib import Path
from typing import Any

from eisfit.errors import MissingDependency, how_to_install
from eisfit.export.tables import write_csv
from eisfit.export.workbook import write_workbook
from eisfit.printable import printable
from eisfit.readers.own.tidy import CELL, CELL_COLUMNS, CONDITIONS, LEFT_OUT, NEEDED, OTHER, SIGMA, TEXTS, WHICH, WHOLE
from eisfit.regular import regex
from eisfit.spectrum import Series, Spectrum

NO_NAME = regex(r'[<>:"/\\|?*\x00-\x1f]')
"""Characters that some system does not allow in the name of a file."""


def write_spectra(series: Series, path: Path) -> Path:
    """One tidy table of every spectrum: .csv, .parquet or .xlsx by its extension. Raises MissingDependency."""
    columns, rows = columns_of(series), rows_of(series)
    TABLES[path.suffix.lower()](path, columns, rows)
    return path


def columns_of(series: Series) -> tuple[str, ...]:
    """The columns of the tidy table; those of cell, sigma and points left out only where there is something in them."""
    cell = tuple(name for name in CELL_COLUMNS if asdict(series.cell)[name.removeprefix(CELL)] not in (None, ""))
    sigma = (SIGMA,) if any(s.sigma is not None for s in series) else ()
    left_out = (LEFT_OUT,) if any(s.mask.any() for s in series) else ()
    others = tuple(dict.fromkeys(f"{OTHER}{name}" for s in series for name, _ in s.conditions.others))
    return (*WHICH, *CONDITIONS, *others, *cell, *NEEDED[1:], *sigma, *left_out)


def rows_of(series: Series) -> Iterator[tuple[Any, ...]]:
    """The rows of the tidy table: first what holds for the whole spectrum, then the point."""
    columns = columns_of(series)
    told = asdict(series.cell)
    cell = tuple(told[name.removeprefix(CELL)] for name in columns if name in CELL_COLUMNS)
    for number, spectrum in enumerate(series):
        source = spectrum.source
        which = (spectrum.label, source.path if source else None, source.sweep if source else number)
        stated = dict(spectrum.conditions.others)
        others = (stated.get(name.removeprefix(OTHER)) for name in columns if name.startswith(OTHER))
        values = (*(getattr(spectrum.conditions, name) for name in CONDITIONS), *others)
        # NaN is no value
        head = (*which, *(value if value == value else None for value in values), *cell)
        points: list[Sequence[Any]] = [
            spectrum.frequency.tolist(),
            spectrum.impedance.real.tolist(),
            spectrum.impedance.imag.tolist(),
        ]
        if SIGMA in columns:
            points.append([None] * len(spectrum) if spectrum.sigma is None else spectrum.sigma.tolist())
        if LEFT_OUT in columns:
            points.append([reason or None for reason in spectrum.reasons])
        for point in zip(*points, strict=True):
            yield (*head, *point)


def _parquet(path: Path, columns: Sequence[str], rows: Iterator[tuple[Any, ...]]) -> None:
    try:
        import pyarrow as pa
        import pyarrow.parquet as pq
    except ImportError:
        hint = how_to_install("pyarrow", "parquet")
        raise MissingDependency(f"Parquet files need the package pyarrow; {hint}", path.name) from None

    kinds = {name: pa.string() for name in (*TEXTS, "spectrum", "file", LEFT_OUT)} | dict.fromkeys(WHOLE, pa.int64())
    cells = zip(*rows, strict=True)
    arrays = [pa.array(column, kinds.get(name, pa.float64())) for name, column in zip(columns, cells, strict=True)]
    table = pa.table(arrays, names=list(columns), metadata={"written_by": "eisfit"})
    pq.write_table(table, path)


TABLES: dict[str, Callable[[Path, Sequence[str], Iterator[tuple[Any, ...]]], object]] = {
    ".csv": write_csv,
    ".parquet": _parquet,
    ".xlsx": write_workbook,
}


def write_each(series: Series, folder: Path, kind: str) -> list[Path]:
    """One file for each spectrum, named by its label: `z` (ZPlot 3.2c text) or `csv` (# f, Re, Im); their paths."""
    write = EACH[kind]
    paths: list[Path] = []
    for name, spectrum in zip(file_names(series), series, strict=True):
        paths.append(folder / f"{name}.{kind}")
        paths[-1].write_text("\n".join(write(spectrum)) + "\n", encoding="ascii", errors="replace", newline="\r\n")
    return paths


def file_names(series: Series) -> list[str]:
    """A name for each spectrum that is none of another one's, whatever the case of its letters."""
    names: list[str] = []
    taken: set[str] = set()
    for number, spectrum in enumerate(series, start=1):
        name = NO_NAME.sub("_", printable(spectrum.label)).strip(" .")[:200] or f"spectrum {number}"
        name = name if name.casefold() not in taken else f"{name} ({number})"
        taken.add(name.casefold())
        names.append(name)
    return names


def _zplot(spectrum: Spectrum) -> Iterator[str]:
    """The lines of a ZPlot file: ten of a header, then nine columns."""
    told = {f.name: getattr(spectrum.conditions, f.name) for f in fields(spectrum.conditions)}
    moment = _moment(told["timestamp"])
    f = spectrum.frequency
    yield '"ZPlotW Data File: Version 3.2c"'
    yield '"Raw Data"'
    yield '"Sweep Frequency: Control Voltage"'
    yield f"Date: {moment:%m-%d-%Y}    Time: {moment:%H:%M:%S}" if moment else "Date:     Time: "
    said = (f"{name} {value}" for name, value in told.items() if value is not None)
    yield f"{printable(spectrum.label)}; {', '.join(said)}"
    yield '"Open Circuit Potential (V):  0 "'
    yield '"Frequency"'
    yield f"0,3,0,1,{float(f[0])!r},{float(f[-1])!r}"
    yield str(len(spectrum))
    yield "\"  Freq(Hz)    Ampl     Bias   Time(Sec)   Z'(a)    Z''(b)    GD   Err   Range\""
    bias, time = told["potential_V"] or 0.0, 0.0 if moment else told["time_s"] or 0.0
    for frequency, z in zip(f.tolist(), spectrum.impedance.tolist(), strict=True):
        yield f"{frequency!r}, 0.0, {bias!r}, {time!r}, {z.real!r}, {z.imag!r}, 0.0, 0, 0"


def _moment(stamp: str | None) -> datetime | None:
    """The date of a spectrum, None where it is not known."""
    try:
        return None if stamp is None else datetime.fromisoformat(stamp)
    except ValueError:
        return None


def _plain(spectrum: Spectrum) -> Iterator[str]:
    """The lines of a table of frequency, real and imaginary part, its names behind a comment mark."""
    yield "# frequency/Hz,Re(Z)/Ohm,Im(Z)/Ohm"
    for frequency, z in zip(spectrum.frequency.tolist(), spectrum.impedance.tolist(), strict=True):
        yield f"{frequency!r},{z.real!r},{z.imag!r}"


EACH: dict[str, Callable[[Spectrum], Iterator[str]]] = {"z": _zplot, "csv": _plain}
