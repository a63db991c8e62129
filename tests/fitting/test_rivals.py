"""An arc and a tail that took each other's place are found out."""

from __future__ import annotations

import numpy as np
import pytest

from eisfit import Circuit, fit_batch
from eisfit.fitting.lm import minimise
from eisfit.fitting.minima import of_one_start
from eisfit.fitting.problem import problem_of
from eisfit.fitting.rivals import exchanged, rounder, second_look
from eisfit.fitting.scaling import scaling
from eisfit.fitting.weighting import weights

FREQUENCY = np.logspace(6, -2, 61)
LN_OMEGA = float(np.log(2 * np.pi * FREQUENCY.min()))
CIRCUIT = Circuit("R(RQ)(RQ)Q")
TRUTH = np.array([14.6, 97.8, 2.23e-5, 0.658, 131.0, 2.05e-2, 0.942, 5.45e-3, 0.603])
FALSE = np.array([14.55, 99.5, 2.35e-5, 0.653, 1150.0, 4.7e-3, 0.658, 2.63e-2, 0.917])
"""A minimum beside the truth: a large depressed arc where the tail is, the tail where the arc is."""


def posed(n=1, noise=0.003, circuit=CIRCUIT, truth=TRUTH):
    rng = np.random.default_rng(1)
    z = np.tile(circuit.impedance(FREQUENCY, truth), (n, 1))
    z = z + noise * np.abs(z) * (rng.standard_normal(z.shape) + 1j * rng.standard_normal(z.shape))
    search = scaling(circuit, ln_omega_tail=LN_OMEGA)
    return problem_of(search, FREQUENCY, z, weights(z, np.ones(z.shape, bool), "modulus")), z


def ended(problem, values):
    search = problem.scaling
    return of_one_start(minimise(problem, search.theta(np.tile(values, (len(problem), 1))), search.lower, search.upper))


def test_a_false_minimum_gives_way_to_the_true_one():
    problem, z = posed(5)
    best = fit_batch(FREQUENCY, z, CIRCUIT, start=TRUTH).cost
    trapped = ended(problem, FALSE)
    assert np.all(trapped.minimum.cost > 2 * best)
    minima = second_look(problem, trapped, 100)
    np.testing.assert_allclose(minima.minimum.cost, best, rtol=1e-6)
    assert np.all(minima.starts == 3)
    assert np.all(trapped.starts == 1), "what was asked stays as it was"


def test_the_true_minimum_stays():
    problem, _ = posed(5)
    there = ended(problem, TRUTH)
    before = there.minimum.theta.copy()
    np.testing.assert_array_equal(second_look(problem, there, 100).minimum.theta, before)


@pytest.mark.parametrize("text", ["R(RQ)", "RQ", "R(RC)Q"])
def test_a_circuit_without_an_arc_or_a_tail_is_left_alone(text):
    circuit = Circuit(text)
    problem, _ = posed(2, circuit=circuit, truth=circuit.values)
    there = ended(problem, circuit.values)
    before = there.minimum.theta.copy()
    np.testing.assert_array_equal(second_look(problem, there, 100).minimum.theta, before)


def test_exchanged_swaps_the_cpes_and_swapping_back_gives_the_same():
    search = scaling(CIRCUIT, ln_omega_tail=LN_OMEGA)
    arc, tail = search.arcs[1], search.tails[0]
    theta = search.theta(TRUTH[None])
    once = exchanged(theta, arc, tail, LN_OMEGA)
    np.testing.assert_allclose(search.values(once)[0, [5, 6, 7, 8]], TRUTH[[7, 8, 5, 6]], rtol=1e-9)
    np.testing.assert_allclose(search.values(once)[0, :4], TRUTH[:4], rtol=1e-12)
    twice = search.values(exchanged(once, arc, tail, LN_OMEGA))
    np.testing.assert_allclose(twice[0, [5, 6, 7, 8]], TRUTH[[5, 6, 7, 8]], rtol=1e-9)


def test_a_rounder_arc_keeps_its_time_constant():
    search = scaling(CIRCUIT, ln_omega_tail=LN_OMEGA)
    values = search.values(rounder(search.theta(TRUTH[None]), search.arcs[1]))[0]
    tau = [(v[4] * v[5]) ** (1 / v[6]) for v in (TRUTH, values)]
    assert tau[1] == pytest.approx(tau[0], rel=1e-9)
    assert values[4] < TRUTH[4]
