"""Is there more in the data than the circuit shows: its misfit against that of the Kramers-Kronig test.

The measurement model of that test follows any spectrum that obeys the relations, so what it leaves is noise. A circuit
at its right minimum leaves as much, and the part that a model with more freedom takes from the noise. Where it leaves
more than this, another minimum, or another circuit, describes what it misses: the F test of nested linear models, the
circuit being one as far as the measurement model can follow it.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from eisfit.fitting.covariance import at_bounds
from eisfit.fitting.problem import Problem
from eisfit.medians import known_median
from eisfit.quality.measurement import design, number_of_rc
from eisfit.quality.regression import regress
from eisfit.spectrum import Floats

CHUNK = 64
"""Spectra per linear algebra call."""
LEAST_DOF = 8.0
"""With fewer numbers to spare the noise is not known."""


class Excess(NamedTuple):
    """How far a misfit is above that of the Kramers-Kronig test, (N,) each; NaN where the noise cannot be told.

    z: that of the normal distribution that is as unlikely as the F ratio (Paulson, Ann. Math. Stat. 13 (1942) 233);
    ratio: of the rms, each over its degrees of freedom.
    """

    z: Floats
    ratio: Floats


def missed(problem: Problem, theta: Floats, cost: Floats) -> Floats:
    """How far the misfit at minima (N, K) of some cost (N,) is above that of the Kramers-Kronig test, as z, (N,)."""
    return excess(problem, theta, cost).z


def excess(problem: Problem, theta: Floats, cost: Floats) -> Excess:
    """How far the misfit at minima (N, K) of some cost (N,) is above that of the Kramers-Kronig test.

    NaN with few points, or where outliers have a bounded cost.
    """
    if problem.clip is not None:
        return Excess(*np.full((2, len(theta)), np.nan))
    free = (~at_bounds(problem.scaling, theta)).sum(axis=1)
    pieces = [np.arange(a, min(a + CHUNK, len(theta))) for a in range(0, len(theta), CHUNK)]
    parts = [_missed(problem.take(rows), cost[rows], free[rows]) for rows in pieces]
    return Excess(*np.concatenate(parts, axis=1)) if parts else Excess(np.zeros(0), np.zeros(0))


def _missed(problem: Problem, cost: Floats, free: Floats) -> Floats:
    """z and ratio, (2, N)."""
    frequency, used = problem.s.imag / (2 * np.pi), (problem.weight > 0)[:, 0::2]
    data = np.where(used, problem.data.view(np.complex128), 1.0)
    data = np.where(np.isfinite(data) & (data != 0), data, 1.0)
    model = design(frequency[None], data, number_of_rc(frequency))
    size = problem.weight[:, 0::2] * np.abs(data)
    typical = known_median(np.where(used, size, np.nan), axis=1)
    relative = np.where(used, size / typical[:, None], 1.0)
    relative, counted = np.tile(relative, 2), np.tile(used, 2).astype(np.float64)
    found = regress(model.columns * relative[:, :, None], model.data * relative, counted)
    left = (found.residual**2 * counted).sum(axis=1) * typical**2
    more = np.maximum(found.effective - free, 1.0)
    ratio = np.maximum(cost - left, 0.0) / more / np.maximum(left / found.dof, 1e-300)
    one, two = 2 / (9 * more), 2 / (9 * found.dof)
    z: Floats = ((1 - two) * np.cbrt(ratio) - (1 - one)) / np.sqrt(two * np.cbrt(ratio) ** 2 + one)
    spare = np.maximum((problem.weight > 0).sum(axis=1) - free, 1)
    of_rms = np.sqrt(cost / spare / np.maximum(left / found.dof, 1e-300))
    return np.where((found.dof >= LEAST_DOF) & np.isfinite(z), np.stack([z, of_rms]), np.nan)
