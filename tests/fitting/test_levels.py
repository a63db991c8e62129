"""Levels of a ladder that change their places."""

from __future__ import annotations

import numpy as np

from eisfit import Circuit, fixed
from eisfit.fitting.dictionary import blocks
from eisfit.fitting.levels import NEW, levels_of, reordered, with_new, with_split

OMEGA = 2 * np.pi * np.logspace(5, -1, 31)
LADDER = Circuit("(Q[R(Q[R(RQ)])])")
OWN = np.array([[1e-5, 0.9, 10.0, 1e-3, 0.8, 20.0, 30.0, 1e-2, 0.7]])


def levels(circuit=LADDER):
    return levels_of(blocks(circuit)[0][0], circuit.parameters)


def test_levels_are_found_where_every_resistance_has_its_capacitance():
    assert [tuple(level) for level in levels()] == [(2, 0, 1), (5, 3, 4), (6, 7, 8)]
    assert [tuple(level) for level in levels(Circuit("(C[R(RC)])"))] == [(1, 0, None), (2, 3, None)]
    for text in ("(Q[RW])", "(C[R(RQ)])", "(Q[RR])"):
        assert levels(Circuit(text)) == [], text
    assert levels(LADDER.with_(Q1_n=fixed(1.0))) == []


def test_one_level_goes_and_another_comes():
    assert reordered(3, 0, 2) == [1, 2, NEW]
    assert reordered(3, 2, 0) == [NEW, 0, 1]


def test_a_new_level_covers_the_band_and_the_others_move_up():
    tried = with_new(OWN, levels(), reordered(3, 0, 2), OMEGA)[0]
    assert np.all(tried[:, :6] == [1e-3, 0.8, 20.0, 1e-2, 0.7, 30.0])
    r, q, n = tried[:, 6:].T
    tau = (r * q) ** (1 / n)
    np.testing.assert_allclose([tau.min(), tau.max()], [1 / OMEGA.max(), 1 / OMEGA.min()])
    assert r.max() == 60.0


def test_a_level_that_is_split_leaves_the_resistance_as_it_was():
    order = reordered(3, 0, 2)
    tried = with_split(OWN, levels(), order)[0]
    np.testing.assert_allclose(tried[:, [2, 5, 6]].sum(axis=1), 50.0)
    assert np.all(tried[:, 8] == 0.7)
    assert np.all(tried[:, 2] == 20.0)
    between = with_split(OWN, levels(), reordered(3, 0, 1))[0]
    assert {tuple(row) for row in between[:, [4]]} == {(0.8,), (0.7,)}
