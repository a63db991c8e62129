"""What changed since the baseline, at every frequency: dY = 1/Z - 1/Z_B.

A leak beside the whole cell adds a positive real number, the same at every frequency. A change of an interface adds
nothing at high frequencies and something complex at low ones, heating of the electrolyte something that falls off
where its arc ends.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import NamedTuple

import numpy as np

from eisfit.medians import median_of
from eisfit.shorts.explanation import Pairs, best_explanations
from eisfit.shorts.segments import segments
from eisfit.shorts.spectra import align, middle, typical
from eisfit.spectrum import Complexes, Floats, Series

LEAST = 4
"""Points that a change is shown of."""
MOST = 0.5
"""A spectrum that knows a larger share of the grid may be part of a baseline."""


class Change(NamedTuple):
    """dY (N, F) in S at frequency (F,) Hz, descending; NaN where a spectrum or its baseline is not known."""

    frequency: Floats
    admittance: Complexes


class Explained(NamedTuple):
    """What changed in one spectrum, dY (F,) in S at frequency (F,) Hz, with its noise and with what explains it.

    error (F,) S: one standard deviation; rival, leak: the best explanation without and with a leak, dY (F,) S; said:
    both in words.
    """

    frequency: Floats
    measured: Complexes
    error: Floats
    rival: Complexes
    leak: Complexes
    said: tuple[str, str]


def explained_change(series: Series, i: int, members: Sequence[int]) -> Explained | None:
    """dY of spectrum i against the spectra `members`, with the best explanations; None where they have no point.

    The explanations are those of the verdict, fitted once more.
    """
    spectra = align(series, [*members, i])
    base, z, noise = typical(spectra, range(len(members))), spectra.impedance[-1], spectra.noise
    known = np.isfinite(base) & np.isfinite(z)
    if known.sum() < LEAST:
        return None
    f, base, z = spectra.frequency[known], base[known], z[known]
    error = float(np.hypot(noise[-1], median_of(noise[:-1]) / np.sqrt(len(members))))
    temperature = series.column("temperature_C")
    with np.errstate(all="ignore"):
        rise = (temperature[i] - float(np.mean(temperature[list(members)]))) / 10
        pairs = Pairs(z[None], np.array([error]), base[None], np.array([0]), np.array([rise]))
        rival, leak = best_explanations(f, pairs)
        changes = [1 / one - 1 / base for one in (z, rival.impedance, leak.impedance)]
    return Explained(f, changes[0], error / np.abs(z), changes[1], changes[2], (rival.says, leak.says))


def admittance_change(
    series: Series, *, inductance: Floats | None = None, baseline: int = 3, breaks: Collection[int] = ()
) -> Change:
    """dY of every spectrum against the median of the first `baseline` spectra of its stretch.

    inductance (N,) H is taken off first; breaks as for `detect_shorts`. A grid of its own is interpolated in ln f.
    """
    n = len(series)
    lead = np.zeros(n) if inductance is None else inductance
    spectra = align(series, range(n))
    spectra = spectra._replace(impedance=spectra.impedance - 2j * np.pi * spectra.frequency * lead[:, None])
    change = np.full(spectra.impedance.shape, np.nan + 1j * np.nan)
    for index in segments(series, breaks):
        z = spectra.impedance[index]
        trusted = np.flatnonzero(np.isfinite(z).mean(axis=1) > MOST)[:baseline]
        if trusted.size:
            with np.errstate(all="ignore"):
                change[index] = 1 / z - 1 / middle(z[trusted])
    return Change(spectra.frequency, change)
