"""Covariance: against the textbook, against scipy, and where it cannot be had."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.optimize import curve_fit

from eisfit import Circuit, FitStatus, fit_batch
from eisfit.fitting.covariance import cut_second_moment
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
