"""Bounds of parameters that follow a formula: they have no coordinate that could be held, so they are walls.

What lies at a wall was decided by it: its error is not known, nor that of what the formula holds with it.
"""

from __future__ import annotations

import numpy as np

from eisfit.fitting.scaling import Scaling
from eisfit.spectrum import Bools, Floats

AT_BOUND = 1e-6
"""A coordinate within this share of its range (or this far, on a logarithmic scale) of a bound lies at it."""


def behind_walls(scaling: Scaling, values: Floats, covariance: Floats, at_bound: Bools) -> tuple[Floats, Bools]:
    """Covariance (N, P, P) and what lies at a bound (N, P), with the walls at values (N, P) taken into account."""
    if not scaling.formulas:
        return covariance, at_bound
    walls = at_walls(scaling, values)
    lost = hanging_on(scaling, values, walls)
    return np.where(lost[:, :, None] | lost[:, None, :], np.nan, covariance), at_bound | walls


def at_walls(scaling: Scaling, values: Floats) -> Bools:
    """Which parameters that follow a formula lie at a bound, (N, P)."""
    out = np.zeros(values.shape, dtype=bool)
    for place, _ in scaling.formulas:
        p, value = scaling.circuit.parameters[place], values[:, place]
        for bound in (p.lower, p.upper):
            out[:, place] |= np.abs(value - bound) <= AT_BOUND * (abs(bound) or 1.0)
    return out


def hanging_on(scaling: Scaling, values: Floats, walls: Bools) -> Bools:
    """The parameters at a wall and those that it holds with them, (N, P): their errors are not known."""
    slopes = scaling.slopes(values) != 0
    held = (slopes & walls[:, :, None]).any(axis=1)
    out: Bools = (slopes & held[:, None, :]).any(axis=2) | walls
    return out
