"""Soft shorts: a leak beside the cell, told from heating, wetting, lithiation, growth; `evidence` has the physics."""

from __future__ import annotations

from eisfit.tracking.shorts.detector import change_points, detect_shorts
from eisfit.tracking.shorts.tied import FittedCell
from eisfit.tracking.shorts.values import HARD, LIMITS, OK, SOFT, SUSPECT, UNJUDGED, Shorts

__all__ = [
    "HARD",
    "LIMITS",
    "OK",
    "SOFT",
    "SUSPECT",
    "UNJUDGED",
    "FittedCell",
    "Shorts",
    "change_points",
    "detect_shorts",
]
