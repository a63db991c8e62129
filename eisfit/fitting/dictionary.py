"""Trial shapes of a circuit for the search of start values.

A circuit is a sum of blocks in series, and every block is a shape times one amplitude (scale each R by a, each Q by
1/a, and Z grows by a). So a trial needs only the shapes: time constants, exponents, ratios inside a block; the
amplitudes follow from linear least squares. Here the shapes are laid out on a grid, per block: its atoms.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise, product
from typing import Any, NamedTuple

import numpy as np

from eisfit.circuit import Circuit, Parameter
from eisfit.fitting.dimensions import NONE, Dimension, dimension
from eisfit.spectrum import Complexes, Floats, Indices
from eisfit.tree import InSeries, Leaf, Node

MARGIN_DECADES = 0.3
"""Time constants are tried this far beyond the measured band."""
RATIO_DECADES = 1.5
"""Inner resistances are tried within this range of the first one of their block, and positive numbers without a unit
(a thickness over a length) within this range of their usual value."""
TAIL = (0.5, 0.7, 0.9)
"""Exponents of a tail that are tried at least."""
MOST_SETS = 48
"""Exponent sets of the fine grid; where there are more, as with five arcs, the plain grid serves again."""
MOST_ATOMS = 2500
"""Where a block would have more shapes, fewer exponents are tried."""
MANY = 3
"""Relaxing blocks from which on their shares are not obvious."""
MAX_TRIALS = 1500
"""Combinations of shapes that are tried at most per spectrum and exponent set."""


STRAY = 4
"""Of so many trial shapes of elements inside each other one has its time constants in any order."""


class Mesh(NamedTuple):
    """How finely the shapes of a block are laid out: time constants of a block with one, points of a block with two or
    more inner unknowns, exponents; beyond: points that follow so many others."""

    line: int
    plane: int
    exponents: tuple[float, ...]
    beyond: int = 0


PLAIN = Mesh(line=14, plane=144, exponents=(0.8,))
"""Time constants 0.65 decades apart on a band of eight decades."""
FINE = Mesh(line=14, plane=144, exponents=(0.7, 0.9))
OTHER = Mesh(line=14, plane=144, exponents=(0.6, 1.0), beyond=144)
"""Shapes between those of FINE: a search that goes on from the same places finds the same."""
FINEST = Mesh(line=42, plane=512, exponents=(0.25, 0.45, 0.65, 0.85, 1.0))
"""For one block at a time."""


class Atoms(NamedTuple):
    """The trial shapes of one block: parameters (A, size), power of the amplitude in each (size,), impedance (A, F).

    Atoms come in `cells` of equal time constants, `per_cell` exponents each; places (cells, unknowns): where the cells
    lie, in logarithms.
    """

    values: Floats
    alpha: Floats
    impedance: Complexes
    places: Floats
    per_cell: int

    @property
    def cells(self) -> int:
        """How many cells there are."""
        return len(self.places)


class Dictionary(NamedTuple):
    """Every block's atoms, and the combinations that are tried: atom indices (T, E, B), T cells, E exponent sets.

    neighbours (T, M): the cells one step away on the grid of time constants, the cell itself where there is none.
    `rich`: blocks of different kinds relax, two blocks block the current of which one relaxes, or there are so many
    ways to share a spectrum between the elements that a good minimum may be a false one.
    """

    blocks: tuple[Atoms, ...]
    offsets: tuple[int, ...]
    trials: Indices
    neighbours: Indices
    rich: bool

    @property
    def impedance(self) -> Complexes:
        """All atoms below each other, (G, F)."""
        return np.concatenate([atoms.impedance for atoms in self.blocks])


def blocks(circuit: Circuit) -> list[tuple[Node, int]]:
    """The parts of a circuit in series, each with the index of its first parameter."""
    root = circuit.root
    if not isinstance(root, InSeries):
        return [(root, 0)]
    sizes = np.cumsum([0] + [child.size for child in root.children])
    return list(zip(root.children, sizes.tolist(), strict=False))


def alike(circuit: Circuit) -> list[list[int]]:
    """Groups of blocks of equal structure with nothing fixed in them; their bounds may differ."""
    groups: dict[Any, list[int]] = {}
    for i, (node, start) in enumerate(blocks(circuit)):
        parameters = circuit.parameters[start : start + node.size]
        movable = not isinstance(node, Leaf) and not any(p.fixed for p in parameters)
        groups.setdefault(shape_of(node) if movable else i, []).append(i)
    return [group for group in groups.values() if len(group) > 1]


def interchangeable(circuit: Circuit) -> list[list[int]]:
    """Groups of blocks that may change places whatever their values: equal structure and equal bounds."""
    parts = blocks(circuit)
    out = []
    for group in alike(circuit):
        limits: dict[Any, list[int]] = {}
        for i in group:
            node, start = parts[i]
            own = circuit.parameters[start : start + node.size]
            limits.setdefault(tuple((p.lower, p.upper) for p in own), []).append(i)
        out += [same for same in limits.values() if len(same) > 1]
    return out


def shape_of(node: Node) -> Any:
    """The structure of a block without its labels."""
    if isinstance(node, Leaf):
        return node.element.symbol
    return (type(node).__name__, tuple(shape_of(child) for child in node.children))


def dictionary(circuit: Circuit, omega: Floats, mesh: Mesh = PLAIN) -> Dictionary:
    """The trial shapes of a circuit for angular frequencies omega (F,), PLAIN where a mesh has too many exponents."""
    return _dictionary(circuit, omega.tobytes(), mesh)


@lru_cache(maxsize=16)
def _dictionary(circuit: Circuit, frequencies: bytes, mesh: Mesh) -> Dictionary:
    """Kept, since whoever fits spectrum by spectrum asks for the same one each time."""
    omega = np.frombuffer(frequencies)
    parts = blocks(circuit)
    atoms = _of_blocks(circuit, omega, mesh)
    if mesh != PLAIN and np.prod([float(a.per_cell) for a in atoms]) > MOST_SETS:
        return _dictionary(circuit, frequencies, PLAIN)
    cells = _cells([a.cells for a in atoms], interchangeable(circuit))
    exponents = np.array(list(product(*(range(a.per_cell) for a in atoms))))
    per_cell = np.array([a.per_cell for a in atoms])
    trials = cells[:, None, :] * per_cell + exponents[None, :, :]
    first = np.cumsum([0] + [len(a.values) for a in atoms])[:-1]
    kinds = {shape_of(node) for (node, _), a in zip(parts, atoms, strict=True) if a.cells > 1}
    offsets = tuple(start for _, start in parts)
    relaxing = [node for (node, _), a in zip(parts, atoms, strict=True) if a.cells > 1]
    tails = [a.cells for (node, _), a in zip(parts, atoms, strict=True) if _blocks_current(node, a, omega)]
    rivals = len(tails) > 1 and max(tails) > 1
    rich = len(kinds) > 1 or len(relaxing) >= MANY or rivals or any(map(_has_choice, relaxing))
    return Dictionary(tuple(atoms), offsets, trials + first, _neighbours(cells, [a.cells for a in atoms]), rich)


def shapes(circuit: Circuit, omega: Floats) -> tuple[Atoms, ...]:
    """The trial shapes of each block, laid out as finely as it takes to place one block beside the others."""
    return _shapes(circuit, omega.tobytes())


@lru_cache(maxsize=16)
def _shapes(circuit: Circuit, frequencies: bytes) -> tuple[Atoms, ...]:
    omega = np.frombuffer(frequencies)
    return tuple(_of_blocks(circuit, omega, FINEST))


def _has_choice(node: Node) -> bool:
    """Does a block relax in more than one place, or an element of it have more than one shape parameter?"""
    params = [leaf.element.params for leaf in node.leaves()]
    timely = sum(any(dimension(p.unit).timely for p in own) for own in params)
    plain = [sum(dimension(p.unit) == NONE for p in own) for own in params]
    return timely > 1 or max(plain) > 1


def _blocks_current(node: Node, atoms: Atoms, omega: Floats) -> bool:
    """Does the impedance of a block grow without end far below the measured band?"""
    far = 1j * omega.min() * np.array([1e-6, 1e-4])
    with np.errstate(all="ignore"):
        z = np.abs(np.broadcast_to(node.impedance(far, atoms.values[len(atoms.values) // 2].tolist()), 2))
    return bool(z[0] > 2 * z[1])


def _neighbours(cells: Indices, counts: Sequence[int]) -> Indices:
    """For each cell combination those one step away in one block that is laid out on the grid, (T, M)."""
    place = {tuple(cell): i for i, cell in enumerate(cells.tolist())}
    steps = [(b, d) for b, count in enumerate(counts) if count == PLAIN.line for d in (-1, 1)]
    out = np.tile(np.arange(len(cells))[:, None], (1, max(len(steps), 1)))
    for i, cell in enumerate(cells.tolist()):
        for column, (b, d) in enumerate(steps):
            moved = (*cell[:b], cell[b] + d, *cell[b + 1 :])
            out[i, column] = place.get(moved, i)
    return out


def _cells(counts: Sequence[int], groups: Sequence[Sequence[int]]) -> Indices:
    """Combinations of one cell per block, (T, B): interchangeable blocks in ascending order, a sample if too many."""
    total = float(np.prod([float(c) for c in counts]))
    if total <= 200 * MAX_TRIALS:
        grid = np.stack(np.meshgrid(*(np.arange(c) for c in counts), indexing="ij"), -1).reshape(-1, len(counts))
    else:
        grid = (_spread(40 * MAX_TRIALS, len(counts)) * np.array(counts)).astype(np.int64)
    for group in groups:
        for one, other in pairwise(group):
            grid = grid[grid[:, one] < grid[:, other]]
    if len(grid) > MAX_TRIALS:
        grid = grid[np.linspace(0, len(grid) - 1, MAX_TRIALS).astype(np.int64)]
    return grid


def _of_blocks(circuit: Circuit, omega: Floats, mesh: Mesh) -> list[Atoms]:
    """The trial shapes of each block; blocks that differ by their labels alone share theirs."""
    known: dict[Any, Atoms] = {}
    out = []
    for node, start in blocks(circuit):
        own = circuit.parameters[start : start + node.size]
        alike = shape_of(node), tuple((p.value, p.lower, p.upper, p.fixed) for p in own)
        out.append(known.get(alike) or known.setdefault(alike, _atoms(node, own, omega, mesh)))
    return out


def _atoms(node: Node, parameters: Sequence[Parameter], omega: Floats, mesh: Mesh) -> Atoms:
    dims = [dimension(p.unit) for p in parameters]
    shape = _Shape(node, parameters, dims)
    cells = shape.cells(omega, mesh)
    exponents = shape.exponents(mesh)
    if len(cells) * len(exponents) > MOST_ATOMS:
        exponents = shape.exponents(FINE)
    values = np.array([shape.values(cell, e, omega) for cell in cells for e in exponents])
    with np.errstate(all="ignore"):
        z = node.impedance(1j * omega, list(values.T[:, :, None]))
    z = np.array(np.broadcast_to(z, (len(values), len(omega))))
    return Atoms(values, np.array([d.alpha for d in dims]), np.nan_to_num(z), cells, len(exponents))


class _Shape:
    """Which inner unknowns a block has: time constants, ratios of resistances, exponents."""

    def __init__(self, node: Node, parameters: Sequence[Parameter], dims: Sequence[Dimension]) -> None:
        leaves = list(node.leaves())
        self.leaves, self.parameters, self.dims = leaves, parameters, dims
        ends = np.cumsum([0] + [leaf.size for leaf in leaves])
        self.spans = [range(a, b) for a, b in pairwise(ends)]
        resistive = [i for i, span in enumerate(self.spans) if any(dims[k].resistive for k in span)]
        timely = [i for i, span in enumerate(self.spans) if any(dims[k].timely for k in span)]
        scale_only = len(leaves) == 1 and sum(d.alpha != 0 or d.timely for d in dims) < 2
        self.taus = [] if scale_only else timely
        levels = _levels(node)
        self.levels = [levels[i] for i in self.taus]
        self.ratios = resistive[1:]
        plain = [k for k, d in enumerate(dims) if not d.alpha and not d.timely and not parameters[k].fixed]
        self.numbers = [k for k in plain if parameters[k].scale == "log" and parameters[k].lower > 0]
        self.free_exponents = [k for k in plain if k not in self.numbers]

    def cells(self, omega: Floats, mesh: Mesh) -> Floats:
        """ln tau of each leaf in `taus`, ln ratio of each in `ratios`, ln of each of `numbers`, (cells, unknowns)."""
        margin = MARGIN_DECADES * np.log(10)
        low, high = -np.log(omega.max()) - margin, -np.log(omega.min()) + margin
        m, t = len(self.taus) + len(self.ratios) + len(self.numbers), len(self.taus)
        if not m:
            return np.zeros((1, 0))
        u = _spread(mesh.plane, m, mesh.beyond) if m > 1 else np.linspace(0, 1, mesh.line)[:, None]
        wide = RATIO_DECADES * np.log(10)
        u[:, :t] = low + _slower_inside(u[:, :t], self.levels) * (high - low)
        u[:, t:] = (2 * u[:, t:] - 1) * wide
        u[:, m - len(self.numbers) :] += np.log([self.parameters[k].value for k in self.numbers])
        return u

    def exponents(self, mesh: Mesh) -> list[tuple[float, ...]]:
        """Values of the exponents and other plain numbers that are tried in each cell."""
        tail = len(self.leaves) == 1 and not self.taus
        fractions = TAIL if tail and len(mesh.exponents) < len(TAIL) else mesh.exponents
        choices = [_inside(self.parameters[k], fractions) for k in self.free_exponents[:2]]
        rest = [_inside(self.parameters[k], PLAIN.exponents) for k in self.free_exponents[2:]]
        return list(product(*choices, *rest))

    def values(self, cell: Floats, exponents: Sequence[float], omega: Floats) -> list[float]:
        """Parameters of the block for unit amplitude."""
        last = len(self.taus) + len(self.ratios)
        given = dict(zip(self.free_exponents, exponents, strict=True))
        given |= dict(zip(self.numbers, np.exp(cell[last:]).tolist(), strict=True))
        centre = -np.log(omega.min())
        tau = dict.fromkeys(range(len(self.leaves)), centre) | dict(zip(self.taus, cell, strict=False))
        ratio = dict(zip(self.ratios, cell[len(self.taus) : last], strict=True))
        out: list[float] = []
        for i, span in enumerate(self.spans):
            own = [given.get(k, self.parameters[k].value) for k in span]
            n = next((v for v, k in zip(own, span, strict=True) if self.parameters[k].name.endswith("_n")), 1.0)
            for v, k in zip(own, span, strict=True):
                d = self.dims[k]
                out.append(_value(d, ratio.get(i, 0.0), tau[i], n) if d.alpha or d.timely else v)
        return out


def _levels(node: Node, level: int = 0) -> list[int]:
    """How deep each leaf of a block lies inside its groups, in the order of the text."""
    if isinstance(node, Leaf):
        return [level]
    return [inner for child in node.children for inner in _levels(child, level + 1)]


def _slower_inside(u: Floats, levels: Sequence[int]) -> Floats:
    """Time constants (cells, leaves) in an order in which those further inside are slower.

    What is faster than the elements around it is shorted by them and not in the data: a ladder of resistances and
    capacitances has one form in which they grow inwards (Cauer). Leaves at one level stay in any order. Every
    STRAY-th cell stays as it is, since a constant phase element is no clean short.
    """
    rank = np.array(sorted(range(len(levels)), key=lambda i: levels[i]), dtype=np.int64)
    out = u.copy()
    out[:, rank] = np.sort(u, axis=1)
    for level in set(levels):
        own = [i for i, at in enumerate(levels) if at == level]
        back = np.argsort(np.argsort(u[:, own], axis=1), axis=1)
        out[:, own] = np.take_along_axis(np.sort(out[:, own], axis=1), back, axis=1)
    out[::STRAY] = u[::STRAY]
    return out


def _value(d: Dimension, ln_a: float, ln_tau: float, n: float) -> float:
    return float(np.exp(d.alpha * ln_a + (d.beta + d.beta_n * n) * ln_tau))


def _inside(p: Parameter, fractions: Sequence[float]) -> list[float]:
    """Trial values of a dimensionless parameter, moved inside its bounds."""
    return sorted({float(np.clip(x, p.lower, p.upper)) for x in fractions})


def _spread(count: int, dimensions: int, beyond: int = 0) -> Floats:
    """Points that fill the unit cube evenly: additive recurrence on the generalised golden ratio (Roberts, 2018).

    beyond: those after so many others, which lie between these.
    """
    phi = 2.0
    for _ in range(40):
        phi = (1 + phi) ** (1 / (dimensions + 1))
    step = phi ** -np.arange(1.0, dimensions + 1)
    out: Floats = (0.5 + np.arange(1 + beyond, count + beyond + 1)[:, None] * step) % 1.0
    return out
