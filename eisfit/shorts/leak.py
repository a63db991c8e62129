"""How large a leak is by the plateau alone, its interval, and the bound that passivity sets.

This needs no circuit; `tied` does the same with one. The plateau is held to the baseline, Y = Y_B + G, and G is the one
free parameter: weighted least squares over the window, weights |Z|^2. Its standard error joins the noise of the points
and the scatter of the contacts from spectrum to spectrum; the latter is estimated from the unflagged spectra of the
series itself, with CONTACT_SPREAD as a first guess that weighs as much as four of them, so that the interval is one of
Student's t.

Whatever the cell does, it is passive: a leak G beside it gives Re Y >= G at every frequency. So R_short, with the
resistance of its lead, is at least 1 / min Re Y.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from eisfit.shorts.evidence import CONTACT_SPREAD, MEDIAN, Baseline, median
from eisfit.shorts.spectra import Aligned, Window
from eisfit.spectrum import Bools, Complexes, Floats

PRIOR = 4.0
"""How many unflagged spectra the first guess of the scatter weighs as much as."""
LOUDEST = 3.0
"""Standard deviations of the noise that the bound allows for."""


class Leak(NamedTuple):
    """Conductance of a leak (n,) S and its standard error; relative scatter of the plateau, its degrees of freedom."""

    leak: Floats
    error: Floats
    scatter: Floats
    freedom: Floats


def plateau_leak(spectra: Aligned, window: Window, base: Baseline, flagged: Bools) -> Leak:
    """The leak of spectra (n, F) by the plateau of the electrolyte."""
    leak, points = _tied(spectra, window, base)
    spread, freedom = _contacts(spectra, window, flagged)
    own = np.abs(median((1 / base.impedance).real, window.valley))
    error = np.sqrt(points**2 + (1 + MEDIAN / base.members) * (spread * own) ** 2)
    return Leak(leak, error, np.full(len(leak), spread), np.full(len(leak), freedom))


def interval(found: Leak) -> tuple[Floats, Floats, Floats]:
    """R_short with the ends of its 95 % interval, each (n,) ohm; NaN where G <= 0, NaN for no end."""
    reach = student95(found.freedom) * found.error
    with np.errstate(divide="ignore", invalid="ignore"):
        ends = [np.where(g > 0, 1 / g, np.nan) for g in (found.leak, found.leak + reach, found.leak - reach)]
    return ends[0], ends[1], ends[2]


def _tied(spectra: Aligned, window: Window, base: Baseline) -> tuple[Floats, Floats]:
    """G (n,) and the standard error that the noise of the points gives it."""
    at = window.whole
    with np.errstate(divide="ignore", invalid="ignore"):
        Y, own = 1 / spectra.impedance[:, at], 1 / base.impedance[..., at]
        weight = 1 / np.abs(Y) ** 2
    total = weight.sum(axis=-1)
    leak = (weight * (Y - own).real).sum(axis=-1) / total
    return leak, spectra.noise * np.sqrt((1 + MEDIAN / base.members) / total)


def _contacts(spectra: Aligned, window: Window, flagged: Bools) -> tuple[float, float]:
    """Relative scatter of the plateau from one unflagged spectrum to the next, and its degrees of freedom."""
    plateau = np.log(median(spectra.impedance.real[~flagged], window.valley))
    steps = np.diff(plateau[np.isfinite(plateau)])
    found = float((steps**2).sum()) / 2
    freedom = PRIOR + len(steps)
    return float(np.sqrt((PRIOR * CONTACT_SPREAD**2 + found) / freedom)), freedom


def student95(freedom: Floats | float) -> Floats | float:
    """The 97.5 % point of Student's t, to 1 % from four degrees of freedom on.

    Abramowitz & Stegun, Handbook of Mathematical Functions (1964), 26.7.5.
    """
    z = 1.959964
    first, second = (z**3 + z) / 4, (5 * z**5 + 16 * z**3 + 3 * z) / 96
    third = (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / 384
    return z + first / freedom + second / freedom**2 + third / freedom**3


def passive_bound(z: Complexes, noise: Floats) -> Floats:
    """The resistance that no leak can lie below, (n,) ohm: 1 / (min Re Y and what the noise may take off it)."""
    with np.errstate(all="ignore"):
        Y = 1 / z
        allowed = Y.real + LOUDEST * noise[:, None] * np.abs(Y)
        least = np.where(np.isfinite(allowed), allowed, np.inf).min(axis=1)
        return np.where(np.isfinite(least) & (least > 0), 1 / least, np.nan)
