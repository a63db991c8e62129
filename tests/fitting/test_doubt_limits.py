"""The limits from which a minimum leaves a doubt, each from both sides, with what they look at given."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest

from eisfit.fitting import doubt
from eisfit.fitting.lm import CONVERGED, NON_FINITE, Minimum
from eisfit.fitting.minima import of_one_start


class Spectra:
    """A problem of so many spectra with one parameter each and 101 numbers that count, of 102."""

    scaling = SimpleNamespace(size=1, log=np.array([True]))

    def __init__(self, n):
        self.weight = np.ones((n, 102))
        self.weight[:, -1] = 0.0

    def __len__(self):
        return len(self.weight)

    def residual(self, theta):
        return np.zeros_like(self.weight)

    def take(self, rows):
        return Spectra(len(np.arange(len(self))[rows]))


def minima(cost, agreement, starts, others=(), code=CONVERGED):
    """One minimum and others beside it, by their costs."""
    n = len(cost)
    own = of_one_start(Minimum(np.zeros((n, 1)), np.array(cost, float), np.full(n, code), np.zeros(n, int)))
    if others:
        own.others_cost[:, : len(others)] = others
    return own._replace(agreement=np.array(agreement), starts=np.array(starts))


@pytest.fixture
def given(monkeypatch):
    """given(name=value): what the functions of `doubt` are told of every spectrum."""

    def give(**values):
        usual = {
            "shaped": False, "missed": np.nan, "worst_error": 0.0, "exact": False, "expected_cost": 1.0,
            "at_bounds": [False], "has_shape": False, "elsewhere": [False] * 3, "rises": [0.0] + [np.inf] * 3,
        }  # fmt: skip
        for name, value in (usual | values).items():
            if name != "excess":
                monkeypatch.setattr(doubt, name, lambda *_, value=value: np.array([value]))
        above = values.get("excess", (0.0, 1.0))
        found = SimpleNamespace(z=np.array([above[0]]), ratio=np.array([above[1]]))
        monkeypatch.setattr(doubt, "excess", lambda *_: found)

    return give


def test_what_a_quick_search_leaves_open(given):
    for told, own, open_ in (
        ({}, ([1.0], [2], [3]), False),
        ({"shaped": True}, ([1.0], [2], [3]), True),
        ({"worst_error": 0.099}, ([1.0], [2], [3]), False),
        ({"worst_error": 0.101}, ([1.0], [2], [3]), True),
        ({"at_bounds": [True]}, ([1.0], [2], [3]), True),
        ({}, ([2.99], [2], [3]), False),  # three times what the noise would leave
        ({}, ([3.01], [2], [3]), True),
        ({}, ([1.0], [2], [3], [1.51]), False),  # another one that costs half as much again
        ({}, ([1.0], [2], [3], [1.49]), True),
        ({"missed": 0.49}, ([1.0], [1], [3]), False),  # one of three starts
        ({"missed": 0.51}, ([1.0], [1], [3]), True),
        ({}, ([1.0], [1], [3]), True),  # the noise is not known
        ({"missed": 0.51}, ([1.0], [1], [2]), False),
        ({"missed": 0.51}, ([1.0], [2], [3]), False),
        ({"missed": 2.49, "has_shape": True}, ([1.0], [2], [3]), False),  # residuals that lean to a shape
        ({"missed": 2.51, "has_shape": True}, ([1.0], [2], [3]), True),
        ({"missed": 2.51}, ([1.0], [2], [3]), False),
        ({"exact": True, "shaped": True}, ([1.0], [2], [3]), False),
        ({"shaped": True}, ([1.0], [2], [3], (), NON_FINITE), False),
    ):
        given(**told)
        assert doubt.in_doubt(Spectra(1), minima(*own)).tolist() == [open_], (told, own)


def test_what_a_wide_search_leaves_open(given):
    for told, own, open_ in (
        ({}, ([1.0], [3], [10]), False),
        ({}, ([1.0], [2], [6]), True),  # three finds
        ({}, ([1.0], [29], [100]), True),  # three tenths of the starts
        ({}, ([1.0], [30], [100]), False),
        ({"missed": 2.51}, ([1.0], [9], [10]), True),
        ({"missed": 2.49}, ([1.0], [9], [10]), False),
        ({"missed": 3.99}, ([1.0], [10], [12]), False),  # nearly all of many starts came to it
        ({"missed": 4.01}, ([1.0], [10], [12]), True),
        ({"missed": 2.51}, ([1.0], [10], [13]), True),
        ({"missed": 0.49, "worst_error": 0.6}, ([1.0], [9], [10]), False),
        ({"missed": 0.51, "worst_error": 0.51}, ([1.0], [9], [10]), True),
        ({"missed": 0.51, "worst_error": 0.49}, ([1.0], [9], [10]), False),
        ({"worst_error": 0.51}, ([1.0], [9], [10]), True),
        ({"shaped": True}, ([1.0], [9], [10]), True),
        ({"shaped": True}, ([1.0], [9], [10], (), NON_FINITE), False),
        ({"elsewhere": [False, True, False], "rises": [0, 1, 3.9, 9]}, ([1.0], [9], [10]), True),
        ({"elsewhere": [False, True, False], "rises": [0, 1, 4.1, 9]}, ([1.0], [9], [10]), False),
        ({"elsewhere": [False] * 3, "rises": [0, 1, 1, 1]}, ([1.0], [9], [10]), False),
    ):
        given(**told)
        assert doubt.still_in_doubt(Spectra(1), minima(*own)).tolist() == [open_], (told, own)


def test_what_is_said_to_be_unsure(given):
    """A hundred degrees of freedom: another minimum at 1.0019 is 0.19 in chi2 above."""
    near, far = [1.0019], [1.0021]
    rival = {"elsewhere": [True, False, False]}
    for told, own, unsure in (
        ({}, ([1.0], [3], [10]), False),
        ({}, ([1.0], [2], [10]), True),
        ({}, ([1.0], [1], [4]), False),  # a quick search that left no doubt
        ({}, ([1.0], [1], [5]), True),
        ({}, ([1.0], [2], [10], (), NON_FINITE), False),
        ({"exact": True}, ([1.0], [2], [10]), False),
        (rival, ([1.0], [30], [50], near), True),
        (rival, ([1.0], [30], [50], far), False),
        ({"elsewhere": [False, True, True]}, ([1.0], [30], [50], near), False),
        ({"shaped": True}, ([1.0], [9], [50]), True),  # fewer than ten finds
        ({"shaped": True}, ([1.0], [9], [10]), True),
        ({"shaped": True}, ([1.0], [10], [50]), True),  # not of the circuit: as good as the test
        ({"shaped": True, "excess": (0, 1.49)}, ([1.0], [10], [50]), True),
        ({"shaped": True, "excess": (0, 1.51)}, ([1.0], [10], [50]), False),
        ({"shaped": True, "excess": (0, np.nan)}, ([1.0], [10], [50]), True),
        ({"shaped": True}, ([1.0], [40], [50]), False),  # four fifths of the starts
        ({"shaped": True}, ([1.0], [39], [50]), True),
        ({"excess": (4.1, 1.0)}, ([1.0], [10], [50]), True),
        ({"excess": (3.9, 1.0)}, ([1.0], [10], [50]), False),
    ):
        given(**told)
        assert doubt.uncertain(Spectra(1), minima(*own)).tolist() == [unsure], (told, own)
    assert doubt.uncertain(Spectra(0), minima([], [], [])).shape == (0,)


def test_where_the_other_minima_are(monkeypatch):
    """Three standard errors away, each at least 0.02."""
    for error, far, away in ((0.1, 0.31, True), (0.1, 0.29, False), (0.001, 0.061, True), (0.001, 0.059, False)):
        monkeypatch.setattr(doubt, "errors", lambda *_, error=error: np.array([[error]]))
        own = minima([1.0], [9], [10])
        own.others[0, :2, 0] = far, -far
        assert doubt.elsewhere(Spectra(1), own).tolist() == [[away, away, False]], (error, far)


def test_a_minimum_of_known_parameters_before_one_without(monkeypatch):
    """Where residuals have a shape: within 12 in chi2, the best below 0.1 known, the lowest worse than 0.5."""
    for worst, rises, cost in (
        ([0.51, 0.2, 0.09], [0, 3, 5], 3.0), ([0.49, 0.2, 0.09], [0, 3, 5], 1.0), ([0.51, 0.2, 0.11], [0, 3, 5], 1.0),
        ([0.51, 0.08, 0.09], [0, 3, 5], 2.0), ([0.51, 0.08, 0.09], [0, 12.1, 5], 3.0),
        ([np.inf, 0.01, 0.09], [0, 11.9, 5], 2.0),
    ):  # fmt: skip
        own = minima([1.0], [9], [10], [2.0, 3.0])
        own.others[0, :, 0] = 1, 2, 3
        monkeypatch.setattr(doubt, "shaped", lambda *_: np.array([True]))
        monkeypatch.setattr(doubt, "rises", lambda *_, rises=rises: np.array([[*rises, np.inf]]))
        monkeypatch.setattr(doubt, "worst_error", lambda _, theta, __, w=worst: np.array(w)[theta[:, 0].astype(int)])
        assert doubt.determined(Spectra(1), own).minimum.cost.tolist() == [cost], (worst, rises)
    monkeypatch.setattr(doubt, "shaped", lambda *_: np.array([False]))
    assert doubt.determined(Spectra(1), own) is own


def test_errors_that_are_not_known_or_that_a_bound_holds():
    """No finite curvature, no error; what lies at a bound counts for nothing."""
    search = SimpleNamespace(size=2, log=np.array([True, True]), lower=np.zeros(2), upper=np.full(2, 9.0))
    bend = np.array([[[4.0, 0], [0, 1]], [[4.0, 0], [0, np.nan]], [[4.0, 0], [0, 1]]])
    weight = np.ones((3, 4))
    weight[:, 3] = 0.0  # three numbers, two parameters
    problem = SimpleNamespace(scaling=search, weight=weight, normal_equations=lambda _: (None, None, bend))
    theta, cost = np.array([[1.0, 1.0], [1.0, 1.0], [1.0, 0.0]]), np.array([4.0, 4.0, 4.0])
    assert doubt.errors(problem, theta, cost).tolist() == [[1.0, 2.0], [1.0, np.inf], [1.0, np.inf]]
    assert doubt.worst_error(problem, theta, cost).tolist() == [2.0, np.inf, 1.0]
    assert doubt.worst_error(problem, theta * 0, cost).tolist() == [0.0, 0.0, 0.0]
