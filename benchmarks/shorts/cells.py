"""Synthetic series of solid-state cells, as they would be measured. Nothing here comes from a measured file.

Two ways to draw a cell, each as a half cell and as a lithium symmetric cell:

- wide: electrolyte 20 to 150 ohm, its grain-boundary arc at 50 kHz to 1 MHz (in a tenth of the cells at 5 MHz, above
  the band), an interface arc of 0.3 to 5 times the electrolyte; in half cells R_Int wanders by a factor of two;
- grid: every parameter from a few values, such as R_SE,bulk of 10, 30 or 100 ohm, leads up to 1 uH, noise 0.1 to 1 %.

Contacts scatter R_SE,bulk and R_GB by 1 % from spectrum to spectrum, apart from each other.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from eisfit.spectrum import Series, Spectrum

Floats = NDArray[np.float64]
Complexes = NDArray[np.complex128]
Rng = np.random.Generator

CONTACTS = 0.01
"""Relative scatter of R_SE,bulk and of R_GB from spectrum to spectrum."""
SPECTRA = 12
"""Spectra of a series."""


@dataclass
class Course:
    """One cell over n spectra: every parameter (n,), and how it is measured.

    Resistances in ohm, apex frequencies in Hz, leads in H, leak in S beside the whole cell or, with `inside`, beside
    the electrolyte alone. tail_n of 0 stands for no tail.
    """

    R_bulk: Floats
    R_GB: Floats
    f_GB: Floats
    n_GB: float
    R_Int: Floats
    f_Int: Floats
    n_Int: float
    tail_ohm: Floats
    tail_n: float
    leak: Floats
    lead: Floats
    frequency: Floats
    noise: float
    tail_kind: str = "cpe"
    extra_R: Floats | float = 0.0
    extra_f: float = 10.0
    inside: bool = False
    distributed: bool = False
    flicker: float = 0.0

    @property
    def R_dc(self) -> float:
        """R_SE,bulk + R_GB + R_Int and the modulus of the tail at 10 mHz, median over the series."""
        return float(np.median(self.R_bulk + self.R_GB + self.R_Int + self.tail_ohm))


def impedance(c: Course) -> Complexes:
    """Impedance of a course without noise, (n, F)."""
    electrodes = arc(c, c.R_Int, c.f_Int, c.n_Int) + tail(c) + arc(c, c.extra_R + 0 * c.R_bulk, c.extra_f, 0.8)
    if c.inside:
        cell = electrodes + 1 / (1 / electrolyte(c) + column(c.leak))
    else:
        cell = 1 / (1 / (electrolyte(c) + electrodes) + column(c.leak))
    return cell + 2j * np.pi * c.frequency * column(c.lead)


def column(values: Floats) -> Floats:
    return np.asarray(values, float)[:, None]


def arc(c: Course, R: Floats, apex: Floats | float, n: float) -> Complexes:
    """R || CPE by its apex frequency."""
    return column(R) / (1 + (1j * c.frequency / column(apex + 0 * c.R_bulk)) ** n)


def electrolyte(c: Course) -> Complexes:
    """R_SE,bulk and the grain boundaries; distributed: three arcs in place of one."""
    if c.distributed:
        return column(c.R_bulk) + sum(arc(c, c.R_GB / 3, c.f_GB * k, 0.95) for k in (0.3, 1.0, 3.0))
    return column(c.R_bulk) + arc(c, c.R_GB, c.f_GB, c.n_GB)


def tail(c: Course) -> Complexes:
    """Diffusion in the electrode: a CPE, or finite-length ("flw") or finite-space ("fsw") diffusion of equal size."""
    if not c.tail_n:
        return np.zeros((len(c.R_bulk), len(c.frequency)), complex)
    if c.tail_kind == "cpe":
        return column(c.tail_ohm) * (1j * c.frequency / 0.01) ** -c.tail_n
    root = np.sqrt(1j * c.frequency / 0.02)
    return column(c.tail_ohm) * (np.tanh(root) if c.tail_kind == "flw" else 1 / np.tanh(root)) / root


def measured(c: Course, rng: Rng) -> Series:
    """The series with its noise: a share of |Z|, and with `flicker` a part that grows towards low frequency."""
    z = impedance(c)
    level = np.hypot(c.noise, c.flicker * np.sqrt(0.01 / c.frequency))
    noise = rng.standard_normal(z.shape) + 1j * rng.standard_normal(z.shape)
    return Series([Spectrum(c.frequency, row) for row in z + level * np.abs(z) * noise])


def scatter(rng: Rng, n: int, size: float = CONTACTS) -> Floats:
    return 1 + size * rng.standard_normal(n)


def log_uniform(rng: Rng, low: float, high: float) -> float:
    return float(10 ** rng.uniform(np.log10(low), np.log10(high)))


def wide_symmetric(rng: Rng, n: int = SPECTRA) -> Course:
    """No tail, R_Int steady within 3 %."""
    total = log_uniform(rng, 20, 150)
    share = rng.choice([0.2, 0.7, 2.0]) * rng.uniform(0.7, 1.4)
    return Course(
        R_bulk=total / (1 + share) * scatter(rng, n),
        R_GB=total * share / (1 + share) * scatter(rng, n),
        f_GB=np.full(n, 5e6 if rng.random() < 0.1 else log_uniform(rng, 5e4, 1e6)),
        n_GB=rng.uniform(0.75, 1.0),
        R_Int=total * log_uniform(rng, 0.3, 5) * scatter(rng, n, 0.03),
        f_Int=np.full(n, log_uniform(rng, 0.3, 100)),
        n_Int=rng.uniform(0.7, 0.95),
        tail_ohm=np.zeros(n),
        tail_n=0.0,
        leak=np.zeros(n),
        lead=np.full(n, rng.choice([0.0, 1e-7, 3e-7])),
        frequency=np.logspace(6, -2, 1 + 8 * int(rng.choice([5, 7, 8, 10]))),
        noise=0.003,
    )


def wide_half(rng: Rng, n: int = SPECTRA) -> Course:
    """A tail, and R_Int that wanders along the series."""
    c = wide_symmetric(rng, n)
    wander = np.exp(np.interp(np.arange(n), np.linspace(0, n - 1, 4), rng.uniform(-0.7, 0.9, 4)))
    f_Int, tail_ohm = log_uniform(rng, 0.2, 5), c.R_Int[0] * rng.uniform(0.3, 1.5)
    tail_n = rng.uniform(0.45, 0.75)
    return replace(c, R_Int=c.R_Int * wander, f_Int=f_Int / wander, tail_ohm=np.full(n, tail_ohm), tail_n=tail_n)


def grid_symmetric(rng: Rng, n: int = SPECTRA) -> Course:
    """A cell of the grid without a tail."""
    bulk = rng.choice([10.0, 30.0, 100.0])
    exponents = rng.choice([0.7, 0.85, 1.0], 2)
    return Course(
        R_bulk=bulk * scatter(rng, n),
        R_GB=bulk * rng.choice([0.2, 0.7, 2.0]) * scatter(rng, n),
        f_GB=np.full(n, rng.choice([5e4, 1.5e5, 1e6, 5e6])),
        n_GB=exponents[0],
        R_Int=rng.choice([28.0, 60.0, 148.0]) * scatter(rng, n, 0.03),
        f_Int=np.full(n, rng.choice([0.1, 0.6, 5.0, 100.0])),
        n_Int=exponents[1],
        tail_ohm=np.zeros(n),
        tail_n=0.0,
        leak=np.zeros(n),
        lead=np.full(n, rng.choice([0.0, 3e-7, 1e-6])),
        frequency=np.logspace(6, -2, 1 + 8 * int(rng.choice([5, 8, 10]))),
        noise=rng.choice([0.001, 0.003, 0.01]),
    )


def grid_half(rng: Rng, n: int = SPECTRA) -> Course:
    """A cell of the grid with a tail of 60 ohm at 10 mHz; R_Int varies by 20 %."""
    c = grid_symmetric(rng, n)
    R_Int = np.median(c.R_Int) * np.abs(scatter(rng, n, 0.2))
    return replace(c, R_Int=R_Int, tail_ohm=np.full(n, 60.0), tail_n=rng.choice([0.5, 0.7, 0.9]))


CELLS: dict[str, Callable[[Rng], Course]] = {
    "half, wide": wide_half,
    "symmetric, wide": wide_symmetric,
    "half, grid": grid_half,
    "symmetric, grid": grid_symmetric,
}
