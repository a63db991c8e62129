"""Which minima are searched again, and which are said to be unsure."""

from __future__ import annotations

import numpy as np
import pytest

from eisfit import Circuit, fit, fit_batch
from eisfit.fitting.constraints import Constraints
from eisfit.fitting.determined import doubtful
from eisfit.fitting.doubt import (
    determined,
    errors,
    exact,
    in_doubt,
    independent,
    rises,
    still_in_doubt,
    uncertain,
    worst_error,
)
from eisfit.fitting.lm import ROUND_OFF, Minimum, minimise
from eisfit.fitting.minima import Minima, of_one_start
from eisfit.fitting.misfit import shaped
from eisfit.fitting.problem import problem_of
from eisfit.fitting.start import cold_start
from eisfit.fitting.weighting import weights

FREQUENCY = np.logspace(6, -2, 41)


def posed(text, z, frequency=FREQUENCY):
    search = Constraints().scaling(Circuit(text), frequency)
    return problem_of(search, frequency, z, weights(z, np.ones(z.shape, bool), "modulus"))


def at(problem, values):
    search = problem.scaling
    theta = search.theta(np.broadcast_to(values, (len(problem), len(search.source))))
    return of_one_start(minimise(problem, theta, search.lower, search.upper))


def test_a_good_minimum_of_known_parameters_leaves_no_doubt(simulated):
    _, truth, z = simulated("R(RQ)", n=20, seed=1)
    problem = posed("R(RQ)", z)
    minima = at(problem, truth)
    assert not in_doubt(problem, minima).any()
    assert not uncertain(problem, minima).any()


def test_a_circuit_that_misses_an_arc_leaves_residuals_with_a_shape(simulated):
    _, _, z = simulated("R(RC)(RC)", n=5)
    problem = posed("R(RC)", z)
    minima = cold_start(problem)
    assert shaped(problem, minima.minimum.theta).all()
    assert in_doubt(problem, minima).all()


def test_a_parameter_that_is_hardly_known_leaves_a_doubt(simulated):
    """The first arc of the battery is far above the band, of which only its end is seen."""
    circuit = Circuit("R(RQ)(RQ)")
    truth = np.array([[20.0, 15.0, 1e-10, 0.85, 60.0, 1e-4, 0.9]])
    z = circuit.impedance(FREQUENCY, truth)
    rng = np.random.default_rng(1)
    z = z + 0.003 * np.abs(z) * (rng.standard_normal(z.shape) + 1j * rng.standard_normal(z.shape))
    problem = posed("R(RQ)(RQ)", z)
    minima = at(problem, truth)
    assert worst_error(problem, minima.minimum.theta, minima.minimum.cost)[0] > 0.1
    assert in_doubt(problem, minima).all()


def test_residuals_that_lean_to_a_shape_leave_a_doubt_where_the_kramers_kronig_test_leaves_less():
    """An exponent that is off by some thousandths: no shape for sure, but the cost is 1.3 to 1.5 times the best."""
    circuit, truth = Circuit("R(RQ)"), np.array([[10.0, 50.0, 1e-5, 0.9]])
    clean = circuit.impedance(FREQUENCY, truth)
    for seed, off, expected in ((0, 0.004, True), (3, 0.006, True), (0, 0.0, False), (2, 0.004, False)):
        rng = np.random.default_rng(seed)
        z = clean * (1 + 0.003 * (rng.standard_normal(clean.shape) + 1j * rng.standard_normal(clean.shape)))
        problem = posed("R(RQ)", z)
        minima = at(problem, truth)
        theta = minima.minimum.theta + np.array([0.0, 0.0, 0.0, off])
        cost = (problem.residual(theta) ** 2).sum(axis=1)
        minima = minima._replace(minimum=minima.minimum._replace(theta=theta, cost=cost))
        assert not shaped(problem, theta)[0], (seed, off)
        assert in_doubt(problem, minima)[0] == expected, (seed, off)


def test_as_many_minima_as_starts_leave_a_doubt_unless_nothing_is_missed(simulated):
    _, truth, z = simulated("R(RQ)", n=1, seed=2)
    problem = posed("R(RQ)", z)
    minima = at(problem, truth)
    above, below = (minima._replace(minimum=minima.minimum._replace(cost=x * minima.minimum.cost)) for x in (1.3, 0.8))
    for own, agreement, starts, expected in (
        (above, 1, 3, True),
        (above, 2, 3, False),
        (above, 1, 1, False),
        (below, 1, 3, False),
    ):
        found = own._replace(agreement=np.array([agreement]), starts=np.array([starts]))
        assert in_doubt(problem, found).tolist() == [expected], (agreement, starts)


@pytest.fixture
def rivals(simulated):
    """A spectrum with a second minimum a tenth of chi2 above the best, one resistance twice as large."""
    _, truth, z = simulated("R(RQ)", n=1, seed=2)
    problem = posed("R(RQ)", z)
    minima = at(problem, truth)
    others, cost = minima.others.copy(), minima.others_cost.copy()
    others[0, 0] = minima.minimum.theta[0] + np.log([1, 2, 1, 1])
    cost[0, 0] = minima.minimum.cost[0] * (1 + 0.1 / (82 - 4))
    return problem, minima._replace(others=others, others_cost=cost)


def test_a_minimum_that_costs_the_same_and_says_something_else_is_said(rivals):
    problem, minima = rivals
    searched = minima._replace(agreement=np.array([30]), starts=np.array([50]))
    assert uncertain(problem, searched).tolist() == [True]
    assert rises(problem, searched)[0, :2] == pytest.approx([0, 0.1], abs=0.01)
    same = searched._replace(others=np.repeat(minima.minimum.theta[:, None], 3, axis=1))
    assert uncertain(problem, same).tolist() == [False]


def test_a_minimum_that_costs_hardly_more_and_says_something_else_asks_for_a_wider_search(rivals):
    problem, minima = rivals
    found = minima._replace(agreement=np.array([30]), starts=np.array([50]))
    alone = found._replace(others_cost=np.full((1, 3), np.inf))
    alike = found._replace(others=np.repeat(minima.minimum.theta[:, None], 3, axis=1))
    dearer = found._replace(others_cost=found.others_cost * (1 + 5 / (82 - 4)))
    asked = [bool(still_in_doubt(problem, one)[0]) for one in (found, alone, alike, dearer)]
    assert asked == [True, False, False, False]
    assert still_in_doubt(problem, alone._replace(agreement=np.array([14]))).tolist() == [True]


def test_a_minimum_that_hardly_any_start_finds_is_said(rivals):
    problem, minima = rivals
    alone = minima._replace(others_cost=np.full((1, 3), np.inf), starts=np.array([50]))
    assert uncertain(problem, alone._replace(agreement=np.array([2]))).tolist() == [True]
    assert uncertain(problem, alone._replace(agreement=np.array([20]))).tolist() == [False]


def test_a_minimum_taken_for_the_sake_of_the_series_is_told_apart_from_one_that_was_missed():
    """The other one was found: nothing was missed."""
    told = doubtful(-13.4, 37, 182, ["R1 1 Ω -> 2 Ω"])
    assert "follows the neighbours" in told
    assert "costs 13 less in chi2" in told
    assert "missed" not in told
    assert "a lower one was missed" in doubtful(5.0, 37, 182, ["R1 1 Ω -> 2 Ω"])
    assert "37 of 182 starts" in doubtful(np.nan, 37, 182, [])
    assert "costs as much within the noise: R1" in doubtful(1.4, 37, 182, ["R1 1 Ω -> 2 Ω"])
    assert "with the same resistances" in doubtful(1.4, 37, 182, [])


def test_where_residuals_are_noise_the_lowest_minimum_stays(rivals):
    problem, minima = rivals
    assert isinstance(determined(problem, minima), Minima)
    np.testing.assert_array_equal(determined(problem, minima).minimum.theta, minima.minimum.theta)


def test_the_result_tells_the_next_minimum_and_what_it_would_change(simulated, as_series):
    circuit = Circuit("R(RQ)(RQ)Q")
    truth = np.array([14.6, 97.8, 2.23e-5, 0.658, 131.0, 2.05e-2, 0.942, 5.45e-3, 0.603])
    rng = np.random.default_rng(3)
    z = circuit.impedance(FREQUENCY, truth)
    z = z + 0.01 * np.abs(z) * (rng.standard_normal(z.shape) + 1j * rng.standard_normal(z.shape))
    fits = fit_batch(FREQUENCY, z, circuit)
    assert fits.uncertain.shape == fits.rival_cost.shape == (1,)
    assert fits.rival.shape == (1, 9)
    known = np.isfinite(fits.rival_cost)
    assert np.all(fits.rival_rise[known] > 0)
    warm = fit(as_series(z), circuit, start=truth[None])
    assert not warm.uncertain.any()
    assert np.isnan(warm.rival_cost).all()


def test_a_spectrum_without_noise_leaves_no_doubt():
    """At the end of double precision all that is left is rounding, which has any shape."""
    circuit = Circuit("R(RQ)(RQ)Q")
    truth = np.array([[492.0, 3.36, 2.5e-7, 0.976, 54.5, 2e-4, 0.825, 4.66e-2, 0.522]])
    fits = fit_batch(FREQUENCY, circuit.impedance(FREQUENCY, truth), circuit)
    assert not fits.uncertain[0]
    np.testing.assert_allclose(fits.values, truth, rtol=1e-6)


def test_a_bound_that_holds_a_parameter_leaves_a_doubt(simulated):
    _, truth, z = simulated("R(RQ)", n=3, seed=2, frequency=FREQUENCY)
    problem = posed("R(RQ)", z)
    minima = at(problem, truth)
    theta = minima.minimum.theta.copy()
    theta[:, 3] = problem.scaling.upper[3]
    held = minima._replace(minimum=minima.minimum._replace(theta=theta))
    assert not in_doubt(problem, minima).any()
    assert in_doubt(problem, held).all()


def resistor(z):
    """The problem of R alone, weights of one."""
    z = np.asarray(z, complex)
    search = Constraints().scaling(Circuit("R"), FREQUENCY[: z.shape[1]])
    return problem_of(search, FREQUENCY[: z.shape[1]], z, weights(z, np.ones(z.shape, bool), "unit"))


def test_a_cost_of_rounding_is_exact():
    problem = resistor([[3.0, 4.0]])
    for share, nothing in ((0.99, True), (1.01, False)):
        assert exact(problem, np.array([share * ROUND_OFF * 25]))[0] == nothing


def test_of_residuals_that_repeat_each_other_a_share_counts():
    """(1 - r) / (1 + r) of ten numbers less one parameter; r is 0.6 at most, and 0 at least."""
    theta = np.log([[10.0]])
    same = 10 + np.ones(5) * (1 + 1j)
    turned = 10 + np.array([1, -1, 1, -1, 1]) * (1 + 1j)
    some = 10 + np.array([1, 1, -0.5, -0.5, 0.5]) * (1 + 1j)  # r = 0.5 / 2.75
    assert independent(resistor([same]), theta)[0] == pytest.approx(9 * 0.4 / 1.6)
    assert independent(resistor([turned]), theta)[0] == pytest.approx(9)
    assert independent(resistor([some]), theta)[0] == pytest.approx(9 * 2.25 / 3.25)
    problem = resistor([turned])
    four = problem_of(problem.scaling, FREQUENCY[:5], turned[None], problem.weight * (np.arange(10) < 8))
    assert independent(four, theta)[0] == pytest.approx(7)


def test_rises_are_in_units_of_the_noise_above_the_lowest():
    problem = resistor([10 + np.array([1, -1, 1, -1, 1]) * (1 + 1j)])
    own = of_one_start(Minimum(np.log([[10.0]]), np.array([2.0]), np.zeros(1, int), np.zeros(1, int)))
    own = own._replace(others_cost=np.array([[2.5, 1.0, np.inf]]), others=np.log([[[9.0], [10.0], [1.0]]]))
    assert rises(problem, own)[0].tolist() == pytest.approx([9, 13.5, 0, np.inf])


def test_errors_of_coordinates_by_hand():
    """ln R of a resistor of 10 ohm, five points, a cost of 9: sqrt(9 / 9 / (5 * 100))."""
    problem = resistor([np.full(5, 10.0)])
    assert errors(problem, np.log([[10.0]]), np.array([9.0]))[0, 0] == pytest.approx(np.sqrt(1 / 500))
    assert worst_error(problem, np.log([[10.0]]), np.array([9.0]))[0] == pytest.approx(np.sqrt(1 / 500))


def test_three_finds_are_enough(rivals):
    problem, minima = rivals
    alone = minima._replace(others_cost=np.full((1, 3), np.inf), starts=np.array([10]))
    for agreement, unsure in ((2, True), (3, False)):
        assert uncertain(problem, alone._replace(agreement=np.array([agreement]))).tolist() == [unsure], agreement
