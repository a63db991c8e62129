"""Search coordinates: there and back, derivatives, bounds, ties."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from eisfit import Circuit, fixed
from eisfit.errors import CircuitError, FitError
from eisfit.fitting.scaling import scaling

CIRCUITS = ["R", "R(RC)", "R(RQ)(RQ)Q", "R(Q(RW))", "LR(RQ)(RQ)O", "RM", "(RQ)H", "R(QS)"]
LN_OMEGA = np.log(2 * np.pi * 0.01)


def drawn(circuit, rng, n=3):
    """Parameters (N, P) inside the bounds of a circuit."""
    columns = []
    for p in circuit.parameters:
        if p.scale == "log":
            columns.append(p.value * np.exp(rng.uniform(-2, 2, n)))
        else:
            columns.append(rng.uniform(p.lower + 0.01 * (p.upper - p.lower), p.upper, n))
    return np.stack(columns, axis=1)


@pytest.mark.parametrize("text", CIRCUITS)
@given(seed=st.integers(0, 2**32 - 1))
def test_there_and_back(text, seed):
    circuit = Circuit(text)
    search = scaling(circuit, ln_omega_tail=LN_OMEGA)
    values = drawn(circuit, np.random.default_rng(seed))
    np.testing.assert_allclose(search.values(search.theta(values)), values, rtol=1e-9)


@pytest.mark.parametrize("text", CIRCUITS)
def test_basis_is_the_derivative_of_the_parameters(text):
    circuit = Circuit(text)
    search = scaling(circuit, ln_omega_tail=LN_OMEGA)
    theta = search.theta(drawn(circuit, np.random.default_rng(1)))
    basis = search.basis(theta, search.values(theta))
    for k in range(search.size):
        step = np.zeros(search.size)
        step[k] = 1e-6
        slope = (search.values(theta + step) - search.values(theta - step)) / 2e-6
        np.testing.assert_allclose(basis[:, :, k], slope, rtol=1e-5, atol=1e-12)


def test_an_arc_is_searched_by_its_time_constant():
    search = scaling(Circuit("R(RQ)"))
    r, q, n = 50.0, 1e-5, 0.9
    theta = search.theta(np.array([[10.0, r, q, n]]))[0]
    (arc,) = search.arcs
    assert theta[arc.q] == pytest.approx(np.log((r * q) ** (1 / n)))
    assert theta[arc.r] == pytest.approx(np.log(r))
    assert theta[arc.n] == pytest.approx(n)


def test_a_tail_is_searched_by_its_modulus_at_the_lowest_frequency():
    search = scaling(Circuit("RQ"), ln_omega_tail=LN_OMEGA)
    theta = search.theta(np.array([[10.0, 0.4, 0.6]]))[0]
    (tail,) = search.tails
    assert np.exp(theta[tail.q]) == pytest.approx(1 / (0.4 * np.exp(LN_OMEGA) ** 0.6))


def test_a_fixed_parameter_has_no_coordinate():
    circuit = Circuit("R(RQ)").with_(Q1_n=fixed(0.85))
    search = scaling(circuit)
    assert search.size == 3
    np.testing.assert_allclose(search.values(search.theta(np.array([[1.0, 2.0, 3e-6, 0.7]])))[0], [1, 2, 3e-6, 0.85])


def test_a_tied_parameter_takes_the_value_of_its_target():
    search = scaling(Circuit("R(RQ)(RQ)"), tied={"Q2_n": "Q1_n"})
    values = search.values(search.theta(np.array([[1.0, 2.0, 3e-6, 0.7, 5.0, 1e-3, 0.9]])))
    assert values[0, 3] == values[0, 6] == pytest.approx(0.7)


def test_ties_may_form_a_chain():
    search = scaling(Circuit("RRR"), tied={"R3": "R2", "R2": "R1"})
    assert search.source == (0, 0, 0)


def test_a_tie_to_a_fixed_parameter_fixes():
    search = scaling(Circuit("RR").with_(R1=fixed(7)), tied={"R2": "R1"})
    assert search.size == 0
    np.testing.assert_array_equal(search.values(np.zeros((1, 0))), [[7, 7]])


def test_a_bounded_parameter_keeps_its_own_coordinate_and_its_bounds():
    circuit = Circuit("R(RQ)Q").with_bounds(Q1=(1e-6, 1e-4), Q2=(0.1, 1.0))
    search = scaling(circuit, ln_omega_tail=LN_OMEGA)
    assert not search.arcs
    assert not search.tails
    theta = search.theta(np.array([[1.0, 10.0, 1e-2, 0.9, 5.0, 0.6]]))
    np.testing.assert_allclose(search.values(theta)[0, [2, 4]], [1e-4, 1.0])


def test_a_shared_parameter_keeps_its_own_coordinate():
    search = scaling(Circuit("R(RQ)"), plain=("Q1",))
    assert not search.arcs


@pytest.mark.parametrize("tied", [{"R1": "R1"}, {"R1": "R2", "R2": "R1"}, {"R1": "R2", "R2": "R3", "R3": "R1"}])
def test_a_circle_of_ties_is_refused(tied):
    with pytest.raises(FitError, match="circle"):
        scaling(Circuit("RRR"), tied=tied)


def test_a_tie_between_different_units_is_refused():
    with pytest.raises(FitError, match="units differ"):
        scaling(Circuit("R(RQ)"), tied={"R1": "Q1"})


def test_a_tie_to_what_follows_a_formula_is_refused():
    with pytest.raises(FitError, match="R2 is tied to R1, which is tied to a formula"):
        scaling(Circuit("RRR"), tied={"R1": "2 * R3", "R2": "R1"})


def test_formulas_in_a_circle_are_refused():
    with pytest.raises(FitError, match="R1 and R2 are tied to each other in a circle"):
        scaling(Circuit("RRR"), tied={"R1": "2 * R2", "R2": "R1 / 2 + R3"})


def test_without_a_frequency_a_tail_is_taken_at_omega_1():
    search = scaling(Circuit("RQ"))
    assert search.theta(np.array([[10.0, 0.4, 0.6]]))[0, search.tails[0].q] == pytest.approx(-np.log(0.4))


def test_an_unknown_name_is_refused():
    with pytest.raises(CircuitError, match="Rx"):
        scaling(Circuit("R(RQ)"), tied={"R1": "Rx"})


def test_a_tied_value_keeps_the_bounds_of_all_that_take_it():
    circuit = Circuit("R(RQ)(RQ)").with_bounds(Q1_n=(0.9, 1.0), Q2_n=(0.5, 0.95))
    search = scaling(circuit, tied={"Q1_n": "Q2_n"})
    k = search.source[circuit.names.index("Q2_n")]
    assert (search.lower[k], search.upper[k]) == (0.9, 0.95)
    with pytest.raises(FitError, match="Q1_n and Q2_n are tied, but their bounds"):
        scaling(circuit.with_bounds(Q2_n=(0.5, 0.8)), tied={"Q1_n": "Q2_n"})


def test_bounds_of_tied_parameters_that_meet_in_a_point_leave_no_room():
    circuit = Circuit("RR").with_bounds(R1=(1.0, 2.0), R2=(2.0, 3.0))
    with pytest.raises(FitError, match="their bounds leave no common value"):
        scaling(circuit, tied={"R1": "R2"})


def test_which_pairs_are_searched_together():
    """An arc is one free resistor beside one store whose parameters are free and of their own, any other CPE a tail."""
    for text, fixes, tied, arcs, tails in (
        ("Q", {}, {}, 0, 1), ("(RQ)", {}, {}, 1, 0), ("(RC)", {}, {}, 1, 0), ("C", {}, {}, 0, 0),
        ("(RQ)Q", {}, {}, 1, 1),
        ("(RL)", {}, {}, 0, 0), ("(RRQ)", {}, {}, 0, 1), ("(RQQ)", {}, {}, 0, 2), ("(RQC)", {}, {}, 0, 1),
        ("([RQ]C)", {}, {}, 0, 1), ("(R(RQ)C)", {}, {}, 1, 1), ("R([R(RQ)]Q)", {}, {}, 1, 1),
        ("(RQ)", {"R1": 5}, {}, 0, 1), ("(RQ)", {"Q1_n": 0.9}, {}, 0, 0), ("(RQ)(RQ)", {}, {"Q2_n": "Q1_n"}, 0, 0),
        ("(RQ)(RQ)", {}, {"R2": "R1"}, 0, 2),
    ):  # fmt: skip
        circuit = Circuit(text).with_(**{name: fixed(value) for name, value in fixes.items()})
        found = scaling(circuit, tied=tied)
        assert (len(found.arcs), len(found.tails)) == (arcs, tails), (text, fixes, tied)


def test_one_stated_bound_is_enough_to_keep_a_coordinate():
    for bounds, arcs in (((1e-6, np.inf), 0), ((0.0, 1e-3), 0), ((0.0, np.inf), 1)):
        assert len(scaling(Circuit("(RQ)").with_bounds(Q1=bounds)).arcs) == arcs, bounds


def test_a_formula_follows_and_stops_at_its_bounds():
    """R1 = 2 R2 + R3 between 1 and 10, R4 = 3 R1: slopes by R2, R3 and R5; none at a bound. R6 is fixed."""
    circuit = Circuit("RRRRRR").with_bounds(R1=(1, 10)).with_(R6=fixed(9))
    search = scaling(circuit, tied={"R4": "3 * R1", "R1": "2 * R2 + R3"})
    assert search.source == (-1, 0, 1, -1, 2, -1)
    theta = np.log([[2.0, 3.0, 7.0], [4.0, 2.0, 7.0], [6.0, 5.0, 7.0], [0.25, 0.5, 7.0], [0.1, 0.1, 7.0]])
    values = search.values(theta)
    assert np.round(values[:, 0], 9).tolist() == [7, 10, 10, 1, 1]
    np.testing.assert_allclose(values[:, 3], 3 * values[:, 0])
    np.testing.assert_allclose(values[:, 1:3], np.exp(theta[:, :2]))
    assert (values[:, 5] == 9).all()
    exact = np.array([[7.0, 2, 3, 21, 7, 9], [10, 4, 2, 30, 7, 9], [10, 6, 5, 30, 7, 9], [1, 0.25, 0.5, 3, 7, 9]])
    slopes = search.slopes(exact)
    free = [[0, 0, 0], [1, 0, 0], [0, 1, 0], [0, 0, 0], [0, 0, 1], [0, 0, 0]]
    assert slopes[0].tolist() == [[2, 1, 0], *free[1:3], [6, 3, 0], *free[4:]]
    for i in (1, 2, 3):
        assert slopes[i].tolist() == free, i


def test_a_number_that_may_be_zero_or_below_is_searched_as_it_is():
    """A logarithm where the lower bound is 0 or above."""
    for low, log in ((1e-9, True), (0.0, True), (-1.0, False)):
        search = scaling(Circuit("R").with_bounds(R1=(low, 100.0)))
        assert search.log.tolist() == [log], low
        theta = search.theta(np.array([[20.0]]))
        assert theta[0, 0] == pytest.approx(np.log(20) if log else 20)
        assert search.upper[0] == pytest.approx(np.log(100) if log else 100)
        assert search.values(theta)[0, 0] == pytest.approx(20)
    assert scaling(Circuit("R").with_bounds(R1=(0.0, 100.0))).lower[0] == -np.inf
