"""Linked techniques on one clock: each step fills the table that the instrument would have recorded.

A looped technique keeps one file, its loops one after the other; the time runs on over all techniques, the counter
(Q-Qo) starts anew at every loop. Potentials come in as functions of the time since the step began.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from maker.eclab import Setting, Table, Technique

Floats = NDArray[np.float64]
Potential = Callable[[Floats], Floats]

VOLT_NOISE = 3e-5
"""Standard deviation of one potential reading, V."""
SETTLE_PERIODS, AVERAGED_PERIODS, OVERHEAD_S = 1.1, 2.0, 0.36
"""Time that one frequency takes: periods before and during the measurement, and what the instrument adds."""


class Step(NamedTuple):
    """Constant current (mA, positive on charge) for some time, then rest; a row every so many seconds."""

    current_mA: float
    duration_s: float
    every_s: float
    rest_s: float
    rest_every_s: float
    limit_V: float


class Sweep(NamedTuple):
    """Where and when a sweep stands: file by technique number, 0-based in it, start on the clock, mean potential."""

    technique: int
    index: int
    time_s: float
    potential_V: float


@dataclass
class Protocol:
    """A run while it is recorded: the clock in s, and the techniques by number."""

    rng: np.random.Generator
    clock: float = 0.0
    techniques: dict[int, Technique] = field(default_factory=dict)

    def ocv(self, number: int, duration_s: float, every_s: float, potential: Potential) -> None:
        """Open circuit: a potential reading every so many seconds."""
        t = grid(duration_s, every_s)
        table = {"mode": full(t, 3), "error": full(t, 0), "time/s": self._times(t), "Ewe/V": self._read(potential(t))}
        self._record(number, "OCV", ocv_settings(duration_s, every_s), table)

    def gcpl(self, number: int, step: Step, loaded: Potential, resting: Potential) -> float:
        """A current step and the rest behind it. Returns the charge in mAh."""
        on = grid(step.duration_s, step.every_s)
        off = grid(step.rest_s, step.rest_every_s)[1:]
        t = np.concatenate([on, on[-1] + off])
        flowing = np.arange(len(t)) < len(on)
        hours = np.diff(t, prepend=0.0) / 3600
        dq = np.round(np.where(flowing, step.current_mA * hours, 0.0), 12)
        volts = self._read(np.concatenate([loaded(on), resting(off)]))
        self._record(number, "GCPL", gcpl_settings(step), gcpl_table(self._times(t), flowing, dq, volts, step))
        return float(np.round(dq.sum(), 9))

    def peis(self, number: int, frequency: Floats, impedance: NDArray[np.complex128], potential: Potential) -> Sweep:
        """One impedance sweep from high to low frequency, about the rest potential."""
        t = np.cumsum(OVERHEAD_S + (SETTLE_PERIODS + AVERAGED_PERIODS) / frequency)
        volts = self._read(potential(t))
        start = float(np.round(self.clock + t[0], 4))
        index = len(self.techniques[number].loops) if number in self.techniques else 0
        table = peis_table(self._times(t), frequency, impedance, volts, index + 1)
        table |= self._direct_current(table["time/s"])
        self._record(number, "PEIS", peis_settings(), table)
        return Sweep(number, index, start, float(volts.mean()))

    def _direct_current(self, times: Floats) -> Table:
        """The stray current between the sines: its charge is nothing beside that of the cycling."""
        current = np.round(1e-5 * self.rng.standard_normal(len(times)), 9)
        dq = np.round(current * np.diff(times, prepend=times[0]) / 3600, 15)
        return {"<I>/mA": current, "dq/mA.h": dq, "(Q-Qo)/mA.h": np.round(np.cumsum(dq), 15)}

    def _read(self, volts: Floats) -> Floats:
        return volts + VOLT_NOISE * self.rng.standard_normal(len(volts))

    def _times(self, t: Floats) -> Floats:
        """Clock at the rows, and the clock set to the start of the next technique."""
        times = np.round(self.clock + t, 4)
        self.clock = float(np.round(times[-1] + 0.28, 4))
        return times

    def _record(self, number: int, kind: str, settings: tuple[Setting, ...], table: Table) -> None:
        start = float(table["time/s"][0])
        technique = self.techniques.setdefault(number, Technique(number, kind, start, settings))
        technique.loops.append({name: table[name] for name in COLUMNS[kind]})


def grid(duration_s: float, every_s: float) -> Floats:
    """0, every, 2 every ... and the end itself."""
    t = np.arange(0.0, duration_s, every_s)
    return np.append(t, duration_s)


def full(t: Floats, value: float) -> Floats:
    """The same value in every row."""
    return np.full(len(t), float(value))


def gcpl_table(times: Floats, flowing: NDArray[np.bool_], dq: Floats, volts: Floats, step: Step) -> Table:
    """Columns of a GCPL loop."""
    charge = np.round(np.cumsum(dq), 12)
    current = np.where(flowing, step.current_mA, 0.0)
    first = np.arange(len(times)) == 0
    zero = full(times, 0)
    discharged = charge if step.current_mA < 0 else zero
    charged = charge if step.current_mA > 0 else zero
    return {
        "mode": np.where(flowing, 1.0, 3.0),
        "ox/red": full(times, step.current_mA > 0),
        **dict.fromkeys(
            ("error", "control changes", "counter inc.", "Ns", "half cycle", "control/V", "cycle number"), zero
        ),
        "Ns changes": first.astype(float),
        "time/s": times,
        "dq/mA.h": dq,
        "(Q-Qo)/mA.h": charge,
        "control/V/mA": current,
        "control/mA": current,
        "<I>/mA": np.where(first, 0.0, current),
        "Ewe/V": volts,
        "I Range": full(times, 10),
        "Q charge/discharge/mA.h": charge,
        "step time/s": np.where(flowing, times, 0.0),
        "Q discharge/mA.h": np.abs(discharged),
        "Q charge/mA.h": charged,
        "Capacity/mA.h": np.abs(charge),
        "P/W": volts * current / 1000,
    }


def peis_table(times: Floats, f: Floats, z: NDArray[np.complex128], volts: Floats, cycle: int) -> Table:
    """Columns of a PEIS sweep but for the direct current."""
    omega, y = 2 * np.pi * f, 1 / z
    amplitude = 0.01 * (1 + 0.02 * np.sin(np.arange(len(f))))
    return {
        "freq/Hz": f,
        "Re(Z)/Ohm": z.real,
        "-Im(Z)/Ohm": -z.imag,
        "|Z|/Ohm": np.abs(z),
        "Phase(Z)/deg": np.degrees(np.angle(z)),
        "time/s": times,
        "<Ewe>/V": volts,
        "Cs/µF": -1e6 / (omega * z.imag),
        "Cp/µF": 1e6 * y.imag / omega,
        "cycle number": full(times, cycle),
        "I Range": full(times, 10),
        "|Ewe|/V": amplitude,
        "|I|/A": amplitude / np.abs(z),
        "Ns": full(times, 0),
        "Re(Y)/Ohm-1": y.real,
        "Im(Y)/Ohm-1": y.imag,
        "|Y|/Ohm-1": np.abs(y),
        "Phase(Y)/deg": np.degrees(np.angle(y)),
    }


COLUMNS = {
    "OCV": ("mode", "error", "time/s", "Ewe/V"),
    "GCPL": (
        "mode", "ox/red", "error", "control changes", "Ns changes", "counter inc.", "Ns", "time/s", "dq/mA.h",
        "(Q-Qo)/mA.h", "control/V/mA", "Ewe/V", "I Range", "Q charge/discharge/mA.h", "half cycle", "step time/s",
        "<I>/mA", "Q discharge/mA.h", "Q charge/mA.h", "Capacity/mA.h", "control/V", "control/mA", "cycle number",
        "P/W",
    ),
    "PEIS": (
        "freq/Hz", "Re(Z)/Ohm", "-Im(Z)/Ohm", "|Z|/Ohm", "Phase(Z)/deg", "time/s", "<Ewe>/V", "<I>/mA", "Cs/µF",
        "Cp/µF", "cycle number", "I Range", "|Ewe|/V", "|I|/A", "Ns", "(Q-Qo)/mA.h", "Re(Y)/Ohm-1", "Im(Y)/Ohm-1",
        "|Y|/Ohm-1", "Phase(Y)/deg", "dq/mA.h",
    ),
}  # fmt: skip
"""The order of the columns in a file."""


def clock_text(seconds: float) -> str:
    """1:30:0.0000"""
    minutes, s = divmod(seconds, 60)
    hours, m = divmod(int(minutes), 60)
    return f"{hours}:{m:02d}:{s:.4f}"


def ocv_settings(duration_s: float, every_s: float) -> tuple[Setting, ...]:
    """Header settings of an OCV."""
    return (
        ("tR (h:m:s)", clock_text(duration_s)),
        ("dER/dt (mV/h)", "0.0"),
        ("record", "Ewe"),
        ("dER (mV)", "0.00"),
        ("dtR (s)", f"{every_s:.4f}"),
        *RANGES,
    )


def gcpl_settings(step: Step) -> tuple[Setting, ...]:
    """Header settings of a GCPL."""
    return (
        ("Ns", "0"),
        ("Set I/C", "I"),
        ("Is", f"{step.current_mA:.4f}"),
        ("unit Is", "mA"),
        ("vs.", "<None>"),
        ("N", "1.00"),
        ("I sign", "> 0" if step.current_mA > 0 else "< 0"),
        ("t1 (h:m:s)", clock_text(3600)),
        ("I Range", "1 mA"),
        ("Bandwidth", "5"),
        ("dE1 (mV)", "0.00"),
        ("dt1 (s)", f"{step.every_s:.4f}"),
        ("EM (V)", f"{step.limit_V:.3f}"),
        ("tM (h:m:s)", clock_text(0)),
        *RANGES,
        ("tR (h:m:s)", clock_text(step.rest_s)),
        ("dER/dt (mV/h)", "0.0"),
        ("dtR (s)", f"{step.rest_every_s:.4f}"),
        ("goto Ns'", "0"),
        ("nc cycles", "0"),
    )


def peis_settings() -> tuple[Setting, ...]:
    """Header settings of a PEIS: 1 MHz to 10 mHz, 7 points per decade, 10 mV."""
    return (
        ("Mode", "Single sine"),
        ("E (V)", "0.0000"),
        ("vs.", "Eoc"),
        ("tE (h:m:s)", clock_text(0)),
        ("fi", "1.000"),
        ("unit fi", "MHz"),
        ("ff", "10.000"),
        ("unit ff", "mHz"),
        ("Nd", "7"),
        ("Points", "per decade"),
        ("spacing", "Logarithmic"),
        ("Va (mV)", "10.0"),
        ("pw", "0.10"),
        ("Na", "2"),
        ("corr", "0"),
        *RANGES,
        ("I Range", "Auto"),
        ("Bandwidth", "5"),
        ("nc cycles", "0"),
    )


RANGES: tuple[Setting, ...] = (("E range min (V)", "-2.500"), ("E range max (V)", "2.500"))
