"""`eisfit report`: the report again from study.json, without fitting."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from eisfit.cli._options import Quiet

File = Annotated[Path, typer.Argument(metavar="STUDY.JSON", help="What `eisfit fit` wrote.", show_default=False)]
Out = Annotated[
    Path | None,
    typer.Option(
        "-o", "--out", metavar="DIR", help="Folder of the report (default: that of the study).", show_default=False
    ),
]


def command(study: File, out: Out = None, quiet: Quiet = False) -> int:
    """Write report.pdf again from a study.json."""
    from eisfit.export import output_folder, read_study, staged_file

    value = read_study(study)
    from eisfit.report import write_report

    path = (out or study.parent) / "report.pdf"
    with output_folder(path.parent), staged_file(path) as stage:
        write_report(value, stage)
    if not quiet:
        print(f"Report in {path}")
    return 0
