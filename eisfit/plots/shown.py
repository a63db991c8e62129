"""What `plot` of a series or a fit draws: one figure at once, for a notebook or a script.

The only place that knows pyplot: without axes a figure of pyplot is made, so that notebooks show it and `plt.show()`
does. What is drawn are the functions of this package.
"""

from __future__ import annotations

from collections.abc import Sequence
from difflib import get_close_matches
from typing import TYPE_CHECKING, NamedTuple, cast

import numpy as np
from matplotlib import colormaps
from matplotlib.axes import Axes

from eisfit.errors import DataError, OptionError
from eisfit.fitting.result import Fit, SeriesFit
from eisfit.numbers import ohm_scale
from eisfit.plots.nyquist import nyquist_axes, plot_nyquist
from eisfit.plots.trends import plot_resistances
from eisfit.spectrum import Series
from eisfit.tables import Quantity, quantities
from eisfit.tracking import track
from eisfit.tracking.track import Track

if TYPE_CHECKING:
    from eisfit.study import Study

COLOURS = "cividis"


def axes_or_new(ax: Axes | None) -> Axes:
    """The axes that were given, else those of a new figure of pyplot."""
    if ax is not None:
        return ax
    from matplotlib import pyplot as plt

    return plt.subplots(layout="constrained")[1]


def plot_fit(fit: Fit, ax: Axes | None = None) -> Axes:
    """Nyquist plot of a spectrum and its fit."""
    return plot_nyquist(axes_or_new(ax), fit, close_up=False)


def plot_spectra(series: Series, ax: Axes | None = None) -> Axes:
    """All spectra of a series in one Nyquist plot, dark to light from the first to the last. Raises DataError."""
    if not len(series):
        raise DataError("there is no spectrum to draw")
    z = [s.impedance[s.used] if s.used.any() else s.impedance for s in series]
    every = np.concatenate(z)
    ax = axes_or_new(ax)
    scale = ohm_scale(float(np.abs(every).max()))
    x, y = every.real / scale.factor, -every.imag / scale.factor
    pad = 0.05 * max(float(np.ptp(x)), float(np.ptp(y)), 1e-12)
    nyquist_axes(ax, scale, (min(x.min(), 0.0) - pad, x.max() + pad), (min(y.min(), 0.0) - pad, y.max() + pad))
    shades = colormaps[COLOURS](np.linspace(0, 0.9, len(series)))
    for spectrum, curve, color in zip(series, z, shades, strict=True):
        ax.plot(curve.real / scale.factor, -curve.imag / scale.factor, ".-", color=color, lw=0.8, label=spectrum.label)
    return ax


class _Followed(NamedTuple):
    """What the figures of resistances need of a study."""

    series: Series
    fits: SeriesFit
    track: Track

    def quantities(self) -> list[Quantity]:
        """As those of a study."""
        return quantities(self.track, ())


def plot_roles(fits: SeriesFit, roles: Sequence[str] = (), axis: str | None = None, ax: Axes | None = None) -> Axes:
    """Resistances by their roles along the series, with standard errors. Raises OptionError, with the nearest role."""
    found = track(fits, axis)
    for name in roles:
        if name not in found.roles:
            near = get_close_matches(name, found.roles, n=1)
            hint = f"did you mean {near[0]}?" if near else f"there are {', '.join(found.roles)}"
            raise OptionError(f"there is no role {name}; {hint}")
    like = cast("Study", _Followed(fits.series, fits, found))
    return plot_resistances(axes_or_new(ax), like, roles=list(roles) or None, axis=found.axis)
