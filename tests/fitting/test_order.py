"""A name means the same arc in every spectrum."""

from __future__ import annotations

import numpy as np
import pytest

from eisfit import Circuit, fit_batch
from eisfit.fitting.dictionary import alike


def ln_tau(values, first):
    r, q, n = values[:, first : first + 3].T
    return np.log(r * q) / n


def test_blocks_alike_have_one_structure_and_nothing_fixed():
    assert alike(Circuit("R(RQ)(RQ)Q").with_bounds(R2=(1, 2))) == [[1, 2]]
    assert alike(Circuit("R(RQ)(RC)Q")) == []


@pytest.mark.parametrize("text", ["R(RQ)(RQ)Q", "R(RQ)(RQ)(RQ)", "R(RC)(RC)"])
def test_arcs_ascend_in_time_constant(simulated, frequency, text):
    circuit, truth, z = simulated(text, n=8, seed=3)
    fit = fit_batch(frequency, z, circuit)
    sizes = np.array([p.scale == "log" for p in circuit.parameters])
    np.testing.assert_allclose(np.log(fit.values[:, sizes]), np.log(truth[:, sizes]), atol=0.5)


def test_wide_bounds_on_one_arc_leave_the_order(simulated, frequency):
    circuit, _, z = simulated(n=8, seed=3)
    fit = fit_batch(frequency, z, circuit, bounds={"R2": (1e-3, 1e6), "Q2_n": (0.25, 1.0)})
    assert np.all(ln_tau(fit.values, 1) < ln_tau(fit.values, 4))


def test_bounds_that_ask_for_the_other_order_get_it(simulated, frequency):
    circuit, truth, z = simulated(n=4)
    fit = fit_batch(frequency, z, circuit, bounds={"Q1": (1e-4, 1.0), "Q2": (1e-10, 1e-5)})
    np.testing.assert_allclose(fit.values[:, 1], truth[:, 4], rtol=0.1)
    assert np.all(ln_tau(fit.values, 1) > ln_tau(fit.values, 4))


def test_arcs_that_are_tied_to_something_stay_where_they_are(simulated, frequency):
    circuit, _, z = simulated(n=3)
    fit = fit_batch(frequency, z, circuit, tied={"Q2_n": "Q1_n"})
    np.testing.assert_array_equal(fit.values[:, 3], fit.values[:, 6])
