"""`eisfit elements`: the elements that a circuit may be made of."""

from __future__ import annotations

from typing import TYPE_CHECKING

from eisfit.cli._terminal import show_table

if TYPE_CHECKING:
    from eisfit.elements import Row


def command() -> int:
    """List the elements that a circuit may be made of."""
    from eisfit.elements import table

    rows = [[row.symbol, row.name, row.formula, _parameters(row)] for row in table()]
    show_table(["symbol", "element", "Z with s = j omega", "parameters"], rows)
    return 0


def _parameters(row: Row) -> str:
    return ", ".join(f"{name} [{unit}]" if unit else name for name, unit in row.parameters)
