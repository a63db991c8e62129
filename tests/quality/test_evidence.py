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


def by_hand(residual: list[float], columns: np.ndarray | None = None, counted: list[float] | None = None) -> Regression:
    """A regression of one spectrum whose residual is given, with the columns (2F, K) of a model; noise 0.01."""
    n = len(residual)
    a = np.zeros((1, n, 1)) if columns is None else columns[None]
    counts = np.ones((1, n)) if counted is None else np.array([counted])
    inverse = np.linalg.inv((a * counts[..., None]).transpose(0, 2, 1) @ a + 1e-15 * np.eye(a.shape[2]))
    if columns is None:
        inverse = np.zeros_like(inverse)
    return Regression(
        a, counts, np.array([residual]), inverse, a @ inverse, np.array([0.01]), np.array([1.0]), np.array([1e9])
    )


def test_a_step_by_hand() -> None:
    """A resistor of 1 whose Re is 2 % too large from the fifth of twelve points on: size and place, any model away."""
    re = np.where(np.arange(12) >= 5, 0.02, 0.0)
    found, at = evidence.step(by_hand([*re, *np.zeros(12)]), np.r_[1 + re, np.zeros(12)][None])
    assert at.tolist() == [5]
    assert found.size[0] == pytest.approx(0.02)
    assert found.stderr[0] == pytest.approx(0.01 / np.sqrt(7))
    assert found.z[0] == pytest.approx(2 * np.sqrt(7), rel=1e-6)  # of Student's t with endless freedom
    for points, margin in ((8, 2), (20, 5), (24, 5)):  # a step beside the end leaves so many points
        late = np.where(np.arange(points) >= points - 1, 0.02, 0.0)
        _, at = evidence.step(by_hand([*late, *np.zeros(points)]), np.r_[1 + late, np.zeros(points)][None])
        assert at.tolist() == [points - margin - 1], points


def test_a_step_that_the_model_follows_is_less_certain() -> None:
    """A column that has a part of the shape takes it out: (1 - share) of the square is left."""
    points, at = 12, 6
    shape = np.r_[np.where(np.arange(points) >= at, 1.0, 0.0), np.zeros(points)]
    column = np.r_[np.where(np.arange(points) >= at, 1.0, 0.0), np.ones(points) / 2][:, None]
    residual = 0.02 * shape
    data = np.r_[np.ones(points), np.zeros(points)] + residual
    found, _ = evidence.step(by_hand(residual.tolist(), column), data[None])
    whole = float(points - at)
    left = whole - whole**2 / float((column**2).sum())
    assert found.size[0] == pytest.approx(0.02 * whole / left)
    assert found.stderr[0] == pytest.approx(0.01 / np.sqrt(left))


def test_points_that_do_not_count_are_no_part_of_a_step_or_a_drift() -> None:
    """The last of twelve is far off and left out: 6 points behind the step, and a drift in proportion to the others."""
    re = np.where(np.arange(12) >= 5, 0.02, 0.0)
    counted = np.tile(np.where(np.arange(12) == 11, 0.0, 1.0), 2)
    fit = by_hand([*np.where(np.arange(12) == 11, 9.0, re), *np.zeros(12)], counted=counted.tolist())
    found, at = evidence.step(fit, np.r_[1 + fit.residual[0, :12], np.zeros(12)][None])
    assert (at[0], found.size[0], found.stderr[0]) == pytest.approx((5, 0.02, 0.01 / np.sqrt(6)))
    told = evidence.drift(fit, re[None] + 0j)
    assert (told.size[0], told.stderr[0]) == pytest.approx((1.0, 0.01 / np.sqrt(6 * 0.02**2)))


def test_points_out_of_line_by_hand() -> None:
    """Without a model r^2 + i^2; over 1 - h for a point that counted and 1 + h for one that did not, h the leverage."""
    plain = evidence.point_distance(by_hand([0.3, 0.0, 0.4, 0.2]))
    np.testing.assert_allclose(plain, [[0.25, 0.04]])
    column = np.array([[1.0], [1.0], [0.0], [0.0]])  # Re of two points: a leverage of a half each
    np.testing.assert_allclose(evidence.point_distance(by_hand([0.3, 0.0, 0.4, 0.2], column)), [[0.34, 0.04]])
    out = evidence.point_distance(by_hand([0.3, 0.0, 0.4, 0.2], column, [1.0, 0.0, 1.0, 0.0]))
    assert out[0, 1] == pytest.approx(0.04)
    alone = evidence.point_distance(by_hand([0.3, 0.6, 0.4, 0.2], column, [1.0, 0.0, 1.0, 0.0]))
    assert alone[0, 1] == pytest.approx(0.6**2 / 2 + 0.2**2)
    both = np.array([1.0, 1.0, 0.5, 0.2])  # Re and Im of two points hang together
    hat = np.outer(both, both) / (both @ both)
    found = evidence.point_distance(by_hand([0.3, 0.6, 0.4, -0.2], both[:, None]))
    for k, own in enumerate(np.array([[0.3, 0.4], [0.6, -0.2]])):
        left = np.eye(2) - hat[np.ix_([k, k + 2], [k, k + 2])]
        assert found[0, k] == pytest.approx(own @ np.linalg.inv(left) @ own), k


def test_the_noise_of_neighbours_by_hand() -> None:
    """Differences 0.02 and 0.04 of Re, none of Im: (0.0004 + 0.0016) / 8; a point that does not count has none."""
    fit = by_hand([0.0, 0.02, 0.06, 0.1, 0.1, 0.1])
    assert evidence.local_noise(fit)[0] == pytest.approx(np.sqrt(0.002 / 8))
    for counted, square in (([1.0, 1.0, 0.0], 0.0004), ([0.0, 1.0, 1.0], 0.0016)):
        fewer = by_hand([0.0, 0.02, 0.06, 0.1, 0.1, 0.1], counted=counted * 2)
        assert evidence.local_noise(fewer)[0] == pytest.approx(np.sqrt(square / 4)), counted
    none = by_hand([0.0, 0.02, 0.06, 0.1, 0.1, 0.1], counted=[1.0, 0.0, 1.0] * 2)
    assert evidence.local_noise(none)[0] == 0.0
    column = np.array([[1.0], [1.0], [1.0], [0.0], [0.0], [0.0]])  # takes a third of each of three, as one
    smooth = by_hand([0.0, 0.02, 0.06, 0.1, 0.1, 0.1], column)
    assert evidence.local_noise(smooth)[0] == pytest.approx(np.sqrt(0.002 / 8))


def test_a_shape_of_which_a_millionth_is_left_says_nothing() -> None:
    """c S c of c c: two in a million are told, half of one is not; whatever the size of the shape."""
    for left, told in ((2e-6, True), (0.5e-6, False)):
        for size in (1.0, 0.01, 30.0):
            square = np.array([left * size**2])
            found = evidence._visible(square, np.array([size**2]))
            assert np.isfinite(found[0]) == told
    unit = np.array([np.sqrt(1 - 5e-6), np.sqrt(5e-6), 0.0, 0.0])
    column = np.array([[1.0], [0.0], [0.0], [0.0]])
    for size in (0.01, 1.0, 30.0):
        c = size * (unit[:2] + 0j)
        assert np.isfinite(evidence.drift(by_hand([0.1] * 4, column), c[None]).stderr[0])
