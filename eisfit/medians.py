"""Medians of arrays. Those of numpy load its masked arrays at the first call, a fiftieth of a small fit."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray


def median_of(values: ArrayLike, axis: int | None = None) -> Any:
    """The median along an axis, or of all; NaN where a value is NaN, or where there is none."""
    array = np.asarray(values, np.float64)
    array, along = (array.ravel(), 0) if axis is None else (array, axis)
    n = array.shape[along]
    if not n:
        return np.full(np.delete(array.shape, along), np.nan)[()]
    if array.ndim == 1:  # of one column, as of the thousands of a folder, without any array more
        row = np.partition(array, ((n - 1) // 2, n // 2, n - 1))
        return row[-1] if row[-1] != row[-1] else row[(n - 1) // 2] / 2 + row[n // 2] / 2
    # the largest is sorted to the end: a NaN is larger than any number
    ordered = np.partition(array, sorted({(n - 1) // 2, n // 2, n - 1}), axis=along)
    if along:
        ordered = np.moveaxis(ordered, along, 0)
    return np.where(np.isnan(ordered[-1]), np.nan, ordered[(n - 1) // 2] / 2 + ordered[n // 2] / 2)[()]


def known_median(values: ArrayLike, axis: int | None = None) -> Any:
    """The median along an axis, or of all, over the values that are numbers; NaN where there is none."""
    array: NDArray[np.float64] = np.asarray(values, np.float64)
    array, along = (array.ravel(), 0) if axis is None else (array, axis)
    known = ~np.isnan(array)
    if known.all():
        return median_of(array, along)
    count = known.sum(axis=along, keepdims=True)
    ordered = np.sort(array, axis=along)
    lower, upper = (
        np.take_along_axis(ordered, np.maximum(i, 0), along) for i in ((count - 1) // 2, count // 2 - (count == 0))
    )
    return np.where(count > 0, lower / 2 + upper / 2, np.nan).squeeze(along)[()]
