"""One branch along a series: of minima that the noise cannot tell apart, those that follow each other smoothly.

A spectrum may be described as well by two minima (two arcs that share a spectrum one way or the other). Chosen one by
one, noise decides, and the resistances jump between spectra that hardly differ. So the choice is made for the whole
series: the path through the minima of all spectra of least sum of chi2 and of squared steps from one spectrum to the
next (Viterbi, IEEE Trans. Inf. Theory 13 (1967) 260). A minimum that costs truly more is never taken.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import NamedTuple

import numpy as np

from eisfit.fitting.doubt import WITHIN, errors, independent, rises
from eisfit.fitting.lm import minimise
from eisfit.fitting.minima import KEPT, SAME, Minima, data_scale, of_ends
from eisfit.fitting.neighbours import Part
from eisfit.fitting.order import orders_of
from eisfit.fitting.scaling import Scaling
from eisfit.spectrum import Bools, Floats, Indices

LOST = 1.0
"""Largest standard error of a coordinate that counts: one that is lost, as in an arc that has vanished, is a step."""
STEP, STEP_PLAIN = 0.1, 0.03
"""Standard deviation of a logarithm and of an exponent from one spectrum to the next that hardly differs."""
MOST = 16.0
"""Squared step of a coordinate, in variances, from which neighbours are not on one branch. No coordinate adds more, so
that a lost one does not decide over the others."""
REACH = 0.3
"""Spectra that differ by more (root mean square, relative) need not be on one branch."""


class Path(NamedTuple):
    """Candidates of every spectrum: theta (N, M, K), rise of chi2 above the best (N, M), standard errors (N, M, K)."""

    theta: Floats
    rise: Floats
    error: Floats


def on_one_branch(
    parts: Sequence[Part], count: int, max_iterations: int, breaks: Collection[int] = ()
) -> tuple[Part, ...]:
    """The parts with the minima that follow each other most smoothly, none of them above the noise.

    breaks: spectra at which something else begins; nothing is compared across.
    """
    linked = _linked(parts, count, breaks)
    if not linked.any():
        return tuple(parts)
    search = parts[0].problem.scaling
    orders = orders_of(search)
    suspect = _torn(_bests(parts, count, np.zeros(count, bool)), linked, orders, search)
    beside = np.concatenate([suspect, [False]]) | np.concatenate([[False], suspect])
    torn = suspect & _torn(_bests(parts, count, beside), linked, orders, search) if suspect.any() else suspect
    if not torn.any():
        return tuple(parts)
    known = parts
    for side in (1, -1):
        known = _followed(known, _bests(parts, count, np.zeros(count, bool)).theta[:, 0], torn, linked, side)
    chosen = _viterbi(_gathered(known, count), linked, orders, search)
    new = [part.with_minima(part.minima.chosen(chosen[part.index])) for part in known]
    return tuple(_ended(before, after, max_iterations) for before, after in zip(parts, new, strict=True))


def _bests(parts: Sequence[Part], count: int, known: Bools) -> Path:
    """The best minimum of every spectrum as its only candidate, with its errors where they are asked for."""
    size = parts[0].problem.scaling.size
    theta, error = np.zeros((count, 1, size)), np.zeros((count, 1, size))
    for part in parts:
        minimum = part.minima.minimum
        theta[part.index, 0] = minimum.theta
        rows = np.flatnonzero(known[part.index])
        some = errors(part.problem.take(rows), minimum.theta[rows], minimum.cost[rows])
        error[part.index[rows], 0] = np.minimum(some, LOST)
    return Path(theta, np.zeros((count, 1)), error)


def _linked(parts: Sequence[Part], count: int, breaks: Collection[int]) -> Bools:
    """Is a spectrum alike to the next one and not parted from it by a break, (count - 1,)."""
    z = [np.zeros(0, complex)] * count
    used = [np.zeros(0, bool)] * count
    for part in parts:
        for i, row, weight in zip(part.index.tolist(), part.problem.data, part.problem.weight, strict=True):
            z[i], used[i] = row.view(np.complex128), weight[0::2] > 0
    out = np.zeros(max(count - 1, 0), dtype=bool)
    for i in range(count - 1):
        if z[i].size and z[i].shape == z[i + 1].shape and i + 1 not in breaks:
            both = used[i] & used[i + 1]
            apart = np.abs(z[i + 1][both] - z[i][both]) ** 2 / np.abs(z[i][both]) ** 2
            out[i] = bool(both.any() and np.mean(apart) < REACH**2)
    return out


def _gathered(parts: Sequence[Part], count: int) -> Path:
    size = parts[0].problem.scaling.size
    theta, error = np.zeros((count, 1 + KEPT, size)), np.full((count, 1 + KEPT, size), np.inf)
    rise = np.full((count, 1 + KEPT), np.inf)
    for part in parts:
        own, cost, above = part.minima.theta, part.minima.cost, rises(part.problem, part.minima)
        above[:, 1:] = np.where(_possible(part.problem.scaling, own[:, 1:]), above[:, 1:], np.inf)
        row, slot = np.nonzero(above < WITHIN)
        some = np.full(own.shape, np.inf)
        some[row, slot] = np.minimum(errors(part.problem.take(row), own[row, slot], cost[row, slot]), LOST)
        theta[part.index], rise[part.index], error[part.index] = own, above, some
    return Path(theta, np.where(rise < WITHIN, rise, np.inf), error)


def _possible(search: Scaling, theta: Floats) -> Bools:
    """Minima (N, M, K) whose values lie within the bounds of their parameters, (N, M).

    The time constant of an arc is searched without a bound: an arc that has become a resistor is on no branch.
    """
    n, count, size = theta.shape
    values = search.values(theta.reshape(n * count, size))
    lower, upper = (np.array([getattr(p, side) for p in search.circuit.parameters]) for side in ("lower", "upper"))
    inside: Bools = ((values >= lower - 1e-9 * np.abs(lower)) & (values <= upper + 1e-9 * np.abs(upper))).all(axis=1)
    return inside.reshape(n, count)


def _steps(one: Path, other: Path, orders: list[Indices], search: Scaling) -> Floats:
    """Squared step of every coordinate from the candidates of spectra (N, M) to those of the next ones (N, M').

    (orders, N, M, M', K), for every order in which alike blocks may be compared.
    """
    step = np.where(search.log, STEP, STEP_PLAIN)
    out = []
    for order in orders:
        apart = (one.theta[:, :, None] - other.theta[:, None][..., order]) ** 2
        spread = step**2 + one.error[:, :, None] ** 2 + other.error[:, None][..., order] ** 2
        out.append(np.minimum(apart / spread, MOST))
    return np.stack(out)


def _viterbi(path: Path, linked: Bools, orders: list[Indices], search: Scaling) -> Indices:
    """The candidate of every spectrum on the cheapest path, (N,)."""
    n = len(path.rise)
    steps = _steps(Path(*(x[:-1] for x in path)), Path(*(x[1:] for x in path)), orders, search)
    edge = np.where(linked[:, None, None], steps.sum(axis=-1).min(axis=0), 0.0)
    total, back = path.rise[0], np.zeros((n, path.rise.shape[1]), dtype=np.int64)
    for i in range(1, n):
        known = np.where(np.isfinite(total), total, 1e300)
        through = known[:, None] + edge[i - 1]
        back[i] = np.argmin(through, axis=0)
        total = np.min(through, axis=0) + path.rise[i]
        total = total if np.isfinite(total).any() else np.zeros_like(total)
    out = np.zeros(n, dtype=np.int64)
    out[-1] = np.argmin(total)
    for i in range(n - 1, 0, -1):
        out[i - 1] = back[i, out[i]]
    return out


def _torn(path: Path, linked: Bools, orders: list[Indices], search: Scaling) -> Bools:
    """Where a spectrum and the next one stand on different branches, (N - 1,)."""
    first = Path(*(x[:, :1] for x in path))
    steps = _steps(Path(*(x[:-1] for x in first)), Path(*(x[1:] for x in first)), orders, search)
    out: Bools = linked & (steps.max(axis=-1).min(axis=0)[:, 0, 0] >= MOST)
    return out


def _followed(parts: Sequence[Part], theta: Floats, torn: Bools, linked: Bools, side: int) -> tuple[Part, ...]:
    """The parts with the minima that a branch leads to beyond each jump, as far as it costs no more than noise allows.

    theta (count, K): where every spectrum stands; side: +1 along the series, -1 against it.
    """
    start, count = np.roll(theta, side, axis=0), len(theta)
    asks = np.zeros(count, dtype=bool)
    asks[1:] = torn if side > 0 else False
    asks[:-1] |= torn if side < 0 else False
    passable = np.concatenate([linked, [False]]) if side > 0 else np.concatenate([[False], linked])
    out = list(parts)
    for _ in range(count):
        if not asks.any():
            break
        going = np.zeros(count, dtype=bool)
        for k, part in enumerate(out):
            rows = np.flatnonzero(asks[part.index])
            out[k], ended, open_ = _with_start(part, rows, start[part.index[rows]])
            place = part.index[rows][open_ & passable[part.index[rows]]] + side
            going[place] = True
            start[place] = ended[open_ & passable[part.index[rows]]]
        asks = going
    return tuple(out)


def _with_start(part: Part, rows: Indices, start: Floats) -> tuple[Part, Floats, Bools]:
    """The part with the minima that starts (M, K) of some spectra lead to, where these are, and whether to go on.

    A branch goes on while its minimum is another one than the best and no higher than noise allows.
    """
    problem, before, search = part.problem.take(rows), part.minima.taken(rows), part.problem.scaling
    bounds = search.lower, search.upper
    ended = minimise(problem, start, *bounds, damping=1e-3, scale=data_scale(problem))
    place = np.arange(len(rows)), np.zeros(len(rows), dtype=np.int64)
    met = of_ends(ended, place, np.ones((len(rows), 1), dtype=np.int64))
    rise = (ended.cost / before.minimum.cost - 1) * independent(problem, before.minimum.theta)
    open_: Bools = (rise < WITHIN) & (np.abs(ended.cost / before.minimum.cost - 1) > SAME)
    return part.with_minima(part.minima.with_rows(rows, _beside(before, met))), ended.theta, open_


def _beside(minima: Minima, found: Minima) -> Minima:
    """The minima with further ones among their others."""
    both = minima.with_more(found)
    same = both.minimum.cost < minima.minimum.cost * (1 - SAME)
    keep = minima._replace(others=both.others, others_cost=both.others_cost)
    rows = np.flatnonzero(same)
    return keep.with_rows(rows, both.taken(rows))


def _ended(before: Part, after: Part, max_iterations: int) -> Part:
    """The part with the minima that are new followed to their end."""
    rows = np.flatnonzero((before.minima.minimum.theta != after.minima.minimum.theta).any(axis=1))
    problem, search = after.problem.take(rows), after.problem.scaling
    theta, scale = after.minima.minimum.theta[rows], data_scale(problem)
    bounds = search.lower, search.upper
    ended = minimise(problem, theta, *bounds, max_iterations=max_iterations, damping=1e-4, scale=scale)
    return after.with_minima(after.minima.with_rows(rows, after.minima.taken(rows)._replace(minimum=ended)))
