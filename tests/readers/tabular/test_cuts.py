"""Where one sweep ends and the next begins, by hand."""

from __future__ import annotations

import numpy as np

from eisfit.readers.tabular.cuts import cuts_between, turned_back


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
