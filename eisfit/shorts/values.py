"""What the detector of shorts finds about a series, and its limits."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields

import numpy as np

from eisfit.limits import Limit
from eisfit.spectrum import Floats, FrozenArrays

OK, SUSPECT, SOFT, HARD, UNJUDGED = "ok", "suspect", "soft", "hard", "not judged"
LEVELS = (OK, SUSPECT, SOFT, HARD)
PLATEAU, CIRCUIT = "plateau", "circuit"
"""How R_short was had."""

LIMITS = {
    "soft_short": (
        Limit("soft_short.score", 0.065, "", "score a share^4 from which a spectrum counts for a soft short"),
        Limit("soft_short.sigma", 4.0, "", "standard errors by which the leak must stand out"),
        Limit("soft_short.of_three", 2.0, "", "how many of three neighbouring spectra must reach the score"),
        Limit(
            "soft_short.heating", 0.5, "", "share of the explaining temperature rise that, when logged, excuses a fall"
        ),
        Limit("soft_short.activation", 0.35, "eV", "activation energy of the electrolyte, for the rise that explains"),
        Limit("soft_short.pressure", 0.10, "", "relative change of the logged pressure that starts a new baseline"),
        Limit("soft_short.temperature", 5.0, "K", "change of the logged temperature that starts a new baseline"),
        Limit("soft_short.veto", 10.0, "", "an EMF that proves a leak above so many times Re Z(low f) excuses a fall"),
    ),
    "hard_short": (
        Limit("hard_short.share", 0.10, "", "Re Z at low frequency, as a share of the plateau of the baseline"),
        Limit("hard_short.phase", 5.0, "deg", "median |phase| below 10 kHz"),
    ),
    "suspect_short": (
        Limit("suspect_short.score", 0.03, "", "score a share^4 from which a spectrum is suspect"),
        Limit("suspect_short.fall", 0.30, "", "fall a of the plateau that is suspect whatever explains it"),
        Limit("suspect_short.overpotential", 0.30, "", "fall of the overpotential against the first half-cycles"),
        Limit("suspect_short.step", 0.20, "", "sudden fall within a half-cycle, as a share of the overpotential"),
        Limit("suspect_short.noise", 3.0, "", "noise of the voltage against that of the first half-cycles"),
    ),
}
"""Limits of the three levels, by flag."""


@dataclass(frozen=True, slots=True, eq=False)
class Shorts(FrozenArrays):
    """The verdict on every spectrum of a series; all arrays (N,), NaN where there is none.

    level: ok, suspect, soft, hard, or "not judged"; score, a, b, c, share: as in `evidence`; R_plateau, P, R_low: the
    features themselves; R_short (ohm) with its 95 % interval R_short_low to R_short_high (NaN: no upper end), by the
    `method` "circuit" or "plateau"; ratio: likelihood ratio of the leak, where the circuit was fitted with one; bound:
    no leak below this resistance, the lead's included; heating_K: the temperature rise that would explain a; trace:
    what the voltage says, "" where nothing; reasons: one sentence per spectrum above ok; remarks: what could not be
    judged, and what is excluded.
    """

    level: tuple[str, ...]
    score: Floats
    a: Floats
    b: Floats
    c: Floats
    share: Floats
    R_plateau: Floats
    P: Floats
    R_low: Floats
    R_short: Floats
    R_short_low: Floats
    R_short_high: Floats
    ratio: Floats
    bound: Floats
    heating_K: Floats
    method: tuple[str, ...]
    trace: tuple[str, ...]
    reasons: tuple[str, ...]
    remarks: tuple[str, ...] = ()

    def __len__(self) -> int:
        return len(self.level)


FEATURES = tuple(f.name for f in fields(Shorts) if f.type == "Floats")
"""The numeric fields of Shorts."""


def defaults() -> Mapping[str, float]:
    """Every limit of the detector at its default."""
    return {limit.name: limit.default for limits in LIMITS.values() for limit in limits}


def empty(n: int) -> dict[str, Floats]:
    """The numeric fields, unknown."""
    return {name: np.full(n, np.nan) for name in FEATURES}
