"""Writes what the pages show of the code, tables and pictures: python docs/refresh.py

Each stands between two comments, `<!-- NAME -->` and `<!-- end of NAME -->`; a test compares them with the code.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import command
import false_alarms
import formats
import tables
import way

PAGES: Mapping[str, Mapping[str, Callable[[], str]]] = {
    "architecture.md": way.CONTENT,
    "circuits.md": tables.CONTENT,
    "cli.md": command.CONTENT,
    "files.md": formats.CONTENT,
    "method-tracking.md": false_alarms.CONTENT,
}


def refreshed(page: str, content: Mapping[str, Callable[[], str]]) -> str:
    """The page with its tables and pictures as the code has them now."""
    for name, write in content.items():
        start, end = f"<!-- {name} -->\n", f"<!-- end of {name} -->"
        before, rest = page.split(start)
        page = before + start + write() + "\n" + end + rest.split(end)[1]
    return page


if __name__ == "__main__":
    for name, content in PAGES.items():
        path = Path(__file__).with_name(name)
        path.write_text(refreshed(path.read_text(encoding="utf-8"), content), encoding="utf-8")
