"""Axes in rows and columns, by the room around them in points: every figure of several axes is laid out by this."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure


def frames(
    figure: Figure,
    rows: Sequence[float] = (1.0,),
    columns: Sequence[float] = (1.0,),
    *,
    left: float = 38.0,
    right: float = 6.0,
    top: float = 6.0,
    bottom: float = 27.0,
    gap: tuple[float, float] = (10.0, 6.0),
) -> list[list[Axes]]:
    """Axes (rows, columns) with these shares of height and width, which fill a figure but for the room around them.

    `gap`: points between columns and between rows.
    """
    width, height = 72 * figure.get_size_inches()
    wide = (width - left - right - gap[0] * (len(columns) - 1)) * np.array(columns) / sum(columns)
    high = (height - top - bottom - gap[1] * (len(rows) - 1)) * np.array(rows) / sum(rows)
    at = left + np.arange(len(columns)) * gap[0] + np.cumsum(wide) - wide
    low = height - top - np.arange(len(rows)) * gap[1] - np.cumsum(high)
    return [
        [figure.add_axes((x / width, y / height, w / width, h / height)) for x, w in zip(at, wide, strict=True)]
        for y, h in zip(low, high, strict=True)
    ]
