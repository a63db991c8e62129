"""The batched regression against one least-squares problem at a time, and what it says of the noise."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from eisfit import load_circuit
from eisfit.quality.measurement import BEYOND_HIGH, BEYOND_LOW, design, joined, number_of_rc, split
from eisfit.quality.regression import NOISE_FLOOR, SPREAD, regress
from tests.quality.conftest import FREQUENCY, noisy


def test_equals_least_squares_with_the_expectation_as_further_rows(cells: Callable[..., np.ndarray]) -> None:
    z = noisy(np.random.default_rng(1), cells(31, 5), 0.002)
    problem = design(FREQUENCY[None], z, number_of_rc(FREQUENCY))
    counted = np.ones_like(problem.data)
    counted[:, [7, 68]] = 0
    fit = regress(problem.columns, problem.data, counted, np.full(5, 0.002))
    for k in range(5):
        rows = counted[k] > 0
        ridge = 0.002 / SPREAD * np.eye(problem.columns.shape[2])
        a, b = np.r_[problem.columns[k][rows], ridge], np.r_[problem.data[k][rows], np.zeros(len(ridge))]
        x = np.linalg.lstsq(a, b, rcond=None)[0]
        np.testing.assert_allclose(fit.residual[k], problem.data[k] - problem.columns[k] @ x, atol=1e-8)
        hat = a @ np.linalg.pinv(a)
        assert fit.effective[k] == pytest.approx(np.trace(hat[: rows.sum(), : rows.sum()]), rel=1e-5)
        assert fit.dof[k] == pytest.approx(rows.sum() - fit.effective[k])


def test_noise_is_found_without_bias(cells: Callable[..., np.ndarray]) -> None:
    for noise in (0.001, 0.003, 0.02):
        z = noisy(np.random.default_rng(2), cells(32, 100), noise)
        problem = design(FREQUENCY[None], z, number_of_rc(FREQUENCY))
        fit = regress(problem.columns, problem.data, np.ones_like(problem.data))
        assert np.sqrt(np.mean(fit.sigma**2)) == pytest.approx(noise, rel=0.04)


def test_less_noise_lets_more_elements_count(cells: Callable[..., np.ndarray]) -> None:
    z = cells(33, 1)
    problem = design(FREQUENCY[None], z, number_of_rc(FREQUENCY))
    counts = [
        regress(problem.columns, problem.data, np.ones_like(problem.data), np.array([s])).effective[0]
        for s in (0.1, 0.01, 1e-3, NOISE_FLOOR)
    ]
    assert counts == sorted(counts)
    assert counts[-1] < problem.columns.shape[2]


def test_quadratic_form_is_that_of_the_residual_maker(cells: Callable[..., np.ndarray]) -> None:
    z = cells(34, 2)
    problem = design(FREQUENCY[None], z, number_of_rc(FREQUENCY))
    fit = regress(problem.columns, problem.data, np.ones_like(problem.data), np.full(2, 0.003))
    c = np.random.default_rng(3).standard_normal(problem.data.shape)
    maker = np.eye(122) - fit.projected @ fit.columns.transpose(0, 2, 1)
    np.testing.assert_allclose(fit.quadratic(c), np.einsum("ni,nij,nj->n", c, maker, c), rtol=1e-6)


@pytest.mark.parametrize(("decades", "expected"), [(8, 4 * (8 + BEYOND_HIGH + BEYOND_LOW)), (3, 4 * (3 + 0.6))])
def test_four_time_constants_per_decade(decades: int, expected: float) -> None:
    f = np.logspace(5, 5 - decades, 30)
    assert number_of_rc(f) == int(np.ceil(expected)) + 1


def test_a_single_relaxation_between_the_time_constants_is_followed() -> None:
    s = 2j * np.pi * FREQUENCY
    tau = np.geomspace(1e-5, 1e-4, 9)
    z = np.array([10 + 100 / (1 + s * t) for t in tau])
    problem = design(FREQUENCY[None], z, number_of_rc(FREQUENCY))
    fit = regress(problem.columns, problem.data, np.ones_like(problem.data), np.full(9, NOISE_FLOOR))
    assert np.abs(fit.residual).max() < 5e-4


def test_split_and_joined_are_inverse() -> None:
    z = load_circuit("assb").impedance(FREQUENCY)[None]
    np.testing.assert_array_equal(joined(split(z)), z)


def test_limits_that_are_meant_by_name() -> None:
    assert (NOISE_FLOOR, SPREAD) == (3e-5, 0.2)
