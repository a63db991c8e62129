"""The levels of a ladder: resistances and capacitances inside each other, of which one is put at another place."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from eisfit.circuit import Parameter
from eisfit.spectrum import Floats
from eisfit.tree import Node

PLACES, SHARES = 14, (0.03, 0.1, 0.3, 1.0)
"""Time constants over the band, and shares of the resistance of the block, that are tried for a new level."""
NEW_EXPONENT = 0.8
"""Exponent of a new level."""
SPLIT, LARGER = (0.2, 0.5, 0.8), (0.1, 0.3, 1.0, 3.0, 10.0)
"""Shares of the resistance of a neighbour that a level takes over, and how much larger its capacitance is."""
NEW = -1
"""The new level among the others."""


class Level(NamedTuple):
    """A resistance and its capacitance, as parameters of a block; without n for a capacitor."""

    r: int
    q: int
    n: int | None


def levels_of(node: Node, parameters: Sequence[Parameter]) -> list[Level]:
    """The resistances and capacitances of a block in their order, where there are as many of each and no other."""
    start, resistors, stores = 0, [], []
    for leaf in node.leaves():
        if leaf.element.symbol == "R":
            resistors.append(start)
        elif leaf.element.symbol in ("Q", "C"):
            stores.append((start, start + 1 if leaf.size > 1 else None))
        start += leaf.size
    if len(resistors) != len(stores) or 2 * len(stores) != len(list(node.leaves())) or any(p.fixed for p in parameters):
        return []
    kinds = {n is None for _, n in stores}
    return [Level(r, q, n) for r, (q, n) in zip(resistors, stores, strict=True)] if len(kinds) == 1 else []


def reordered(count: int, gone: int, place: int) -> list[int]:
    """Which of `count` levels stands at each place when one has gone and a NEW one has come at a place."""
    order = [k for k in range(count) if k != gone]
    order.insert(place, NEW)
    return order


def with_new(own: Floats, levels: Sequence[Level], order: Sequence[int], omega: Floats) -> Floats:
    """Parameters (N, C, size) of a block with a new level: time constants over the band, shares of the resistance."""
    low, high = 1 / omega.max(), 1 / omega.min()
    tau, share = (x.ravel() for x in np.meshgrid(np.geomspace(low, high, PLACES), SHARES))
    out, level = _placed(own, levels, order, len(tau)), levels[order.index(NEW)]
    r = share * own[:, [one.r for one in levels]].sum(axis=1)[:, None]
    n = 1.0 if level.n is None else NEW_EXPONENT
    out[:, :, level.r], out[:, :, level.q] = r, tau**n / r
    if level.n is not None:
        out[:, :, level.n] = n
    return out


def with_split(own: Floats, levels: Sequence[Level], order: Sequence[int]) -> Floats:
    """Parameters (N, C, size) of a block in which the new level shares the resistance of one of its neighbours.

    At a false minimum one level may do the work of two.
    """
    share, larger = (x.ravel() for x in np.meshgrid(SPLIT, LARGER))
    place, out = order.index(NEW), []
    for beside in (place - 1, place + 1):
        if 0 <= beside < len(levels):
            source, new, kept = levels[order[beside]], levels[place], levels[beside]
            tried = _placed(own, levels, order, len(share))
            tried[:, :, new.r] = share * own[:, source.r, None]
            tried[:, :, new.q] = larger * own[:, source.q, None]
            if new.n is not None:
                tried[:, :, new.n] = own[:, source.n, None]
            tried[:, :, kept.r] *= 1 - share
            out.append(tried)
    return np.concatenate(out, axis=1)


def _placed(own: Floats, levels: Sequence[Level], order: Sequence[int], count: int) -> Floats:
    """Parameters (N, count, size) with every level but the new one at its place."""
    out = np.repeat(own[:, None], count, axis=1)
    for level, at in zip(levels, order, strict=True):
        if at != NEW:
            for to, origin in zip(level, levels[at], strict=True):
                if to is not None:
                    out[:, :, to] = own[:, None, origin]
    return out
