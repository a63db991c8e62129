"""Fixed values, bounds and ties as they reach the circuit of a fit."""

from __future__ import annotations

import numpy as np
import pytest

from eisfit import Circuit, fit_batch, fixed
from eisfit.errors import CircuitError, FitError, OptionError
from eisfit.fitting.constraints import Constraints, constraints_of

CIRCUIT = Circuit("R(RQ)")


def test_a_value_is_fixed_inside_its_bounds():
    held = Constraints(fixed={"R1": 12.0}, bounds={"R1": (10.0, 20.0)}).applied(CIRCUIT).parameter("R1")
    assert held.fixed
    assert held.value == 12.0
    assert (held.lower, held.upper) == (10.0, 20.0)


def test_a_value_may_be_fixed_at_its_bounds():
    for value in (10.0, 20.0):
        held = Constraints(fixed={"R1": value}, bounds={"R1": (10.0, 20.0)}).applied(CIRCUIT).parameter("R1")
        assert held.value == value


def test_as_many_numbers_as_free_parameters_are_enough():
    """Two points are four numbers; an arc with a resistor has four parameters."""
    assert Constraints().scaling(CIRCUIT, np.array([100.0, 3.0])).size == 4
    with pytest.raises(FitError, match=r"4 free parameters cannot be fitted to 1 points \(2 numbers\)"):
        Constraints().scaling(CIRCUIT, np.array([100.0]))
    with pytest.raises(FitError, match="nothing to fit"):
        Constraints().scaling(Circuit("R").with_(R1=fixed(5)), np.array([100.0]))
    tail = Constraints().scaling(Circuit("RQ"), np.array([100.0, 3.0]))
    assert tail.ln_omega_tail == pytest.approx(np.log(6 * np.pi))


def test_wider_bounds_and_a_fixed_value_go_together():
    held = Constraints(fixed={"Q1_n": 1.2}, bounds={"Q1_n": (0.2, 1.5)}).applied(CIRCUIT).parameter("Q1_n")
    assert held.value == 1.2


def test_a_resistor_may_be_taken_out_by_zero():
    assert Constraints(fixed={"R1": 0.0}).applied(CIRCUIT).parameter("R1").value == 0


@pytest.mark.parametrize(
    ("fixed", "bounds", "sentence"),
    [
        ({"Q1_n": 1.5}, {}, "Q1_n cannot be fixed at 1.5: its bounds are 0.2 to 1"),
        ({"R2": 5.0}, {"R2": (10.0, 20.0)}, "R2 cannot be fixed at 5: its bounds are 10 to 20"),
        ({"R2": 1.0}, {"R2": (10.0, 20.0)}, "R2 cannot be fixed at 1: its bounds are 10 to 20"),
    ],
)
def test_a_fixed_value_outside_its_bounds_is_refused(fixed, bounds, sentence):
    with pytest.raises(FitError, match=sentence):
        Constraints(fixed=fixed, bounds=bounds).applied(CIRCUIT)


@pytest.mark.parametrize("value", [float("nan"), float("inf"), -5.0])
def test_what_is_no_size_is_no_value(value):
    with pytest.raises(CircuitError):
        Constraints(fixed={"R2": value}).applied(CIRCUIT)


@pytest.mark.parametrize("value", ["x", None, [1.0, 2.0]])
def test_what_is_no_number_cannot_be_kept(value):
    with pytest.raises(CircuitError, match=r"R2 cannot be fixed at .*: a number was expected"):
        Constraints(fixed={"R2": value}).applied(CIRCUIT)


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"bounds": {"R1": 3}}, r"R1 is searched between two values \(low, high\), not 3"),
        ({"bounds": {"R1": "12"}}, r"R1 is searched between two values \(low, high\), not '12'"),
        ({"tied": {"R1": 3}}, "R1 can be tied to a parameter or a formula of them, not to 3"),
    ],
)
def test_what_is_of_another_kind_is_refused_in_a_sentence(options, sentence):
    with pytest.raises(FitError, match=sentence):
        Constraints(**options).applied(CIRCUIT)


@pytest.mark.parametrize("written", ["fix", "fixed", "bound", "bounds", "tie", "tied"])
def test_an_option_is_spoken_of_as_it_was_written(written):
    with pytest.raises(OptionError, match=rf"^{written} takes a mapping by the name of the parameter, not \['R1'\]"):
        fit_batch([1.0, 10.0], [1 + 1j, 2 + 1j], "R", **{written: ["R1"]})


def test_a_tie_may_speak_of_the_arcs_of_roles_and_a_wrong_one_is_told_what_there_is():
    z = CIRCUIT.impedance([1e4, 1e3, 1e2, 1e1, 1.0, 0.1], [10, 20, 1e-4, 0.9])
    fits = fit_batch([1e4, 1e3, 1e2, 1e1, 1.0, 0.1], z, CIRCUIT, fix={"Q_Int_n": 0.9})
    assert fits.circuit.parameter("Q1_n").fixed
    with pytest.raises(CircuitError, match=r"no parameter Q_GB_n; .*R_SE_bulk, R_Int name parameters too"):
        fit_batch([1e4, 1e3, 1e2, 1e1, 1.0, 0.1], z, CIRCUIT, tie={"Q_GB_n": "Q1_n"})


def test_what_is_asked_by_role_is_meant_by_name():
    asked = {"fix": {"R_SE_bulk": 5}, "bound": {"R_Int": (1, 9)}, "tie": {"R_Int": "2 * R_SE_bulk"}, "share": "R_Int"}
    found = constraints_of(CIRCUIT, asked)
    assert (found.fixed, found.bounds) == ({"R1": 5}, {"R2": (1, 9)})
    assert (found.tied, found.shared) == ({"R2": "2 * R1"}, ("R2",))
    assert constraints_of(CIRCUIT, asked | {"share": ("R_Int", "R1")}).shared == ("R2", "R1")
    assert constraints_of(CIRCUIT, asked | {"share": (3,), "tie": 7}).shared == (3,)  # refused where it is applied


def test_what_goes_into_the_result():
    found = Constraints(tied={"R1": "R2"}, shared=("Q1_n",)).options("unit")
    assert (found.weighting, found.robust, found.tied, found.shared) == ("unit", False, (("R1", "R2"),), ("Q1_n",))
    assert Constraints().options(np.ones(3), robust=True).weighting == "array"
