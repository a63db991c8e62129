"""Starts in which a block of the circuit is placed anew beside the others, which stay as a minimum has them.

At a false minimum one element often does the work of another: an arc stands where a diffusion should, and the diffusion
is left with nothing. Kicks at random seldom undo that. So every block is taken out in turn and tried in all its shapes,
much finer than a search of all blocks together could afford; then a second block beside it. The amplitudes of all
blocks follow from linear least squares, by projection on what the other blocks leave open.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations, product
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from eisfit.circuit import Circuit
from eisfit.fitting.dictionary import Atoms, blocks, shape_of, shapes
from eisfit.fitting.levels import levels_of, reordered, with_new, with_split
from eisfit.fitting.lm import minimise
from eisfit.fitting.problem import Problem
from eisfit.fitting.scaling import Scaling
from eisfit.fitting.weighting import interleaved
from eisfit.spectrum import Bools, Floats, Indices
from eisfit.tree import Node

PLACES = 3
"""New places of a block that are followed."""
SECONDS = 12
"""Places of two blocks that are followed at most."""
SMALLEST = 0.01
"""Share of its amplitude that a block keeps at least: a start from nothing leads nowhere."""
NOTHING, STEPS = 1e-6, 8
"""Share of its amplitude that a block has which is left out, and how long the others look for their minimum then."""
APART = 1e-6
"""A shape of which less than this share is left beside the other blocks says nothing new."""
ROUGH_POINTS = 20
"""Frequencies that are enough to tell a good start from a bad one."""
BLOCK = 32
"""Spectra that are worked on at once: bounds the memory."""


class _Layout(NamedTuple):
    """The blocks of a circuit: their nodes, their shapes, and which parameters are theirs."""

    nodes: tuple[Node, ...]
    atoms: tuple[Atoms, ...]
    spans: tuple[slice, ...]

    @property
    def movable(self) -> list[int]:
        """Blocks with more than one shape."""
        return [b for b, atoms in enumerate(self.atoms) if len(atoms.values) > 1]


class _Placed(NamedTuple):
    """Parameters (M, S, P) with a block at new places, and the cost there (M, S)."""

    values: Floats
    cost: Floats


def placed_anew(problem: Problem, theta: Floats, *, yielding: bool = False) -> Floats:
    """Starts (N, S, K) with one block or two at other places than in theta (N, K); (N, 0, K) where none has a shape.

    yielding: only places at which the other blocks yield, the best of a quick look.
    """
    problem = problem.thinned(max(1, problem.s.size // ROUGH_POINTS))
    layout = _layout(problem.scaling.circuit, problem.s.imag)
    if not layout.movable:
        return np.zeros((len(theta), 0, problem.scaling.size))
    pieces = [
        _of_some(problem.take(rows), layout, problem.scaling.values(theta[rows]), yielding)
        for rows in np.array_split(np.arange(len(theta)), max(1, len(theta) // BLOCK))
    ]
    values = np.concatenate(pieces)
    n, count = values.shape[:2]
    return problem.scaling.theta(values.reshape(n * count, -1)).reshape(n, count, -1)


def _layout(circuit: Circuit, omega: Floats) -> _Layout:
    parts = blocks(circuit)
    spans = tuple(slice(start, start + node.size) for node, start in parts)
    return _Layout(tuple(node for node, _ in parts), shapes(circuit, omega), spans)


def _of_some(problem: Problem, layout: _Layout, values: Floats, yielding: bool) -> Floats:
    """Parameters (N, S, P) of the starts of some spectra with parameters (N, P)."""
    movable = layout.movable
    left = zip(movable, _without(problem, layout, values), strict=True)
    out = [_moved(problem, layout, rest, [b], PLACES, yielding=True)[0].values for b, rest in left]
    if yielding:
        return np.concatenate(out, axis=1)
    singles = _moved(problem, layout, values, movable, PLACES)
    seconds = _twice(problem, layout, dict(zip(movable, singles, strict=True)))
    others = _exchanged(problem, layout, values) + _shifted(problem, layout, values)
    return np.concatenate([placed.values for placed in singles] + out + seconds + others, axis=1)


def _twice(problem: Problem, layout: _Layout, singles: dict[int, _Placed]) -> list[Floats]:
    """Parameters (N, S, P) with a second block at another place beside each that has been moved."""
    n, seconds = len(problem), []
    for b, placed in singles.items():
        count = placed.values.shape[1]
        again = problem.take(np.repeat(np.arange(n), count))
        others = [other for other in layout.movable if other != b]
        moved = _moved(again, layout, placed.values.reshape(n * count, -1), others, 1)
        seconds += [_Placed(one.values.reshape(n, count, -1), one.cost.reshape(n, count)) for one in moved]
    if not seconds:
        return []
    both = _Placed(*(np.concatenate(column, axis=1) for column in zip(*seconds, strict=True)))
    order = np.argsort(both.cost, axis=1, kind="stable")[:, :SECONDS]
    return [np.take_along_axis(both.values, order[:, :, None], axis=1)]


def _exchanged(problem: Problem, layout: _Layout, values: Floats) -> list[Floats]:
    """Parameters (N, 1, P) with two blocks of different kinds in each other's place, for every such pair.

    Where two blocks can each do the work of the other (an arc and a diffusion) the minimum beyond is seldom met by
    chance: either block alone finds its place taken.
    """
    kinds, responses = [shape_of(node) for node in layout.nodes], _responses(problem, layout, values)
    out = []
    for a, b in combinations(layout.movable, 2):
        if kinds[a] != kinds[b]:
            new = values.copy()
            for own, place in ((a, b), (b, a)):
                atoms, span = layout.atoms[own], layout.spans[own]
                new[:, span] = _alike(problem, atoms, responses[:, :, place])
            out.append(new[:, None])
    return out


def _alike(problem: Problem, atoms: Atoms, target: Floats) -> Floats:
    """Parameters (N, size) of the shape and amplitude of a block that come nearest to a weighted response (N, 2F)."""
    shape = interleaved(atoms.impedance)
    along = (target * problem.weight) @ shape.T
    whole = np.maximum((problem.weight**2) @ (shape**2).T, 1e-300)
    best = np.argmax(np.where(along > 0, along**2 / whole, 0.0), axis=1)
    rows = np.arange(len(best))
    amplitude = np.maximum(along[rows, best] / whole[rows, best], 1e-300)
    out: Floats = atoms.values[best] * amplitude[:, None] ** atoms.alpha
    return out


def _shifted(problem: Problem, layout: _Layout, values: Floats) -> list[Floats]:
    """Parameters (N, 1, P) with one level of a ladder taken out and a new one put in, for every pair of places.

    At a false minimum of elements inside each other one level is wasted and the others stand one place too far in or
    out. The new level is the best from all over the band; beside it the best that shares the work of a neighbour.
    """
    responses, data = _responses(problem, layout, values), problem.data * problem.weight
    out = []
    for b, (node, span) in enumerate(zip(layout.nodes, layout.spans, strict=True)):
        levels, own = levels_of(node, problem.scaling.circuit.parameters[span]), values[:, span]
        left = data - np.delete(responses, b, axis=2).sum(axis=2)
        for gone, place in product(range(len(levels)), repeat=2) if len(levels) > 1 else ():
            order = reordered(len(levels), gone, place)
            for tried in (with_new(own, levels, order, problem.s.imag), with_split(own, levels, order)):
                new = values.copy()
                new[:, span] = _best_of(problem, node, tried, left, layout.atoms[b].alpha)
                out.append(new[:, None])
    return out


def _best_of(problem: Problem, node: Node, tried: Floats, left: Floats, alpha: Floats) -> Floats:
    """Of the parameters (N, C, size) of a block those (N, size) that come nearest to weighted data (N, 2F)."""
    n, count, size = tried.shape
    z = node.impedance(problem.s, list(tried.reshape(n * count, size).T[:, :, None]))
    shape = np.nan_to_num(interleaved(z)).reshape(n, count, -1) * problem.weight[:, None]
    along, whole = (shape @ left[:, :, None])[:, :, 0], np.einsum("ncf,ncf->nc", shape, shape)
    rows = np.arange(n)
    best = np.argmax(np.where(along > 0, along**2 / np.maximum(whole, 1e-300), 0.0), axis=1)
    amplitude = np.maximum(along[rows, best] / np.maximum(whole[rows, best], 1e-300), 1e-300)
    out: Floats = tried[rows, best] * amplitude[:, None] ** alpha
    return out


def _without(problem: Problem, layout: _Layout, values: Floats) -> list[Floats]:
    """For each movable block the parameters (N, P) at the minimum of the others where it has next to nothing."""
    search, n, chosen = problem.scaling, len(values), layout.movable
    low, free = np.tile(values, (len(chosen), 1)), np.ones((len(chosen) * n, search.size), dtype=bool)
    for i, b in enumerate(chosen):
        rows, span = slice(i * n, (i + 1) * n), layout.spans[b]
        low[rows, span] *= NOTHING ** layout.atoms[b].alpha
        free[rows, list(_coordinates(search, span))] = False
    held = _Held(problem.take(np.tile(np.arange(n), len(chosen))), free)
    ended = minimise(held, search.theta(low), search.lower, search.upper, max_iterations=STEPS, rtol=1e-3)
    return list(search.values(ended.theta).reshape(len(chosen), n, -1))


@dataclass(frozen=True, slots=True, eq=False)
class _Held:
    """A problem in which only some of the coordinates of each spectrum move, free (N, K)."""

    problem: Problem
    free: Bools

    def __len__(self) -> int:
        return len(self.problem)

    def take(self, rows: NDArray[Any]) -> _Held:
        """The problems of some rows."""
        return _Held(self.problem.take(rows), self.free[rows])

    def normal_equations(self, theta: Floats) -> tuple[Floats, Floats, Floats]:
        """Cost, gradient and curvature, in which the others stand still."""
        cost, gradient, curvature = self.problem.normal_equations(theta)
        curvature = curvature * self.free[:, :, None] * self.free[:, None, :]
        np.einsum("nkk->nk", curvature)[~self.free] = 1.0
        return cost, gradient * self.free, curvature


def _coordinates(search: Scaling, span: slice) -> set[int]:
    """The coordinates of some parameters; those that are fixed have none."""
    return {k for k in search.source[span] if k >= 0}


def _moved(
    problem: Problem, layout: _Layout, values: Floats, chosen: list[int], count: int, *, yielding: bool = False
) -> list[_Placed]:
    """Each of some blocks at the places that lower the cost most, all amplitudes new.

    yielding: the other parameters of the other blocks yield too, to first order, so that what they could explain by a
    small change does not count for a new place.
    """
    data = problem.data * problem.weight
    responses = _responses(problem, layout, values)
    out = []
    for b in chosen:
        beside = np.delete(responses, b, axis=2)
        if yielding:
            beside = np.concatenate([beside, _tangents(problem, layout, values, b)], axis=2)
        out.append(_of_block(problem, layout, (values, data, beside), b, count))
    return out


def _of_block(problem: Problem, layout: _Layout, at: tuple[Floats, Floats, Floats], b: int, count: int) -> _Placed:
    """One block at its best places. at: parameters, weighted data, and the directions that the others explain."""
    values, data, beside = at
    atoms, k = layout.atoms[b], len(layout.atoms) - 1
    base, r = np.linalg.qr(beside)
    q, r = base[:, :, :k], r[:, :k, :k]
    left = data - (base @ (base.swapaxes(1, 2) @ data[:, :, None]))[:, :, 0]
    shape = interleaved(atoms.impedance)
    along = (left * problem.weight) @ shape.T
    inside = _products(base * problem.weight[:, :, None], shape)
    whole = (problem.weight**2) @ (shape**2).T
    free = whole - np.einsum("nab,nab->na", inside, inside)
    told = free > APART * whole
    amplitude = np.where(told, along / np.where(told, free, 1.0), 0.0)
    gain = np.where(amplitude > 0, amplitude * along, 0.0)
    best = _peaks(gain, atoms, count)
    a = np.take_along_axis(amplitude, best, axis=1)
    taken = np.take_along_axis(inside[:, :, :k], best[:, :, None], axis=1)
    seen = (q.swapaxes(1, 2) @ data[:, :, None]).swapaxes(1, 2) - a[:, :, None] * taken
    share = np.maximum(np.linalg.solve(_regular(r)[:, None], seen[..., None])[..., 0], SMALLEST)
    cost = (left**2).sum(axis=1)[:, None] - np.take_along_axis(gain, best, axis=1)
    return _Placed(_written(layout, values, b, (atoms.values[best], a, share)), cost)


def _written(layout: _Layout, values: Floats, b: int, new: tuple[Floats, Floats, Floats]) -> Floats:
    """Parameters (M, S, P): those of a block (M, S, size) times its amplitude (M, S), the others times their share."""
    own, amplitude, share = new
    out, column = np.repeat(values[:, None], own.shape[1], axis=1), 0
    for k, (atoms, span) in enumerate(zip(layout.atoms, layout.spans, strict=True)):
        if k == b:
            placed = own * np.maximum(amplitude, 1e-300)[:, :, None] ** atoms.alpha
            out[:, :, span] = np.where(amplitude[:, :, None] > 0, placed, out[:, :, span])
        else:
            out[:, :, span] *= share[:, :, column, None] ** atoms.alpha
            column += 1
    return out


def _products(basis: Floats, shape: Floats) -> Floats:
    """Products (M, A, B) of weighted directions (M, 2F, B) with shapes (A, 2F)."""
    m, width, k = basis.shape
    flat = shape @ basis.transpose(1, 0, 2).reshape(width, m * k)
    return flat.reshape(len(shape), m, k).transpose(1, 0, 2)


def _tangents(problem: Problem, layout: _Layout, values: Floats, b: int) -> Floats:
    """Weighted derivatives (M, 2F, J) by the shape parameters of all blocks but one."""
    own = _coordinates(problem.scaling, layout.spans[b])
    chosen = [k for k in range(problem.scaling.size) if k not in own]
    out = np.nan_to_num(problem.linearised(values)[1][:, chosen].swapaxes(1, 2))
    out /= np.maximum(np.sqrt((out**2).sum(axis=1, keepdims=True)), 1e-300)
    return out


def _responses(problem: Problem, layout: _Layout, values: Floats) -> Floats:
    """Weighted responses (M, 2F, B) of all blocks."""
    out = np.empty((*problem.weight.shape, len(layout.nodes)))
    for k, (node, span) in enumerate(zip(layout.nodes, layout.spans, strict=True)):
        z = node.impedance(problem.s, list(values[:, span].T[:, :, None]))
        z = np.ascontiguousarray(np.broadcast_to(z, (len(values), problem.s.size)), dtype=np.complex128)
        out[:, :, k] = np.nan_to_num(interleaved(z) * problem.weight)
    return out


def _regular(r: Floats) -> Floats:
    """Triangular matrices (N, B, B) that can be solved: blocks alike to each other share."""
    size = np.abs(np.einsum("nkk->nk", r)).max(axis=1, initial=1e-300)
    out: Floats = r + 1e-9 * size[:, None, None] * np.eye(r.shape[1])
    return out


def _peaks(gain: Floats, atoms: Atoms, count: int) -> Indices:
    """The atoms (N, count) of the cells that gain more than those around them, the best first, then the next best."""
    of_cell = gain.reshape(len(gain), atoms.cells, atoms.per_cell)
    best = of_cell.argmax(axis=2)
    top = np.take_along_axis(of_cell, best[:, :, None], axis=2)[:, :, 0]
    if atoms.cells == 1:
        return np.argsort(-gain, axis=1)[:, :count]
    around = _around(atoms.places.tobytes(), *atoms.places.shape)
    peak = (top[:, :, None] >= top[:, around]).all(axis=2)
    rank = np.where(peak, top, top - 2 * top.max(axis=1, keepdims=True) - 1e-300)
    cell = np.argsort(-rank, axis=1, kind="stable")[:, :count]
    out: Indices = cell * atoms.per_cell + np.take_along_axis(best, cell, axis=1)
    return out


@lru_cache(maxsize=32)
def _around(places: bytes, cells: int, unknowns: int) -> Indices:
    """The cells nearest to each cell, as many as lie around one: two on a line, eight on a plane, (cells, M)."""
    x = np.frombuffer(places).reshape(cells, unknowns)
    x = x / np.maximum(np.ptp(x, axis=0), 1e-300)
    distance = ((x[:, None] - x[None]) ** 2).sum(axis=2)
    np.fill_diagonal(distance, np.inf)
    return np.argsort(distance, axis=1, kind="stable")[:, : min(3**unknowns - 1, cells - 1)]
