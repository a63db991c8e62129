"""Trial shapes: blocks, atoms and the combinations that are tried."""

from __future__ import annotations

import numpy as np
import pytest

from eisfit import Circuit, fixed
from eisfit.fitting.dictionary import FINE, MAX_TRIALS, OTHER, PLAIN, blocks, dictionary, interchangeable, shape_of

OMEGA = 2 * np.pi * np.logspace(6, -2, 41)
CIRCUITS = ["R", "Q", "R(RQ)(RQ)Q", "R(RC)(RC)", "R(Q(RW))", "LR(RQ)(RQ)O", "R(RQ)G", "RM", "RZZ", "R(RQ)H", "R(QS)"]


def test_blocks_are_the_parts_in_series_with_their_first_parameter():
    parts = blocks(Circuit("LR(RQ)(Q(RW))"))
    assert [start for _, start in parts] == [0, 1, 2, 5]
    assert [node.size for node, _ in parts] == [1, 1, 3, 4]


def test_a_circuit_that_is_one_parallel_is_one_block():
    assert [start for _, start in blocks(Circuit("([R(RQ)]C)"))] == [0]


def test_equal_arcs_may_change_places():
    assert interchangeable(Circuit("R(RQ)(RQ)Q")) == [[1, 2]]
    assert interchangeable(Circuit("R(RQ)(QR)(RC)")) == []
    assert interchangeable(Circuit("RZZ")) in ([], [[1, 2]])


@pytest.mark.parametrize(
    "circuit",
    [Circuit("(RQ)(RQ)").with_(Q1_n=fixed(1)), Circuit("(RQ)(RQ)").with_bounds(R1=(1, 50))],
    ids=["fixed", "bounded"],
)
def test_arcs_that_differ_in_what_is_asked_of_them_may_not(circuit):
    assert interchangeable(circuit) == []


def test_shape_knows_structure_and_no_labels():
    one, other = (blocks(Circuit(text))[1][0] for text in ("R(R_{a}Q_{b})", "R(RQ)"))
    assert shape_of(one) == shape_of(other)
    assert shape_of(blocks(Circuit("R(RC)"))[1][0]) != shape_of(other)


@pytest.mark.parametrize("text", CIRCUITS)
def test_scaling_the_amplitude_scales_the_impedance_of_an_atom(text):
    circuit = Circuit(text)
    for (node, _), atoms in zip(blocks(circuit), dictionary(circuit, OMEGA).blocks, strict=True):
        assert np.isfinite(atoms.impedance).all()
        bigger = atoms.values * 7.0**atoms.alpha
        z = node.impedance(1j * OMEGA, list(bigger.T[:, :, None]))
        np.testing.assert_allclose(np.broadcast_to(z, atoms.impedance.shape), 7 * atoms.impedance, rtol=1e-9)


@pytest.mark.parametrize("text", CIRCUITS)
@pytest.mark.parametrize("mesh", [PLAIN, FINE, OTHER])
def test_combinations_are_bounded_in_number_and_point_into_their_blocks(text, mesh):
    words = dictionary(Circuit(text), OMEGA, mesh)
    cells, _, count = words.trials.shape
    assert 1 <= cells <= MAX_TRIALS
    assert count == len(words.blocks)
    end = np.cumsum([len(atoms.values) for atoms in words.blocks])
    begin = end - [len(atoms.values) for atoms in words.blocks]
    assert np.all((words.trials >= begin) & (words.trials < end))
    assert len(words.impedance) == end[-1]


def test_interchangeable_arcs_are_tried_in_one_order_only():
    words = dictionary(Circuit("R(RQ)(RQ)Q"), OMEGA)
    per_cell = [atoms.per_cell for atoms in words.blocks]
    first = np.cumsum([0] + [len(atoms.values) for atoms in words.blocks])
    cell = [(words.trials[:, :, b] - first[b]) // per_cell[b] for b in (1, 2)]
    assert np.all(cell[0] < cell[1])


def test_time_constants_cover_the_measured_band():
    atoms = dictionary(Circuit("R(RQ)"), OMEGA).blocks[1]
    r, q, n = atoms.values.T
    ln_tau = np.log(r * q) / n
    assert ln_tau.min() <= -np.log(OMEGA.max())
    assert ln_tau.max() >= -np.log(OMEGA.min())


def test_trial_exponents_stay_inside_their_bounds():
    circuit = Circuit("R(RQ)").with_bounds(Q1_n=(0.93, 0.97))
    n = dictionary(circuit, OMEGA, FINE).blocks[1].values[:, 2]
    assert np.all((n >= 0.93) & (n <= 0.97))


def test_a_fixed_exponent_is_the_only_one_tried():
    circuit = Circuit("R(RQ)").with_(Q1_n=fixed(0.61))
    assert set(dictionary(circuit, OMEGA, FINE).blocks[1].values[:, 2]) == {0.61}


@pytest.mark.parametrize(("text", "outer", "inner"), [("R(Q[R(RQ)])", 0, 1), ("R([R(RQ)]Q)", 1, 0)])
def test_elements_further_inside_are_mostly_tried_slower(text, outer, inner):
    ln_tau = dictionary(Circuit(text), OMEGA).blocks[1].places[:, :2]
    slower = np.mean(ln_tau[:, inner] >= ln_tau[:, outer])
    assert 0.75 <= slower < 1
    assert np.ptp(ln_tau, axis=0).min() > 0.9 * np.log(OMEGA.max() / OMEGA.min())


def test_where_two_blocks_block_the_current_a_good_minimum_may_be_a_false_one():
    rich = {text: dictionary(Circuit(text), OMEGA).rich for text in ("RM", "RMM", "RMQ", "R(RQ)(RQ)Q", "RTT", "RQC")}
    assert rich == {"RM": False, "RMM": True, "RMQ": True, "R(RQ)(RQ)Q": False, "RTT": True, "RQC": False}
