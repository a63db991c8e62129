"""Numbers that describe a spectrum against its baseline and decide nothing; the verdict is that of `following`.

G  the smaller one of the medians of Re(Y - Y_B) at the two ends of the plateau of the electrolyte
a  G R / (1 + G R), R = Re Z_B in the valley: the fall of the plateau
P  (2/pi) int -Im Z dln f / Re Z(lowest f), by Kramers-Kronig the share (R(0) - R(inf)) / R(0) of polarisation
b  1 - P / P_B
c  1 - Re Z / Re Z_B at the lowest three frequencies
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from eisfit.medians import median_of
from eisfit.shorts.spectra import Aligned, Index, Window
from eisfit.spectrum import Complexes, Floats

BOLTZMANN = 8.617333262e-5
"""eV/K (CODATA 2018)."""
ROOM = 298.15
ACTIVATION_eV = 0.35
"""Of the electrolyte, for the rise of temperature that would explain a."""


class Features(NamedTuple):
    """R in the valley, R of its baseline, R at the lowest frequencies (ohm), P, a, b, c: each (n,)."""

    R: Floats
    R_base: Floats
    R_low: Floats
    P: Floats
    a: Floats
    b: Floats
    c: Floats


def features(spectra: Aligned, window: Window, base: Complexes) -> Features:
    """Features of spectra (n, F) against baselines (n, F); NaN where the band falls short."""
    f, z = spectra.frequency, spectra.impedance
    R, R_low = median(z.real, window.valley), median(z.real, window.low)
    R_base = median(base.real, window.valley)
    gain = (1 / z - 1 / base).real
    size = np.maximum(np.minimum(median(gain, window.high), median(gain, window.valley)) * R_base, -0.99)
    P, P_base = polarisation(f, z, window), polarisation(f, base, window)
    return Features(R, R_base, R_low, P, size / (1 + size), 1 - P / P_base, 1 - R_low / median(base.real, window.low))


def median(values: Floats, index: Index) -> Floats:
    """Median over some frequencies, (...,); NaN where one of them is not known."""
    out: Floats = median_of(values[..., index], axis=-1)
    return out


def polarisation(frequency: Floats, z: Complexes, window: Window) -> Floats:
    """P of spectra (..., F) over the capacitive part of the band."""
    at = slice(int(window.whole[0]), int(window.low[-1]) + 1)
    height = np.maximum(-z.imag[..., at], 0.0)
    width = -np.diff(np.log(frequency[at]))
    area = ((height[..., 1:] + height[..., :-1]) / 2 * width).sum(axis=-1)
    out: Floats = 2 / np.pi * area / median(z.real, window.low)
    return out


def heating(a: Floats, temperature_C: Floats) -> Floats:
    """The temperature rise (K) that lowers the electrolyte's resistance by the share a: -ln(1 - a) k T^2 / E."""
    T = np.where(np.isfinite(temperature_C), temperature_C + 273.15, ROOM)
    with np.errstate(invalid="ignore"):
        out: Floats = -np.log1p(-np.clip(a, 0.0, 1 - 1e-9)) * BOLTZMANN * T**2 / ACTIVATION_eV
    return out
