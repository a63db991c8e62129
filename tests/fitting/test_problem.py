"""The residual, its square and its derivatives."""

from __future__ import annotations

import numpy as np
import pytest

from eisfit import Circuit
from eisfit.fitting.problem import Problem
from eisfit.fitting.scaling import scaling
from eisfit.fitting.weighting import interleaved, j_omega, weights

from_text = pytest.mark.parametrize("text", ["R(RQ)(RQ)Q", "R(Q(RW))", "R(RQ)G", "LR(RQ)", "R(RC)(RC)"])


def posed(simulated, text, frequency, tied=None, n=3):
    circuit, truth, z = simulated(text, n=n, noise=0.01)
    search = scaling(circuit, tied=tied, ln_omega_tail=float(np.log(2 * np.pi * frequency.min())))
    w = weights(z, np.ones(z.shape, bool), "modulus")
    return circuit, truth, z, Problem(search, j_omega(frequency), interleaved(z), w)


@from_text
def test_cost_is_the_sum_of_the_squared_weighted_misfit(simulated, frequency, text):
    circuit, truth, z, problem = posed(simulated, text, frequency)
    expected = np.sum(np.abs((circuit.impedance(frequency, truth) - z) / z) ** 2, axis=1)
    np.testing.assert_allclose(problem.cost(problem.scaling.theta(truth)), expected, rtol=1e-10)


@from_text
@pytest.mark.parametrize("tied", [None, {"R2": "R1"}])
def test_normal_equations_are_those_of_the_residual(simulated, frequency, text, tied):
    if tied and "R2" not in Circuit(text).names:
        pytest.skip("one resistor only")
    _, truth, _, problem = posed(simulated, text, frequency, tied)
    theta = problem.scaling.theta(truth)
    cost, gradient, curvature = problem.normal_equations(theta)
    r = problem.residual(theta)
    j = np.stack([numeric(problem, theta, k) for k in range(problem.scaling.size)], axis=2)
    np.testing.assert_allclose(cost, problem.cost(theta), rtol=1e-12)
    scale = np.sqrt(np.einsum("nfk,nfk->nk", j, j))
    np.testing.assert_allclose(gradient / scale, np.einsum("nf,nfk->nk", r, j) / scale, atol=1e-6)
    expected = np.einsum("nfk,nfl->nkl", j, j) / (scale[:, :, None] * scale[:, None, :])
    np.testing.assert_allclose(curvature / (scale[:, :, None] * scale[:, None, :]), expected, atol=1e-6)


def numeric(problem, theta, k):
    """Central difference of the residual along coordinate k."""
    step = np.zeros(theta.shape[1])
    step[k] = 1e-6
    return (problem.residual(theta + step) - problem.residual(theta - step)) / 2e-6


def test_take_keeps_rows_and_their_numbers(simulated, frequency):
    _, truth, _, problem = posed(simulated, "R(RQ)", frequency)
    theta = problem.scaling.theta(truth)
    part = problem.take(np.array([2, 0]))
    assert len(part) == 2
    np.testing.assert_array_equal(part.cost(theta[[2, 0]]), problem.cost(theta)[[2, 0]])


def test_points_without_weight_do_not_count(simulated, frequency):
    circuit, truth, z = simulated("R(RQ)", noise=0.01)
    used = np.ones(z.shape, bool)
    used[0, 5] = False
    z = z.copy()
    z[0, 5] *= 50
    search = scaling(circuit)
    problem = Problem(search, j_omega(frequency), interleaved(z), weights(z, used, "modulus"))
    keep = used[0]
    expected = np.sum(np.abs((circuit.impedance(frequency[keep], truth) - z[:, keep]) / z[:, keep]) ** 2, axis=1)
    np.testing.assert_allclose(problem.cost(search.theta(truth)), expected, rtol=1e-10)
