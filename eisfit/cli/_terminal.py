"""What the person at the terminal sees: tables, numbers with their errors, a progress bar. Results go to stdout, the
rest to stderr; without a terminal everything is plain text."""

from __future__ import annotations

import sys
import threading
from collections.abc import Sequence
from types import TracebackType
from typing import TYPE_CHECKING, Any

from eisfit.printable import printable
from eisfit.printable import sentence as one_line

if TYPE_CHECKING:
    from eisfit.spectrum import Series

SLOW = 2.0
"""Seconds of work after which a progress bar appears."""


def warn(sentence: str) -> None:
    """One line on stderr."""
    print(one_line(f"eisfit: {sentence}"), file=sys.stderr)


def say(text: str) -> None:
    """One line on stdout; names of files and cells may hold anything."""
    print(one_line(text))


def report_skipped(series: Series) -> bool:
    """Name every input that was lost on stderr; whether there was one."""
    skipped = [note for note in series.notes if note.kind == "skipped"]
    for note in skipped:
        warn(f"skipped {note.path}: {note.sentence}")
    return bool(skipped)


def show_table(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """A table on stdout: by rich on a terminal, else aligned text that a script can cut."""
    rows = [[printable(cell) for cell in row] for row in rows]
    columns = [printable(column) for column in columns]
    if sys.stdout.isatty():
        _rich_table(columns, rows)
        return
    widths = [max(map(len, cells)) for cells in zip(columns, *rows, strict=True)]
    for row in (columns, *rows):
        print("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())


def _rich_table(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """At its full width: on a narrow terminal lines run over, but no digit is lost."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, pad_edge=False, padding=(0, 1, 0, 0))
    for column in columns:
        table.add_column(Text(column), no_wrap=True)
    for row in rows:
        table.add_row(*map(Text, row))
    console = Console()
    console.width = max(console.width, sum(max(map(len, cells)) + 1 for cells in zip(columns, *rows, strict=True)))
    console.print(table)


class Progress:
    """A progress bar on stderr that appears when the work takes longer than two seconds, on a terminal only.

    Called with what is being done and the share of the whole that is done, from 0 to 1.
    """

    def __init__(self, name: str, *, quiet: bool = False) -> None:
        self.state = (name, 0.0)
        self.name = name
        self.shown = not quiet and sys.stderr.isatty()
        self.bar: Any = None
        self.timer = threading.Timer(SLOW, self._appear)
        self.timer.daemon = True

    def __call__(self, what: str, share: float) -> None:
        self.state = (f"{self.name}: {what}", share)
        if self.bar is not None:
            self._update()

    def _appear(self) -> None:
        from rich.console import Console
        from rich.progress import Progress as Bar

        self.bar = Bar(console=Console(stderr=True), transient=True, redirect_stdout=False, redirect_stderr=False)
        self.bar.add_task("", total=1.0)
        self._update()
        self.bar.start()

    def _update(self) -> None:
        what, share = self.state
        self.bar.update(self.bar.task_ids[0], description=what, completed=share)

    def __enter__(self) -> Progress:
        if self.shown:
            self.timer.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.timer.cancel()
        if self.timer.is_alive():
            self.timer.join()
        if self.bar is not None:
            self.bar.stop()
