"""Points that must not count, each with its reason. Nothing is removed: a masked point stays in the data."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from eisfit.errors import OptionError
from eisfit.quality.kramers_kronig import RESIDUAL_REASON, KramersKronig
from eisfit.spectrum import Bools, Floats, Series, Spectrum

NEGATIVE = 0.02
"""Re Z below minus this share of |Z|: more than noise makes of a point whose real part is small."""
CABLE = "Re(Z) < 0 at high frequency: cable or instrument"
MAINS = (50.0, 60.0)
"""Frequencies of mains, Hz."""
HARMONICS = 5
MAINS_HUM = " near a harmonic of the mains"
MAINS_WIDTH = 0.02
"""A measurement picks up a harmonic of the mains within this relative distance."""
MAINS_DEVIATION = 4.0
"""Standard deviations by which a point near a harmonic must lie off as well."""
MAINS_PERCENT = 0.5
"""Percent of |Z| by which it must lie off, too."""


class LeftOut(NamedTuple):
    """A point that does not count: spectrum (0-based) with its label and file, frequency in Hz, reason."""

    spectrum: int
    label: str
    file: str
    frequency: float
    reason: str


def left_out(series: Series) -> tuple[LeftOut, ...]:
    """Every point of a series that does not count, with its reason."""
    return tuple(
        LeftOut(i, spectrum.label, _file(spectrum), float(spectrum.frequency[k]), spectrum.reasons[k])
        for i, spectrum in enumerate(series)
        if spectrum.mask.any()
        for k in np.flatnonzero(spectrum.mask).tolist()
    )


def _file(spectrum: Spectrum) -> str:
    return "" if spectrum.source is None else spectrum.source.path


def mask_bands(spectrum: Spectrum, bands: Sequence[tuple[float, float]]) -> Spectrum:
    """A copy without the points in bands (low, high) in Hz, ends included. Raises OptionError."""
    for low, high in bands:
        if not 0 <= low <= high:
            raise OptionError(f"a band to leave out goes from a low to a high frequency in Hz, not {low:g} to {high:g}")
        inside = (spectrum.frequency >= low) & (spectrum.frequency <= high)
        if inside.any():
            spectrum = spectrum.masked(inside, f"in the band {low:g} to {high:g} Hz, left out as asked")
    return spectrum


def mask_cable(spectrum: Spectrum) -> Spectrum:
    """A copy without the points at the high end whose real part is negative: no cell has that, cables do."""
    z = spectrum.impedance
    if z.real.min() >= 0:
        return spectrum
    return _masked_from_above(spectrum, z.real < -NEGATIVE * np.abs(z), CABLE)


def mask_inductive(spectrum: Spectrum) -> Spectrum:
    """A copy without the inductive points at the high end, for circuits that have no inductor."""
    return _masked_from_above(spectrum, spectrum.impedance.imag > 0, "inductive (Im(Z) > 0) at high frequency")


def mask_residuals(spectrum: Spectrum, kk: KramersKronig, i: int, mains: Sequence[float]) -> Spectrum:
    """A copy without the points that the Kramers-Kronig test finds far off, and those off by less near the mains."""
    gross = kk.outliers[i]
    with np.errstate(invalid="ignore"):
        off = kk.deviation[i] >= MAINS_DEVIATION
        if not (off.any() or gross.any()):
            return spectrum
        size = 100 * np.abs(kk.residual[i])
        hum: Bools = off & (size >= MAINS_PERCENT) & ~gross
        if hum.any():
            hum &= _near_mains(spectrum.frequency, mains) & _alone(off)
    for k in np.flatnonzero(gross | hum).tolist():
        where = MAINS_HUM if hum[k] else ""
        reason = f"{RESIDUAL_REASON} of {size[k]:.2g} %, {kk.deviation[i][k]:.2g} standard deviations{where}"
        spectrum = spectrum.masked(np.arange(len(spectrum)) == k, reason)
    return spectrum


def _masked_from_above(spectrum: Spectrum, bad: Bools, reason: str) -> Spectrum:
    """Mask the run of bad points that begins at the highest used frequency."""
    run = np.logical_and.accumulate(bad | spectrum.mask) & bad
    return spectrum.masked(run, reason) if run.any() else spectrum


def _alone(off: Bools) -> Bools:
    """Points that are off while their neighbours are not: hum spoils one frequency, not a range."""
    padded = np.concatenate([[False], off, [False]])
    out: Bools = off & ~padded[:-2] & ~padded[2:]
    return out


def _near_mains(frequency: Floats, mains: Sequence[float]) -> Bools:
    harmonics = np.outer(mains, np.arange(1, HARMONICS + 1)).ravel()
    out: Bools = np.any(np.abs(frequency[:, None] - harmonics) <= MAINS_WIDTH * harmonics, axis=1)
    return out
