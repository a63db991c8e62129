"""What stands out of a spectrum, by hand: limits, runs, noise; and how batches and rows are put together."""

from __future__ import annotations

from dataclasses import fields
from types import SimpleNamespace

import numpy as np
import pytest

from eisfit import Spectrum
from eisfit.quality import judging
from eisfit.quality.judging import Judgement, _beyond_chance, _growth, _limit, _relative, _robust_noise, _runs, judge
from eisfit.quality.kramers_kronig import RESIDUAL_REASON, counted, lin_kk
from eisfit.quality.measurement import Design, _expected, _nearest, number_of_rc
from eisfit.quality.regression import Regression
from tests.quality.conftest import FREQUENCY
from tests.quality.test_seven_spectra import seven


def regression(**changed: object) -> SimpleNamespace:
    """A regression of one spectrum of ten points with twelve degrees of freedom and 0.1 % of noise."""
    usual = {"dof": np.array([12.0]), "residual": np.zeros((1, 20)), "sigma": np.array([1e-3])}
    return SimpleNamespace(**(usual | changed))


def test_the_distance_that_one_point_of_ten_exceeds_in_three_of_ten_thousand_spectra() -> None:
    """F with 2 and 12 degrees: 12 ((10 / 3e-4)^(2 / 12) - 1) of sigma^2; 0.02 % of noise and 2 degrees at least."""
    for noise, dof, expected in (
        (1e-3, 12.0, 1e-6 * 12 * ((10 / 3e-4) ** (2 / 12) - 1)),
        (1e-5, 12.0, 4e-8 * 12 * ((10 / 3e-4) ** (2 / 12) - 1)),
        (1e-3, 0.5, 1e-6 * 2 * (10 / 3e-4 - 1)),
    ):  # fmt: skip
        found = _limit(regression(dof=np.array([dof])), np.array([noise]))  # type: ignore[arg-type]
        assert found[0, 0] == pytest.approx(expected)


def test_robust_noise_is_the_median_of_distances_and_never_above_the_plain_one() -> None:
    """The median of chi-square with two degrees of freedom is 2 ln 2; a fifth is added."""
    for middle, expected in ((1e-7, 1.2 * np.sqrt(1e-7 / (2 * np.log(2)))), (1e-5, 1e-3)):
        distance = np.r_[np.full(6, middle), np.full(4, 1.0)][None]
        assert _robust_noise(regression(), distance)[0] == pytest.approx(expected)  # type: ignore[arg-type]


def test_how_far_a_point_is_beyond_chance(monkeypatch: pytest.MonkeyPatch) -> None:
    """A point four times as far, in squares, as chance allows keeps half of its deviation; one within it nothing."""
    limit = float(_limit(regression(), np.array([1e-3]))[0, 0])  # type: ignore[arg-type]
    monkeypatch.setattr("eisfit.quality.evidence.point_distance", lambda _: np.array([[4 * limit, limit / 4]]))
    fit = regression(residual=np.array([[0.03, 0.03, 0.04, 0.04]]))
    monkeypatch.setattr("eisfit.quality.judging._limit", lambda *_: np.array([[limit]]))
    assert _beyond_chance(fit)[0].tolist() == pytest.approx([0.025, 0.0])  # type: ignore[arg-type]


def test_runs_of_points() -> None:
    out = np.array([[1, 1, 0, 1, 1], [0, 1, 1, 1, 0], [1, 1, 1, 0, 0], [0, 0, 1, 1, 1]], bool)
    assert _runs(out, 3).tolist() == [False, True, True, True]
    assert _runs(out, 2).all()
    assert not _runs(out[:, :2], 3).any()


def test_the_growth_of_one_ohm_goes_with_the_time_that_points_take() -> None:
    """1 / f each: after 1, 0.1 and 0.01 s of 1.11; less Z squared for an admittance."""
    f, z = np.array([[100.0, 10.0, 1.0]]), np.array([[2.0 + 0j, 2.0, 4.0]])
    share = np.array([0.01, 0.11, 1.11]) / 1.11
    np.testing.assert_allclose(_growth(f, z, admittance=False), [share])
    np.testing.assert_allclose(_growth(f, z, admittance=True), [-share / np.array([4, 4, 16])])


def test_residuals_of_an_admittance_are_given_for_the_impedance() -> None:
    z = np.array([[2.0 + 0j]])
    fit = SimpleNamespace(residual=np.array([[0.1, 0.0]]))
    assert _relative(fit, z, z, False)[0, 0] == pytest.approx(-0.1)  # type: ignore[arg-type]
    assert _relative(fit, 1 / z, z, True)[0, 0] == pytest.approx(1 / 0.9 - 1)  # type: ignore[arg-type]


def test_spectra_are_judged_alike_in_any_chunk_and_rows_can_be_exchanged() -> None:
    z = np.concatenate([seven()] * 5)  # 35 spectra, in chunks of 32
    n_rc = number_of_rc(FREQUENCY)
    for frequency in (FREQUENCY[None], np.tile(FREQUENCY, (35, 1))):
        whole, last = judge(frequency, z, n_rc), judge(FREQUENCY[None], z[32:], n_rc)
        for f in fields(Judgement):
            np.testing.assert_allclose(getattr(whole, f.name)[32:], getattr(last, f.name), rtol=1e-6, atol=1e-12)
    assert len(whole.only(np.arange(35) % 2 == 0)) == 18
    swapped = whole.updated(np.arange(35) < 3, whole.only(np.arange(35) > 31))
    np.testing.assert_array_equal(swapped.noise, np.r_[whole.noise[32:], whole.noise[3:]])


def test_which_points_are_judged() -> None:
    """Those that count, those that a residual of this test masked, and none of 0 ohm."""
    z = np.array([5 - 1j, 6 - 2j, 0, 7 - 3j])
    spectrum = Spectrum(np.array([1e3, 100.0, 10.0, 1.0]), z)
    spectrum = spectrum.masked(np.arange(4) == 0, f"{RESIDUAL_REASON} of 9 %").masked(np.arange(4) == 3, "as asked")
    assert counted(spectrum).tolist() == [True, True, False, False]
    nothing = lin_kk(Spectrum(np.array([10.0, 1.0]), np.zeros(2, complex)))
    assert (nothing.verdict[0], nothing.sentences[0]) == ("doubtful", "no point of this spectrum counts")
    assert np.isnan(nothing.rms_percent[0])
    assert nothing.n_rc[0] == 0


def test_the_grid_of_time_constants() -> None:
    """Four per decade of the band and of 0.65 decades beyond, and one more."""
    for f, n in (
        (np.array([1e3, 1.0]), 16),
        (np.array([1.0, 1e3]), 16),
        (np.array([10.0, 10.0]), 4),
        (np.array([1e6, 1e-2]), 36),
    ):
        assert number_of_rc(f) == n
    omega = np.array([[1e4, 1e2, 1.0]])
    assert _nearest(omega, np.array([[2e4, 900.0, 1100.0, 9.0, 0.1]])).tolist() == [[0, 1, 0, 2, 2]]


def test_the_expected_size_of_an_element_is_the_modulus_where_it_counts() -> None:
    """Beyond the band a slow one grows with the square of its time constant, a fast one with its rate."""
    omega, modulus = np.array([[1e4, 1e2, 1.0]]), np.array([[10.0, 20.0, 50.0]])
    found = _expected(omega, modulus, np.array([[1e-5, 1e-4, 1e-2, 1.0, 3.0]]))
    assert found[0].tolist() == pytest.approx([10, 10, 50, 10 * 10, 10, 20, 50, 50 * 9])


def six(residual: np.ndarray) -> Regression:
    """A regression of six spectra of twenty points, of which the residual of Re is given, Im being met."""
    whole = np.concatenate([residual, np.zeros_like(residual)], axis=1)
    ones = np.ones(len(residual))
    return Regression(
        np.zeros((*whole.shape, 1)), np.ones(whole.shape), whole, np.zeros((6, 1, 1)), np.zeros((*whole.shape, 1)),
        0.001 * ones, ones, 20 * ones,
    )  # fmt: skip


def test_points_that_are_too_many_or_stand_together_are_no_outliers(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of twenty points three may stand out, and two beside each other; four, or three in a row, are structure."""
    places = ([3], [3, 9, 15], [3, 7, 11, 15], [5, 6, 7], [5, 6], [])
    out = np.array([[k in own for k in range(20)] for own in places])
    fit = six(np.where(out, 0.03 + 0.001 * np.arange(6)[:, None], 0.001))
    asked = []

    def trimmed(problem: Design, first: Regression, suspect: np.ndarray) -> tuple[Regression, np.ndarray]:
        asked.append((len(problem.data), suspect.sum(axis=1).tolist()))
        return first._replace(sigma=np.full(len(first.sigma), 0.5)), suspect

    monkeypatch.setattr(judging.evidence, "point_distance", lambda _: np.where(out, 9.0, 1.0))
    monkeypatch.setattr(judging, "_limit", lambda *_: np.ones((6, 1)))
    monkeypatch.setattr(judging, "_robust_noise", lambda fit, _: fit.sigma)
    monkeypatch.setattr(judging, "_trimmed", trimmed)
    monkeypatch.setattr(judging, "_beyond_chance", lambda fit: np.full((len(fit.sigma), 20), 0.02))
    found, outlying, crowded = judging._without_outliers(Design(fit.columns, fit.residual), fit)
    assert asked == [(5, [1, 3, 4, 3, 2])]
    assert [np.flatnonzero(row).tolist() for row in outlying] == [[3], [3, 9, 15], [], [], [5, 6], []]
    assert outlying.max() == 0.02
    assert crowded.tolist() == pytest.approx([0, 0, 0.032, 0.033, 0, 0])
    assert found.sigma.tolist() == [0.5, 0.5, 0.001, 0.001, 0.5, 0.001]
    monkeypatch.setattr(judging.evidence, "point_distance", lambda _: np.ones((6, 20)))
    same, outlying, crowded = judging._without_outliers(Design(fit.columns, fit.residual), fit)
    assert same is fit
    assert not outlying.any()
    assert not crowded.any()


def test_what_stands_out_is_left_out_until_nothing_changes(monkeypatch: pytest.MonkeyPatch) -> None:
    """The first spectrum ends at once, the second loses a point more in the second look; that is fitted once more."""
    fit = six(np.zeros((6, 20)))
    fit = Regression(*(part[:2] for part in fit))
    out = np.array([[k == 3 for k in range(20)]] * 2)
    more = out.copy()
    more[1, 9] = True
    looks = iter((more, more[1:]))
    fitted = []

    def regress(columns: np.ndarray, data: np.ndarray, counted: np.ndarray, noise: np.ndarray) -> Regression:
        fitted.append(([np.flatnonzero(row == 0).tolist() for row in counted], noise.tolist()))
        again = Regression(*(part[: len(data)] for part in fit))
        return again._replace(sigma=np.full(len(data), 0.1 * len(fitted)))

    monkeypatch.setattr(judging, "regress", regress)
    monkeypatch.setattr(judging, "_robust_noise", lambda fit, _: fit.sigma)
    monkeypatch.setattr(judging, "_standing_out", lambda *_: next(looks))
    found, left = judging._trimmed(Design(fit.columns, fit.residual), fit, out)
    assert fitted == [([[3, 23], [3, 23]], [0.001, 0.001]), ([[3, 9, 23, 29]], [0.1])]
    assert left.tolist() == more.tolist()
    assert found.sigma.tolist() == [0.1, 0.2]
    assert out.sum() == 2  # what was given stays as it is


def test_an_element_counts_most_at_its_own_rate() -> None:
    """1,900 per s is nearer to 200 than to 20,000, 2,100 is not; 2 s are four times 1 / (2 per s)."""
    omega, modulus = np.array([[2e4, 200.0, 2.0]]), np.array([[10.0, 20.0, 50.0]])
    found = _expected(omega, modulus, np.array([[1 / 1900, 1 / 2100, 2.0, 0.4, 1 / 8e4]]))
    assert found[0, 3:].tolist() == pytest.approx([20, 10, 50 * 4**2, 50, 10 * 4])
