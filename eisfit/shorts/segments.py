"""Stretches of a series in which the electrolyte should not change: one pressure, one cell."""

from __future__ import annotations

from collections.abc import Collection, Mapping

import numpy as np

from eisfit.shorts.spectra import Index
from eisfit.shorts.values import defaults
from eisfit.spectrum import Floats, Series

LEAST = 4
"""Spectra that a stretch needs to be judged."""


def segments(series: Series, breaks: Collection[int] = (), limits: Mapping[str, float] | None = None) -> list[Index]:
    """The stretches as indices of the series: cut at `breaks`, and where the pressure left the first."""
    held = {**defaults(), **(limits or {})}
    pressure = series.column("pressure_MPa")
    starts = [0]
    for i in range(1, len(series)):
        p = _first(pressure[starts[-1] : i])
        pressed = abs(pressure[i] - p) > held["soft_short.pressure"] * abs(p)
        if i in breaks or pressed:
            starts.append(i)
    return [np.arange(a, b) for a, b in zip(starts, [*starts[1:], len(series)], strict=True)] if len(series) else []


def _first(values: Floats) -> float:
    """The first known value, NaN where there is none."""
    known = np.isfinite(values)
    return float(values[np.argmax(known)]) if known.any() else float("nan")
