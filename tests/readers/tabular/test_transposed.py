"""A spectrum per row: when columns side by side are its points, and the table with a row per point."""

from __future__ import annotations

import numpy as np

from eisfit.readers.tabular.columns import layout, side_by_side
from eisfit.readers.tabular.transposed import is_per_row, per_row

NAMES = ("f_1", "r_1", "i_1", "f_2", "r_2", "i_2", "f_3", "r_3", "i_3")


def per(frequencies, rows: int = 10, **changed) -> bool:
    """Whether rows with these frequencies are spectra; `changed` says in how many rows the second is another one."""
    values = np.tile(np.ravel([[f, 1.0, -1.0] for f in frequencies]), (rows, 1))
    for row in range(changed.get("count", 0)):
        values[row + 1, 3] *= changed["factor"]
    names = tuple(f"{q}_{i + 1}" for i in range(len(frequencies)) for q in "fri")
    return is_per_row(side_by_side(names), values)


def test_frequencies_that_run_along_a_row():
    """Three points at least, one way, all above 0, the same to a hundredth in more than nine tenths of the cells."""
    assert per([100.0, 10.0, 1.0])
    assert per([1.0, 10.0, 100.0])
    assert not per([100.0, 10.0])
    assert not per([100.0, 1.0, 10.0])
    assert per([100.0, 60.0, 40.0])  # less than a factor of e from one to the next
    assert per([40.0, 60.0, 100.0])
    assert not per([100.0, 120.0, 110.0])
    assert not per([100.0, 100.0, 1.0])
    assert not per([100.0, 10.0, 0.0])
    assert not per([100.0, 10.0, np.nan])
    for factor, fine in ((1.009, True), (1.011, False), (np.nan, True)):
        assert per([100.0, 10.0, 1.0], count=9, factor=factor) is fine, factor
    for count, fine in ((2, True), (3, False)):  # of 30 cells
        assert per([100.0, 10.0, 1.0], count=count, factor=2.0) is fine, count
    shared = side_by_side(("f", "r_1", "i_1", "r_2", "i_2", "r_3", "i_3"))
    assert not is_per_row(shared, np.tile([9.0, 1, -1, 1, -1, 1, -1], (3, 1)))


def test_a_row_per_point():
    names = ("temperature", *NAMES, "cycle")
    values = np.array([[25.0, 9, 1, -1, 5, 2, -2, 1, 3, -3, 7.0], [40.0, 9, 4, -4, 5, 5, -5, 1, 6, -6, 8.0]])
    own, found = per_row(side_by_side(names), layout(names), values)
    place = {quantity: columns[0].index for quantity, columns in own.items()}
    assert set(place) == {"frequency", "real", "imaginary", "temperature", "cycle", "group"}
    for quantity, column in (
        ("frequency", [9, 5, 1, 9, 5, 1]), ("real", [1, 2, 3, 4, 5, 6]), ("imaginary", [-1, -2, -3, -4, -5, -6]),
        ("temperature", [25, 25, 25, 40, 40, 40]), ("cycle", [7, 7, 7, 8, 8, 8]), ("group", [0, 0, 0, 1, 1, 1]),
    ):  # fmt: skip
        assert found[:, place[quantity]].tolist() == column, quantity
