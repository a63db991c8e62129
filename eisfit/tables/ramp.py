"""critical_current.csv: a current that was raised in steps, one row per step."""

from __future__ import annotations

import numpy as np

from eisfit.columns import Column, Declared, Group, filled
from eisfit.shorts.values import Ramp
from eisfit.spectrum import Floats


def _density(ramp: Ramp) -> Floats:
    return 1e3 * ramp.current_A / (ramp.area_cm2 or np.nan)


def _words(texts: tuple[str, ...]) -> list[str | None]:
    return [text or None for text in texts]


def _role(ramp: Ramp) -> list[str | None]:
    """Which step is the critical one, the one before, the one after."""
    out: list[str | None] = [None] * len(ramp)
    if ramp.short is not None:
        for k, name in ((ramp.short - 1, "before"), (ramp.short, "critical"), (ramp.short + 1, "after")):
            if 0 <= k < len(ramp):
                out[k] = name
    return out


RAMP: tuple[Group[Ramp], ...] = (
    Group(
        "the step",
        (
            Declared("step", "", "number, from 1", lambda ramp, _: list(range(1, len(ramp) + 1))),
            Declared("current_mA", "mA", "size of the current", lambda ramp, _: 1e3 * ramp.current_A),
            Declared("current_density_mA_cm2", "mA/cm2", "the same over the area", lambda ramp, _: _density(ramp)),
            Declared("half_cycles_forward", "", "with a positive current", lambda ramp, _: ramp.forward.astype(int)),
            Declared("half_cycles_backward", "", "with a negative one", lambda ramp, _: ramp.backward.astype(int)),
            Declared("begin_s", "s", "begin of its current", lambda ramp, _: ramp.begin_s),
            Declared("end_s", "s", "end of its current", lambda ramp, _: ramp.end_s),
        ),
    ),
    Group(
        "what it did",
        (
            Declared("overpotential_V", "V", "median under current", lambda ramp, _: ramp.overpotential_V),
            Declared(
                "resistance_ohm", "ohm", "that over the current", lambda ramp, _: ramp.overpotential_V / ramp.current_A
            ),
            Declared(
                "diverged",
                "",
                "yes: the voltage ran away, contact was lost",
                lambda ramp, _: ["yes" if d else None for d in ramp.diverged],
            ),
            Declared("voltage", "", "what the voltage says of a short", lambda ramp, _: _words(ramp.voltage)),
            Declared("short_level", "", "of the spectrum behind it", lambda ramp, _: _words(ramp.spectrum)),
            Declared("finding", "", "what both come to", lambda ramp, _: list(ramp.finding)),
            Declared("critical", "", "the critical step, the one before, the one after", lambda ramp, _: _role(ramp)),
        ),
    ),
)
"""critical_current.csv."""


def ramp_columns(ramp: Ramp) -> list[Column]:
    """The columns of critical_current.csv."""
    return list(filled(RAMP, ramp))
