"""A series stays on one branch where noise cannot tell the branches apart, and follows what truly changes."""

from __future__ import annotations

import numpy as np
import pytest

from eisfit import Circuit
from eisfit.fitting import branch
from eisfit.fitting.branch import on_one_branch
from eisfit.fitting.constraints import Constraints
from eisfit.fitting.lm import minimise
from eisfit.fitting.minima import of_one_start
from eisfit.fitting.neighbours import Part
from eisfit.fitting.problem import problem_of
from eisfit.fitting.weighting import weights

N = 8
FREQUENCY = np.logspace(6, -2, 41)
CIRCUIT = Circuit("R(RQ)(RQ)")
TRUTH = np.array([20.0, 30.0, 1e-6, 0.9, 60.0, 1e-3, 0.9])


def series(truth, noise=0.003):
    """One part of N spectra at their minima."""
    rng = np.random.default_rng(1)
    z = CIRCUIT.impedance(FREQUENCY, truth)
    z = z + noise * np.abs(z) * (rng.standard_normal(z.shape) + 1j * rng.standard_normal(z.shape))
    search = Constraints().scaling(CIRCUIT, FREQUENCY)
    problem = problem_of(search, FREQUENCY, z, weights(z, np.ones(z.shape, bool), "modulus"))
    minima = of_one_start(minimise(problem, search.theta(truth), search.lower, search.upper))
    return Part(problem, np.arange(N), minima)


def torn(part, rows, share, rise):
    """Rows that stand at another minimum, whose resistances are others, this much in chi2 below the true one."""
    minima = part.minima
    theta, cost = minima.minimum.theta.copy(), minima.minimum.cost.copy()
    others, others_cost = minima.others.copy(), minima.others_cost.copy()
    others[rows, 0], others_cost[rows, 0] = theta[rows], cost[rows]
    theta[rows, 1] += np.log(share)
    theta[rows, 4] -= np.log(share)
    cost[rows] = cost[rows] / (1 + rise / (2 * 41 - 7))
    minimum = minima.minimum._replace(theta=theta, cost=cost)
    return part.with_minima(minima._replace(minimum=minimum, others=others, others_cost=others_cost))


@pytest.fixture
def steady():
    return series(np.tile(TRUTH, (N, 1)))


def test_minima_that_noise_cannot_tell_apart_follow_their_neighbours(steady):
    part = torn(steady, [3, 4], 2.0, rise=2.0)
    (after,) = on_one_branch([part], N, 100)
    np.testing.assert_allclose(after.minima.minimum.theta, steady.minima.minimum.theta, atol=1e-3)
    assert np.abs(part.minima.minimum.theta[3, 1] - after.minima.minimum.theta[3, 1]) > 0.5, "nothing in place"


def test_a_minimum_that_costs_truly_less_stays(steady):
    part = torn(steady, [3, 4], 2.0, rise=120.0)
    (after,) = on_one_branch([part], N, 100)
    np.testing.assert_allclose(after.minima.minimum.theta[3], part.minima.minimum.theta[3], atol=0.2)


def test_nothing_is_compared_across_a_break(steady):
    part = torn(steady, [4, 5, 6, 7], 2.0, rise=2.0)
    (after,) = on_one_branch([part], N, 100, breaks=(4,))
    np.testing.assert_array_equal(after.minima.minimum.theta, part.minima.minimum.theta)


def test_a_series_on_one_branch_is_left_alone(steady):
    (after,) = on_one_branch([steady], N, 100)
    np.testing.assert_array_equal(after.minima.minimum.theta, steady.minima.minimum.theta)


def test_a_resistance_that_falls_is_followed():
    truth = np.tile(TRUTH, (N, 1))
    truth[:, 4] = [101, 101, 67, 33, 33, 36, 40, 48]
    part = series(truth)
    (after,) = on_one_branch([part], N, 100)
    np.testing.assert_allclose(np.exp(after.minima.minimum.theta[:, 4]), truth[:, 4], rtol=0.03)


def test_a_branch_goes_on_while_noise_allows_its_minimum(monkeypatch, steady):
    """Up to twelve above in chi2, at another cost than the best by a thousandth."""
    rows, best = np.arange(6), steady.minima.minimum.cost[:6]
    rise = np.array([11.9, 12.1, -5.0, 0.021, 0.019, -0.021]) / 20
    ended = steady.minima.minimum.taken(rows)._replace(cost=best * (1 + rise))
    monkeypatch.setattr(branch, "minimise", lambda *_, **__: ended)
    monkeypatch.setattr(branch, "independent", lambda *_: np.full(6, 20.0))
    _, theta, open_ = branch._with_start(steady, rows, ended.theta)
    assert open_.tolist() == [True, False, True, True, False, True]
    assert theta is ended.theta
