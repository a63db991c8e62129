"""Start values from the data alone."""

from __future__ import annotations

import numpy as np
import pytest

from eisfit import Circuit, fit_batch
from eisfit.fitting import start
from eisfit.fitting.amplitudes import _everywhere, screened
from eisfit.fitting.constraints import Constraints
from eisfit.fitting.dictionary import dictionary
from eisfit.fitting.lm import MAX_ITERATIONS, Minimum
from eisfit.fitting.misfit import expected_cost
from eisfit.fitting.problem import Problem, problem_of
from eisfit.fitting.scaling import scaling
from eisfit.fitting.start import NEAR, _followed, _going_on, _heads, cold_start, leaders, surer
from eisfit.fitting.weighting import interleaved, j_omega, weights

CIRCUITS = ["R(RQ)", "R(RQ)(RQ)Q", "(RQ)(RQ)Q", "R(RC)(RC)", "R(RQ)(RQ)(RQ)", "R(Q(RW))", "R(RQ)G", "LR(RQ)"]


def posed(circuit, z, frequency, used=None):
    """The weighted problem of impedances z (N, F)."""
    search = scaling(circuit, ln_omega_tail=float(np.log(2 * np.pi * frequency.min())))
    w = weights(z, np.ones(z.shape, bool) if used is None else used, "modulus")
    return Problem(search, j_omega(frequency), interleaved(z), w)


@pytest.mark.parametrize("text", CIRCUITS)
def test_the_optimum_is_found_without_any_start_values(simulated, frequency, text):
    circuit, truth, z = simulated(text, n=12, seed=5)
    cold = fit_batch(frequency, z, circuit)
    warm = fit_batch(frequency, z, circuit, start=truth)
    assert np.all(cold.cost <= 1.001 * warm.cost)


@pytest.mark.parametrize("decades", [-3, 3])
def test_start_values_follow_the_scale_of_the_cell(simulated, frequency, decades):
    """A cell of milliohms and one of megaohms are the same cell to the search."""
    circuit, _, z = simulated(n=4)
    size = 10.0**decades
    here, there = fit_batch(frequency, z, circuit), fit_batch(frequency, size * z, circuit)
    np.testing.assert_allclose(there.cost, here.cost, rtol=1e-6)
    power = np.array([1, 1, -1, 0, 1, -1, 0, -1, 0])
    np.testing.assert_allclose(there.values, here.values * size**power, rtol=1e-4)


def test_start_values_follow_the_band(simulated, frequency):
    """The same arcs two decades lower in a band two decades lower."""
    circuit, _, z = simulated("R(RC)(RC)", n=4)
    here, there = fit_batch(frequency, z, circuit), fit_batch(frequency / 100, z, circuit)
    np.testing.assert_allclose(there.values, here.values * [1, 1, 100, 1, 100], rtol=1e-6)


@pytest.mark.parametrize("noise", [0.001, 0.003, 0.01])
def test_expected_cost_is_what_the_noise_leaves(simulated, noise):
    dense = np.logspace(6, -2, 161)
    circuit, _, z = simulated(n=40, seed=2, noise=noise, frequency=dense)
    share = expected_cost(posed(circuit, z, dense)) / (noise**2 * (2 * dense.size - len(circuit.names)))
    assert 0.9 < np.median(share) < 1.1
    assert np.all((share > 0.5) & (share < 2))


def test_expected_cost_of_too_few_points_is_unknown():
    circuit = Circuit("R")
    f = np.logspace(3, 0, 5)
    problem = posed(circuit, np.full((1, 5), 3 + 0j), f)
    assert np.isinf(expected_cost(problem)[0])


def test_screened_combinations_are_circuit_parameters(simulated, frequency):
    circuit, _, z = simulated(n=3)
    values = screened(posed(circuit, z, frequency), dictionary(circuit, 2 * np.pi * frequency), 7)
    assert values.shape == (3, 7, 9)
    assert np.isfinite(values).all()
    assert np.all(values > 0)


def test_of_every_stretch_of_the_grid_one_goes_on():
    """However much better the best of another stretch are before the search."""
    gain = np.concatenate([np.linspace(10, 9, 50), np.linspace(0, 1, 50)])[None]
    assert _everywhere(gain, 4).tolist() == [[0, 25, 74, 99]]
    assert _everywhere(gain, 0).shape == (1, 0)


def test_no_start_comes_twice(simulated, frequency):
    circuit, _, z = simulated(n=2)
    problem, words = posed(circuit, z, frequency), dictionary(circuit, 2 * np.pi * frequency)
    for count, spread, expected in ((16, 24, 40), (64, 64, len(words.trials))):
        values = screened(problem, words, count, spread)
        assert values.shape[1] == expected
        assert all(len(np.unique(own, axis=0)) == expected for own in values)


def test_screening_finds_the_neighbourhood_of_the_truth(simulated, frequency):
    circuit, truth, z = simulated("R(RQ)", n=6, noise=0.0)
    best = screened(posed(circuit, z, frequency), dictionary(circuit, 2 * np.pi * frequency), 5)
    distance = np.abs(np.log(best[:, :, :2] / truth[:, None, :2])).max(axis=2).min(axis=1)
    assert np.all(distance < np.log(1.5))


def test_masked_points_do_not_steer_the_search(simulated, frequency):
    circuit, _, z = simulated(n=3, seed=8)
    used = np.ones(z.shape, bool)
    used[:, [3, 20, 35]] = False
    spoiled = np.where(used, z, 1e5 - 3e5j)
    clean = cold_start(posed(circuit, z, frequency, used))
    dirty = cold_start(posed(circuit, spoiled, frequency, used))
    np.testing.assert_allclose(dirty.minimum.cost, clean.minimum.cost, rtol=1e-6)


def test_agreement_counts_starts_and_is_never_more_than_them(simulated, frequency):
    circuit, _, z = simulated(n=20, seed=4)
    found = cold_start(posed(circuit, z, frequency))
    assert np.all(found.agreement >= 1)
    assert np.all(found.agreement <= found.starts)


def test_the_same_data_give_the_same_answer(simulated, frequency):
    circuit, _, z = simulated(n=5)
    one, other = fit_batch(frequency, z, circuit), fit_batch(frequency, z, circuit)
    np.testing.assert_array_equal(one.values, other.values)


def test_an_element_of_the_users_own_needs_no_start_values(frequency):
    """Only units and bounds are known of it."""
    own = Circuit("R(RQ)M")
    truth = np.array([5.0, 20.0, 1e-6, 0.9, 80.0, 2e-2, 0.85])
    z = own.impedance(frequency, truth)
    rng = np.random.default_rng(1)
    z = z + 0.003 * np.abs(z) * (rng.standard_normal(z.shape) + 1j * rng.standard_normal(z.shape))
    cold, warm = fit_batch(frequency, z, own), fit_batch(frequency, z, own, start=truth)
    assert cold.cost[0] <= 1.001 * warm.cost[0]


def test_where_only_the_ends_count_the_noise_is_unknown(frequency):
    z = np.full((1, frequency.size), 3 + 0j)
    used = np.zeros(z.shape, bool)
    used[0, [0, 1, -2, -1]] = True
    assert np.isinf(expected_cost(posed(Circuit("R"), z, frequency, used))[0])


def test_the_noise_is_seen_past_points_that_do_not_count_and_in_any_order(simulated, frequency):
    circuit, _, z = simulated(n=3)
    search = Constraints().scaling(circuit, frequency)
    used = np.ones(z.shape, bool)
    plain = expected_cost(problem_of(search, frequency, z, weights(z, used, "modulus")))
    used[:, [9, 20, 31]] = False
    fewer = expected_cost(problem_of(search, frequency, z, weights(z, used, "modulus")))
    assert (fewer < 2 * plain).all()
    assert (fewer > plain / 2).all()
    order = np.random.default_rng(0).permutation(frequency.size)
    mixed = problem_of(search, frequency[order], z[:, order], weights(z[:, order], used | True, "modulus"))
    np.testing.assert_allclose(expected_cost(mixed), plain)


def test_of_spectra_that_are_alike_one_is_searched_for_all(simulated, frequency):
    circuit, truth, _ = simulated(n=6)
    values = np.tile(truth[0], (6, 1))
    values[3:, 4] *= 4
    z = circuit.impedance(frequency, values)
    assert leaders(posed(circuit, z, frequency), np.zeros(6, int)).tolist() == [0, 0, 0, 3, 3, 3]
    assert leaders(posed(circuit, z, frequency), np.array([0, 0, 1, 1, 1, 1])).tolist() == [0, 0, 2, 3, 3, 3]


def test_a_wide_search_finds_what_a_quick_one_missed(simulated, frequency):
    """A depressed arc that reaches into the tail: the quick search may stop at the wrong way round."""
    circuit = Circuit("R(RQ)(RQ)(RQ)")
    rng = np.random.default_rng(7)
    truth = np.tile([5.0, 20.0, 1e-5, 0.8, 30.0, 4e-5, 0.9, 25.0, 2e-4, 0.75], (3, 1))
    truth[:, [1, 4, 7]] *= np.exp(0.3 * rng.standard_normal((3, 3)))
    z = circuit.impedance(frequency, truth)
    z = z + 0.003 * np.abs(z) * (rng.standard_normal(z.shape) + 1j * rng.standard_normal(z.shape))
    problem = posed(circuit, z, frequency)
    quick = cold_start(problem)
    wide = surer(problem, quick, 200)
    warm = fit_batch(frequency, z, circuit, start=truth)
    assert np.all(wide.minimum.cost <= quick.minimum.cost * 1.001)
    assert np.all(wide.minimum.cost <= 1.005 * warm.cost)
    assert np.all(wide.starts > quick.starts)
    assert np.all(wide.agreement <= wide.starts)


@pytest.mark.parametrize(("back", "enough"), [(16, True), (13, True), (9, False), (3, False)])
def test_a_short_look_is_enough_where_most_starts_come_back(simulated, frequency, monkeypatch, back, enough):
    circuit, _, z = simulated(n=1)
    problem = posed(circuit, z, frequency)
    quick = cold_start(problem)
    found = quick._replace(agreement=np.array([back]), starts=np.array([16]))
    monkeypatch.setattr(start, "_explored", lambda *_: found)
    _, open_ = start._looked_at(problem, quick, np.array([0]), 60)
    assert (len(open_) == 0) == enough


def test_starts_of_one_cost_at_different_places_are_different_minima():
    """Two arcs in other roles may cost the same: only exchanged names are the same place."""
    theta = np.array([[[0.0, 5.0], [5.1, 0.1], [0.0, 9.0], [0.1, 5.0]]])
    cost = np.array([[1.0, 1.001, 1.002, 1.003]])
    exchanged = [np.array([0, 1]), np.array([1, 0])]
    for orders, members in (((), [4, 0, 0]), (exchanged[:1], [2, 1, 1]), (exchanged, [3, 1, 0])):
        _, worth, stands_for = _heads(theta, cost, 3, orders)
        assert stands_for[0].tolist() == members, orders
        assert worth[0].tolist() == [count > 0 for count in members]


def test_starts_that_are_not_followed_count_for_nothing(simulated, frequency):
    """Of three starts of one spectrum two are followed, which stand for five and two."""
    circuit, truth, z = simulated("R(RQ)", n=1)
    problem = posed(circuit, z, frequency)
    theta = np.tile(problem.scaling.theta(truth)[:, None], (1, 3, 1))
    worth, members = np.array([[True, False, True]]), np.array([[5, 7, 2]])
    found = _followed(problem, theta, worth, members, 60)
    assert (found.starts[0], found.agreement[0]) == (7, 7)


def test_which_starts_go_on():
    """What came to the known minimum has told all, what is far above it is given up, the rest goes on."""
    codes = np.array([0, MAX_ITERATIONS, MAX_ITERATIONS, MAX_ITERATIONS, MAX_ITERATIONS, MAX_ITERATIONS])
    cost = np.array([1.0, 1.0005, 1.4, NEAR * 1.01, 2.0, NEAR * 2.0 * 0.99])
    ended = Minimum(np.zeros((6, 1)), cost, codes, np.zeros(6, int))
    on, hopeless = _going_on(ended, np.array([0, 0, 0, 0, 1, 1]), 2)
    assert on.tolist() == [2, 4, 5]
    assert hopeless.tolist() == [False, False, False, True, False, False]
