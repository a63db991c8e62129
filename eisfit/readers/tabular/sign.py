"""Which sign the imaginary part has, decided by causality and passivity.

For a causal system Im Z follows (pi/2) dRe Z/dln(omega): the local form of the Kramers-Kronig relation, which Ehm,
Kaus, Schiller and Strunz use for |Z| and phase in the Z-HIT (New Trends in Electrochemical Impedance Spectroscopy,
2001). Elements without a real part add to it: a series inductance omega L, a series capacitance -1/(omega C). None of
these three parts can be negative in a passive system. So Im Z and -Im Z are both explained by them, with factors of 0
or more, by least squares; the sign that leaves the smaller rest is the physical one.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import combinations
from typing import NamedTuple

import numpy as np

from eisfit.spectrum import Complexes, Floats

DECISIVE = 0.3
"""Difference of the two rests over their sum, from which the sign counts as known."""
FEW = 5
"""Spectra of fewer points than this do not overrule a header."""
MANY = 2000
"""So many sweeps, spread over all, tell the sign of a table."""
MOST = 0.8
PARTS = 3


def evidence(sweeps: Iterable[tuple[Floats, Complexes]]) -> float:
    """How much better Im Z is explained as it stands than with the other sign: 1 wholly, 0 undecided, -1 conjugated.

    Each sweep is frequency (F,) and impedance (F,) in any order. Zero where there is too little to tell.
    """
    as_read = conjugated = 0.0
    for frequency, impedance in sweeps:
        explained = regression(frequency, impedance)
        if explained is not None:
            parts, middle = explained
            as_read += rest(parts, middle)
            conjugated += rest(parts, -middle)
    total = as_read + conjugated
    return (conjugated - as_read) / total if total > 0 else 0.0


def regression(frequency: Floats, impedance: Complexes) -> tuple[Floats, Floats] | None:
    """The parts (F-1, 3) that explain Im Z between neighbours, and Im Z itself (F-1,), all over |Z|."""
    order = np.argsort(frequency, kind="stable")
    omega, z = 2 * np.pi * frequency[order], impedance[order]
    step = np.diff(np.log(omega))
    size = (np.abs(z[1:]) + np.abs(z[:-1])) / 2
    good = (step > 0) & (size > 0)
    if not good.any():
        return None
    between = np.sqrt(omega[1:] * omega[:-1])[good]
    slope = (np.diff(z.real) / np.where(good, np.diff(np.log(omega)), 1.0))[good]
    with np.errstate(all="ignore"):  # numbers beyond all reason make parts that are not finite
        parts = np.column_stack((np.pi / 2 * slope, between, -1 / between)) / size[good, None]
    middle = ((z.imag[1:] + z.imag[:-1]) / 2)[good] / size[good]
    return (parts, middle) if np.isfinite(parts).all() and np.isfinite(middle).all() else None


def rest(parts: Floats, target: Floats) -> float:
    """The smallest sum of squares that factors of 0 or more leave: non-negative least squares, every subset tried."""
    scale = np.linalg.norm(parts, axis=0)
    scaled = parts / np.where(scale > 0, scale, 1.0)
    best = float(target @ target)
    for count in range(1, PARTS + 1):
        for subset in combinations(range(PARTS), count):
            columns = scaled[:, subset]
            factors = np.linalg.lstsq(columns, target, rcond=None)[0]
            if np.all(factors >= 0):
                left = target - columns @ factors
                best = min(best, float(left @ left))
    return best


class Verdict(NamedTuple):
    """How many of the points have Im Z > 0, and whether that is the wrong sign."""

    positive: int
    total: int
    conjugated: bool

    @property
    def mostly_inductive(self) -> bool:
        """True where nearly all points have Im Z > 0, as those of a cable have."""
        return self.positive > MOST * self.total


def judge(sweeps: Sequence[tuple[Floats, Complexes]], *, stated: bool) -> Verdict:
    """Whether the sign of Im Z is wrong. `stated`: a header names the column, so that doubt goes in its favour."""
    positive = total = 0
    for _, z in sweeps:
        positive += int(np.count_nonzero(z.imag > 0))
        total += z.size
    if stated and (2 * positive <= total or total < FEW):
        return Verdict(positive, total, conjugated=False)
    found = evidence(sweeps[:: 1 + len(sweeps) // MANY])
    if stated or abs(found) >= DECISIVE:
        return Verdict(positive, total, conjugated=found <= -DECISIVE)
    return Verdict(positive, total, conjugated=positive > MOST * total)
