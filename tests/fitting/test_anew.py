"""Blocks placed anew beside the others undo minima in which one element does the work of another."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest

from eisfit import Circuit, fit_batch
from eisfit.fitting.anew import _alike, placed_anew
from eisfit.fitting.constraints import Constraints
from eisfit.fitting.lm import minimise
from eisfit.fitting.minima import of_one_start
from eisfit.fitting.problem import problem_of
from eisfit.fitting.start import surer
from eisfit.fitting.weighting import weights

FREQUENCY = np.logspace(6, -2, 41)
LADDER = "R(Q[R(Q[R(RQ)])])"
FALSE = {
    # one level does the work of two, the innermost is left with nothing
    LADDER: (
        [46.3, 8e-6, 0.91, 22.0, 3.3e-5, 0.81, 31.0, 100.0, 1.07e-4, 0.96],
        [46.1, 3.2e-5, 0.79, 53.8, 1e-4, 0.98, 94.9, 4.95, 3.8e-3, 0.91],
    ),
    # an arc does the work of the layer, which is left with nothing
    "R(RQ)Gs": ([1.6, 1.9, 6e-5, 0.99, 21.8, 4.2e-2, 0.13], [1.55, 166, 2.6e-4, 0.99, 1.5, 9e-5, 0.6]),
    # the layer is taken for its capacitance alone
    "R(RQ)T": ([13.0, 80.0, 5.7e-4, 0.98, 0.9, 3.6], [13.0, 80.0, 5.7e-4, 0.98, 70.0, 0.04]),
    # a flat arc does the work of the tail and hides a small one
    "R(RQ)(RQ)Q": (
        [603, 2.8, 1.5e-5, 0.81, 2.2, 3.6, 0.87, 1.4e-2, 0.598],
        [603, 2.7, 1.3e-5, 0.83, 147, 7.0e-2, 0.51, 1.7e-2, 0.627],
    ),
}


def posed(text, z):
    search = Constraints().scaling(Circuit(text), FREQUENCY)
    return problem_of(search, FREQUENCY, z, weights(z, np.ones(z.shape, bool), "modulus"))


def ended(problem, values):
    search = problem.scaling
    theta = search.theta(np.array(values, dtype=float))
    return minimise(problem, theta, search.lower, search.upper, max_iterations=200)


@pytest.mark.parametrize("text", FALSE)
def test_a_false_minimum_is_left_for_the_true_one(text):
    truth, false = FALSE[text]
    noise = {"R(RQ)(RQ)Q": 1e-4, LADDER: 1e-3}.get(text, 0.003)
    rng = np.random.default_rng(1)
    z = Circuit(text).impedance(FREQUENCY, np.array([truth]))
    z = z + noise * np.abs(z) * (rng.standard_normal(z.shape) + 1j * rng.standard_normal(z.shape))
    problem = posed(text, z)
    wrong, right = ended(problem, [false]), ended(problem, [truth])
    assert wrong.cost[0] > 1.01 * right.cost[0]
    starts = placed_anew(problem, wrong.theta)[0]
    found = ended(problem.take(np.zeros(len(starts), int)), problem.scaling.values(starts))
    assert found.cost.min() <= right.cost[0] * 1.001
    assert surer(problem, of_one_start(wrong), 200).minimum.cost[0] <= right.cost[0] * 1.001


@pytest.mark.parametrize("text", ["R(RQ)(RQ)Q", "LaR(RQ)M", "R(Q[R(RQ)])", "RTp", "RHC"])
def test_starts_are_finite_and_inside_the_bounds(text):
    circuit = Circuit(text)
    values = np.array([[p.value for p in circuit.parameters]] * 3)
    problem = posed(text, circuit.impedance(FREQUENCY, values))
    starts = placed_anew(problem, problem.scaling.theta(values))
    assert starts.shape[::2] == (3, problem.scaling.size)
    assert np.isfinite(starts).all()
    assert np.all((starts >= problem.scaling.lower) & (starts <= problem.scaling.upper))


def test_a_circuit_without_shapes_has_nothing_to_place():
    problem = posed("R", np.full((2, FREQUENCY.size), 5.0 + 0j))
    assert placed_anew(problem, np.zeros((2, 1))).shape == (2, 0, 1)


def test_blocks_that_can_do_each_others_work_are_exchanged():
    """An arc and a nearly ideal Havriliak-Negami element in each other's place cost 4 to 10 more in chi2."""
    f, circuit = np.logspace(6, -2, 61), Circuit("R(RQ)H")
    truth = np.array([[14.66, 50.7, 8.0e-8, 0.90, 34.6, 0.16, 0.94, 0.95]])
    z, noise = circuit.impedance(f, truth), []
    for seed in (18, 35, 43):
        rng = np.random.default_rng(seed)
        noise.append(rng.standard_normal(f.size) + 1j * rng.standard_normal(f.size))
    z = z + 0.003 * np.abs(z) * np.array(noise)
    assert np.all(fit_batch(f, z, circuit).cost <= 1.001 * fit_batch(f, z, circuit, start=truth[0]).cost)


def test_the_shape_that_comes_nearest_is_chosen_whatever_its_size():
    """Of shapes 1 + 0j, 1j and 1000 + 1000j the one along the target; the amplitude by least squares, none below 0."""
    one = np.ones(2)
    atoms = SimpleNamespace(
        impedance=np.array([one, 1j * one, 1000 * (1 + 1j) * one]),
        values=np.array([[2.0, 5.0], [3.0, 6.0], [4.0, 7.0]]),
        alpha=np.array([1.0, -1.0]),
    )
    target = np.array([[3.0, 0, 3, 0.1], [0.1, 4, 0, 4], [8, 8, 8, 8], [6, 0, 6, 0], [-1, -1, -1, -1]])
    weight = np.ones((5, 4))
    weight[3] = 2.0
    found = _alike(SimpleNamespace(weight=weight), atoms, target)
    assert found[:4] == pytest.approx(np.array([[6, 5 / 3], [12, 1.5], [4 * 0.008, 7 / 0.008], [6, 5 / 3]]))
    assert found[4, 0] == pytest.approx(2e-300)
