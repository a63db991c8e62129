"""How far a misfit is above that of the Kramers-Kronig test."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest
from scipy.stats import f as fisher
from scipy.stats import norm

from eisfit import Circuit, fit_batch
from eisfit.fitting import explained
from eisfit.fitting.constraints import Constraints
from eisfit.fitting.explained import excess, missed
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


def told(monkeypatch, share, effective, dof, *, bound=False):
    """The excess of a resistor over a test that leaves 30 squares of 0.01, with a ratio F of what it misses.

    Seventeen points of 10 ohm, weights of a half, of which one does not count: of it 99 is left.
    """
    f = np.geomspace(1e4, 1, 17)
    circuit = Circuit("R").with_bounds(R1=(10.0, 1e3)) if bound else Circuit("R")
    used = np.arange(17)[None] != 4
    weight = np.repeat(np.where(used, 0.5, 0.0), 2, axis=1)
    problem = problem_of(Constraints().scaling(circuit, f), f, np.full((1, 17), 10 + 0j), weight)
    left = np.full((1, 34), 0.0)
    left[:, :30] = 0.1
    left[:, [4, 21]] = 99.0  # Re and Im of what does not count
    counted = 0.01 * (30 - 2) * 25  # |Z| w is 5 everywhere

    def regress(columns, data, chosen):
        assert chosen[0].tolist() == np.tile(used[0], 2).astype(float).tolist()
        return SimpleNamespace(residual=left, effective=np.array([effective]), dof=np.array([dof]))

    monkeypatch.setattr(explained, "regress", regress)
    free = 0 if bound else 1
    cost = counted * (1 + share * max(effective - free, 1) / dof)
    found = excess(problem, np.log([[10.0]]), np.array([cost]))
    assert found.ratio[0] == pytest.approx(np.sqrt(cost / (32 - free) / (counted / dof)), nan_ok=True) or dof < 8
    return found.z[0]


def test_how_unlikely_what_is_missed_is(monkeypatch):
    """By the F distribution at as many degrees of freedom as the test has more, and as are left."""
    for share, effective, dof in ((2.5, 12.0, 20.0), (1.0, 9.0, 15.0), (4.0, 6.0, 30.0), (0.3, 12.0, 20.0)):
        for bound, more in ((False, effective - 1), (True, effective)):
            z = told(monkeypatch, share, effective, dof, bound=bound)
            assert z == pytest.approx(norm.isf(fisher.sf(share, more, dof)), abs=0.02), (share, effective, dof, bound)
    assert told(monkeypatch, 3.0, 1.5, 20.0) == pytest.approx(norm.isf(fisher.sf(3.0, 1, 20)), abs=0.1)
    assert told(monkeypatch, -0.5, 12.0, 20.0) == told(monkeypatch, 0.0, 12.0, 20.0) < -3


def test_eight_numbers_must_be_left_to_tell_the_noise(monkeypatch):
    assert np.isfinite(told(monkeypatch, 1.0, 12.0, 8.0))
    assert np.isnan(told(monkeypatch, 1.0, 12.0, 7.9))


def test_of_no_spectrum_nothing_is_missed():
    f = np.geomspace(1e4, 1, 17)
    problem = posed("R", f, np.full((1, 17), 10 + 0j)).take(np.array([], int))
    found = excess(problem, np.zeros((0, 1)), np.zeros(0))
    assert (found.z.shape, found.ratio.shape) == ((0,), (0,))
