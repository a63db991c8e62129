"""A row of units above or below the line that names the columns.

Every cell of it counts: a unit that no impedance has (Pa, F/m, a.u.) goes into the name of its column, which then means
nothing to us, and the table is refused by that name.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from eisfit.errors import CorruptFile
from eisfit.readers.tabular.cells import COMMENTS, is_number, shortened, split
from eisfit.readers.tabular.columns import FREQUENCIES, layout
from eisfit.readers.tabular.labels import labelled
from eisfit.readers.tabular.names import PARTS, split_unit, understood
from eisfit.readers.tabular.spellings import Quantity
from eisfit.readers.tabular.units import DOUBTFUL, UNIT_WORDS, is_lost, unit_of, unwrapped
from eisfit.regular import regex

NONE = frozenset({"", "-", "--", "1", "n/a", "none", "unit", "units", "einheit", "einheiten", "dimensionless"})
"""Cells of a row of units that state none."""
BLANKS = regex(r"\s{2,}")
LONGEST = 14
"""A longer cell, or one with blanks in it, is a remark and no unit."""
COMMENT_MARKS = "#%/!'*"
UNITS_LINE = regex(
    rf"^\W*(?:(?:all|column|data|y|impedance)\s+)?{UNIT_WORDS}"
    r"(?:\s+(?:of|der)\s+(?:the\s+)?\w+)?\s*(?:\b(?:are|is|in|sind|ist)\b)?\s*(?P<colon>[:=]?)\s*(?P<units>.+)$",
    re.IGNORECASE,
)
"""`units: Hz dB deg`, `Einheit: S`."""
TOLD: tuple[Quantity, ...] = (
    *FREQUENCIES, "real", "imaginary", "magnitude", "log_magnitude", "phase", "y_real", "y_imaginary", "cp", "cs", "ls",
    "lp", "rp",
)  # fmt: skip
"""Quantities whose unit matters."""


def uncommented(text: str) -> str:
    """A line without the sign of a comment before it."""
    return text.strip().lstrip(COMMENT_MARKS).strip() if text.lstrip().startswith(COMMENTS) else text.rstrip()


def units_row(text: str, delimiter: str | None, width: int) -> list[str] | None:
    """The cells of a row of units, as many as there are columns, None where the line is something else."""
    if text.lstrip().startswith("//"):
        text = text.lstrip()[2:]
    for plain in dict.fromkeys((uncommented(text), text.strip())):
        for mark in dict.fromkeys((delimiter, "\t", ";", ",", "  ", None)):
            cells = BLANKS.split(plain.strip()) if mark == "  " else [cell.strip() for cell in split(plain, mark)]
            if len(cells) == width + 1 and not cells[-1]:
                cells = cells[:-1]
            if (
                len(cells) == width
                and width > 1
                and are_units(cells, every=mark is None or mark not in (delimiter, "  "))
            ):
                return [unwrapped(cell) for cell in cells]
    return None


def are_units(cells: Sequence[str], *, every: bool) -> bool:
    """True where half of the cells that say something (or all) are units, and none is a number or a sentence.

    One of a frequency is enough among single words.
    """
    told = [unwrapped(cell) for cell in cells if unwrapped(cell).lower() not in NONE]
    if any(is_number(cell, comma=True) or len(cell) > LONGEST for cell in told):
        return False
    every = every or any(unwrapped(cell) == "1" for cell in cells)
    units = [unit for cell in told if (unit := unit_of(cell)) is not None]
    of_frequency = any(unit[0] in ("Hz", DOUBTFUL, "rad/s") for unit in units)
    if not every and of_frequency and not any(" " in cell for cell in told):
        return True
    count = len(units) + sum(map(is_lost, told))
    return bool(told) and (count == len(told) if every else 2 * count >= len(told))


def with_units(names: Sequence[str], units: Sequence[str], shown: str, line: int) -> tuple[str, ...]:
    """The names with the units of a row behind them.

    Raises CorruptFile where a name states another unit already.
    """
    out = []
    for name, unit in zip(names, units, strict=True):
        own = split_unit(name.strip())[1]
        stated = None if own is None or is_label(name) else unit_of(own)
        if unit.lower() in NONE or not name.strip():
            out.append(name)
        elif stated is None and unit.lower() in PARTS and unit_of(unit) is None:
            out.append(f"{own_name(name)} {unit}")
        elif stated is not None:
            if unit_of(unit) != stated and not is_lost(unit):
                sentence = f"column {name.strip()} has the unit {shortened(unit)} in another line"
                raise CorruptFile(f"{sentence}: leave the wrong one out", shown, line)
            out.append(name)
        else:
            out.append(in_unit(name, unit))
    return tuple(out)


def is_label(name: str) -> bool:
    """True for the letter of a sample behind a name, which is a unit as well: `Z' A`."""
    own = None if understood(name) else labelled(name)
    return own is not None and name.strip().endswith(own[1])


def own_name(name: str) -> str:
    """A name without its unit."""
    return name.strip() if is_label(name) else split_unit(name.strip())[0]


def sub_names(text: str, delimiter: str | None, width: int) -> list[str] | None:
    """The cells of a row of parts (`Real`, `Imag`) below the names of what they are parts of, None for other rows."""
    cells = [cell.strip().strip('"').strip() for cell in split(uncommented(text), delimiter)]
    if len(cells) != width or any(is_number(cell, comma=True) for cell in cells):
        return None
    return cells if sum(cell.lower() in PARTS for cell in cells) > 1 else None


def in_unit(name: str, unit: str) -> str:
    """A name with a unit behind it."""
    slash = "/" not in unit and "(" not in unit and (unit_of(unit) is not None or is_lost(unit))
    return f"{name.strip()}/{unit}" if slash else f"{name.strip()} [{unit}]"


def is_strange(word: str) -> bool:
    """True for a short text with letters that is no unit."""
    return unit_of(word) is None and any(map(str.isalpha, word)) and len(word) <= LONGEST and not is_lost(word)


def strange_tokens(text: str, delimiter: str | None, names: Sequence[str]) -> str | None:
    """A short word below the name of a frequency or an impedance, which may be a unit that is not known."""
    cells = [unwrapped(cell) for cell in split(uncommented(text), delimiter)]
    if len(cells) != len(names):
        return None
    columns = layout(tuple(names))
    used = [columns[q][0].index for q in TOLD if q in columns]
    words = [cells[i] for i in used if cells[i].lower() not in NONE]
    first = unit_of(words[0]) if words else None
    if first is not None and first[0] in ("Hz", DOUBTFUL, "rad/s") and any(map(is_strange, words[1:])):
        return next(filter(is_strange, words[1:]))
    if (
        len(words) < 2
        or not any(map(str.isalpha, words[-1]))
        or any(len(w) > LONGEST or " " in w or any(map(str.isdigit, w)) for w in words)
    ):
        return None
    return words[-1]
