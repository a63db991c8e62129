"""What changed since the baseline, at every frequency: dY = 1/Z - 1/Z_B.

A leak beside the whole cell adds a positive real number, the same at every frequency. A change of an interface adds
nothing at high frequencies and something complex at low ones, heating of the electrolyte something that falls off
where its arc ends.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import NamedTuple

import numpy as np

from eisfit.shorts.segments import segments
from eisfit.shorts.spectra import align, middle
from eisfit.spectrum import Complexes, Floats, Series

MOST = 0.5
"""A spectrum that knows a larger share of the grid may be part of a baseline."""


class Change(NamedTuple):
    """dY (N, F) in S at frequency (F,) Hz, descending; NaN where a spectrum or its baseline is not known."""

    frequency: Floats
    admittance: Complexes


def admittance_change(
    series: Series, *, inductance: Floats | None = None, baseline: int = 3, breaks: Collection[int] = ()
) -> Change:
    """dY of every spectrum against the median of the first `baseline` spectra of its stretch.

    inductance (N,) H is taken off first; breaks as for `detect_shorts`. A grid of its own is interpolated in ln f.
    """
    n = len(series)
    lead = np.zeros(n) if inductance is None else inductance
    spectra = align(series, range(n))
    spectra = spectra._replace(impedance=spectra.impedance - 2j * np.pi * spectra.frequency * lead[:, None])
    change = np.full(spectra.impedance.shape, np.nan + 1j * np.nan)
    for index in segments(series, breaks):
        z = spectra.impedance[index]
        trusted = np.flatnonzero(np.isfinite(z).mean(axis=1) > MOST)[:baseline]
        if trusted.size:
            with np.errstate(all="ignore"):
                change[index] = 1 / z - 1 / middle(z[trusted])
    return Change(spectra.frequency, change)
