"""How well the tests bite: python benchmarks/mutants/run.py SEED COUNT FOLDER [ROOM ...].

Small faults (a comparison, an operator, a constant, a condition) are drawn at random, as many from fitting as from
tracking, shorts, quality and readers, put one by one into a copy of the project in FOLDER, and tests are run to the
first that fails: those that run the line (found once by a run of all tests, touched.py), those of the module's own file
first, then the others of these files, for at most PATIENCE seconds. What no test notices is written to
FOLDER/results-SEED.jsonl and printed; a run that was stopped goes on where it was.
"""

from __future__ import annotations

import importlib
import json
import os
import random
import shutil
import signal
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from itertools import accumulate
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))
from changes import Mutant, mutants_of
from touched import touched

ROOT = Path(__file__).resolve().parents[2]
COPIED = ("eisfit", "tests", "circuits", "samples", "docs", "benchmarks", "pyproject.toml", "README.md")
QUICK = ("readers", "quality", "tracking", "fitting", "shorts")
"""The rooms, those with quick tests first; they take turns."""
PATIENCE = 15.0
"""Seconds (of a processor) of tests on one fault; one that no test has noticed by then lives."""
IMPORTS = 10.0
"""Seconds that come before the first test."""
FOR_EVER = 12.0, 5.0
"""Seconds (of a processor) in one test, and times its usual ones, after which it runs for ever, which is noticed."""


def main(seed: int, count: int, folder: Path, rooms: Sequence[str] = QUICK) -> None:
    """Draw, try and tell; without rooms the faults are of all of them."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("stopped"))  # and the fault is taken out
    tree = copied(folder / "tree")
    sys.setrecursionlimit(10_000)
    chance = random.Random(seed)
    known_faults = mutants_of(tree)
    of_rooms = []
    for room in rooms:
        here = [mutant for mutant in known_faults if Path(mutant.path).parts[1] == room]
        of_rooms.append(chance.sample(here, count // len(rooms)))
    drawn = [mutant for turn in zip(*of_rooms, strict=True) for mutant in turn]
    results = folder / f"results-{seed}.jsonl"
    known = [json.loads(line) for line in results.read_text().splitlines()] if results.exists() else []
    runs = touched(tree)
    preload()
    quick = [test for test in runs.seconds if test.startswith("tests/fitting/test_lm.py")]
    if tried(drawn[0]._replace(new="", end_line=0), tree, {test: runs.seconds[test] for test in quick}) != "lived":
        raise SystemExit("the tests fail without a fault")
    done = {one["mutant"] for one in known}
    for number, mutant in enumerate(drawn):
        text = (tree / mutant.path).read_text(encoding="utf-8")
        said = mutant.shown(text)
        if said in done:
            continue
        begin = time.monotonic()
        outcome = tried(mutant, tree, within(runs.order(mutant, text), runs.seconds))
        known.append({"outcome": outcome, "mutant": said, "seconds": round(time.monotonic() - begin, 1)})
        with results.open("a") as file:
            file.write(json.dumps(known[-1]) + "\n")
        print(number, outcome, said, flush=True)
    caught = sum(one["outcome"] in ("caught", "for ever") for one in known)
    print(f"{caught} of {len(known)} faults were noticed")


def copied(tree: Path) -> Path:
    """The project as it is now, in a folder of its own; one that is there already stays."""
    if not tree.exists():
        for name in COPIED:
            source, target = ROOT / name, tree / name
            target.parent.mkdir(parents=True, exist_ok=True)
            if source.is_dir():
                shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__", ".*"))
            else:
                shutil.copy(source, target)
    return tree


def within(tests: Sequence[str], seconds: Mapping[str, float]) -> dict[str, float]:
    """As many tests, from the first, as take PATIENCE, with their seconds."""
    sums = accumulate(seconds[test] for test in tests)
    return {test: seconds[test] for test, until in zip(tests, sums, strict=True) if until < PATIENCE}


def preload() -> None:
    """What every try needs is imported once; eisfit itself is not."""
    for name in ("pandas", "scipy.stats", "scipy.signal", "scipy.interpolate", "scipy.sparse", "openpyxl"):
        importlib.import_module(name)


def tried(mutant: Mutant, tree: Path, tests: Mapping[str, float]) -> str:
    """What became of a fault: caught, lived, or for ever."""
    module = tree / mutant.path
    text, times = module.read_text(encoding="utf-8"), module.stat()
    if mutant.end_line:
        module.write_text(mutant.applied(text), encoding="utf-8")
    beats, beat = os.pipe()
    os.set_blocking(beats, False)
    try:
        child = os.fork()
        if not child:
            signal.signal(signal.SIGTERM, signal.SIG_DFL)
            _run_tests(tree, Chosen(list(tests), beat))
        return _watched(child, beats, list(tests.values()))
    finally:
        os.close(beats)
        os.close(beat)
        module.write_text(text, encoding="utf-8")
        os.utime(module, ns=(times.st_atime_ns, times.st_mtime_ns))


def _watched(child: int, beats: int, usual: Sequence[float]) -> str:
    """What becomes of a child whose tests usually take so many seconds, in their order."""
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
        time.sleep(0.02)


def _seconds(process: int) -> float:
    """Seconds of a processor that a process has had, on Linux."""
    told = Path(f"/proc/{process}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(told[11]) + int(told[12])) / os.sysconf("SC_CLK_TCK")


class Chosen:
    """A plugin that leaves the chosen tests, in their order, and says when one begins."""

    def __init__(self, tests: Sequence[str], beat: int) -> None:
        self.files = list(dict.fromkeys(test.partition("::")[0] for test in tests))
        self.place = {test: place for place, test in enumerate(tests)}
        self.beat = beat

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Leave what was chosen."""
        items[:] = sorted((i for i in items if i.nodeid in self.place), key=lambda i: self.place[i.nodeid])

    def pytest_runtest_logstart(self) -> None:
        """A test begins, or no more: the fault lives."""
        if time.process_time() > PATIENCE:
            os._exit(0)
        os.write(self.beat, b".")


def _run_tests(tree: Path, chosen: Chosen) -> None:
    """In the child: run the tests, quietly, to the first that fails."""
    code = 1
    try:
        os.chdir(tree)
        sys.path.insert(0, str(tree))
        sys.dont_write_bytecode = True
        quiet = os.open(os.devnull, os.O_WRONLY)
        os.dup2(quiet, 1)
        os.dup2(quiet, 2)
        code = int(pytest.main(["-q", "-x", "-p", "no:cacheprovider", "--tb=no", *chosen.files], plugins=[chosen]))
    finally:
        os._exit(code)


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]), Path(sys.argv[3]).resolve(), sys.argv[4:] or QUICK)
