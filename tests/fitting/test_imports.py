"""The modules of the room import each other in one direction, inside functions and for types as well."""

from __future__ import annotations

import ast
from graphlib import TopologicalSorter
from pathlib import Path

import eisfit.fitting

ROOM = Path(eisfit.fitting.__file__).parent


def imported(module: Path) -> set[str]:
    """Modules of the room that a module imports anywhere."""
    out = set()
    for node in ast.walk(ast.parse(module.read_text())):
        if isinstance(node, ast.ImportFrom) and node.module == "eisfit.fitting":
            out |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and (node.module or "").startswith("eisfit.fitting."):
            out.add(node.module.split(".")[2])
    return out & {path.stem for path in ROOM.glob("*.py")}


def test_there_is_no_circle():
    graph = {path.stem: imported(path) for path in ROOM.glob("*.py") if path.stem != "__init__"}
    assert graph["series"] >= {"solve", "neighbours"}
    TopologicalSorter(graph).prepare()
