"""What happens to a cell along a series: families without a leak and families with one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
from cells import CELLS, Cell, Complexes, Floats, State, impedance

from eisfit.spectrum import Cell as Known
from eisfit.spectrum import Conditions, Series, Spectrum

Rng = np.random.Generator


@dataclass
class Course:
    """One series: cell, states, grid, noise, and what is done to the measured numbers."""

    cell: Cell
    state: State
    frequency: Floats
    noise: float
    kind: str
    at: int
    logged: Floats | None = None
    distort: list[Callable[[Rng, Floats, Complexes], Complexes]] = field(default_factory=list)
    odd_grids: bool = False


def draw(rng: Rng, kind: str, spectra: int | None = None) -> Course:
    """A steady cell: 8 to 30 spectra, contacts and faces that scatter a little and wander."""
    n = spectra or int(rng.choice([8, 10, 12, 12, 16, 20, 30]))
    top, low = rng.choice([5.85, 6.0, 6.3, 7.0]), rng.choice([-2.0, -1.0, -1.0, 0.0])
    f = np.logspace(top, low, int((top - low) * rng.integers(5, 11)) + 1)
    s = State(n)
    s.bulk *= 1 + 0.003 * rng.standard_normal(n)
    s.grain *= 1 + 0.004 * rng.standard_normal(n)
    s.interphase *= np.exp(np.cumsum(0.008 * rng.standard_normal(n)))
    s.transfer *= np.exp(np.cumsum(0.015 * rng.standard_normal(n)))
    return Course(
        CELLS[kind](rng), s, f, float(rng.choice([0.001, 0.002, 0.003, 0.005])), kind, int(rng.integers(3, n - 2))
    )


def measured(course: Course, rng: Rng) -> Series:
    """The series as an instrument writes it."""
    s, spectra = course.state, []
    grids = [course.frequency] * s.n
    if course.odd_grids:
        f = course.frequency
        other = np.geomspace(f[0] * 0.7, f[-1] * 1.3, int(len(f) * 0.8))
        grids = [f if i < course.at else other for i in range(s.n)]
    whole = {id(g): impedance(course.cell, s, g) for g in {id(g): g for g in grids}.values()}
    for i, f in enumerate(grids):
        z = whole[id(f)][i]
        for change in course.distort:
            z = change(rng, f, z) if not hasattr(change, "at") or i in change.at else z
        z = z * (1 + course.noise * (rng.standard_normal(len(f)) + 1j * rng.standard_normal(len(f))))
        T = None if course.logged is None else float(course.logged[i])
        spectra.append(Spectrum(f, z, label=f"s{i}", conditions=Conditions(time_s=3600.0 * i, temperature_C=T)))
    return Series(spectra, cell=Known(type=course.kind))


def _after(c: Course, value: float, before: float = 0.0) -> Floats:
    out = np.full(c.state.n, before)
    out[c.at :] = value
    return out


def steady(rng: Rng, c: Course) -> None:
    pass


def contact_lost(rng: Rng, c: Course) -> None:
    c.state.area = np.where(np.arange(c.state.n) >= c.at, rng.uniform(0.5, 0.9), 1.0)


def contact_regained(rng: Rng, c: Course) -> None:
    c.state.area = np.where(np.arange(c.state.n) >= c.at, 1.0, rng.uniform(0.5, 0.9))


def strip_and_plate(rng: Rng, c: Course) -> None:
    c.state.area = 1 - rng.uniform(0.1, 0.3) * (np.arange(c.state.n) % 2)


def day_and_night(rng: Rng, c: Course) -> None:
    c.state.heat_K = 3.0 * np.sin(2 * np.pi * np.arange(c.state.n) / rng.uniform(5, 24) + rng.uniform(0, 6))


def _heated(kelvin: float) -> Callable[[Rng, Course], None]:
    def family(rng: Rng, c: Course) -> None:
        c.state.heat_K = _after(c, kelvin)

    return family


def heated_with_contact(rng: Rng, c: Course) -> None:
    c.state.heat_K = _after(c, 5.0)
    c.state.area = np.where(np.arange(c.state.n) >= c.at, 1.0, rng.uniform(0.6, 0.9))


def warm_up(rng: Rng, c: Course) -> None:
    c.state.heat_K = 15.0 * (1 - np.exp(-np.arange(c.state.n) / rng.uniform(2, 8)))


def heated_logged(rng: Rng, c: Course) -> None:
    c.state.heat_K = _after(c, 10.0)
    c.logged = 25.0 + c.state.heat_K + 0.2 * rng.standard_normal(c.state.n)


def sei_growth(rng: Rng, c: Course) -> None:
    grow = 1 + rng.uniform(0.3, 3.0) * np.sqrt(np.arange(c.state.n) / c.state.n)
    c.state.interphase *= grow
    c.state.transfer *= grow ** rng.uniform(0, 0.7)


def pressure_lost(rng: Rng, c: Course) -> None:
    _pressure(rng, c, rng.uniform(1.1, 1.4))


def pressure_gained(rng: Rng, c: Course) -> None:
    _pressure(rng, c, 1 / rng.uniform(1.1, 1.4))


def _pressure(rng: Rng, c: Course, k: float) -> None:
    on = np.arange(c.state.n) >= c.at
    c.state.grain *= np.where(on, k, 1.0)
    c.state.area = np.where(on, k**-0.5 if k > 1 else 1.0, 1.0 if k > 1 else k**0.5)
    c.state.bulk *= np.where(on, k**0.15, 1.0)


def rail_conductive(rng: Rng, c: Course) -> None:
    c.state.rail = np.geomspace(1, 10 ** -rng.uniform(0.5, 1.5), c.state.n)


def breathing(rng: Rng, c: Course) -> None:
    phase = 2 * np.pi * np.arange(c.state.n) / rng.uniform(4, 12)
    c.state.transfer *= np.exp(rng.uniform(0.3, 1.0) * np.sin(phase))
    c.state.transfer_C *= np.exp(rng.uniform(0.0, 0.4) * np.cos(phase))


def lead_moved(rng: Rng, c: Course) -> None:
    c.state.lead = 1 + _after(c, rng.uniform(-0.7, 1.5))
    c.state.contact = _after(c, rng.uniform(-0.5, 1.0) * c.cell.contact)


def reconnected(rng: Rng, c: Course) -> None:
    c.state.contact = _after(c, -c.cell.contact * rng.uniform(0.3, 1.0), before=rng.uniform(0, 0.1) * c.cell.R_bulk)


def sweep_drift(rng: Rng, c: Course) -> None:
    size = rng.uniform(0.01, 0.06)
    c.distort.append(lambda r, f, z: z * (1 + size * r.standard_normal() * np.linspace(0, 1, len(f))))


def range_steps(rng: Rng, c: Course) -> None:
    size, place = rng.uniform(0.003, 0.02), rng.uniform(0.2, 0.8)
    c.distort.append(lambda r, f, z: z * (1 + size * r.choice([-1, 0, 1]) * (np.arange(len(f)) > place * len(f))))


def noisy(rng: Rng, c: Course) -> None:
    c.noise = min(c.noise * 10 ** rng.uniform(-0.3, 1.08), 0.03)


def no_low_frequencies(rng: Rng, c: Course) -> None:
    c.frequency = c.frequency[c.frequency > 10 ** rng.uniform(0, 2)]
    c.state.transfer *= np.exp(0.2 * rng.standard_normal(c.state.n))


def changed_grid(rng: Rng, c: Course) -> None:
    c.odd_grids = True


def one_bad(rng: Rng, c: Course) -> None:
    at, how = int(rng.integers(0, c.state.n)), int(rng.integers(0, 3))

    def spoil(r: Rng, f: Floats, z: Complexes) -> Complexes:
        if how == 0:
            return z * (1 + 0.2 * r.standard_normal(len(f)))
        if how == 1:
            return z * r.uniform(0.4, 2.0)
        return z + r.uniform(0.2, 1.0) * abs(z[0])

    spoil.at = {at}  # type: ignore[attr-defined]
    c.distort.append(spoil)


def settling(rng: Rng, c: Course) -> None:
    fall = np.exp(-np.arange(c.state.n) / rng.uniform(1, 4))
    c.state.area = 1 / (1 + rng.uniform(0.2, 1.0) * fall)
    c.state.transfer *= 1 + rng.uniform(0, 1.0) * fall
    c.state.interphase *= 1 + rng.uniform(0, 0.5) * fall


def not_bridged(rng: Rng, c: Course) -> None:
    grow = np.maximum(np.arange(c.state.n) - c.at, 0) / max(c.state.n - c.at, 1)
    c.state.bulk *= 1 - rng.uniform(0.03, 0.12) * grow
    c.state.grain *= 1 - rng.uniform(0.05, 0.2) * grow
    c.state.transfer_C *= 1 + rng.uniform(0.2, 1.0) * grow
    c.state.transfer /= 1 + rng.uniform(0.2, 1.0) * grow


def mixed(rng: Rng, c: Course) -> None:
    some = [contact_lost, contact_regained, day_and_night, _heated(5.0), sei_growth, pressure_lost, pressure_gained,
            breathing, lead_moved, reconnected, sweep_drift, range_steps, settling]  # fmt: skip
    for k in rng.choice(len(some), 2, replace=False):
        some[k](rng, c)
        c.at = int(rng.integers(3, c.state.n - 2))


def lithiation(rng: Rng, c: Course) -> None:
    c.state.transfer = np.interp(
        np.arange(c.state.n), np.linspace(0, c.state.n - 1, 6), [1, 0.33, 0.66, 0.28, 0.42, 1.5]
    )


NEGATIVE: dict[str, Callable[[Rng, Course], None]] = {
    "steady": steady,
    "contact lost": contact_lost,
    "contact regained": contact_regained,
    "strip and plate in turn": strip_and_plate,
    "day and night 3 K": day_and_night,
    "+5 K": _heated(5.0),
    "+10 K": _heated(10.0),
    "+5 K and contact gained": heated_with_contact,
    "warm-up 15 K": warm_up,
    "+10 K logged": heated_logged,
    "SEI growth": sei_growth,
    "pressure lost": pressure_lost,
    "pressure gained": pressure_gained,
    "electronic rail becoming conductive": rail_conductive,
    "breathing electrode": breathing,
    "lithiation": lithiation,
    "lead moved": lead_moved,
    "reconnected": reconnected,
    "sweep drift": sweep_drift,
    "range steps": range_steps,
    "noise 0.5 to 12 times": noisy,
    "no low frequencies": no_low_frequencies,
    "changed grid": changed_grid,
    "one bad spectrum": one_bad,
    "settling": settling,
    "two of these": mixed,
    "filaments that have not bridged": not_bridged,
}
"""Families without a leak."""


def leak(x: float, how: str = "flat", when: str = "from") -> Callable[[Rng, Course], None]:
    """A leak that takes the share x of the direct current; when: from, second, growing, intermittent."""

    def family(rng: Rng, c: Course) -> None:
        n, s = c.state.n, c.state
        s.how = how
        s.own = (rng.uniform(0.2, 0.6), 10 ** rng.uniform(0.5, 2.5))
        i = np.arange(n)
        if when == "second":
            c.at = 1
        s.leak_x = np.where(i >= c.at, x, 0.0)
        if when == "growing":
            c.at = min(c.at, n // 2)
            s.leak_x = x * np.clip((i - c.at + 1) / max(n - c.at, 1), 0, 1)
        if when == "intermittent":
            s.leak_x *= rng.random(n) < 0.6
            if not s.leak_x[c.at : c.at + 2].all():
                s.leak_x[c.at : c.at + 2] = x

    return family


POSITIVE: dict[str, Callable[[Rng, Course], None]] = {
    "flat, 20 %": leak(0.2),
    "flat, 50 %": leak(0.5),
    "flat, 80 %": leak(0.8),
    "to the rail, 50 %": leak(0.5, "rail"),
    "to the rail, 80 %": leak(0.8, "rail"),
    "own contact impedance, 50 %": leak(0.5, "own"),
    "own contact impedance, 80 %": leak(0.8, "own"),
    "across the electrolyte, 80 %": leak(0.8, "electrolyte"),
    "beside grain boundaries, 80 %": leak(0.8, "grain"),
    "growing to 80 %": leak(0.8, when="growing"),
    "intermittent, 50 %": leak(0.5, when="intermittent"),
    "from the second spectrum on, 50 %": leak(0.5, when="second"),
    "from the second spectrum on, 67 %": leak(0.67, when="second"),
}
"""Families with a leak."""
