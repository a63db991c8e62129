"""Which electrode an arc belongs to: symmetric cells of each electrode beside the half cell."""

from __future__ import annotations

from eisfit.attribution.electrodes import attribute
from eisfit.attribution.values import Attributed, Attribution, Match

__all__ = ["Attributed", "Attribution", "Match", "attribute"]
