"""The critical current: the current is raised in steps until the cell shorts, in both directions or in one.

Voltage and impedance are asked together. A short lowers the overpotential, makes the voltage fall in steps or vibrate,
and leaves a leak in the spectrum behind it. A voltage that falls and comes back dipped: a contact opened again. One
that runs away lost contact (voids), which is no short. An overpotential that falls together with the impedance is that
of a warm cell or of a new interface; where the impedance shows a leak, it is that of the leak.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from eisfit.medians import median_of
from eisfit.shorts.half_cycles import HalfCycle
from eisfit.shorts.trace import DIP, DIVERGED, FALL, Trace, before_each
from eisfit.shorts.values import (
    BY_BOTH,
    BY_IMPEDANCE,
    BY_VOLTAGE,
    DIPPED,
    HARD,
    LEVELS,
    SOFT,
    SOUND,
    SUSPECT,
    UNCHECKED,
    UNCLEAR,
    VOIDS,
    Ramp,
)
from eisfit.spectrum import Floats, Series

RAMP = 0.03
"""Relative step of the current from one half-cycle to the next that is one of a ramp."""
LEAKING = (SOFT, HARD)
LEAST = 3
"""Currents of a ramp."""


def critical_current(series: Series, trace: Trace, level: Sequence[str], least_fall: float) -> Ramp | None:
    """What a current that was raised in steps did; None where it was not raised over three steps or more.

    level: of the spectra; least_fall: share by which the overpotential over the current falls that counts.
    """
    steps = _raised(trace.cycles)
    if len(steps) < LEAST:
        return None
    behind = _behind(series, trace.cycles, level)
    cycles = trace.cycles
    eta = [float(median_of([cycles[k].eta for k in step])) for step in steps]
    diverged = [any(cycles[k].rise >= DIVERGED for k in step) for step in steps]
    size = [_size(cycles[step[0]]) for step in steps]
    spectrum = [max((behind[k] for k in step), key=_gravity) for step in steps]
    odd = [frozenset().union(*(trace.kinds[k] for k in step)) for step in steps]
    voltage = [", ".join(dict.fromkeys(text for k in step if (text := trace.of_cycles[k]))) for step in steps]
    falls = _falls(np.array(eta) / np.array(size), spectrum)
    for k in np.flatnonzero(falls >= least_fall).tolist():
        if spectrum[k] in LEAKING and not odd[k] - {DIP}:
            odd[k] |= {FALL}
            voltage[k] = ", ".join(filter(None, (voltage[k], f"the overpotential fell by {100 * falls[k]:.0f} %")))
    sign = [[np.sign(cycles[k].current_A) for k in step] for step in steps]
    return Ramp(
        current_A=np.array(size),
        forward=np.array([float(sum(s > 0 for s in own)) for own in sign]),
        backward=np.array([float(sum(s < 0 for s in own)) for own in sign]),
        begin_s=np.array([cycles[step[0]].begin_s for step in steps]),
        end_s=np.array([cycles[step[-1]].end_s for step in steps]),
        overpotential_V=np.array(eta),
        diverged=np.array(diverged, float),
        voltage=tuple(voltage),
        spectrum=tuple(spectrum),
        finding=tuple(_finding(*of_step) for of_step in zip(odd, spectrum, diverged, strict=True)),
        area_cm2=series.cell.area_cm2,
    )


def told(ramp: Ramp) -> tuple[str, ...]:
    """What the ramp comes to, in sentences."""
    at = ramp.short
    return (_no_short(ramp) if at is None else _shorted(ramp, at), *_besides(ramp, at))


def _shorted(ramp: Ramp, at: int) -> str:
    """The critical current, with the step before it and the one after."""
    who = {
        BY_BOTH: "voltage and impedance speak",
        BY_IMPEDANCE: "the impedance alone speaks",
        BY_VOLTAGE: "the voltage alone speaks" if ramp.spectrum[at] else "the voltage speaks",
    }[ramp.finding[at]]
    before = f", {current_text(ramp, at - 1)} showed none" if at else ", and no smaller current was tried"
    after = f"; the next step was {current_text(ramp, at + 1)}" if at + 1 < len(ramp) else ""
    return f"The current is a ramp: at {current_text(ramp, at)} {who} of a short{before}{after}."


def _no_short(ramp: Ramp) -> str:
    last, agreed = len(ramp) - 1, ramp.agreed
    if agreed == last:
        return f"The current is a ramp: up to {current_text(ramp, last)} voltage and impedance show no short."
    both = f" voltage and impedance agree up to {current_text(ramp, agreed)}" if agreed is not None else ""
    doubt = next((k for k, text in enumerate(ramp.finding) if text == UNCLEAR), None)
    if doubt is not None:
        said = f"at {current_text(ramp, doubt)} the impedance is suspect and the voltage shows no short"
    else:
        said = f"up to {current_text(ramp, last)} the voltage shows no short; the impedance was not asked at every step"
    return f"The current is a ramp: {said}{';' if both else ''}{both}."


def _besides(ramp: Ramp, short: int | None) -> tuple[str, ...]:
    """Dips, and voltages that diverged, before any short."""
    before = range(len(ramp) if short is None else short)
    void = next((k for k in before if ramp.diverged[k]), None)
    dip = next((k for k in before if ramp.finding[k] == DIPPED), None)
    out = []
    if void is not None:
        out.append(f"At {current_text(ramp, void)} the voltage diverged: contact was lost (voids), no short.")
    if dip is not None:
        out.append(f"At {current_text(ramp, dip)} the voltage dipped and came back: a contact that opened again.")
    return tuple(out)


def current_text(ramp: Ramp, k: int) -> str:
    """The current of a step, with its density where the area is known."""
    milli = 1e3 * ramp.current_A[k]
    return f"{milli:.3g} mA" + (f" ({milli / ramp.area_cm2:.3g} mA/cm2)" if ramp.area_cm2 else "")


def _raised(cycles: Sequence[HalfCycle]) -> list[list[int]]:
    """The half-cycles of every step of the longest stretch in which the current only rises or stays."""
    best: list[list[int]] = []
    begin = 0
    falls = [k + 1 for k, (a, b) in enumerate(pairwise(cycles)) if _size(b) < (1 - RAMP) * _size(a)]
    for end in [*falls, len(cycles)]:
        steps: list[list[int]] = []
        for k in range(begin, end):
            if steps and _size(cycles[k]) <= (1 + RAMP) * _size(cycles[steps[-1][0]]):
                steps[-1].append(k)
            else:
                steps.append([k])
        best = max(best, steps, key=len)
        begin = end
    return best


def _size(cycle: HalfCycle) -> float:
    return abs(cycle.current_A)


def _falls(ohm: Floats, spectrum: Sequence[str]) -> Floats:
    """By which share voltage over current lies below that of the steps before without a leak, NaN without any."""
    out = np.full(len(ohm), np.nan)
    for k in range(len(ohm)):
        before = [ohm[j] for j in range(k) if spectrum[j] not in LEAKING]
        if before:
            out[k] = 1 - ohm[k] / float(median_of(before[-LEAST:]))
    return out


def _finding(odd: frozenset[str], spectrum: str, diverged: bool) -> str:
    """What voltage and impedance come to; a leak in the impedance counts whatever the voltage did."""
    voltage, impedance = bool(odd - {DIP}), spectrum in LEAKING
    if voltage or impedance:
        return BY_BOTH if voltage and impedance else BY_VOLTAGE if voltage else BY_IMPEDANCE
    if DIP in odd:
        return DIPPED
    if diverged:
        return VOIDS
    if spectrum == SUSPECT:
        return UNCLEAR
    return SOUND if spectrum in LEVELS else UNCHECKED


def _gravity(level: str) -> int:
    return LEVELS.index(level) if level in LEVELS else -1


def _behind(series: Series, cycles: Sequence[HalfCycle], level: Sequence[str]) -> list[str]:
    """The level of the first spectrum behind every half-cycle and before the next, "" where there is none."""
    out = [""] * len(cycles)
    for i, k in reversed(list(enumerate(before_each(series, cycles)))):
        if k >= 0:
            out[k] = level[i]
    return out
