"""The optimum that a fit should reach: scipy's least_squares polished from the truth, one spectrum at a time."""

from __future__ import annotations

import os
from concurrent.futures import ProcessPoolExecutor

import numpy as np
from scipy.optimize import least_squares
from synthetic import FREQUENCY, Floats, SyntheticSet

from eisfit import Circuit


def reference(data: SyntheticSet, *, start: Floats | None = None) -> tuple[Floats, Floats]:
    """Values (N, P) and cost (N,) of the minimum that scipy reaches from the truth, or from `start` (N, P).

    Exponents stay at or below 1: where the free minimum lies above, a search with bounds takes over.
    """
    begin = data.truth if start is None else start
    jobs = [(data.circuit, p, z) for p, z in zip(begin, data.impedance, strict=True)]
    if len(jobs) < 50 or (os.cpu_count() or 1) < 2:
        found = [_polished(*job) for job in jobs]
    else:
        with ProcessPoolExecutor() as pool:
            found = list(pool.map(_polished, *zip(*jobs, strict=True), chunksize=25))
    return np.array([p for p, _ in found]), np.array([c for _, c in found])


def _polished(circuit: Circuit, start: Floats, z: np.ndarray) -> tuple[Floats, float]:
    log = np.array([p.scale == "log" for p in circuit.parameters])
    weight = 1 / np.abs(z)

    def values(theta: Floats) -> Floats:
        return np.where(log, np.exp(np.where(log, theta, 0.0)), theta)

    def residual(theta: Floats) -> Floats:
        d = (circuit.impedance(FREQUENCY, values(theta)) - z) * weight
        return np.concatenate([d.real, d.imag])

    def jacobian(theta: Floats) -> Floats:
        p = values(theta)
        j = circuit.jacobian(FREQUENCY, p) * np.where(log, p, 1.0) * weight[:, None]
        return np.concatenate([j.real, j.imag])

    theta = np.where(log, np.log(start), start)
    fine = {"xtol": 1e-14, "ftol": 1e-14, "gtol": 1e-14, "max_nfev": 2000}
    free = least_squares(residual, theta, jacobian, method="lm", **fine)
    if np.all(log | (free.x <= 1)):
        return values(free.x), 2 * float(free.cost)
    top = np.where(log, np.inf, 1.0)
    inside = np.minimum(theta, np.where(log, np.inf, 0.999))
    held = least_squares(residual, inside, jacobian, bounds=(-np.inf, top), x_scale="jac", **fine)
    return values(held.x), 2 * float(held.cost)
