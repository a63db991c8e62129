"""The flag of a resistance that jumps while the spectrum stays: the fit went over to another minimum."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import numpy as np

from eisfit.limits import Limit
from eisfit.spectrum import Bools, Spectrum
from eisfit.tracking.flags._base import Observed, flag, percent
from eisfit.tracking.track import Finding


@flag(
    "jump",
    "A resistance jumps from one spectrum to the next although the spectra hardly differ: they stand at two minima.",
    Limit("jump.spectra", 0.03, "", "relative difference (root mean square) below which spectra hardly differ"),
    Limit("jump.stderr", 3.0, "", "standard errors of the difference that no jump exceeds"),
    Limit("jump.share", 0.05, "", "share of the resistance that is added to these"),
)
def jump(observed: Observed) -> Iterator[Finding]:
    """One finding per role and place, on the later spectrum; the value is the change as a share."""
    fits, limits = observed.fits, observed.limits
    alike = _alike(list(fits.series), limits["jump.spectra"])
    for role, name in observed.roles.resistances.items():
        value, stderr = fits.column(name)
        change, size = np.abs(np.diff(value)), np.minimum(np.abs(value[1:]), np.abs(value[:-1]))
        error = np.hypot(stderr[1:], stderr[:-1])
        allowed = limits["jump.stderr"] * error + limits["jump.share"] * size
        for k in np.flatnonzero(alike & (change > allowed)).tolist():
            share = float(change[k] / size[k])
            what = f"{role} jumps from {value[k]:.4g} to {value[k + 1]:.4g} ohm ({percent(share)})"
            sentence = (
                f"{observed.label(k + 1)}: {what}, "
                "yet the spectrum before is nearly the same: another minimum fits as well"
            )
            yield Finding(k + 1, "jump", share, limits["jump.share"], sentence)


def _alike(spectra: list[Spectrum], limit: float) -> Bools:
    """Is a spectrum the same as the next one within a limit, (N - 1,)."""
    out = np.zeros(max(len(spectra) - 1, 0), dtype=bool)
    for k, (one, other) in enumerate(pairwise(spectra)):
        if np.array_equal(one.frequency, other.frequency) and (both := one.used & other.used).any():
            apart = np.abs(other.impedance[both] / one.impedance[both] - 1)
            out[k] = bool(np.sqrt(np.mean(apart**2)) < limit)
    return out
