"""Take a measured cable out of every spectrum: Z_cell = Z_measured - Z_cable, the cable measured with a shorted end."""

from __future__ import annotations

import numpy as np

from eisfit.errors import DataError
from eisfit.spectrum import Complexes, Floats, Series, Spectrum

BEYOND = 1.05
"""A spectrum may reach this factor beyond the frequencies of the blank."""


def subtract_blank(series: Series, blank: Spectrum) -> Series:
    """The series with the impedance of the cable taken off each spectrum.

    Between the frequencies of the blank, Re Z and Im Z / omega (a resistance and an inductance, both smooth) are
    interpolated linearly in ln f. Raises DataError where a spectrum reaches beyond the band of the blank.
    """
    return series.with_(spectra=[_cleaned(spectrum, blank) for spectrum in series])


def _cleaned(spectrum: Spectrum, blank: Spectrum) -> Spectrum:
    high, low = blank.frequency[0], blank.frequency[-1]
    f = spectrum.frequency
    if f[0] > high * BEYOND or f[-1] < low / BEYOND:
        raise DataError(
            f"the blank covers {low:.4g} to {high:.4g} Hz, {spectrum.label or 'a spectrum'} "
            f"{f[-1]:.4g} to {f[0]:.4g} Hz: measure the cable over the whole band"
        )
    return spectrum.with_(impedance=spectrum.impedance - _interpolated(blank, f))


def _interpolated(blank: Spectrum, frequency: Floats) -> Complexes:
    x, known = np.log(frequency), np.log(blank.frequency[::-1])
    resistance = np.interp(x, known, blank.impedance.real[::-1])
    inductance = np.interp(x, known, (blank.impedance.imag / blank.omega)[::-1])
    out: Complexes = resistance + 1j * 2 * np.pi * frequency * inductance
    return out
