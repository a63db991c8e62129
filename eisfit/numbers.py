"""Numbers as people read them: value(error), SI prefixes, units. One writer for terminal, tables, report and figures.

The same value and error look the same everywhere; only LaTeX has its own sign for a power of ten. An error larger than
its value says nothing but that the data do not tell the value, and that is what is written.
"""

from __future__ import annotations

import math
import re
from functools import lru_cache
from typing import NamedTuple

from eisfit.regular import regex

MISSING = "–"
"""What stands for a value that is not there."""
UNDETERMINED = "not resolved"
"""What stands for a value whose error is larger than itself."""
DIGITS = 4
"""Digits of a value whose error is not known."""

ROUNDED_UP = 9.5
"""Leading digits of an error that round up to 10, which keeps both (Navas et al., Phys. Rev. D 110
(2024) 030001, introduction, 5.3)."""
_SURE = 1e-6
"""No instrument tells a resistance better than this share of itself: smaller errors are not written."""

_UP = str.maketrans("0123456789+-().n", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁽⁾˙ⁿ")
_UNITS = {"ohm": "Ω", "S s^n": "S sⁿ", "S s^0.5": "S s¹ᐟ²", "s^0.5": "s¹ᐟ²", "H s^(n-1)": "H sⁿ⁻¹"}
_PREFIXES = {15: "P", 12: "T", 9: "G", 6: "M", 3: "k", 0: "", -3: "m", -6: "µ", -9: "n", -12: "p", -15: "f"}
_BRACKET = regex(r"\([0-9.]+\)")


class Scale(NamedTuple):
    """A unit, and how many of the basic unit it is."""

    factor: float
    unit: str


_OHMS = tuple(Scale(f, f"{p}Ω") for f, p in ((1e9, "G"), (1e6, "M"), (1e3, "k"), (1.0, ""), (1e-3, "m")))
_SCALES = {
    "ohm": _OHMS,
    "ohm cm2": tuple(Scale(factor, f"{unit} cm²") for factor, unit in _OHMS),
    "mS/cm": (Scale(1.0, "mS/cm"), Scale(1e3, "S/cm"), Scale(1e-3, "µS/cm"), Scale(1e-6, "nS/cm")),
}
_LEAST_OHM, _LEAST_KILOHM = 0.5, 1e4


def scales_of(unit: str) -> tuple[Scale, ...]:
    """The units in which a quantity can be given, of conductivities the usual one first; () where it has but one."""
    return _SCALES.get(unit, ())


def ohm_scale(size: float) -> Scale:
    """The unit in which a resistance has one to four digits before the point; ohm from half an ohm to 10,000."""
    if _LEAST_OHM <= size < _LEAST_KILOHM:
        return Scale(1.0, "Ω")
    return next((scale for scale in _OHMS if size >= scale.factor), _OHMS[-1])


class Written(NamedTuple):
    """A number in print: mantissa with the error in brackets, and the power of ten behind it."""

    mantissa: str
    exponent: int


def is_determined(value: float, stderr: float) -> bool:
    """True unless the standard error of a value is known to be larger than the value."""
    return not (math.isfinite(stderr) and stderr > abs(value))


def written(value: float, stderr: float = math.nan, *, digits: int = DIGITS) -> Written:
    """A finite value in print: 28.3(4), 101.2(13), 6.02(15) and -8.

    Two digits of the error where they are 19 or less, else one; an unknown error or one of zero gives the value alone,
    with so many digits, one below a millionth of the value 7 digits. A power of ten stands apart below 0.01 and from
    10,000 on.
    """
    exponent = _exponent(value, stderr)
    scale = 10.0**exponent
    return Written(_mantissa(value / scale, stderr / scale, digits), exponent)


def with_error(value: float, stderr: float = math.nan, *, digits: int = DIGITS) -> str:
    """A value with its standard error in units of the last digits: 28.3(4), 101.2(13), 6.02(15)×10⁻⁸.

    A value that is not finite is a dash, one whose error is larger than itself "not resolved".
    """
    if not math.isfinite(value):
        return MISSING
    if not is_determined(value, stderr):
        return UNDETERMINED
    mantissa, exponent = written(value, stderr, digits=digits)
    return f"{mantissa}×{power_of_ten(exponent)}" if exponent else mantissa


FIXED = " (fixed)"
"""What stands behind a value that was kept."""


def fitted(value: float, stderr: float) -> str:
    """A fitted value with its error; one without any, an error of 0, was fixed: 12 (fixed)."""
    return with_error(value) + FIXED if stderr == 0 and math.isfinite(value) else with_error(value, stderr)


def with_error_in_latex(value: float, stderr: float = math.nan) -> str:
    r"""The same for LaTeX: $28.3(4)$, $6.02(15) \times 10^{-8}$."""
    if not math.isfinite(value):
        return "--"
    if not is_determined(value, stderr):
        return UNDETERMINED
    mantissa, exponent = written(value, stderr)
    return rf"${mantissa} \times 10^{{{exponent}}}$" if exponent else f"${mantissa}$"


def quantity(value: float, unit: str, stderr: float = math.nan, *, digits: int = 3) -> str:
    """A value with the SI prefix of its size and its unit: 150(4) kHz, 99 nF; without a unit as `with_error`.

    Resistances from half an ohm to 10,000 are in ohm, as in tables and figures.
    """
    if not math.isfinite(value):
        return MISSING
    if not is_determined(value, stderr):
        return UNDETERMINED
    if not unit:
        return with_error(value, stderr, digits=digits)
    prefix = _prefix(value, digits)
    if unit == "ohm" and _LEAST_OHM <= abs(value) < _LEAST_KILOHM:  # as in tables and figures
        prefix = 0
    mantissa = _mantissa(value / 10.0**prefix, stderr / 10.0**prefix, digits)
    return f"{mantissa} {_PREFIXES[prefix]}{unit_text(unit)}"


def significant(value: float, digits: int = 2) -> str:
    """A value with so many digits, zeros among them: 0.30, 17, 1.0, 140, 5.5×10⁻⁷."""
    if not math.isfinite(value):
        return MISSING
    exponent = _exponent(value, math.nan)
    text = _zeros_kept(value / 10.0**exponent, digits)
    return f"{text}×{power_of_ten(exponent)}" if exponent else text


def positional(value: float, digits: int = 3) -> str:
    """A value with so many digits in a sentence, without a power of ten: 0.0123, 30, 9240, 177000."""
    text = f"{value:.{digits}g}"
    if "e+" not in text or not math.isfinite(value):
        return text
    return f"{float(text):.0f}"


def frequency_text(frequency: float) -> str:
    """1 MHz, 10 Hz, 0.5 Hz, 10 mHz."""
    if 0.1 <= frequency < 0.9995:
        return f"{frequency:.3g} Hz"
    return quantity(frequency, "Hz")


def power_of_ten(exponent: int) -> str:
    """10⁻² in Unicode."""
    return "10" + str(exponent).translate(_UP)


def unit_text(unit: str) -> str:
    """A unit in Unicode: `ohm` is Ω, powers are raised."""
    if unit in _UNITS:
        return _UNITS[unit]
    text = unit.replace("ohm", "Ω").replace("1/s", "s⁻¹")
    return re.sub(r"\^\(?(-?[0-9n+-]+)\)?|(?<=cm)2$", lambda m: (m[1] or m[0]).translate(_UP), text)


def with_unit(symbol: str, unit: str) -> str:
    """A heading: symbol (unit)."""
    return f"{symbol} ({unit_text(unit)})" if unit else symbol


def number(value: float | None, form: str = ".4g") -> str:
    """A number for a table cell; nothing where there is none."""
    return "" if value is None or not math.isfinite(value) else format(value, form)


def _exponent(value: float, stderr: float) -> int:
    """The power of ten that stands apart."""
    size = max(abs(value), stderr if math.isfinite(stderr) else 0.0)
    if size == 0 or 1e-2 <= size < 1e4 or (1e4 <= size < 1e5 and stderr < 20):
        return 0
    return math.floor(math.log10(size))


def _prefix(value: float, digits: int) -> int:
    """The power of ten of the SI prefix with which a value has one to three digits before the point."""
    if value == 0:
        return 0
    size = abs(float(f"{value:.{digits - 1}e}"))
    return min(max(3 * math.floor(math.log10(size) / 3), min(_PREFIXES)), max(_PREFIXES))


@lru_cache(maxsize=4096)
def _mantissa(value: float, stderr: float, digits: int) -> str:
    """A value with its error in brackets; terminal, tables and report ask for the same pairs one after the other."""
    if not math.isfinite(stderr) or stderr <= 0:
        return _plain(value, digits)
    if stderr < _SURE * abs(value):
        return _zeros_kept(value, 7)
    from uncertainties import ufloat

    size = math.floor(math.log10(stderr))
    if stderr >= ROUNDED_UP * 10.0**size:
        size, stderr = size + 1, 10.0 ** (size + 1)
    shown = 2 if round(stderr / 10.0 ** (size - 1)) <= 19 else 1
    whole = shown - 1 - size
    if whole < 0:  # the last digit of the error stands before the unit
        value, stderr = round(value, whole), round(stderr, whole)
        return f"{value:.0f}({stderr:.0f})"
    return _BRACKET.sub(lambda m: m[0].replace(".", ""), f"{ufloat(value, stderr):.{shown}ufS}")


def _zeros_kept(value: float, digits: int) -> str:
    """So many digits without a power of ten, zeros among them."""
    text = f"{value:#.{digits}g}".rstrip(".")
    return f"{float(text):.0f}" if "e" in text else text


def _plain(value: float, digits: int) -> str:
    """So many digits without a power of ten."""
    text = f"{value:.{digits}g}"
    return f"{float(text):.0f}" if "e" in text else text
