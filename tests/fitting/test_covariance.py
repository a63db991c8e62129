"""Covariance: against the textbook, against scipy, and where it cannot be had."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest
from scipy.optimize import curve_fit

from eisfit import Circuit, FitStatus, fit_batch, fixed
from eisfit.fitting.covariance import (
    at_bounds,
    covariance,
    cut_second_moment,
    inverse_of,
    laid_out,
    of_parameters,
    released,
)
from eisfit.fitting.problem import problem_of
from eisfit.fitting.sandwich import Scatter
from eisfit.fitting.scaling import scaling
from eisfit.roles.structure import structure
from eisfit.tracking.propagation import propagated

SIGMA = 0.003


def by_scipy(circuit, frequency, z, sigma, start, absolute):
    """curve_fit on stacked parts: values, covariance."""

    def model(_, *p):
        m = circuit.impedance(frequency, p)
        return np.concatenate([m.real, m.imag])

    def jacobian(_, *p):
        j = circuit.jacobian(frequency, p)
        return np.concatenate([j.real, j.imag])

    data, sd = np.concatenate([z.real, z.imag]), np.concatenate([sigma, sigma])
    return curve_fit(
        model,
        frequency,
        data,
        start,
        sd,
        absolute_sigma=absolute,
        jac=jacobian,
        method="trf",
        x_scale="jac",
        xtol=1e-12,
    )


@pytest.mark.parametrize("text", ["R(RQ)", "R(RC)(RC)", "R(Q(RW))"])
def test_scaled_by_the_reduced_chi2(simulated, frequency, text):
    circuit, _, z = simulated(text)
    fit = fit_batch(frequency, z, circuit)
    values, covariance = by_scipy(circuit, frequency, z[0], np.abs(z[0]), fit.values[0], absolute=False)
    np.testing.assert_allclose(fit.values[0], values, rtol=1e-4)
    np.testing.assert_allclose(fit.stderr[0], np.sqrt(np.diag(covariance)), rtol=1e-3)
    size = np.sqrt(np.outer(np.diag(covariance), np.diag(covariance)))
    np.testing.assert_allclose(fit.covariance[0] / size, covariance / size, atol=1e-3)


def test_unscaled_where_sigma_is_known(simulated, frequency):
    circuit, _, z = simulated("R(RQ)")
    sigma = 0.02 * np.abs(z[0])
    fit = fit_batch(frequency, z, circuit, weighting="sigma", sigma=sigma)
    _, covariance = by_scipy(circuit, frequency, z[0], sigma, fit.values[0], absolute=True)
    np.testing.assert_allclose(fit.stderr[0], np.sqrt(np.diag(covariance)), rtol=1e-3)


def test_errors_are_the_scatter_of_repeats(simulated, frequency):
    """300 noise draws of one spectrum: the mean error is the scatter, within what 300 draws can tell (four sigma)."""
    circuit, truth, _ = simulated(n=1)
    rng = np.random.default_rng(11)
    z = np.tile(circuit.impedance(frequency, truth), (300, 1))
    z = z + SIGMA * np.abs(z) * (rng.standard_normal(z.shape) + 1j * rng.standard_normal(z.shape))
    fit = fit_batch(frequency, z, circuit, start=truth[0])
    ratio = np.sqrt(np.mean(fit.stderr**2, axis=0)) / fit.values.std(axis=0, ddof=1)
    assert np.all(np.abs(ratio - 1) < 4 / np.sqrt(2 * 300))
    covered = np.mean(np.abs(fit.values - truth) <= 1.96 * fit.stderr, axis=0)
    assert np.all(np.abs(covered - 0.95) < 4 * np.sqrt(0.95 * 0.05 / 300))


def test_a_fixed_parameter_has_no_error_and_a_tied_one_that_of_its_target(simulated, frequency):
    circuit, _, z = simulated()
    fit = fit_batch(frequency, z, circuit, fixed={"Q3_n": 0.6}, tied={"Q2_n": "Q1_n"})
    names = list(fit.names)
    assert fit.stderr[0, names.index("Q3_n")] == 0
    one, other = names.index("Q1_n"), names.index("Q2_n")
    assert fit.stderr[0, one] == fit.stderr[0, other] > 0
    assert fit.covariance[0, one, other] == pytest.approx(fit.stderr[0, one] ** 2)


def test_a_parameter_at_its_bound_has_no_error_and_the_others_at_least_that_of_the_held_problem(simulated, frequency):
    """Where the data pull beyond the bound, hardly more."""
    circuit, _, z = simulated("R(RQ)")
    fit = fit_batch(frequency, z, circuit, bounds={"Q1_n": (0.5, 0.89)})
    held = fit_batch(frequency, z, circuit, fixed={"Q1_n": 0.89})
    assert fit.at_bound[0].tolist() == [False, False, False, True]
    assert np.isnan(fit.stderr[0, 3])
    assert np.all(fit.stderr[0, :3] >= held.stderr[0, :3] * (1 - 1e-6))
    np.testing.assert_allclose(fit.stderr[0, :2], held.stderr[0, :2], rtol=0.05)
    assert fit.status[0] is FitStatus.CONVERGED


def test_a_bound_is_profiled_out_for_the_errors_of_the_others(frequency):
    """n is 0.99 in truth and ends at 1 in part of 600 repeats: R, Q and C hold there and over all.

    Coverage is known to 1 % over all, to 3 % where n is at 1 (with n held there that of Q was 0).
    """
    circuit, truth = Circuit("R(RQ)"), np.array([20.0, 50.0, (2 * np.pi * 300) ** -0.99 / 50, 0.99])
    rng = np.random.default_rng(5)
    z = np.tile(circuit.impedance(frequency, truth), (600, 1))
    z = z * (1 + 0.02 * (rng.standard_normal(z.shape) + 1j * rng.standard_normal(z.shape)))
    fits = fit_batch(frequency, z, circuit, start=truth)
    at = fits.at_bound[:, 3]
    assert 60 < at.sum() < 300
    assert np.isnan(fits.stderr[at, 3]).all()
    inside = np.abs(fits.values - truth)[:, :3] <= 1.98 * fits.stderr[:, :3]
    assert np.all(inside.mean(axis=0) > 0.92)
    assert np.all(inside[at].mean(axis=0) > 0.85)
    arc = structure(circuit).arcs[0]
    capacitance, error = propagated(arc.capacitance, fits.values, fits.covariance, arc.columns)
    held = np.abs(capacitance - arc.capacitance(truth[None])) <= 1.98 * error
    assert held[at].mean() > 0.85
    assert held.mean() > 0.92


def test_the_cut_normal_variable_has_the_moment_of_its_draws():
    draws = np.random.default_rng(0).standard_normal(400_000)
    for z in (0.0, 0.7, 2.0):
        left = draws[draws > z] - z
        assert cut_second_moment(np.array([z]))[0] == pytest.approx(np.mean(left**2), rel=0.03)
    ends = cut_second_moment(np.array([49.9, 50.1, 1e6]))
    assert ends[0] == pytest.approx(ends[1], rel=0.02)
    assert ends[2] == pytest.approx(2e-12)


def test_what_cannot_be_told_apart_has_no_error_and_what_can_has(simulated, frequency):
    _, _, z = simulated("R(RQ)")
    fit = fit_batch(frequency, z, "RR(RQ)")
    single = fit_batch(frequency, z, "R(RQ)")
    assert fit.status[0] is FitStatus.SINGULAR
    assert np.isnan(fit.stderr[0, :2]).all()
    np.testing.assert_allclose(fit.stderr[0, 2:], single.stderr[0, 1:], rtol=0.02)
    assert fit.values[0, :2].sum() == pytest.approx(single.values[0, 0], rel=1e-4)


def test_a_parameter_without_any_effect_has_no_error(frequency):
    """An inductor of picohenries beside ten ohms."""
    z = np.full((1, frequency.size), 10 + 0j)
    z = z * (1 + 1e-3 * np.random.default_rng(0).standard_normal(z.shape))
    fit = fit_batch(frequency, z, "R(RQ)")
    assert not fit.resolved[0].all()
    assert fit.resolved[0, 0] or fit.resolved[0, 1]


def test_covariance_is_symmetric_and_positive(simulated, frequency):
    circuit, _, z = simulated(n=6)
    covariance = fit_batch(frequency, z, circuit).covariance
    np.testing.assert_allclose(covariance, covariance.swapaxes(1, 2), rtol=1e-9)
    sd = np.sqrt(np.diagonal(covariance, axis1=1, axis2=2))
    assert np.all(np.linalg.eigvalsh(covariance / (sd[:, :, None] * sd[:, None, :])) > 0)


def test_correlation_of_intercept_and_edge_arc_is_negative(frequency):
    """An arc at the edge of the window trades with the intercept."""
    circuit = Circuit("R(RQ)")
    truth = np.array([20.0, 15.0, 1e-8, 0.9])
    z = circuit.impedance(frequency, truth)[None]
    rng = np.random.default_rng(4)
    z = z + 0.002 * np.abs(z) * (rng.standard_normal(z.shape) + 1j * rng.standard_normal(z.shape))
    fit = fit_batch(frequency, z, circuit)
    sd = fit.stderr[0]
    assert fit.covariance[0, 0, 1] / (sd[0] * sd[1]) < -0.9


def test_as_many_unknowns_as_numbers_leave_no_error():
    frequency = np.array([1e4, 1e2])
    circuit = Circuit("R(RQ)")
    fits = fit_batch(frequency, circuit.impedance(frequency, [10, 50, 1e-5, 0.85]), circuit)
    assert np.isfinite(fits.values).all()
    assert np.isnan(fits.stderr).all()
    assert not fits.resolved.any()


def test_an_exponent_near_its_bound_has_the_error_of_one_without_a_bound():
    """2.5 standard errors inside 93 % held where what lies beyond the bound was taken off the error."""
    circuit, f = Circuit("R(RQ)"), np.logspace(5, -1, 31)
    rng = np.random.default_rng(4)
    z = circuit.impedance(f, [20.0, 50.0, 1e-5, 0.99])
    z = z + 0.01 * np.abs(z) * (rng.standard_normal((30, 31)) + 1j * rng.standard_normal((30, 31)))
    held = fit_batch(f, z, circuit)
    free = fit_batch(f, z, circuit, bound={"Q1_n": (0.2, 2.0)}, start=held.values)
    rows = np.flatnonzero(~held.at_bound[:, 3])
    assert rows.size > 10
    np.testing.assert_allclose(held.covariance[rows], free.covariance[rows], rtol=1e-3)


def test_a_coordinate_within_a_millionth_of_its_bound_lies_at_it():
    """Of its range, or of one on a logarithmic scale; a time constant has no bound."""
    search = scaling(Circuit("R(RQ)").with_bounds(R1=(1.0, 10.0), Q1_n=(0.5, 1.0)))
    inside = np.array([1.0, 1.0, -5.0, 0.7])
    for k, ends, share in ((0, (0.0, np.log(10)), 1e-6), (3, (0.5, 1.0), 0.5e-6)):
        for end, inwards in zip(ends, (1, -1), strict=True):
            for far, expected in ((0.9, True), (1.1, False)):
                theta = inside.copy()
                theta[k] = end + inwards * far * share
                at = at_bounds(search, theta[None])[0]
                assert (at[k], at.sum()) == (expected, expected), (k, end, far)
    assert not at_bounds(search, inside[None]).any()
    assert not at_bounds(search, np.array([[1.0, 1.0, -500.0, 0.7]])).any()
    below = scaling(Circuit("R").with_bounds(R1=(-1.0, np.inf)))  # no logarithm, no range
    assert at_bounds(below, np.array([[-1 + 0.9e-6], [-1 + 1.1e-6]])).tolist() == [[True], [False]]


def test_the_inverse_over_what_is_free_and_determined():
    none = np.zeros((1, 2), bool)
    inverse, missing, open_ = inverse_of(np.array([[[4.0, 2.0], [2.0, 9.0]]]), none)
    np.testing.assert_allclose(inverse[0], np.array([[9, -2], [-2, 4]]) / 32)
    assert (missing.any(), open_.any()) == (False, False)
    inverse, missing, open_ = inverse_of(np.array([[[4.0, 2.0], [2.0, 9.0]]]), np.array([[False, True]]))
    assert inverse[0].tolist() == [[0.25, 0.0], [0.0, 0.0]]
    assert (missing[0].tolist(), open_.tolist()) == ([False, True], [False])
    np.testing.assert_allclose(inverse_of(np.array([[[4, np.nan], [np.nan, 9]]]), none)[0][0], np.diag([1 / 4, 1 / 9]))
    for dead in (0.0, -1.0, np.nan, np.inf):
        inverse, missing, open_ = inverse_of(np.array([[[4.0, 2.0], [2.0, dead]]]), none)
        assert inverse[0].tolist() == [[0.25, 0.0], [0.0, 0.0]], dead
        assert (missing[0].tolist(), open_.tolist()) == ([False, True], [True])
        assert inverse_of(np.array([[[4.0, 2.0], [2.0, dead]]]), np.array([[False, True]]))[2].tolist() == [False]


def test_a_direction_below_a_hundred_billionth_is_not_determined():
    """[[1, 1 - e], [1 - e, 1]] has the values e and 2 - e, in whatever units."""
    size = np.array([1e3, 1e-4])
    for small, open_ in ((0.9e-11, True), (1.1e-11, False)):
        a = np.array([[1.0, 1 - small], [1 - small, 1.0]]) * np.outer(size, size)
        inverse, missing, found = inverse_of(a[None], np.zeros((1, 2), bool))
        assert (found.tolist(), missing.tolist()) == ([open_], [[open_, open_]]), small
        expected = np.full((2, 2), 0.25) if open_ else np.array([[1, -1], [-1, 1]]) / (2 * small)
        np.testing.assert_allclose(inverse[0] * np.outer(size, size), expected, rtol=1e-3)


def test_what_hardly_moves_along_an_open_direction_is_determined():
    """With j1 = j0 + b j2 a share b^2 / 2 of the open direction is of the third one: a millionth is too much."""
    for share, lost in ((0.9e-6, False), (1.1e-6, True)):
        b = np.sqrt(2 * share)
        j = np.array([[1.0, 0.0], [1.0, b], [0.0, 1.0]])
        _, missing, open_ = inverse_of((j @ j.T)[None], np.zeros((1, 3), bool))
        assert (missing[0].tolist(), open_.tolist()) == ([True, True, lost], [True]), share


def test_the_moment_of_a_cut_normal_variable_by_hand():
    """2 - phi(1) / (1 - Phi(1)) at 1; far out that of an exponential one, 2 / z^2."""
    assert cut_second_moment(np.array([1.0]))[0] == pytest.approx(2 - 0.24197072 / 0.15865525, rel=1e-6)
    assert cut_second_moment(np.zeros(1))[0] == 1
    assert cut_second_moment(np.array([25.01]))[0] == 2 / 25.01**2
    assert cut_second_moment(np.array([24.99]))[0] == pytest.approx(2 / 24.99**2 * (1 - 5 / 24.99**2), rel=1e-3)


def test_what_a_parameter_at_its_bound_adds():
    """j = (1, 0), (1, 1), the second one held: along (0, 1) it may lie inside, and the first goes against it."""
    j = np.array([[[1.0, 0.0], [1.0, 1.0]]] * 2)
    a = j @ j.swapaxes(1, 2)
    r, inverse = np.array([[0.3, 0.5]] * 2), np.array([[[1.0, 0.0], [0.0, 0.0]]] * 2)
    noise = Scatter(np.zeros((2, 2, 2)), np.zeros(2, bool), np.array([[1.0, 4.0]] * 2))
    bound = np.array([[False, True], [False, False]])
    for reach, second in ((np.inf, 4 * cut_second_moment(np.array([0.25]))[0]), (1.5, 0.75)):
        search = SimpleNamespace(most=np.array([9.0, reach]), least=np.array([0.0, 0.0]))
        out = released(search, (r, j, a, inverse), noise, bound, 1)
        np.testing.assert_allclose(out[0], second * np.array([[1, -1], [-1, 1]]))
        assert not out[1].any()
    for left, told in ((2e-11, True), (0.5e-11, False)):  # hardly anything of it is left beside the others
        j = np.array([[[1.0, 0.0], [1.0, np.sqrt(left)]]])
        a = j @ j.swapaxes(1, 2)
        out = released(search, (r[:1], j, a, inverse[:1]), noise, bound[:1], 1)
        assert out.any() == told, left


def resistor(weight=0.5, points=4):
    """The problem of R alone at 10 ohm with residuals of weight * (+-1, +-1)."""
    z = 10 + np.tile([1 + 1j, -1 - 1j], points // 2)[None]
    return problem_of(scaling(Circuit("R")), np.geomspace(1e3, 1, points), z, np.full((1, 2 * points), weight))


def test_the_covariance_of_a_resistance_by_hand():
    """cost / (8 - 1) / (4 w^2); 1 / (4 w^2) where errors are known; none where nothing is left to tell the scatter."""
    problem = resistor()
    theta, cost = np.log([[10.0]]), np.array([2.0])
    found = covariance(problem, theta, cost)
    np.testing.assert_allclose(found.covariance, 2 / 7)
    assert (found.at_bound.any(), found.degenerate.any(), found.uneven.any()) == (False, False, False)
    np.testing.assert_allclose(covariance(problem, theta, cost, scaled=False).covariance, 1.0)
    three = problem_of(scaling(Circuit("RRR")), problem.s.imag[:2], np.full((1, 2), 9 + 0j), np.ones((1, 4)))
    assert not np.isfinite(covariance(three, np.log([[3.0, 3, 3]]), cost).covariance).any()
    one = problem_of(scaling(Circuit("R")), np.ones(1), np.full((1, 1), 9 + 0j), np.full((1, 2), 0.5))
    np.testing.assert_allclose(covariance(one, np.log([[9.0]]), cost).covariance, 2 / 0.25)
    few = problem_of(scaling(Circuit("R")), np.ones(1), np.full((1, 1), 9 + 0j), np.array([[1.0, 0.0]]))
    assert np.isnan(covariance(few, np.log([[9.0]]), cost).covariance).all()


def test_what_a_bound_keeps_from_being_told_has_no_error():
    """Of two resistors in series one lies at its bound: it goes with the other one, and nothing tells how far."""
    z = np.full((1, 4), 10 + 0j)
    two = problem_of(scaling(Circuit("RR").with_bounds(R1=(5, 9))), np.ones(4), z, np.ones((1, 8)))
    found = covariance(two, np.log([[5.0, 5.0]]), np.array([6.0]))
    assert found.at_bound.tolist() == [[True, False]]
    assert np.isnan(found.covariance[0, 0]).all()
    assert found.covariance[0, 1, 1] == pytest.approx(6 / 7 / 4)


def test_a_search_that_has_not_settled_has_no_error():
    """A tenth of the standard error, sqrt(2 / 7), is what a step may still move."""
    for far, known in ((0.09, True), (0.11, False), (-0.11, False)):
        theta = np.log([[10 + far * np.sqrt(2 / 7)]])
        for ended, expected in ((True, known), (False, True)):
            found = covariance(resistor(), theta, np.array([2.0]), ended=np.array([ended])).covariance
            assert np.isfinite(found).all() == expected, (far, ended)


def test_what_coordinates_are_for_all_parameters():
    """R2 is fixed, R4 takes the value of R1."""
    search = scaling(Circuit("RRRR").with_(R2=fixed(5)), tied={"R4": "R1"})
    assert search.source == (0, -1, 1, 0)
    found = laid_out(np.array([[[4.0, 1.0], [1.0, 9.0]]]), search, np.ones((1, 4)))
    assert found[0].tolist() == [[4, 0, 1, 4], [0, 0, 0, 0], [1, 0, 9, 1], [4, 0, 1, 4]]
    assert of_parameters(np.array([[True, False]]), search.source).tolist() == [[True, False, False, True]]


def test_the_covariance_of_a_formula():
    """R1 = 2 R2 + R3: 4 var(R2) + var(R3) + 4 cov; none where one of them has none."""
    search = scaling(Circuit("RRRR"), tied={"R1": "2 * R2 + R3"})
    spread = np.array([[[4.0, 1.0, 0.0], [1.0, 9.0, 0.0], [0.0, 0.0, 1.0]]] * 2)
    spread[1, 2, :] = spread[1, :, 2] = np.nan
    found = laid_out(spread, search, np.array([[3.0, 1, 1, 1]] * 2))
    assert found[0, 0].tolist() == [4 * 4 + 9 + 4, 9, 11, 0]
    assert found[1, 0].tolist()[:3] == [29, 9, 11]
    assert np.isnan(found[1, 3]).all()
    spread[1] = np.nan
    assert np.isnan(laid_out(spread, search, np.array([[3.0, 1, 1, 1]] * 2))[1]).all()
