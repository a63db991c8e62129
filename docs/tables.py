"""The tables of docs/circuits.md, from elements, counterparts and the library."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from markdown import markdown

from eisfit.elements import REGISTRY, Row, table
from eisfit.interop import IMPEDANCE, ZFIT, Counterpart
from eisfit.library import Entry, library


def elements() -> str:
    """The elements with formula, parameters, bounds and source."""
    return markdown(
        ["symbol", "element", "Z (s = jω)", "parameters [unit]", "bounds", "source"],
        [_element(row) for row in table() if REGISTRY[row.symbol].__module__.startswith("eisfit.")],
    )


def _element(row: Row) -> Sequence[str]:
    bounds = ", ".join(f"{p.lower:g} to {p.upper:g}" for p in REGISTRY[row.symbol].params)
    parameters = ", ".join(f"{name} [{unit}]" if unit else name for name, unit in row.parameters)
    return [f"`{row.symbol}`", row.name, f"`{row.formula}`", parameters, bounds, row.source]


def conversions(counterparts: Iterable[Counterpart]) -> str:
    """Elements of another program: symbol there and here, and the parameters both ways."""
    return markdown(
        ["there", "here", "their parameters from ours", "ours from theirs"],
        [
            [f"`{c.theirs}`", f"`{c.ours}`", _formulas(c.their_formulas.items()), _formulas(c.our_formulas.items())]
            for c in counterparts
        ],
    )


def _formulas(items: Iterable[tuple[str, str]]) -> str:
    return ", ".join(f"`{name} = {formula}`" for name, formula in items)


def circuits() -> str:
    """The library."""
    return markdown(
        ["name", "circuit", "what it is", "roles", "source"],
        [_circuit(entry) for entry in library().values()],
    )


def _circuit(entry: Entry) -> Sequence[str]:
    words = f"**{entry.title}.** {' '.join(entry.description.split())}"
    return [f"`{entry.name}`", f"`{entry.text}`", words, ", ".join(entry.roles), entry.source]


CONTENT = {
    "elements": elements,
    "impedance.py": lambda: conversions(IMPEDANCE),
    "zfit": lambda: conversions(ZFIT),
    "library": circuits,
}
