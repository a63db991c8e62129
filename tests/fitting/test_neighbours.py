"""A spectrum takes its neighbour's solution where that leads lower."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest

from eisfit import fit_batch
from eisfit.fitting import neighbours
from eisfit.fitting.lm import Minimum, minimise
from eisfit.fitting.minima import of_one_start
from eisfit.fitting.neighbours import Part, exchange
from eisfit.fitting.problem import problem_of
from eisfit.fitting.scaling import scaling
from eisfit.fitting.weighting import weights

N = 9


@pytest.fixture
def trapped(simulated, frequency):
    """A series of one grid in which some spectra sit in a false minimum: (part, best cost (N,))."""

    def make(stuck, starts=3):
        circuit, truth, z = simulated(n=N, seed=4)
        search = scaling(circuit, ln_omega_tail=float(np.log(2 * np.pi * frequency.min())))
        problem = problem_of(search, frequency, z, weights(z, np.ones(z.shape, bool), "modulus"))
        begin = truth.copy()
        begin[stuck, 4:7] = [1e-4, 1e-9, 0.9]
        found = minimise(problem, search.theta(begin), search.lower, search.upper, max_iterations=3)
        best = fit_batch(frequency, z, circuit, start=truth)
        agreement = np.where(np.isin(np.arange(N), stuck), 1, starts)
        minima = of_one_start(found, starts)._replace(agreement=agreement)
        return Part(problem, np.arange(N), minima), best.cost

    return make


@pytest.mark.parametrize("stuck", [[4], [0], [N - 1], [3, 4, 5], [0, 1, 2, 3, 5, 6, 7, 8]])
def test_a_better_solution_travels_along_the_series(trapped, stuck):
    part, best = trapped(stuck)
    assert np.all(part.minima.minimum.cost[stuck] > 2 * best[stuck])
    before = part.minima.minimum.cost.copy()
    (moved,) = exchange([part], N, 100)
    np.testing.assert_allclose(moved.minima.minimum.cost[stuck], best[stuck], rtol=1e-3)
    np.testing.assert_array_equal(part.minima.minimum.cost, before)


@pytest.mark.parametrize("breaks", [(4, 5), (5, 4), (4,)], ids=["alone", "in any order", "from here on"])
def test_nothing_is_taken_across_a_break(trapped, breaks):
    part, best = trapped([4, 5])
    before = part.minima.minimum.cost[[4, 5]].copy()
    (moved,) = exchange([part], N, 100, breaks)
    after = moved.minima.minimum.cost[[4, 5]]
    if breaks == (4,):
        np.testing.assert_allclose(after, best[[4, 5]], rtol=1e-3)
    else:
        assert after[0] == before[0]
        np.testing.assert_allclose(after[1], best[5], rtol=1e-3)


def test_it_travels_across_grids(trapped):
    whole, best = trapped([4])
    even, odd = np.arange(0, N, 2), np.arange(1, N, 2)

    def part(rows):
        return Part(whole.problem.take(rows), rows, whole.minima.taken(rows))

    parts = exchange([part(even), part(odd)], N, 100)
    assert parts[0].minima.minimum.cost[2] == pytest.approx(best[4], rel=1e-3)


def test_spectra_that_are_sure_of_themselves_are_left_alone(trapped):
    part, _ = trapped([])
    before = part.minima.minimum.theta.copy()
    (moved,) = exchange([part], N, 100)
    np.testing.assert_array_equal(moved.minima.minimum.theta, before)


def test_a_worse_neighbour_changes_nothing(simulated, frequency, trapped):
    part, best = trapped([4])
    part.minima.agreement[:] = 1
    (moved,) = exchange([part], N, 100)
    assert np.all(moved.minima.minimum.cost <= best * 1.01)


def test_who_asks_its_neighbours(monkeypatch):
    """Where few of the starts agree, or a wide search left a doubt; not after a quick one, not where nothing is."""
    asked = []

    def doubts(rows, _):
        asked.append(rows.tolist())
        return rows == 3

    monkeypatch.setattr(neighbours, "in_doubt", doubts)
    starts = np.array([neighbours.QUICK, 20, 20, 20, neighbours.QUICK, 20])
    agreement = np.where(np.arange(6) >= 4, 0, starts)
    agreement[1] = np.ceil(neighbours.SURE * 20)
    code = np.where(np.arange(6) == 5, neighbours.NON_FINITE, 0)
    minima = SimpleNamespace(
        agreement=agreement, starts=starts, minimum=SimpleNamespace(code=code), taken=lambda rows: rows
    )
    part = SimpleNamespace(problem=SimpleNamespace(take=lambda rows: rows), minima=minima)
    assert neighbours._room(part).tolist() == [False, False, False, True, True, False]
    assert asked == [[1, 2, 3]]


def test_a_solution_travels_ten_spectra_and_asks_those_beside_it(monkeypatch):
    """Of fourteen the first has what the others lack; after the first round those beside one that moved are asked."""
    index = np.arange(14)
    part = SimpleNamespace(index=index)
    rounds = []

    def borrowed(part, theta, known, asking, step, steps):
        if step < 0:
            rounds.append(np.flatnonzero(asking).tolist())
            return part, np.array([len(rounds)])
        return part, np.array([], int)

    monkeypatch.setattr(neighbours, "_borrowed", borrowed)
    monkeypatch.setattr(neighbours, "_gathered", lambda *_: (None, None))
    monkeypatch.setattr(neighbours, "_room", lambda _: index != 5)
    exchange([part], 14, 100, breaks=(8,))
    assert rounds[0] == [1, 2, 3, 4, 6, 7, 9, 10, 11, 12, 13]  # nothing is before 0, 8 begins anew, 5 is sure
    assert rounds[1:4] == [[2], [1, 3], [2, 4]]
    assert len(rounds) == 10


def test_who_takes_a_neighbours_minimum(monkeypatch):
    """Who asks, and has a neighbour with a fit; a start is counted for those that took it."""
    minimum = Minimum(np.zeros((3, 1)), np.array([5.0, 6.0, 7.0]), np.zeros(3, int), np.zeros(3, int))
    problem = SimpleNamespace(take=lambda rows: rows)
    part = Part(problem, np.array([0, 2, 3]), of_one_start(minimum))
    theta, known = np.array([[10.0], [11.0], [12.0], [13.0]]), np.array([True, True, True, False])
    calls = []

    def lower(rows, cost, starts, steps, pace):
        calls.append((rows.tolist(), cost.tolist(), starts[:, :, 0].tolist()))
        taken = np.arange(len(rows))[-1:]
        return taken, Minimum(starts[0, taken] + 0.5, np.array([1.0]), np.zeros(1, int), np.zeros(1, int))

    monkeypatch.setattr(neighbours, "lower_minima", lower)
    asking = np.array([True, False, True, True])
    after, took = neighbours._borrowed(part, theta, known, asking, -1, 50)
    assert calls[0] == ([1, 2], [6.0, 7.0], [[11.0, 12.0]])
    assert (took.tolist(), after.minima.minimum.cost.tolist()) == ([3], [5.0, 6.0, 1.0])
    assert after.minima.starts.tolist() == [1, 1, 2]
    _, took = neighbours._borrowed(part, theta, known, asking, 1, 50)
    assert (calls[1][0], took.tolist()) == ([0], [0])  # of 3 there is nothing after it, of 2 no fit
    known[1:3] = False
    known[3] = True
    _, took = neighbours._borrowed(part, theta, known, np.array([False, True, True, False]), 1, 50)
    assert (calls[2], took.tolist()) == (([1], [6.0], [[13.0]]), [2])
