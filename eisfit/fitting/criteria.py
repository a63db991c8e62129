"""Information criteria, and equal terms for circuits that are compared: the same points, every unknown counted once.

A robust fit leaves out the points that stand out from its own circuit, and a wrong circuit makes good points stand out:
its figures cannot be held against those of another. So only points that every circuit calls outliers stay out.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from eisfit.spectrum import Bools, Floats, Indices, Series


def aicc(cost: Floats, points: Indices, unknowns: float | Floats) -> Floats:
    """Akaike's criterion corrected for small samples: n ln(cost / n) + 2k + 2k(k + 1)/(n - k - 1), (N,).

    n = 2 F numbers, k unknowns, the scale of the errors one of them (Burnham & Anderson 2002, eq. 2.4, section 6.4.1).
    Infinite where data are too few for it.
    """
    n, k = 2 * points, unknowns
    with np.errstate(divide="ignore", invalid="ignore"):
        return _misfit(cost, n) + 2 * k + np.where(n > k + 1, 2 * k * (k + 1) / (n - k - 1), np.inf)


def bic(cost: Floats, points: Indices, unknowns: float | Floats) -> Floats:
    """The Bayesian criterion: n ln(cost / n) + k ln n, (N,), n and k as in `aicc`."""
    n = 2 * points
    with np.errstate(divide="ignore", invalid="ignore"):
        out: Floats = _misfit(cost, n) + unknowns * np.log(n)
    return out


def _misfit(cost: Floats, n: Indices) -> Floats:
    out: Floats = np.multiply(n, np.log(np.maximum(cost, 1e-300) / n), dtype=np.float64)
    return out


def without_common_outliers(series: Series, outliers: Sequence[Sequence[Bools]]) -> Series:
    """The series in which the points that all of some robust fits of it left out do not count.

    outliers: of every fit, the points (F,) of each spectrum; none where a fit was not robust.
    """
    if not all(outliers):
        return series
    common = [np.all(of_one_spectrum, axis=0) for of_one_spectrum in zip(*outliers, strict=True)]
    spectra = [s.masked(out, "outlier for every circuit") for s, out in zip(series, common, strict=True)]
    return series.with_(spectra=spectra)
