"""What every public function of a room gives for one example, as numbers: no change of a number goes unnoticed.

A scenario is run, and of each function of the room (its modules, names without an underscore) the calls are counted and
what they return is added up, logarithms of all numbers with weights by their places. The sums stand in ledger.json
beside this file; after a change that is meant to change numbers: `python -m tests.ledger`, and look at the difference.
They hold for the versions of the libraries and the kind of machine that they were written with.
"""

from __future__ import annotations

import functools
import importlib
import json
import os
import pkgutil
import platform
import re
import sys
import zlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import MISSING, fields, is_dataclass
from pathlib import Path
from types import FunctionType, GeneratorType, ModuleType
from typing import Any

import numpy as np
import pytest
import scipy

import eisfit

WHERE = Path(__file__).with_suffix(".json")
PACKAGE = Path(eisfit.__file__).parent
ROOMS = ("fitting", "tracking", "shorts", "quality")
MOST = 50
"""Calls of one function whose results are looked at; more are counted."""
CONSTANTS = re.compile(r"^([A-Z_][A-Z_0-9, ]*?)(?::[^=\n]+)? = ", re.MULTILINE)
"""How a line begins that names a constant, or several."""
DEEPEST = 7
LONGEST = 800
"""Numbers of one array that are looked at."""
Scenario = Callable[[Path], object]
Sums = dict[str, tuple[int, float]]
Found = dict[str, list[float]]
Results = Callable[[Path], Mapping[str, object]]


def libraries() -> str:
    """The versions that the numbers hold for."""
    short = (".".join(v.split(".")[:2]) for v in (platform.python_version(), np.__version__, scipy.__version__))
    return " ".join((*short, platform.machine()))


def summed(value: Any, depth: int = 0) -> float:
    """One number that another value hardly has."""
    if depth > DEEPEST:
        return 0.0
    if isinstance(value, np.ndarray | bool | np.bool_ | int | float | complex | np.number | str):
        return _of_one(value)
    if isinstance(value, Mapping):
        return sum(summed(pair, depth + 1) for pair in value.items())
    texts = isinstance(value, tuple) and all(isinstance(one, str) for one in value)  # some are made from sets
    if isinstance(value, set | frozenset) or texts:
        return sum(summed(one, depth + 1) for one in value)
    parts = _parts(value)
    return 0.5 + 0.01 * len(parts) + sum(_weight(i) * summed(v, depth + 1) for i, v in enumerate(parts))


def _of_one(value: Any) -> float:
    if isinstance(value, np.ndarray):
        return _of_array(value)
    if isinstance(value, bool | np.bool_):
        return 1.25 if value else 0.75
    if isinstance(value, str):
        return 0.0 if os.sep in value else 1e-3 * (zlib.crc32(value.encode("utf-8", "replace")) % 99_991)
    return _of_array(np.atleast_1d(np.asarray(value)))


def _parts(value: Any) -> list[Any]:
    """What a value is made of."""
    if isinstance(value, tuple | list):
        return list(value)
    if is_dataclass(value) and not isinstance(value, type):
        return [getattr(value, f.name) for f in fields(value)]
    return []


def _weight(i: int) -> float:
    return 1.0 + 0.1 * (i % 7)


def _of_array(array: np.ndarray) -> float:
    if array.dtype.kind == "c":
        return _of_array(array.real) + 1.5 * _of_array(array.imag)
    if array.dtype.kind not in "biuf":
        return float(sum(_weight(i) * summed(one, DEEPEST) for i, one in enumerate(array.ravel().tolist())))
    flat = np.asarray(array, float).ravel()
    flat = flat[:: 1 + flat.size // LONGEST]
    known = np.isfinite(flat)
    size = np.where(known, flat, 0.0)
    place = 1.0 + 0.1 * (np.arange(flat.size) % 7)
    return float((place * np.sign(size) * np.log1p(1e5 * np.abs(size))).sum() + 0.37 * (place * ~known).sum())


@contextmanager
def watched(room: str, found: Found) -> Iterator[None]:
    """Add up what the public functions and methods of a room return meanwhile."""
    held = []
    for module in [importlib.import_module(name) for name in sorted(_modules(room))]:
        stem = module.__name__.removeprefix(f"eisfit.{room}.").replace(".", "/")
        for own, name, places in _public(module):
            new = _noted(own, f"{stem}.{name}", found)
            for place, alias in places:
                held.append((place, alias, own))
                setattr(place, alias, new)
    try:
        yield
    finally:
        for place, name, one in held:
            setattr(place, name, one)


def _public(module: ModuleType) -> Iterator[tuple[Callable[..., Any], str, list[tuple[Any, str]]]]:
    """The public functions and methods of a module, their names, and where they stand."""
    for name, one in list(vars(module).items()):
        if name.startswith("_") or getattr(one, "__module__", "") != module.__name__:
            continue
        if isinstance(one, type):
            for method, own in list(vars(one).items()):
                if isinstance(own, FunctionType) and not method.startswith("_"):
                    yield own, f"{name}.{method}", [(one, method)]
        elif isinstance(one, FunctionType | functools._lru_cache_wrapper):
            known = [m for n, m in sys.modules.items() if n.startswith("eisfit")]
            yield one, name, [(place, k) for place in known for k, v in vars(place).items() if v is one]


def _modules(room: str) -> Iterator[str]:
    package = importlib.import_module(f"eisfit.{room}")
    yield package.__name__
    for entry in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
        yield entry.name


def _noted(function: Callable[..., Any], name: str, found: Found) -> Callable[..., Any]:
    """The same function, whose results are added up."""

    def note(value: object) -> None:
        sums = found.setdefault(name, [0, 0.0])
        sums[0] += 1
        if sums[0] <= MOST:
            sums[1] += _weight(int(sums[0])) * summed(value)

    def noted(values: Iterator[Any]) -> Iterator[Any]:
        for value in values:
            note(value)
            yield value

    @functools.wraps(function)
    def call(*arguments: Any, **named: Any) -> Any:
        value = function(*arguments, **named)
        if isinstance(value, GeneratorType):
            return noted(value)
        note(value)
        return value

    return call


def limits_of(room: str) -> Sums:
    """The constants of the modules of a room, and the defaults of its values: limits were frozen before judged."""
    out: Sums = {}
    for module in map(importlib.import_module, sorted(_modules(room))):
        stem = module.__name__.removeprefix(f"eisfit.{room}.").replace(".", "/")
        lines = CONSTANTS.findall(Path(str(module.__file__)).read_text(encoding="utf-8"))
        for name in [name.strip() for names in lines for name in names.split(",")]:
            out[f"{stem}.{name}"] = (0, round(summed(vars(module).get(name)), 9))
        for name, one in vars(module).items():
            if isinstance(one, type) and one.__module__ == module.__name__ and is_dataclass(one):
                given = [f.default for f in fields(one) if f.default is not MISSING]
                out[f"{stem}.{name}"] = (0, round(summed(given), 9))
    return out


def forgotten() -> None:
    """What is remembered of calls before would hide calls."""
    for name, module in list(sys.modules.items()):
        if name.startswith("eisfit"):
            for one in list(vars(module).values()):
                if isinstance(one, functools._lru_cache_wrapper):
                    one.cache_clear()


def sums_of(room: str, scenario: Scenario, folder: Path) -> Sums:
    """Calls and sums of every function of a room."""
    found: Found = {}
    forgotten()
    with watched(room, found):
        scenario(folder)
    calls = {name: (int(count), round(total, 4)) for name, (count, total) in sorted(found.items())}
    return calls | limits_of(room)


def differences(room: str, sums: Sums) -> list[str]:
    """What is not as it stands in the ledger, a line for each function."""
    known = json.loads(WHERE.read_text(encoding="utf-8"))[room]
    out = []
    for name in sorted(known.keys() | sums.keys()):
        one, other = known.get(name), sums.get(name)
        if one is None or other is None:
            out.append(f"{name} is {'called no more' if other is None else 'new'}")
        elif one[0] != other[0]:
            out.append(f"{name} is called {other[0]} times, not {one[0]}")
        elif abs(one[1] - other[1]) > (1e-6 * abs(one[1]) + 2e-3 if one[0] else 1e-9 * abs(one[1]) + 2e-9):
            out.append(f"{name} gives {other[1]:.10g}, not {one[1]:.10g}")
    return out


def valid() -> bool:
    """Whether the ledger was written with these libraries."""
    return bool(json.loads(WHERE.read_text(encoding="utf-8"))["libraries"] == libraries())


def check(room: str, scenario: Scenario, folder: Path) -> None:
    """Fails where a function of a room gives other numbers than the ledger has."""
    if not valid():
        pytest.skip(f"the ledger was written with other libraries than {libraries()}")
    wrong = differences(room, sums_of(room, scenario, folder))
    assert not wrong, "\n".join([*wrong, "where this is meant: python -m tests.ledger"])


def check_results(room: str, results: Results, folder: Path) -> None:
    """Fails where results by their names are others than the ledger has."""
    wrong = differences(room, of_results(room, results, folder))
    assert not wrong, "\n".join([*wrong, "where this is meant: python -m tests.ledger"])


def of_results(room: str, results: Results, folder: Path) -> Sums:
    """Results as one call each, with the limits of the room."""
    return {name: (1, round(summed(value), 4)) for name, value in results(folder).items()} | limits_of(room)


def main() -> None:
    """Write the ledger anew."""
    import tempfile

    whole: dict[str, Any] = {"libraries": libraries()}
    for room in ROOMS:
        scenario = importlib.import_module(f"tests.{room}.test_ledger").scenario
        with tempfile.TemporaryDirectory() as folder:
            whole[room] = sums_of(room, scenario, Path(folder))
    with tempfile.TemporaryDirectory() as folder:
        of_files = importlib.import_module("tests.readers.test_ledger").results
        whole["readers"] = of_results("readers", of_files, Path(folder))
    parts = [f' "libraries": {json.dumps(whole.pop("libraries"))}']
    for room, sums in whole.items():
        rows = ",\n".join(f"  {json.dumps(name)}: {json.dumps(value)}" for name, value in sums.items())
        parts.append(f' "{room}": {{\n{rows}\n }}')
    WHERE.write_text("{\n" + ",\n".join(parts) + "\n}\n", encoding="utf-8")


if __name__ == "__main__":
    main()
