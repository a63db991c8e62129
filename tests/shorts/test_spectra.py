"""Grids, noise, and the window in which a leak is looked for."""

from __future__ import annotations

import numpy as np
import pytest

from eisfit.shorts.spectra import (
    LOUD,
    UNKNOWN,
    Aligned,
    _is_dense,
    _on_grid,
    _valley,
    align,
    find_window,
    least_inductance,
    middle,
    noise_levels,
    originals,
    typical,
    typical_of_each,
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
    assert find_window(F, 10 + 0j * F, 0.001) is None


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


def level(f, z, noise=1e-4):
    return find_window(f, z, noise)


def test_a_valley_is_as_deep_as_half_a_percent_or_six_times_the_noise():
    """-Im Z falls from an arc by so much of |Z|, and rises again by as much; |Z| is 100 ohm."""
    f = np.geomspace(1e5, 1e2, 13)
    for depth, noise, seen in ((0.52, 1e-4, True), (0.48, 1e-4, False), (1.9, 3e-3, True), (1.7, 3e-3, False)):
        for fall, rise in ((depth, 5.0), (5.0, depth)):
            height = np.concatenate([[7.0, 8.0], np.full(3, 8.0 - fall), 8.0 - fall + np.linspace(0, rise, 8)])
            z = np.sqrt(100.0**2 - height**2) - 1j * height
            assert level(f, z, noise).has_valley == seen, (depth, noise, fall)


def test_a_valley_at_more_than_four_times_the_highest_frequency_is_behind_the_electrodes():
    f = np.geomspace(1e5, 1e2, 13)
    height = np.array([1.0, 5, 8, 8, 5, 1, 1, 1, 5, 8, 12, 16, 20])
    for ohm, taken in ((39.9, True), (40.0, True), (40.1, False)):
        real = np.array([10.0, 12, 14, 16, 18, *[ohm] * 8])
        found = level(f, real - 1j * height)
        assert found.has_valley == taken
        if taken:
            assert found.valley.tolist() == [4, 5, 6]  # a third of a decade to either side
            assert found.high.tolist() == [0, 1]
            assert found.whole.tolist() == list(range(7))
        assert found.low.tolist() == [10, 11, 12]


def test_around_a_valley_two_points_and_a_third_of_a_decade_count():
    f = np.geomspace(1e5, 1e2, 61)  # 20 points per decade
    height = 8 * np.abs(np.sin(np.linspace(0.3, 6.0, 61))) + 1
    found = level(f, 20 - 1j * height)
    assert len(found.valley) == 5
    assert found.high.tolist() == [0, 1, 2, 3, 4]
    lead = np.where(np.arange(61) < 3, 1.0, -height)
    assert level(f, 20 + 1j * lead).high.tolist() == [3, 4, 5, 6, 7]


def test_within_two_percent_of_its_end_and_over_gaps_below_08_a_spectrum_is_known():
    """ln f: an end within 0.02, points within 0.02 of one that was measured, and gaps below 0.8 between two."""
    x = np.array([0.0, 0.3, 0.6, 0.9, 1.2, 2.1, 2.4, 2.7, 3.0])
    own = Spectrum(np.exp(x)[::-1], np.full(9, 5 - 1j))
    at = np.array([-0.021, -0.019, 0.15, 1.19, 1.21, 1.23, 2.07, 2.09, 2.55, 3.019, 3.021])
    grid = [Spectrum(np.exp(at)[::-1], np.full(11, 1 + 0j))] * 2
    found = align(Series([*grid, own]), [0, 1, 2]).impedance[2][::-1]
    assert np.isfinite(found).tolist() == [False, True, True, True, True, False, False, True, True, True, False]
    np.testing.assert_allclose(found[np.isfinite(found)], 5 - 1j)


def test_spectra_agree_to_one_percent_and_six_times_their_noise():
    """The median of those that agree; of a cell in two states the one that is nearest to it."""
    turns = np.array([[-1, 0, 1], [1, -1, 0], [0, 1, -1]])  # the median of three is none of them
    for noise, apart, agreed in (
        (1e-3, 0.0159, True), (1e-3, 0.0161, False), (2e-3, 0.0219, True), (2e-3, 0.0221, False),
    ):  # fmt: skip
        z = 10.0 * (1 + apart * turns) + 0j
        spectra = Aligned(np.array([100.0, 10.0, 1.0]), z, np.full(3, noise))
        assert typical(spectra, [0, 1, 2]) == pytest.approx(np.full(3, 10.0) if agreed else z[0]), (noise, apart)
    assert np.isnan(typical_of_each(spectra, [()])).all()
    turned = np.exp(-0.5j) * np.array([[10.0, 20.0], [10.02, 20.02], [10.04, 20.04]])
    told = typical(Aligned(np.array([10.0, 1.0]), turned, np.full(3, 1e-3)), [0, 1, 2])
    assert told == pytest.approx(turned[1])


def test_the_noise_is_the_median_fourth_difference_over_the_root_of_70():
    f = np.geomspace(1e3, 1e1, 9)
    z = np.ones((2, 9), complex)
    z[1, ::2] *= 1.01  # ln |Z| alternates by 0.00995: fourth differences of 8 times that, in the real part alone
    found = noise_levels(f, z)
    assert found[0] == 1e-4
    assert found[1] == pytest.approx(1.4826 * 8 * np.log(1.01) / 2 / np.sqrt(70), rel=1e-6)
    assert noise_levels(f[:6], z[:, :6]).tolist() == [0.005, 0.005]
    holed = z[1:].copy()
    holed[0, 8] = np.nan
    assert noise_levels(f, holed)[0] == pytest.approx(1.4826 * 4 * np.log(1.01) / np.sqrt(70), rel=0.5)
    assert noise_levels(f, np.full((1, 9), np.nan + 0j)).tolist() == [0.005]


def test_numbers_closer_than_a_tenth_of_the_noise_are_copies_of_one_of_the_two_before():
    z = 10 * np.ones((5, 9), complex)
    for apart, same in ((0.9e-3, True), (1.1e-3, False)):
        rows = z * np.array([1, 1.1, 1 + apart, 1.3, 1.1 * (1 + apart)])[:, None]
        spectra = Aligned(np.geomspace(1e3, 1, 9), rows, np.full(5, 0.01))
        assert originals(spectra).tolist() == [0, 1, 0 if same else 2, 3, 4]


def test_four_points_are_joined_by_a_curve_three_by_lines():
    """z = x^3 in x = ln f is met between four points; of three, and over steps of 0.8 and more, the line is taken."""
    for x, curved in (([0.0, 0.5, 1.0, 1.5], True), ([0.0, 0.5, 1.0], False), ([0.0, 0.5, 1.3, 2.11, 2.92], False),
                      ([0.0, 0.5, 1.0, 1.7, 2.49], True)):  # fmt: skip
        x = np.array(x)
        own = Spectrum(np.exp(x)[::-1], (x**3 - 1j * x)[::-1])
        found = _on_grid(own, np.exp(np.array([0.25, 0.5])))
        assert found[0] == pytest.approx((0.25**3 if curved else 0.5**4) - 0.25j), x
        assert found[1] == pytest.approx(0.125 - 0.5j)


def test_holes_at_the_ends_of_a_spectrum_are_not_bridged():
    """ln f: a gap of 0.9 at either end, with a place in its middle."""
    for x, at in (([0.0, 0.3, 0.6, 1.5], 1.05), ([0.0, 0.9, 1.2, 1.5], 0.45)):
        own = Spectrum(np.exp(np.array(x))[::-1], np.full(4, 5 - 1j))
        found = _on_grid(own, np.exp(np.array([at, x[-1] + 0.019, x[0] - 0.019])))
        assert np.isfinite(found).tolist() == [False, True, True], x


def test_seven_points_and_two_differences_tell_a_noise():
    """Five points that are known give one difference of Re and one of Im, which are too few; six give two of each."""
    f = np.geomspace(1e3, 1e1, 9)
    z = (10 + 0.1 * np.random.default_rng(0).standard_normal((1, 9))) + 0j
    assert noise_levels(f[:7], z[:, :7])[0] != 0.005
    for known, told in ((5, False), (6, True)):
        holed = np.where(np.arange(9) < known, z, np.nan)
        assert (noise_levels(f, holed)[0] != 0.005) == told, known


def test_a_lead_is_proven_by_the_highest_decade():
    """-f Im Z is 2 at 1 kHz, a tenth of the highest frequency, and 0 above; at 999 Hz it does not count."""
    for scale in (1.0, 1e-6):
        f = scale * np.array([1e4, 5e3, 1000.0, 100.0])
        height = np.array([0.0, 0.0, 2.0, 9.0])
        z = 10 - 1j * height / f
        expected = 2 / (2 * np.pi * (f[1] ** 2 - f[2] ** 2))
        assert least_inductance(f, z, 0.0) == pytest.approx(expected)
        assert least_inductance(f, np.where(np.arange(4) == 0, np.nan, z), 0.0) == pytest.approx(expected)
        f[2] *= 0.999
        assert least_inductance(f, 10 - 1j * height / f, 0.0) == 0.0


def test_a_valley_stands_between_a_fall_and_a_rise_by_more_than_the_prominence():
    """From an arc or from the edge of the band; a fall or a rise by the prominence itself is none."""
    one = np.ones(5)
    for height, at in (
        ([5, 1, 5], 1), ([3, 5, 1, 2, 5], 2), ([5, 4, 6], None), ([5, 3, 4], None), ([5, 3, 4, 2, 9], 3),
        ([1, 2, 3], None), ([5, 3, 2], None), ([5, 5, 3, 3, 5], 2),
    ):  # fmt: skip
        assert _valley(np.array(height, float), one[: len(height)]) == at, height
