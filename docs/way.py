"""The way of the data and the rooms, as docs/architecture.md draws them, from the code.

The way is `analyse` read line by line: every value, and by which function it came from which. The rooms are the imports
between them, those in functions and for type checkers as well, without what follows from others.
"""

from __future__ import annotations

import ast
import inspect
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import eisfit
from eisfit.analysis import analyse

PACKAGE = Path(eisfit.__file__).parent
NO_STEP = (
    "tell",
    "_beside",
    "_by_parameter",
    "_checked",
    "_model",
    "_held",
    "_record",
    "settings_of_spectra",
    "versions",
    "_parameters_named",
)
"""What `analyse` calls that is no step of the way."""
DELEGATED = {("study", "export"), ("study", "report"), ("spectrum", "plots"), ("fitting", "plots")}
"""`Study.write` calls the writers, `plot` of a value the figures: the lines that lead up."""


def way() -> str:
    """The values of `analyse` and what makes them, as a flow chart."""
    body = ast.parse(inspect.getsource(inspect.unwrap(analyse))).body[0]
    assert isinstance(body, ast.FunctionDef)
    known, lines = {"data"}, ["    data([files])"]
    for names, call in _steps(body):
        target = names[0] if names else "study"
        lines += [f"    {source} -- {_verb(call)} --> {target}" for source in _read(call, known) if source != target]
        known.add(target)
    return "```mermaid\nflowchart LR\n" + "\n".join(dict.fromkeys(lines)) + "\n```"


def _steps(body: ast.FunctionDef) -> Iterator[tuple[tuple[str, ...], ast.Call]]:
    """Assignments of calls and the call that is returned: the names, the call."""
    for node in body.body:
        value = node.value if isinstance(node, ast.Assign | ast.Return) else None
        value = value.body if isinstance(value, ast.IfExp) else value
        if not isinstance(value, ast.Call) or _name(value.func) in NO_STEP:
            continue
        targets = node.targets[0] if isinstance(node, ast.Assign) else None
        found = targets.elts if isinstance(targets, ast.Tuple) else [targets] if targets is not None else []
        yield tuple(t.id for t in found if isinstance(t, ast.Name)), value


def _read(call: ast.Call, known: Iterable[str]) -> Iterator[str]:
    """The values that a call takes."""
    inside = [node for argument in (*call.args, *(k.value for k in call.keywords)) for node in ast.walk(argument)]
    yield from (node.id for node in inside if isinstance(node, ast.Name) and node.id in known)


def _verb(call: ast.Call) -> str:
    return _name(call.func).strip("_")


def _name(node: ast.expr) -> str:
    return node.id if isinstance(node, ast.Name) else ast.unparse(node)


def imports() -> dict[str, set[str]]:
    """Which room imports which, in functions and for type checkers too."""
    out: dict[str, set[str]] = {}
    for path in sorted(set(PACKAGE.rglob("*.py")) - {PACKAGE / "__init__.py", PACKAGE / "__main__.py"}):
        room = path.relative_to(PACKAGE).parts[0].removesuffix(".py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("eisfit."):
                out.setdefault(room, set()).add(str(node.module).split(".")[1])
    return {room: found - {room} - {b for a, b in DELEGATED if a == room} for room, found in out.items()}


def rooms(edges: Mapping[str, Iterable[str]]) -> str:
    """The rooms that are packages, each with those it stands on, less what these stand on themselves."""
    large = sorted(path.name for path in PACKAGE.iterdir() if (path / "__init__.py").is_file())
    below = {room: {b for b in _all_below(edges, room) if b in large} for room in large}
    lines = []
    for room in large:
        through = {c for b in below[room] for c in below[b]}
        lines += [f"    {b} --> {room}" for b in sorted(below[room] - through)]
    return "```mermaid\nflowchart LR\n" + "\n".join(lines) + "\n```"


def _all_below(edges: Mapping[str, Iterable[str]], room: str) -> set[str]:
    found: set[str] = set()
    waiting = [room]
    while waiting:
        for other in edges.get(waiting.pop(), ()):
            if other not in found:
                found.add(other)
                waiting.append(other)
    return found - {room}


CONTENT = {"way": way, "graph of rooms": lambda: rooms(imports())}
