"""What a fit says of itself."""

from __future__ import annotations

import pickle
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest
from uncertainties import correlation_matrix

from eisfit import Circuit, Fit, FitStatus, Series, SeriesFit, Spectrum, fit
from eisfit.errors import CircuitError, FitError
from eisfit.fitting.batch_fit import BatchFit
from eisfit.fitting.parts import gathered, spread


@pytest.fixture
def fits(simulated, as_series):
    circuit, _, z = simulated(n=4, seed=2)
    return fit(as_series(z), circuit)


def test_a_row_of_the_series_is_a_fit(fits):
    one = fits[2]
    assert isinstance(one, Fit)
    np.testing.assert_array_equal(one.values, fits.values[2])
    np.testing.assert_array_equal(one.stderr, fits.stderr[2])
    assert one.cost == fits.cost[2]
    assert one.chi2_reduced == pytest.approx(fits.chi2_reduced[2])
    assert one.rms_percent == pytest.approx(fits.rms_percent[2])
    assert one.spectrum.label == "s2"


def test_indexing_is_that_of_a_sequence(fits):
    assert len(fits) == len(list(fits)) == 4
    assert fits[-1].spectrum.label == "s3"
    assert [one.spectrum.label for one in fits[1:3]] == ["s1", "s2"]
    with pytest.raises(IndexError):
        fits[4]


def test_three_definitions_of_chi2(fits):
    one = fits[0]
    n, p = 41, 9
    cost = float(np.sum(np.abs((one.model - one.spectrum.impedance) / one.spectrum.impedance) ** 2))
    assert one.chi2 == pytest.approx(cost)
    assert one.chi2_reduced == pytest.approx(cost / (2 * n - p))
    assert one.chi2_zsimpwin == pytest.approx(cost / (n - p))
    assert one.rms_percent == pytest.approx(100 * np.sqrt(cost / (2 * n)))


def test_information_criteria(fits):
    """Burnham & Anderson (2002): the variance counts as a parameter."""
    one = fits[0]
    n, k = 82, 10
    log = n * np.log(one.cost / n)
    assert one.aicc == pytest.approx(log + 2 * k + 2 * k * (k + 1) / (n - k - 1))
    assert one.bic == pytest.approx(log + k * np.log(n))


def test_one_fit_with_a_shared_parameter_has_the_criteria_of_its_series(simulated, as_series):
    circuit, _, z = simulated(n=4, seed=2)
    fits = fit(as_series(z), circuit, shared=("R1", "Q1_n"))
    n, k = 82, 9 - 2 * (1 - 1 / 4) + 1
    np.testing.assert_allclose(fits.bic, n * np.log(fits.cost / n) + k * np.log(n))
    assert [one.bic for one in fits] == fits.bic.tolist()
    assert [one.aicc for one in fits] == fits.aicc.tolist()
    assert pickle.loads(pickle.dumps(fits[1])).bic == fits[1].bic


def test_the_residual_is_relative_to_the_measured_modulus(fits):
    one = fits[0]
    expected = (one.model - one.spectrum.impedance) / np.abs(one.spectrum.impedance)
    np.testing.assert_allclose(one.residual, expected)


def test_correlation(fits):
    one = fits[0]
    np.testing.assert_allclose(np.diag(one.correlation), 1)
    assert np.all(np.abs(one.correlation) <= 1 + 1e-12)
    r1, r2 = 0, 1
    assert one.correlation[r1, r2] == pytest.approx(one.covariance[r1, r2] / (one.stderr[r1] * one.stderr[r2]))


def test_a_value_carries_its_error_and_its_correlation(fits):
    one = fits[0]
    bulk, gb = one["R1"], one["R2"]
    assert bulk.nominal_value == pytest.approx(one.values[0])
    assert bulk.std_dev == pytest.approx(one.stderr[0])
    total = bulk + gb
    variance = one.covariance[:2, :2].sum()
    assert total.std_dev == pytest.approx(np.sqrt(variance), rel=1e-6)
    np.testing.assert_allclose(correlation_matrix([bulk, gb])[0, 1], one.correlation[0, 1], rtol=1e-6)


def test_an_unknown_name(fits):
    with pytest.raises(CircuitError, match="R9"):
        fits[0]["R9"]


def test_a_value_at_its_bound_has_no_error(simulated, as_series):
    circuit, _, z = simulated("R(RQ)")
    one = fit(as_series(z)[0], circuit, bounds={"Q1_n": (0.3, 0.8)})
    assert np.isnan(one["Q1_n"].std_dev)
    assert one["R1"].std_dev > 0
    assert one.resolved == {"R1": True, "R2": True, "Q1": True, "Q1_n": False}


def test_a_fixed_value_is_resolved_and_exact(simulated, as_series):
    circuit, _, z = simulated("R(RQ)")
    one = fit(as_series(z)[0], circuit, fixed={"Q1_n": 0.9})
    assert one["Q1_n"].std_dev == 0
    assert one.resolved["Q1_n"]


def test_an_error_above_the_value_is_not_resolved(simulated, as_series):
    """An inductor that is not there: at its bound, or with an error as large as itself."""
    _, _, z = simulated("R(RQ)", n=20, seed=3)
    fits = fit(as_series(z), "LR(RQ)")
    value, stderr = fits.column("L1")
    np.testing.assert_array_equal(fits.resolved[:, 0], stderr <= value)
    assert np.mean(fits.resolved[:, 0]) < 0.5
    assert fits.resolved[:, 1:].all()


def test_columns_and_options(fits):
    value, stderr = fits.column("R3")
    np.testing.assert_array_equal(value, fits.values[:, 4])
    np.testing.assert_array_equal(stderr, fits.stderr[:, 4])
    assert fits.options.weighting == "modulus"
    assert fits.n_free == fits[0].n_free == 9


def test_everything_pickles(fits):
    back = pickle.loads(pickle.dumps(fits))
    np.testing.assert_array_equal(back.values, fits.values)
    assert back.status == fits.status
    one = pickle.loads(pickle.dumps(fits[1]))
    assert len(one.fits) == 1, "one fit travels without the others"
    assert one.spectrum.label == "s1"
    assert one["R1"].std_dev == pytest.approx(fits[1]["R1"].std_dev)


@pytest.mark.parametrize("status", list(FitStatus))
def test_every_status_has_a_sentence(status):
    assert status.sentence.endswith(".")
    assert status == status.value


def test_an_empty_default_series_is_empty():
    assert len(Series(())) == 0


def test_a_spectrum_without_points_has_no_figures(fits):
    dead = fits.series[0].masked(np.ones(len(fits.series[0]), bool), "no contact")
    one = fit(dead, fits.circuit)
    assert one.n_data == 0
    assert np.isnan([one.aicc, one.bic, one.rms_percent, one.chi2_reduced, one.chi2_zsimpwin]).all()
    assert np.isnan(one["R1"].nominal_value)


def test_how_a_fit_ended_in_words(simulated, as_series):
    circuit, _, z = simulated("R(RQ)", n=3)
    series = list(as_series(z))
    series[1] = series[1].masked(np.arange(41) > 1, "no contact")
    fits = fit(series, "R(RR)(RQ)")
    apart = "R1, R2 and R3 cannot be told apart by these data: their errors are not given"
    assert fits.sentence(0) == f"{apart}; the others are determined."
    assert fits.usable.tolist() == [True, False, True]
    assert fits.sentence(1) == "2 points (4 numbers) are too few for 6 free parameters: nothing was fitted."
    assert [one.sentence for one in fits] == [fits.sentence(i) for i in range(3)]
    sound = fit(series[0], circuit)
    assert sound.sentence == sound.status.sentence


def test_a_fit_predicts_and_its_circuit_has_the_fitted_values(simulated, frequency):
    circuit, _, z = simulated("R(RQ)", n=2)
    fits = fit([Spectrum(frequency, row) for row in z], circuit)
    at = np.logspace(3, 0, 7)
    for i, one in enumerate(fits):
        np.testing.assert_array_equal(one.predict(at), circuit.impedance(at, fits.values[i]))
        np.testing.assert_allclose(one.circuit.impedance(at), one.predict(at), rtol=1e-14)
        np.testing.assert_array_equal(one.model, one.predict(frequency))
        assert one.circuit.names == circuit.names


def test_a_fit_that_did_not_converge_is_of_use_where_it_determines_something():
    """An error above 0 that is resolved; what is fixed has one of 0."""
    done, spent = FitStatus.CONVERGED, FitStatus.MAX_ITERATIONS
    fits = SimpleNamespace(
        status=(done, spent, spent, spent, spent),
        resolved=np.array([[False, False], [True, False], [True, False], [True, True], [False, False]]),
        stderr=np.array([[np.nan, 0.1], [0.0, 0.1], [np.nan, 0.1], [0.1, 0.0], [0.1, 0.1]]),
    )
    assert BatchFit.usable.fget(fits).tolist() == [True, False, False, True, False]


def test_intervals_by_hand():
    """t of 2 F - P numbers, one at least; 1.96 where sigma is known."""

    def ends(weighting, points, level=0.95):
        fits = _Fits(
            points_used=np.array([points]), free=3, options=SimpleNamespace(weighting=weighting),
            stderr=np.array([[1.0, np.nan, 2.0]]), values=np.array([[10.0, 20.0, 30.0]]),
        )  # fmt: skip
        return BatchFit.intervals(fits, level)

    for weighting, points, level, times in (
        ("modulus", 4, 0.95, 2.5706), ("modulus", 1, 0.95, 12.7062), ("modulus", 2, 0.95, 12.7062),
        ("sigma", 4, 0.95, 1.95996), ("sigma", 4, 0.6827, 1.0), ("modulus", 4, 0.5, 0.72669),
    ):  # fmt: skip
        low, high = ends(weighting, points, level)
        np.testing.assert_allclose(low, [[10 - times, np.nan, 30 - 2 * times]], rtol=1e-4, err_msg=f"{points} {level}")
        np.testing.assert_allclose(high, [[10 + times, np.nan, 30 + 2 * times]], rtol=1e-4)
    for level in (0.0, 1.0, -0.1, 1.1):
        with pytest.raises(FitError, match="between 0 and 1"):
            ends("modulus", 4, level)


class _Fits(SimpleNamespace):
    def __len__(self):
        return len(self.values)


def resistor(**options):
    """The fit of 10 ohm to four points of 10 +- 1 ohm: cost 4, seven degrees of freedom."""
    f, z = np.geomspace(1e3, 1, 4), 10 + np.array([1, -1, -1, 1.0]) + 0j
    return fit(Series([Spectrum(f, z, sigma=np.full(4, 2.0))]), "R", **({"weighting": "unit"} | options))


def test_figures_of_a_resistance_by_hand():
    """Student's t at seven degrees of freedom, the normal distribution where errors are known."""
    fits = resistor()
    assert (fits.cost[0], fits.chi2_reduced[0], fits.chi2_zsimpwin[0]) == pytest.approx((4, 4 / 7, 4 / 3))
    assert fits.stderr[0, 0] == pytest.approx(np.sqrt(1 / 7))
    known = resistor(weighting="sigma")
    assert (known.cost[0], known.stderr[0, 0]) == pytest.approx((1.0, 1.0))
    for level, student, normal in ((0.95, 2.3646, 1.95996), (0.5, 0.7111, 0.67449)):
        for one, quantile in ((fits, student), (known, normal)):
            low, high = one.intervals(level)
            assert (low[0, 0], high[0, 0]) == pytest.approx(
                (10 - quantile * one.stderr[0, 0], 10 + quantile * one.stderr[0, 0]), rel=1e-4
            )
    for level in (0.0, 1.0, -0.1, 1.1):
        with pytest.raises(FitError, match="between 0 and 1"):
            fits.intervals(level)
    assert replace(fits, rival_cost=np.array([6.0])).rival_rise[0] == pytest.approx(3.5)


def test_as_many_numbers_as_unknowns_leave_one_degree_of_freedom_for_the_figures():
    few = replace(resistor(), points_used=np.array([0]))
    assert (few.chi2_reduced[0], few.chi2_zsimpwin[0]) == pytest.approx((4, 4))
    low, high = few.intervals(0.5)
    assert high[0, 0] - low[0, 0] == pytest.approx(2 * few.stderr[0, 0])  # Student's t at one is 1 for a half


def test_which_fits_have_values_to_use():
    """What has settled, or determines a parameter all the same; what is fixed is no such parameter."""
    fits = resistor()
    lost = np.full((1, 1, 1), np.nan)
    for status, covariance, usable in (
        (FitStatus.CONVERGED, lost, True), (FitStatus.SINGULAR, lost, False),
        (FitStatus.SINGULAR, fits.covariance, True), (FitStatus.MAX_ITERATIONS, fits.covariance * 0, False),
    ):  # fmt: skip
        assert replace(fits, status=(status,), covariance=covariance).usable.tolist() == [usable], status


def test_the_circuits_of_a_series_in_a_text():
    assert resistor().described == "R1"
    one, other = Circuit("R"), Circuit("RC")
    told = SeriesFit.described.fget(SimpleNamespace(circuits=(one, other), circuit_of=(one, other, one)))
    assert told == f"R1 (2); {other} (1)"


def test_one_fit_by_itself_by_hand():
    """What is fixed has no correlation; an interval is one of 95 % where nothing else is asked."""
    f, z = np.geomspace(1e3, 1, 4), 10 + np.array([1, -1, -1, 1.0]) + 0j
    one = fit(Spectrum(f, z), "RR", fix={"R2": 4}, weighting="unit")
    np.testing.assert_allclose(one.correlation, [[1, np.nan], [np.nan, np.nan]])
    low, high = one.intervals()["R1"]
    assert (low, high) == pytest.approx((6 - 2.3646 / np.sqrt(7), 6 + 2.3646 / np.sqrt(7)), rel=1e-4)
    np.testing.assert_allclose(one.residual, (10 - z) / np.abs(z), rtol=1e-6)
    assert (one.n_data, one.n_free, one.n_iterations > 0) == (8, 1, True)


def test_two_points_are_enough_for_four_parameters():
    circuit = Circuit("R(RC)R")
    f = np.array([100.0, 3.0])
    assert np.isfinite(fit(Spectrum(f, circuit.impedance(f, [5, 20, 1e-4, 3])), circuit).values).all()


def test_figures_of_parts_are_put_in_their_places():
    """Of five spectra two and two are fitted, with one and two parameters of three."""
    one = SimpleNamespace(rows=np.array([3, 0]), columns=np.array([2]), fits=np.array([[7.0], [8.0]]))
    two = SimpleNamespace(rows=np.array([1, 4]), columns=np.array([0, 2]), fits=np.array([[1.0, 2.0], [3.0, 4.0]]))
    nan = np.nan
    expected = [[nan, nan, 8], [1, nan, 2], [nan] * 3, [nan, nan, 7], [3, nan, 4]]
    np.testing.assert_array_equal(spread([one, two], (5, 3), lambda fits: fits), expected)
    square = spread([one, two], (5, 3), lambda fits: fits[:, :, None] * fits[:, None, :])
    np.testing.assert_array_equal(square[1], [[1, nan, 2], [nan] * 3, [2, nan, 4]])
    np.testing.assert_array_equal(square[3], [[nan] * 3, [nan] * 3, [nan, nan, 49]])
    assert spread([one, two], (5, 3), lambda fits: fits > 2).tolist()[2:] == [
        [False] * 3, [False, False, True], [True, False, True]
    ]  # fmt: skip
    np.testing.assert_array_equal(gathered([one, two], 5, lambda fits: fits[:, 0]), [8, 1, nan, 7, 3])
    assert gathered([one, two], 5, lambda fits: fits[:, 0].astype(int)).tolist() == [8, 1, 0, 7, 3]
