"""Mixtures of explanations, and what they say of the size of a leak."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest

from eisfit.shorts import sizing
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


def test_a_size_is_that_of_the_mixture_and_the_share_goes_with_it(monkeypatch):
    """Two explanations of 0.02 S, errors 0.1 times 0.88 and 0.75: the median is 0.02 S, and the share of the best."""
    n = len(SIZES)
    evidence, ln_G, error, share = (np.full((1, n), v) for v in (-1e9, np.nan, np.nan, np.nan))
    evidence[0, :2], ln_G[0, :2], error[0, :2], share[0, :2] = (0.0, 2.0), np.log(0.02), 0.1, (0.9, 0.4)
    evidence[0, 2] = -26.0  # e^-13 * 2.5 of the first, 2e-6 of all: not asked again
    ln_G[0, 2], error[0, 2], share[0, 2] = 0.0, 0.1, 0.5
    asked = []

    def explain(_frequency, _pairs, hopes, question):
        asked.append((hopes, question.quiet, question.faces))
        return SimpleNamespace(evidence=evidence, ln_G=ln_G, ln_G_error=error, share=share)

    monkeypatch.setattr(sizing, "explain_changes", explain)
    found, hope = sizing.sized(None, None, np.ones((1, 8), complex))
    assert asked == [(None, 1.0, 0.08)]
    assert np.flatnonzero(hope).tolist() == [0, 1]
    assert found.ln_G[0] == pytest.approx(np.log(0.02), abs=1e-3)
    assert found.share[0] == pytest.approx(0.4, abs=1e-3)
    wide = (found.high - found.low)[0] / 2 / 1.96
    assert 0.075 < wide < 0.088
    ln_G[0, 1] = np.log(0.02) + 0.3  # most of the weight, not all: the median lies a little below
    found, _ = sizing.sized(None, None, np.ones((1, 8), complex))
    odds = 0.4 / 0.6 * np.exp(found.ln_G[0] - ln_G[0, 1])
    assert np.log(0.02) + 0.1 < found.ln_G[0] < ln_G[0, 1]
    assert found.share[0] == pytest.approx(odds / (1 + odds))


def test_an_explanation_of_a_hundred_thousandth_is_asked_again(monkeypatch):
    n = len(SIZES)
    for share, again in ((1.01e-5, True), (0.99e-5, False)):
        evidence = np.full((1, n), -1e9)
        evidence[0, :2] = 0.0, 2 * np.log(share / 1.1)
        told = SimpleNamespace(
            evidence=evidence, **dict.fromkeys(("ln_G", "ln_G_error", "share"), np.full((1, n), 0.5))
        )
        monkeypatch.setattr(sizing, "explain_changes", lambda *_, told=told: told)
        assert sizing.sized(None, None, np.ones((1, 8), complex))[1].tolist()[:3] == [True, again, False]


def test_the_scatter_is_that_of_the_highest_quarter():
    """Two points at least: of twelve frequencies three, whose median steps by 0.01; the others move by much more."""
    z = np.exp(np.array([[0.0, 0.0, 0.0, *[0.0] * 9], [0.01, 0.01, 0.5, *[9.0] * 9]])) + 0j
    step = np.sqrt((1 + (0.01 * 1.4826 / 0.012) ** 2 / 2) / 2)
    assert _quiet(z) == pytest.approx(step)
    few = np.exp(np.array([[0.0, 0.0, 0.0, 0.0], [0.02, 0.0, 9.0, 9.0]])) + 0j
    assert _quiet(few) == pytest.approx(step)


def test_what_is_too_unlikely_is_no_part_of_a_mixture():
    """A weight above a millionth counts, an error of nothing or a size that is not known does not."""
    one = quantiles(np.ones((1, 1)), np.array([[2.0]]), np.array([[0.1]]))[:, 0]
    for weight, mean, error in ((0.9e-6, 900.0, 0.1), (0.5, np.nan, 0.1), (0.5, 3.0, 0.0), (0.5, 3.0, np.nan)):
        found = quantiles(np.array([[0.5, weight]]), np.array([[2.0, mean]]), np.array([[0.1, error]]))[:, 0]
        assert found == pytest.approx(one), (weight, mean, error)
