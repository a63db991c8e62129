"""The critical current: up to which current of a ramp voltage and impedance agree that there is no short."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from eisfit.shorts.half_cycles import HalfCycle
from eisfit.shorts.trace import DIVERGED, REFERENCE, Trace, before_each
from eisfit.shorts.values import HARD, SOFT
from eisfit.spectrum import Series

RAMP = 0.03
"""Relative step of the current from one half-cycle to the next that is one of a ramp."""


def critical_current(series: Series, trace: Trace, level: Sequence[str]) -> tuple[str, ...]:
    """What a ramp of the current says; nothing where the current is no ramp of three steps or more."""
    cycles = trace.cycles
    size = np.array([abs(cycle.current_A) for cycle in cycles])
    steps = np.diff(size)
    if not ((steps > -RAMP * size[:-1]).all() and (steps > RAMP * size[:-1]).sum() >= REFERENCE - 1):
        return ()
    area = series.cell.area_cm2
    spectra = _after(series, cycles, level)
    short = next((k for k in range(len(cycles)) if trace.of_cycles[k] or spectra[k] in (SOFT, HARD)), None)
    voids = _voids(cycles, short, area)
    if short is None:
        agree = "voltage and impedance show" if any(spectra) else "the voltage shows"
        return (f"The current is a ramp: up to {_current(size[-1], area)} {agree} no short.", *voids)
    well = size[:short][size[:short] < (1 - RAMP) * size[short]]
    before = f", {_current(well.max(), area)} went well" if well.size else ", and no smaller current was tried"
    who = _who(bool(trace.of_cycles[short]), spectra[short])
    return (f"The current is a ramp: at {_current(size[short], area)} {who} of a short{before}.", *voids)


def _who(voltage: bool, spectrum: str) -> str:
    seen = spectrum in (SOFT, HARD)
    if voltage and seen:
        return "voltage and impedance speak"
    if seen:
        return "the impedance alone speaks"
    return "the voltage alone speaks" if spectrum else "the voltage speaks"


def _after(series: Series, cycles: Sequence[HalfCycle], level: Sequence[str]) -> list[str]:
    """The level of the first spectrum behind every half-cycle and before the next, "" where there is none."""
    out = [""] * len(cycles)
    for i, k in reversed(list(enumerate(before_each(series, cycles)))):
        if k >= 0:
            out[k] = level[i]
    return out


def _voids(cycles: Sequence[HalfCycle], short: int | None, area: float | None) -> tuple[str, ...]:
    """Where the voltage diverged before any short: contact was lost, which is no short."""
    first = next((c for c in cycles[:short] if c.rise >= DIVERGED), None)
    if first is None:
        return ()
    return (f"At {_current(abs(first.current_A), area)} the voltage diverged: contact was lost (voids), no short.",)


def _current(ampere: float, area: float | None) -> str:
    text = f"{1e3 * ampere:.3g} mA"
    return f"{text} ({1e3 * ampere / area:.3g} mA/cm2)" if area else text
