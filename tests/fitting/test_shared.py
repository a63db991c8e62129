"""One value for a whole series: against a dense joint least squares by scipy, values and standard errors."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.optimize import least_squares

from eisfit import Circuit, FitStatus, Series, Spectrum, fit
from eisfit.errors import CircuitError
from eisfit.fitting.lm import CONVERGED, MAX_ITERATIONS, STALLED
from eisfit.fitting.shared import Arrow, _step, minimise_shared

N = 4
GRIDS = (np.logspace(6, -2, 41), np.logspace(5.5, -1.5, 33))


def made(circuit, truth, seed, noise=0.005, kept=()):
    """N spectra whose parameters move, on two grids in turn, except for the last parameter of the first arc."""
    rng = np.random.default_rng(seed)
    spectra = []
    for i in range(N):
        moving = [q.scale == "log" and q.name not in kept for q in circuit.parameters]
        p = truth * np.where(moving, 1 + 0.2 * i, 1.0)
        f = GRIDS[i % 2]
        z = circuit.impedance(f, p)
        z = z + noise * np.abs(z) * (rng.standard_normal(z.shape) + 1j * rng.standard_normal(z.shape))
        spectra.append(Spectrum(f, z, label=f"s{i}"))
    return Series(spectra)


def dense(series, circuit, truth, columns, weighting="modulus"):
    """values (N, P), standard errors (N, P), cost from one dense problem over the whole series."""
    log = np.array([p.scale == "log" for p in circuit.parameters])
    k = len(log)
    own = [j for j in range(k) if j not in columns]
    to = np.where(log, np.log(truth), truth)

    def unpacked(x):
        theta = np.empty((len(series), k))
        theta[:, columns] = x[: len(columns)]
        theta[:, own] = x[len(columns) :].reshape(len(series), -1)
        return np.where(log, np.exp(np.where(log, theta, 0)), theta)

    def residual(x):
        parts = []
        for s, p in zip(series, unpacked(x), strict=True):
            w = 1 / np.abs(s.impedance) if weighting == "modulus" else 1 / s.sigma
            d = (circuit.impedance(s.frequency, p) - s.impedance) * w
            parts += [d.real[s.used], d.imag[s.used]]
        return np.concatenate(parts)

    def derivative(x):
        rows = []
        for place, (s, p) in enumerate(zip(series, unpacked(x), strict=True)):
            w = 1 / np.abs(s.impedance) if weighting == "modulus" else 1 / s.sigma
            j = (circuit.jacobian(s.frequency, p) * np.where(log, p, 1.0) * w[:, None])[s.used]
            wide = np.zeros((2 * len(j), len(x)))
            stacked = np.concatenate([j.real, j.imag])
            wide[:, : len(columns)] = stacked[:, columns]
            begin = len(columns) + place * len(own)
            wide[:, begin : begin + len(own)] = stacked[:, own]
            rows.append(wide)
        return np.concatenate(rows)

    begin = np.concatenate([to[columns], np.tile(to[own], len(series))])
    best = least_squares(residual, begin, derivative, x_scale="jac", xtol=1e-14, ftol=1e-14, gtol=1e-14)
    values = unpacked(best.x)
    scale = 2 * best.cost / (len(best.fun) - len(best.x)) if weighting == "modulus" else 1.0
    sd = np.sqrt(np.diag(np.linalg.inv(best.jac.T @ best.jac)) * scale)
    errors = np.empty_like(values)
    errors[:, columns] = sd[: len(columns)]
    errors[:, own] = sd[len(columns) :].reshape(len(series), -1)
    return values, np.where(log, errors * values, errors), 2 * best.cost


def first_order(fits):
    return np.sqrt(np.diagonal(fits.covariance, axis1=1, axis2=2))


@pytest.mark.parametrize("shared", [("Q1_n",), ("R1",), ("Q1",), ("R1", "Q1_n")])
def test_values_errors_and_cost_are_those_of_the_dense_problem(shared):
    """Of even noise that is not taken for uneven; there the dense problem has no errors from residuals."""
    circuit = Circuit("R(RQ)")
    truth = np.array([10.0, 50.0, 1e-5, 0.85])
    series = made(circuit, truth, 3, kept=shared)
    fits = fit(series, circuit, shared=shared)
    columns = [circuit.names.index(name) for name in shared]
    values, errors, cost = dense(series, circuit, truth, columns)
    assert set(fits.status) == {FitStatus.CONVERGED}
    assert fits.cost.sum() == pytest.approx(cost, rel=1e-7)
    np.testing.assert_allclose(fits.values, values, rtol=1e-5)
    np.testing.assert_allclose(fits.stderr, errors, rtol=1e-3)


def test_two_arcs_and_a_tail():
    circuit = Circuit("R(RQ)(RQ)Q")
    truth = np.array([22.0, 14.0, 6e-8, 0.9, 60.0, 3e-3, 0.8, 0.4, 0.6])
    series = made(circuit, truth, 5)
    fits = fit(series, circuit, shared=("Q1_n", "Q3_n"))
    values, errors, cost = dense(series, circuit, truth, [3, 8])
    assert fits.cost.sum() == pytest.approx(cost, rel=1e-6)
    np.testing.assert_allclose(fits.values, values, rtol=1e-3)
    np.testing.assert_allclose(first_order(fits), errors, rtol=1e-2)


def test_known_sigma_is_not_rescaled():
    circuit = Circuit("R(RQ)")
    truth = np.array([10.0, 50.0, 1e-5, 0.85])
    series = made(circuit, truth, 3)
    series = series.with_(
        spectra=[Spectrum(s.frequency, s.impedance, sigma=0.02 * np.abs(s.impedance)) for s in series]
    )
    fits = fit(series, circuit, shared=("Q1_n",), weighting="sigma")
    values, errors, _ = dense(series, circuit, truth, [3], weighting="sigma")
    np.testing.assert_allclose(fits.values, values, rtol=1e-5)
    np.testing.assert_allclose(fits.stderr, errors, rtol=1e-3)


@pytest.fixture
def arcs():
    circuit = Circuit("R(RQ)")
    truth = np.array([10.0, 50.0, 1e-5, 0.85])
    return circuit, truth, made(circuit, truth, 4)


def test_the_value_is_one_and_the_same(arcs):
    circuit, _, series = arcs
    fits = fit(series, circuit, shared=("Q1_n", "R1"))
    assert np.ptp(fits.values[:, [0, 3]], axis=0).max() < 1e-12
    assert np.ptp(fits.stderr[:, [0, 3]], axis=0).max() < 1e-12
    assert fits.options.shared == ("Q1_n", "R1")


def test_sharing_makes_the_error_of_the_shared_value_smaller(arcs):
    circuit, _, series = arcs
    free, shared = fit(series, circuit), fit(series, circuit, shared=("Q1_n",))
    assert np.all(shared.stderr[:, 3] < free.stderr[:, 3])
    assert np.all(shared.cost.sum() >= free.cost.sum())


def test_everything_shared_is_one_fit_of_all_points(arcs):
    circuit, truth, series = arcs
    fits = fit(series, circuit, shared=circuit.names)
    values, errors, cost = dense(series, circuit, truth, [0, 1, 2, 3])
    assert fits.cost.sum() == pytest.approx(cost, rel=1e-6)
    np.testing.assert_allclose(fits.values, values, rtol=1e-4)
    np.testing.assert_allclose(first_order(fits), errors, rtol=1e-3)


def test_a_shared_value_at_its_bound_is_as_if_it_were_fixed_there(arcs):
    circuit, _, series = arcs
    fits = fit(series, circuit, shared=("Q1_n",), bounds={"Q1_n": (0.3, 0.8)})
    held = fit(series, circuit, fixed={"Q1_n": 0.8})
    np.testing.assert_allclose(fits.values, held.values, rtol=1e-4)


def test_sharing_in_a_series_of_one_is_a_plain_fit(arcs):
    circuit, _, series = arcs
    np.testing.assert_allclose(
        fit(series[0], circuit, shared=("Q1_n",)).values, fit(series[0], circuit).values, rtol=1e-6
    )


def test_a_spectrum_that_cannot_be_fitted_stays_out_of_the_joint_fit(arcs):
    circuit, _, series = arcs
    dead = series[1].masked(np.ones(len(series[1]), bool), "no contact")
    fits = fit(series.with_(spectra=[series[0], dead, *series[2:]]), circuit, shared=("Q1_n",))
    rest = fit(series.with_(spectra=[series[0], *series[2:]]), circuit, shared=("Q1_n",))
    assert np.isnan(fits.values[1]).all()
    np.testing.assert_allclose(fits.values[[0, 2, 3]], rest.values, rtol=1e-7)


def test_a_fixed_parameter_may_be_named_as_shared(arcs):
    circuit, _, series = arcs
    fits = fit(series, circuit, shared=("Q1_n",), fixed={"Q1_n": 0.85})
    np.testing.assert_array_equal(fits.values, fit(series, circuit, fixed={"Q1_n": 0.85}).values)


def test_an_unknown_name(arcs):
    circuit, _, series = arcs
    with pytest.raises(CircuitError, match="Q7"):
        fit(series, circuit, shared=("Q7",))


def test_an_own_value_at_its_bound_has_no_error_and_is_profiled_out_for_the_others(arcs):
    circuit, _, series = arcs
    bounds = {"Q1_n": (0.3, 0.6)}
    fits = fit(series, circuit, shared=("R1",), bounds=bounds)
    k = circuit.names.index("Q1_n")
    assert fits.at_bound[:, k].all()
    assert np.isnan(fits.stderr[:, k]).all()
    there = fit(series, circuit, shared=("R1",), fixed={"Q1_n": 0.6})
    others = [j for j in range(len(circuit.names)) if j != k]
    np.testing.assert_allclose(fits.values, there.values, rtol=1e-4)
    assert np.all(fits.stderr[:, others] > there.stderr[:, others] * 0.999)
    assert np.all(fits.stderr[:, circuit.names.index("Q1")] > 1.05 * there.stderr[:, circuit.names.index("Q1")])


@pytest.mark.long
def test_errors_of_a_joint_fit_hold_under_noise_in_ohm_and_near_to_a_bound():
    """Six spectra by 60 draws; with one reduced chi2 for all numbers R1 held in 0.55 of them."""
    circuit, f = Circuit("R(RQ)"), np.logspace(6, -1, 43)
    truth = np.array([4.0, 60.0, 1e-5, 0.9])
    rng = np.random.default_rng(12)
    held, uneven = [], []
    for _ in range(60):
        z = np.tile(circuit.impedance(f, truth), (6, 1))
        size = np.hypot(0.001 * np.abs(z), 0.1)
        z = z + size * (rng.standard_normal(z.shape) + 1j * rng.standard_normal(z.shape))
        fits = fit(Series([Spectrum(f, row) for row in z]), circuit, shared=("Q1_n",), start=np.tile(truth, (6, 1)))
        low, high = fits.intervals()
        held.append((low < truth) & (truth < high))
        uneven.append(fits.uneven.mean())
    assert np.mean(uneven) > 0.8
    assert np.all(np.abs(np.mean(held, axis=(0, 1)) - 0.95) < 0.05), np.mean(held, axis=(0, 1))


def test_what_the_joint_fit_cannot_tell_apart_has_no_error_and_says_so():
    circuit = Circuit("RR(RQ)")
    series = made(Circuit("R(RQ)"), np.array([10.0, 50.0, 1e-5, 0.85]), 1)
    fits = fit(series, circuit, shared=("Q1_n",))
    assert set(fits.status) == {FitStatus.SINGULAR}
    assert np.isnan(fits.stderr[:, :2]).all()
    reference = fit(series, Circuit("R(RQ)"), shared=("Q1_n",))
    np.testing.assert_allclose(fits.stderr[:, 2:], reference.stderr[:, 1:], rtol=0.02)


def test_a_step_of_the_whole_series_is_that_of_one_matrix():
    """Two spectra of three coordinates, the second shared, the damping on the diagonal; one is held at its bound."""
    rng = np.random.default_rng(1)
    j = rng.standard_normal((2, 9, 3))
    a, g, damping = j.swapaxes(1, 2) @ j, rng.standard_normal((2, 3)), 0.3
    place = np.array([[0, 4, 1], [2, 4, 3]])  # of every coordinate among all: own ones first, the shared one last
    whole, right = np.zeros((5, 5)), np.zeros(5)
    for i in range(2):
        whole[np.ix_(place[i], place[i])] += a[i]
        right[place[i]] += g[i]
    theta = np.zeros((2, 3))
    low, high = np.full(3, -9.0), np.full(3, 9.0)
    for held in (None, 1):
        if held is not None:  # the third coordinate of the first spectrum is pushed against its bound
            theta[0, 2], g[0, 2] = -9.0, abs(g[0, 2])
            right[1] = 0.0
            whole[1], whole[:, 1] = 0.0, 0.0
            whole[1, 1] = 1.0
        expected = np.linalg.solve(whole + damping * np.diag(np.diag(whole)), -right)
        found = _step(Arrow(1.0, g, a), [1], damping, theta, low, high)
        np.testing.assert_allclose(found, expected[place], rtol=1e-6, atol=1e-12)
    theta[0, 2], g[0, 2] = 9.0, -abs(g[0, 2])
    np.testing.assert_allclose(_step(Arrow(1.0, g, a), [1], damping, theta, low, high), expected[place], atol=1e-12)


class Told:
    """A series of two spectra whose cost is told, whatever its gradient foretells."""

    shared = (0,)

    def __init__(self, costs):
        self.told = list(costs)

    def arrow(self, theta):
        self.theta = theta
        cost = self.told.pop(0) if len(self.told) > 1 else self.told[0]
        return Arrow(cost, np.ones((2, 2)), np.tile(np.eye(2), (2, 1, 1)))

    def costs(self, theta):
        return np.full(2, 7.0)


def test_how_the_joint_search_ends():
    """Where damping is gone and nothing falls any more; where nothing helps; where the steps are spent.

    From 1e-3 damping grows by 2, 4, 8 and so on: after nine steps, by 2^45, it is above 1e10.
    """
    begin, free = np.array([[1.0, 5.0], [3.0, 6.0]]), (np.full(2, -np.inf), np.full(2, np.inf))
    for costs, code, steps in (
        ([9.0, 8.0, 7.0, 6.0, 6.0], CONVERGED, 4), ([9.0, 9.0 + 5e-10], CONVERGED, 1), ([9.0, np.nan], STALLED, 9),
        (np.geomspace(9, 1, 30), MAX_ITERATIONS, 5),
    ):  # fmt: skip
        found = minimise_shared(Told(costs), begin, *free, max_iterations=5 if code == MAX_ITERATIONS else 200)
        assert found.code == code, costs
        assert found.cost.tolist() == [7.0, 7.0]
        assert found.iterations == steps
    assert begin.tolist() == [[1.0, 5.0], [3.0, 6.0]]
    assert minimise_shared(Told([9.0, np.nan]), begin, *free).theta.tolist() == [[2.0, 5.0], [2.0, 6.0]]
    far = Told([9.0, 8.0])
    far.arrow = lambda theta: Arrow(9.0, np.full((2, 2), 1e6), np.tile(np.eye(2), (2, 1, 1)))
    moved = minimise_shared(far, begin, *free, max_iterations=1)
    assert moved.theta.tolist() == [[-1.0, 2.0], [-1.0, 3.0]]  # no coordinate moves by more than 3
    assert minimise_shared(far, begin, np.full(2, 2.5), free[1], max_iterations=1).theta[:, 1].tolist() == [2.5, 3.0]
