"""What the voltage under current says of a short, in a cell whose voltage is an overpotential.

A short takes its share of the current, so that the overpotential falls, in steps while contacts form, and vibrates. A
new interface, a warm cell, voids that heal lower it too, but then the impedance falls with it:

    kappa = (eta / |I|) / R, the smaller Re Z at low frequency of the spectra before and after

A short that is open under current alone has kappa below that of the half-cycles before, and below one; where both
fell the impedance judges. Noise counts above that of the rest: pick-up is there without current.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np

from eisfit.medians import median_of
from eisfit.shorts.half_cycles import HalfCycle, half_cycles, speaks
from eisfit.spectrum import Floats, Series

FALL, STEP, DIP, NOISE = "fall", "step", "dip", "noise"
RECOVERED = 0.9
"""A voltage that ends so close to where it fell from dipped: the contact opened again."""
REFERENCE = 3
"""Half-cycles that another one is compared with."""
STEP_SIGMA = 6.0
LEAST_NOISE = 0.02
"""Of the overpotential: less noise is none."""
DIVERGED = 2.0
"""A voltage that ends so many times above its first half loses its contact; its curvature is no noise."""
ABOVE_REST = 2.0
"""Noise under current below so many times that of the rest is picked up: either is known to a quarter."""
CLEAR_KAPPA = 0.8
"""Above this the overpotential is that of the impedance, whatever the half-cycles before had."""
NEAR = 3.0
"""Spectra that lie farther off than so many lengths of the half-cycle tell nothing about it."""


class Trace(NamedTuple):
    """What the voltage tells: of every half-cycle, and per spectrum of the one before it; "" for nothing.

    kinds: what was odd about every half-cycle, of FALL, STEP, DIP and NOISE.
    """

    says: tuple[str, ...]
    cycles: tuple[HalfCycle, ...] = ()
    of_cycles: tuple[str, ...] = ()
    kinds: tuple[frozenset[str], ...] = ()


def read_trace(series: Series, limits: Mapping[str, float]) -> Trace:
    """The voltage trace of a cell without EMF; nothing where there is none, or too few half-cycles."""
    silent = Trace(("",) * len(series))
    if series.record is None:
        return Trace(in_files(series, limits["suspect_short.overpotential"]))
    if not speaks(series):
        return silent
    cycles = half_cycles(series.record)
    if len(cycles) <= REFERENCE:
        return silent
    found = _suspicions(cycles, _beside(series, cycles), limits)
    said = [", ".join(texts.values()) for texts in found]
    last = before_each(series, cycles)
    says = tuple(said[k] if k >= 0 else "" for k in last)
    return Trace(says, tuple(cycles), tuple(said), tuple(frozenset(texts) for texts in found))


def in_files(series: Series, limit: float) -> tuple[str, ...]:
    """What potential and current that stand in the impedance files say, where there is no record; "" for nothing.

    A symmetric cell that is measured under a current has the overpotential of that current: kappa as above.
    """
    volts, current = series.column("potential_V"), series.column("current_A")
    known = np.isfinite(volts) & (np.abs(np.nan_to_num(current)) > 0) & np.array([s.used.any() for s in series], bool)
    at = np.flatnonzero(known)
    out = [""] * len(series)
    if series.cell.type != "symmetric" or len(at) <= REFERENCE:
        return tuple(out)
    low = np.array([median_of(series[i].impedance.real[series[i].used][-3:]) for i in at.tolist()])
    kappa = np.abs(volts[at] / current[at]) / low
    quiet = kappa[:REFERENCE].tolist()
    for i, value in zip(at[REFERENCE:].tolist(), kappa[REFERENCE:].tolist(), strict=True):
        fall = 1 - value / min(float(median_of(quiet[:REFERENCE])), float(median_of(quiet[-REFERENCE:])))
        if fall >= limit and value < CLEAR_KAPPA:
            out[i] = f"the overpotential in its file fell by {100 * fall:.0f} % against the impedance"
        else:
            quiet.append(value)
    return tuple(out)


def before_each(series: Series, cycles: Sequence[HalfCycle]) -> list[int]:
    """The half-cycle that ended before every spectrum, -1 where there is none."""
    times = series.column("time_s")
    last = np.searchsorted([cycle.end_s for cycle in cycles], times, side="right") - 1
    return [int(k) if np.isfinite(t) else -1 for k, t in zip(last, times, strict=True)]


def _beside(series: Series, cycles: Sequence[HalfCycle]) -> Floats:
    """Resistance at low frequency (n,) of the spectra around every half-cycle, the smaller one; NaN where none is near.

    Without a spectrum behind it the one before it cannot tell what the impedance did since.
    """
    times = series.column("time_s")
    known = [i for i in np.argsort(times) if np.isfinite(times[i]) and series[i].used.any()]
    at = times[known]
    low = np.array([median_of(series[i].impedance.real[series[i].used][-3:]) for i in known])
    out = np.full(len(cycles), np.nan)
    for k, cycle in enumerate(cycles):
        reach = NEAR * max(cycle.end_s - cycle.begin_s, 1.0)
        behind = int(np.searchsorted(at, cycle.end_s))
        before = int(np.searchsorted(at, cycle.begin_s, side="right")) - 1
        if behind < len(at) and at[behind] - cycle.end_s <= reach:
            near = [low[behind]]
            if before >= 0 and cycle.begin_s - at[before] <= reach:
                near.append(low[before])
            out[k] = min(near)
    return out


def _suspicions(cycles: Sequence[HalfCycle], beside: Floats, limits: Mapping[str, float]) -> list[dict[str, str]]:
    """What is odd about every half-cycle in comparison with those before it that were not: by kind, in words."""
    said: list[dict[str, str]] = []
    quiet: list[int] = []
    for k, cycle in enumerate(cycles):
        if k < REFERENCE:
            said.append({})
            quiet.append(k)
            continue
        first, last = quiet[:REFERENCE], quiet[-REFERENCE:]
        found = {
            **_fallen(cycles, beside, k, (first, last), limits["suspect_short.overpotential"]),
            **_dropped(cycle, [cycles[i] for i in last], limits["suspect_short.step"]),
            **_noisy(cycle, [cycles[i] for i in last], limits["suspect_short.noise"]),
        }
        said.append(found)
        if not found:
            quiet.append(k)
    return said


def _fallen(
    cycles: Sequence[HalfCycle], beside: Floats, k: int, quiet: tuple[list[int], list[int]], limit: float
) -> dict[str, str]:
    """Whether the overpotential fell, and the impedance did not."""
    ohm = np.array([cycle.eta / abs(cycle.current_A) for cycle in cycles])
    # the spectrum behind sees the cell as the half-cycle left it
    kappa = np.maximum(ohm, [cycle.final / abs(cycle.current_A) for cycle in cycles]) / beside
    if np.isfinite(kappa[k]):
        known = [[kappa[i] for i in some if np.isfinite(kappa[i])] for some in quiet]
        if all(known):
            usual = min(float(median_of(some)) for some in known)
            fall = 1 - kappa[k] / usual
            told = fall >= limit and kappa[k] < CLEAR_KAPPA
            return {FALL: f"the overpotential fell by {100 * fall:.0f} % against the impedance"} if told else {}
    usual = min(float(median_of(ohm[some])) for some in quiet)
    fall = 1 - ohm[k] / usual if usual > 0 else 0.0
    return {FALL: f"the overpotential fell by {100 * fall:.0f} %"} if fall >= limit else {}


def _dropped(cycle: HalfCycle, before: Sequence[HalfCycle], limit: float) -> dict[str, str]:
    noise = max(float(median_of([c.noise for c in before])), cycle.rest_noise if cycle.rest_noise > 0 else 0.0, 1e-9)
    if cycle.step < max(limit * cycle.level, STEP_SIGMA * noise):
        return {}
    if cycle.final >= RECOVERED * cycle.level:
        return {DIP: f"the voltage dipped by {1e3 * cycle.step:.3g} mV and came back"}
    return {STEP: f"the voltage dropped suddenly by {1e3 * cycle.step:.3g} mV"}


def _noisy(cycle: HalfCycle, before: Sequence[HalfCycle], limit: float) -> dict[str, str]:
    """Noise above that of the rest, against the half-cycles before and the overpotential."""
    usual = max(float(median_of([c.noise for c in before])), 1e-9)
    rest = float(np.nan_to_num(cycle.rest_noise))
    own = np.sqrt(max((cycle.noise - rest) * (cycle.noise + rest), 0.0))
    picked_up = cycle.noise < ABOVE_REST * cycle.rest_noise
    if cycle.rise < DIVERGED and not picked_up and own >= limit * usual and own > LEAST_NOISE * cycle.eta:
        return {NOISE: f"the voltage was {own / usual:.2g} times noisier under current"}
    return {}
