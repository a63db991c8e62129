"""Errors of arcs out of the band, and when their resistances are not resolved."""

import numpy as np
import pytest

from eisfit import Circuit, fit_batch, fixed
from eisfit.fitting.reach import _first_order, _second_order, out_of_reach, stretched

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


def test_errors_to_second_order_and_back():
    """r (1 + 6 r^2) from a tenth to a half; below it is r, beyond the factor stays 2.5."""
    r = np.array([0.05, 0.0999, 0.11, 0.3, 0.49, 0.8])
    grown = r * np.array([1, 1, 1 + 6 * 0.0121, 1.54, 1 + 6 * 0.2401, 2.5])
    np.testing.assert_allclose(r * _second_order(r), grown)
    np.testing.assert_allclose(_first_order(grown), r, rtol=1e-4)
    assert _second_order(np.array([0.1]))[0] == 1
    assert _first_order(np.array([0.1, 1.25, 2.5])).tolist() == pytest.approx([0.1, 0.5, 1.0])
    assert np.isnan(_first_order(np.array([np.nan]))[0])


ARC, APEX = Circuit("R(RC)"), 1 / (2 * np.pi * 1e-4)
"""An arc of 100 ohm and 1e-6 F, whose apex is at 1592 Hz."""


def test_what_moves_with_the_resistance_of_an_arc_out_of_the_band():
    """A factor of 1.54 for r = 0.3; more than half of the highest frequency is out, and less than the lowest."""
    values = np.array([[5.0, 100.0, 1e-6]])
    column = np.array([-870.0, 900.0, 3e-6])
    covariance = np.diag([900.0, 0.0, 1e-13])
    covariance[1], covariance[:, 1] = column, column
    grown = covariance + (1.54**2 - 1) / 900 * np.outer(column, column)
    free, held = np.zeros((1, 3), bool), np.array([[False, True, False]])
    for low, high, bound, out in (
        (1.0, 1.98 * APEX, free, True), (1.0, 2.02 * APEX, free, False), (1.01 * APEX, 1e6, free, True),
        (0.99 * APEX, 1e6, free, False), (1.0, 1.98 * APEX, held, False),
    ):  # fmt: skip
        found = stretched(ARC, values, covariance[None], bound, np.array([[low, high]]))[0]
        np.testing.assert_allclose(found, grown if out else covariance, err_msg=f"{low} {high}")
    small = stretched(ARC, values * [1e-3, 1e-3, 1e3], covariance[None] * 1e-6, free, np.array([[1.0, 1.98 * APEX]]))
    assert small[0, 1, 1] == pytest.approx(grown[1, 1] * 1e-6)
    nothing = np.zeros((1, 3, 3))
    assert not stretched(ARC, values, nothing, free, np.array([[1.0, 2.0]])).any()


def reached(first_order, series, band, errors=(0.0, None), circuit=ARC):
    """What is open (3,) where the error of 100 ohm is known to first order."""
    own = 100 * first_order * (1 + 6 * first_order**2)
    stderr = np.array([errors[0] * own, own, 1e-9])
    return out_of_reach(circuit, np.array([series, 100.0, 1e-6]), stderr, np.array(band)).tolist()


def test_when_a_fast_arc_is_open():
    """An error above 0.12, above 0.3 of all that is known with it.

    Open is what is in series with it too, if it is not known twice as well.
    """
    fast, inside = (1.0, 1.9 * APEX), (1.0, 2.1 * APEX)
    for error, series, band, open_ in (
        (0.121, 300, fast, True), (0.119, 300, fast, False), (0.121, 300, inside, False),
        (0.21, 50, fast, True), (0.19, 50, fast, False), (np.nan, 50, fast, True), (np.nan, 50, inside, False),
    ):  # fmt: skip
        assert reached(error, series, band)[1] is open_, (error, series, band)
    assert reached(0.2, 300, fast, (0.49,)) == [False, True, False]
    assert reached(0.2, 300, fast, (0.51,)) == [True, True, False]
    kept = ARC.with_(R1=fixed(300))
    assert reached(0.2, 300, fast, (0.51,), kept) == [False, True, False]


def test_when_a_slow_arc_is_open():
    """Where its error times the root of apex / lowest frequency is above 0.13; nothing but its own resistance."""
    for error, ratio, open_ in ((0.2, 0.45, True), (0.2, 0.4, False), (0.14, 0.99, True), (np.nan, 0.5, True)):
        assert reached(error, 300, (APEX / ratio, 1e6), (0.9,)) == [False, open_, False], (error, ratio)
    assert reached(0.4, 300, (0.99 * APEX, 1e6), (0.9,)) == [False] * 3
