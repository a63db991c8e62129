"""Li | Li6PS5Cl | Li: resistance that grows at rest, then four cycles with a soft short in the third.

After Cao et al., Adv. Mater. 2022, 202200401: spectra every 2 h at rest, 1 h steps at 0.25 mA/cm2, an overpotential of
about 0.02 V that falls to 0.006 V with a vibrating voltage while the impedance collapses. The short is an electronic
leak across the whole cell, R_short || (R_SE,bulk + ...); the intact cell goes on beneath it.
"""

from __future__ import annotations

from datetime import datetime

import numpy as np

from eisfit.circuit import Circuit
from maker.common import CURRENT_MA, FREQUENCY, Recording, Sample, Values, arc, electrolyte, measured
from maker.eclab import Run
from maker.protocol import Floats, Step

INTACT = Circuit("L_{lead}R_{SE,bulk}(R_{GB}Q_{GB})(R_{Int}Q_{Int})")
SHORTED = Circuit("L_{lead}([R_{SE,bulk}(R_{GB}Q_{GB})(R_{Int}Q_{Int})]R_{short})")
NOISE = 0.004
LEAD_H = 0.3e-6
CAPACITY_MAH = CURRENT_MA
"""What one half-cycle moves."""
RESTS, CYCLES = 8, 4
REST_S = 6060.0
"""With the sweep of 19 min about 2 h from spectrum to spectrum."""
GROWN_H = 14.0
LEAKS = {5: 30.0, 6: 27.0, 7: 25.0}
"""Half-cycle, counted from 0, to R_short at its end, ohm."""
CONTACTS = ((600.0, 0.35), (1500.0, 0.6), (2400.0, 0.85), (3000.0, 1.0))
"""How the leak came about: seconds into that half-cycle, share of the final conductance from then on."""
VIBRATION = 0.12


def make() -> Sample:
    """The whole run: eight spectra at rest, four cycles with a spectrum after each half."""
    recording = Recording.start("li-symmetric", RUN)
    for _ in range(RESTS):
        spectrum(recording, 1, {"direction": "charge", "cycle": 1})
        recording.protocol.ocv(2, REST_S, 60.0, open_circuit)
    for half_cycle in range(2 * CYCLES):
        step(recording, half_cycle)
    return recording.finished()


def step(recording: Recording, half_cycle: int) -> None:
    """Current for an hour, 10 min of rest, a spectrum."""
    number, direction, sign = ((4, "charge", 1), (6, "discharge", -1))[half_cycle % 2]
    made = Step(sign * CURRENT_MA, 3600.0, 30.0, 600.0, 60.0, sign * 0.5)
    ohm = sum(resistances(interface(recording.protocol.clock)))

    def loaded(t: Floats) -> Floats:
        conductance = 1 / ohm + leak(half_cycle, t, recording.protocol.rng)
        return sign * 1e-3 * CURRENT_MA / conductance

    recording.charge_mAh += recording.protocol.gcpl(number, made, loaded, open_circuit)
    spectrum(recording, number + 1, {"direction": direction, "cycle": half_cycle // 2 + 1}, LEAKS.get(half_cycle))


def spectrum(recording: Recording, number: int, state: dict[str, object], R_short: float | None = None) -> None:
    """A sweep, with the parameters of that moment: those of the intact cell, and the leak apart."""
    values = {"L_lead": LEAD_H} | electrolyte(recording.scatter) | interface(recording.protocol.clock)
    leak = {} if R_short is None else {"R_short": R_short}
    circuit = INTACT if R_short is None else SHORTED
    taken = measured(circuit, FREQUENCY, values | leak, NOISE, recording.sample.seed())
    state |= {"soc": round(recording.charge_mAh / CAPACITY_MAH, 6), "temperature_C": 25}
    shorted = {"shorted": "yes" if leak else "no", "R_short": R_short or ""}
    recording.sweep(number, taken, open_circuit, state | values | shorted)


def interface(time_s: float) -> Values:
    """Both Li | Li6PS5Cl interfaces in series: R_Int grows with the root of time, from 14 to 29 ohm."""
    grown = min(1.0, time_s / 3600 / GROWN_H)
    return arc("Int", 14.0 + 15.0 * float(np.sqrt(grown)), 2.5e-5, 0.8)


def resistances(values: Values) -> tuple[float, float, float]:
    """R_SE,bulk, R_GB (nominal) and R_Int, ohm."""
    return 22.0, 13.0, values["R_Int"]


def leak(half_cycle: int, t: Floats, rng: np.random.Generator) -> Floats:
    """Conductance of the leak in S along a half-cycle: steps while it forms, and it vibrates."""
    if half_cycle not in LEAKS:
        return np.zeros(len(t))
    share = np.ones(len(t))
    if half_cycle == min(LEAKS):
        share = sum((t >= at) * up for at, up in zip(*increments(), strict=True))
    return share / LEAKS[half_cycle] * np.exp(VIBRATION * rng.standard_normal(len(t)))


def increments() -> tuple[tuple[float, ...], tuple[float, ...]]:
    """Moments of the contacts, and what each adds."""
    at, share = zip(*CONTACTS, strict=True)
    return at, tuple(np.diff(share, prepend=0.0).tolist())


def open_circuit(t: Floats) -> Floats:
    """Two equal electrodes: no voltage but the offset of the instrument."""
    return np.full(len(t), 8e-5)


RUN = Run(
    name="Li-LPSCl-Li_03",
    started=datetime(2025, 4, 22, 18, 5, 11),
    electrode="Li foil",
    electrolyte="Li6PS5Cl, 150 mg",
    comments=("SYNTHETIC DATA, no cell was measured (eisfit, samples/README.md)", "two-electrode, Li on both sides"),
)
