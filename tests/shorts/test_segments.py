"""Stretches of one pressure, and temperatures, where some are not logged."""

from __future__ import annotations

import warnings

import numpy as np
import pytest

from eisfit.shorts.detector import detect_shorts
from eisfit.shorts.segments import segments
from eisfit.spectrum import Conditions


@pytest.mark.parametrize("missing", [(), (0,), (1,), (0, 1), (0, 12)])
def test_a_pressure_that_is_missing_early_hides_no_change(cell_series, missing):
    values = [None if i in missing else 25.0 if i < 12 else 60.0 for i in range(16)]
    found = segments(cell_series([{}] * 16, conditions=[Conditions(pressure_MPa=value) for value in values]))
    assert [len(index) for index in found] == ([13, 3] if 12 in missing else [12, 4])


def test_a_series_is_cut_where_it_is_asked_for_at_its_second_spectrum_too(cell_series):
    found = segments(cell_series([{}] * 5), breaks=(1, 3))
    assert [index.tolist() for index in found] == [[0], [1, 2], [3, 4]]


def test_a_baseline_with_one_unknown_temperature_still_tells_the_rise(cell_series):
    logged = [None, 25.0, 25.0, 25.0, 29.0, 29.0]
    cells = [{}] * 4 + [{"k": 0.85}] * 2
    found = detect_shorts(cell_series(cells, conditions=[Conditions(temperature_C=T) for T in logged]))
    assert set(found.level) == {"ok"}


def test_no_temperature_at_all_warns_of_nothing(cell_series):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert set(detect_shorts(cell_series([{}] * 5)).level) == {"ok"}
    assert np.isnan(detect_shorts(cell_series([{}] * 5)).chi2_gain).all()
