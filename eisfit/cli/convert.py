"""`eisfit convert`: every spectrum of a cell as one tidy table, or each as a file, whatever instrument wrote it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from eisfit.cli._cells import guard_of, one_cell, refuse_inside
from eisfit.cli._options import READING, Force, Paths, Quiet, given, takes
from eisfit.cli._terminal import report_skipped, say
from eisfit.errors import OptionError

if TYPE_CHECKING:
    from eisfit.export import Guard
    from eisfit.spectrum import Series

BDF = "bdf"
"""The form that --to names."""
Out = Annotated[
    Path,
    typer.Option(
        "-o", "--out", metavar="FILE", help="Table: .csv, .parquet or .xlsx; with --files a folder.", show_default=False
    ),
]
Files = Annotated[
    str | None,
    typer.Option(
        "--files",
        metavar="z|csv",
        help="One file per spectrum: z (ZView, impedance.py) or csv (frequency, Re, Im: impedance.py).",
        show_default=False,
    ),
]


To = Annotated[
    str | None,
    typer.Option("--to", metavar="bdf", help="Write BDF: the cycling record and the spectra.", show_default=False),
]


@takes(*READING)
def command(
    paths: Paths,
    out: Out,
    files: Files = None,
    to: To = None,
    force: Force = False,
    quiet: Quiet = False,
    **flags: Any,
) -> int:
    """Write every point of every spectrum into one table.

    Each row has the label and the conditions of its spectrum, and the table can be read again: by eisfit, pandas or a
    spreadsheet. With --files, each spectrum is a file of its own; with --to bdf the cycling record is in the table too.
    Im is negative where it is capacitive.
    """
    from eisfit.cycling import with_soc

    check(out, files, to)
    refuse_inside(out, paths)
    cell = one_cell(paths, given(flags))
    keep = guard_of([cell], force=force)
    if files is None:
        keep.check([out])
    series, assumed = with_soc(cell.spectra())
    _write(series, out, files or to, keep)
    if not quiet:
        for sentence in assumed:
            say(f"assumed: {sentence}")
        say(f"{len(series)} spectra in {out}")
    return 3 if report_skipped(series) else 0


def check(out: Path, files: str | None, to: str | None) -> None:
    """Raises OptionError for a form that is not written, or a name that does not fit it."""
    from eisfit.export.spectra import EACH, TABLES

    if files is not None and (files not in EACH or to is not None):
        raise OptionError("--files: expected z or csv, and not --to beside it")
    if to not in (None, BDF):
        raise OptionError(f"--to: expected bdf, not {to!r}")
    if to == BDF and out.suffix.lower() not in (".bdf", ".csv"):
        raise OptionError(f"-o: expected a name that ends in .bdf or .csv, not {out.name!r}")
    if files is None and to is None and out.suffix.lower() not in TABLES:
        raise OptionError(
            f"-o: expected a name that ends in .csv, .parquet or .xlsx, not {out.name!r} (a folder needs --files)"
        )


def _write(series: Series, out: Path, form: str | None, keep: Guard) -> None:
    from eisfit.export import output_folder, staged, staged_file
    from eisfit.export.bdf import write_bdf
    from eisfit.export.spectra import write_each, write_spectra

    if form == BDF:
        with output_folder(out.parent), staged_file(out, keep) as path:
            write_bdf(series, path)
        return
    if form is not None:
        with output_folder(out), staged(out, keep) as stage:
            write_each(series, stage, form)
        return
    with output_folder(out.parent), staged_file(out, keep) as path:
        write_spectra(series, path)
