"""What a circuit is made of, as an impedance plot shows it: resistors in series, and arcs with their time constants.

An arc is a resistor beside a capacitor or a constant phase element, with whatever stands in series with that resistor
(a Warburg, another arc), or an element that is an arc by itself (one with parameters R and tau). Formulas, for R beside
a constant phase element Q, n:

    tau = (R Q)^(1/n)        f_apex = 1 / (2 pi tau)
    C   = tau / R = Q^(1/n) R^((1-n)/n)                    Hsu & Mansfeld, Corrosion 57 (2001) 747
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from eisfit.circuit import Circuit
from eisfit.spectrum import Floats
from eisfit.tree import InParallel, InSeries, Leaf, Node

CAPACITIVE = ("C", "Q")


class Arc(NamedTuple):
    """One arc: the name of its resistance, its elements such as ("R", "Q"), the columns of its parameters.

    `columns` lists those of the resistor first, then those of the capacitive element: R, C or R, Q, n or R, tau, n.
    """

    resistor: str
    kind: tuple[str, ...]
    columns: tuple[int, ...]

    def resistance(self, values: Floats) -> Floats:
        """R of values (..., P), ohm."""
        out: Floats = values[..., self.columns[0]]
        return out

    def exponent(self, values: Floats) -> Floats:
        """n of values (..., P), 1 for a capacitor."""
        if self.kind[-1] == "C" or len(self.columns) < 3:
            return np.ones(values.shape[:-1])
        out: Floats = values[..., self.columns[2]]
        return out

    def tau(self, values: Floats) -> Floats:
        """Time constant of values (..., P), s."""
        second: Floats = values[..., self.columns[1]]
        if self.kind[-1] not in CAPACITIVE:
            return second
        with np.errstate(all="ignore"):
            out: Floats = (self.resistance(values) * second) ** (1 / self.exponent(values))
        return out

    def apex(self, values: Floats) -> Floats:
        """Frequency of the apex of values (..., P), Hz; of a skewed arc (Havriliak-Negami) that of its tau."""
        with np.errstate(all="ignore"):
            out: Floats = 1 / (2 * np.pi * self.tau(values))
        return out

    def capacitance(self, values: Floats) -> Floats:
        """Effective capacitance tau / R of values (..., P), F."""
        with np.errstate(invalid="ignore", divide="ignore"):
            return self.tau(values) / self.resistance(values)


class Structure(NamedTuple):
    """Resistors in series (their names) and arcs of a circuit, each in the order of the text."""

    resistors: tuple[str, ...]
    arcs: tuple[Arc, ...]


def exchangeable(circuit: Circuit) -> tuple[tuple[Arc, ...], ...]:
    """Groups of arcs that the circuit cannot tell apart: alike, alone in their parallel, in series with each other."""
    groups: dict[tuple[int, tuple[str, ...]], list[Arc]] = {}
    for arc, place in _plain_arcs(circuit):
        groups.setdefault((place, arc.kind), []).append(arc)
    return tuple(tuple(group) for group in groups.values() if len(group) > 1)


def structure(circuit: Circuit) -> Structure:
    """The resistors in series and the arcs of a circuit; a leak beside the whole cell does not hide them."""
    resistors: list[str] = []
    arcs: list[Arc] = []
    for part in _parts(circuit.root, in_series=True):
        if len(part) == 1 and part[0].element.symbol == "R":
            resistors.append(part[0].name)
        else:
            arcs.append(_arc(part, circuit.names))
    return Structure(tuple(resistors), tuple(arcs))


def leads_of(circuit: Circuit) -> list[Leaf]:
    """The inductors in series."""
    root = circuit.root
    parts = root.children if isinstance(root, InSeries) else (root,)
    return [part for part in parts if isinstance(part, Leaf) and part.element.symbol in ("L", "La")]


def _arc(leaves: tuple[Leaf, ...], names: tuple[str, ...]) -> Arc:
    columns = tuple(names.index(name) for leaf in leaves for name in leaf.names)
    return Arc(names[columns[0]], tuple(leaf.element.symbol for leaf in leaves), columns)


def _plain_arcs(circuit: Circuit) -> Iterator[tuple[Arc, int]]:
    """Arcs without anything else in their branches, each with the number of the chain that it stands in."""
    for place, chain in enumerate(_chains(circuit.root)):
        for child in chain.children:
            leaves = child.children if isinstance(child, InParallel) else (child,)
            parts = list(_parts(child, in_series=False))
            if len(parts) == 1 and set(parts[0]) == set(leaves):
                yield _arc(parts[0], circuit.names), place


def _chains(node: Node) -> Iterator[InSeries]:
    """Every group in series, from the outside in."""
    if isinstance(node, InSeries):
        yield node
    for child in () if isinstance(node, Leaf) else node.children:
        yield from _chains(child)


def _parts(node: Node, *, in_series: bool) -> Iterator[tuple[Leaf, ...]]:
    """Resistors in series as (resistor,), arcs as (resistor, capacitive) or (element,), in the order of the text."""
    if isinstance(node, Leaf):
        if _is_arc(node) or (in_series and node.element.symbol == "R"):
            yield (node,)
    elif isinstance(node, InSeries):
        for child in node.children:
            yield from _parts(child, in_series=True)
    else:
        yield from _parallel_parts(node)


def _parallel_parts(node: InParallel) -> Iterator[tuple[Leaf, ...]]:
    """The arc that a parallel makes, then those inside its branches."""
    store = next((c for c in node.children if isinstance(c, Leaf) and c.element.symbol in CAPACITIVE), None)
    resistor = _resistor(node) if store else None
    if store and resistor:
        yield resistor, store
    for child in node.children:
        for part in _parts(child, in_series=False):
            if part != (resistor,):
                yield part


def _resistor(node: InParallel) -> Leaf | None:
    """The resistor that stands beside the capacitive element: directly, or first in a branch (as in Randles)."""
    direct = [c for c in node.children if isinstance(c, Leaf)]
    branches = [c for n in node.children if isinstance(n, InSeries) for c in n.children if isinstance(c, Leaf)]
    return next((leaf for leaf in (*direct, *branches) if leaf.element.symbol == "R"), None)


def _is_arc(leaf: Leaf) -> bool:
    return [p.name for p in leaf.element.params[:2]] == ["R", "tau"]
