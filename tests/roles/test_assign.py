"""Which parameter plays which role."""

from __future__ import annotations

import numpy as np
import pytest

from eisfit.circuit import Circuit
from eisfit.errors import OptionError
from eisfit.roles.assign import assign_roles, parameter_named


def test_labels_name_the_roles(assb):
    roles = assign_roles(assb)
    assert roles.resistances == {"R_SE_bulk": "R_SE_bulk", "R_GB": "R_GB", "R_Int": "R_Int"}
    assert list(roles.arcs) == ["R_GB", "R_Int"]
    assert roles.sentences == ()


def test_time_constants_name_the_roles_without_labels():
    circuit = Circuit("R(RQ)(RQ)Q")
    slow_first = circuit.with_(**{"R2": 60.0, "Q1": 3e-3, "Q1_n": 0.8, "R3": 14.0, "Q2": 6e-8, "Q2_n": 0.9}).values
    roles = assign_roles(circuit, slow_first)
    assert roles.resistances == {"R_SE_bulk": "R1", "R_GB": "R3", "R_Int": "R2"}
    assert "R_GB = R3" in roles.sentences[0]


def test_one_odd_spectrum_does_not_name_the_roles():
    circuit = Circuit("R(RC)(RC)")
    values = np.tile([10.0, 5.0, 1e-8, 50.0, 1e-3], (5, 1))
    values[0] = [10.0, 50.0, 1e-3, 5.0, 1e-8]
    values[1] = np.nan
    assert assign_roles(circuit, values).resistances["R_GB"] == "R2"


@pytest.mark.parametrize(
    ("text", "cell", "roles"),
    [
        ("R(RQ)", None, {"R_SE_bulk": "R1", "R_Int": "R2"}),
        ("R(RQ)Q", "blocking", {"R_SE_bulk": "R1", "R_GB": "R2"}),
        ("(RQ)(RQ)Q", "blocking", {"R_SE_bulk": "R1", "R_GB": "R2"}),
        ("(RQ)Q", None, {"R_SE_bulk": "R1"}),
        ("R(RC)(RC)(RC)(RC)", None, {"R_SE_bulk": "R1", "R_GB": "R2", "R_Int": "R3", "R_arc3": "R4", "R_arc4": "R5"}),
        ("RW", None, {"R_SE_bulk": "R1"}),
        ("W", None, {}),
    ],
)
def test_circuits_of_other_shapes(text, cell, roles):
    circuit = Circuit(text)
    spread = {f"C{k}": 10.0 ** (-10 + 2 * k) for k in range(1, 5)} | {"Q1": 1e-9, "Q2": 1e-6}
    values = circuit.with_(**{k: v for k, v in spread.items() if k in circuit.names}).values
    assert assign_roles(circuit, values, cell_type=cell).resistances == roles


def test_a_declared_role_stands_above_labels_and_time_constants():
    circuit = Circuit("R_{GB}(RQ)(RQ)", roles={"R_Int": "R1", "R_SE,bulk": "R_GB"})
    assert assign_roles(circuit).resistances == {"R_Int": "R1", "R_SE_bulk": "R_GB"}


def test_a_chosen_role_stands_above_all(assb):
    assert assign_roles(assb, chosen={"R_ct": "R_GB"}).resistances == {"R_ct": "R_GB"}
    with pytest.raises(OptionError, match="role R_ct: the circuit has no parameter R9"):
        assign_roles(assb, chosen={"R_ct": "R9"})


def test_labels_and_time_constants_together():
    circuit = Circuit("R_{SE}(R_{Int}C_{1})(RC)")
    fast = circuit.with_(**{"R_Int": 50.0, "C1": 1e-3, "R1": 5.0, "C2": 1e-8}).values
    slow = circuit.with_(**{"R_Int": 50.0, "C1": 1e-3, "R1": 5.0, "C2": 10.0}).values
    assert assign_roles(circuit, fast).resistances == {"R_SE_bulk": "R_SE", "R_GB": "R1", "R_Int": "R_Int"}
    assert assign_roles(circuit, slow).resistances == {"R_SE_bulk": "R_SE", "R_Int": "R_Int", "R_arc2": "R1"}


@pytest.mark.parametrize(
    ("text", "name", "own"),
    [
        ("R(RQ)(RQ)Q", "R_GB", "R2"),
        ("R(RQ)(RQ)Q", "Q_GB", "Q1"),
        ("R(RQ)(RQ)Q", "Q_Int_n", "Q2_n"),
        ("R(RC)", "C_Int", "C1"),
        ("R(Q(RW))", "Q_Int_n", "Q1_n"),
        ("R(RQ)", "R1", "R1"),
        ("R(RQ)", "Q_GB", "Q_GB"),
        ("RZ", "C_Int", "C_Int"),
    ],
)
def test_a_role_names_the_parameters_of_its_arc(text, name, own):
    assert parameter_named(Circuit(text), name) == own
