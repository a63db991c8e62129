"""The labels of elements: what may stand in one, and the identifiers that are made of it."""

from __future__ import annotations

import re
from collections.abc import Iterable

from eisfit.errors import CircuitError


def is_number(label: str) -> bool:
    """Whether a label is written as digits behind the symbol."""
    return label.isascii() and label.isdigit()


def identifier(symbol: str, label: str) -> str:
    """The name of an element: digits follow the symbol, a subscript follows an underscore, other signs become `_`."""
    if is_number(label):
        return symbol + label
    return f"{symbol}_{re.sub(r'[^0-9A-Za-z_]', '_', label)}" if label else symbol


def cleaned(label: str) -> str:
    """The label with single spaces. Raises CircuitError where it cannot stand in braces."""
    label = " ".join(label.split())
    if not any(c.isalnum() for c in label):
        raise CircuitError("a label needs letters or digits, as in R_{SE,bulk}")
    if not label.isprintable() or "{" in label or "}" in label:
        raise CircuitError("a label cannot hold braces or control characters")
    return label


def free_name(symbol: str, counters: dict[str, int], taken: set[str]) -> str:
    """The next numbered name of this symbol that is not taken; `counters` remembers the last number given."""
    while True:
        counters[symbol] = counters.get(symbol, 0) + 1
        name = f"{symbol}{counters[symbol]}"
        if name not in taken:
            return name


def first_twice(names: Iterable[str]) -> str:
    """The first name that was there before, "" where every one is new."""
    seen: set[str] = set()
    for name in names:
        if name in seen:
            return name
        seen.add(name)
    return ""
