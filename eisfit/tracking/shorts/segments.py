"""Stretches of a series in which the electrolyte should not change: one pressure, one temperature, one cell."""

from __future__ import annotations

from collections.abc import Collection

import numpy as np

from eisfit.spectrum import Series
from eisfit.tracking.shorts.spectra import Index

PRESSURE = 0.10
"""Relative change of the logged pressure that starts a new stretch."""
KELVIN = 5.0
"""Change of the logged temperature that does."""
LEAST = 4
"""Spectra that a stretch needs to be judged."""


def segments(series: Series, breaks: Collection[int] = ()) -> list[Index]:
    """The stretches as indices of the series: cut at `breaks`, and where pressure or temperature left the first."""
    pressure, temperature = series.column("pressure_MPa"), series.column("temperature_C")
    starts = [0]
    for i in range(1, len(series)):
        first = starts[-1]
        pressed = abs(pressure[i] - pressure[first]) > PRESSURE * abs(pressure[first])
        heated = abs(temperature[i] - temperature[first]) > KELVIN
        if i in breaks or pressed or heated:
            starts.append(i)
    return [np.arange(a, b) for a, b in zip(starts, [*starts[1:], len(series)], strict=True)] if len(series) else []
