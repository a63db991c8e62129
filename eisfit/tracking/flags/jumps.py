"""The flag of a resistance that jumps while the spectrum stays: the fit went over to another minimum."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import numpy as np

from eisfit.limits import Limit
from eisfit.numbers import quantity
from eisfit.spectrum import Floats, Spectrum
from eisfit.tracking.flags._base import Observed, flag
from eisfit.tracking.track import Finding


@flag(
    "jump",
    "A resistance jumps although the spectrum hardly changes: the fit went over to another minimum.",
    Limit("jump.explained", 1.5, "", "times the largest change of the impedance that a resistance may change by"),
    Limit("jump.stderr", 3.0, "", "standard errors of the difference that are added to this"),
    Limit("jump.share", 0.05, "", "share of the resistance that is added to these"),
)
def jump(observed: Observed) -> Iterator[Finding]:
    """One finding per role and place, on the later spectrum; the value is the change as a share.

    An arc cannot grow by more than the impedance does, unless another one takes its place.
    """
    fits, limits = observed.fits, observed.limits
    moved = _moved(list(fits.series))
    for role, name in observed.roles.resistances.items():
        value, stderr = fits.column(name)
        change, size = np.abs(np.diff(value)), np.minimum(np.abs(value[1:]), np.abs(value[:-1]))
        error = np.hypot(stderr[1:], stderr[:-1])
        allowed = limits["jump.explained"] * moved + limits["jump.stderr"] * error + limits["jump.share"] * size
        for k in np.flatnonzero(change > allowed).tolist():
            share = float(change[k] / size[k])
            sentence = (
                f"{observed.label(k + 1)}: {role} goes from {quantity(value[k], 'ohm')} to "
                f"{quantity(value[k + 1], 'ohm')}, but the "
                f"impedance changes by {quantity(moved[k], 'ohm', digits=2)} at most: another minimum fits as well"
            )
            yield Finding(k + 1, "jump", share, limits["jump.share"], sentence)


def _moved(spectra: list[Spectrum]) -> Floats:
    """Largest change of the impedance to the next spectrum, (N - 1,) ohm; NaN where that has other points."""
    out = np.full(max(len(spectra) - 1, 0), np.nan)
    for k, (one, other) in enumerate(pairwise(spectra)):
        if np.array_equal(one.frequency, other.frequency) and (both := one.used & other.used).any():
            out[k] = float(np.abs(other.impedance[both] - one.impedance[both]).max())
    return out
