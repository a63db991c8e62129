"""Families: reasons for which spectra change. A negative family must raise no alarm, a positive one must."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
from cells import Course, Floats, Rng, log_uniform, scatter

BOLTZMANN = 8.617333262e-5
"""eV/K"""
ROOM = 298.15

Family = Callable[[Rng, Course], Course]
NEGATIVE: dict[str, Family] = {}


def negative(family: Family) -> Family:
    """Register a family without a short under its name."""
    NEGATIVE[family.__name__] = family
    return family


def late(rng: Rng, c: Course) -> Floats:
    """0 before some spectrum of the series, 1 from it on."""
    n = len(c.R_Int)
    return (np.arange(n) >= rng.integers(4, n - 2)).astype(float)


def times(values: Floats, on: Floats, factor: float) -> Floats:
    """The values, by the factor where `on`."""
    return values * np.exp(on * np.log(factor))


@negative
def steady(rng: Rng, c: Course) -> Course:
    """Nothing but noise and contacts (half cells: R_Int wanders)."""
    return c


@negative
def lithiation_drop(rng: Rng, c: Course) -> Course:
    """R_Int 101 to 33 to 66 ohm, then 28 to 42 to 148 (Cao et al. 2022); electrolyte 28 to 65 ohm."""
    n = len(c.R_Int)
    first = np.interp(np.linspace(0, 1, n // 2), [0, 0.2, 1], [101, 33, 66])
    R_Int = np.concatenate([first, np.interp(np.linspace(0, 1, n - n // 2), [0, 0.7, 1], [28, 42, 148])])
    bulk, boundary = rng.uniform(20, 40) * scatter(rng, n), rng.uniform(8, 25) * scatter(rng, n)
    tail_ohm, tail_n = np.full(n, rng.uniform(15, 60)), rng.uniform(0.5, 0.7)
    return replace(c, R_bulk=bulk, R_GB=boundary, R_Int=R_Int, f_Int=36 / R_Int, tail_ohm=tail_ohm, tail_n=tail_n)


@negative
def interface_growth(rng: Rng, c: Course) -> Course:
    """R_Int grows steadily, up to fourfold."""
    grown = np.linspace(1, rng.uniform(1.5, 4), len(c.R_Int))
    return replace(c, R_Int=c.R_Int * grown, f_Int=c.f_Int / grown)


@negative
def wetting(rng: Rng, c: Course) -> Course:
    """R_Int falls to a half or less at once, at constant capacitance or with the contact area."""
    on, factor = late(rng, c), rng.uniform(0.15, 0.5)
    f_Int = c.f_Int if rng.random() < 0.5 else times(c.f_Int, on, 1 / factor)
    return replace(c, R_Int=times(c.R_Int, on, factor), f_Int=f_Int)


@negative
def pressure(rng: Rng, c: Course) -> Course:
    """Contacts pressed together: R_GB -30 %, R_Int -50 %, R_SE,bulk -3 %."""
    on = late(rng, c)
    c = replace(c, R_bulk=times(c.R_bulk, on, 0.97), R_Int=times(c.R_Int, on, 0.5), f_Int=times(c.f_Int, on, 2.0))
    return replace(c, R_GB=times(c.R_GB, on, 0.7), f_GB=times(c.f_GB, on, 1 / 0.7))


def heated(rng: Rng, c: Course, kelvin: Floats) -> Course:
    """Arrhenius: bulk 0.35 eV, grain boundaries 0.35 to 0.45 eV, interface 0.35 to 0.6 eV; capacitances stay."""
    turn = (1 / ROOM - 1 / (ROOM + kelvin)) / BOLTZMANN
    bulk, boundary, interface = (np.exp(-e * turn) for e in (0.35, rng.uniform(0.35, 0.45), rng.uniform(0.35, 0.6)))
    c = replace(c, R_bulk=c.R_bulk * bulk, R_GB=c.R_GB * boundary, f_GB=c.f_GB / boundary)
    return replace(c, R_Int=c.R_Int * interface, f_Int=c.f_Int / interface)


@negative
def heating_5K(rng: Rng, c: Course) -> Course:
    """A step of 5 K that nobody logged."""
    return heated(rng, c, 5 * late(rng, c))


@negative
def heating_10K(rng: Rng, c: Course) -> Course:
    """A step of 10 K."""
    return heated(rng, c, 10 * late(rng, c))


@negative
def room_drift(rng: Rng, c: Course) -> Course:
    """Day and night: a sine of 3 K."""
    n = len(c.R_Int)
    return heated(rng, c, 3 * np.sin(2 * np.pi * (2 * np.arange(n) / n + rng.random())))


@negative
def settling(rng: Rng, c: Course) -> Course:
    """A young cell: R_SE,bulk 5 %, R_GB 25 %, R_Int 60 % higher at first."""
    left = np.exp(-np.arange(len(c.R_Int)) / 1.5)
    return replace(
        c, R_bulk=c.R_bulk * (1 + 0.05 * left), R_GB=c.R_GB * (1 + 0.25 * left), R_Int=c.R_Int * (1 + 0.6 * left)
    )


@negative
def finite_length_tail(rng: Rng, c: Course) -> Course:
    """Diffusion that ends in a resistance in place of a blocking tail."""
    return replace(c, tail_ohm=np.median(c.R_Int) + 0 * c.R_Int, tail_n=0.5, tail_kind="flw")


@negative
def finite_space_tail(rng: Rng, c: Course) -> Course:
    """Diffusion that ends in a capacitance."""
    return replace(c, tail_ohm=np.median(c.R_Int) + 0 * c.R_Int, tail_n=0.5, tail_kind="fsw")


@negative
def extra_arc(rng: Rng, c: Course) -> Course:
    """An arc that comes up between the others."""
    grown = late(rng, c) * np.median(c.R_Int) * rng.uniform(0.2, 1.0)
    return replace(c, extra_R=grown, extra_f=log_uniform(rng, 1, 1000))


@negative
def distributed_arc(rng: Rng, c: Course) -> Course:
    """Grain boundaries that are no depressed semicircle."""
    return replace(c, distributed=True)


@negative
def lead_drift(rng: Rng, c: Course) -> Course:
    """The inductance of the leads walks by 0.05 uH a spectrum."""
    return replace(c, lead=np.abs(c.lead + 5e-8 * np.cumsum(rng.standard_normal(len(c.lead)))))


@negative
def noise_low(rng: Rng, c: Course) -> Course:
    """0.1 % noise."""
    return replace(c, noise=0.001)


@negative
def noise_high(rng: Rng, c: Course) -> Course:
    """1 % noise."""
    return replace(c, noise=0.01)


@negative
def flicker(rng: Rng, c: Course) -> Course:
    """Noise that rises to 2 % at 10 mHz."""
    return replace(c, flicker=0.02)


@negative
def void_growth(rng: Rng, c: Course) -> Course:
    """Contact is lost: R_Int grows tenfold, R_SE,bulk by a fifth."""
    on = np.clip((np.arange(len(c.R_Int)) - 5) / 5, 0, 1)
    return replace(c, R_bulk=c.R_bulk * (1 + 0.2 * on), R_Int=times(c.R_Int, on, 10), f_Int=times(c.f_Int, on, 1.5))


def heating_and_wetting(rng: Rng, c: Course) -> Course:
    """+10 K and R_Int to a fifth at one spectrum: in many cells no impedance tells this from a short."""
    on = late(rng, c)
    c = replace(c, R_Int=times(c.R_Int, on, 0.2), f_Int=times(c.f_Int, on, 5.0))
    return heated(rng, c, 10 * on)


def shorted(rho: float, how: str = "steady") -> Family:
    """A leak of rho R_dc from some spectrum on: steady, growing, intermittent (in 60 %), or inside the electrolyte."""

    def family(rng: Rng, c: Course) -> Course:
        on = late(rng, c)
        if how == "intermittent":
            on = on * (rng.random(len(on)) < 0.6)
        if how == "growing":
            on = np.cumsum(on) / max(on.sum(), 1)
        return replace(c, leak=on / (rho * c.R_dc), inside=how == "inside")

    return family
