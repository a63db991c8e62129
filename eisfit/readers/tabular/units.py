"""Units as people write them: kind and factor to the unit of that kind that is used here."""

from __future__ import annotations

import re

import numpy as np

PREFIXES = {"": 1.0, "f": 1e-15, "p": 1e-12, "n": 1e-9, "u": 1e-6, "m": 1e-3, "k": 1e3, "K": 1e3, "M": 1e6, "G": 1e9}
PREFIX_WORDS = {
    "pico": "p", "nano": "n", "milli": "m", "micro": "u", "kilo": "k", "mega": "M", "giga": "G",
}  # fmt: skip
SI_UNITS: tuple[tuple[str, str], ...] = (
    ("ohm-1", "S"), ("ohm^-1", "S"), ("siemens", "S"), ("mho", "S"), ("hertz", "Hz"), ("farad", "F"), ("henry", "H"),
    ("ohmcm2", "area"), ("ohm", "Ohm"), ("volts", "V"), ("volt", "V"),
    ("amperes", "A"), ("ampere", "A"), ("amps", "A"), ("amp", "A"), ("hz", "Hz"),
    ("ah", "Ah"), ("sec", "s"), ("rad", "angle"), ("v", "V"), ("a", "A"),
)  # fmt: skip
"""Units that take a prefix, in any case, the longer first."""
CASED = {"s": "s", "S": "S", "F": "F", "H": "H", "C": "C", "c": "C"}
"""Units of one letter that take a prefix and whose case counts."""
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
    "ms/cm": ("S/cm", 1e-3), "db": ("dB", 1.0), "dbm": ("dB", 1.0),
}  # fmt: skip
"""Units that take no prefix: kind and factor."""
LOST = frozenset({"?", "\ufffd", "??", "\ufffd\ufffd", "□"})
"""What is left of a unit whose sign was lost when the file was saved."""


def unit_of(text: str) -> tuple[str, float] | None:
    """Kind and factor of a unit, None where it is no unit: kHz -> ("Hz", 1e3), MOhm -> ("Ohm", 1e6), uS -> ("S", 1e-6).

    Case counts where it tells units apart: mOhm and MOhm, s and S.
    """
    token = re.sub(r"[\s.·⋅*_\u200b]", "", text.strip().strip("()[]{}")).rstrip(".")
    token = re.sub(r"^[?\ufffd](?=[cC]$)", "°", token).replace("²", "2").replace("⁻¹", "-1").replace("−", "-")
    token = token.replace("Ω", "Ohm").replace("\u2126", "Ohm").replace("µ", "u").replace("\u03bc", "u")
    word = next((word for word in PREFIX_WORDS if token.lower().startswith(word)), "")
    token = PREFIX_WORDS[word] + token[len(word) :] if word else token
    low = re.sub(r"ohms\b|ohms(?=cm|m)", "ohm", token.lower()).replace("ohm-cm", "ohmcm").replace("cm^2", "cm2")
    if token == "H":
        return "H", 1.0
    if low in PLAIN and not (low == "mpa" and token[0] == "m"):
        return PLAIN[low]
    return prefixed(token, low)


def prefixed(token: str, low: str) -> tuple[str, float] | None:
    """Kind and factor of a unit with a prefix; `low` is the token in lower case."""
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
