"""Cells of a row: how they are told apart, and what number stands in one."""

from __future__ import annotations

import contextlib
import csv
import re

from eisfit.regular import regex

MISSING = frozenset(
    {
        "",
        "-",
        "--",
        "nan",
        "na",
        "n/a",
        "null",
        "none",
        "#n/a",
        "#num!",
        "#div/0!",
        "#value!",
        "ovl",
        "ovld",
        "ol",
        "overload",
        "?",
    }
)
"""Cells that stand for a number that is not there."""
COMMENTS = ("#", "%", "//", "!", "'")
THOUSANDS = regex(r"[+-]?\d{1,3}(?:(?:,\d{3})+\.\d*|(?:\.\d{3})+,\d*)")
"""A number with marks between its thousands and another one before its decimals: 1,000,000.5 or 1.000.000,5."""
GROUPED = regex(r"[+-]?\d{1,3}(?:['’\u00a0\u202f\u2009 ]\d{3})+(?:[.,]\d*)?")
"""A number with apostrophes or thin blanks between its thousands: 100'000.5, 100 000,5."""
SUFFIXED = regex(r"([+-]?\d+(?:\.\d*)?(?:[eE][+-]?\d+)?)\s?([fpnuµ\u03bcmkKMGT])$")
"""A number with the prefix of its unit behind it, as Zahner's Thales writes them: 735.948m, 100.000k."""
SUFFIXES = {
    "f": 1e-15, "p": 1e-12, "n": 1e-9, "u": 1e-6, "µ": 1e-6, "\u03bc": 1e-6, "m": 1e-3, "k": 1e3, "K": 1e3, "M": 1e6,
    "G": 1e9, "T": 1e12,
}  # fmt: skip


def split(text: str, delimiter: str | None) -> list[str]:
    """The cells of a row."""
    if '"' in text and delimiter is not None:
        with contextlib.suppress(csv.Error):
            return next(csv.reader([text.replace("\0", "?")], delimiter=delimiter), [])
    return text.split(delimiter)


def fitted(cells: list[str], width: int, *, comma: bool = False) -> list[str] | None:
    """The cells, without empty ones and one remark beyond the last column; None where the row has another length."""
    while len(cells) > width and not cells[-1].strip():
        cells.pop()
    if len(cells) == width + 1 and is_remark(cells[-1], comma=comma):
        cells.pop()
    if len(cells) > width and not cells[width].strip() and all(cell.strip() for cell in cells[:width]):
        del cells[width:]  # another small table stands beside this one, an empty column between them
    return cells if len(cells) == width else None


def is_remark(cell: str, *, comma: bool) -> bool:
    """True for a cell of words: no number, and no sign that there is none."""
    return (
        any(map(str.isalpha, cell)) and to_number(cell, comma=comma) is None and with_suffix(cell, comma=comma) is None
    )


def with_suffix(cell: str, *, comma: bool) -> float | None:
    """The number of a cell that ends with the prefix of its unit, None where it does not."""
    token = cell.strip().strip('"').strip()
    found = SUFFIXED.match(token.replace(",", ".") if comma else token)
    return None if found is None else float(f"{found[1]}") * SUFFIXES[found[2]]


def to_number(cell: str, *, comma: bool) -> float | None:
    """One cell as a number, NaN where it says that there is none, None where it is something else."""
    token = cell.strip().strip('"').strip()
    if token.lower() in MISSING:
        return float("nan")
    if "_" in token:
        return None
    if "," in token and "." in token and THOUSANDS.fullmatch(token):
        last = max(token.rfind(","), token.rfind("."))
        token = re.sub(r"[.,]", "", token[:last]) + "." + token[last + 1 :]
    if GROUPED.fullmatch(token):
        token = re.sub(r"[^\d.,+-]", "", token)
    if comma:
        token = token.replace(",", ".")
    try:
        return float(token)
    except ValueError:
        pass
    try:
        return float(token.upper().replace("D", "E"))  # Fortran's double precision exponent
    except ValueError:
        return None


def is_number(cell: str, *, comma: bool) -> bool:
    """True where a cell is a number that is there."""
    number = to_number(cell, comma=comma)
    number = with_suffix(cell, comma=comma) if number is None else number
    return number is not None and number == number


def shortened(cell: str) -> str:
    """A cell as it may stand in a message."""
    text = "".join(c if c.isprintable() else "?" for c in cell.strip())
    return repr(text if len(text) <= 24 else text[:21] + "...")
