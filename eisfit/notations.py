"""How other programs call the elements, and the text of a circuit in each notation.

A symbol means what it means in its own notation: T is finite-space diffusion in a Boukamp text and the porous electrode
of Paasch in an impedance.py one. Writes texts; reading them is the business of `syntax`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from eisfit.elements import REGISTRY
from eisfit.errors import CircuitError
from eisfit.interop import EXPORTED, IMPEDANCE, ZFIT
from eisfit.labels import free_name, is_number
from eisfit.tree import InParallel, InSeries, Leaf, Node

NOTATIONS = ("boukamp", "impedance.py", "zfit")
"""The names that `notation=` and `Circuit.to` take."""

_THEIRS = {"impedance.py": IMPEDANCE, "zfit": ZFIT}


def known_symbols(notation: str) -> dict[str, str]:
    """Symbols that a text in this notation may hold -> the symbol here.

    The program's own names come first. Symbols of this package are read beside them, but never where the program has
    that element with other parameters (impedance.py's Ws is O here, and a text in its notation must say Ws).
    """
    theirs = _THEIRS.get(notation, ())
    other = {c.ours for c in theirs if notation == "impedance.py" and not c.same}
    own = {symbol: symbol for symbol in REGISTRY if symbol not in other}
    return own | {c.theirs: c.ours for c in theirs}


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
    return _side_by_side(node, "[]")


def _parity(node: Node) -> str:
    return _side_by_side(node, "()")


def _side_by_side(node: Node, around_series: str) -> str:
    if isinstance(node, Leaf):
        return canonical_name(node)
    parts = [_side_by_side(child, around_series) for child in node.children]
    if isinstance(node, InSeries):
        return "".join(parts)
    return f"({_wrapped(node, parts, around_series, '')})"


def _wrapped(node: InParallel, parts: list[str], brackets: str, separator: str) -> str:
    """The branches of a parallel, those that are a series within brackets."""
    return separator.join(
        f"{brackets[0]}{part}{brackets[1]}" if isinstance(child, InSeries) else part
        for child, part in zip(node.children, parts, strict=True)
    )


def _impedance(root: Node) -> str:
    return _impedance_part(root, iter(impedance_names(root)))


def impedance_names(root: Node) -> list[str]:
    """The elements' names in impedance.py: R1, CPE2."""
    return renumbered(root, {ours: counterpart.theirs for ours, counterpart in EXPORTED.items()}, "impedance.py")


def _impedance_part(node: Node, names: Iterator[str]) -> str:
    if isinstance(node, Leaf):
        return next(names)
    parts = [_impedance_part(child, names) for child in node.children]
    return "-".join(parts) if isinstance(node, InSeries) else f"p({','.join(parts)})"


def _zfit(root: Node) -> str:
    return _zfit_part(root, iter(renumbered(root, {c.ours: c.theirs for c in ZFIT}, "ZFit")))


def _zfit_part(node: Node, names: Iterator[str]) -> str:
    if isinstance(node, Leaf):
        return next(names)
    parts = [_zfit_part(child, names) for child in node.children]
    if isinstance(node, InSeries):
        return "+".join(parts)
    return _wrapped(node, parts, "()", "/")


_WRITERS: dict[str, Callable[[Node], str]] = {
    "bracket": _bracket,
    "boukamp": _parity,
    "impedance.py": _impedance,
    "zfit": _zfit,
}


def canonical_name(leaf: Leaf) -> str:
    """R1, or R_{SE,bulk} for a label that is no number."""
    return leaf.element.symbol + (leaf.label if is_number(leaf.label) else f"_{{{leaf.label}}}")


def renumbered(root: Node, symbols: Mapping[str, str], program: str) -> list[str]:
    """The leaves' names in a notation that knows only numbers; words take the free numbers from 1 on."""
    leaves = list(root.leaves())
    for leaf in leaves:
        if leaf.element.symbol not in symbols:
            raise CircuitError(f"{program} has no {leaf.element.name} ({canonical_name(leaf)})")
    taken = {symbols[leaf.element.symbol] + leaf.label for leaf in leaves if is_number(leaf.label)}
    counters: dict[str, int] = {}
    names: dict[str, None] = {}
    for leaf in leaves:
        symbol = symbols[leaf.element.symbol]
        name = symbol + leaf.label
        if not is_number(leaf.label) or name in names:
            name = free_name(symbol, counters, taken)
        names[name] = None
    return list(names)
