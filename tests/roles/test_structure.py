"""Arcs and resistors of a circuit."""

from __future__ import annotations

import numpy as np
import pytest

from eisfit.circuit import Circuit
from eisfit.roles.structure import exchangeable, structure


@pytest.mark.parametrize(
    ("text", "resistors", "arcs"),
    [
        ("R(RQ)(RC)Q", ["R1"], [("R2", "RQ"), ("R3", "RC")]),
        ("R(Q[RW])", ["R1"], [("R2", "RQ")]),
        ("R(Q[R(RC)])", ["R1"], [("R2", "RQ"), ("R3", "RC")]),
        ("(RQ)(RQ)Q", [], [("R1", "RQ"), ("R2", "RQ")]),
        ("([R(RQ)]S)", ["R1"], [("R2", "RQ")]),
        ("(LR)R(RC)", ["R2"], [("R3", "RC")]),
        ("RZH", ["R1"], [("Z1", "Z"), ("H1", "H")]),
        ("R", ["R1"], []),
        ("(RC)", [], [("R1", "RC")]),
        ("RW", ["R1"], []),
    ],
)
def test_parts(text, resistors, arcs):
    parts = structure(Circuit(text))
    assert list(parts.resistors) == resistors
    assert [(arc.resistor, "".join(arc.kind)) for arc in parts.arcs] == arcs


@pytest.mark.parametrize("text", ["R(RQ)", "R(RC)", "RZ"])
def test_apex_is_where_the_arc_is_highest(text):
    circuit = Circuit(text)
    values = {"Q1": 2e-5, "Q1_n": 0.8, "R2": 30.0, "C1": 2e-6, "Z1": 30.0, "Z1_tau": 1e-4, "Z1_n": 0.8}
    known = circuit.with_(**{k: v for k, v in values.items() if k in circuit.names}).values
    arc = structure(circuit).arcs[0]
    apex = arc.apex(known)
    near = apex * np.logspace(-1, 1, 2001)
    height = -circuit.impedance(near, known).imag
    assert near[np.argmax(height)] == pytest.approx(apex, rel=2e-3)
    assert arc.capacitance(known) == pytest.approx(1 / (2 * np.pi * apex * 30.0))


def test_apex_of_a_batch_has_one_value_per_spectrum():
    circuit = Circuit("R(RQ)")
    values = np.tile(circuit.values, (5, 1))
    assert structure(circuit).arcs[0].apex(values).shape == (5,)


@pytest.mark.parametrize(
    ("text", "groups"),
    [
        ("R(RQ)(RQ)Q", [["R2", "R3"]]),
        ("R(RQ)(RC)(RQ)(RC)", [["R2", "R4"], ["R3", "R5"]]),
        ("R(RQ)(Q[RW])", []),
        ("R(RQ)(Q[R(RQ)])", []),
        ("([R(RQ)(RQ)]S)", [["R2", "R3"]]),
        ("RZZ", [["Z1", "Z2"]]),
        ("R(RQ)", []),
    ],
)
def test_arcs_that_a_fit_may_exchange(text, groups):
    assert [[arc.resistor for arc in group] for group in exchangeable(Circuit(text))] == groups
