"""Writes the table of formats in docs/files.md from the declarations of the readers: python docs/formats.py

The table stands between the comments `<!-- formats -->` and `<!-- end of formats -->`; a test compares it.
"""

from __future__ import annotations

from pathlib import Path

from eisfit.readers import formats
from eisfit.readers._base import Reader

PAGE = Path(__file__).with_name("files.md")
START, END = "<!-- formats -->\n", "<!-- end of formats -->"
HEAD = "| `--format` | maker | files | what is read | versions seen | parser |\n| --- | --- | --- | --- | --- | --- |\n"


def table() -> str:
    """One row per reader: specific formats by name, plain tables last."""
    rows = sorted(formats().values(), key=lambda entry: (entry.general, entry.name))
    return HEAD + "".join(f"| {' | '.join(cells(row))} |\n" for row in rows)


def cells(row: Reader) -> tuple[str, ...]:
    """What the table says about one format."""
    return f"`{row.name}`", row.vendor, ", ".join(row.extensions) or "by content", row.reads, row.seen, row.library


def refreshed(page: str) -> str:
    """The page with its table as the readers declare it now."""
    before, rest = page.split(START)
    return before + START + table() + END + rest.split(END)[1]


if __name__ == "__main__":
    PAGE.write_text(refreshed(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
