"""What a condition of a cell can be at all: a number outside of these limits is a slip of the pen, and is refused."""

from __future__ import annotations

import math

from eisfit.settings.kinds import COLDEST, HOTTEST

LONGEST = 1e11
"""Seconds, three thousand years."""
MOST_SOC = 2.0
"""A state of charge above this in a file is in percent: no counting error makes 200 %."""
LIMITS: dict[str, tuple[float, float]] = {
    "temperature_C": (COLDEST, HOTTEST),
    "pressure_MPa": (0.0, 1e5),
    "potential_V": (-100.0, 100.0),
    "rest_potential_V": (-100.0, 100.0),
    "soc": (-0.5, MOST_SOC),
    "cycle": (0, math.inf),
    "time_s": (-LONGEST, LONGEST),
    "duration_s": (0.0, LONGEST),
    "current_A": (-1e6, 1e6),
    "charge_mAh": (-1e12, 1e12),
    "passed_mAh": (-1e12, 1e12),
    "rest_slope_mV_h": (-1e9, 1e9),
}
"""The lowest and the highest number of conditions."""
MOST = 1e30
"""No number of another name is beyond this."""
PERCENT = 100.0


def impossible(name: str, value: float, *, percent: bool = False) -> str:
    """Why a condition cannot have a value, empty where it can; with `percent` a state of charge may be in percent."""
    if not math.isfinite(value):
        return "a finite number was expected"
    lowest, highest = LIMITS.get(name, (-MOST, MOST))
    if name == "soc" and percent:
        lowest, highest = -PERCENT / 2, 1.2 * PERCENT
    if lowest <= value <= highest:
        return ""
    if highest == math.inf:
        return f"{lowest:g} or more was expected"
    return f"a number between {lowest:g} and {highest:g} was expected"
