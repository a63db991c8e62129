"""From numbers to a verdict: limits, and the sentence that says why.

Something speaks against a spectrum where it is both certain (its z-score) and large enough to matter (its size): an
instrument of very low noise shows misfits that no fit would notice, and noise alone makes any size. Two limits each:
beyond the first a spectrum is doubtful, beyond the second it fails. docs/method-quality.md says how the limits were
chosen and how often they err.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from eisfit.numbers import frequency_text
from eisfit.quality.judging import Judgement
from eisfit.spectrum import Bools, Floats

Verdict = Literal["pass", "doubtful", "fail"]
VERDICTS: tuple[Verdict, ...] = ("pass", "doubtful", "fail")


class Bar(NamedTuple):
    """Size in percent and z-score from which a spectrum is doubtful, and from which it fails."""

    percent: float
    z: float
    fail_percent: float
    fail_z: float

    @property
    def sizes(self) -> tuple[float, float, float]:
        """Size in percent from which each of the three levels holds."""
        return 0.0, self.percent, self.fail_percent

    @property
    def scores(self) -> tuple[float, float, float]:
        """z-score from which each of the three levels holds."""
        return 0.0, self.z, self.fail_z

    def levels(self, size: Floats, z: Floats) -> NDArray[np.int64]:
        """0 below, 1 doubtful, 2 fail, (N,), for relative sizes and z-scores (N,)."""
        percent, score = 100 * np.abs(size), np.abs(z)
        doubtful = (percent >= self.percent) & (score >= self.z)
        fail = (percent >= self.fail_percent) & (score >= self.fail_z)
        return np.where(fail, 2, np.where(doubtful, 1, 0))


MISFIT = Bar(percent=0.3, z=2.5, fail_percent=2.0, fail_z=5.0)
STEP = Bar(percent=1.0, z=4.3, fail_percent=5.0, fail_z=6.0)
DRIFT = Bar(percent=0.7, z=2.15, fail_percent=10.0, fail_z=4.0)
NOISE = Bar(percent=2.0, z=0.0, fail_percent=5.0, fail_z=0.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """When a spectrum is doubtful, and when it fails.

    misfit, step, drift: sizes in percent of |Z| (drift: at the lowest frequency) with their z-scores; noise: percent
    of |Z|, no z; outlier_percent: a smaller deviation of a single point does not matter; least_dof: data beyond what
    the model takes that a judgement needs.
    """

    misfit: Bar = MISFIT
    step: Bar = STEP
    drift: Bar = DRIFT
    noise: Bar = NOISE
    outlier_percent: float = 1.0
    least_dof: float = 6.0


DEFAULT = Limits()


class Opinion(NamedTuple):
    """Verdict on one spectrum, the sentence that explains it, and the frequency of what speaks against it, Hz."""

    verdict: Verdict
    sentence: str
    frequency: float


class _Levels(NamedTuple):
    """How much each kind of evidence says against the spectra of a batch: 0, 1 doubtful, 2 fail, (N,) each."""

    points: NDArray[np.int64]
    step: NDArray[np.int64]
    misfit: NDArray[np.int64]
    drift: NDArray[np.int64]
    noise: NDArray[np.int64]


class _Finding(NamedTuple):
    level: int
    sentence: str
    frequency: float


def opinions(found: Judgement, frequency: Floats, limits: Limits) -> list[Opinion]:
    """The verdicts on a batch with frequencies (N, F), or (1, F) where all share them."""
    levels = _levels(found, limits)
    rows = np.broadcast_to(frequency, found.residual.shape)
    return [_opinion(found, levels, i, row, limits) for i, row in enumerate(rows)]


def _levels(found: Judgement, limits: Limits) -> _Levels:
    points = np.max(found.outlying, axis=1, initial=0.0) * 100 >= limits.outlier_percent
    crowded = 100 * found.crowded >= limits.outlier_percent
    return _Levels(
        points=(points | crowded).astype(np.int64),
        step=limits.step.levels(found.step, found.step_z),
        misfit=limits.misfit.levels(found.misfit, np.maximum(found.misfit_z, 0)),
        drift=limits.drift.levels(found.drift, found.drift_z),
        noise=limits.noise.levels(found.scatter, np.full(len(found), np.inf)),
    )


def _opinion(found: Judgement, levels: _Levels, i: int, frequency: Floats, limits: Limits) -> Opinion:
    worst = float(frequency[found.largest[i]])
    if found.dof[i] < limits.least_dof:
        sentence = f"{len(frequency)} points are too few for this band: nothing could be found against them"
        return Opinion("doubtful", sentence, worst)
    own = tuple(int(level[i]) for level in levels)
    if not any(own):
        return Opinion("pass", f"noise {_percent(100 * found.noise[i])}; {unseen(found, i, limits)}", worst)
    tell = (_points, _step, _misfit, _drift, _noise)
    findings = [say(found, i, frequency, limits, level) for say, level in zip(tell, own, strict=True) if level]
    findings.sort(key=lambda f: -f.level)
    said = [f.sentence for f in findings] + ([] if levels.drift[i] else [unseen(found, i, limits)])
    return Opinion(VERDICTS[findings[0].level], "; ".join(said), findings[0].frequency)


def drift_limit(found: Judgement, i: int, limits: Limits) -> float:
    """The drift of |Z| at the lowest frequency, percent, that is found in half of the spectra like row i."""
    return max(100 * limits.drift.z * float(found.drift_stderr[i]), limits.drift.percent)


def unseen(found: Judgement, i: int, limits: Limits) -> str:
    """What the test could not have seen."""
    return f"a drift below {_percent(drift_limit(found, i, limits))} could not have been seen"


def matters(found: Judgement, i: int, limits: Limits) -> Bools:
    """Points of row i that stand out for sure and by more than the limit, (F,)."""
    out: Bools = 100 * found.outlying[i] >= limits.outlier_percent
    return out


def _points(found: Judgement, i: int, f: Floats, limits: Limits, level: int) -> _Finding:
    size = 100 * np.abs(found.residual[i])
    out, limit = np.flatnonzero(matters(found, i, limits)), f"limit {_percent(limits.outlier_percent)}"
    if not len(out):
        worst = float(f[found.largest[i]])
        sentence = f"many points stand out, by up to {_percent(size.max())} at {frequency_text(worst)} ({limit})"
        return _Finding(level, sentence, worst)
    places = ", ".join(frequency_text(v) for v in f[out][:4]) + (", ..." if len(out) > 4 else "")
    what = "point stands" if len(out) == 1 else "points stand"
    sentence = f"{len(out)} {what} out by up to {_percent(size[out].max())} (at {places}; {limit})"
    return _Finding(level, sentence, float(f[out[size[out].argmax()]]))


def _step(found: Judgement, i: int, f: Floats, limits: Limits, level: int) -> _Finding:
    at = float(found.step_frequency[i])
    size = f"{_percent(100 * abs(found.step[i]))} at {frequency_text(at)}"
    return _Finding(level, f"|Z| steps by {size} (limit {_percent(limits.step.sizes[level])})", at)


def _misfit(found: Judgement, i: int, f: Floats, limits: Limits, level: int) -> _Finding:
    beyond = f"beyond the scatter of neighbouring points, {_percent(100 * found.noise[i])}"
    limit = f"(limit {_percent(limits.misfit.sizes[level])})"
    sentence = f"Re and Im disagree by {_percent(100 * found.misfit[i])} {beyond} {limit}"
    return _Finding(level, sentence, float(f[found.largest[i]]))


def _drift(found: Judgement, i: int, f: Floats, limits: Limits, level: int) -> _Finding:
    size, error = 100 * found.drift[i], 100 * float(found.drift_stderr[i])
    limit = max(limits.drift.sizes[level], limits.drift.scores[level] * error)
    way = f"{'rise' if size > 0 else 'fall'} by {_percent(abs(size))}"
    sure = f"(standard error {_percent(error)}, limit {_percent(limit)})"
    return _Finding(level, f"the resistance seems to {way} {sure} during the sweep", float(f.min()))


def _noise(found: Judgement, i: int, f: Floats, limits: Limits, level: int) -> _Finding:
    limit = f"(limit {_percent(limits.noise.sizes[level])})"
    sentence = f"the noise, all of the residual, is {_percent(100 * found.scatter[i])} {limit}"
    return _Finding(level, sentence, float(f[found.largest[i]]))


def _percent(value: float) -> str:
    return f"{value:.2g} %" if value < 99.5 else f"{value:.0f} %"
