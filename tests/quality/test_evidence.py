"""The statistics of the residual are distributed as they claim where all is well, and see what they are made for."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace

import numpy as np
import pytest
from scipy.stats import norm, t

from eisfit.quality import evidence
from eisfit.quality.measurement import Design, design, number_of_rc
from eisfit.quality.regression import Regression, regress
from tests.quality.conftest import FREQUENCY, noisy

ELAPSED = np.cumsum(1 / FREQUENCY) / np.sum(1 / FREQUENCY)


def fitted(z: np.ndarray) -> tuple[Design, Regression]:
    problem = design(FREQUENCY[None], z, number_of_rc(FREQUENCY))
    return problem, regress(problem.columns, problem.data, np.ones_like(problem.data))


@pytest.mark.parametrize("dof", [5, 12, 80])
def test_normal_score_against_scipy(dof: int) -> None:
    x = np.array([-6.0, -2.0, 0.0, 0.5, 3.0, 5.0])
    exact = np.sign(x) * norm.isf(t.sf(np.abs(x), dof))
    np.testing.assert_allclose(evidence.normal_score(x, np.full(6, float(dof))), exact, atol=0.03)


def test_scores_of_good_spectra_are_normal(cells: Callable[..., np.ndarray]) -> None:
    z = noisy(np.random.default_rng(1), cells(41, 300), 0.003)
    _, fit = fitted(z)
    drift = evidence.drift(fit, ELAPSED / np.abs(z) + 0j)
    assert np.std(drift.z) == pytest.approx(1.0, abs=0.15)
    assert abs(np.mean(drift.z)) < 0.5
    distance = evidence.point_distance(fit) / fit.sigma[:, None] ** 2
    assert np.mean(distance) == pytest.approx(2.0, abs=0.1)
    assert np.mean(distance > 9.21) == pytest.approx(0.01, abs=0.003)


def test_points_left_out_are_judged_by_prediction(cells: Callable[..., np.ndarray]) -> None:
    z = noisy(np.random.default_rng(2), cells(42, 400), 0.003)
    problem = design(FREQUENCY[None], z, number_of_rc(FREQUENCY))
    counted = np.ones_like(problem.data)
    out = np.array([5, 25, 45])
    counted[:, out], counted[:, out + 61] = 0, 0
    fit = regress(problem.columns, problem.data, counted)
    distance = evidence.point_distance(fit)[:, out] / fit.sigma[:, None] ** 2
    assert np.mean(distance) == pytest.approx(2.0, abs=0.25)


def test_local_noise_overlooks_what_is_smooth(cells: Callable[..., np.ndarray]) -> None:
    z = noisy(np.random.default_rng(3), cells(43, 200), 0.003)
    _, fit = fitted(z)
    assert np.median(evidence.local_noise(fit)) == pytest.approx(0.003, rel=0.05)
    bent = z * (1 + 0.03 * np.sin(np.log(FREQUENCY)))
    _, worse = fitted(bent)
    assert np.median(evidence.local_noise(worse)) < 0.6 * np.median(worse.sigma)
    assert np.mean(evidence.roughness(worse, evidence.local_noise(worse)).z > 4) > 0.9


def test_step_is_measured_and_placed(cells: Callable[..., np.ndarray]) -> None:
    z = cells(44, 100)
    z[:, 30:] *= 1.06
    problem, fit = fitted(noisy(np.random.default_rng(4), z, 0.003))
    found, at = evidence.step(fit, problem.data)
    assert np.median(found.size) == pytest.approx(0.06, abs=0.01)
    assert np.mean(np.abs(at - 30) <= 1) > 0.9


def test_drift_is_measured_without_bias(cells: Callable[..., np.ndarray]) -> None:
    z = cells(45, 300)
    ohm = 0.1 * np.abs(z[:, -1])
    data = noisy(np.random.default_rng(5), z + ohm[:, None] * ELAPSED, 0.003)
    _, fit = fitted(data)
    found = evidence.drift(fit, ELAPSED / np.abs(data) + 0j)
    assert np.median(found.size / ohm) == pytest.approx(1.0, abs=0.1)


def test_a_shape_that_the_model_follows_is_no_evidence(cells: Callable[..., np.ndarray]) -> None:
    _, fit = fitted(cells(46, 3))
    own = fit.columns[:, :, 20]
    found = evidence.drift(fit, own[:, :61] + 1j * own[:, 61:])
    assert np.isinf(found.stderr).all()
    assert (found.z == 0).all()


def test_a_regression_without_residual_has_no_roughness() -> None:
    """Beyond the local noise: 1 - (noise / sigma)^2 of the mean square, and nothing where there is no residual."""
    fit = SimpleNamespace(
        counted=np.ones((3, 8)), residual=np.array([[0.0] * 8, [0.02] * 8, [0.02] * 8]),
        sigma=np.array([0.0, 0.02, 0.02]), dof=np.full(3, 4.0),
    )  # fmt: skip
    found = evidence.roughness(fit, np.array([0.5, 0.01, 0.04]))  # type: ignore[arg-type]
    np.testing.assert_allclose(found.size, [0.0, 0.02 * np.sqrt(0.75), 0.0])
    np.testing.assert_allclose(found.z, [0.0, 0.75 * 2, -3.0 * 2])
    np.testing.assert_allclose(found.stderr[1:], [found.size[1] / 1.5, 0.0])


def test_the_normal_score_by_hand() -> None:
    """Wallace: (8 n + 1) / (8 n + 3) sqrt(n ln(1 + t^2 / n))."""
    found = evidence.normal_score(np.array([2.0, -2.0, 0.0]), np.array([4.0, 4.0, 4.0]))
    expected = 33 / 35 * np.sqrt(4 * np.log(2.0))
    np.testing.assert_allclose(found, [expected, -expected, 0.0])
    assert evidence.normal_score(np.array([1.0]), np.array([0.01]))[0] == pytest.approx(
        1.8 / 3.8 * np.sqrt(0.1 * np.log(11.0))
    )


def test_a_drift_scores_the_same_whatever_its_size(cells: Callable[..., np.ndarray]) -> None:
    z = cells(45, 5)
    data = noisy(np.random.default_rng(5), z + 0.05 * np.abs(z[:, -1:]) * ELAPSED, 0.003)
    _, fit = fitted(data)
    column = ELAPSED / np.abs(data) + 0j
    found = evidence.drift(fit, column)
    for factor in (1e-3, -2.0, 50.0):
        other = evidence.drift(fit, factor * column)
        np.testing.assert_allclose(other.z, np.sign(factor) * found.z)
        np.testing.assert_allclose(other.size * factor, found.size)
        np.testing.assert_allclose(other.stderr * abs(factor), found.stderr)
