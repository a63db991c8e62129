"""In-Li | Li6PS5Cl | Si, first discharge (lithiation) and charge, after Cao et al., Adv. Mater. 2022, 202200401.

From there: the cell, 0.25 mA/cm2, a spectrum every hour of current after 30 min of rest, 2773 mAh/g in and 85.6 % of it
out, and the course of R_Int: 101, 33 (after 2 h), 66 ohm on discharge, then 28, 42 (below 0.68 V, taken as against
Li+/Li), 148 ohm on charge. Made up: everything else, above all the potentials.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from scipy.interpolate import PchipInterpolator

from eisfit.circuit import Circuit
from maker.common import CURRENT_MA, FREQUENCY, Recording, Sample, Values, arc, electrolyte, measured
from maker.eclab import Run
from maker.protocol import Floats, Potential, Step

CIRCUIT = Circuit("R_{SE,bulk}(R_{GB}Q_{GB})(R_{Int}Q_{Int})Q_{D}")
NOISE = 0.003
IN_LI = 0.62
"""Potential of In-Li against Li+/Li, V; the instrument shows that much less."""
CAPACITY_MAH = 3.33
"""2773 mAh/g of 1.2 mg silicon."""
HOURS = {"discharge": 10.5, "charge": 8.99}
LIMIT_V = {"discharge": -0.61, "charge": 0.88}
SERIES_OHM, SLOW_OHM, SLOW_S = 35.0, 60.0, 600.0
"""Electrolyte; slow polarisation of the electrode, and its time."""


def curve(knots: Mapping[float, float]) -> PchipInterpolator:
    """A smooth curve through the knots, without overshoot."""
    return PchipInterpolator(list(knots), list(knots.values()))


@dataclass(frozen=True)
class Branch:
    """One direction as functions of the hours of current: equilibrium potential against Li+/Li (V), R_Int (ohm), the
    effective capacitance of its arc (F), modulus of the tail at 10 mHz (ohm), exponent of the tail."""

    direction: str
    potential: PchipInterpolator
    R_Int: PchipInterpolator
    C_Int: PchipInterpolator
    tail: PchipInterpolator
    tail_n: PchipInterpolator

    @property
    def ampere(self) -> float:
        """The current, negative on discharge."""
        return (1e-3 if self.direction == "charge" else -1e-3) * CURRENT_MA

    def values(self, hours: float) -> Values:
        """Parameters of the electrodes after some hours."""
        n = float(self.tail_n(hours))
        Q = 1 / (float(self.tail(hours)) * (2 * np.pi * 0.01) ** n)
        return {**arc("Int", float(self.R_Int(hours)), float(self.C_Int(hours)), 0.82), "Q_D": Q, "Q_D_n": n}

    def rest(self, hours: float) -> float:
        """Potential against In-Li once everything has relaxed, V."""
        return float(self.potential(hours)) - IN_LI

    def loaded(self, start_h: float, t: Floats) -> Floats:
        """Potential against In-Li, t seconds into a step that began after start_h hours."""
        hours = start_h + t / 3600
        ohm = SERIES_OHM + self.R_Int(hours) + SLOW_OHM * (1 - np.exp(-np.sqrt(t / SLOW_S)))
        return np.asarray(self.potential(hours) - IN_LI + self.ampere * ohm)

    def relaxing(self, end_h: float, step_s: float, t: Floats) -> Floats:
        """Potential against In-Li, t seconds after a step of step_s that ended at end_h hours."""
        left = SLOW_OHM * (1 - np.exp(-np.sqrt(step_s / SLOW_S))) * np.exp(-np.sqrt(t / SLOW_S))
        return np.asarray(self.rest(end_h) + self.ampere * left)


LITHIATION = Branch(
    direction="discharge",
    potential=curve({
        0: 1.55, 0.04: 1.1, 0.12: 0.75, 0.35: 0.46, 0.8: 0.32, 1.6: 0.25, 3.2: 0.2, 6.3: 0.14, 9: 0.095, 10.5: 0.0576,
    }),
    R_Int=curve({0: 101, 1: 55, 2: 33, 4: 40, 7: 52, 10.5: 66}),
    C_Int=curve({0: 2.6e-3, 2: 3.0e-3, 10.5: 3.2e-3}),
    tail=curve({0: 32, 2: 20, 10.5: 15}),
    tail_n=curve({0: 0.58, 10.5: 0.63}),
)  # fmt: skip
DELITHIATION = Branch(
    direction="charge",
    potential=curve({
        0: 0.12, 0.5: 0.2, 1.5: 0.28, 3: 0.35, 5: 0.44, 6.5: 0.54, 7: 0.6, 7.5: 0.7, 8: 0.86, 8.6: 1.15, 8.99: 1.4247,
    }),
    R_Int=curve({0: 66, 1: 28, 3: 31.5, 5: 36, 7: 42, 8: 80, 8.99: 148}),
    C_Int=curve({0: 3.2e-3, 8.99: 2.6e-3}),
    tail=curve({0: 15, 7: 18, 8.99: 28}),
    tail_n=curve({0: 0.63, 8.99: 0.6}),
)  # fmt: skip


def make() -> Sample:
    """The whole run: OCV, a first spectrum, eleven steps of discharge, nine of charge."""
    recording = Recording.start("si-half-cell", RUN)
    recording.protocol.ocv(1, 3600.0, 60.0, lambda t: LITHIATION.rest(0) - 2e-7 * t)
    spectrum(recording, 2, LITHIATION, 0.0, lambda t: LITHIATION.rest(0) - 2e-7 * (3600 + t))
    for number, branch in ((3, LITHIATION), (6, DELITHIATION)):
        hours = HOURS[branch.direction]
        for start in np.arange(0.0, hours):
            step(recording, number, branch, float(start), round(3600 * min(1.0, hours - start), 3))
    return recording.finished()


def step(recording: Recording, number: int, branch: Branch, start_h: float, duration_s: float) -> None:
    """Current for an hour or to the limit, 30 min of rest, a spectrum."""
    end_h = start_h + duration_s / 3600
    made = Step(1e3 * branch.ampere, duration_s, 60.0, 1800.0, 60.0, LIMIT_V[branch.direction])

    def rest(t: Floats) -> Floats:
        return branch.relaxing(end_h, duration_s, t)

    recording.charge_mAh += recording.protocol.gcpl(number, made, lambda t: branch.loaded(start_h, t), rest)
    spectrum(recording, number + 1, branch, end_h, lambda t: rest(1800.0 + t))


def spectrum(recording: Recording, number: int, branch: Branch, hours: float, potential: Potential) -> None:
    """A sweep, with the parameters of that moment."""
    values = electrolyte(recording.scatter) | branch.values(hours)
    taken = measured(CIRCUIT, FREQUENCY, values, NOISE, recording.sample.seed())
    lithiation = round(abs(recording.charge_mAh) / CAPACITY_MAH, 6)
    state = {"direction": branch.direction, "cycle": 1, "soc": lithiation, "temperature_C": 25}
    recording.sweep(number, taken, potential, state | values | {"shorted": "no", "R_short": ""})


RUN = Run(
    name="Si-LPSCl-InLi_07",
    started=datetime(2025, 3, 17, 9, 12, 40),
    electrode="Si-Li6PS5Cl-C, 2 mg, 60 wt% Si",
    electrolyte="Li6PS5Cl, 150 mg",
    comments=("SYNTHETIC DATA, no cell was measured (eisfit, samples/README.md)", "CE and RE: In-Li"),
)
