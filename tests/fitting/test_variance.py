"""The variance of residuals as a smooth function: against draws whose variance is known."""

from __future__ import annotations

import numpy as np

from eisfit import Circuit
from eisfit.fitting.problem import Problem, problem_of
from eisfit.fitting.scaling import scaling
from eisfit.fitting.variance import smooth_variance
from eisfit.fitting.weighting import weights

F = np.logspace(6, -2, 65)
Z = Circuit("R(RQ)(RQ)").impedance(F, [2.0, 10.0, 3.1e-6, 0.9, 200.0, 2e-3, 0.8])


def problem(n: int, used: np.ndarray | None = None) -> Problem:
    z, used = np.tile(Z, (n, 1)), np.ones((n, F.size), bool) if used is None else np.tile(used, (n, 1))
    return problem_of(scaling(Circuit("R(RQ)(RQ)")), F, z, weights(z, used, "modulus"))


def squares(true: np.ndarray, n: int = 300) -> np.ndarray:
    """Squares of noise (n, 2F) of a variance (F,)."""
    return np.repeat(true, 2) * np.random.default_rng(1).standard_normal((n, 2 * F.size)) ** 2


def test_a_part_in_ohm_a_noisy_end_and_even_noise_are_told():
    for name, true in {
        "ohm": 1e-6 + (0.05 / np.abs(Z)) ** 2,
        "end": 1e-6 * (1 + 10 / F),
        "even": np.full(F.size, 1e-6),
    }.items():
        found = smooth_variance(problem(300), squares(true))
        assert found.told.mean() > 0.95, name
        mean = found.variance[found.told].mean(axis=0) / np.repeat(true, 2)
        assert np.all(np.abs(mean - 1) < 0.25), (name, mean)


def test_its_degrees_of_freedom_are_those_of_the_scatter():
    """A chi2 of nu degrees of freedom scatters by sqrt(2 / nu)."""
    true = 1e-6 + (0.05 / np.abs(Z)) ** 2
    found = smooth_variance(problem(300), squares(true))
    shares = np.zeros((300, 2, 2 * F.size))
    shares[:, 0, :30] = found.variance[:, :30]
    shares[:, 1] = found.variance
    sums = shares.sum(axis=2)
    seen = 2 * sums.mean(axis=0) ** 2 / sums.var(axis=0)
    told = np.median(found.freedom(shares), axis=0)
    assert np.all(np.abs(np.log(told / seen)) < 0.25), (told, seen)


def test_a_wild_point_is_no_function_of_the_frequency():
    true = np.full(F.size, 1e-6)
    square = squares(true, 20)
    square[:, 40] = 900e-6
    found = smooth_variance(problem(20), square)
    assert not found.told.any()
    np.testing.assert_array_equal(found.variance, square)


def test_points_that_do_not_count_say_nothing_and_few_numbers_make_a_plainer_function():
    square = squares(np.full(F.size, 1e-6), 5)
    for kept, degrees in ((np.arange(F.size) > 9, 3), (np.arange(F.size) % 2 > 0, 2), (np.arange(F.size) % 4 > 2, 1)):
        wild = np.where(np.repeat(kept, 2), square, 1.0)
        found = smooth_variance(problem(5, kept), wild)
        assert found.told.all()
        assert np.all(found.variance[:, np.repeat(kept, 2)] < 1e-5)
        assert (np.abs(found.slopes).sum(axis=(0, 1)) > 0).sum() == 1 + 2 * degrees
    few = smooth_variance(problem(5, np.arange(F.size) < 12), square)
    assert not few.told.any()
