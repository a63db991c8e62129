"""`eisfit attribute`: which electrode an arc belongs to, from symmetric cells beside the half cell."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from eisfit.cli._cells import inputs_of, one_cell, refuse_inside
from eisfit.cli._options import Force, Quiet
from eisfit.cli._terminal import say, show_table
from eisfit.errors import OptionError
from eisfit.numbers import number

if TYPE_CHECKING:
    from eisfit.attribution import Attribution
    from eisfit.export import Guard
    from eisfit.study import Study

Half = Annotated[
    Path,
    typer.Argument(metavar="HALF", help="Half cell: its results (study.json or folder) or files.", show_default=False),
]
Symmetric = Annotated[
    list[str],
    typer.Argument(
        metavar="[ELECTRODE=]SYMMETRIC...",
        help="One or two symmetric cells, given alike, with the name of the electrode.",
        show_default=False,
    ),
]
Out = Annotated[
    Path | None,
    typer.Option(
        "-o",
        "--out",
        metavar="DIR",
        help="Folder for attribution.csv, and study.json and report.pdf of the half cell with the verdicts.",
        show_default=False,
    ),
]
Factor = Annotated[float, typer.Option("--same", metavar="FACTOR", help="Windows no further apart are of one process.")]
Other = Annotated[float, typer.Option("--other", metavar="FACTOR", help="Windows further apart are of two.")]

TABLE = "attribution.csv"
COLUMNS = ("arc", "cell", "found", "nearest_arc", "R_ohm", "f_low_Hz", "f_high_Hz", "C_low_F", "C_high_F")
"""What the terminal shows of the table."""


def command(
    half: Half,
    symmetric: Symmetric,
    out: Out = None,
    same: Factor = 3.0,
    other: Other = 10.0,
    force: Force = False,
    quiet: Quiet = False,
) -> int:
    """Say to which electrode each arc of a half cell belongs.

    Compares apex frequencies and capacitances with those of symmetric cells of its electrodes. Cells that were not
    fitted before are fitted with the settings of their eisfit.toml.
    """
    from eisfit.attribution import attribute
    from eisfit.export import guard

    given = [half, *(_named(text)[1] for text in symmetric)]
    keep = guard(inputs_of([one_cell([path], {}) for path in given]), force=force)
    if out is not None:
        refuse_inside(out, given)
        keep.check(out / name for name in (TABLE, "study.json", "report.pdf"))
    study = _study(half)
    cells: dict[str, Study] = {}
    for text in symmetric:
        name, path = _named(text)
        other_study = _study(path)
        name = name or other_study.series.cell.name or path.resolve().stem
        if name in cells:
            raise OptionError(f"two symmetric cells are called {name}: name them, as in Si={path}")
        cells[name] = other_study
    found = attribute(study, cells, same=same, other=other, name=study.series.cell.name or half.resolve().stem)
    if out is not None:
        _write(found, study, out, keep)
    if not quiet:
        _show(found, out)
    return 0


def _named(text: str) -> tuple[str, Path]:
    """ELECTRODE=PATH or PATH."""
    name, sign, path = text.partition("=")
    return (name.strip(), Path(path)) if sign and not Path(text).exists() else ("", Path(text))


def _study(path: Path) -> Study:
    """Results that were written before, else the files of a cell, fitted now."""
    from eisfit.export import read_study

    file = path / "study.json" if path.is_dir() else path
    if file.suffix == ".json" and file.is_file():
        return read_study(file)
    from eisfit.analysis import analyse

    return analyse([path])


def _write(found: Attribution, study: Study, out: Path, keep: Guard) -> None:
    """The table, and the study with the verdicts among its decisions."""
    from eisfit.export import output_folder, staged, write_csv, write_study
    from eisfit.report import attributed, write_report

    told = replace(study, decisions=(*study.decisions, *found.sentences))
    rows = list(found.rows())
    with output_folder(out), staged(out, keep) as stage:
        write_csv(stage / TABLE, list(rows[0]) if rows else [], [list(row.values()) for row in rows])
        write_study(told, stage / "study.json")
        write_report(told, stage / "report.pdf", further=[attributed(rows, found.sentences)])


def _show(found: Attribution, out: Path | None) -> None:
    shown = [[_cell(row[name]) for name in COLUMNS] for row in found.rows()]
    if not shown:
        say(f"{found.cell}: no arc is told by more than half of the spectra: there is nothing to attribute.")
    else:
        show_table(COLUMNS, shown)
    for sentence in found.sentences:
        say(sentence)
    if out is not None:
        say(f"Results in {out}: {TABLE}, study.json, report.pdf")


def _cell(value: object) -> str:
    return value if isinstance(value, str) else number(value if isinstance(value, float) else None, ".3g")
