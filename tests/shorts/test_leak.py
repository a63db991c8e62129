"""The size of a leak and the bound on it."""

from __future__ import annotations

import numpy as np
import pytest

from eisfit.shorts.leak import interval, passive_bound, scatter
from eisfit.shorts.spectra import Aligned, Window


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
    assert passive_bound(z / 100, np.array([0.0]))[0] == pytest.approx(0.5)


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


def test_the_bound_allows_three_standard_deviations_and_a_lead_of_a_fifth():
    z = np.array([[50 + 0j, 40 + 0j]])
    assert passive_bound(z, np.array([0.02]))[0] == pytest.approx(50 / 1.06)
    for share, known in ((0.199, 50.0), (0.2, 50.0), (0.201, np.nan)):
        found = passive_bound(z[:, :1], np.array([0.0]), z[:, :1] * (1 + 1j * share))[0]
        assert found == pytest.approx(known, nan_ok=True)
    assert np.isnan(passive_bound(-z, np.array([0.0]))[0])


def test_the_scatter_of_the_plateau_begins_with_a_hundredth():
    """Four steps of 0.01 count beside those that are seen, whose squares are twice a variance."""
    plateau = np.exp(np.array([0.0, 0.02, 0.0, np.nan, 0.02, 0.0]))
    spectra = Aligned(np.array([10.0, 1.0]), plateau[:, None] * np.ones(2) + 0j, np.full(6, 1e-3))
    window = Window(*(np.array([0, 1]),) * 4, True, True)
    flagged = np.zeros(6, bool)
    expected = np.sqrt((4 * 0.01**2 + 4 * 0.02**2 / 2) / 8)
    assert scatter(spectra, window, flagged) == pytest.approx(expected)
    flagged[1:] = True
    assert scatter(spectra, window, flagged) == pytest.approx(0.01)
