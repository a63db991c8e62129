"""Whether the names of the files of a folder tell of more than one cell."""

from __future__ import annotations

import re
from collections.abc import Sequence

from eisfit.readers.cell.files import Found
from eisfit.readers.cell.patterns import BEFORE, BEHIND, DIRECTIONS
from eisfit.regular import regex
from eisfit.spectrum import Note

CHANNEL = regex(r"_\d\d_[A-Za-z]+\d*_(C[A-Z]?\d+)$")
CELL_NAME = regex(r"(?<![a-z])((?:cell|sample|pellet|pouch|coin)[\s_-]?(?:[a-z]?\d+|[a-z]))(?![a-z0-9])", re.IGNORECASE)
TOKENS = regex(r"[\s_\-.,+()]+")
CIRCUMSTANCES = (
    "eis peis geis seis speis sgeis impedance galvano potentio ocv gcpl cp ca cc cv lp gitt pitt cyc rest "
    "mb wait data file spectrum spectra scan run sweep loop step test meas measurement point exp "
    "experiment export result results nr no before after fresh aged initial final start end dark light "
    "hot cold first last new old day days hour hours"
)
"""Words of a name that tell of a measurement or its circumstances, not of a cell."""
NUMBERED = regex(r"([a-z]*)([-+]?\d[\d.,]*)([a-z%°]*)", re.IGNORECASE)
AS_ONE = ", and are read as one cell"
"""In the note on files that may be of several cells."""
LEAST = 3
"""Letters of the name of a cell, at least."""


def several_cells(found: Sequence[Found]) -> list[Note]:
    """A note where the names of the files of a folder tell of more than one channel or cell."""
    stems = [file.stem for file in found]
    for what, form in (("channels", CHANNEL), ("cells", CELL_NAME)):
        names = {match[1].lower(): match[1] for stem in stems if (match := form.search(stem)) is not None}
        if len(names) > 1:
            return [noted(found[0], f"the files are named after {len(names)} {what} ({listed(list(names.values()))})")]
    if all(map(CELL_NAME.search, stems)):
        return []
    begins = list(dict.fromkeys(filter(None, map(beginning, stems))))
    forms = {re.sub(r"\d+", "#", begin.lower()) for begin in begins}
    if len(forms) > 1 or 1 < len(begins) < len(stems):
        return [noted(found[0], f"the names of the files begin differently ({listed(begins)})")]
    return []


def beginning(stem: str) -> str:
    """What a name says before the first technique, number or condition in it; empty where it says no cell."""
    kept: list[str] = []
    for token in filter(None, TOKENS.split(stem)):
        if is_circumstance(token):
            if kept:
                break
            continue
        kept.append(token)
    return "_".join(kept) if sum(map(str.isalpha, "".join(kept))) >= LEAST else ""


def is_circumstance(token: str) -> bool:
    """True for a part of a name that is a technique, a direction, a number or a condition: PEIS, chg, 25C, SOC50."""
    low = token.lower()
    if re.sub(r"\d+$", "", low) in CIRCUMSTANCES.split() or low in DIRECTIONS or low in BEFORE:
        return True
    found = NUMBERED.fullmatch(low)
    return found is not None and (not found[1] or found[1] in BEFORE or found[3] in BEHIND)


def noted(first: Found, why: str) -> Note:
    """The note on files that may be of several cells."""
    sentence = f"{why}{AS_ONE}: give other cells a folder each, and use --each"
    return Note("assumed", first.shown, sentence)


def listed(names: Sequence[str]) -> str:
    """The first of some names."""
    return ", ".join(names[:4]) + (", ..." if len(names) > 4 else "")
