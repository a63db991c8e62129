"""`eisfit compare`: which of several circuits the data support."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from eisfit.cli._cells import one_cell
from eisfit.cli._options import READING, Paths, given, takes
from eisfit.cli._terminal import report_skipped, say, show_table
from eisfit.numbers import number

Circuits = Annotated[
    list[str],
    typer.Option(
        "-c", "--circuit", metavar="TEXT|NAME", help="A circuit to compare; give two or more.", show_default=False
    ),
]


@takes(*READING, "f_min", "f_max", "mask", "keep_all", "weighting", "fix", "bound", "inductance")
def command(paths: Paths, circuit: Circuits, **flags: Any) -> int:
    """Rank several circuits on the same spectra.

    Fits each to the whole series and compares BIC and AICc. What is fixed or bounded holds in every circuit that has
    such a parameter or role; a lead is added to all of them or to none.
    """
    from eisfit.comparison import compare

    cell = one_cell(paths, given(flags))
    series = cell.masked(cell.spectra())
    fit = cell.settings.fit
    comparison = compare(
        series,
        circuit,
        weighting=fit["weighting"],
        fix=fit["fix"],
        bound=fit["bound"],
        inductance=fit["inductance"],
    )
    rows = comparison.rows()
    shown = [[value if isinstance(value, str) else number(value) for value in row.values()] for row in rows]
    show_table(list(rows[0]), shown)
    for sentence in (*comparison.decisions, *comparison.sentences):
        say(sentence)
    return 3 if report_skipped(series) else 0
