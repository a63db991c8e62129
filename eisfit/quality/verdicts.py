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

    def level(self, percent: float, z: float) -> int:
        """0 below, 1 doubtful, 2 fail."""
        if percent >= self.fail_percent and z >= self.fail_z:
            return 2
        return int(percent >= self.percent and z >= self.z)


MISFIT = Bar(percent=0.3, z=2.5, fail_percent=2.0, fail_z=5.0)
STEP = Bar(percent=1.0, z=4.3, fail_percent=5.0, fail_z=6.0)
DRIFT = Bar(percent=0.7, z=2.2, fail_percent=10.0, fail_z=4.0)
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


class _Finding(NamedTuple):
    level: int
    sentence: str
    frequency: float


def opinion(found: Judgement, i: int, frequency: Floats, limits: Limits) -> Opinion:
    """The verdict on row i, of frequencies (F,)."""
    size = np.abs(found.residual[i])
    worst = float(frequency[size.argmax()])
    if found.dof[i] < limits.least_dof:
        sentence = f"{len(frequency)} points are too few for this band: nothing could be found against them"
        return Opinion("doubtful", sentence, worst)
    findings = _findings(found, i, frequency, limits)
    if not findings:
        return Opinion("pass", f"noise {_percent(100 * found.noise[i])}; {unseen(found, i, limits)}", worst)
    findings.sort(key=lambda f: -f.level)
    first = findings[0]
    return Opinion(VERDICTS[first.level], "; ".join(f.sentence for f in findings), first.frequency)


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


def _findings(found: Judgement, i: int, f: Floats, limits: Limits) -> list[_Finding]:
    worst = float(f[np.abs(found.residual[i]).argmax()])
    step, drift, misfit = (100 * float(v[i]) for v in (found.step, found.drift, found.misfit))
    noise, at = 100 * float(found.scatter[i]), float(found.step_frequency[i])
    out = _outliers(found, i, f, limits)
    if level := limits.step.level(abs(step), abs(found.step_z[i])):
        out.append(_Finding(level, f"|Z| steps by {_percent(abs(step))} at {_hertz(at)}", at))
    if level := limits.misfit.level(misfit, found.misfit_z[i]):
        beyond = f"beyond the noise of {_percent(100 * found.noise[i])}"
        out.append(_Finding(level, f"Re and Im disagree by {_percent(misfit)} {beyond}", worst))
    if level := limits.drift.level(abs(drift), abs(found.drift_z[i])):
        way = "rise" if drift > 0 else "fall"
        error = f"(standard error {_percent(100 * found.drift_stderr[i])})"
        sentence = f"the resistance seems to {way} by {_percent(abs(drift))} {error} during the sweep"
        out.append(_Finding(level, sentence, float(f.min())))
    if level := limits.noise.level(noise, 0.0):
        out.append(_Finding(level, f"the noise is {_percent(noise)}", worst))
    return out


def _outliers(found: Judgement, i: int, f: Floats, limits: Limits) -> list[_Finding]:
    size = 100 * np.abs(found.residual[i])
    worst = float(f[size.argmax()])
    if 100 * found.crowded[i] >= limits.outlier_percent:
        return [_Finding(1, f"many points stand out, by up to {_percent(size.max())} at {_hertz(worst)}", worst)]
    out = np.flatnonzero(matters(found, i, limits))
    if not len(out):
        return []
    places = ", ".join(_hertz(v) for v in f[out][:4]) + (", ..." if len(out) > 4 else "")
    what = "point stands" if len(out) == 1 else "points stand"
    sentence = f"{len(out)} {what} out by up to {_percent(size[out].max())} (at {places})"
    return [_Finding(1, sentence, float(f[out[size[out].argmax()]]))]


def _percent(value: float) -> str:
    return f"{value:.2g} %" if value < 99.5 else f"{value:.0f} %"


def _hertz(value: float) -> str:
    for unit, factor in (("MHz", 1e6), ("kHz", 1e3), ("Hz", 1.0)):
        if value >= factor:
            return f"{value / factor:.3g} {unit}"
    return f"{value * 1e3:.3g} mHz"
