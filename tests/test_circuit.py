from __future__ import annotations

import copy
import pickle
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from eisfit.circuit import Circuit, Parameter, fixed
from eisfit.elements import REGISTRY, Element, Param
from eisfit.errors import CircuitError, DuplicateLabel
from eisfit.tree import InParallel, InSeries, Leaf
from tests.trees import DAMPED, circuits, values_of

FREQUENCY = np.logspace(6, -2, 25)
SEED_PAPER = "R_{SE,bulk}(R_{GB}Q_{GB})(R_{Int}Q_{Int})Q_{D}"


@pytest.fixture
def circuit() -> Circuit:
    return Circuit("R(RQ)Q").with_(R1=20, R2=50, Q1=1e-6, Q1_n=0.85, Q2=0.1, Q2_n=0.6)


def test_impedance_against_the_textbook() -> None:
    z = Circuit("R(RC)").impedance(FREQUENCY, [5.0, 10.0, 1e-5])
    np.testing.assert_allclose(z, 5 + 10 / (1 + 2j * np.pi * FREQUENCY * 1e-4), rtol=1e-14)


def test_shapes_of_impedance_and_jacobian(circuit: Circuit) -> None:
    F, P = len(FREQUENCY), len(circuit.names)
    values = values_of(circuit, seed=1, count=4)
    assert circuit.impedance(FREQUENCY).shape == (F,)
    assert circuit.impedance(FREQUENCY, values).shape == (4, F)
    assert circuit.jacobian(FREQUENCY).shape == (F, P)
    assert circuit.jacobian(FREQUENCY, values).shape == (4, F, P)
    assert circuit.impedance(FREQUENCY, values[:0]).shape == (0, F)
    np.testing.assert_allclose(circuit.impedance(FREQUENCY, values)[2], circuit.impedance(FREQUENCY, values[2]))
    np.testing.assert_allclose(circuit.jacobian(FREQUENCY, values)[2], circuit.jacobian(FREQUENCY, values[2]))


@given(circuits(DAMPED), st.integers(0, 99))
def test_jacobian_is_the_derivative_of_the_impedance(circuit: Circuit, seed: int) -> None:
    values = values_of(circuit, seed)
    steps = np.diag(1e-4 * values)

    def at(distance: int) -> Any:
        return circuit.impedance(FREQUENCY, values + distance * steps).T

    numeric = (8 * (at(1) - at(-1)) - (at(2) - at(-2))) / 12
    exact = circuit.jacobian(FREQUENCY, values) * np.diag(steps)
    assert np.max(np.abs(exact - numeric) / np.abs(circuit.impedance(FREQUENCY, values))[:, None]) < 1e-12


def test_jacobian_at_a_resonance() -> None:
    R, C, L = 5.0, 1e-5, 1e-7
    s = 2j * np.pi * FREQUENCY
    z = 1 / (C * s + 1 / (R + L * s))
    share = (z / (R + L * s)) ** 2
    jacobian = Circuit("(C[RL])").jacobian(FREQUENCY, [C, R, L])
    np.testing.assert_allclose(jacobian, np.stack([-s * z * z, share, share * s], axis=-1), rtol=1e-12)


def test_inputs_are_not_modified_and_outputs_are_new(circuit: Circuit) -> None:
    frequency, values = FREQUENCY.copy(), circuit.values
    z = circuit.impedance(frequency, values)
    z[:] = 0
    circuit.jacobian(frequency, values)
    np.testing.assert_array_equal(frequency, FREQUENCY)
    np.testing.assert_array_equal(values, circuit.values)
    assert np.all(circuit.impedance(frequency) != 0)


def test_values_by_name_name_every_free_parameter(circuit: Circuit) -> None:
    own = dict(zip(circuit.names, circuit.values.tolist(), strict=True))
    np.testing.assert_array_equal(circuit.array(own | {"R2": 3.0}), [20, 3.0, 1e-6, 0.85, 0.1, 0.6])
    np.testing.assert_array_equal(circuit.array(own | {"R2": [3.0, 4.0]})[:, :2], [[20, 3.0], [20, 4.0]])
    with pytest.raises(CircuitError, match="no value is given for R1, Q1, Q1_n, Q2, Q2_n"):
        circuit.impedance(FREQUENCY, {"R2": 3.0})
    held = circuit.with_(**{name: fixed(value) for name, value in own.items() if name != "R2"})
    np.testing.assert_array_equal(held.array({"R2": 3.0}), [20, 3.0, 1e-6, 0.85, 0.1, 0.6])


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ([1.0, 2.0], r"shape \(2,\): expected \(6,\) or \(N, 6\) in the order R1, R2, Q1"),
        (np.ones((2, 2, 6)), "shape"),
        (5.0, "shape"),
        ("text", "numbers"),
        ([object()] * 6, "numbers"),
        ({"R9": 1.0}, "no parameter R9; it has R1, R2, Q1, Q1_n"),
        ({"R1": "x"}, "numbers"),
        ({"R1": [1.0, 2.0], "R2": [1.0, 2.0, 3.0]}, "one length"),
        ({"R1": [[1.0, 2.0]]}, "one length"),
    ],
)
def test_values_that_do_not_fit_are_refused(circuit: Circuit, values: Any, sentence: str) -> None:
    with pytest.raises(CircuitError, match=sentence):
        circuit.impedance(FREQUENCY, values)


@pytest.mark.parametrize("frequency", [[1.0, 0.0], [-1.0], [np.nan], [np.inf], 5.0, [[1.0]], ["x"], None])
def test_frequencies_that_make_no_sense_are_refused(circuit: Circuit, frequency: Any) -> None:
    with pytest.raises(CircuitError, match="frequency"):
        circuit.impedance(frequency)


def test_with_changes_a_copy(circuit: Circuit) -> None:
    changed = circuit.with_(R1=7, Q1_n=fixed(1), Q2=circuit.parameter("Q2").bounded(1e-3, 1))
    assert circuit.parameter("R1").value == 20
    assert changed.parameter("R1").value == 7
    assert (changed.parameter("Q1_n").value, changed.parameter("Q1_n").fixed) == (1, True)
    assert (changed.parameter("Q2").lower, changed.parameter("Q2").upper) == (1e-3, 1)
    assert changed.with_(Q1_n=0.9).parameter("Q1_n").fixed is False
    assert changed.names == circuit.names


def test_bounds_widen_to_hold_a_value(circuit: Circuit) -> None:
    assert circuit.with_(R1=1e15).parameter("R1").upper == 1e15
    assert circuit.with_(Q1_n=fixed(0)).parameter("Q1_n").lower == 0


def test_bounds_move_free_values_only(circuit: Circuit) -> None:
    bounded = circuit.with_(Q1_n=fixed(0.85)).with_bounds(R1=(30, 40), Q1_n=(0.9, 1), R2=(0, np.inf))
    assert bounded.parameter("R1").value == 30
    assert bounded.parameter("Q1_n").value == 0.85
    assert (bounded.parameter("R2").lower, bounded.parameter("R2").upper) == (0, np.inf)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"R9": 1}, "no parameter R9"),
        ({"R1": "ten"}, "a value is a number"),
        ({"R1": None}, "a value is a number"),
        ({"R1": [1, 2]}, "a value is a number"),
        ({"R1": np.nan}, "finite"),
        ({"R1": np.inf}, "finite"),
        ({"R1": 0}, "above zero, or be kept at zero"),
        ({"R1": fixed(-1)}, "above zero"),
        ({"R1": Parameter("R2", "R", "ohm", 1, 0.5, 2)}, "cannot become"),
    ],
)
def test_changes_that_make_no_sense_are_refused(circuit: Circuit, change: dict[str, Any], sentence: str) -> None:
    with pytest.raises(CircuitError, match=sentence):
        circuit.with_(**change)


@pytest.mark.parametrize("bounds", [(2, 1), (1, 1), (np.nan, 1), (-2, -1), (-1, 0), ("a", 1)])
def test_bounds_that_make_no_sense_are_refused(circuit: Circuit, bounds: Any) -> None:
    with pytest.raises(CircuitError, match="R1"):
        circuit.with_bounds(R1=bounds)


def test_a_resistor_may_be_kept_at_zero(circuit: Circuit) -> None:
    z = circuit.with_(R1=fixed(0)).impedance(FREQUENCY)
    np.testing.assert_allclose(z, circuit.impedance(FREQUENCY) - 20)


def test_equality_is_of_structure_and_parameters(circuit: Circuit) -> None:
    assert Circuit("R(RQ)Q") == Circuit("R1-p(R2,CPE1)-CPE2") == Circuit("R+R/Q+Q")
    assert Circuit("R(RQ)Q") != circuit
    assert Circuit("R(RQ)Q", title="x", roles={"R_Int": "R2"}) == Circuit("R(RQ)Q")
    assert len({Circuit("RC"), Circuit("R-C"), Circuit("CR")}) == 2


def test_pickle_and_copy(circuit: Circuit) -> None:
    named = Circuit(SEED_PAPER, roles={"R_Int": "R_Int"}, title="cell").with_(R_GB=fixed(3))
    for one in (circuit, named, Circuit("(R[R" * 40 + "R" + "])" * 40)):
        for other in (pickle.loads(pickle.dumps(one)), copy.deepcopy(one)):
            assert other == one
            assert (other.roles, other.title) == (one.roles, one.title)


def test_text_and_repr() -> None:
    assert str(Circuit(SEED_PAPER)) == SEED_PAPER
    assert repr(Circuit("R(Q(RW))")) == "Circuit('R1(Q1[R2W1])')"
    assert Circuit("R(RQ)").to("impedance.py") == "R1-p(R2,CPE1)"


def test_parameters_are_declared_by_the_elements() -> None:
    q, n = Circuit("Q_{GB}").parameters
    assert (q.name, q.symbol, q.unit, q.scale) == ("Q_GB", "Q", "S s^n", "log")
    assert (n.name, n.symbol, n.unit, n.scale) == ("Q_GB_n", "Q", "", "linear")
    assert (n.lower, n.upper) == (0.2, 1.0)


def test_roles_must_name_parameters() -> None:
    assert Circuit("R1C1", roles={"R_s": "R1"}).roles == (("R_s", "R1"),)
    with pytest.raises(CircuitError, match="no parameter R_Gb; did you mean R_GB"):
        Circuit(SEED_PAPER).parameter("R_Gb")
    with pytest.raises(CircuitError, match="no parameter R2; it has R1, C1"):
        Circuit("R1C1", roles={"R_s": "R2"})


@pytest.mark.parametrize("given", [None, 5, ["R", "C"], b"RC", REGISTRY["R"]])
def test_what_is_neither_text_nor_tree_is_refused(given: Any) -> None:
    with pytest.raises(CircuitError, match="a text or a tree"):
        Circuit(given)


def test_a_tree_is_tidied() -> None:
    R, C = REGISTRY["R"], REGISTRY["C"]
    circuit = Circuit(InSeries((Leaf(R, ""), InSeries((InParallel((Leaf(R, "1"), Leaf(C, "dl"))), Leaf(R, ""))))))
    assert str(circuit) == "R2(R1C_{dl})R3"
    assert Circuit(str(circuit)) == circuit


def test_a_tree_with_two_of_one_name_is_refused() -> None:
    R = REGISTRY["R"]
    with pytest.raises(DuplicateLabel, match="R_a_b"):
        Circuit(InSeries((Leaf(R, "a b"), Leaf(R, "a,b"))))
    with pytest.raises(CircuitError, match="at most 4096"):
        Circuit(InSeries(tuple(Leaf(R, str(k)) for k in range(5000))))


class Shifted(Element):
    """A CPE with a resistor in series, for tests (2024)."""

    symbol = "Ua"
    R = Param("ohm", 10.0, (1e-3, 1e6))
    Q = Param("S s^n", 1e-5, (1e-12, 1e2))
    n = Param("", 0.9, (0.3, 1.0), "linear")

    @staticmethod
    def impedance(s: Any, R: Any, Q: Any, n: Any) -> Any:
        return R + 1 / (Q * s**n)


class ShiftedExactly(Shifted):
    """The same with its derivative."""

    symbol = "Ub"
    R = Param("ohm", 10.0, (1e-3, 1e6))
    Q = Param("S s^n", 1e-5, (1e-12, 1e2))
    n = Param("", 0.9, (0.3, 1.0), "linear")

    @staticmethod
    def gradient(s: Any, z: Any, R: Any, Q: Any, n: Any) -> Any:
        return np.ones_like(z), -(z - R) / Q, -(z - R) * np.log(s)


@pytest.mark.parametrize("element", [Shifted, ShiftedExactly])
def test_an_element_of_ones_own(element: type[Element]) -> None:
    circuit = Circuit(InParallel((Leaf(element, ""), Leaf(REGISTRY["R"], "ct"))))
    symbol = element.symbol
    assert circuit.names == (f"{symbol}1", f"{symbol}1_Q", f"{symbol}1_n", "R_ct")
    assert Circuit(str(circuit)) == circuit == Circuit(f"({symbol}R_{{ct}})") == Circuit(f"{symbol}/R_ct")
    assert pickle.loads(pickle.dumps(circuit)) == circuit
    values = values_of(circuit, seed=3, count=3)
    twin = Circuit("([R1Q1]R_{ct})")
    np.testing.assert_allclose(circuit.impedance(FREQUENCY, values), twin.impedance(FREQUENCY, values), rtol=1e-12)
    np.testing.assert_allclose(circuit.jacobian(FREQUENCY, values), twin.jacobian(FREQUENCY, values), rtol=1e-6)
    with pytest.raises(CircuitError, match=f"has no {element.name}"):
        circuit.to_impedance()
