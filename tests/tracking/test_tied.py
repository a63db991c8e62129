"""The leak by the circuit, with the electrolyte held to the baseline."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

from eisfit.circuit import Circuit, fixed
from eisfit.fitting import fit
from eisfit.fitting.problem import problem_of
from eisfit.fitting.scaling import scaling
from eisfit.fitting.status import FitStatus
from eisfit.shorts import Measured, detect_shorts, with_measured
from eisfit.tracking import consistent_arcs, track
from eisfit.tracking.tied import (
    FittedCell,
    _better,
    _first_guess,
    _freedom,
    _Held,
    _last_variance,
    _problem,
    _theta_of,
    _told,
    tied_leaks,
    with_leak,
)
from eisfit.tracking.tied_prior import Gaussian

CELL = "R_{SE,bulk}(R_{GB}Q_{GB})(R_{Int}Q_{Int})Q_{D}"
ROLES = {"R_SE_bulk": "R_SE_bulk", "R_GB": "R_GB", "R_Int": "R_Int"}
SOUND = {"tail": 30.0}
OHM = 80.0
BASELINE = np.arange(3)


def leaks(series, circuit=CELL, wanted=(6, 7), roles=ROLES, **options):
    fits = consistent_arcs(fit(series, circuit, **options))
    n = len(series)
    return tied_leaks(FittedCell(fits, roles), [BASELINE] * n, np.full(n, 0.005), np.array(wanted))


def shorted(cell_series, ohm=OHM, **of_series):
    """Six sound spectra, then two with a leak of `ohm` and another interface."""
    leaky = SOUND | {"leak": 1 / ohm, "R_Int": 45.0}
    return cell_series([SOUND] * 6 + [leaky] * 2, **of_series)


@pytest.mark.parametrize("ohm", [10.0, 80.0, 400.0])
def test_the_leak_is_found_within_its_error(cell_series, ohm):
    found = leaks(shorted(cell_series, ohm))
    assert np.isnan(found.leak[:6]).all()
    assert (np.abs(found.leak[6:] - 1 / ohm) < 3 * found.error[6:]).all()
    assert (found.gain[6:] > 10.8).all()


def test_exact_data_of_a_steady_electrolyte_give_the_leak_itself(cell_series):
    found = leaks(shorted(cell_series, noise=1e-6, contacts=0.0))
    assert found.leak[6:] == pytest.approx(1 / OHM, rel=1e-4)


def test_without_a_leak_chi2_gains_little(cell_series):
    ratios = []
    for seed in range(5):
        series = cell_series([SOUND] * 6 + [SOUND | {"R_Int": 30.0}] * 2, seed=seed)
        ratios.extend(leaks(series).gain[6:])
    assert np.max(ratios) < 10.8
    assert np.median(ratios) < 3
    assert 0 <= np.min(ratios) < 0.5


@pytest.mark.long
def test_errors_hold_the_truth_as_often_as_they_say(cell_series):
    away = []
    for seed in range(12):
        found = leaks(shorted(cell_series, seed=seed))
        away.extend((found.leak[6:] - 1 / OHM) / found.error[6:])
    assert np.mean(np.abs(away) < 2.5) > 0.9
    assert 0.4 < np.std(away) < 1.6


def test_the_lead_stands_outside_of_the_leak(cell_series):
    lead = {"lead": 5e-7}
    cells = [SOUND | lead] * 6 + [SOUND | lead | {"leak": 1 / OHM}] * 2
    found = leaks(cell_series(cells), "L_{lead}" + CELL)
    assert (np.abs(found.leak[6:] - 1 / OHM) < 3 * found.error[6:]).all()
    assert str(with_leak(Circuit("LR(RQ)"))) == str(Circuit("L1([R1(R2Q1)]S_{short})"))


def test_a_leak_may_be_negative_in_the_search():
    own = with_leak(Circuit(CELL)).parameter("S_short")
    assert own.lower < 0 < own.upper
    assert own.scale == "linear"


@pytest.mark.parametrize(
    ("circuit", "roles"),
    [("(RQ)(RQ)Q", {"R_GB": "R9"}), ("(S_{x}[R(RQ)(RQ)Q])", {"R_SE_bulk": "R1", "R_GB": "R2", "R_Int": "R3"})],
    ids=["no electrolyte", "a leak of its own"],
)
def test_circuits_that_leave_nothing_to_hold(fitted, circuit, roles):
    values = [[p.value for p in Circuit(circuit).parameters]] * 4
    cell = FittedCell(fitted(circuit, values, scatter=False), roles)
    assert np.isnan(tied_leaks(cell, [BASELINE] * 4, np.full(4, 0.005), np.array([3])).leak).all()


def test_fixed_values_and_masked_points_hold(cell_series):
    series = shorted(cell_series)
    masked = series.with_(spectra=[s.masked(np.arange(len(s)) % 9 == 4, "test") for s in series])
    found = leaks(masked, Circuit(CELL).with_(Q_GB_n=fixed(0.85)))
    assert (np.abs(found.leak[6:] - 1 / OHM) < 3 * found.error[6:]).all()


def test_a_baseline_that_was_not_fitted_gives_nothing(cell_series):
    fits = fit(shorted(cell_series), CELL)
    bad = replace(fits, status=(FitStatus.NON_FINITE,) * 3 + fits.status[3:])
    cell = FittedCell(bad, ROLES)
    none = tied_leaks(cell, [BASELINE] * 8, np.full(8, 0.01), np.array([6]))
    later = tied_leaks(cell, [np.arange(3, 6)] * 8, np.full(8, 0.01), np.array([6]))
    assert np.isnan(none.leak[6])
    assert np.isfinite(later.leak[6])
    assert np.isnan(tied_leaks(cell, [()] * 8, np.full(8, 0.01), np.array([6])).leak[6])


def test_a_track_takes_over_what_was_found_before(cell_series):
    series = shorted(cell_series)
    judged = detect_shorts(series)
    followed = track(fit(series, CELL), shorts=judged).shorts
    assert followed.level == judged.level
    assert np.isnan(judged.chi2_gain).all()
    assert np.isfinite(followed.chi2_gain[6:]).all()
    np.testing.assert_array_equal(followed.score, judged.score)


def test_the_track_adds_what_chi2_gains_by_a_leak_in_the_circuit(cell_series):
    series = shorted(cell_series)
    shorts = track(fit(series, CELL)).shorts
    assert shorts.method[6:] == ("spectra", "spectra")
    assert (shorts.chi2_gain[6:] > 10.8).all()
    assert np.isnan(shorts.chi2_gain[:6]).all()
    assert shorts.reasons[6].startswith("R_short = ")
    assert "a soft short; leaks below" in shorts.reasons[6]
    assert shorts.R_short[6:] == pytest.approx(OHM, rel=0.06)
    assert any(text.startswith("Where no leak is seen, one above") for text in shorts.remarks)


def test_a_leak_that_the_spectra_do_not_size_is_that_of_the_circuit(cell_series):
    judged = detect_shorts(shorted(cell_series))
    unknown = np.full(8, np.nan)
    found = with_measured(
        replace(judged, leak=unknown, leak_error=unknown),
        Measured(np.full(8, 0.01), np.full(8, 1e-3), np.full(8, 20.0)),
    )
    assert found.method == ("circuit",) * 8
    assert found.R_short == pytest.approx(100)


def test_the_numbers_of_a_leak_of_80_ohm(cell_series):
    """Measured once with this code: leak, error, what chi2 gains; with the electrolyte at twice its scatter as well."""
    fits = consistent_arcs(fit(shorted(cell_series), CELL))
    for scatter, leak, error, gain in (
        (0.005, [0.0125582, 0.0125712], [1.3503e-4, 1.3159e-4], [6224.7, 6532.0]),
        (0.01, [0.0125452, 0.0125364], [0.000253469, 0.000250973], [1739.2, 1775.16]),
    ):
        cell = FittedCell(fits, ROLES)
        found = tied_leaks(cell, [BASELINE] * 8, np.full(8, scatter), np.array([6, 7]))
        np.testing.assert_allclose(found.leak[6:], leak, rtol=1e-3)
        np.testing.assert_allclose(found.error[6:], error, rtol=1e-3)
        np.testing.assert_allclose(found.gain[6:], gain, rtol=1e-3)


def test_the_variance_of_one_coordinate_with_the_others_free():
    curvature = np.array([[[4.0, 1.0], [1.0, 2.0]], [[1.0, 0.0], [0.0, -1.0]]])
    assert _last_variance(curvature, 0).tolist() == pytest.approx([2 / 7, 1.0])
    assert _last_variance(curvature, 1)[0] == pytest.approx(4 / 7)
    assert np.isnan(_last_variance(curvature, 1)[1])
    assert np.isnan(_last_variance(np.zeros((2, 2, 2)), 0)).all()


def test_the_leak_begins_with_what_the_upper_half_of_the_band_gained():
    """A resistor of 10 ohm; beside it 0.01 and 0.03 S at the upper two of four points, far more below; 0 or more."""
    search = scaling(Circuit("R"))
    f = np.array([1e3, 1e2, 10.0, 1.0])
    y = 0.1 + np.array([[0.01, 0.03, 5.0, 5.0], [-0.01, -0.01, 5.0, 5.0]])
    problem = problem_of(search, f, 1 / y + 0j, np.ones((2, 8)))
    assert _first_guess(problem, np.full((2, 1), np.log(10.0))) == pytest.approx([0.02, 0.0])
    for tiny in (0.0, 1e-310, -1e-310):  # no finite admittance
        broken = problem_of(search, f, np.array([[tiny + 0j, tiny + 0j, 9 + 0j, 9 + 0j]]), np.ones((1, 8)))
        with np.errstate(all="ignore"):
            assert _first_guess(broken, np.full((1, 1), np.log(10.0))).tolist() == [0.0], tiny
    single = problem_of(search, f[:1], 1 / y[:, :1] + 0j, np.ones((2, 2)))
    assert _first_guess(single, np.full((2, 1), np.log(10.0))) == pytest.approx([0.01, 0.0])


def test_a_leak_may_be_as_large_as_a_thousand_siemens():
    own = with_leak(Circuit("R(RQ)")).parameter("S_short")
    assert (own.lower, own.upper, own.value) == (-1000.0, 1000.0, 0.0)


def test_weights_of_the_tied_fit_are_those_of_the_free_one_over_its_scatter():
    """Modulus 1/|Z| or the given sigma, over the root of chi2 for all but given sigma; outliers and masks have none."""
    f = np.array([100.0, 10.0, 1.0])
    z = np.array([2.0 - 1j, 4.0 - 2j, 6.0 - 3j])

    def weight(kind, sigma=None, outliers=()):
        used = np.array([True, True, False])
        spectrum = SimpleNamespace(frequency=f, impedance=z, used=used, sigma=sigma)
        options = SimpleNamespace(weighting=kind, tied={})
        fits = SimpleNamespace(
            series=[None, spectrum], outliers=outliers, options=options, chi2_reduced=np.array([9.0, 4.0])
        )
        return _problem(fits, with_leak(Circuit("R(RQ)")), np.array([1])).weight[0].reshape(3, 2)

    size = np.abs(z)
    for found, expected in (
        (weight("modulus"), [1 / (2 * size[0]), 1 / (2 * size[1]), 0.0]),
        (weight("modulus", outliers=[None, np.array([True, False, False])]), [0.0, 1 / (2 * size[1]), 0.0]),
        (weight("unit"), [0.5, 0.5, 0.0]),
    ):
        assert found == pytest.approx(np.repeat(expected, 2).reshape(3, 2), rel=1e-6)
    own = np.array([0.1, 0.2, 0.3])
    for kind, level in (("sigma", 1.0), ("estimated", 2.0)):
        assert weight(kind, own) == pytest.approx(np.repeat([10 / level, 5 / level, 0], 2).reshape(3, 2), rel=1e-6), (
            kind
        )


def test_the_cost_with_a_prior_and_its_derivatives():
    """chi2 + (theta - mean) P (theta - mean); gradient (half) and curvature as of least squares."""
    search = scaling(Circuit("R"))
    problem = problem_of(search, np.array([10.0, 1.0]), np.full((1, 2), 5.0 + 0j), np.ones((1, 4)))
    held = _Held(problem, Gaussian(np.array([[1.0]]), np.array([[[3.0]]])))
    theta = np.array([[1.5]])
    cost, gradient, curvature = held.normal_equations(theta)
    own = problem.normal_equations(theta)
    assert cost[0] == pytest.approx(own[0][0] + 0.5 * 3 * 0.5)
    assert gradient[0, 0] == pytest.approx(own[1][0, 0] + 1.5)
    assert curvature[0, 0, 0] == pytest.approx(own[2][0, 0, 0] + 3)
    assert len(held.take(np.array([0, 0]))) == 2


def test_a_leak_stands_beside_all_but_the_leads():
    for text in ("R(RQ)", "LR(RQ)"):
        leaky = with_leak(Circuit(text))
        values = {p.name: p.value for p in leaky.parameters} | {"S_short": 0.1}
        whole = Circuit(text).impedance(np.array([1e3]), [[values[n] for n in Circuit(text).names]])[0, 0]
        coil = 2j * np.pi * 1e3 * values["L1"] if text[0] == "L" else 0.0
        found = leaky.impedance(np.array([1e3]), [[values[n] for n in leaky.names]])[0, 0]
        assert found == pytest.approx(coil + 1 / (0.1 + 1 / (whole - coil))), text


def test_a_leak_is_told_where_chi2_is_below_four_times_the_freedom():
    """20 numbers more than parameters: below 80; what chi2 gains is the difference of the lower ones, never below 0."""
    leak, error = np.full(6, 0.1), np.full(6, 0.01)
    cost = np.array([
        [30.0, 79.9, 99.0, 30.0, 3.9, 81.0],
        [90.0, 99.0, 80.1, 40.0, 5.0, 82.0],
        [50.0, 99.9, 99.9, 29.0, 9.0, 70.0],
        [45.0, 120.0, 99.9, 31.0, 8.0, 75.0],
    ])  # fmt: skip
    found = _told(leak, error, cost, np.array([20, 20, 20, 20, 1, 20]))
    np.testing.assert_allclose(found.leak, [0.1, 0.1, np.nan, 0.1, 0.1, np.nan])
    np.testing.assert_allclose(found.error, [0.01, 0.01, np.nan, 0.01, 0.01, np.nan])
    np.testing.assert_allclose(found.gain, [15.0, 20.0, np.nan, 0.0, 4.1, np.nan])
    weight = np.array([[1.0, 2.0, 0.0, 0.0, 0.5], [1.0, 1.0, 1.0, 1.0, 1.0]])
    assert _freedom(weight, 3).tolist() == [1, 2]
    assert _freedom(weight, 1).tolist() == [2, 4]


def test_a_search_may_begin_at_the_free_fits_without_a_leak():
    values = np.array([[10.0, 20.0, 1e-4, 5.0], [11.0, 21.0, 2e-4, 5.0], [12.0, 22.0, 3e-4, 5.0]])
    names = Circuit("R(RC)").names
    fits = SimpleNamespace(names=names, column=lambda name: (values[:, names.index(name)], np.ones(3)))
    search = scaling(with_leak(Circuit("R(RC)")))
    start = search.values(_theta_of(fits, search, np.array([0, 2])))
    own = [search.circuit.names.index(name) for name in names]
    np.testing.assert_allclose(start[:, own], values[[0, 2], :3])
    assert not start[:, search.circuit.names.index("S_short")].any()


def test_of_both_starts_with_a_leak_the_lower_one_counts():
    """Whatever those without a leak ended at."""
    theta = np.arange(24.0).reshape(4, 3, 2)
    cost = np.array([[3.0, 9.0, np.inf], [4.0, 8.0, 7.0], [1.0, 1.0, 1.0], [2.0, 2.0, 2.0]])
    assert _better(theta, cost).tolist() == [[0, 1], [8, 9], [10, 11]]
