"""One row: its cells, and the number of each."""

from __future__ import annotations

import math

import pytest

from eisfit.readers.tabular.cells import fitted, is_number, is_remark, shortened, split, to_number, with_suffix


def test_cells_between_delimiters_and_in_quotes():
    for text, mark, cells in (
        ("a;b", ";", ["a", "b"]), ("a  b", None, ["a", "b"]), ('"a;b";c', ";", ["a;b", "c"]),
        ('"a" b', None, ['"a"', "b"]),
        ("", ";", [""]), ("a;", ";", ["a", ""]),
    ):  # fmt: skip
        assert split(text, mark) == cells, text


def test_as_many_cells_as_columns():
    """Without empty ones at the end, one remark, another table behind an empty column."""
    for cells, kept in (
        (["1", "2"], ["1", "2"]), (["1", "2", "", " "], ["1", "2"]), (["1", "2", "noisy"], ["1", "2"]),
        (["1", "2", "3"], None), (["1"], None), (["1", "2", "", "9", "8"], ["1", "2"]), (["1", "", "", "9"], None),
        (["1", "2", "noisy", "again"], None), (["1", "2", "5k"], None),
    ):  # fmt: skip
        assert fitted(list(cells), 2) == kept, cells


def test_words_that_are_no_number():
    for cell, remark in (
        ("noisy", True),
        ("5", False),
        ("5k", False),
        ("n/a", False),
        ("--", False),
        ("5 cells", True),
    ):
        assert is_remark(cell, comma=False) is remark, cell
    assert is_remark("1,5x", comma=True)
    assert not is_remark("1,5k", comma=True)


def test_numbers_as_they_are_written():
    for cell, comma, number in (
        ("1.5", False, 1.5), ("1,5", True, 1.5), ("1,5", False, None), ("1.0D+03", False, 1000.0),
        ("1,000.5", False, 1000.5),
        ("1.000,5", True, 1000.5), ("1,000,000.5", False, 1e6 + 0.5), ("100'000.5", False, 100000.5),
        ("100 000,5", True, 100000.5),
        ("1_0", False, None), ("+3", False, 3.0), ('"4"', False, 4.0), ("x", False, None),
    ):  # fmt: skip
        assert to_number(cell, comma=comma) == number, cell
    for cell in ("", "-", "--", "NaN", "n/a", "#DIV/0!", "OVLD", "?"):
        assert math.isnan(to_number(cell, comma=False)), cell
        assert not is_number(cell, comma=False)
    assert is_number("5k", comma=False)
    assert not is_number("x", comma=False)


def test_prefixes_behind_numbers_are_powers_of_ten():
    for prefix, power in (("f", -15), ("p", -12), ("n", -9), ("u", -6), ("µ", -6), ("\u03bc", -6), ("m", -3),
    ("k", 3), ("K", 3),
                          ("M", 6), ("G", 9), ("T", 12)):  # fmt: skip
        assert with_suffix(f"2.5{prefix}", comma=False) == pytest.approx(2.5 * 10.0**power), prefix
    assert with_suffix("2,5 k", comma=True) == 2500.0
    for cell in ("k", "2.5", "2.5x", "2.5kk", "2,5k"):
        assert with_suffix(cell, comma=False) is None, cell


def test_cells_in_messages():
    assert shortened(" a ") == "'a'"
    assert shortened("a\x00b") == "'a?b'"
    assert shortened(24 * "x") == repr(24 * "x")
    assert shortened(25 * "x") == repr(21 * "x" + "...")
