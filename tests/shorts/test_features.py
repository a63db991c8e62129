"""The descriptive features: exact cases without noise."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from eisfit.shorts.features import features, heating, polarisation
from eisfit.shorts.spectra import Aligned, find_window

F = np.logspace(7, -4, 111)


def of(base, z):
    return features(Aligned(F, z[None], np.array([1e-3])), find_window(F, base, 1e-3), base[None])


def test_polarisation_is_the_share_of_the_arcs(impedance):
    z = impedance(F, f_GB=1e4)
    assert polarisation(F, z, find_window(F, z, 1e-3)) == pytest.approx((14 + 60) / 96, rel=0.01)


@given(st.floats(0.2, 5.0))
def test_scaling_leaves_the_polarisation_alone(k):
    z = 22 + 14 / (1 + 1j * F / 1e5) + 60 / (1 + 1j * F)
    window = find_window(F, z, 1e-3)
    assert polarisation(F, k * z, window) == pytest.approx(polarisation(F, z, window))


@pytest.mark.parametrize("rho", [0.2, 1.0, 3.0])
def test_a_leak_lowers_the_plateau_by_the_current_that_it_takes_there(impedance, rho):
    G = 1 / (rho * 96)
    found = of(impedance(F), impedance(F, leak=G))
    assert found.a[0] == pytest.approx(G * found.R_base[0] / (1 + G * found.R_base[0]), rel=1e-6)
    assert 0 < found.b[0] < 1
    assert 0 < found.c[0] < 1


def test_the_rise_that_explains_a_fall():
    a = 1 - np.exp(-0.35 / 8.617333262e-5 * 10 / 298.15**2)
    assert heating(np.array([a]), np.array([np.nan]))[0] == pytest.approx(10)
