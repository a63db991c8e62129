"""The spectra of a series on one grid, and the window in which a leak shows: the plateau of the electrolyte."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from eisfit.medians import known_median, median_of
from eisfit.spectrum import Complexes, Floats, Series, Spectrum

EDGE = 0.02
"""Frequencies that differ by no more than this from the end of a band still belong to it."""
AGREED = 0.01
"""Spectra whose typical point is off their median by no more than this, and LOUD times the noise, agree."""
HOLE = 0.8
"""Of ln f: points farther apart than this are not interpolated between."""
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
SAME = 0.1
"""Spectra that differ by less than this part of their noise are copies."""
NEAR_BY = 2
"""So many spectra before one may be what it is a copy of."""
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


def align(series: Series, index: Sequence[int]) -> Aligned:
    """The used points of some spectra on the most common grid among them.

    A grid of its own is interpolated in ln f, by a cubic spline where its points stand close enough. What lies outside
    of the band of a spectrum, or in a hole of it, is not known (NaN).
    """
    members = [series[i] for i in index]
    grid = _common(members)
    rows = np.array([_on_grid(s, grid) for s in members])
    return Aligned(grid, rows, noise_levels(grid, rows))


def middle(z: Complexes) -> Complexes:
    """Median of spectra (m, F), real and imaginary part apart, over those that know the point."""
    out: Complexes = known_median(z.real, 0) + 1j * known_median(z.imag, 0)
    return out


def typical(spectra: Aligned, members: Sequence[int]) -> Complexes:
    """The spectrum (F,) that stands for some: their median where they agree, else the one that is nearest to it.

    The median of a cell in two states is no spectrum of any cell.
    """
    out: Complexes = typical_of_each(spectra, [tuple(members)])[0]
    return out


def typical_of_each(spectra: Aligned, sets: Sequence[tuple[int, ...]]) -> Complexes:
    """The spectrum (n, F) that stands for each of n sets of spectra, see `typical`; unknown for an empty set."""
    out = np.full((len(sets), len(spectra.frequency)), np.nan + 0j)
    for size in {len(members) for members in sets} - {0}:
        at = [i for i, members in enumerate(sets) if len(members) == size]
        members = np.array([sets[i] for i in at])
        z, noise = spectra.impedance[members], median_of(spectra.noise[members], 1)
        median = known_median(z.real, 1) + 1j * known_median(z.imag, 1)
        with np.errstate(all="ignore"):
            away = np.nan_to_num(known_median(np.abs(z / median[:, None] - 1), 2), nan=np.inf)
        nearest = z[np.arange(len(at)), away.argmin(axis=1)]
        agreed = away.max(axis=1) < AGREED + LOUD * noise
        out[at] = np.where(agreed[:, None], median, np.where(np.isfinite(nearest), nearest, np.nan))
    return out


def _common(members: Sequence[Spectrum]) -> Floats:
    grids: dict[bytes, list[Floats]] = {}
    for spectrum in members:
        grids.setdefault(spectrum.frequency.tobytes(), []).append(spectrum.frequency)
    return max(grids.values(), key=len)[0]


def _on_grid(spectrum: Spectrum, grid: Floats) -> Complexes:
    used = spectrum.used
    if np.array_equal(spectrum.frequency, grid):
        return spectrum.impedance if used.all() else np.where(used, spectrum.impedance, np.nan)
    if not used.any():
        return np.full(len(grid), np.nan + 0j)
    x, y = np.log(spectrum.frequency[used])[::-1], spectrum.impedance[used][::-1]
    at = np.log(grid)
    near = np.abs(at[:, None] - x).min(axis=1)
    place = np.searchsorted(x, at)
    gap = x[np.minimum(place, len(x) - 1)] - x[np.maximum(place - 1, 0)]
    inside = (at > x[0] - EDGE) & (at < x[-1] + EDGE)
    known = inside & ((near < EDGE) | (gap < HOLE))
    if len(x) >= 4 and median_of(np.diff(x)) < HOLE and np.isfinite(y).all():
        from scipy.interpolate import CubicSpline

        return np.where(known, CubicSpline(x, y)(at), np.nan)
    return np.where(known, np.interp(at, x, y.real) + 1j * np.interp(at, x, y.imag), np.nan)


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
    middle = median_of(both, axis=1)
    for i in np.flatnonzero(told & ~known.all(axis=1)):
        middle[i] = median_of(both[i, known[i]])
    return np.where(told, np.maximum(1.4826 * middle / np.sqrt(70), LEAST_NOISE), UNKNOWN)


def originals(spectra: Aligned) -> Index:
    """Of every spectrum (n,) the first among its neighbours that it is a copy of, itself where it is a measurement.

    Two measurements differ by their noise; numbers that differ by less than SAME times that are one measurement, stored
    twice. Where a series begins with copies alone its numbers were computed without noise, and none is a copy.
    """
    z, n = spectra.impedance, len(spectra.impedance)
    out = np.arange(n)
    for back in range(NEAR_BY, 0, -1):
        with np.errstate(all="ignore"):
            away = known_median(np.abs(z[back:] / z[:-back] - 1), 1)
        same = np.flatnonzero(away < SAME * spectra.noise[back:])
        out[same + back] = same
    out = np.array([_first_of(out, i) for i in range(n)], np.int64)
    return out if out[1 : NEAR_BY + 1].any() else np.arange(n)


def _first_of(copied: Index, i: int) -> int:
    while copied[i] != i:
        i = int(copied[i])
    return i


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
    if valley is not None and z.real[top + valley] > TALLEST * z.real[top]:
        valley = None
    has_valley = valley is not None
    near = _near(frequency, top + (valley or 0), known, 2)
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
