"""Regular expressions that are compiled at their first use: all of them are valid, and behave like compiled ones."""

from __future__ import annotations

import importlib
import pkgutil
import re

import eisfit
from eisfit.regular import _Pattern, regex


def test_a_pattern_behaves_like_a_compiled_one():
    word = regex(r"(?P<name>\w+)\s*=", re.IGNORECASE)
    match = word.match("Area = 1.27")
    assert match is not None
    assert match["name"] == "Area"
    assert word.findall("a=1 b=2") == ["a", "b"]
    assert (word.pattern, word.flags & re.IGNORECASE) == (r"(?P<name>\w+)\s*=", re.IGNORECASE)
    assert regex(rb"\d+").sub(b"0", b"a12b") == b"a0b"


def test_every_pattern_of_the_package_compiles():
    count = 0
    for module in pkgutil.walk_packages(eisfit.__path__, "eisfit."):
        if module.name.endswith("__main__"):
            continue
        for name, value in vars(importlib.import_module(module.name)).items():
            patterns = value.values() if isinstance(value, dict) else (value,)
            for one in patterns:
                if isinstance(one, _Pattern):
                    assert one.pattern is not None, (module.name, name)  # type: ignore[attr-defined]
                    count += 1
    assert count > 100
