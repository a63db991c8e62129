"""The sentences for texts that are no circuit: what stands there, what it may have been meant as."""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Collection, Mapping

from eisfit.interop import IMPEDANCE, ZFIT

TITLES = {"boukamp": "Boukamp's", "impedance.py": "the impedance.py", "zfit": "the ZFit"}
"""Each notation as it stands in a sentence."""

_HINTS = {
    "_": "a label is R_{SE,bulk}, or R_GB where a bracket, a separator or a space follows",
    "{": "a label in braces follows an underscore, R_{SE,bulk}; values are no part of the text",
    "}": "no label is open here",
    "|": "a parallel is (RC), p(R1,C1) or R1/C1",
    "*": "elements follow one another in series",
    "=": "values are no part of the text: Circuit(...).with_(R1=20)",
    "[": "a parallel is p(R1,C1) in impedance.py and R1/C1 in ZFit; brackets are Boukamp's",
    "]": "brackets are Boukamp's",
    **dict.fromkeys("0123456789", "a number follows its symbol directly: R1"),
}
_HERE = {c.theirs: c.ours for c in (*ZFIT, *IMPEDANCE)}
_THERE = {c.ours: c.theirs for c in IMPEDANCE}


def stray_character(text: str, position: int, notation: str) -> str:
    """The sentence for a character that begins nothing."""
    char = text[position]
    if text.startswith("_{", position):
        return "this label is not closed: write R_{SE,bulk}, without braces inside"
    hint = _HINTS.get(char, "") if char.isascii() else _meant(char)
    shown = repr(char) if char.isascii() else f"{char!r} ({unicodedata.name(char, 'unnamed')})"
    return f"{shown} has no meaning in {TITLES[notation]} notation{': ' if hint else ''}{hint}"


def _meant(char: str) -> str:
    """The plain character that a typographic one stands for, as a question."""
    is_dash = unicodedata.category(char) == "Pd" or char == "\N{MINUS SIGN}"
    plain = "-" if is_dash else unicodedata.normalize("NFKC", char)
    return f"is it meant as {plain!r}?" if plain.isascii() and plain.strip().isprintable() and plain.strip() else ""


def unknown_element(match: re.Match[str], known: Mapping[str, str], notation: str) -> str:
    """The sentence for a symbol that the notation does not know."""
    symbol = match["symbol"]
    said = f"{TITLES[notation]} notation has no element {clipped(symbol)}"
    if notation == "boukamp" and "CPE" in match.string[max(match.start() - 1, 0) : match.end() + 1]:
        return f"{said}: the constant phase element is Q in it"
    if notation == "boukamp" and symbol in _HERE:
        return f"{said}: {symbol} of other programs is {_HERE[symbol]} in it"
    if notation == "impedance.py" and symbol in _THERE:
        return f"{said}: write {_THERE[symbol]}"
    if notation != "boukamp" and len(symbol) > 1 and all(c in known for c in symbol):
        return f"{said}: put a separator between elements, {('+' if notation == 'zfit' else '-').join(symbol[:6])}"
    return said + (did_you_mean(symbol, known) or f"; it has {', '.join(sorted(known))}")


def did_you_mean(name: str, known: Collection[str]) -> str:
    """A half-sentence with the nearest known name, or nothing."""
    if len(name) > 40:
        return ""
    same = [other for other in known if other.lower() == name.lower()]
    near = same or difflib.get_close_matches(name, known, n=1)
    return f"; did you mean {near[0]}?" if near else ""


def clipped(word: str) -> str:
    """A word of a length that a sentence can hold."""
    return word if len(word) <= 20 else word[:17] + "..."
