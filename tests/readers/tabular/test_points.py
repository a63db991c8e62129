"""Rows that are no points: marks of missing numbers, and means below the table."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from eisfit.readers._base import File
from eisfit.readers.tabular.columns import layout
from eisfit.readers.tabular.plain import read_table
from eisfit.readers.tabular.points import (
    absent,
    are_points,
    counted,
    is_summary,
    overloads,
    places,
    summaries,
    usable,
)
from eisfit.readers.tabular.table import Table

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


def marked(*values: float) -> list[bool]:
    """Which of the numbers of one column, below six of 100, are marks of missing ones."""
    column = np.array([*[100.0] * 6, *values])[:, None]
    return absent(column)[6:].tolist()


def test_marks_of_missing_numbers():
    """Nines more than three times the middle; below 0 where the others are not, or it is three times the largest."""
    assert marked(9999.0) == [True]
    assert marked(9998.0) == [False]
    for usual, mark in ((3332.0, True), (3334.0, False)):
        column = np.array([*[usual] * 6, 9999.0])[:, None]
        assert absent(column).tolist() == [False] * 6 + [mark], usual
        assert not absent(column[2:]).any()  # of five rows beside it nothing is told
        assert absent(column[:, [0, 0]]).tolist() == [False] * 6 + [mark]
    assert marked(-999.0) == [True]
    assert marked(-998.0) == [False]
    for lowest, mark in ((-332.0, True), (-334.0, False)):
        column = np.array([*[100.0] * 5, lowest, -999.0])[:, None]
        assert absent(column)[6] == mark, lowest
    two = np.array([[100.0, -400.0]] * 6 + [[-999.0, -999.0]])
    assert absent(two).tolist() == [False] * 6 + [True]
    assert not absent(np.column_stack([np.full(7, 100.0), [-400.0] * 6 + [-999.0]])).any()


def test_marks_of_an_overload():
    for number, over in ((0.99e30, False), (1e30, True), (-9.9e37, True), (np.inf, False), (np.nan, False)):
        assert overloads(np.array([[1.0, number], [1.0, 2.0]])).tolist() == [over, False], number


def test_the_statistics_of_those_above():
    """Mean, sum, median or deviation (of n - 1), the same in each column, to one part in ten thousand."""
    above = np.array([[1.0, 10.0], [2.0, 30.0], [6.0, 80.0]])
    for row in ([3.0, 40.0], [9.0, 120.0], [2.0, 30.0], [7**0.5, 1300**0.5]):
        assert is_summary(np.array(row), above), row
    assert is_summary(np.array([3.0 * 1.00009, 40.0]), above)
    assert not is_summary(np.array([3.0 * 1.00011, 40.0]), above)
    assert not is_summary(np.array([3.0, 120.0]), above)
    assert not is_summary(np.array([3.0, np.nan]), above)
    assert not is_summary(np.array([3.0, 40.0]), np.where(above == 80, np.nan, above))


def test_rows_at_the_end_that_sum_up_the_others():
    """One to three of them below six rows at least; a frequency that is the lowest ends a sweep as usual."""
    f, value = np.geomspace(1e3, 1, 6), np.arange(1.0, 7.0)[:, None] ** 2
    rows = np.column_stack([f, value])
    more = [rows.sum(0), rows.mean(0), rows.std(0, ddof=1)]
    for count in (1, 2, 3):
        all_rows = np.vstack([rows, *more[:count]])
        assert summaries(all_rows[:, 1:], all_rows[:, 0]).tolist() == [False] * 6 + [True] * count, count
    few = np.vstack([rows[1:], rows[1:].mean(0)])
    assert not summaries(few[:, 1:], few[:, 0]).any()
    assert not summaries(value, f).any()
    last = np.vstack([rows, [0.5, value.mean()]])
    assert not summaries(last[:, 1:], last[:, 0]).any()
    high = np.vstack([rows, [2e3, value.mean()]])
    assert not summaries(high[:, 1:], high[:, 0]).any()


def test_which_rows_and_how_many():
    def rows(*true):
        return np.isin(np.arange(9), true)

    assert places(rows(2)) == "row 3"
    assert places(rows(0, 8)) == "rows 1, 9"
    assert places(rows(*range(6))) == "rows 1, 2, 3, 4, 5, 6"
    assert places(rows(*range(7))) == "rows 1, 2, 3, 4, 5, 6, ..."
    assert (counted(rows(1)), counted(rows(1, 2))) == ("1 row", "2 rows")


def test_rows_that_are_points_at_one_look():
    """All above 0, finite, without a mark of anything, the lowest frequency in the last row."""
    f, z = np.array([100.0, 10.0, 1.0]), np.array([1 - 1j, 2 - 1j, 3 - 1j])
    values = np.column_stack([z.real, z.imag])
    assert are_points(values, f, z)
    assert not are_points(values, f[::-1], z)
    assert not are_points(values, np.array([np.inf, 10.0, 1.0]), z)
    assert not are_points(values, np.array([10.0, 1.0, 0.0]), z)
    assert not are_points(values, f, np.array([1, 0j, 1]))
    assert not are_points(values, f, np.array([1, np.nan, 1]))
    for mark in (1e30, -1e30, 9999.0, -9999.0, -999.0):
        assert not are_points(np.where(values == 2, mark, values), f, z), mark
    assert are_points(np.where(values == 2, 999.0, values), f, z)
    assert are_points(np.where(values == 2, 9.9e29, values), f, z)


def test_what_is_said_of_rows_that_are_no_points():
    own = Table(layout(("f", "Re(Z)", "Im(Z)")), np.zeros((8, 3)), "a.csv")
    f = np.array([1e3, 100.0, 0.0, -5.0, np.nan, 10.0, 3.0, 1.0])
    z = np.array([1 - 1j, 1 - 1j, 1, 1, 1, 0, np.nan, 2 - 1j])
    own.values[:] = np.column_stack([f, z.real, z.imag])
    own.values[1, 1] = 1e31
    good, notes = usable(own, f, z)
    assert good.tolist() == [True, False, False, False, False, False, False, True]
    assert [(note.kind, note.sentence) for note in notes] == [
        ("dropped", "1 row with the mark of an overload instead of a number (row 2)"),
        ("dropped", "2 rows without a finite frequency and impedance"),
        ("dropped", "1 row with a frequency below 0"),
        ("dropped", "1 row with an impedance of exactly 0"),
        ("ignored", "1 row at f = 0 (direct current), no impedance points"),
    ]
    only = Table(own.columns, np.zeros((1, 3)), "a.csv")
    good, notes = usable(only, np.zeros(1), np.ones(1) + 0j)
    assert (good.tolist(), notes) == ([False], [])
