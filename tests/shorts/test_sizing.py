"""Mixtures of explanations, and what they say of the size of a leak."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest

from eisfit.shorts.hypotheses import SIZES
from eisfit.shorts.sizing import _quiet, _weights, quantiles


def test_one_explanation_gives_the_interval_of_a_normal_distribution():
    low, middle, high = quantiles(np.ones((1, 1)), np.array([[2.0]]), np.array([[0.1]]))
    assert [low[0], middle[0], high[0]] == pytest.approx([2 - 0.196, 2, 2 + 0.196], abs=1e-3)


def test_two_explanations_that_differ_widen_the_interval():
    low, middle, high = quantiles(np.array([[0.7, 0.3]]), np.array([[0.0, 1.0]]), np.array([[0.05, 0.05]]))
    assert low[0] == pytest.approx(-0.09, abs=0.01)
    assert middle[0] == pytest.approx(0.0, abs=0.05)
    assert high[0] == pytest.approx(1.07, abs=0.02)


def test_what_is_not_known_stays_unknown():
    assert np.isnan(quantiles(np.ones((1, 2)), np.full((1, 2), np.nan), np.ones((1, 2)))).all()


def test_how_calm_a_cell_is():
    """Of the usual 0.012: one step of that counts beside those seen, 1.4826 of their median over sqrt(2)."""

    def calm(*plateaus):
        return np.exp(np.array(plateaus))[:, None] * np.ones((1, 12)) + 0j

    assert _quiet(calm(0.0)) == pytest.approx(1.0)
    assert _quiet(calm(0.0, 0.01, 0.0, 0.01)) == pytest.approx(np.sqrt((1 + 3 * (0.01 * 1.4826 / 0.012) ** 2 / 2) / 4))
    assert _quiet(calm(*[0.0] * 40)) == 0.2
    assert _quiet(calm(0.0, 1.0, 0.0)) == 2.0


def test_weights_of_explanations():
    """Half of the evidence counts, with the prior weights."""
    evidence = np.full((1, len(SIZES)), -np.inf)
    evidence[0, [0, 1]] = [0.0, 2.0]
    found = _weights(SimpleNamespace(evidence=evidence))[0]
    assert found[1] / found[0] == pytest.approx(np.e * 1.1)
    assert found.sum() == pytest.approx(1)
