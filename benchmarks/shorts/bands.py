"""What users do to a band: limits, masks, holes, another grid."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from eisfit.spectrum import Series, Spectrum

Change = Callable[[Series, np.random.Generator], Series]


def _each(change: Callable[[Spectrum, np.random.Generator], Spectrum]) -> Change:
    return lambda series, rng: series.with_(spectra=[change(s, rng) for s in series])


def _hole(spectrum: Spectrum, rng: np.random.Generator) -> Spectrum:
    """A decade in the middle of the band is not used."""
    f = spectrum.frequency
    low = float(np.sqrt(f[0] * f[-1]))
    return spectrum.masked((f > low) & (f < 10 * low), "hole")


def _edge(spectrum: Spectrum, rng: np.random.Generator) -> Spectrum:
    """Sometimes the first, sometimes the last point does not count."""
    at = rng.choice([0, len(spectrum) - 1])
    return spectrum.masked(np.arange(len(spectrum)) == at, "edge") if rng.random() < 0.5 else spectrum


def _regridded(series: Series, rng: np.random.Generator) -> Series:
    """From the middle on every third point is missing, as if the grid had been changed."""
    half = len(series) // 2
    sparse = []
    for s in series[half:]:
        kept = np.arange(len(s)) % 3 != 1
        sparse.append(Spectrum(s.frequency[kept], s.impedance[kept], label=s.label, conditions=s.conditions))
    return series.with_(spectra=[*series[:half], *sparse])


BANDS: dict[str, Change] = {
    "`--f-max` below the top point": _each(lambda s, rng: s.cropped(None, s.frequency[0] * 0.9)),
    "`--f-min` above the lowest point": _each(lambda s, rng: s.cropped(s.frequency[-1] * 1.1, None)),
    "a masked edge point in some spectra": _each(_edge),
    "a missing decade": _each(_hole),
    "a changed grid": _regridded,
}
