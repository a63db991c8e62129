"""The identity of arcs along a series: alike arcs may change places from fit to fit, here they are put back.

A fit does not care which of two alike arcs it calls first. Followed by resistance they swap where resistances cross, so
they are followed by what a process keeps: its time constant and its capacitance.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import permutations

import numpy as np
from numpy.typing import NDArray

from eisfit.circuit import Circuit
from eisfit.fitting.result import SeriesFit
from eisfit.medians import median_of
from eisfit.roles.assign import rank_of, role_of_label
from eisfit.roles.structure import Arc, exchangeable
from eisfit.spectrum import Floats
from eisfit.tracking.propagation import jacobian, variances

STEP = 0.7
"""Standard deviation of ln tau and ln C from one spectrum to the next: a factor of two."""
UNKNOWN = 5.0
"""Standard deviation of ln tau and ln C of an arc whose error is not known."""
WORST = 25.0
"""Largest squared distance that one arc may add, so that one does not decide over the others."""
LOST, LITTLE = 1.5, 4.0
"""Standard error of ln tau or ln C from which an arc is lost, and the largest squared distance that it may add then."""
MOST = 4
"""Groups of more alike arcs keep the order of their time constants."""
SWEEPS = 3

Orders = NDArray[np.int64]
"""For each spectrum and place, the arc that belongs there (N, m)."""


def consistent_arcs(fits: SeriesFit) -> SeriesFit:
    """Fits in which every arc keeps its place along the series.

    Alike arcs of the circuit are permuted, spectrum by spectrum, values and covariance together. In the first spectrum
    that was fitted they stand by ascending time constant; from one spectrum to the next the assignment has the least
    sum of (d ln tau)^2 and (d ln C)^2, each over STEP^2 and the variances of the two fits; a second sweep compares
    each spectrum with the median of its neighbours. A value never moves where the bounds of its new place forbid it,
    and arcs with fixed, tied or shared parameters stay. Spectra without finite values stay as they are.
    """
    for group in exchangeable(fits.circuit):
        movable = [arc for arc in group if _is_free(arc, fits)]
        if len(movable) > 1:
            # a failed fit may hold any numbers: it has no place among the arcs, and is left as it is
            with np.errstate(all="ignore"):
                fits = _in_places(fits, _places(movable, fits.circuit))
    return fits


def _is_free(arc: Arc, fits: SeriesFit) -> bool:
    bound = set(fits.options.bound) | set(fits.options.shared)
    members = [fits.circuit.parameters[k] for k in arc.columns]
    return not any(p.fixed or p.name in bound for p in members)


def _places(arcs: list[Arc], circuit: Circuit) -> list[Arc]:
    """The arcs as their time constants should ascend: by the role of their labels, else as written."""
    declared = {name: role for role, name in circuit.roles}
    roles = [declared.get(arc.resistor) or role_of_label(arc.resistor) or "" for arc in arcs]
    return [arcs[i] for i in sorted(range(len(arcs)), key=lambda i: rank_of(roles[i]))]


def _in_places(fits: SeriesFit, arcs: list[Arc]) -> SeriesFit:
    place, spread = _coordinates(fits, arcs)
    usable = np.isfinite(place).all(axis=(1, 2))
    if usable.any():
        orders = _followed(place, spread, np.flatnonzero(usable), fits, arcs)
        if (orders != np.arange(len(arcs))).any():
            return _permuted(fits, np.array([arc.columns for arc in arcs]), orders)
    return fits


def _followed(place: Floats, spread: Floats, index: NDArray[np.int64], fits: SeriesFit, arcs: list[Arc]) -> Orders:
    """The arc of every place in every spectrum, (N, m); spectra outside of `index` stay."""
    by_tau = np.argsort(place[..., 0], axis=1, kind="stable")
    if len(arcs) > MOST:
        return np.where(np.isin(np.arange(len(fits)), index)[:, None], by_tau, np.arange(len(arcs)))
    choices = np.array(list(permutations(range(len(arcs)))))
    if _in_order(place[index], spread[index], choices):
        return np.tile(choices[0], (len(fits), 1))
    allowed = _allowed(fits, arcs, choices)
    orders = np.tile(np.arange(len(arcs)), (len(fits), 1))
    first = index[0]
    orders[first] = _nearest(by_tau[first], choices, allowed[first])
    at, error = place[first, orders[first]], spread[first, orders[first]]
    for k in index[1:].tolist():
        orders[k] = _assigned((at, error), (place[k], spread[k]), choices, allowed[k])
        # an arc that is lost is looked for where it was seen last
        own = spread[k, orders[k]]
        seen = (own.max(axis=1) <= LOST) | (error.max(axis=1) > LOST)
        at, error = np.where(seen[:, None], place[k, orders[k]], at), np.where(seen[:, None], own, error)
    return _settled(place, spread, index, orders, choices, allowed)


def _in_order(place: Floats, spread: Floats, choices: Orders) -> bool:
    """Whether the first spectrum stands by time constant, and every next one nearest to the one before as it is."""
    if (np.diff(place[0, :, 0]) < 0).any():
        return False
    cost = _costs((place[:-1], spread[:-1]), (place[1:], spread[1:]), choices)
    return bool((np.argmin(cost, axis=1) == 0).all())


def _settled(
    place: Floats, spread: Floats, index: NDArray[np.int64], orders: Orders, choices: Orders, allowed: NDArray[np.bool_]
) -> Orders:
    """The orders after comparing each spectrum with the median of its neighbours, two to each side."""
    for _ in range(SWEEPS if len(index) > 2 else 0):
        before = orders.copy()
        for at, k in enumerate(index):
            near = index[max(0, at - 2) : at + 3]
            near = near[near != k]
            own = np.take_along_axis(place[near], orders[near][..., None], axis=1)
            middle = median_of(own, axis=0)
            orders[k] = _assigned((middle, np.zeros_like(middle)), (place[k], spread[k]), choices, allowed[k])
        if np.array_equal(orders, before):
            break
    return orders


def _assigned(
    reference: tuple[Floats, Floats], found: tuple[Floats, Floats], choices: Orders, allowed: NDArray[np.bool_]
) -> NDArray[np.int64]:
    """The permutation (m,) that brings the found arcs (m, 2) nearest to the reference (m, 2)."""
    cost = _costs(reference, found, choices)
    out: NDArray[np.int64] = choices[np.argmin(np.where(allowed, cost, np.inf))]
    return out


def _costs(reference: tuple[Floats, Floats], found: tuple[Floats, Floats], choices: Orders) -> Floats:
    """Distance of arcs (..., m, 2) from their reference under every permutation, (..., choices)."""
    apart = (reference[0][..., :, None, :] - found[0][..., None, :, :]) ** 2
    scale = STEP**2 + reference[1][..., :, None, :] ** 2 + found[1][..., None, :, :] ** 2
    lost = (reference[1].max(axis=-1)[..., :, None] > LOST) | (found[1].max(axis=-1)[..., None, :] > LOST)
    distance = np.minimum((apart / scale).sum(axis=-1), np.where(lost, LITTLE, WORST))
    out: Floats = distance[..., np.arange(choices.shape[1]), choices].sum(axis=-1)
    return out


def _nearest(order: NDArray[np.int64], choices: Orders, allowed: NDArray[np.bool_]) -> NDArray[np.int64]:
    """The wanted order where the bounds allow it, else the arcs as they are."""
    wanted = (choices == order).all(axis=1) & allowed
    out: NDArray[np.int64] = order if wanted.any() else choices[0]
    return out


def _coordinates(fits: SeriesFit, arcs: list[Arc]) -> tuple[Floats, Floats]:
    """ln tau and ln C of every arc (N, m, 2) with their standard deviations."""
    # a parameter at its bound is held there: the others have errors all the same
    held = fits.at_bound[:, :, None] | fits.at_bound[:, None, :]
    values, covariance = fits.values, np.where(held, 0.0, fits.covariance)
    place, spread = np.empty((len(values), len(arcs), 2)), np.empty((len(values), len(arcs), 2))
    for i, arc in enumerate(arcs):
        for j, quantity in enumerate((arc.tau, arc.capacitance)):
            own = quantity(values)
            place[:, i, j] = np.log(own)
            spread[:, i, j] = np.sqrt(variances(jacobian(quantity, values, arc.columns), covariance)) / own
    known = np.isfinite(spread)
    return place, np.where(known, np.minimum(spread, UNKNOWN), UNKNOWN)


def _allowed(fits: SeriesFit, arcs: list[Arc], choices: Orders) -> NDArray[np.bool_]:
    """Which permutations (N, choices) keep every value within the bounds of its new place, where those are others."""
    columns = np.array([arc.columns for arc in arcs])
    lower = np.array([p.lower for p in fits.circuit.parameters])[columns]
    upper = np.array([p.upper for p in fits.circuit.parameters])[columns]
    values = fits.values[:, columns]
    out = np.empty((len(values), len(choices)), bool)
    for k, choice in enumerate(choices):
        same = (lower[choice] == lower) & (upper[choice] == upper)
        inside = (values[:, choice] >= lower) & (values[:, choice] <= upper)
        out[:, k] = (same | inside).all(axis=(1, 2))
    return out


def _permuted(fits: SeriesFit, columns: NDArray[np.int64], orders: Orders) -> SeriesFit:
    """The fits with the arcs of every spectrum in the given order."""
    n, p = fits.values.shape
    take = np.tile(np.arange(p), (n, 1))
    take[:, columns.ravel()] = columns[orders].reshape(n, columns.size)
    rows = np.arange(n)[:, None]
    return replace(
        fits,
        values=fits.values[rows, take],
        at_bound=fits.at_bound[rows, take],
        covariance=fits.covariance[rows[..., None], take[:, :, None], take[:, None, :]],
    )
