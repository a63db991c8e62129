"""A spectrum as resistances and relaxation times, in groups that can change apart from each other.

Any passive spectrum without resonance is R + j omega L + 1 / (j omega C) + sum_k g_k / (1 + j omega tau_k), g_k >= 0: a
non-negative least squares problem without start values (Lawson & Hanson, Solving Least Squares Problems (1974), 23).
The relaxation times are cut into groups at the valleys of their smoothed distribution. A group that keeps its
shape has, after its resistance changed by e^p and its capacitance by e^c,

    Z(omega) -> e^p Z(omega e^(p + c)),    because tau = R C

The groups say how a cell may change; how many processes there are, and which is which, is not asked of them.
"""

from __future__ import annotations

from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from eisfit.medians import median_of
from eisfit.shorts.nonnegative import non_negative
from eisfit.shorts.spectra import Index
from eisfit.spectrum import Complexes

Floats = NDArray[np.floating[Any]]

PER_DECADE = 5
"""Relaxation times per decade."""
BEYOND = 1.0
"""Decades by which they reach beyond the band."""
GROUPS = 6
"""At most so many groups."""
SMOOTHING = 0.3
"""Decades over which the distribution is smoothed before it is cut."""
WIDEST = PER_DECADE
"""Relaxation times, a decade of them; a wider group is cut into equal parts."""
MOST_CUTS = 7
SMALL = 0.01
"""A group below this share of the resistance is joined to its neighbour."""
NODES_PER_DECADE = 10
"""Nodes of the tables of every group; between them cubic Hermite interpolation."""
REACH = 3.0
"""Decades by which the tables reach beyond the band: no change of tau is larger."""


class Groups(NamedTuple):
    """A spectrum in groups: R (ohm), Re Z of the highest frequencies (ohm), L (H), tables over ln omega.

    apex (m,) Hz and ohm (m,): apex frequency and resistance of every group. table (m, T) ohm at ln omega = first +
    step k, slope (m, T) its derivative to ln omega; a missing group is 0.
    ratio (F,): the spectrum less its lead over what the groups give, near 1.
    """

    R: float
    top: float
    L: float
    apex: Floats
    ohm: Floats
    first: float
    step: float
    table: Complexes
    slope: Complexes
    ratio: Complexes


def decompose(frequency: Floats, z: Complexes) -> Groups:
    """The groups of a spectrum (F,), some points of which may be unknown (NaN)."""
    known = np.isfinite(z)
    w = 2 * np.pi * frequency[known]
    tau = _times(w)
    R, L, elastance, g = _non_negative(w, z[known], tau)
    member = _cut(tau, g)
    reach = REACH * np.log(10)
    nodes = np.arange(np.log(w[-1]) - reach, np.log(w[0]) + reach, np.log(10) / NODES_PER_DECADE)
    table, slope = _tables(np.exp(nodes), tau, g, member)
    table[-1] += elastance / (1j * np.exp(nodes))
    slope[-1] -= elastance / (1j * np.exp(nodes))
    of = (member == np.arange(len(table))[:, None]) * g
    ohm = of.sum(axis=1)
    slow = np.where(ohm > 0, of @ np.log(tau) / np.where(ohm > 0, ohm, 1.0), np.log(10 / w[-1]))
    fitted = R + g @ (1 / (1 + 2j * np.pi * tau[:, None] * frequency)) - 1j * elastance / (2 * np.pi * frequency)
    ratio = np.where(known & (fitted != 0), (z - 2j * np.pi * frequency * L) / np.where(fitted != 0, fitted, 1.0), 1.0)
    top = float(median_of(np.abs(z[known].real[: max(len(w) // 8, 3)])))
    step = float(nodes[1] - nodes[0])
    return Groups(R, top, L, np.exp(-slow) / (2 * np.pi), ohm, float(nodes[0]), step, table, slope, ratio)


def _non_negative(w: Floats, z: Complexes, tau: Floats) -> tuple[float, float, float, Floats]:
    """R, L, 1 / C and the weights g of the relaxation times; those far above the band are resistance as well as any."""
    columns = np.concatenate([np.ones((1, len(w))), 1j * w[None], -1j / w[None], 1 / (1 + 1j * tau[:, None] * w)])
    size = np.array([1.0, 1 / w[0], w[-1], *np.ones(len(tau))])
    unit = median_of(np.abs(z))
    weighted = (columns * size[:, None] * unit / np.abs(z)).T
    target = z / np.abs(z)
    found = non_negative(np.r_[weighted.real, weighted.imag], np.r_[target.real, target.imag])
    if found is None:  # a spectrum of no cell
        return float(unit), 0.0, 0.0, np.zeros(len(tau))
    found = found * size * unit
    return float(found[0] + found[3]), float(found[1]), float(found[2]), np.r_[0.0, found[4:]]


def _times(w: Floats) -> Floats:
    low, high = np.log10(1 / w[0]) - BEYOND, np.log10(1 / w[-1]) + BEYOND
    return np.asarray(np.logspace(low, high, int((high - low) * PER_DECADE) + 1))


def _cut(tau: Floats, g: Floats) -> Index:
    """The group of every relaxation time, fast ones first: cut at valleys, wide groups once more between."""
    x = np.log10(tau)
    smooth = np.exp(-0.5 * ((x[:, None] - x) / SMOOTHING) ** 2) @ g
    inner = np.arange(1, len(x) - 1)
    valleys = inner[(smooth[inner] <= smooth[inner - 1]) & (smooth[inner] < smooth[inner + 1])].tolist()
    while valleys:
        share = _shares(valleys, g)
        least = int(np.argmin(share))
        if share[least] >= SMALL and len(share) <= GROUPS:
            break
        sides = [k for k in (least - 1, least) if 0 <= k < len(valleys)]
        valleys.pop(max(sides, key=lambda k: smooth[valleys[k]]))
    held = np.flatnonzero(g > 0)
    if held.size:
        ends = [int(held[0]) - 1, *valleys, int(held[-1])]
        for low, high in pairwise(ends):
            parts = int(np.ceil((high - low) / WIDEST))
            more = [low + round(k * (high - low) / parts) for k in range(1, parts)]
            valleys = sorted({*valleys, *[cut for cut in more if _shares([low, cut, high], g)[1:3].min() >= SMALL]})
    return np.searchsorted(valleys[:MOST_CUTS], np.arange(len(x)), side="left")


def _shares(cuts: list[int], g: Floats) -> Floats:
    """Share of the resistance in every group between cuts."""
    member = np.searchsorted(cuts, np.arange(len(g)), side="left")
    return np.array([g[member == k].sum() for k in range(len(cuts) + 1)]) / max(float(g.sum()), 1e-300)


def _tables(w: Floats, tau: Floats, g: Floats, member: Index) -> tuple[Complexes, Complexes]:
    kernel = 1 / (1 + 1j * tau[:, None] * w)
    change = -1j * tau[:, None] * w * kernel**2
    of = (member == np.arange(member.max() + 1)[:, None]) * g
    return of @ kernel, of @ change


class Tables(NamedTuple):
    """The groups of several baselines stacked: fields of Groups with the baselines in front.

    cubic (b, m, T - 1, 4): between nodes a group is the sum of cubic[k] t^k, t from 0 to 1.
    """

    R: Floats
    top: Floats
    L: Floats
    apex: Floats
    ohm: Floats
    first: Floats
    step: Floats
    cubic: Complexes
    ratio: Complexes


def stacked(groups: list[Groups]) -> Tables:
    """Groups of baselines on one frequency grid. Tables of unequal length are continued by their last node."""
    most, longest = (max(one.table.shape[axis] for one in groups) for axis in (0, 1))

    def even(one: Groups) -> Tables:
        missing = most - len(one.apex)
        rows = ((0, missing), (0, 0))
        ends = ((0, 0), (0, longest - one.table.shape[1]))
        table, slope = (np.pad(np.pad(x, ends, mode="edge"), rows) for x in (one.table, one.slope))
        apex, ohm = np.r_[one.apex, np.full(missing, one.apex[-1])], np.r_[one.ohm, np.zeros(missing)]
        cubic = _hermite(table, slope * one.step)
        return Tables(one.R, one.top, one.L, apex, ohm, one.first, one.step, cubic, one.ratio)  # type: ignore[arg-type]

    return Tables(*(_single(np.array(column)) for column in zip(*map(even, groups), strict=True)))


def _hermite(y: Complexes, rise: Complexes) -> Complexes:
    """Coefficients (m, T - 1, 4) of the cubics between nodes (m, T), given the slopes times the step."""
    y0, y1, m0, m1 = y[:, :-1], y[:, 1:], rise[:, :-1], rise[:, 1:]
    d = y1 - y0
    return np.stack([y0, m0, 3 * d - 2 * m0 - m1, m0 + m1 - 2 * d], axis=-1)


def _single(values: NDArray[Any]) -> NDArray[Any]:
    """In single precision: what is compared has errors of a per mille."""
    return values.astype(np.complex64 if values.dtype.kind == "c" else np.float32)


def looked_up(tables: Tables, at: Index, ln_w: Floats, shift: Floats) -> tuple[Complexes, Complexes]:
    """Impedance (n, m, F) of the groups of baselines `at` (n,), at omega e^shift (n, m), and derivative to ln omega."""
    step = tables.step[at][:, None, None]
    m, pieces = tables.cubic.shape[1:3]
    place = ((ln_w - tables.first[at][:, None])[:, None] + shift[:, :, None]) / step
    left = np.clip(place.astype(np.int32), 0, pieces - 1)
    t = np.clip(place - left.astype(place.dtype), 0, 1)
    piece = (at[:, None, None] * m + np.arange(m)[:, None]) * pieces + left
    a, b, c, d = np.moveaxis(tables.cubic.reshape(-1, 4).take(piece, axis=0), -1, 0)
    return ((d * t + c) * t + b) * t + a, ((3 * d * t + 2 * c) * t + b) / step
