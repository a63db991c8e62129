"""Mixtures of explanations, and what they say of the size of a leak."""

from __future__ import annotations

import numpy as np
import pytest

from eisfit.shorts.sizing import quantiles


def test_one_explanation_gives_the_interval_of_a_normal_distribution():
    low, middle, high = quantiles(np.ones((1, 1)), np.array([[2.0]]), np.array([[0.1]]))
    assert [low[0], middle[0], high[0]] == pytest.approx([2 - 0.196, 2, 2 + 0.196], abs=1e-3)


def test_two_explanations_that_differ_widen_the_interval():
    low, middle, high = quantiles(np.array([[0.7, 0.3]]), np.array([[0.0, 1.0]]), np.array([[0.05, 0.05]]))
    assert low[0] == pytest.approx(-0.09, abs=0.01)
    assert middle[0] == pytest.approx(0.0, abs=0.05)
    assert high[0] == pytest.approx(1.07, abs=0.02)


def test_what_is_not_known_stays_unknown():
    assert np.isnan(quantiles(np.ones((1, 2)), np.full((1, 2), np.nan), np.ones((1, 2)))).all()
