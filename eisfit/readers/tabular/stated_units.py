"""The units that lines around a table state of its columns: `# f in kHz`, `units: kHz mOhm mOhm`, `Cell A (kOhm)`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from eisfit.errors import CorruptFile
from eisfit.readers.tabular.cells import shortened
from eisfit.readers.tabular.columns import FREQUENCIES, Column, Layout, layout
from eisfit.readers.tabular.names import KINDS, bare, understood
from eisfit.readers.tabular.quantities import route_of
from eisfit.readers.tabular.refusals import HELP
from eisfit.readers.tabular.spellings import RESISTANCES, Quantity
from eisfit.readers.tabular.text import Line, unaccented
from eisfit.readers.tabular.unit_rows import UNITS_LINE, in_unit, uncommented, units_row
from eisfit.readers.tabular.units import DOUBTFUL, UNIT_WORDS, unit_of, unwrapped
from eisfit.readers.tabular.vocabulary import (
    OTHER_UNIT,
    SCALED_UNIT,
)
from eisfit.regular import regex

IMPEDANCE: tuple[Quantity, ...] = ("real", "imaginary", "magnitude", "log_magnitude")
TITLE = 6
"""A phrase of so many words or fewer may be the title of a table."""
PHRASES = regex(r"[\t;|]|,\s|,(?=\D)")
UNIT_WORD = (
    r"(?:10\^?[-−]?\d+\s*)?(?:[^\s,;()\[\]{}=:/|]+(?:\s?/\s?[A-Za-z²2]+)?)"
    r"(?:\s?(?:[·*.]\s?)?(?:m|cm|mm|cm2|cm²|cm\^2|m2|m²|s|units?)(?![\w^]))?"
)
SUBJECT = (
    r"(?P<subject>\|z\||f|freq(?:uency|uencies|uenz)?\.?|frequence|frecuencia|частота|频率|周波数|z|阻抗|インピーダンス|импеданс|im(?:p(?:edan[cz]e?s?)?)?|re|"
    r"real(?: parts?)?|imag(?:inary)?(?: parts?)?|(?:all\s+|the\s+)?(?:values|data|numbers|werte|columns?)|magnitude|"
    r"modulus|phase|impedan[cz]en?|re\(z\)|im\(z\)|z'{1,2}|z_?re(?:al)?|z_?im(?:ag)?|re\s*/\s*im|re,?\s+im|resistances?)"
)
IN_UNIT = regex(
    rf"(?<![\w'|]){SUBJECT}\s*(?:(?:axis|column|values?|data|scale|unit)\s*)?(?:\([^()]*\)\s*)?(?:(?:is|are|given|measured|stated|reported|expressed|ist|sind)\s+)*"
    rf"(?:in\s+(?:units\s+of\s+)?|\[|\(|<|[:=]\s*\[?|/\s?)\s*(?P<unit>{UNIT_WORD})(?!\s*(?:range|bereich))",
    re.IGNORECASE,
)
"""`f in kHz`, `Z [mOhm]`, `values are given in siemens`, `frequency: kHz`."""
UNIT_OF = regex(
    rf"^\W*(?P<subject>[^:=,;]{{1,24}}?)[\s_-]*{UNIT_WORDS}\s*(?:(?:is|ist)\b)?[\s:=,;]+(?P<unit>[^,;]+)", re.IGNORECASE
)
"""`impedance_unit: kOhm`, `frequency unit = kHz`."""
IN_SIEMENS = regex(rf"\bin\s+\W?(?P<unit>{UNIT_WORD})\W*$", re.IGNORECASE)
AT_END = regex(rf"(?:^|\s)(?:in|en|em|w|v|в)\s+\W?(?P<unit>{UNIT_WORD})\W*$", re.IGNORECASE)
"""A unit behind any subject: Widerstände in Milliohm, valores en miliohmios."""
ONE_IS = regex(
    rf"^\W*(?:1|one|ein[es]?)\b\s*(?P<of>\w+\s*)?(?:[=≙≡]|(?:corresponds?|equals?|entspricht|is|means?|equivale)\b)"
    rf"\s*(?:to|a|à)?\s*(?P<size>\d+(?:[.,]\d+)?(?:e[-+]?\d+)?)\s*(?P<unit>{UNIT_WORD})\W*$",
    re.IGNORECASE,
)
"""What the number 1 stands for: 1 = 1 mOhm, 1 digit corresponds to 10 mOhm."""
OF_Z = regex(r"impedan[cz]|\beis\b|\bz(?:re|im|real|imag)?\b|nyquist|阻抗|インピーダンス|\bohms?\b|Ω", re.IGNORECASE)
BRACKETED = regex(r"[(\[]\s*(?:in\s+)?(?P<unit>[^()\[\]\d]{2,12}(?:cm2|cm\^2)?)\s*[)\]]")
"""A unit in brackets behind a title: Cell A (kOhm)."""
NO_UNIT = regex(
    r"\W*(?:si|s\.i\.|metric|standard|default|base|basic|see|auto|none|as|mks|native|raw|cell)\b", re.IGNORECASE
)


class Names(NamedTuple):
    """The names of a table (headed or found by the numbers), and how plainly they say that they are an impedance.

    `plain` is 2 for columns in ohm, 1 for parts of Z without a unit, 0 for `Re`, `Im` and for no names at all.
    `originals` are the names as they were, `columns` is what they mean.
    """

    names: tuple[str, ...]
    plain: int
    originals: tuple[str, ...]
    columns: Layout


def refused(line: Line, why: str, shown: str) -> CorruptFile:
    """The error for a remark that says that a table is no impedance."""
    hint = f"if the columns are an impedance, {HELP}" if "Touchstone" not in why else "export Z in ohm"
    return CorruptFile(f"{why}; {hint}", shown, line.number)


def with_stated(known: Names, line: Line, shown: str) -> Names:
    """The names with the units that one line states. Raises CorruptFile where it contradicts a name."""
    text = uncommented(line.text)
    row = units_row(text, ",", len(known.names))
    if row is not None:
        return named_with(known, dict(enumerate(row)), line, shown)
    of = UNIT_OF.match(unaccented(text))
    if of is not None and (understood(of["subject"].strip()) is not None or OF_Z.search(of["subject"])):
        return stated(known, of["subject"], of["unit"], line, shown)
    whole = UNITS_LINE.match(text)
    return with_loose(known, text, line, shown) if whole is None else with_listed(known, whole, line, shown)


def with_one(known: Names, line: Line, shown: str) -> Names:
    """The names with the unit of a line that says what 1 stands for. Raises CorruptFile where that is no whole unit."""
    found = ONE_IS.match(uncommented(line.text))
    unit = unit_of(found["unit"]) if found else None
    if found is None or unit is None or unit[0] not in OF_ONE:
        return known
    if float(found["size"].replace(",", ".")) != 1:
        raise refused(line, f"says {found[0].strip()!r}: write the unit into the names of the columns", shown)
    return stated(known, "", found["unit"], line, shown)


def with_listed(known: Names, found: re.Match[str], line: Line, shown: str) -> Names:
    """The names with the units of a line such as `units: Hz mOhm mOhm`. Raises CorruptFile for an unknown one."""
    row = units_row(found["units"], None, len(known.names))
    if row is not None:
        return named_with(known, dict(enumerate(row)), line, shown)
    tokens = [t for t in re.split(r"[\s,;|]+(?:and|und|/)?\s*", found["units"].strip()) if t]
    if found["colon"] and len(tokens) < TITLE and not any(map(unit_of, map(unwrapped, tokens))):
        refuse_unknown_unit(known, found["units"].strip(), line, shown)
    for token in tokens:
        known = stated(known, "", token, line, shown)
    return known


def with_loose(known: Names, text: str, line: Line, shown: str) -> Names:
    """The names with the units that stand alone in a text, or behind what they are units of."""
    alone = unwrapped(text)
    unit = unit_of(alone)
    if unit is not None and ((unit[0] in ALONE and len(alone) > 1) or alone != line.text.strip()):
        return stated(known, "", alone, line, shown)
    of_parts = False
    for found in IN_UNIT.finditer(text):
        known = stated(known, found["subject"], found["unit"], line, shown)
        meant = understood(found["subject"].strip())
        of_parts |= meant is not None and meant.quantity in ("real", "imaginary")
    for token in units_in(text):
        if any(not column.unit for column in targets(known.columns, "", (unit_of(token) or ("", 0))[0])):
            known = stated(known, "", token, line, shown)
    for phrase in PHRASES.split(text) if not of_parts else ():
        last = AT_END.search(phrase)
        unit = unit_of(last["unit"]) if last and len(phrase.split()) <= TITLE else None
        if last and unit and unit[0] in OF_ONE and free(targets(known.columns, "", unit[0]), layout(known.names)):
            known = stated(known, "", last["unit"], line, shown)
    end = IN_SIEMENS.search(text)
    unit = unit_of(end["unit"]) if end else None
    if end and unit and unit[0] in ("S", "dB"):
        known = stated(known, "", end["unit"], line, shown)
    return known


def free(columns: list[Column], now: Layout) -> bool:
    """True where one of the columns has no unit yet."""
    there = {column.index: column for found in now.values() for column in found}
    return any(column.index in there and not there[column.index].unit for column in columns)


OF_ONE = frozenset({"Hz", DOUBTFUL, "Ohm", "area"})
"""Kinds of units that a line of words may state without a subject that is known."""
NUMBER_BEFORE = regex(r"[\d.,]\s*$|\d\s*(?:to|bis|-|–|\.\.\.?)\s*$")


def refuse_loose_unit(known: Names, line: Line, shown: str) -> None:
    """Raises CorruptFile for a unit that stands in a remark without a number, where columns have none."""
    text = uncommented(line.text)
    free = {q for q in (*FREQUENCIES, *IMPEDANCE) for c in layout(known.names).get(q, ()) if not c.unit}
    for found in (*SCALED_UNIT.finditer(text), *OTHER_UNIT.finditer(text)):
        before, behind = text[: found.start()], text[found.end() :]
        about = found.groupdict().get("base", "")
        of_f = about[:1].lower() in tuple("hг赫ヘ헤") if about else False
        if not free & set(FREQUENCIES if of_f else IMPEDANCE) or (not about and known.plain == OHMS):
            continue
        if not NUMBER_BEFORE.search(before) and not re.match(r"\W*\d|\s*(?:range|bereich|region)", behind):
            sentence = f"says {found[0].strip()}, and the columns have no unit: write it into their names"
            raise refused(line, sentence, shown)


def units_in(text: str) -> Iterator[str]:
    """The units of a frequency or an impedance that stand alone between delimiters, or in brackets behind a title."""
    for phrase in PHRASES.split(text):
        for token in (phrase.strip(), *(found["unit"] for found in BRACKETED.finditer(phrase))):
            behind = phrase[phrase.find(token) + len(token) :]
            kind = None if len(token) < len("Hz") or token[:1].isdigit() else unit_of(token)
            if kind is not None and kind[0] in ALONE and not any(map(str.isdigit, behind)):
                yield token


def refuse_unknown_unit(known: Names, told: str, line: Line, shown: str) -> None:
    """Raises CorruptFile for a unit that is stated of columns without one, and is not known."""
    if known.plain < OHMS and not NO_UNIT.match(told) and any(map(str.isalpha, told)):
        raise refused(line, f"states the unit {shortened(told)}, which is not known", shown)


ALONE = frozenset({"Hz", DOUBTFUL, "rad/s", "Ohm", "area", "length", "S", "S/cm", "dB", "F", "H"})
"""Kinds of units that say something of a table where one stands alone; `a` and `s` are labels."""


def stated(known: Names, subject: str, text: str, line: Line, shown: str) -> Names:
    """The names with a unit that is stated of a subject (a frequency, Z, a part; empty: of the table)."""
    if "=" in text or ":" in text:
        subject, text = re.split(r"[:=]", text, maxsplit=1)
    token = unwrapped(text)
    unit = unit_of(token)
    if unit is None:
        return known
    wanted = targets(known.columns, subject, unit[0])
    return named_with(known, {column.index: token for column in wanted}, line, shown)


def targets(columns: Layout, subject: str, kind: str) -> list[Column]:
    """The columns that a unit of a kind is stated of."""
    meant = understood(subject.strip()) if subject.strip() else None
    quantity = None if meant is None else meant.quantity
    if quantity in FREQUENCIES or (quantity is None and kind in ("Hz", DOUBTFUL, "rad/s", "1/s")):
        return [columns[q][0] for q in FREQUENCIES if q in columns]
    if quantity == "phase" or (kind == "angle" and quantity not in ("real", "imaginary")):
        return [columns[q][0] for q in ("phase",) if q in columns]
    if quantity is None and subject == "" and kind in OF_CONDITIONS and has_any(columns, kind):
        return []
    if quantity in ("real", "imaginary") and quantity in columns and bare(subject) not in RESISTANCES.split():
        return [columns[quantity][0]]
    parts = [columns[q][0] for q in IMPEDANCE if q in columns]
    if parts or quantity is not None:
        return parts
    route = route_of(columns, geometry=True)  # of an admittance or of a capacitance
    return [columns[q][0] for q in (route.needs if route else ()) if kind in KINDS[q]]


OF_CONDITIONS: dict[str, tuple[Quantity, ...]] = {
    "V": ("potential",), "A": ("current",), "s": ("time",), "°C": ("temperature",), "K": ("temperature",),
    "MPa": ("pressure",), "Ah": ("dq", "counter"), "C": ("dq", "temperature"), "%": ("soc",),
}  # fmt: skip
"""Units of the columns beside an impedance."""


def has_any(columns: Layout, kind: str) -> bool:
    """True where a column may have a unit of that kind."""
    return any(quantity in columns for quantity in OF_CONDITIONS[kind])


def named_with(known: Names, units: dict[int, str], line: Line, shown: str) -> Names:
    """The names with units at some places. Raises CorruptFile where a name states another one."""
    out = list(known.names)
    for index, unit in units.items():
        meant = understood(out[index])
        if unit == "" or unit_of(unit) is None:
            continue
        if meant is None and out[index] not in known.originals:
            continue
        if meant is None or not meant.unit:
            out[index] = in_unit(out[index], unit)
        elif unit_of(unit) not in ((meant.unit, abs(meant.factor)), None):
            raise refused(line, f"states {unit}, but the column is named {out[index].strip()}", shown)
    return known._replace(names=tuple(out))


OHMS = 2
"""How plain names in ohm are."""
