"""Profile-likelihood intervals: against lmfit, symmetric for small errors, open where no limit is."""

from __future__ import annotations

from types import SimpleNamespace

import lmfit
import numpy as np
import pytest
from scipy.stats import t as student

from eisfit import Circuit, Series, Spectrum, fit
from eisfit.errors import CircuitError, FitError
from eisfit.fitting.problem import problem_of
from eisfit.fitting.profile import (
    CLOSE,
    NARROW,
    Interval,
    _Bracket,
    _end,
    _held_at,
    _stderr,
    _variance,
    open_ends,
    profile_intervals,
)
from eisfit.fitting.scaling import scaling
from eisfit.fitting.weighting import weights

FREQUENCY = np.logspace(5, -1, 31)
TRUTH = np.array([10.0, 50.0, 1e-5, 0.85])


def series(noise, n=1, low=FREQUENCY, seed=2):
    rng = np.random.default_rng(seed)
    z = np.tile(Circuit("R(RQ)").impedance(low, TRUTH), (n, 1))
    z = z + noise * np.abs(z) * (rng.standard_normal(z.shape) + 1j * rng.standard_normal(z.shape))
    return Series([Spectrum(low, row) for row in z])


def test_they_are_those_of_lmfit():

    fits = fit(series(0.03), "R(RQ)")
    ours = profile_intervals(fits, ["R1", "R2", "Q1_n"])
    minimizer = fits[0].to_lmfit()
    theirs = lmfit.conf_interval(minimizer, minimizer.minimize(), p_names=["R1", "R2", "Q1_n"], sigmas=[0.95])
    for name, ends in ours.items():
        (_, low), _, (_, high) = theirs[name]
        width = high - low
        assert ends.lower[0] == pytest.approx(low, abs=0.03 * width)
        assert ends.upper[0] == pytest.approx(high, abs=0.03 * width)


def test_small_errors_are_symmetric_and_the_level_is_that_of_student():
    fits = fit(series(0.002, n=3), "R(RQ)")
    interval = profile_intervals(fits, ["R2"], level=0.95)["R2"]
    value, stderr = fits.column("R2")
    for end in (value - interval.lower, interval.upper - value):
        np.testing.assert_allclose(end, 2.002 * stderr, rtol=0.03)  # Student, 58 degrees of freedom


def test_an_arc_that_is_hardly_begun_has_no_upper_end():
    high = FREQUENCY[FREQUENCY > 2e4]
    fits = fit(series(0.01, low=high), "R(RQ)")
    interval = profile_intervals(fits, ["R2"])["R2"]
    assert interval.lower[0] < 50
    assert interval.upper[0] > 10 * interval.lower[0]


def test_weights_given_as_an_array_are_those_of_the_same_name():
    data = series(0.01, n=2)
    given = np.array([1 / np.abs(s.impedance) for s in data])
    by_name, by_array = (profile_intervals(fit(data, "R(RQ)", weighting=w), ["R2"])["R2"] for w in ("modulus", given))
    np.testing.assert_allclose(by_array, by_name, rtol=1e-9)


def test_what_has_no_profile():
    fits = fit(series(0.01), "R(RQ)", fixed={"R1": 10})
    for name in ("R1", "Q1"):
        with pytest.raises(FitError, match="no search coordinate of its own"):
            profile_intervals(fits, [name])
    with pytest.raises(CircuitError):
        profile_intervals(fits, ["R9"])
    with pytest.raises(FitError, match="without shared"):
        profile_intervals(fit(series(0.01, n=2), "R(RQ)", shared=("R1",)), ["R1"])
    dead = [s.masked(np.ones(31, bool), "x") for s in series(0.01)]
    assert np.isnan(profile_intervals(fit(dead, "R(RQ)"), ["R1"])["R1"].lower).all()


def test_an_end_at_the_bound_is_one_that_was_tried():
    fits = fit(series(0.02, n=20), "R(RQ)", bounds={"R2": (20.0, 50.6)})
    free = profile_intervals(fit(series(0.02, n=20), "R(RQ)"), ["R2"])["R2"]
    bounded = profile_intervals(fits, ["R2"])["R2"]
    inside = ~fits.at_bound[:, 1] & (free.upper < 50.5)
    beyond = ~fits.at_bound[:, 1] & (free.upper > 50.7)
    assert inside.any()
    assert beyond.any()
    np.testing.assert_allclose(bounded.upper[inside], free.upper[inside], rtol=2e-3)
    np.testing.assert_allclose(bounded.upper[beyond], 50.6, rtol=1e-9)


def test_where_a_profile_is_tried_next():
    """By the straight line between the ends of the bracket, off its ends by a twentieth; halved every third time."""

    def bracket(inner, outer, taus, trials=0, room=9.0):
        made = _Bracket(np.zeros((1, 2)), np.array([room]), np.array([2.0]))
        made.inner[:], made.outer[:], made.trials[:] = inner, outer, trials
        made.inner_tau[:], made.outer_tau[:] = taus
        return made

    rows = np.array([0])
    for given, expected in (
        ((1.0, 2.0, (1.0, 3.0)), 1.5), ((1.0, 2.0, (1.0, 5.0)), 1.25), ((1.0, 2.0, (1.0, 5.0), 2), 1.5),
        ((1.0, 2.0, (1.99, 5.0)), 1.05), ((1.0, 2.0, (1.0, 2.0001)), 1.95), ((1.0, 2.0, (1.0, np.inf)), 1.05),
        ((1.0, np.inf, (1.0, np.inf)), 2.0), ((1.0, np.inf, (0.1, np.inf)), 3.000001),
        ((1.0, np.inf, (1.9, np.inf)), 1.200001), ((1.0, np.inf, (0.1, np.inf), 0, 2.5), 2.5),
        ((0.0, np.inf, (0.0, np.inf)), 1e-6),
    ):  # fmt: skip
        assert bracket(*given).next(rows)[0] == pytest.approx(expected), given


def test_what_a_trial_of_a_profile_settles():
    def after(offset, tau, *, inner=0.0, outer=np.inf, room=9.0):
        made = _Bracket(np.zeros((1, 2)), np.array([room]), np.array([2.0]))
        made.inner[:], made.outer[:] = inner, outer
        made.tried(np.array([0]), np.array([offset]), np.array([tau]), np.ones((1, 2)))
        return made.inner[0], made.outer[0], made.end[0], bool(made.open[0])

    nan = pytest.approx(np.nan, nan_ok=True)
    assert after(1.0, 1.0) == (1.0, np.inf, nan, False)
    assert after(1.0, 3.0) == (0.0, 1.0, nan, False)
    assert after(1.0, np.nan) == (0.0, 1.0, nan, False)
    assert after(1.0, 2.0 - 0.9 * CLOSE)[2] == 1.0
    assert after(1.0, 2.0 + 0.9 * CLOSE)[2] == 1.0
    assert after(1.0, 2.0 - 1.1 * CLOSE)[2] == nan
    assert after(9.0, 1.0) == (9.0, np.inf, nan, True)
    assert after(8.99, 1.0)[3] is False
    assert after(1.0, 5.0, inner=1.0 - 0.9 * NARROW)[2] == 1.0
    assert after(1.0, 5.0, inner=1.0 - 1.1 * NARROW)[2] == nan
    assert after(5.0, 5.0, inner=5.0 - 1.1 * NARROW)[2] == nan


def test_the_first_trial_is_a_standard_error():
    """That of ln R of a resistor with weights 1 / |Z|, 31 points: sqrt(s^2 / 31), at most 1."""
    z = np.full((1, 31), 10.0 + 0j)
    problem = problem_of(scaling(Circuit("RR")), FREQUENCY, z, weights(z, np.ones(z.shape, bool), "modulus"))
    single = problem_of(scaling(Circuit("R")), FREQUENCY, z, weights(z, np.ones(z.shape, bool), "modulus"))
    theta = np.log([[10.0]])
    assert _stderr(single, theta, 0, np.array([1e-4]))[0] == pytest.approx(np.sqrt(1e-4 / 31))
    assert _stderr(single, theta, 0, np.array([100.0]))[0] == 1.0
    arc = Circuit("R(RQ)")
    own = series(0.01)[0].impedance[None]
    problem = problem_of(scaling(arc), FREQUENCY, own, weights(own, np.ones(own.shape, bool), "modulus"))
    theta = problem.scaling.theta(TRUTH[None])
    _, _, curvature = problem.normal_equations(theta)
    for k in range(4):
        expected = np.sqrt(np.linalg.inv(curvature)[0, k, k] * 1e-4)
        assert _stderr(problem, theta, k, np.array([1e-4]))[0] == pytest.approx(expected, rel=1e-6)


def test_limits_that_are_meant_by_name():
    assert (CLOSE, NARROW) == (0.01, 1e-3)


def resistor(bounds=(1e-6, 1e12), weight=0.5, n=2):
    """n spectra of R alone at 10 ohm, eight points: tau^2 is 8 w^2 (R - 10)^2."""
    z = np.full((n, 8), 10 + 0j)
    return problem_of(
        scaling(Circuit("R").with_bounds(R1=bounds)), np.geomspace(1e3, 1, 8), z, np.full((n, 16), weight)
    )


def test_the_ends_of_a_resistance_by_hand():
    """10 +- t s / (w sqrt(8)); the bound where that comes first; none where R may be next to nothing."""
    theta, variance, freedom = np.full((2, 1), np.log(10)), np.array([0.04, 0.0004]), np.array([15.0, 3.0])
    for level in (0.95, 0.5):
        half = student.ppf(0.5 + level / 2, freedom) * np.sqrt(variance) / 0.5 / np.sqrt(8)
        for side in (-1.0, 1.0):
            ends = np.exp(_end(resistor(), theta, 0, side, (variance, freedom, level)))
            np.testing.assert_allclose(ends - 10, side * half, rtol=0.02)
    narrow = resistor((9.95, 10.05))
    assert _end(narrow, theta, 0, 1.0, (variance, freedom, 0.95)).tolist()[0] == np.log(10.05)
    assert _end(narrow, theta, 0, -1.0, (variance, freedom, 0.95)).tolist()[0] == np.log(9.95)
    assert np.exp(_end(narrow, theta, 0, 1.0, (variance, freedom, 0.95)))[1] == pytest.approx(10.045, abs=5e-4)
    loud = np.array([1e4, 1e4])
    wide = resistor((0.0, np.inf))
    assert _end(wide, theta, 0, -1.0, (loud, freedom, 0.95)).tolist() == [-np.inf, -np.inf]
    assert _end(wide, np.full((2, 1), np.log(10)), 0, 1.0, (loud, freedom, 0.95))[0] == pytest.approx(
        np.log(10 + student.ppf(0.975, 15) * 100 / 0.5 / np.sqrt(8)), abs=0.01
    )


def test_an_end_is_sought_as_far_as_a_factor_of_160_000():
    """e^12: a bound that is nearer is an end that was tried, one beyond it is not."""
    theta, scale = np.full((2, 1), np.log(10)), (np.full(2, 1e30), np.full(2, 15.0), 0.95)
    for far, end in ((11.9, np.log(10) + 11.9), (12.1, np.inf)):
        found = _end(resistor((1e-12, 10 * np.exp(far))), theta, 0, 1.0, scale)
        np.testing.assert_allclose(found, end, err_msg=str(far))


def test_the_others_are_at_their_minimum_while_one_is_held():
    """Of two resistors in series the second makes up for the first, inside its bounds."""
    z = np.full((1, 4), 10 + 0j)
    problem = problem_of(
        scaling(Circuit("RR").with_bounds(R1=(1, 8), R2=(1, 6))), np.geomspace(1e3, 1, 4), z, np.ones((1, 8))
    )
    for held, first, second, cost in ((7.0, 7, 3, 0), (2.0, 2, 6, 4 * 2**2), (9.0, 8, 2, 0)):
        theta, found = _held_at(problem, np.log([[5.0, 5.0]]), 0, np.log([held]))
        np.testing.assert_allclose(np.exp(theta[0]), [first, second], rtol=1e-4)
        assert found[0] == pytest.approx(cost, abs=1e-6)


def test_what_is_said_of_an_end_that_is_none():
    circuit = Circuit("R").with_bounds(R1=(2.0, 50.0))
    fits = SimpleNamespace(circuit=circuit, column=lambda _: (np.full(7, 10.0), None))
    low = np.array([5.0, 2.0, 5.0, 2.0, np.nan, 5.0, 0.0])
    high = np.array([20.0, 20.0, 50.0, np.inf, 20.0, np.nan, 20.0])
    below, above = "the data allow any R1 below 10", "the data allow any R1 above 10"
    said = open_ends(fits, "R1", Interval(low, high))
    assert said[0] == ""
    assert said[1].startswith(below)
    assert said[1].endswith("to its bound 2 Ω")
    assert said[2].startswith(above)
    assert said[2].endswith("to its bound 50 Ω")
    first, second = said[3].split("; ")
    assert first.startswith(below)
    assert second.startswith(above)
    assert "bound" not in second
    assert said[4] == said[5] == "an end for R1 was not found in 40 trials"
    assert said[6].startswith(below)
    assert "bound" not in said[6]
    negative = Circuit("R").with_bounds(R1=(-50.0, 50.0))
    fits = SimpleNamespace(circuit=negative, column=lambda _: (np.array([-10.0, np.nan]), None))
    said = open_ends(fits, "R1", Interval(np.array([-20.0, np.nan]), np.array([-5.0, np.nan])))
    assert said == ("", "")


def test_what_a_step_of_the_misfit_costs_where_errors_come_from_residuals():
    """As much as makes the curvature give that error: eight points of weight 0.5 tell R to 1 / sqrt(8 / 4)."""
    rows = np.array([3, 1, 2, 0])
    given = {"values": np.full((4, 1), 10.0), "covariance": np.array([4.0, 1.5, np.nan, 0.0])[:, None, None]}
    fits = SimpleNamespace(
        options=SimpleNamespace(weighting="modulus"), names=("R1",), chi2_reduced=np.array([0.1, 0.2, 0.3, 0.4]),
        uneven=np.array([True, True, True, False]), **given,
    )  # fmt: skip
    problem = resistor(n=4)
    assert _variance(fits, rows, problem, "R1").tolist() == pytest.approx([0.4, 3.0, 0.3, 8.0])
    fits.uneven = np.zeros(4, bool)
    assert _variance(fits, rows, problem, "R1").tolist() == [0.4, 0.2, 0.3, 0.1]
    fits.options.weighting = "sigma"
    assert _variance(fits, rows, problem, "R1").tolist() == [1.0] * 4
