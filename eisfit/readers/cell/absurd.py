"""Numbers beyond everything that can be measured: with them no sum comes out, and a file that holds them is damaged."""

from __future__ import annotations

import numpy as np

from eisfit.spectrum import Spectrum

SLOWEST, FASTEST = 1e-15, 1e18
"""Frequencies, Hz: a period longer than the age of the world, and beyond light."""
SMALLEST, LARGEST = 1e-25, 1e40
"""Impedances, ohm; instruments write 9.9e37 where they are overloaded."""


def absurd(spectrum: Spectrum) -> str:
    """What in a spectrum is beyond all that can be measured, "" where nothing is."""
    f, z = spectrum.frequency, spectrum.impedance
    if f[-1] < SLOWEST or f[0] > FASTEST:
        return f"holds a frequency of {f[-1] if f[-1] < SLOWEST else f[0]:g} Hz, beyond all that can be measured"
    size = np.maximum(np.abs(z.real), np.abs(z.imag))
    if size.min() >= SMALLEST and size.max() <= LARGEST:
        return ""
    wrong = size[(size > LARGEST) | ((size < SMALLEST) & (size > 0))]
    return f"holds an impedance of {wrong[0]:g} ohm, beyond all that can be measured" if wrong.size else ""
