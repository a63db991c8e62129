"""`eisfit check`: can these spectra be believed?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from eisfit.cli._cells import one_cell, refuse_inside
from eisfit.cli._options import READING, Paths, given, takes
from eisfit.cli._terminal import number, report_skipped, show_table

if TYPE_CHECKING:
    from eisfit.quality.screening import Quality

Out = Annotated[
    Path | None,
    typer.Option("-o", "--out", metavar="DIR", help="Folder that takes kk.csv and kk.pdf.", show_default=False),
]

SHOWN = ("spectrum", "verdict", "rms_percent", "noise_percent", "drift_limit_percent", "sentence")


@takes(*READING, "f_min", "f_max", "mask", "keep_all")
def command(paths: Paths, out: Out = None, **flags: Any) -> int:
    """Judge every spectrum by the Kramers-Kronig relations.

    Pass, doubtful or fail, how far off and where, and the drift that could not have been seen.
    """
    if out is not None:
        refuse_inside(out, paths)
    cell = one_cell(paths, given(flags))
    quality = cell.screened(cell.spectra())
    rows = quality.kk.rows()
    show_table(SHOWN, [[_cell(row, name) for name in SHOWN] for row in rows])
    print(", ".join(f"{count} {verdict}" for verdict, count in Counter(row["verdict"] for row in rows).items()))
    if out is not None:
        _write(out, quality, rows)
    return 3 if report_skipped(quality.series) else 0


def _cell(row: Mapping[str, Any], name: str) -> str:
    value = row[name]
    return value if isinstance(value, str) else number(value, ".2g")


def _write(out: Path, quality: Quality, rows: list[dict[str, Any]]) -> None:
    from eisfit.export import output_folder, staged_file, write_csv
    from eisfit.report.figures import write_kk_figure

    table, figure = out / "kk.csv", out / "kk.pdf"
    with output_folder(out):
        with staged_file(table) as stage:
            write_csv(stage, list(rows[0]), [list(row.values()) for row in rows])
        write_kk_figure(quality, figure)
    print(f"Table in {table}, residuals of all spectra in {figure}")
