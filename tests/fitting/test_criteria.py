"""AICc and BIC, and the points that circuits are compared on."""

from __future__ import annotations

import numpy as np

from eisfit.fitting.criteria import aicc, bic, without_common_outliers


def test_a_worked_example():
    """n = 20 numbers, k = 3, cost 20 e: n ln(cost / n) is n."""
    cost, points = np.array([20 * np.e]), np.array([10])
    np.testing.assert_allclose(aicc(cost, points, 3), 20 + 6 + 24 / 16)
    np.testing.assert_allclose(bic(cost, points, 3), 20 + 3 * np.log(20))


def test_too_few_data_for_the_correction():
    assert np.isinf(aicc(np.array([1.0]), np.array([2]), 4)).all()


def test_only_what_every_circuit_left_out_does_not_count(simulated, as_series):
    series = as_series(simulated(n=2)[2])
    place = np.arange(len(series[0]))
    one = (place < 2, place < 0)
    other = (place == 1, place == 3)
    kept = without_common_outliers(series, [one, other])
    np.testing.assert_array_equal(kept[0].mask, place == 1)
    assert not kept[1].mask.any()
    assert without_common_outliers(series, [one, ()]) is series
