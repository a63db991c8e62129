"""A series stays on one branch where noise cannot tell the branches apart, and follows what truly changes."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest

from eisfit import Circuit
from eisfit.fitting import branch
from eisfit.fitting.branch import (
    Path,
    _beside,
    _bests,
    _followed,
    _gathered,
    _linked,
    _possible,
    _steps,
    _torn,
    _viterbi,
    on_one_branch,
)
from eisfit.fitting.constraints import Constraints
from eisfit.fitting.lm import Minimum, minimise
from eisfit.fitting.minima import of_one_start
from eisfit.fitting.neighbours import Part
from eisfit.fitting.problem import problem_of
from eisfit.fitting.scaling import scaling
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


BOTH = SimpleNamespace(log=np.array([True, False]))
"""A logarithm and an exponent."""
AS_IT_IS, SWAPPED = np.array([0, 1]), np.array([1, 0])


def path(theta, rise=None, error=None):
    """Candidates (N, M, K)."""
    theta = np.array(theta, float)
    return Path(
        theta,
        np.zeros(theta.shape[:2]) if rise is None else np.array(rise, float),
        np.zeros_like(theta) if error is None else np.array(error, float),
    )


def test_squared_steps_in_variances():
    """(0.2 / 0.1)^2 of a logarithm, (0.03 / 0.03)^2 of an exponent; with errors beside, 16 at most, in every order."""
    one = path([[[0.0, 0.5], [1.0, 0.5]]])
    other = path([[[0.2, 0.53]]])
    assert _steps(one, other, [AS_IT_IS], BOTH)[0, 0, :, 0] == pytest.approx(np.array([[4, 1], [16, 1]]))
    errors = path(one.theta, error=[[[0.3, 0.04], [0, 0]]])
    beside = path(other.theta, error=[[[0.1, 0.12]]])
    assert _steps(errors, beside, [AS_IT_IS], BOTH)[0, 0, 0, 0] == pytest.approx(
        [0.04 / (0.01 + 0.09 + 0.01), 9e-4 / (9e-4 + 16e-4 + 144e-4)]
    )
    swapped = _steps(path([[[0.53, 0.2]]], error=[[[0.1, 0.04]]]), beside, [AS_IT_IS, SWAPPED], BOTH)
    assert swapped.shape == (2, 1, 1, 1, 2)
    assert swapped[1, 0, 0, 0].tolist() == [0, 0]
    assert swapped[0, 0, 0, 0] == pytest.approx([0.1089 / 0.03, 0.1089 / (9e-4 + 16e-4 + 144e-4)])


def test_the_cheapest_path():
    """Candidate 1 of the middle costs 3 and saves two steps of 2 (of 4 variances in two coordinates, as it is)."""
    theta = [[[0, 0], [9, 9]], [[0.2, 0], [0, 0]], [[0, 0], [9, 9]]]
    cheap = path(theta, [[0, np.inf], [0, 3], [0, np.inf]])
    dear = path(theta, [[0, np.inf], [0, 9], [0, np.inf]])
    linked, apart = np.array([True, True]), np.array([False, False])
    assert _viterbi(cheap, linked, [AS_IT_IS], BOTH).tolist() == [0, 1, 0]  # 3 against 4 + 4
    assert _viterbi(dear, linked, [AS_IT_IS], BOTH).tolist() == [0, 0, 0]  # 9 against 4 + 4
    assert _viterbi(cheap, apart, [AS_IT_IS], BOTH).tolist() == [0, 0, 0]
    assert _viterbi(cheap, np.array([True, False]), [AS_IT_IS], BOTH).tolist() == [0, 1, 0]
    last = path(theta, [[5, 0], [np.inf, np.inf], [7, 0]])
    assert _viterbi(last, linked, [AS_IT_IS], BOTH).tolist() == [0, 1, 0]  # nothing is known of the middle: 5 + 7


def test_the_first_spectrum_may_leave_its_best_minimum():
    """One that costs 1 more and follows the next one, which is two steps of 16 away from the best."""
    own = path([[[9, 9], [0, 0]], [[0, 0], [9, 9]]], [[0, 1], [0, np.inf]])
    assert _viterbi(own, np.array([True]), [AS_IT_IS], BOTH).tolist() == [1, 0]


def test_jumps_are_followed_to_both_sides_where_errors_do_not_explain_them(monkeypatch, steady):
    """Of the third and fourth from both sides: the errors of those at a jump are asked for, and no others."""
    asked, sides = [], []
    bests, followed = branch._bests, branch._followed

    def with_errors(parts, count, known):
        asked.append(np.flatnonzero(known).tolist())
        return bests(parts, count, known)

    def followed_too(parts, theta, torn, linked, side):
        sides.append((side, np.flatnonzero(torn).tolist()))
        return followed(parts, theta, torn, linked, side)

    monkeypatch.setattr(branch, "_bests", with_errors)
    monkeypatch.setattr(branch, "_followed", followed_too)
    on_one_branch([torn(steady, [3, 4], 2.0, rise=2.0)], N, 100)
    assert asked[:2] == [[], [2, 3, 4, 5]]
    assert sides == [(1, [2, 4]), (-1, [2, 4])]


def test_spectra_on_different_branches():
    """A step of 16 variances, 0.4 in a logarithm or 0.12 in an exponent, in any order, of spectra that are alike."""
    for step, torn in (([0.41, 0], True), ([0.39, 0], False), ([0, 0.121], True), ([0, 0.119], False)):
        own = path([[[0.0, 0.0], [5.0, 5.0]], [step, [0.0, 0.0]]])
        assert _torn(own, np.array([True]), [AS_IT_IS], BOTH).tolist() == [torn], step
        assert _torn(own, np.array([False]), [AS_IT_IS], BOTH).tolist() == [False]
    exchanged = path([[[0.0, 5.0]], [[5.0, 0.0]]])
    assert _torn(exchanged, np.array([True]), [AS_IT_IS], BOTH)[0]
    assert not _torn(exchanged, np.array([True]), [AS_IT_IS, SWAPPED], BOTH)[0]


def test_spectra_that_are_alike_are_linked():
    """Root mean square of |dZ| / |Z| below 0.3, over the points that count in both; not across a break or a gap."""

    def part(index, z, weight=None):
        data = np.array(z, complex)
        counted = np.ones(data.shape) if weight is None else np.array(weight, float)
        problem = SimpleNamespace(data=data.view(np.float64), weight=np.repeat(counted, 2, axis=1))
        return SimpleNamespace(index=np.array(index), problem=problem)

    one = part([0, 2], [[2, 4j], [2 * 1.29**2, 4j * 1.31 * 1.29]])
    other = part([1, 3], [[2 * 1.29, 4j * 1.29], [9, 9]], [[1, 1], [1, 0]])
    assert _linked([one, other], 4, ()).tolist() == [True, False, False]
    near = part([0, 1], [[10, 10], [14, 11]])  # sqrt((0.16 + 0.01) / 2) = 0.29
    assert _linked([near], 2, ()).tolist() == [True]
    assert _linked([near], 2, (1,)).tolist() == [False]
    assert _linked([near], 2, (0, 2)).tolist() == [True]
    far = part([0, 1], [[10, 10], [14, 13]])  # sqrt((0.16 + 0.09) / 2) = 0.35
    assert _linked([far], 2, ()).tolist() == [False]
    counted = part([0, 1], [[10, 10], [14, 11]], [[1, 1], [0, 1]])
    assert _linked([counted], 2, ()).tolist() == [True]
    nothing = part([0, 1], [[10, 10], [10, 10]], [[1, 0], [0, 1]])
    assert _linked([nothing], 2, ()).tolist() == [False]
    assert _linked([part([0, 2], [[1, 1], [1, 1]])], 3, ()).tolist() == [False, False]
    assert _linked([part([0], [[1]]), part([1], [[1, 1]])], 2, ()).tolist() == [False]
    assert _linked([part([0], [[1]])], 1, ()).shape == (0,)


def test_an_arc_that_has_become_a_resistor_is_on_no_branch():
    """C = tau / R may be 1e-15 to 1e4 F, but for rounding of 1e-9."""
    search = scaling(Circuit("(RC)"))
    c = np.array([1e4 * (1 + 5e-10), 1e4 * (1 + 1.5e-9), 1e-15 * (1 - 5e-10), 1e-15 * (1 - 1.5e-9), 1.0])
    theta = np.log([[np.full(5, 2.0), 2 * c]]).swapaxes(1, 2)
    assert _possible(search, theta).tolist() == [[True, False, True, False, True]]


def resistors(index, best, others, cost, others_cost):
    """A part of spectra of R alone at minima (N,) with others (N, 3): weights of one at one point of 10 + 10j."""
    n = len(index)
    f = np.array([1.0, 2.0])
    z = np.full((n, 2), 10 + 10j)
    problem = problem_of(scaling(Circuit("R")), f, z, np.ones((n, 4)))
    minimum = Minimum(np.array(best, float)[:, None], np.array(cost, float), np.zeros(n, int), np.zeros(n, int))
    minima = of_one_start(minimum)
    minima = minima._replace(others=np.array(others, float)[:, :, None], others_cost=np.array(others_cost, float))
    return Part(problem, np.array(index), minima)


def test_candidates_are_what_noise_allows(monkeypatch):
    """No more than 12 above in chi2; what is not a candidate costs without end; no error counts for more than 1."""
    part = resistors([1], [0.0], [[1.0, 2.0, 3.0]], [1.0], [[1, 1, 1]])
    monkeypatch.setattr(branch, "rises", lambda *_: np.array([[0.0, 11.9, 12.0, 3.0]]))
    monkeypatch.setattr(branch, "_possible", lambda _, theta: theta[:, :, 0] != 3.0)
    monkeypatch.setattr(branch, "errors", lambda _, theta, __: np.exp(theta) / 2)
    found = _gathered([part], 2)
    assert found.rise.tolist() == [[np.inf] * 4, [0.0, 11.9, np.inf, np.inf]]
    assert found.error[1, :, 0].tolist() == [0.5, 1.0, np.inf, np.inf]
    assert found.theta[1, :, 0].tolist() == [0, 1, 2, 3]
    assert np.isinf(found.error[0]).all()


def test_the_best_minima_with_errors_of_those_that_are_asked(monkeypatch):
    part = resistors([2, 0], [0.0, 2.0], np.zeros((2, 3)), [1.0, 1.0], np.full((2, 3), np.inf))
    monkeypatch.setattr(branch, "errors", lambda _, theta, __: np.exp(theta) / 2)
    found = _bests([part], 3, np.array([False, True, True]))
    assert found.theta[:, 0, 0].tolist() == [2.0, 0.0, 0.0]
    assert found.error[:, 0, 0].tolist() == [0.0, 0.0, 0.5]
    assert found.rise.tolist() == [[0], [0], [0]]
    assert _bests([part], 3, np.ones(3, bool)).error[:, 0, 0].tolist() == [1.0, 0.0, 0.5]


def test_a_branch_is_followed_from_a_jump_on_as_far_as_spectra_are_linked(monkeypatch):
    """From 1 to 2 it jumps: 2 starts where 1 stands and 3 where that leads, 1 where 2 stands and 0 where that leads."""
    theta = np.array([[0.0], [10.0], [20.0], [30.0], [40.0]])
    torn, linked = np.array([False, True, False, False]), np.array([True, True, True, False])
    parts = [SimpleNamespace(index=np.array(index)) for index in ([0, 2, 4], [1, 3])]
    for side, until, expected in (
        (1, (), [(2, 10.0), (3, 10.5)]),
        (-1, (), [(1, 20.0), (0, 20.5)]),
        (1, (2,), [(2, 10.0)]),
        (-1, (1,), [(1, 20.0)]),
    ):
        asked = []

        def with_start(part, rows, start, asked=asked, until=until):
            place = part.index[rows]
            asked += [(int(i), float(x)) for i, x in zip(place, start[:, 0], strict=True)]
            return part, start + 0.5, ~np.isin(place, until)

        monkeypatch.setattr(branch, "_with_start", with_start)
        found = _followed(parts, theta, torn, linked, side)
        assert asked == expected, (side, until)
        assert list(found) == parts


def test_minima_beside_the_best_and_one_that_is_lower():
    """By a thousandth; the starts of the search stay counted as they were."""
    before = resistors([0], [0.0], np.zeros((1, 3)), [1.0], np.full((1, 3), np.inf)).minima
    for cost, best, others in ((1.5, 1.0, 1.5), (0.9995, 1.0, np.inf), (0.9985, 0.9985, 1.0)):
        minimum = Minimum(np.array([[3.0]]), np.array([cost]), np.zeros(1, int), np.zeros(1, int))
        found = _beside(before, of_one_start(minimum))
        assert (found.minimum.cost[0], found.others_cost[0, 0]) == (best, others), cost
        assert found.starts[0] == (2 if best < 1 else 1)
