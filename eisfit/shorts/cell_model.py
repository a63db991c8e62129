"""The impedance of a cell that changed since its baseline, with the derivatives to every size of a change.

Parameters, each with prior mean 0 and standard deviation 1 (z), in this order:

    scale, drift, series, lead, heat, area, bulk, leak, contact, share, apex, R_1 .. R_m, C_1 .. C_m

    p_0 = -E_0 h + s z_bulk,   p_i = -E_i h - w_i a + s_i z_R,i,   c_i = w_i a + s'_i z_C,i

h the rise of 1 / kT (1 / eV), a = ln area, w_i from 0 (electrolyte) to 1 (interface) by the apex frequency of group i;
s_i grows with h by the spread of E_i, and with a where w_i is uncertain. A leak of conductance G, with a frequency
dependence g(f) of its own, stands beside the members v_i of the cell, a share of the bulk (contacts) outside:

    Z = e^(scale + drift x) [1 / (1 / Z_in + G g) + Z_out + series] + j omega (L + lead)
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from eisfit.shorts.hypotheses import Hypothesis, Question
from eisfit.shorts.relaxation import Tables, looked_up
from eisfit.shorts.spectra import Index
from eisfit.spectrum import Bools, Complexes

Floats = NDArray[np.floating[Any]]

SCALE, DRIFT, SERIES, LEAD, HEAT, AREA, BULK, LEAK, CONTACT, SHARE, APEX, R_1 = range(12)

TEN_KELVIN = 1.263
"""1 / eV: -d(1 / kT) of 10 K at 25 C."""
ENERGY = (0.33, 0.42, 0.62)
"""eV of bulk, grain boundary (sulfides: Ohno et al., ACS Energy Lett. 5 (2020) 910), interface (charge transfer)."""
SPREAD = (0.05, 0.07, 0.13)
"""Standard deviations of these."""
GRAIN_HZ, FACE_HZ = 2e5, 2e4
"""Apex frequency above which a group is of the electrolyte, and below which of the interfaces."""
FRONT_HZ = 300.0
"""A leak to the rail bypasses what relaxes faster than this."""
QUIET = {
    "bulk": 0.006,
    "grain_R": 0.02,
    "grain_C": 0.02,
    "face_R": 0.3,
    "face_C": 0.08,
    "series": 0.002,
    "scale": 0.001,
    "drift": 0.001,
    "heat": 0.02,
    "area": 0.0,
}
"""Standard deviations in a quiet cell."""
ELECTROLYTE = ("bulk", "grain_R", "heat", "series", "scale")
"""Those that make the plateau of the electrolyte scatter."""
FACES = ("face_R", "face_C")
LEAD_SHARE = 0.05
"""Scatter of the lead: reactance at the highest frequency over the resistance of the bulk."""
LEAK_SPREAD = 1.5
"""Of ln(G R): shares of the current from 5 to 95 %."""
FLANK = 0.8
"""Exponent with which the imaginary part of an arc falls towards high frequencies."""
NOTHING = 1e-6
"""Of the resistance at the highest frequencies: what a leak stands beside is not less."""
OWN_EXPONENT = 0.85
OWN_HZ = 30.0


class Rows(NamedTuple):
    """What is fitted, one row per spectrum, baseline and hypothesis.

    base (n,): which baseline of the tables; sd (n, K): standard deviations; mean_heat (n,): known by a log, in 10 K;
    inside (n, 1 + m): members beside which the leak stands; own (n,): the leak has an impedance of its own; leaks (n,).
    """

    base: Index
    sd: Floats
    mean_heat: Floats
    inside: Floats
    own: Bools
    leaks: Bools

    def take(self, rows: Index) -> Rows:
        """Some of the rows."""
        return Rows(
            self.base[rows], self.sd[rows], self.mean_heat[rows], self.inside[rows], self.own[rows], self.leaks[rows]
        )

    def single(self) -> Rows:
        """In single precision: what is compared has errors of a per mille."""
        sd, heat, inside = (x.astype(np.float32) for x in (self.sd, self.mean_heat, self.inside))
        return self._replace(sd=sd, mean_heat=heat, inside=inside)


class Frame(NamedTuple):
    """What all rows share: tables of the baselines, their total resistance (b,), weights of the interfaces (b, m).

    contact: mean of the contacts outside of a leak, see `Question`.
    """

    tables: Tables
    total: Floats
    interface: Floats
    frequency: Floats
    contact: float


def interface_weight(apex: Floats, ohm: Floats) -> Floats:
    """From 0 for the electrolyte to 1 for interfaces (b, m), by apex frequency (b, m), slow groups last.

    A group that is lost in the flank of a slower one belongs to it: then both are one broad arc.
    """
    span = float(np.log(GRAIN_HZ / FACE_HZ))
    out: Floats = np.clip((float(np.log(GRAIN_HZ)) - np.log(apex)) / span, 0.0, 1.0)
    for i in range(apex.shape[1] - 2, -1, -1):
        flank = ohm[:, i + 1 :] * (apex[:, i + 1 :] / apex[:, i : i + 1]) ** FLANK
        lost = flank > ohm[:, i : i + 1]
        out[:, i] = np.maximum(out[:, i], np.where(lost, out[:, i + 1 :], 0.0).max(axis=1))
    return out


def standard_deviations(h: Hypothesis, w: Floats, question: Question) -> Floats:
    """Those of every parameter (b, K) under a hypothesis, for baselines with weights (b, m) of the interfaces."""
    m = w.shape[1]
    calm = {
        name: quiet * (question.quiet if name in ELECTROLYTE else question.faces if name in FACES else 1.0)
        for name, quiet in QUIET.items()
    }
    size = {name: float(np.hypot(h.sizes.get(name, 0.0), quiet)) for name, quiet in calm.items()}
    out = np.zeros((len(w), R_1 + 2 * m))
    for column, name in ((SCALE, "scale"), (DRIFT, "drift"), (SERIES, "series"), (HEAT, "heat"), (AREA, "area")):
        out[:, column] = size[name]
    out[:, LEAD], out[:, BULK] = LEAD_SHARE, size["bulk"]
    if h.leak:
        out[:, LEAK], out[:, CONTACT] = LEAK_SPREAD, question.contact_error * (h.leak != "grain")
    if h.own:
        out[:, SHARE], out[:, APEX] = 1.0, 1.5
    out[:, R_1 : R_1 + m] = size["grain_R"] ** (1 - w) * size["face_R"] ** w
    out[:, R_1 + m :] = size["grain_C"] ** (1 - w) * size["face_C"] ** w
    return out


def members(h: Hypothesis, apex: Floats, w: Floats) -> Floats:
    """Beside which parts of the baselines (b, 1 + m), bulk first, a leak stands."""
    out = np.ones((len(apex), 1 + apex.shape[1]))
    if h.leak in ("electrolyte", "grain"):
        out[:, 1:] = w < 0.5
    if h.leak == "front":
        out[:, 1:] = apex > FRONT_HZ
    if h.leak == "grain":
        out[:, 0] = 0.0
    return out


class _Moves(NamedTuple):
    """ln changes of bulk p_0 (n,), of resistances p and capacitances c of the groups (n, m), and their derivatives.

    by_*: to the own parameter; heat_*: to the rise in 1 / kT; area_*: to ln area.
    """

    p_0: Floats
    p: Floats
    c: Floats
    by_0: Floats
    by_R: Floats
    by_C: Floats
    heat_0: Floats
    heat_R: Floats
    area_R: Floats
    area_C: Floats


def _moves(rows: Rows, w: Floats, theta: Floats, z: Floats) -> _Moves:
    """What heat, area and the sizes of their own do to bulk and groups with weights w (n, m)."""
    m = w.shape[1]
    z_R, z_C = z[:, R_1 : R_1 + m], z[:, R_1 + m :]
    heat = ((rows.mean_heat + theta[:, HEAT]) * TEN_KELVIN)[:, None]
    area = theta[:, AREA, None]
    energy = ENERGY[1] + (ENERGY[2] - ENERGY[1]) * w
    spread = SPREAD[1] + (SPREAD[2] - SPREAD[1]) * w
    doubt = np.sqrt(w * (1 - w))
    by_R = np.sqrt(rows.sd[:, R_1 : R_1 + m] ** 2 + (spread * heat) ** 2 + (doubt * area) ** 2)
    by_C = np.sqrt(rows.sd[:, R_1 + m :] ** 2 + (doubt * area) ** 2)
    by_0 = np.hypot(rows.sd[:, BULK], SPREAD[0] * heat[:, 0])
    safe_0, safe_R, safe_C = (np.maximum(x, 1e-12) for x in (by_0, by_R, by_C))
    return _Moves(
        p_0=-ENERGY[0] * heat[:, 0] + by_0 * z[:, BULK],
        p=-energy * heat - w * area + by_R * z_R,
        c=w * area + by_C * z_C,
        by_0=by_0,
        by_R=by_R,
        by_C=by_C,
        heat_0=-ENERGY[0] + SPREAD[0] ** 2 * heat[:, 0] / safe_0 * z[:, BULK],
        heat_R=-energy + spread**2 * heat / safe_R * z_R,
        area_R=-w + doubt**2 * area / safe_R * z_R,
        area_C=w + doubt**2 * area / safe_C * z_C,
    )


def modelled(frame: Frame, rows: Rows, z: Floats) -> tuple[Complexes, Complexes]:
    """Impedance (n, F) of parameters z (n, K), and its derivatives (n, K, F); in single precision."""
    rows, z = rows.single(), z.astype(np.float32)
    f = frame.frequency.astype(np.float32)
    base, top = rows.base, frame.tables.top[rows.base][:, None]
    theta = rows.sd * z
    moves = _moves(rows, frame.interface[base], theta, z)
    bulk, part, moved = _parts(frame, base, f, moves)
    within, outside = _divided(frame, rows, theta, bulk, part)
    G = np.where(rows.leaks, np.exp(np.clip(theta[:, LEAK], -12, 12)) / frame.total[base], 0.0)[:, None]
    own, own_share, own_apex = _own(f, theta, rows.own)
    inner = 1 / (1 / within + G * own)
    x = np.linspace(1, -1, len(f), dtype=np.float32)
    factor = np.exp(theta[:, SCALE, None] + theta[:, DRIFT, None] * x)
    body = factor * (inner + outside + theta[:, SERIES, None] * top)
    reach = 1j * f / f[0] * top
    lead = 2j * np.pi * f * frame.tables.L[base][:, None] + theta[:, LEAD, None] * reach
    J = np.zeros((*z.shape, len(f)), np.complex64)
    J[:, SCALE], J[:, DRIFT], J[:, SERIES], J[:, LEAD] = body, body * x, factor * top, reach
    q = (inner / within) ** 2
    J[:, CONTACT] = factor * (1 - q) * top
    for column, change in ((LEAK, own), (SHARE, own_share), (APEX, own_apex)):
        J[:, column] = -factor * inner**2 * G * change
    J *= rows.sd[:, :, None]
    _add_moves(J, moves, (factor, q, rows), (bulk, part, moved))
    return body + lead, J


def _parts(frame: Frame, base: Index, f: Floats, moves: _Moves) -> tuple[Complexes, Complexes, Complexes]:
    """Bulk (n, F), groups (n, m, F), and the derivative of these to ln omega."""
    ratio = frame.tables.ratio[base]
    shape, slope = looked_up(frame.tables, base, np.log(2 * np.pi * f), moves.p + moves.c)
    gain = np.exp(moves.p)[:, :, None] * ratio[:, None]
    return (frame.tables.R[base] * np.exp(moves.p_0))[:, None] * ratio, shape * gain, slope * gain


def _divided(frame: Frame, rows: Rows, theta: Floats, bulk: Complexes, part: Complexes) -> tuple[Complexes, Complexes]:
    """What a leak stands beside, and what lies outside of it, (n, F) each."""
    v0, v = rows.inside[:, :1], rows.inside[:, 1:, None]
    top = frame.tables.top[rows.base][:, None]
    contact = (frame.contact * (rows.leaks * v0[:, 0]) + theta[:, CONTACT])[:, None] * top
    within = v0 * bulk - contact + (v * part).sum(axis=1)
    within = np.where(np.abs(within) > NOTHING * top, within, NOTHING * top)
    return within, (1 - v0) * bulk + contact + ((1 - v) * part).sum(axis=1)


def _add_moves(
    J: Complexes,
    moves: _Moves,
    leak: tuple[Complexes, Complexes, Rows],
    cell: tuple[Complexes, Complexes, Complexes],
) -> None:
    """Write the derivatives to everything that moves bulk and groups into J, the array being filled."""
    (factor, q, rows), (bulk, part, moved) = leak, cell
    v0, v = rows.inside[:, :1], rows.inside[:, 1:, None]
    d_0 = factor * (v0 * q + 1 - v0) * bulk
    through = factor[:, None] * (v * q[:, None] + 1 - v)
    d_R, d_C = through * (part + moved), through * moved
    m = part.shape[1]
    J[:, BULK] = d_0 * moves.by_0[:, None]
    J[:, R_1 : R_1 + m], J[:, R_1 + m :] = d_R * moves.by_R[:, :, None], d_C * moves.by_C[:, :, None]
    heat = d_0 * moves.heat_0[:, None] + (d_R * moves.heat_R[:, :, None]).sum(axis=1)
    J[:, HEAT] = heat * (TEN_KELVIN * rows.sd[:, HEAT])[:, None]
    area = (d_R * moves.area_R[:, :, None] + d_C * moves.area_C[:, :, None]).sum(axis=1)
    J[:, AREA] = area * rows.sd[:, AREA, None]


def _own(f: Floats, theta: Floats, own: Bools) -> tuple[Complexes, Complexes, Complexes]:
    """Admittance of a leak over G at every frequency (n, F), with its derivatives to the two parameters."""
    out: list[Complexes] = [np.full((len(theta), len(f)), start, np.complex64) for start in (1.0, 0.0, 0.0)]
    h, by_share, by_apex = out
    if own.any():
        share = 1 / (1 + np.exp(-theta[own, SHARE, None]))
        turn = np.complex64(1j**OWN_EXPONENT)
        power = np.exp(OWN_EXPONENT * (np.log(f / OWN_HZ) - theta[own, APEX, None])) * turn
        arc = 1 / (1 + power)
        h[own] = 1 / (share + (1 - share) * arc)
        by_share[own] = -(h[own] ** 2) * (1 - arc) * share * (1 - share)
        by_apex[own] = -(h[own] ** 2) * (1 - share) * arc**2 * power * OWN_EXPONENT
    return h, by_share, by_apex
