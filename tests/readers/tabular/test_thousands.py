"""Points between thousands, beside decimal commas and without them."""

from __future__ import annotations

import numpy as np
import pytest

from eisfit import read
from eisfit.errors import CorruptFile
from eisfit.readers.tabular.thousands import MARKS, grouped, is_jump, jumps, taken_out, threes

HEAD = ("f", "Zre", "Zim")
ROWS = (("100.000", "1.012,3", "-2,0"), ("10.000", "1.017,15", "-14,6"), ("1.000", "1.069,2", "-33,9"))
MORE = (("100", "1.095,7", "-8,9"), ("10", "1.101,1", "-24,2"), ("1", "1.180,0", "-40,5"))


def text(rows, mark):
    return "\n".join(mark.join(row) for row in (HEAD, *rows)) + "\n"


def test_points_between_thousands(tmp_path):
    path = tmp_path / "a.csv"
    for mark in (";", "\t"):
        for rows in ((*ROWS, *MORE), (*MORE[::-1], *ROWS[::-1])):
            path.write_text(text(rows, mark))
            found = read(path)[0]
            np.testing.assert_allclose(sorted(found.frequency), 10.0 ** np.arange(6))
            assert found.impedance.real.min() == 1012.3


def test_commas_between_thousands(tmp_path):
    path = tmp_path / "a.csv"
    swap = str.maketrans(",.", ".,")
    path.write_text(text([[cell.translate(swap) for cell in row] for row in (*ROWS, *MORE)], ";"))
    np.testing.assert_allclose(sorted(read(path)[0].frequency), 10.0 ** np.arange(6))


def test_decimal_points_stay(tmp_path):
    path = tmp_path / "a.csv"
    for rows in (
        [(f"{f:.3f}", f"{12 + i}.{i}25", "-2.125") for i, f in enumerate(10.0 ** np.arange(5, -1, -1))],
        [(f"{f:.3f}", f"{12 + i},5", "-2,1") for i, f in enumerate(10.0 ** np.arange(5, -1, -1))],
        [(f"{f:.3f}", f"{12 + i}.125", "-2.125") for i, f in enumerate((9.0, 7.5, 5.25, 4.125, 3.0, 2.0))],
    ):  # fmt: skip
        path.write_text(text(rows, ";"))
        assert max(read(path)[0].frequency) == float(rows[0][0])


def test_what_may_be_either_is_refused(tmp_path):
    path = tmp_path / "a.csv"
    plain = [(f, f"{12 + i}", f"-{2 + i}") for i, f in enumerate(("100.000", "10.000", "1.000", "500", "200", "50"))]
    commas = [(f, f"{12 + i},125", f"-{2 + i},125") for i, f in enumerate(("100.000", "10.000", "1.000", "500", "200"))]
    for rows in (plain, commas):
        path.write_text(text(rows, ";"))
        with pytest.raises(CorruptFile, match=r"line 2.*100\.000 may have a decimal point or a mark between thousands"):
            read(path)


def test_neighbours_that_jump_unless_a_mark_stands_between_thousands():
    """More than a hundred times apart with decimals, less than twenty times without."""
    for step, jump in (
        (("1.000", "500"), True), (("1.000", "100"), False), (("1.000", "101"), True), (("1.000", "51"), False),
        (("2.000", "999"), True), (("1.000", "-500"), True), (("100.000", "50"), False), (("5.000", "501"), True),
        (("10.000", "501"), False), (("10.000", "999"), False), (("9.000", "901"), True), (("1.000.000", "99"), False),
    ):  # fmt: skip
        assert is_jump(step, ".") is jump, step
    assert jumps(["2.000", "1.000", "500", "200"], ".")
    assert not jumps(["2.000", "1.000"], ".")
    assert not jumps(["2.000", "1.000", "5"], ".")
    assert not jumps(["1.000", "0.5"], ".")
    assert not jumps(["1.000", "500", "3.000", "2"], ".")


def test_columns_in_which_every_mark_stands_before_three_digits():
    point, comma = MARKS
    assert grouped(["1.000;2.5", "10;3"], ";", point) == [0]
    assert grouped(["1.000;2.500", "10.000,5;3"], ";", point) == [0, 1]
    assert grouped(["1.000", "1.5"], ";", point) == []
    assert grouped(["0.125"], ";", point) == []
    assert grouped(["1,000;2.500"], ";", comma) == [0]
    assert grouped(["1,000"], ",", comma) == []
    assert taken_out(b"x.y\n1.000;2.5\n3.000;4.5", 4, ";", (".", [0])) == b"x.y\n1000;2.5\n3000;4.5"
    assert threes(b"1.000", 0, {"."})
    assert not threes(b"1.0000,5", 0, {".", ","})
    assert not threes(b"1.000;2", 3, {"."})
