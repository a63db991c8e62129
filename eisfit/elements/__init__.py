"""The circuit elements, one file per family. A new family is a new file here; it is found by itself."""

from __future__ import annotations

import inspect
import sys
from typing import NamedTuple

from eisfit._plugins import load_all
from eisfit.elements._base import REGISTRY, Element, Param, power

load_all(sys.modules[__name__])

__all__ = ["REGISTRY", "Element", "Param", "Row", "power", "table"]


class Row(NamedTuple):
    """One element for a person: `parameters` as (name, unit) pairs, `source` the first line of its docstring."""

    symbol: str
    name: str
    formula: str
    parameters: tuple[tuple[str, str], ...]
    source: str


def table() -> list[Row]:
    """Every element, in alphabetic order of the symbols."""
    return [_row(REGISTRY[symbol]) for symbol in sorted(REGISTRY)]


def _row(element: type[Element]) -> Row:
    lines = (inspect.getdoc(element) or "").splitlines()
    parameters = tuple((p.name, p.unit) for p in element.params)
    return Row(element.symbol, element.name, element.formula, parameters, lines[0] if lines else "")
