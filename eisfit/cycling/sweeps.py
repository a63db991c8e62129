"""The state of the cell at the start and at the end of every sweep, and the rest before it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from eisfit.cycling.charge import NO_STATE, by_lithiation, reference_of
from eisfit.cycling.rest import rests
from eisfit.spectrum import Floats, FrozenArrays, Series, read_only


@dataclass(frozen=True, slots=True, eq=False)
class Sweeps(FrozenArrays):
    """Every sweep from its first to its last point, arrays (N,), NaN where it is not known.

    duration_s; charge_start_mAh and charge_end_mAh; soc_start and soc_end; the potential (V) at which the rest before
    the sweep ended, and its slope there (mV/h).
    """

    duration_s: Floats
    charge_start_mAh: Floats
    charge_end_mAh: Floats
    soc_start: Floats
    soc_end: Floats
    rest_potential_V: Floats
    rest_slope_mV_h: Floats


def sweeps_of(series: Series) -> Sweeps:
    """Start and end of every sweep of a series whose state of charge is filled in.

    The end is the start and what the direct current passed: by the counter of the instrument, else the median current
    times the duration. SoC changes by that over the charge between 0 and 1.
    """
    duration, current = series.column("duration_s"), series.column("current_A")
    counted, soc = series.column("passed_mAh"), series.column("soc")
    passed = np.where(np.isfinite(counted), counted, current * duration / 3.6)
    reference = None if series.cell.type in NO_STATE else reference_of(series)
    capacity = np.nan if reference is None else reference.capacity
    rest = rests(series)
    return Sweeps(
        duration_s=read_only(duration),
        charge_start_mAh=read_only(series.column("charge_mAh")),
        charge_end_mAh=read_only(series.column("charge_mAh") + passed),
        soc_start=read_only(soc),
        soc_end=read_only(soc + (-passed if by_lithiation(series.cell) else passed) / capacity),
        rest_potential_V=read_only(rest.potential_V),
        rest_slope_mV_h=read_only(rest.slope_mV_h),
    )
