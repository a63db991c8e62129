"""Trial shapes: blocks, atoms and the combinations that are tried."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest

from eisfit import Circuit, fixed
from eisfit.fitting.dictionary import (
    FINE,
    FINEST,
    MAX_TRIALS,
    OTHER,
    PLAIN,
    _blocks_current,
    _cells,
    _has_choice,
    _inside,
    _levels,
    _neighbours,
    _slower_inside,
    _spread,
    _value,
    alike,
    blocks,
    dictionary,
    interchangeable,
    shape_of,
    shapes,
)
from eisfit.fitting.dimensions import Dimension

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


def test_alike_are_blocks_of_one_structure_in_which_nothing_is_fixed():
    assert alike(Circuit("R(RQ)(RQ)(RC)").with_bounds(R2=(1, 50))) == [[1, 2]]
    for name in ("R2", "Q1_n", "R3", "Q2_n"):
        assert alike(Circuit("R(RQ)(RQ)").with_(**{name: fixed(0.9)})) == [], name


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


def test_many_relaxing_blocks_and_different_kinds_share_a_spectrum_in_many_ways():
    texts = ("R(RQ)(RQ)", "R(RQ)(RQ)(RQ)", "R(RQ)(RC)", "R(RQ)", "R(Q[R(RQ)])", "RH", "RRR")
    rich = {text: dictionary(Circuit(text), OMEGA).rich for text in texts}
    assert rich == dict(zip(texts, (False, True, True, False, True, True, False), strict=True))


def test_a_block_with_two_places_or_two_shapes_has_a_choice():
    for text, choice in (
        ("(RQ)", False),
        ("(RC)", False),
        ("(Q[R(RC)])", True),
        ("H", True),
        ("Z", False),
        ("R", False),
    ):
        assert _has_choice(Circuit(text).root) == choice, text


def test_a_block_blocks_the_current_where_it_doubles_over_two_decades():
    """|Z| ~ omega^-n doubles over a factor of 100 where n = ln 2 / ln 100 = 0.1505."""
    atoms = SimpleNamespace(values=np.zeros((3, 1)))
    for n, blocking in ((0.16, True), (0.14, False)):
        node = SimpleNamespace(impedance=lambda s, _, n=n: s**-n)
        assert _blocks_current(node, atoms, OMEGA) == blocking, n
    for corner, blocking in ((1e-5, True), (1e-3, False)):  # far below the band, not so far
        node = SimpleNamespace(impedance=lambda s, _, c=corner: 1 / (s / OMEGA.min() + 1j * c))
        assert _blocks_current(node, atoms, OMEGA) == blocking, corner


def test_cells_one_step_away_in_blocks_on_the_grid():
    """A cell that is not there is the cell itself; a block that is not laid out on the line has no step."""
    line = PLAIN.line
    cross = np.array([[1, 1], [0, 1], [2, 1], [1, 0], [1, 2]])
    assert _neighbours(cross, [line, line])[0].tolist() == [1, 2, 3, 4]
    assert _neighbours(cross, [line, line])[3].tolist() == [3, 3, 3, 0]
    assert _neighbours(cross, [line, 3])[0].tolist() == [1, 2]
    assert _neighbours(cross, [3, line])[0].tolist() == [3, 4]
    assert _neighbours(cross, [1, 3]).tolist() == [[0], [1], [2], [3], [4]]


def test_combinations_of_cells():
    assert _cells([2, 3], []).tolist() == [[0, 0], [0, 1], [0, 2], [1, 0], [1, 1], [1, 2]]
    assert _cells([3, 3], [[0, 1]]).tolist() == [[0, 1], [0, 2], [1, 2]]
    assert _cells([3, 1, 3, 3], [[0, 2, 3]]).tolist() == [[0, 0, 1, 2]]
    assert _cells([MAX_TRIALS], []).ravel().tolist() == list(range(MAX_TRIALS))
    thinned = _cells([2 * MAX_TRIALS], []).ravel()
    assert (len(thinned), thinned[0], thinned[-1]) == (1500, 0, 2999)
    whole, sample = _cells([500, 600], []), _cells([501, 600], [])  # up to 300,000 the whole grid is laid out
    assert (whole[0].tolist(), whole[-1].tolist(), len(whole)) == ([0, 0], [499, 599], 1500)
    assert (np.diff(whole[:, 0]) >= 0).all()
    assert not (np.diff(sample[:, 0]) >= 0).all()
    assert (sample.min(axis=0) <= 1).all()
    assert (sample.max(axis=0) >= [499, 598]).all()
    assert (sample.max(axis=0) < [501, 600]).all()


def test_points_of_the_golden_ratio():
    """0.5 + k / 1.618 in one dimension, of the real root of x^3 = x + 1 in two; beyond are those that follow."""
    golden, plastic = (1 + np.sqrt(5)) / 2, 1.32471795724
    k = np.arange(1, 9)
    np.testing.assert_allclose(_spread(8, 1)[:, 0], (0.5 + k / golden) % 1)
    np.testing.assert_allclose(_spread(8, 2), (0.5 + np.outer(k, [1 / plastic, 1 / plastic**2])) % 1, rtol=1e-9)
    np.testing.assert_allclose(_spread(3, 2, 5), _spread(8, 2)[5:])


def test_how_deep_elements_lie_and_that_those_inside_are_slower():
    assert _levels(Circuit("(Q[R(RC)])").root) == [1, 2, 3, 3]
    assert _levels(Circuit("R").root) == [0]
    u = np.tile([0.5, 0.9, 0.2], (6, 1))
    out = _slower_inside(u, [1, 2, 2])
    assert out[[1, 2, 3, 5]].tolist() == [[0.2, 0.9, 0.5]] * 4  # of those at one level the slower one stays it
    assert out[[0, 4]].tolist() == [[0.5, 0.9, 0.2]] * 2  # one of four as it is
    assert _slower_inside(u, [3, 1, 2])[1].tolist() == [0.9, 0.2, 0.5]
    assert u[1].tolist() == [0.5, 0.9, 0.2]


def test_a_parameter_from_a_resistance_a_time_and_an_exponent():
    """R^alpha tau^(beta + beta_n n)."""
    assert _value(Dimension(-1.0, 0.0, 1.0), np.log(2), np.log(16), 0.5) == pytest.approx(16**0.5 / 2)
    assert _value(Dimension(1.0, 1.0, 0.0), np.log(2), np.log(3), 0.5) == pytest.approx(6)
    assert _value(Dimension(1.0, -1.0, 1.0), np.log(2), np.log(16), 0.75) == pytest.approx(2 * 16**-0.25)


def test_trial_values_inside_bounds():
    p = Circuit("Q").with_bounds(Q1_n=(0.6, 0.8)).parameter("Q1_n")
    assert _inside(p, (0.9, 0.5, 0.7, 1.0)) == [0.6, 0.7, 0.8]


def test_an_arc_is_laid_out_from_end_to_end_of_the_band():
    """0.3 decades beyond both ends, in equal steps; R is 1 and Q = tau^n."""
    omega = np.geomspace(1e4, 1e-1, 20)
    atoms = dictionary(Circuit("(RQ)"), omega).blocks[0]
    expected = np.linspace(np.log(1e-4) - 0.3 * np.log(10), np.log(1e1) + 0.3 * np.log(10), 14)
    np.testing.assert_allclose(atoms.places[:, 0], expected)
    np.testing.assert_allclose(atoms.values, np.stack([np.ones(14), np.exp(0.8 * expected), np.full(14, 0.8)], 1))
    assert (atoms.per_cell, atoms.alpha.tolist()) == (1, [1, -1, 0])


def test_a_tail_has_three_exponents_and_the_lowest_frequency():
    """Q (1 / omega)^-n is 1 ohm at the lowest omega."""
    omega = np.geomspace(1e4, 0.1, 20)
    for mesh, exponents in ((PLAIN, (0.5, 0.7, 0.9)), (FINE, (0.5, 0.7, 0.9)), (FINEST, (0.25, 0.45, 0.65, 0.85, 1.0))):
        atoms = dictionary(Circuit("Q"), omega, mesh).blocks[0]
        np.testing.assert_allclose(atoms.values, [[10**n, n] for n in exponents])
        assert (atoms.cells, atoms.per_cell) == (1, len(exponents))
    assert dictionary(Circuit("Q").with_bounds(Q1_n=(0.8, 1)), omega).blocks[0].values[:, 1].tolist() == [0.8, 0.9]


def test_a_block_with_inner_unknowns():
    """(Q[R(RQ)]): two time constants, a ratio within 1.5 decades of the first R, two exponents; Q = tau^n."""
    atoms = dictionary(Circuit("(Q[R(RQ)])"), OMEGA, FINE).blocks[0]
    assert (atoms.places.shape, atoms.per_cell) == ((144, 3), 4)
    ratio, wide = atoms.places[:, 2], 1.5 * np.log(10)
    assert -wide <= ratio.min() < -0.98 * wide
    assert 0.98 * wide < ratio.max() <= wide
    tau = np.exp(np.repeat(atoms.places[:, :2], 4, axis=0))
    q, n, r, inner_r, inner_q, inner_n = atoms.values.T
    assert list(zip(n[:4], inner_n[:4], strict=True)) == [(0.7, 0.7), (0.7, 0.9), (0.9, 0.7), (0.9, 0.9)]
    np.testing.assert_allclose(q, tau[:, 0] ** n)
    np.testing.assert_allclose(inner_q, tau[:, 1] ** inner_n)
    assert (r == 1).all()
    np.testing.assert_allclose(inner_r, np.repeat(np.exp(ratio), 4))


def test_exponents_from_the_third_on_are_tried_plainly():
    atoms = dictionary(Circuit("(Q[R(Q[R(RQ)])])"), OMEGA, FINE).blocks[0]
    assert atoms.per_cell == 4
    assert [set(atoms.values[:, k]) for k in (1, 4, 8)] == [{0.7, 0.9}, {0.7, 0.9}, {0.8}]


def test_a_positive_number_without_a_unit_is_tried_around_its_usual_value():
    """phi of a finite Gerischer element: 1.5 decades around 3; R = 1, tau as it is laid out."""
    circuit = Circuit("Gs").with_(Gs1_phi=3)
    atoms = dictionary(circuit, OMEGA).blocks[0]
    r, tau, phi = atoms.values.T
    np.testing.assert_allclose(np.log([tau, phi]).T, atoms.places)
    decades = np.log10(phi / 3)
    assert -1.5 <= decades.min() < -1.45
    assert 1.45 < decades.max() <= 1.5
    assert (r == 1).all()
    from_zero = dictionary(circuit.with_bounds(Gs1_phi=(0, 10)), OMEGA).blocks[0]  # no logarithm: as an exponent
    assert (from_zero.places.shape, set(from_zero.values[:, 2])) == ((14, 1), {0.8})


def test_a_block_of_too_many_shapes_gets_fewer_exponents():
    """42 places of an arc with 5 exponents are few enough; 512 points of a ladder with 25 pairs are not."""
    arc, ladder = (shapes(Circuit(text), OMEGA)[0] for text in ("(RQ)", "(Q[R(RQ)])"))
    assert (arc.cells, arc.per_cell) == (42, 5)
    assert (ladder.cells, ladder.per_cell) == (512, 4)


def test_meshes_after_each_other_try_other_places_and_exponents():
    """OTHER goes on where FINE ends; both have as many places."""
    ladder, points = Circuit("(Q[R(RQ)])"), 2 * _spread(288, 3)[:, 2] - 1
    for mesh, own, exponents in (
        (PLAIN, slice(0, 144), [0.8]),
        (FINE, slice(0, 144), [0.7, 0.9]),
        (OTHER, slice(144, 288), [0.6, 1.0]),
    ):
        atoms = dictionary(ladder, OMEGA, mesh).blocks[0]
        np.testing.assert_allclose(atoms.places[:, 2], points[own] * 1.5 * np.log(10))
        assert sorted(set(atoms.values[:, 1])) == exponents
        assert dictionary(Circuit("(RQ)"), OMEGA, mesh).blocks[0].cells == 14
        assert sorted(set(dictionary(Circuit("Z"), OMEGA, mesh).blocks[0].values[:, 2])) == exponents


def test_many_exponents_in_all_are_tried_plainly():
    """Five arcs have 2^5 sets of exponents, six 2^6, which is more than 48; four with a tail have just 48."""
    for arcs, per_cell in ((5, 2), (6, 1)):
        words = dictionary(Circuit("(RQ)" * arcs), OMEGA, FINE)
        assert [atoms.per_cell for atoms in words.blocks] == [per_cell] * arcs, arcs
        assert words.trials.shape[1] == per_cell**arcs
    assert dictionary(Circuit("(RQ)" * 4 + "Q"), OMEGA, FINE).trials.shape[1] == 48


def test_of_every_combination_of_places_all_sets_of_exponents_are_tried():
    words = dictionary(Circuit("R(RQ)Q"), OMEGA, FINE)
    values = np.concatenate([np.pad(atoms.values, ((0, 0), (0, 3 - atoms.values.shape[1]))) for atoms in words.blocks])
    exponents = values[words.trials[:, :, 1:], [2, 1]]
    pairs = [[n, tail] for n in (0.7, 0.9) for tail in (0.5, 0.7, 0.9)]
    np.testing.assert_array_equal(exponents, np.tile(pairs, (14, 1, 1)))
    atoms = words.blocks[1]
    tau = np.log(values[words.trials[:, :, 1], 1]) / exponents[:, :, 0]
    np.testing.assert_allclose(tau, np.repeat(atoms.places, 6, axis=1))
