"""The house as a whole: no circle among the modules, pictures made from the code, a test file for each module."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

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
    "tests/cli/test_process.py runs it": "__main__",
    "every element, reader and flag is found by it": "_plugins",
    "tests/test_packaging.py": "_version",
    "tests/attribution": "attribution/values",
    "the commands are run in tests/cli": """
        cli/_cells cli/_options cli/_summary cli/circuits cli/compare cli/elements cli/init cli/report
        cli/simulate
    """,
    "tests/cycling/test_axes.py": "cycling/host",
    "tests/test_elements.py runs over all of them": """
        elements/_base elements/_by_value elements/_hyperbolic elements/cpe elements/diffusion
        elements/gerischer elements/lumped elements/porous elements/relaxation
    """,
    "each error is raised where its cause is tested": "errors",
    "tests/export, by what is written": """
        export/bdf export/checking export/guard export/identity export/plain export/spectra export/workbook
    """,
    "tests/fitting, by what a fit gives": """
        fitting/assembly fitting/batch_fit fitting/joint
        fitting/parts fitting/shared_errors fitting/single_fit fitting/solve fitting/status fitting/walls
    """,
    "tests/test_syntax.py": "hints labels notations",
    "tests/test_custom_circuit.py": "interop",
    "tests/tracking/test_flags.py": "limits",
    "tests/cli/test_streams.py": "outlet",
    "tests/test_circuit.py": "parameter",
    "tests/plots and tests/report, by what is drawn": """
        plots/bode plots/branches plots/cells plots/circuit plots/conductivity plots/frames plots/labels plots/maps
        plots/ramp plots/record plots/residuals plots/segments plots/several plots/shorts plots/sizes
        plots/stack plots/style plots/ticks plots/tracks plots/windows
    """,
    "tests/readers, by what a file gives": """
        readers/autolab_fra readers/cell/absurd readers/cell/assemble readers/cell/clock readers/cell/files
        readers/cell/twins readers/chi readers/digatron readers/gamry readers/ivium readers/json_text
        readers/keysight readers/novocontrol readers/own/bdf_columns readers/palmsens readers/parstat
        readers/relaxis readers/tabular/causality
        readers/tabular/impedance readers/tabular/modulus
        readers/tabular/opendocument readers/tabular/parts readers/tabular/physical
        readers/tabular/sheet
        readers/tabular/table readers/tabular/traces
         readers/versastudio
        readers/workbook readers/zahner
        readers/zplot readers/cell/several readers/tabular/encodings
        readers/tabular/spellings readers/tabular/vocabulary
    """,
    "tests/report, by what stands on the pages": """
        report/_defects report/attributed report/cell report/critical report/methods report/nyquist
        report/parameters report/provenance report/quality report/resistances report/shorts report/spectra
        report/summary
    """,
    "tests/test_settings.py and tests/test_harmless_settings.py": """
        settings/cell settings/combine settings/files settings/kinds settings/of_fits settings/option
        settings/options settings/spectra
    """,
    "tests/shorts, by verdicts and features": """
        shorts/values
    """,
    "tests/readers and tests/test_analysis.py": "spectrum",
    "tests/test_analysis.py": "study",
    "tests/test_series_fits.py, by the parts of a series": "subset",
    "tests/tracking, by roles, flags and tracks": """
        tracking/flags/_base tracking/flags/arcs tracking/flags/fit tracking/flags/jumps
        tracking/flags/misfit tracking/flags/quality tracking/flags/shorts
    """,
}
"""Where the modules without a test file of their name are tested; a new module has one, or its name here."""


def modules() -> dict[str, Path]:
    """Every module by its dotted name."""
    return {
        ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): path
        for path in PACKAGE.rglob("*.py")
    }


@cache
def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def statements(node: ast.AST) -> Iterator[ast.AST]:
    """Every statement, those inside of others too."""
    for child in ast.iter_child_nodes(node):
        if not isinstance(child, ast.expr):
            yield child
            yield from statements(child)


def imported(name: str, known: dict[str, Path]) -> set[str]:
    """What a module imports, inside functions and for type checkers as well."""
    found = set()
    for node in statements(tree_of(known[name])):
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


def test_a_module_has_its_test_file_or_a_reason() -> None:
    elsewhere = {name for names in ELSEWHERE.values() for name in names.split()}
    wrong = []
    for path in sorted(set(PACKAGE.rglob("*.py")) - set(PACKAGE.rglob("__init__.py"))):
        place = path.relative_to(PACKAGE).with_suffix("")
        own = TESTS / place.parent / f"test_{place.name.strip('_')}.py"
        if own.is_file() == (place.as_posix() in elsewhere):
            wrong.append(str(own.relative_to(ROOT)))
    assert not wrong, f"there is none, or one too many: {wrong}"


def test_modules_and_test_files_are_short() -> None:
    lines = {
        str(path.relative_to(ROOT)): path.read_text(encoding="utf-8").count("\n")
        for path in (*PACKAGE.rglob("*.py"), *TESTS.rglob("*.py"))
    }
    assert not {path: count for path, count in lines.items() if count >= 400}


def test_functions_are_short() -> None:
    long = []
    for name, path in modules().items():
        for node in ast.walk(tree_of(path)):
            if isinstance(node, ast.FunctionDef):
                told = ast.get_docstring(node, clean=False)
                length = (node.end_lineno or 0) - node.lineno + 1 - (told.count("\n") + 1 if told else 0)
                long += [f"{name}.{node.name}: {length} lines"] * (length > 60)
    assert not long
