"""The descriptive features: exact cases without noise."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from eisfit.shorts.features import features, heating, polarisation
from eisfit.shorts.spectra import Aligned, Window, find_window

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
    window = find_window(F, impedance(F), 1e-3)
    assert found.b[0] == pytest.approx(1 - found.P[0] / polarisation(F, impedance(F), window))
    assert 0 < found.b[0] < 1
    assert 0 < found.c[0] < 1


def test_the_rise_that_explains_a_fall():
    a = 1 - np.exp(-0.35 / 8.617333262e-5 * 10 / 298.15**2)
    assert heating(np.array([a]), np.array([np.nan]))[0] == pytest.approx(10)


def test_the_features_of_a_leak_beside_resistors():
    """10 ohm of the electrolyte, 30 in all; 20 ohm beside: G R = 0.5, so a third of the plateau goes."""
    f = np.geomspace(1e5, 1, 16)
    base = np.where(np.arange(16) < 6, 10.0, 30.0) + 0j
    z = 1 / (1 / base + 1 / 20)
    window = Window(np.array([0, 1]), np.array([4, 5]), np.arange(6), np.array([13, 14, 15]), True, True)
    with np.errstate(all="ignore"):
        found = features(Aligned(f, z[None], np.array([1e-3])), window, base[None])
        much = features(Aligned(f, -z[None] * 0.01, np.array([1e-3])), window, base[None])
    assert (found.R[0], found.R_base[0], found.R_low[0]) == pytest.approx((20 / 3, 10.0, 12.0))
    assert found.a[0] == pytest.approx(1 / 3)
    assert found.c[0] == pytest.approx(1 - 12 / 30)
    assert found.P[0] == 0
    assert much.a[0] == pytest.approx(-0.99 / 0.01)


def test_polarisation_is_the_area_above_the_axis():
    """2 / pi of the integral of -Im Z over ln f, over Re Z at the lowest frequencies; what is below counts as none."""
    f = np.exp(np.arange(7.0)[::-1])
    z = np.array([[9 + 5j, 10 - 1j, 10 - 3j, 10 + 7j, 20 - 2j, 30 - 99j, 30 - 99j]])  # the last two are not asked for
    window = Window(np.array([1]), np.array([1]), np.array([1, 2]), np.array([2, 3, 4]), True, True)
    assert polarisation(f, z, window)[0] == pytest.approx(2 / np.pi * (2 + 1.5 + 1) / 10)


def test_the_rise_of_temperature_that_lowers_a_resistance():
    """-ln(1 - a) k T^2 / 0.35 eV: for a tenth at 25 C 2.3 K; without a temperature room temperature is taken."""
    expected = -np.log(0.9) * 8.617333262e-5 * 298.15**2 / 0.35
    assert heating(np.array([0.1, 0.1, -0.5]), np.array([25.0, np.nan, 25.0])).tolist() == pytest.approx(
        [expected, expected, 0]
    )
    assert heating(np.array([0.1]), np.array([60.0]))[0] == pytest.approx(expected * (333.15 / 298.15) ** 2)
    assert np.isfinite(heating(np.array([1.5]), np.array([25.0]))).all()
