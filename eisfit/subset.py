"""Of a value that says something of every spectrum of a series, what it says of some of them."""

from __future__ import annotations

from typing import TypeVar

import numpy as np

from eisfit.spectrum import FrozenArrays, Indices, Series, build

V = TypeVar("V", bound=FrozenArrays)


def taken(value: V, rows: Indices, n: int) -> V:
    """Of a value that says something of each of n spectra, what it says of some of them, rows (M,), in their order.

    Arrays and tuples of n entries, series and values of this kind are taken from; what is not of that length stays.
    """
    out = value.state()
    for name, held in out.items():
        if isinstance(held, np.ndarray) and held.ndim and len(held) == n:
            out[name] = held[rows]
        elif type(held) is tuple and len(held) == n:
            out[name] = tuple(held[i] for i in rows.tolist())
        elif isinstance(held, Series) and len(held) == n:
            out[name] = held.with_(spectra=[held[i] for i in rows.tolist()])
        elif isinstance(held, FrozenArrays):
            out[name] = taken(held, rows, n)
    return build(type(value), out)
