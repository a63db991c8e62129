"""Which circuit do the data support: the right one wins, on the same points for all."""

from __future__ import annotations

import numpy as np
import pytest

from eisfit import Circuit, Series, Spectrum, compare, fit, simulate
from eisfit.comparison import Comparison
from eisfit.errors import CircuitError, FitError, OptionError

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
    result = compare(series(ONE, TRUTH[:4], n=2), [ONE, TWO])
    assert result.order[0] == 0
    assert result.candidates[1].unresolved > 0


def test_the_figures_are_those_of_each_fit():
    data = series()
    fits = fit(data, TWO)
    aicc, bic = fits.aicc, fits.bic
    np.testing.assert_allclose(aicc, [one.aicc for one in fits])
    np.testing.assert_allclose(bic, [one.bic for one in fits])


def test_a_shared_value_is_one_unknown_of_the_series():
    data = series(n=4)
    free, shared = fit(data, TWO), fit(data, TWO, shared=("Q1_n",))
    n = 2 * len(FREQUENCY)
    for fits, k in ((free, 8.0), (shared, 7.25)):
        np.testing.assert_allclose(fits.bic, n * np.log(fits.cost / n) + k * np.log(n))


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

    assert "1 of 3 spectra are left out" in result.verdict


def test_circuits_of_one_impedance_are_left_open():
    """Two arcs in series, or one within the other: the same impedance with other values."""
    pair = ["R(RC)(RC)", "R(C(R(RC)))"]
    result = compare(series(pair[0], np.array([10.0, 30.0, 1e-6, 60.0, 1e-3])), pair)
    assert result.verdict.startswith("No clear choice between ")
    assert "have 5 parameters each: something other than these data has to decide" in result.verdict


def test_a_circuit_that_is_best_of_bad_ones_is_said_to_miss_something():
    three = "R(RQ)(RQ)(RQ)"
    truth = np.array([*TRUTH, 40.0, 2e-5, 0.9])
    bad = compare(series(three, truth, n=2), [ONE, TWO])
    assert "are not random" in bad.verdict
    assert "does not describe the data fully" in bad.verdict
    assert "are not random" not in compare(series(three, truth, n=2), [TWO, three]).verdict


@pytest.mark.parametrize(
    ("bic", "aicc", "words"),
    [
        (
            16.0,
            -12.0,
            "BIC prefers R1(R2Q1) by 64.0, AICc R1(R2Q1)(R3Q2) by 48.0. Take the simplest of them, R1(R2Q1) (4",
        ),
        (
            -16.0,
            2.0,
            "BIC prefers R1(R2Q1)(R3Q2) by 64.0, AICc R1(R2Q1) by 8.0. Take the simplest of them, R1(R2Q1) (4",
        ),
        (5.0, 1.0, "R1(R2Q1) leads by 20.0 in BIC and 4.0 in AICc, and only above 10 is clear. Take the simplest"),
    ],
)
def test_what_is_not_clear_by_both_criteria_is_open(bic, aicc, words):
    """Figures of the second circuit against the first, of each of four spectra."""
    result = compare(series(), [ONE, TWO])
    one, two = (c._replace(bic=np.zeros(4), aicc=np.zeros(4)) for c in result.candidates)
    two = two._replace(bic=np.full(4, bic), aicc=np.full(4, aicc))
    assert words in Comparison(result.series, (one, two), result.compared).verdict


@pytest.mark.parametrize("circuits", [[ONE], [ONE, ONE], []])
def test_what_is_no_comparison(circuits):
    with pytest.raises(FitError, match="comparison needs"):
        compare(series(n=1), circuits)


def test_what_is_fixed_holds_where_a_circuit_has_it():
    result = compare(series(), [ONE, TWO], fix={"R_SE_bulk": 10.0, "R_GB": 30.0}, inductance="off")
    one, two = (c.fits for c in result.candidates)
    assert set(one.column("R1")[0]) == set(two.column("R1")[0]) == {10.0}
    assert set(two.column("R_GB")[0]) == {30.0}
    assert result.decisions == ("fix of R_GB does not hold for R1(R2Q1): it has no such parameter.",)
    bounded = compare(series(), [ONE, TWO], bound={"R_SE_bulk": (1.0, 9.0)}, inductance="off")
    assert all((c.fits.column("R1")[0] <= 9.0).all() for c in bounded.candidates)
    with pytest.raises(CircuitError, match=r"no circuit has a parameter R_Itn; did you mean R_Int\?"):
        compare(series(), [ONE, TWO], fix={"R_Itn": 1.0})


def test_a_lead_is_given_to_all_circuits_or_to_none():
    plain, lead = series(n=2), Circuit("L").impedance(FREQUENCY, [3e-7])
    data = Series([s.with_(impedance=s.impedance + lead) for s in plain])
    result = compare(data, [ONE, TWO])
    assert [str(c.circuit) for c in result.candidates] == ["L_{lead}R1(R2Q1)", "L_{lead}R1(R2Q1)(R3Q2)"]
    assert "was added" in result.decisions[0]
    assert result.order == (1, 0)
    assert [str(c.circuit) for c in compare(plain, [ONE, TWO]).candidates] == ["R1(R2Q1)", "R1(R2Q1)(R3Q2)"]
    asked = compare(data, [TWO, "LR(RQ)(RQ)"])
    assert [str(c.circuit) for c in asked.candidates] == ["R1(R2Q1)(R3Q2)", "L1R1(R2Q1)(R3Q2)"]
    forced = compare(plain, [ONE, TWO], inductance="on")
    assert all("L_lead" in c.fits.names for c in forced.candidates)
    with pytest.raises(OptionError, match="inductance is one of"):
        compare(plain, [ONE, TWO], inductance="maybe")


def test_what_even_the_best_lacks_is_said():
    f = np.logspace(6, -2, 41)
    values = {"R1": 10, "R2": 30, "Q1": 1e-7, "Q1_n": 0.9, "R3": 60, "Q2": 1e-3, "Q2_n": 0.8}
    spectrum = simulate("R(RQ)(RQ)", f, values, noise=0.003, seed=1)
    found = compare([spectrum], ["R(RQ)", "R(RC)"], inductance="off")
    assert "Even R1(R2Q1) misses the spectrum, by more than noise: one arc more, near" in found.missing
    assert found.missing in found.verdict
    assert not compare([spectrum], ["R(RQ)", "R(RQ)(RQ)"], inductance="off").missing
