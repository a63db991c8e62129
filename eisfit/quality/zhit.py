"""Z-HIT: the modulus that belongs to the measured phase, for errors that the phase does not show.

    ln|Z(omega)| = const + (2/pi) int phi d ln(omega) + gamma dphi/d ln(omega),    gamma = -pi/6

(Ehm, Gohr, Kaus, Roseler, Schiller, ACH Models Chem. 137 (2000) 145.)

The relation is local where Kramers-Kronig needs the whole axis, so what happens at low frequency
does not spoil the rest: a cell that drifts has a modulus that leaves the reconstruction there. The series behind the
formula is cut after the first derivative, which costs some tenths of a percent at sharp arcs and more at the ends.

Smoothing: phase and slope are those of a parabola in ln(omega), fitted around every point with tricube weights over a
window of one decade in all, or the nearest five points where that holds fewer. It is linear in the phase, so one matrix
serves every spectrum of a grid.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from eisfit.spectrum import Bools, Complexes, Floats, FrozenArrays, Series, Spectrum, read_only

GAMMA = -np.pi / 6
WINDOW = 1.0
"""Width of the smoothing window in decades."""
LEAST = 6
"""Points that a reconstruction needs."""
LEAST_DECADES = 1.0
"""Band that it needs: the slope of the phase is taken over as much."""
_LARGEST = 300.0
BAND = (1.0, 1000.0)
"""Frequencies in Hz where the constant is taken: drift does not reach so high, cables not so low (Ehm et al. 2000)."""


@dataclass(frozen=True, slots=True, eq=False)
class ZHit(FrozenArrays):
    """Moduli reconstructed from the phase.

    modulus: one array (F,) per spectrum, ohm; deviation_percent: measured over reconstructed modulus less 1, (F,) each,
    NaN where a point does not count; low_percent (N,): its mean over the lowest decade, the offset that a drift leaves;
    rms_percent (N,): its root mean square. NaN for spectra of fewer than six used points
    or less than a decade.
    """

    modulus: tuple[Floats, ...]
    deviation_percent: tuple[Floats, ...]
    low_percent: Floats
    rms_percent: Floats

    def __len__(self) -> int:
        return len(self.modulus)


class _Operators(NamedTuple):
    """What acts on the phase at the used points: ln|Z| but for its constant, and where that is set."""

    logarithm: Floats
    anchor: Floats


def z_hit(data: Series | Spectrum | Iterable[Spectrum]) -> ZHit:
    """The modulus of every spectrum in ohm from its own phase, and how far the measured one lies from it.

    ln|Z| = const + (2/pi) int phi d ln(omega) - (pi/6) dphi/d ln(omega) (Ehm et al., ACH Models Chem. 137 (2000) 145).
    Spectra of fewer than six used points, or less than a decade, give NaN.

    >>> import numpy as np, eisfit as ef
    >>> spectrum = ef.simulate("R(RQ)", np.logspace(5, -1, 61), [10, 50, 1e-5, 0.8])
    >>> drifting = spectrum.with_(impedance=spectrum.impedance * (1 + 0.05 * (spectrum.frequency < 1)))
    >>> ef.z_hit(spectrum).low_percent.round(0), ef.z_hit(drifting).low_percent.round(0)
    (array([0.]), array([5.]))
    """
    spectra = (data,) if isinstance(data, Spectrum) else tuple(data)
    moduli = [np.full(len(spectrum), np.nan) for spectrum in spectra]
    deviations = [np.full(len(spectrum), np.nan) for spectrum in spectra]
    low, rms = np.full((2, len(spectra)), np.nan)
    for band, (members, used) in _bands(spectra).items():
        f = np.frombuffer(band.frequency)
        z = np.array([spectra[i].impedance[counts] for i, counts in zip(members, used, strict=True)])
        modulus = _reconstructed(_operators(f), z)
        deviation = 100 * (np.abs(z) / modulus - 1)
        lowest = f <= 10 * band.lowest
        if lowest.any():  # the impedance of a whole decade may be 0
            low[members] = deviation[:, lowest].mean(axis=1)
        rms[members] = np.sqrt((deviation**2).mean(axis=1))
        for i, counts, m, d in zip(members, used, modulus, deviation, strict=True):
            moduli[i][counts], deviations[i][counts] = m, d
    return ZHit(_frozen(moduli), _frozen(deviations), read_only(low), read_only(rms))


class _Band(NamedTuple):
    """Frequencies that count, as bytes, and the lowest of them or of the points whose impedance is 0, Hz."""

    frequency: bytes
    lowest: float


def _bands(spectra: Iterable[Spectrum]) -> dict[_Band, tuple[list[int], list[Bools]]]:
    """Spectra that a reconstruction is possible for, by what counts in them: each band needs matrices of F x F."""
    found: dict[_Band, tuple[list[int], list[Bools]]] = {}
    for i, spectrum in enumerate(spectra):
        used = spectrum.used & (spectrum.impedance != 0)
        f = spectrum.frequency[used]
        if len(f) >= LEAST and f[0] >= 10**LEAST_DECADES * f[-1]:
            band = _Band(f.tobytes(), float(spectrum.frequency[spectrum.used][-1]))
            members, counts = found.setdefault(band, ([], []))
            members.append(i)
            counts.append(used)
    return found


def _frozen(arrays: Iterable[Floats]) -> tuple[Floats, ...]:
    out = tuple(arrays)
    for array in out:
        array.flags.writeable = False
    return out


def _reconstructed(operators: _Operators, z: Complexes) -> Floats:
    """Moduli (N, F) of spectra of one band."""
    shape = np.unwrap(np.angle(z)) @ operators.logarithm.T
    constant = (np.log(np.abs(z)) - shape) @ operators.anchor
    out: Floats = np.exp(np.clip(shape + constant[:, None], -_LARGEST, _LARGEST))
    return out


def _operators(frequency: Floats) -> _Operators:
    x = np.log(frequency)
    value, slope = _parabolas(x)
    steps = np.diff(x)[:, None]
    # the trapezoid, corrected with the slopes at both ends (Euler and Maclaurin)
    pieces = steps / 2 * (value[1:] + value[:-1]) + steps**2 / 12 * (slope[:-1] - slope[1:])
    integral = np.concatenate([np.zeros((1, len(x))), np.cumsum(pieces, axis=0)])
    inside = (frequency >= BAND[0]) & (frequency <= BAND[1])
    if inside.sum() < 3:
        third = len(x) // 3
        inside = (np.arange(len(x)) >= third) & (np.arange(len(x)) < len(x) - third)
    return _Operators(2 / np.pi * integral + GAMMA * slope, inside / inside.sum())


def _parabolas(x: Floats) -> tuple[Floats, Floats]:
    """Matrices (F, F) that give value and slope of the local parabola at every x from values at all x."""
    d = x[None, :] - x[:, None]
    reach = np.maximum(WINDOW / 2 * np.log(10), 1.001 * np.sort(np.abs(d), axis=1)[:, [4]])
    weight = np.clip(1 - (np.abs(d) / reach) ** 3, 0, None) ** 3
    scaled = d / reach
    powers = np.stack([np.ones_like(d), scaled, scaled**2], axis=2)
    root = np.sqrt(weight)[..., None]
    rows = np.linalg.pinv(powers * root) * root.transpose(0, 2, 1)
    return rows[:, 0], rows[:, 1] / reach
