"""The measurement model of the Kramers-Kronig test: elements that obey the relations, enough of them for any spectrum.

    Z(omega) = R0 + j omega L + 1 / (j omega C) + sum_k R_k / (1 + j omega tau_k)

Every term obeys the Kramers-Kronig relations, so does the sum; what it cannot follow, beyond noise, breaks them
(Boukamp, J. Electrochem. Soc. 142 (1995) 1885). The time constants are fixed on a logarithmic grid, which leaves a
linear problem. R_k of either sign are allowed: an arc between two time constants of the grid needs both.

How many: the complex relaxation 1/(1 + e^u), u = ln(j omega tau), has its nearest poles at ln(omega tau) = +- j pi/2,
so its Fourier transform falls as exp(-pi |nu| / 2) and elements with spacing h in ln(tau) reproduce it to about
exp(-pi^2 / (2 h)): 2 % at two per decade, 0.2 % at three, 0.02 % at four. Four is the density here. The grid reaches a
little beyond the band, so that arcs and tails which lie half outside can be followed.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from eisfit.spectrum import Complexes, Floats

DENSITY = 4.0
"""Time constants per decade of frequency."""
BEYOND_HIGH = 0.5
"""Decades by which time constants reach beyond the highest frequency."""
BEYOND_LOW = 0.15
"""Decades beyond the lowest frequency: more would also follow a drift, which happens there; less takes a tail that goes
on below the band for one."""


class Design(NamedTuple):
    """Columns (N, 2F, K) and data (N, 2F), both divided by |Z|: Re of all points, then Im of all points."""

    columns: Floats
    data: Floats


def number_of_rc(frequency: Floats) -> int:
    """Number of RC elements for the frequencies (F,) of one spectrum, in order, by their band alone."""
    decades = abs(math.log10(float(frequency[0]) / float(frequency[-1])))
    return math.ceil(DENSITY * (decades + BEYOND_HIGH + BEYOND_LOW)) + 1


def design(frequency: Floats, impedance: Complexes, n_rc: int) -> Design:
    """The linear problem for spectra of equally many points.

    frequency (N, F) or (1, F) where all share it, impedance (N, F), or admittance: the same columns serve it. Each
    column is scaled by the size that its coefficient may be expected to have: in a circuit of positive elements
    Re Z(1/tau_k) >= R_k / 2, so R_k is of the order of |Z(1/tau_k)|; R0 and L count most at the highest frequency, C at
    the lowest.
    """
    omega = 2 * np.pi * frequency
    low, high = omega.min(axis=1, keepdims=True), omega.max(axis=1, keepdims=True)
    modulus = np.abs(impedance)
    tau = np.exp(_linspace(np.log(10**-BEYOND_HIGH / high), np.log(10**BEYOND_LOW / low), n_rc))
    kernel: Complexes = np.concatenate(
        [
            np.ones_like(omega)[..., None] + 0j,
            (1j * omega / high)[..., None],
            (-1j * low / omega)[..., None],
            1 / (1 + 1j * omega[..., None] * tau[:, None, :]),
        ],
        axis=2,
    )
    weight = np.concatenate([1 / modulus, 1 / modulus], axis=1)[..., None]
    columns: Floats = split(kernel) * weight
    columns *= _expected(omega, modulus, tau)[:, None, :]
    return Design(columns, split(impedance / modulus))


def split(values: Complexes) -> Floats:
    """Complex (N, F, ...) as real (N, 2F, ...): the real parts, then the imaginary parts."""
    out: Floats = np.concatenate([values.real, values.imag], axis=1)
    return out


def joined(values: Floats) -> Complexes:
    """Real (N, 2F) as complex (N, F), the inverse of `split`."""
    half = values.shape[1] // 2
    out: Complexes = values[:, :half] + 1j * values[:, half:]
    return out


def _expected(omega: Floats, modulus: Floats, tau: Floats) -> Floats:
    """The expected size of the coefficients (N, 3 + M), ohm: |Z| where each element counts most."""
    at = _nearest(omega, 1 / tau)
    rows = np.arange(len(modulus))[:, None]
    low, high = omega.min(axis=1, keepdims=True), omega.max(axis=1, keepdims=True)
    beyond = np.maximum(tau * low, 1) ** 2 * np.maximum(1 / (tau * high), 1)
    at_high, at_low = _at(modulus, omega.argmax(axis=1)), _at(modulus, omega.argmin(axis=1))
    ends = [at_high, at_high, at_low]
    out: Floats = np.concatenate([np.stack(ends, axis=1), modulus[rows, at] * beyond], axis=1)
    return out


def _at(values: Floats, index: NDArray[np.intp]) -> Floats:
    """One entry per row; `index` holds one number for all rows, or one per row."""
    out: Floats = values[np.arange(len(values)), index]
    return out


def _nearest(omega: Floats, wanted: Floats) -> NDArray[np.intp]:
    """Index of the nearest frequency on a logarithmic scale, (N, M) or (1, M)."""
    distance: Floats = np.abs(np.log(wanted)[:, :, None] - np.log(omega)[:, None, :])
    out: NDArray[np.intp] = distance.argmin(axis=2)
    return out


def _linspace(start: Floats, stop: Floats, n: int) -> Floats:
    out: Floats = start + (stop - start) * np.linspace(0, 1, n)
    return out
