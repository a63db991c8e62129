"""One spectrum against a baseline: is the change a leak beside the whole cell, or the cell itself that changed?

A leak of conductance G adds to the admittance, Y = Y_B + G, the same at every frequency. What the electrodes do shows
little on the plateau of the electrolyte, and the electrolyte does not change by itself at constant temperature and
pressure. So G is read there (Z the spectrum, B the baseline):

    G = min over the two ends of the plateau of median Re(Y - Y_B)
    a = G R / (1 + G R), R = Re Z_B in the valley: the fall of the plateau, the share of current that leaks there

Heating, pressure and new contacts lower the plateau too. Two measurements say which share of the change a leak
explains, 1 for a leak and 0 for heating:

    shape  Heating by k makes Z(f) = k Z_B(k f), hence a change H(f) of Y; the measured change is split into
           s G + (1 - s) H over the plateau, real and imaginary part. Both |1 - s| above and below count against a leak:
           a grain boundary that improves alone gives s > 1.
    fall   P = (2/pi) int -Im Z dln f / Re Z(lowest f), by Kramers-Kronig the share (R(0) - R(inf)) / R(0) of
           polarisation, which heating leaves alone. ln(P / (1 - P)) falls; G beside the baseline gives how far.

Their mean, weighted by the inverse variances, with one observation of 0 +- 1 among them, is the share; the score is
a share^4. Where the arc of the grain boundaries lies above the band and the electrodes improve as well, heating or
pressure cannot be told from a leak by any impedance: a leak beside R(RQ)(RQ)... is another circuit of the same kind.
Background: Menkin et al., Faraday Discuss. (2024), d3fd00101f, on soft shorts seen by impedance. The features are ours.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from eisfit.shorts.spectra import Aligned, Index, Window
from eisfit.spectrum import Complexes, Floats

STEEP = 30.0
"""Degrees of phase above which there is no plateau."""
ELECTRODE_SPREAD = 0.3
"""Least standard deviation of ln(P / (1 - P)) that the electrodes cause by themselves: R_Int by a third up or down."""
QUIET = 2.0
"""Spectra whose leak is below so many standard errors tell how far the electrodes move ln(P / (1 - P))."""
CONTACT_SPREAD = 0.01
"""Relative standard deviation of the electrolyte's resistances from one spectrum to the next: contacts, temperature."""
MEDIAN = 1.57
"""Variance of a median over that of a mean, pi/2 (normal errors)."""


class Baseline(NamedTuple):
    """What spectra are compared with: impedance (F,) or one row per spectrum (n, F), median of so many spectra."""

    impedance: Complexes
    members: int


class Evidence(NamedTuple):
    """Features of n spectra against a baseline, each (n,); see the text of the module. NaN where the band falls short.

    R, R_base: Re Z in the valley, ohm; R_low: Re Z at the lowest three frequencies; leak: G in S, error: its standard
    error from noise and contacts; c: the fall of R_low (reported, it decides nothing).
    """

    R: Floats
    R_base: Floats
    R_low: Floats
    P: Floats
    leak: Floats
    error: Floats
    a: Floats
    b: Floats
    c: Floats
    share: Floats
    share_error: Floats
    score: Floats


def compare(
    spectra: Aligned, window: Window, base: Baseline, *, spread: float = ELECTRODE_SPREAD, at: Index | None = None
) -> Evidence:
    """Evidence of spectra, or of those `at` some indices, against their baselines; spread: that of the electrodes."""
    frequency = spectra.frequency
    z, noise = (spectra.impedance, spectra.noise) if at is None else (spectra.impedance[at], spectra.noise[at])
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        R_base = np.broadcast_to(median(base.impedance.real, window.valley), len(z))
        R, R_low = median(z.real, window.valley), median(z.real, window.low)
        leak, error = _leak(window, base, z, noise)
        size = np.maximum(leak * R_base, -0.99)
        a = size / (1 + size)
        P, P_base = polarisation(frequency, z, window), polarisation(frequency, base.impedance, window)
        shape = _shape(frequency, window, base, z, noise)
        fall = _fall(frequency, window, base, leak, (P, spread))
        share, share_error = _mean(shape, fall)
        c = 1 - R_low / median(base.impedance.real, window.low)
        score = np.maximum(a, 0.0) * share**4
    return Evidence(R, R_base, R_low, P, leak, error, a, 1 - P / P_base, c, share, share_error, score)


def _leak(window: Window, base: Baseline, z: Complexes, noise: Floats) -> tuple[Floats, Floats]:
    """G and its standard error, at that end of the plateau where G is smaller."""
    change = (1 / z - 1 / base.impedance).real
    ends = []
    for end in (window.high, window.valley):
        points = MEDIAN / len(end) * (1 + MEDIAN / base.members) * (noise * median(np.abs(1 / z), end)) ** 2
        contacts = (1 + MEDIAN / base.members) * (CONTACT_SPREAD * median(np.abs(1 / base.impedance), end)) ** 2
        ends.append((median(change, end), np.sqrt(points + contacts)))
    (high, high_error), (valley, valley_error) = ends
    return np.minimum(high, valley), np.where(high < valley, high_error, valley_error)


def median(values: Floats, index: Index) -> Floats:
    """Median over some frequencies, (...,); NaN where one of them is not known."""
    out: Floats = np.median(values[..., index], axis=-1)
    return out


def polarisation(frequency: Floats, z: Complexes, window: Window) -> Floats:
    """P of spectra (..., F): (2/pi) int -Im Z dln f / Re Z at the lowest frequencies, over the capacitive part."""
    at = slice(int(window.whole[0]), int(window.low[-1]) + 1)
    height = np.maximum(-z.imag[..., at], 0.0)
    width = -np.diff(np.log(frequency[at]))
    area = ((height[..., 1:] + height[..., :-1]) / 2 * width).sum(axis=-1)
    out: Floats = 2 / np.pi * area / median(z.real, window.low)
    return out


def _shape(frequency: Floats, window: Window, base: Baseline, z: Complexes, noise: Floats) -> tuple[Floats, Floats]:
    """Share of a leak from the shape of the plateau, and its standard error; unknown (infinite) without one."""
    at = window.whole
    k = np.minimum(median(z.real, window.valley) / median(base.impedance.real, window.valley), 1.0)
    change = 1 / z - 1 / base.impedance
    level = median(change.real, window.valley)[:, None]
    unlike = _heated(frequency, base.impedance, k, at) - level
    weight = np.abs(z[:, at]) ** 2
    size = (weight * np.abs(unlike) ** 2).sum(axis=-1)
    shape = 1 - (weight * (change[:, at] - level) * unlike.conj()).real.sum(axis=-1) / size
    variance = (1 + 1 / base.members) * (noise**2 + CONTACT_SPREAD**2 * len(at) / 2) / size
    usable = window.shaped & np.isfinite(shape) & (k < 1)
    return np.where(usable, 1 - np.minimum(np.abs(1 - shape), 1.5), 0.0), np.where(usable, np.sqrt(variance), np.inf)


def _heated(frequency: Floats, base: Complexes, k: Floats, at: Index) -> Complexes:
    """Y - Y_B at the frequencies `at`, (n, W), after heating that scales the baseline to k Z_B(k f)."""
    x = -np.log(frequency)
    target = x[at] - np.log(k)[:, None]
    left = np.clip(np.searchsorted(x, target) - 1, 0, len(x) - 2)
    t = (target - x[left]) / (x[left + 1] - x[left])
    rows = np.broadcast_to(base, (len(k), len(x)))
    z = np.take_along_axis(rows, left, 1) * (1 - t) + np.take_along_axis(rows, left + 1, 1) * t
    out: Complexes = 1 / (k[:, None] * z) - 1 / rows[:, at]
    return out


def _fall(
    frequency: Floats, window: Window, base: Baseline, leak: Floats, polarised: tuple[Floats, float]
) -> tuple[Floats, Floats]:
    """Share of a leak from the fall of ln(P / (1 - P)), and its standard error; `polarised` is P and its spread."""
    P, spread = polarised
    leaking = 1 / (1 / base.impedance + np.maximum(leak, 0.0)[:, None])
    before = logit(polarisation(frequency, base.impedance, window))
    expected = before - logit(polarisation(frequency, leaking, window))
    share = np.clip((before - logit(P)) / expected, -0.5, 1.0)
    usable = (expected > 0) & np.isfinite(share)
    return np.where(usable, share, 0.0), np.where(usable, spread / expected, np.inf)


def electrode_spread(evidence: Evidence, window: Window) -> float:
    """Standard deviation of ln(P / (1 - P)) over the spectra without a leak, at least ELECTRODE_SPREAD.

    Half as much again where the plateau has no shape: then the fall of P is all there is to tell a leak by.
    """
    quiet = logit(evidence.P[(evidence.leak < QUIET * evidence.error) & np.isfinite(evidence.P)])
    found = 1.4826 * float(np.median(np.abs(quiet - np.median(quiet)))) if len(quiet) >= 4 else 0.0
    return max(ELECTRODE_SPREAD, found) * (1.0 if window.shaped else 1.5)


def logit(P: Floats) -> Floats:
    """ln(P / (1 - P)) of a share, kept finite."""
    P = np.clip(P, 1e-3, 1 - 1e-3)
    return np.log(P / (1 - P))


def _mean(*measured: tuple[Floats, Floats]) -> tuple[Floats, Floats]:
    """Mean of measurements (value, error), weighted by 1/error^2, with one of 0 +- 1 among them; within 0 to 1."""
    weights = [1 / error**2 for _, error in measured]
    total = 1.0 + np.sum(weights, axis=0)
    mean = np.sum([w * value for w, (value, _) in zip(weights, measured, strict=True)], axis=0) / total
    return np.clip(mean, 0.0, 1.0), 1 / np.sqrt(total)
