"""Every example in a public docstring runs and gives what stands there."""

from __future__ import annotations

import doctest

import pytest

import eisfit

TYPES_OF_RESULTS = {
    "BatchFit",
    "Cell",
    "Conditions",
    "Finding",
    "FitStatus",
    "Source",
    "Study",
    "Track",
}
"""Public names without an example of their own: values that an example of a function shows, and what needs files."""
ERRORS = {name for name in eisfit.__all__ if issubclass(type(getattr(eisfit, name)), type)}
ERRORS = {name for name in ERRORS if issubclass(getattr(eisfit, name), Exception)}


def examples(name: str) -> list[doctest.DocTest]:
    value = getattr(eisfit, name)
    text = value.__doc__ or ""
    found = doctest.DocTestParser().get_doctest(text, {}, name, None, None)
    return [found] if found.examples else []


@pytest.mark.parametrize("name", sorted(set(eisfit.__all__) - TYPES_OF_RESULTS - ERRORS))
def test_an_example_runs(name: str) -> None:
    found = examples(name)
    assert found, f"{name} has no example"
    runner = doctest.DocTestRunner(optionflags=doctest.NORMALIZE_WHITESPACE | doctest.IGNORE_EXCEPTION_DETAIL)
    said: list[str] = []
    for test in found:
        runner.run(test, out=said.append)
    assert not runner.summarize(verbose=False).failed, "".join(said)
