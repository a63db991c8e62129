"""`eisfit circuits`: the circuits of the library, or one of them in full."""

from __future__ import annotations

from typing import Annotated

import typer

from eisfit.cli._terminal import show_table

Name = Annotated[
    str | None, typer.Argument(metavar="[NAME]", help="A name of the list, or any circuit.", show_default=False)
]


def command(name: Name = None) -> int:
    """List the circuits that have a name, or show one in full."""
    if name is None:
        _list()
    else:
        _show(name)
    return 0


def _list() -> None:
    from eisfit.library import library

    show_table(["name", "circuit", "what it stands for"], [[e.name, e.text, e.title] for e in library().values()])


def _show(name: str) -> None:
    from eisfit.library import library, resolve_circuit

    circuit = resolve_circuit(name)
    entry = library().get(name.strip().lower())
    print(circuit)
    for line in (entry.title, " ".join(entry.description.split()), f"Source: {entry.source}") if entry else ():
        print(line)
    roles = {parameter: role for role, parameter in circuit.roles}
    rows = [
        [
            p.name,
            f"{p.value:.4g}",
            p.unit,
            "fixed" if p.fixed else f"{p.lower:.4g} to {p.upper:.4g}",
            roles.get(p.name, ""),
        ]
        for p in circuit.parameters
    ]
    show_table(["parameter", "value", "unit", "bounds", "role"], rows)
