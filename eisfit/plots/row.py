"""Steep Nyquist curves beside each other, each to its own scale: one above the other they would leave frames empty."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from matplotlib.axes import Axes

from eisfit.plots.branches import Index, axis_of, place_text, short_of
from eisfit.plots.several import shades
from eisfit.plots.stack import differ, round_length, stacked_curve
from eisfit.plots.stack import sizes as sizes_of
from eisfit.plots.style import ALARM
from eisfit.spectrum import Floats
from eisfit.study import Study
from eisfit.tables import NOT_TRUSTED
from eisfit.tables.units import unit_of

STEEP = 0.5
"""Width by height of the usual spectrum below which a series is one of steep curves."""
WIDEST, NARROWEST = 1.2, 0.3
"""A curve takes so much room along the row, in heights of the row; wider ones are drawn smaller."""
GAP = 0.12
BELOW, ABOVE = 0.2, 0.16
"""Room below and above the curves for bars and names."""


def steep(study: Study) -> bool:
    """Whether the spectra of a series are steep and differ in size: tails without anything before them."""
    widths = np.array([s.impedance.real.max() for s in study.series]) / sizes_of(study)
    return differ(study) and float(np.median(widths)) < STEEP


def _shape(study: Study) -> Floats:
    """Width by height of every spectrum (N,)."""
    return np.array([s.impedance.real.max() / max(-s.impedance.imag.min(), 1e-12) for s in study.series])


def rows_of(study: Study, spectra: Index, length: float) -> Iterator[Index]:
    """The spectra of every row; length: of a row, in heights of it."""
    room = np.clip(_shape(study)[spectra], NARROWEST, WIDEST) + GAP
    start, used = 0, 0.0
    for k, own in enumerate(room.tolist()):
        if used + own > length and k > start:
            yield spectra[start:k]
            start, used = k, 0.0
        used += own
    yield spectra[start:]


def plot_row_nyquist(ax: Axes, study: Study, spectra: Index) -> Axes:
    """Nyquist curves beside each other, equal axes, a bar under each tells its scale; its place stands above it."""
    box = ax.get_window_extent()
    heights = np.array([-study.series[i].impedance.imag.min() for i in spectra.tolist()])
    shape, colors = _shape(study)[spectra], shades(study, spectra)
    sizes = heights * np.maximum(shape / WIDEST, 1.0)
    scale = unit_of([sizes], "ohm")
    ax.set_ylim(-BELOW, 1 + ABOVE)
    ax.set_xlim(0, (1 + ABOVE + BELOW) * box.width / box.height)
    ax.set_aspect("equal")
    ax.set_xticks([])
    ax.set_yticks([])
    at = 0.5 * GAP
    for k, i in enumerate(spectra.tolist()):
        size = float(sizes[k])
        color = ALARM if short_of(study.track.flags[i]) else colors[k]
        stacked_curve(ax, study.fits[i], complex(at, 0), size, color, np.inf)
        length = round_length(0.3 * size)
        ax.plot([at, at + length / size], [-0.04, -0.04], "-", color="0.1", lw=1.6, solid_capstyle="butt")
        ax.text(at, -0.07, f"{length / scale.factor:g} {scale.unit}", fontsize=5.5, va="top", color="0.1")
        missed = f" {NOT_TRUSTED}" * ("misfit" in study.track.flags[i])
        ax.text(at, 1.02, place_text(study, i) + missed, fontsize=5.5, va="bottom", color="0.2")
        at += min(max(float(shape[k]), NARROWEST), WIDEST) + GAP
    ax.set_xlabel(f"Re Z, −Im Z above it, each to the scale of its bar; above: {axis_of(study).label}", labelpad=3)
    return ax
