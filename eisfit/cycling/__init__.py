"""What the record says of each spectrum, before any fit: charge, state of charge, sweeps, rest, axes."""

from __future__ import annotations

from eisfit.cycling.axes import Axis, axes_of, choose_axis
from eisfit.cycling.charge import with_soc
from eisfit.cycling.sweeps import Sweeps, sweeps_of

__all__ = ["Axis", "Sweeps", "axes_of", "choose_axis", "sweeps_of", "with_soc"]
