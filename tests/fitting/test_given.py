"""Start values that are given against the search without them: which of two minima stands, and what is told."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

from eisfit import Circuit, fixed
from eisfit.errors import FitError
from eisfit.fitting.batch_fit import BatchFit, FitOptions
from eisfit.fitting.given import AS_GOOD, _check_start, _rise, better_of, check_steps, started
from eisfit.fitting.minima import SAME
from eisfit.fitting.status import FitStatus


def fits(cost: float, value: float, *, n: int = 1, **changed) -> BatchFit:
    """A fit of R to 5 points, 9 degrees of freedom."""
    known = BatchFit(
        circuit=Circuit("R"),
        values=np.full((n, 1), value),
        covariance=np.ones((n, 1, 1)),
        cost=np.full(n, cost),
        status=(FitStatus.CONVERGED,) * n,
        n_iterations=np.full(n, 3),
        points_used=np.full(n, 5),
        at_bound=np.zeros((n, 1), bool),
        agreement=np.full(n, 7),
        starts=np.full(n, 8),
        rms=np.full(n, 0.1),
    )
    return replace(known, **changed)


def rival(cost: float, value: float) -> dict[str, np.ndarray]:
    return {"rival": np.array([[value]]), "rival_cost": np.array([cost])}


def test_chi2_is_in_units_of_the_noise():
    assert fits(9.0, 1.0).chi2_reduced == pytest.approx(1.0)
    assert fits(9.0, 1.0).options == FitOptions(weighting="modulus", robust=False, tied=(), shared=())


def test_a_guess_stands_unless_it_costs_clearly_more():
    """AS_GOOD in units of the noise of the lower of the two."""
    for more, left in ((0.999, False), (1.0, False), (1.001, True)):
        found = better_of(fits(9.0 + more * AS_GOOD, 2.0), fits(9.0, 1.0))
        assert found.start_left.tolist() == [left]
        assert found.values[0, 0] == (1.0 if left else 2.0)
        assert found.starts[0] == 9
        assert found.agreement[0] == (7 if left else 1)
        assert found.uncertain[0] == (not left)  # another minimum is as good


def test_the_minimum_that_does_not_stand_is_told():
    left = better_of(fits(20.0, 2.0), fits(9.0, 1.0))
    assert (left.rival[0, 0], left.rival_cost[0]) == (2.0, 20.0)
    stands = better_of(fits(9.1, 2.0), fits(9.0, 1.0))
    assert (stands.rival[0, 0], stands.rival_cost[0]) == (1.0, 9.0)
    own = better_of(fits(20.0, 2.0), fits(9.0, 1.0, **rival(15.0, 3.0)))
    assert (own.rival[0, 0], own.rival_cost[0]) == (3.0, 15.0)
    worse = better_of(fits(20.0, 2.0), fits(9.0, 1.0, **rival(25.0, 3.0)))
    assert (worse.rival[0, 0], worse.rival_cost[0]) == (2.0, 20.0)


def test_the_same_minimum_twice_is_one_start_more_that_came_back():
    for more, same in ((0.99, True), (1.01, False)):
        found = better_of(fits(9.0 * (1 + more * SAME), 2.0), fits(9.0, 1.0, **rival(11.0, 3.0)))
        assert found.agreement[0] == (8 if same else 1), more
        assert found.uncertain[0] == (not same)
        assert (found.rival[0, 0], found.rival_cost[0]) == ((3.0, 11.0) if same else (1.0, 9.0))
    alone = better_of(fits(9.0, 1.0), fits(9.0, 1.0))
    assert np.isnan(alone.rival_cost[0])
    assert np.isnan(alone.rival).all()


def test_a_guess_that_is_clearly_lower_is_certain():
    for less, sure in ((1.001, True), (0.999, False)):
        own = 9.0 + less * AS_GOOD
        assert better_of(fits(9.0, 2.0), fits(own, 1.0)).uncertain[0] != sure


def test_every_spectrum_for_itself():
    guessed = replace(fits(9.0, 2.0, n=2), cost=np.array([9.0, 30.0]))
    found = better_of(guessed, fits(9.0, 1.0, n=2))
    assert found.values[:, 0].tolist() == [2.0, 1.0]
    assert found.start_left.tolist() == [False, True]


def test_a_search_that_found_nothing_leaves_the_guess():
    found = better_of(fits(30.0, 2.0), fits(np.nan, 1.0))
    assert found.values[0, 0] == 2.0
    assert not found.start_left[0]


def test_one_set_for_all_is_a_guess_and_a_set_for_each_is_followed_alone():
    """Of the guess the search without it has its say; values by name are completed by what that search found."""
    asked = []

    def solve(begin):
        asked.append(None if begin is None else begin.tolist())
        return fits(9.0 if begin is None else 90.0, 2.0, n=2)

    for start, calls, cost in (
        (None, [None], 9.0), ([5.0], [[[5.0], [5.0]], None], 9.0), ([[5.0], [6.0]], [[[5.0], [6.0]]], 90.0),
        ({"R1": 7.0}, [None, [[7.0], [7.0]]], 9.0),
    ):  # fmt: skip
        asked.clear()
        found = started(Circuit("R"), start, 2, solve)
        assert asked == calls, start
        assert found.cost.tolist() == [cost, cost]


def test_a_search_needs_a_step():
    check_steps(1)
    with pytest.raises(FitError, match="must be 1 or more, not 0"):
        check_steps(0)


class Side(SimpleNamespace):
    def __len__(self):
        return len(self.cost)


def test_how_much_higher_a_guess_ends():
    """In units of the lower noise; a point left out costs 25; nothing where it ends no higher; a series as a whole."""

    def side(cost, noise=1.0, out=(), shared=()):
        n = len(cost)
        outliers = tuple(np.arange(9) < k for k in out)
        return Side(
            cost=np.array(cost),
            chi2_reduced=np.full(n, noise),
            outliers=outliers,
            options=SimpleNamespace(shared=shared),
        )

    assert _rise(side([12.0, 9.0], 2.0), side([9.0, 10.0], 4.0)).tolist() == [1.5, -0.5]
    assert _rise(side([12.0], 4.0), side([9.0], 2.0)).tolist() == [1.5]
    assert _rise(side([12.0], np.nan), side([9.0], 2.0)).tolist() == [1.5]
    assert _rise(side([5.0], out=(3,)), side([9.0], out=(1,))).tolist() == [46.0]
    assert _rise(side([5.0], out=(1,)), side([9.0], out=(3,))).tolist() == [-54.0]
    assert _rise(side([5.0], out=(2,)), side([9.0])).tolist() == [46.0]
    assert _rise(side([0.0], 0.0), side([0.0], 0.0)).tolist() == [0.0]
    assert _rise(side([3.0, 4.0]), side([1.0, 7.0], shared=("R1",))).tolist() == [-1.0, -1.0]
    assert _rise(side([3.0, 9.0]), side([1.0, 7.0], shared=("R1",))).tolist() == [4.0, 4.0]


def test_limits_that_are_meant_by_name():
    assert (AS_GOOD, SAME) == (4.0, 1e-3)


def test_where_a_start_value_may_lie():
    """Above 0 where a logarithm is taken; given by name within its bounds, but for rounding of 1e-9."""
    p = Circuit("R").with_bounds(R1=(0.0, 10.0)).parameter("R1")
    for value, by_name, wrong in (
        (0.0, False, "must be above 0"), (0.0, True, "must be above 0"), (10 * (1 + 0.9e-9), True, ""),
        (10 * (1 + 1.1e-9), True, "outside its bounds 0 to 10"), (99.0, False, ""), (1e-9, True, ""),
    ):  # fmt: skip
        if wrong:
            with pytest.raises(FitError, match=wrong):
                _check_start(p, np.array([5.0, value]), by_name=by_name)
        else:
            _check_start(p, np.array([5.0, value]), by_name=by_name)
    low = Circuit("R").with_bounds(R1=(2.0, 10.0)).parameter("R1")
    _check_start(low, np.array([2 * (1 - 0.9e-9)]), by_name=True)
    with pytest.raises(FitError, match=r"the start value 1\.9 of R1 is outside its bounds 2 to 10"):
        _check_start(low, np.array([5.0, 1.9]), by_name=True)
    signed = Circuit("R").with_bounds(R1=(-10.0, 10.0)).parameter("R1")
    _check_start(signed, np.array([0.0, -3.0]), by_name=True)
    _check_start(Circuit("R").with_(R1=fixed(5)).parameter("R1"), np.array([-3.0]), by_name=True)


def test_of_rivals_that_cost_the_same_that_of_the_search_is_told():
    found = better_of(fits(20.0, 2.0), fits(9.0, 1.0, **rival(20.0, 3.0)))
    assert (found.rival[0, 0], found.rival_cost[0]) == (3.0, 20.0)
