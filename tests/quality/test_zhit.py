"""Z-HIT: exact where it must be, close elsewhere, and off where the modulus was wrong."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eisfit import Circuit, Spectrum
from eisfit.quality import z_hit
from eisfit.quality.zhit import _parabolas
from tests.quality.conftest import FREQUENCY, noisy

S = 2j * np.pi * FREQUENCY


@settings(max_examples=20, deadline=None)
@given(n=st.floats(-1.0, 1.0), size=st.floats(-6, 6))
def test_a_power_of_frequency_comes_back_exactly(n: float, size: float) -> None:
    z = 10**size * S**n
    hit = z_hit(Spectrum(FREQUENCY, z))
    np.testing.assert_allclose(hit.modulus[0], np.abs(z), rtol=1e-9)
    assert hit.low_percent[0] == pytest.approx(0, abs=1e-7)


def test_obedient_spectra_come_back_within_a_percent(
    obedient: Callable[..., list[tuple[np.ndarray, np.ndarray]]],
) -> None:
    hit = z_hit([Spectrum(f, z) for f, z in obedient(51, 6)])
    assert np.quantile(hit.rms_percent, 0.95) < 1.0


def test_the_offset_of_a_drift_shows_at_low_frequency(cells: Callable[..., np.ndarray]) -> None:
    rng = np.random.default_rng(1)
    still, rising, falling = (
        np.median(z_hit([Spectrum(FREQUENCY, z) for z in noisy(rng, cells(52, 60, d), 0.002)]).low_percent)
        for d in (0.0, 0.2, -0.2)
    )
    assert abs(still) < 0.2
    assert rising > 1.5
    assert falling < -1.5


def test_a_wrong_modulus_is_put_right(cells: Callable[..., np.ndarray]) -> None:
    z = cells(53, 1)[0]
    wrong = np.where(FREQUENCY < 0.05, 1.1 * z, z)
    hit = z_hit(Spectrum(FREQUENCY, wrong))
    np.testing.assert_allclose(hit.modulus[0], np.abs(z), rtol=0.015)
    assert np.median(hit.deviation_percent[0][FREQUENCY < 0.05]) == pytest.approx(10, abs=1)


def test_masked_points_stay_out(cells: Callable[..., np.ndarray]) -> None:
    z = cells(54, 1)[0]
    z[30] = 1e6
    spectrum = Spectrum(FREQUENCY, z).masked(np.arange(61) == 30, "bad")
    hit = z_hit(spectrum)
    assert np.isnan(hit.deviation_percent[0][30])
    assert hit.rms_percent[0] < 1.0


def test_too_few_points_and_repeated_frequencies() -> None:
    few = Spectrum(FREQUENCY[:5], 1 / S[:5])
    repeated = np.repeat(FREQUENCY, 6)
    hit = z_hit([few, Spectrum(repeated, 1 / (2j * np.pi * repeated))])
    assert np.isnan(hit.rms_percent[0])
    assert hit.rms_percent[1] == pytest.approx(0, abs=1e-6)
    assert len(hit) == 2


def hit(f: np.ndarray) -> float:
    """The root mean square of the deviation of a resistor, NaN where it was not reconstructed."""
    return float(z_hit(Spectrum(f, np.full(len(f), 10.0 + 0j))).rms_percent[0])


@pytest.mark.parametrize(("points", "known"), [(5, False), (6, True)])
def test_six_points_are_the_least(points: int, known: bool) -> None:
    assert np.isfinite(hit(np.logspace(3, 0, points))) == known


@pytest.mark.parametrize(("decades", "known"), [(0.99, False), (1.0, True)])
def test_a_decade_is_the_least(decades: float, known: bool) -> None:
    assert np.isfinite(hit(100.0 * 10 ** np.linspace(decades, 0, 12))) == known


def test_the_constant_is_taken_from_1_to_1000_hz() -> None:
    """A modulus that is 10 % too large outside of the band, and right within its ends, stays known outside."""
    f = np.logspace(5, -2, 71)
    inside = (f >= 1) & (f <= 1000)
    assert inside.sum() == 31
    z = np.where(inside, 10.0, 11.0) + 0j
    found = z_hit(Spectrum(f, z))
    np.testing.assert_allclose(found.modulus[0], 10.0, rtol=1e-9)
    for end in (1000.0, 1.0):  # either end belongs to the band: with it alone too large, the constant moves
        wrong = np.where(np.isclose(f, end), 11.0, 10.0) + 0j
        moved = z_hit(Spectrum(f, wrong)).modulus[0]
        np.testing.assert_allclose(np.log(moved / 10), np.log(1.1) / 31, rtol=1e-6)


def test_without_three_points_in_the_band_the_middle_third_gives_the_constant() -> None:
    f = np.logspace(6, 4, 12)
    middle = np.arange(12)
    middle = (middle >= 4) & (middle < 8)
    found = z_hit(Spectrum(f, np.where(middle, 10.0, 12.0) + 0j))
    np.testing.assert_allclose(found.modulus[0], 10.0, rtol=1e-9)


@pytest.mark.parametrize(("inside", "expected"), [(2, 10.0), (3, 12.0)])
def test_three_points_in_the_band_give_the_constant(inside: int, expected: float) -> None:
    """Of twelve points the last ones lie at or below 1000 Hz, where |Z| is 12 ohm; it is 10 ohm above."""
    f = np.concatenate([np.logspace(6, 3.1, 12 - inside), np.logspace(2.9, 2.5, inside)])
    found = z_hit(Spectrum(f, np.where(f <= 1000, 12.0, 10.0) + 0j))
    np.testing.assert_allclose(found.modulus[0], expected, rtol=1e-9)


def test_the_offset_is_the_mean_over_the_lowest_decade_with_its_upper_end() -> None:
    f = np.logspace(4, -1, 51)
    z = np.full(51, 10.0 + 0j)
    lowest = f <= 1.0 * (1 + 1e-12)
    assert lowest.sum() == 11
    z[lowest] *= 1.05
    z[(f > 0.9) & lowest] = 10.0  # the point at 1 Hz, ten times the lowest frequency, is right: ten of eleven are off
    found = z_hit(Spectrum(f, z))
    share = np.nanmean(found.deviation_percent[0][lowest])
    assert found.low_percent[0] == pytest.approx(share, rel=1e-9)
    assert share == pytest.approx(5 * 10 / 11, rel=1e-3)


def test_many_bands_need_no_more_memory_than_a_few() -> None:
    """Every spectrum has another band: each is right by its own operators."""
    spectra = [Spectrum(np.logspace(4, -1, 20) * (1 + k / 100), np.full(20, 10.0 + 0j)) for k in range(70)]
    np.testing.assert_allclose(z_hit(spectra).rms_percent, 0, atol=1e-9)


def test_a_lowest_decade_of_zeros_has_no_offset():
    f = np.logspace(4, -1, 26)
    z = Circuit("R(RQ)").impedance(f, [10, 50, 1e-5, 0.8])
    z[f < 1.01] = 0
    assert np.isnan(z_hit(Spectrum(f, z)).low_percent).all()


def test_bands_of_less_than_a_decade_are_left_out_however_many_points_they_have(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("eisfit.quality.zhit.LEAST_DECADES", 2.0)
    assert np.isnan(hit(np.logspace(1.99, 0, 40)))
    assert np.isfinite(hit(np.logspace(2, 0, 40)))


def test_the_window_is_a_decade_or_the_nearest_five_points() -> None:
    """A phase with a kink at 100 Hz: its slope is smoothed over half a decade on either side, and no farther."""
    for each, reach in ((10, 5), (40, 20), (2, 2)):
        x = np.linspace(0, 4 * np.log(10), 4 * each + 1)
        value, slope = _parabolas(x)
        k = 2 * each
        inside = np.flatnonzero(np.abs(slope[k]) > 1e-12)
        assert (inside.min(), inside.max()) == (k - reach + (each > 2), k + reach - (each > 2)), each
        for power in (0, 1, 2):
            np.testing.assert_allclose(value @ x**power, x**power, atol=1e-9)
            np.testing.assert_allclose(slope @ x**power, power * x ** max(power - 1, 0), atol=1e-9)


def test_the_integral_is_corrected_with_the_slopes() -> None:
    """A phase that is a parabola in ln omega: ln|Z| = 2/pi of its cubic integral, less pi/6 of its slope, exactly."""
    f = np.logspace(3, 0, 61)
    x = np.log(f)
    phase = 0.02 * x**2 - 0.1 * x
    shape = 2 / np.pi * (0.02 / 3 * x**3 - 0.05 * x**2) - np.pi / 6 * (0.04 * x - 0.1)
    found = z_hit(Spectrum(f, np.exp(shape + 1j * phase)))
    np.testing.assert_allclose(found.modulus[0], np.exp(shape), rtol=1e-9)


def test_moduli_beyond_all_reason_end_at_a_number() -> None:
    f = np.logspace(3, 0, 31)
    for size, expected in ((1e200, np.exp(300.0)), (1e-200, np.exp(-300.0)), (1e120, 1e120)):
        np.testing.assert_allclose(z_hit(Spectrum(f, np.full(31, size + 0j))).modulus[0], expected, rtol=1e-9)


def test_ten_times_the_lowest_frequency_is_the_end_of_the_lowest_decade() -> None:
    """A point at 1.05 Hz that is 5 % too large is above the decade from 0.1 Hz."""
    f = np.sort(np.append(np.logspace(4, -1, 51), 1.05))[::-1]
    found = z_hit(Spectrum(f, np.where(f == 1.05, 10.5, 10.0) + 0j))
    below = f < 1.01
    assert found.low_percent[0] == pytest.approx(found.deviation_percent[0][below].mean())
    assert found.low_percent[0] < 0


def test_of_thirteen_points_five_are_the_middle() -> None:
    """The fifth is 10 % too large: a fifth of that, in logarithms, moves the constant."""
    f = np.logspace(6, 4, 13)
    found = z_hit(Spectrum(f, np.where(np.arange(13) == 4, 11.0, 10.0) + 0j))
    np.testing.assert_allclose(found.modulus[0], 10 * 1.1**0.2, rtol=1e-9)
    with pytest.raises(ValueError, match="read-only"):
        found.modulus[0][0] = 1.0


def test_the_parabola_is_that_of_least_squares_with_tricube_weights() -> None:
    """(1 - |d / h|^3)^3 within half a decade; the library takes roots of weights."""
    x = np.linspace(0, 4 * np.log(10), 41)
    y = np.random.default_rng(0).standard_normal(41)
    value, slope = _parabolas(x)
    d = x - x[20]
    weight = np.clip(1 - np.abs(d / (0.5 * np.log(10))) ** 3, 0, None) ** 3
    near = weight > 0
    _, first, zeroth = np.polyfit(d[near], y[near], 2, w=np.sqrt(weight[near]))
    assert value[20] @ y == pytest.approx(zeroth)
    assert slope[20] @ y == pytest.approx(first)
