"""One step of the minimiser, and when a search has ended, by costs and gradients that are given."""

from __future__ import annotations

from dataclasses import dataclass, replace
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from eisfit.fitting.lm import (
    CONVERGED,
    MAX_ITERATIONS,
    NON_FINITE,
    STALLED,
    _advance,
    _begin,
    _hopeless,
    _lapped,
    minimise,
)

FREE = np.full(1, -np.inf), np.full(1, np.inf)


@dataclass(frozen=True)
class Told:
    """One coordinate with a cost of its own, whatever gradient and curvature foretell of it."""

    cost: Any
    gradient: float
    curvature: float = 1.0
    n: int = 1

    def __len__(self):
        return self.n

    def take(self, rows):
        return replace(self, n=len(np.arange(self.n)[rows]))

    def normal_equations(self, theta):
        n = len(theta)
        gradient, curvature = np.full((n, 1), self.gradient), np.full((n, 1, 1), self.curvature)
        return np.array([self.cost(x) for x in theta[:, 0]]), gradient, curvature


def stepped(problem, *, damping=1e-4, floor=0.0, creeps=0):
    """Whether the problem is done after a step from 0, with which code, and its state."""
    state = _begin(problem, np.zeros((1, 1)), np.array([floor]), np.array([0]), damping)
    state.creeps[:] = creeps
    done, code = _advance(problem, state, np.full((1, 1), -9.0), np.full((1, 1), 9.0), 1e-7)
    return bool(done[0]), int(code[0]), state


def told(foretold, cost):
    """A step from a cost of 1 that foretells a fall and comes to another cost."""
    return Told(lambda x: cost if x else 1.0, np.sqrt(foretold))


def test_when_a_search_has_ended():
    """What a step foretells is below 1e-7 of the cost, what it does no more than ten times that; damping of 1e-4."""
    for foretold, cost, damping, done in (
        (0.99e-7, 1.0, 1e-4, True), (1.01e-7, 1.0, 1e-4, False), (0.99e-7, 1.0, 1.01e-4, False),
        (0.99e-7, 1 + 0.99e-6, 1e-4, True), (0.99e-7, 1 + 1.01e-6, 1e-4, False),
        (0.99e-7, np.nan, 1e-4, False), (0.99e-7, 0.5, 1e-4, True), (0.01, 0.99, 1e-4, False),
    ):  # fmt: skip
        found = stepped(told(foretold, cost), damping=damping)
        assert found[:2] == (done, CONVERGED), (foretold, cost, damping)
    assert stepped(told(0.9e-7, np.nan))[0] is False
    assert stepped(told(0.01, 1e-20), floor=2e-20)[0] is True
    assert stepped(told(0.01, 1e-20), floor=0.5e-20)[0] is False
    assert stepped(told(1.4e-7, 1.0), floor=0.5e-7)[0] is True  # 1e-7 of the cost and what is rounding
    assert stepped(told(1.6e-7, 1.0), floor=0.5e-7)[0] is False


def test_six_small_gains_after_each_other_end_a_search():
    """Small is a fall of the cost by less than 1e-6; a larger one begins anew, none at all counts for nothing."""
    for fall, before, after, done in (
        (0.0, 4, 4, False), (0.99e-6, 4, 5, False), (0.99e-6, 5, 6, True), (1.01e-6, 5, 0, False), (-1e-3, 5, 5, False)
    ):  # fmt: skip
        found, _, state = stepped(told(0.01, 1 - fall), creeps=before)
        assert (found, state.creeps.tolist()) == (done, [after]), fall


def test_a_search_without_a_finite_cost_stalls_at_a_damping_of_1e10():
    for damping, code in ((0.6e10, STALLED), (0.4e10, CONVERGED)):
        found = stepped(told(0.01, np.nan), damping=damping)
        assert found[:2] == (code == STALLED, code)
        assert found[2].damping[0] == 2 * damping
        assert found[2].theta[0, 0] == 0


def test_a_place_without_a_finite_curvature_is_not_taken():
    problem = told(0.01, 0.5)
    state = _begin(problem, np.zeros((1, 1)), np.zeros(1), np.array([0]), 1e-4)
    done, _ = _advance(replace(problem, curvature=np.nan), state, np.full((1, 1), -9.0), np.full((1, 1), 9.0), 1e-7)
    assert (done.tolist(), state.theta.tolist(), state.cost.tolist()) == ([False], [[0.0]], [1.0])


def test_damping_follows_what_was_foretold():
    """A fall of three quarters of it: 1 - 0.5^3; a gain of 1 a tenth; no gain doubles it."""
    for share, factor in ((0.75, 0.875), (1.0, 0.1), (-1.0, 2.0)):
        state = stepped(told(0.01, 1 - 0.01 * share))[2]
        assert state.damping[0] == pytest.approx(1e-4 * factor, rel=1e-6), share
        assert state.theta[0, 0] == pytest.approx(-0.1 / 1.0001 if share > 0 else 0)


def test_fifty_steps_must_gain_something():
    state = SimpleNamespace(
        iterations=np.array([50, 50, 49, 100]), cost=np.array([0.9998, 0.9996, 1.0, 1.0]), lap=np.array([1.0, 1, 1, 5])
    )
    assert _lapped(state).tolist() == [True, False, False, False]
    assert state.lap.tolist() == [0.9998, 0.9996, 1.0, 1.0]


def test_who_need_not_be_moved():
    state = SimpleNamespace(
        cost=np.array([1.0, np.inf, 1.0, 0.1]), curvature=np.ones((4, 2, 2)), floor=np.array([0.5, 0.5, 0.5, 0.1])
    )
    state.curvature[2, 0, 1] = np.nan
    out, code = _hopeless(state)
    assert out.tolist() == [False, True, True, True]
    assert code.tolist() == [CONVERGED, NON_FINITE, NON_FINITE, CONVERGED]


def test_a_cost_of_rounding_is_not_searched():
    for share, steps in ((0.99, 0), (1.01, 1)):
        nothing = Told(lambda x, share=share: share * 5e-26, 0.0)
        found = minimise(nothing, np.zeros((1, 1)), *FREE, scale=np.array([5.0]), damping=1e-5)
        assert (found.code[0], found.iterations[0]) == (CONVERGED, steps)


def test_steps_are_counted_and_end_at_their_number():
    """A slope without an end: 3 a step. A parabola whose depth is above 1e-7 takes a step more than one below it."""
    slope = Told(lambda x: 1e6 - 2000 * x, -1000.0)
    for given, steps in (({}, 100), ({"max_iterations": 7}, 7)):
        found = minimise(slope, np.zeros((1, 1)), *FREE, **given)
        assert (found.theta[0, 0], found.code[0], found.iterations[0]) == (3.0 * steps, MAX_ITERATIONS, steps)
    for depth, steps in ((0.9e-7, 1), (1.5e-7, 2)):
        shallow = Parabola()
        found = minimise(shallow, np.array([[np.sqrt(depth)]]), *FREE, damping=1e-4)
        assert (found.code[0], found.iterations[0]) == (CONVERGED, steps), depth


class Parabola:
    """A cost of 1 + theta^2."""

    def __len__(self):
        return 1

    def take(self, rows):
        return self

    def normal_equations(self, theta):
        return 1 + theta[:, 0] ** 2, theta, np.ones((len(theta), 1, 1))
