"""Faults put into a process that has collected all tests: no try of a fault imports or collects anything again.

A fault inside of a function is put in by giving the function other code. Faults outside of functions, and in functions
that run before the first test, are left to a process that imports anew.
"""

from __future__ import annotations

import ast
import functools
import gc
import json
import os
import sys
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import CodeType, FunctionType
from typing import Any

import pytest
from changes import Mutant
from touched import PARTS, Touched
from trying import PATIENCE, Noticed, followed, quiet

Key = tuple[str, str, int]
OPTIMISED = 1  # inspect.CO_OPTIMIZED: the code of a function, not that of a module or class
MADE_IN_PLACE = ("<listcomp>", "<setcomp>", "<dictcomp>", "<genexpr>")


class Live:
    """A process that has collected the tests of a tree and tries faults as it is asked."""

    def __init__(self, tree: Path) -> None:
        asked, self._ask = os.pipe()
        answer, answered = os.pipe()
        self.process = os.fork()
        if not self.process:
            os.close(self._ask)
            os.close(answer)
            _serve(tree, asked, answered)
        os.close(asked)
        os.close(answered)
        self._answers = os.fdopen(answer, encoding="utf-8")
        self.libraries: list[str] = json.loads(self._answers.readline())
        """The modules of others that the tests import."""

    def tried(self, mutant: Mutant, tests: Mapping[str, float]) -> str:
        """What becomes of a fault that is in the tree; empty where it cannot be put into what is imported."""
        os.write(self._ask, (json.dumps([mutant, tests]) + "\n").encode())
        return str(json.loads(self._answers.readline()))

    def close(self) -> None:
        """No more faults."""
        os.close(self._ask)
        self._answers.close()
        os.waitpid(self.process, 0)


def runs_early(mutant: Mutant, text: str, runs: Touched) -> bool:
    """Is a fault outside of functions, in the head of one, or in one that runs before the first test?"""
    around = [
        node
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and node.body[0].lineno <= mutant.line
        and mutant.end_line <= (node.end_lineno or 0)
    ]
    if not mutant.function or not around:
        return True
    inner = max(around, key=lambda node: node.lineno)
    return any(inner.body[0].lineno <= n <= (inner.end_lineno or 0) for n in runs.early.get(mutant.path, ()))


def _serve(tree: Path, asked: int, answered: int) -> None:
    try:
        os.chdir(tree)
        sys.path.insert(0, str(tree))
        sys.dont_write_bytecode = True
        quiet()
        paths = [path for part in PARTS.values() for path in part if (tree / path).exists()]
        server = _Server(tree, asked, answered)
        code = int(pytest.main(["-q", "-x", "-p", "no:cacheprovider", "--tb=no", *paths], plugins=[server]))
    except BaseException:
        code = 1
    os._exit(code)


class _Server(Noticed):
    """A plugin that, where tests would run, waits for faults, and runs tests for each of them in a child."""

    def __init__(self, tree: Path, asked: int, answered: int) -> None:
        self.tree = tree
        self.asked = os.fdopen(asked, encoding="utf-8")
        self.answered = answered
        self.beat = -1

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> None:
        """Answer until nobody asks; a child goes on from here with the tests that are its own."""
        known = _Known(self.tree)
        self._answer([name for name in sys.modules if name.partition(".")[0] not in ("eisfit", "tests", "__main__")])
        items = {item.nodeid: item for item in session.items}
        for line in self.asked:
            told, tests = json.loads(line)
            exchange = known.exchange(Mutant(*told))
            if exchange is None:
                self._answer("")
                continue
            beats, beat = os.pipe()
            os.set_blocking(beats, False)
            child = os.fork()
            if not child:
                self.beat = beat
                known.put(exchange)
                session.items[:] = [items[test] for test in tests if test in items]
                return
            os.close(beat)
            self._answer(followed(child, beats, list(tests.values())))
            os.close(beats)
        os._exit(0)

    def pytest_runtest_logstart(self) -> None:
        """A test begins, or no more: the fault lives."""
        if time.process_time() > PATIENCE:
            os._exit(0)
        os.write(self.beat, b".")

    def _answer(self, what: object) -> None:
        os.write(self.answered, (json.dumps(what) + "\n").encode())


class _Known:
    """The functions of a tree as they are in this process, and what remembers their results."""

    def __init__(self, tree: Path) -> None:
        self.tree = tree
        self.functions: dict[Key, list[FunctionType]] = {}
        self.caches: list[Any] = []
        self.old: dict[str, CodeType] = {}
        gc.unfreeze()
        for one in gc.get_objects():
            if isinstance(one, FunctionType) and one.__code__.co_filename.startswith(f"{tree}/eisfit/"):
                self.functions.setdefault(_key(one.__code__), []).append(one)
            elif isinstance(one, functools._lru_cache_wrapper) and str(one.__module__).startswith("eisfit"):
                self.caches.append(one)
        for path in sorted((tree / "eisfit").rglob("*.py")):
            self.old[str(path)] = compile(path.read_text(encoding="utf-8"), str(path), "exec")
        gc.freeze()

    def exchange(self, mutant: Mutant) -> list[tuple[FunctionType, CodeType]] | None:
        """Functions that a fault, which is in the file, changes, and their new code; None where it changes more."""
        path = self.tree / mutant.path
        if ".".join(Path(mutant.path).with_suffix("").parts).removesuffix(".__init__") not in sys.modules:
            return []  # its first import has the fault
        new = compile(path.read_text(encoding="utf-8"), str(path), "exec")
        changed = list(_changed(self.old[str(path)], new))
        live = [(function, code) for old, code in changed for function in self.functions.get(_key(old), ())]
        fits = all(len(function.__code__.co_freevars) == len(code.co_freevars) for function, code in live)
        return live if live and fits and all(old.co_flags & OPTIMISED for old, _ in changed) else None

    def put(self, exchange: list[tuple[FunctionType, CodeType]]) -> None:
        """Give functions new code; what is remembered of the old ones is forgotten."""
        for function, code in exchange:
            function.__code__ = code
        for cache in self.caches:
            cache.cache_clear()


def _key(code: CodeType) -> Key:
    return code.co_filename, code.co_qualname, code.co_firstlineno


def _changed(old: CodeType, new: CodeType) -> Iterator[tuple[CodeType, CodeType]]:
    """Codes that are not what they were, with what they are now; lines do not count."""
    inner = list(zip(_inner(old), _inner(new), strict=False))
    in_place = [pair for pair in inner if pair[0].co_name in MADE_IN_PLACE]
    if _own(old) != _own(new) or any(True for pair in in_place for _ in _changed(*pair)):
        yield old, new
    for pair in inner:
        if pair not in in_place:
            yield from _changed(*pair)


def _inner(code: CodeType) -> Iterator[CodeType]:
    return (one for one in code.co_consts if isinstance(one, CodeType))


def _own(code: CodeType) -> tuple[object, ...]:
    plain = [repr(one) for one in code.co_consts if not isinstance(one, CodeType)]
    return code.co_code, code.co_names, code.co_varnames, code.co_freevars, code.co_cellvars, plain
