r"""Symbols of our labels as runs of text: of mathtext what labels are made of, letters, \mathrm{...}, _ and \sigma."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from eisfit.regular import regex


class Run(NamedTuple):
    """A piece of a line; a leaning letter is a quantity, a hanging piece is its subscript."""

    text: str
    leaning: bool = False
    hanging: bool = False


_TOKEN = regex(r"\\math(?:rm|it|bf)|\\sigma|\\(?P<sign>[$#%_{}])|(?P<open>\{)|(?P<close>\})|(?P<sub>_)|~|.")
_WORDS = {r"\sigma": "σ", "~": " "}


@lru_cache(maxsize=4096)
def runs(text: str) -> tuple[Run, ...]:
    """The pieces of a line in which symbols stand between dollar signs."""
    out: list[Run] = []
    for k, part in enumerate(re.split(r"(?<!\\)\$", text)):
        out += _symbols(part) if k % 2 else [Run(part.replace(r"\$", "$"))]
    return tuple(_joined(run for run in out if run.text))


def plain(text: str) -> str:
    """The letters of a line without its signs of mathtext."""
    return "".join(run.text for run in runs(text)) if "$" in text else text


def _symbols(text: str) -> Iterator[Run]:
    """A symbol with its subscript: letters alone lean, those in \\mathrm stand."""
    depth, below = 0, False
    for match in _TOKEN.finditer(text):
        token = match[0]
        if match["open"]:
            depth += 1
        elif match["close"]:
            depth -= 1
        elif match["sub"]:
            below = True
        elif not token.startswith(r"\math"):
            letter = match["sign"] or _WORDS.get(token, token)
            yield Run(letter, leaning=letter.isalpha() and not depth and not below, hanging=below)


def _joined(pieces: Iterator[Run]) -> list[Run]:
    out: list[Run] = []
    for run in pieces:
        if out and out[-1][1:] == run[1:]:
            out[-1] = run._replace(text=out[-1].text + run.text)
        else:
            out.append(run)
    return out
