"""The lowest minimum from the data alone: a quick search for all, a wide one where the first leaves a doubt.

The combinations of trial shapes of lowest cost become starts of the non-linear search. Where the minimum leaves a doubt
(`doubt`) more starts follow, from a finer grid, and then the best minimum is shaken: starts all around it, until so
many of them come back to it that a lower one is unlikely to be missed.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np

from eisfit.fitting.amplitudes import screened
from eisfit.fitting.anew import ROUGH_POINTS, placed_anew
from eisfit.fitting.dictionary import FINE, OTHER, PLAIN, Dictionary, Mesh, dictionary
from eisfit.fitting.doubt import NEAR, WITHIN, determined, in_doubt, misses, most_missed, rises, still_in_doubt, unlike
from eisfit.fitting.lm import MAX_ITERATIONS, NON_FINITE, Minimum, minimise
from eisfit.fitting.minima import SAME, Minima, data_scale, of_ends
from eisfit.fitting.order import orders_of
from eisfit.fitting.problem import Problem
from eisfit.fitting.scaling import Scaling
from eisfit.spectrum import Bools, Floats, Indices

Starts = Callable[[Problem, Indices], Floats]
"""Starts (N, S, K) of some spectra, told by their problem and by their places among all that are searched."""


class Effort(NamedTuple):
    """How hard is searched: starts per spectrum, how many distinct ones are followed to their end, after how many steps
    on thinned spectra they are told apart, by_place: by where they are too; spread: starts from all over the grid;
    anew: blocks are placed anew too, in a search on the fine grid; mesh: of the trial shapes."""

    starts: int
    finalists: int
    rough: int
    spread: int = 0
    anew: bool = False
    by_place: bool = True
    mesh: Mesh = FINE


USUAL = Effort(starts=4, finalists=3, rough=4, by_place=False, mesh=PLAIN)
LOOK = Effort(starts=8, finalists=8, rough=8, spread=8)
"""For spectra of which nothing but a parameter that is hardly known leaves a doubt."""
WIDE = Effort(starts=16, finalists=16, rough=16, spread=24, anew=True)
"""For spectra whose minimum leaves a doubt, on the fine grid."""
WIDEST = Effort(starts=64, finalists=48, rough=16, spread=64, mesh=OTHER)
"""For those whose minimum still leaves a doubt, between the places that are known; the right one may be far from the
best after the rough search."""
SHAKEN = Effort(starts=8, finalists=8, rough=12)
"""A round of starts around the best minimum."""
REARRANGED = Effort(starts=24, finalists=8, rough=20)
"""A round of starts with blocks placed anew."""
ROUNDS = 4
"""Rounds of shaking, and of placing blocks anew, at most."""
RETURNS = 5
"""So many starts of a round that come back say that the minimum is the lowest around."""
MOST = 0.75
"""Share of all starts of a short look that must have come to the minimum: where others ended elsewhere, more may."""
KICK, KICKED = 2.5, 0.3
"""Standard deviation of a kick in a logarithm, and the share of the coordinates that are kicked."""
KICK_TAIL, KICK_PLAIN = 1.0, 0.4
"""The same for the height of a tail, which the data fix, and for exponents and other plain numbers."""
LEG = 12
"""Steps after which it is asked which starts are still worth following."""
SEARCH = 60
"""Steps of a search after which an end is as good as reached; the best goes on to its own."""
ALIKE = 0.3
"""Spectra of a series that differ by less than this (root mean square, relative) have their minima at like places."""
STRETCH = 50
"""Spectra of a series of which one may be searched for others: as many as one process is given at once, so that the
result does not hang on who does the work."""
DISTINCT = 0.02
"""Starts whose costs differ by less than this share after the rough search are on the way to the same minimum."""
PLACE = 1.0
"""Starts are at different places if a coordinate differs by this: a factor of 2.7, or another exponent."""
WORTH = 10.0
"""A start that is this many times worse than the best after the rough search is given up."""
BLOCK = 64
"""Spectra that are screened at once: bounds the memory."""


def cold_start(problem: Problem, *, max_iterations: int = 100) -> Minima:
    """The best minimum of each spectrum that a quick search without any start values finds."""
    words = dictionary(problem.scaling.circuit, problem.s.imag, USUAL.mesh)
    return screened_minima(problem, words, USUAL, max_iterations)


def surer(problem: Problem, minima: Minima, max_iterations: int, *, places: Indices | None = None) -> Minima:
    """The minima after a wide search for those spectra whose minimum leaves a doubt.

    places (N,): where the spectra stand in the series in which they follow each other; of those of one STRETCH that are
    alike one is searched for all of them.
    """
    rich = dictionary(problem.scaling.circuit, problem.s.imag).rich
    rows = np.flatnonzero((in_doubt(problem, minima) | rich) & (minima.minimum.code != NON_FINITE))
    leader = np.arange(len(rows)) if places is None else leaders(problem.take(rows), places[rows] // STRETCH)
    first, steps = rows[np.flatnonzero(np.bincount(leader))], min(max_iterations, SEARCH)
    minima, open_ = (minima, first) if rich else _looked_at(problem, minima, first, steps)
    minima = _searched_again(problem, minima, open_, WIDE, steps)
    still = first[still_in_doubt(problem.take(first), minima.taken(first))]
    minima = _searched_again(problem, minima, still, WIDEST, steps)
    minima = minima.with_rows(still, rearranged(problem.take(still), minima.taken(still), steps))
    others = leader != np.arange(len(rows))
    minima = _followers(problem, minima, rows[others], rows[leader[others]], max_iterations)
    settled = determined(problem.take(rows), minima.taken(rows))
    return _ended(problem, minima.with_rows(rows, settled), rows, max_iterations)


def _ended(problem: Problem, minima: Minima, rows: Indices, max_iterations: int) -> Minima:
    """The best minima of some spectra, followed to their end where a search had given them up on the way."""
    rows = rows[minima.minimum.code[rows] == MAX_ITERATIONS]
    if not len(rows):
        return minima
    part, search = problem.take(rows), problem.scaling
    bounds = search.lower, search.upper
    theta, scale = minima.minimum.theta[rows], data_scale(part)
    ended = minimise(part, theta, *bounds, max_iterations=max_iterations, damping=1e-3, scale=scale)
    return minima.with_rows(rows, minima.taken(rows)._replace(minimum=ended))


def leaders(problem: Problem, stretch: Indices) -> Indices:
    """For each spectrum of a series the one before it (or itself) to which it is alike, in its own stretch, (N,)."""
    z = problem.data.view(np.complex128)
    used = (problem.weight > 0)[:, 0::2]
    out = np.arange(len(z))
    for i in range(1, len(z)):
        k = out[i - 1]
        both = used[i] & used[k]
        apart = np.abs(z[i, both] - z[k, both]) ** 2 / np.abs(z[k, both]) ** 2
        near = stretch[i] == stretch[k] and both.any() and np.mean(apart) < ALIKE**2
        out[i] = k if near else i
    return out


def _followers(problem: Problem, minima: Minima, rows: Indices, leader: Indices, max_iterations: int) -> Minima:
    """The minima of spectra after starts from the minima of the spectrum that was searched for them.

    A spectrum whose best minimum is that of its leader shares the finds of the search.
    """
    if not len(rows):
        return minima
    own, theirs = minima.taken(rows), minima.taken(leader)
    starts = np.concatenate([theirs.minimum.theta[:, None], theirs.others], axis=1)
    worth = np.concatenate([np.ones((len(rows), 1), bool), np.isfinite(theirs.others_cost)], axis=1)
    ends = _followed(problem.take(rows), starts, worth, worth.astype(np.int64), max_iterations)
    best = own.with_more(ends)
    same = ends.minimum.cost <= best.minimum.cost * (1 + SAME)
    return minima.with_rows(
        rows,
        best._replace(agreement=best.agreement + same * theirs.agreement, starts=best.starts + theirs.starts),
    )


def _looked_at(problem: Problem, minima: Minima, rows: Indices, max_iterations: int) -> tuple[Minima, Indices]:
    """The minima after a short look around those that are only hardly known, and the spectra to be searched widely.

    These are the ones with another doubt, and those for which the look found another minimum, or few starts came back.
    """
    part, before = problem.take(rows), minima.taken(rows)
    soft = np.flatnonzero(~unlike(part, before))
    if not len(soft):
        return minima, rows
    some, own = part.take(soft), before.taken(soft)
    fine = dictionary(problem.scaling.circuit, problem.s.imag, LOOK.mesh)
    starts = np.concatenate([_combined(some, fine, LOOK), placed_anew(some, own.minimum.theta, yielding=True)], axis=1)
    ends = _explored(some, _given(starts), LOOK, max_iterations)
    after = own.with_more(ends)
    lower = ends.minimum.cost < own.minimum.cost * (1 - SAME)
    rival = (rises(some, after)[:, 1:] < WITHIN).any(axis=1)
    back = (after.agreement >= RETURNS) & (after.agreement >= MOST * after.starts)
    sure = ~lower & ~rival & ~misses(some, after, most_missed(after)) & back
    return minima.with_rows(rows[soft], after), np.delete(rows, soft[sure])


def _searched_again(problem: Problem, minima: Minima, rows: Indices, effort: Effort, max_iterations: int) -> Minima:
    """The minima of some spectra after a search on the fine grid, with blocks placed anew, and around the best."""
    if not len(rows):
        return minima
    part, before = problem.take(rows), minima.taken(rows)
    fine = dictionary(problem.scaling.circuit, problem.s.imag, effort.mesh)
    anew = placed_anew(part, before.minimum.theta) if effort.anew else None

    def starts(some: Problem, place: Indices) -> Floats:
        combined = _combined(some, fine, effort)
        return combined if anew is None else np.concatenate([combined, anew[place]], axis=1)

    ends = _explored(part, starts, effort, max_iterations)
    wide = before.with_more(ends)
    lower = np.flatnonzero(ends.minimum.cost < before.minimum.cost * (1 - SAME))
    lower = lower[misses(part.take(lower), wide.taken(lower))]
    wide = wide.with_rows(lower, rearranged(part.take(lower), wide.taken(lower), max_iterations))
    open_ = np.flatnonzero((ends.agreement < RETURNS) | misses(part, wide))
    around = shaken(part.take(open_), wide.taken(open_), max_iterations, first=effort.starts)
    return minima.with_rows(rows, wide.with_rows(open_, around))


def rearranged(problem: Problem, minima: Minima, max_iterations: int) -> Minima:
    """The minima after rounds in which blocks are placed anew, as long as that leads lower."""
    rows = np.arange(len(problem))
    for _ in range(ROUNDS if len(rows) else 0):
        part, before = problem.take(rows), minima.taken(rows)
        starts = placed_anew(part, before.minimum.theta)
        if not starts.shape[1]:
            break
        ends = _explored(part, _given(starts), REARRANGED, max_iterations)
        minima = minima.with_rows(rows, before.with_more(ends))
        rows = rows[ends.minimum.cost < before.minimum.cost * (1 - SAME)]
        if not len(rows):
            break
    return minima


def screened_minima(problem: Problem, words: Dictionary, effort: Effort, max_iterations: int) -> Minima:
    """The minima that the best combinations of trial shapes lead to."""
    return _explored(problem, lambda some, _: _combined(some, words, effort), effort, max_iterations)


def _given(starts: Floats) -> Starts:
    """Starts (N, S, K) that are there already."""
    return lambda _, place: starts[place]


def _combined(problem: Problem, words: Dictionary, effort: Effort) -> Floats:
    """Starts (N, S, K) from the best combinations of trial shapes."""
    values = screened(problem, words, effort.starts, effort.spread)
    n, count = values.shape[:2]
    return problem.scaling.theta(values.reshape(n * count, -1)).reshape(n, count, -1)


def shaken(problem: Problem, minima: Minima, max_iterations: int, *, first: int = 0) -> Minima:
    """The minima after rounds of starts around them, which end where enough starts come back and none leads lower."""
    rows = np.arange(len(problem))
    for number in range(first, first + ROUNDS if len(rows) else first):
        part, before = problem.take(rows), minima.taken(rows)
        kicks = _kicks(problem.scaling, number)
        around = before.minimum.theta[:, None, :] + kicks
        ends = _explored(part, _given(around), SHAKEN, max_iterations)
        minima = minima.with_rows(rows, before.with_more(ends))
        lower = ends.minimum.cost < before.minimum.cost * (1 - SAME)
        back = np.where(ends.minimum.cost <= before.minimum.cost * (1 + SAME), ends.agreement, 0)
        rows = rows[lower | (back < RETURNS)]
        if not len(rows):
            break
    return minima


def _kicks(search: Scaling, number: int) -> Floats:
    """Starts of a round relative to the minimum, (S, K): the same whatever spectra are searched together."""
    rng = np.random.default_rng(number)
    size = np.where(search.log, KICK, KICK_PLAIN)
    size[[tail.q for tail in search.tails]] = KICK_TAIL
    shape = SHAKEN.starts, search.size
    return (rng.random(shape) < KICKED) * rng.standard_normal(shape) * size


def _explored(problem: Problem, starts: Starts, effort: Effort, max_iterations: int) -> Minima:
    """The minima that starts (N, S, K) of some spectra, and of their places, lead to.

    They are told apart on thinned spectra and the distinct ones followed.
    """
    blocks = [np.arange(a, min(a + BLOCK, len(problem))) for a in range(0, len(problem), BLOCK)]
    parts = [_told_apart(some, starts(some, rows), effort) for rows in blocks for some in [problem.take(rows)]]
    theta, worth, members = (np.concatenate(part) for part in zip(*parts, strict=True))
    return _followed(problem, theta, worth, members, max_iterations)


def _told_apart(problem: Problem, starts: Floats, effort: Effort) -> tuple[Floats, Bools, Indices]:
    """The best distinct starts of some spectra after a rough search.

    theta (N, M, K), which of them are worth following (N, M), and how many starts each stands for (N, M).
    """
    n, m = starts.shape[:2]
    rough = problem.thinned(max(1, problem.s.size // ROUGH_POINTS))
    search = problem.scaling
    short = minimise(
        rough.take(np.repeat(np.arange(n), m)),
        starts.reshape(n * m, -1),
        search.lower,
        search.upper,
        max_iterations=effort.rough,
        rtol=1e-4,
        batch=BLOCK * USUAL.starts,
    )
    cost = np.nan_to_num(short.cost, nan=np.inf, posinf=np.inf).reshape(n, m)
    order = np.argsort(cost, axis=1)
    cost = np.take_along_axis(cost, order, axis=1)
    theta = np.take_along_axis(short.theta.reshape(n, m, -1), order[:, :, None], axis=1)
    return _heads(theta, cost, effort.finalists, orders_of(search) if effort.by_place else ())


def _heads(theta: Floats, cost: Floats, count: int, orders: Sequence[Indices]) -> tuple[Floats, Bools, Indices]:
    """The first start of each group of equal cost (N, M sorted) and equal place, at most `count` of them.

    orders: coordinates in every order of blocks that may change places; without one the cost alone tells groups apart.
    """
    n, m = cost.shape
    new = np.ones(cost.shape, dtype=bool)
    new[:, 1:] = cost[:, 1:] > cost[:, :-1] * (1 + DISTINCT)
    level, rows = np.cumsum(new, axis=1), np.arange(n)
    left = np.ones((n, m), dtype=bool)
    head, members = np.zeros((n, count), dtype=np.int64), np.zeros((n, count), dtype=np.int64)
    for g in range(count):
        first = np.argmax(left, axis=1)
        own = left & (level == level[rows, first][:, None])
        if orders:
            place = theta[rows, first]
            own &= np.any([(np.abs(theta[..., o] - place[:, None]) < PLACE).all(axis=2) for o in orders], axis=0)
            own[rows, first] |= left[rows, first]
        head[:, g], members[:, g] = first, own.sum(axis=1)
        left &= ~own
    worth = (members > 0) & (np.take_along_axis(cost, head, axis=1) <= WORTH * cost[:, :1])
    worth[:, 0] = True
    return np.take_along_axis(theta, head[:, :, None], axis=1), worth, members


def _followed(problem: Problem, theta: Floats, worth: Bools, members: Indices, max_iterations: int) -> Minima:
    """Follow the worthy starts of every spectrum to their end, all in one batch.

    After LEG steps only those go on that may still tell something: see `_going_on`.
    """
    row, slot = np.nonzero(worth)
    search, part, scale = problem.scaling, problem.take(row), data_scale(problem)[row]

    def leg(which: Indices, begin: Floats, steps: int) -> Minimum:
        bounds = search.lower, search.upper
        return minimise(part.take(which), begin, *bounds, max_iterations=steps, damping=1e-3, scale=scale[which])

    ended = leg(np.arange(len(row)), theta[row, slot], min(LEG, max_iterations))
    if max_iterations > LEG:
        on, hopeless = _going_on(ended, row, len(theta))
        further = leg(on, ended.theta[on], max_iterations - LEG)
        further = further._replace(iterations=further.iterations + LEG)
        ended = ended.with_rows(on, further)
        ended = ended._replace(cost=np.where(hopeless, np.inf, ended.cost))
    return of_ends(ended, (row, slot), np.where(worth, members, 0))


def _going_on(ended: Minimum, row: Indices, count: int) -> tuple[Indices, Bools]:
    """Which starts of spectra `row` go on after a leg, and which are given up.

    The best of each spectrum goes on, and those near it. One that comes to a minimum that is known has told what it
    can; one that is far above it after so many steps will hardly come below.
    """
    cost = np.nan_to_num(ended.cost, nan=np.inf, posinf=np.inf)
    lowest = np.full(count, np.inf)
    np.minimum.at(lowest, row, cost)
    known = np.zeros(count, dtype=bool)
    best = cost <= lowest[row]
    open_ = ended.code == MAX_ITERATIONS
    known[row[best & ~open_]] = True
    arrived = known[row] & (cost <= lowest[row] * (1 + SAME))
    hopeless = open_ & (cost > NEAR * lowest[row])
    return np.flatnonzero(open_ & ~arrived & ~hopeless), hopeless
