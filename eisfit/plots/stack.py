"""A whole series of Nyquist curves as a stack with lines of equal frequency."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection

from eisfit.fitting.result import Fit
from eisfit.numbers import frequency_text, ohm_scale
from eisfit.plots.branches import Index, axis_of, believed, place_text, short_of, thinned
from eisfit.plots.nyquist import NEAR, at_frequency, dense, nyquist_axes
from eisfit.plots.several import robust_extent, shades
from eisfit.plots.style import ALARM
from eisfit.spectrum import Complexes, Floats
from eisfit.study import Study
from eisfit.tables import NOT_TRUSTED
from eisfit.tables.units import unit_of

_TALL = 1.5
"""Spectra this much higher than wide are tails of blocking electrodes: a stack shows what stands before them."""
OWN = 5.0
"""Spectra that differ by more than this factor in size are drawn each to a scale of its own."""
LONG_LABEL = 110.0
"""Height of axes, points, from which their label may tell the shift."""
SPREAD = 1.3
"""Spectra in a stack stand at most this many times their height apart."""
BETWEEN = (0.04, 10.0)
"""Hz, the points that Cao et al., Adv. Mater. (2022), 10.1002/adma.202200401, Figure 5 joins."""
CLOSEST = 0.75
"""Spectra with a scale of their own stand no closer than this share of their height: bars stay readable."""


class Stack(NamedTuple):
    """Geometry of a stack in ohm: width of the real axis from `left` on, height of a spectrum, shift per spectrum.

    slant: share of the shift that goes sideways; cut: some spectra leave the frame; ceiling: highest -Im drawn, so that
    the tails of blocking electrodes do not run through the spectra above. `own`: every spectrum is drawn to a scale of
    its own, and lengths are in units of its size.
    """

    width: float
    spectrum: float
    shift: float
    slant: float = 0.0
    cut: bool = False
    ceiling: float = np.inf
    own: bool = False
    left: float = 0.0

    def height(self, n: int) -> float:
        """Height of a stack of n spectra, ohm."""
        return self.shift * (n - 1) + 1.15 * self.spectrum


def stack_of(study: Study, groups: Iterable[Index], aspect: float, *, slant: float = 0.0) -> Stack:
    """The geometry in which the largest of some stacks fills axes `aspect` times as high as wide, at equal scales.

    Spectra stand no further apart than SPREAD of their height, and no closer than the hundredth part of their width.
    Where their sizes differ by more than OWN each has a scale of its own.
    """
    flat = _own_scale(study) if differ(study) else _common_scale(study)
    n = max((len(index) for index in groups), default=1) - 1
    if n < 1:
        return flat._replace(slant=0.0)
    room = (flat.width * aspect - 1.15 * flat.spectrum) / (n * (1 - min(slant * aspect, 0.8)))
    room = max(room, CLOSEST * flat.spectrum) if flat.own else room
    return flat._replace(shift=max(min(room, SPREAD * flat.spectrum), 0.01 * flat.width), slant=slant)


def most_of(study: Study, aspect: float, most: int) -> int:
    """How many spectra a stack in axes of this aspect can hold, at most `most`: fewer where each has its own scale."""
    if not differ(study):
        return most
    flat = _own_scale(study)
    return min(most, max(int((flat.width * aspect - 1.15 * flat.spectrum) / (CLOSEST * flat.spectrum)) + 1, 2))


def _common_scale(study: Study) -> Stack:
    curves = [study.series[int(i)].impedance for i in believed(study)]
    extent = robust_extent(curves)
    width, left = 1.04 * extent.real, min(float(z.real.min()) for z in curves)
    left = 0.95 * left if left > NEAR * width else 0.0
    spectrum, ceiling = min(extent.imag, width), np.inf
    if extent.imag > _TALL * extent.real:
        width = min(width, 1.4 * _largest_resistance(study))
        spectrum = 0.5 * width  # an arc as wide as the frame is this high
        ceiling = 1.15 * spectrum
    cut = any(s.impedance.real.max() > width or -s.impedance.imag.min() > 1.15 * spectrum for s in study.series)
    return Stack(width - left, spectrum, 0.0, cut=cut, ceiling=ceiling, left=left)


def _own_scale(study: Study) -> Stack:
    heights = [float(-s.impedance.imag.min()) / size for s, size in zip(study.series, sizes(study), strict=True)]
    spectrum = min(max(float(np.quantile(heights, 0.9)), 0.1), 0.5)
    return Stack(1.04, spectrum, 0.0, cut=max(heights) > 1.15 * spectrum, ceiling=1.15 * spectrum, own=True)


def sizes(study: Study) -> Floats:
    """The size of every spectrum (N,) in ohm: its largest Re; of a tail what stands before it, with some room."""
    roles = study.track.roles
    total = next((roles[name].value for name in ("R_total", "R_SE_total", "R_SE_bulk") if name in roles), None)
    before = np.zeros(len(study.series)) if total is None else np.nan_to_num(total)
    return np.array([_size(s.impedance, r) for s, r in zip(study.series, before.tolist(), strict=True)])


def _size(z: Complexes, resistance: float) -> float:
    """`resistance`: the sum of all resistances as far as it is known, else 0."""
    widest = max(float(z.real.max()), 1e-12)
    tallest = float(-z.imag.min())
    if tallest <= _TALL * widest:
        return widest
    foot = max(float(z.real[np.argmin(np.abs(np.angle(z)))]), resistance)
    return 1.6 * foot if 0 < 1.6 * foot < widest else tallest


def differ(study: Study) -> bool:
    """Whether the spectra, but for a few and those of a leaking cell, differ too much in size for one scale."""
    index = believed(study)
    sound = np.array([not short_of(study.track.flags[i]) for i in index.tolist()], bool)
    low, high = np.quantile(sizes(study)[index[sound] if sound.any() else index], (0.1, 0.9))
    return bool(high > OWN * low)


def _largest_resistance(study: Study) -> float:
    """Sum of all resistances of the largest spectrum but a few, ohm; infinite where no sum is known."""
    roles = study.track.roles
    total = roles.get("R_total", roles.get("R_SE_bulk"))
    known = total.value[np.isfinite(total.value) & (total.value > 0)] if total is not None else np.zeros(0)
    return float(np.quantile(known, 0.9)) if known.size else np.inf


def plot_stacked_nyquist(
    ax: Axes,
    study: Study,
    *,
    spectra: Sequence[int] | Index | None = None,
    frequencies: Sequence[float] | None = None,
    slant: float = 0.0,
    most: int = 24,
    stack: Stack | None = None,
) -> Axes:
    """A series as a stack of Nyquist curves: each spectrum shifted up, dots measured, lines fitted, equal axes.

    `frequencies` in Hz are drawn as dashed lines through the spectra that measured them, by default those of
    `telling_frequencies`. `slant` moves each spectrum to
    the right by that share of its shift (a perspective stack). At most `most` spectra, evenly chosen, are drawn.
    `stack` fixes the geometry, so that two stacks can be compared; by default the stack fills the axes.
    """
    box = ax.get_window_extent()
    aspect = box.height / max(box.width, 1.0)
    index = np.asarray(range(len(study.series)) if spectra is None else spectra, dtype=np.int64)
    index = thinned(index, most if stack else most_of(study, aspect, most))
    held = stack or stack_of(study, [index], aspect, slant=slant)
    scale = ohm_scale(held.left + held.width)
    factor = 1.0 if held.own else scale.factor
    per = sizes(study)[index] if held.own else np.full(len(index), factor)
    ceilings = np.full(len(index), held.ceiling) * (per if held.own else 1.0)
    offsets = (np.arange(len(index)) * (held.shift / factor * complex(held.slant, -1))).astype(np.complex128)
    left, width = held.left / factor, held.width / factor
    top = held.height(len(index)) / factor
    nyquist_axes(ax, scale, (left, left + width + offsets[-1].real), (-0.02 * width, top), fill=True)
    ends = np.array([left, left + width])
    baselines = [np.column_stack([ends + o.real, [-o.imag, -o.imag]]) for o in offsets]
    ax.add_collection(LineCollection(baselines, colors="0.85", linewidths=0.4, zorder=1))
    colors = shades(study, index)
    for k, i in enumerate(index.tolist()):
        color = ALARM if short_of(study.track.flags[i]) else colors[k]
        stacked_curve(ax, study.fits[i], offsets[k], float(per[k]), color, float(ceilings[k]))
        if (study.series[i].impedance.real > (left + width) * per[k]).all():
            place = (left + 0.5 * width, -offsets[k].imag)
            ax.annotate("beyond the frame", place, (0, 3), textcoords="offset points", fontsize=6, ha="center")
    equal = isofrequencies(study, index, telling_frequencies(study) if frequencies is None else frequencies)
    _isofrequencies(ax, {f: below(z, ceilings) / per + offsets for f, z in equal.items()})
    _name_the_places(ax, study, index, offsets)
    if held.own:
        _bars(ax, per, offsets)
    elif len(index) > 1 and box.height * 72 / ax.figure.dpi > LONG_LABEL:
        ax.set_ylabel(f"−Im Z ({scale.unit}), each +{_short(held.shift / scale.factor)} {scale.unit}")
    return ax


def _bars(ax: Axes, per: Floats, offsets: Complexes) -> None:
    """A bar under every spectrum that tells its scale; no numbers at the axes."""
    ax.set_xticks([])
    ax.set_yticks([])
    ax.set_xlabel("Re Z, each spectrum to the scale of its bar", labelpad=4)
    box = ax.get_window_extent()
    if box.height * 72 / ax.figure.dpi > LONG_LABEL:
        ax.set_ylabel("−Im Z, as long per ohm as Re Z", labelpad=4)
    scale = unit_of([per], "ohm")
    many = max(int(np.ceil(len(per) / max(box.height * 72 / ax.figure.dpi / 9, 1))), 1)
    for k, (size, offset) in enumerate(zip(per.tolist(), offsets.tolist(), strict=True)):
        if k % many:
            continue
        length = round_length(0.22 * size)
        x = [0.012 + offset.real, 0.012 + offset.real + length / size]
        ax.plot(x, [-offset.imag, -offset.imag], "-", color="0.1", lw=1.6, solid_capstyle="butt", zorder=5)
        ax.annotate(
            f"{length / scale.factor:g} {scale.unit}", (x[1], -offset.imag), (2, 1), textcoords="offset points",
            fontsize=5.5, va="bottom", color="0.1", zorder=6,
        )  # fmt: skip


def round_length(value: float) -> float:
    """The largest of 1, 2, 5 times a power of ten that is no larger."""
    power = 10.0 ** np.floor(np.log10(value))
    return float(next(m for m in (5, 2, 1) if m * power <= value * (1 + 1e-9)) * power)


def _short(value: float) -> str:
    return f"{value:.0f}" if value >= 100 else f"{value:.3g}"


def below(impedance: Complexes, ceiling: float | Floats) -> Complexes:
    """The impedance, NaN where -Im is above the ceiling."""
    out: Complexes = np.where(-impedance.imag <= ceiling, impedance, complex(np.nan, np.nan))
    return out


def stacked_curve(ax: Axes, fit: Fit, offset: complex, per: float, color: str, ceiling: float) -> None:
    z = below(fit.spectrum.impedance[fit.used], ceiling) / per + offset
    ax.plot(z.real, -z.imag, "o", color=color, ms=1.3, mew=0, zorder=3)
    if np.isfinite(fit.values).all():
        model = fit.circuit.impedance(dense(fit.spectrum.frequency), fit.values)
        model = below(model, ceiling) / per + offset
        ax.plot(model.real, -model.imag, color=color, lw=0.7, zorder=4)


def telling_frequencies(study: Study) -> tuple[float, ...]:
    """The frequencies (Hz) whose points are joined: 10 and 0.04 Hz, between which the arc of an interface lies.

    Where no arc has its apex there (the middle one of the series), the decades nearest to the apexes in the band.
    """
    cells = {column.name: column.cells for column in study.derived_columns()}
    known = (np.array(cells.get(f"f_{name.removeprefix('R_')}_Hz", ()), dtype=np.float64) for name in study.track.roles)
    apexes = [float(np.nanmedian(f)) for f in known if np.isfinite(f).any()]
    low, high = (pick(float(s.frequency[k]) for s in study.series) for k, pick in ((-1, min), (0, max)))
    inside = [f for f in apexes if low <= f <= high]
    if not inside or any(BETWEEN[0] <= f <= BETWEEN[1] for f in inside):
        return BETWEEN[::-1]
    return tuple(sorted({float(10.0 ** np.round(np.log10(f))) for f in inside}, reverse=True))


def isofrequencies(study: Study, index: Index, frequencies: Sequence[float]) -> dict[float, Complexes]:
    """The impedance of spectra at the frequencies, in rising order, that two of them measured at least."""
    found = {f: _at(study, index, f) for f in sorted(frequencies)}
    return {f: z for f, z in found.items() if np.isfinite(z).sum() > 1}


def _at(study: Study, index: Index, frequency: float) -> Complexes:
    """The impedance of some spectra at a frequency, NaN where it was not measured, or the cell leaked."""
    sure = {i for i in believed(study).tolist() if not short_of(study.track.flags[i])}
    nothing = complex(np.nan, np.nan)
    z = [at_frequency(study.series[i], frequency) if i in sure else nothing for i in index.tolist()]
    return np.array(z, dtype=np.complex128)


def _isofrequencies(ax: Axes, equal: Mapping[float, Complexes]) -> None:
    """Dashed lines through points of equal frequency (where there are any); their names above the last points."""
    tops: list[complex] = []
    to_points = 72 / ax.figure.dpi
    frame = ax.get_window_extent()
    ceiling, left, right = (side * to_points for side in (frame.y1, frame.x0, frame.x1))
    for frequency, z in equal.items():
        known = np.flatnonzero(np.isfinite(z))
        if known.size < 2:  # one point is no line
            continue
        ax.plot(z.real, -z.imag, "--", color="0.3", lw=0.7, zorder=5)
        x, y = ax.transData.transform((z[known[-1]].real, -z[known[-1]].imag)) * to_points
        lift, step = (3.0, 7.5) if y + 11 < ceiling else (-9.5, -7.5)
        while any(abs(t.real - x) < 30 and abs(t.imag - y - lift) < 7 for t in tops):
            lift += step
        tops.append(complex(x, y + lift))
        ax.annotate(
            frequency_text(frequency),
            (z[known[-1]].real, -z[known[-1]].imag),
            (0, lift),
            textcoords="offset points",
            ha="left" if x - 14 < left else "right" if x + 14 > right else "center",
            va="bottom",
            fontsize=6,
            color="0.2",
            zorder=6,
        )


def _name_the_places(ax: Axes, study: Study, index: Index, offsets: Complexes) -> None:
    """The place of every spectrum along the axis, beside its baseline, as many as there is room for."""
    box = ax.get_window_extent()
    points = box.height * 72 / ax.figure.dpi
    room = max(int(points // 8), 1)
    stays = set(thinned(np.arange(len(index)), room).tolist())
    blended = ax.get_yaxis_transform()
    for k, i in enumerate(index.tolist()):
        if k in stays:
            short = short_of(study.track.flags[i])
            missed = f" {NOT_TRUSTED}" * ("misfit" in study.track.flags[i])
            ax.text(
                1.015,
                -offsets[k].imag,
                place_text(study, i) + missed,
                transform=blended,
                fontsize=6,
                va="center",
                color=ALARM if short else "0.2",
            )
    name = "" if axis_of(study).name == "index" else axis_of(study).label
    ax.text(1.0, 1.005, name, transform=ax.transAxes, fontsize=6, va="bottom", ha="right", color="0.2")
