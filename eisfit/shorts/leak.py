"""The interval of a leak that the circuit measured, and the bound that passivity sets.

Whatever the cell does, it is passive: a leak G beside it gives Re Y >= G at every
frequency. So R_short, with the resistance of its lead, is at least 1 / min Re Y.
"""

from __future__ import annotations

import numpy as np

from eisfit.shorts.features import median
from eisfit.shorts.spectra import Aligned, Window
from eisfit.spectrum import Bools, Complexes, Floats

SCATTER = 0.01
"""Relative scatter of the plateau from one spectrum to the next, before any is seen."""
PRIOR = 4.0
"""How many spectra that first guess weighs as much as."""
LOUDEST = 3.0
"""Standard deviations of the noise that the bound allows for."""
LEAD_TAKES = 0.2
"""Share of the impedance that the lead may be where the passive bound is asked."""
NORMAL = 1.959964
"""The 97.5 % point of the normal distribution."""


def interval(leak: Floats, error: Floats) -> tuple[Floats, Floats, Floats]:
    """R_short of leaks (n,) S with the ends of its 95 % interval, ohm; the error is that of ln G times G."""
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        R, reach = 1 / leak, np.exp(NORMAL * error / leak)
        return R, R / reach, R * reach


def scatter(spectra: Aligned, window: Window, flagged: Bools) -> float:
    """Relative scatter of the plateau from one unflagged spectrum to the next."""
    with np.errstate(all="ignore"):
        plateau = np.log(median(spectra.impedance.real[~flagged], window.valley))
    steps = np.diff(plateau[np.isfinite(plateau)])
    return float(np.sqrt((PRIOR * SCATTER**2 + float((steps**2).sum()) / 2) / (PRIOR + len(steps))))


def passive_bound(z: Complexes, noise: Floats, measured: Complexes | None = None) -> Floats:
    """The resistance that no leak can lie below, (n,) ohm: 1 / (min Re Y and what the noise may take off it).

    z (n, F) is what was measured less the lead; where the lead took more than LEAD_TAKES of it, its own error and the
    noise of what was measured decide what is left, and nothing follows.
    """
    with np.errstate(all="ignore"):
        lead = 0.0 if measured is None else np.abs(measured - z)
        Y = np.where(lead <= LEAD_TAKES * np.abs(z), 1 / z, np.nan)
        allowed = Y.real + LOUDEST * noise[:, None] * np.abs(Y)
        least = np.where(np.isfinite(allowed), allowed, np.inf).min(axis=1)
        return np.where(np.isfinite(least) & (least > 0), 1 / least, np.nan)
