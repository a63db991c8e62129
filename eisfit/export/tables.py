"""The tables of a study as CSV: UTF-8, decimal points, a missing value empty, numbers that read back exactly."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, TextIO

from eisfit.columns import Column, rows
from eisfit.fitting.table import smooth_columns
from eisfit.printable import cell
from eisfit.readers.tabular.cells import COMMENTS
from eisfit.study import Study
from eisfit.tables import ramp_columns

NOISE = 4
"""A number that 15 digits make so many characters shorter was meant to be short."""


def write_csv(path: Path, columns: Sequence[str], lines: Iterable[Sequence[Any]]) -> Path:
    """One table. Floats are written with the digits that read back to the same float, None as nothing."""
    with path.open("w", encoding="utf-8", newline="") as file:
        csv_lines(file, columns, lines)
    return path


def csv_lines(file: TextIO, columns: Sequence[str], lines: Iterable[Sequence[Any]]) -> None:
    """The same table into an open file."""
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(map(text_cell, columns))
    for line in lines:
        row = list(map(text_cell, line))
        if row and isinstance(row[0], str) and row[0].startswith(COMMENTS):
            file.write(_quoted(row))
        else:
            writer.writerow(row)


def _quoted(row: Sequence[Any]) -> str:
    """A line whose first cell stands in quotes: else it would be a comment."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerow(row)
    line, first = text.getvalue(), str(row[0])
    return f'"{first}"{line[len(first) :]}' if line.startswith(first) else line


def text_cell(value: Any) -> Any:
    """A text as no spreadsheet takes it for a formula, with no sign that hides; anything else as it is."""
    return cell(value) if isinstance(value, str) else value


def write_parameters(study: Study, path: Path) -> Path:
    """parameters.csv: one row per spectrum, each parameter with its standard error."""
    return _written(study.columns(), path)


def write_smooth(study: Study, path: Path) -> Path | None:
    """smooth.csv: each parameter under the assumption of smoothness, with its error; None if not asked for."""
    if study.smoothed is None:
        return None
    return _written(smooth_columns(study.series, study.fits, study.smoothed.values, study.smoothed.stderr), path)


def write_derived(columns: Sequence[Column], path: Path) -> Path:
    """derived.csv: one row per spectrum, what follows from the parameters, and the evidence for or against a short."""
    return _written(columns, path)


def write_critical_current(study: Study, path: Path) -> Path | None:
    """critical_current.csv: one row per step of a current that was raised; None where it was not."""
    ramp = study.track.shorts.ramp if study.track.shorts is not None else None
    return None if ramp is None else _written(ramp_columns(ramp), path)


def _written(columns: Sequence[Column], path: Path) -> Path:
    shown = [column._replace(cells=[_without_noise(cell) for cell in column.cells]) for column in columns]
    return write_csv(path, [column.name for column in columns], rows(shown))


def _without_noise(cell: Any) -> Any:
    """A float without the last bits that a computation left: -3 for -2.9999999999999996, 0 for -0; others as they are.

    Such a number is a short decimal when it is written with 15 digits, which a float always holds.
    """
    if not isinstance(cell, float):
        return cell
    short = float(f"{cell:.15g}") + 0.0
    return short if cell == 0 or len(repr(short)) + NOISE <= len(repr(cell)) else cell
