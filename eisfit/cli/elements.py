"""`eisfit elements`: the elements that a circuit may be made of."""

from __future__ import annotations

from eisfit.cli._terminal import show_table


def command() -> int:
    """List the circuit elements: symbol, name, impedance, parameters with units."""
    from eisfit.elements import REGISTRY

    rows = [
        [symbol, element.name, element.formula, ", ".join(f"{p.name} [{p.unit}]" if p.unit else p.name for p in element.params)]
        for symbol, element in REGISTRY.items()
    ]
    show_table(["symbol", "element", "Z, s = j omega", "parameters"], rows)
    return 0
