"""A circuit as a tree of leaves in series and in parallel: its impedance and the exact derivative, by recursion.

The tree knows structure and labels, no values: those come as a sequence of columns, one per parameter in the order of
the text, each a number or an array (N, 1). Nodes are frozen and compare by content.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from eisfit.elements import Element
from eisfit.elements._base import Array, Value

MAX_DEPTH = 100
"""How deep parallels may be nested; recursion is bounded by it."""


@dataclass(frozen=True)
class Leaf:
    """One element of a circuit with its label: `1` for R1, `SE,bulk` for R_{SE,bulk}."""

    element: type[Element]
    label: str

    @property
    def name(self) -> str:
        """The name as an identifier: R1, R_SE_bulk."""
        return identifier(self.element.symbol, self.label)

    @cached_property
    def size(self) -> int:
        """Number of parameters."""
        return len(self.element.params)

    @property
    def names(self) -> tuple[str, ...]:
        """Parameter names: the element's own for the first, name_param for the others."""
        return (self.name, *(f"{self.name}_{p.name}" for p in self.element.params[1:]))

    def leaves(self) -> Iterator[Leaf]:
        """The leaves below this node, in the order of the text."""
        yield self

    def impedance(self, s: Array, columns: Sequence[Value]) -> Array:
        """Impedance at s, ohm."""
        return self.element.impedance(s, *columns)

    def gradient(self, s: Array, columns: Sequence[Value]) -> tuple[Array, list[Value]]:
        """Impedance and its derivative by each parameter."""
        z = self.element.impedance(s, *columns)
        return z, list(self.element.gradient(s, z, *columns))


@dataclass(frozen=True)
class _Group:
    """Nodes joined in one way; `size` counts the parameters below."""

    children: tuple[Node, ...]

    @cached_property
    def size(self) -> int:
        return sum(child.size for child in self.children)

    def leaves(self) -> Iterator[Leaf]:
        for child in self.children:
            yield from child.leaves()

    def split(self, columns: Sequence[Value]) -> Iterator[tuple[Node, Sequence[Value]]]:
        """Each child with its own columns."""
        start = 0
        for child in self.children:
            yield child, columns[start : start + child.size]
            start += child.size


class InSeries(_Group):
    """Z = sum of the Z_k."""

    def impedance(self, s: Array, columns: Sequence[Value]) -> Array:
        """Impedance at s, ohm."""
        parts = [child.impedance(s, own) for child, own in self.split(columns)]
        return _total(parts)

    def gradient(self, s: Array, columns: Sequence[Value]) -> tuple[Array, list[Value]]:
        """Impedance and its derivative by each parameter."""
        parts = [child.gradient(s, own) for child, own in self.split(columns)]
        return _total([z for z, _ in parts]), [d for _, gradient in parts for d in gradient]


class InParallel(_Group):
    """1/Z = sum of the Y_k; dZ = -Z^2 dY_k where an element states its admittance, else (Z / Z_k)^2 dZ_k."""

    def impedance(self, s: Array, columns: Sequence[Value]) -> Array:
        """Impedance at s, ohm."""
        return _inverse([_admittance(child, s, own) for child, own in self.split(columns)], s)

    def gradient(self, s: Array, columns: Sequence[Value]) -> tuple[Array, list[Value]]:
        """Impedance and its derivative by each parameter."""
        parts = [_admittance_gradient(child, s, own) for child, own in self.split(columns)]
        z = _inverse([y for y, _, _ in parts], s)
        slope = z * z
        slope *= -1.0
        out: list[Value] = []
        for y, gradient, stated in parts:
            factor = slope if stated else (z * y) ** 2
            out.extend(factor * d for d in gradient)
        return z, out


Node = Leaf | InSeries | InParallel


def series(nodes: Sequence[Node]) -> Node:
    """Nodes in series; nested series are laid flat, one node stays itself."""
    return _joined(InSeries, nodes)


def parallel(nodes: Sequence[Node]) -> Node:
    """Nodes in parallel; nested parallels are laid flat, one node stays itself."""
    return _joined(InParallel, nodes)


def _joined(kind: type[Any], nodes: Sequence[Node]) -> Any:
    flat: list[Node] = []
    for node in nodes:
        flat.extend(node.children if isinstance(node, kind) else (node,))
    return flat[0] if len(flat) == 1 else kind(tuple(flat))


def identifier(symbol: str, label: str) -> str:
    """The name of an element: digits follow the symbol, a subscript follows an underscore, other signs become `_`."""
    if label.isdigit():
        return symbol + label
    return f"{symbol}_{re.sub(r'[^0-9A-Za-z_]', '_', label)}" if label else symbol


def _total(parts: Sequence[Array]) -> Array:
    total = parts[0]
    for part in parts[1:]:
        total = total + part
    return total


def _inverse(parts: Sequence[Array], s: Array) -> Array:
    """Impedance of admittances side by side; a branch without impedance (infinite or undefined Y) shorts the others."""
    with np.errstate(divide="ignore", invalid="ignore"):
        total = _total(parts)
        z: Array = 1 / (total if np.ndim(total) else total + 0 * s)
    if np.isnan(z).any():
        shorted = np.any([~np.isfinite(part) for part in np.broadcast_arrays(*parts)], axis=0)
        z = np.where(shorted, 0, z)
    return z


def _admittance(node: Node, s: Array, columns: Sequence[Value]) -> Array:
    """1/Z of a branch, by the element's own statement where it has one."""
    with np.errstate(divide="ignore", invalid="ignore"):
        if isinstance(node, Leaf) and node.element.states_admittance:
            return node.element.admittance(s, *columns)
        return 1 / node.impedance(s, columns)


def _admittance_gradient(node: Node, s: Array, columns: Sequence[Value]) -> tuple[Array, Sequence[Value], bool]:
    """1/Z of a branch with derivatives: those of the admittance where the element states it (True), else those of Z."""
    if isinstance(node, Leaf) and node.element.states_admittance:
        y = node.element.admittance(s, *columns)
        return y, node.element.admittance_gradient(s, y, *columns), True
    z, gradient = node.gradient(s, columns)
    with np.errstate(divide="ignore", invalid="ignore"):
        return 1 / z, gradient, False
