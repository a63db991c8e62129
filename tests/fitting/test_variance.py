"""The variance of residuals as a smooth function: against draws whose variance is known."""

from __future__ import annotations

import numpy as np

from eisfit import Circuit
from eisfit.fitting.problem import Problem, problem_of
from eisfit.fitting.scaling import scaling
from eisfit.fitting.variance import most_likely, polynomials, smooth_variance, wildness
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


def test_polynomials_are_orthonormal_over_the_numbers_that_count():
    for used in (np.ones(F.size, bool), np.arange(F.size) % 3 > 0):
        counted = np.repeat(used, 2)
        for degree in (1, 2, 3):
            columns = polynomials(problem(2, used), degree)
            assert columns.shape == (2, 2 * F.size, 1 + 2 * degree)
            assert not columns[:, ~counted].any()
            np.testing.assert_array_equal(columns[:, counted, 0], 1.0)
            products = columns.swapaxes(1, 2) @ columns / counted.sum()
            np.testing.assert_allclose(products, np.tile(np.eye(1 + 2 * degree), (2, 1, 1)), atol=1e-9)


def test_the_likeliest_variance_solves_its_equations():
    """The gradient, sum of slopes (s / v - 1), is 0; from there on nothing changes."""
    square = squares(1e-6 + (0.05 / np.abs(Z)) ** 2, 4)
    slopes = polynomials(problem(4), 3)
    v, c, inverse = most_likely(slopes, square)
    np.testing.assert_allclose(np.einsum("nmq,nm->nq", slopes, square / v - 1), 0, atol=1e-4)
    np.testing.assert_allclose(np.log(v), np.einsum("nmq,nq->nm", slopes, c))
    np.testing.assert_allclose(inverse, np.tile(np.eye(7) / (2 * F.size), (4, 1, 1)), atol=1e-12)
    again, same, _ = most_likely(slopes, square, c)
    np.testing.assert_allclose(again, v, rtol=1e-5)
    np.testing.assert_allclose(same, c, atol=1e-5)


def test_numbers_that_a_polynomial_needs_and_what_is_wild():
    """Ten numbers for each of 7, 5 and 3 coefficients; a mean of (s / v)^2 of 8 is too much."""
    square = squares(np.full(F.size, 1e-6), 1)
    for points, count in ((35, 7), (34, 5), (25, 5), (24, 3), (15, 3), (14, 0)):
        found = smooth_variance(problem(1, np.arange(F.size) < points), square)
        assert (np.abs(found.slopes).sum(axis=(0, 1)) > 0).sum() == count, points
        assert found.told[0] == (count > 0)
    v = np.full((1, 2 * F.size), 2.0)
    used = np.arange(F.size) > 9
    given = np.where(np.repeat(used, 2), 6.0, 99.0)[None]
    assert wildness(problem(1, used), given, v)[0] == 9.0


def test_a_search_that_goes_on_from_one_before_ends_at_the_same():
    square = squares(1e-6 * (1 + 10 / F), 3)
    first = smooth_variance(problem(3), square)
    again = smooth_variance(problem(3), square * 1.0001, first)
    np.testing.assert_allclose(again.variance, first.variance * 1.0001, rtol=1e-4)
    none = first._replace(told=np.array([True, False, True]))
    assert smooth_variance(problem(3), square, none).told.tolist() == [True, False, True]


def test_directions_that_others_give_already_are_nothing():
    """ln |Z| of a capacitor is a line in ln f: of four columns two are left, orthogonal and of mean square 1."""
    f = np.geomspace(1e4, 1, 12)
    z = 1 / (2j * np.pi * f * 1e-5)
    problem = problem_of(scaling(Circuit("C")), f, z[None], np.ones((1, 24)))
    columns = polynomials(problem, 2)[0, ::2]
    gram = columns.T @ columns / 12
    sizes = np.sort(np.diag(gram))
    np.testing.assert_allclose(sizes, [0, 0, 1, 1, 1], atol=1e-6)
    np.testing.assert_allclose(gram - np.diag(np.diag(gram)), 0, atol=1e-6)


def test_a_direction_of_less_than_a_ten_millionth_says_nothing():
    """ln |Z| goes with ln f but for a wave of share d: of the two the smaller direction has d^2 / 4 of the larger."""
    f = np.geomspace(1e4, 1, 12)
    x = np.log(f) - np.log(f).mean()
    x /= np.sqrt(np.mean(x**2))
    wave = np.tile([1.0, -1.0, -1.0, 1.0], 3)
    wave -= np.mean(wave * x) * x
    wave /= np.sqrt(np.mean(wave**2))
    for share, left in ((1.1e-7, 2), (0.9e-7, 1)):
        z = np.exp(-x + np.sqrt(4 * share) * wave)[None] + 0j
        columns = polynomials(problem_of(scaling(Circuit("C")), f, z, np.ones((1, 24))), 1)[0, :, 1:]
        assert columns.any(axis=0).sum() == left, share
        sizes = (columns**2).mean(axis=0)
        np.testing.assert_allclose(sizes[columns.any(axis=0)], 1)


def test_a_variance_where_directions_say_nothing():
    """Of a capacitor ln |Z| goes with ln f: errors are those of the coefficients that are left."""
    f = np.geomspace(1e4, 1, 40)
    z = 1 / (2j * np.pi * f * 1e-5)
    capacitor = problem_of(scaling(Circuit("C")), f, z[None], np.ones((1, 80)))
    square = np.random.default_rng(1).standard_normal((1, 80)) ** 2
    found = smooth_variance(capacitor, square)
    assert found.told[0]
    used = found.slopes[0].any(axis=0)
    assert used.sum() == 4  # the constant and three powers of ln f
    np.testing.assert_allclose(found.of_coefficients[0], np.diag(used / 80.0), atol=1e-12)
    assert np.isfinite(found.freedom(np.ones((1, 1, 80)))).all()


def test_what_does_not_count_may_be_anything():
    kept = np.repeat(np.arange(F.size) > 9, 2)
    square = squares(np.full(F.size, 1e-6), 2)
    slopes = polynomials(problem(2, kept[::2]), 1)
    plain, lost = most_likely(slopes, square), most_likely(slopes, np.where(kept, square, np.nan))
    np.testing.assert_allclose(lost[1], plain[1])
