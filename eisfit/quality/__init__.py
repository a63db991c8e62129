"""Can a spectrum be believed: Kramers-Kronig tests, noise level, points that must not count."""

from __future__ import annotations

from eisfit.quality.drift import SweepDrift, sweep_drift
from eisfit.quality.kramers_kronig import KramersKronig, lin_kk
from eisfit.quality.masks import LeftOut
from eisfit.quality.noise import NoiseModel, noise_model
from eisfit.quality.screening import Quality, screen
from eisfit.quality.verdicts import Limits
from eisfit.quality.zhit import ZHit, z_hit

__all__ = [
    "KramersKronig",
    "LeftOut",
    "Limits",
    "NoiseModel",
    "Quality",
    "SweepDrift",
    "ZHit",
    "lin_kk",
    "noise_model",
    "screen",
    "sweep_drift",
    "z_hit",
]
