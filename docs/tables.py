"""Writes the tables of docs/circuits.md from the declarations in the code: python docs/tables.py

Each table stands between two comments, `<!-- NAME -->` and `<!-- end of NAME -->`; a test compares them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from eisfit.elements import REGISTRY, Row, table
from eisfit.interop import IMPEDANCE, ZFIT, Counterpart
from eisfit.library import Entry, library

PAGE = Path(__file__).with_name("circuits.md")


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


def markdown(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table in Markdown."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in line)} |" for line in lines)


TABLES = {
    "elements": elements,
    "impedance.py": lambda: conversions(IMPEDANCE),
    "zfit": lambda: conversions(ZFIT),
    "library": circuits,
}


def refreshed(page: str) -> str:
    """The page with its tables as the code has them now."""
    for name, write in TABLES.items():
        start, end = f"<!-- {name} -->\n", f"<!-- end of {name} -->"
        before, rest = page.split(start)
        page = before + start + write() + "\n" + end + rest.split(end)[1]
    return page


if __name__ == "__main__":
    PAGE.write_text(refreshed(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
