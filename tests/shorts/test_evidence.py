"""The features: exact cases without noise."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from eisfit.shorts.evidence import Baseline, compare, polarisation
from eisfit.shorts.spectra import Aligned, find_window

F = np.logspace(7, -4, 111)
NOISE = np.array([1e-3])


def judged(base, z):
    window = find_window(F, base, 1e-3)
    return compare(Aligned(F, z[None], NOISE), window, Baseline(base, 3))


def test_polarisation_is_the_share_of_the_arcs(impedance):
    z = impedance(F, f_GB=1e4)
    window = find_window(F, z, 1e-3)
    assert polarisation(F, z, window) == pytest.approx((14 + 60) / 96, rel=0.01)


@given(st.floats(0.2, 5.0))
def test_scaling_leaves_the_polarisation_alone(k):
    z = 22 + 14 / (1 + 1j * F / 1e5) + 60 / (1 + 1j * F)
    window = find_window(F, z, 1e-3)
    assert polarisation(F, k * z, window) == pytest.approx(polarisation(F, z, window))


@pytest.mark.parametrize("rho", [0.2, 1.0, 3.0])
def test_a_leak_explains_all_of_its_change(impedance, rho):
    base, G = impedance(F), 1 / (rho * 96)
    found = judged(base, impedance(F, leak=G))
    assert found.leak[0] == pytest.approx(G, rel=1e-6)
    assert found.a[0] == pytest.approx(G * found.R_base[0] / (1 + G * found.R_base[0]), rel=1e-6)
    assert found.share[0] > 0.9 * (1 - found.share_error[0] ** 2)
    assert 0 < found.b[0] < 1
    assert 0 < found.c[0] < 1


@pytest.mark.parametrize("k", [0.6, 0.8, 0.9])
def test_heating_leaves_nothing_to_a_leak(impedance, k):
    found = judged(impedance(F), impedance(F, k=k))
    assert found.a[0] > 0.5 * (1 - k)
    assert found.share[0] < 0.2


def test_a_better_grain_boundary_is_no_leak(impedance):
    found = judged(impedance(F), impedance(F, R_GB=7.0, f_GB=3e5))
    assert found.a[0] < 0.05


def test_what_the_interface_does_is_not_seen_on_the_plateau(impedance):
    for R, f in ((12.0, 3.0), (300.0, 0.12)):
        found = judged(impedance(F), impedance(F, R_Int=R, f_Int=f))
        assert abs(found.a[0]) < 0.02


def test_an_unknown_point_makes_unknown_features(impedance):
    z = impedance(F, leak=0.01)
    z[:5] = np.nan
    found = judged(impedance(F), z)
    assert np.isnan(found.a[0])
    assert not found.score[0] > 0
