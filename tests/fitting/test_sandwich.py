"""Errors where the scatter is not the same over the spectrum, and that equal scatter stays equal."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest
from scipy.stats import t as student

from eisfit import Circuit, fit, fit_batch
from eisfit.fitting.problem import problem_of
from eisfit.fitting.profile import profile_intervals
from eisfit.fitting.sandwich import Scatter, _pull, _reweighted, _upper, _widened, scatter, trend, unevenness
from eisfit.fitting.scaling import scaling
from eisfit.fitting.weighting import weights

F = np.logspace(6, -2, 65)
CIRCUIT = Circuit("R(RQ)(RQ)")
TRUTH = np.array([2.0, 10.0, 3.1e-6, 0.9, 200.0, 2e-3, 0.8])


def repeated(n, share, ohm, seed=3):
    rng = np.random.default_rng(seed)
    z = np.tile(CIRCUIT.impedance(F, TRUTH), (n, 1))
    return z + np.hypot(share * np.abs(z), ohm) * (rng.standard_normal(z.shape) + 1j * rng.standard_normal(z.shape))


def held(fits):
    """Share of 95 % intervals that hold, by parameter."""
    low, high = fits.intervals()
    return np.mean((low <= TRUTH) & (high >= TRUTH), axis=0)


@pytest.mark.parametrize("ohm", [0.3, *(pytest.param(ohm, marks=pytest.mark.long) for ohm in (0.02, 0.1))])
def test_constant_noise_is_seen_and_errors_hold(ohm):
    """600 draws: coverage is known to 0.9 %; with one reduced chi2 the worst parameter had 57 %.

    Noise of 0.3 ohm is a seventh of the smallest |Z|: with errors to first order Q held in 92 to 93 %.
    """
    fits = fit_batch(F, repeated(600, 0.001, ohm), CIRCUIT, start=np.tile(TRUTH, (600, 1)))
    assert fits.uneven.mean() > 0.99
    assert np.all(np.abs(held(fits) - 0.955) < 0.025), held(fits)


def test_noise_that_goes_with_the_modulus_is_left_alone():
    fits = fit_batch(F, repeated(600, 0.003, 0.0), CIRCUIT, start=np.tile(TRUTH, (600, 1)))
    assert fits.uneven.mean() < 0.12
    assert np.all(np.abs(held(fits) - 0.95) < 0.035), held(fits)


def test_a_noisy_end_of_the_band_is_seen_too():
    z = repeated(100, 0.001, 0.0)
    rng = np.random.default_rng(8)
    noise = rng.standard_normal(z.shape) + 1j * rng.standard_normal(z.shape)
    z[:, -12:] *= 1 + 0.02 * noise[:, -12:]
    assert fit_batch(F, z, CIRCUIT, start=np.tile(TRUTH, (100, 1))).uneven.mean() > 0.95


def test_known_sigma_is_no_guess():
    z = repeated(20, 0.001, 0.1)
    sigma = np.full(z.shape, 0.05)
    assert not fit_batch(F, z, CIRCUIT, start=np.tile(TRUTH, (20, 1)), weighting="sigma", sigma=sigma).uneven.any()


def test_profile_intervals_are_as_wide(as_series):
    z = repeated(10, 0.001, 0.1)
    fits = fit(as_series(z, F), CIRCUIT, start=np.tile(TRUTH, (10, 1)))
    assert fits.uneven.all()
    low, high = fits.intervals()
    for name in ("R1", "R3"):
        k = fits.names.index(name)
        interval = profile_intervals(fits, [name])[name]
        np.testing.assert_allclose(interval.upper - interval.lower, high[:, k] - low[:, k], rtol=0.1)


def test_intervals_take_student_t():
    f = np.logspace(5, 0, 6)
    circuit = Circuit("R(RQ)")
    truth = np.array([20.0, 50.0, 3e-5, 0.85])
    rng = np.random.default_rng(2)
    z = np.tile(circuit.impedance(f, truth), (600, 1))
    z = z * (1 + 0.003 * (rng.standard_normal(z.shape) + 1j * rng.standard_normal(z.shape)))
    fits = fit_batch(f, z, circuit, start=truth)
    low, high = fits.intervals()
    covered = np.mean((low <= truth) & (truth <= high), axis=0)
    assert np.all(np.abs(covered - 0.95) < 0.025), covered
    normal = np.mean(np.abs(fits.values - truth) <= 1.96 * fits.stderr, axis=0)
    assert np.all(normal < 0.93)
    assert (high - low)[0, 0] / fits.stderr[0, 0] == pytest.approx(2 * 2.306, rel=1e-3)


def test_the_quantile_of_student_t_is_that_of_scipy():
    freedom = np.array([3.0, 4.0, 6.0, 10.0, 30.0, 200.0])
    np.testing.assert_allclose(_upper(freedom), student.ppf(0.975, freedom), rtol=0.01)
    x, many = 1.959964, np.array([40.0, 60.0, 100.0])
    next_term = (79 * x**9 + 776 * x**7 + 1482 * x**5 - 1920 * x**3 - 945 * x) / 92160  # that it leaves out
    np.testing.assert_allclose(_upper(many) + next_term / many**4, student.ppf(0.975, many), rtol=1e-8)


def resistor(z, weighting="unit"):
    """The problem of R alone."""
    z = np.asarray(z, complex)
    f = np.geomspace(1e4, 1, z.shape[1])
    return problem_of(scaling(Circuit("R")), f, z, weights(z, np.ones(z.shape, bool), weighting))


def test_squares_that_go_with_the_frequency_are_a_trend():
    """The correlation of the squares of a point with ln f, ln |Z| or 1 / |Z|, times sqrt(n)."""
    z = 10 + np.zeros((3, 8))
    x = np.linspace(-1, 1, 8)
    squares = np.repeat(np.array([2 + x, 2 - x, 2 + np.tile([1, -1], 4)]), 2, axis=1) / 2
    wave = abs(np.corrcoef(x, np.tile([1, -1], 4))[0, 1])
    assert trend(resistor(z), squares) == pytest.approx(np.sqrt(8) * np.array([1, 1, wave]))
    sizes = 10 * np.exp(np.tile([1.0, -1.0], 4))
    with_size = np.repeat(2 + np.tile([1.0, -1.0], 4), 2)[None]
    assert trend(resistor(sizes[None]), with_size)[0] == pytest.approx(np.sqrt(8))
    assert trend(resistor(z[:1]), np.ones((1, 16)))[0] == 0
    either = squares.copy()  # of Re alone, or of Im alone
    either[0, 0::2], either[0, 1::2] = 2 * squares[0, 0::2], 0
    either[1, 1::2], either[1, 0::2] = 2 * squares[1, 1::2], 0
    assert trend(resistor(z), either) == pytest.approx(trend(resistor(z), squares))
    rng = np.random.default_rng(4)
    whole, loud = 10 * np.exp(rng.standard_normal((1, 8))), rng.random((1, 16))
    problem = resistor(whole)
    kept = np.repeat(np.arange(8) < 6, 2)
    masked = problem_of(problem.scaling, problem.s.imag / (2 * np.pi), whole, problem.weight * kept)
    few = problem_of(problem.scaling, problem.s.imag[:6] / (2 * np.pi), whole[:, :6], problem.weight[:, :12])
    assert trend(masked, loud)[0] == pytest.approx(trend(few, loud[:, :12])[0])


def test_where_scatter_is_asked_for():
    """Squares over 1 - h, h at most 0.98; ten numbers beyond the unknowns; nothing where weights are no guess."""
    rng = np.random.default_rng(2)
    sign = rng.choice([-1.0, 1.0], 80)
    r = np.repeat(np.geomspace(0.1, 10, 40), 2)[None] * sign
    problem = resistor(np.full((1, 40), 10.0))
    uneven, square = unevenness(problem, r, np.full((1, 80), 0.5), known=False)
    assert uneven[0]
    np.testing.assert_allclose(square, 2 * r**2)
    np.testing.assert_allclose(unevenness(problem, r, np.ones((1, 80)), known=True)[1], r**2 / 0.02)
    assert not unevenness(problem, r, np.full((1, 80), 0.5), known=True)[0][0]
    assert not unevenness(problem, np.abs(r), np.full((1, 80), 0.5), known=False)[0][0]  # it has a shape


def test_ten_numbers_beyond_the_unknowns_are_needed():
    """Six points of two resistors have ten to spare, of three resistors nine."""
    loud = np.sqrt(np.linspace(0.1, 1, 6))[None].repeat(2, axis=1)
    r = np.repeat(loud[:, :6], 2, axis=1) * np.tile([1, -1, -1, 1, 1, 1, -1, -1, -1, 1, 1, -1], 1)
    f, z = np.geomspace(1e4, 1, 6), np.full((1, 6), 10 + 0j)
    for text, asked in (("RR", True), ("RRR", False)):
        problem = problem_of(scaling(Circuit(text)), f, z, np.ones((1, 12)))
        assert unevenness(problem, r, np.zeros((1, 12)), known=False)[0].tolist() == [asked], text
    fewer = problem_of(scaling(Circuit("RR")), f, z, np.array([[1.0] * 10 + [0.0] * 2]))
    assert not unevenness(fewer, np.where(fewer.weight > 0, r, 0), np.zeros((1, 12)), known=False)[0][0]


def test_what_goes_with_nothing_before_the_fit_is_taken_off_is_not_looked_at():
    """Squares 2 + c x and a wave: a correlation of c over its size times sqrt(40), 1.26 or 0.76. Then 10 + 5 x."""
    x = np.linspace(-1, 1, 40)
    wave = np.tile([1.0, -1.0, -1.0, 1.0], 10)  # as good as at right angles to x
    sign = np.random.default_rng(2).choice([-1.0, 1.0], 80)
    for share, asked in ((0.2, True), (0.12, False)):
        c = share / x.std()
        before, after = 2 + c * x + wave, 10 + 5 * x + wave
        r = np.sqrt(np.repeat(before, 2) / 2)[None] * sign
        leverage = 1 - np.repeat(before / after, 2)[None]
        problem = resistor(np.full((1, 40), 10.0))
        assert trend(problem, r**2)[0] == pytest.approx(share / np.hypot(1, share) * np.sqrt(40), rel=0.02)
        assert unevenness(problem, r, leverage, known=False)[0].tolist() == [asked], share


def test_the_covariance_from_the_squares_of_residuals():
    """Few numbers tell no function: sum r^2 / (1 - h) over n^2, h = 1 / n, widened by Student's t.

    That is for 3 (sum)^2 / sum^2 degrees of freedom. One of thirteen points does not
    count; imaginary parts tell nothing of R.
    """
    n, sign = 12, np.tile([1, -1, -1, 1, 1, 1, -1, -1, -1, 1, 1, -1], 2)
    loud = np.repeat(np.linspace(0.2, 2, n), 2) * sign
    weight = np.array([[1.0] * 24 + [0.0] * 2])
    problem = problem_of(scaling(Circuit("R")), np.geomspace(1e4, 1, 13), np.full((1, 13), 10 + 0j), weight)
    r, j = np.append(loud, [0, 0])[None], np.array([[[1.0, 0.0] * 12 + [0.0] * 2]])
    at = r, j, np.array([[[1 / 12]]])
    with np.errstate(invalid="ignore"):
        found = scatter(problem, at, np.array([7.0]), known=False)
    assert found.uneven[0]
    squares = loud[::2] ** 2 / (1 - 1 / 12)
    np.testing.assert_allclose(found.variance[0, :24:2], squares)
    np.testing.assert_allclose(found.variance[0, 1:24:2], loud[1::2] ** 2)
    own = 3 * squares.sum() ** 2 / (squares**2).sum()
    wider = _upper(np.array([own])) / _upper(np.array([23.0]))
    np.testing.assert_allclose(found.covariance, (squares.sum() / 144 * wider**2)[:, None, None])
    known = scatter(problem, at, np.array([7.0]), known=True)
    np.testing.assert_allclose(known.covariance, 7 / 12)
    assert (known.uneven.any(), known.variance.tolist()) == (False, [[7.0] * 26])
    even = scatter(problem, (np.abs(r) * 0 + 1, j, at[2]), np.array([7.0]), known=False)
    np.testing.assert_allclose(even.covariance, 7 / 12)


def test_the_variance_of_a_sum_of_noise():
    noise = Scatter(np.zeros((2, 1, 1)), np.zeros(2, bool), np.array([[9.0, 9.0], [2.0, 5.0]]))
    assert noise.variance_along(np.array([1]), np.array([[3.0, 4.0]])).tolist() == [9 * 2 + 16 * 5]


def test_squares_after_a_step_with_other_weights():
    """The weighted mean of 1, 2, 3 and 6 with variances 1, 1, 1 and 4 is 30 / 13; h = 4 / 13 and 1 / 13.

    A coordinate that is held takes nothing off.
    """
    variance, r = np.array([[1.0, 1.0, 1.0, 4.0]]), np.array([[1.0, 2.0, 3.0, 6.0]])
    j = np.array([[[1.0, 1.0, 1.0, 1.0], [5.0, 1.0, 0.0, 2.0]]])
    inverse = np.array([[[0.25, 0.0], [0.0, 0.0]]])
    expected = (r - 30 / 13) ** 2 / (1 - np.array([4, 4, 4, 1]) / 13)
    np.testing.assert_allclose(_reweighted(variance, r, (j, inverse)), expected)
    one = _reweighted(np.array([[1e-4, 1, 1, 1]]), r, (j, inverse))
    assert one[0, 0] == pytest.approx(((r[0] - (1e4 + 11) / (1e4 + 3)) ** 2)[0] / 0.02)  # a share of 0.98 at most


def test_how_errors_grow_where_few_numbers_tell_a_variance():
    """Of one number alone three degrees of freedom, of n equal ones 3 n, never more than all there are."""
    smooth = SimpleNamespace(told=np.array([False]), freedom=lambda shares: np.full(shares.shape[:2], np.nan))
    shares = np.array([[[1.0] + [0.0] * 9, [1.0] * 10, [1.0, 1.0] + [0.0] * 8, [2.0, 1.0] + [0.0] * 8]])
    found = _widened(shares, np.array([20]), smooth)
    expected = student.ppf(0.975, [3, 20, 6, 3 * 9 / 5]) / student.ppf(0.975, 20)
    np.testing.assert_allclose(found[0], expected, rtol=0.012)


def test_weights_of_what_was_measured_pull_towards_small_points():
    """-2 var(e) Z / |Z|^2 in units of the weights, along the parameter; other weights pull nothing."""
    z = np.array([[3 - 4j, 10 + 0j]])
    towards, variance = np.ones((1, 1, 4)), np.array([[0.01, 0.01, 0.04, 0.04]])
    found = _pull(resistor(z, "modulus"), towards, variance)
    assert found[0, 0] == pytest.approx(-2 * (0.01 * 0.6 - 0.01 * 0.8 + 0.04))
    assert _pull(resistor(z), towards, variance)[0, 0] == 0
    problem = resistor(np.array([[3 - 4j, 10, 7]]), "modulus")
    kept = np.array([[1.0, 1, 1, 1, 0, 0]])
    some = problem_of(problem.scaling, np.ones(3), np.array([[3 - 4j, 10, 7]]), problem.weight * kept)
    assert _pull(some, kept[:, None], np.append(variance, [[9, 9]], axis=1))[0, 0] == pytest.approx(found[0, 0])
