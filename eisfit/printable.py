"""Texts that come from files and their names, as they may be shown: no sign that moves a cursor, turns a line or hides.

A name in a shared folder is written by anyone. What it may hold besides letters (control characters, directional marks,
halves of characters) is shown as an escape, `\\x1b`, everywhere.
"""

from __future__ import annotations

from collections.abc import Sequence

from eisfit.regular import regex

LONGEST = 300
"""Characters of a sentence on one line."""
KEPT_END = 110
"""Of a sentence that is longer, the characters from its end that stay."""
MOST = 40
"""Characters of a value in a sentence."""
LISTED = 5
"""Names that a sentence lists."""
BLANKS = frozenset("\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000")
"""Blanks of other widths: they do no harm."""
FORMULA = regex(r"'*[=+@-]")
"""How a text begins that a spreadsheet takes for a formula, or that stood behind the mark of a text already."""

NEGATIVE = regex(r"-\d+(\.\d+)?([eE][+-]?\d+)?")
"""A number below 0, which is what it says to a spreadsheet as well."""


def printable(text: str) -> str:
    """The text with escapes for what is no printable character."""
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() or c in BLANKS else c.encode("unicode_escape").decode() for c in text)


def sentence(text: str) -> str:
    """One printable line of at most LONGEST characters: line ends become blanks, the middle of a long text goes."""
    line = printable(" ".join(text.splitlines()) if "\n" in text or "\r" in text else text)
    if len(line) <= LONGEST:
        return line
    return f"{line[: LONGEST - KEPT_END - 5]} ... {line[-KEPT_END:]}"


def first_clauses(text: str) -> str:
    """Of a sentence too long for one line the first clauses, apart by semicolons, as many as fit."""
    clauses = text.split("; ")
    while len(clauses) > 1 and len("; ".join(clauses)) > LONGEST:
        clauses.pop()
    return "; ".join(clauses)


def listed(names: Sequence[str]) -> str:
    """Names with commas, of many the first few and how many more there are."""
    more = len(names) - LISTED
    return ", ".join(names) if more < 2 else f"{', '.join(names[:LISTED])} and {more} more"


def shortened(value: object) -> str:
    """A value in a sentence, by its first characters."""
    try:
        text = printable(repr(value))
    except (ValueError, RecursionError):  # a whole number of thousands of digits, lists in lists
        return "a value that is too long to be shown"
    return text if len(text) <= MOST else text[: MOST - 3] + "..."


def cell(text: str) -> str:
    """A text as a cell of a table: printable, and a text for a spreadsheet too, which would run what begins with =."""
    shown = printable(text)
    return f"'{shown}" if FORMULA.match(shown) and not NEGATIVE.fullmatch(shown) else shown


def uncelled(text: str) -> str:
    """The text of a cell that `cell` made."""
    return text[1:] if text.startswith("'") and FORMULA.match(text[1:]) else text
