"""Names, units and numbers as a reader of papers expects them: R_SE,bulk with its subscript, ohm as Ω, 28.3(4).

Plain Unicode wherever it can say it (mathtext is slow, and harder to copy from a PDF).
"""

from __future__ import annotations

import math
import re
from functools import lru_cache

from matplotlib.font_manager import FontProperties, findfont, get_font

from eisfit.circuit import Circuit
from eisfit.tree import Leaf

FONT = "DejaVu Sans"
"""The font of the style file; it comes with matplotlib."""

_UP = str.maketrans("0123456789+-().n", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁽⁾˙ⁿ")
_UNITS = {"ohm": "Ω", "S s^n": "S sⁿ", "S s^0.5": "S s^½", "s^0.5": "s^½", "H s^(n-1)": "H sⁿ⁻¹"}
_PREFIXES = ((1e9, "G"), (1e6, "M"), (1e3, "k"), (1.0, ""), (1e-3, "m"), (1e-6, "µ"))


def unit_text(unit: str) -> str:
    """A unit in Unicode: `ohm` is Ω, powers are raised."""
    if unit in _UNITS:
        return _UNITS[unit]
    text = unit.replace("ohm", "Ω").replace("1/s", "s⁻¹")
    return re.sub(r"\^\(?(-?[0-9n+-]+)\)?", lambda m: m[1].translate(_UP), text)


def with_unit(symbol: str, unit: str) -> str:
    """An axis label: symbol (unit)."""
    return f"{symbol} ({unit_text(unit)})" if unit else symbol


def subscripted(symbol: str, label: str) -> str:
    """Mathtext of a symbol with a subscript, digits and words upright."""
    body = f"{symbol}" if len(symbol) == 1 else rf"\mathrm{{{symbol}}}"
    return rf"${body}_\mathrm{{{_escaped(label)}}}$" if label else f"${body}$"


def role_symbol(name: str) -> str:
    """Mathtext of a role or a parameter by its name alone: R_SE_bulk is R with the subscript SE,bulk."""
    head, _, tail = name.partition("_")
    if not tail and (match := re.fullmatch(r"([A-Za-z]+)(\d+)", head)):
        return subscripted(match[1], match[2])
    return subscripted(head, tail.replace("_", ","))


def parameter_symbols(circuit: Circuit) -> dict[str, str]:
    """Mathtext of every parameter by its name: Q_GB_n is n with the subscript GB."""
    return {
        name: subscripted(leaf.element.symbol if k == 0 else leaf.element.params[k].name, _tag(leaf, k))
        for leaf in circuit.root.leaves()
        for k, name in enumerate(leaf.names)
    }


def _tag(leaf: Leaf, k: int) -> str:
    """The subscript: the label; behind a number the symbol stands too, since n of Q1 and of La1 are two things."""
    return f"{leaf.element.symbol}{leaf.label}" if k and (leaf.label.isdigit() or not leaf.label) else leaf.label


_MATHTEXT = {c: f"\\{c}" for c in "$%_{}"} | dict(zip(" \\^~\"'`#", "~∖ˆ∼″’‘♯", strict=True))
"""Signs that mean something to mathtext, as it can show them."""


def _escaped(text: str) -> str:
    return "".join(_MATHTEXT.get(c, c) for c in shown(text))


def shown(text: str) -> str:
    """The text with the Unicode number, [7535], of what the font cannot show (Chinese, emoji), blanks for tabs."""
    if text.isascii() and text.isprintable():
        return text
    return "".join((c if _has_glyph(c) else f"[{ord(c):04X}]") if c.isprintable() else " " for c in text)


@lru_cache(maxsize=4096)
def _has_glyph(character: str) -> bool:
    font = get_font(findfont(FontProperties(family=FONT)))
    return bool(font.get_char_index(ord(character)))


def frequency_text(frequency: float) -> str:
    """1 MHz, 10 Hz, 0.5 Hz, 10 mHz."""
    if 0.1 <= frequency < 0.9995:
        return f"{frequency:.3g} Hz"
    for factor, prefix in _PREFIXES:
        if frequency >= factor * 0.9995:
            return f"{frequency / factor:.3g} {prefix}Hz"
    return f"{frequency:.3g} Hz"


def power_of_ten(exponent: int) -> str:
    """10⁻² without mathtext."""
    return "10" + str(exponent).translate(_UP)


def with_error(value: float, stderr: float = math.nan) -> str:
    """A value with its standard error in the last digits: 28.3(4), 101.2(13), 6.02(15)×10⁻⁸.

    Two digits of the error where they are 19 or less, else one. An unknown error gives four digits and no bracket, an
    error of zero the number alone, a value that is not finite a dash.
    """
    if not math.isfinite(value):
        return "–"
    exponent = _exponent(value, stderr)
    scale = 10.0**exponent
    mantissa = _bracketed(value / scale, stderr / scale)
    return f"{mantissa}×{power_of_ten(exponent)}" if exponent else mantissa


def _exponent(value: float, stderr: float) -> int:
    size = max(abs(value), stderr if math.isfinite(stderr) else 0.0)
    if size == 0 or 1e-2 <= size < 1e4 or (1e4 <= size < 1e5 and stderr < 20):
        return 0
    return math.floor(math.log10(size))


def _bracketed(value: float, stderr: float) -> str:
    if not math.isfinite(stderr) or stderr <= 0:
        return f"{value:.4g}"
    two_digits = round(stderr / 10 ** (math.floor(math.log10(stderr)) - 1))
    decimals = 1 - math.floor(math.log10(stderr)) if two_digits <= 19 else -math.floor(math.log10(stderr))
    if decimals <= 0:
        rounded = round(stderr, decimals)
        return f"{round(value, decimals):.0f}({rounded:.0f})"
    return f"{value:.{decimals}f}({round(stderr * 10**decimals)})"
