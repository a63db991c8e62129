"""The residual, its square and its derivatives."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from eisfit import Circuit
from eisfit.fitting.problem import Problem, _clipped, problem_of
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


def test_what_a_point_costs_at_most():
    """25 of a bound of 25 counts by a half, 1 by 25 / 26; derivatives as well."""
    stack = np.array([[[1.0, 2.0, 3.0, 4.0], [3.0, 4.0, 0.0, 1.0]]])
    share = np.repeat([0.5, 25 / 26], 2)
    expected = stack * share
    assert _clipped(stack, np.array([5.0]))[0] == pytest.approx(12.5 + 25 / 26)
    np.testing.assert_allclose(stack, expected)
    z = np.array([[13.0 + 4j, 10 + 1j]])
    problem = problem_of(scaling(Circuit("R")), np.array([10.0, 1.0]), z, np.ones((1, 4)))
    bounded = replace(problem, clip=np.array([5.0]))
    theta = np.log([[10.0]])
    assert bounded.normal_equations(theta)[0][0] == pytest.approx(12.5 + 25 / 26)
    assert problem.normal_equations(theta)[0][0] == pytest.approx(26)
    assert bounded.take(np.array([0])).normal_equations(theta)[0][0] == pytest.approx(12.5 + 25 / 26)
    assert bounded.cost(theta)[0] == pytest.approx(26)  # as it is, for those who ask for the misfit


def test_every_third_frequency_and_what_does_not_count():
    f = np.array([1e4, 1e3, 1e2, 1e1, 1.0])
    z = np.array([[1 + 2j, np.nan, 3 + 4j, 5 + 6j, 7 + 8j]])
    weight = np.array([[1.0, 2, 0, 0, 3, 4, 5, 6, 7, 8]])
    problem = problem_of(scaling(Circuit("R")), f, z, weight)
    assert problem.data.tolist() == [[1, 2, 0, 0, 3, 4, 5, 6, 7, 8]]
    third = problem.thinned(3)
    np.testing.assert_allclose(third.s, 2j * np.pi * np.array([1e4, 1e1]))
    assert third.data.tolist() == [[1, 2, 5, 6]]
    assert third.weight.tolist() == [[1, 2, 5, 6]]
