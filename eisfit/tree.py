"""A circuit as a tree of leaves in series and in parallel: its impedance and the exact derivative, by recursion.

The tree knows structure and labels, no values: those come as a sequence of columns, one per parameter in the order of
the text, each a number or an array (N, 1). Nodes are frozen and compare by content. Only the numbers are computed by
recursion, to a depth that is bounded; comparing, hashing, pickling and walking go without, whatever the depth.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np

from eisfit.elements import Element
from eisfit.elements._base import Array, Value
from eisfit.elements._by_value import packed, travels, unpacked
from eisfit.errors import CircuitError
from eisfit.labels import cleaned, free_name, identifier, is_number

MAX_DEPTH = 100
"""How deep parallels may be nested; recursion is bounded by it."""

MAX_PARAMETERS = 4096
"""A circuit of more parameters is surely a mistake, and would not fit into memory with its jacobian."""


@dataclass(frozen=True)
class Leaf:
    """One element of a circuit with its label: `1` for R1, `SE,bulk` for R_{SE,bulk}."""

    element: type[Element]
    label: str

    def __reduce__(self) -> tuple[Any, ...]:
        if travels(self.element):
            return _leaf, (packed(self.element), self.label)
        return Leaf, (self.element, self.label)

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

    @property
    def depth(self) -> int:
        """How deep parallels are nested below this node."""
        return 0

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


def _leaf(element: bytes, label: str) -> Leaf:
    return Leaf(unpacked(element), label)


@dataclass(frozen=True, eq=False, repr=False)
class _Group:
    """Nodes joined in one way; `size` counts the parameters below, `depth` the nesting of parallels."""

    children: tuple[Node, ...]
    size: int = field(init=False)
    depth: int = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "size", sum(child.size for child in self.children))
        depth = max((child.depth for child in self.children), default=0)
        object.__setattr__(self, "depth", depth + isinstance(self, InParallel))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Group) and flat(self) == flat(other)

    def __hash__(self) -> int:
        return hash(flat(self))

    def __repr__(self) -> str:
        return f"<{type(self).__name__} of {', '.join(leaf.name for leaf in self.leaves())}>"

    def __reduce__(self) -> tuple[Any, ...]:
        return from_flat, (flat(self),)

    def leaves(self) -> Iterator[Leaf]:
        """The leaves below this node, in the order of the text."""
        return (item for item in flat(self) if isinstance(item, Leaf))

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
    joined: Node = _joined(InSeries, nodes)
    return joined


def parallel(nodes: Sequence[Node]) -> Node:
    """Nodes in parallel; nested parallels are laid flat, one node stays itself."""
    joined: Node = _joined(InParallel, nodes)
    return joined


def _joined(kind: type[Any], nodes: Sequence[Node]) -> Any:
    if not nodes:
        raise CircuitError("a group of the circuit is empty")
    children: list[Node] = []
    for node in nodes:
        children.extend(node.children if isinstance(node, kind) else (node,))
    return children[0] if len(children) == 1 else kind(tuple(children))


Flat = tuple[Leaf | tuple[type, int], ...]
"""A tree laid out in one line, parents first: leaves, and groups as (class, number of children)."""


def flat(root: Leaf | _Group) -> Flat:
    """The tree in one line."""
    out: list[Leaf | tuple[type, int]] = []
    stack: list[Leaf | _Group] = [root]
    while stack:
        node = stack.pop()
        if isinstance(node, Leaf):
            out.append(node)
        else:
            out.append((type(node), len(node.children)))
            stack.extend(reversed(node.children))
    return tuple(out)


def from_flat(items: Flat) -> Node:
    """The tree from its line, as it was."""
    root: Node = _rebuilt(items, lambda kind, nodes: kind(tuple(nodes)))
    return root


def tidy(root: Node) -> Node:
    """The same circuit as a text would give it: nested groups of one kind laid flat, every element labelled.

    Raises CircuitError for an empty group and a label that cannot be written.
    """
    items = flat(root)
    leaves = iter(labelled([item for item in items if isinstance(item, Leaf)]))
    tidied: Node = _rebuilt(tuple(next(leaves) if isinstance(item, Leaf) else item for item in items), _joined)
    return tidied


def labelled(leaves: Sequence[Leaf]) -> list[Leaf]:
    """The leaves with numbers for those that have no label: per symbol, in order, past the numbers in use.

    Raises CircuitError for a label that cannot be written.
    """
    taken = {leaf.name for leaf in leaves if is_number(leaf.label)}
    counters: dict[str, int] = {}
    out = []
    for leaf in leaves:
        if not leaf.label:
            symbol = leaf.element.symbol
            leaf = Leaf(leaf.element, free_name(symbol, counters, taken).removeprefix(symbol))
        elif leaf.label != cleaned(leaf.label):
            leaf = Leaf(leaf.element, cleaned(leaf.label))
        out.append(leaf)
    return out


def _rebuilt(items: Flat, join: Callable[[type, list[Any]], Any]) -> Any:
    stack: list[Any] = []
    for item in reversed(items):
        if isinstance(item, Leaf):
            stack.append(item)
        else:
            kind, count = item
            stack.append(join(kind, [stack.pop() for _ in range(count)]))
    return stack[0]


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
