"""The noise of a series: both parts come back, and spectra that cannot be believed do not spoil them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from eisfit import Series, Spectrum
from eisfit.quality import lin_kk, noise_model
from eisfit.quality.noise import _cost, _likeliest
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


def test_the_likeliest_parts_of_given_squares() -> None:
    """Mean squares (a |Z|)^2 + b^2 without scatter give a and b back; without a constant part it is 0."""
    modulus = np.geomspace(10, 1000, 200)
    found = _likeliest((0.003 * modulus) ** 2 + 0.2**2, modulus)
    assert (found.modulus_percent, found.constant_ohm) == pytest.approx((0.3, 0.2), rel=0.02)
    plain = _likeliest((0.003 * modulus) ** 2, modulus)
    assert (plain.modulus_percent, plain.constant_ohm, plain.points) == (pytest.approx(0.3), 0.0, 200)
    flat = _likeliest(np.full(200, 0.04), modulus)
    assert flat.sigma(np.array([10.0 + 0j, 1000.0])) == pytest.approx([0.2, 0.2], rel=0.1)
    assert _cost(0.0, modulus**2, modulus**2) == pytest.approx(np.mean(np.log(modulus**2)))
    assert _cost(3.0, modulus**2 + 3, modulus**2) == pytest.approx(np.mean(np.log(modulus**2 + 3)))


def test_which_points_tell_of_noise(cells: Callable[..., np.ndarray]) -> None:
    """Twenty at least; spectra that fail, points that stand out and spectra without spare data do not."""
    z = cells(64, 2)
    data = Series(with_noise(z, 0.002, 0.0, 4))
    kk = lin_kk(data)
    assert noise_model(data, kk).points == 122
    outliers = (np.arange(61) < 11, kk.outliers[1])
    assert noise_model(data, replace(kk, outliers=outliers)).points == 111
    failed = replace(kk, verdict=np.array(["fail", "pass"]))
    assert noise_model(data, failed).points == 61
    for spare, points in ((6.01, 122), (6.0, 61)):
        few = replace(kk, effective=np.array([122 - spare, kk.effective[1]]))
        assert noise_model(data, few).points == points, spare
    for left, points in ((20, 20), (19, 0)):
        out = np.arange(61) >= left
        known = replace(failed, outliers=(out, out), effective=np.zeros(2))
        assert noise_model(data, known).points == points
