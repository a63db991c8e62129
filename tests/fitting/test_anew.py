"""Blocks placed anew beside the others undo minima in which one element does the work of another."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest

from eisfit import Circuit, fit_batch, fixed
from eisfit.fitting.anew import (
    _alike,
    _around,
    _best_of,
    _coordinates,
    _exchanged,
    _Held,
    _Layout,
    _layout,
    _of_block,
    _peaks,
    _products,
    _regular,
    _responses,
    _shifted,
    _tangents,
    _without,
    _written,
    placed_anew,
)
from eisfit.fitting.constraints import Constraints
from eisfit.fitting.lm import minimise
from eisfit.fitting.minima import of_one_start
from eisfit.fitting.problem import problem_of
from eisfit.fitting.scaling import scaling
from eisfit.fitting.start import surer
from eisfit.fitting.weighting import weights

FREQUENCY = np.logspace(6, -2, 41)
LADDER = "R(Q[R(Q[R(RQ)])])"
FALSE = {
    # one level does the work of two, the innermost is left with nothing
    LADDER: (
        [46.3, 8e-6, 0.91, 22.0, 3.3e-5, 0.81, 31.0, 100.0, 1.07e-4, 0.96],
        [46.1, 3.2e-5, 0.79, 53.8, 1e-4, 0.98, 94.9, 4.95, 3.8e-3, 0.91],
    ),
    # an arc does the work of the layer, which is left with nothing
    "R(RQ)Gs": ([1.6, 1.9, 6e-5, 0.99, 21.8, 4.2e-2, 0.13], [1.55, 166, 2.6e-4, 0.99, 1.5, 9e-5, 0.6]),
    # the layer is taken for its capacitance alone
    "R(RQ)T": ([13.0, 80.0, 5.7e-4, 0.98, 0.9, 3.6], [13.0, 80.0, 5.7e-4, 0.98, 70.0, 0.04]),
    # a flat arc does the work of the tail and hides a small one
    "R(RQ)(RQ)Q": (
        [603, 2.8, 1.5e-5, 0.81, 2.2, 3.6, 0.87, 1.4e-2, 0.598],
        [603, 2.7, 1.3e-5, 0.83, 147, 7.0e-2, 0.51, 1.7e-2, 0.627],
    ),
}


def posed(text, z):
    search = Constraints().scaling(Circuit(text), FREQUENCY)
    return problem_of(search, FREQUENCY, z, weights(z, np.ones(z.shape, bool), "modulus"))


def ended(problem, values):
    search = problem.scaling
    theta = search.theta(np.array(values, dtype=float))
    return minimise(problem, theta, search.lower, search.upper, max_iterations=200)


@pytest.mark.parametrize("text", FALSE)
def test_a_false_minimum_is_left_for_the_true_one(text):
    truth, false = FALSE[text]
    noise = {"R(RQ)(RQ)Q": 1e-4, LADDER: 1e-3}.get(text, 0.003)
    rng = np.random.default_rng(1)
    z = Circuit(text).impedance(FREQUENCY, np.array([truth]))
    z = z + noise * np.abs(z) * (rng.standard_normal(z.shape) + 1j * rng.standard_normal(z.shape))
    problem = posed(text, z)
    wrong, right = ended(problem, [false]), ended(problem, [truth])
    assert wrong.cost[0] > 1.01 * right.cost[0]
    starts = placed_anew(problem, wrong.theta)[0]
    found = ended(problem.take(np.zeros(len(starts), int)), problem.scaling.values(starts))
    assert found.cost.min() <= right.cost[0] * 1.001
    assert surer(problem, of_one_start(wrong), 200).minimum.cost[0] <= right.cost[0] * 1.001


@pytest.mark.parametrize("text", ["R(RQ)(RQ)Q", "LaR(RQ)M", "R(Q[R(RQ)])", "RTp", "RHC"])
def test_starts_are_finite_and_inside_the_bounds(text):
    circuit = Circuit(text)
    values = np.array([[p.value for p in circuit.parameters]] * 3)
    problem = posed(text, circuit.impedance(FREQUENCY, values))
    starts = placed_anew(problem, problem.scaling.theta(values))
    assert starts.shape[::2] == (3, problem.scaling.size)
    assert np.isfinite(starts).all()
    assert np.all((starts >= problem.scaling.lower) & (starts <= problem.scaling.upper))


def test_a_circuit_without_shapes_has_nothing_to_place():
    problem = posed("R", np.full((2, FREQUENCY.size), 5.0 + 0j))
    assert placed_anew(problem, np.zeros((2, 1))).shape == (2, 0, 1)


def test_blocks_that_can_do_each_others_work_are_exchanged():
    """An arc and a nearly ideal Havriliak-Negami element in each other's place cost 4 to 10 more in chi2."""
    f, circuit = np.logspace(6, -2, 61), Circuit("R(RQ)H")
    truth = np.array([[14.66, 50.7, 8.0e-8, 0.90, 34.6, 0.16, 0.94, 0.95]])
    z, noise = circuit.impedance(f, truth), []
    for seed in (18, 35, 43):
        rng = np.random.default_rng(seed)
        noise.append(rng.standard_normal(f.size) + 1j * rng.standard_normal(f.size))
    z = z + 0.003 * np.abs(z) * np.array(noise)
    assert np.all(fit_batch(f, z, circuit).cost <= 1.001 * fit_batch(f, z, circuit, start=truth[0]).cost)


def test_the_shape_that_comes_nearest_is_chosen_whatever_its_size():
    """Of shapes 1 + 0j, 1j and 1000 + 1000j the one along the target; the amplitude by least squares, none below 0."""
    one = np.ones(2)
    atoms = SimpleNamespace(
        impedance=np.array([one, 1j * one, 1000 * (1 + 1j) * one]),
        values=np.array([[2.0, 5.0], [3.0, 6.0], [4.0, 7.0]]),
        alpha=np.array([1.0, -1.0]),
    )
    target = np.array(
        [[3.0, 0, 3, 0.1], [0.1, 4, 0, 4], [8, 8, 8, 8], [6, 0, 6, 0], [-1, -1, -1, -1], [0.3, 0, 0.3, 0]]
    )
    weight = np.ones((6, 4))
    weight[3] = 2.0
    found = _alike(SimpleNamespace(weight=weight), atoms, target)
    assert found[:4] == pytest.approx(np.array([[6, 5 / 3], [12, 1.5], [4 * 0.008, 7 / 0.008], [6, 5 / 3]]))
    assert found[4, 0] == pytest.approx(2e-300)
    assert found[5] == pytest.approx([0.6, 5 / 0.3])


def test_how_many_starts_there_are():
    """Of each block three places without it and three beside it, twelve with a second block, some of pairs."""
    for text, starts, yielding in (
        ("R(RC)", 3 + 3, 3),  # no second block
        ("(RC)(RC)", 6 + 6 + 2 * 3, 6),  # beside each of six places the best of the other one
        ("(RC)(RC)(RC)", 9 + 9 + 12, 9),
        ("(RC)(RQ)", 6 + 6 + 6 + 1, 6),  # of different kinds: one exchange
        ("(C[R(RC)])", 3 + 3 + 2 * 2 * 2, 3),  # two levels: either goes, either place, in two ways
    ):
        circuit = Circuit(text)
        values = np.array([[p.value for p in circuit.parameters]])
        problem = posed(text, circuit.impedance(FREQUENCY, values))
        theta = problem.scaling.theta(values)
        assert placed_anew(problem, theta).shape[1] == starts, text
        assert placed_anew(problem, theta, yielding=True).shape[1] == yielding, text


def test_many_spectra_have_the_starts_of_each():
    circuit = Circuit("R(RC)")
    values = np.array([[10.0, 50.0, 1e-5]] * 70) * np.geomspace(1, 3, 70)[:, None]
    problem = posed("R(RC)", circuit.impedance(FREQUENCY, values))
    theta = problem.scaling.theta(values * [1, 2, 3])
    all_ = placed_anew(problem, theta, yielding=True)
    for i in (0, 34, 69):
        one = placed_anew(problem.take(np.array([i])), theta[[i]], yielding=True)
        np.testing.assert_allclose(all_[i], one[0], rtol=1e-6)


def test_products_of_directions_and_shapes():
    rng = np.random.default_rng(0)
    basis, shape = rng.standard_normal((2, 6, 3)), rng.standard_normal((4, 6))
    np.testing.assert_allclose(_products(basis, shape), np.einsum("mfb,af->mab", basis, shape))


def laid(places, per_cell=1):
    places = np.array(places, float)
    return SimpleNamespace(places=places, cells=len(places), per_cell=per_cell)


def test_places_that_gain_more_than_those_around_them_come_first():
    """Cells gain 5, 4.9, 1, 2, 1 by their better exponent: the first and the fourth stand out."""
    gain = np.array([[5, 0], [0, 4.9], [1, 0.5], [0, 2], [0.5, 1]]).reshape(1, 10)
    line = laid(np.arange(5.0)[:, None], 2)
    assert _peaks(gain, line, 5).tolist() == [[0, 7, 3, 4, 9]]
    assert _peaks(gain, line, 2).tolist() == [[0, 7]]
    equal = np.array([[5.0, 5.0, 1.0, 2.0, 1.0]])  # two of the same beside each other both stand out
    assert _peaks(equal, laid(np.arange(5.0)[:, None]), 3).tolist() == [[0, 1, 3]]
    assert _peaks(np.array([[1.0, 3.0, 2.0]]), laid(np.zeros((1, 0)), 3), 2).tolist() == [[1, 2]]
    assert _peaks(np.zeros((1, 5)), laid(np.arange(5.0)[:, None]), 3).tolist() == [[0, 1, 2]]


def test_cells_around_a_cell():
    """Two on a line, eight on a plane whatever its units, no more than there are."""

    def around(x):
        x = np.array(x, float)
        return _around(x.tobytes(), *x.shape)

    assert around([[0], [1], [3], [7]]).tolist() == [[1, 2], [0, 2], [1, 0], [2, 1]]
    plane = np.stack(np.meshgrid(np.arange(4.0), 1000 * np.arange(4.0), indexing="ij"), -1).reshape(16, 2)
    assert sorted(around(plane)[5].tolist()) == [0, 1, 2, 4, 6, 8, 9, 10]
    assert around([[0, 0], [1, 5], [2, 9]]).shape == (3, 2)
    assert around([[0], [1]]).tolist() == [[1], [0]]


def test_a_triangular_matrix_that_cannot_be_solved_is_moved_by_a_billionth():
    r = np.array([[[-2.0, 1.0], [0.0, 0.0]], [[0.0, 0.0], [0.0, 0.0]]])
    np.testing.assert_allclose(_regular(r)[0], [[-2 + 2e-9, 1], [0, 2e-9]], rtol=1e-15)
    assert (np.diagonal(_regular(r)[1]) > 0).all()


TWO = _Layout(
    nodes=(None, None),
    atoms=(
        SimpleNamespace(alpha=np.array([1.0]), values=np.ones((1, 1))),
        SimpleNamespace(alpha=np.array([1.0, -1.0]), values=np.ones((2, 2))),
    ),
    spans=(slice(0, 1), slice(1, 3)),
)
"""A resistor and a block of a resistance and a capacitance, of which there are two shapes."""


def test_parameters_with_a_block_at_a_new_place():
    """Its shape times its amplitude, the others times their share; without an amplitude it stays where it was."""
    assert TWO.movable == [1]
    own = np.array([[[1.0, 0.01], [1.0, 0.02]]])
    values, amplitude, share = np.array([[7.0, 8.0, 9.0]]), np.array([[4.0, 0.0]]), np.array([[[0.5], [3.0]]])
    assert _written(TWO, values, 1, (own, amplitude, share))[0].tolist() == [[3.5, 4.0, 0.0025], [21.0, 8.0, 9.0]]
    found = _written(TWO, values, 0, (np.ones((1, 1, 1)), np.array([[5.0]]), np.array([[[2.0]]])))
    assert found[0].tolist() == [[5.0, 16.0, 4.5]]


def test_a_block_beside_others_by_least_squares():
    """Amplitudes of both for every shape, one of them no other than the resistor; weights of every point its own."""
    omega = np.array([1.0, 2.0, 5.0])
    arcs = [1 / (1 + 1j * omega * tau) for tau in (0.1, 0.5, 1.0)]
    shapes = np.array([*arcs, np.ones(3)])
    atoms = SimpleNamespace(
        impedance=shapes, values=np.array([[1, 0.1], [1, 0.5], [1, 1.0], [1, 0.0]]), alpha=np.array([1.0, -1.0]),
        **vars(laid(np.arange(4.0)[:, None])),
    )  # fmt: skip
    layout = TWO._replace(atoms=(TWO.atoms[0], atoms))
    weight = np.repeat([[0.5, 2.0, 1.0]], 2, axis=1)
    target = 3.0 + 2.0 * arcs[1] + np.array([0.01, -0.02, 0.02j])
    data = target.view(float)[None] * weight
    beside = (np.full(3, 6.0 + 0j).view(float)[None] * weight)[:, :, None]  # the resistor stands at 6
    found = _of_block(SimpleNamespace(weight=weight), layout, (np.array([[6.0, 1.0, 1.0]]), data, beside), 1, 3)
    costs = {}
    for tau, shape in zip((0.1, 0.5, 1.0), arcs, strict=True):
        columns = np.array([np.ones(3, complex), shape]).view(float) * weight
        (r, a), _, _, _ = np.linalg.lstsq(columns.T, data[0], rcond=None)
        costs[((columns.T @ [r, a] - data[0]) ** 2).sum()] = [r, a, tau / a]
    best = min(costs)
    np.testing.assert_allclose(found.cost[0, 0], best, rtol=1e-6)
    np.testing.assert_allclose(found.values[0, 0], costs[best], rtol=1e-6)
    at = np.array([[6.0, 1.0, 1.0]])
    alone = _of_block(SimpleNamespace(weight=weight), layout, (at, beside[:, :, 0], beside), 1, 4)
    np.testing.assert_allclose(alone.values[0, :, 0], 6)  # nothing is left for an arc
    assert (alone.values[0, :3, 1] < 1e-9).all()
    assert alone.values[0, 3].tolist()[1:] == [1, 1]
    less = _of_block(SimpleNamespace(weight=weight), layout, (at, data - beside[:, :, 0], beside), 1, 1)
    assert less.values[0, 0, 0] == pytest.approx(0.06)  # the resistor would be below 0: a hundredth of it stays


def test_weighted_responses_and_directions_of_blocks():
    problem = posed("R(RC)", np.ones((1, 41)) * (3 + 4j))
    layout = _layout(problem.scaling.circuit, problem.s.imag)
    assert layout.spans == (slice(0, 1), slice(1, 3))
    assert layout.movable == [1]
    values = np.array([[7.0, 50.0, 1e-4]])
    found = _responses(problem, layout, values)[0].T.copy().view(complex)
    np.testing.assert_allclose(found[0], 7 / 5)
    arc = 50 / (1 + 2j * np.pi * FREQUENCY * 5e-3)
    np.testing.assert_allclose(found[1], arc / 5)
    np.testing.assert_allclose(_tangents(problem, layout, values, 1)[0], np.tile([1, 0], 41)[:, None] / np.sqrt(41))
    beside = _tangents(problem, layout, values, 0)[0].T.copy().view(complex)
    for k, slope in enumerate((arc**2 / 50**2, -1j * 2 * np.pi * FREQUENCY * arc**2)):
        np.testing.assert_allclose(beside[k], slope / np.sqrt((np.abs(slope) ** 2).sum()), rtol=1e-9)


def test_coordinates_of_a_block_are_those_that_it_has():
    """What is fixed has none."""
    search = scaling(Circuit("R(RC)C").with_(R2=fixed(5)))
    assert search.source == (0, -1, 1, 2)
    assert [sorted(_coordinates(search, slice(a, b))) for a, b in ((0, 1), (1, 3), (3, 4))] == [[0], [1], [2]]


def test_what_is_held_stands_still():
    """No gradient of its own, no curvature with others."""
    gradient, curvature = np.array([[1.0, 2.0]]), np.array([[[4.0, 3.0], [3.0, 5.0]]])
    problem = SimpleNamespace(normal_equations=lambda _: (np.array([7.0]), gradient, curvature))
    cost, slope, bend = _Held(problem, np.array([[True, False]])).normal_equations(np.zeros((1, 2)))
    assert (cost.tolist(), slope.tolist()) == ([7.0], [[1.0, 0.0]])
    assert bend[0, 0].tolist() == [4.0, 0.0]
    assert bend[0, 1, 0] == 0
    assert bend[0, 1, 1] > 0
    assert curvature[0].tolist() == [[4.0, 3.0], [3.0, 5.0]]


def test_of_shapes_of_a_block_the_nearest_one_with_its_amplitude():
    """Z = a (1 or j): of 3 + 1j the first, of 1 + 4j the second, of -2 nothing to speak of."""
    problem = SimpleNamespace(s=np.array([1j]), weight=np.array([[2.0, 2.0]] * 4))
    node = SimpleNamespace(impedance=lambda s, p: p[0] * np.where(p[1] > 0, 1j, 1.0) + 0 * s)
    tried = np.array([[[0.5, 0.0], [100.0, 1.0]]] * 4)
    left = 2 * np.array([[3.0, 1.0], [1.0, 4.0], [-2.0, 0.0], [0.2, -0.1]])
    found = _best_of(problem, node, tried, left, np.array([1.0, 0.0]))
    assert found[:2] == pytest.approx(np.array([[3.0, 0.0], [4.0, 1.0]]))
    assert found[2, 0] < 1e-290
    assert found[3] == pytest.approx([0.2, 0.0])


def test_blocks_in_each_others_place():
    circuit = Circuit("(RC)R(RQ)")
    values = np.array([[10.0, 1e-4, 5.0, 70.0, 1e-2, 0.85]])
    problem = posed("(RC)R(RQ)", circuit.impedance(FREQUENCY, values))
    layout = _layout(circuit, problem.s.imag)
    (found,) = _exchanged(problem, layout, values)
    r, c, alone, other, q, n = found[0, 0]
    assert np.log([r / 70, r * c / 0.7 ** (1 / 0.85)]) == pytest.approx([0, 0], abs=0.5)
    assert np.log([other / 10, (other * q) ** (1 / n) / 1e-3]) == pytest.approx([0, 0], abs=0.5)
    assert alone == 5
    same = Circuit("(RC)(RC)")
    assert _exchanged(posed("(RC)(RC)", problem.data.view(complex)), _layout(same, problem.s.imag), values[:, :4]) == []


def test_levels_of_a_ladder_change_places():
    """Of two levels the first is taken out and the second goes to its place: the other arc takes what is left."""
    circuit = Circuit("R(C[R(RC)])")
    truth = np.array([[5.0, 1e-6, 20.0, 60.0, 1e-3]])
    problem = posed("R(C[R(RC)])", circuit.impedance(FREQUENCY, truth))
    layout = _layout(circuit, problem.s.imag)
    found = _shifted(problem, layout, truth)
    assert len(found) == 8
    assert all((one[0, 0, 0], one.shape) == (5.0, (1, 1, 5)) for one in found)
    left = problem.data - np.tile([5.0, 0.0], 41)
    for one in found:  # each is as large as it must be: along what is left nothing more is gained
        z = circuit.impedance(FREQUENCY, one[0]) - 5
        weighted = z.view(float) * problem.weight
        assert (weighted * (left * problem.weight - weighted)).sum() == pytest.approx(0, abs=1e-6 * (weighted**2).sum())


def test_the_others_without_a_block():
    """R alone takes the mean of what is real; of the arc a millionth is left."""
    circuit = Circuit("R(RC)")
    truth = np.array([[5.0, 20.0, 1e-4]])
    z = circuit.impedance(FREQUENCY, truth)
    problem = problem_of(scaling(circuit), FREQUENCY, z, np.ones((1, 82)))
    (found,) = _without(problem, _layout(circuit, problem.s.imag), truth)
    np.testing.assert_allclose(found[0], [z.real.mean(), 20e-6, 1e2], rtol=1e-4)
