"""Amplitudes of atoms, cells of a grid and paths through minima: the small parts of the search, by hand."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.optimize import nnls

from eisfit import Circuit
from eisfit.fitting.amplitudes import _amplitudes, _chosen, _everywhere, _free_amplitudes, _projected
from eisfit.fitting.branch import Path, _linked, _possible, _steps, _torn, _viterbi
from eisfit.fitting.dictionary import PLAIN, _cells, _inside, _neighbours, _spread, _value, dictionary
from eisfit.fitting.dimensions import Dimension
from eisfit.fitting.lm import Minimum
from eisfit.fitting.minima import of_one_start
from eisfit.fitting.neighbours import Part
from eisfit.fitting.problem import problem_of
from eisfit.fitting.scaling import scaling
from eisfit.fitting.weighting import weights


def test_amplitudes_are_those_of_least_squares_and_not_below_their_floor():
    rng = np.random.default_rng(1)
    atoms, data = rng.standard_normal((2, 40, 6)), rng.standard_normal((2, 40))
    atoms /= np.linalg.norm(atoms, axis=1, keepdims=True)
    gram, target = atoms.swapaxes(1, 2) @ atoms, np.einsum("nfg,nf->ng", atoms, data)
    flat = np.array([[0, 1, 2], [1, 3, 5], [0, 4, 5]])
    free = _free_amplitudes(gram, target, flat)
    x, gain = _amplitudes(gram, target, flat, np.zeros(2))
    for n in range(2):
        for c, own in enumerate(flat):
            expected = np.linalg.lstsq(atoms[n][:, own], data[n], rcond=None)[0]
            np.testing.assert_allclose(free[:, n, c], expected, rtol=1e-5, atol=1e-7)
            bounded, left = nnls(atoms[n][:, own], data[n])
            np.testing.assert_allclose(x[:, n, c], bounded, atol=2e-3)
            assert gain[n, c] == pytest.approx(data[n] @ data[n] - left**2, abs=1e-4)
    above, _ = _amplitudes(gram, target, flat, np.full(2, 0.5))
    assert (above >= 0.5).all()


def test_what_became_negative_rests_at_its_floor():
    g = np.array([[[1.0, 0.5], [0.5, 1.0]]])
    found = _projected(g, np.array([[1.0, -1.0]]), np.array([[0.1]]), np.array([[2.0, -2.0]]))
    assert found[0].tolist() == pytest.approx([0.95, 0.1])


def test_which_cells_a_search_begins_in():
    """Those better than their neighbours, then the next best, none that is taken; the best of each stretch."""
    gain = np.array([[1.0, 5.0, 4.0, 3.0, 2.0, 2.5]])
    line = np.arange(6)
    neighbours = np.stack([np.maximum(line - 1, 0), np.minimum(line + 1, 5)], axis=1)
    none = np.zeros((1, 0), int)
    for count, taken, cells in ((2, none, [1, 5]), (3, none, [1, 2, 5]), (2, np.array([[1]]), [2, 5]),
                                (3, np.array([[5, 2]]), [1, 3, 4])):  # fmt: skip
        assert sorted(_chosen(gain, neighbours, count, taken)[0].tolist()) == cells, (count, taken)
    assert _everywhere(gain, 3)[0].tolist() == [1, 2, 5]
    assert _everywhere(gain, 2)[0].tolist() == [1, 3]
    assert _everywhere(gain, 0).shape == (1, 0)


def test_cells_of_several_blocks():
    """Interchangeable blocks in ascending order; neighbours in the one block that is laid out on a line of 25."""
    assert _cells([2, 3], []).tolist() == [[0, 0], [0, 1], [0, 2], [1, 0], [1, 1], [1, 2]]
    assert _cells([3, 3], [[0, 1]]).tolist() == [[0, 1], [0, 2], [1, 2]]
    many = _cells([40, 40, 40], [])
    assert len(many) <= 8000
    assert many.max(axis=0).tolist() == [39, 39, 39]
    cells = np.array([[0, 0], [1, 0], [2, 0]])
    assert _neighbours(cells, [3, 1]).tolist() == [[0], [1], [2]]


def test_points_that_fill_a_cube_and_values_of_atoms():
    golden = (1 + np.sqrt(5)) / 2
    np.testing.assert_allclose(_spread(3, 1)[:, 0], (0.5 + np.arange(1, 4) / golden) % 1)
    wide = _spread(400, 3)
    assert ((wide.mean(axis=0) > 0.45) & (wide.mean(axis=0) < 0.55)).all()
    assert _value(Dimension(-1.0, 0.5, 1.0), np.log(2.0), np.log(3.0), 0.5) == pytest.approx(0.5 * 3.0)
    n = Circuit("Q").parameter("Q1_n")
    assert _inside(n, (0.5, 0.9, 7.0)) == [0.5, 0.9, n.upper]


def posed(z):
    """R and C in series at five frequencies."""
    z = np.atleast_2d(np.asarray(z, complex))
    f = np.geomspace(1e3, 1, z.shape[1])
    return problem_of(scaling(Circuit("RC")), f, z, weights(z, np.ones(z.shape, bool), "modulus"))


def part(z, index):
    problem = posed(z)
    n = len(problem)
    return Part(
        problem,
        np.array(index),
        of_one_start(Minimum(np.zeros((n, 2)), np.ones(n), np.zeros(n, int), np.zeros(n, int))),
    )


def test_spectra_that_are_linked():
    """A root mean square of less than 0.3, on grids of one length, and no break between."""
    z = np.full(5, 10 - 1j)
    for share, linked in ((0.29, True), (0.31, False)):
        assert _linked([part([z, z * (1 + share)], [0, 1])], 2, ()).tolist() == [linked]
    three = [part([z, z, z], [0, 1, 2])]
    assert _linked(three, 3, (2,)).tolist() == [True, False]
    assert _linked([part([z], [0]), part([z[:4]], [1])], 2, ()).tolist() == [False]
    assert _linked([part([z], [0])], 1, ()).size == 0


def test_steps_from_minimum_to_minimum():
    """Squares over 0.1^2 for logarithms and both errors, 16 at most; alike blocks in the better order."""
    search = scaling(Circuit("RC"))
    one = Path(np.array([[[0.0, 0.0]]]), np.zeros((1, 1)), np.array([[[0.0, 0.1]]]))
    other = Path(np.array([[[0.2, 0.2]]]), np.zeros((1, 1)), np.array([[[0.0, 0.2]]]))
    orders = [np.array([0, 1])]
    np.testing.assert_allclose(_steps(one, other, orders, search)[0, 0, 0, 0], [4.0, 0.04 / 0.06])
    far = other._replace(theta=np.array([[[0.399, 0.0]]]))
    assert _steps(one, far, orders, search).max() < 16.0
    whole = Path(
        *(np.concatenate(pair) for pair in zip(one, other._replace(theta=np.array([[[0.41, 0.0]]])), strict=True))
    )
    assert _torn(whole, np.array([True]), orders, search).tolist() == [True]
    assert _torn(whole, np.array([False]), orders, search).tolist() == [False]
    both = whole._replace(theta=np.array([[[0.0, 0.41]], [[0.41, 0.0]]]), error=np.zeros((2, 1, 2)))
    assert _torn(both, np.array([True]), [np.array([0, 1]), np.array([1, 0])], search).tolist() == [False]


def test_the_cheapest_path_through_minima():
    """The second spectrum has two minima; the one nearer to its neighbours costs 3 more and saves two steps."""
    search, orders = scaling(Circuit("RC")), [np.array([0, 1])]
    theta = np.zeros((3, 2, 2))
    theta[1, 0, 0] = 1.0
    for rise, choice in ((3.0, 1), (31.9, 1), (32.1, 0)):
        path = Path(theta, np.array([[0, np.inf], [0, rise], [0, np.inf]]), np.zeros((3, 2, 2)))
        assert _viterbi(path, np.array([True, True]), orders, search).tolist() == [0, choice, 0], rise
        assert _viterbi(path, np.array([False, False]), orders, search).tolist() == [0, 0, 0]
    lost = Path(theta, np.full((3, 2), np.inf), np.zeros((3, 2, 2)))
    assert _viterbi(lost, np.array([True, True]), orders, search).shape == (3,)


def test_minima_within_the_bounds_of_their_parameters():
    search = scaling(Circuit("(RC)"))
    upper = Circuit("(RC)").parameter("C1").upper
    theta = np.log([[[10.0, 10.0 * upper * (1 - 1e-6)], [10.0, 10.0 * upper * (1 + 1e-6)]]])
    assert _possible(search, theta).tolist() == [[True, False]]


def test_neighbours_in_either_of_two_lines():
    """One step up or down in one block that is laid out on a line; itself at an end of it."""
    n = PLAIN.line
    cells = np.array([[a, b] for a in range(n) for b in range(n)])
    found = _neighbours(cells, [n, n])
    assert found.shape == (n * n, 4)
    assert sorted(found[2 * n + 3].tolist()) == sorted([n + 3, 3 * n + 3, 2 * n + 2, 2 * n + 4])
    assert sorted(found[0].tolist()) == [0, 0, 1, n]
    assert sorted(found[n * n - 1].tolist()) == sorted([n * n - 1, n * n - 1, n * n - 2, n * n - 1 - n])
    one = _neighbours(np.array([[a, b] for a in range(n) for b in range(2)]), [n, 2])
    assert one[4].tolist() == [2, 6]


def test_which_circuits_are_rich_in_minima():
    """Three blocks that relax, two kinds of them, or one with a choice of its own."""
    omega = 2 * np.pi * np.geomspace(1e5, 1, 31)
    for text, rich in (
        ("R(RQ)", False),
        ("R(RQ)(RQ)", False),
        ("R(RQ)(RQ)(RQ)", True),
        ("R(RQ)Gs", True),
        ("RC", False),
    ):
        assert bool(dictionary(Circuit(text), omega).rich) is rich, text


def test_of_many_cells_the_best_are_chosen():
    """Where every cell stands out those that gain most, however many there are."""
    gain = np.random.default_rng(5).random((3, 700))
    alone = np.arange(700)[:, None]
    for count in (1, 37, 699):
        found = _chosen(gain, alone, count, np.zeros((3, 0), int))
        for own, best in zip(gain, found, strict=True):
            assert sorted(best) == sorted(np.argsort(-own)[:count])
