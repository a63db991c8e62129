"""Text to numbers, headers to quantities, a table to spectra and pieces of record.

What reads a plain table is loaded with the first one: the files of most instruments need none of it.
"""

from __future__ import annotations

from eisfit.readers._base import Content, File


def looks_like_table(head: bytes) -> bool:
    """Text with a line that names a frequency and an impedance, and a row of numbers below it."""
    from eisfit.readers.tabular import plain

    return plain.looks_like_table(head)


def read_table(file: File, *, vacuum_F: float | None = None) -> Content:
    """The content of a table in text; `vacuum_F` is the capacitance of the empty cell where the header states it."""
    from eisfit.readers.tabular import plain

    return plain.read_table(file, vacuum_F=vacuum_F)


def says_nothing(remarks: tuple[str, ...], data: bytes, titles: tuple[str, ...]) -> bool:
    """True where remarks behind the titles of a table are known to change nothing of how it is read."""
    from eisfit.readers.tabular import plain

    return plain.says_nothing(remarks, data, titles)
