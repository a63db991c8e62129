"""A few gross outliers do not move the answer, and are named."""

from __future__ import annotations

import numpy as np
import pytest

from eisfit import Series, fit
from eisfit.fitting.batch import problem_of
from eisfit.fitting.constraints import Constraints
from eisfit.fitting.robust import SPIKE, _despiked
from eisfit.fitting.weighting import weights

SPIKES = [5, 20, 33]


def spoilt(z):
    out = np.array(z)
    out[:, SPIKES] *= [1.5, 0.5, 2.0]
    return out


def test_outliers_are_named_and_the_rest_gives_what_it_gives_without_them(simulated, as_series):
    circuit, _, z = simulated(n=4, seed=5)
    fits = fit(as_series(spoilt(z)), circuit, robust=True)
    assert all(set(SPIKES) <= set(np.flatnonzero(out).tolist()) for out in fits.outliers)
    masked = [s.masked(out, "x") for s, out in zip(as_series(z), fits.outliers, strict=True)]
    plain = fit(Series(masked), circuit)
    np.testing.assert_allclose(fits.cost, plain.cost, rtol=1e-5)
    assert (np.abs(fits.values - plain.values) < 0.05 * plain.stderr).all()
    assert fits.points_used.tolist() == plain.points_used.tolist()


def test_good_data_lose_hardly_a_point(simulated, as_series):
    circuit, _, z = simulated(n=10, seed=6)
    fits = fit(as_series(z), circuit, robust=True)
    assert sum(out.sum() for out in fits.outliers) <= 2


@pytest.mark.parametrize("masked", [[10, 11, 13, 14], [0, 1, 2, 3], [37, 38, 39, 40]])
def test_a_good_point_between_points_that_do_not_count_keeps_its_weight(simulated, frequency, masked):
    circuit, _, z = simulated(n=2)
    used = np.ones(z.shape, bool)
    used[:, masked] = False
    search = Constraints().scaling(circuit, frequency)
    problem = problem_of(search, frequency, z, weights(z, used, "modulus"))
    share = (_despiked(problem) / np.where(problem.weight > 0, problem.weight, 1))[:, 0::2]
    assert (share[used] > 0.05).all()
    assert (share[~used] == 0).all()


def test_a_spike_loses_its_weight_anywhere_but_at_the_ends(simulated, frequency):
    """Weight w / (1 + (|d ln Z| / SPIKE)^2), times its modulus over that of the median around it."""
    circuit, _, z = simulated(n=1, noise=0.0)
    z = np.full_like(z, 50 - 20j)
    search = Constraints().scaling(circuit, frequency)
    for place in range(len(frequency)):
        spiked = z.copy()
        spiked[0, place] *= 1.5
        problem = problem_of(search, frequency, spiked, weights(spiked, np.ones(z.shape, bool), "modulus"))
        share = (_despiked(problem) / problem.weight)[0, 0::2]
        expected = np.ones(len(frequency))
        if 2 <= place < len(frequency) - 2:
            expected[place] = 1.5 / (1 + (np.log(1.5) / SPIKE) ** 2)
        np.testing.assert_allclose(share, expected, err_msg=str(place))


def test_a_straight_course_keeps_its_weights(simulated, frequency):
    """The median of a point and its four neighbours, on a line of ln Z, is the point itself."""
    circuit, _, z = simulated(n=1, noise=0.0)
    z = np.array([(1 - 1j) * frequency**-0.7])
    search = Constraints().scaling(circuit, frequency)
    problem = problem_of(search, frequency, z, weights(z, np.ones(z.shape, bool), "modulus"))
    np.testing.assert_allclose(_despiked(problem), problem.weight)
