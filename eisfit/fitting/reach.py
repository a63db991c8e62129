"""Arcs whose apex lies outside of the band: their resistance is an extrapolation, its error says less than it seems.

Of an arc that is faster than the band only a flank is seen: its resistance and that in series with it trade with each
other, and only their sum is known. Of one that is slower the flank goes on beyond the last point. Errors to first order
hold there as long as they are small; where they are not, the value is not resolved.
"""

from __future__ import annotations

import numpy as np

from eisfit.circuit import Circuit
from eisfit.roles.structure import structure
from eisfit.spectrum import Bools, Floats

FAST = 0.5
"""Share of the highest frequency above which an apex is too fast."""
LOUD = 0.3
"""Standard error, as a share of the sum that is known, above which an extrapolated resistance is not resolved.

No smaller one: errors hold there (see docs/method.md), and leaving out draws by their error spoils what is left, for a
draw with a small resistance has a small error too.
"""


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
            known = np.abs(values[..., [own, *in_series]]).sum(axis=-1)
            fast = apex > FAST * band[..., 1]
            for k in (own, *in_series):
                out[..., k] |= fast & ~(stderr[..., k] <= LOUD * known)
            out[..., own] |= (apex < band[..., 0]) & ~(stderr[..., own] <= LOUD * np.abs(values[..., own]))
    fixed = np.array([p.fixed for p in circuit.parameters])
    return np.asarray(out & ~fixed)
