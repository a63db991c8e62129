"""Interchangeable blocks in one order, so that a name means the same in every fit."""

from __future__ import annotations

from itertools import permutations, product

import numpy as np

from eisfit.circuit import Circuit
from eisfit.fitting.dictionary import alike, blocks, interchangeable
from eisfit.fitting.minima import Minima
from eisfit.fitting.problem import Problem
from eisfit.fitting.scaling import Scaling
from eisfit.spectrum import Floats, Indices
from eisfit.tree import Node

MOST_ORDERS = 24
"""Orders of alike blocks that are compared at most: those of four."""


def in_order(problem: Problem, minima: Minima) -> Minima:
    """Blocks of equal structure (two arcs) sorted by ascending time constant, so that names mean the same everywhere.

    Bounds that differ between them are respected: a spectrum whose sorted values would break them stays as it is.
    """
    search = problem.scaling
    groups = _groups(search)
    if not groups:
        return minima
    theta, others = _sorted(search, groups, minima.minimum.theta), minima.others.copy()
    there = np.isfinite(minima.others_cost)
    others[there] = _sorted(search, groups, others[there])
    return minima._replace(minimum=minima.minimum._replace(theta=theta), others=others)


def orders_of(search: Scaling) -> list[Indices]:
    """Coordinates (K,) in every order of the blocks that may change places."""
    parts = blocks(search.circuit)
    groups = [
        [[search.source[k] for k in range(parts[i][1], parts[i][1] + parts[i][0].size)] for i in group]
        for group in interchangeable(search.circuit)
    ]
    out = []
    for choice in product(*(permutations(group) for group in groups)):
        order = np.arange(search.size)
        for group, moved in zip(groups, choice, strict=True):
            for here, there in zip(group, moved, strict=True):
                if min(here + there) >= 0:
                    order[here] = there
        out.append(order)
    return out[:MOST_ORDERS]


def _groups(search: Scaling) -> list[list[int]]:
    """Blocks of equal structure of which every parameter is free to move."""
    circuit, parts = search.circuit, blocks(search.circuit)
    free = {name for name, k in zip(circuit.names, search.source, strict=True) if search.source.count(k) == 1}
    return [
        group
        for group in alike(circuit)
        if all(name in free for i in group for name in circuit.names[parts[i][1] : parts[i][1] + parts[i][0].size])
    ]


def _sorted(search: Scaling, groups: list[list[int]], theta: Floats) -> Floats:
    """Search coordinates (N, K) with the blocks of each group in ascending order of their time constants."""
    values, parts = search.values(theta), blocks(search.circuit)
    for group in groups:
        spans = [slice(parts[i][1], parts[i][1] + parts[i][0].size) for i in group]
        peaks = [_centre(parts[i][0], values[:, span]) for i, span in zip(group, spans, strict=True)]
        values = _exchanged(values, spans, np.argsort(np.stack(peaks, 1), axis=1, kind="stable"), search.circuit)
    return search.theta(values)


def _exchanged(values: Floats, spans: list[slice], order: Indices, circuit: Circuit) -> Floats:
    """The values (N, P) with the blocks of each spectrum in their order where their new places allow their values."""
    columns = np.stack([values[:, span] for span in spans], axis=1)
    moved = np.take_along_axis(columns, order[:, :, None], axis=1)
    lower = np.array([[p.lower for p in circuit.parameters[span]] for span in spans])
    upper = np.array([[p.upper for p in circuit.parameters[span]] for span in spans])
    equal = (lower == lower[0]).all(axis=0) & (upper == upper[0]).all(axis=0)
    allowed = (equal | ((moved >= lower) & (moved <= upper))).all(axis=(1, 2))
    out = values.copy()
    for slot, span in enumerate(spans):
        out[allowed, span] = moved[allowed, slot]
    return out


def _centre(node: Node, values: Floats) -> Floats:
    """Where a block relaxes: the mean of -ln omega weighted with its -Im Z, (N,), far beyond the measured band."""
    ln_omega = np.linspace(np.log(1e-8), np.log(1e12), 200)
    with np.errstate(all="ignore"):
        z = node.impedance(1j * np.exp(ln_omega), list(values.T[:, :, None]))
    weight = np.nan_to_num(np.maximum(-np.imag(z), 0.0)) + 1e-300
    out: Floats = -(weight * ln_omega).sum(axis=1) / weight.sum(axis=1)
    return out
