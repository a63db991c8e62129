"""A cell with a liquid electrolyte and 9 frequencies: it ages for 24 loops, then one real constant is added to Y."""

from __future__ import annotations

import numpy as np

from eisfit.spectrum import Series, Spectrum

Rng = np.random.Generator
Floats = np.ndarray

FREQUENCY = np.array([500.0, 200.0, 100.0, 50.0, 20.0, 10.0, 5.0, 2.0, 0.8])
LOOPS, AFTER = 24, 8
AGED = 0.6
"""By which the cell has aged over the loops before the leak."""


def liquid(rng: Rng, share: float) -> tuple[Series, Floats]:
    """The series, and in which spectra a leak takes this share of the direct current (n,)."""
    ohm = rng.uniform(0.3, 1.0)
    arcs = [
        (ohm * rng.uniform(0.5, 2.0), 10 ** rng.uniform(1.0, 2.2), rng.uniform(0.75, 0.95)),
        (ohm * rng.uniform(0.2, 1.0), 10 ** rng.uniform(0.0, 0.8), 0.85),
    ]
    tail = ohm * rng.uniform(0.1, 0.6)
    of_ohm, of_arcs = [(1.0, 1.0), (0.5, 1.5), (0.2, 1.8)][int(rng.integers(3))]
    loop = np.arange(LOOPS + AFTER)
    age = AGED * np.minimum(loop / (LOOPS - 1), 1.0) ** float(rng.choice([0.5, 1.0, 1.7]))
    a, b = (1 + part * age for part in (of_ohm, of_arcs))
    f = FREQUENCY[None, :]
    z = ohm * a[:, None] + tail * (1j * f) ** -0.5
    for R, f0, n in arcs:
        z = z + R * b[:, None] / (1 + (1j * f * b[:, None] / f0) ** n)
    leaks = loop >= LOOPS
    G = share / (1 - share) / z[LOOPS].real[-1]
    z = np.where(leaks[:, None], 1 / (1 / z + G), z)
    noise = rng.choice([0.001, 0.002, 0.003])
    z = z * (1 + noise * (rng.standard_normal(z.shape) + 1j * rng.standard_normal(z.shape)))
    return Series([Spectrum(FREQUENCY, row) for row in z]), leaks
