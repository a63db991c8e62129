"""Settings of a measurement in the lines around a table: `Start frequency: 100 kHz`, `Rsense,100,kOhm`.

The unit behind a number is the unit of that number: it says nothing of the columns.
"""

from __future__ import annotations

import re

from eisfit.readers.tabular.columns import FREQUENCIES
from eisfit.readers.tabular.names import understood
from eisfit.readers.tabular.units import unit_of
from eisfit.regular import regex

NUMBER = r"[-+−]?(?:\d+(?:[.,]\d+)*|[.,]\d+)(?:[eE][-+]?\d+)?"
VALUE = regex(
    rf"(?P<cell>(?:^|[,;\t|])\s*)?(?<![\w.^])(?<!\^[-+−])(?P<number>{NUMBER})(?P<gap>\s*[,;\t|]\s*|\s*)"
    r"[(\[]?(?P<unit>[^\W\d_°][^\s,;|()\[\]:=]*|[µ°Ω][^\s,;|()\[\]:=]*)[)\]]?"
)
"""A number and the word behind it, in one cell or in two."""
EXPLICIT = regex(r"(?:\bin|\bunits?(?:\s+of)?\s*[:=]?|\beinheit\s*[:=]?|[x×*·/^(\[<])\s*$", re.IGNORECASE)
"""What stands before a number that is a factor: in 1000 Ohm, unit: 1e3 Ohm, x 1000 Ohm."""
TEN = regex(r"1(?:0+|(?:\.0*)?[eE][-+]?\d+)|0[.,]0*1")
"""A number that may be a factor."""
STATED = regex(
    rf"(?P<name>[^:=,;\t()\[\]]{{2,40}}?)(?:\s*[(\[]\s*(?P<bracketed>[^()\[\]]+)[)\]]|\s+(?:in\s+)?(?P<unit>\S+?))"
    rf"\s*[:=,;\t]\s*(?:{NUMBER}|auto\w*|manual\w*|fixed|fest|on|off|ein|aus|none|max\w*|min\w*)[\s,;]*",
    re.IGNORECASE,
)
"""A name with its unit, and behind it a value: Load resistor (kOhm): 10."""
COLUMNS = (*FREQUENCIES, "real", "imaginary", "magnitude", "log_magnitude", "phase")


def without_settings(text: str) -> str:
    """A line without the numbers that have a unit, and their units; empty for a name with its unit and a value."""
    found = STATED.fullmatch(text.strip().lstrip("#%/!'* "))
    if found is not None and unit_of(found["bracketed"] or found["unit"]) is not None:
        meant = understood(found["name"].strip())
        if meant is None or meant.quantity not in COLUMNS:
            return ""
    return VALUE.sub(lambda value: value[0] if is_factor(value) else f"{value['cell'] or ''} ", text)


def is_factor(value: re.Match[str]) -> bool:
    """True for a number that is no setting: a factor before a unit, a word behind it that is no unit, a label."""
    unit = unit_of(value["unit"])
    apart = bool(value["gap"].strip())
    if unit is None or (apart and value["cell"] is None):
        return True
    before = value.string[: value.start("number")]
    return bool(EXPLICIT.search(before)) and TEN.fullmatch(value["number"]) is not None and unit[1] == 1.0
