"""The delta method."""

from __future__ import annotations

import numpy as np
import pytest

from eisfit.tracking.propagation import propagated


def test_a_sum_keeps_the_correlation():
    values = np.array([[30.0, 20.0], [30.0, 20.0]])
    covariance = np.array([[[4.0, -3.9], [-3.9, 4.0]], [[4.0, 0.0], [0.0, 4.0]]])
    total, error = propagated(lambda v: v[:, 0] + v[:, 1], values, covariance, (0, 1))
    assert total.tolist() == [50.0, 50.0]
    np.testing.assert_allclose(error, np.sqrt([0.2, 8.0]), rtol=1e-6)


def test_a_product_agrees_with_a_draw():
    rng = np.random.default_rng(1)
    values, covariance = np.array([[30.0, 2e-6]]), np.diag([0.3, 2e-8])[None] ** 2
    _, error = propagated(lambda v: v[:, 0] * v[:, 1] ** 0.5, values, covariance, (0, 1))
    draws = values[0] + rng.standard_normal((20000, 2)) * np.sqrt(np.diag(covariance[0]))
    assert error[0] == pytest.approx(np.std(draws[:, 0] * draws[:, 1] ** 0.5), rel=0.03)


def test_an_unknown_error_spoils_only_what_needs_it():
    values, covariance = np.ones((1, 2)), np.diag([1.0, np.nan])[None]
    assert propagated(lambda v: v[:, 0], values, covariance, (0,))[1][0] == pytest.approx(1.0)
    assert np.isnan(propagated(lambda v: v[:, 0] + v[:, 1], values, covariance, (0, 1))[1][0])


def test_a_parameter_at_zero_is_no_obstacle():
    error = propagated(lambda v: 2 * v[:, 0], np.zeros((1, 1)), np.ones((1, 1, 1)), (0,))[1]
    assert error[0] == pytest.approx(2.0)
