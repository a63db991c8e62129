"""fit_batch: what it gives, what it respects, what it says about bad input."""

from __future__ import annotations

import pickle

import numpy as np
import pytest

from eisfit import Circuit, FitStatus, fit_batch, load_circuit
from eisfit.errors import CircuitError, FitError
from eisfit.fitting import batch as batch_module

BAD = [complex(np.nan, 0), complex(np.inf, 0), complex(0, -np.inf), 0j]


def test_shapes_and_definitions(simulated, frequency):
    circuit, _, z = simulated(n=5)
    fit = fit_batch(frequency, z, circuit)
    assert fit.values.shape == fit.stderr.shape == (5, 9)
    assert fit.covariance.shape == (5, 9, 9)
    assert fit.names == circuit.names
    misfit = circuit.impedance(frequency, fit.values) - z
    np.testing.assert_allclose(fit.cost, np.sum(np.abs(misfit / z) ** 2, axis=1), rtol=1e-9)
    np.testing.assert_allclose(fit.chi2_reduced, fit.cost / (2 * 41 - 9), rtol=1e-12)
    np.testing.assert_allclose(fit.rms_percent, 100 * np.sqrt(fit.cost / (2 * 41)), rtol=1e-9)
    assert fit.points_used.tolist() == [41] * 5
    assert set(fit.status) == {FitStatus.CONVERGED}


@pytest.mark.parametrize("weighting", ["modulus", "proportional", "unit"])
def test_the_gradient_of_the_stated_cost_vanishes(simulated, frequency, weighting):
    circuit, _, z = simulated("R(RC)(RC)", n=3)
    fit = fit_batch(frequency, z, circuit, weighting=weighting)
    weight = {"modulus": (1 / np.abs(z),) * 2, "proportional": (1 / np.abs(z.real), 1 / np.abs(z.imag)), "unit": (1, 1)}
    re, im = weight[weighting]
    re, im = np.minimum(re, 100 / np.abs(z)), np.minimum(im, 100 / np.abs(z))
    if weighting == "unit":
        re = im = np.ones_like(z.real)
    d = circuit.impedance(frequency, fit.values) - z
    j = circuit.jacobian(frequency, fit.values)
    r = np.concatenate([d.real * re, d.imag * im], axis=1)
    jacobian = np.concatenate([j.real * re[:, :, None], j.imag * im[:, :, None]], axis=1)
    np.testing.assert_allclose(fit.cost, np.sum(r**2, axis=1), rtol=1e-9)
    slope = np.einsum("nf,nfk->nk", r, jacobian)
    size = np.sqrt(np.einsum("nfk,nfk->nk", jacobian, jacobian)) * np.sqrt(fit.cost)[:, None]
    assert np.abs(slope / size).max() < 1e-4


def test_known_sigma_gives_a_chi2_of_about_its_freedom(simulated, frequency):
    circuit, truth, z = simulated(n=30, seed=3, noise=0.004)
    sigma = 0.004 * np.abs(circuit.impedance(frequency, truth))
    fit = fit_batch(frequency, z, circuit, weighting="sigma", sigma=sigma)
    freedom = 2 * frequency.size - 9
    assert abs(fit.cost.mean() / freedom - 1) < 4 * np.sqrt(2 / (freedom * 30))


def test_one_spectrum_is_a_batch_of_one(simulated, frequency):
    circuit, _, z = simulated(n=6, seed=2)
    together = fit_batch(frequency, z, circuit)
    for i in range(6):
        alone = fit_batch(frequency, z[i], circuit)
        np.testing.assert_allclose(alone.values[0], together.values[i], rtol=1e-7)
        np.testing.assert_allclose(alone.stderr[0], together.stderr[i], rtol=1e-6)


def test_chunks_give_the_same(simulated, frequency, monkeypatch):
    circuit, _, z = simulated(n=23, seed=6)
    whole = fit_batch(frequency, z, circuit)
    monkeypatch.setattr(batch_module, "CHUNK", 5)
    chunked = fit_batch(frequency, z, circuit)
    np.testing.assert_allclose(chunked.values, whole.values, rtol=1e-7)
    assert chunked.status == whole.status


def test_the_order_of_the_frequencies_does_not_matter(simulated, frequency):
    circuit, _, z = simulated(n=2)
    turned = fit_batch(frequency[::-1], z[:, ::-1], circuit)
    np.testing.assert_allclose(turned.values, fit_batch(frequency, z, circuit).values, rtol=1e-6)


def test_inputs_are_left_as_they_were(simulated, frequency):
    circuit, truth, z = simulated(n=3)
    copies = frequency.copy(), z.copy(), truth.copy()
    mask = np.zeros(z.shape, bool)
    fit_batch(frequency, z, circuit, start=truth, mask=mask)
    for now, before in zip((frequency, z, truth), copies, strict=True):
        np.testing.assert_array_equal(now, before)
    assert not mask.any()


def test_results_are_read_only_and_pickle(simulated, frequency):
    circuit, _, z = simulated("R(RQ)", n=2)
    fit = fit_batch(frequency, z, circuit)
    with pytest.raises(ValueError, match="read-only"):
        fit.values[0, 0] = 1
    back = pickle.loads(pickle.dumps(fit))
    np.testing.assert_array_equal(back.values, fit.values)
    assert back.status == fit.status
    assert back.circuit == circuit


def test_a_text_is_a_circuit(simulated, frequency):
    circuit, _, z = simulated("R(RQ)")
    np.testing.assert_array_equal(fit_batch(frequency, z, "R(RQ)").values, fit_batch(frequency, z, circuit).values)


class TestStart:
    @pytest.mark.parametrize("form", ["one", "each", "mapping"])
    def test_given_starts_reach_the_same_minimum(self, simulated, frequency, form):
        circuit, truth, z = simulated(n=4)
        start = {"one": truth[0], "each": truth, "mapping": dict(zip(circuit.names, truth[0], strict=True))}[form]
        warm = fit_batch(frequency, z, circuit, start=start)
        np.testing.assert_allclose(warm.cost, fit_batch(frequency, z, circuit).cost, rtol=1e-6)

    def test_arcs_found_cold_ascend_in_time_constant(self, simulated, frequency):
        circuit, _, z = simulated(n=10, seed=9)
        fit = fit_batch(frequency, z, circuit)
        _, r1, q1, n1, r2, q2, n2, _, _ = fit.values.T
        assert np.all(np.log(r1 * q1) / n1 < np.log(r2 * q2) / n2)

    def test_a_start_that_is_not_known_is_found_from_the_data(self, simulated, frequency):
        circuit, truth, z = simulated(n=3)
        start = np.array(np.broadcast_to(truth, (3, 9)))
        start[1] = np.nan
        fit = fit_batch(frequency, z, circuit, start=start)
        assert set(fit.status) == {FitStatus.CONVERGED}
        np.testing.assert_allclose(fit.cost, fit_batch(frequency, z, circuit).cost, rtol=1e-6)

    def test_a_start_outside_its_bounds_is_refused(self, simulated, frequency):
        circuit, truth, z = simulated(n=2)
        start = dict(zip(circuit.names, np.atleast_2d(truth)[0].tolist(), strict=True)) | {"Q1_n": 1.7}
        with pytest.raises(FitError, match=r"start value 1.7 of Q1_n is outside its bounds"):
            fit_batch(frequency, z, circuit, start=start)
        assert fit_batch(frequency, z, circuit, start=list(start.values())).status[0] is FitStatus.CONVERGED

    def test_arcs_keep_the_places_that_a_start_gives_them(self, simulated, frequency):
        circuit, truth, z = simulated()
        turned = truth[0][[0, 4, 5, 6, 1, 2, 3, 7, 8]]
        fit = fit_batch(frequency, z, circuit, start=turned)
        assert fit.values[0, 1] == pytest.approx(truth[0, 4], rel=0.1)

    @pytest.mark.parametrize(
        ("start", "words"),
        [
            ([1.0, 2.0], "shape"),
            (np.ones((3, 4)), "3 sets of start values for 2"),
            ([np.nan] * 4, "finite"),
            ([-5.0, 20.0, 1e-5, 0.9], "R1 must be above 0"),
            ({"R7": 3.0}, "R7"),
        ],
    )
    def test_misuse(self, simulated, frequency, start, words):
        _, _, z = simulated("R(RQ)", n=2)
        with pytest.raises((FitError, CircuitError), match=words):
            fit_batch(frequency, z, "R(RQ)", start=start)


class TestConstraints:
    def test_fixed_keeps_its_value(self, simulated, frequency):
        circuit, _, z = simulated(n=3)
        fit = fit_batch(frequency, z, circuit, fixed={"Q3_n": 0.6, "R1": 22.0})
        assert np.all(fit.values[:, 8] == 0.6)
        assert np.all(fit.values[:, 0] == 22.0)
        assert fit.n_free == 7

    def test_a_circuit_with_a_fixed_parameter_says_the_same(self, simulated, frequency):
        circuit, _, z = simulated("R(RQ)")
        one = fit_batch(frequency, z, circuit, fixed={"Q1_n": 0.88})
        from eisfit import fixed

        other = fit_batch(frequency, z, circuit.with_(Q1_n=fixed(0.88)))
        np.testing.assert_array_equal(one.values, other.values)

    @pytest.mark.parametrize(("low", "high", "expected"), [(60.0, 90.0, 60.0), (1.0, 30.0, 30.0)])
    def test_bounds_are_met(self, frequency, low, high, expected):
        circuit = Circuit("R(RQ)")
        z = circuit.impedance(frequency, [10.0, 50.0, 1e-5, 0.9])
        fit = fit_batch(frequency, z, circuit, bounds={"R2": (low, high)})
        assert low <= fit.values[0, 1] <= high
        assert fit.values[0, 1] == pytest.approx(expected, rel=1e-6)
        assert fit.at_bound[0, 1]
        assert np.isnan(fit.stderr[0, 1])

    def test_bounds_that_do_not_bite_change_nothing(self, simulated, frequency):
        circuit, _, z = simulated(n=3)
        wide = {"R1": (1.0, 1e3), "Q1": (1e-12, 1e-2), "Q2_n": (0.3, 1.0)}
        np.testing.assert_allclose(
            fit_batch(frequency, z, circuit, bounds=wide).values, fit_batch(frequency, z, circuit).values, rtol=1e-4
        )

    def test_tied_parameters_are_equal_and_the_minimum_is_that_of_scipy(self, frequency):
        from scipy.optimize import least_squares

        circuit = Circuit("R(RQ)(RQ)")
        truth = np.array([5.0, 20.0, 1e-6, 0.85, 60.0, 1e-3, 0.8])
        rng = np.random.default_rng(3)
        z = circuit.impedance(frequency, truth)
        z = z + 0.005 * np.abs(z) * (rng.standard_normal(z.shape) + 1j * rng.standard_normal(z.shape))
        fit = fit_batch(frequency, z, circuit, tied={"Q2_n": "Q1_n"})
        assert fit.values[0, 3] == fit.values[0, 6]

        def residual(theta):
            p = np.array([*np.exp(theta[:3]), theta[3], *np.exp(theta[4:]), theta[3]])
            d = (circuit.impedance(frequency, p) - z) / np.abs(z)
            return np.concatenate([d.real, d.imag])

        start = np.array([*np.log(truth[:3]), 0.83, *np.log(truth[4:6])])
        best = least_squares(residual, start, method="lm", xtol=1e-14, ftol=1e-14)
        assert fit.cost[0] == pytest.approx(2 * best.cost, rel=1e-6)

    @pytest.mark.parametrize(
        "options",
        [
            {"fixed": {"R9": 1.0}},
            {"bounds": {"R9": (1.0, 2.0)}},
            {"tied": {"R1": "R9"}},
            {"bounds": {"R1": (5.0, 2.0)}},
            {"fixed": {"R1": np.nan}},
            {"fixed": {"R1": -3.0}},
        ],
    )
    def test_misuse(self, simulated, frequency, options):
        _, _, z = simulated("R(RQ)")
        with pytest.raises(CircuitError, match=r"R1|R9"):
            fit_batch(frequency, z, "R(RQ)", **options)

    def test_nothing_left_to_fit(self, simulated, frequency):
        _, _, z = simulated("R(RQ)")
        with pytest.raises(FitError, match="every parameter"):
            fit_batch(frequency, z, "R", fixed={"R1": 3.0})


class TestBadData:
    @pytest.mark.parametrize("value", BAD)
    def test_one_bad_spectrum_leaves_the_others_untouched(self, simulated, frequency, value):
        circuit, _, z = simulated(n=6)
        spoiled = z.copy()
        spoiled[2, 7] = value
        fit = fit_batch(frequency, spoiled, circuit)
        assert fit.status[2] is FitStatus.NON_FINITE
        assert np.isnan(fit.values[2]).all()
        assert np.isnan(fit.stderr[2]).all()
        assert np.isnan(fit.cost[2])
        good = [0, 1, 3, 4, 5]
        np.testing.assert_allclose(fit.values[good], fit_batch(frequency, z[good], circuit).values, rtol=1e-7)

    @pytest.mark.parametrize("value", BAD)
    def test_a_masked_bad_point_is_no_matter(self, simulated, frequency, value):
        circuit, _, z = simulated(n=2)
        spoiled, mask = z.copy(), np.zeros(z.shape, bool)
        spoiled[1, 7], mask[:, 7] = value, True
        fit = fit_batch(frequency, spoiled, circuit, mask=mask)
        keep = ~mask[0]
        expected = fit_batch(frequency[keep], z[:, keep], circuit)
        assert set(fit.status) == {FitStatus.CONVERGED}
        np.testing.assert_allclose(fit.values, expected.values, rtol=1e-4)
        np.testing.assert_allclose(fit.stderr, expected.stderr, rtol=1e-3)
        assert fit.points_used.tolist() == [40, 40]

    def test_each_spectrum_has_its_own_mask(self, simulated, frequency):
        circuit, _, z = simulated(n=2)
        mask = np.zeros(z.shape, bool)
        mask[0, 30:] = True
        fit = fit_batch(frequency, z, circuit, mask=mask)
        assert fit.points_used.tolist() == [30, 41]
        np.testing.assert_allclose(fit.values[1], fit_batch(frequency, z[1], circuit).values[0], rtol=1e-6)

    def test_one_in_two_hundred_that_is_no_impedance_at_all(self, simulated, frequency):
        circuit, truth, z = simulated(n=200, seed=1)
        z = z.copy()
        z[77] = 1e3 * np.random.default_rng(0).standard_normal(frequency.size)
        fit = fit_batch(frequency, z, circuit, start=truth)
        rest = np.delete(np.arange(200), 77)
        assert all(fit.status[i] is FitStatus.CONVERGED for i in rest)
        assert not fit.resolved[77].all()
        assert fit.rms_percent[77] > 20 * fit.rms_percent[rest].max()

    def test_fewer_points_than_parameters_raises_for_a_grid_and_marks_for_a_mask(self, simulated, frequency):
        circuit, _, z = simulated(n=3)
        with pytest.raises(FitError, match="9 free parameters cannot be fitted to 3 points"):
            fit_batch(frequency[:3], z[:, :3], circuit)
        mask = np.zeros(z.shape, bool)
        mask[1, 3:] = True
        fit = fit_batch(frequency, z, circuit, mask=mask)
        assert fit.status[1] is FitStatus.SINGULAR
        assert np.isnan(fit.values[1]).all()
        assert fit.status[0] is fit.status[2] is FitStatus.CONVERGED

    @pytest.mark.parametrize(
        ("f", "z", "words"),
        [
            ([1.0, 0.0], [1j, 2j], "above 0 Hz"),
            ([1.0, -2.0], [1j, 2j], "above 0 Hz"),
            ([1.0, np.nan], [1j, 2j], "above 0 Hz"),
            ([], [], "above 0 Hz"),
            ([[1.0, 2.0]], [1j, 2j], "above 0 Hz"),
            ([1.0, 2.0], [1j, 2j, 3j], r"\(1, 3\)"),
            ([1.0, 2.0], np.ones((1, 1, 2)), r"\(1, 1, 2\)"),
            ("two", [1j, 2j], "numbers"),
            ([1.0, 2.0], ["a", "b"], "numbers"),
            ([1.0, 2.0], np.ones((0, 2)), "no spectrum"),
        ],
    )
    def test_arrays_that_are_none(self, f, z, words):
        with pytest.raises(FitError, match=words):
            fit_batch(f, z, "R")

    def test_a_mask_of_another_shape(self, simulated, frequency):
        _, _, z = simulated("R(RQ)")
        with pytest.raises(FitError, match="mask"):
            fit_batch(frequency, z, "R(RQ)", mask=np.zeros(5, bool))

    def test_something_else_than_a_circuit(self, simulated, frequency):
        _, _, z = simulated("R(RQ)")
        with pytest.raises(CircuitError, match="int"):
            fit_batch(frequency, z, 5)


class TestDegenerate:
    @pytest.mark.parametrize("text", ["(RR)(RQ)", "RR(RQ)", "R(RRQ)", "R(RCC)"])
    def test_what_no_data_can_tell_apart_is_said(self, simulated, frequency, text):
        _, _, z = simulated("R(RQ)", n=2)
        fit = fit_batch(frequency, z, text)
        assert set(fit.status) == {FitStatus.SINGULAR}
        assert "cannot be told apart" in fit.status[0].sentence
        assert np.isnan(fit.stderr).any(axis=1).all()
        assert np.isfinite(fit.values).all()

    def test_an_arc_too_many_is_not_resolved(self, simulated, frequency):
        _, _, z = simulated("R(RQ)", n=3, seed=5)
        fit = fit_batch(frequency, z, "R(RQ)(RQ)")
        single = fit_batch(frequency, z, "R(RQ)")
        assert np.all(fit.cost <= single.cost * 1.0001)
        assert not fit.resolved.all(axis=1).any()

    def test_data_without_noise(self, frequency):
        circuit = Circuit("R(RQ)(RQ)Q")
        truth = np.array([22.0, 14.0, 6e-8, 0.9, 60.0, 3e-3, 0.8, 0.4, 0.6])
        fit = fit_batch(frequency, circuit.impedance(frequency, truth), circuit)
        assert fit.status[0] is FitStatus.CONVERGED
        np.testing.assert_allclose(fit.values[0], truth, rtol=1e-6)

    def test_the_iterations_may_run_out(self, simulated, frequency):
        circuit, truth, z = simulated()
        fit = fit_batch(frequency, z, circuit, start=2 * truth * [1, 1, 1, 0.4, 1, 1, 0.4, 1, 0.4], max_iterations=2)
        assert fit.status[0] is FitStatus.MAX_ITERATIONS
        assert fit.n_iterations[0] == 2


def test_a_circuit_of_the_library_by_its_name():
    f = np.logspace(6, -2, 33)
    values = [22, 14, 6e-8, 0.9, 60, 3e-3, 0.8, 0.4, 0.6]
    fits = fit_batch(f, load_circuit("assb").impedance(f, values), "assb")
    assert fits.circuit.names == load_circuit("assb").names
    np.testing.assert_allclose(fits.values[0], values, rtol=1e-4)
    with pytest.raises(CircuitError, match="the library has no circuit 'asb'"):
        fit_batch(f, np.ones(33), "asb")
