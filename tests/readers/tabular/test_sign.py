"""The sign of the imaginary part, by causality: numbers of single parts, and both sides of every limit."""

from __future__ import annotations

import numpy as np
import pytest

from eisfit.readers.tabular.sign import evidence, judge, regression, rest

F = np.geomspace(1e5, 1, 21)
W = 2 * np.pi * F
CELL = 10 + 50 / (1 + 1j * W * 1e-3)


def test_an_arc_has_one_sign_and_in_any_order() -> None:
    assert evidence([(F, CELL)]) == pytest.approx(0.6996, abs=1e-4)
    assert evidence([(F, CELL.conj())]) == pytest.approx(-0.6996, abs=1e-4)
    order = np.random.default_rng(1).permutation(21)
    assert evidence([(F[order], CELL[order])]) == pytest.approx(evidence([(F, CELL)]), rel=1e-12)
    assert evidence([(F, CELL), (F, CELL.conj())]) == pytest.approx(0.0, abs=1e-12)


def test_coils_and_capacitors_alone_have_their_sign() -> None:
    for z in (1j * W * 1e-6, 1 / (1j * W * 1e-6), 5 + 1j * W * 1e-6):
        assert evidence([(F, z)]) > 0.9
        assert evidence([(F, np.conj(z))]) < -0.9


def test_the_parts_are_those_of_the_formula_between_neighbours() -> None:
    """(pi/2) dRe Z/dln(omega), omega, -1/omega, at the geometric mean, all over the mean |Z|."""
    f, z = np.array([1.0, 10.0]), np.array([4 - 3j, 2 - 1.5j])
    parts, middle = regression(f, z)
    size, between = (5 + 2.5) / 2, 2 * np.pi * np.sqrt(10)
    np.testing.assert_allclose(parts * size, [[np.pi / 2 * (2 - 4) / np.log(10), between, -1 / between]], rtol=1e-12)
    assert middle[0] * size == pytest.approx(-(3 + 1.5) / 2)


def test_neighbours_that_say_nothing_are_left_out() -> None:
    """A repeated frequency has no slope, two points of 0 ohm no size; the others tell as before."""
    twice = np.insert(F, 5, F[5]), np.insert(CELL, 5, CELL[5] + 0.3)
    parts, _ = regression(*twice)
    assert len(parts) == 20
    assert evidence([twice]) > 0.6
    dead = np.r_[F, 0.1, 0.01], np.r_[CELL, 0, 0]
    parts, _ = regression(*dead)
    assert len(parts) == 21
    assert regression(np.ones(3), CELL[:3]) is None
    assert regression(F, np.zeros(21, complex)) is None
    assert evidence([(np.ones(3), CELL[:3])]) == 0.0


def test_the_rest_is_what_no_factor_of_0_or_more_explains() -> None:
    parts = np.eye(4)[:, :3]
    assert rest(parts, np.array([3.0, 4.0, 5.0, 2.0])) == pytest.approx(4.0)
    assert rest(parts, np.array([-3.0, 4.0, 5.0, 2.0])) == pytest.approx(9 + 4)
    assert rest(parts, -np.ones(4)) == pytest.approx(4.0)
    assert rest(np.zeros((4, 3)), np.ones(4)) == pytest.approx(4.0)


def test_a_header_is_overruled_by_five_points_and_clear_evidence_only() -> None:
    for points, wrong in ((4, False), (5, True)):
        at = np.linspace(0, 20, points).astype(int)
        assert judge([(F[at], CELL[at].conj())], stated=True).conjugated == wrong, points
    assert not judge([(F, CELL)], stated=True).conjugated
    assert not judge([(F, CELL.conj()), (F, CELL)], stated=True).conjugated  # half of the points are no majority


def test_without_a_header_most_points_decide_where_causality_does_not() -> None:
    """Points of one frequency tell nothing: more than 80 % of them have to lie above the axis."""
    for positive, wrong in ((8, False), (9, True)):
        z = 10 + 1j * np.where(np.arange(10) < positive, 1.0, -1.0)
        found = judge([(np.ones(10), z)], stated=False)
        assert (found.positive, found.total, found.conjugated) == (positive, 10, wrong)
        assert found.mostly_inductive == wrong
    assert judge([(F, CELL.conj())], stated=False).conjugated
    assert not judge([(F, 5 + 1j * W * 1e-6)], stated=False).conjugated  # a cable: all above the axis, and right


def test_evidence_counts_from_three_tenths_on(monkeypatch: pytest.MonkeyPatch) -> None:
    above = [(F, 10 + 1j * np.ones(21))]
    for stated in (True, False):
        for found, wrong in ((-0.3, True), (-0.299, not stated), (0.3, False), (0.299, not stated)):
            monkeypatch.setattr("eisfit.readers.tabular.sign.evidence", lambda _, found=found: found)
            assert judge(above, stated=stated).conjugated == wrong, (stated, found)
