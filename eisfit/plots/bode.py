"""The Bode plot of one spectrum: magnitude and phase against frequency."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.ticker import FixedFormatter, FixedLocator, FuncFormatter, LogLocator, NullFormatter, NullLocator

from eisfit.fitting.result import Fit
from eisfit.numbers import ohm_scale, power_of_ten
from eisfit.plots.nyquist import dense
from eisfit.plots.style import palette
from eisfit.spectrum import Complexes, Floats, Spectrum

MAGNITUDE, PHASE = "o", "s"
TICK_WIDTH = 22.0
"""Room that the label of a decade needs, points."""


def frequency_axis(ax: Axes, frequency: Floats, *, label: bool = True) -> None:
    """A logarithmic axis that holds the frequencies, with ticks at decades as far as there is room.

    Without `label` neither the name of the axis nor its numbers are written: for axes above others.
    """
    low, high = float(frequency.min()) / 1.5, float(frequency.max()) * 1.5
    ax.set_xlim(low, high)
    ax.set_xscale("log")
    room = ax.get_window_extent().width * 72 / ax.figure.dpi / TICK_WIDTH
    step = max(math.ceil(math.log10(high / low) / max(room, 1.0)), 1)
    whole = range(math.ceil(math.log10(low)), math.floor(math.log10(high)) + 1)
    ax.xaxis.set_major_locator(FixedLocator([10.0**e for e in whole]))
    ax.xaxis.set_major_formatter(FixedFormatter([power_of_ten(e) if label and e % step == 0 else "" for e in whole]))
    ax.xaxis.set_minor_locator(NullLocator())
    if label:
        ax.set_xlabel("Frequency (Hz)", labelpad=1.5)


def positive_limits(ax: Axes, values: Floats) -> None:
    """Limits of the y axis around the values above zero, for a logarithmic scale."""
    known = values[np.isfinite(values) & (values > 0)]
    if known.size:
        ax.set_ylim(float(known.min()) / 1.4, float(known.max()) * 1.4)


def log_axis(axis: Axis) -> None:
    """A logarithmic axis with labels at 1, 2 and 5 of each decade when it spans few, else at decades."""
    low, high = sorted(axis.get_view_interval())
    few = low > 0 and high < 300 * low
    plain = low >= 1e-3 and high < 1e5
    axis.set_major_locator(LogLocator(10, (1.0, 2.0, 5.0) if few else (1.0,), numticks=8))
    axis.set_major_formatter(FuncFormatter(lambda v, _: f"{v:g}" if plain else _scientific(v)))
    axis.set_minor_formatter(NullFormatter())


def _scientific(value: float) -> str:
    """10⁵, 2×10⁵."""
    exponent = math.floor(math.log10(value) + 1e-9)
    digits = f"{value / 10.0**exponent:g}"
    return power_of_ten(exponent) if digits == "1" else f"{digits}×{power_of_ten(exponent)}"


def plot_bode(ax: Axes, value: Spectrum | Fit, *, label: bool = True) -> Axes:
    """|Z| (circles, left) and minus the phase (squares, right) against frequency; of a Fit also the model as lines.

    `label`: the axis of frequency has its name and numbers.
    """
    spectrum = value.spectrum if isinstance(value, Fit) else value
    used = value.used
    right = ax.twinx()
    colors = palette()
    scale = ohm_scale(float(np.median(np.abs(spectrum.impedance))))
    told: tuple[tuple[Axes, Callable[[Complexes], Floats], str, str], ...] = (
        (ax, lambda z: np.abs(z) / scale.factor, MAGNITUDE, colors[0]),
        (right, lambda z: -np.angle(z, deg=True), PHASE, colors[1]),
    )
    for axes, quantity, marker, color in told:
        y = quantity(spectrum.impedance)
        axes.plot(spectrum.frequency[used], y[used], marker, mfc="none", mec=color, ms=2.2, mew=0.5)
        if isinstance(value, Fit) and np.isfinite(value.values).all():
            f = dense(spectrum.frequency)
            axes.plot(f, quantity(value.circuit.impedance(f, value.values)), color=color, lw=0.8)
    frequency_axis(ax, spectrum.frequency, label=label)
    positive_limits(ax, np.abs(spectrum.impedance) / scale.factor)
    ax.set_yscale("log")
    log_axis(ax.yaxis)
    ax.set_ylabel(f"|Z| ({scale.unit})")
    right.set_ylabel("−Phase (°)", color=colors[1])
    return ax
