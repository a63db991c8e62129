"""The spectra of a series on one grid, and the window in which a leak shows: the plateau of the electrolyte."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from eisfit.spectrum import Complexes, Floats, Series, Spectrum

EDGE = 0.02
"""Frequencies that differ by no more than this from the end of a band still belong to it."""
EDGE_DECADES = 0.35
"""Points this far from a place, in decades, still speak for it."""
PROMINENCE = 0.005
"""A rise or fall of -Im Z below this share of |Z| is no arc and no valley, whatever the noise."""
LOUD = 6.0
"""Nor is one below so many standard deviations of the noise."""
LEAST_NOISE = 1e-4
"""Relative noise that every spectrum is taken to have at least."""
UNKNOWN = 0.005
"""Relative noise of a spectrum that does not tell it."""
DENSE = 4.0
"""Points per decade from which differences along a spectrum are those of noise, and interpolation keeps its arcs."""
TALLEST = 4.0
"""Re Z in the valley over that at the highest frequency; a larger one has the arcs of the electrodes in it."""

Index = NDArray[np.int64]


class Aligned(NamedTuple):
    """Spectra on one grid: frequency (F,) Hz descending, impedance (n, F) ohm, NaN outside of a spectrum's band.

    noise (n,): standard deviation of the real and of the imaginary part as a share of |Z|.
    """

    frequency: Floats
    impedance: Complexes
    noise: Floats


class Window(NamedTuple):
    """Where a leak is looked for, as indices of the grid.

    high: the highest frequencies; valley: those around the minimum of -Im Z below the electrolyte's arc, the same as
    `high` where there is none; `whole`: from the highest frequency to the valley; low: the lowest three. shaped: there
    is an arc between, with points close enough to tell its shape.
    """

    high: Index
    valley: Index
    whole: Index
    low: Index
    has_valley: bool
    shaped: bool


def align(series: Series, index: Sequence[int], inductance: Floats) -> Aligned:
    """The used points of some spectra on the most common grid among them, less the inductance (H) of the lead.

    A grid of its own is interpolated in ln f; points that do not count are interpolated over.
    """
    members = [series[i] for i in index]
    grid = _common(members)
    rows = np.array([_on_grid(s, grid, float(h)) for s, h in zip(members, inductance, strict=True)])
    return Aligned(grid, rows, noise_levels(grid, rows))


def _common(members: Sequence[Spectrum]) -> Floats:
    grids: dict[bytes, list[Floats]] = {}
    for spectrum in members:
        grids.setdefault(spectrum.frequency.tobytes(), []).append(spectrum.frequency)
    return max(grids.values(), key=len)[0]


def _on_grid(spectrum: Spectrum, grid: Floats, inductance: float) -> Complexes:
    z = spectrum.impedance - 2j * np.pi * spectrum.frequency * inductance
    if not spectrum.mask.any() and np.array_equal(spectrum.frequency, grid):
        return z
    used = spectrum.used
    if not used.any():
        return np.full(len(grid), np.nan + 0j)
    x, y = np.log(spectrum.frequency[used])[::-1], z[used][::-1]
    at = np.log(grid)
    at = np.where((at > x[-1]) & (at < x[-1] + EDGE), x[-1], np.where((at < x[0]) & (at > x[0] - EDGE), x[0], at))
    real = np.interp(at, x, y.real, left=np.nan, right=np.nan)
    out: Complexes = real + 1j * np.interp(at, x, y.imag, left=np.nan, right=np.nan)
    return out


def noise_levels(frequency: Floats, z: Complexes) -> Floats:
    """Standard deviation of Re and Im of spectra (n, F) as a share of |Z|, (n,), from fourth differences along them.

    A spectrum on a log grid is smooth, its fourth differences are noise with the variance 70 sigma^2 (the sum of the
    squared binomials 1, 4, 6, 4, 1); the median keeps outliers and sharp bends out. UNKNOWN where too few points
    stand, or too far apart.
    """
    if len(frequency) < 7 or not _is_dense(frequency):
        return np.full(len(z), UNKNOWN)
    with np.errstate(divide="ignore", invalid="ignore"):
        rough = np.diff(np.log(z), 4, axis=1)
    both = np.abs(np.concatenate([rough.real, rough.imag], axis=1))
    known = np.isfinite(both)
    told = known.sum(axis=1) > 2
    middle = np.median(both, axis=1)
    for i in np.flatnonzero(told & ~known.all(axis=1)):
        middle[i] = np.median(both[i, known[i]])
    return np.where(told, np.maximum(1.4826 * middle / np.sqrt(70), LEAST_NOISE), UNKNOWN)


def least_inductance(frequency: Floats, z: Complexes, noise: float) -> float:
    """The least inductance (H) in series that a spectrum (F,) proves, 0 where it proves none.

    In any network of resistors and capacitors -f Im Z does not fall with rising f: each time constant gives
    f^2 tau / (1 + (2 pi f tau)^2). An inductor takes 2 pi f^2 L off it. So each pair of frequencies in the highest
    decade proves an L; the largest that stands out of the noise holds.
    """
    known = np.isfinite(z) & (frequency >= frequency[0] / 10)
    f, height = frequency[known], -(frequency * z.imag)[known]
    error = LOUD * noise * f * np.abs(z[known])
    fall = height[None, :] - height[:, None] - np.hypot(error[None, :], error[:, None])
    width = 2 * np.pi * (f[:, None] ** 2 - f[None, :] ** 2)
    with np.errstate(divide="ignore", invalid="ignore"):
        proven = np.where(width > 0, fall / width, 0.0)
    return float(max(proven.max(initial=0.0), 0.0))


def find_window(frequency: Floats, z: Complexes, noise: float) -> Window | None:
    """The window of a baseline (F,) with relative noise; None where it has no capacitive point."""
    capacitive = np.isfinite(z) & (z.imag < 0)
    if not capacitive.any():
        return None
    known = np.flatnonzero(np.isfinite(z))
    top = int(np.argmax(capacitive))
    valley = _valley(-z.imag[top:], np.abs(z[top:]) * max(PROMINENCE, LOUD * noise))
    has_valley = valley is not None and z.real[top + valley] <= TALLEST * z.real[top]
    middle = top + valley if valley is not None and has_valley else top
    near = _near(frequency, middle, known, 2)
    high = _near(frequency, top, known[known >= top], 4)
    if not has_valley:
        near = high
    whole = known[(known >= top) & (known <= near.max())]
    return Window(high, near, whole, known[-3:], has_valley, has_valley and _is_dense(frequency[whole]))


def _is_dense(frequency: Floats) -> bool:
    return len(frequency) >= DENSE * float(np.log10(frequency[0] / frequency[-1]))


def _near(frequency: Floats, at: int, allowed: Index, reach: int) -> Index:
    """Indices within `reach` points and EDGE_DECADES of one place."""
    close = np.abs(np.log10(frequency[allowed] / frequency[at])) <= EDGE_DECADES
    out: Index = allowed[close & (np.abs(allowed - at) <= reach)]
    return out


def _valley(height: Floats, prominence: Floats) -> int | None:
    """Index of the first valley of -Im Z behind an arc, from high to low frequency; None where there is none.

    The height must have fallen to it from an arc (or from the edge of the band) and rise again, both by the prominence.
    """
    peak = low = 0
    falling = False
    for i in range(1, len(height)):
        if not falling:
            peak = i if height[i] > height[peak] else peak
            falling = bool(height[i] < height[peak] - prominence[i])
            low = i
        elif height[i] < height[low]:
            low = i
        elif height[i] > height[low] + prominence[i]:
            return low
    return None
