"""Z-HIT: exact where it must be, close elsewhere, and off where the modulus was wrong."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eisfit import Spectrum
from eisfit.quality import z_hit
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
