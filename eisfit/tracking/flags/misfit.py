"""The flag of a circuit that does not describe the spectrum."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from eisfit.limits import Limit
from eisfit.numbers import frequency_text, number
from eisfit.tracking.flags._base import Observed, flag
from eisfit.tracking.misfit import Misfit, misfits
from eisfit.tracking.track import Finding

EXCESS = 1.2
"""Ratio below which residuals that resemble their neighbours are no matter: the spectrum itself has such a shape."""


@flag(
    "misfit",
    "The circuit does not describe the spectrum: the errors of its values are not to be trusted.",
    Limit("misfit.ratio", 1.5, "", "rms of the fit over that of the Kramers-Kronig test above which it misses"),
    Limit("misfit.runs", 4.0, "", "standard deviations above noise by which neighbouring residuals are alike"),
)
def misfit(observed: Observed) -> Iterator[Finding]:
    """Residuals far above the noise, or above it with a shape; the value is the ratio, or the runs where it decided."""
    found = misfits(observed.fits, None if observed.quality is None else observed.quality.kk)
    ratio, most, runs = found.ratio, observed.limits["misfit.ratio"], observed.limits["misfit.runs"]
    above = ratio > most
    shaped = (found.runs > runs) & ~(ratio < EXCESS) & ~above
    at = np.flatnonzero(above | shaped)
    if not at.size:
        return
    size = np.where(np.isfinite(ratio), ratio, found.runs)
    worst = int(at[np.argmax(size[at])])
    from eisfit.tracking.missing import what_is_missing

    lacking = what_is_missing(observed.fits, worst, float(np.nan_to_num(found.kk_rms[worst])))
    for i in at.tolist():
        value, limit = (ratio[i], most) if above[i] else (found.runs[i], runs)
        yield Finding(i, "misfit", float(value), limit, _said(observed, found, i, lacking))


def _said(observed: Observed, found: Misfit, i: int, lacking: str) -> str:
    place = frequency_text(float(found.place[i]))
    rms = number(float(observed.fits.rms_percent[i]), ".3g")  # as in the tables
    said = f"{observed.label(i)}: the circuit misses the data, its errors are not to be trusted: rms {rms} % of |Z|"
    if np.isfinite(found.ratio[i]):
        said += f" against {number(float(found.kk_percent[i]), '.3g')} % of noise, most near {place}"
    else:
        said += f", in runs of one sign, most near {place}"
    return f"{said}{f'; {lacking}' if lacking else ''}"
