"""Smoothness along a series: nearer to the truth, honest errors, breaks, and what cannot be smoothed."""

from __future__ import annotations

import pickle
from types import SimpleNamespace

import numpy as np
import pytest

from eisfit import Circuit, Series, Spectrum, fit
from eisfit.fitting.scaling import scaling
from eisfit.fitting.smooth import (
    LEAST,
    _along,
    _first_guess,
    _floor,
    _likelihood,
    _linearised,
    _most_likely,
    _observations,
    _predicted,
    _scaling,
    _Seen,
    _smoothed,
    _updated,
    _Walk,
    _walks,
    _wander,
    smooth,
)

FREQUENCY = np.logspace(6, -1, 36)
CIRCUIT = Circuit("R(RQ)")
N = 24
COURSE = 50 * np.exp(0.3 * np.sin(np.arange(N) / 6))


def series(course=COURSE, noise=0.01, seed=1, lead=None):
    """Spectra of R(RQ) whose R2 follows a course."""
    rng = np.random.default_rng(seed)
    z = CIRCUIT.impedance(FREQUENCY, {"R1": 10, "R2": course, "Q1": 1e-5, "Q1_n": 0.85})
    z = z + noise * np.abs(z) * (rng.standard_normal(z.shape) + 1j * rng.standard_normal(z.shape))
    return Series([Spectrum(FREQUENCY, row) for row in z])


def test_the_smoothed_course_is_nearer_to_the_truth_and_its_errors_hold():
    off, free, share = [], [], []
    for seed in range(3):
        fits = fit(series(seed=seed), CIRCUIT)
        along = smooth(fits)
        off.append(along.values[:, 1] - COURSE)
        free.append(fits.values[:, 1] - COURSE)
        share.append(np.abs(off[-1]) < 2 * along.stderr[:, 1])
        assert (along.stderr < fits.stderr).all()
    assert np.std(off) < 0.8 * np.std(free)
    assert np.mean(share) > 0.85


@pytest.mark.long
def test_a_bend_of_a_weakly_determined_course_is_not_cut_off():
    bend = 20 * np.exp(0.03 * np.maximum(np.arange(40) - 20, 0))
    truth = {"R1": 20, "R2": bend, "Q1": 2e-8, "Q1_n": 0.9}
    frequency = np.logspace(6, 2, 25)
    off, errors = [], []
    for seed in range(4):
        rng = np.random.default_rng(seed)
        z = CIRCUIT.impedance(frequency, truth)
        z = z + 0.005 * np.abs(z) * (rng.standard_normal(z.shape) + 1j * rng.standard_normal(z.shape))
        along = smooth(fit(Series([Spectrum(frequency, row) for row in z]), CIRCUIT))
        off.append(along.values[:, 1] - bend)
        errors.append(along.stderr[:, 1])
    bias = np.mean(off, axis=0) / np.mean(errors, axis=0)
    assert np.sqrt(np.mean(bias**2)) < 0.7
    assert np.abs(bias[15:26]).max() < 1.5
    assert np.mean(np.abs(off) < 1.96 * np.array(errors)) > 0.75


def test_a_spectrum_far_from_the_course_keeps_its_own_fit_and_leaves_the_others_alone():
    course = COURSE.copy()
    course[12] *= 0.4
    fits = fit(series(course), CIRCUIT)
    along = smooth(fits)
    assert np.isfinite(along.stderr).all()
    far = np.abs(np.arange(N) - 12) > 6
    assert np.abs(along.values[far, 1] / COURSE[far] - 1).max() < 0.05


def test_weights_given_as_an_array_are_those_of_the_same_name():
    data = series()[:8]
    by_array = smooth(fit(data, CIRCUIT, weighting=np.array([1 / np.abs(s.impedance) for s in data])))
    np.testing.assert_allclose(by_array.values, smooth(fit(data, CIRCUIT)).values, rtol=1e-6)


def test_nothing_is_borrowed_across_a_break():
    course = np.where(np.arange(N) < 12, 50.0, 10.0)
    fits = fit(series(course), CIRCUIT)
    broken = smooth(fits, breaks=[12])
    halves = [smooth(fit(series(course)[part], CIRCUIT)) for part in (slice(0, 12), slice(12, N))]
    np.testing.assert_allclose(broken.values, np.concatenate([h.values for h in halves]), rtol=1e-3)
    assert broken.wander.shape == (2, 4)


def test_short_segments_keep_the_free_fit():
    fits = fit(series()[: LEAST + 2], CIRCUIT)
    along = smooth(fits, breaks=[LEAST - 1])
    np.testing.assert_array_equal(along.values, fits.values)
    assert np.isnan(along.wander).all()


def test_a_value_at_its_bound_everywhere_does_not_keep_the_others_from_it():
    fits = fit(series(), CIRCUIT, bounds={"Q1_n": (0.3, 0.7)})
    assert fits.at_bound[:, 3].all()
    along = smooth(fits)
    np.testing.assert_array_equal(along.values[:, 3], fits.values[:, 3])
    assert np.isnan(along.covariance[:, 3]).all()
    assert np.isnan(along.covariance[:, :, 3]).all()
    assert np.isfinite(along.covariance[:, :3, :3]).all()
    assert np.isnan(along.wander[0]).tolist() == [False, False, False, True]
    held = smooth(fit(series(), CIRCUIT, fixed={"Q1_n": 0.7}))
    np.testing.assert_allclose(along.values[:, :2], held.values[:, :2], rtol=5e-3)
    assert (along.stderr[:, 1] < fits.stderr[:, 1]).mean() > 0.9  # a circuit so bound has uneven residuals


@pytest.mark.parametrize("noise", [0.0, 1e-6])
def test_exact_data_stay_what_they_are(noise):
    fits = fit(series(noise=noise), CIRCUIT)
    along = smooth(fits)
    np.testing.assert_allclose(along.values, fits.values, rtol=1e-4)
    assert np.isfinite(along.stderr).all()
    assert (along.stderr[:, 1] < 1e-3 * COURSE).all()


def test_a_spectrum_without_a_fit_is_bridged():
    spectra = list(series())
    spectra[0] = spectra[0].masked(np.ones(36, bool), "no contact")
    spectra[9] = Spectrum([1e-2], [50 - 1j])
    fits = fit(spectra, CIRCUIT)
    along = smooth(fits)
    for i in (0, 9):
        assert np.isnan(fits.values[i]).all()
        assert abs(along.values[i, 1] - COURSE[i]) < 4 * along.stderr[i, 1]
    assert along.stderr[9, 1] > along.stderr[11, 1]


def test_a_shared_value_keeps_the_error_of_the_joint_fit():
    fits = fit(series(), CIRCUIT, shared=("R1",))
    along = smooth(fits)
    np.testing.assert_array_equal(along.values[:, 0], fits.values[:, 0])
    np.testing.assert_array_equal(along.stderr[:, 0], fits.stderr[:, 0])
    assert (along.stderr[:, 1] < fits.stderr[:, 1]).all()


def test_fixed_and_tied_parameters():
    fits = fit(series(), Circuit("R(RQ)R"), fixed={"R3": 2}, tied={"R1": "R3"})
    along = smooth(fits)
    np.testing.assert_array_equal(along.values[:, [0, 4]], 2.0)
    np.testing.assert_array_equal(along.stderr[:, [0, 4]], 0.0)


def test_it_pickles_read_only():
    along = pickle.loads(pickle.dumps(smooth(fit(steady(), "R", weighting="sigma"))))
    assert not along.values.flags.writeable
    assert not along.covariance.flags.writeable


def seen(theta, noise=1e-4):
    """Observations (N, 1) of one coordinate."""
    theta = np.asarray(theta, float)[:, None]
    return _Seen(theta, np.full((len(theta), 1, 1), noise), np.ones((len(theta), 1), bool))


def test_a_step_of_the_walk_and_an_observation_by_hand():
    """Value += slope; the noise of the slope adds q / 3, q / 2, q. Then the gain of Kalman."""
    mean, spread = _predicted(np.array([[1.0, 0.5]]), np.array([[[4.0, 1.0], [1.0, 2.0]]]), np.array([[6.0]]))
    assert mean[0].tolist() == [1.5, 0.5]
    assert spread[0].tolist() == [[4 + 1 + 1 + 2 + 2, 1 + 2 + 3], [1 + 2 + 3, 2 + 6]]
    mean, after, term = _updated(mean, spread, np.array([2.5]), np.array([[2.0]]))
    assert mean[0].tolist() == pytest.approx([1.5 + 10 / 12, 0.5 + 6 / 12])
    np.testing.assert_allclose(after[0], [[10 - 100 / 12, 6 - 60 / 12], [6 - 60 / 12, 8 - 36 / 12]])
    assert term[0] == pytest.approx(-0.5 * (1 / 12 + np.log(12)))


def before_any_is_seen(n, q, first):
    """Mean (2N,) and covariance (2N, 2N) of value and slope of n spectra: the first of variance 100 around a value."""
    precision = np.zeros((2 * n, 2 * n))
    precision[:2, :2] += np.eye(2) / 100.0
    step, drive = np.array([[1.0, 1.0], [0.0, 1.0]]), np.linalg.inv(q * np.array([[1 / 3, 1 / 2], [1 / 2, 1.0]]))
    for i in range(1, n):
        both = np.concatenate([-step, np.eye(2)], axis=1)
        at = slice(2 * i - 2, 2 * i + 2)
        precision[at, at] += both.T @ drive @ both
    return np.tile([first, 0.0], n), np.linalg.inv(precision)


def test_the_smoothed_course_is_that_of_all_observations_at_once():
    """Against one Gaussian over values and slopes of six spectra, two of them not seen, solved as a whole."""
    theta, q, noise = np.array([7.0, 0.1, 0.3, 9.0, 0.5, 0.4]), 0.02, 0.01
    known = np.array([False, True, True, False, True, True])
    data = seen(theta, noise)._replace(seen=known[:, None])
    prior, covariance = before_any_is_seen(6, q, theta[1])
    picked = np.flatnonzero(known) * 2
    both = covariance[np.ix_(picked, picked)] + noise * np.eye(4)
    gain = np.linalg.solve(both, covariance[picked]).T
    off = theta[known] - prior[picked]
    mean, spread = _smoothed(data, np.array([q]))
    np.testing.assert_allclose(mean[:, 0], (prior + gain @ off)[::2], rtol=1e-6)
    np.testing.assert_allclose(spread[:, 0, 0], np.diag(covariance - gain @ covariance[picked])[::2], rtol=1e-6)
    likelihood = -0.5 * (off @ np.linalg.solve(both, off) + np.linalg.slogdet(both)[1])
    other = _likelihood(data, np.array([[q], [5 * q]]))
    assert other[0] == pytest.approx(likelihood)
    assert other[1] != pytest.approx(likelihood, rel=1e-3)


def test_the_first_guess_of_a_wander():
    """The median square of second differences over 0.455, less six variances of what was seen, a little at least."""
    bends = seen([0, 1, 0, 1, 0, 1.0], 0.01)
    assert _first_guess(bends)[0] == pytest.approx(4 / 0.455 - 0.06 + 1e-12)
    assert _first_guess(seen(np.arange(6.0), 0.01))[0] == pytest.approx(1e-6 + 1e-12)


def test_the_likeliest_wander_is_a_maximum():
    rng = np.random.default_rng(3)
    slope = np.cumsum(0.05 * rng.standard_normal(60))
    data = seen(np.cumsum(slope) + 0.02 * rng.standard_normal(60), 4e-4)
    found = _most_likely(data)
    best = _likelihood(data, found[None])[0]
    for factor in (0.3, 0.6, 1.7, 3.0):
        assert _likelihood(data, factor * found[None])[0] <= best + 0.15, factor
    assert 0.02 < np.sqrt(found[0]) < 0.12


def test_five_spectra_make_a_walk():
    for n, walks in ((5, True), (4, False)):
        assert (_walks(seen(np.arange(float(n)))) is not None) == walks, n
    both = _Seen(np.zeros((6, 2)), np.tile(np.eye(2), (6, 1, 1)), np.arange(6)[:, None] < [6, 4])
    assert _walks(both).of.tolist() == [True, False]


def test_where_nothing_walks_the_free_fit_stands():
    data = _Seen(np.array([[1.0, 5.0]] * 6), np.tile(1e-4 * np.eye(2), (6, 1, 1)), np.ones((6, 2), bool))
    bent = data._replace(theta=data.theta + np.array([0, 1, 0, 1, 0, 1.0])[:, None])
    walk = _Walk(np.array([True, False]), np.array([1e-9, 1e-9]))
    along = _along(bent, walk)
    np.testing.assert_array_equal(along[:, 1], bent.theta[:, 1])
    assert np.ptp(along[:, 0]) < 0.6  # hardly a wander: a line through 1 and 2 in turn
    assert _along(bent, None) is bent.theta
    np.testing.assert_allclose(_wander(walk._replace(variance=np.array([0.25, 0.25])), 2), [1.5, np.nan])
    assert np.isnan(_wander(None, 3)).tolist() == [True] * 3


def test_what_is_hardly_added_to_a_variance_and_what_stands_where_nothing_was_seen():
    """1e-5 relative, and a factor of e^10."""
    np.testing.assert_array_equal(_floor(np.array([[True, False]]))[0], [[1e-10, 0], [0, 100]])


def test_free_fits_as_observations_of_logarithms():
    """ln R, ln (R C); variances relative; nothing of what is at its bound, or was not fitted."""
    circuit = Circuit("R(RC)")
    spread = np.zeros((3, 3, 3))
    spread[:, [0, 1, 2], [0, 1, 2]] = np.array([0.1, 0.4, 2e-6]) ** 2
    spread[:, 0, 1] = spread[:, 1, 0] = -0.02
    values = np.array([[10.0, 20.0, 1e-4], [10.0, 20.0, 1e-4], [np.nan] * 3])
    bound = np.array([[False] * 3, [False, True, False], [False] * 3])
    fits = SimpleNamespace(values=values, covariance=spread, at_bound=bound, circuit=circuit)
    found = _observations(fits, scaling(circuit))
    assert found.seen.tolist() == [[True] * 3, [True, False, True], [False] * 3]
    assert found.known.tolist() == [True, True, False]
    np.testing.assert_allclose(found.theta[0], np.log([10, 20, 2e-3]))
    both = -0.02 / (10 * 20)
    np.testing.assert_allclose(
        found.noise[0] - 1e-10 * np.eye(3),
        [[1e-4, both, both], [both, 4e-4, 4e-4], [both, 4e-4, 8e-4]],
    )
    np.testing.assert_allclose(found.noise[1], np.diag([1e-4 + 1e-10, 100, 4e-4 + 1e-10]), atol=1e-18)
    np.testing.assert_allclose(found.noise[2], 100 * np.eye(3))


def steady(n=6, sigma=2.0):
    """n spectra of 10 ohm at four frequencies, whose errors in ohm are known: that of R is half of it."""
    f = np.geomspace(1e3, 1, 4)
    return Series([Spectrum(f, np.array([11, 9, 11, 9 + 0j]), sigma=np.full(4, sigma)) for _ in range(n)])


def test_a_spectrum_is_linearised_on_the_course_unless_that_is_too_far():
    """chi2 may rise by 1 + 6 sqrt(2) = 9.485: 4 (a - 10)^2 / sigma^2. Then ln a + 10 / a - 1, variance 1 / a^2."""
    fits = fit(steady(), "R", weighting="sigma")
    free = _observations(fits, _scaling(fits))
    a = np.array([13.0, 13.2, 7.0, 6.8, 10.0, 12.0])
    free = free._replace(seen=np.array([[True]] * 5 + [[False]]))
    found = _linearised(fits, free, np.log(a)[:, None])
    near = np.array([0, 2, 4])
    np.testing.assert_allclose(found.theta[near, 0], np.log(a[near]) + 10 / a[near] - 1, rtol=1e-6)
    np.testing.assert_allclose(found.noise[near, 0, 0], 1 / a[near] ** 2 + 1e-10, rtol=1e-6)
    rest = np.array([1, 3, 5])
    np.testing.assert_array_equal(found.theta[rest], free.theta[rest])
    np.testing.assert_array_equal(found.noise[rest], free.noise[rest])
    np.testing.assert_array_equal(found.seen, free.seen)


def test_without_known_errors_chi2_is_in_units_of_its_reduced_one():
    """Four residuals of 1 ohm are a reduced chi2 of 4 / 7: (a - 10)^2 = 9.485 / 7 is too far."""
    fits = fit(steady(5), "R", weighting="unit")
    free = _observations(fits, _scaling(fits))
    a = 10 + np.sqrt(9.485 / 7) * np.array([0.99, 1.01, -0.99, -1.01, 0.0])
    found = _linearised(fits, free, np.log(a)[:, None])
    moved = found.noise[:, 0, 0] != free.noise[:, 0, 0]
    assert moved.tolist()[:4] == [True, False, True, False]
    np.testing.assert_allclose(found.noise[[0, 2], 0, 0], 1 / 7 / a[[0, 2]] ** 2 + 1e-10, rtol=1e-6)


def test_the_coordinate_of_a_tail_is_taken_at_the_lowest_frequency_of_all():
    spectra = [Spectrum([100.0, 10.0, low], [5 - 1j, 6 - 2j, 7 - 9j]) for low in (1.0, 0.01, 0.1)]
    fits = SimpleNamespace(series=spectra, circuit=Circuit("RQ"), options=SimpleNamespace(tied=(), shared=()))
    assert _scaling(fits).ln_omega_tail == pytest.approx(np.log(2 * np.pi * 0.01))


def test_breaks_at_the_ends_are_none_and_a_formula_follows_what_it_hangs_on():
    rng = np.random.default_rng(4)
    f = np.geomspace(1e3, 1, 4)
    spectra = [Spectrum(f, (30 + i) * (1 + 0.01 * rng.standard_normal(4)) + 0j) for i in range(7)]
    fits = fit(spectra, "RR", tie={"R1": "2 * R2"})
    along = smooth(fits, breaks=[7, 0, -2, 9])
    assert along.wander.shape == (1, 1)
    assert along.values[3, 1] != fits.values[3, 1]
    np.testing.assert_allclose(along.values[:, 0], 2 * along.values[:, 1])
    np.testing.assert_allclose(along.covariance[:, 0, 1], 2 * along.covariance[:, 1, 1])
    np.testing.assert_allclose(along.stderr[:, 0], 2 * along.stderr[:, 1])
    assert smooth(fits, breaks=[6, 1]).wander.shape == (3, 1)


def test_a_series_of_one_resistance_by_hand():
    """The walk of ln R, wandering three times as much as is most likely; errors back in ohm."""
    rng = np.random.default_rng(5)
    f = np.geomspace(1e3, 1, 4)
    course = 30 * np.exp(0.02 * np.cumsum(np.cumsum(rng.standard_normal(9))) / 3)
    fits = fit([Spectrum(f, r * (1 + 0.01 * rng.standard_normal(4)) + 0j) for r in course], "R")
    along = smooth(fits)
    data = _observations(fits, _scaling(fits))
    wander = np.sqrt(_most_likely(data))
    np.testing.assert_allclose(along.wander[0], 3 * wander)
    first, _ = _smoothed(data, wander**2)
    mean, spread = _smoothed(_linearised(fits, data, first), (3 * wander) ** 2)
    np.testing.assert_allclose(along.values, np.exp(mean))
    np.testing.assert_allclose(along.stderr, np.exp(mean) * np.sqrt(spread[:, 0]))
