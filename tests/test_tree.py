from __future__ import annotations

import copy
import pickle

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from eisfit.circuit import Circuit
from eisfit.elements import REGISTRY
from eisfit.errors import CircuitError
from eisfit.labels import cleaned, identifier
from eisfit.tree import InParallel, InSeries, Leaf, Node, flat, from_flat, parallel, series, tidy
from tests.trees import DAMPED, SYMBOLS, circuits, nodes, values_of

FREQUENCY = np.logspace(-2, 6, 17)
S = 2j * np.pi * FREQUENCY
R, C, Q = (REGISTRY[s] for s in "RCQ")
R1, R2, C1, Q1 = Leaf(R, "1"), Leaf(R, "2"), Leaf(C, "1"), Leaf(Q, "1")


def by_hand(node: Node, columns: list[complex]) -> np.ndarray:
    """Impedance from the definition: sums of Z and of 1/Z."""
    if isinstance(node, Leaf):
        return node.element.impedance(S, *(columns.pop(0) for _ in node.element.params))
    parts = [by_hand(child, columns) for child in node.children]
    if isinstance(node, InSeries):
        return np.sum(parts, axis=0)
    return 1 / np.sum([1 / z for z in parts], axis=0)


@given(circuits(), st.integers(0, 99))
def test_impedance_is_the_sum_or_the_reciprocal_of_the_sum(circuit: Circuit, seed: int) -> None:
    values = values_of(circuit, seed)
    np.testing.assert_allclose(circuit.root.impedance(S, values), by_hand(circuit.root, list(values)), rtol=1e-11)


@given(circuits(DAMPED), st.integers(0, 99))
def test_gradient_is_the_derivative(circuit: Circuit, seed: int) -> None:
    values = values_of(circuit, seed)
    z, gradient = circuit.root.gradient(S, values)
    np.testing.assert_allclose(z, circuit.root.impedance(S, values), rtol=1e-12)
    assert len(gradient) == len(values)
    for k, exact in enumerate(gradient):
        step = 1e-4 * values[k]

        def at(distance: int, k: int = k, step: float = step) -> np.ndarray:
            moved = [v + distance * step if i == k else v for i, v in enumerate(values)]
            return np.asarray(by_hand(circuit.root, moved))

        numeric = (8 * (at(1) - at(-1)) - (at(2) - at(-2))) / (12 * step)
        assert np.max(np.abs(exact - numeric) * values[k] / np.abs(z)) < 1e-8


@given(nodes(SYMBOLS))
def test_a_tree_survives_its_line_pickle_and_copy(root: Node) -> None:
    assert from_flat(flat(root)) == root
    assert hash(from_flat(flat(root))) == hash(root)
    assert pickle.loads(pickle.dumps(root)) == root
    assert copy.deepcopy(root) == root


@given(nodes(SYMBOLS))
def test_a_tidy_tree_alternates_and_has_labels(root: Node) -> None:
    tidied = tidy(root)
    assert tidy(tidied) == tidied
    assert [leaf.element for leaf in tidied.leaves()] == [leaf.element for leaf in root.leaves()]
    names = [leaf.name for leaf in tidied.leaves()]
    assert len(set(names)) == len(names)
    stack = [tidied]
    while stack:
        node = stack.pop()
        if not isinstance(node, Leaf):
            assert len(node.children) > 1
            assert not any(isinstance(child, type(node)) for child in node.children)
            stack.extend(node.children)


def test_series_and_parallel_differ() -> None:
    assert InSeries((R1, C1)) == InSeries((R1, C1))
    assert InSeries((R1, C1)) != InParallel((R1, C1))
    assert InSeries((R1, C1)) != InSeries((C1, R1))
    assert InSeries((R1, Leaf(C, "2"))) != InSeries((R1, C1))
    assert InSeries((R1, InParallel((R2, C1)), Q1)) != InSeries((R1, InParallel((R2, C1, Q1))))
    assert InSeries((R1,)) != R1


def test_groups_of_one_kind_are_laid_flat() -> None:
    assert series([series([R1, R2]), C1]) == InSeries((R1, R2, C1))
    assert parallel([R1, parallel([R2, C1])]) == InParallel((R1, R2, C1))
    assert series([parallel([R1, C1]), R2]) == InSeries((InParallel((R1, C1)), R2))
    assert series([R1]) == R1
    with pytest.raises(CircuitError, match="empty"):
        series([])
    with pytest.raises(CircuitError, match="empty"):
        tidy(InSeries((R1, InParallel(()))))


def test_sizes_and_depth() -> None:
    root = series([R1, parallel([R2, series([Q1, parallel([C1, Leaf(R, "3")])])])])
    assert (root.size, root.depth) == (6, 2)
    assert [leaf.name for leaf in root.leaves()] == ["R1", "R2", "Q1", "C1", "R3"]
    assert "R1, R2, Q1" in repr(root)


@pytest.mark.parametrize("depth", [300, 3000])
def test_no_depth_is_too_deep_to_compare_pickle_or_print(depth: int) -> None:
    def tower() -> Node:
        root: Node = R1
        for k in range(depth):
            root = (InSeries, InParallel)[k % 2]((Leaf(R, str(k + 2)), root))
        return root

    one, other = tower(), tower()
    assert one == other
    assert hash(one) == hash(other)
    assert pickle.loads(pickle.dumps(one)) == one
    assert repr(one)
    assert one.size == depth + 1
    with pytest.raises(CircuitError, match="nested"):
        Circuit(one)


def test_a_branch_without_impedance_shorts_the_others() -> None:
    root = parallel([R1, C1])
    for values in (np.array([0.0, 1e-6]), [np.array([[0.0], [5.0]]), np.array([[1e-6], [1e-6]])]):
        z = np.broadcast_to(root.impedance(S, values), (2, len(S)))
        np.testing.assert_array_equal(z[0], 0)
    np.testing.assert_allclose(z[1], 1 / (0.2 + 1e-6 * S))


def test_a_leak_of_zero_is_no_leak() -> None:
    root = parallel([Leaf(REGISTRY["S"], "1"), R1])
    np.testing.assert_allclose(root.impedance(S, np.array([0.0, 5.0])), np.full(len(S), 5.0))
    _, gradient = root.gradient(S, np.array([0.0, 5.0]))
    np.testing.assert_allclose(gradient[0] * np.ones(len(S)), np.full(len(S), -25.0))


@pytest.mark.parametrize(
    ("label", "name"),
    [("1", "R1"), ("01", "R01"), ("SE,bulk", "R_SE_bulk"), ("a b", "R_a_b"), ("²", "R__"), ("1a", "R_1a")],
)
def test_names_are_identifiers(label: str, name: str) -> None:
    assert identifier("R", label) == name
    assert name.isidentifier()
    assert name.isascii()


@pytest.mark.parametrize("label", ["", " ", "{}", "a{", "a}", "a\x00", "-", "\u202e"])
def test_labels_that_cannot_be_written_are_refused(label: str) -> None:
    with pytest.raises(CircuitError, match="label"):
        cleaned(label)
    if label:
        with pytest.raises(CircuitError, match="label"):
            Circuit(Leaf(R, label))
