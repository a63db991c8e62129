"""One batch of spectra against the measurement model: points that stand out are found first, the rest is judged.

Arrays only: frequency (N, F) or (1, F), impedance (N, F), every point counting. What the numbers mean for a spectrum,
and where the limits are, is in `verdicts`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextvars import copy_context
from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from eisfit.medians import median_of
from eisfit.quality import evidence
from eisfit.quality.measurement import Design, design, joined
from eisfit.quality.regression import Regression, regress
from eisfit.spectrum import Bools, Complexes, Floats

CHUNK = 64
"""Spectra per linear algebra call: what fits into the cache of a processor."""
LONG = 16
"""Chunks from which two threads are worth their start, and that are handed out at once."""
CHANCE = 3e-4
"""Chance that a spectrum in which all is well has a point that stands out."""
MOST_OUTLIERS = 0.15
"""Share of the points that may stand out and still be called outliers."""
ADJACENT = 2
"""So many neighbouring points may stand out; longer runs are no outliers but structure."""
MODEL_ERROR = 2e-4
"""Least noise that a point is compared with: the model itself errs by so much."""
CERTAIN_STEP = 4.3
"""z-score of a step beyond which the points beside it are part of it and no outliers."""
_ROUNDS = 8
_MEDIAN = 2 * np.log(2)
"""Median of chi-square with two degrees of freedom."""


@dataclass(frozen=True, slots=True, eq=False)
class Judgement:
    """What was found for N spectra of F points each. All relative to |Z|; z-scores as in `evidence`.

    residual (N, F) = (Z_model - Z) / |Z|, rms (N,) per component, largest (N,) its place; deviation (N, F): distance
    from the model in standard deviations of what noise makes of it; outlying (N, F): by how much a point lies farther
    off than noise, and the freedom of the model without it, could explain, 0 where it does not; crowded (N,): the same
    for points too many or too close together; noise (N,) from neighbouring points; scatter (N,) of the whole residual;
    misfit, step, drift: size and z (N,), drift as a share of |Z| at the lowest frequency with its standard error;
    effective (N,), coefficients that the data determine; dof (N,).
    """

    residual: Complexes
    rms: Floats
    largest: NDArray[np.intp]
    outlying: Floats
    deviation: Floats
    crowded: Floats
    noise: Floats
    scatter: Floats
    misfit: Floats
    misfit_z: Floats
    step: Floats
    step_z: Floats
    step_frequency: Floats
    drift: Floats
    drift_stderr: Floats
    drift_z: Floats
    effective: Floats
    dof: Floats
    admittance: Bools

    def __len__(self) -> int:
        return len(self.noise)

    def updated(self, rows: Bools, other: Judgement) -> Judgement:
        """A copy in which the rows that are True come from `other`, which holds just these."""
        changed = {}
        for f in fields(self):
            new = getattr(self, f.name).copy()
            new[rows] = getattr(other, f.name)
            changed[f.name] = new
        return replace(self, **changed)

    def only(self, rows: Bools) -> Judgement:
        """The rows that are True."""
        return replace(self, **{f.name: getattr(self, f.name)[rows] for f in fields(self)})


def judge(frequency: Floats, impedance: Complexes, n_rc: int, *, admittance: bool = False) -> Judgement:
    """Judge N spectra of equally many points, in chunks; those of a long series by two threads."""
    found: dict[str, NDArray[Any]] = {}
    chunks = [slice(start, start + CHUNK) for start in range(0, len(impedance), CHUNK)]

    def of_chunk(rows: slice) -> Judgement:
        f = frequency if len(frequency) == 1 else frequency[rows]
        return _judge(f, impedance[rows], n_rc, admittance)

    for rows, part in zip(chunks, _by_threads(of_chunk, chunks), strict=True):
        for name in (f.name for f in fields(Judgement)):
            values = getattr(part, name)
            if name not in found:  # filled chunk by chunk: joined at the end, they would be there twice
                found[name] = np.empty((len(impedance), *values.shape[1:]), values.dtype)
            found[name][rows] = values
    return Judgement(**found)


def _by_threads(of_chunk: Callable[[slice], Judgement], chunks: Sequence[slice]) -> Iterator[Judgement]:
    """What a function gives for chunks, in their order; linear algebra of numpy leaves other threads room."""
    if len(chunks) < LONG:
        yield from map(of_chunk, chunks)
        return
    from concurrent.futures import ThreadPoolExecutor

    pool = ThreadPoolExecutor(2)
    try:
        for start in range(0, len(chunks), LONG):
            parts = [pool.submit(copy_context().run, of_chunk, rows) for rows in chunks[start : start + LONG]]
            yield from (part.result() for part in parts)
    finally:
        pool.shutdown(cancel_futures=True)


def _judge(frequency: Floats, z: Complexes, n_rc: int, admittance: bool) -> Judgement:
    measured = 1 / z if admittance else z
    problem = design(frequency, measured, n_rc)
    fit = regress(problem.columns, problem.data, np.ones_like(problem.data))
    fit, outlying, crowded = _without_outliers(problem, fit)
    noise = evidence.local_noise(fit)
    misfit = evidence.roughness(fit, noise)
    step, at = evidence.step(fit, problem.data)
    beside = np.abs(np.arange(z.shape[1]) - at[:, None]) <= ADJACENT
    outlying[beside & (np.abs(step.z) >= CERTAIN_STEP)[:, None]] = 0.0
    drift = evidence.drift(fit, _growth(frequency, z, admittance) / np.abs(measured))
    end = np.abs(z[np.arange(len(z)), frequency.argmin(axis=1)])
    residual = _relative(fit, measured, z, admittance)
    size = np.abs(residual)
    return Judgement(
        residual=residual,
        rms=np.sqrt(np.mean(size**2, axis=1) / 2),
        largest=size.argmax(axis=1),
        outlying=outlying,
        deviation=np.sqrt(evidence.point_distance(fit)) / np.maximum(fit.sigma, 1e-30)[:, None],
        crowded=crowded,
        noise=noise,
        scatter=fit.sigma,
        misfit=misfit.size,
        misfit_z=misfit.z,
        step=step.size,
        step_z=step.z,
        step_frequency=np.broadcast_to(frequency, z.shape)[np.arange(len(z)), at],
        drift=drift.size / end,
        drift_stderr=drift.stderr / end,
        drift_z=drift.z,
        effective=fit.effective,
        dof=fit.dof,
        admittance=np.full(len(z), admittance),
    )


def _relative(fit: Regression, measured: Complexes, z: Complexes, admittance: bool) -> Complexes:
    """(Z_model - Z) / |Z| from the residual of impedance or admittance."""
    model = measured - np.abs(measured) * joined(fit.residual)
    with np.errstate(divide="ignore", invalid="ignore"):
        out: Complexes = ((1 / model if admittance else model) - z) / np.abs(z)
    return out


def _growth(frequency: Floats, z: Complexes, admittance: bool) -> Complexes:
    """What one ohm that grows with elapsed time adds to the impedance; to the admittance dY = -dZ / Z^2."""
    elapsed = np.cumsum(1 / frequency, axis=1) / np.sum(1 / frequency, axis=1, keepdims=True)
    out: Complexes = -elapsed / z**2 if admittance else elapsed + 0 * z
    return out


def _without_outliers(problem: Design, fit: Regression) -> tuple[Regression, Floats, Floats]:
    """The regression without the points that stand out, by how much they do (N, F), and where these are no outliers."""
    n, half = len(problem.data), problem.data.shape[1] // 2
    outlying, crowded = np.zeros((n, half)), np.zeros(n)
    distance = evidence.point_distance(fit)
    out: Bools = distance > _limit(fit, _robust_noise(fit, distance))
    suspect: Bools = np.any(out, axis=1)
    if not suspect.any():
        return fit, outlying, crowded
    first = _rows(fit, suspect)
    trimmed, out = _trimmed(Design(*(part[suspect] for part in problem)), first, out[suspect])
    many = (out.mean(axis=1) > MOST_OUTLIERS) | _runs(out, ADJACENT + 1)
    outlying[suspect] = np.where(out & ~many[:, None], _beyond_chance(trimmed), 0.0)
    crowded[suspect] = np.where(many, np.max(np.abs(joined(first.residual)) * out, axis=1), 0.0)
    kept = suspect.copy()
    kept[suspect] = ~many
    return _merged(fit, kept, _rows(trimmed, ~many)), outlying, crowded


def _trimmed(problem: Design, fit: Regression, out: Bools) -> tuple[Regression, Bools]:
    """Leave out what stands out, fit the rest, look again at all points, until nothing changes in a spectrum."""
    noise, out = _robust_noise(fit, evidence.point_distance(fit)), out.copy()
    open_ = np.ones(len(out), bool)
    for _ in range(_ROUNDS):
        left = np.concatenate([out[open_], out[open_]], axis=1)
        again = regress(problem.columns[open_], problem.data[open_], np.where(left, 0.0, 1.0), noise[open_])
        fit = _merged(fit, open_, again)
        noise[open_] = again.sigma
        before, now = out[open_], _standing_out(again, again.sigma)
        out[open_] = now
        open_[open_] = np.any(now != before, axis=1)
        if not open_.any():
            break
    return fit, out


def _standing_out(fit: Regression, noise: Floats) -> Bools:
    """Points (N, F) farther from the model than noise (N,) puts a good one."""
    out: Bools = evidence.point_distance(fit) > _limit(fit, noise)
    return out


def _beyond_chance(fit: Regression) -> Floats:
    """Deviation of every point from the model (N, F) less what noise and the reach of the model could make of it."""
    distance = evidence.point_distance(fit)
    share = np.sqrt(_limit(fit, fit.sigma) / np.maximum(distance, 1e-30))
    out: Floats = np.maximum(np.abs(joined(fit.residual)) * (1 - share), 0.0)
    return out


def _robust_noise(fit: Regression, distance: Floats) -> Floats:
    """Noise (N,) that a minority of bad points does not move, never above the plain one; distance (N, F) of points."""
    middle = median_of(distance, axis=1)
    out: Floats = np.minimum(fit.sigma, 1.2 * np.sqrt(middle / _MEDIAN))
    return out


def _limit(fit: Regression, noise: Floats) -> Floats:
    """Distance (N, 1) that one point of a good spectrum exceeds with the stated chance (F with 2 and dof degrees)."""
    dof = np.maximum(fit.dof, 2.0)
    points = fit.residual.shape[1] / 2
    square = np.maximum(noise, MODEL_ERROR) ** 2
    out: Floats = (square * dof * np.expm1(2 / dof * np.log(points / CHANCE)))[:, None]
    return out


def _runs(out: Bools, length: int) -> Bools:
    """True where `length` neighbouring points are all True, (N,)."""
    if out.shape[1] < length:
        return np.zeros(len(out), bool)
    windows = np.lib.stride_tricks.sliding_window_view(out, length, axis=1)
    found: Bools = np.any(np.all(windows, axis=2), axis=1)
    return found


def _rows(fit: Regression, rows: Bools) -> Regression:
    return Regression(*(part[rows] for part in fit))


def _merged(fit: Regression, rows: Bools, other: Regression) -> Regression:
    parts = []
    for old, new in zip(fit, other, strict=True):
        part = old.copy()
        part[rows] = new
        parts.append(part)
    return Regression(*parts)
