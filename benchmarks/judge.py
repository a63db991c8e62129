"""What a tool's results are worth, against the known truth and the reference optimum."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from synthetic import FREQUENCY, Floats, SyntheticSet

RESISTANCES = [0, 1, 4]
ARCS = (slice(1, 4), slice(4, 7))
AT_OPTIMUM = 1.01
"""At the optimum: a cost of at most this many times that of the reference."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """Shares of all spectra, failed ones included; errors of the resistances are medians in percent."""

    at_optimum: float
    failed: float
    error_percent: Floats
    without_error: float


@dataclass(frozen=True, slots=True)
class Calibration:
    """Per parameter: standard error / scatter, share of 95 % intervals that hold the truth, variance / bound."""

    ratio: Floats
    coverage: Floats
    variance: Floats
    used: int


def sorted_arcs(values: Floats, errors: Floats) -> tuple[Floats, Floats]:
    """Both arcs of R(RQ)(RQ)Q by ascending time constant."""
    out, sd = values.copy(), errors.copy()
    with np.errstate(all="ignore"):
        ln_tau = [np.log(np.abs(values[:, a.start] * values[:, a.start + 1])) / values[:, a.start + 2] for a in ARCS]
    swap = np.nan_to_num(ln_tau[0]) > np.nan_to_num(ln_tau[1])
    for here, there in (ARCS, ARCS[::-1]):
        out[swap, here], sd[swap, here] = values[swap, there], errors[swap, there]
    return out, sd


def costs(data: SyntheticSet, values: Floats) -> Floats:
    """Sum of |dZ|^2 / |Z|^2 of each result, infinite where there is none."""
    known = np.isfinite(values).all(axis=1)
    model = data.circuit.impedance(FREQUENCY, np.where(known[:, None], values, data.truth))
    cost = np.sum(np.abs((model - data.impedance) / data.impedance) ** 2, axis=1)
    return np.where(known & np.isfinite(cost), cost, np.inf)


def judged(data: SyntheticSet, best: Floats, values: Floats, errors: Floats) -> Verdict:
    """Results of a set in R(RQ)(RQ)Q against its truth and the reference costs (N,)."""
    values, errors = sorted_arcs(values, errors)
    known = np.isfinite(values).all(axis=1)
    off = np.abs(values / data.truth - 1)[:, RESISTANCES]
    return Verdict(
        at_optimum=float(np.mean(costs(data, values) <= AT_OPTIMUM * best)),
        failed=float(np.mean(~known)),
        error_percent=100 * np.median(np.where(known[:, None], off, np.inf), axis=0),
        without_error=float(np.mean(~np.isfinite(errors).all(axis=1))),
    )


def calibrated(data: SyntheticSet, values: Floats, errors: Floats) -> Calibration:
    """Standard errors of repeats of one spectrum against their scatter; fits far from the truth are left out."""
    values, errors = sorted_arcs(values, errors)
    near = (np.abs(values - data.truth) <= np.maximum(0.1 * data.truth, 5 * data.sigma)).all(axis=1)
    sound = near & np.isfinite(errors).all(axis=1)
    scatter = values[near].std(axis=0, ddof=1)
    sd = errors[sound]
    return Calibration(
        ratio=np.sqrt(np.mean(sd**2, axis=0)) / scatter,
        coverage=np.mean(np.abs(values[sound] - data.truth[sound]) <= 1.96 * sd, axis=0),
        variance=(scatter / data.sigma[0]) ** 2,
        used=int(sound.sum()),
    )
