"""What a unit tells about a parameter: how it grows with resistance and with time.

Scaling every impedance of a circuit by a and every time by t multiplies a parameter by a**alpha * t**beta, and alpha
and beta stand in its unit: ohm (1, 0), S s^n (-1, n), F (-1, 1), 1/s (0, -1). So a start value follows for any element,
a user's own too, from a resistance and a time constant.
"""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

BASE = {"ohm": (1.0, 0.0), "S": (-1.0, 0.0), "F": (-1.0, 1.0), "H": (1.0, 1.0), "s": (0.0, 1.0), "Hz": (0.0, -1.0)}
"""Powers of (resistance, time) of the units that elements use."""


class Dimension(NamedTuple):
    """value ~ a**alpha * t**(beta + beta_n * n), n the exponent of the same element."""

    alpha: float
    beta: float
    beta_n: float

    @property
    def resistive(self) -> bool:
        """Does it grow with resistance and not with time?"""
        return bool(self.alpha) and not self.timely

    @property
    def timely(self) -> bool:
        """Does it grow with time?"""
        return bool(self.beta or self.beta_n)


NONE = Dimension(0.0, 0.0, 0.0)


@lru_cache
def dimension(unit: str) -> Dimension:
    """The dimension of a unit such as "S s^n", "s^0.5" or "1/s"; no dimension where the unit is not understood."""
    alpha = beta = beta_n = 0.0
    for token in unit.replace("1/s", "s^-1").replace("1/ohm", "S").split():
        base, _, power = token.partition("^")
        if base not in BASE:
            return NONE
        constant, slope = _power(power)
        a, b = BASE[base]
        alpha += a * constant
        beta += b * constant
        beta_n += b * slope
    return Dimension(alpha, beta, beta_n)


def _power(text: str) -> tuple[float, float]:
    """A power as constant + slope * n: "" is 1, "0.5" is 0.5, "n" is n, "(n-1)" is n - 1."""
    text = text.strip("()")
    if not text:
        return 1.0, 0.0
    if text.startswith("n"):
        return float(text[1:] or 0.0), 1.0
    return float(text), 0.0
