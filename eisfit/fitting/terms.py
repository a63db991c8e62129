"""Circuits can only be compared on equal terms: the same points, and every unknown counted once.

A robust fit leaves out the points that stand out from its own circuit, and a wrong circuit makes good points stand out:
its figures cannot be held against those of another. So only points that every circuit calls outliers stay out.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from eisfit.fitting.result import BatchFit
from eisfit.spectrum import Floats, Series


def without_common_outliers(series: Series, fits: Sequence[BatchFit]) -> Series:
    """The series in which the points that all of these robust fits of it left out do not count."""
    if not all(one.outliers for one in fits):
        return series
    common = [np.all([one.outliers[i] for one in fits], axis=0) for i in range(len(series))]
    spectra = [s.masked(out, "outlier for every circuit") for s, out in zip(series, common, strict=True)]
    return series.with_(spectra=spectra)


def criteria(fits: BatchFit) -> tuple[Floats, Floats]:
    """AICc and BIC of every spectrum, (N,) each, with the scale of the errors as one more unknown.

    n ln(cost / n) + 2k + 2k(k + 1)/(n - k - 1) and n ln(cost / n) + k ln n (Burnham & Anderson 2002, eq. 2.4, section
    6.4.1); a parameter shared by N spectra counts 1/N in each. AICc is infinite where data are too few for it.
    """
    free = {p.name for p in fits.circuit.parameters if not p.fixed}
    shared = len(free.intersection(fits.options.shared))
    n, k = 2.0 * fits.points_used, fits.n_free - shared * (1 - 1 / len(fits)) + 1
    with np.errstate(divide="ignore", invalid="ignore"):
        misfit = n * np.log(np.maximum(fits.cost, 1e-300) / n)
        aicc = misfit + 2 * k + np.where(n > k + 1, 2 * k * (k + 1) / (n - k - 1), np.inf)
        return aicc, misfit + k * np.log(n)
