"""What the lines around a table say of its columns: their units, and that they are no impedance.

`# f in kHz`, `# Z in mOhm` and `units: kHz mOhm mOhm` give a column its unit where its name states none. `admittance`,
`permittivity`, `S11` or `values are 1/Z` say that columns without a telling name are something else: the table is
refused. How much a remark counts depends on the names: beside `Re(Z)/Ohm` only a unit or a 1/Z does, beside `Z'` a
title such as `Admittance` too, above `Re, Im` or above numbers alone every quantity that is no impedance.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from eisfit.errors import CorruptFile
from eisfit.readers.tabular.cells import shortened
from eisfit.readers.tabular.columns import FREQUENCIES, Column, Layout, layout
from eisfit.readers.tabular.names import KINDS, Meaning, bare, understood
from eisfit.readers.tabular.quantities import route_of
from eisfit.readers.tabular.refusals import HELP
from eisfit.readers.tabular.spellings import RESISTANCES, Quantity
from eisfit.readers.tabular.text import Line, unaccented
from eisfit.readers.tabular.unit_rows import UNITS_LINE, in_unit, uncommented, units_row
from eisfit.readers.tabular.units import DOUBTFUL, UNIT_WORDS, unit_of, unwrapped
from eisfit.readers.tabular.vocabulary import (
    ABOUT,
    ADMITTANCE,
    ANGULAR,
    BARE,
    CIRCUMSTANCE,
    CLEAR,
    COMMON,
    DERIVED,
    DEVICES,
    EASTERN,
    INVERSE,
    KEYS,
    LOGARITHM,
    OTHER_SYMBOL,
    PROPERTY,
    SCALED,
    SHORT,
)

IMPEDANCE: tuple[Quantity, ...] = ("real", "imaginary", "magnitude", "log_magnitude")
LONGEST = 1000
"""Characters of a line that are looked at."""
TITLE = 6
"""A phrase of so many words or fewer may be the title of a table."""
PHRASES = re.compile(r"[\t;|]|,\s|,(?=\D)")
UNIT_WORD = (
    r"(?:10\^?[-−]?\d+\s*)?(?:[^\s,;()\[\]{}=:/|]+(?:\s?/\s?[A-Za-z²2]+)?)"
    r"(?:\s?(?:[·*.]\s?)?(?:m|cm|mm|cm2|cm²|cm\^2|m2|m²|s|units?)(?![\w^]))?"
)
SUBJECT = (
    r"(?P<subject>\|z\||f|freq(?:uency|uencies|uenz)?\.?|frequence|frecuencia|частота|频率|周波数|z|阻抗|インピーダンス|импеданс|im(?:p(?:edan[cz]e?s?)?)?|re|"
    r"real(?: parts?)?|imag(?:inary)?(?: parts?)?|(?:all\s+|the\s+)?(?:values|data|numbers|werte|columns?)|magnitude|"
    r"modulus|phase|impedan[cz]en?|re\(z\)|im\(z\)|z'{1,2}|z_?re(?:al)?|z_?im(?:ag)?|re\s*/\s*im|re,?\s+im|resistances?)"
)
IN_UNIT = re.compile(
    rf"(?<![\w'|]){SUBJECT}\s*(?:(?:axis|column|values?|data|scale|unit)\s*)?(?:\([^()]*\)\s*)?(?:(?:is|are|given|measured|stated|reported|expressed|ist|sind)\s+)*"
    rf"(?:in\s+(?:units\s+of\s+)?|\[|\(|<|[:=]\s*\[?|/\s?)\s*(?P<unit>{UNIT_WORD})(?!\s*(?:range|bereich))",
    re.IGNORECASE,
)
"""`f in kHz`, `Z [mOhm]`, `values are given in siemens`, `frequency: kHz`."""
UNIT_OF = re.compile(
    rf"^\W*(?P<subject>[^:=,;]{{1,24}}?)[\s_-]*{UNIT_WORDS}\s*(?:(?:is|ist)\b)?[\s:=,;]+(?P<unit>[^,;]+)", re.IGNORECASE
)
"""`impedance_unit: kOhm`, `frequency unit = kHz`."""
TOUCHSTONE = re.compile(
    r"^\s*#\s*(?=.*\b(?:RI|MA|DB|R\s+\d))(?:(?:[KMG]?HZ|[SYZGH]|RI|MA|DB|R\s+[\d.]+)\s*)+$", re.IGNORECASE
)
IN_SIEMENS = re.compile(rf"\bin\s+\W?(?P<unit>{UNIT_WORD})\W*$", re.IGNORECASE)
AS_DATA = r"(?:spectrum|response|data|values|amplitude|oscillation)"
KEY = re.compile(
    r"^\W*(?:quantity|messgröße|größe|data(?:\s+type)?|y(?:-?axis)?|ordinate|signal|parameter|type|function|mode|trace|channel|"
    r"measured|values|variable|format|re|im)\s*[:=]\s*(?P<what>.+)$",
    re.IGNORECASE,
)
MAPPED = re.compile(
    r"\b(?:re|im|real|imag(?:inary)?|col(?:umn)?\.?\s*\d+|ch(?:annel)?\s*\d+|y\d?)\s*[:=]\s*(?P<what>[^,;=:]+)",
    re.IGNORECASE,
)
"""`re: G, im: B`, `column 2 = eps'`."""
OF_OTHERS: frozenset[Quantity] = frozenset(
    {"y_real", "y_imaginary", "y_magnitude", "y_phase", "cp", "cs", "lp", "ls", "d", "q", "c_real", "c_imaginary",
     "eps_real", "eps_imaginary", "sig_real", "sig_imaginary", "m_real", "m_imaginary"}
)  # fmt: skip
SETTING = re.compile(r"(?:[^:=,;]{0,25}[:=]|\s*(?:\([^)]*\)|\[[^\]]*\])?)\s*[-+−<>~≈]?\s*\d")
"""A number behind a word: the word is a setting of the measurement, not what was measured."""
OF_Z = re.compile(
    r"impedan[cz]|\beis\b|\bz(?:re|im|real|imag)?\b|nyquist|阻抗|インピーダンス|\bohms?\b|Ω", re.IGNORECASE
)
BRACKETED = re.compile(r"[(\[]\s*(?:in\s+)?(?P<unit>[^()\[\]\d]{2,12}(?:cm2|cm\^2)?)\s*[)\]]")
"""A unit in brackets behind a title: Cell A (kOhm)."""
OF_ITSELF = re.compile(r"(?<![\w'])(?P<what>[\w'*()/]{1,12})\s*(?:in\s+|\[|\()\s*(?P<unit>[^\s,;\[\]()]+)")
"""A symbol in its unit: Cp in nF."""
NO_UNIT = re.compile(
    r"\W*(?:si|s\.i\.|metric|standard|default|base|basic|see|auto|none|as|mks|native|raw|cell)\b", re.IGNORECASE
)
Z_WORD = re.compile(
    r"z|imp|импед|сопрот|widerst|rez|reatt?an|reak|电阻|电抗|阻抗|インピーダンス|resist|react|抵抗|リアクタンス|"
    r"^[rx]s?$",
    re.IGNORECASE,
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


def plainness(names: Sequence[str]) -> int:
    """How plainly names say that they are an impedance: 2 in ohm, 1 by a Z, 0 not at all."""
    columns = layout(tuple(names))
    route = route_of(columns, geometry=True)
    used = [columns[q][0] for q in (route.needs if route else ()) if q in columns and q not in ("phase", "y_phase")]
    if not used:
        return 0
    if all(column.unit and not column.lost for column in used):
        return 2
    if not any(q in columns for q in IMPEDANCE):
        return 2
    return int(all(Z_WORD.search(column.word) for column in used))


def heeded(names: Sequence[str], remarks: Iterable[Line], shown: str, *, named: bool = True) -> tuple[str, ...]:
    """The names of a table with the units that the lines around it state.

    Raises CorruptFile where such a line names another quantity, a scale that is not known, or another unit than the
    name; `named` is False where the table has no column line.
    """
    known = Names(tuple(names), plainness(names) if named else 0, tuple(names), layout(tuple(names)))
    lines = [line._replace(text=line.text[:LONGEST]) for line in remarks if line.text.strip()]
    of_z = any(OF_Z.search(line.text) for line in lines)
    for line in lines:
        if TOUCHSTONE.match(line.text):
            raise refused(
                line, "is the option line of a Touchstone file (parameters of a network, not Z in ohm)", shown
            )
        known = with_stated(known, line, shown)
        text = unaccented(uncommented(line.text))
        word = rescaled(text, known) or other_quantity(text, known.plain, of_z=of_z)
        if word:
            raise refused(line, f"says {word!r}, and the column names do not say that they are Z in ohm", shown)
    return known.names


def with_unit_columns(names: Sequence[str], found: Mapping[int, Collection[str]], shown: str) -> tuple[str, ...]:
    """The names with the units that stand in columns of their own: of the column before, or, in one behind, of all.

    Raises CorruptFile where such a column holds several units, or one that is not known.
    """
    known = Names(tuple(names), 0, tuple(names), layout(tuple(names)))
    line = Line(1, 0, "")
    for place, units in found.items():
        if len(units) > 1:
            listed = ", ".join(sorted(units)[:3])
            raise CorruptFile(f"column {names[place].strip()} holds several units ({listed})", shown)
        for unit in units:
            if unit_of(unwrapped(unit)) is None:
                raise CorruptFile(f"column {names[place].strip()} holds the unit {unit}, which is not known", shown)
            if len(found) > 1:
                known = named_with(known, {place - 1: unwrapped(unit)} if place else {}, line, shown)
            else:
                known = stated(known, "", unit, line, shown)
    return known.names


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
    for found in IN_UNIT.finditer(text):
        known = stated(known, found["subject"], found["unit"], line, shown)
    for token in units_in(text):
        if any(not column.unit for column in targets(known.columns, "", (unit_of(token) or ("", 0))[0])):
            known = stated(known, "", token, line, shown)
    end = IN_SIEMENS.search(text)
    unit = unit_of(end["unit"]) if end else None
    if end and unit and unit[0] in ("S", "dB"):
        known = stated(known, "", end["unit"], line, shown)
    return known


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


def rescaled(text: str, known: Names) -> str:
    """The words of a remark that say that frequencies are angular, columns logarithms, quotients or differences."""
    quantity = next((q for q in FREQUENCIES if q in known.columns), None)
    bare_frequency = quantity == "frequency" and not known.columns[quantity][0].unit
    plain = DEVICES.sub(" ", text)
    parts = [part for part in PHRASES.split(plain) if part.strip() and not ABOUT.search(part)]
    for part in parts:
        short = len(part.split()) <= TITLE
        if short and bare_frequency and (found := ANGULAR.search(part)):
            return found[0].strip()
        if short and (known.plain < OHMS or bare_frequency) and (found := LOGARITHM.search(part)):
            return found[0].strip()
        key = KEY.match(part)
        if (short or key) and (DERIVED.fullmatch(part) or (key and DERIVED.fullmatch(key["what"]))):
            return part.strip()
        if short and known.plain < OHMS and OTHER_SYMBOL.fullmatch(key["what"] if key else part):
            return part.strip()
        for found in OF_ITSELF.finditer(part) if known.plain < OHMS else ():
            meant, unit = understood(found["what"]), unit_of(found["unit"])
            if meant is not None and unit is not None and meant.quantity in OF_OTHERS and unit[0] in kinds(meant):
                return found[0].strip()
    if known.plain < OHMS and (found := SCALED.search(plain)):
        return found[0].strip()
    return ""


def kinds(meaning: Meaning) -> tuple[str, ...]:
    """The kinds of unit that say of a symbol what it is."""
    return KINDS[meaning.quantity]


def other_quantity(text: str, plain: int, *, of_z: bool) -> str:
    """The word of a remark that says that the columns are something else than an impedance, empty without one."""
    if found := INVERSE.search(text):
        return found[0]
    if plain == 2:
        found = re.fullmatch(
            rf"\W*(?:(?:complex|data|values|type|quantity)\W*)?({ADMITTANCE}|s[1-4][1-4])\W*", text, re.IGNORECASE
        )
        return found[1] if found else ""
    if found := EASTERN.search(text):
        return found[0]
    for found in MAPPED.finditer(text):
        meant = understood(found["what"].strip())
        if meant is not None and meant.quantity in OF_OTHERS:
            return found["what"].strip()
    for phrase in phrases(text):
        word = in_phrase(phrase, plain, of_z=of_z)
        if word:
            return word
    return ""


def phrases(text: str) -> Iterator[str]:
    """What a remark says of the columns: its parts between delimiters, and the whole."""
    text = DEVICES.sub(" ", text)
    parts = [part for part in PHRASES.split(text) if not ABOUT.search(part)]
    if len(parts) > 1:
        yield " ".join(parts)
    yield from parts


def in_phrase(phrase: str, plain: int, *, of_z: bool) -> str:
    """The word of one phrase that says what the columns are, empty without one."""
    key = KEY.match(phrase)
    what = key["what"] if key else phrase
    title = len(what.split()) <= TITLE
    leading = r"(?:\w+\s+)?" if key else r"(?:(?:complex|sound|mean|relative|electric|magnetic)\s+){0,2}"
    common = re.fullmatch(rf"\W*{leading}(?:{COMMON}|{SHORT})(?:\s+{AS_DATA})?\W*", what, re.IGNORECASE)
    if KEYS.fullmatch(what.strip()) and plain == 0:
        return what.strip()
    if plain == 1 and len(what.split()) > BARE and re.search(PROPERTY, what, re.IGNORECASE):
        return ""
    if plain == 1:
        found = word_in(CLEAR if title else ADMITTANCE, what) if not OF_Z.search(what) else ""
        return found or (what.strip() if common else "")
    if OF_Z.search(what) and not re.search(
        r"(?:acoustic|mechanical|thermal|hydraulic|wave)\s+imp", what, re.IGNORECASE
    ):
        return ""
    found = "" if of_z and not title else word_in(CLEAR, what)
    if not found and title and not re.search(CIRCUMSTANCE, what, re.IGNORECASE):
        found = word_in(SHORT, what)
    return found or (what.strip() if common else "")


def word_in(words: str, text: str) -> str:
    """The first of some words that stands in a text, unless a number behind it makes it a setting."""
    for found in re.finditer(rf"(?<![^\W_])(?:{words})(?![^\W\d_])", text, re.IGNORECASE):
        if not SETTING.match(text, found.end()):
            return found[0]
    return ""
