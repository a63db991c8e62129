"""JSON: the study.json of eisfit, and tables in the ways in which programs write them.

Usage: a study.json gives back the series that was fitted, with its conditions, the points that were left out and their
reasons, its cycling record and the files that it came from. What other tables are understood says `tabular.nested`.
"""

from __future__ import annotations

import json
from typing import Any

from eisfit.errors import CorruptFile, UnknownFormat
from eisfit.labels import first_twice
from eisfit.readers._base import Content, File, reader
from eisfit.readers.own.study import is_study, series_of
from eisfit.readers.own.tidy import whole
from eisfit.readers.tabular.cells import shortened
from eisfit.readers.tabular.nested import contents
from eisfit.readers.tabular.pairs import UnequalColumns
from eisfit.readers.tabular.text import decoded, plain


class NameTwice(ValueError):
    """A name that stands twice in an object."""


def sniff(head: bytes) -> bool:
    """An object or a list at the beginning, in it another one, a text or a number."""
    text = plain(head).lstrip()
    return text[:1] in (b"{", b"[") and text[1:].lstrip()[:1] in (b'"', b"{", b"[")


@reader(name="json", vendor="eisfit, any", extensions=(".json", ".jsonl"), sniff=sniff, general=True)
def read(file: File) -> Content:
    """study.json (the series that was fitted); columns, records, tables of pandas, one or many spectra."""
    value = parsed(decoded(plain(file.data)), file.shown)
    if is_study(value):
        return whole(series_of(value, file.shown))
    try:
        return contents(value, file)
    except UnequalColumns as error:
        raise CorruptFile(str(error), file.shown) from None


def parsed(text: str, shown: str) -> Any:
    """The value of a JSON text, or the list of the values of its lines. Raises CorruptFile with the line."""
    try:
        return json.loads(text, object_pairs_hook=each_once)
    except RecursionError:
        raise CorruptFile("is nested too deeply", shown) from None
    except NameTwice as error:
        raise CorruptFile(str(error), shown) from None
    except ValueError as error:
        values = of_lines(text)
        if values is not None:
            return values
        line = error.lineno if isinstance(error, json.JSONDecodeError) else None
        what = error.msg if isinstance(error, json.JSONDecodeError) else str(error)
        if line == 1 and not text.lstrip().startswith(("{", "[")):
            raise UnknownFormat("is no JSON text", shown) from None
        raise CorruptFile(f"is no whole JSON text: {what}", shown, line) from None


def each_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object from its pairs. Raises NameTwice: the last of two would silently stand for both."""
    value = dict(pairs)
    if len(value) < len(pairs):
        name = first_twice(name for name, _ in pairs)
        raise NameTwice(f"one object names {shortened(name)} twice: the file is damaged, or pasted together")
    return value


def of_lines(text: str) -> list[Any] | None:
    """The values of a text with one JSON value in each line, None where some line is none."""
    rows = [line for line in text.splitlines() if line.strip()]
    try:
        return [json.loads(line, object_pairs_hook=each_once) for line in rows] if len(rows) > 1 else None
    except (ValueError, RecursionError):
        return None
