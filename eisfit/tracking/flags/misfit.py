"""The flag of a circuit that does not describe the spectrum."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from eisfit.limits import Limit
from eisfit.numbers import frequency_text, number
from eisfit.tracking.flags._base import Observed, flag
from eisfit.tracking.misfit import RATIO, RUNS, Misfit
from eisfit.tracking.track import Finding


@flag(
    "misfit",
    "The circuit does not describe the spectrum: the errors of its values are not to be trusted.",
    Limit("misfit.ratio", RATIO, "", "rms of the fit over that of the Kramers-Kronig test above which it misses"),
    Limit("misfit.runs", RUNS, "", "standard deviations above noise by which neighbouring residuals are alike"),
)
def misfit(observed: Observed) -> Iterator[Finding]:
    """Residuals far above the noise, or above it with a shape; the value is the ratio, or the runs where it decided."""
    found, at = observed.residuals, observed.missed()
    ratio, most, runs = found.ratio, observed.limits["misfit.ratio"], observed.limits["misfit.runs"]
    above = ratio > most
    if not at.size:
        return
    from eisfit.tracking.missing import lacking_at_worst

    lacking = lacking_at_worst(observed.fits, found, at)
    for i in at.tolist():
        value, limit = (ratio[i], most) if above[i] else (found.runs[i], runs)
        yield Finding(i, "misfit", float(value), limit, _said(observed, found, i, lacking))


def _said(observed: Observed, found: Misfit, i: int, lacking: str) -> str:
    place = frequency_text(float(found.place[i]))
    rms = number(float(observed.fits.rms_percent[i]), ".3g")  # as in the tables
    said = f"{observed.label(i)}: the circuit misses the data, its errors are not to be trusted: rms {rms} % of |Z|"
    if np.isfinite(found.ratio[i]):
        said += f" against {number(float(found.kk_percent[i]), '.3g')} % of the Kramers-Kronig test, most near {place}"
    else:
        said += f", in runs of one sign, most near {place}"
    return f"{said}{f'; {lacking}' if lacking else ''}"
