"""Arcs whose apex lies outside of the band: their resistance is an extrapolation, its error says less than it seems.

Of an arc that is faster than the band only a flank is seen: its resistance and that in series with it trade with each
other, and only their sum is known. Of one that is slower the flank goes on beyond the last point. Either way the data
give the first two terms of the flank, a1 and a2, and the resistance is R = a1^2 / a2: what has a normal error of one
size is 1/R. So a draw with a small R has a small error, r = stderr / R being a share of R itself.

To second order the error of 1/a2 is larger than r, and an interval R +- t stderr that holds as often as the one in 1/R
needs the error r (1 + 6 r^2), for any r up to a half: P(|e| (1 + e) < 1.96 r0 (1 + 6 r^2)), r = r0 / (1 + e), is 0.93
to 0.96 for a normal e of size r0. Beyond, the resistance is not resolved. That must not be told by r alone, for the
draws that are left would be those with a small error that miss.
"""

from __future__ import annotations

import numpy as np

from eisfit.circuit import Circuit
from eisfit.roles.structure import structure
from eisfit.spectrum import Bools, Floats

FAST = 0.5
"""Share of the highest frequency above which an apex is too fast."""
SECOND_ORDER, MOST = 6.0, 0.5
"""The factor of r^2, and the largest r for which it is meant."""
LEAST = 0.1
"""The r up to which errors to first order do: there the growth is below a twentieth."""
LOUD = 0.12
"""Relative standard error below which an extrapolated resistance is resolved."""
OF_ALL = 0.3
"""Relative standard error that a fast arc would have if it were all of the sum that is known, r (sum / R).

It is the same for every draw of the noise: the error of 1/R times what is known."""
FLANK = 0.13
"""The same for a slow arc, of which no sum is known: r (apex / lowest frequency)^(n / 2)."""


def stretched(circuit: Circuit, values: Floats, covariance: Floats, at_bound: Bools, band: Floats) -> Floats:
    """The covariance (N, P, P) with the errors of resistances of arcs out of the band to second order.

    values, at_bound (N, P); band (N, 2): lowest and highest frequency in Hz. What is correlated with such a resistance
    moves with it, so that a sum that is known stays so.
    """
    out = np.array(covariance)
    with np.errstate(all="ignore"):
        for arc in structure(circuit).arcs:
            apex, k = arc.apex(values), arc.columns[0]
            variance = out[:, k, k].copy()
            outside = (apex > FAST * band[:, 1]) | (apex < band[:, 0])
            rows = np.flatnonzero(outside & (variance > 0) & ~at_bound[:, k])
            if not rows.size:
                continue
            wider = _second_order(np.sqrt(variance[rows]) / np.abs(values[rows, k]))
            more = (wider**2 - 1) / variance[rows]
            column = out[rows, :, k]
            out[rows] += more[:, None, None] * column[:, :, None] * column[:, None, :]
    return out


def out_of_reach(circuit: Circuit, values: Floats, stderr: Floats, band: Floats) -> Bools:
    """Resistances that an arc outside of the band leaves open, (..., P).

    values, stderr (..., P); band (..., 2): lowest and highest frequency in Hz. Of a fast arc the sum with the resistors
    in series is known, of a slow one nothing but its own resistance.
    """
    out = np.zeros(values.shape, dtype=bool)
    parts = structure(circuit)
    in_series = [circuit.names.index(name) for name in parts.resistors]
    with np.errstate(all="ignore"):
        for arc in parts.arcs:
            apex, own = arc.apex(values), arc.columns[0]
            size = np.abs(values[..., own])
            known = np.abs(values[..., [own, *in_series]]).sum(axis=-1)
            fast, slow = apex > FAST * band[..., 1], apex < band[..., 0]
            error = _first_order(stderr[..., own] / size)
            loud = fast & ((error > LOUD) & (error * known / size > OF_ALL) | ~np.isfinite(error))
            for k in (own, *in_series):  # those that it trades with
                out[..., k] |= loud & ~(stderr[..., k] < stderr[..., own] / 2)
            flank = error * (apex / band[..., 0]) ** (arc.exponent(values) / 2)
            out[..., own] |= slow & ~(flank <= FLANK)
    fixed = np.array([p.fixed for p in circuit.parameters])
    return np.asarray(out & ~fixed)


def _second_order(r: Floats) -> Floats:
    """The factor by which a relative error r to first order grows."""
    within = np.minimum(r, MOST)
    return np.where(within > LEAST, 1 + SECOND_ORDER * within**2, 1.0)


def _first_order(error: Floats) -> Floats:
    """Relative errors to first order, of those to second order."""
    place = np.linspace(LEAST, MOST, 400)[1:]
    grown = place * _second_order(place)
    inside = np.interp(error, np.append(LEAST, grown), np.append(LEAST, place))
    return np.where(error <= LEAST, error, np.where(error > grown[-1], error / _second_order(np.array(MOST)), inside))
