"""The critical current: what is said of a current that is raised in steps until the cell shorts. Writes CRITICAL.md.

    python benchmarks/shorts/critical.py [--series 100] [--seed 5503] [--out benchmarks/shorts/CRITICAL.md]

Symmetric cells of `cells.py`, 6 to 14 steps of the current, even ones or by a factor, in both directions or in one,
with a rest and a spectrum behind every step. The overpotential is that of the cell's resistance to direct current with
a charge transfer that saturates (arcsinh), of its contact area, and of the leak beside it.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parent))
sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from cells import CELLS, Cell, Floats, State, impedance
from written import options, percent, written

from eisfit.shorts import detect_shorts
from eisfit.shorts.values import DIPPED, VOIDS, Ramp
from eisfit.spectrum import Cell as Known
from eisfit.spectrum import Conditions, Record, Series, Spectrum

Rng = np.random.Generator
SEED = 5503
ROWS, REST = 60, 20
HOUR = 3600.0
SOFTENING = 0.15
"""V over which the charge transfer saturates."""


@dataclass
class Test:
    """A test: currents (n,) A; per half-cycle (n, 2) and row (ROWS,) the leak over the cell's conductance and the area.

    seen: leak and area of the spectra behind the steps, (n,) each; asked (n,): there is a spectrum; twice: both
    directions; at: the step where something happens.
    """

    cell: Cell
    current: Floats
    leak: Floats
    area: Floats
    seen_leak: Floats
    seen_area: Floats
    drift: Floats
    asked: np.ndarray
    twice: bool
    noise: float
    at: int

    @classmethod
    def calm(cls, rng: Rng) -> Test:
        n = int(rng.integers(6, 15))
        first = 10 ** rng.uniform(-4.5, -3.5)
        factor = rng.uniform(1.15, 1.5) ** np.arange(n)
        current = first * (1 + np.arange(n)) if rng.random() < 0.5 else first * factor
        return cls(
            CELLS["symmetric"](rng),
            current,
            np.zeros((n, 2, ROWS)),
            np.ones((n, 2, ROWS)),
            np.zeros(n),
            np.ones(n),
            np.exp(np.cumsum(0.02 * rng.standard_normal(n)) + rng.uniform(-0.3, 0.3) * np.arange(n) / n),
            np.ones(n, bool),
            bool(rng.random() < 0.5),
            10 ** rng.uniform(-4.7, -3.7),
            int(rng.integers(4, n)),
        )


Event = Callable[[Rng, Test], None]


def nothing(rng: Rng, t: Test) -> None:
    pass


def not_every_spectrum(rng: Rng, t: Test) -> None:
    t.asked[t.at :] = False


def short(rng: Rng, t: Test) -> None:
    """A leak opens within a half-cycle and stays."""
    share = rng.uniform(0.4, 0.95)
    half, row = int(rng.integers(0, 2)) if t.twice else 0, int(rng.integers(5, ROWS - 20))
    t.leak[t.at, half, row:] = t.leak[t.at, half + 1 :] = t.leak[t.at + 1 :] = share / (1 - share)
    t.seen_leak[t.at :] = share / (1 - share)


def short_under_current(rng: Rng, t: Test) -> None:
    """A leak that opens within a half-cycle and is closed at rest."""
    short(rng, t)
    t.seen_leak[:] = 0


def dip(rng: Rng, t: Test) -> None:
    """A contact opens and burns through within the half-cycle."""
    share = rng.uniform(0.4, 0.9)
    row = int(rng.integers(10, ROWS - 25))
    t.leak[t.at, 0, row : row + int(rng.integers(4, 12))] = share / (1 - share)


def _contact_lost(rng: Rng, t: Test, steps: range) -> None:
    """Contact area that falls within every half-cycle of some steps, and heals in part at rest."""
    x, area = np.linspace(0, 1, ROWS), 1.0
    for k in steps:
        for h in range(2 if t.twice else 1):
            t.area[k, h] = area * (1 - rng.uniform(0.8, 0.97) * x ** rng.uniform(2, 5))
            area = float(t.area[k, h, -1]) ** rng.uniform(0.1, 0.4)
        t.seen_area[k] = area


def voids(rng: Rng, t: Test) -> None:
    """Contact is lost in every half-cycle from a step on, until the voltage has at least doubled in one."""
    while True:
        _contact_lost(rng, t, range(t.at, len(t.current)))
        level = overpotential(t)[t.at :]
        if (level[:, 0, -ROWS // 10 :].mean(axis=1) > 2.5 * np.median(level[:, 0, : ROWS // 2], axis=1)).any():
            return
        t.cell = replace(t.cell, constriction=1.3 * t.cell.constriction)


def voids_then_short(rng: Rng, t: Test) -> None:
    short(rng, t)
    _contact_lost(rng, t, range(t.at - 1, t.at))


def overpotential(t: Test) -> Floats:
    """|V| (n, 2, ROWS) under current, without noise."""
    faces = sum(arc.R for arc in t.cell.arcs[1:]) * t.drift[:, None, None]
    inner = (t.cell.R_bulk + t.cell.arcs[0].R) * np.ones_like(t.area)
    inner += t.cell.R_bulk * t.cell.constriction * (1 / t.area - 1)
    size = t.current[:, None, None]
    through = size / (1 + t.leak)
    transfer = SOFTENING * np.arcsinh(through * faces / t.area / SOFTENING)
    return np.asarray(through * inner + transfer + size * t.cell.contact)


CALM: dict[str, Event] = {"nothing happens": nothing, "the last spectra are missing": not_every_spectrum}
SHORTED: dict[str, Event] = {
    "a leak that stays": short,
    "a leak that is open under current alone": short_under_current,
    "lost contact, then a leak": voids_then_short,
}
NAMED: dict[str, tuple[Event, str]] = {
    "a dip": (dip, DIPPED),
    "lost contact": (voids, VOIDS),
}


def measured(t: Test, rng: Rng) -> Series:
    """Half-cycles, rests and spectra as the instruments write them."""
    n, f = len(t.current), np.logspace(6, -1, 50)
    state = State(n)
    state.area, state.leak_x = t.seen_area, t.seen_leak / (1 + t.seen_leak)
    state.transfer, state.interphase = state.transfer * t.drift, state.interphase * t.drift
    z = impedance(t.cell, state, f)
    level = overpotential(t)
    time, volts, amperes, half, spectra, now = [], [], [], [], [], 0.0
    for k, size in enumerate(t.current):
        for h in range(2 if t.twice else 1):
            sign = -1.0 if h else 1.0
            v = np.r_[sign * level[k, h], np.zeros(REST)] + t.noise * rng.standard_normal(ROWS + REST)
            time.append(now + np.r_[np.linspace(30, HOUR, ROWS), np.linspace(HOUR + 30, HOUR + 600, REST)])
            volts.append(v)
            amperes.append(np.r_[np.full(ROWS, sign * size), np.zeros(REST)])
            half.append(np.full(ROWS + REST, len(half)))
            now += HOUR + 900
        noise = 0.002 * (rng.standard_normal(len(f)) + 1j * rng.standard_normal(len(f)))
        if t.asked[k]:
            spectra.append(Spectrum(f, z[k] * (1 + noise), conditions=Conditions(time_s=now - 200)))
    t_, v_, i_, h_ = (np.concatenate(x) for x in (time, volts, amperes, half))
    charge_ = np.r_[0.0, np.cumsum(i_[1:] * np.diff(t_))] / 3.6
    return Series(spectra, record=Record(t_, v_, i_, charge_, h_), cell=Known(type="symmetric", area_cm2=1.0))


def run(name: str, event: Event, n: int, seed: int) -> Iterator[tuple[Test, Ramp]]:
    """n tests in which the same happens."""
    for i in range(n):
        rng = np.random.default_rng([seed, i, *map(ord, name)])
        t = Test.calm(rng)
        event(rng, t)
        ramp = detect_shorts(measured(t, rng)).ramp
        assert ramp is not None
        yield t, ramp


def report(n: int, seed: int) -> Iterator[str]:
    """CRITICAL.md, line by line."""
    yield "# What is said of a current that is raised until the cell shorts"
    yield from ("", f"By `benchmarks/shorts/critical.py`; {n} tests a line, seed {seed}. Everything is synthetic.", "")
    yield from ("| no short | a short is said, % | no short up to the last current is said, % |", "|---|---|---|")
    for name, event in CALM.items():
        found = list(run(name, event, n, seed))
        said = sum(ramp.short is not None for _, ramp in found)
        sure = sum(ramp.short is None and ramp.agreed == len(ramp) - 1 for _, ramp in found)
        yield f"| {name} | {percent(said, n)} | {percent(sure, n)} |"
    yield from (
        "",
        "| a short | the right step, % | one step off, % | none said, % | by voltage and impedance, % "
        "| no short said up to that step or beyond, % |",
        "|---|---|---|---|---|---|",
    )
    for name, event in SHORTED.items():
        found = list(run(name, event, n, seed))
        off = [None if ramp.short is None else ramp.short - t.at for t, ramp in found]
        both = sum(ramp.short is not None and ramp.finding[ramp.short] == "short" for _, ramp in found)
        wrong = sum(ramp.agreed is not None and ramp.agreed >= t.at for t, ramp in found)
        yield (
            f"| {name} | {percent(off.count(0), n)} | {100 * sum(abs(k) == 1 for k in off if k is not None) / n:.0f} "
            f"| {100 * off.count(None) / n:.0f} | {100 * both / n:.0f} | {percent(wrong, n)} |"
        )
    yield from ("", "| no short, but | named, % | a short is said, % |", "|---|---|---|")
    for name, (event, word) in NAMED.items():
        found = list(run(name, event, n, seed))
        named = sum(word in ramp.finding for _, ramp in found)
        yield f"| {name} | {percent(named, n)} | {percent(sum(ramp.short is not None for _, ramp in found), n)} |"


def main() -> None:
    """Run and write the file."""
    given = options(__doc__, 100, "tests a line", SEED, "CRITICAL.md").parse_args()
    written(given.out, report(given.series, given.seed))


if __name__ == "__main__":
    main()
