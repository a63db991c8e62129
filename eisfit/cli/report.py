"""`eisfit report`: the report again from study.json, without fitting."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from eisfit.cli._options import Force, Quiet

File = Annotated[Path, typer.Argument(metavar="STUDY.JSON", help="What `eisfit fit` wrote.", show_default=False)]
Out = Annotated[
    Path | None,
    typer.Option(
        "-o", "--out", metavar="DIR", help="Folder of the report (default: that of the study).", show_default=False
    ),
]
Paper = Annotated[str, typer.Option("--paper", metavar="a4|letter", help="Size of the pages.")]
Every = Annotated[
    bool | None,
    typer.Option(
        "--every-spectrum/--telling-spectra",
        help="Show every spectrum, or only the telling ones (default: by the length of the series).",
        show_default=False,
    ),
]
Style = Annotated[
    Path | None,
    typer.Option(
        "--style",
        metavar="FILE",
        help="A matplotlib style file laid over ours.",
        show_default=False,
        exists=True,
        dir_okay=False,
    ),
]


def command(
    study: File,
    out: Out = None,
    paper: Paper = "a4",
    every: Every = None,
    style: Style = None,
    force: Force = False,
    quiet: Quiet = False,
) -> int:
    """Write report.pdf again from a study.json."""
    from eisfit.export import guard, output_folder, read_study

    value = read_study(study)
    from eisfit.report import write_report

    path = (out or study.parent) / "report.pdf"
    keep = guard([study, *([style] if style else [])], force=force)
    keep.check([path])
    with output_folder(path.parent):
        write_report(value, path, every_spectrum=every, paper=paper, style=style, guard=keep)
    if not quiet:
        print(f"Report in {path}")
    return 0
