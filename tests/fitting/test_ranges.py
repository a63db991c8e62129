"""Default bounds follow the size of the impedance and the band; given ones hold."""

from __future__ import annotations

import numpy as np
import pytest

from eisfit import Circuit, Series, Spectrum, fit, fit_batch
from eisfit.fitting.ranges import widened

FREQUENCY = np.logspace(4, -2, 49)


def noisy(z, share=0.002, seed=1):
    rng = np.random.default_rng(seed)
    return z + share * np.abs(z) * (rng.standard_normal(z.shape) + 1j * rng.standard_normal(z.shape))


@pytest.fixture
def large_cell():
    """A cell of 50 Ah: milliohms, and a tail of 60,000 F."""
    circuit = Circuit("LR(RC)(RC)C")
    truth = np.array([1.3e-7, 1.3e-3, 4e-4, 5.0, 7e-4, 60.0, 6e4])
    return circuit, truth, noisy(circuit.impedance(FREQUENCY, truth))


def test_a_value_beyond_its_default_bound_is_found(large_cell):
    circuit, truth, z = large_cell
    assert truth[-1] > circuit.parameter("C3").upper
    one = fit(Spectrum(FREQUENCY, z), circuit, weighting="unit")
    assert not one.at_bound.any()
    np.testing.assert_allclose(one.values[-1], truth[-1], rtol=0.05)


def test_bounds_that_somebody_gave_hold(large_cell):
    circuit, _, z = large_cell
    fits = fit_batch(FREQUENCY, z, circuit, weighting="unit", bounds={"C3": (1.0, 2e4)})
    assert fits.values[0, -1] == pytest.approx(2e4)
    stated = circuit.with_bounds(C3=(1e-3, 1e4))
    assert widened(stated, FREQUENCY, z).parameter("C3").upper == 1e4


def test_bounds_of_a_laboratory_cell_stay():
    circuit = Circuit("R(RQ)(RQ)Q")
    z = circuit.impedance(FREQUENCY, [22, 14, 6e-8, 0.9, 60, 3e-3, 0.8, 0.4, 0.6])
    assert widened(circuit, FREQUENCY, z) == circuit


def test_no_finite_impedance_asks_for_nothing():
    circuit = Circuit("RC")
    assert widened(circuit, FREQUENCY, np.full(49, np.nan + 0j)) is circuit


def test_a_negative_resistance_where_it_is_asked_for():
    z = Circuit("R(RQ)").impedance(FREQUENCY, [20.0, 50.0, 1e-5, 0.9])
    z = noisy(z - 12 / (1 + 0.5j * 2 * np.pi * FREQUENCY))
    free = {"R3": (-1e3, 1e3), "C1": (-1e3, 1e3)}
    one = fit(Series([Spectrum(FREQUENCY, z)]), "R(RQ)(RC)", bounds=free)[0]
    assert one.values[4] == pytest.approx(-12, rel=0.05)
    assert one.values[4] * one.values[5] == pytest.approx(0.5, rel=0.05)


def test_how_far_a_default_bound_may_be_moved():
    """A resistance a hundred-thousandth of the smallest modulus, and as many times the largest; a capacitance, with
    its time, by thirty times modulus and band."""
    circuit, f = Circuit("RC"), np.array([1e8, 1e-6])
    small, large = circuit.parameter("R1").lower, circuit.parameter("R1").upper
    for z, low, high in (
        ([small * 1e4, small * 1e6], small / 10, large), ([small * 1e6, large / 1e6], small, large),
        ([1.0, large / 1e4], small, large * 10), ([small * 1e4, large / 1e4], small / 10, large * 10),
    ):  # fmt: skip
        r = widened(circuit, f, np.array([z], complex)).parameter("R1")
        assert (r.lower, r.upper) == pytest.approx((low, high)), z
    c = widened(circuit, f, np.array([[1e-6, 1e9]], complex)).parameter("C1")
    assert c.lower == pytest.approx(1 / (2 * np.pi * 1e8) / 30 / (1e9 * 30))
    assert c.upper == pytest.approx(30 / (2 * np.pi * 1e-6) * 30 / 1e-6)


def test_a_point_of_nothing_or_without_end_moves_no_bound():
    circuit, f = Circuit("RC"), np.array([1e3, 1.0])
    plain = widened(circuit, f, np.array([[1e-9, 1e9]], complex))
    assert plain != circuit
    assert widened(circuit, np.array([1e3, 10, 3, 1]), np.array([[1e-9, 0, np.inf, 1e9]], complex)) == plain
    assert widened(circuit, f, np.array([[0, np.inf]], complex)) is circuit
