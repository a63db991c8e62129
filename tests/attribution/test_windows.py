"""Windows of arcs along a series."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from eisfit.attribution.windows import apart, locate, window

POSITIVE = st.floats(1e-9, 1e9)


def test_a_window_spans_the_series_and_the_errors():
    found = window(np.array([1.0, 2.0, 4.0]), np.array([0.02, 0.04, 0.08]))
    assert found.middle == 2
    assert found.error == pytest.approx(0.02)
    assert found.low == pytest.approx(2 ** (0.05 * 2 - 0) * np.exp(-0.04))
    assert found.high == pytest.approx(4 * 2 ** (-0.05 * 2) * np.exp(0.04))
    assert found.spread == pytest.approx(np.exp(np.std(np.log([1, 2, 4]))))


@given(POSITIVE, POSITIVE, POSITIVE, POSITIVE)
def test_factors_between_windows(a, b, c, d):
    one = window(np.sort([a, b]), np.zeros(2))
    other = window(np.sort([c, d]), np.zeros(2))
    factor = apart(one, other)
    assert factor >= 1
    assert factor == apart(other, one)
    assert apart(one, one) == 1
    assert apart(one, one.scaled(10 * one.high / one.low)) == pytest.approx(10)
    nearest = min(abs(np.log(x / y)) for x in one[1:3] for y in other[1:3])
    assert factor == 1 or np.log(factor) == pytest.approx(nearest, abs=1e-9)


def test_arcs_of_shorted_and_failed_spectra_do_not_count(make_cell):
    study = make_cell([(80.0, 1.0)])
    found = {one.role: one for one in locate(study)}
    assert set(found) == {"R_GB", "R_Int"}
    assert found["R_Int"].frequency.low < 1.0 < found["R_Int"].frequency.high
    assert found["R_Int"].capacitance.middle == pytest.approx(1 / (2 * np.pi * 80), rel=0.05)
    assert found["R_Int"].spectra == len(study.series)


@pytest.mark.parametrize("seed", [0, *(pytest.param(seed, marks=pytest.mark.long) for seed in (1, 2, 3))])
def test_an_arc_that_is_not_there_is_not_located(make_cell, seed):
    """The data do not tell how two arcs share the one that is there: at most one of them has a place."""
    assert len(locate(make_cell([], arcs=1, seed=seed))) <= 1
    assert [one.role for one in locate(make_cell([], seed=seed))] == ["R_GB"]
