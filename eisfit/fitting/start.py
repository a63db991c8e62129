"""Start values from the data alone: trial shapes, amplitudes by linear least squares, the best few polished.

Variable projection on a grid (Golub & Pereyra, SIAM J. Numer. Anal. 10 (1973) 413): for every combination of trial
shapes the amplitudes of the blocks follow from one small linear system, all of them cut from a single Gram matrix per
spectrum. The combinations of lowest cost become starts of the non-linear search; where the best minimum stands
above the noise that the data show, more starts follow.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from eisfit.fitting.dictionary import Dictionary, dictionary
from eisfit.fitting.lm import Minimum, minimise
from eisfit.fitting.problem import Problem
from eisfit.fitting.weighting import interleaved
from eisfit.spectrum import Bools, Floats, Indices


class Effort(NamedTuple):
    """How hard is searched: starts per spectrum, how many distinct minima are followed to their end, and with which
    iterations the starts are told apart on thinned spectra."""

    starts: int
    finalists: int
    rough: int


USUAL = Effort(starts=6, finalists=3, rough=4)
MIXED = Effort(starts=32, finalists=10, rough=8)
"""Where blocks of different kinds can stand in for each other, false minima are many."""
AGAIN = Effort(starts=80, finalists=16, rough=12)
"""For spectra whose best minimum stands above the noise."""
ROUGH_POINTS = 30
"""Frequencies that are enough to tell a good start from a bad one."""
DISTINCT = 0.02
"""Starts whose costs differ by less than this share after the rough search are on the way to the same minimum."""
WORTH = 10.0
"""A start that is this many times worse than the best after the rough search is given up."""
ABOVE_NOISE = 1.8
"""A minimum whose cost is this many times what the noise explains is looked at again."""
BLOCK = 48
"""Spectra that are screened at once: bounds the memory."""
SAME = 1e-3
"""Minima whose costs differ by less than this share are the same."""
FLOOR = 1e-4
"""Smallest amplitude of a block in a start: this share of the largest |Z| of the spectrum."""


class ColdStart(NamedTuple):
    """The best minimum found for each spectrum, how many starts ended there, and how many were followed."""

    minimum: Minimum
    agreement: Indices
    starts: Indices


def nothing(size: int) -> ColdStart:
    """The start of no spectrum at all, with `size` coordinates."""
    none = np.zeros(0, dtype=np.int64)
    minimum = Minimum(np.zeros((0, size)), np.zeros(0), none, none)
    return ColdStart(minimum, none, none)


def cold_start(problem: Problem, *, max_iterations: int = 100) -> ColdStart:
    """The best minimum of each spectrum without any start values."""
    omega = problem.s.imag
    coarse = dictionary(problem.scaling.circuit, omega)
    best = _searched(problem, coarse, MIXED if coarse.mixed else USUAL, max_iterations)
    again = np.flatnonzero(best.minimum.cost > ABOVE_NOISE * expected_cost(problem))
    if len(again):
        fine = dictionary(problem.scaling.circuit, omega, fine=True)
        retry = _searched(problem.take(again), fine, AGAIN, max_iterations)
        best = _merged(best, retry, again)
    return best


def expected_cost(problem: Problem) -> Floats:
    """The cost that the noise seen in the data alone would leave, (N,).

    The noise is read off the fourth differences of the weighted data along ln f, in which a smooth spectrum vanishes
    (binomial weights: their variance is 70 times that of the noise).
    """
    n, width = problem.data.shape
    if width < 12:
        return np.full(n, np.inf)
    used = problem.weight > 0
    weight = np.where(used, problem.weight, np.nan).reshape(n, width // 2, 2)[:, 2:-2]
    rough = np.abs(np.diff(problem.data.reshape(n, width // 2, 2), 4, axis=1)) * weight
    known = np.isfinite(rough).any(axis=(1, 2))
    sigma = np.full(n, np.nan)
    sigma[known] = np.nanmedian(rough[known], axis=(1, 2)) / (0.6745 * np.sqrt(70.0))
    freedom = np.maximum(used.sum(axis=1) - problem.scaling.size, 1)
    return np.where(np.isfinite(sigma), sigma**2 * freedom, np.inf)


def _searched(problem: Problem, words: Dictionary, effort: Effort, max_iterations: int) -> ColdStart:
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


def _followed(problem: Problem, theta: Floats, worth: Bools, members: Indices, max_iterations: int) -> ColdStart:
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
    return ColdStart(Minimum(*(part[pick] for part in ended)), (same * followed).sum(axis=1), followed.sum(axis=1))


def _merged(best: ColdStart, retry: ColdStart, rows: Indices) -> ColdStart:
    """Take the retry where it is lower; where it is the same, the agreement adds up."""
    old, new = best.minimum.cost[rows], retry.minimum.cost
    lower = new < old * (1 - SAME)
    same = ~lower & (new <= old * (1 + SAME))
    for target, source in zip(best.minimum, retry.minimum, strict=True):
        target[rows[new < old]] = source[new < old]
    best.agreement[rows] = np.where(lower, retry.agreement, best.agreement[rows] + same * retry.agreement)
    best.starts[rows] += retry.starts
    return best


def data_scale(problem: Problem) -> Floats:
    """Sum of the squared weighted data, (N,)."""
    out: Floats = np.einsum("ij,ij->i", (problem.data * problem.weight) ** 2, np.ones_like(problem.weight))
    return out


def screened(problem: Problem, words: Dictionary, count: int) -> Floats:
    """The `count` best combinations of trial shapes per spectrum, as parameters (N, count, P)."""
    weighted = interleaved(words.impedance)[None] * problem.weight[:, None, :]
    data = problem.data * problem.weight
    gram = weighted @ weighted.swapaxes(1, 2)
    target = np.matmul(weighted, data[:, :, None])[:, :, 0]
    trials = words.trials
    t, e, b = trials.shape
    flat = trials.reshape(t * e, b)
    amplitude, gain = _amplitudes(gram, target, flat, _floors(problem, weighted, flat))
    best_e = np.argmax(gain.reshape(-1, t, e), axis=2)
    best = np.take_along_axis(gain.reshape(-1, t, e), best_e[:, :, None], axis=2)[:, :, 0]
    cell = _chosen(best, words.neighbours, min(count, t))
    combination = cell * e + np.take_along_axis(best_e, cell, axis=1)
    a = np.take_along_axis(amplitude, combination[:, :, None], axis=1)
    return _assembled(words, flat[combination], a)


def _chosen(gain: Floats, neighbours: Indices, count: int) -> Indices:
    """The cells to start from, (N, count): first those better than their neighbours on the grid, then the next best."""
    peak = (gain[:, :, None] >= gain[:, neighbours]).all(axis=2)
    rank = np.where(peak, gain, gain - 2 * np.abs(gain).max(axis=1, keepdims=True))
    out: Indices = np.argpartition(-rank, count - 1, axis=1)[:, :count]
    return out


def _floors(problem: Problem, weighted: Floats, flat: Indices) -> Floats:
    """Smallest amplitude of each atom, (N, C, B): FLOOR of the data, measured as the weighted root mean square."""
    size = np.sqrt(np.einsum("ngf,ngf->ng", weighted, weighted))
    total = np.sqrt(data_scale(problem))
    with np.errstate(divide="ignore"):
        floor = FLOOR * total[:, None] / np.maximum(size, 1e-300)
    out: Floats = floor[:, flat]
    return out


def _amplitudes(gram: Floats, target: Floats, flat: Indices, floor: Floats) -> tuple[Floats, Floats]:
    """Non-negative amplitudes (N, C, B) of each combination and the fall of the cost they bring (N, C)."""
    g = gram[:, flat[:, :, None], flat[:, None, :]]
    t = target[:, flat]
    scale = np.sqrt(np.maximum(np.einsum("ncii->nci", g), 1e-300))
    g /= scale[:, :, :, None] * scale[:, :, None, :]
    t /= scale
    floor = floor * scale
    diagonal = np.einsum("ncii->nci", g)
    diagonal += 1e-10
    x: Floats = np.asarray(np.linalg.solve(g, t[..., None])[..., 0])
    negative = (x < floor).any(axis=2)
    if negative.any():
        x[negative] = _projected(g[negative], t[negative], floor[negative], x[negative])
    gain = 2 * np.einsum("ncb,ncb->nc", x, t) - np.einsum("ncb,ncbd,ncd->nc", x, g, x, optimize=True)
    return x / scale, gain


def _projected(g: Floats, t: Floats, floor: Floats, x: Floats) -> Floats:
    """Projected Gauss-Seidel: amplitudes that the free solution made negative rest at their floor."""
    x = np.maximum(x, floor)
    for _ in range(4):
        for i in range(x.shape[1]):
            rest = t[:, i] - np.einsum("nb,nb->n", g[:, i], x) + g[:, i, i] * x[:, i]
            x[:, i] = np.maximum(rest / g[:, i, i], floor[:, i])
    return x


def _assembled(words: Dictionary, atoms: Indices, amplitude: Floats) -> Floats:
    """Circuit parameters (N, count, P) from atoms and amplitudes (N, count, B)."""
    first = np.cumsum([0] + [len(block.values) for block in words.blocks])[:-1]
    parts = []
    for b, block in enumerate(words.blocks):
        own = block.values[atoms[:, :, b] - first[b]]
        parts.append(own * amplitude[:, :, b, None] ** block.alpha)
    return np.concatenate(parts, axis=2)
