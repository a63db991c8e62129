"""How well the tests bite: python benchmarks/mutants/run.py SEED COUNT FOLDER [ROOM ...].

Small faults (a comparison, an operator, a constant, a condition) are drawn at random, as many from fitting as from
tracking, shorts, quality and readers, put one by one into a copy of the project in FOLDER, and tests are run to the
first that fails: those that run the line (found once by a run of all tests, touched.py), those of the module's own file
first, then the others of these files, for at most PATIENCE seconds. What no test notices is written to
FOLDER/results-SEED.jsonl and printed; a run that was stopped goes on where it was. What is set aside because it changes
nothing that is promised stands in alike.toml, with the reason.
"""

from __future__ import annotations

import importlib
import json
import random
import shutil
import signal
import sys
import threading
import time
import tomllib
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
from changes import Mutant, mutants_of
from live import Live, runs_early
from touched import Touched, touched
from trying import NOTICED, put, tried, within

ROOT = Path(__file__).resolve().parents[2]
COPIED = ("eisfit", "tests", "circuits", "samples", "docs", "benchmarks", "pyproject.toml", "README.md")
QUICK = ("readers", "quality", "tracking", "fitting", "shorts")
"""The rooms, those with quick tests first; they take turns."""


def main(seed: int, count: int, folder: Path, rooms: Sequence[str] = QUICK) -> None:
    """Draw, try and tell; without rooms the faults are of all of them."""
    stopped = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stopped.set())  # once the fault is taken out
    tree = copied(folder / "tree")
    sys.setrecursionlimit(10_000)
    drawn = draw(tree, seed, count, rooms)
    results = folder / f"results-{seed}.jsonl"
    known = [json.loads(line) for line in results.read_text().splitlines()] if results.exists() else []
    done = {one["mutant"] for one in known}
    runs = touched(tree)
    live = Live(tree)
    preload(live.libraries)
    sound(tree, runs, live)
    for number, mutant in enumerate(drawn):
        said = mutant.shown((tree / mutant.path).read_text(encoding="utf-8"))
        if said in done:
            continue
        begin = time.monotonic()
        (folder / NOTICED).unlink(missing_ok=True)
        outcome, how = judged(mutant, tree, runs, live)
        by = (folder / NOTICED).read_text(encoding="utf-8") if (folder / NOTICED).exists() else ""
        took = round(time.monotonic() - begin, 1)
        known.append({"outcome": outcome, "mutant": said, "seconds": took, "how": how, "by": by})
        with results.open("a") as file:
            file.write(json.dumps(known[-1]) + "\n")
        print(number, outcome, said, flush=True)
        if stopped.is_set():
            raise SystemExit("stopped")
    live.close()
    tell(known)


def tell(known: Sequence[Mapping[str, object]]) -> None:
    """How many faults were noticed, and how many of the others change nothing that is promised."""
    alike = tomllib.loads((Path(__file__).parent / "alike.toml").read_text(encoding="utf-8"))
    lived = [str(one["mutant"]) for one in known if one["outcome"] == "lived"]
    aside = [said for said in lived if key(said)[1] in alike.get(key(said)[0], {})]
    noticed, asked = len(known) - len(lived), len(known) - len(aside)
    print(f"{noticed} of {asked} faults were noticed ({100 * noticed / asked:.0f} %), {len(aside)} set aside as alike")
    for said in lived:
        if said not in aside:
            print("lived", said)


def key(said: str) -> tuple[str, str]:
    """The module of a fault and what it changes, without the line, as it stands in alike.toml."""
    place, _, change = said.partition(" ")
    return place.rpartition(":")[0], change


def sound(tree: Path, runs: Touched, live: Live) -> None:
    """Without a fault no test may fail, in either way."""
    quick = {test: 1.0 for test in runs.seconds if test.startswith("tests/fitting/test_lm.py")}
    nothing = Mutant("eisfit/nothing.py", 0, 0, 0, 0, "", "", 0)
    if {tried(tree, quick), live.tried(nothing, quick)} != {"lived"}:
        raise SystemExit("the tests fail without a fault")


def draw(tree: Path, seed: int, count: int, rooms: Sequence[str]) -> list[Mutant]:
    """Faults at random, as many of each room, which take turns."""
    chance = random.Random(seed)
    every = mutants_of(tree)
    of_rooms = []
    for room in rooms:
        here = [mutant for mutant in every if Path(mutant.path).parts[1] == room]
        of_rooms.append(chance.sample(here, count // len(rooms)))
    return [mutant for turn in zip(*of_rooms, strict=True) for mutant in turn]


def judged(mutant: Mutant, tree: Path, runs: Touched, live: Live) -> tuple[str, str]:
    """What becomes of a fault, and how that was found."""
    text = (tree / mutant.path).read_text(encoding="utf-8")
    tests = within(runs.order(mutant, text), runs.seconds)
    if not tests:
        return "lived", "no test"
    with put(mutant, tree):
        outcome = "" if runs_early(mutant, text, runs) else live.tried(mutant, tests)
        return (outcome, "live") if outcome else (tried(tree, tests), "anew")


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


def preload(libraries: Sequence[str]) -> None:
    """What tests need of others is imported once; eisfit itself is not."""
    for name in libraries:
        if not name.startswith(("_pytest", "pytest", "pluggy", "hypothesis", "_hypothesis", "xdist", "execnet")):
            with suppress(Exception):
                importlib.import_module(name)


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]), Path(sys.argv[3]).resolve(), sys.argv[4:] or QUICK)
