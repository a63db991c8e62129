"""Points between thousands, beside decimal commas and without them."""

from __future__ import annotations

import numpy as np
import pytest

from eisfit import read
from eisfit.errors import CorruptFile

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
