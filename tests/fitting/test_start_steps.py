"""Which spectra are searched how far, and which starts are followed: the steps of the search by themselves."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np

from eisfit import Circuit
from eisfit.fitting import start
from eisfit.fitting.lm import CONVERGED, MAX_ITERATIONS, NON_FINITE, Minimum
from eisfit.fitting.minima import of_one_start
from eisfit.fitting.problem import problem_of
from eisfit.fitting.scaling import scaling

EFFORT = start.Effort(starts=2, finalists=2, rough=3, by_place=False)


def minima(cost, agreement=None, starts=None, code=None):
    """Minima of spectra with one coordinate that is their number."""
    n = len(cost)
    codes = np.zeros(n, int) if code is None else np.array(code)
    own = of_one_start(Minimum(np.arange(float(n))[:, None], np.array(cost, float), codes, np.zeros(n, int)))
    return own._replace(
        agreement=np.ones(n, int) if agreement is None else np.array(agreement),
        starts=np.ones(n, int) if starts is None else np.array(starts),
    )


class Spectra:
    """A problem that knows nothing but which spectra it is of."""

    scaling = SimpleNamespace(circuit=None, lower=-np.inf, upper=np.inf, size=1)
    s = 1j * np.arange(1.0, 42.0)

    def __init__(self, rows):
        self.rows = np.asarray(rows)

    def __len__(self):
        return len(self.rows)

    def take(self, rows):
        return Spectra(self.rows[rows])

    def thinned(self, step):
        return self


def resistors(*values):
    """Spectra of R alone, weights of one."""
    z = np.repeat(np.array(values, complex)[:, None], 4, axis=1)
    return problem_of(scaling(Circuit("R")), np.geomspace(1e3, 1, 4), z, np.ones((len(values), 8)))


def test_spectra_that_are_alike_to_the_one_that_is_searched():
    """Root mean square below 0.3 of the first of them, over the points that count in both."""

    def led(z, used=None):
        z = np.array(z, complex)
        weight = np.repeat(np.ones(z.shape) if used is None else np.array(used, float), 2, axis=1)
        return start.leaders(SimpleNamespace(data=z.view(float), weight=weight), np.zeros(len(z), int)).tolist()

    assert led([[10, 10], [14, 11], [14, 13]]) == [0, 0, 2]  # sqrt(0.085) = 0.29, sqrt(0.125) = 0.35
    assert led([[10], [12.9], [13.1], [16]]) == [0, 0, 2, 2]  # of the first, not of the one before
    assert led([[10j, 10], [10j, 99]], [[1, 1], [1, 0]]) == [0, 0]
    assert led([[10, 10], [10, 10]], [[1, 0], [0, 1]]) == [0, 1]


def test_a_minimum_that_was_given_up_on_the_way_is_followed_to_its_end():
    problem = resistors(10.0, 20.0, 30.0)
    own = minima([1.0, 1.0, 1.0], code=[CONVERGED, MAX_ITERATIONS, MAX_ITERATIONS])
    ended = start._ended(problem, own, np.array([0, 1]), 50)
    np.testing.assert_allclose(ended.minimum.theta[:, 0], [0.0, np.log(20), 2.0])
    assert ended.minimum.code.tolist() == [CONVERGED, CONVERGED, MAX_ITERATIONS]
    assert start._ended(problem, own, np.array([0]), 50) is own


def test_followers_share_the_finds_of_their_leader_where_they_come_to_the_same(monkeypatch):
    """Starts are its minimum and the others that it has."""
    own = minima([1.0, 1.0, 5.0], agreement=[2, 3, 7], starts=[4, 5, 9])
    own.others_cost[2, 0], own.others[2, 0] = 6.0, 8.0
    asked = []

    def followed(problem, theta, worth, members, steps):
        asked.append((problem.rows.tolist(), theta[:, :, 0].tolist(), worth.tolist(), members.tolist(), steps))
        return minima([1.0005, 1.002])

    monkeypatch.setattr(start, "_followed", followed)
    found = start._followers(Spectra(range(3)), own, np.array([0, 1]), np.array([2, 2]), 30)
    yes = [True, True, False, False]
    assert asked == [([0, 1], [[2, 8, 0, 0]] * 2, [yes, yes], [[1, 1, 0, 0]] * 2, 30)]
    assert found.agreement.tolist() == [2 + 1 + 7, 3, 7]
    assert found.starts.tolist() == [4 + 1 + 9, 5 + 1 + 9, 9]
    assert start._followers(Spectra(range(3)), own, np.array([], int), np.array([], int), 30) is own


def test_who_is_searched_how_far(monkeypatch):
    """In doubt 1, 2, 3 and 5, which has no fit; 2 is alike to 1; a short look is enough for 1, which is still in doubt
    after it; 3 is searched widely.
    """
    own = minima([1.0] * 6, code=[0, 0, 0, 0, 0, NON_FINITE])
    asked = []

    def told(name, result):
        def function(problem, minima, *rest):
            rows = [x.tolist() for x in rest if isinstance(x, np.ndarray)]
            asked.append((name, *rows, *[x for x in rest if isinstance(x, int | start.Effort)]))
            return result(problem, minima)

        return function

    stubs = {
        "dictionary": lambda *_: SimpleNamespace(rich=False),
        "in_doubt": lambda *_: np.array([False, True, True, True, False, True]),
        "leaders": lambda problem, _: {(1, 2, 3): np.array([0, 0, 2])}[tuple(problem.rows)],
        "_looked_at": told("look", lambda _, minima: (minima, np.array([3]))),
        "_searched_again": told("search", lambda _, minima: minima),
        "still_in_doubt": lambda problem, _: problem.rows == 1,
        "rearranged": told("rearranged", lambda _, minima: minima),
        "_followers": told("followers", lambda _, minima: minima),
        "determined": lambda problem, minima: asked.append(("determined", problem.rows.tolist())) or minima,
        "_ended": told("ended", lambda _, minima: minima),
    }
    for name, stub in stubs.items():
        monkeypatch.setattr(start, name, stub)
    start.surer(Spectra(range(6)), own, 300, places=np.arange(6))
    assert asked == [
        ("look", [1, 3], 60),
        ("search", [3], start.WIDE, 60),
        ("search", [1], start.WIDEST, 60),
        ("rearranged", 60),
        ("followers", [2], [1], 300),
        ("determined", [1, 2, 3]),
        ("ended", [1, 2, 3], 300),
    ]
    asked.clear()
    start.surer(Spectra(range(6)), own, 40)
    assert asked[:2] == [("look", [1, 2, 3], 40), ("search", [3], start.WIDE, 40)]
    assert asked[4] == ("followers", [], [], 40)
    asked.clear()
    monkeypatch.setattr(start, "dictionary", lambda *_: SimpleNamespace(rich=True))
    start.surer(Spectra(range(6)), own, 40)
    assert asked[0] == ("search", [0, 1, 2, 3, 4], start.WIDE, 40)  # with many ways to share none is sure


def test_a_short_look_settles_what_most_starts_find_and_nothing_speaks_against(monkeypatch):
    """Five starts and three quarters of all; none lower by a thousandth, no other within 12 in chi2, nothing missed."""
    own = minima([1.0] * 8, agreement=[0] * 8, starts=[0] * 8)
    ends = minima([1, 1, 1, 1, 0.9985, 0.9995, 1, 1], [12, 11, 5, 4, 9, 9, 9, 9], [16, 16, 6, 4, 9, 9, 9, 9])
    monkeypatch.setattr(start, "unlike", lambda problem, _: problem.rows == 8)
    monkeypatch.setattr(start, "dictionary", lambda *_: None)
    monkeypatch.setattr(start, "_combined", lambda some, *_: np.zeros((len(some), 2, 1)))
    monkeypatch.setattr(start, "placed_anew", lambda some, *_, yielding: np.zeros((len(some), int(yielding), 1)))
    monkeypatch.setattr(start, "rises", lambda *_: np.array([[0, np.inf, np.inf]] * 6 + [[0, 12, 11.9], [0, 50, 12]]))
    monkeypatch.setattr(start, "misses", lambda some, _, limit: (some.rows == 5) & (limit == 2.5))
    monkeypatch.setattr(start, "_explored", lambda *_: ends)
    found, open_ = start._looked_at(Spectra(range(9)), minima([1.0] * 9, [0] * 9, [0] * 9), np.arange(9), 60)
    assert open_.tolist() == [1, 3, 4, 5, 6, 8]
    assert found.agreement.tolist() == [12, 11, 5, 4, 9, 9, 9, 9, 0]
    monkeypatch.setattr(start, "unlike", lambda *_: np.array([True, True]))
    assert start._looked_at(Spectra(range(2)), own, np.array([0, 1]), 60)[1].tolist() == [0, 1]


def test_after_a_wide_search_blocks_are_placed_anew_and_the_best_is_shaken(monkeypatch):
    """Anew where a lower minimum came and something is missed; shaken where fewer than five came back, or so."""
    own = minima([9.0, 1.0, 1.0, 1.0, 1.0])
    ends = minima([1.0, 0.9985, 0.9995, 0.9985, 1.0], [5, 5, 4, 5, 9])
    calls = []

    def noted(name):
        def function(problem, minima, steps, **options):
            calls.append((name, problem.rows.tolist(), steps, options))
            return minima

        return function

    monkeypatch.setattr(start, "dictionary", lambda *_: None)
    monkeypatch.setattr(start, "placed_anew", lambda some, _: np.arange(len(some) * 1.0)[:, None, None])
    monkeypatch.setattr(start, "_combined", lambda some, *_: np.full((len(some), 2, 1), 7.0))
    begun = []

    def explored(problem, starts, *_):
        begun.append(starts(problem.take(np.array([3, 1])), np.array([3, 1]))[:, :, 0].tolist())
        return ends

    monkeypatch.setattr(start, "_explored", explored)
    monkeypatch.setattr(start, "misses", lambda problem, _: np.isin(problem.rows, [1, 2]))
    monkeypatch.setattr(start, "rearranged", noted("anew"))
    monkeypatch.setattr(start, "shaken", noted("shaken"))
    found = start._searched_again(Spectra(range(5)), own, np.arange(5), start.WIDE, 60)
    assert calls == [("anew", [1], 60, {}), ("shaken", [1, 2], 60, {"first": 16})]
    assert found.minimum.cost.tolist() == [1.0, 0.9985, 1.0, 0.9985, 1.0]
    assert begun == [[[7, 7, 3], [7, 7, 1]]]  # from the grid, and with a block anew
    start._searched_again(Spectra(range(5)), own, np.arange(5), start.WIDEST, 60)
    assert begun[1] == [[7, 7], [7, 7]]
    assert start._searched_again(Spectra(range(5)), own, np.array([], int), start.WIDE, 60) is own


def test_rounds_go_on_where_they_lead_lower(monkeypatch):
    """Four rounds at most; of two spectra one is lower by less than a thousandth and stops."""
    rounds = []
    costs = iter([[0.9, 1.9985], [0.89, 1], [0.88, 1], [0.87, 1], [0.86, 1]])

    def explored(problem, starts, effort, steps):
        rounds.append(problem.rows.tolist())
        assert starts(problem, np.arange(len(problem))).shape == (len(problem), 8 if effort == start.SHAKEN else 3, 1)
        return minima(next(costs)[: len(problem)], [5] * len(problem))

    search = SimpleNamespace(log=np.array([True]), tails=(), size=1, circuit=None)
    monkeypatch.setattr(Spectra, "scaling", search)
    monkeypatch.setattr(start, "_explored", explored)
    monkeypatch.setattr(start, "placed_anew", lambda some, _: np.zeros((len(some), 3, 1)))
    found = start.rearranged(Spectra([0, 1]), minima([1.0, 2.0]), 60)
    assert rounds == [[0, 1], [0], [0], [0]]
    assert found.minimum.cost.tolist() == [0.87, 2.0]
    rounds.clear()
    costs = iter([[0.9, 1.9985], [0.89, 1], [0.88, 1], [0.87, 1], [0.86, 1]])
    found = start.shaken(Spectra([0, 1]), minima([1.0, 2.0]), 60)
    assert (rounds, found.minimum.cost.tolist()) == ([[0, 1], [0], [0], [0]], [0.87, 2.0])
    for search in (start.rearranged, start.shaken):
        search(Spectra([]), minima([]), 60)
    assert len(rounds) == 4  # of nothing there is no round
    rounds.clear()
    monkeypatch.setattr(start, "placed_anew", lambda some, _: np.zeros((len(some), 0, 1)))
    start.rearranged(Spectra([0, 1]), minima([1.0, 2.0]), 60)
    assert rounds == []


def test_shaking_ends_where_five_starts_come_back(monkeypatch):
    """To the same minimum, by a thousandth."""
    monkeypatch.setattr(Spectra, "scaling", SimpleNamespace(log=np.array([True]), tails=(), size=1))
    for cost, agreement, rounds in ((1.0, 5, 1), (1.0, 4, 4), (1.0005, 5, 1), (1.0015, 9, 4)):
        met = []

        def explored(problem, *_, met=met, cost=cost, agreement=agreement):
            met.append(len(problem))
            return minima([cost], [agreement])

        monkeypatch.setattr(start, "_explored", explored)
        start.shaken(Spectra([0]), minima([1.0]), 60)
        assert len(met) == rounds, (cost, agreement)


def test_kicks_of_a_round():
    """Eight starts; three tenths of all coordinates are kicked: a logarithm by 2.5, an exponent 0.4, a tail 1."""
    search = scaling(Circuit("(RQ)Q"))
    kicks = np.concatenate([start._kicks(search, number) for number in range(300)])
    assert kicks.shape == (2400, 5)
    np.testing.assert_allclose((kicks != 0).mean(axis=0), 0.3, atol=0.04)
    size = np.array([kicks[kicks[:, k] != 0, k].std() for k in range(5)])
    np.testing.assert_allclose(size / [2.5, 2.5, 0.4, 1.0, 0.4], 1, atol=0.12)
    assert search.tails[0].q == 3
    np.testing.assert_array_equal(start._kicks(search, 7), start._kicks(search, 7))


def test_starts_of_many_spectra_are_told_apart_in_pieces(monkeypatch):
    asked = []

    def told_apart(problem, starts, effort):
        asked.append((problem.rows.tolist(), starts[:, 0, 0].tolist()))
        return starts, np.ones(starts.shape[:2], bool), np.ones(starts.shape[:2], int)

    monkeypatch.setattr(start, "_told_apart", told_apart)
    monkeypatch.setattr(start, "_followed", lambda problem, theta, *_: (len(problem), theta[:, 0, 0].tolist()))
    given = np.arange(130.0)[:, None, None]
    found = start._explored(Spectra(range(130)), start._given(given), EFFORT, 60)
    assert found == (130, list(range(130)))
    assert [piece[0] for piece in asked] == [list(range(64)), list(range(64, 128)), [128, 129]]
    assert [piece[1] for piece in asked] == [piece[0] for piece in asked]


def test_starts_are_sorted_by_what_a_rough_search_makes_of_them(monkeypatch):
    """What has no finite cost comes last."""
    cost = np.array([3.0, np.nan, 1.0, 4.0, 5.0, np.inf])
    asked = []

    def minimise(problem, theta, *_, **options):
        asked.append((problem.rows.tolist(), theta[:, 0].tolist(), options["max_iterations"]))
        return Minimum(theta + 10, cost, np.zeros(6, int), np.zeros(6, int))

    monkeypatch.setattr(start, "minimise", minimise)
    theta, worth, members = start._told_apart(Spectra([4, 7]), np.arange(6.0).reshape(2, 3, 1), EFFORT)
    assert asked == [([4, 4, 4, 7, 7, 7], [0, 1, 2, 3, 4, 5], 3)]
    assert theta[:, :, 0].tolist() == [[12, 10], [13, 14]]
    assert worth.all()
    assert members.tolist() == [[1, 1], [1, 1]]


def test_two_places_of_one_cost_are_two_starts_but_in_the_quick_search(monkeypatch):
    places = Minimum(np.array([[0.0], [5.0], [0.2]]), np.ones(3), np.zeros(3, int), np.zeros(3, int))
    monkeypatch.setattr(start, "minimise", lambda *_, **__: places)
    given = np.zeros((1, 3, 1))
    for effort, members in (
        (start.WIDE, [2, 1]), (start.WIDEST, [2, 1]), (start.LOOK, [2, 1]), (start.SHAKEN, [2, 1]),
        (start.REARRANGED, [2, 1]), (start.USUAL, [3, 0]),
    ):  # fmt: skip
        assert start._told_apart(resistors(10.0), given, effort)[2][0, :2].tolist() == members, effort


def test_when_starts_are_one_and_which_are_worth_following():
    """Costs within 2 % of the one before, places within 1; ten times the best is too much."""
    for costs, members in (
        ([1.0, 1.019, 1.038], [3, 0, 0]), ([1.0, 1.021, 1.03], [1, 2, 0]), ([1.0, 2.0, 3.0], [1, 1, 1])
    ):  # fmt: skip
        assert start._heads(np.zeros((1, 3, 1)), np.array([costs]), 3, ())[2].tolist() == [members], costs
    for place, members in ((0.99, [2, 0]), (1.01, [1, 1]), (-0.99, [2, 0]), (-1.01, [1, 1])):
        theta = np.array([[[0.0, 0.0], [0.0, place]]])
        assert start._heads(theta, np.ones((1, 2)), 2, [np.arange(2)])[2].tolist() == [members], place
    for cost, worth in ((9.9, True), (10.1, False)):
        assert start._heads(np.zeros((1, 2, 1)), np.array([[1.0, cost]]), 2, ())[1].tolist() == [[True, worth]], cost
    assert start._heads(np.zeros((1, 2, 1)), np.full((1, 2), np.inf), 2, ())[1][0, 0]
    assert start._heads(np.zeros((1, 3, 1)), np.array([[1.0, 2, 3]]), 2, ())[0].shape == (1, 2, 1)


def test_starts_are_followed_in_two_legs(monkeypatch):
    """Of twelve steps and of the rest; what is given up on the way has no cost."""
    legs = []
    first = Minimum(
        np.array([[1.0], [2.0], [3.0]]), np.array([1.0, 1.4, 1.6]), np.array([0, MAX_ITERATIONS, MAX_ITERATIONS]),
        np.array([5, 12, 12]),
    )  # fmt: skip
    then = Minimum(np.array([[7.0]]), np.array([0.5]), np.array([0]), np.array([9]))

    def minimise(problem, theta, *_, max_iterations, **__):
        legs.append((problem.rows.tolist(), theta[:, 0].tolist(), max_iterations))
        return first if len(legs) % 2 else then

    monkeypatch.setattr(start, "minimise", minimise)
    monkeypatch.setattr(start, "data_scale", lambda problem: np.ones(len(problem)))
    theta, worth, members = np.array([[[10.0], [20.0], [30.0]]]), np.ones((1, 3), bool), np.array([[4, 2, 1]])
    found = start._followed(Spectra([8]), theta, worth, members, 60)
    assert legs == [([8, 8, 8], [10, 20, 30], 12), ([8], [2], 48)]
    assert (found.minimum.cost[0], found.minimum.theta[0, 0], found.minimum.iterations[0]) == (0.5, 7.0, 21)
    assert (found.agreement[0], found.starts[0], found.others_cost[0, :2].tolist()) == (2, 7, [1.0, np.inf])
    legs.clear()
    found = start._followed(Spectra([8]), theta, worth, members, 12)
    assert (len(legs), legs[0][2], found.minimum.cost[0], found.others_cost[0, 1]) == (1, 12, 1.0, 1.6)
    legs.clear()
    start._followed(Spectra([8]), theta, worth, members, 5)
    assert legs[0][2] == 5


def test_a_start_near_the_known_minimum_has_arrived():
    """Within a thousandth; one above it by more goes on, up to half as much again."""
    cost = np.array([1.0, 1.0009, 1.0011, 1.49, 1.51])
    ended = Minimum(np.zeros((5, 1)), cost, np.array([0] + [MAX_ITERATIONS] * 4), np.zeros(5, int))
    on, hopeless = start._going_on(ended, np.zeros(5, int), 1)
    assert on.tolist() == [2, 3]
    assert hopeless.tolist() == [False, False, False, False, True]
    still = ended._replace(code=np.full(5, MAX_ITERATIONS))  # the best is not known yet
    assert start._going_on(still, np.zeros(5, int), 1)[0].tolist() == [0, 1, 2, 3]
    lost = ended._replace(cost=np.array([1.0, np.nan, np.inf, 1.2, 1.2]))
    assert start._going_on(lost, np.zeros(5, int), 1)[0].tolist() == [3, 4]
