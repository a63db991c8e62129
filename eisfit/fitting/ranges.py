"""Default bounds that the data cannot reach: as wide as the size of the impedance and the band ask.

The bounds that an element declares suit a laboratory cell. A cell of 50 Ah has 1e5 F, a ceramic pellet 1e10 ohm: there
a default bound would stop a value that the data determine. So default bounds are moved outwards where the resistances
and the time constants that a spectrum can show lead beyond them. Bounds that somebody gave stay.
"""

from __future__ import annotations

import numpy as np

from eisfit.circuit import Circuit
from eisfit.fitting.dimensions import dimension
from eisfit.parameter import Parameter
from eisfit.spectrum import Complexes, Floats

BEYOND = 30.0
"""A value with a time in it may lead so far beyond the moduli and the band that were measured."""
NOTHING = 1e5
"""A resistance may be so many times smaller than the smallest modulus: nothing that the data could show."""


def widened(circuit: Circuit, frequency: Floats, impedance: Complexes) -> Circuit:
    """The circuit with default bounds moved outwards for spectra of these frequencies (F,) and impedances (N, F)."""
    modulus = np.abs(impedance)
    modulus = modulus[np.isfinite(modulus) & (modulus > 0)]
    if not modulus.size:
        return circuit
    omega = 2 * np.pi * frequency
    sizes = float(modulus.min()), float(modulus.max())
    times = 1 / float(omega.max()), 1 / float(omega.min())
    bounds: dict[str, tuple[float, float]] = {}
    for leaf in circuit.root.leaves():
        for name, declared in zip(leaf.names, leaf.element.params, strict=True):
            p = circuit.parameter(name)
            by_default = (p.lower, p.upper) == (declared.lower, declared.upper)
            if p.fixed or not by_default or p.scale != "log" or p.lower <= 0:
                continue
            low, high = _reach(p, sizes, times)
            if low < p.lower or high > p.upper:
                bounds[name] = min(low, p.lower), max(high, p.upper)
    return circuit.with_bounds(**bounds) if bounds else circuit


def _reach(p: Parameter, sizes: tuple[float, float], times: tuple[float, float]) -> tuple[float, float]:
    """Least and largest value of a parameter for these moduli and times, and what lies beyond, by its unit."""
    d = dimension(p.unit)
    if not d.alpha and not d.timely:
        return p.lower, p.upper
    beyond = BEYOND if d.timely else NOTHING
    resistances = sizes[0] / beyond, sizes[1] * beyond
    times = times[0] / beyond, times[1] * beyond
    exponents = (0.0, 1.0) if d.beta_n else (0.0,)
    values = [a**d.alpha * t ** (d.beta + d.beta_n * n) for a in resistances for t in times for n in exponents]
    return min(values), max(values)
