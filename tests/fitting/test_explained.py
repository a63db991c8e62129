"""How far a misfit is above that of the Kramers-Kronig test."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from eisfit import Circuit, fit_batch
from eisfit.fitting.constraints import Constraints
from eisfit.fitting.explained import missed
from eisfit.fitting.problem import problem_of
from eisfit.fitting.weighting import weights


def posed(text, f, z, weighting="modulus", used=None):
    search = Constraints().scaling(Circuit(text), f)
    return problem_of(search, f, z, weights(z, np.ones(z.shape, bool) if used is None else used, weighting))


def score(text, f, z, truth, used=None):
    fits = fit_batch(f, z, text, start=truth, mask=None if used is None else ~used)
    problem = posed(text, f, z, used=used)
    return missed(problem, problem.scaling.theta(fits.values), fits.cost)


@pytest.mark.parametrize("text", ["R(RQ)(RQ)Q", "R(RQ)", "R(Q(RW))"])
@pytest.mark.parametrize("noise", [0.001, 0.01])
def test_the_right_minimum_misses_nothing(simulated, text, noise):
    f = np.logspace(6, -2, 61)
    _, truth, z = simulated(text, n=60, seed=3, noise=noise, frequency=f)
    found = score(text, f, z, truth)
    assert abs(np.median(found)) < 0.5
    assert np.quantile(found, 0.9) < 2.5


def test_a_circuit_without_one_arc_misses_it(simulated):
    f = np.logspace(6, -2, 61)
    _, _, z = simulated("R(RC)(RC)", n=5, frequency=f)
    fits = fit_batch(f, z, "R(RC)")
    problem = posed("R(RC)", f, z)
    assert (missed(problem, problem.scaling.theta(fits.values), fits.cost) > 5).all()


def test_points_that_do_not_count_do_not_tell(simulated):
    f = np.logspace(6, -2, 61)
    _, truth, z = simulated("R(RQ)", n=4, seed=1, frequency=f)
    used = np.ones(z.shape, bool)
    used[:, [5, 30]] = False
    spoiled = np.where(used, z, 0)
    np.testing.assert_allclose(score("R(RQ)", f, spoiled, truth, used), score("R(RQ)", f, z, truth, used), rtol=1e-6)


def test_the_size_of_the_weights_does_not_matter(simulated):
    f = np.logspace(6, -2, 61)
    _, truth, z = simulated("R(RQ)", n=3, seed=2, frequency=f)
    one, other = posed("R(RQ)", f, z, "unit"), posed("R(RQ)", f, 1e3 * z, "unit")
    theta, size = one.scaling.theta(truth), np.array([1e3, 1e3, 1e-3, 1])
    there = other.scaling.theta(truth * size)
    np.testing.assert_allclose(
        missed(other, there, other.cost(there)), missed(one, theta, one.cost(theta)), rtol=1e-6, atol=1e-6
    )


def test_of_a_bounded_cost_nothing_is_said(simulated):
    """An outlier costs the model what it costs, and the fit next to nothing."""
    f = np.logspace(6, -2, 61)
    _, truth, z = simulated("R(RQ)", n=2, frequency=f)
    problem = replace(posed("R(RQ)", f, z), clip=np.full(2, 0.01))
    theta = problem.scaling.theta(truth)
    assert np.isnan(missed(problem, theta, problem.cost(theta))).all()


def test_with_too_few_points_the_noise_is_unknown(simulated):
    f = np.logspace(6, -2, 15)
    _, truth, z = simulated("R(RQ)", n=2, frequency=f)
    assert np.isnan(score("R(RQ)", f, z, truth)).all()
