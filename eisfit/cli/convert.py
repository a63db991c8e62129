"""`eisfit convert`: every spectrum of a cell as one tidy table, whatever instrument wrote it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import astuple, fields
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from eisfit.cli._cells import one_cell
from eisfit.cli._options import READING, Paths, Quiet, given, takes
from eisfit.cli._terminal import report_skipped
from eisfit.errors import OptionError

if TYPE_CHECKING:
    from eisfit.spectrum import Series

Out = Annotated[
    Path,
    typer.Option("-o", "--out", metavar="FILE", help="Table to write: .csv, .parquet or .xlsx.", show_default=False),
]

HEAD = ("spectrum", "file", "sweep")
POINT = ("frequency_Hz", "re_ohm", "im_ohm")


@takes(*READING)
def command(paths: Paths, out: Out, quiet: Quiet = False, **flags: Any) -> int:
    """Write every point of every spectrum into one table.

    Each row has the conditions of its spectrum. Im is negative where it is capacitive.
    """
    from eisfit.export import output_folder, staged_file

    kind = out.suffix.lower()
    if kind not in (".csv", ".parquet", ".xlsx"):
        raise OptionError(f"-o: expected a name that ends in .csv, .parquet or .xlsx, not {out.name!r}")
    series = one_cell(paths, given(flags)).spectra()
    with output_folder(out.parent), staged_file(out) as path:
        _write(path, kind, _columns(), list(_rows(series)))
    if not quiet:
        print(f"{len(series)} spectra in {out}")
    return 3 if report_skipped(series) else 0


def _columns() -> tuple[str, ...]:
    from eisfit.spectrum import Conditions

    return (*HEAD, *(f.name for f in fields(Conditions)), *POINT)


def _rows(series: Series) -> Iterator[tuple[Any, ...]]:
    for spectrum in series:
        source = spectrum.source
        head = (
            spectrum.label,
            source.path if source else None,
            source.sweep if source else None,
            *astuple(spectrum.conditions),
        )
        z = spectrum.impedance
        for f, re, im in zip(spectrum.frequency.tolist(), z.real.tolist(), z.imag.tolist(), strict=True):
            yield (*head, f, re, im)


def _write(path: Path, kind: str, columns: tuple[str, ...], rows: list[tuple[Any, ...]]) -> None:
    from eisfit.export import write_csv

    if kind == ".csv":
        write_csv(path, columns, rows)
        return
    import pandas as pd

    table = pd.DataFrame(rows, columns=list(columns))
    try:
        table.to_parquet(path) if kind == ".parquet" else table.to_excel(path, index=False)
    except ImportError as error:
        from eisfit.errors import MissingDependency

        raise MissingDependency(f"writing {kind} needs another package: {error}", path) from None
