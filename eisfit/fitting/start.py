"""Start values from the data alone: trial shapes, amplitudes by linear least squares, the best few polished.

Variable projection on a grid (Golub & Pereyra, SIAM J. Numer. Anal. 10 (1973) 413): for every combination of trial
shapes the amplitudes of the blocks follow from one small linear system, all of them cut from a single Gram matrix per
spectrum. The combinations of lowest cost become starts of the non-linear search; where the residuals of the best
minimum have a shape, more starts follow.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from eisfit.fitting.dictionary import Dictionary, dictionary
from eisfit.fitting.lm import Minimum, minimise
from eisfit.fitting.minima import SAME, Minima, data_scale
from eisfit.fitting.misfit import ABOVE_NOISE, correlation, expected_cost
from eisfit.fitting.problem import Problem
from eisfit.fitting.weighting import interleaved
from eisfit.spectrum import Bools, Floats, Indices


class Effort(NamedTuple):
    """How hard is searched: starts per spectrum, how many distinct minima are followed to their end, with which
    iterations the starts are told apart on thinned spectra, and which correlation of the residuals at neighbouring
    frequencies says that something was missed (over a thousand good minima of sixty frequencies its mean was -0.07 and
    its standard deviation 0.08)."""

    starts: int
    finalists: int
    rough: int
    curved: float


USUAL = Effort(starts=4, finalists=3, rough=4, curved=0.2)
MIXED = Effort(starts=32, finalists=10, rough=8, curved=0.12)
"""Where blocks of different kinds can stand in for each other, false minima are many."""
AGAIN = Effort(starts=80, finalists=16, rough=12, curved=0.2)
"""For spectra whose residuals have a shape."""
ROUGH_POINTS = 20
"""Frequencies that are enough to tell a good start from a bad one."""
DISTINCT = 0.02
"""Starts whose costs differ by less than this share after the rough search are on the way to the same minimum."""
WORTH = 10.0
"""A start that is this many times worse than the best after the rough search is given up."""
BLOCK = 64
"""Spectra that are screened at once: bounds the memory."""
FLOOR = 1e-4
"""Smallest amplitude of a block in a start: its share of the root of the sum of the squared weighted data."""
RIDGE = 1e-10
"""Keeps the systems of atoms that are nearly alike solvable."""


def cold_start(problem: Problem, *, max_iterations: int = 100) -> Minima:
    """The best minimum of each spectrum without any start values."""
    omega = problem.s.imag
    coarse = dictionary(problem.scaling.circuit, omega)
    effort = MIXED if coarse.mixed else USUAL
    best = _searched(problem, coarse, effort, max_iterations)
    again = _missed(problem, best.minimum, effort.curved)
    if len(again):
        fine = dictionary(problem.scaling.circuit, omega, fine=True)
        retry = _searched(problem.take(again), fine, AGAIN, max_iterations)
        best = _merged(best, retry, again)
    return best


def _missed(problem: Problem, minimum: Minimum, curved: float) -> Indices:
    """The spectra whose minimum leaves what noise may explain, or more, and that with a shape."""
    above = np.flatnonzero(minimum.cost > ABOVE_NOISE * expected_cost(problem))
    return above[correlation(problem.take(above), minimum.theta[above]) > curved]


def _searched(problem: Problem, words: Dictionary, effort: Effort, max_iterations: int) -> Minima:
    parts = [
        _block(problem.take(np.arange(a, min(a + BLOCK, len(problem)))), words, effort)
        for a in range(0, len(problem), BLOCK)
    ]
    theta, worth, members = (np.concatenate(part) for part in zip(*parts, strict=True))
    return _followed(problem, theta, worth, members, max_iterations)


def _block(problem: Problem, words: Dictionary, effort: Effort) -> tuple[Floats, Bools, Indices]:
    """The best distinct starts of some spectra after a rough search.

    theta (N, M, K), which of them are worth following (N, M), and how many starts each stands for (N, M).
    """
    values = screened(problem, words, effort.starts)
    n, m = values.shape[:2]
    rough = problem.thinned(max(1, problem.s.size // ROUGH_POINTS))
    search = problem.scaling
    short = minimise(
        rough.take(np.repeat(np.arange(n), m)),
        search.theta(values.reshape(n * m, -1)),
        search.lower,
        search.upper,
        max_iterations=effort.rough,
        rtol=1e-4,
        batch=BLOCK * USUAL.starts,
    )
    cost = np.nan_to_num(short.cost, nan=np.inf).reshape(n, m)
    order = np.argsort(cost, axis=1)
    cost = np.take_along_axis(cost, order, axis=1)
    theta = np.take_along_axis(short.theta.reshape(n, m, -1), order[:, :, None], axis=1)
    return _heads(theta, cost, effort.finalists)


def _heads(theta: Floats, cost: Floats, count: int) -> tuple[Floats, Bools, Indices]:
    """The first start of each group of equal cost (N, M sorted), at most `count` of them."""
    new = np.ones(cost.shape, dtype=bool)
    new[:, 1:] = cost[:, 1:] > cost[:, :-1] * (1 + DISTINCT)
    group = np.cumsum(new, axis=1) - 1
    members = np.stack([(group == g).sum(axis=1) for g in range(count)], axis=1)
    head = np.argmax(group[:, None, :] == np.arange(count)[None, :, None], axis=2)
    worth = (members > 0) & (np.take_along_axis(cost, head, axis=1) <= WORTH * cost[:, :1])
    worth[:, 0] = True
    return np.take_along_axis(theta, head[:, :, None], axis=1), worth, members


def _followed(problem: Problem, theta: Floats, worth: Bools, members: Indices, max_iterations: int) -> Minima:
    """Follow the worthy starts of every spectrum to their end, all in one batch."""
    n, m = worth.shape
    row, slot = np.nonzero(worth)
    search = problem.scaling
    ended = minimise(
        problem.take(row),
        theta[row, slot],
        search.lower,
        search.upper,
        max_iterations=max_iterations,
        damping=1e-3,
        scale=data_scale(problem)[row],
    )
    cost = np.full((n, m), np.inf)
    cost[row, slot] = np.nan_to_num(ended.cost, nan=np.inf)
    position = np.zeros((n, m), dtype=np.int64)
    position[row, slot] = np.arange(len(row))
    best = np.argmin(cost, axis=1)
    lowest = np.take_along_axis(cost, best[:, None], axis=1)
    same = cost <= lowest * (1 + SAME) + 1e-300
    pick = position[np.arange(n), best]
    followed = np.where(worth, members, 0)
    return Minima(ended.taken(pick), (same * followed).sum(axis=1), followed.sum(axis=1))


def _merged(best: Minima, retry: Minima, rows: Indices) -> Minima:
    """Take the retry where it is lower; where it is the same, the agreement adds up."""
    old, new = best.minimum.cost[rows], retry.minimum.cost
    lower = new < old * (1 - SAME)
    same = ~lower & (new <= old * (1 + SAME))
    agreement = best.agreement.copy()
    agreement[rows] = np.where(lower, retry.agreement, best.agreement[rows] + same * retry.agreement)
    replaced = best.with_lower(rows[new < old], retry.minimum.taken(new < old))
    return replaced.with_starts(rows, retry.starts)._replace(agreement=agreement)


def screened(problem: Problem, words: Dictionary, count: int) -> Floats:
    """The `count` best combinations of trial shapes per spectrum, as parameters (N, count, P)."""
    weighted = interleaved(words.impedance)[None] * problem.weight[:, None, :]
    size = np.sqrt(np.einsum("ngf,ngf->ng", weighted, weighted))
    weighted /= np.maximum(size, 1e-300)[:, :, None]
    data = problem.data * problem.weight
    gram = weighted @ weighted.copy().swapaxes(1, 2)  # a copy: see Problem.normal_equations
    target = np.matmul(weighted, data[:, :, None])[:, :, 0]
    t, e, b = words.trials.shape
    flat = words.trials.reshape(t * e, b)
    amplitude, gain = _amplitudes(gram, target, flat, FLOOR * np.sqrt(data_scale(problem)))
    best_e = np.argmax(gain.reshape(-1, t, e), axis=2)
    best = np.take_along_axis(gain.reshape(-1, t, e), best_e[:, :, None], axis=2)[:, :, 0]
    cell = _chosen(best, words.neighbours, min(count, t))
    combination = cell * e + np.take_along_axis(best_e, cell, axis=1)
    atoms = flat[combination]
    a = np.take_along_axis(amplitude, combination[None], axis=2)
    sizes = np.take_along_axis(size[:, None, :], atoms, axis=2)
    return _assembled(words, atoms, np.moveaxis(a, 0, 2) / np.maximum(sizes, 1e-300))


def _chosen(gain: Floats, neighbours: Indices, count: int) -> Indices:
    """The cells to start from, (N, count): first those better than their neighbours on the grid, then the next best."""
    peak = (gain[:, :, None] >= gain[:, neighbours]).all(axis=2)
    rank = np.where(peak, gain, gain - 2 * np.abs(gain).max(axis=1, keepdims=True))
    out: Indices = np.argpartition(-rank, count - 1, axis=1)[:, :count]
    return out


def _amplitudes(gram: Floats, target: Floats, flat: Indices, floor: Floats) -> tuple[Floats, Floats]:
    """Amplitudes (B, N, C) of each combination, none below `floor` (N,), and the fall of the cost they bring (N, C).

    gram (N, G, G) of atoms of unit length, target (N, G), flat (C, B): the atoms of each combination.
    """
    x = _free_amplitudes(gram, target, flat)
    t = np.moveaxis(target[:, flat], 2, 0)
    gain: Floats = np.einsum("bnc,bnc->nc", x, t)
    negative = (x < floor[:, None]).any(axis=0)
    row, combination = np.nonzero(negative)
    if len(row):
        atoms = flat[combination]
        g = gram[row[:, None, None], atoms[:, :, None], atoms[:, None, :]]
        own = target[row[:, None], atoms]
        bound = floor[row][:, None]
        above = _projected(g, own, bound, x[:, row, combination].T)
        x[:, row, combination] = above.T
        gain[row, combination] = np.einsum("nb,nb->n", above, 2 * own - np.einsum("nbd,nd->nb", g, above))
    return x, gain


def _free_amplitudes(gram: Floats, target: Floats, flat: Indices) -> Floats:
    """Least-squares amplitudes (B, N, C), of any sign: Cholesky's method, one entry of all the matrices at a time."""
    n, g, _ = gram.shape
    b = flat.shape[1]
    pairs = gram.reshape(n, g * g)
    lower: list[list[Floats]] = []
    for i in range(b):
        row: list[Floats] = []
        for j in range(i + 1):
            entry = pairs[:, flat[:, i] * g + flat[:, j]]
            for k in range(j):
                entry -= row[k] * (row if i == j else lower[j])[k]
            row.append(np.sqrt(np.maximum(entry + RIDGE, RIDGE)) if i == j else entry / lower[j][j])
        lower.append(row)
    x = np.empty((b, n, len(flat)))
    for i in range(b):
        x[i] = target[:, flat[:, i]]
        for k in range(i):
            x[i] -= lower[i][k] * x[k]
        x[i] /= lower[i][i]
    for i in reversed(range(b)):
        for k in range(i + 1, b):
            x[i] -= lower[k][i] * x[k]
        x[i] /= lower[i][i]
    return x


def _projected(g: Floats, t: Floats, floor: Floats, x: Floats) -> Floats:
    """Projected Gauss-Seidel: amplitudes that the free solution made negative rest at their floor."""
    x = np.maximum(x, floor)
    for _ in range(4):
        for i in range(x.shape[1]):
            rest = t[:, i] - np.einsum("nb,nb->n", g[:, i], x) + x[:, i]
            x[:, i] = np.maximum(rest, floor[:, 0])
    return x


def _assembled(words: Dictionary, atoms: Indices, amplitude: Floats) -> Floats:
    """Circuit parameters (N, count, P) from atoms and amplitudes (N, count, B)."""
    first = np.cumsum([0] + [len(block.values) for block in words.blocks])[:-1]
    parts = []
    for b, block in enumerate(words.blocks):
        own = block.values[atoms[:, :, b] - first[b]]
        parts.append(own * amplitude[:, :, b, None] ** block.alpha)
    return np.concatenate(parts, axis=2)
