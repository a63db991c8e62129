"""Spectra as groups of relaxation times."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from eisfit.shorts import relaxation
from eisfit.shorts.relaxation import (
    Groups,
    _cut,
    _hermite,
    _non_negative,
    _shares,
    _times,
    decompose,
    looked_up,
    stacked,
)

F = np.logspace(6, -2, 57)


@given(st.floats(1, 100), st.floats(1, 100), st.floats(2, 5), st.floats(-1, 1.5), st.floats(0.7, 1.0))
def test_groups_add_up_to_the_spectrum(R, size, high, low, n):
    z = R + size / (1 + (1j * F / 10**high) ** n) + 30 / (1 + (1j * F / 10**low) ** 0.8) + 2j * np.pi * F * 1e-7
    found = decompose(F, z)
    assert np.abs(found.ratio - 1).max() < 0.03
    assert found.R + found.ohm.sum() == pytest.approx(R + size + 30, rel=0.05)


def test_arcs_far_apart_are_groups_of_their_own():
    z = 20 + 10 / (1 + 1j * F / 1e5) + 50 / (1 + 1j * F / 1.0)
    found = decompose(F, z)
    big = found.ohm > 0.5
    assert found.ohm[big] == pytest.approx([10, 50], rel=0.02)
    assert found.apex[big] == pytest.approx([1e5, 1.0], rel=0.1)


@pytest.mark.parametrize("shift", [-0.7, 0.0, 0.4])
def test_a_group_is_looked_up_at_another_frequency(shift):
    z = 20 + 50 / (1 + 1j * F / 10.0)
    one = decompose(F, z)
    tables = stacked([one])
    found, slope = looked_up(tables, np.array([0]), np.log(2 * np.pi * F), np.full((1, len(one.apex)), shift))
    moved = F * np.exp(shift)
    expected = 50 / (1 + 1j * moved / 10.0)
    assert np.abs(one.R + found[0].sum(axis=0) - 20 - expected).max() < 0.3
    gradient = -50 * (1j * moved / 10.0) / (1 + 1j * moved / 10.0) ** 2
    assert np.abs(slope[0].sum(axis=0) - gradient).max() < 0.6


def test_unknown_points_and_spectra_of_no_cell_are_borne():
    z = 20 + 50 / (1 + 1j * F / 10.0)
    z[5:15] = np.nan
    assert np.isfinite(decompose(F, z).ratio).all()
    for wild in (
        -10 - 1j * F,
        np.full(len(F), 1e13 - 1e13j),
        1j * F,
        np.random.default_rng(0).standard_normal(57) + 0j,
    ):
        assert np.isfinite(decompose(F, wild).ohm).all()


def test_a_group_without_resistance_stands_a_decade_below_the_band():
    z = 20 + 1 / (2j * np.pi * F * 1e-2)
    found = decompose(F, z)
    assert found.apex[-1] == pytest.approx(F[-1] / 10)
    assert found.ohm.sum() < 0.01
    assert pytest.approx(20, rel=1e-3) == found.R


def test_the_groups_of_one_spectrum():
    """Electrolyte, interface and tail with 0.2 % of noise: measured once with this code, to five digits."""
    rng = np.random.default_rng(8)
    z = 22 + 14 / (1 + (1j * F / 1.5e5) ** 0.85) + 60 / (1 + (1j * F / 0.6) ** 0.8) + 30 * (1j * F / 0.01) ** -0.6
    z = (z + 2j * np.pi * F * 2e-7) * (1 + 0.002 * (rng.standard_normal(57) + 1j * rng.standard_normal(57)))
    found = decompose(F, z)
    single = found.R, found.top, found.L, found.first, found.step, np.abs(found.ratio - 1).mean()
    np.testing.assert_allclose(single, [22.303, 25.125, 2.3597e-07, -9.675, 0.23026, 0.002508], rtol=2e-3)
    np.testing.assert_allclose(found.apex, [2.1276e05, 48625, 18.051, 1.0235, 0.2576, 0.024127, 0.0019596], rtol=2e-3)
    np.testing.assert_allclose(found.ohm, [9.9048, 3.7209, 3.5757, 32.097, 26.87, 11.914, 108.48], rtol=2e-3)
    assert found.table.shape == found.slope.shape == (7, 140)
    np.testing.assert_allclose(
        np.abs(found.table).sum(axis=1), [1056, 372.92, 233.87, 1714.9, 1274.8, 444.68, 2863.2], rtol=2e-3
    )
    np.testing.assert_allclose(
        np.abs(found.slope).sum(axis=1), [64.294, 23.98, 21.819, 206.8, 172.59, 80.924, 728.45], rtol=2e-3
    )


def test_where_a_distribution_is_cut():
    """At valleys, groups of less than a hundredth joined to a neighbour, wider ones than a decade in parts."""
    tau = np.logspace(-5, 0, 26)

    def groups(**places):
        g = np.zeros(26)
        for place, ohm in places.items():
            g[int(place[1:])] = ohm
        return _cut(tau, g)

    assert len(set(groups(t3=5.0, t20=5.0).tolist())) == 2
    assert len(set(groups(t3=5.0, t12=0.11, t20=5.0).tolist())) == 3
    assert len(set(groups(t3=5.0, t12=0.09, t20=5.0).tolist())) == 2
    assert len(set(groups(**{f"t{k}": 1.0 for k in range(3, 8)}).tolist())) == 1
    assert len(set(groups(**{f"t{k}": 1.0 for k in range(3, 9)}).tolist())) == 2
    assert groups().tolist() == [0] * 26
    first = groups(t0=1.0, t4=1.6).tolist()  # smoothed 1.05, 1.02, 1.07: a valley at the second of them
    assert first == [0, 0] + [1] * 24
    assert groups(t25=1.0, t21=1.6).tolist() == [0] * 25 + [1]
    assert max(groups(**{f"t{k}": 1.0 for k in range(26)}).tolist()) == 5
    assert max(_cut(np.logspace(-8, 4, 61), np.ones(61)).tolist()) == 7  # twelve decades, eight groups at most


def test_a_small_group_is_joined_over_the_shallower_valley():
    """5 ohm at two places, 0.09 between them or beyond: less than a hundredth, with the nearer one."""
    tau = np.logspace(-5, 0, 26)
    for big, small, first in (((3, 20), 9, True), ((3, 20), 14, False), ((10, 20), 3, True), ((3, 12), 20, False)):
        g = np.zeros(26)
        g[list(big)], g[small] = 5.0, 0.09
        member = _cut(tau, g)
        assert member[big[0]] != member[big[1]]
        assert member[small] == member[big[0 if first else 1]], (big, small)


def test_there_are_six_groups_by_valleys_at_most():
    """The least of seven joins the one beside it, whatever their distance; of six none does."""
    tau = np.logspace(-9, 5, 71)
    for others, apart in (((3, 29, 41, 53), True), ((3, 29, 41, 53, 65), False)):
        g = np.zeros(71)
        g[[15, *others]], g[19] = 1.0, 0.9
        member = _cut(tau, g)
        assert (member[15] != member[19]) == apart, others
        assert len(set(member[np.flatnonzero(g)].tolist())) == 6


def test_relaxation_times_reach_a_decade_beyond_the_band_five_to_each():
    tau = _times(2 * np.pi * np.array([1e3, 1.0]))
    assert len(tau) == 26
    assert tau[[0, -1]].tolist() == pytest.approx([1 / (2 * np.pi * 1e4), 10 / (2 * np.pi)])


def test_a_spectrum_of_one_relaxation_by_hand():
    """20 ohm, 50 ohm with a time constant of the grid, 1 uH and 0.1 F; tables reach three decades beyond the band."""
    f = np.logspace(4, 0, 41)
    w = 2 * np.pi * f
    tau = float(_times(w)[17])
    z = 20 + 50 / (1 + 1j * w * tau) + 1j * w * 1e-6 + 10 / (1j * w)
    found = decompose(f, z)
    resistance, lead = found.R, found.L
    assert (resistance, lead) == pytest.approx((20, 1e-6), rel=1e-5)
    k = int(found.ohm.argmax())
    assert found.ohm[k] == pytest.approx(50, rel=1e-5)
    assert found.ohm.sum() == pytest.approx(50, rel=1e-5)
    assert found.apex[k] == pytest.approx(1 / (2 * np.pi * tau), rel=1e-5)
    assert found.top == pytest.approx(np.median(z.real[:5]))
    assert found.ratio == pytest.approx(np.ones(41), abs=1e-6)
    assert (found.first, found.step) == pytest.approx((np.log(w[-1] / 1e3), np.log(10) / 10))
    nodes = np.exp(found.first + found.step * np.arange(found.table.shape[1]))
    assert nodes[-1] == pytest.approx(w[0] * 1e3, rel=0.3)
    kernel = 1 / (1 + 1j * nodes * tau)
    assert found.table.sum(axis=0) == pytest.approx(50 * kernel + 10 / (1j * nodes), rel=1e-4)
    assert found.slope.sum(axis=0) == pytest.approx(-50j * nodes * tau * kernel**2 - 10 / (1j * nodes), rel=1e-4)
    assert abs(found.table[-1][0]) > 10 / nodes[0] * 0.99  # the capacitor is part of the slowest group
    small = decompose(f, z / 1e3)  # in milliohm all is the same
    assert small.apex == pytest.approx(found.apex, rel=1e-4)
    few = decompose(f[:20], z[:20])
    assert few.top == pytest.approx(np.median(z.real[:3]))


def test_a_cubic_between_nodes_is_met_exactly():
    """1 + 2 t + 3 t^2 + 4 t^3, and the same from t = 1 on: 10 + 20 t + 15 t^2 + 4 t^3."""
    t = np.arange(3.0)
    y, rise = 1 + 2 * t + 3 * t**2 + 4 * t**3, 2 + 6 * t + 12 * t**2
    assert _hermite(y[None] + 0j, rise[None] + 0j)[0].tolist() == [[1, 2, 3, 4], [10, 20, 15, 4]]


def groups(table, slope, apex, ohm, first=0.0):
    table, slope = np.array(table, complex), np.array(slope, complex)
    return Groups(5.0, 6.0, 7.0, np.array(apex), np.array(ohm), first, 0.5, table, slope, np.ones(3, complex))


def test_tables_are_looked_up_by_baseline_group_and_shift():
    """Nodes at 0, 0.5, 1 (and 1.5) of ln omega: t^3 and lines; beyond the ends what is there."""
    x = np.arange(4) / 2
    one = groups([x**3, 3 * x], [3 * x**2, 3 + 0 * x], [100.0, 1.0], [8.0, 9.0])
    two = groups([1j * x[:3]], [1j + 0 * x[:3]], [50.0], [4.0], first=10.0)
    both = stacked([one, two])
    assert both.cubic.shape == (2, 2, 3, 4)
    assert both.apex.tolist() == [[100, 1], [50, 50]]
    assert both.ohm.tolist() == [[8, 9], [4, 0]]
    ln_w = np.array([0.25, 0.75, 1.25])
    value, slope = looked_up(both, np.array([0]), ln_w, np.array([[0.0, 0.125]]))
    assert value[0, 0] == pytest.approx(ln_w**3)
    assert slope[0, 0] == pytest.approx(3 * ln_w**2)
    assert value[0, 1] == pytest.approx(3 * (ln_w + 0.125))
    assert slope[0, 1] == pytest.approx(np.full(3, 3.0))
    value, slope = looked_up(both, np.array([1, 0]), np.array([10.25]), np.array([[0.25, 0.0], [-10.25, -99.0]]))
    assert value[:, :, 0].tolist() == [[0.5j, 0], [0, 0]]
    assert slope[0, :, 0].tolist() == pytest.approx([1j, 0])
    end, _ = looked_up(both, np.array([0, 1]), np.array([99.0]), np.zeros((2, 2)))
    assert end[:, :, 0].tolist() == [[1.5**3, 4.5], [1j, 0]]


def test_shares_of_the_resistance_between_cuts():
    """A cut belongs to the group before it."""
    g = np.array([1.0, 2.0, 3.0, 0.0, 4.0])
    assert _shares([1, 3], g).tolist() == pytest.approx([0.3, 0.3, 0.4])
    assert _shares([], g).tolist() == [1.0]
    assert _shares([2], np.zeros(5)).tolist() == [0.0, 0.0]


def test_a_spectrum_of_no_cell_is_a_resistance_or_nothing(monkeypatch):
    """A negative resistance has no groups: nothing is fitted, and the ratio to nothing is 1."""
    found = decompose(F, np.full(57, -10.0 + 0j))
    assert found.ratio.tolist() == [1.0] * 57
    assert not found.ohm.any()
    monkeypatch.setattr(relaxation, "non_negative", lambda *_: None)
    resistance, lead, elastance, g = _non_negative(2 * np.pi * F, np.full(57, 7.0 + 0j), np.ones(5))
    assert (resistance, lead, elastance) == (7.0, 0.0, 0.0)
    assert g.tolist() == [0.0] * 5
