"""Rows that are no points: marks of missing numbers, and means below the table."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from eisfit.readers._base import File
from eisfit.readers.tabular.plain import read_table

F = np.geomspace(1e5, 1, 21)
Z = 8 + 90 / (1 + (2j * np.pi * F * 2e-4) ** 0.9)


def found(rows):
    """The only spectrum of a table, and its notes."""
    text = "f (Hz),Re (Ohm),Im (Ohm)\n" + "\n".join(",".join(f"{x:.8g}" for x in row) for row in rows)
    content = read_table(File(Path("a.csv"), text.encode(), "a.csv"))
    assert len(content.spectra) == 1
    return content.spectra[0], " ".join(note.sentence for note in content.notes)


def test_nines_alone_are_a_mark():
    for mark in (9999.0, -9999.0, 99999.0, 999999.0):
        rows = np.column_stack([F, Z.real, Z.imag])
        rows[4, 1] = mark
        spectrum, told = found(rows)
        assert len(spectrum) == 20, mark
        assert "nines alone" in told
    large = np.column_stack([F, 200 * Z.real, 200 * Z.imag])
    large[0, 1] = 9999.0
    assert len(found(large)[0]) == 21


def test_nines_below_zero_are_a_mark_where_they_stand_apart():
    blocking = Z - 1e3j / F**0.5
    for mark, scale, columns, count in (
        (-999.0, 1, (1,), 20), (-999.0, 1, (2,), 20), (-999.0, 1, (1, 2), 20), (-999.0, 100, (1,), 20),
        (-999.0, 100, (1, 2), 20), (-9999.0, 1e4, (1,), 20), (-999.0, 100, (2,), 21), (-999.5, 100, (2,), 21),
    ):  # fmt: skip
        rows = np.column_stack([F, scale * Z.real, scale * Z.imag])
        rows[4, columns] = mark
        spectrum, told = found(rows)
        assert len(spectrum) == count, (mark, scale, columns)
        assert ("nines alone" in told) == (count == 20)
    rows = np.column_stack([F, blocking.real, blocking.imag])
    rows[20, 2] = -999.0
    assert len(found(rows)[0]) == 21


def test_the_row_of_means_is_no_point():
    rows = np.column_stack([F, Z.real, Z.imag])
    for summary in (rows.mean(0), rows.sum(0), np.median(rows, 0), np.vstack([rows.mean(0), rows.std(0, ddof=1)])):
        spectrum, told = found(np.vstack([rows, summary]))
        assert len(spectrum) == 21
        assert "at the end" in told
