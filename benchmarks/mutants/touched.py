"""Which tests run which line, found once for a tree: the tests that can notice a fault in it, the quick ones first."""

from __future__ import annotations

import hashlib
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from changes import ROOMS, Mutant

PARTS: dict[str, tuple[str, ...]] = {
    **{room: (f"tests/{room}",) for room in ROOMS},
    "whole": (
        "tests/cycling", "tests/tables", "tests/export", "tests/test_analysis.py", "tests/test_series_fits.py",
        "tests/test_verdicts.py", "tests/test_single_spectra.py", "tests/test_end_to_end.py", "tests/test_samples.py",
        "tests/test_comparison.py", "tests/test_damaged_settings.py", "tests/test_files.py", "tests/test_examples.py",
    ),
}  # fmt: skip
"""The tests that are asked, in parts that are run by themselves; those of commands, figures and pages cost more time
than they notice."""


class Touched(NamedTuple):
    """For every line of a module of the rooms the tests that run it, the seconds of every test, and the lines of every
    module that run before the first test.
    """

    lines: dict[str, dict[int, list[str]]]
    seconds: dict[str, float]
    early: dict[str, set[int]]

    def by(self, mutant: Mutant, text: str) -> set[str]:
        """The tests that run the line of a fault; of one outside of functions, those that run what names it."""
        here = self.lines.get(mutant.path, {})
        direct = {test for n in range(mutant.line, mutant.end_line + 1) for test in here.get(n, ())}
        if mutant.function and direct:
            return direct
        lines = text.splitlines()
        if mutant.function:
            indent = len(lines[mutant.function - 1]) - len(lines[mutant.function - 1].lstrip())
            last = mutant.function
            while last < len(lines) and not re.match(rf" {{0,{indent}}}[\w@]", lines[last]):
                last += 1
            return direct | {test for n in range(mutant.line, last + 1) for test in here.get(n, ())}
        return direct | {test for tests in here.values() for test in tests}

    def order(self, mutant: Mutant, text: str) -> list[str]:
        """Tests for a fault: of the own file, of the room, others that run the line, then others of these files;
        each part with the quick ones first.
        """
        touching = self.by(mutant, text)
        files = {test.partition("::")[0] for test in touching}
        room, stem = Path(mutant.path).parts[1], Path(mutant.path).stem

        def far(test: str) -> tuple[int, float]:
            file = test.partition("::")[0]
            near = 0 if file.endswith(f"/test_{stem}.py") else 1 if f"/{room}/" in file else 2
            return near + 3 * (test not in touching), self.seconds[test]

        return sorted((test for test in self.seconds if test.partition("::")[0] in files), key=far)


def touched(tree: Path) -> Touched:
    """What the tests of a tree run: found by a run of each part of them, and read again where that was done before."""
    lines: dict[str, dict[int, list[str]]] = {}
    seconds: dict[str, float] = {}
    early: dict[str, set[int]] = {}
    for part, paths in PARTS.items():
        told = _told(tree, part, [path for path in paths if (tree / path).exists()])
        seconds |= told["seconds"]
        for path, by_line in told["lines"].items():
            for n, tests in by_line.items():
                lines.setdefault(path, {}).setdefault(int(n), []).extend(told["names"][i] for i in tests)
        for path, own in told["early"].items():
            early.setdefault(path, set()).update(own)
    return Touched(lines, seconds, early)


def _told(tree: Path, part: str, paths: list[str]) -> Any:
    """What one part of the tests runs; found anew where one of its files is another one than it was."""
    files = sorted(
        file for path in paths for file in ((tree / path).rglob("*.py") if (tree / path).is_dir() else [tree / path])
    )
    mark = hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()[:16]
    where = tree.parent / f"touched-{part}-{mark}.json"
    if not where.exists():
        environment = os.environ | {"PYTHONPATH": str(tree)}
        subprocess.run([sys.executable, __file__, where, *paths], cwd=tree, env=environment, check=True)
    return json.loads(where.read_text(encoding="utf-8"))


def _files(path: Path) -> Iterable[Path]:
    return [path] if path.suffix else path.rglob("*.py")


class Watch:
    """A plugin that tells coverage which test runs, and keeps what a fixture runs for every test that uses it."""

    def __init__(self, coverage: Any) -> None:
        self.coverage = coverage
        self.seconds: dict[str, float] = {}
        self.users: dict[str, list[str]] = {}
        self.now = "none"

    def pytest_runtest_logstart(self, nodeid: str) -> None:
        """A test begins."""
        self.now = nodeid
        self.coverage.switch_context(nodeid)

    @pytest.hookimpl(wrapper=True)
    def pytest_fixture_setup(self, fixturedef: pytest.FixtureDef[Any]) -> Iterator[None]:
        """A fixture is made, for the test that asks first."""
        before, self.now = self.now, f"fixture {fixturedef.baseid} {fixturedef.argname}"
        self.coverage.switch_context(self.now)
        try:
            return (yield)
        finally:
            self.now = before
            self.coverage.switch_context(before)

    def pytest_runtest_setup(self, item: pytest.Item) -> None:
        """Which fixtures a test uses."""
        for known in item._fixtureinfo.name2fixturedefs.values():  # type: ignore[attr-defined]
            for one in known:
                self.users.setdefault(f"fixture {one.baseid} {one.argname}", []).append(item.nodeid)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """How long a part of a test took; a test that does not pass here can notice nothing."""
        if report.when == "call" and report.passed:
            self.seconds[report.nodeid] = report.duration


def find(where: Path, paths: list[str]) -> None:
    """Run tests here and write which lines each of them runs."""
    import coverage

    known = coverage.Coverage(data_file=None, source=[f"eisfit/{room}" for room in ROOMS], config_file=False)
    watch = Watch(known)
    known.start()
    pytest.main(["-q", "-p", "no:cacheprovider", "--tb=no", *paths], plugins=[watch])
    known.stop()
    names = list(watch.seconds)
    number = {name: i for i, name in enumerate(names)}
    lines, early = {}, {}
    data = known.get_data()
    for file in data.measured_files():
        by_line: dict[int, list[int]] = {}
        path = Path(file).relative_to(Path.cwd()).as_posix()
        for line, contexts in data.contexts_by_lineno(file).items():
            tests = {test for context in contexts for test in watch.users.get(context, [context])}
            by_line[line] = sorted(number[test] for test in tests if test in number)
        lines[path] = by_line
        early[path] = [line for line, contexts in data.contexts_by_lineno(file).items() if "" in contexts]
    told = {"names": names, "seconds": watch.seconds, "lines": lines, "early": early}
    where.write_text(json.dumps(told), encoding="utf-8")


if __name__ == "__main__":
    find(Path(sys.argv[1]), sys.argv[2:])
