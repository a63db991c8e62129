"""The half-cycles of a record: overpotential, sudden falls, divergence, noise under current and at rest.

Under current eta = median |V| over the last half of a half-cycle. Noise is that of second differences, 1.4826 MAD /
sqrt(6) (their variance is 6 sigma^2), of rows next to each other or three apart, whichever is larger: a short vibrates
fast or slowly. What the voltage does in its first rows, a nucleation peak, is no sudden fall.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from eisfit.medians import median_of
from eisfit.shorts.spectra import Index
from eisfit.spectrum import Bools, Floats, Record, Series

POINTS = 8
"""Rows under current that a half-cycle needs."""
REST_POINTS = 5
"""Rows at rest that tell the noise of the instrument."""
SILENT_V = 0.02
"""Median |V| at rest below which a cell has no EMF."""
BEGINNING = 0.05
"""Share of a half-cycle at its start in which the voltage may fall suddenly."""
LAG = 3
LEVEL = 0.03
"""Relative step of the current that begins another one within a half-cycle."""


class HalfCycle(NamedTuple):
    """One half-cycle: begin and end of its current (s), current (A), overpotential, largest sudden fall, noise (V).

    level: overpotential before that fall; final: that of the last tenth; rise: final over that of the first half;
    rest_noise: that of the rest behind it, NaN where it has too few rows.
    """

    begin_s: float
    end_s: float
    current_A: float
    eta: float
    step: float
    level: float
    final: float
    rise: float
    noise: float
    rest_noise: float


def flows(record: Record) -> Bools:
    """Where a current flows, (T,): above a thousandth of the largest."""
    current = np.nan_to_num(np.abs(record.current_A))
    return np.asarray(current > 1e-3 * current.max(initial=0.0))


def speaks(series: Series) -> bool:
    """Whether the voltage under current is an overpotential: a symmetric cell, or one without voltage at rest."""
    if series.record is None or series.cell.type in ("half", "full", "blocking"):
        return False
    resting = np.abs(series.record.potential_V[~flows(series.record)])
    resting = resting[np.isfinite(resting)]
    return series.cell.type == "symmetric" or bool(resting.size and median_of(resting) < SILENT_V)


def half_cycles(record: Record) -> list[HalfCycle]:
    """Every half-cycle with enough rows under current; each current of its own where it was raised in one direction."""
    known = np.isfinite(record.potential_V)
    flowing = flows(record) & known
    out = []
    for number in sorted(set(record.half_cycle[flowing].tolist())):
        own = record.half_cycle == number
        rows = np.flatnonzero(flowing & own)
        rest = np.flatnonzero(own & known & ~flowing)
        parts = _levels(record.current_A, rows)
        for part, behind in zip(parts, [*(p[0] for p in parts[1:]), len(own)][: len(parts)], strict=True):
            out.append(_half_cycle(record, part, rest[(rest > part[-1]) & (rest < behind)]))
    return out


def _levels(current: Floats, rows: Index) -> list[Index]:
    """The rows of each constant current that is held for enough of them; all rows together where it is not held."""
    if len(rows) < POINTS:
        return []
    size = np.abs(current[rows])
    jumps = np.flatnonzero(np.abs(np.diff(size)) > LEVEL * np.maximum(size[1:], size[:-1])) + 1
    parts = [part for part in np.split(rows, jumps) if len(part) >= POINTS]
    return parts if len(parts) > 1 and sum(map(len, parts)) > len(rows) / 2 else [rows]


def _half_cycle(record: Record, rows: Index, rest: Index) -> HalfCycle:
    volts, time = np.abs(record.potential_V[rows]), record.time_s[rows]
    n = len(volts)
    first = float(median_of(volts[: max(n // 2, 1)]))
    final = float(median_of(volts[-max(n // 10, 2) :]))
    step, level = _sudden_fall(volts[max(int(BEGINNING * n), 1) :])
    return HalfCycle(
        begin_s=float(time[0]),
        end_s=float(time[-1]),
        current_A=float(median_of(record.current_A[rows])),
        eta=float(median_of(volts[n // 2 :])),
        step=step,
        level=level,
        final=final,
        rise=final / first if first > 0 else 1.0,
        noise=_noise(volts),
        rest_noise=_noise(record.potential_V[rest]) if len(rest) >= REST_POINTS else float("nan"),
    )


def _noise(volts: Floats) -> float:
    """Standard deviation of a voltage from row to row, V."""
    lags = (1, LAG) if len(volts) >= 3 * LAG else (1,)
    apart = [volts[2 * lag :] - 2 * volts[lag:-lag] + volts[: -2 * lag] for lag in lags]
    return max(float(1.4826 * median_of(np.abs(values)) / np.sqrt(6)) for values in apart)


def _sudden_fall(volts: Floats) -> tuple[float, float]:
    """The largest fall between the medians of three rows before and three rows after a place, and the level before."""
    if len(volts) < 2 * LAG:
        return 0.0, float(median_of(volts)) if len(volts) else 0.0
    level = median_of(np.lib.stride_tricks.sliding_window_view(volts, LAG), axis=1)
    fall = level[:-LAG] - level[LAG:]
    at = int(np.argmax(fall))
    return max(0.0, float(fall[at])), float(level[at])
