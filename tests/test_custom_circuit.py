"""impedance.py itself is the oracle: its element functions and its CustomCircuit, both ways."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eisfit.circuit import Circuit, fixed
from eisfit.elements import REGISTRY
from eisfit.errors import CircuitError
from eisfit.interop import EXPORTED, IMPEDANCE, ZFIT, Counterpart, ours_from_theirs, theirs_from_ours
from tests.formulas import calculated
from tests.trees import circuits, values_of

FREQUENCY = np.logspace(-3, 7, 41)

TYPICAL = {
    "R": [12.0],
    "C": [3e-6],
    "L": [2e-7],
    "CPE": [4e-6, 0.83],
    "La": [2e-6, 0.8],
    "W": [7.0],
    "Ws": [30.0, 2.5],
    "Wo": [30.0, 2.5],
    "G": [40.0, 0.3],
    "Gs": [40.0, 0.3, 1.7],
    "K": [25.0, 1e-3],
    "Zarc": [25.0, 1e-3, 0.85],
    "TLMQ": [20.0, 5e-3, 0.9],
    "T": [9.0, 4.0, 0.6, 1e-5],
}
"""Values in impedance.py's parametrisation; for T such that Re beta < 100 in the band (its sinh is capped there)."""


def predicted(text: str, values: list[float], **constants: float) -> Any:
    """What impedance.py predicts."""
    from impedance.models.circuits import CustomCircuit

    custom = CustomCircuit(text, initial_guess=values, constants=constants)
    custom.parameters_ = np.array(values)
    return custom.predict(FREQUENCY)


def test_every_element_of_impedance_is_here() -> None:
    from impedance.models.circuits.elements import circuit_elements

    functions = {name for name, function in circuit_elements.items() if hasattr(function, "num_params")}
    assert {c.theirs for c in IMPEDANCE} == functions == TYPICAL.keys()
    for c in IMPEDANCE:
        assert len(c.their_formulas) == circuit_elements[c.theirs].num_params
        assert tuple(c.our_formulas) == tuple(p.name for p in REGISTRY[c.ours].params)


@pytest.mark.parametrize("symbol", TYPICAL)
def test_an_element_agrees_with_its_function(symbol: str) -> None:
    from impedance.models.circuits.elements import circuit_elements

    theirs = circuit_elements[symbol](TYPICAL[symbol], list(FREQUENCY))
    circuit = Circuit.from_impedance(f"{symbol}1", TYPICAL[symbol])
    np.testing.assert_allclose(circuit.impedance(FREQUENCY), theirs, rtol=1e-12)
    custom = circuit.to_impedance()
    np.testing.assert_allclose(custom.initial_guess, TYPICAL[symbol], rtol=1e-13)
    np.testing.assert_allclose(custom.predict(FREQUENCY), theirs, rtol=1e-12)


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("R0-p(R1,C1)-p(R2-Wo1,C2)", [0.01, 0.005, 0.1, 0.005, 0.1, 200.0, 1.0]),
        ("p(R1,CPE1)-p(R2,CPE2)-CPE3", [5.0, 1e-6, 0.9, 50.0, 1e-3, 0.8, 0.3, 0.6]),
        ("p(R1-p(R2-W1,C1),CPE_2)-L0", [5.0, 6.0, 3.0, 1e-3, 1e-6, 0.9, 1e-7]),
        ("-".join(f"{s}1" for s in TYPICAL), [v for values in TYPICAL.values() for v in values]),
        (f"p({','.join(f'{s}1' for s in TYPICAL)})", [v for values in TYPICAL.values() for v in values]),
    ],
)
def test_circuits_agree_both_ways(text: str, values: list[float]) -> None:
    theirs = predicted(text, values)
    circuit = Circuit.from_impedance(text, values)
    np.testing.assert_allclose(circuit.impedance(FREQUENCY), theirs, rtol=1e-12)
    custom = circuit.to_impedance()
    np.testing.assert_allclose(custom.predict(FREQUENCY), theirs, rtol=1e-12)
    np.testing.assert_allclose(custom.initial_guess, values, rtol=1e-13)


@settings(max_examples=30)
@given(circuits([s for s in EXPORTED if s != "Tp"], words=True), st.integers(0, 99))
def test_any_circuit_goes_out(circuit: Circuit, seed: int) -> None:
    circuit = circuit.with_(**dict(zip(circuit.names, values_of(circuit, seed), strict=True)))
    np.testing.assert_allclose(circuit.to_impedance().predict(FREQUENCY), circuit.impedance(FREQUENCY), rtol=1e-10)


def test_fixed_parameters_are_constants_there() -> None:
    circuit = Circuit("R0-p(R1,CPE1)-Wo1-Ws1").with_(
        R0=fixed(5), Q1_n=fixed(0.8), T1=fixed(0.1), T1_B=fixed(2), O1_B=fixed(3)
    )
    custom = circuit.to_impedance()
    assert custom.constants == {"R0": 5, "CPE1_1": 0.8, "Wo1_0": 20, "Wo1_1": 4, "Ws1_1": 9}
    assert custom.get_param_names()[0] == ["R1", "CPE1_0", "Ws1_0"]
    np.testing.assert_allclose(custom.predict(FREQUENCY), circuit.impedance(FREQUENCY), rtol=1e-12)
    back = Circuit.from_impedance(custom)
    assert [p.fixed for p in back.parameters] == [p.fixed for p in circuit.parameters]
    np.testing.assert_allclose(back.values, circuit.values, rtol=1e-14)


def test_a_leak_goes_out_as_a_resistor() -> None:
    custom = Circuit("(S1[R1C1])").with_(S1=0.01).to_impedance()
    assert custom.circuit == "p(R1,R2-C1)"
    assert custom.initial_guess[0] == 100


def test_fitted_values_come_before_the_initial_guess() -> None:
    from impedance.models.circuits import CustomCircuit

    custom = CustomCircuit("R0-p(R1,C1)", initial_guess=[1.0, 2.0, 3.0])
    np.testing.assert_array_equal(Circuit.from_impedance(custom).values, [1, 2, 3])
    custom.parameters_ = np.array([4.0, 5.0, 6.0])
    np.testing.assert_array_equal(Circuit.from_impedance(custom).values, [4, 5, 6])
    np.testing.assert_array_equal(Circuit.from_impedance(custom, [7, 8, 9]).values, [7, 8, 9])


def test_constants_in_their_spelling() -> None:
    from impedance.models.circuits import CustomCircuit

    custom = CustomCircuit("R_0-CPE_1", initial_guess=[2.0, 0.9], constants={"CPE_1_0": 1e-3})
    circuit = Circuit.from_impedance(custom)
    np.testing.assert_array_equal(circuit.values, [2.0, 1e-3, 0.9])
    assert [p.fixed for p in circuit.parameters] == [False, True, False]
    custom.constants = {"C7": 1.0}
    with pytest.raises(CircuitError, match="no constant C7"):
        Circuit.from_impedance(custom)


def test_it_can_be_printed_saved_and_fitted(tmp_path: Any) -> None:
    circuit = Circuit("R(RC)").with_(R1=5, R2=10, C1=1e-5)
    custom = circuit.to_impedance()
    assert "R2 = 1.00e+01" in str(custom)
    custom.save(tmp_path / "custom.json")
    custom.fit(FREQUENCY, circuit.with_(R2=12).impedance(FREQUENCY))
    np.testing.assert_allclose(custom.parameters_, [5, 12, 1e-5], rtol=1e-4)


def test_a_text_without_values_has_the_defaults() -> None:
    assert Circuit.from_impedance("R0-p(R1,CPE1)") == Circuit("R0-p(R1,CPE1)")


@pytest.mark.parametrize(
    ("text", "values", "sentence"),
    [
        ("R0-p(R1,CPE1)", [1.0, 2.0], r"takes 4 values \(R0, R1, CPE1_0, CPE1_1\), not 2"),
        ("R0-C1", [1.0, 2.0, 3.0], r"takes 2 values \(R0, C1\), not 3"),
        ("R0-C1", ["a", "b"], "values must be numbers"),
        ("R0-C1", [1.0, np.nan], "cannot be converted"),
        ("R0-C1", [0.0, 1.0], "R0 = 0"),
        ("R0-Wo1", [1.0, 0.0, 3.0], "T1: Z0 = 0, tau = 3 cannot be converted"),
        ("R0-G1", [1.0, 2.0, 0.0], "G1: R_G = 2, t_G = 0 cannot be converted"),
        ("R0-Ws1", [1.0, 2.0, -1.0], "O1: Z0 = 2, tau = -1 cannot be converted"),
        (5, None, "expected the text of a circuit or a CustomCircuit"),
    ],
)
def test_values_that_do_not_fit_are_refused(text: Any, values: Any, sentence: str) -> None:
    with pytest.raises(CircuitError, match=sentence):
        Circuit.from_impedance(text, values)


def test_what_cannot_go_out_is_said() -> None:
    with pytest.raises(CircuitError, match=r"impedance.py has no Havriliak-Negami relaxation \(H1\)"):
        Circuit("RH").to_impedance()
    with pytest.raises(CircuitError, match="S1: G = 0 cannot be converted"):
        Circuit("(RS)").with_(S1=fixed(0)).to_impedance()


COUNTERPARTS = [*IMPEDANCE, *ZFIT, EXPORTED["S"]]


@pytest.mark.parametrize("counterpart", COUNTERPARTS, ids=lambda c: f"{c.theirs}-{c.ours}")
def test_conversions_are_what_they_state_and_undo_each_other(counterpart: Counterpart) -> None:
    ours = {name: 0.37 + 0.2 * k for k, name in enumerate(counterpart.our_formulas)}
    theirs = theirs_from_ours(counterpart, list(ours.values()), "E1")
    np.testing.assert_allclose(theirs, [calculated(f, ours) for f in counterpart.their_formulas.values()], rtol=1e-14)
    named = dict(zip(counterpart.their_formulas, theirs, strict=True))
    back = ours_from_theirs(counterpart, theirs, "E1")
    np.testing.assert_allclose(back, [calculated(f, named) for f in counterpart.our_formulas.values()], rtol=1e-14)
    np.testing.assert_allclose(back, list(ours.values()), rtol=1e-14)


@pytest.mark.parametrize(
    ("theirs", "values", "expected"),
    [
        ("W", [7.0], lambda s: 7.0 * np.sqrt(2) / np.sqrt(s)),
        ("Wd", [3.0, 0.5], lambda s: 3.0 * np.tanh(np.sqrt(0.5 * s)) / np.sqrt(0.5 * s)),
        ("M", [3.0, 0.5], lambda s: 3.0 / np.tanh(np.sqrt(0.5 * s)) / np.sqrt(0.5 * s)),
        ("G", [3.0, 0.5], lambda s: 3.0 / np.sqrt(1 + 0.5 * s)),
    ],
)
def test_zfit_elements_are_those_of_the_ec_lab_manual(theirs: str, values: list[float], expected: Any) -> None:
    counterpart = next(c for c in ZFIT if c.theirs == theirs)
    s = 2j * np.pi * FREQUENCY
    ours = ours_from_theirs(counterpart, values, theirs)
    np.testing.assert_allclose(REGISTRY[counterpart.ours].impedance(s, *ours), expected(s), rtol=1e-12)
