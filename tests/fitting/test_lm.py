"""The minimiser against certified problems, bounds, hopeless cases and its own batch.

Data and certified values: NIST Statistical Reference Datasets, Nonlinear Regression
(https://www.itl.nist.gov/div898/strd/nls/nls_main.shtml): Misra1a, Lanczos3, Rat42, BoxBOD, Thurber, MGH09.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from eisfit.fitting.lm import (
    BATCH,
    CONVERGED,
    MAX_ITERATIONS,
    NON_FINITE,
    STATUSES,
    _damp,
    _held,
    _step,
    minimise,
)
from eisfit.fitting.status import FitStatus


def saturating(x, b):
    return b[0] * (1 - np.exp(-b[1] * x))


def exponentials(x, b):
    return b[0] * np.exp(-b[1] * x) + b[2] * np.exp(-b[3] * x) + b[4] * np.exp(-b[5] * x)


def sigmoid(x, b):
    return b[0] / (1 + np.exp(b[1] - b[2] * x))


def cubics(x, b):
    return (b[0] + b[1] * x + b[2] * x**2 + b[3] * x**3) / (1 + b[4] * x + b[5] * x**2 + b[6] * x**3)


def rational(x, b):
    return b[0] * (x**2 + x * b[1]) / (x**2 + x * b[2] + b[3])


@dataclass(frozen=True)
class Certified:
    """A NIST problem: model, data, two starts, certified parameters and residual sum of squares."""

    name: str
    model: Any
    x: str
    y: str
    starts: tuple[tuple[float, ...], ...]
    best: tuple[float, ...]
    squares: float


PROBLEMS = [
    Certified(
        "Misra1a",
        saturating,
        "77.6 114.9 141.1 190.8 239.9 289.0 332.8 378.4 434.8 477.3 536.8 593.1 689.1 760.0",
        "10.07 14.73 17.94 23.93 29.61 35.18 40.02 44.82 50.76 55.05 61.01 66.40 75.47 81.78",
        ((500, 1e-4), (250, 5e-4)),
        (2.3894212918e2, 5.5015643181e-4),
        1.2455138894e-1,
    ),
    Certified(
        "Lanczos3",
        exponentials,
        "0 .05 .1 .15 .2 .25 .3 .35 .4 .45 .5 .55 .6 .65 .7 .75 .8 .85 .9 .95 1 1.05 1.1 1.15",
        "2.5134 2.0443 1.6684 1.3664 1.1232 .9269 .7679 .6389 .5338 .4479 .3776 .3197 .2720 .2325 .1997 .1723 .1493 "
        ".1301 .1138 .1000 .0883 .0783 .0698 .0624",
        ((1.2, 0.3, 5.6, 5.5, 6.5, 7.6), (0.5, 0.7, 3.6, 4.2, 4, 6.3)),
        (8.6816414977e-2, 9.5498101505e-1, 8.4400777463e-1, 2.9515951832, 1.5825685901, 4.9863565084),
        1.6117193594e-8,
    ),
    Certified(
        "Rat42",
        sigmoid,
        "9 14 21 28 42 57 63 70 79",
        "8.930 10.800 18.590 22.330 39.350 56.110 61.730 64.620 67.080",
        ((100, 1, 0.1), (75, 2.5, 0.07)),
        (7.2462237576e1, 2.6180768402, 6.7359200066e-2),
        8.0565229338,
    ),
    Certified(
        "BoxBOD",
        saturating,
        "1 2 3 5 7 10",
        "109 149 149 191 213 224",
        ((1, 1), (100, 0.75)),
        (2.1380940889e2, 5.4723748542e-1),
        1.1680088766e3,
    ),
    Certified(
        "Thurber",
        cubics,
        "-3.067 -2.981 -2.921 -2.912 -2.840 -2.797 -2.702 -2.699 -2.633 -2.481 -2.363 -2.322 -1.501 -1.460 -1.274 "
        "-1.212 -1.100 -1.046 -0.915 -0.714 -0.566 -0.545 -0.400 -0.309 -0.109 -0.103 0.010 0.119 0.377 0.790 0.963 "
        "1.006 1.115 1.572 1.841 2.047 2.200",
        "80.574 84.248 87.264 87.195 89.076 89.608 89.868 90.101 92.405 95.854 100.696 101.060 401.672 390.724 567.534 "
        "635.316 733.054 759.087 894.206 990.785 1090.109 1080.914 1122.643 1178.351 1260.531 1273.514 1288.339 "
        "1327.543 1353.863 1414.509 1425.208 1421.384 1442.962 1464.350 1468.705 1447.894 1457.628",
        ((1000, 1000, 400, 40, 0.7, 0.3, 0.03), (1300, 1500, 500, 75, 1, 0.4, 0.05)),
        (
            1.28813968e3,
            1.4910792535e3,
            5.8323836877e2,
            7.5416644291e1,
            9.6629502864e-1,
            3.9797285797e-1,
            4.9727297349e-2,
        ),
        5.6427082397e3,
    ),
    Certified(
        "MGH09",
        rational,
        "4 2 1 .5 .25 .167 .125 .1 .0833 .0714 .0625",
        ".1957 .1947 .1735 .1600 .0844 .0627 .0456 .0342 .0323 .0235 .0246",
        ((25, 39, 41.5, 39), (0.25, 0.39, 0.415, 0.39)),
        (1.9280693458e-1, 1.9128232873e-1, 1.2305650693e-1, 1.3606233068e-1),
        3.0750560385e-4,
    ),
]
STARTS = [(p, k) for p in PROBLEMS for k in (0, 1)]


@dataclass(frozen=True)
class Curves:
    """Least squares of curves: y (N, M) against model(x, b), b = theta * unit, derivative by central differences."""

    model: Any
    x: np.ndarray
    y: np.ndarray
    unit: np.ndarray
    calls: list[int] = field(default_factory=list)

    def __len__(self):
        return len(self.y)

    def take(self, rows):
        return replace(self, y=self.y[rows])

    def residual(self, theta):
        columns = (theta * self.unit).T[:, :, None]
        with np.errstate(all="ignore"):
            return self.model(self.x, columns) - self.y

    def normal_equations(self, theta):
        self.calls.append(len(theta))
        r = self.residual(theta)
        j = np.empty((*r.shape, theta.shape[1]))
        for k in range(theta.shape[1]):
            step = np.zeros_like(theta)
            step[:, k] = 1e-6 * np.maximum(np.abs(theta[:, k]), 1e-3)
            j[:, :, k] = (self.residual(theta + step) - self.residual(theta - step)) / (2 * step[:, k : k + 1])
        square = np.einsum("nf,nf->n", r, r)
        return square, np.einsum("nf,nfk->nk", r, j), np.einsum("nfk,nfl->nkl", j, j)


def numbers(text):
    return np.array([float(x) for x in text.split()])


def free(k):
    return np.full(k, -np.inf), np.full(k, np.inf)


@pytest.mark.parametrize(("problem", "start"), STARTS, ids=[f"{p.name}-start{k + 1}" for p, k in STARTS])
def test_certified_values_are_reached(problem, start):
    begin = np.array(problem.starts[start], float)
    curves = Curves(problem.model, numbers(problem.x), numbers(problem.y)[None], np.abs(begin))
    scale = np.sum(curves.y**2, axis=1)
    end = minimise(curves, np.sign(begin)[None], *free(len(begin)), max_iterations=2000, rtol=1e-13, scale=scale)
    assert STATUSES[end.code[0]] is FitStatus.CONVERGED
    assert end.cost[0] == pytest.approx(problem.squares, rel=1e-6)
    np.testing.assert_allclose(end.theta[0] * curves.unit, problem.best, rtol=1e-5)


def decays(n, seed=0):
    """n noisy saturating curves with their own parameters."""
    rng = np.random.default_rng(seed)
    x = np.linspace(0.5, 10, 12)
    b = np.stack([rng.uniform(50, 200, n), rng.uniform(0.2, 0.8, n)], axis=1)
    y = np.array([saturating(x, p) for p in b]) + 0.1 * rng.standard_normal((n, 12))
    return Curves(saturating, x, y, np.array([100.0, 0.5]))


def test_a_batch_gives_what_each_problem_gives_alone():
    curves = decays(2 * BATCH + 7)
    start = np.ones((len(curves), 2))
    together = minimise(curves, start, *free(2))
    for i in (0, BATCH // 2, BATCH, len(curves) - 1):
        alone = minimise(curves.take(np.array([i])), start[:1], *free(2))
        np.testing.assert_allclose(together.theta[i], alone.theta[0], rtol=1e-12)
        assert together.iterations[i] == alone.iterations[0]


def test_never_more_problems_at_once_than_the_batch_holds():
    curves = decays(3 * BATCH)
    minimise(curves, np.ones((len(curves), 2)), *free(2))
    assert max(curves.calls) <= BATCH


def test_bounds_are_met_and_the_rest_is_minimal():
    curves = decays(20)
    top = np.array([0.4, np.inf])
    end = minimise(curves, np.full((20, 2), 0.3), np.array([-np.inf, -np.inf]), top, rtol=1e-11)
    assert np.all(end.theta[:, 0] <= 0.4)
    assert np.all(end.theta[:, 0] == 0.4)
    held = Curves(lambda x, b: saturating(x, (40.0, b[0])), curves.x, curves.y, np.array([0.5]))
    best = minimise(held, np.full((20, 1), 1.0), *free(1), rtol=1e-11)
    np.testing.assert_allclose(end.cost, best.cost, rtol=1e-8)


def test_a_start_outside_the_bounds_is_moved_inside():
    curves = decays(3)
    low, high = np.array([0.1, 0.1]), np.array([3.0, 3.0])
    end = minimise(curves, np.array([[50.0, -4.0]] * 3), low, high)
    np.testing.assert_allclose(end.theta, minimise(curves, np.ones((3, 2)), low, high).theta, rtol=1e-6)


def test_no_coordinate_jumps():
    far = Curves(lambda x, b: b[0] * x, np.array([1.0, 2.0]), np.array([[1000.0, 2000.0]]), np.ones(1))
    first = minimise(far, np.zeros((1, 1)), *free(1), max_iterations=1)
    assert first.theta[0, 0] == 3.0  # a factor of 20 for a logarithm
    assert first.code[0] == MAX_ITERATIONS


def test_a_problem_without_finite_cost_leaves_the_others_alone():
    curves = decays(5)
    y = curves.y.copy()
    y[2, 3] = np.nan
    end = minimise(replace(curves, y=y), np.ones((5, 2)), *free(2))
    good = [0, 1, 3, 4]
    assert end.code[2] == NON_FINITE
    assert np.all(end.code[good] == CONVERGED)
    np.testing.assert_allclose(end.theta[good], minimise(curves.take(np.array(good)), np.ones((4, 2)), *free(2)).theta)


def test_exact_data_converge_at_the_level_of_rounding():
    curves = decays(4)
    exact = np.array([saturating(curves.x, (120.0, 0.3))] * 4)
    end = minimise(replace(curves, y=exact), np.ones((4, 2)), *free(2), scale=np.sum(exact**2, axis=1))
    assert np.all(end.code == CONVERGED)
    np.testing.assert_allclose(end.theta * curves.unit, [[120.0, 0.3]] * 4, rtol=1e-9)


def test_a_direction_that_the_data_leave_open_does_not_stop_the_others():
    rng = np.random.default_rng(3)
    x = np.linspace(0, 1, 9)
    y = 3 + 2 * x + 0.01 * rng.standard_normal((6, 9))
    twice = Curves(lambda x, b: b[0] + b[1] + b[2] * x, x, y, np.ones(3))
    end = minimise(twice, np.ones((6, 3)), *free(3))
    assert np.all(end.code == CONVERGED)
    slope, height = np.array([np.polyfit(x, row, 1) for row in y]).T
    np.testing.assert_allclose(end.theta[:, 2], slope, rtol=1e-6)
    np.testing.assert_allclose(end.theta[:, 0] + end.theta[:, 1], height, rtol=1e-6)


def test_nothing_to_do():
    curves = decays(1)
    end = minimise(curves.take(np.arange(0)), np.ones((0, 2)), *free(2))
    assert end.theta.shape == (0, 2)


def test_the_start_is_not_modified():
    curves, start = decays(3), np.ones((3, 2))
    minimise(curves, start, *free(2))
    np.testing.assert_array_equal(start, 1)


def test_a_step_by_hand():
    """(A + lambda diag A) step = -g, a singular A by a little more of its diagonal, no step beyond 3."""
    a = np.array([[[2.0, 1.0], [1.0, 4.0]]])
    assert _step(np.array([[-4.0, -7.0]]), a, np.array([0.5])) == pytest.approx(
        np.linalg.solve([[3, 1], [1, 6]], [4, 7])[None]
    )
    assert _step(np.array([[-400.0, 0.0]]), a, np.zeros(1)).tolist() == [[3.0, -3.0]]
    d = 1 + 1e-14
    whole = 100 * np.array([[[1.0, d], [d, 1.0]]] * 3)
    singular = _step(np.array([[1e-8, -1e-8]] * 3), whole, np.zeros(3))
    assert singular == pytest.approx(np.array([[-1.0, 1.0]] * 3), rel=1e-3)
    assert np.array_equal(whole, 100 * np.array([[[1.0, d], [d, 1.0]]] * 3))
    assert _step(np.array([[np.nan, 1.0]]), a, np.zeros(1)).tolist() == [[0.0, 0.0]]


def test_damping_falls_by_what_a_step_gained():
    """By 1 - (2 gain - 1)^3, by ten at most; without a gain it grows, ever faster."""
    n = 6
    state = SimpleNamespace(damping=np.array([1.0, 1.0, 1.0, 1.0, 1e-12, 1.0]), growth=np.array([2.0, 8, 2, 2, 2, 4]))
    better = np.array([True, True, True, False, True, False])
    settled = np.array([False] * (n - 1) + [True])
    _damp(state, better, settled, np.array([0.75, 1.0, 0.25, 0.0, 1.0, 0.0]))
    np.testing.assert_allclose(state.damping, [1 - 0.125, 0.1, 1.125, 2.0, 1e-12, 1e-3], rtol=1e-12)
    assert state.growth.tolist() == [2.0, 2.0, 2.0, 4.0, 2.0, 2.0]


def test_a_coordinate_that_pushes_against_its_bound_is_held():
    """At its bound and drawn beyond it: no gradient, a curvature of its own; drawn back it is free."""
    theta = np.array([[0.0, 1.0, 0.5], [0.0, 1.0, 0.5], [0.0, 1.0, 0.5], [0.0, 1.0, 0.5]])
    gradient = np.array([[1.0, -2.0, 3.0], [-1.0, 2.0, 3.0], [0.0, 0.0, 3.0], [-0.5, 0.5, 3.0]])
    curvature = np.full((4, 3, 3), 5.0)
    state = SimpleNamespace(theta=theta, gradient=gradient, curvature=curvature)
    g, c = _held(state, np.zeros((4, 3)), np.ones((4, 3)))
    assert g.tolist() == [[0.0, 0.0, 3.0], [-1.0, 2.0, 3.0], [0.0, 0.0, 3.0], [-0.5, 0.5, 3.0]]
    assert c[0].tolist() == [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 5.0]]
    assert c[1:].tolist() == curvature[1:].tolist()
