"""The house as a whole: no circle among the modules, pictures made from the code, a test file for each module."""

from __future__ import annotations

import ast
from fnmatch import fnmatch
from pathlib import Path

import pytest

import eisfit

PACKAGE = Path(eisfit.__file__).parent
ROOT = PACKAGE.parent
TESTS = ROOT / "tests"
DELEGATED = {
    ("eisfit.study", "eisfit.export"),
    ("eisfit.study", "eisfit.report"),
    ("eisfit.spectrum", "eisfit.plots.shown"),
    ("eisfit.fitting.single_fit", "eisfit.plots.shown"),
    ("eisfit.fitting.result", "eisfit.plots.shown"),
}
"""`Study.write` calls the writers, `plot` of a value the figures: the lines that lead up."""

ELSEWHERE = {
    "__main__": "tests/cli/test_process.py runs it",
    "_plugins": "every element, reader and flag is found by it",
    "_version": "tests/test_packaging.py",
    "cli/*": "the commands are run in tests/cli",
    "cycling/host": "tests/cycling/test_axes.py",
    "elements/*": "tests/test_elements.py runs over all of them",
    "errors": "each error is raised where its cause is tested",
    "export/*": "tests/export, by what is written",
    "fitting/*": "tests/fitting, by what a fit gives",
    "hints": "tests/test_syntax.py",
    "interop": "tests/test_custom_circuit.py",
    "labels": "tests/test_syntax.py",
    "limits": "tests/tracking/test_flags.py",
    "notations": "tests/test_syntax.py",
    "outlet": "tests/cli/test_losses.py",
    "parameter": "tests/test_circuit.py",
    "plots/*": "tests/plots and tests/report, by what is drawn",
    "quality/*": "tests/quality, by verdicts and masks",
    "readers/*": "tests/readers, by what a file gives",
    "report/*": "tests/report, by what stands on the pages",
    "settings/*": "tests/test_settings.py and tests/test_harmless_settings.py",
    "shorts/*": "tests/shorts, by verdicts and features",
    "subset": "tests/test_series_fits.py, by the parts of a series",
    "spectrum": "tests/readers and tests/test_analysis.py",
    "study": "tests/test_analysis.py",
    "tracking/*": "tests/tracking, by roles, flags and tracks",
    "attribution/*": "tests/attribution",
}
"""Modules without a test file of their name, and where they are tested."""


def modules() -> dict[str, Path]:
    """Every module by its dotted name."""
    return {
        ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): path
        for path in PACKAGE.rglob("*.py")
    }


def imported(name: str, known: dict[str, Path]) -> set[str]:
    """What a module imports, inside functions and for type checkers as well."""
    found = set()
    for node in ast.walk(ast.parse(known[name].read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module:
            whole = {f"{node.module}.{alias.name}" for alias in node.names}
            found |= {one if one in known else node.module for one in whole}
        elif isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
    return {one for one in found if one in known and one != name and (name, one) not in DELEGATED}


def test_no_two_modules_import_each_other_in_however_many_steps() -> None:
    known = modules()
    graph = {name: imported(name, known) for name in known if name != "eisfit"}
    while leaves := {name for name, needs in graph.items() if not needs & graph.keys()}:
        graph = {name: needs for name, needs in graph.items() if name not in leaves}
    assert not graph, {name: sorted(needs & graph.keys()) for name, needs in graph.items()}


@pytest.mark.parametrize("path", sorted(PACKAGE.rglob("*.py")), ids=lambda path: str(path.relative_to(PACKAGE)))
def test_a_module_has_its_test_file_or_a_reason(path: Path) -> None:
    place = path.relative_to(PACKAGE).with_suffix("")
    if path.name == "__init__.py":
        return
    own = TESTS / place.parent / f"test_{place.name.strip('_')}.py"
    reasons = [pattern for pattern in ELSEWHERE if fnmatch(place.as_posix(), pattern)]
    assert own.is_file() or reasons, f"{own.relative_to(ROOT)} is missing"


@pytest.mark.parametrize("path", sorted(TESTS.rglob("*.py")), ids=lambda path: str(path.relative_to(TESTS)))
def test_a_test_file_is_short(path: Path) -> None:
    assert path.read_text(encoding="utf-8").count("\n") < 400


@pytest.mark.parametrize("path", sorted(PACKAGE.rglob("*.py")), ids=lambda path: str(path.relative_to(PACKAGE)))
def test_a_module_and_its_functions_are_short(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert text.count("\n") < 400
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef):
            told = ast.get_docstring(node, clean=False)
            length = (node.end_lineno or 0) - node.lineno + 1 - (told.count("\n") + 1 if told else 0)
            assert length <= 60, f"{node.name} has {length} lines"
