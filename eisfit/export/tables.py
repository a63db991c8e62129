"""The tables of a study as CSV: UTF-8, decimal points, a missing value empty, numbers that read back exactly."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, TextIO

from eisfit.columns import Column, rows
from eisfit.fitting.table import smooth_columns
from eisfit.study import Study

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
    writer.writerow(columns)
    writer.writerows(lines)


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
