"""Soft shorts: a leak beside the cell, told from heating, wetting, lithiation, growth; `evidence` has the physics."""

from __future__ import annotations

from eisfit.shorts.detector import BASELINE, Measured, change_points, detect_shorts, with_measured
from eisfit.shorts.values import HARD, LIMITS, OK, SOFT, SUSPECT, UNJUDGED, Shorts, joined_shorts, taken_shorts

__all__ = [
    "BASELINE",
    "HARD",
    "LIMITS",
    "OK",
    "SOFT",
    "SUSPECT",
    "UNJUDGED",
    "Measured",
    "Shorts",
    "change_points",
    "detect_shorts",
    "joined_shorts",
    "taken_shorts",
    "with_measured",
]
