"""What explains a change: weights, starts and noise of single pairs, by numbers."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest

from eisfit.shorts import explanation
from eisfit.shorts.cell_model import APEX, HEAT, LEAK, R_1, SCALE, SERIES, SHARE, Frame, Rows
from eisfit.shorts.explanation import (
    Pairs,
    _from_last,
    _noise_left,
    _possible,
    _start,
    _weighted,
    best_explanations,
    explain_changes,
)
from eisfit.shorts.hypotheses import SIZE, VERDICT

F = np.array([1e4, 1e3, 100.0, 10.0, 1.0, 0.1, 0.01, 0.001])


def pairs(z, base, error=0.004, **of):
    z, base = np.atleast_2d(np.asarray(z, complex)), np.atleast_2d(np.asarray(base, complex))
    return Pairs(z, np.full(len(z), error), base, np.zeros(len(z), int), np.full(len(z), np.nan), **of)


def test_the_error_of_a_point_joins_noise_floor_and_a_share_of_the_change():
    """0.4 % of noise, 0.3 % that no model gets below, 3 % of the change, in squares; nothing where one is not known."""
    base = np.full(4, 10.0 + 0j)
    z, weight, points = _weighted(pairs([10.0, 10 * np.e, np.nan, 5.0], np.append(base[:3], np.nan)), VERDICT)
    assert weight[0].tolist() == pytest.approx([1 / 0.05, 1 / (np.hypot(0.005, 0.03) * 10 * np.e), 0.0, 0.0])
    assert points.tolist() == [4.0]
    assert z[0, 2] == 1.0
    _, weight, points = _weighted(pairs([np.nan] * 4, base), SIZE)
    assert points.tolist() == [1.0]
    assert not weight.any()
    assert _weighted(pairs([10.0] * 4, base), SIZE)[1][0, 0] == pytest.approx(1 / (10 * np.hypot(0.004, 0.0007)))


def test_a_leak_ends_inside_of_a_cell_that_takes_direct_current():
    """-Im Z below twice Re Z at the lowest frequency that is known."""
    bases = np.array([[1, 10 - 19.9j], [1, 10 - 20.1j], [10 - 1j, np.nan], [10 - 30j, np.nan], [1, 10 + 50j]])
    assert _possible(bases).tolist() == [True, False, True, False, True]


def test_what_is_left_of_the_noise():
    """Of the best of three explanations, over the points less the sizes that they determine, six points in advance."""
    eye = np.tile(np.eye(4), (6, 1, 1))
    eye[2] = np.diag([1.0, 1.0, 4.0, 1.0])  # determines three quarters of a size
    chi2 = np.array([30.0, 50.0, 20.0, 70.0, 25.0, 40.0])
    points = np.array([100.0, 100.0])
    found = _noise_left(chi2, eye, points, 0.05)
    assert found.tolist() == pytest.approx([26 / (100 - 0.75 + 6), 46 / 106])
    assert _noise_left(5 * chi2, eye, points, 0.05).tolist() == pytest.approx([1.0, 1.0])
    assert _noise_left(chi2, eye, np.array([0.0, -5.5]), 0.05)[1] == 1.0
    assert _noise_left(np.zeros(6), eye, points, 0.05)[0] == pytest.approx(6 / 106)
    assert _noise_left(np.zeros(6), eye, points, 0.2)[0] == 0.2


class Tables:
    """Nothing of a baseline."""


def started(z, base, sd, *, leaks=False, own=False):
    rows = Rows(np.zeros(1, int), np.array([sd]), np.zeros(1), np.ones((1, 1)), np.array([own]), np.array([leaks]))
    frame = Frame(Tables(), np.array([10.0]), np.zeros((1, 0)), F, 0.05)
    return _start(frame, rows, np.array([z], complex), np.array([base], complex))[0]


def test_the_search_for_a_leak_begins_with_what_the_highest_frequencies_gained():
    """G R = 0.5 of 10 ohm, within 0.05 to 50; in units of 1.5; an own impedance begins with the lowest ones."""
    base, sd = np.full(8, 10.0), np.zeros(R_1)
    for G, product in ((0.05, 0.5), (1e-9, 0.05), (100.0, 50.0), (-0.05, 0.05)):
        begun = started(1 / (0.1 + G * np.ones(8)), base, sd, leaks=True)
        assert begun[LEAK] == pytest.approx(np.log(product) / 1.5), G
        assert begun[[SHARE, APEX, HEAT, SCALE, SERIES]].tolist() == [0] * 5
    gain = np.array([0.05, 0.05, 0.045, 0.03, 0.02, 0.02, 0.02, 0.02])
    sd = np.zeros(R_1)
    sd[APEX] = 1.5
    begun = started(1 / (0.1 + gain), base, sd, leaks=True, own=True)
    assert begun[LEAK] == pytest.approx(np.log(0.2) / 1.5)
    assert begun[SHARE] == pytest.approx(np.log(0.4 / 0.6))
    assert begun[APEX] == pytest.approx(np.log(10.0 / 30.0) / 1.5)  # sqrt(0.02 * 0.05) = 0.0316 is nearest to 0.03
    fifth = np.r_[[0.05] * 3, 0.04, 0.03, 0.03, 0.01, 0.01]  # the lowest four have 0.02, five of them 0.03
    assert started(1 / (0.1 + fifth), base, sd, leaks=True, own=True)[LEAK] == pytest.approx(np.log(0.2) / 1.5)
    rising = started(1 / (0.1 + gain[::-1]), base, sd, leaks=True, own=True)
    assert rising[LEAK] == pytest.approx(np.log(0.2) / 1.5)  # never more than the highest frequencies gained


def test_a_fall_is_given_to_the_first_thing_that_may_change_as_much():
    """ln 0.8 over a quarter of the points: heat by an energy of 0.37 eV, then scale, then a resistance in series."""
    base, fall = np.full(8, 10.0), np.log(0.8)
    for wide, column, value in (
        ((HEAT, SCALE), HEAT, -fall / (0.37 * 1.263) / 0.5), ((SCALE, SERIES), SCALE, fall / 0.5),
        ((SERIES,), SERIES, fall / 0.5), ((), None, 0.0),
    ):  # fmt: skip
        sd = np.full(R_1, 0.05)
        sd[list(wide)] = 0.5
        begun = started(np.full(8, 8.0), base, sd)
        others = np.delete(begun, column) if column is not None else begun
        assert not others.any()
        if column is not None:
            assert begun[column] == pytest.approx(value)
    sd = np.zeros(R_1)
    sd[SCALE] = 0.051
    assert started(np.full(8, 0.01), base, sd)[SCALE] == -3.0
    assert not started(np.full(8, 8.0), base, sd, leaks=True)[[HEAT, SCALE, SERIES]].any()


def test_the_search_begins_where_a_spectrum_alike_ended():
    """ln Z that differs by less than 0.15 is alike; groups that are there no more are left out."""
    before = np.full(8, 10.0 + 0j)
    z = np.arange(1.0, R_1 + 5.0)  # two groups: R_1, R_2, C_1, C_2
    for factor, same in ((1.16, True), (1.17, False)):
        start = np.zeros((2, R_1 + 6))  # two hypotheses, three groups
        _from_last(start, pairs(before * factor, before), np.array([4, 7]), [(before, {4: z, 9: z})])
        assert start[0].tolist() == (
            [*z[:R_1], z[R_1], z[R_1 + 1], 0, z[R_1 + 2], z[R_1 + 3], 0] if same else [0] * (R_1 + 6)
        )
        assert not start[1].any()
    start = np.zeros((1, R_1 + 2))
    _from_last(start, pairs(before, before), np.array([4]), [(before, {4: z})])
    assert start[0].tolist() == [*z[:R_1], z[R_1], z[R_1 + 2]]
    _from_last(start, pairs(before, before), np.array([4]), [None])


def test_what_is_told_of_a_change_by_hand(monkeypatch):
    """ln p = -(chi2 + z'z) / 2 - ln det / 2, over chi2 per point where that is above 1; ln G = theta - ln R."""
    K = R_1 + 2
    z = np.zeros((3, K))
    z[0, HEAT], z[1, LEAK], z[2, LEAK] = 2.0, 1.0, -1.0
    hessian = np.tile(np.eye(K), (3, 1, 1))
    hessian[1, LEAK, LEAK] = 4.0
    frame = Frame(Tables(), np.array([20.0, 10.0]), np.zeros((2, 0)), F, 0.05)
    rows = Rows(np.array([1, 1, 1]), np.full((3, K), 0.5), np.full(3, 0.3), np.ones((3, 1)), *(np.zeros(3, bool),) * 2)
    asked = np.zeros(21, bool)
    asked[[2, 14, 18]] = True
    base = np.array([[20.0 + 0j] * 8, [1.0, 1, 1, 1, 1, 1, 1, 10 - 30j]])  # blocks at its lowest frequency
    own = pairs([10.0] * 8, base)._replace(at=np.array([1]))
    for chi2, loose in ((32.0, 2.0), (8.0, 1.0)):
        cost = np.array([chi2 + 4, chi2 + 1 + 1, chi2 + 2 + 1])
        found = (frame, rows, np.array([16.0]), z, cost, hessian)
        monkeypatch.setattr(explanation, "_searched", lambda *_, found=found: found)
        said = explain_changes(F, own, asked)
        assert said.misfit.tolist() == [chi2 / 16]
        assert said.evidence[0, [2, 14]] == pytest.approx(
            [-(chi2 + 4) / 2 / loose, (-(chi2 + 2) / 2 - np.log(4) / 2) / loose]
        )
        assert (np.delete(said.evidence[0], [2, 14]) <= -1e8).all()
        assert said.ln_G[0, 0] == pytest.approx(0.5 - np.log(10.0))
        assert said.ln_G_error[0, 0] == pytest.approx(0.5 / 2 * np.sqrt(loose))
        assert said.share[0, [0, 4]] == pytest.approx([1 / (1 + np.exp(-0.5)), 1 / (1 + np.exp(0.5))])
        assert said.heat[0, [2, 14]] == pytest.approx([1.3, 0.3])
        assert np.isnan(said.ln_G[0, 1])
        assert said.heat[0, 0] == 0.0


def test_a_size_is_asked_with_the_noise_that_is_left(monkeypatch):
    """chi2 of 4 at 26 points that tell no size: (4 + 6) / (26 + 6) of the noise; chi2 and what J adds grow by that."""
    K = R_1 + 2
    z = np.zeros((2, K))
    z[:, LEAK] = 1.0
    hessian = np.tile(np.eye(K), (2, 1, 1))
    hessian[1, LEAK, LEAK] = 3.0
    frame = Frame(Tables(), np.array([10.0]), np.zeros((1, 0)), F, 0.05)
    rows = Rows(np.zeros(2, int), np.full((2, K), 0.5), np.zeros(2), np.ones((2, 1)), *(np.zeros(2, bool),) * 2)
    asked = np.zeros(len(SIZE.hypotheses), bool)
    asked[:2] = True
    found = (frame, rows, np.array([26.0]), z, np.array([5.0, 9.0]), hessian)
    monkeypatch.setattr(explanation, "_searched", lambda *_: found)
    said = explain_changes(F, pairs([10.0] * 8, [20.0] * 8), asked, SIZE)
    left = 10 / 32
    grown = 1 + 2 / left
    assert said.evidence[0, :2] == pytest.approx([-(4 / left + 1) / 2, -(8 / left + 1) / 2 - np.log(grown) / 2])
    assert said.ln_G_error[0, :2] == pytest.approx([0.5, 0.5 / np.sqrt(grown)])


def test_the_best_explanations_with_and_without_a_leak_by_evidence_and_prior(monkeypatch):
    """Of what the cell may do the temperature, of leaks the one with heat; the impedances are those of their rows."""
    evidence = np.full((1, 21), -50.0)
    evidence[0, [2, 3]] = 0.0, 0.1  # the prior of the temperature is 0.12, that of the contact 0.10
    evidence[0, [14, 17]] = 0.0, 2.0  # 0.020, and 0.004 times e^2
    model = np.arange(21.0)[:, None] * np.ones(8)
    monkeypatch.setattr(explanation, "_searched", lambda *_: (None,) * 6)
    monkeypatch.setattr(explanation, "modelled", lambda *_: (model, None))
    told = SimpleNamespace(evidence=evidence)
    monkeypatch.setattr(explanation, "explain_changes", lambda *_: told)
    rival, leak = best_explanations(F, None)
    assert (rival.says, rival.impedance[0]) == ("a change of temperature", 2.0)
    assert (leak.says, leak.impedance[0]) == ("a leak, with heat,", 17.0)
