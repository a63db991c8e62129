"""The size of the noise from any grid, and the shape of residuals."""

from __future__ import annotations

import numpy as np
import pytest

from eisfit import Circuit
from eisfit.fitting.constraints import Constraints
from eisfit.fitting.misfit import correlation, expected_cost, has_shape, shaped
from eisfit.fitting.problem import problem_of
from eisfit.fitting.weighting import weights

GRIDS = {
    "knob of 1-2-3-5-8": np.sort((10.0 ** np.arange(-2, 6)[:, None] * [1, 2, 3, 5, 8]).ravel()),
    "thin below": np.concatenate([np.logspace(-2, 2, 25), np.logspace(2.1, 6, 60)]),
    "a gap": np.concatenate([np.logspace(-2, 1, 31), np.logspace(2, 6, 41)]),
    "300 points": np.logspace(-2, 6, 300),
}


@pytest.mark.parametrize("grid", GRIDS)
def test_the_noise_is_read_off_any_grid(grid):
    f, rng, circuit = GRIDS[grid], np.random.default_rng(2), Circuit("R(RQ)(RQ)Q")
    z = np.tile(circuit.impedance(f, [22, 14, 6e-8, 0.9, 60, 3e-3, 0.8, 0.4, 0.6]), (30, 1))
    z = z + 0.01 * np.abs(z) * (rng.standard_normal(z.shape) + 1j * rng.standard_normal(z.shape))
    problem = problem_of(Constraints().scaling(circuit, f), f, z, weights(z, np.ones(z.shape, bool), "modulus"))
    share = expected_cost(problem) / (0.01**2 * (2 * f.size - 9))
    assert 0.8 < np.median(share) < 1.3


@pytest.mark.parametrize("points", [15, 61, 300])
def test_noise_has_no_shape(points):
    f, rng, circuit = np.logspace(-2, 6, points), np.random.default_rng(3), Circuit("R")
    z = 10 + 0.1 * (rng.standard_normal((400, points)) + 1j * rng.standard_normal((400, points)))
    problem = problem_of(Constraints().scaling(circuit, f), f, z, weights(z, np.ones(z.shape, bool), "unit"))
    theta = np.full((400, 1), np.log(10.0))
    assert shaped(problem, theta).mean() < 0.01
    bent = problem_of(problem.scaling, f, z + 0.3 * np.sin(np.linspace(0, 6, points)), problem.weight)
    assert shaped(bent, theta).mean() > 0.85
    assert (
        np.median(correlation(bent, bent.residual(theta)))
        > np.median(correlation(problem, problem.residual(theta))) + 0.3
    )


def test_six_points_tell_the_noise():
    for points, known in ((5, False), (6, True)):
        f = np.logspace(0, 3, points)
        z = 10 + np.tile([0.1, -0.1], 3)[None, :points] * (1 + 1j)
        problem = problem_of(Constraints().scaling(Circuit("R"), f), f, z, weights(z, np.ones(z.shape, bool), "unit"))
        assert np.isfinite(expected_cost(problem)[0]) == known


def test_the_noise_of_a_wave_and_of_a_cubic():
    """Fourth differences of +-a are 16 a over sqrt(70); a cubic in ln f has none. Median over 0.6745, P taken off."""
    f = np.exp(np.arange(20.0) / 4)
    wave = 10 + 0.1 * np.tile([1.0, -1.0], 10) * (1 + 1j)
    cubic = np.log(f) ** 3 - 2 * np.log(f) + 50 + 0j
    z = np.array([wave, cubic])
    problem = problem_of(Constraints().scaling(Circuit("R"), f), f, z, weights(z, np.ones(z.shape, bool), "unit"))
    found = expected_cost(problem)
    assert found[0] == pytest.approx((16 * 0.1 / np.sqrt(70) / 0.6745) ** 2 * 39)
    assert found[1] == pytest.approx(0, abs=1e-15)
    halved = problem_of(problem.scaling, f, z, problem.weight / 2)
    assert expected_cost(halved)[0] == pytest.approx(found[0] / 4)


def test_the_correlation_of_neighbours_by_hand():
    """sum of r_i r_i+1 in Re and Im over sum r^2; three standard deviations are the most that one counts for."""
    f = np.logspace(3, 0, 10)
    z = np.full((1, 10), 10 + 0j)
    problem = problem_of(Constraints().scaling(Circuit("R"), f), f, z, weights(z, np.ones(z.shape, bool), "unit"))
    same, turned = np.ones((1, 20)), np.repeat(np.tile([1.0, -1.0], 5), 2)[None]
    assert correlation(problem, same)[0] == pytest.approx(0.9)
    assert correlation(problem, turned)[0] == pytest.approx(-0.9)
    wild = same.copy()
    wild[0, 8] = 1e6
    most = 3 / 0.6745
    assert correlation(problem, wild)[0] == pytest.approx((9 + 7 + 2 * most) / (19 + most**2))
    for least, shape in ((0.949, True), (0.951, False)):  # 0.9, and 1 / 20 for the parameter
        assert has_shape(problem, same, least * np.sqrt(20))[0] == shape


def test_three_deviations_are_read_off_the_numbers_that_count():
    """Of 1 to 9 and a wild one the fifth is the middle; frequencies in any order, zeros for what does not count."""
    f = np.array([1.0, 1e4, 1e1, 1e3, 1e2, 1e5, 1e6, 1e7])
    used = np.arange(8) < 5
    size = np.array([[1.0, 2], [3, 4], [5, 6], [7, 8], [9, 1e6]])
    r = np.zeros((8, 2))
    r[:5] = size
    weight = np.repeat(used, 2)[None] * 1.0
    problem = problem_of(Constraints().scaling(Circuit("R"), f), f, np.full((1, 8), 10 + 0j), weight)
    a, b, c, d, e = np.array([[1, 2], [5, 6], [9, 3 / 0.6745 * 5], [7, 8], [3, 4]])  # by ascending frequency
    expected = (a @ b + b @ c + c @ d + d @ e) / sum(x @ x for x in (a, b, c, d, e))
    assert correlation(problem, r.reshape(1, 16))[0] == pytest.approx(expected)
    assert correlation(problem, -r.reshape(1, 16))[0] == pytest.approx(expected)
    assert has_shape(problem, r.reshape(1, 16), 0.99 * (expected + 1 / 10) * np.sqrt(10))[0]
    assert not has_shape(problem, r.reshape(1, 16), 1.01 * (expected + 1 / 10) * np.sqrt(10))[0]
