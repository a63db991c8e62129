"""Hysteresis: how far a resistance on charge lies from that on discharge at the same place of the axis."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from eisfit.cycling import Axis
from eisfit.spectrum import Floats, Indices, Series
from eisfit.tracking.track import RoleValues

OF_A_STATE = ("soc", "dod", "lithiation", "charge", "mAh/g", "mAh/cm2", "potential")
"""Axes that charge and discharge pass in both directions."""


class Hysteresis(NamedTuple):
    """Resistance on charge minus that on discharge, (N,) each, NaN for spectra without a counterpart."""

    value: Floats
    stderr: Floats


def hysteresis(series: Series, axis: Axis, role: RoleValues) -> Hysteresis:
    """What a role on charge differs by from the discharge of the same cycle, a straight line between its spectra.

    Without a discharge in that cycle the one before it counts. Nothing is extrapolated; axes that run one way (time,
    cycle, index) have none. The error holds that of the spectrum and those of the two it is compared with.
    """
    value, stderr = np.full(len(series), np.nan), np.full(len(series), np.nan)
    on_charge = [i for i, s in enumerate(series) if s.conditions.direction == "charge"]
    if axis.name in OF_A_STATE and on_charge:
        discharges = _discharges(series, axis, role, {series[i].conditions.cycle for i in on_charge})
        for i in on_charge:
            discharge = discharges[series[i].conditions.cycle]
            if len(discharge) > 1:
                value[i], stderr[i] = _difference(axis.values, role, i, discharge)
    return Hysteresis(value, stderr)


def _discharges(series: Series, axis: Axis, role: RoleValues, cycles: set[int | None]) -> dict[int | None, Indices]:
    """For each cycle the spectra of its discharge, or of the last one that has a discharge, along the axis."""
    known = np.isfinite(axis.values) & np.isfinite(role.value)
    where = np.array([s.conditions.direction == "discharge" for s in series], dtype=bool) & known
    number = series.column("cycle")
    out: dict[int | None, Indices] = {}
    for cycle in cycles:
        own = where
        if cycle is not None:
            earlier = number[where & (number <= cycle)]
            own = where & (number == (earlier.max() if earlier.size else np.nan))
        index = np.flatnonzero(own)
        out[cycle] = index[np.argsort(axis.values[index], kind="stable")]
    return out


def _difference(x: Floats, role: RoleValues, i: int, discharge: Indices) -> tuple[float, float]:
    """Difference of spectrum i to the line between its two neighbours on discharge, and its standard error."""
    at = int(np.searchsorted(x[discharge], x[i]))
    if not np.isfinite(x[i]) or (at == 0 and x[discharge[0]] > x[i]) or at == len(discharge):
        return float("nan"), float("nan")
    left, right = discharge[max(at - 1, 0)], discharge[max(at, 1)]
    width = x[right] - x[left]
    share = (x[i] - x[left]) / width if width > 0 else 0.0
    value = role.value[i] - (1 - share) * role.value[left] - share * role.value[right]
    squares = role.stderr[i] ** 2 + ((1 - share) * role.stderr[left]) ** 2 + (share * role.stderr[right]) ** 2
    return float(value), float(np.sqrt(squares))
