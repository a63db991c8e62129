"""A few gross outliers do not move the answer, and are named."""

from __future__ import annotations

import numpy as np
import pytest

from eisfit import Circuit, Series, fit
from eisfit.fitting import robust
from eisfit.fitting.batch import problem_of
from eisfit.fitting.constraints import Constraints
from eisfit.fitting.lm import Minimum
from eisfit.fitting.robust import SPIKE, _despiked, _distance, _filled, _scatter, _typical, robust_fit
from eisfit.fitting.scaling import scaling
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


def resistor(z, used=None):
    """The problem of R alone at eight frequencies, weights of one."""
    z = np.atleast_2d(np.asarray(z, complex))
    f = np.geomspace(1e4, 1, z.shape[1])
    counted = np.ones(z.shape, bool) if used is None else np.atleast_2d(used)
    return problem_of(scaling(Circuit("R")), f, z, weights(z, counted, "unit"))


def test_points_that_do_not_count_take_the_value_before_them():
    used = np.array([[False, True, False, True], [True, False, False, True], [False, False, False, True]])
    found = _filled(np.tile([1.0, 2, 3, 4], (3, 1)) + 0j, used)
    assert found.real.tolist() == [[2, 2, 2, 4], [1, 1, 1, 4], [4, 4, 4, 4]]


def test_a_typical_modulus_and_the_scatter_of_residuals_by_hand():
    """The median of |dZ| over sqrt(2 ln 2) and the root of the freedom, 15 of 16 numbers here."""
    z = 10 + np.array([1, -1, 1, -1, 2, -2, 2, -2]) * 1j
    problem = resistor(z)
    assert _typical(problem)[0] == pytest.approx(np.median(np.abs(z)))
    theta = np.log([[10.0]])
    np.testing.assert_allclose(_distance(problem, theta)[0], [1, 1, 1, 1, 2, 2, 2, 2])
    assert _scatter(problem, theta)[0] == pytest.approx(1.5 / np.sqrt(2 * np.log(2)) / np.sqrt(15 / 16))
    half = resistor(z, np.arange(8) < 4)
    assert _scatter(half, theta)[0] == pytest.approx(1 / np.sqrt(2 * np.log(2)) / np.sqrt(7 / 8))
    assert _typical(half)[0] == pytest.approx(abs(10 + 1j))


def test_weights_of_spikes_in_the_search():
    """A point off by a tenth in ln Z keeps half of its weight, and its modulus does not set it; ends keep theirs."""
    for off, share in ((0.1, 0.5), (0.2, 0.2), (0.0, 1.0)):
        z = np.full(8, 10.0)
        z[4] *= np.exp(off)
        z[[0, 7]] *= 3
        found = _despiked(resistor(z))[0]
        assert found[8:10] == pytest.approx(share * np.exp(off)), off
        assert np.delete(found, [8, 9]) == pytest.approx(1.0)
    huge = np.full(8, 10.0)
    huge[4] *= 1e6
    assert _despiked(resistor(huge))[0, 8] == pytest.approx(100 / (1 + (np.log(1e6) / 0.1) ** 2))
    huge[4] /= 1e12
    assert _despiked(resistor(huge))[0, 8] == pytest.approx(0.01 / (1 + (np.log(1e6) / 0.1) ** 2))


def test_outliers_are_the_same_in_ohm_and_in_megaohm(simulated, frequency):
    """With weights that are all the same the typical modulus is the scale."""
    circuit, truth, z = simulated("R(RC)", n=1, seed=5)
    found = []
    for scale in (1.0, 1e6):
        values = truth * [scale, scale, 1 / scale]
        data = scale * spoilt(z)
        problem = problem_of(scaling(circuit), frequency, data, np.ones((1, 2 * data.shape[1])))
        found.append(robust_fit(problem, values, 100).outliers)
    assert set(SPIKES[1:]) <= set(np.flatnonzero(found[0]).tolist())
    np.testing.assert_array_equal(found[1], found[0])


def test_five_standard_deviations_are_an_outlier():
    """Imaginary parts do not move R: seven of 1 ohm are a scatter of 1 / sqrt(2 ln 2) / sqrt(15 / 16)."""
    sigma = 1 / np.sqrt(2 * np.log(2)) / np.sqrt(15 / 16)
    for size, named in ((4.95, []), (5.05, [3])):
        off = np.ones(8)
        off[3] = size * sigma
        problem = resistor(10 + 1j * off)
        found = robust_fit(problem, np.array([[11.0]]), 100)
        assert np.flatnonzero(found.outliers[0]).tolist() == named, size
        np.testing.assert_allclose(found.minima.minimum.theta, np.log(10), rtol=1e-6)
        assert (found.problem.weight[0] == 0).sum() == 2 * len(named)
        assert found.minima.minimum.cost[0] == pytest.approx((off**2).sum() - (off[3] ** 2 if named else 0))


def test_of_data_without_noise_a_ten_millionth_is_none():
    """5e-7 of the modulus of a typical point, 10 ohm."""
    for off, named in ((4.9e-6, []), (5.1e-6, [3])):
        z = np.full(8, 10 + 0j)
        z[3] += 1j * off
        found = robust_fit(resistor(z), np.array([[10.0]]), 100)
        assert np.flatnonzero(found.outliers[0]).tolist() == named, off


def test_the_bound_of_what_a_point_costs_falls_to_four_standard_deviations(monkeypatch):
    """A tenth of the typical modulus first, then four times 1.5 of the scatter where that is less; none in the end."""
    clips = []

    def descend(problem, theta, steps, scale=None):
        clips.append(None if problem.clip is None else problem.clip[0])
        return Minimum(theta, np.zeros(1), np.zeros(1, int), np.zeros(1, int))

    monkeypatch.setattr(robust, "_descend", descend)
    for noise, bound in ((0.01, 6 * 0.01), (0.9, 0.1 * np.hypot(10, 0.9)), (0.0, 4e-7 * 10)):
        z = 10 + 1j * noise * np.tile([1.0, -1.0], 4)
        clips.clear()
        robust_fit(resistor(z), np.array([[10.0]]), 100)
        scatter = np.sqrt(2 * np.log(2)) * np.sqrt(15 / 16)
        last = bound / scatter if noise == 0.01 else bound
        assert clips[0] == pytest.approx(0.1 * np.hypot(10, noise))
        assert clips[1:-1] == pytest.approx([last] * 5), noise
        assert clips[-1] is None
