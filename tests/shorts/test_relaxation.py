"""Spectra as groups of relaxation times."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from eisfit.shorts.relaxation import decompose, looked_up, stacked

F = np.logspace(6, -2, 57)


@given(st.floats(1, 100), st.floats(1, 100), st.floats(2, 5), st.floats(-1, 1.5), st.floats(0.7, 1.0))
def test_groups_add_up_to_the_spectrum(R, size, high, low, n):
    z = R + size / (1 + (1j * F / 10**high) ** n) + 30 / (1 + (1j * F / 10**low) ** 0.8) + 2j * np.pi * F * 1e-7
    found = decompose(F, z)
    assert np.abs(found.ratio - 1).max() < 0.03
    assert found.R + found.ohm.sum() == pytest.approx(R + size + 30, rel=0.05)


def test_arcs_far_apart_are_groups_of_their_own():
    z = 20 + 10 / (1 + 1j * F / 1e5) + 50 / (1 + 1j * F / 1.0)
    found = decompose(F, z)
    big = found.ohm > 0.5
    assert found.ohm[big] == pytest.approx([10, 50], rel=0.02)
    assert found.apex[big] == pytest.approx([1e5, 1.0], rel=0.1)


@pytest.mark.parametrize("shift", [-0.7, 0.0, 0.4])
def test_a_group_is_looked_up_at_another_frequency(shift):
    z = 20 + 50 / (1 + 1j * F / 10.0)
    one = decompose(F, z)
    tables = stacked([one])
    found, slope = looked_up(tables, np.array([0]), np.log(2 * np.pi * F), np.full((1, len(one.apex)), shift))
    moved = F * np.exp(shift)
    expected = 50 / (1 + 1j * moved / 10.0)
    assert np.abs(one.R + found[0].sum(axis=0) - 20 - expected).max() < 0.3
    gradient = -50 * (1j * moved / 10.0) / (1 + 1j * moved / 10.0) ** 2
    assert np.abs(slope[0].sum(axis=0) - gradient).max() < 0.6


def test_unknown_points_and_spectra_of_no_cell_are_borne():
    z = 20 + 50 / (1 + 1j * F / 10.0)
    z[5:15] = np.nan
    assert np.isfinite(decompose(F, z).ratio).all()
    for wild in (
        -10 - 1j * F,
        np.full(len(F), 1e13 - 1e13j),
        1j * F,
        np.random.default_rng(0).standard_normal(57) + 0j,
    ):
        assert np.isfinite(decompose(F, wild).ohm).all()


def test_a_group_without_resistance_stands_a_decade_below_the_band():
    z = 20 + 1 / (2j * np.pi * F * 1e-2)
    found = decompose(F, z)
    assert found.apex[-1] == pytest.approx(F[-1] / 10)
    assert found.ohm.sum() < 0.01
    assert pytest.approx(20, rel=1e-3) == found.R
