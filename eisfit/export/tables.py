"""The tables of a study as CSV: UTF-8, decimal points, a missing value empty, numbers that read back exactly."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, TextIO

from eisfit.fitting import table
from eisfit.study import Study
from eisfit.tracking import derived


def write_csv(path: Path, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> Path:
    """One table. Floats are written with the digits that read back to the same float, None as nothing."""
    with path.open("w", encoding="utf-8", newline="") as file:
        csv_lines(file, columns, rows)
    return path


def csv_lines(file: TextIO, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """The same table into an open file."""
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows(rows)


def write_parameters(study: Study, path: Path) -> Path:
    """parameters.csv: one row per spectrum, each parameter with its standard error."""
    rows = table.rows(study.fits, kk_rms_percent=study.quality.kk_rms_percent, flags=study.track.flags)
    return write_csv(path, table.columns(study.fits.names), rows)


def write_smooth(study: Study, path: Path) -> Path | None:
    """smooth.csv: each parameter under the assumption of smoothness, with its error; None if not asked for."""
    if study.smoothed is None:
        return None
    names = study.fits.names
    rows = table.smooth_rows(study.fits, study.smoothed)
    return write_csv(path, table.smooth_columns(names), rows)


def write_derived(study: Study, path: Path) -> Path:
    """derived.csv: one row per spectrum, what follows from the parameters, and the evidence for or against a short."""
    return write_csv(path, derived.columns(study), derived.rows(study))
