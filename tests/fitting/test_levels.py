"""Levels of a ladder that change their places."""

from __future__ import annotations

import numpy as np

from eisfit import Circuit, fixed
from eisfit.fitting.dictionary import blocks
from eisfit.fitting.levels import NEW, Level, levels_of, reordered, with_new, with_split

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


def test_which_blocks_have_levels():
    """As many resistances as stores of one kind, nothing else, nothing fixed: in their order, places in the block."""
    for text, found in (
        ("(RC)", [(0, 1, None)]), ("(RQ)", [(0, 1, 2)]), ("(Q[R(RQ)])", [(2, 0, 1), (3, 4, 5)]),
        ("(Q[R(RC)])", []), ("(RRC)", []), ("(RCC)", []), ("(RL)", []), ("([RW]C)", []), ("R", []),
    ):  # fmt: skip
        circuit = Circuit(text)
        assert [tuple(level) for level in levels_of(circuit.root, circuit.parameters)] == found, text
    fixed_one = Circuit("(RC)").with_(R1=fixed(5.0))
    assert levels_of(fixed_one.root, fixed_one.parameters) == []


def test_a_new_level_by_hand():
    """Shares of all resistances, time constants over the band, an exponent of 0.8 (none for a capacitor)."""
    own = np.array([[1.0, 1e-3, 0.9, 3.0, 2e-3, 0.7]])
    omega = 2 * np.pi * np.array([100.0, 10.0, 1.0])
    ends = [1 / (200 * np.pi), 1 / (2 * np.pi)]
    out = with_new(own, [Level(0, 1, 2), Level(3, 4, 5)], [1, NEW], omega)[0]
    assert out.shape == (14 * 4, 6)
    np.testing.assert_allclose(out[:, :3], np.tile([3.0, 2e-3, 0.7], (56, 1)))
    np.testing.assert_allclose(sorted(set(out[:, 3].round(9))), [0.12, 0.4, 1.2, 4.0])
    assert set(out[:, 5]) == {0.8}
    tau = (out[:, 3] * out[:, 4]) ** (1 / 0.8)
    np.testing.assert_allclose([tau.min(), tau.max()], ends)
    plain = with_new(own[:, [0, 1, 3, 4]], [Level(0, 1, None), Level(2, 3, None)], [NEW, 0], omega)[0]
    np.testing.assert_allclose(plain[:, 2:], np.tile([1.0, 1e-3], (56, 1)))
    tau = plain[:, 0] * plain[:, 1]
    np.testing.assert_allclose([tau.min(), tau.max()], ends)


def test_a_split_level_by_hand():
    """20, 50 or 80 % of a neighbour's resistance, 0.1 to 10 times its capacitance, its exponent; the rest stays."""
    own = np.array([[1.0, 1e-3, 0.9, 3.0, 2e-3, 0.7]])
    out = with_split(own, [Level(0, 1, 2), Level(3, 4, 5)], [0, NEW])[0]
    assert out.shape == (15, 6)
    np.testing.assert_allclose(sorted(set(out[:, 3].round(9))), [0.2, 0.5, 0.8])
    np.testing.assert_allclose(sorted(set(out[:, 0].round(9))), [0.2, 0.5, 0.8])
    np.testing.assert_allclose(sorted(set(out[:, 4].round(9))), [1e-4, 3e-4, 1e-3, 3e-3, 1e-2])
    np.testing.assert_allclose(out[:, [1, 2, 5]], np.tile([1e-3, 0.9, 0.9], (15, 1)))
    ladder = [Level(0, 1, None), Level(2, 3, None), Level(4, 5, None)]
    middle = with_split(np.array([[1.0, 1e-3, 3.0, 2e-3, 5.0, 1e-2]]), ladder, [0, NEW, 2])[0]
    assert middle.shape == (30, 6)
    np.testing.assert_allclose(middle[:15, [0, 2]].sum(axis=1), 1.0)
    np.testing.assert_allclose(middle[15:, [2, 4]].sum(axis=1), 5.0)
