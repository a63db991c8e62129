"""Where one sweep ends and the next begins, by hand."""

from __future__ import annotations

import numpy as np

from eisfit.readers.tabular.columns import layout
from eisfit.readers.tabular.cuts import cuts_between, paused, sweeps_of, turned_back
from eisfit.readers.tabular.table import Table


def test_where_the_direction_turns():
    """A step against it is a jump back to the start; two are another direction, after the point of the turn."""
    for steps, cuts in (
        ([-1, -1, -1], set()),
        ([-1, -1, 1, -1, -1], {3}),
        ([-1, 1, -1, 1, -1], {2, 4}),
        ([-1, -1, 1, 1, 1], {3}),
        ([-1, -1, 0, 1, 1], {3}),
        ([-1, -1, 0, 1, -1, -1], {4}),
        ([0, -1, -1, 1, 1, -1, -1], {4, 6}),
        ([1, 1, -1], {3}),
        ([], set()),
        ([0, 0], set()),
    ):
        assert cuts_between(np.array(steps, float)) == cuts, steps


def test_where_the_clock_goes_back():
    """In less than one of four rows."""
    for time, cuts in (
        ([0.0, 1, 2, 3], set()),
        ([0.0, 1, 2, 0, 1], {3}),
        ([0.0, 1, 2, 0], set()),
        ([0.0, 1, 1, 2, 2], set()),
        ([0.0, 1, 0, 1, 0, 1, 2, 3, 4], {2, 4}),
        ([0.0, 1, 0, 1, 0, 1, 2, 3], set()),
    ):
        assert turned_back(np.array(time)) == cuts, time


def test_a_pause_between_two_rows():
    """More than three times the steps beside it that go on."""
    for time, at, pause in (
        ([0.0, 2, 7, 8], 2, False), ([0.0, 1, 7, 8], 2, True), ([0.0, 1, 4, 5], 2, False), ([0.0, 1, 4.1, 5], 2, True),
        ([0.0, 5], 1, False), ([0.0, 5, 6], 1, True), ([0.0, 1, 5], 2, True), ([0.0, 0, 5, 5], 2, False),
        ([0.0, 1, 7, 9.5], 2, False),
    ):  # fmt: skip
        assert paused(np.array(time), at) is pause, time


def test_sweeps_of_a_table():
    """By a turn, by a counter, by a clock that goes back; sweeps in turn are taken apart by their number."""

    def found(names, *columns):
        f = np.array(columns[0], float)
        own = Table(layout(("f", *names)), np.column_stack(np.broadcast_arrays(*columns)).astype(float), "a")
        return [rows.tolist() for rows in sweeps_of(own, f, np.arange(len(f)))]

    assert found((), [9, 5, 1, 9, 5, 1]) == [[0, 1, 2], [3, 4, 5]]
    assert found(("z cycle",), [9, 8, 7, 6], [1, 1, 2, 2]) == [[0, 1], [2, 3]]
    assert found(("Ns",), [9, 8, 7, 6], [1, 1, 1, 2]) == [[0, 1, 2], [3]]
    assert found(("time/s",), [9, 8, 7, 6, 5], [0, 1, 2, 0, 1]) == [[0, 1, 2], [3, 4]]
    assert found(("z cycle",), [9, 9, 5, 5, 1, 1], [1, 2, 1, 2, 1, 2]) == [[0, 2, 4], [1, 3, 5]]
    assert found((), [9]) == [[0]]
    assert sweeps_of(Table(layout(("f",)), np.zeros((0, 1)), "a"), np.zeros(0), np.zeros(0, int)) == []
