"""A quantity over frequency and spectrum number as a map, blue below zero and red above."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import matplotlib
import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from eisfit.numbers import power_of_ten
from eisfit.spectrum import Floats

BINS_PER_DECADE = 12
MOST_ROWS = 400
"""A map of more spectra shows the largest value of neighbours."""


class Table(NamedTuple):
    """Cells (rows, columns), NaN where nothing was measured; edges of the columns in log10 f; number of spectra."""

    cells: Floats
    edges: Floats
    spectra: int


def table_of(frequencies: Sequence[Floats], values: Sequence[Floats]) -> Table:
    """Spectra of values (F,) at frequencies (F,) Hz laid out in columns."""
    edges = _edges(frequencies)
    grids: dict[bytes, list[int]] = {}
    for i, f in enumerate(frequencies):
        grids.setdefault(f.tobytes(), []).append(i)
    cells = np.full((len(values), len(edges) - 1), np.nan)
    for index in grids.values():
        cells[index] = _binned(frequencies[index[0]], np.array([values[i] for i in index]), edges)
    return Table(_folded(cells, MOST_ROWS), edges, len(values))


def draw_map(ax: Axes, table: Table, limit: float, label: str) -> Axes:
    """The map with a bar of colours from -limit to limit beside the axes."""
    edges = table.edges
    image = ax.imshow(
        np.ma.masked_invalid(table.cells),
        aspect="auto",
        cmap=matplotlib.colormaps["RdBu_r"].with_extremes(bad="0.92"),
        vmin=-limit,
        vmax=limit,
        extent=(edges[0], edges[-1], table.spectra + 0.5, 0.5),
        interpolation="nearest",
    )
    _decades(ax, edges)
    ax.yaxis.set_major_locator(MaxNLocator(integer=True))
    ax.set_ylabel("Spectrum (number)")
    bar = ax.figure.colorbar(image, cax=ax.inset_axes((1.02, 0.0, 0.025, 1.0)))
    bar.locator = MaxNLocator(5)
    bar.update_ticks()
    bar.set_label(label, labelpad=4)
    return ax


def _decades(ax: Axes, edges: Floats) -> None:
    ticks = np.arange(np.ceil(edges[0]), np.floor(edges[-1]) + 1)
    step = 2 if len(ticks) > 5 else 1
    ax.set_xticks(ticks, [power_of_ten(int(t)) if int(t) % step == 0 else "" for t in ticks])
    ax.set_xlabel("Frequency (Hz)")


def _edges(frequencies: Sequence[Floats]) -> Floats:
    """Edges of the columns in log10 f: no finer than the points lie."""
    low = min(float(f[-1]) for f in frequencies)
    high = max(float(f[0]) for f in frequencies)
    span = max(np.log10(high / low), 0.1)
    density = min(max(len(f) for f in frequencies) / span, BINS_PER_DECADE)
    n = max(round(span * density), 1)
    half = span / n / 2
    edges: Floats = np.linspace(np.log10(low) - half, np.log10(high) + half, n + 1)
    return edges


def _binned(frequency: Floats, values: Floats, edges: Floats) -> Floats:
    """Of values (N, F) on one grid the one of largest size in each column, NaN where none was measured."""
    column = np.clip(np.searchsorted(edges, np.log10(frequency)) - 1, 0, len(edges) - 2)
    out = np.full((len(values), len(edges) - 1), np.nan)
    for k in np.unique(column).tolist():
        out[:, k] = _largest(values[:, column == k].T)
    return out


def _folded(table: Floats, rows: int) -> Floats:
    """At most `rows` rows: of neighbours the value of largest size stays."""
    if len(table) <= rows:
        return table
    groups = np.array_split(table, rows)
    return np.array([_largest(g) for g in groups])


def _largest(group: Floats) -> Floats:
    pick = np.argmax(np.nan_to_num(np.abs(group), nan=-1.0), axis=0)
    out: Floats = group[pick, np.arange(group.shape[1])]
    return out
