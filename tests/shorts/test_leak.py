"""The size of a leak and the bound on it."""

from __future__ import annotations

import numpy as np
import pytest

from eisfit.shorts.leak import interval, passive_bound


def test_the_interval_is_one_of_the_logarithm():
    R, low, high = interval(np.array([0.1, np.nan]), np.array([0.01, np.nan]))
    assert R[0] == pytest.approx(10)
    assert high[0] / R[0] == pytest.approx(R[0] / low[0])
    assert np.log(high[0] / low[0]) == pytest.approx(2 * 1.959964 * 0.1)
    assert np.isnan([R[1], low[1], high[1]]).all()


def test_the_bound_of_a_resistor_is_the_resistor():
    z = np.full((1, 10), 50 + 0j)
    assert passive_bound(z, np.array([0.0]))[0] == pytest.approx(50)
    assert passive_bound(z, np.array([0.01]))[0] == pytest.approx(50 / 1.03)


def test_a_blocking_cell_excludes_small_leaks_only_by_its_noise():
    f = np.logspace(5, -2, 50)
    z = (10 + 1 / (2j * np.pi * f * 1e-3))[None]
    assert passive_bound(z, np.array([0.0]))[0] > 1e6
    assert 100 < passive_bound(z, np.array([1e-3]))[0] < 1e7


def test_missing_points_do_not_count():
    z = np.array([[50 + 0j, np.nan, 40 + 0j]])
    assert passive_bound(z, np.array([0.0]))[0] == pytest.approx(50)


def test_where_the_lead_is_large_nothing_is_asked():
    """What is left of 50 ohm behind a badly known lead looks like a large resistance, and is none."""
    frequency = np.logspace(6, 0, 40)
    lead = 2j * np.pi * frequency * 1e-4
    z = np.full((1, 40), 50.0 + 0j)
    left = z + 0.3 * lead  # three tenths of the lead stay behind
    bound = passive_bound(left, np.array([0.0]), z + lead)[0]
    assert passive_bound(left, np.array([0.0]))[0] > 500
    assert bound == pytest.approx(50, rel=0.05)
    assert np.isnan(passive_bound(left[:, :5], np.array([0.0]), (z + lead)[:, :5])[0])
