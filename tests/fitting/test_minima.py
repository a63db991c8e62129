"""The minima found so far, and how starts make them better."""

from __future__ import annotations

import numpy as np
import pytest

from eisfit.fitting.lm import Minimum, minimise
from eisfit.fitting.minima import KEPT, Minima, Pace, data_scale, lower_minima, nothing, of_ends, of_one_start
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
    assert [len(column) for column in (*nothing(4).minimum, *nothing(4)[1:])] == [0] * 8


def ends(*costs):
    """Ends of starts of one spectrum, with one coordinate that is the number of the start."""
    n = len(costs)
    return Minimum(np.arange(float(n))[:, None], np.array(costs), np.arange(n), np.zeros(n, int))


def place(*slots):
    return np.zeros(len(slots), int), np.array(slots)


def test_ends_of_several_starts_are_counted_and_kept_in_order():
    """Slots 0, 1, 3, 4, 5 stand for so many starts each; slot 2 was not followed."""
    found = of_ends(ends(2.0, 1.0, 1.0009, 3.0, np.nan), place(0, 1, 3, 4, 5), np.array([[5, 2, 0, 1, 3, 4]]))
    assert (found.minimum.cost[0], found.minimum.theta[0, 0]) == (1.0, 1.0)
    assert (found.agreement[0], found.starts[0]) == (3, 15)
    assert found.others_cost[0].tolist() == [2.0, 3.0, np.inf]
    assert found.others[0, :2, 0].tolist() == [0.0, 3.0]
    apart = of_ends(ends(1.0, 1.0011), place(0, 1), np.array([[1, 1]]))
    assert (apart.agreement[0], apart.others_cost[0].tolist()) == (1, [1.0011, np.inf, np.inf])
    ladder = of_ends(ends(1.0, 1.0008, 1.0016, 1.0024, 1.01, 1.02, 1.03), place(*range(7)), np.ones((1, 7), int))
    assert ladder.others_cost[0].tolist() == [1.01, 1.02, 1.03]  # each within a thousandth of the one before
    nothing_ends = of_ends(ends(np.nan, np.inf), place(0, 1), np.array([[1, 1]]))
    assert np.isinf(nothing_ends.others_cost).all()


def test_a_further_search_counts_where_it_is_lower_by_a_thousandth():
    def single(cost, starts=1, others=()):
        one = of_one_start(ends(cost), starts)
        others = [*others, *[np.inf] * (KEPT - len(others))]
        return one._replace(agreement=np.array([starts]), others_cost=np.array([others]))

    for new, best, agreement in (
        (0.9985, 0.9985, 3),
        (0.9995, 1.0, 5),
        (1.0009, 1.0, 5),
        (1.002, 1.0, 2),
        (np.nan, 1.0, 2),
    ):
        found = single(1.0, 2).with_more(single(new, 3))
        assert (found.minimum.cost[0], found.agreement[0], found.starts[0]) == (best, agreement, 5), new
    assert single(1.0, 2).with_more(single(0.9985, 3)).others_cost[0].tolist() == [1.0, np.inf, np.inf]
    both = single(1.0, others=[1.5, 2.0]).with_more(single(1.2, others=[1.5005, 3.0]))
    assert both.others_cost[0].tolist() == [1.2, 1.5, 2.0]
    assert single(np.inf).with_more(single(7.0)).minimum.cost[0] == 7.0
    assert single(np.nan).with_more(single(7.0)).minimum.cost[0] == 7.0
    assert single(7.0).with_more(single(np.inf)).minimum.cost[0] == 7.0


def test_another_minimum_takes_the_place_of_the_best():
    two = of_ends(ends(2.0, 1.0, 3.0), place(0, 1, 2), np.ones((1, 3), int))
    chosen = two.chosen(np.array([2]))
    assert (chosen.minimum.cost[0], chosen.minimum.theta[0, 0]) == (3.0, 2.0)
    assert chosen.others_cost[0].tolist() == [2.0, 1.0, np.inf]
    assert chosen.others[0, :2, 0].tolist() == [0.0, 1.0]
    assert two.chosen(np.array([0])).minimum.cost[0] == 1.0
    assert two.minimum.cost[0] == 1.0
    assert two.cost[0].tolist() == [1.0, 2.0, 3.0, np.inf]
    assert two.theta[0, :3, 0].tolist() == [1.0, 0.0, 2.0]


def test_a_start_is_lower_by_a_thousandth_and_judged_after_twelve_steps(posed):
    problem, theta = posed
    search = problem.scaling
    best = minimise(problem, theta, search.lower, search.upper).cost
    for share, found in ((1.0005, []), (1.0015, [0, 1, 2])):
        lower, _ = lower_minima(problem, best * share, theta[None], 100, Pace())
        assert lower.tolist() == found, share
    scale = data_scale(problem)
    np.testing.assert_allclose(scale, ((problem.data * problem.weight) ** 2).sum(axis=1))


def test_limits_that_are_meant_by_name():
    assert (KEPT,) == (3,)
