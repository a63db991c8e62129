"""From one spectrum to the next: which arc is which, by hand."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np

from eisfit.circuit import Circuit
from eisfit.roles.structure import structure
from eisfit.tracking import arcs
from eisfit.tracking.arcs import _followed, _in_order, _settled

STEP = 0.7
"""What ln tau and ln C may change by from one spectrum to the next."""


def test_what_is_in_order_already():
    """The first by time constant, every next one nearest to the one before; not to the first."""
    choices = np.array([[0, 1], [1, 0]])

    def of(*tau):
        place = np.array([[[one, 0.0], [other, 0.0]] for one, other in tau])
        return _in_order(place, np.full(place.shape, 1e-3), choices)

    assert of((0.0, 5.0), (0.1, 5.1))
    assert not of((5.0, 0.0), (5.1, 0.1))
    assert not of((0.0, 5.0), (5.1, 0.1), (5.0, 0.0))
    drift = STEP * np.array([[[0.0, 2.0 * k], [1.0, 10.0 + 2.0 * k]] for k in range(7)])
    assert _in_order(drift, np.zeros(drift.shape), choices)
    assert not _in_order(drift[[0, 5]], np.zeros((2, 2, 2)), choices)


def test_the_errors_of_the_spectrum_before_count_in_what_is_in_order():
    """ln tau 0 and 2, then 3.5 and 1.8: nearer the other way, unless the error of the first arc was 1.4 just before.

    3.5^2 and 0.2^2 against 1.8^2 and 1.5^2: over 0.7^2 each the second is less, with 0.7^2 + 1.4^2 for the first arc
    5.0 + 0.1 is less than 1.3 + 4.6.
    """
    choices = np.array([[0, 1], [1, 0]])
    place = np.zeros((3, 2, 2))
    place[:, :, 0] = [[0.0, 2.0], [0.0, 2.0], [3.5, 1.8]]
    for uncertain, in_order in ((None, False), (0, False), (1, True)):
        spread = np.zeros((3, 2, 2))
        if uncertain is not None:
            spread[uncertain, 0] = 1.4
        assert _in_order(place, spread, choices) == in_order, uncertain


def test_of_two_spectra_neither_outvotes_the_other():
    """Of three the one that stands otherwise than both of the others is turned."""
    choices = np.array([[0, 1], [1, 0]])
    place = np.array([[[0.0, 0.0], [5.0, 5.0]], [[5.0, 5.0], [0.0, 0.0]], [[0.0, 0.0], [5.0, 5.0]]])
    for n, turned in ((2, []), (3, [1])):
        orders, allowed = np.tile([0, 1], (n, 1)), np.ones((n, 2), bool)
        found = _settled(place[:n], np.zeros((n, 2, 2)), np.arange(n), orders, choices, allowed)
        assert np.flatnonzero(found[:, 0] == 1).tolist() == turned, n


class _Fits(SimpleNamespace):
    def __len__(self):
        return len(self.values)


def followed(tau, capacitance=None, lost=(), index=None):
    """The order of arcs whose ln tau (and ln C, the same unless stated) are given; (spectrum, arc) that are lost."""
    tau = np.array(tau, float)
    n, m = tau.shape
    circuit = Circuit("R" + "(RC)" * m)
    place = np.stack([tau, tau if capacitance is None else np.array(capacitance, float)], axis=2)
    spread = np.zeros(place.shape)
    for at in lost:
        spread[at] = 2.0, 0.1
    fits = _Fits(circuit=circuit, values=np.ones((n, 1 + 2 * m)))
    rows = np.arange(n) if index is None else np.array(index)
    return _followed(place, spread, rows, fits, list(structure(circuit).arcs)).tolist()


def test_arcs_are_followed_from_the_first_spectrum_that_was_fitted():
    assert followed([[0, 5], [5, 0], [5.1, 0.1]], index=[1, 2]) == [[0, 1], [1, 0], [1, 0]]


def test_four_arcs_are_followed_and_five_stand_by_time_constant():
    """Two that differ by capacitance cross in their time constants."""
    for others, second in (([8, 16], [0, 1]), ([8, 16, 24], [1, 0])):
        rest = list(range(2, 2 + len(others)))
        found = followed([[0.2, 0.3, *others], [0.4, 0.3, *others]], [[0, 9, *others]] * 2)
        assert found == [[0, 1, *rest], [*second, *rest]], others


def test_an_arc_that_is_lost_is_looked_for_where_it_was_seen_last(monkeypatch):
    """At 0 and 3, then 9 and 3, then 1 and 8: the first arc is at 1 again if it was lost at 9, else at 8.

    Squares over 0.49: from 0 and 3 to 1 and 8 they are 4.1 and 25 at most, the other way 25 and 16.3. An arc that was
    lost from the start has no better place than the last one.
    """
    monkeypatch.setattr(arcs, "_settled", lambda _place, _spread, _index, orders, *_: orders)
    at = [[0, 3], [9, 3], [1, 8]]
    assert followed(at, lost=[(1, 0)])[2] == [0, 1]
    assert followed(at, lost=[(0, 0), (1, 0)])[2] == [1, 0]


def test_arcs_that_move_are_compared_with_where_they_were_just_before(monkeypatch):
    """0 and 3, 1.5 and 4.5, then 4.7 and 3.5: the second arc is at 4.7, though from 0 and 3 it would be at 3.5."""
    monkeypatch.setattr(arcs, "_settled", lambda _place, _spread, _index, orders, *_: orders)
    assert followed([[0, 3], [1.5, 4.5], [4.7, 3.5]]) == [[0, 1], [0, 1], [1, 0]]


def test_a_spectrum_is_compared_with_the_median_of_two_to_each_side(monkeypatch):
    """ln tau of the first arc is 0, 1, 4, 9 ... of the spectra that were fitted: seven of eight."""
    asked = []

    def keep(reference, found, *_):
        asked.append((float(reference[0][0, 0]), float(found[0][0, 0])))
        assert not reference[1].any()
        return np.array([0, 1])

    monkeypatch.setattr(arcs, "_assigned", keep)
    place = np.zeros((8, 2, 2))
    index = np.array([0, 1, 2, 4, 5, 6, 7])
    place[index, 0] = (np.arange(7.0) ** 2)[:, None]
    place[3] = np.nan
    orders, allowed = np.tile([0, 1], (8, 1)), np.ones((8, 2), bool)
    _settled(place, np.ones((8, 2, 2)), index, orders, np.array([[0, 1], [1, 0]]), allowed)
    assert asked == [(2.5, 0), (4, 1), (5, 4), (10, 9), (17, 16), (16, 25), (20.5, 36)]
