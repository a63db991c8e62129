"""Whether numbers can be an impedance at all: what a sum of relaxations leaves of them.

Every impedance of a linear, causal, stable system is well described by R + j omega L + 1/(j omega C) and a sum of
relaxations R_k/(1 + j omega tau_k) with fixed tau_k, of either sign (Boukamp, J. Electrochem. Soc. 142 (1995) 1885).
Here this linear fit only tells one reading of nameless columns from another; the test of the data comes later.
"""

from __future__ import annotations

import numpy as np

from eisfit.spectrum import Complexes, Floats

PER_DECADE = 4
"""Relaxations per decade of frequency."""
POINTS_EACH = 1.1
"""Points of a spectrum for each relaxation at least: else any numbers are described."""
MOST_POINTS = 120
"""Of more points every second, third, ... is asked."""


def misfit(frequency: Floats, impedance: Complexes) -> float:
    """The root mean square of (Z - fit)/|Z| over the points (F,), per degree of freedom; inf where there is no fit."""
    step = -(-len(frequency) // MOST_POINTS)
    f, z = frequency[::step], impedance[::step]
    size = np.abs(z)
    count = len(f)
    if not np.all(np.isfinite(z)) or not np.all(size > 0) or count < 3:
        return float("inf")
    omega = 2 * np.pi * f
    decades = max(np.log10(omega.max() / omega.min()), 0.1)
    terms = int(max(1, min(PER_DECADE * decades, count / POINTS_EACH - 1)))
    tau = np.logspace(-np.log10(omega.max()) - 0.2, -np.log10(omega.min()) + 0.2, terms)
    parts = [np.ones(count), 1j * omega / omega.max(), -1j * omega.min() / omega]
    basis = np.column_stack([*parts, *(1 / (1 + 1j * omega * t) for t in tau)]) / size[:, None]
    system = np.concatenate((basis.real, basis.imag))
    wanted = np.concatenate(((z / size).real, (z / size).imag))
    factors = np.linalg.lstsq(system, wanted, rcond=1e-8)[0]
    left = wanted - system @ factors
    freedom = max(2 * count - system.shape[1], 1)
    return float(np.sqrt(left @ left / freedom))
