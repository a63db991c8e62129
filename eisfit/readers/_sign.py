"""Which sign the imaginary part has, decided by causality.

For a causal system Im Z follows (pi/2) dRe Z/dln(omega): the local form of the Kramers-Kronig relation, which Ehm,
Kaus, Schiller and Strunz use for |Z| and phase in the Z-HIT (New Trends in Electrochemical Impedance Spectroscopy,
2001). So Im Z is negative where Re Z falls with frequency, and positive where it rises (a lead, an inductive loop).
A conjugated spectrum breaks this at nearly every point; a cable or a coil, mostly inductive but causal, does not.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from eisfit.spectrum import Complexes, Floats

DECISIVE = 0.3
"""Correlation between Im Z and dRe Z, each over |Z|, from which the sign counts as known."""
FEW = 5
"""Spectra of fewer points than this do not overrule a header."""


def causality(sweeps: Iterable[tuple[Floats, Complexes]]) -> float:
    """Correlation of Im Z with dRe Z/dln(f) over all sweeps: near 1 causal, near -1 conjugated, near 0 undecided.

    Each sweep is frequency (F,) and impedance (F,) in any order. Zero where there are too few points.
    """
    product = left = right = 0.0
    for frequency, impedance in sweeps:
        z = impedance[np.argsort(frequency, kind="stable")]
        size = np.abs(z[1:]) + np.abs(z[:-1])
        good = size > 0
        slope = np.diff(z.real)[good] / size[good]
        middle = (z.imag[1:] + z.imag[:-1])[good] / size[good]
        product += float(slope @ middle)
        left += float(slope @ slope)
        right += float(middle @ middle)
    scale = np.sqrt(left * right)
    return float(product / scale) if scale > 0 else 0.0


def inductive(sweeps: Iterable[tuple[Floats, Complexes]]) -> tuple[int, int]:
    """How many points have Im Z > 0, and how many there are."""
    parts = [z.imag > 0 for _, z in sweeps]
    return int(sum(part.sum() for part in parts)), sum(part.size for part in parts)


def is_conjugated(sweeps: list[tuple[Floats, Complexes]], *, stated: bool) -> bool:
    """True where Im Z has the wrong sign. `stated`: a header names the column, so that doubt goes in its favour."""
    positive, total = inductive(sweeps)
    if 2 * positive <= total or (stated and total < FEW):
        return False
    evidence = causality(sweeps)
    if stated or abs(evidence) >= DECISIVE:
        return evidence <= -DECISIVE
    return positive > 0.8 * total
