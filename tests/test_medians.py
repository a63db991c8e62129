"""Medians are those of numpy."""

from __future__ import annotations

import subprocess
import sys
import warnings

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from eisfit.medians import known_median, median_of

TABLES = arrays(np.float64, array_shapes(max_dims=3, max_side=6), elements=st.floats(-1e3, 1e3) | st.just(np.nan))


@given(TABLES, st.none() | st.integers(-1, 0))
def test_they_are_those_of_numpy(values: np.ndarray, axis: int | None) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        np.testing.assert_allclose(median_of(values, axis), np.median(values, axis=axis), rtol=1e-14)
        np.testing.assert_allclose(known_median(values, axis), np.nanmedian(values, axis=axis), rtol=1e-14)


@pytest.mark.parametrize("median", [median_of, known_median])
def test_of_nothing_there_is_none(median) -> None:
    assert np.isnan(median([]))
    assert np.isnan(median(np.ones((0, 3)), 0)).all()


def test_large_values_and_infinity_stay() -> None:
    assert median_of([1e308, 1e308]) == 1e308
    assert known_median([np.inf, np.nan, 1.0, 2.0]) == 2.0


def test_no_masked_arrays_are_loaded() -> None:
    code = "import sys; from eisfit.medians import known_median as k, median_of as m; m([1.0]); k([1.0, float('nan')])"
    text = subprocess.run(
        [sys.executable, "-c", code + "; print('numpy.ma' in sys.modules)"], capture_output=True, text=True, check=True
    ).stdout
    assert text.strip() == "False"
