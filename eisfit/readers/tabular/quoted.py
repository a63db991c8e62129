"""Numbers that programs of tables write as text: `1.0×10^5`, `'100000'`, `="100000"`, each as the number it is."""

from __future__ import annotations

import re

from eisfit.regular import regex

HEAD = 1 << 12
"""Bytes that show how numbers are written."""
FEWEST = 3
"""Numbers of a kind in the head that make it that of the table."""
NUMBER = rb"[-+]?\d+(?:[.,]\d*)?"
RAISED = {mark.encode(): plain for mark, plain in zip("⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺", b"0123456789-+", strict=True)}
"""The digits of an exponent that is raised."""
MARK = "|".join(mark.decode() for mark in RAISED).encode()
POWER = regex(
    rb"(?<![\w.^])(" + NUMBER + rb")\s?(?:\xc3\x97|\xc2\xb7|\xe2\x8b\x85|[xX*])\s?"
    rb"10(?:\s?(?:\^|\*\*)\s?[({]?([-+]?\d{1,3})[)}]?|((?:" + MARK + rb"){1,4}))(?=\s*[\t;,|\"]|\s|$)"
)
"""1.0×10^5, 1.0*10^5, 1.0x10⁵."""
CELL = rb"(?:(?<=[\t;,|])|^)[ ]*"
END = rb"[ ]*(?=[\t;,|\r\n]|\Z)"
EXPONENT = rb"(?:[eE][-+]?\d+)?"
SINGLE = regex(
    rb"(?m:" + CELL + rb")'(?:(\s*" + NUMBER + EXPONENT + rb"\s*)'|([-+]?\d+(?:\.\d*)?" + EXPONENT + rb"))" + END
)
"""A number in single quotes, or behind the apostrophe that makes it a text."""
FORMULA = regex(rb'"?="{1,2}([^"\n]*)"{1,2}(?:"(?=[\t;,|\r\n]|\Z))?')
"""A text as a formula."""


POWERS = (b"^", b"*", b"\xe2\x81", b"\xc2")
"""One of these begins every power, so that most tables are not searched."""


def unquoted(data: bytes) -> bytes:
    """The same bytes with such numbers as plain ones, where those at the beginning are written so."""
    head = data[:HEAD]
    if b'="' in head and len(FORMULA.findall(head)) >= FEWEST:
        data = FORMULA.sub(rb'"\1"', data)
    if b"'" in head and len(SINGLE.findall(head)) >= FEWEST:
        data = SINGLE.sub(lambda found: b'"' + (found[1] or found[2]) + b'"', data)
    if any(sign in head for sign in POWERS) and len(POWER.findall(head)) >= FEWEST:
        data = POWER.sub(with_exponent, data)
    return data


def with_exponent(found: re.Match[bytes]) -> bytes:
    """A number with its power of ten as an exponent."""
    raised = found[3] or b""
    for mark, digit in RAISED.items():
        raised = raised.replace(mark, bytes([digit]))
    return found[1] + b"e" + (found[2] or raised)
