"""What is said of parameters, minima and walls: each condition from both sides."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest

from eisfit import Circuit, fixed
from eisfit.fitting.assembly import _laid_out, _named, band_of, finite_spectra, rms_of
from eisfit.fitting.criteria import aicc, bic, without_common_outliers
from eisfit.fitting.determined import changes, doubtful, n_free, resolved, sentence, stderr
from eisfit.fitting.joint import _scale
from eisfit.fitting.neighbours import _asking
from eisfit.fitting.order import _centre, _exchanged, orders_of
from eisfit.fitting.problem import problem_of
from eisfit.fitting.scaling import scaling
from eisfit.fitting.solve import sound_spectra
from eisfit.fitting.status import FitStatus
from eisfit.fitting.walls import at_walls, behind_walls
from eisfit.spectrum import Series, Spectrum

RRC = Circuit("RRC")
NAN = float("nan")


def said(status, errors, bounds=(False,) * 3, *, points=20, circuit=RRC):
    return sentence(circuit, status, np.array(errors), np.array(bounds), points=points, free=3)


def test_how_a_fit_ended():
    assert said(FitStatus.CONVERGED, [NAN] * 3) == FitStatus.CONVERGED.sentence
    assert said(FitStatus.SINGULAR, [1.0] * 3, points=1) == (
        "1 points (2 numbers) are too few for 3 free parameters: nothing was fitted."
    )
    assert "too few" not in said(FitStatus.SINGULAR, [NAN, NAN, 1.0], points=2)
    assert said(FitStatus.SINGULAR, [1.0, NAN, 1.0]) == "R2 is not determined by these data: it has no error."
    assert said(FitStatus.SINGULAR, [NAN, NAN, 1.0]) == (
        "R1 and R2 cannot be told apart by these data: their errors are not given; the others are determined."
    )
    assert said(FitStatus.SINGULAR, [NAN] * 3) == (
        "R1, R2 and C1 cannot be told apart by these data: their errors are not given."
    )
    assert said(FitStatus.SINGULAR, [NAN, NAN, 1.0], (False, False, True)).endswith("their errors are not given.")
    assert said(FitStatus.SINGULAR, [NAN, 1.0, 1.0], (True, False, False)) == FitStatus.SINGULAR.sentence
    held = RRC.with_(R1=fixed(5.0))
    assert said(FitStatus.SINGULAR, [NAN, NAN, 1.0], circuit=held).startswith("R2 is not determined")
    out = FitStatus.MAX_ITERATIONS
    assert said(out, [1.0, 1.0, 1.0]) == out.sentence
    assert said(out, [NAN] * 3) == out.sentence
    assert said(out, [1.0, NAN, 1.0]) == (
        f"{out.sentence} R2 had not settled and have no error; the others are at a minimum."
    )


def test_a_minimum_that_may_be_another_one():
    assert doubtful(1.99, 4, 40, ["R1 5 -> 6"]) == doubtful(-1.99, 4, 40, ["R1 5 -> 6"])
    assert "and another one costs as much within the noise: R1 5 -> 6." in doubtful(1.99, 4, 40, ["R1 5 -> 6"])
    assert doubtful(2.0, 2, 40, ["a"]).endswith(
        "2 of 40 starts came to it. Another one costs 2 more in chi2 (1: the noise of one number): a."
    )
    assert "another one costs 2 less in chi2 (1: the noise of one number): a." in doubtful(-2.0, 2, 40, ["a"])
    assert doubtful(5.0, 2, 40, []) == (
        "A minimum was reached, but it may not be the right one: 2 of 40 starts came to it."
    )
    same = "3 of 40 starts came to it, but another one with the same resistances costs as much within the noise"
    shape = "3 of 40 starts came to this minimum, but its residuals have a shape"
    few = "2 of 40 starts came to it."
    for rise, agreement, text in ((2.0, 3, shape), (1.99, 3, same), (-1.99, 3, same), (1.99, 2, few)):
        assert text in doubtful(rise, agreement, 40, []), (rise, agreement)


def test_what_another_minimum_changes_by_a_tenth():
    rival = np.array([11.01, 21.9, 9e-5])
    assert changes(RRC, np.array([10.0, 20.0, 1e-5]), rival) == ["R1 10 Ω -> 11 Ω"]
    assert changes(RRC, np.array([10.0, 20.0, 1e-5]), np.array([8.99, NAN, 1.0])) == ["R1 10 Ω -> 8.99 Ω"]


def test_what_is_resolved():
    """An error up to the value itself, not at a bound; what is fixed is."""
    values, band = np.array([10.0, 20.0, 1e-5]), np.array([1.0, 1e5])
    free = Circuit("RRC")
    at = np.zeros(3, bool)
    assert resolved(free, values, np.array([10.0, 20.1, NAN]), at, band).tolist() == [True, False, False]
    assert resolved(free, values, np.full(3, 1e-9), ~at, band).tolist() == [False] * 3
    assert resolved(free.with_(R1=fixed(10.0)), values, np.full(3, NAN), at, band).tolist() == [True, False, False]
    covariance = np.diag([4.0, 9.0, -1.0])
    np.testing.assert_allclose(
        stderr(free.parameters, values, covariance, np.array([False, True, False])), [2, NAN, NAN]
    )
    assert n_free(free.with_(R1=fixed(1.0)), 1) == 1


def test_information_criteria_by_hand():
    """n ln(cost / n) with 20 numbers and 3 unknowns; Akaike's has no end where n is k + 1."""
    cost, points = np.array([2.0]), np.array([10])
    assert bic(cost, points, 3)[0] == pytest.approx(20 * np.log(0.1) + 3 * np.log(20))
    assert aicc(cost, points, 3)[0] == pytest.approx(20 * np.log(0.1) + 6 + 24 / 16)
    assert np.isfinite(aicc(cost, points, 18)[0])
    assert np.isinf(aicc(cost, points, 19)[0])
    assert np.isfinite(bic(np.zeros(1), points, 3)[0])


def test_points_that_every_circuit_leaves_out():
    f = np.array([100.0, 10.0, 1.0])
    series = Series([Spectrum(f, np.ones(3, complex))] * 2)
    one, other = np.array([True, True, False]), np.array([False, True, True])
    found = without_common_outliers(series, [[one, one], [other, one]])
    assert [s.mask.tolist() for s in found] == [[False, True, False], [True, True, False]]
    assert without_common_outliers(series, [[one, one], []]) is series


def test_what_follows_a_formula_lies_at_a_wall_within_a_millionth():
    circuit = Circuit("RRR").with_bounds(R2=(1.0, 20.0))
    search = scaling(circuit, tied={"R2": "2 * R1"})
    for value, at in (
        (20.0 * (1 - 0.9e-6), True),
        (20.0 * (1 - 1.1e-6), False),
        (1.0 + 0.9e-6, True),
        (1.0 + 1.1e-6, False),
    ):
        values = np.array([[value / 2, value, 5.0]])
        assert at_walls(search, values)[0].tolist() == [False, at, False], value
    values = np.array([[10.0, 20.0, 5.0]])
    covariance, bound = behind_walls(search, values, np.ones((1, 3, 3)), np.zeros((1, 3), bool))
    assert bound[0].tolist() == [False, True, False]
    assert np.isnan(covariance[0, 1]).all()
    assert covariance[0, 2, 2] == 1.0
    plain = scaling(Circuit("RR"))
    given = np.ones((1, 2, 2)), np.zeros((1, 2), bool)
    assert behind_walls(plain, np.ones((1, 2)), *given)[0] is given[0]


def test_nobody_asks_across_a_break():
    asked, stretch = np.array([True, True, False, True]), np.array([0, 0, 1, 1])
    assert _asking(asked, stretch, 1).tolist() == [True, False, False, False]
    assert _asking(asked, stretch, -1).tolist() == [False, True, False, True]


def test_orders_and_places_of_alike_blocks():
    search = scaling(Circuit("R(RC)(RC)"))
    assert [order.tolist() for order in orders_of(search)] == [[0, 1, 2, 3, 4], [0, 3, 4, 1, 2]]
    assert len(orders_of(scaling(Circuit("(RC)(RC)(RC)(RC)(RC)")))) == 24
    block = Circuit("(RC)").root
    assert _centre(block, np.array([[10.0, 1e-4]]))[0] == pytest.approx(np.log(1e-3), abs=0.05)
    circuit = Circuit("(RC)(RC)").with_bounds(R1=(1e-3, 30.0))
    values = np.array([[20.0, 1.0, 50.0, 2.0], [20.0, 1.0, 30.0, 2.0]])
    spans, order = [slice(0, 2), slice(2, 4)], np.array([[1, 0], [1, 0]])
    assert _exchanged(values, spans, order, circuit).tolist() == [[20, 1, 50, 2], [30, 2, 20, 1]]
    for bounds, other, allowed in (((1e-6, 30.0), 50.0, False), ((3.0, 1e12), 2.0, False), ((3.0, 1e12), 3.0, True)):
        circuit = Circuit("(RC)(RC)").with_bounds(R1=bounds)  # one of its bounds is that of the other block
        values = np.array([[20.0, 1.0, other, 2.0]])
        expected = [other, 2, 20, 1] if allowed else [20, 1, other, 2]
        assert _exchanged(values, spans, order[:1], circuit).tolist() == [expected], bounds


def resistors(z, weight, text="R"):
    """Spectra (N, 3) at 100, 10 and 1 Hz with weights (N, 3)."""
    z = np.array(z, complex)
    search = scaling(Circuit(text))
    return problem_of(search, np.array([100.0, 10.0, 1.0]), z, np.repeat(np.array(weight, float), 2, axis=1))


def test_the_band_and_the_misfit_are_those_of_the_points_that_count():
    z = [[8.0, 10.0, 5.0], [8.0, 10.0, 0.0], [8.0, 10.0, 5.0]]
    problem = resistors(z, [[0.5] * 3, [0.0, 0.5, 0.0], [0.0] * 3])
    np.testing.assert_allclose(band_of(problem, problem.weight > 0), [[1, 100], [10, 10], [np.nan, np.nan]])
    found = rms_of(problem, np.array([[10.0], [11.0], [10.0]]))
    np.testing.assert_allclose(found, [np.sqrt((0.25**2 + 1) / 6), np.sqrt(0.01 / 2), 0])


def test_which_spectra_can_be_fitted():
    """Finite where they count, no fewer numbers than parameters."""
    whole, lost, one = [10.0, 10.0, 10.0], [10.0, 10.0, np.inf], [0.5, 0.0, 0.0]
    z, weight = [whole, lost, lost, whole, whole], [[0.5] * 3, [0.5] * 3, [0.5, 0.5, 0], one, [np.nan, 0.5, 0.5]]
    problem = resistors(z, weight)
    assert finite_spectra(problem).tolist() == [True, False, True, True, False]
    assert sound_spectra(problem).tolist() == [True, False, True, True, False]
    assert sound_spectra(resistors([whole, whole], [[0.5] * 3, one], "RR")).tolist() == [True, True]
    assert sound_spectra(resistors([whole, whole], [[0.5] * 3, one], "RRR")).tolist() == [True, False]


def test_figures_of_some_spectra_among_all():
    assert _laid_out(np.array([[7, 8]]), np.array([1]), 2, -1).tolist() == [[-1, -1], [7, 8]]
    found = _named(np.array([[True, False]]), np.array([1]), 2, 2)
    assert [one.tolist() for one in found] == [[False, False], [True, False]]
    assert _named(None, np.array([0]), 1, 2) == ()


def test_what_is_shared_counts_once_in_the_scatter_of_a_series():
    """Two spectra of three coordinates, one of them shared and one at its bound: four unknowns for twenty numbers."""
    weight = np.full((2, 12), 0.5)
    weight[:, :2] = 0.0
    at_bound = np.array([[False, False, False], [True, False, False]])
    for numbers, expected in ((10, 32 / 16), (2, np.nan)):
        joint = SimpleNamespace(problems=[SimpleNamespace(weight=weight[:, : numbers + 2])], shared=(1,))
        minimum = SimpleNamespace(cost=np.array([12.0, 20.0]))
        np.testing.assert_allclose(_scale(joint, minimum, at_bound), expected)
    held = np.array([[False, True, False]] * 2)  # what is shared lies at its bound in both
    joint = SimpleNamespace(problems=[SimpleNamespace(weight=weight)], shared=(1,))
    assert _scale(joint, minimum, held) == pytest.approx(32 / 16)
