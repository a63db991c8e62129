"""The size of the noise from any grid, and the shape of residuals."""

from __future__ import annotations

import numpy as np
import pytest

from eisfit import Circuit
from eisfit.fitting.constraints import Constraints
from eisfit.fitting.misfit import correlation, expected_cost, shaped
from eisfit.fitting.problem import problem_of
from eisfit.fitting.weighting import weights

GRIDS = {
    "knob of 1-2-3-5-8": np.sort((10.0 ** np.arange(-2, 6)[:, None] * [1, 2, 3, 5, 8]).ravel()),
    "thin below": np.concatenate([np.logspace(-2, 2, 25), np.logspace(2.1, 6, 60)]),
    "a gap": np.concatenate([np.logspace(-2, 1, 31), np.logspace(2, 6, 41)]),
    "300 points": np.logspace(-2, 6, 300),
}


@pytest.mark.parametrize("grid", GRIDS)
def test_the_noise_is_read_off_any_grid(grid):
    f, rng, circuit = GRIDS[grid], np.random.default_rng(2), Circuit("R(RQ)(RQ)Q")
    z = np.tile(circuit.impedance(f, [22, 14, 6e-8, 0.9, 60, 3e-3, 0.8, 0.4, 0.6]), (30, 1))
    z = z + 0.01 * np.abs(z) * (rng.standard_normal(z.shape) + 1j * rng.standard_normal(z.shape))
    problem = problem_of(Constraints().scaling(circuit, f), f, z, weights(z, np.ones(z.shape, bool), "modulus"))
    share = expected_cost(problem) / (0.01**2 * (2 * f.size - 9))
    assert 0.8 < np.median(share) < 1.3


@pytest.mark.parametrize("points", [15, 61, 300])
def test_noise_has_no_shape(points):
    f, rng, circuit = np.logspace(-2, 6, points), np.random.default_rng(3), Circuit("R")
    z = 10 + 0.1 * (rng.standard_normal((400, points)) + 1j * rng.standard_normal((400, points)))
    problem = problem_of(Constraints().scaling(circuit, f), f, z, weights(z, np.ones(z.shape, bool), "unit"))
    theta = np.full((400, 1), np.log(10.0))
    assert shaped(problem, theta).mean() < 0.01
    bent = problem_of(problem.scaling, f, z + 0.3 * np.sin(np.linspace(0, 6, points)), problem.weight)
    assert shaped(bent, theta).mean() > 0.85
    assert (
        np.median(correlation(bent, bent.residual(theta)))
        > np.median(correlation(problem, problem.residual(theta))) + 0.3
    )
