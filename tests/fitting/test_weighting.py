"""What one ohm of misfit counts at each point."""

from __future__ import annotations

import numpy as np
import pytest

from eisfit.errors import FitError
from eisfit.fitting.weighting import PROPORTIONAL_CAP, WEIGHTINGS, interleaved, j_omega, weights

Z = np.array([[3 - 4j, 10 - 1e-9j, 5 + 12j]])
ALL = np.ones(Z.shape, dtype=bool)


def test_interleaved_alternates_real_and_imaginary_parts():
    np.testing.assert_array_equal(interleaved(Z), [[3, -4, 10, -1e-9, 5, 12]])


def test_j_omega():
    np.testing.assert_allclose(j_omega(np.array([1.0, 50.0])), [2j * np.pi, 100j * np.pi])


def test_modulus_is_one_over_the_measured_modulus():
    np.testing.assert_allclose(weights(Z, ALL, "modulus"), [[1 / 5, 1 / 5, 1 / 10, 1 / 10, 1 / 13, 1 / 13]])


def test_proportional_weighs_each_component_by_itself_within_a_bound():
    w = weights(Z, ALL, "proportional")
    np.testing.assert_allclose(w, [[1 / 3, 1 / 4, 1 / 10, PROPORTIONAL_CAP / 10, 1 / 5, 1 / 12]])


def test_unit():
    np.testing.assert_array_equal(weights(Z, ALL, "unit"), np.ones((1, 6)))


@pytest.mark.parametrize("name", ["sigma", "estimated"])
def test_a_standard_deviation_weighs_one_over_itself(name):
    sigma = np.array([[0.1, 0.2, 0.5]])
    np.testing.assert_allclose(weights(Z, ALL, name, sigma), [[10, 10, 5, 5, 2, 2]])


def test_an_array_holds_the_weights_themselves():
    np.testing.assert_array_equal(weights(Z, ALL, [1.0, 2.0, 3.0]), [[1, 1, 2, 2, 3, 3]])


@pytest.mark.parametrize("name", WEIGHTINGS)
def test_a_point_that_is_not_used_weighs_nothing(name):
    w = weights(Z, np.array([[True, False, True]]), name, np.array([[0.1, 0.2, 0.5]]))
    assert np.all(w[0, 2:4] == 0)
    assert np.all(w[0, [0, 1, 4, 5]] > 0)


@pytest.mark.parametrize("bad", [0j, complex(np.nan, 1), complex(np.inf, 0)])
def test_a_point_that_counts_but_cannot_be_weighed_is_marked(bad):
    z = np.array([[bad, 1 + 0j]])
    np.testing.assert_array_equal(weights(z, np.array([[True, True]]), "modulus"), [[np.nan, np.nan, 1, 1]])
    np.testing.assert_array_equal(weights(z, np.array([[False, True]]), "modulus"), [[0, 0, 1, 1]])


@pytest.mark.parametrize(
    ("weighting", "words"),
    [
        ("sigma", "none"),
        ("quadratic", "modulus, proportional, unit, sigma"),
        ([1.0, 2.0], "(F,) or (N, F)"),
        (["a", "b", "c"], "numbers"),
        ([1.0, -2.0, 1.0], "0 or above"),
        ([1.0, np.nan, 1.0], "0 or above"),
    ],
)
def test_misuse_is_told_in_a_sentence(weighting, words):
    with pytest.raises(FitError) as caught:
        weights(Z, ALL, weighting)
    assert words in str(caught.value)


def test_a_component_below_a_hundredth_of_the_modulus_weighs_as_if_it_were_that_large():
    z = np.array([[100 - 1.01j, 100 - 0.99j, 100 - 0.5j]])
    np.testing.assert_allclose(
        weights(z, np.ones(z.shape, bool), "proportional")[0, 1::2], [1 / 1.01, 1.0, 1.0], rtol=1e-4
    )


def test_limits_that_are_meant_by_name():
    assert (PROPORTIONAL_CAP,) == (100.0,)


def test_weights_as_an_array_may_be_nothing_but_not_below():
    z, used = np.array([[3 + 4j, 1j]]), np.ones((1, 2), bool)
    assert weights(z, used, [0.0, 0.5]).tolist() == [[0.0, 0.0, 0.5, 0.5]]
    with pytest.raises(FitError, match="weights must be 0 or above"):
        weights(z, used, [0.5, -0.1])
