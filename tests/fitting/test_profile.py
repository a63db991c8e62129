"""Profile-likelihood intervals: against lmfit, symmetric for small errors, open where no limit is."""

from __future__ import annotations

import numpy as np
import pytest

from eisfit import Circuit, Series, Spectrum, fit
from eisfit.errors import CircuitError, FitError
from eisfit.fitting.problem import problem_of
from eisfit.fitting.profile import CLOSE, NARROW, _Bracket, _stderr, profile_intervals
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
    import lmfit

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
