"""A measured cable is taken off: its resistance and its inductance, at any frequency between its own."""

from __future__ import annotations

import numpy as np
import pytest

from eisfit import Series, Spectrum
from eisfit.errors import DataError
from eisfit.quality.blank import subtract_blank

F = np.logspace(6, 0, 43)
OMEGA = 2 * np.pi * F
CELL = 20 + 30 / (1 + 1j * OMEGA * 1e-4)
COARSE = np.logspace(6, 0, 7)


def cable(frequency: np.ndarray) -> np.ndarray:
    """0.3 ohm and 200 nH."""
    return 0.3 + 2e-7j * 2 * np.pi * frequency


@pytest.mark.parametrize("order", [1, -1])
def test_resistance_and_inductance_go_at_every_frequency(order):
    """The blank has seven points, the spectrum 43: between the points nothing of the cable is left."""
    blank = Spectrum(COARSE[::order], cable(COARSE)[::order])
    (found,) = subtract_blank(Series([Spectrum(F, CELL + cable(F))]), blank)
    np.testing.assert_allclose(found.impedance, CELL, rtol=1e-12)


def test_an_inductance_that_changes_is_interpolated_in_the_logarithm_of_frequency():
    """L = 1 uH at 1 kHz, 3 uH at 1 Hz: half way, at 31.6 Hz, it is 2 uH; the resistance alike."""
    ends = np.array([1000.0, 1.0])
    blank = Spectrum(ends, np.array([0.1, 0.3]) + 2j * np.pi * ends * np.array([1e-6, 3e-6]))
    f = np.array([1000.0, np.sqrt(1000.0), 1.0])
    (found,) = subtract_blank(Series([Spectrum(f, np.zeros(3, complex))]), blank)
    np.testing.assert_allclose(found.impedance.real, [-0.1, -0.2, -0.3], rtol=1e-12)
    np.testing.assert_allclose(-found.impedance.imag / (2 * np.pi * f), [1e-6, 2e-6, 3e-6], rtol=1e-12)


@pytest.mark.parametrize("factor", [1.051, 1 / 1.051])
def test_a_spectrum_beyond_the_band_of_the_blank_is_refused(factor):
    blank = Spectrum(COARSE, cable(COARSE))
    with pytest.raises(DataError, match="the blank covers 1 to 1e"):
        subtract_blank(Series([Spectrum(F * factor, CELL)]), blank)


@pytest.mark.parametrize("factor", [1.049, 1 / 1.049])
def test_a_little_beyond_the_band_the_last_values_hold(factor):
    blank = Spectrum(COARSE, cable(COARSE))
    f = F * factor
    (found,) = subtract_blank(Series([Spectrum(f, CELL + cable(f))]), blank)
    np.testing.assert_allclose(found.impedance, CELL, rtol=1e-9)


@pytest.mark.parametrize("factor", [1.05, 1 / 1.05])
def test_five_percent_beyond_the_band_still_belong_to_it(factor):
    blank = Spectrum(np.array([1000.0, 1.0]), np.array([0.1, 0.1]))
    f = np.array([1000.0 * 1.05, 30.0, 10.0]) if factor > 1 else np.array([900.0, 30.0, 1.0 / 1.05])
    assert len(subtract_blank(Series([Spectrum(f, np.ones(3, complex))]), blank)) == 1
