"""How large a leak is: the mean over all that the cell may have done besides, weighed by how well it explains it.

Whether interfaces changed as well, or the cell warmed, or the leak has an impedance of its own, moves the size of a
leak by more than the noise does. So ln G is a mixture of normal distributions, one per explanation of
`hypotheses.SIZE` with the weight of its marginal likelihood; R_short is its median, the interval goes from its 2.5 %
to its 97.5 % point (Hoeting et al., Bayesian model averaging, Statist. Sci. 14 (1999) 382). Where a leak has an
impedance of its own, G is its direct-current conductance.
"""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

import numpy as np

from eisfit.medians import known_median, median_of
from eisfit.shorts.explanation import Explained, Pairs, explain_changes
from eisfit.shorts.hypotheses import SIZE, SIZES
from eisfit.spectrum import Bools, Complexes, Floats

QUANTILES = (0.025, 0.5, 0.975)
NODES = 1201
"""Points at which a mixture is summed up."""
REACH = 6.0
"""Standard deviations over which."""
PLATEAU = 0.012
"""By how much the plateau of the electrolyte scatters in a quiet cell: the standard deviation of its ln from one
spectrum to the next, all that moves it together."""
PRIOR = 1.0
"""How many steps between spectra the usual scatter weighs as much as."""
NEGLIGIBLE = 1e-5
"""Weight below which an explanation is not asked for the next spectrum."""
CALM = (0.2, 2.0)
"""A cell is not taken to scatter less or more than so many times the usual."""
NORMAL_MAD = 1.4826
TRUST = 0.5
"""Power of the marginal likelihoods: errors of a model are alike at frequencies next to each other, so that points
count for less than their number."""
WEIGHTS = np.log([h.weight for h in SIZES])

ERRORS = np.array([h.error for h in SIZES])


class Sized(NamedTuple):
    """ln of the conductance of leaks (n,) in S with the ends of its 95 % interval, and the share of direct current."""

    ln_G: Floats
    low: Floats
    high: Floats
    share: Floats


def sized(frequency: Floats, pairs: Pairs, calm: Complexes, asked: Bools | None = None) -> tuple[Sized, Bools]:
    """The sizes of the leaks of pairs of spectrum and baseline, given that every one has a leak.

    calm (m, F): the spectra of the series without a leak, in its order, which tell how much this cell scatters; asked
    (H,): the explanations that are worth it, all unless stated. Returns those with any weight too.
    """
    found = explain_changes(frequency, pairs, asked, replace(SIZE, quiet=_quiet(calm)))
    weight = _weights(found)
    low, middle, high = quantiles(weight, found.ln_G, ERRORS * found.ln_G_error)
    best = weight.argmax(axis=1)[:, None]
    own, ln_G = (np.take_along_axis(x, best, axis=1)[:, 0] for x in (found.share, found.ln_G))
    odds = own / np.maximum(1 - own, 1e-12) * np.exp(middle - ln_G)
    return Sized(middle, low, high, odds / (1 + odds)), np.asarray((weight > NEGLIGIBLE).any(axis=0))


def _quiet(calm: Complexes) -> float:
    """How much the resistance at high frequencies scatters from one spectrum to the next, over what is usual."""
    top = max(calm.shape[1] // 4, 2)
    with np.errstate(all="ignore"):
        plateau = known_median(np.log(np.abs(calm[:, :top])), 1)
    steps = np.diff(plateau[np.isfinite(plateau)])
    spread = float(median_of(np.abs(steps)) * NORMAL_MAD) if steps.size else PLATEAU
    n = len(steps)
    return float(np.clip(np.sqrt((PRIOR * PLATEAU**2 + n * spread**2 / 2) / (PRIOR + n)) / PLATEAU, *CALM))


def _weights(found: Explained) -> Floats:
    """Probability (n, H) of every explanation."""
    total = TRUST * found.evidence + WEIGHTS
    weight = np.exp(total - total.max(axis=1, keepdims=True))
    out: Floats = weight / weight.sum(axis=1, keepdims=True)
    return out


def quantiles(weight: Floats, mean: Floats, error: Floats) -> Floats:
    """The 2.5, 50 and 97.5 % points (3, n) of mixtures of normal distributions (n, H); NaN where one is not known."""
    out = np.full((len(QUANTILES), len(weight)), np.nan)
    for i, (w, m, s) in enumerate(zip(weight, mean, error, strict=True)):
        some = (w > 1e-6) & np.isfinite(m) & (s > 0)
        if not some.any():
            continue
        w, m, s = w[some], m[some], s[some]
        x = np.linspace((m - REACH * s).min(), (m + REACH * s).max(), NODES)
        density = (w / s * np.exp(-0.5 * ((x[:, None] - m) / s) ** 2)).sum(axis=1)
        reached = np.cumsum(density) - 0.5 * density
        out[:, i] = np.interp(QUANTILES, reached / density.sum(), x)
    return out
