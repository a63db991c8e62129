"""Cells as physics has them: electrolyte, interphase, charge transfer, composite electrode with two rails, leads.

Resistances follow a temperature by activation energies of their own, capacitances stay. A contact area A below 1 raises
the resistances of the faces as 1 / A, lowers their capacitances as A, and adds a constriction in the electrolyte. A
composite electrode is a line of two rails, ionic and electronic, with the reaction between them; a leak may end on the
electronic rail. Lead inductance, contacts and the stray capacitance of the holder lie outside of everything.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Complexes = NDArray[np.complex128]

BOLTZMANN = 8.617333262e-5
ROOM = 298.15


@dataclass(frozen=True)
class Arc:
    """R (ohm) beside a CPE, apex at f0 (Hz), exponent n; activation energy E (eV); face: follows the contact area."""

    R: float
    f0: float
    n: float
    E: float
    face: bool = False


@dataclass(frozen=True)
class Porous:
    """A composite electrode: rails (ohm), charge transfer (ohm, apex Hz), diffusion (ohm at 10 mHz); energies in eV."""

    R_ion: float
    R_el: float
    R_ct: float
    f_ct: float
    tail: float
    E_ion: float
    E_ct: float


@dataclass(frozen=True)
class Cell:
    """Everything about a cell at room temperature with full contact."""

    R_bulk: float
    E_bulk: float
    arcs: tuple[Arc, ...]
    porous: Porous | None
    blocking: float
    constriction: float
    contact: float
    lead_H: float
    stray_F: float


@dataclass
class State:
    """What changes along n spectra, each (n,): see the names; factors are 1 and additions 0 unless stated."""

    n: int
    heat_K: Floats = field(init=False)
    area: Floats = field(init=False)
    interphase: Floats = field(init=False)
    transfer: Floats = field(init=False)
    transfer_C: Floats = field(init=False)
    grain: Floats = field(init=False)
    bulk: Floats = field(init=False)
    rail: Floats = field(init=False)
    contact: Floats = field(init=False)
    lead: Floats = field(init=False)
    leak_x: Floats = field(init=False)
    how: str = "flat"
    own: tuple[float, float] = (0.4, 30.0)

    def __post_init__(self) -> None:
        for name in ("area", "interphase", "transfer", "transfer_C", "grain", "bulk", "rail", "lead"):
            setattr(self, name, np.ones(self.n))
        for name in ("heat_K", "contact", "leak_x"):
            setattr(self, name, np.zeros(self.n))


def _arrhenius(E: float, heat_K: Floats) -> Floats:
    return np.exp(E / BOLTZMANN * (1 / (ROOM + heat_K) - 1 / ROOM))


def _arc(f: Floats, R: Floats, f0: Floats, n: float) -> Complexes:
    return R[:, None] / (1 + (1j * f[None, :] / f0[:, None]) ** n)


def _electrolyte(cell: Cell, s: State, f: Floats) -> tuple[Complexes, Complexes]:
    """Bulk with its constriction, and the grain boundaries."""
    bulk = cell.R_bulk * s.bulk * _arrhenius(cell.E_bulk, s.heat_K) * (1 + cell.constriction * (1 / s.area - 1))
    grain = cell.arcs[0]
    R = grain.R * s.grain * _arrhenius(grain.E, s.heat_K)
    return bulk[:, None] + 0j * f[None, :], _arc(f, R, grain.f0 * grain.R / R, grain.n)


def _faces(cell: Cell, s: State, f: Floats) -> Complexes:
    """Interphases and charge transfer of the plane electrodes."""
    out = np.zeros((s.n, len(f)), complex)
    for k, arc in enumerate(cell.arcs[1:]):
        change = s.interphase if k % 2 == 0 else s.transfer
        capacity = s.area * (s.transfer_C if k % 2 else 1.0)
        R = arc.R * change * _arrhenius(arc.E, s.heat_K) / s.area
        out += _arc(f, R, arc.f0 * arc.R / (R * capacity), arc.n)
    return out


def _line(p: Porous, s: State, f: Floats) -> tuple[Complexes, ...]:
    """The electrode as a two-port: ionic end and electronic end at the separator against the collector."""
    ion = (p.R_ion * _arrhenius(p.E_ion, s.heat_K))[:, None]
    el = (p.R_el * s.rail)[:, None]
    ct = p.R_ct * s.transfer * _arrhenius(p.E_ct, s.heat_K)
    z = _arc(f, ct, p.f_ct * p.R_ct / (ct * s.transfer_C), 0.88) + p.tail * (1j * f / 0.01) ** -0.5
    nu = np.sqrt((ion + el) / z)
    total = 1 / el + 1 / ion

    def ends(I1: float, I2: float) -> tuple[Complexes, Complexes]:
        current = I1 + I2
        start, stop = -el * current + I1 * (el + ion), -el * current
        b = start / nu
        # cosh and sinh of long lines, scaled
        a = (stop / nu) / np.sinh(np.minimum(nu.real, 300) + 1j * nu.imag) - b / np.tanh(nu)
        u1 = a * np.cosh(nu) + b * np.sinh(nu)
        c = current - u1 / ion
        return (c - a / el) / total, (c + a / ion) / total

    z11, z21 = ends(1.0, 0.0)
    z12, z22 = ends(0.0, 1.0)
    return z11, z12, z21, z22


def impedance(cell: Cell, s: State, f: Floats) -> Complexes:
    """Impedance (n, F) of the states at frequencies (F,)."""
    w = 2j * np.pi * f[None, :]
    bulk, grain = _electrolyte(cell, s, f)
    faces = _faces(cell, s, f)
    if cell.blocking:
        faces = faces + 1 / (cell.blocking * w**0.95)
    inside = s.leak_x.any() and s.how in ("electrolyte", "grain")
    if inside and s.how == "grain":
        grain = _beside(grain, s, grain.real[:, -1])
    se = bulk + grain
    if inside and s.how == "electrolyte":
        se = _beside(se, s, se.real[:, -1])
    z = se + faces
    if cell.porous is not None:
        z11, z12, z21, z22 = _line(cell.porous, s, f)
        if s.leak_x.any() and s.how == "rail":
            g = _conductance(s, (z + z11).real[:, -1])
            with np.errstate(divide="ignore"):
                leak = np.where(g > 0, 1 / np.maximum(g, 1e-12), 1e12)[:, None] * _own(s, f)
            main, other = z + z11, leak + z22
            share = (other - z12) / (main + other - z12 - z21)
            z = share * main + (1 - share) * z12
        else:
            z = z + z11
    if s.leak_x.any() and (s.how in ("flat", "own") or (s.how == "rail" and cell.porous is None)):
        z = _beside(z, s, z.real[:, -1], _own(s, f))
    z = 1 / (1 / z + w * cell.stray_F)
    return z + cell.contact + s.contact[:, None] + w * cell.lead_H * s.lead[:, None]


def _conductance(s: State, ohm: Floats) -> Floats:
    """Direct-current conductance that takes the share x of the current beside so many ohm."""
    return s.leak_x / np.maximum(1 - s.leak_x, 1e-9) / ohm


def _own(s: State, f: Floats) -> Complexes:
    """Impedance of the leak over its resistance: 1, or a part of it beside a CPE."""
    if s.how != "own":
        return np.ones((1, len(f)), complex)
    series, f0 = s.own
    return (series + (1 - series) / (1 + (1j * f / f0) ** 0.85))[None, :]


def _beside(z: Complexes, s: State, ohm: Floats, own: Complexes | float = 1.0) -> Complexes:
    return 1 / (1 / z + _conductance(s, ohm)[:, None] / own)


def leak_ohm(cell: Cell, s: State, f: Floats) -> Floats:
    """True direct-current resistance (n,) of a leak beside the whole cell; infinite where there is none."""
    bulk, grain = _electrolyte(cell, s, f)
    z = bulk + grain + _faces(cell, s, f)
    if cell.porous is not None:
        z = z + _line(cell.porous, s, f)[0]
    with np.errstate(divide="ignore"):
        return 1 / _conductance(s, z.real[:, -1])


def _grain(rng: np.random.Generator, bulk: float) -> Arc:
    f0, n = 10 ** rng.uniform(4.9, 6.2), rng.uniform(0.85, 0.97)
    return Arc(bulk * rng.uniform(0.2, 1.0), f0, n, rng.uniform(0.35, 0.5))


def _interphase(rng: np.random.Generator, ohm: float) -> Arc:
    f0, n = 10 ** rng.uniform(3.3, 4.5), rng.uniform(0.8, 0.92)
    return Arc(ohm, f0, n, rng.uniform(0.45, 0.7), face=True)


def _transfer(rng: np.random.Generator, ohm: float) -> Arc:
    f0, n = 10 ** rng.uniform(0.0, 2.3), rng.uniform(0.78, 0.92)
    return Arc(ohm, f0, n, rng.uniform(0.5, 0.8), face=True)


def _symmetric(rng: np.random.Generator) -> Cell:
    bulk = 10 ** rng.uniform(1, 1.9)
    arcs = [_grain(rng, bulk)]
    for _ in range(rng.integers(1, 3)):
        arcs += [_interphase(rng, bulk * rng.uniform(0.15, 1.2)), _transfer(rng, bulk * rng.uniform(0.3, 1.8))]
    return _cell(rng, bulk, arcs, None)


def _half(rng: np.random.Generator) -> Cell:
    bulk = 10 ** rng.uniform(1, 1.9)
    counter = [_interphase(rng, bulk * rng.uniform(0.1, 0.6)), _transfer(rng, bulk * rng.uniform(0.2, 1.0))]
    porous = Porous(
        R_ion=bulk * rng.uniform(0.3, 1.5),
        R_el=bulk * 10 ** rng.uniform(-1.5, 0.0),
        R_ct=bulk * rng.uniform(0.1, 1.0),
        f_ct=10 ** rng.uniform(0.5, 2.5),
        tail=bulk * rng.uniform(0.1, 0.8),
        E_ion=rng.uniform(0.28, 0.4),
        E_ct=rng.uniform(0.5, 0.8),
    )
    return _cell(rng, bulk, [_grain(rng, bulk), *counter], porous)


def _blocking(rng: np.random.Generator) -> Cell:
    bulk = 10 ** rng.uniform(1, 2.3)
    return _cell(rng, bulk, [_grain(rng, bulk)], None, blocking=10 ** rng.uniform(-6, -4.5))


def _cell(rng: np.random.Generator, bulk: float, arcs: list[Arc], porous: Porous | None, blocking: float = 0.0) -> Cell:
    return Cell(
        R_bulk=bulk,
        E_bulk=rng.uniform(0.26, 0.4),
        arcs=tuple(arcs),
        porous=porous,
        blocking=blocking,
        constriction=rng.uniform(0.03, 0.25),
        contact=rng.uniform(0.0, 0.08) * bulk,
        lead_H=10 ** rng.uniform(-8, -6.2),
        stray_F=10 ** rng.uniform(-11, -9.7),
    )


CELLS = {"symmetric": _symmetric, "half": _half, "blocking": _blocking}
"""Kinds of cell: a function of a generator."""
