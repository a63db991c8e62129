"""Writers of results: CSV tables and study.json, and the way back. May import result types, never what makes them."""

from __future__ import annotations

from pathlib import Path

from eisfit.export.staging import output_folder, staged, staged_file
from eisfit.export.study_file import read_study, write_study
from eisfit.export.tables import write_csv, write_derived, write_parameters, write_smooth
from eisfit.study import Study

__all__ = [
    "output_folder",
    "read_study",
    "staged",
    "staged_file",
    "write_csv",
    "write_derived",
    "write_parameters",
    "write_smooth",
    "write_study",
    "write_tables",
]


def write_tables(study: Study, out: Path) -> list[Path]:
    """Write parameters.csv, derived.csv, smooth.csv (if it was asked for) and study.json; returns their paths."""
    written = [
        write_parameters(study, out / "parameters.csv"),
        write_derived(study, out / "derived.csv"),
        write_smooth(study, out / "smooth.csv"),
        write_study(study, out / "study.json"),
    ]
    return [path for path in written if path is not None]
