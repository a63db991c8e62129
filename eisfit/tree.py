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
    """1/Z = sum of the 1/Z_k; dZ = (Z / Z_k)^2 dZ_k."""

    def impedance(self, s: Array, columns: Sequence[Value]) -> Array:
        """Impedance at s, ohm."""
        return _parallel([child.impedance(s, own) for child, own in self.split(columns)])

    def gradient(self, s: Array, columns: Sequence[Value]) -> tuple[Array, list[Value]]:
        """Impedance and its derivative by each parameter."""
        parts = [child.gradient(s, own) for child, own in self.split(columns)]
        z = _parallel([zk for zk, _ in parts])
        out: list[Value] = []
        for zk, gradient in parts:
            share = z / zk
            share = share * share
            out.extend(share * d for d in gradient)
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


def _parallel(parts: Sequence[Array]) -> Array:
    """Impedance of branches side by side; a branch of zero impedance shorts the others."""
    with np.errstate(divide="ignore", invalid="ignore"):
        z = 1 / _total([1 / part for part in parts])
    if np.isnan(z).any():
        shorted = np.any([part == 0 for part in np.broadcast_arrays(*parts)], axis=0)
        z = np.where(shorted, 0, z)
    return z
