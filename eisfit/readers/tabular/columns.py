"""What the columns of a table mean: the one place of spellings and units.

A header such as `-Im(Z)/Ohm`, `Zimag (kohm)` or `Z'' [Ohm]` becomes a quantity, a factor to our units (with the sign
that the header states) and the index of its column.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

import numpy as np

from eisfit.readers.tabular.numbers import Needs

Quantity = Literal[
    "frequency", "omega", "real", "imaginary", "magnitude", "phase", "time", "potential", "current", "dq", "counter",
    "cycle", "group", "step", "temperature", "pressure", "soc", "sigma_real", "sigma_imaginary", "sigma",
]  # fmt: skip

SPELLINGS: dict[Quantity, str] = {
    "frequency": "freq frequency f frequencies frequenz fréquence fr acfrequency freqhz",
    "omega": "omega ω angularfrequency w",
    "real": "re(z) rez z' zs' zre zreal rezreal realz real(z) zr re real realpart realpartofz zrealpart "
    "realimpedance realimpedances impedancereal zprime z1 z're rs r",
    "imaginary": "im(z) imz z'' zs'' zim zimag zimg imagz imag(z) zi im imag imaginary imagpart imaginarypart "
    "imaginarypartofz zimaginary zimagpart imaginaryimpedance imaginaryimpedances impedanceimaginary impedanceimag "
    "zdoubleprime z2 z''im xs x",
    "magnitude": "|z| zmod modz mod(z) zmodulus modulus magnitude mag zmag magz abs(z) absz zabs |impedance| "
    "impedancemodulus impedancemagnitude impedance z",
    "phase": "phase(z) phase phaseofz phasez zphz zphase theta theta(z) thetaz θ phi φ arg(z) argz arg angle "
    "phaseangle phaseshift phaseofimpedance pha",
    "time": "time elapsedtime t testtime totaltime corrtime times",
    "potential": "<ewe> ewe <ecell> ecell ewe-ece <ewe-ece> potential dcpotential vdc edc voltage cellvoltage "
    "dcvoltage e v u potentialv",
    "current": "<i> i idc current dccurrent iac/dc currentdc",
    "dq": "dq",
    "counter": "(q-qo) q-qo (q-q0)",
    "cycle": "cyclenumber cycle cycleindex cycleno",
    "group": "zcycle loopindex spectrum spectrumindex spectrumnumber sweep sweepnumber loop measurement segment "
    "dataset",
    "step": "ns stepnumber stepindex step",
    "temperature": "temperature temp celltemperature t",
    "pressure": "pressure stackpressure",
    "soc": "soc stateofcharge",
    "sigma_real": "sigmare sigmareal sigma(re) stdre",
    "sigma_imaginary": "sigmaim sigmaimag sigma(im) stdim",
    "sigma": "sigma std stddev",
}
"""Spellings of a quantity after `bare`, the best first. `t` is a time or a temperature: its unit decides."""

RANK = {
    (spelling, quantity): rank
    for quantity, spellings in SPELLINGS.items()
    for rank, spelling in enumerate(spellings.split())
}
MEANINGS: dict[str, list[Quantity]] = {}
for _spelling, _quantity in RANK:
    MEANINGS.setdefault(_spelling, []).append(_quantity)

BASES: dict[str, str] = {
    "hz": "Hz", "hertz": "Hz", "ohmcm2": "area", "ohm": "Ohm", "v": "V", "a": "A", "s": "s", "sec": "s", "ah": "Ah",
    "c": "C",
}  # fmt: skip
PREFIXES = {"": 1.0, "n": 1e-9, "u": 1e-6, "m": 1e-3, "k": 1e3, "K": 1e3, "M": 1e6, "G": 1e9}
PREFIX_WORDS = {"milli": "m", "micro": "u", "kilo": "k", "mega": "M", "giga": "G"}
PLAIN_UNITS: dict[str, tuple[str, float]] = {
    "deg": ("angle", np.pi / 180), "°": ("angle", np.pi / 180), "degree": ("angle", np.pi / 180),
    "degrees": ("angle", np.pi / 180), "rad": ("angle", 1.0), "radian": ("angle", 1.0), "radians": ("angle", 1.0),
    "rad/s": ("rad/s", 1.0), "rads-1": ("rad/s", 1.0), "1/s": ("rad/s", 1.0), "s-1": ("rad/s", 1.0),
    "min": ("s", 60.0), "h": ("s", 3600.0), "hr": ("s", 3600.0), "hours": ("s", 3600.0), "seconds": ("s", 1.0),
    "°c": ("°C", 1.0), "degc": ("°C", 1.0), "℃": ("°C", 1.0), "k": ("K", 1.0), "%": ("%", 0.01),
    "mpa": ("MPa", 1.0), "bar": ("MPa", 0.1), "kpa": ("MPa", 1e-3),
    "ohmcm": ("length", 1.0), "ohmm2": ("area", 1e4),
}  # fmt: skip
"""Units that take no prefix: kind and factor to SI."""

KINDS: dict[Quantity, tuple[str, ...]] = {
    "frequency": ("Hz",), "omega": ("rad/s",), "real": ("Ohm", "area"), "imaginary": ("Ohm", "area"),
    "magnitude": ("Ohm", "area"), "phase": ("angle",), "time": ("s",), "potential": ("V",), "current": ("A",),
    "dq": ("Ah", "C"), "counter": ("Ah", "C"), "temperature": ("°C", "K", "C"), "pressure": ("MPa",), "soc": ("%",),
    "sigma_real": ("Ohm",), "sigma_imaginary": ("Ohm",), "sigma": ("Ohm",),
}  # fmt: skip
"""Kinds of unit that a quantity may have; no entry means that it has none."""

APOSTROPHES = str.maketrans(dict.fromkeys("′’‘`´", "'") | dict.fromkeys('"″”“', "''"))
SIGNS = re.compile(r"^\(?\s*[-−–‐]\s*(?!\d)|^(?:neg(?:ative)?|minus)[\s_.]*", re.IGNORECASE)
UNIT = re.compile(
    r"^(?P<name>.*?\S)\s*(?:/\s*(?P<slash>[^/()\[\]]+(?:/s)?)|\[(?P<square>[^\]]*)\]|\((?P<round>[^()]*)\))\s*$"
)
OURS = re.compile(r"ohm|hz|hertz|[Ω\u2126]", re.IGNORECASE)
"""What units of frequency and impedance have in them, known or not."""
TAIL = re.compile(r"^(?P<name>.*[^\s_])[\s_,]+(?P<unit>[^\s_]+)$")


@dataclass(frozen=True, slots=True, order=True)
class Column:
    """A column that is understood: factor * number is in Hz, ohm, rad, s, V, A, mAh, MPa or a fraction.

    `unit` is the kind of its unit, empty where the header states none (it tells kelvin from degrees Celsius); `signed`
    is True where the header itself states that the sign is inverted.
    """

    index: int
    quantity: Quantity
    factor: float
    unit: str
    name: str
    signed: bool = False


def unit_of(text: str) -> tuple[str, float] | None:
    """Kind and factor to SI of a unit, None where it is no unit: kHz -> ("Hz", 1000), MOhm -> ("Ohm", 1e6)."""
    token = re.sub(r"[\s.·*^_²]", lambda m: "2" if m.group() == "²" else "", text.strip().strip("()[]"))
    token = token.replace("Ω", "Ohm").replace("\u2126", "Ohm").replace("µ", "u").replace("\u03bc", "u")
    word = next((word for word in PREFIX_WORDS if token.lower().startswith(word)), "")
    token = PREFIX_WORDS[word] + token[len(word) :] if word else token
    low = token.lower().replace("ohms", "ohm")
    if low in PLAIN_UNITS and not (low == "mpa" and token[0] == "m"):
        return PLAIN_UNITS[low]
    for base, kind in BASES.items():
        if low.endswith(base):
            prefix = token[: len(low) - len(base)]
            if prefix in PREFIXES:
                return kind, PREFIXES[prefix]
    return None


def bare(name: str) -> str:
    """A column name without case, blanks, dots and underscores."""
    return re.sub(r"[\s._*:]", "", name.translate(APOSTROPHES).lower())


def split_unit(header: str) -> tuple[str, str | None]:
    """Name and unit of a header (`Re(Z)/Ohm`, `Zre (ohms)`, `Zs' [Ohms]`, `z_real_ohm`), None where it has no unit."""
    found = UNIT.match(header)
    if found:
        unit = found["slash"] or found["square"] or found["round"] or ""
        if found["round"] is None or unit_of(unit) is not None:
            return found["name"], unit
    found = TAIL.match(header)
    if found and bare(header) not in MEANINGS and unit_of(found["unit"]) is not None:
        return re.sub(r"\s+in$", "", found["name"]), found["unit"]
    return header, None


def unknown_unit(headers: Iterable[str]) -> tuple[str, str] | None:
    """The first header that names a frequency or an impedance in a unit that is not known, and that unit."""
    for header in headers:
        text = header.strip().strip('"').strip()
        found = UNIT.match(text)
        if found is None or understood(text) is not None:
            continue
        unit = found["slash"] or found["square"] or found["round"] or ""
        meant = MEANINGS.get(bare(unsigned(found["name"])[0]), [])
        if OURS.search(unit) and {"frequency", "real", "imaginary", "magnitude"} & set(meant):
            return text, unit.strip()
    return None


def unsigned(name: str) -> tuple[str, bool]:
    """A column name without its minus, and whether it had one: `-Im(Z)`, `neg_imag`, `minus Z''`."""
    found = SIGNS.match(name)
    if not found:
        return name, False
    rest = name[found.end() :]
    return (rest.removesuffix(")") if found.group().startswith("(") else rest), True


@lru_cache(maxsize=4096)
def understood(header: str) -> tuple[Quantity, float, str, bool, int] | None:
    """Quantity, factor, kind of unit, inverted sign and rank of a header; None where it means nothing to us."""
    name, text = split_unit(header.strip().strip('"').strip())
    name, inverted = unsigned(name)
    unit = None if text is None else unit_of(text)
    for quantity in MEANINGS.get(bare(name), []):
        kinds = KINDS.get(quantity, ())
        if unit is not None and unit[0] not in kinds:
            continue
        if unit is None and (text or (quantity == "temperature" and bare(name) == "t")):
            continue
        kind, factor = unit or ("", 1.0)
        if quantity in {"dq", "counter"}:
            factor = factor / 3.6 if kind == "C" else factor * 1e3
        rank = RANK[bare(name), quantity]
        return quantity, -factor if inverted else factor, kind, inverted, rank
    return None


NUMBERED = re.compile(r"[\s_.#]*\(?\d+\)?$")
"""The number behind the name of a column that a table repeats: `Re 2`, `Z'_3`, `Im.1`."""
Layout = dict[Quantity, tuple[Column, ...]]
"""The columns of each quantity, the best first, of equal ones in the order of the table."""


@lru_cache(maxsize=512)
def layout(headers: tuple[str, ...]) -> Layout:
    """What the headers of a table mean."""
    found: dict[Quantity, list[tuple[int, int, Column]]] = {}
    for index, header in enumerate(headers):
        meaning = understood(header)
        if meaning is not None:
            quantity, factor, kind, inverted, rank = meaning
            column = Column(index, quantity, factor, kind, header.strip(), inverted)
            found.setdefault(quantity, []).append((rank, index, column))
    return {quantity: tuple(column for *_, column in sorted(columns)) for quantity, columns in found.items()}


@lru_cache(maxsize=512)
def side_by_side(headers: tuple[str, ...]) -> list[Layout]:
    """The layouts of several spectra beside each other, one for each; empty where a table holds one in its columns.

    The columns of the parts of Z repeat, equal but for a number; the frequency repeats too, or is shared.
    """
    repeated: dict[Quantity, dict[str, list[Column]]] = {}
    for index, header in enumerate(headers):
        name, unit = split_unit(re.sub(r"\.\d+$", "", header.strip()))
        plain = NUMBERED.sub("", name) if understood(header) is None else name
        meaning = understood(plain if unit is None else f"{plain}/{unit}")
        if meaning is not None:
            quantity, factor, kind, inverted, _ = meaning
            column = Column(index, quantity, factor, kind, header.strip(), inverted)
            repeated.setdefault(quantity, {}).setdefault(bare(plain), []).append(column)
    best = {quantity: max(groups.values(), key=len) for quantity, groups in repeated.items()}
    pairs: tuple[tuple[Quantity, Quantity], ...] = (("real", "imaginary"), ("magnitude", "phase"))
    for first, second in pairs:
        count = len(best.get(first, ()))
        if count > 1 and len(best.get(second, ())) == count and len(best.get("frequency", ())) in (1, count):
            return [nth(best, i, count) for i in range(count)]
    return []


def nth(columns: dict[Quantity, list[Column]], i: int, count: int) -> Layout:
    """The layout of spectrum `i` of `count` beside each other: its own columns, the frequency perhaps shared."""
    own: Layout = {quantity: (found[i],) for quantity, found in columns.items() if len(found) == count}
    return own if "frequency" in own else own | {"frequency": (columns["frequency"][0],)}


def needs(*layouts: Layout) -> Needs:
    """Which columns have to hold numbers: frequency and impedance; of a cycling record time, potential and current."""
    must: set[int] = set()
    for columns in layouts:
        wanted: tuple[Quantity, ...] = ("time", "potential", "current", "dq")
        if has_frequency(columns):
            parts: tuple[Quantity, Quantity] = ("magnitude", "phase")
            if {"real", "imaginary"} <= columns.keys():
                parts = ("real", "imaginary")
            wanted = ("frequency" if "frequency" in columns else "omega", *parts)
        must |= {columns[quantity][0].index for quantity in wanted if quantity in columns}
    useful = {column.index for columns in layouts for found in columns.values() for column in found}
    names = {column.index for columns in layouts for column in columns.get("group", ())}
    return Needs(frozenset(must), frozenset(useful), frozenset(names))


def has_impedance(columns: Layout) -> bool:
    """True where real and imaginary part, or magnitude and phase, are there."""
    return {"real", "imaginary"} <= columns.keys() or {"magnitude", "phase"} <= columns.keys()


def has_frequency(columns: Layout) -> bool:
    """True where a column says at which frequency a row was measured."""
    return bool(columns.keys() & {"frequency", "omega"})


def is_readable(columns: Layout) -> bool:
    """True where the columns make a spectrum, or lack but one of it, or make a cycling record."""
    if has_impedance(columns):
        return True
    if has_frequency(columns) and columns.keys() & {"real", "imaginary", "magnitude"}:
        return True
    return {"time", "potential"} <= columns.keys() and bool(columns.keys() & {"current", "dq"})
