"""Residuals: of one spectrum against frequency, of a series as a map, and their distribution."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import numpy as np
from matplotlib.axes import Axes

from eisfit.fitting.result import Fit, SeriesFit
from eisfit.plots.bode import frequency_axis
from eisfit.plots.maps import draw_map, table_of
from eisfit.plots.style import QUIET, palette
from eisfit.quality.screening import Quality
from eisfit.spectrum import Complexes, Floats, Series
from eisfit.study import Study

Part = Literal["real", "imag"]

_PART_NAMES = {"real": "Real part", "imag": "Imaginary part"}


def plot_residuals(ax: Axes, fit: Fit, *, label: bool = True) -> Axes:
    """(Z_model - Z)/|Z| in percent against frequency: real part circles, imaginary part squares, masked points grey."""
    residual, f, used = 100 * fit.residual, fit.spectrum.frequency, fit.used
    colors = palette()
    ax.axhline(0, color="0.6", lw=0.5, zorder=1)
    if not np.isfinite(residual[used]).any():
        ax.text(0.5, 0.7, "no fit", transform=ax.transAxes, ha="center", va="center", color=QUIET)
    ax.plot(f[used], residual.real[used], "o-", color=colors[0], mfc=colors[0], ms=1.9, lw=0.4, mew=0, label="Re")
    ax.plot(f[used], residual.imag[used], "s-", color=colors[1], mfc="w", ms=1.9, lw=0.4, mew=0.5, label="Im")
    limit = residual_limit([residual[used]])
    if (~used).any():
        for part in (residual.real, residual.imag):
            ax.plot(f[~used], np.clip(part[~used], -limit, limit), "x", color=QUIET, ms=2.5, zorder=1)
    ax.set_ylim(-1.15 * limit, 1.15 * limit)
    frequency_axis(ax, f, label=label)
    ax.set_ylabel("ΔZ/|Z| (%)", labelpad=1.0)
    return ax


def residual_limit(residuals: Sequence[Complexes]) -> float:
    """A symmetric limit in percent that holds the finite residuals; at least 0.5 %."""
    parts = [part[np.isfinite(part)] for r in residuals for part in (r.real, r.imag)]
    return max(0.5, *(float(np.abs(part).max(initial=0.0)) for part in parts))


def plot_kk_map(ax: Axes, study: Study | Quality, *, part: Part = "real") -> Axes:
    """Residual of the linear Kramers-Kronig test over frequency and spectrum number, percent of |Z|."""
    kk = study.kk if isinstance(study, Quality) else study.quality.kk
    return _map(ax, study.series, [np.asarray(r) for r in kk.residual], part)


def plot_kk_residuals(ax: Axes, study: Study, *, part: Part = "real", most: int = 6) -> Axes:
    """Residual of the linear Kramers-Kronig test of up to `most` spectra against frequency, percent of |Z|."""
    colors = palette()
    shown = range(min(len(study.series), most))
    ax.axhline(0, color="0.6", lw=0.5, zorder=1)
    f = study.series[0].frequency
    for i in shown:
        y = getattr(100 * study.quality.kk.residual[i], part)
        f = study.series[i].frequency
        ax.plot(f, y, "o-", ms=1.9, lw=0.4, mew=0, color=colors[i % len(colors)], label=f"no. {i + 1}")
    limit = residual_limit([100 * study.quality.kk.residual[i] for i in shown])
    ax.set_ylim(-1.15 * limit, 1.15 * limit)
    frequency_axis(ax, f)
    ax.set_ylabel("Residual (% of |Z|)")
    ax.set_title(_PART_NAMES[part])
    if len(shown) > 1:
        ax.legend(loc="best", ncols=2)
    return ax


def plot_fit_map(ax: Axes, study: Study, *, part: Part = "real") -> Axes:
    """Residual of the fit over frequency and spectrum number, percent of |Z|; masked points are left white."""
    residuals = [
        np.where(u, r, np.nan) for r, u in zip(fit_residuals(study.fits), used_points(study.fits), strict=True)
    ]
    return _map(ax, study.series, residuals, part)


def fit_residuals(fits: SeriesFit) -> list[Complexes]:
    """(Z_model - Z)/|Z| of every spectrum, each (F,); one call of the circuit per grid of frequencies."""
    if fits.parts:
        return [fit.residual for fit in fits]
    out: list[Complexes] = [np.zeros(0, complex)] * len(fits)
    for grid in fits.series.grids():
        model = fits.circuit.impedance(grid.frequency, fits.values[grid.index])
        for i, row in zip(grid.index.tolist(), (model - grid.impedance) / np.abs(grid.impedance), strict=True):
            out[i] = row
    return out


def used_points(fits: SeriesFit) -> list[np.ndarray]:
    """Which points of every spectrum counted, each (F,) bool."""
    outliers = fits.outliers or [np.zeros(len(s), bool) for s in fits.series]
    return [s.used & ~o for s, o in zip(fits.series, outliers, strict=True)]


def plot_residual_histogram(ax: Axes, study: Study) -> Axes:
    """Residuals of all fits, each over the rms of its spectrum, beside the normal curve that pure noise would give."""
    parts = []
    for residual, used, rms in zip(fit_residuals(study.fits), used_points(study.fits), study.fits.rms, strict=True):
        if np.isfinite(rms) and rms > 0:
            parts.append(residual[used] / rms)
    r = np.concatenate(parts) if parts else np.zeros(0, complex)
    edges = np.linspace(-5, 5, 41)
    for part, color, name in zip((r.real, r.imag), palette(), ("Re", "Im"), strict=False):
        density = np.histogram(part.clip(-5, 5), edges, density=bool(part.size))[0]
        ax.stairs(density, edges, color=color, lw=0.8, label=name)
    x = np.linspace(-5, 5, 101)
    ax.plot(x, np.exp(-x * x / 2) / np.sqrt(2 * np.pi), "--", color=QUIET, lw=0.8, label="normal")
    ax.set_xlabel("Residual / its rms")
    ax.set_ylabel("Density")
    ax.legend(loc="upper right")
    return ax


def _map(ax: Axes, series: Series, residuals: Sequence[Complexes], part: Part) -> Axes:
    table = table_of([s.frequency for s in series], [getattr(100 * r, part) for r in residuals])
    draw_map(ax, table, _map_limit(table.cells), "Residual (% of |Z|)")
    ax.set_title(_PART_NAMES[part])
    return ax


def _map_limit(table: Floats) -> float:
    """The end of the colours: nearly all values of most spectra lie within; a few bad ones do not pale the rest."""
    with np.errstate(invalid="ignore"):
        rows = [float(np.quantile(known, 0.99)) for row in np.abs(table) if (known := row[np.isfinite(row)]).size]
    return max(0.5, 1.2 * float(np.quantile(rows, 0.75))) if rows else 1.0
