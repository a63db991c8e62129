"""Errors of arcs out of the band, and when their resistances are not resolved."""

import numpy as np
import pytest

from eisfit import Circuit, fit_batch
from eisfit.fitting.reach import stretched

F = np.logspace(6, -2, 49)
CIRCUIT = Circuit("R(RQ)(RQ)")


def drawn(apexes, noise, draws, seed):
    """Truth (P,), fits of repeats of one spectrum whose arcs of 30 and 100 ohm have their apexes in Hz there."""
    (fast, slow), n = apexes, (0.9, 0.85)
    arcs = [(30.0, (2 * np.pi * fast) ** -n[0] / 30, n[0]), (100.0, (2 * np.pi * slow) ** -n[1] / 100, n[1])]
    truth = np.array([20.0, *arcs[0], *arcs[1]])
    rng = np.random.default_rng(seed)
    z = np.tile(CIRCUIT.impedance(F, truth), (draws, 1))
    z = z + noise * np.abs(z) * (rng.standard_normal(z.shape) + 1j * rng.standard_normal(z.shape))
    return truth, fit_batch(F, z, CIRCUIT, start=np.tile(truth, (draws, 1)))


@pytest.mark.parametrize(
    ("apexes", "noise", "names"), [((2e6, 10), 0.008, ("R1", "R2")), ((1e4, 2e-3), 0.008, ("R3",))]
)
def test_errors_hold_out_of_the_band(apexes, noise, names):
    """Relative errors of 0.1 to 0.2; with errors to first order 0.91 of 2,000 draws of the fast arc held."""
    truth, fits = drawn(apexes, noise, 400, 1)
    low, high = fits.intervals()
    for name in names:
        k = CIRCUIT.names.index(name)
        assert fits.resolved[:, k].mean() > 0.9
        assert np.mean((low[:, k] < truth[k]) & (truth[k] < high[:, k])) > 0.925, name


@pytest.mark.parametrize(("apexes", "noise", "names"), [((6e6, 10), 0.01, ("R1", "R2")), ((1e4, 5e-4), 0.02, ("R3",))])
def test_a_resistance_is_open_in_all_draws_or_in_none(apexes, noise, names):
    """By their own errors those draws would be left of which the truth lies far outside."""
    _, fits = drawn(apexes, noise, 100, 2)
    for name in names:
        assert not fits.resolved[:, CIRCUIT.names.index(name)].any(), name
    assert fits.resolved[:, CIRCUIT.names.index("R3" if "R1" in names else "R2")].all()


def test_a_sum_that_is_known_stays_so():
    _, fits = drawn((3e6, 10), 0.008, 20, 3)
    total = fits.covariance[:, 0, 0] + fits.covariance[:, 1, 1] + 2 * fits.covariance[:, 0, 1]
    assert np.all(np.sqrt(total) < 0.01 * (fits.values[:, 0] + fits.values[:, 1]))
    assert np.all(fits.stderr[:, 1] > 0.1 * fits.values[:, 1])


def test_errors_within_the_band_are_left_alone():
    values, band = np.array([[20.0, 30.0, 1e-6, 0.9, 100.0, 1e-3, 0.85]]), np.array([[1e-2, 1e6]])
    covariance, bound = np.diag((0.3 * values[0]) ** 2)[None], np.zeros((1, 7), bool)
    np.testing.assert_array_equal(stretched(CIRCUIT, values, covariance, bound, band), covariance)
    beyond = stretched(CIRCUIT, values, covariance, bound, np.array([[1e-2, 1e3]]))
    assert beyond[0, 1, 1] == pytest.approx(covariance[0, 1, 1] * (1 + 6 * 0.09) ** 2)
