"""Units as people write them: kind and factor to the unit of that kind that is used here."""

from __future__ import annotations

import re
from contextlib import suppress

import numpy as np

from eisfit.readers.tabular.text import unaccented
from eisfit.readers.tabular.typeset import plain_letters
from eisfit.regular import regex

PREFIXES = {"": 1.0, "f": 1e-15, "p": 1e-12, "n": 1e-9, "u": 1e-6, "m": 1e-3, "k": 1e3, "K": 1e3, "M": 1e6, "G": 1e9,
            "T": 1e12}  # fmt: skip
PREFIX_WORDS = {
    "pico": "p", "nano": "n", "milli": "m", "mili": "m", "micro": "u", "mikro": "u", "kilo": "k", "mega": "M",
    "giga": "G", "megohm": "Mohm", "kilohm": "kohm", "キロ": "k", "メガ": "M", "ミリ": "m", "千": "k", "兆": "M",
    "毫": "m", "микро": "u", "кило": "k", "мега": "M", "милли": "m", "мили": "m", "гига": "G",
    "킬로": "k", "메가": "M", "밀리": "m",
}  # fmt: skip
OF_LANGUAGES = {
    "欧姆": "ohm", "欧": "ohm", "歐姆": "ohm", "オーム": "ohm", "옴": "ohm", "ohmios": "ohm", "ohmio": "ohm",
    "ohmow": "ohm", "ohmy": "ohm", "ohmi": "ohm", "ohmach": "ohm", "ohmech": "ohm", "ohmu": "ohm", "ohmen": "ohm",
    "omow": "ohm", "omy": "ohm", "omach": "ohm", "omech": "ohm", "hercios": "hz", "hercio": "hz", "hercach": "hz",
    "hercow": "hz", "ом": "ohm", "ома": "ohm", "омы": "ohm", "омов": "ohm", "омах": "ohm", "герцах": "hz",
    "赫兹": "hz", "赫": "hz", "赫茲": "hz",
    "ヘルツ": "hz", "헤르츠": "hz", "гц": "hz", "герц": "hz", "hertzios": "hz", "度": "deg", "도": "deg", "град": "deg",
    "градусы": "deg", "градусов": "deg", "grados": "deg", "graus": "deg", "gradi": "deg", "grade": "deg",
    "degres": "deg", "degre": "deg", "stopnie": "deg", "stupne": "deg", "grader": "deg", "graden": "deg",
    "derece": "deg", "弧度": "rad", "ラジアン": "rad", "рад": "rad", "рад/с": "rad/s", "西门子": "siemens",
    "ジーメンス": "siemens", "сименс": "siemens", "秒": "sec", "сек": "sec", "с": "sec", "мин": "min", "ч": "h",
    "см": "siemens", "ф": "farad", "гн": "henry", "в": "v", "а": "a", "°с": "°c",
}  # fmt: skip
"""Units in other languages, in lower case without accents."""
CYRILLIC = {"к": "k", "м": "m", "М": "M", "мк": "u", "н": "n", "п": "p", "Г": "G"}
"""Prefixes in Russian."""
SI_UNITS: tuple[tuple[str, str], ...] = (
    ("ohm-1", "S"), ("ohm^-1", "S"), ("siemens", "S"), ("mho", "S"), ("hertz", "Hz"), ("farad", "F"), ("henry", "H"),
    ("ohmcm2", "area"), ("ohm", "Ohm"), ("volts", "V"), ("volt", "V"),
    ("amperes", "A"), ("ampere", "A"), ("amps", "A"), ("amp", "A"), ("hz", "Hz"),
    ("ah", "Ah"), ("sec", "s"), ("rad", "angle"), ("v", "V"), ("a", "A"),
)  # fmt: skip
"""Units that take a prefix, in any case, the longer first."""
CASED = {"s": "s", "S": "S", "F": "F", "H": "H", "C": "C", "c": "C"}
"""Units of one letter that take a prefix and whose case counts."""
CAPITALS = {"PF": ("F", 1e-12), "NF": ("F", 1e-9), "UF": ("F", 1e-6), "NH": ("H", 1e-9), "UH": ("H", 1e-6)}
"""Units as instruments print them in capitals: M is left out, which may be milli, micro or mega there."""
DEGREE = np.pi / 180
PLAIN: dict[str, tuple[str, float]] = {
    "deg": ("angle", DEGREE), "°": ("angle", DEGREE), "º": ("angle", DEGREE), "degree": ("angle", DEGREE),
    "degrees": ("angle", DEGREE), "grad": ("angle", DEGREE), "radian": ("angle", 1.0), "radians": ("angle", 1.0),
    "rad/s": ("rad/s", 1.0), "rads-1": ("rad/s", 1.0), "rads^-1": ("rad/s", 1.0), "radpersecond": ("rad/s", 1.0),
    "1/s": ("1/s", 1.0), "s-1": ("1/s", 1.0), "s^-1": ("1/s", 1.0), "cps": ("1/s", 1.0),
    "min": ("s", 60.0), "h": ("s", 3600.0), "hr": ("s", 3600.0), "hrs": ("s", 3600.0), "hours": ("s", 3600.0),
    "hour": ("s", 3600.0), "seconds": ("s", 1.0), "second": ("s", 1.0), "minutes": ("s", 60.0), "d": ("s", 86400.0),
    "days": ("s", 86400.0), "°c": ("°C", 1.0), "ºc": ("°C", 1.0), "degc": ("°C", 1.0), "℃": ("°C", 1.0),
    "celsius": ("°C", 1.0), "k": ("K", 1.0), "kelvin": ("K", 1.0), "°f": ("°F", 1.0), "degf": ("°F", 1.0),
    "%": ("%", 0.01), "mpa": ("MPa", 1.0), "bar": ("MPa", 0.1), "kpa": ("MPa", 1e-3),
    "ohmcm": ("length", 1.0), "ohmm": ("length", 1.0), "ohmm2": ("area", 1e4), "1/ohm": ("S", 1.0),
    "s/cm": ("S/cm", 1.0), "scm-1": ("S/cm", 1.0), "scm^-1": ("S/cm", 1.0), "s/m": ("S/cm", 0.01),
    "ms/cm": ("S/cm", 1e-3), "db": ("dB", 1.0), "dbm": ("dB", 1.0), "v/a": ("Ohm", 1.0), "mv/ma": ("Ohm", 1.0),
    "mv/a": ("Ohm", 1e-3), "v/ma": ("Ohm", 1e3), "a/v": ("S", 1.0), "mdeg": ("angle", 1e-3 * DEGREE),
    "gradcentigrade": ("°C", 1.0), "krad/s": ("rad/s", 1e3), "mrad/s": ("rad/s", 1e-3), "ω2": ("other", 1.0),
}  # fmt: skip
"""Units that take no prefix: kind and factor."""
OTHERS = (
    "pa hpa gpa n/m2 pas mpas n/m nm kn mn mt ut nt gauss oe cm mm um km m/s mm/s m/s2 mw kw mj kj wh mwh ev "
    "mev mg ug kg g/cm3 mol mol/l au arbu arb arbunit arbunits arbitraryunits rel relunits counts rpm v/v dbv "
    "dbu dbmv db/m np neper bel f/m h/m f/cm2 uf/cm2 nf/cm2 v/m kv/cm a/m c/m2 uc/cm2 pc/n w/m2 cd lm lx ml "
    "ml/min ohm/sq ohmsq ohm2 ohm^2 s2 s^2 m2 cm2 mm2 cm-1 1/cm 1/m 1/v v2/hz a2/hz v^2/hz a^2/hz v/hz v/rthz "
    "nv/rthz v/sqrt(hz) ohm/hz 1/f 1/h f/g ah/g mah/g s/cm2 ms/cm2 %rh ppm bit lsb st octave oct bpm k/w rad/m "
)
FOREIGN = frozenset(OTHERS.split())
LETTERS = frozenset("mNTWJgLl")
"""Units of quantities that are no frequency and no impedance, those of one letter as they are written."""
LOST = frozenset({"?", "\ufffd", "??", "\ufffd\ufffd", "□"})
"""What is left of a unit whose sign was lost when the file was saved."""


DOUBTFUL = "mHz or MHz"
"""The kind of the unit mhz, with the factor of mHz."""
SUPERSCRIPTS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺−", "0123456789-+-")
RAISED = regex(r"(?<=10)[⁻⁺]?[⁰¹²³⁴⁵⁶⁷⁸⁹]+")
UNIT_WORDS = (
    r"(?:(?:si[- ])?units?(?: of measure(?:ment)?)?|(?:maß)?einheit(?:en)?|unit[aeéà]s?|unidad(?:es?)?|"
    r"eenhe(?:id|den)|"
    r"enhe[td](?:er)?|jednotk[ay]|jednostk[ai]|единиц[аы](?:\s+измерения)?|ед\.?\s?изм\.?|birim(?:i|ler)?|yksikk[oö]|"
    r"m[eé]rt[eé]kegys[eé]g|单位|單位|単位|단위)(?![^\W\d_](?<![kKmMgGΩkµu]))"
)
"""The word for a unit in the languages of laboratories."""
POWER = regex(
    r"(?:[x×*·]\s*)?(?:10\s*(?:\^|\*\*)\s*[({]?(?P<ten>[-+]?\d{1,2})[)}]?|(?P<number>1(?:\.0*)?[eE][-+]?\d{1,2}|10+|0\.0*1))"
    r"\s*[x×*·]?\s*(?P<unit>[^\d\s].*)"
)
"""A unit behind a power of ten: 10^-3 Ohm, 1e3 Hz, 10³ Ω."""
POWER_BEHIND = regex(
    r"(?P<unit>[^\d\s(×*·]+)\s*[(\[]?\s*[x×*·]\s*10\s*(?:\^|\*\*)\s*[({]?(?P<ten>[-+]?\d{1,2})[)}]?\s*[)\]]?"
)
"""A unit before a power of ten: Ohm x 10^3, Ω×10³. `Ohm*1000` may mean numbers in kiloohm or in milliohm: no unit."""
LEAD = regex(rf"^(?:{UNIT_WORDS}\s*(?:[:=]|in\b)?|(?:in|en)\b)\s*", re.IGNORECASE)
"""Words before a unit: in mOhm, unit: kHz."""


def unwrapped(text: str) -> str:
    """A unit without the words, slashes and brackets around it: `in mOhm`, `unit: kHz`, `<kHz>`, `/kHz`, `[mOhm]`."""
    before, now = None, text.strip().strip('"').strip()
    while now != before:
        before = now
        now = LEAD.sub("", now).lstrip("/:= ").strip()
        if len(now) > 1 and now[0] + now[-1] in ("()", "[]", "{}", "<>", "||"):
            now = now[1:-1].strip()
    return now


def unit_of(text: str) -> tuple[str, float] | None:
    """Kind and factor of a unit, None where it is no unit: kHz -> ("Hz", 1e3), MOhm -> ("Ohm", 1e6), uS -> ("S", 1e-6).

    Case counts where it tells units apart: mOhm and MOhm, s and S. Units of other quantities are of the kind `other`.
    """
    with suppress(ValueError):
        float(text)  # most cells are numbers, which no unit is
        return None
    if text.strip().lower() in ("u.a.", "u. a."):
        return "other", 1.0
    text = plain_letters(text)
    raised = RAISED.sub(lambda found: "^" + found[0].translate(SUPERSCRIPTS), text)
    raised = raised.strip().strip("()[]{}").strip()
    if (found := POWER_BEHIND.fullmatch(raised)) is not None:
        unit = simple_unit(found["unit"])
        return None if unit is None or unit[1] != 1.0 else (unit[0], 10.0 ** int(found["ten"]))
    if (found := POWER.fullmatch(raised)) is None:
        return simple_unit(text)
    unit = simple_unit(found["unit"])
    size = 10.0 ** int(found["ten"]) if found["ten"] else float(found["number"])
    return None if unit is None else (unit[0], size * unit[1])


def simple_unit(text: str) -> tuple[str, float] | None:
    """Kind and factor of a unit without a power of ten before it."""
    token = re.sub(r"[\s.·⋅*_\u200b]", "", text.strip().strip("()[]{}")).rstrip(".")
    token = re.sub(r"^[?\ufffd](?=[cC]$)", "°", token).replace("²", "2").replace("⁻¹", "-1").replace("−", "-")
    token = token.replace("Ω", "Ohm").replace("\u2126", "Ohm").replace("µ", "u").replace("\u03bc", "u")
    token = re.sub(r"^([kKmMGTunpµ])-(?=[oOhHΩ])", r"\1", token)
    word = max((word for word in PREFIX_WORDS if token.lower().startswith(word)), key=len, default="")
    token = in_english(PREFIX_WORDS[word] + token[len(word) :].removeprefix("-") if word else token)
    low = re.sub(r"ohms\b|ohms(?=cm|m)", "ohm", token.lower()).replace("ohm-cm", "ohmcm").replace("cm^2", "cm2")
    if token == "H":
        return "H", 1.0
    if token in CAPITALS:
        return CAPITALS[token]
    if low in PLAIN and not (low == "mpa" and token[0] == "m"):
        return PLAIN[low]
    return prefixed(token, low) or (("other", 1.0) if low in FOREIGN or token in LETTERS else None)


def in_english(token: str) -> str:
    """A unit in another language as it is written in English: кОм -> kohm, 千欧 -> kohm."""
    plain = unaccented(token)
    for size in (0, 1, 2):
        before, base = plain[:size], OF_LANGUAGES.get(plain[size:].lower())
        if base is not None and (before in CYRILLIC or before in PREFIXES):
            return CYRILLIC.get(before, before) + base
    return token


def prefixed(token: str, low: str) -> tuple[str, float] | None:
    """Kind and factor of a unit with a prefix; `low` is the token in lower case."""
    if token == "mhz":  # written without capitals at all, as kHz is written khz: it may be MHz
        return DOUBTFUL, 1e-3
    for base, kind in SI_UNITS:
        if low.endswith(base):
            prefix = token[: len(low) - len(base)]
            if prefix in PREFIXES:
                return kind, 1 / PREFIXES[prefix] if base.endswith("-1") else PREFIXES[prefix]
    if token and token[-1] in CASED and token[:-1] in PREFIXES:
        return CASED[token[-1]], PREFIXES[token[:-1]]
    return None


def is_lost(text: str) -> bool:
    """True for a unit of which only a question mark or a box is left."""
    return text.strip().lower() in LOST
