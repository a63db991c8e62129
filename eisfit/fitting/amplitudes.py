"""The best combinations of trial shapes: amplitudes of the blocks by linear least squares.

Variable projection on a grid (Golub & Pereyra, SIAM J. Numer. Anal. 10 (1973) 413): for every combination of trial
shapes the amplitudes of the blocks follow from one small linear system, all of them cut from a single Gram matrix per
spectrum.
"""

from __future__ import annotations

import numpy as np

from eisfit.fitting.dictionary import Dictionary
from eisfit.fitting.minima import data_scale
from eisfit.fitting.problem import Problem
from eisfit.fitting.weighting import interleaved
from eisfit.spectrum import Floats, Indices

FLOOR = 1e-4
"""Smallest amplitude of a block in a start: its share of the root of the sum of the squared weighted data."""
RIDGE = 1e-10
"""Keeps the systems of atoms that are nearly alike solvable."""


def screened(problem: Problem, words: Dictionary, count: int, spread: int = 0) -> Floats:
    """The `count` best combinations of trial shapes per spectrum, as parameters (N, count + spread, P).

    Beside them the best of each of `spread` stretches of the grid, so that no part of it goes without a start. None
    comes twice; where the grid has fewer, all of it.
    """
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
    all_over = _everywhere(best, min(spread, t))
    cell = np.concatenate(
        [_chosen(best, words.neighbours, min(count, t - all_over.shape[1]), all_over), all_over], axis=1
    )
    combination = cell * e + np.take_along_axis(best_e, cell, axis=1)
    atoms = flat[combination]
    a = np.take_along_axis(amplitude, combination[None], axis=2)
    sizes = np.take_along_axis(size[:, None, :], atoms, axis=2)
    return _assembled(words, atoms, np.moveaxis(a, 0, 2) / np.maximum(sizes, 1e-300))


def _chosen(gain: Floats, neighbours: Indices, count: int, taken: Indices) -> Indices:
    """The cells to start from, (N, count): first those better than their neighbours on the grid, then the next best.

    taken (N, M): those that are started from already.
    """
    peak = (gain[:, :, None] >= gain[:, neighbours]).all(axis=2)
    rank = np.where(peak, gain, gain - 2 * np.abs(gain).max(axis=1, keepdims=True))
    np.put_along_axis(rank, taken, -np.inf, axis=1)
    out: Indices = np.argpartition(-rank, count - 1, axis=1)[:, :count]
    return out


def _everywhere(gain: Floats, count: int) -> Indices:
    """The best cell of each of `count` stretches of the grid, (N, count).

    Cells that follow each other have the first blocks at like places: of every such place one goes on, however much
    better all of another are before the search.
    """
    stretches = np.array_split(np.arange(gain.shape[1]), max(count, 1))
    best = [own[np.argmax(gain[:, own], axis=1)] for own in stretches[:count]]
    return np.stack(best, axis=1) if best else np.zeros((len(gain), 0), dtype=np.int64)


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
