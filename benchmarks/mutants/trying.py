"""One fault, put into a tree: tests run in a child of this process to the first that fails."""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from itertools import accumulate
from pathlib import Path

import pytest
from changes import Mutant

PATIENCE = 15.0
"""Seconds (of a processor) of tests on one fault; one that no test has noticed by then lives."""
IMPORTS = 10.0
"""Seconds that come before the first test."""
FOR_EVER = 12.0, 5.0
"""Seconds (of a processor) in one test, and times its usual ones, after which it runs for ever, which is noticed."""
NOTICED = "noticed"
NEAR = 2
"""So many files of tests are run first, alone: it takes time to collect the others."""


def within(tests: Sequence[str], seconds: Mapping[str, float]) -> dict[str, float]:
    """As many tests, from the first, as take PATIENCE, with their seconds."""
    sums = accumulate(seconds[test] for test in tests)
    return {test: seconds[test] for test, until in zip(tests, sums, strict=True) if until < PATIENCE}


def file_of(test: str) -> str:
    """The file of a test."""
    return test.partition("::")[0]


@contextmanager
def put(mutant: Mutant, tree: Path) -> Iterator[None]:
    """A tree with a fault in it, for a while."""
    module = tree / mutant.path
    text, times = module.read_text(encoding="utf-8"), module.stat()
    try:
        module.write_text(mutant.applied(text), encoding="utf-8")
        yield
    finally:
        module.write_text(text, encoding="utf-8")
        os.utime(module, ns=(times.st_atime_ns, times.st_mtime_ns))


def tried(tree: Path, tests: Mapping[str, float]) -> str:
    """What becomes of the fault that is in the tree: caught, lived, or for ever; by tests collected anew."""
    files = list(dict.fromkeys(map(file_of, tests)))
    parts = ({test: tests[test] for test in tests if (file_of(test) in files[:NEAR]) == near} for near in (True, False))
    for part in filter(None, parts):
        outcome = watched(lambda beat, part=part: _run_tests(tree, Chosen(list(part), beat, tree)), list(part.values()))  # type: ignore[misc]
        if outcome != "lived":
            return outcome
    return "lived"


def watched(run: Callable[[int], object], usual: Sequence[float]) -> str:
    """What becomes of a child that runs tests which usually take so many seconds, in their order."""
    beats, beat = os.pipe()
    os.set_blocking(beats, False)
    child = os.fork()
    if not child:
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        run(beat)
        os._exit(1)
    try:
        return followed(child, beats, usual)
    finally:
        os.close(beats)
        os.close(beat)


def followed(child: int, beats: int, usual: Sequence[float]) -> str:
    """What becomes of a child that says in a pipe when a test begins."""
    begun, last = 0, 0.0
    while True:
        done, status = os.waitpid(child, os.WNOHANG)
        if done:
            return "lived" if os.waitstatus_to_exitcode(status) == 0 else "caught"
        now = _seconds(child)
        with suppress(BlockingIOError):
            begun, last = begun + len(os.read(beats, 4096)), now
        at_least, times = FOR_EVER
        if now - last > at_least + times * max(usual[max(begun - 1, 0) : begun], default=IMPORTS):
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)
            return "for ever"
        time.sleep(0.01)


def _seconds(process: int) -> float:
    """Seconds of a processor that a process has had, on Linux."""
    told = Path(f"/proc/{process}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(told[11]) + int(told[12])) / os.sysconf("SC_CLK_TCK")


class Noticed:
    """A plugin that leaves the name of a test that failed beside the tree."""

    tree: Path

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """A test failed."""
        if report.failed:
            (self.tree.parent / NOTICED).write_text(report.nodeid, encoding="utf-8")


class Chosen(Noticed):
    """A plugin that leaves the chosen tests, in their order, and says when one begins."""

    def __init__(self, tests: Sequence[str], beat: int, tree: Path) -> None:
        self.tree = tree
        self.files = list(dict.fromkeys(map(file_of, tests)))
        self.place = {test: place for place, test in enumerate(tests)}
        self.beat = beat

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Leave what was chosen."""
        items[:] = sorted((i for i in items if i.nodeid in self.place), key=lambda i: self.place[i.nodeid])

    def pytest_runtest_logstart(self) -> None:
        """A test begins, or no more: the fault lives."""
        if time.process_time() > PATIENCE + IMPORTS:
            os._exit(0)
        os.write(self.beat, b".")


def quiet() -> None:
    """Nothing that is said from now on is seen."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)


def _run_tests(tree: Path, chosen: Chosen) -> None:
    """In the child: run the tests, quietly, to the first that fails."""
    code = 1
    try:
        os.chdir(tree)
        sys.path.insert(0, str(tree))
        sys.dont_write_bytecode = True
        quiet()
        code = int(pytest.main(["-q", "-x", "-p", "no:cacheprovider", "--tb=no", *chosen.files], plugins=[chosen]))
    finally:
        os._exit(code)
