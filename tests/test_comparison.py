"""Which circuit do the data support: the right one wins, on the same points for all."""

from __future__ import annotations

import numpy as np
import pytest

from eisfit import Circuit, Series, Spectrum, compare, fit
from eisfit.errors import FitError
from eisfit.fitting.terms import criteria

FREQUENCY = np.logspace(6, -1, 43)
ONE, TWO = "R(RQ)", "R(RQ)(RQ)"
TRUTH = np.array([10.0, 30.0, 1e-6, 0.9, 60.0, 1e-3, 0.85])


def series(text=TWO, truth=TRUTH, n=4, seed=1, spike=1.0):
    rng = np.random.default_rng(seed)
    z = np.tile(Circuit(text).impedance(FREQUENCY, truth), (n, 1))
    z = z + 0.003 * np.abs(z) * (rng.standard_normal(z.shape) + 1j * rng.standard_normal(z.shape))
    z[:, 20] *= spike
    return Series([Spectrum(FREQUENCY, row) for row in z])


def test_two_arcs_are_two():
    result = compare(series(), [ONE, TWO])
    assert result.order == (1, 0)
    assert result.verdict.startswith("The data support R1(R2Q1)(R3Q2) against R1(R2Q1)")
    rows = result.rows()
    assert [row["best_in"] for row in rows] == [4, 0]
    assert rows[0]["delta_bic"] == 0
    assert rows[1]["delta_bic"] > 100


def test_one_arc_is_one_and_the_second_is_not_resolved():
    result = compare(series(ONE, TRUTH[:4]), [ONE, TWO])
    assert result.order[0] == 0
    assert result.candidates[1].unresolved > 0


def test_the_figures_are_those_of_each_fit():
    data = series()
    fits = fit(data, TWO)
    aicc, bic = criteria(fits)
    np.testing.assert_allclose(aicc, [one.aicc for one in fits])
    np.testing.assert_allclose(bic, [one.bic for one in fits])


def test_a_shared_value_is_one_unknown_of_the_series():
    data = series(n=4)
    free, shared = fit(data, TWO), fit(data, TWO, shared=("Q1_n",))
    n = 2 * len(FREQUENCY)
    for fits, k in ((free, 8.0), (shared, 7.25)):
        np.testing.assert_allclose(criteria(fits)[1], n * np.log(fits.cost / n) + k * np.log(n))


def test_robust_fits_are_compared_on_the_same_points():
    result = compare(series(spike=1.5), [ONE, TWO], robust=True)
    for candidate in result.candidates:
        assert candidate.fits.points_used.tolist() == [len(FREQUENCY) - 1] * 4
    assert result.order == (1, 0)
    assert result.series[0].reasons[20] == "outlier for every circuit"


def test_a_spectrum_that_one_circuit_cannot_fit_counts_for_none():
    data = series()
    short = data[1].masked(np.arange(43) > 2, "x")
    result = compare([data[0], short, data[2]], [ONE, TWO])
    assert result.compared.tolist() == [True, False, True]


@pytest.mark.parametrize("circuits", [[ONE], [ONE, ONE], []])
def test_what_is_no_comparison(circuits):
    with pytest.raises(FitError, match="comparison needs"):
        compare(series(n=1), circuits)
