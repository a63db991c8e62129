"""From fitted parameters to the state of a cell: state of charge, roles, shorts, flags. Imports numpy only."""

from __future__ import annotations

from eisfit.tracking.arcs import consistent_arcs
from eisfit.tracking.axes import choose_axis
from eisfit.tracking.charge import with_soc
from eisfit.tracking.tracker import track

__all__ = ["choose_axis", "consistent_arcs", "track", "with_soc"]
