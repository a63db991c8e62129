"""What the sample cells share: the electrolyte, the frequencies, a run that is recorded together with its truth."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from eisfit.circuit import Circuit
from eisfit.simulation import simulate
from eisfit.spectrum import Spectrum
from maker.eclab import Run, mpt
from maker.protocol import Floats, Potential, Protocol

SEED = 20220401
AREA_CM2 = 1.2668
"""A die of 12.7 mm."""
CURRENT_MA = 0.3167
"""0.25 mA/cm2 on that area."""

Values = dict[str, float]
Truth = dict[str, object]


@dataclass
class Sample:
    """A folder: its files by name, and the true values, one row per spectrum in the order of time."""

    name: str
    files: dict[str, bytes] = field(default_factory=dict)
    truth: list[Truth] = field(default_factory=list)

    def seed(self) -> int:
        """A seed of its own for the next spectrum."""
        return SEED + 1000 * sum(self.name.encode()) + len(self.truth)


@dataclass
class Recording:
    """A run while it is recorded: the instrument, the scatter of the true values, what came out so far."""

    run: Run
    sample: Sample
    protocol: Protocol
    scatter: np.random.Generator
    charge_mAh: float = 0.0

    @classmethod
    def start(cls, name: str, run: Run) -> Recording:
        """Nothing recorded yet."""
        rng = np.random.default_rng([SEED, *name.encode()])
        return cls(run, Sample(name), Protocol(rng), rng)

    def sweep(self, number: int, spectrum: Spectrum, potential: Potential, truth: Truth) -> None:
        """Record a spectrum, and its true values beside it."""
        swept = self.protocol.peis(number, spectrum.frequency, spectrum.impedance, potential)
        place = {
            "spectrum": len(self.sample.truth) + 1,
            "file": self.protocol.techniques[number].file_name(self.run),
            "sweep": swept.index,
            "time_s": swept.time_s,
            "potential_V": round(swept.potential_V, 5),
            "charge_mAh": round(self.charge_mAh, 6),
        }
        self.sample.truth.append(place | truth)

    def finished(self) -> Sample:
        """The sample with a file per technique."""
        for technique in self.protocol.techniques.values():
            self.sample.files[technique.file_name(self.run)] = mpt(self.run, technique)
        return self.sample


def measured(circuit: Circuit, frequency: Floats, values: Values, noise: float, seed: int) -> Spectrum:
    """One spectrum with its noise."""
    spectrum = simulate(circuit, frequency, values, noise=noise, seed=seed)
    assert isinstance(spectrum, Spectrum)
    return spectrum


def arc(name: str, R: float, C: float, n: float) -> Values:
    """R || Q whose effective capacitance is C: Q = (R C)^n / R, apex at 1 / (2 pi R C)."""
    return {f"R_{name}": R, f"Q_{name}": (R * C) ** n / R, f"Q_{name}_n": n}


def electrolyte(rng: np.random.Generator) -> Values:
    """R_SE,bulk and R_GB of the separator: steady but for a scatter of 0.4 %, never more than 1 %."""
    bulk, boundary, c = 1 + np.clip(0.004 * rng.standard_normal(3), -0.01, 0.01)
    return {"R_SE_bulk": 22.0 * float(bulk), **arc("GB", 13.0 * float(boundary), 1.0e-7 * float(c), 0.88)}


def instrument_frequencies(first: int, last: int, per_decade: int) -> Floats:
    """A log grid from 10^first to 10^last Hz, every point off by the little that a synthesiser is off."""
    count = (first - last) * per_decade + 1
    off = 1 + 2e-4 * np.random.default_rng(SEED).uniform(-1, 1, count)
    off[0] = 1.0
    return np.round(np.logspace(first, last, count) * off, 8).astype(np.float32).astype(np.float64)


FREQUENCY = instrument_frequencies(6, -2, 7)
"""1 MHz to 10 mHz, 57 points."""
