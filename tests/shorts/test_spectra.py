"""Grids, noise, and the window in which a leak is looked for."""

from __future__ import annotations

import numpy as np
import pytest

from eisfit.shorts.spectra import (
    LOUD,
    UNKNOWN,
    _is_dense,
    align,
    find_window,
    least_inductance,
    middle,
    noise_levels,
    originals,
)
from eisfit.spectrum import Series, Spectrum

F = np.logspace(6, -2, 57)


def test_the_valley_lies_between_electrolyte_and_interface(impedance):
    window = find_window(F, impedance(F), 0.001)
    assert window.has_valley
    assert 300 < F[window.valley].mean() < 3e4
    assert F[window.high].max() == 1e6
    assert F[window.low].tolist() == F[-3:].tolist()


def test_without_an_arc_of_the_electrolyte_the_highest_frequencies_serve(impedance):
    window = find_window(F, impedance(F, R_GB=0.0), 0.001)
    assert not window.has_valley or F[window.valley].min() > 1e3
    narrow = np.geomspace(500, 0.8, 20)
    assert not find_window(narrow, impedance(narrow), 0.001).has_valley


def test_the_valley_behind_the_interface_is_not_taken(impedance):
    z = impedance(F, R_bulk=10.0, R_GB=0.0, R_Int=150.0, f_Int=100.0, tail=60.0)
    window = find_window(F, z, 0.003)
    assert z.real[window.valley].max() < 4 * 10.0


def test_noise_makes_no_valley(impedance):
    rng = np.random.default_rng(0)
    z = impedance(F, R_GB=0.0, f_Int=50.0)
    for _ in range(20):
        noisy = z * (1 + 0.01 * (rng.standard_normal(57) + 1j * rng.standard_normal(57)))
        window = find_window(F, noisy, 0.01)
        assert F[window.valley].min() > 1e3


def test_no_capacitive_point_no_window():
    assert find_window(F, 10 + 1j * F, 0.001) is None


@pytest.mark.parametrize("noise", [0.001, 0.003, 0.01])
def test_noise_is_read_off_the_spectrum(impedance, noise):
    rng = np.random.default_rng(1)
    z = np.tile(impedance(F), (200, 1))
    z = z * (1 + noise * (rng.standard_normal(z.shape) + 1j * rng.standard_normal(z.shape)))
    assert np.median(noise_levels(F, z)) == pytest.approx(noise, rel=0.15)


def test_a_coarse_grid_does_not_tell_its_noise(impedance):
    coarse = np.logspace(6, -2, 9)
    assert noise_levels(coarse, impedance(coarse)[None]).tolist() == [UNKNOWN]


@pytest.mark.parametrize("lead", [3e-7, 1e-6])
def test_the_lead_is_proven(impedance, lead):
    found = least_inductance(F, impedance(F, lead=lead), 1e-4)
    assert 0.6 * lead < found <= lead * 1.001


def test_resistors_and_capacitors_prove_no_lead(impedance):
    for f_GB in (5e4, 1e6, 5e6):
        assert least_inductance(F, impedance(F, f_GB=f_GB), 1e-4) == 0.0


def test_spectra_are_brought_on_one_grid(impedance):
    other = np.logspace(6, -2, 81)
    series = Series([Spectrum(f, impedance(f)) for f in (F, other, F)])
    found = align(series, [0, 1, 2])
    np.testing.assert_array_equal(found.frequency, F)
    np.testing.assert_allclose(found.impedance[1], found.impedance[0], rtol=0.01)


def test_outside_of_its_band_a_spectrum_is_not_known(impedance):
    series = Series([Spectrum(F, impedance(F)), Spectrum(F[10:], impedance(F[10:])), Spectrum(F, impedance(F))])
    found = align(series, [0, 1, 2])
    assert np.isnan(found.impedance[1, :10]).all()
    assert np.isfinite(found.impedance[1, 10:]).all()


def test_a_hole_in_a_spectrum_is_not_bridged(impedance):
    hole = (F < 1e3) & (F > 50)
    series = Series(
        [
            Spectrum(F, impedance(F)),
            Spectrum(F, impedance(F)).masked(hole, "test"),
            Spectrum(F[~hole], impedance(F[~hole])),
        ]
    )
    found = align(series, [0, 1, 2])
    assert (np.isnan(found.impedance[1:]) == hole).all()


def test_the_median_of_spectra_leaves_unknown_points_out():
    z = np.array([[1 + 1j, np.nan, 5.0], [3 + 3j, np.nan, np.nan], [2 + 2j, np.nan, 7.0]])
    found = middle(z)
    np.testing.assert_allclose(found[[0, 2]], [2 + 2j, 6])
    assert np.isnan(found[1])


def test_copies_are_one_measurement():
    rng = np.random.default_rng(5)
    a, b, c = (
        (20 + 30 / (1 + (1j * F / 20) ** 0.9)) * (1 + 0.002 * (rng.standard_normal(57) + 1j * rng.standard_normal(57)))
        for _ in range(3)
    )
    rounded = np.round(b.real, 4) + 1j * np.round(b.imag, 4)
    cases = {
        "measured": ([a, b, c], [0, 1, 2]),
        "a workbook of copies": ([a, b, b, b, b], [0, 1, 1, 1, 1]),
        "in turn": ([a, b, a, b, c], [0, 1, 0, 1, 4]),
        "rounded on the way": ([a, b, rounded, c], [0, 1, 1, 3]),
        "without noise": ([a, a, a, b, b], [0, 1, 2, 3, 4]),
        "one": ([a], [0]),
    }
    for name, (z, expected) in cases.items():
        spectra = align(Series([Spectrum(F, row) for row in z]), range(len(z)))
        assert originals(spectra).tolist() == expected, name


@pytest.mark.parametrize(("decades", "dense"), [(1.01, False), (1.0, True), (0.9, True)])
def test_four_points_per_decade_tell_the_shape_of_an_arc(decades, dense):
    assert _is_dense(10 ** np.array([decades, 0.6, 0.3, 0.0])) == dense


def test_an_arc_before_a_valley_has_a_shape_where_the_points_are_dense(impedance):
    assert find_window(F, impedance(F), 0.001).shaped
    coarse = np.logspace(6, -2, 25)
    found = find_window(coarse, impedance(coarse), 0.001)
    assert found.has_valley
    assert not found.shaped
    narrow = np.geomspace(500, 0.8, 60)
    found = find_window(narrow, impedance(narrow), 0.001)
    assert not found.has_valley
    assert not found.shaped


def test_a_lead_is_in_proportion_to_the_impedance(impedance):
    """And less the noisier: what is proven is the fall of -f Im Z less LOUD times the noise of two points."""
    z = impedance(F, lead=1e-6)
    for noise in (1e-4, 1e-3, 1e-2):
        assert least_inductance(F, 1000 * z, noise) == pytest.approx(1000 * least_inductance(F, z, noise))
    f = np.array([1e6, 5e5])
    z = np.array([10 + 20j, 10 + 2j])
    height, error = -f * z.imag, LOUD * 0.01 * f * np.abs(z)
    expected = (height[1] - height[0] - np.hypot(*error)) / (2 * np.pi * (f[0] ** 2 - f[1] ** 2))
    assert least_inductance(f, z, 0.01) == pytest.approx(expected)
