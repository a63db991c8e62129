"""Least squares without negative unknowns, against the library's."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.optimize import nnls

from eisfit.shorts.nonnegative import _solved, non_negative


@pytest.mark.parametrize("seed", range(20))
def test_it_is_the_minimum_that_scipy_finds(seed):
    rng = np.random.default_rng(seed)
    matrix, target = rng.standard_normal((40, 15)), rng.standard_normal(40)
    found, expected = non_negative(matrix, target), nnls(matrix, target)[0]
    assert found is not None
    assert (found >= 0).all()
    np.testing.assert_allclose(found, expected, rtol=1e-8, atol=1e-10)


@pytest.mark.parametrize("noise", [1e-4, 3e-3, 3e-2])
def test_relaxations_that_nearly_repeat_each_other(noise):
    w, tau = 2 * np.pi * np.logspace(6, -2, 57), np.logspace(-8, 3, 78)
    rng = np.random.default_rng(3)
    z = 20 + 14 / (1 + (1j * w * 1e-6) ** 0.85) + 60 / (1 + (1j * w * 0.3) ** 0.8)
    z = z * (1 + noise * (rng.standard_normal(57) + 1j * rng.standard_normal(57)))
    columns = np.concatenate([np.ones((1, 57)), 1 / (1 + 1j * tau[:, None] * w)]) / np.abs(z)
    matrix, target = np.r_[columns.real.T, columns.imag.T], np.r_[(z / abs(z)).real, (z / abs(z)).imag]
    found, (_, best) = non_negative(matrix, target), nnls(matrix, target)
    assert found is not None
    assert np.linalg.norm(matrix @ found - target) == pytest.approx(best, rel=1e-5)


def test_nothing_is_the_answer_to_a_target_on_the_other_side():
    assert non_negative(np.ones((3, 2)), -np.ones(3)).tolist() == [0.0, 0.0]


def test_unknowns_that_repeat_each_other_share_what_both_have():
    """Two columns that are one: a singular problem, of which the shortest answer is half for each."""
    assert _solved(np.ones((2, 2)), np.array([3.0, 3.0])) == pytest.approx([1.5, 1.5])
    assert _solved(np.diag([2.0, 4.0]), np.array([3.0, 3.0])) == pytest.approx([1.5, 0.75])
