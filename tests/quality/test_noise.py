"""The noise of a series: both parts come back, and spectra that cannot be believed do not spoil them."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from eisfit import Series, Spectrum
from eisfit.quality import noise_model
from tests.quality.conftest import FREQUENCY


def with_noise(z: np.ndarray, modulus: float, constant: float, seed: int) -> list[Spectrum]:
    rng = np.random.default_rng(seed)
    sd = np.hypot(modulus * np.abs(z), constant)
    return [Spectrum(FREQUENCY, r) for r in z + sd * (rng.standard_normal(z.shape) + 1j * rng.standard_normal(z.shape))]


@pytest.mark.parametrize(("modulus", "constant"), [(0.003, 0.0), (0.001, 0.2), (0.003, 0.1), (0.002, 0.3)])
def test_both_parts_come_back(cells: Callable[..., np.ndarray], modulus: float, constant: float) -> None:
    model = noise_model(Series(with_noise(cells(61, 40), modulus, constant, 1)))
    z = np.geomspace(50, 1000, 20) + 0j
    np.testing.assert_allclose(model.sigma(z), np.hypot(modulus * np.abs(z), constant), rtol=0.12)
    assert model.points > 2000


def test_bad_spectra_and_points_are_left_aside(cells: Callable[..., np.ndarray]) -> None:
    z = cells(62, 30)
    z[:5, 30:] *= 1.2
    z[5:10, 20] *= 1.3
    model = noise_model(Series(with_noise(z, 0.003, 0.0, 2)))
    assert model.modulus_percent == pytest.approx(0.3, rel=0.1)


def test_sigma_of_a_spectrum(cells: Callable[..., np.ndarray]) -> None:
    model = noise_model(Series(with_noise(cells(63, 10), 0.002, 0.3, 3)))
    z = np.array([3 - 4j, 1000 + 0j])
    expected = np.hypot(model.modulus_percent / 100 * np.array([5, 1000]), model.constant_ohm)
    np.testing.assert_allclose(model.sigma(z), expected)


def test_too_few_points_tell_nothing() -> None:
    model = noise_model(Series([Spectrum([10.0, 1.0], [1 - 1j, 2 - 1j])]))
    assert model.points == 0
    assert np.isnan(model.modulus_percent)
