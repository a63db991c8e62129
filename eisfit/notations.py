"""How other programs call the elements, and the text of a circuit in each notation.

A symbol means what it means in its own notation: T is finite-space diffusion in a Boukamp text and the porous electrode
of Paasch in an impedance.py one. May import elements and tree only; reading a text is the business of `syntax`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from eisfit.elements import REGISTRY
from eisfit.errors import CircuitError
from eisfit.tree import InSeries, Leaf, Node

IMPEDANCE_SYMBOLS: Mapping[str, str] = {
    "R": "R",
    "C": "C",
    "L": "L",
    "CPE": "Q",
    "La": "La",
    "W": "W",
    "Ws": "O",
    "Wo": "T",
    "G": "G",
    "Gs": "Gs",
    "K": "K",
    "Zarc": "Z",
    "TLMQ": "M",
    "T": "Tp",
}
"""Every element of impedance.py 1.7.1, and the symbol that it has here."""

ZFIT_SYMBOLS: Mapping[str, str] = {
    "R": "R",
    "C": "C",
    "L": "L",
    "La": "La",
    "Q": "Q",
    "W": "W",
    "Wd": "O",
    "M": "T",
    "G": "G",
}
"""Elements of EC-Lab's ZFit (BioLogic, application notes 42 and 43), and the symbol that they have here."""

NOTATIONS = ("boukamp", "impedance.py", "zfit")
"""The names that `notation=` and `Circuit.to` take."""


def known_symbols(notation: str) -> dict[str, str]:
    """Symbols that a text in this notation may hold -> the symbol here.

    The program's own names come first; the symbols of this package are read beside them where they mean nothing else.
    """
    own = {symbol: symbol for symbol in REGISTRY}
    theirs = {"impedance.py": IMPEDANCE_SYMBOLS, "zfit": ZFIT_SYMBOLS}.get(notation, {})
    return own | {name: symbol for name, symbol in theirs.items() if symbol in REGISTRY}


def format_circuit(root: Node, notation: str = "bracket") -> str:
    """The text of a circuit.

    "bracket", the canonical form: Boukamp's notation with brackets around a series inside a parallel, `R1(Q1[R2W1])`.
    "boukamp": plain parentheses, even depth in series, odd depth parallel. "impedance.py" and "zfit" have their own
    symbols and numbers only: an element with a word as its label takes the next free number there.
    Raises CircuitError where the notation has no such element or no such notation exists.
    """
    write = _WRITERS.get(notation)
    if write is None:
        raise CircuitError(f"no notation {notation!r}: choose one of bracket, {', '.join(NOTATIONS)}")
    return write(root)


def _bracket(node: Node) -> str:
    if isinstance(node, Leaf):
        return canonical_name(node)
    if isinstance(node, InSeries):
        return "".join(map(_bracket, node.children))
    return f"({''.join(f'[{_bracket(c)}]' if isinstance(c, InSeries) else _bracket(c) for c in node.children)})"


def _parity(node: Node) -> str:
    if isinstance(node, Leaf):
        return canonical_name(node)
    if isinstance(node, InSeries):
        return "".join(map(_parity, node.children))
    return f"({''.join(f'({_parity(c)})' if isinstance(c, InSeries) else _parity(c) for c in node.children)})"


def _impedance(root: Node) -> str:
    names = renumbered(root, {here: theirs for theirs, here in IMPEDANCE_SYMBOLS.items()} | {"S": "R"}, "impedance.py")
    return _impedance_part(root, names)


def _impedance_part(node: Node, names: Iterator[str]) -> str:
    if isinstance(node, Leaf):
        return next(names)
    parts = [_impedance_part(child, names) for child in node.children]
    return "-".join(parts) if isinstance(node, InSeries) else f"p({','.join(parts)})"


def _zfit(root: Node) -> str:
    return _zfit_part(root, renumbered(root, {here: theirs for theirs, here in ZFIT_SYMBOLS.items()}, "ZFit"))


def _zfit_part(node: Node, names: Iterator[str]) -> str:
    if isinstance(node, Leaf):
        return next(names)
    parts = [_zfit_part(child, names) for child in node.children]
    if isinstance(node, InSeries):
        return "+".join(parts)
    return "/".join(
        f"({part})" if isinstance(child, InSeries) else part for child, part in zip(node.children, parts, strict=True)
    )


_WRITERS: dict[str, Callable[[Node], str]] = {
    "bracket": _bracket,
    "boukamp": _parity,
    "impedance.py": _impedance,
    "zfit": _zfit,
}


def canonical_name(leaf: Leaf) -> str:
    """R1, or R_{SE,bulk} for a label that is no number."""
    return leaf.element.symbol + (leaf.label if is_number(leaf.label) else f"_{{{leaf.label}}}")


def renumbered(root: Node, symbols: Mapping[str, str], program: str) -> Iterator[str]:
    """The leaves' names in a notation that knows only numbers; words take the free numbers from 1 on."""
    leaves = list(root.leaves())
    for leaf in leaves:
        if leaf.element.symbol not in symbols:
            raise CircuitError(f"{program} has no {leaf.element.name} ({canonical_name(leaf)})")
    taken = {symbols[leaf.element.symbol] + leaf.label for leaf in leaves if is_number(leaf.label)}
    given: set[str] = set()
    counters: dict[str, int] = {}
    for leaf in leaves:
        symbol = symbols[leaf.element.symbol]
        name = symbol + leaf.label
        if not is_number(leaf.label) or name in given:
            name = free_name(symbol, counters, taken)
        given.add(name)
        yield name


def free_name(symbol: str, counters: dict[str, int], taken: set[str]) -> str:
    """The next name of this symbol that is not taken; `counters` remembers the last number given."""
    while True:
        counters[symbol] = counters.get(symbol, 0) + 1
        name = f"{symbol}{counters[symbol]}"
        if name not in taken:
            return name


def is_number(label: str) -> bool:
    """Whether a label is written as digits behind the symbol."""
    return label.isascii() and label.isdigit()
