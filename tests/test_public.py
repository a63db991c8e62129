"""The public names, what importing costs, and the order of the rooms."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

import eisfit

PACKAGE = Path(eisfit.__file__).parent
ROOT = PACKAGE.parent

PUBLIC = [
    "Spectrum",
    "Series",
    "Conditions",
    "Cell",
    "Source",
    "Circuit",
    "Parameter",
    "fixed",
    "Fit",
    "SeriesFit",
    "BatchFit",
    "FitStatus",
    "Track",
    "Finding",
    "Study",
    "read",
    "load_circuit",
    "fit",
    "fit_batch",
    "lin_kk",
    "z_hit",
    "track",
    "simulate",
    "analyse",
    "compare",
    "attribute",
    "read_study",
    "EisfitError",
    "CircuitError",
    "CircuitSyntaxError",
    "UnknownElement",
    "DuplicateLabel",
    "DataError",
    "ReadError",
    "UnknownFormat",
    "AmbiguousFormat",
    "CorruptFile",
    "EmptyFile",
    "MissingDependency",
    "FitError",
    "OptionError",
    "OutputError",
]

ROOMS = [
    "_version",
    "errors",
    "regular",
    "printable",
    "files",
    "outlet",
    "_plugins",
    "numbers",
    "notebook",
    "medians",
    "columns",
    "limits",
    "spectrum",
    "subset",
    "cycling",
    "elements",
    "labels",
    "tree",
    "interop",
    "hints",
    "notations",
    "syntax",
    "parameter",
    "custom_circuit",
    "circuit",
    "library",
    "roles",
    "settings",
    "simulation",
    "readers",
    "quality",
    "shorts",
    "fitting",
    "tracking",
    "tables",
    "study",
    "selection",
    "verdicts",
    "plots",
    "export",
    "figures",
    "report",
    "series_fits",
    "analysis",
    "comparison",
    "attribution",
    "cli",
]
"""A module may import its own room and those before it."""

UPWARD = {("study", "export"), ("study", "report"), ("spectrum", "plots"), ("fitting", "plots")}
"""`Study.write` imports the writers when it is called, `plot` of a value the figures."""

THIRD_PARTY = {
    "numpy": set(ROOMS) - {"errors", "printable", "files", "outlet", "_plugins", "numbers", "notebook"},
    "scipy": {"quality", "fitting", "tracking"},
    "matplotlib": {"plots", "figures", "report"},
    "schemdraw": {"plots", "report"},
    "typer": {"cli"},
    "rich": {"cli"},
}
"""Who may import what at the head of a module."""

INSIDE_FUNCTIONS = {
    "scipy": {"shorts"},
    "matplotlib": {"spectrum", "fitting"},
    "pandas": {"fitting", "study", "comparison", "attribution", "quality", "cli", "readers"},
    "uncertainties": {"numbers", "fitting", "tracking"},
    "lmfit": {"fitting"},
    "dill": {"elements"},
    "impedance": {"readers", "circuit", "custom_circuit"},
    "galvani": {"readers"},
    "openpyxl": {"readers"},
    "odf": {"readers"},
    "pyarrow": {"readers", "export"},
    "typst": {"report"},
    "distributed": {"fitting"},
}
"""Who may import what inside a function only."""


def modules() -> list[Path]:
    """Every module in a room; `__init__` and `__main__` of the package belong to none."""
    outside = {PACKAGE / "__init__.py", PACKAGE / "__main__.py"}
    return sorted(set(PACKAGE.rglob("*.py")) - outside)


def room(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


@cache
def imports(path: Path) -> tuple[tuple[str, bool], ...]:
    """Every imported module and whether the import stands inside a function or is for type checkers alone."""
    return tuple(_imports(ast.parse(path.read_text(encoding="utf-8")), inside=False))


def _imports(node: ast.AST, *, inside: bool) -> Iterator[tuple[str, bool]]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.expr):
            continue
        if isinstance(child, ast.Import):
            yield from ((alias.name, inside) for alias in child.names)
        elif isinstance(child, ast.ImportFrom):
            assert child.level == 0, "imports are absolute"
            yield from ((f"{child.module}.{alias.name}", inside) for alias in child.names)
        else:
            lazy = isinstance(child, ast.FunctionDef) or (
                isinstance(child, ast.If) and "TYPE_CHECKING" in ast.unparse(child.test)
            )
            yield from _imports(child, inside=inside or lazy)


def loaded_by(code: str) -> set[str]:
    script = f"import sys\n{code}\nprint(' '.join(sys.modules), file=sys.stderr)"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, cwd=ROOT)
    return {name.partition(".")[0] for name in done.stderr.split()}


def test_the_names_are_all_there() -> None:
    assert set(eisfit.__all__) == set(PUBLIC)
    assert set(eisfit.__all__) <= set(dir(eisfit))


def test_every_name_leads_somewhere() -> None:
    for name in PUBLIC:
        value = getattr(eisfit, name)
        assert value.__name__ == name
        assert value.__module__.startswith("eisfit."), name
        assert value.__doc__, name


def test_type_checkers_see_the_same_names_from_the_same_places() -> None:
    tree = ast.parse((PACKAGE / "__init__.py").read_text(encoding="utf-8"))
    block = next(node for node in tree.body if isinstance(node, ast.If))
    seen = {alias.name: node.module for node in block.body for alias in node.names if node.module != "eisfit"}
    assert seen == eisfit._HOME


def test_a_wrong_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no attribute 'Spektrum'"):
        eisfit.__getattr__("Spektrum")


def test_importing_costs_nothing() -> None:
    heavy = {"matplotlib", "pandas", "scipy", "lmfit", "impedance", "rich", "typer", "uncertainties", "schemdraw"}
    assert not loaded_by("import eisfit") & heavy
    assert not loaded_by("import eisfit; eisfit.Spectrum, eisfit.Circuit, eisfit.EisfitError, eisfit.Series") & heavy


def test_a_module_imports_only_from_the_rooms_before_it() -> None:
    assert {room(path) for path in modules()} <= set(ROOMS), "a room has no place in the order"
    wrong = []
    for path in modules():
        own = room(path)
        for name, _ in imports(path):
            parts = name.split(".")
            if parts[0] == "eisfit" and len(parts) > 1:
                known = ROOMS.index(parts[1]) <= ROOMS.index(own) or (own, parts[1]) in UPWARD
                wrong += [] if known else [f"{path.relative_to(PACKAGE)} imports {name}"]
    assert not wrong


def test_third_parties_stay_in_their_rooms() -> None:
    wrong = []
    for path in modules():
        for name, inside in imports(path):
            top = name.split(".")[0]
            if top in sys.stdlib_module_names or top == "eisfit":
                continue
            allowed = THIRD_PARTY.get(top, set()) | (INSIDE_FUNCTIONS.get(top, set()) if inside else set())
            where = "inside a function" if inside else "at its head"
            wrong += [] if room(path) in allowed else [f"{path.relative_to(PACKAGE)} imports {name} {where}"]
    assert not wrong


def test_every_room_is_there() -> None:
    found = {room(path) for path in modules()}
    assert set(ROOMS) <= found


def test_the_document_draws_the_same_order() -> None:
    text = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    table = text.partition("## The rooms")[2].partition("\n## ")[0]
    drawn = [line.split("`")[1].strip("/") for line in table.splitlines() if line.startswith("| `")]
    assert [name.removesuffix(".py") for name in drawn] == ROOMS
