"""Writers of results: CSV tables and study.json, and the way back. May import result types, never what makes them."""

from __future__ import annotations

from pathlib import Path

from eisfit.export.guard import Guard, guard
from eisfit.export.overview import CellResult, write_overview
from eisfit.export.paper import write_resistances_csv, write_resistances_tex
from eisfit.export.staging import output_folder, remove_left_over, staged, staged_file
from eisfit.export.study_file import read_study, write_study
from eisfit.export.tables import write_csv, write_derived, write_parameters, write_smooth
from eisfit.study import Study

__all__ = [
    "CellResult",
    "Guard",
    "guard",
    "output_folder",
    "read_study",
    "remove_left_over",
    "staged",
    "staged_file",
    "write_csv",
    "write_derived",
    "write_overview",
    "write_parameters",
    "write_resistances_csv",
    "write_resistances_tex",
    "write_smooth",
    "write_study",
    "write_tables",
]


TABLES = ("parameters.csv", "derived.csv", "smooth.csv", "resistances.csv", "resistances.tex", "study.json")
"""What `write_tables` writes."""


def write_tables(study: Study, out: Path) -> list[Path]:
    """Write parameters.csv, derived.csv, smooth.csv (if it was asked for), resistances.csv and .tex, study.json.

    Returns their paths.
    """
    derived = study.derived_columns()
    shown = study.quantities(derived)
    written = [
        write_parameters(study, out / "parameters.csv"),
        write_derived(derived, out / "derived.csv"),
        write_smooth(study, out / "smooth.csv"),
        write_resistances_csv(study, out / "resistances.csv", shown),
        write_resistances_tex(study, out / "resistances.tex", shown),
        write_study(study, out / "study.json"),
    ]
    return [path for path in written if path is not None]
