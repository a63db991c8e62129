"""Where an arc of a cell lies: windows of its apex frequency and capacitance along the series, errors included.

A process keeps its time constant and its capacitance from cell to cell far better than its resistance. A window runs
from the 5th to the 95th percentile of the series, wider by two standard errors of the fits at both ends; spectra with a
short, or whose fit failed or does not tell the arc, do not count.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from eisfit.roles.assign import assign_roles
from eisfit.roles.structure import Arc
from eisfit.spectrum import Bools, Floats
from eisfit.study import Study
from eisfit.tracking.propagation import propagated

ENDS = (5.0, 95.0)
"""Percentiles of the series that a window covers."""
ERRORS = 2.0
"""Standard errors by which it is wider at each end."""
TOLD = 3.0
"""A resistance counts from so many of its standard errors on."""
SMALL = 0.02
"""An arc of less than this share of the resistance of its cell is taken for none."""


class Window(NamedTuple):
    """A positive quantity along the series: median, ends, spread, error.

    spread: exp of the standard deviation of ln, a factor; error: median relative standard error of the fits.
    """

    middle: float
    low: float
    high: float
    spread: float
    error: float

    def scaled(self, factor: float) -> Window:
        """The window of the quantity times a factor."""
        return self._replace(middle=self.middle * factor, low=self.low * factor, high=self.high * factor)


class Located(NamedTuple):
    """An arc of a cell: role, resistance (ohm), apex frequency (Hz), capacitance (F), how many spectra tell it."""

    role: str
    resistance: Window
    frequency: Window
    capacitance: Window
    spectra: int


def locate(study: Study) -> tuple[Located, ...]:
    """The arcs that more than half of the sound spectra of a study tell, in the order of their roles."""
    sound = study.fits.usable.copy()
    sound[[*study.track.flagged("soft_short"), *study.track.flagged("hard_short")]] = False
    main = study.fits.circuit
    roles = assign_roles(main, chosen={role: n for role, n in study.track.assigned.items() if n in main.names})
    columns = [study.fits.names.index(name) for name in roles.resistances.values()]
    total = study.fits.values[:, columns].sum(axis=1)
    found = [_located(study, role, arc, total, sound) for role, arc in roles.arcs.items()]
    return tuple(one for one in found if one)


def _located(study: Study, role: str, arc: Arc, total: Floats, sound: Bools) -> Located | None:
    values, covariance = study.fits.values, study.fits.covariance
    with np.errstate(all="ignore"):
        pairs = [propagated(q, values, covariance, arc.columns) for q in (arc.resistance, arc.apex, arc.capacitance)]
        (ohm, error), _, _ = pairs
        told = sound & (ohm > np.maximum(TOLD * error, SMALL * total))
    for value, stderr in pairs:
        told &= np.isfinite(value) & np.isfinite(stderr) & (value > 0)
    if not told.any() or 2 * told.sum() <= sound.sum():
        return None
    resistance, frequency, capacitance = (window(value[told], stderr[told]) for value, stderr in pairs)
    return Located(role, resistance, frequency, capacitance, int(told.sum()))


def window(value: Floats, stderr: Floats) -> Window:
    """The window of a positive quantity (n,) with its standard errors."""
    log, error = np.log(value), float(np.median(stderr / value))
    low, high = np.percentile(log, ENDS)
    middle, first, last = np.exp([np.median(log), low - ERRORS * error, high + ERRORS * error]).tolist()
    return Window(middle, first, last, spread=float(np.exp(np.std(log))), error=error)


def apart(one: Window, other: Window) -> float:
    """The factor between the nearer ends of two windows, 1 where they overlap."""
    return max(one.low / other.high, other.low / one.high, 1.0)
