"""The minima found so far, and how starts make them better."""

from __future__ import annotations

import numpy as np
import pytest

from eisfit.fitting.lm import minimise
from eisfit.fitting.minima import Minima, Pace, lower_minima, nothing, of_one_start
from eisfit.fitting.problem import problem_of
from eisfit.fitting.scaling import scaling
from eisfit.fitting.weighting import weights


@pytest.fixture
def posed(simulated, frequency):
    """Three spectra: their problem and the truth in search coordinates (N, K)."""
    circuit, truth, z = simulated(n=3, seed=4)
    search = scaling(circuit, ln_omega_tail=float(np.log(2 * np.pi * frequency.min())))
    problem = problem_of(search, frequency, z, weights(z, np.ones(z.shape, bool), "modulus"))
    return problem, search.theta(truth)


def test_only_what_is_lower_is_kept(posed):
    problem, theta = posed
    search = problem.scaling
    best = minimise(problem, theta, search.lower, search.upper).cost
    far = theta + np.where(np.arange(theta.shape[1]) == 0, 3.0, 0.0)
    above = best * np.array([1.0, 2.0, 2.0])
    lower, ended = lower_minima(problem, above, np.stack([far, theta]), 100, Pace())
    np.testing.assert_array_equal(lower, [1, 2])
    np.testing.assert_allclose(ended.cost, best[1:], rtol=1e-4)


def test_minima_are_never_changed(posed):
    problem, theta = posed
    search = problem.scaling
    first = of_one_start(minimise(problem, theta + 0.3, search.lower, search.upper, max_iterations=1))
    before = first.minimum.cost.copy()
    better = minimise(problem.take(np.array([1])), theta[[1]], search.lower, search.upper)
    second = first.with_lower(np.array([1]), better, 2)
    np.testing.assert_array_equal(first.minimum.cost, before)
    np.testing.assert_array_equal(first.starts, [1, 1, 1])
    np.testing.assert_array_equal(second.starts, [1, 3, 1])
    np.testing.assert_array_equal(second.minimum.cost, [before[0], better.cost[0], before[2]])


def test_nothing_is_empty():
    assert isinstance(nothing(4), Minima)
    assert nothing(4).minimum.theta.shape == (0, 4)
