"""What needs fits: arcs and their identity, resolution, flags, derived quantities, the Track of a cell."""

from __future__ import annotations

from eisfit.tracking.arcs import consistent_arcs
from eisfit.tracking.tracker import follow, track

__all__ = ["consistent_arcs", "follow", "track"]
