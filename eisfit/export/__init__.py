"""Writers of results: CSV tables and study.json, and the way back. May import result types, never what makes them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from eisfit.errors import OptionError
from eisfit.export.guard import Guard, guard
from eisfit.export.identity import MIXED, SPREADSHEETS, TABLES, run_of, said_in, strangers
from eisfit.export.overview import CellResult, write_overview
from eisfit.export.paper import write_resistances_csv, write_resistances_tex, write_resistances_xlsx
from eisfit.export.staging import output_folder, remove_left_over, staged, staged_file
from eisfit.export.study_file import read_study, write_study
from eisfit.export.tables import write_critical_current, write_csv, write_derived, write_parameters, write_smooth
from eisfit.study import Study
from eisfit.tables import Quantity

__all__ = [
    "MIXED",
    "TABLES",
    "CellResult",
    "Guard",
    "guard",
    "output_folder",
    "read_study",
    "remove_left_over",
    "run_of",
    "said_in",
    "staged",
    "staged_file",
    "strangers",
    "write_critical_current",
    "write_csv",
    "write_derived",
    "write_overview",
    "write_parameters",
    "write_resistances_csv",
    "write_resistances_tex",
    "write_resistances_xlsx",
    "write_smooth",
    "write_study",
    "write_tables",
]


def write_tables(study: Study, out: Path, *, spreadsheet: str | None = None) -> list[Path]:
    """Write parameters.csv, derived.csv, smooth.csv (if it was asked for), critical_current.csv (if the current
    was raised in steps), resistances.csv and .tex, study.json.

    spreadsheet: "xlsx" or "comma" (decimal commas) gives the resistances in that form as well. Returns the paths.
    Raises OptionError.
    """
    if spreadsheet not in (None, *SPREADSHEETS):
        raise OptionError(f"unknown spreadsheet {spreadsheet!r}: choose one of {', '.join(SPREADSHEETS)}")
    derived = study.derived_columns()
    shown = study.quantities()
    written = [
        write_parameters(study, out / "parameters.csv"),
        write_derived(derived, out / "derived.csv"),
        write_smooth(study, out / "smooth.csv"),
        write_critical_current(study, out / "critical_current.csv"),
        write_resistances_csv(study, out / "resistances.csv", shown),
        write_resistances_tex(study, out / "resistances.tex", shown),
        _spreadsheet(study, out, shown, spreadsheet),
    ]
    return [*(path for path in written if path is not None), write_study(study, out / "study.json")]


def _spreadsheet(study: Study, out: Path, shown: Sequence[Quantity], kind: str | None) -> Path | None:
    if kind is None:
        return None
    path = out / SPREADSHEETS[kind]
    if kind == "xlsx":
        return write_resistances_xlsx(study, path, shown)
    return write_resistances_csv(study, path, shown, comma=True)
