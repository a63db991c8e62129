"""What the detector of shorts finds about a series, and its limits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np

from eisfit.limits import Limit
from eisfit.numbers import positional
from eisfit.spectrum import Floats, FrozenArrays, Indices, build
from eisfit.subset import taken

OK, SUSPECT, SOFT, HARD, UNJUDGED = "ok", "suspect", "soft", "hard", "not judged"
LEVELS = (OK, SUSPECT, SOFT, HARD)
SPECTRA, CIRCUIT = "spectra", "circuit"
"""How R_short was had."""

WEAK = "weak leaks stay unseen"
NOT_JUDGED, SOME_UNJUDGED = "Shorts were not judged", "Not judged for shorts"
"""How remarks say what a series does not show."""

BY_BOTH, BY_VOLTAGE, BY_IMPEDANCE = "short", "short by the voltage alone", "short by the impedance alone"
BY = (BY_BOTH, BY_VOLTAGE, BY_IMPEDANCE)
DIPPED, VOIDS, UNCLEAR = "dip, a contact that opened again", "voids, contact is lost", "suspected by the impedance"
SOUND, UNCHECKED = "no short", "no short by the voltage, no spectrum behind it"
"""What a step of the current comes to."""

LIMITS = {
    "soft_short": (
        Limit("soft_short.score", 1.7, "", "log10 of the odds of a leak from which a spectrum counts for a soft short"),
        Limit("soft_short.of_three", 2.0, "", "how many of three neighbouring spectra must reach the score"),
        Limit("soft_short.pressure", 0.10, "", "relative change of the logged pressure that starts a new baseline"),
        Limit("soft_short.veto", 10.0, "", "an EMF that proves a leak above so many times Re Z(low f) excuses a leak"),
    ),
    "hard_short": (
        Limit("hard_short.share", 0.10, "", "Re Z at low frequency, as a share of the plateau of the baseline"),
        Limit("hard_short.phase", 5.0, "deg", "median |phase| below 10 kHz"),
    ),
    "suspect_short": (
        Limit("suspect_short.score", 0.1, "", "log10 of the odds of a leak from which a spectrum is suspect"),
        Limit("suspect_short.overpotential", 0.30, "", "fall of the overpotential against the impedance"),
        Limit(
            "suspect_short.loss",
            0.07,
            "",
            "share of the charge of two cycles that never came back, in a cell with an EMF",
        ),
        Limit("suspect_short.step", 0.20, "", "sudden fall within a half-cycle, as a share of the overpotential"),
        Limit("suspect_short.noise", 3.0, "", "noise of the voltage against the half-cycles before"),
    ),
}
"""Limits of the three levels, by flag."""


@dataclass(frozen=True, slots=True, eq=False)
class Ramp(FrozenArrays):
    """A current that was raised in steps until the cell shorts, or to the end: what every step did. Arrays (S,).

    current_A: size of the current; forward, backward: half-cycles of either sign; begin_s, end_s; overpotential_V:
    median of |V| over the last halves; diverged: 1 where the voltage ran away, because contact is lost (voids).
    voltage: what the voltage says, "" for nothing; spectrum: the gravest level of the spectra behind it, "" where there
    is none; finding: what both come to. area_cm2: of the cell, where known.
    """

    current_A: Floats
    forward: Floats
    backward: Floats
    begin_s: Floats
    end_s: Floats
    overpotential_V: Floats
    diverged: Floats
    voltage: tuple[str, ...]
    spectrum: tuple[str, ...]
    finding: tuple[str, ...]
    area_cm2: float | None = None

    def __len__(self) -> int:
        return len(self.finding)

    @property
    def short(self) -> int | None:
        """The step at which the cell shorted, None where it did not."""
        return next((k for k, text in enumerate(self.finding) if text in BY), None)

    @property
    def agreed(self) -> int | None:
        """The last step up to which, with all before it, voltage and impedance agree that there is no short."""
        steps = zip(self.finding, self.spectrum, strict=True)
        sound = [text in (SOUND, VOIDS, DIPPED) and bool(level) for text, level in steps]
        first = next((k for k, good in enumerate(sound) if not good), len(sound))
        return first - 1 if first else None


@dataclass(frozen=True, slots=True, eq=False)
class Shorts(FrozenArrays):
    """The verdict on every spectrum of a series; all arrays (N,), NaN where there is none.

    level: ok, suspect, soft, hard, or "not judged"; probability: that a leak is open; score: log10 of its odds; rival:
    the best explanation without a leak; share: of the direct current that leaks. plateau_fall (a), polarisation_fall
    (b), low_fall (c), polarisation (P), R_plateau, R_low (ohm): see `features`. leak: conductance in S with leak_error,
    R_short (ohm) with its 95 % interval R_short_low to R_short_high, by the `method` "spectra" or "circuit"; chi2_gain:
    by how much chi2 falls where the circuit was fitted with a leak; bound: no leak below this resistance, the lead's
    included; heating_K: the temperature rise that would explain plateau_fall; scatter: relative scatter of the plateau
    between neighbours.

    trace: what the voltage says, "" where nothing; verdicts: why, for every spectrum above ok, without R_short, which
    `reasons` adds; remarks: what could not be judged, and what is excluded; baselines: the spectra that each was
    compared with; ramp: what a current raised in steps did, None where there is none; starts: the spectra at which a
    baseline starts.
    """

    level: tuple[str, ...]
    probability: Floats
    rival: tuple[str, ...]
    score: Floats
    share: Floats
    plateau_fall: Floats
    polarisation_fall: Floats
    low_fall: Floats
    polarisation: Floats
    R_plateau: Floats
    R_low: Floats
    leak: Floats
    leak_error: Floats
    R_short: Floats
    R_short_low: Floats
    R_short_high: Floats
    chi2_gain: Floats
    bound: Floats
    heating_K: Floats
    scatter: Floats
    method: tuple[str, ...]
    trace: tuple[str, ...]
    verdicts: tuple[str, ...]
    remarks: tuple[str, ...] = ()
    baselines: tuple[tuple[int, ...], ...] = ()
    ramp: Ramp | None = None
    starts: tuple[int, ...] = ()

    def __len__(self) -> int:
        return len(self.level)

    @property
    def a(self) -> Floats:
        """The fall of the plateau, by the name that its column has in derived.csv."""
        return self.plateau_fall

    @property
    def reasons(self) -> tuple[str, ...]:
        """One sentence per spectrum above ok, "" for the others."""
        return tuple(self._reason(i) for i in range(len(self)))

    def _reason(self, i: int) -> str:
        if not self.verdicts[i]:
            return ""
        parts = [(self._size(i) if self.level[i] == SOFT else "") + self.verdicts[i]]
        if np.isfinite(self.bound[i]):
            parts.append(f"leaks below {positional(float(self.bound[i]))} ohm are excluded")
        if self.trace[i]:
            parts.append(f"by the record {self.trace[i]}")
        return "; ".join(parts)

    def _size(self, i: int) -> str:
        """How large a soft short is, and how that is known."""
        low, high = (positional(float(end[i])) for end in (self.R_short_low, self.R_short_high))
        high = high if np.isfinite(self.R_short_high[i]) else "infinity"
        by = f", by the {self.method[i]}" if self.method[i] == CIRCUIT else ""
        return f"R_short = {positional(float(self.R_short[i]))} ohm ({low} to {high}, 95 %{by}): "


FEATURES = tuple(f.name for f in fields(Shorts) if f.type == "Floats")
"""The numeric fields of Shorts."""


def defaults() -> Mapping[str, float]:
    """Every limit of the detector at its default."""
    return {limit.name: limit.default for limits in LIMITS.values() for limit in limits}


def empty(n: int) -> dict[str, Floats]:
    """The numeric fields, unknown."""
    return {name: np.full(n, np.nan) for name in FEATURES}


OF_ALL = ("remarks", "baselines", "starts", "ramp")
"""Fields that are not one entry per spectrum, or that count spectra."""


def taken_shorts(shorts: Shorts, rows: Indices) -> Shorts:
    """The verdicts on some spectra (M,); of their baselines the spectra that are among them."""
    place = {i: k for k, i in enumerate(rows.tolist())}
    kept = [shorts.baselines[i] for i in rows.tolist()] if shorts.baselines else []
    return replace(
        taken(shorts, rows, len(shorts)),
        remarks=(),
        baselines=tuple(tuple(place[k] for k in own if k in place) for own in kept),
        starts=tuple(place[k] for k in shorts.starts if k in place),
    )


def joined_shorts(shorts: Shorts, rows: Sequence[Indices], parts: Sequence[Shorts | None]) -> Shorts:
    """The verdicts on a series in which those on some spectra (M,) each are replaced."""
    state: dict[str, Any] = shorts.state()
    for name in (name for name in state if name not in OF_ALL):
        held = np.array(state[name], object)
        for at, part in zip(rows, parts, strict=True):
            if part is not None:
                held[at] = list(getattr(part, name))
        state[name] = np.array(held, np.float64) if name in FEATURES else tuple(held.tolist())
    return build(Shorts, state)
