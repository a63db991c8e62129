"""What the voltage alone says: symmetric cells under current, cells with a voltage of their own. Writes VOLTAGE.md.

python benchmarks/shorts/voltage.py [--series 200] [--seed 5502] [--out benchmarks/shorts/VOLTAGE.md]
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parent))
sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from written import options, percent, written

from eisfit.shorts.self_discharge import read_losses
from eisfit.shorts.trace import read_trace
from eisfit.shorts.values import defaults
from eisfit.spectrum import Cell, Conditions, Record, Series, Spectrum

Rng = np.random.Generator
Floats = np.ndarray
SEED = 5502
ROWS, REST = 60, 20
AMPERE = 3e-4
FREQUENCY = np.logspace(6, -1, 36)


@dataclass
class Plating:
    """A symmetric cell over n half-cycles: resistance under current and in the impedance behind it, ohm; the rest."""

    ohm: Floats
    seen: Floats
    shape: Floats
    vibration: Floats
    pick_up: Floats
    at: int

    @classmethod
    def steady(cls, rng: Rng) -> Plating:
        n = int(rng.integers(10, 31))
        ohm = rng.uniform(30, 200) * np.exp(np.cumsum(0.02 * rng.standard_normal(n)))
        seen = ohm * rng.uniform(0.75, 1.1) * (1 + 0.01 * rng.standard_normal(n))
        return cls(ohm, seen, np.ones((n, ROWS)), np.zeros(n), np.full(n, 3e-5), int(rng.integers(4, n - 3)))

    def scaled(self, factor: Floats) -> None:
        self.ohm, self.seen = self.ohm * factor, self.seen * factor


def formation(rng: Rng, p: Plating) -> None:
    i = np.arange(len(p.ohm))
    p.scaled(1 + rng.uniform(0.5, 3.0) * np.exp(-i / rng.uniform(1, 5)))


def healed_voids(rng: Rng, p: Plating) -> None:
    x = np.linspace(0, 1, ROWS)
    some = slice(p.at - 3, p.at)
    p.shape[some] = 1 + rng.uniform(0.5, 4.0) * x ** rng.uniform(2, 6)
    p.seen[some] *= rng.uniform(1.0, 1.6)


def picked_up(rng: Rng, p: Plating) -> None:
    p.pick_up[p.at :] = rng.uniform(3e-4, 3e-3)


def growing(rng: Rng, p: Plating) -> None:
    p.scaled(1 + rng.uniform(0.5, 3.0) * np.arange(len(p.ohm)) / len(p.ohm))


def warmed(rng: Rng, p: Plating) -> None:
    p.scaled(np.where(np.arange(len(p.ohm)) >= p.at, np.exp(-rng.uniform(0.1, 0.8)), 1.0))


def nucleation(rng: Rng, p: Plating) -> None:
    p.shape *= 1 + rng.uniform(0.2, 1.5) * np.exp(-np.arange(ROWS) / rng.uniform(0.3, 1.0))


def leak_under_current(rng: Rng, p: Plating) -> None:
    p.ohm[p.at :] *= 0.5


def leak_over_growth(rng: Rng, p: Plating) -> None:
    growing(rng, p)
    leak_under_current(rng, p)


def vibrating(rng: Rng, p: Plating) -> None:
    p.vibration[p.at :] = 0.1


SOUND: dict[str, Callable[[Rng, Plating], None]] = {
    "steady": lambda rng, p: None,
    "formation": formation,
    "healed voids": healed_voids,
    "pick-up": picked_up,
    "growing interface": growing,
    "warmed": warmed,
    "nucleation": nucleation,
}
SHORTED = {
    "leak of 50 % under current": leak_under_current,
    "leak of 50 % over a growing interface": leak_over_growth,
    "vibration of 10 %": vibrating,
}


def plated(p: Plating, rng: Rng) -> Series:
    """Half-cycles of an hour, a rest and a spectrum behind each."""
    time, volts, current, half, spectra = [], [], [], [], []
    for k, ohm in enumerate(p.ohm):
        sign = 1 - 2 * (k % 2)
        level = ohm * AMPERE * p.shape[k] * (1 + p.vibration[k] * rng.standard_normal(ROWS))
        v = np.r_[sign * level, np.zeros(REST)] + p.pick_up[k] * rng.standard_normal(ROWS + REST)
        time.append(5000 * k + np.r_[np.linspace(0, 3600, ROWS), np.linspace(3660, 4600, REST)])
        volts.append(v)
        current.append(np.r_[np.full(ROWS, sign * AMPERE), np.zeros(REST)])
        half.append(np.full(ROWS + REST, k))
        z = p.seen[k] * (0.4 + 0.6 / (1 + (1j * FREQUENCY / 50) ** 0.85))
        spectra.append(Spectrum(FREQUENCY, z, conditions=Conditions(time_s=5000.0 * k + 4700)))
    t, v, i, h = (np.concatenate(x) for x in (time, volts, current, half))
    charge = np.r_[0.0, np.cumsum(i[1:] * np.diff(t))] / 3.6
    return Series(spectra, record=Record(t, v, i, charge, h), cell=Cell(type="symmetric"))


def cycled(rng: Rng, kind: str, leak: float) -> Series:
    """A cell with a voltage: first cycle 70 to 90 %, then 95 to 99.5 %; a leak takes a share of the current always."""
    n, rows, ampere = int(rng.integers(3, 12)), 60, 1e-3
    first, later = rng.uniform(0.7, 0.9), rng.uniform(0.95, 0.995)
    time, volts, current, half, now = [], [], [], [], 0.0
    starts_down = kind == "half"
    for k in range(2 * n):
        up = (k % 2 == 0) != starts_down
        lost = (1 - first if k < 2 else 1 - later * (1 + 0.003 * rng.standard_normal())) * up
        hours = 5 / (1 - leak - lost) if up else 5 / (1 + leak)
        if starts_down and k == 0:
            hours /= first
        t = np.linspace(0, 3600 * hours, rows)
        x = t / t[-1] if up else 1 - t / t[-1]
        low, high = (0.05, 0.9) if kind == "half" else (2.8, 4.2)
        time.append(now + 60 + t)
        volts.append(low + (high - low) * x**0.7 + 1e-3 * rng.standard_normal(rows))
        current.append(np.full(rows, ampere if up else -ampere))
        half.append(np.full(rows, k))
        now = time[-1][-1]
    t, v, i, h = (np.concatenate(x) for x in (time, volts, current, half))
    charge = np.r_[0.0, np.cumsum(i[1:] * np.diff(t))] / 3.6
    spectrum = Spectrum(FREQUENCY, 30 + 60 / (1 + 1j * FREQUENCY), conditions=Conditions(time_s=now + 60))
    return Series([spectrum], record=Record(t, v, i, charge, h), cell=Cell(type=kind))


def report(n: int, seed: int) -> Iterator[str]:
    """VOLTAGE.md, line by line."""
    limits = defaults()
    yield "# What the voltage alone says of shorts"
    yield from (
        "",
        f"By `benchmarks/shorts/voltage.py`; {n} series a family, seed {seed}. Everything is synthetic.",
        "",
    )
    yield from ("| symmetric cell | the voltage speaks of a short, % of series |", "|---|---|")
    for name, family in {**SOUND, **SHORTED}.items():
        spoken = 0
        for i in range(n):
            rng = np.random.default_rng([seed, i, *map(ord, name)])
            p = Plating.steady(rng)
            family(rng, p)
            spoken += any(read_trace(plated(p, rng), limits).says)
        yield f"| {name} | {percent(spoken, n)} |"
    yield from (
        "",
        "| cell with a voltage of its own | leak, share of the current | named, % of series |",
        "|---|---|---|",
    )
    for kind in ("half", "full"):
        for leak, size in ((0.0, 500), (0.05, n), (0.2, n)):
            rngs = [np.random.default_rng([seed, i, int(100 * leak), len(kind)]) for i in range(size)]
            named = sum(any(read_losses(cycled(rng, kind, leak), limits)) for rng in rngs)
            yield f"| {kind} | {100 * leak:.0f} % | {percent(named, size)} |"


def main() -> None:
    """Run and write the file."""
    given = options(__doc__, 200, "series a family", SEED, "VOLTAGE.md").parse_args()
    written(given.out, report(given.series, given.seed))


if __name__ == "__main__":
    main()
