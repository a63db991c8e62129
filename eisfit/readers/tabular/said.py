"""What the texts and numbers beside a table in a nested file say of its columns: units, quantities, factors."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from eisfit.regular import regex

DEEPEST = 8
"""Levels of objects that are looked through."""
UNIT_KEY = regex(r"(?P<before>.*?)_?[Uu]nits?_?(?P<behind>.*)")
"""A key that tells units: `unit`, `units`, `frequency_unit`, `impedanceUnit`."""
FACTOR = regex(r"(?:\w+[_ ])?(?:scale|scaling|factor|multiplier)(?:[_ ]?(?:factor|z|f))?", re.IGNORECASE)
"""A key of a number that the columns were multiplied with."""
REMARKS = regex(r"(?:comment|note|remark|description|info)s?", re.IGNORECASE)
"""A key of texts about the columns."""


def is_single(value: Any) -> bool:
    """True for a number, a text or a date."""
    return isinstance(value, str | int | float | date)


def is_about(value: Any, depth: int = 0) -> bool:
    """True for an object of settings: it holds texts, numbers and such objects, and no column at any depth."""
    if not isinstance(value, Mapping) or depth > DEEPEST:
        return False
    return all(
        is_about(inner, depth + 1) if isinstance(inner, Mapping) else is_single(inner) for inner in value.values()
    )


def remarks_below(value: Mapping[str, Any]) -> Iterator[str]:
    """What an object of settings, and the objects in it, say of the columns beside it."""
    yield from remarks_in(value)
    for inner in value.values():
        if isinstance(inner, Mapping):
            yield from remarks_below(inner)


def remarks_in(value: Mapping[str, Any]) -> Iterator[str]:
    """What the texts of an object say of the columns in or below it, as remarks: `units: ...`, `re in mOhm`."""
    for key, inner in value.items():
        unit = UNIT_KEY.fullmatch(str(key))
        if isinstance(inner, str):
            subject = unit and (unit["before"] or unit["behind"])
            yield f"{subject.strip('_ ')} in {inner}" if subject else f"{key}: {inner}"
        elif isinstance(inner, Mapping) and inner and all(isinstance(text, str) for text in inner.values()):
            yield from (f"{name} in {text}" if unit else f"{name}: {text}" for name, text in inner.items())
        elif REMARKS.fullmatch(str(key)) and isinstance(inner, list) and all(isinstance(text, str) for text in inner):
            yield from inner
        elif unit and isinstance(inner, list) and all(isinstance(text, str) for text in inner):
            yield "units: " + " ".join(inner)


def factors_in(value: Mapping[str, Any]) -> Iterator[float]:
    """The factors other than 1 that an object states of columns."""
    for key, inner in value.items():
        if FACTOR.fullmatch(str(key)) and isinstance(inner, int | float) and inner != 1:
            yield float(inner)
