"""How the sizes of a change are sought: cost, gradient and curvature, steps, rows and starts, by hand."""

from __future__ import annotations

import numpy as np
import pytest

from eisfit.shorts import explanation
from eisfit.shorts.cell_model import APEX, HEAT, LEAK, R_1, SCALE, SHARE, Frame, Rows, interface_weight
from eisfit.shorts.explanation import Known, Pairs, _from_last, _minimised, _objective, _rows, _searched, _start
from eisfit.shorts.hypotheses import VERDICT
from eisfit.shorts.relaxation import decompose

F = np.logspace(5, -1, 25)


def pairs(z, bases, at, heat=None, known=None):
    z = np.array(z, complex)
    unknown = np.full(len(z), np.nan) if heat is None else np.array(heat)
    return Pairs(z, np.full(len(z), 0.004), np.array(bases, complex), np.array(at), unknown, known)


def test_cost_gradient_and_curvature_of_two_sizes(monkeypatch):
    """Residuals 2 + 2j and 1 - 0.5j: 8 + 1.25, and 0.25 + 1 of the priors; half of the derivatives by z."""
    model, J = np.array([[2 + 1j, 3 + 0j]]), np.array([[[1 + 0j, 2j], [0.5j, 4 + 0j]]], np.complex64)
    monkeypatch.setattr(explanation, "modelled", lambda *_: (model, J.copy()))
    z = np.array([[0.5, -1.0]])
    cost, gradient, curvature = _objective(None, None, np.array([[1 + 0j, 1 + 1j]]), np.array([[2.0, 0.5]]), z)
    assert cost[0] == pytest.approx(9.25 + 1.25)
    weighted = np.array([[2, 0, 0, 1], [0, 1, 2, 0]])  # Re and Im of the first point, then of the second
    residual = np.array([2, 2, 1, -0.5])
    np.testing.assert_allclose(gradient[0], weighted @ residual + z[0])
    np.testing.assert_allclose(curvature[0], weighted @ weighted.T + np.eye(2))


def quadratic(monkeypatch, a, b, broken=()):
    """The cost (a z - b)^2 + z^2 of every row, one size each; unknown in some rows but where they start."""
    a, b = np.array(a, float), np.array(b, float)

    def objective(_frame, rows, data, _weight, z):
        k = data[:, 0].real.astype(int)
        cost = (a[k] * z[:, 0] - b[k]) ** 2 + z[:, 0] ** 2
        cost = np.where(np.isin(k, broken) & (z[:, 0] != 0), np.nan, cost)
        gradient = (a[k] * (a[k] * z[:, 0] - b[k]) + z[:, 0])[:, None]
        return cost, gradient, (a[k] ** 2 + 1)[:, None, None]

    monkeypatch.setattr(explanation, "_objective", objective)
    n = len(a)
    rows = Rows(*(np.zeros((n, 1)) for _ in range(2)), *(np.zeros(n) for _ in range(4)))
    data = np.arange(n)[:, None] + 0j

    def run(spectra=n):
        return _minimised(None, rows, data, np.ones((n, 1)), np.zeros((n, 1)), spectra)

    return run


def test_the_search_ends_at_the_minimum_of_every_row(monkeypatch):
    """z = a b / (a^2 + 1), by steps of two at most; a row without a number but at its start stays there."""
    run = quadratic(monkeypatch, [2.0, 1.0, 3.0, 1.0], [12.0, 0.5, -15.0, 4.0], broken=(3,))
    z, cost, curvature = run()
    np.testing.assert_allclose(z[:3, 0], [4.8, 0.25, -4.5], atol=0.02)
    assert z[3, 0] == 0.0
    np.testing.assert_allclose(cost[:3], [(2 * 4.8 - 12) ** 2 + 4.8**2, 0.125, (3 * 4.5 - 15) ** 2 + 4.5**2], atol=0.01)
    assert cost[3] == 16.0
    assert curvature[:, 0, 0].tolist() == [5.0, 2.0, 10.0, 2.0]


def test_a_step_is_two_at_most_and_hardly_damped(monkeypatch):
    run = quadratic(monkeypatch, [2.0, 1.0, 3.0], [12.0, 0.5, -15.0])
    monkeypatch.setattr(explanation, "STEPS", 1)
    np.testing.assert_allclose(run()[0][:, 0], [2.0, 0.25, -2.0], rtol=5e-3)


def test_a_step_that_costs_more_is_not_taken(monkeypatch):
    """(z - 1/2)^2 of which the curvature is told a tenth of what it is: steps of two at first, then shorter ones."""

    def objective(_frame, _rows, _data, _weight, z):
        return (z[:, 0] - 0.5) ** 2 * 100, (z - 0.5) * 100, np.full((1, 1, 1), 10.0)

    monkeypatch.setattr(explanation, "_objective", objective)
    rows = Rows(*(np.zeros((1, 1)) for _ in range(2)), *(np.zeros(1) for _ in range(4)))
    z, cost, _ = _minimised(None, rows, np.zeros((1, 1), complex), np.ones((1, 1)), np.zeros((1, 1)), 1)
    assert z[0, 0] == pytest.approx(0.5, abs=0.1)
    assert cost[0] < 1


def test_what_is_hopeless_is_given_up_and_the_best_of_a_spectrum_is_not(monkeypatch):
    """Of two hypotheses of one spectrum the one that costs far more need not end; that of another spectrum does."""
    run = quadratic(monkeypatch, [1.0, 1.0, 1.0, 1.0], [0.0, 100.0, 50.0, 0.0])
    z, cost, _ = run(2)  # rows: hypothesis 0 of both spectra, then hypothesis 1 of both
    assert (z[0, 0], z[3, 0]) == (0.0, 0.0)
    assert 10 <= z[1, 0] < 20  # six steps of two, or all nine: hopeless beside what costs nothing
    assert cost[1] > 1000


def test_what_is_found_is_kept_for_the_next_spectrum_of_a_baseline(monkeypatch):
    """Two spectra, two hypotheses, rows in the order of these; a cost that is no number is beyond all others."""
    found = np.arange(4.0)[:, None] * np.ones(R_1)
    asked = []

    def minimised(_frame, _rows, data, weight, start, n):
        asked.append((data[:, 0].real.tolist(), weight[:, 0].tolist(), start.copy(), n))
        return found, np.array([1.0, np.nan, 3.0, 4.0]), np.zeros((4, 1, 1))

    monkeypatch.setattr(explanation, "_minimised", minimised)
    monkeypatch.setattr(explanation, "_rows", lambda *_: (None, rows))
    rows = Rows(np.array([0, 1, 0, 1]), *(np.zeros((4, R_1)) for _ in range(2)), *(np.zeros(4) for _ in range(3)))
    monkeypatch.setattr(explanation, "_start", lambda *_: np.zeros((4, R_1)))
    monkeypatch.setattr(
        explanation, "_weighted", lambda own, _: (own.z, np.array([[5.0], [6.0]]), np.array([2.0, 2.0]))
    )
    known = Known({}, {})
    own = pairs([[7.0], [8.0]], [[7.0], [8.5]], [0, 1], known=known)
    *_, cost, _ = _searched(F[:1], own, np.array([3, 14]), VERDICT)
    assert asked[0][:2] == ([7, 8, 7, 8], [5, 6, 5, 6])
    assert asked[0][3] == 2
    assert not asked[0][2].any()
    assert cost.tolist()[0::2] == [1.0, 3.0]
    assert cost[1] >= 1e12
    last = [known.last[id(VERDICT.hypotheses), base.tobytes()] for base in own.bases]
    assert [z[0] for z, _ in last] == [7.0, 8.0]
    assert [{k: row[0] for k, row in of_all.items()} for _, of_all in last] == [{3: 0, 14: 2}, {3: 1, 14: 3}]
    _searched(F[:1], own, np.array([3, 14]), VERDICT)
    assert asked[1][2][:, 0].tolist() == [0, 1, 2, 3]
    _searched(F[:1], own._replace(known=None), np.array([3, 14]), VERDICT)
    assert not asked[2][2].any()


def test_there_is_a_row_for_every_hypothesis_and_pair(impedance):
    """The first explanations stand first; a logged rise has an error of 1 K, and is that of its pair."""
    bases = [impedance(F), impedance(F, R_Int=90.0)]
    known = Known({}, {})
    own = pairs([bases[0]] * 3, bases, [1, 0, 1], heat=[0.7, np.nan, -0.2], known=known)
    every = np.array([0, 15, 18])  # electrodes, a leak with an impedance of its own, one in the electrolyte
    frame, rows = _rows(F, own, every, VERDICT)
    groups = [decompose(F, base) for base in bases]
    assert frame.total == pytest.approx([one.R + one.ohm.sum() for one in groups], rel=1e-6)
    np.testing.assert_allclose(frame.interface, interface_weight(frame.tables.apex, frame.tables.ohm))
    assert rows.base.tolist() == [1, 0, 1] * 3
    assert rows.mean_heat.tolist() == [0.7, 0.0, -0.2] * 3
    assert rows.sd[:, HEAT].reshape(3, 3)[:, [0, 2]].tolist() == [[0.1, 0.1]] * 3
    assert (rows.sd[:, HEAT].reshape(3, 3)[:, 1] != 0.1).all()
    assert (rows.sd[:, LEAK] > 0).tolist() == [False] * 3 + [True] * 6
    assert rows.own.tolist() == [False] * 3 + [True] * 3 + [False] * 3
    assert rows.leaks.tolist() == [False] * 3 + [True] * 6
    assert rows.inside.shape == (9, 1 + frame.interface.shape[1])
    assert rows.inside[:6].all()
    assert not rows.inside[6:].all(axis=1).any()
    kept = dict(known.groups)
    assert len(kept) == 2
    again, _ = _rows(F, own, every, VERDICT)
    assert all(known.groups[key] is one for key, one in kept.items())
    alone, _ = _rows(F, own._replace(known=None), every, VERDICT)
    assert again.total == pytest.approx(alone.total)


def started(gain, *, own=False, sd=None, points=12):
    """The start of a leak of which the conductance gained so much at every frequency, beside 10 ohm."""
    f = np.geomspace(1e5, 1e-1, points)
    widths = np.zeros(R_1)
    widths[APEX] = 1.5 if sd is None else sd
    rows = Rows(np.zeros(1, int), widths[None], np.zeros(1), np.ones((1, 1)), np.array([own]), np.array([True]))
    frame = Frame(None, np.array([10.0]), np.zeros((1, 0)), f, 0.05)
    return _start(frame, rows, 1 / (0.1 + np.array(gain)[None]) + 0j, np.full((1, points), 10.0 + 0j))[0], f


def test_the_gain_of_the_highest_quarter_and_of_the_lowest_four_points():
    """Of twelve points three and four: medians 0.06 and 0.02; of seven two are the quarter."""
    gain = np.r_[0.04, 0.06, 0.08, [0.09] * 5, 0.01, 0.015, 0.025, 0.03]
    assert started(gain)[0][LEAK] == pytest.approx(np.log(0.6) / 1.5)
    assert started(gain, own=True)[0][LEAK] == pytest.approx(np.log(0.2) / 1.5)
    assert started([0.04, 0.06, *[0.09] * 5], points=7)[0][LEAK] == pytest.approx(np.log(0.5) / 1.5)
    nothing = np.r_[[0.06] * 8, [0.0] * 4]  # no direct current: what the highest gained
    assert started(nothing, own=True)[0][LEAK] == pytest.approx(np.log(0.6) / 1.5)


def test_a_share_begins_between_a_tenth_and_nine_and_an_apex_within_three():
    for low, share in ((0.003, 0.1), (0.0075, 0.125), (0.059, 0.9)):
        begun, _ = started(np.r_[[0.06] * 8, [low] * 4], own=True)
        assert begun[SHARE] == pytest.approx(np.log(share / (1 - share))), low
    for at, expected in ((2, 3.0), (11, -3.0)):
        gain = np.r_[[0.08] * 3, [0.0501] * 5, [0.02] * 4]
        gain[at] = 0.04  # the root of 0.08 * 0.02
        begun, _ = started(gain, own=True, sd=0.1)
        assert begun[APEX] == expected, at


def test_a_rise_of_all_begins_within_three_standard_deviations():
    sd = np.zeros((1, R_1))
    sd[0, SCALE] = 0.051
    rows = Rows(np.zeros(1, int), sd, np.zeros(1), np.ones((1, 1)), *(np.zeros(1, bool),) * 2)
    frame = Frame(None, np.array([10.0]), np.zeros((1, 0)), F, 0.05)
    for ohm, begun in ((1e4, 3.0), (1e-2, -3.0)):
        found = _start(frame, rows, np.full((1, 25), ohm + 0j), np.full((1, 25), 10.0 + 0j))
        assert found[0, SCALE] == begun


def test_the_last_of_each_baseline_begins_its_own_pairs():
    """Two pairs and two hypotheses: rows 0 and 1 of the first, 2 and 3 of the second."""
    start, base = np.zeros((4, R_1)), np.full(8, 10.0 + 0j)
    last = [(base, {4: np.full(R_1, 1.0), 7: np.full(R_1, 2.0)}), (base, {4: np.full(R_1, 3.0)})]
    _from_last(start, pairs([base, base], [base, 2 * base], [1, 0]), np.array([4, 7]), last)
    assert start[:, 0].tolist() == [3.0, 1.0, 0.0, 2.0]
