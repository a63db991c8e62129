"""Soft shorts: a leak beside the cell, told from heating, wetting, lithiation, growth; `evidence` has the physics."""

from __future__ import annotations

from eisfit.shorts.detector import Measure, Tied, change_points, detect_shorts
from eisfit.shorts.values import HARD, LIMITS, OK, SOFT, SUSPECT, UNJUDGED, Shorts

__all__ = [
    "HARD",
    "LIMITS",
    "OK",
    "SOFT",
    "SUSPECT",
    "UNJUDGED",
    "Measure",
    "Shorts",
    "Tied",
    "change_points",
    "detect_shorts",
]
