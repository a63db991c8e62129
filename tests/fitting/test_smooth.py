"""Smoothness along a series: nearer to the truth, honest errors, breaks, and what cannot be smoothed."""

from __future__ import annotations

import pickle

import numpy as np
import pytest

from eisfit import Circuit, Series, Spectrum, fit
from eisfit.fitting.smooth import (
    LEAST,
    _first_guess,
    _likelihood,
    _most_likely,
    _predicted,
    _Seen,
    _smoothed,
    _updated,
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
    data = series()[:12]
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
    assert np.isnan(along.stderr[:, 3]).all()
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
    along = pickle.loads(pickle.dumps(smooth(fit(series()[:LEAST], CIRCUIT))))
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


def test_the_smoothed_course_is_that_of_all_observations_at_once():
    """Against one Gaussian over values and slopes of six spectra, solved as a whole."""
    theta, q, noise, n = np.array([0.0, 0.1, 0.3, 0.2, 0.5, 0.4]), 0.02, 0.01, 6
    precision, target = np.zeros((2 * n, 2 * n)), np.zeros(2 * n)
    first = np.eye(2) / 100.0
    precision[:2, :2] += first
    target[:2] += first @ [theta[0], 0.0]
    step, drive = np.array([[1.0, 1.0], [0.0, 1.0]]), np.linalg.inv(q * np.array([[1 / 3, 1 / 2], [1 / 2, 1.0]]))
    for i in range(n):
        precision[2 * i, 2 * i] += 1 / noise
        target[2 * i] += theta[i] / noise
        if i:
            both = np.concatenate([-step, np.eye(2)], axis=1)
            at = slice(2 * i - 2, 2 * i + 2)
            precision[at, at] += both.T @ drive @ both
    covariance = np.linalg.inv(precision)
    mean, spread = _smoothed(seen(theta, noise), np.array([q]))
    np.testing.assert_allclose(mean[:, 0], (covariance @ target)[::2], rtol=1e-6)
    np.testing.assert_allclose(spread[:, 0, 0], np.diag(covariance)[::2], rtol=1e-6)


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
