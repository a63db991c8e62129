"""Drift within one sweep, from what the series knows beside the spectrum itself: its neighbours, the cell at rest.

A drift is nearly causal and so nearly invisible to a Kramers-Kronig test. Spectra measured alike drift alike: the
drifts that the test estimates in neighbours, each uncertain, have a mean that is less so. The neighbours also say how
fast the impedance changes, the record how fast the potential moves before the sweep, and file or frequencies how long a
sweep takes.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from eisfit.cycling.rest import MILLIVOLT_PER_HOUR, rests
from eisfit.numbers import positional
from eisfit.quality.kramers_kronig import KramersKronig
from eisfit.spectrum import Floats, FrozenArrays, Series, Spectrum, read_only

POOL = 2
"""Neighbours on either side whose drifts are averaged."""
POOLED_PERCENT = 0.7
"""Least mean drift that is spoken of: the measurement model itself errs by some tenths of a percent."""
POOLED_Z = 3.0
SHARE_OF_CHARGE = 1e-3
"""Share of the charge of the record that a sweep must pass to be spoken of."""


@dataclass(frozen=True, slots=True, eq=False)
class SweepDrift(FrozenArrays):
    """What a sweep may have drifted by, arrays (N,), NaN where it is not known.

    duration_s: from the file, else one period of each frequency, the least that a sweep takes; neighbour_percent:
    change of |Z| at the lowest frequency in that time, at the pace between the spectra before and after (of one
    half-cycle; a step of the state of charge between them counts as a change, so it is an upper estimate for a cell at
    rest); potential_mV: change of the potential in that time, at its slope in the five minutes of rest before;
    charge_mAh: what the direct current passes in that time by the counter of the instrument, else by its median,
    charge_share of all that the record moves; pooled_percent: the drift that the Kramers-Kronig test estimates,
    averaged over the spectrum and two neighbours on either side, with its standard error, from the estimates or from
    their scatter, whichever is larger.
    """

    duration_s: Floats
    neighbour_percent: Floats
    potential_mV: Floats
    charge_mAh: Floats
    charge_share: Floats
    pooled_percent: Floats
    pooled_stderr_percent: Floats

    def __len__(self) -> int:
        return len(self.duration_s)

    def sentence(self, i: int) -> str:
        """What is known of spectrum i, empty where nothing is."""
        pooled, error = self.pooled_percent[i], self.pooled_stderr_percent[i]
        said = []
        if abs(pooled) >= max(POOLED_PERCENT, POOLED_Z * error):
            way = "rise" if pooled > 0 else "fall"
            said.append(f"in this sweep and its neighbours the resistance seems to {way} by {abs(pooled):.2g} %")
        paces = []
        if np.isfinite(self.neighbour_percent[i]):
            paces.append(f"|Z| at the lowest frequency by {abs(self.neighbour_percent[i]):.2g} %")
        if np.isfinite(self.potential_mV[i]):
            paces.append(f"the potential by {abs(self.potential_mV[i]):.2g} mV")
        if paces:
            sweep = f"a sweep of {positional(float(self.duration_s[i]))} s"
            said.append(f"at the pace around it, {sweep} changes {' and '.join(paces)}")
        if self.charge_share[i] >= SHARE_OF_CHARGE:
            said.append(f"a direct current passes {abs(self.charge_mAh[i]):.2g} mAh in the sweep")
        return "; ".join(said)


def sweep_drift(series: Series, kk: KramersKronig | None = None) -> SweepDrift:
    """Duration of every sweep, and what neighbours, record and test results say about a change in that time."""
    told, least = series.column("duration_s"), np.array([float((1 / s.frequency).sum()) for s in series])
    duration = np.where(np.isfinite(told), told, least)
    time, counted = series.column("time_s"), series.column("passed_mAh")
    charge = np.where(np.isfinite(counted), counted, duration * series.column("current_A") / 3.6)
    slope = rests(series).slope_mV_h / MILLIVOLT_PER_HOUR
    pooled, error = _pooled(series, kk) if kk else (np.full(len(series), np.nan), np.full(len(series), np.nan))
    moved = np.ptp(series.record.charge_mAh) if series.record and len(series.record) else 0.0
    return SweepDrift(
        duration_s=read_only(duration),
        neighbour_percent=read_only(100 * duration * _pace(series, time)),
        potential_mV=read_only(1000 * duration * slope),
        charge_mAh=read_only(charge),
        charge_share=read_only(np.abs(charge) / moved if moved > 0 else np.full(len(series), np.nan)),
        pooled_percent=read_only(pooled),
        pooled_stderr_percent=read_only(error),
    )


def _pooled(series: Series, kk: KramersKronig) -> tuple[Floats, Floats]:
    """Mean drift of each spectrum and its neighbours, weighted by the inverse variance; two spectra make a mean."""
    out, error = np.full(len(series), np.nan), np.full(len(series), np.nan)
    known = np.isfinite(kk.drift_percent) & np.isfinite(kk.drift_stderr_percent) & (kk.drift_stderr_percent > 0)
    for i in range(len(series)):
        around = [j for j in _around(series, i, POOL) if known[j]]
        if len(around) > 1:
            weight = kk.drift_stderr_percent[around] ** -2.0
            out[i] = (weight * kk.drift_percent[around]).sum() / weight.sum()
            scatter = (weight * (kk.drift_percent[around] - out[i]) ** 2).sum() / (len(around) - 1)
            error[i] = np.sqrt(max(scatter, 1.0) / weight.sum())
    return out, error


def _pace(series: Series, time: Floats) -> Floats:
    """Relative change of |Z| at the lowest frequency per second, from the nearest neighbours on both sides, (N,)."""
    low = np.array([np.log(max(abs(s.impedance[s.used | ~s.used.any()][-1]), 1e-300)) for s in series])
    out = np.full(len(series), np.nan)
    for i in range(len(series)):
        around = _around(series, i, 1)
        if len(around) > 1 and np.isfinite(time[around]).all() and time[around[-1]] > time[around[0]]:
            out[i] = (low[around[-1]] - low[around[0]]) / (time[around[-1]] - time[around[0]])
    return out


def _around(series: Series, i: int, reach: int) -> list[int]:
    """The spectra within `reach` of spectrum i, itself among them, that were measured alike."""
    return [j for j in range(max(i - reach, 0), min(i + reach + 1, len(series))) if _alike(series[i], series[j])]


def _alike(one: Spectrum, other: Spectrum) -> bool:
    """Of one half-cycle and ending at the same frequency within 10 %."""
    a, b = one.conditions, other.conditions
    same = (a.direction, a.cycle) == (b.direction, b.cycle)
    return same and abs(np.log(one.frequency[-1] / other.frequency[-1])) < 0.1
