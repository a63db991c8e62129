"""A fault in a page takes the report with it, never the tables: it becomes one sentence."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from eisfit.errors import DEFECTS, EisfitError, OutputError


@contextmanager
def explained(out: Path) -> Iterator[None]:
    """Turns a fault in drawing into an OutputError that says what stands and what can be done."""
    try:
        yield
    except EisfitError:
        raise
    except DEFECTS as error:
        raise OutputError(
            f"{out}: report and figures could not be made ({type(error).__name__}: {error}); the tables stand, and "
            "`eisfit report` tries again from study.json"
        ) from error
