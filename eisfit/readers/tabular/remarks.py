"""What the lines around a table say of its columns: their units, and that they are no impedance.

`# f in kHz`, `# Z in mOhm` and `units: kHz mOhm mOhm` give a column its unit where its name states none. `admittance`,
`permittivity`, `S11` or `values are 1/Z` say that columns without a telling name are something else: the table is
refused. How much a remark counts depends on the names: beside `Re(Z)/Ohm` only a unit or a 1/Z does, beside `Z'` a
title such as `Admittance` too, above `Re, Im` or above numbers alone every quantity that is no impedance.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache

from eisfit.errors import CorruptFile
from eisfit.readers.tabular.claims import COMPUTED, Claim, claim_of
from eisfit.readers.tabular.columns import FREQUENCIES, OF_FITS, has_impedance, layout
from eisfit.readers.tabular.names import KINDS, Meaning, understood, words_of
from eisfit.readers.tabular.quantities import route_of
from eisfit.readers.tabular.settings import without_settings
from eisfit.readers.tabular.spellings import RESISTANCES, Quantity
from eisfit.readers.tabular.stated_units import (
    IMPEDANCE,
    OF_Z,
    OHMS,
    PHRASES,
    TITLE,
    Names,
    named_with,
    refuse_loose_unit,
    refused,
    stated,
    with_one,
    with_stated,
)
from eisfit.readers.tabular.text import Line, unaccented
from eisfit.readers.tabular.unit_rows import uncommented
from eisfit.readers.tabular.units import unit_of, unwrapped
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
    SWEEP,
)
from eisfit.regular import regex

EQUIVALENT = frozenset(RESISTANCES.split()) - {"rs", "seriesresistance"}
"""Names of a resistance that need not be the one in series."""
SHOWN = 60
"""Characters of a remark that an error shows."""
LONGEST = 1000
"""Characters of a line that are looked at."""
TOUCHSTONE = regex(
    r"^\s*#\s*(?=.*\b(?:RI|MA|DB|R\s+\d))(?:(?:[KMG]?HZ|[SYZGH]|RI|MA|DB|R\s+[\d.]+)\s*)+$", re.IGNORECASE
)
AS_DATA = r"(?:spectrum|response|data|values|amplitude|oscillation)"
KEY = regex(
    r"^\W*(?:quantity|messgröße|größe|data(?:\s+type)?|y(?:-?axis)?|ordinate|signal|parameter|type|function|mode|trace|channel|"
    r"measured|values|variable|format|re|im)\s*[:=]\s*(?P<what>.+)$",
    re.IGNORECASE,
)
MAPPED = regex(
    r"\b(?:re|im|real|imag(?:inary)?|col(?:umn)?\.?\s*\d+|ch(?:annel)?\s*\d+|y\d?)\s*[:=]\s*(?P<what>[^,;=:]+)",
    re.IGNORECASE,
)
"""`re: G, im: B`, `column 2 = eps'`."""
OF_OTHERS: frozenset[Quantity] = frozenset(
    {"y_real", "y_imaginary", "y_magnitude", "y_phase", "cp", "cs", "lp", "ls", "d", "q", "c_real", "c_imaginary",
     "eps_real", "eps_imaginary", "sig_real", "sig_imaginary", "m_real", "m_imaginary"}
)  # fmt: skip
DIRECT: frozenset[Quantity] = frozenset({"potential", "current", "time"})
"""Quantities of a record."""
SETTING = regex(r"(?:[^:=,;]{0,25}[:=]|\s*(?:\([^)]*\)|\[[^\]]*\])?)\s*[-+−<>~≈]?\s*\d")
"""A number behind a word: the word is a setting of the measurement, not what was measured."""
OF_ITSELF = regex(r"(?<![\w'])(?P<what>[\w'*()/]{1,12})\s*(?:in\s+|\[|\()\s*(?P<unit>[^\s,;\[\]()]+)")
"""A symbol in its unit: Cp in nF."""
Z_WORD = regex(
    r"z|imp|импед|сопрот|widerst|rez|reatt?an|reak|电阻|电抗|阻抗|インピーダンス|resist|react|抵抗|リアクタンス|"
    r"^[rx]s?$",
    re.IGNORECASE,
)


def plainness(names: Sequence[str]) -> int:
    """How plainly names say that they are an impedance: 2 in ohm, 1 by a Z, 0 not at all, as `Re, Im` and `R, X`."""
    columns = layout(tuple(names))
    route = route_of(columns, geometry=True)
    used = [columns[q][0] for q in (route.needs if route else ()) if q in columns and q not in ("phase", "y_phase")]
    if not used:
        return 0
    if all(column.unit and not column.lost for column in used):
        return 2
    if not any(q in columns for q in IMPEDANCE):
        return 2
    return int(all(Z_WORD.search(column.word) and column.word != "r" for column in used))


def heeded(names: Sequence[str], remarks: Iterable[Line], shown: str, *, named: bool = True) -> tuple[str, ...]:
    """The names of a table with the units that the lines around it state.

    Raises CorruptFile where such a line names another quantity, a scale that is not known, or another unit than the
    name; `named` is False where the table has no column line.
    """
    known = Names(tuple(names), plainness(names) if named else 0, tuple(names), layout(tuple(names)))
    texts = [(line.number, line.text[:LONGEST]) for line in remarks if line.text.strip()]
    of_z = any(OF_Z.search(text) for _, text in texts)
    now = known.names
    for number, text in texts:
        try:
            now = with_remark(now, known.plain, known.originals, text, of_z)
        except CorruptFile as error:
            raise CorruptFile(error.message, shown, number) from None
    return now


@lru_cache(maxsize=1 << 14)  # the lines beside one table of a file stand beside all of them
def with_remark(
    names: tuple[str, ...], plain: int, originals: tuple[str, ...], remark: str, of_z: bool
) -> tuple[str, ...]:
    """The names with the units that one line states, as in `heeded`; `of_z` is True where some line is of Z."""
    known = Names(names, plain, originals, layout(originals))
    line = Line(1, 0, remark)
    if TOUCHSTONE.match(remark):
        raise refused(line, "is the option line of a Touchstone file (parameters of a network, not Z in ohm)", "")
    of_columns = line._replace(text=without_settings(remark))
    known = with_stated(with_one(known, line, ""), of_columns, "")
    refuse_loose_unit(known, of_columns, "")
    text = unaccented(uncommented(remark))
    word = rescaled(text, known) or other_quantity(text, known.plain, of_z=of_z)
    if word:
        raise refused(line, f"says {word!r}, and the column names do not say that they are Z in ohm", "")
    if claim := claimed(known, line):
        raise refused(line, f"says {claim.words[:SHOWN]!r}: {claim.says}", "")
    return known.names


def claim_on(names: Sequence[str], line: Line) -> str:
    """What a line of words claims of a table of these names that is no measured impedance, empty where nothing."""
    claim = claimed(Names(tuple(names), plainness(names), tuple(names), layout(tuple(names))), line)
    return f"it says {claim.words[:SHOWN]!r}, {claim.says}" if claim else ""


def claimed(known: Names, line: Line) -> Claim | None:
    """What a line claims of an impedance that makes it another one, or none that was measured."""
    if not has_impedance(known.columns):
        return None
    text = unaccented(uncommented(line.text))
    real = known.columns.get("real", ())
    of_circuit = bool(real) and (known.plain < OHMS or real[0].word in EQUIVALENT)
    claim = claim_of(text, plain=known.plain, of_circuit=of_circuit)
    if claim is None or (claim.says == COMPUTED and any(OF_FITS & set(words_of(name)) for name in known.names)):
        return None
    return claim


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
        of_logs = LOGARITHM.search(part) if known.plain < OHMS or bare_frequency else None
        if of_logs and (short or not part[: of_logs.start()].strip(" #%;")) and not SWEEP.search(text):
            return of_logs[0].strip()
        key = KEY.match(part)
        if (short or key) and (DERIVED.fullmatch(part) or (key and DERIVED.fullmatch(key["what"]))):
            return part.strip()
        if short and known.plain < OHMS and OTHER_SYMBOL.fullmatch(key["what"] if key else part):
            return part.strip()
        for found in OF_ITSELF.finditer(part) if known.plain < OHMS else ():
            meant, unit = understood(found["what"]), unit_of(found["unit"])
            others = OF_OTHERS if known.plain else OF_OTHERS | (DIRECT - known.columns.keys())
            if meant is not None and unit is not None and meant.quantity in others and unit[0] in kinds(meant):
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
    told = rf"(?:{COMMON}|{SHORT})(?:\s+(?:and|und|/)\s+{COMMON})?"
    common = re.fullmatch(rf"\W*{leading}{told}(?:\s+(?:{AS_DATA}|in\s+\w+))?\W*", what, re.IGNORECASE)
    if KEYS.fullmatch(what.strip()) and plain == 0:
        return what.strip()
    if plain == 1 and len(what.split()) > BARE and re.search(PROPERTY, what, re.IGNORECASE):
        return ""
    if plain == 1:
        found = word_in(CLEAR if title else ADMITTANCE, what) if not OF_Z.search(what) else ""
        return found or (what.strip() if common else "")
    if OF_Z.search(what) and not re.search(
        r"(?:acoustic|mechanical|thermal|hydraulic|wave|ehd|electrohydrodynamic)\s+imp", what, re.IGNORECASE
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
