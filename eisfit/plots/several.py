"""All Nyquist curves of a series in one pair of axes, and the colours that tell where on the axis each one lies."""

from __future__ import annotations

from collections.abc import Sequence

import matplotlib
import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import to_hex
from matplotlib.ticker import MaxNLocator

from eisfit.numbers import ohm_scale
from eisfit.plots.branches import Index, axis_of, believed, short_of, thinned
from eisfit.plots.nyquist import NEAR, nyquist_axes
from eisfit.plots.style import ALARM, QUIET
from eisfit.spectrum import Complexes
from eisfit.study import Study
from eisfit.tables import resolved_values

MOST_OF_ALL = 0.4
"""A close-up is drawn where it shows less than this share of the width."""
LIGHTEST = 0.85
"""Share of the map of colours that is used: its light end is hard to see on paper."""


def plot_nyquist_series(
    ax: Axes,
    study: Study,
    *,
    spectra: Sequence[int] | Index | None = None,
    within: tuple[float, float] | None = None,
    most: int = 60,
) -> Axes:
    """Spectra of a series in one pair of axes, coloured by the axis of the track; shorted ones in red.

    `within` is the part of the real axis to show, ohm; by default all of it. At most `most` spectra are drawn.
    """
    index = thinned(np.asarray(range(len(study.series)) if spectra is None else spectra, dtype=np.int64), most)
    curves = [study.series[int(i)].impedance for i in index]
    left, right, low, high = window_of(study, index, within)
    scale = ohm_scale(max(right, high))
    nyquist_axes(ax, scale, (left / scale.factor, right / scale.factor), (low / scale.factor, high / scale.factor))
    colors = shades(study, index)
    for k, (i, z) in enumerate(zip(index.tolist(), curves, strict=True)):
        flagged = bool(short_of(study.track.flags[i]))
        color, width = (ALARM, 1.1) if flagged else (colors[k], 0.7)
        x, y = z.real / scale.factor, -z.imag / scale.factor
        ax.plot(x, y, marker="o" if within else "", ms=1.3, mew=0, color=color, lw=width, zorder=3 + flagged)
    if len(index) > 1:
        color_key(ax, study)
    return ax


def window_of(
    study: Study, index: Index, within: tuple[float, float] | None = None
) -> tuple[float, float, float, float]:
    """Left, right, lower and upper limit in ohm for some spectra, those that cannot be believed left aside."""
    sure = set(believed(study).tolist())
    curves = [study.series[i].impedance for i in index.tolist() if i in sure]
    curves = curves or [study.series[i].impedance for i in index.tolist()]
    return _window(curves) if within is None else _close_window(curves, within)


def electrolyte_window(study: Study) -> tuple[float, float] | None:
    """The part of the real axis, ohm, that the electrolyte takes, and a third more.

    None where its resistance is not known, or where this is most of what all spectra take.
    """
    role = next((name for name in ("R_SE_total", "R_SE_bulk") if name in study.track.roles), None)
    if role is None:
        return None
    value = study.track.roles[role].value
    known = value[np.isfinite(value) & resolved_values(study.track, role)]
    if not known.size:
        return None
    right = 1.35 * float(np.median(known))
    begin = min(float(study.series[int(i)].impedance.real.min()) for i in believed(study))
    left = 0.9 * begin if begin > NEAR * right else -0.03 * right
    if left >= right:  # the spectra begin behind it
        return None
    whole = window_of(study, np.arange(len(study.series)))
    return (left, right) if right - left < MOST_OF_ALL * (whole[1] - whole[0]) else None


def _window(curves: Sequence[Complexes]) -> tuple[float, float, float, float]:
    """Left, right, lower and upper limit in ohm that suit the curves; the origin is in sight where it is near."""
    extent = robust_extent(curves)
    left = min(float(z.real.min()) for z in curves)
    left = min(left, 0.0) if left < NEAR * extent.real else 0.9 * left
    low = max(min(0.0, min(float((-z.imag).min()) for z in curves)), -0.5 * extent.imag)
    return left, 1.04 * extent.real, 1.1 * low, 1.06 * extent.imag


def _close_window(curves: Sequence[Complexes], within: tuple[float, float]) -> tuple[float, float, float, float]:
    """The same for a part of the real axis: as high as what lies in it, and no higher than wide."""
    inside = [z[(z.real >= within[0]) & (z.real <= within[1])] for z in curves]
    known = np.concatenate([-z.imag for z in inside] or [np.zeros(0)])
    width = within[1] - within[0]
    low, high = (float(known.min()), float(known.max())) if known.size else (0.0, 0.3 * width)
    return *within, max(1.1 * min(low, 0.0), -width / 3) - 0.02 * width, min(1.08 * max(high, 0.1 * width), 0.6 * width)


def robust_extent(curves: Sequence[Complexes]) -> complex:
    """Largest Re and -Im of the curves; a few that stick out by more than twice are not followed."""
    tops = np.array([[z.real.max(), max((-z.imag).max(), 0.0)] for z in curves])
    typical = np.quantile(tops, 0.85, axis=0)
    largest = tops.max(axis=0)
    real, imag = np.where(largest > 2.5 * typical, 1.5 * typical, largest)
    return complex(max(real, 1e-12), max(imag, 0.05 * real))


def shades(study: Study, index: Index) -> list[str]:
    """The colour of every spectrum by its place on the axis of the track; grey where it has none."""
    low, high = _ends(study)
    cmap = matplotlib.colormaps[matplotlib.rcParams["image.cmap"]]
    values = axis_of(study).values[index]
    return [
        to_hex(cmap(LIGHTEST * (value - low) / (high - low))) if np.isfinite(value) else QUIET
        for value in values.tolist()
    ]


def _ends(study: Study) -> tuple[float, float]:
    """Lowest and highest value of the axis, apart in any case."""
    known = axis_of(study).values[np.isfinite(axis_of(study).values)]
    if not known.size:
        return 0.0, 1.0
    low, high = float(known.min()), float(known.max())
    return (low, high) if high > low else (low - 0.5, high + 0.5)


def color_key(ax: Axes, study: Study) -> None:
    """A bar of colours beside the axes, with the values of the axis of the track."""
    low, high = _ends(study)
    point = ax.figure.dpi / 72 / ax.get_window_extent().width
    key = ax.inset_axes((1 + 4 * point, 0.0, 6 * point, 1.0))
    cmap = matplotlib.colormaps[matplotlib.rcParams["image.cmap"]]
    ramp = cmap(LIGHTEST * np.linspace(0, 1, 64))[:, None, :3]
    key.imshow(ramp, origin="lower", aspect="auto", extent=(0, 1, low, high))
    key.yaxis.set_major_locator(MaxNLocator(4, integer=axis_of(study).name in ("index", "cycle")))
    key.tick_params(left=False, right=True, labelleft=False, labelright=True, labelsize=6)
    key.yaxis.set_label_position("right")
    key.set_xticks([])
    key.set_ylabel(axis_of(study).label, fontsize=6)
