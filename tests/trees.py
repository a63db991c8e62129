"""Random circuits for property tests."""

from __future__ import annotations

from typing import Any

import numpy as np
from hypothesis import strategies as st

from eisfit.circuit import Circuit
from eisfit.elements import REGISTRY
from eisfit.tree import InParallel, InSeries, Leaf, Node, flat, tidy

SYMBOLS = sorted(symbol for symbol, e in REGISTRY.items() if e.__module__.startswith("eisfit."))
DAMPED = [symbol for symbol in SYMBOLS if symbol not in ("L", "La")]
"""Without resonances, at which numerical derivatives are poor."""
WORDS = ["SE,bulk", "GB", "Int", "Grün", "a b", "1st", "γ", "0"]


def nodes(symbols: list[str], depth: int = 3) -> st.SearchStrategy[Node]:
    """Trees of unlabelled elements, also with groups in groups of one kind and groups of one."""
    leaves: st.SearchStrategy[Node] = st.sampled_from(symbols).map(lambda symbol: Leaf(REGISTRY[symbol], ""))
    return st.recursive(
        leaves,
        lambda inner: st.builds(
            lambda kind, children: kind(tuple(children)),
            st.sampled_from([InSeries, InParallel]),
            st.lists(inner, min_size=1, max_size=3),
        ),
        max_leaves=8,
    )


@st.composite
def circuits(draw: Any, symbols: list[str] = SYMBOLS, *, words: bool = False) -> Circuit:
    """Circuits of numbered elements, or with words (made different by a number) as labels of some."""
    root = draw(nodes(symbols))
    if not words:
        return Circuit(root)
    labels = iter(draw(st.lists(st.sampled_from(["", *WORDS]), min_size=30, max_size=30)))
    return Circuit(relabelled(tidy(root), labels))


def relabelled(root: Node, labels: Any) -> Node:
    """The tree with labels from an iterator, kept different by a number."""
    if isinstance(root, Leaf):
        word = next(labels, "")
        return Leaf(root.element, f"{word} {root.label}" if word else root.label)
    return type(root)(tuple(relabelled(child, labels) for child in root.children))


def values_of(circuit: Circuit, seed: int, count: int | None = None) -> Any:
    """Values within a factor 3 of the defaults, inside the bounds: (P,), or (count, P)."""
    rng = np.random.default_rng(seed)
    p = circuit.parameters
    shape = (len(p),) if count is None else (count, len(p))
    values = np.array([q.value for q in p]) * np.exp(rng.uniform(-1, 1, shape))
    return np.clip(values, [q.lower for q in p], [q.upper for q in p])


def number_of_leaves(root: Node) -> int:
    """How many elements a tree has."""
    return sum(isinstance(item, Leaf) for item in flat(root))
