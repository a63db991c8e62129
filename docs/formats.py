"""The table of formats of docs/files.md, from the declarations of the readers."""

from __future__ import annotations

from markdown import markdown

from eisfit.readers import formats
from eisfit.readers._base import Reader


def table() -> str:
    """One row per reader: specific formats by name, plain tables last."""
    rows = sorted(formats().values(), key=lambda entry: (entry.general, entry.name))
    return markdown(["`--format`", "maker", "files", "what is read", "versions seen", "parser"], map(cells, rows))


def cells(row: Reader) -> tuple[str, ...]:
    """What the table says about one format."""
    return f"`{row.name}`", row.vendor, ", ".join(row.extensions) or "by content", row.reads, row.seen, row.library


CONTENT = {"formats": table}
