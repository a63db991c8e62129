"""What explains a change, spectrum by spectrum."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest

from eisfit.shorts import following
from eisfit.shorts.explanation import Explained
from eisfit.shorts.following import PRIOR, Followed, _Follower, _gain, _mean, follow
from eisfit.shorts.hypotheses import CELL, LEAKS
from eisfit.shorts.spectra import Aligned, align

R_DC = 96.0


def followed(series, size=3):
    return follow(align(series, range(len(series))), size, series.column("temperature_C"))


def test_a_leak_is_known_and_measured(cell_series):
    found = followed(cell_series([{}] * 5 + [{"leak": 1 / 60}] * 3))
    assert (found.odds[:5] < -3).all()
    assert (found.odds[5:] > 5).all()
    assert np.exp(-found.ln_G[5:]) == pytest.approx(60, rel=0.1)
    assert found.share[5:] == pytest.approx(R_DC / (R_DC + 60), abs=0.06)
    assert {LEAKS[k].name for k in found.kind[5:]} == {"leak"}


def test_warming_is_the_rival_and_its_size_is_told(cell_series):
    found = followed(cell_series([{}] * 5 + [{"k": 0.7}] * 3))
    assert (found.odds[5:] < 0).all()
    assert {CELL[k].name for k in found.rival[5:]} == {"temperature"}
    assert (10 * found.heat[5:] > 5).all()


def test_a_leak_from_the_second_spectrum_on_is_seen(cell_series):
    found = followed(cell_series([{}] + [{"leak": 1 / 40}] * 7))
    assert (found.odds[1:] > 5).all()
    assert found.members[5] == (0,)


def test_a_spectrum_with_a_leak_is_no_baseline(cell_series):
    found = followed(cell_series([{}] * 4 + [{"leak": 1 / 40}] * 2 + [{}] * 4))
    assert not any({4, 5} & set(members) for members in found.members)
    assert (found.odds[6:] < 0).all()


def test_what_nothing_explains_is_not_sure(cell_series):
    strange = cell_series([{}] * 8)
    bumps = 1 + 0.4 * np.sin(np.arange(57) * 1.3)
    spoilt = [s if i < 5 else s.with_(impedance=s.impedance / (2 * bumps)) for i, s in enumerate(strange)]
    assert (followed(strange.with_(spectra=spoilt)).odds <= np.log(9) + 1e-9).all()


def test_what_the_admittance_gained_over_a_fifth_of_the_upper_half():
    """The largest mean over two of ten points; less than four points have no fifth; a loss is no gain."""
    base = np.full((1, 20), 10.0 + 0j)

    def gained(*shares):
        y = np.full(20, 0.1)
        y[: len(shares)] += np.array(shares) / 10
        return _gain(1 / y[None] + 0j, base)[0]

    assert gained(0, 0, 0.02, 0.04) == pytest.approx(0.03)
    assert gained(*[0] * 10, 0.9, 0.9) == pytest.approx(0)
    assert gained(*[0] * 8, 0.02, 0.04) == pytest.approx(0.03)
    assert gained(*[-0.5] * 20) == pytest.approx(-0.5)
    assert gained(0.5, np.nan) == pytest.approx(0.25)
    assert _gain(np.full((2, 1), 5.0 + 0j), np.full((2, 1), 9.0 + 0j)).tolist() == [0, 0]
    assert _gain(1 / np.array([[0.11, 0.13]]) + 0j, base[:, :2])[0] == pytest.approx(0.2)
    assert _gain(1 / np.array([[0.1, 0.1, 0.1, 0.1, 0.19, 0.19]]) + 0j, base[:, :6])[0] == pytest.approx(0)
    wide = np.full((1, 60), 10.0 + 0j)
    narrow = wide.copy()
    narrow[0, 3:6] = 5.0  # three of six points of a fifth of thirty
    assert _gain(narrow, wide)[0] == pytest.approx(0.5)


def test_what_is_judged(cell_series):
    """A spectrum that knows eight points, or most of a short grid; numbers that no cell has do not count."""
    series = cell_series([{}] * 5)
    spectra = align(series, range(5))
    z = spectra.impedance.copy()
    z[2, 8:], z[3, 7:], z[4, 8:] = np.nan, np.nan, 1e15
    found = follow(spectra._replace(impedance=z), 3, np.full(5, np.nan))
    assert np.isfinite(found.odds).tolist() == [True, True, True, False, True]
    assert found.members[0] == (0,)
    assert found.odds[0] == pytest.approx(np.log(0.001))


def test_the_mean_of_what_is_known():
    assert _mean(np.array([1.0, np.nan, 3.0])) == 2.0
    assert np.isnan(_mean(np.array([np.nan])))


def test_a_second_baseline_is_asked_unless_the_first_is_sure():
    """Odds of e^8 are sure of a leak; the same baseline is not asked twice."""
    follower = SimpleNamespace(out=SimpleNamespace(odds=np.array([7.9, 8.1, np.nan, 8.0])))
    for k, open_ in ((0, True), (1, False), (2, True), (3, True)):
        assert bool(_Follower._open(follower, (k, (0, 1)), (k, (1, 2)))) is open_, k
        assert not _Follower._open(follower, (k, (0, 1)), (k, (0, 1))), k


def aligned(n=20, points=20, ohm=10.0):
    return Aligned(np.geomspace(1e5, 1, points), np.full((n, points), ohm + 0j), np.full(n, 1e-3))


def test_points_that_a_spectrum_needs_and_what_is_no_impedance_of_a_cell():
    """Eight, or more than half of a short grid, four at least; from 0.1 uohm to 100 Tohm."""
    for points, need in ((57, 8), (20, 8), (15, 8), (13, 7), (10, 6), (6, 4), (4, 4)):
        spectra = aligned(2, points)
        spectra.impedance[0, need:], spectra.impedance[1, need - 1 :] = np.nan, np.nan
        assert _Follower(spectra, 3, np.zeros(2)).whole.tolist() == [True, False], points
    spectra = aligned(2, 8)
    spectra.impedance[:, 3] = 1.01e-7, 0.99e-7
    spectra.impedance[:, 4] = 0.99e14, 1.01e14
    spectra.impedance[1, [5, 6]] = 1e-7, 1e14
    follower = _Follower(spectra, 3, np.zeros(2))
    known = np.isfinite(follower.spectra.impedance)
    assert known[0].all()
    assert np.flatnonzero(~known[1]).tolist() == [3, 4, 5, 6]
    assert follower.out.rival.tolist() == follower.out.kind.tolist() == [-1, -1]  # as long as it is not judged


def test_how_many_spectra_are_judged_at_once():
    """Up to the third whose conductance gained more than 1.5 %, twelve at most; with a leak always twelve."""
    for gained, reach in (({2, 5, 9}, 10), ({2, 5, 9, 10}, 10), ({2, 5}, 12), ({0, 1, 2}, 3), (set(), 12)):
        for share, counts in ((0.0151, True), (0.0149, False)):
            spectra = aligned()
            for k in gained:
                spectra.impedance[1 + k] = 10.0 / (1 + share)
            follower = _Follower(spectra, 3, np.zeros(20))
            follower.accepted = [0]
            todo = np.arange(1, 20)
            assert follower._reach(todo, False) == (reach if counts else 12), (gained, share)
            assert follower._reach(todo, True) == 12
            assert follower._reach(todo[:4], False) == min(reach if counts else 12, 4)


def test_a_pair_has_the_noise_of_both_the_rise_in_10_kelvin_and_the_points_that_both_know():
    """0.4 % beside the median 0.2 % of three over the root of three; 31 C beside a mean of 21; a NaN is left out."""
    spectra = aligned(4, 8)._replace(noise=np.array([1e-3, 2e-3, 3e-3, 4e-3]))
    spectra.impedance[3, 5] = np.nan
    follower = _Follower(spectra, 3, np.array([20.0, 22.0, np.nan, 31.0]))
    frequency, pairs = follower._pairs(np.array([3]), np.array([0]), [(0, 1, 2)], np.full((1, 8), 10.0 + 0j))
    assert len(frequency) == 8
    assert pairs.error == pytest.approx([np.hypot(4e-3, 2e-3 / np.sqrt(3))])
    assert pairs.heat == pytest.approx([1.0])
    assert np.flatnonzero(~np.isfinite(pairs.bases[0])).tolist() == [5]
    for points, left in ((36, 36), (37, 19)):
        own = _Follower(aligned(4, points), 3, np.zeros(4))
        assert len(own._pairs(np.array([3]), np.array([0]), [(0,)], np.ones((1, points), complex))[0]) == left


def test_spectra_that_know_the_same_points_share_a_baseline():
    spectra = aligned(5, 8)
    spectra.impedance[2, 7] = np.nan
    follower = _Follower(spectra, 3, np.zeros(5))
    bases = np.array([[10.0 + 0j] * 8, [20.0 + 0j] * 8])
    pairs = follower._pairs(np.array([1, 2, 3, 4]), np.array([0, 0, 1, 0]), [(0,), (0, 1)], bases)[1]
    assert len(pairs.bases) == 3
    for k, (ohm, missing) in enumerate(((10, []), (10, [7]), (20, []), (10, []))):
        own = pairs.bases[pairs.at[k]]
        assert np.flatnonzero(np.isnan(own)).tolist() == missing, k
        assert own[0] == ohm, k


CELLS, ALL_ = 14, 21


def explained(total, misfit=1.0):
    """What was found where prior and evidence together are `total` (21,) in ln."""
    share, heat = np.arange(7) / 10, np.arange(21.0)
    return Explained(np.array([total - PRIOR]), np.array([misfit]), *(np.zeros((1, 7)),) * 2, share[None], heat[None])


def taker():
    nan, none = np.full(1, np.nan), np.full(1, -1)
    out = Followed(np.full(1, -np.inf), none.copy(), none.copy(), *(nan.copy() for _ in range(6)), [()])
    return SimpleNamespace(out=out)


def test_the_odds_are_those_of_all_leaks_against_all_changes_of_a_cell():
    """Six leaks of 1 and one of 10 against thirteen changes of 1 and one of 4: 16 to 17."""
    total = np.zeros(ALL_)
    total[3], total[CELLS + 2] = np.log(4), np.log(10)
    of = taker()
    _Follower._take(of, 0, (0, 1), explained(total), 0)
    out = of.out
    assert out.odds[0] == pytest.approx(np.log(16 / 17))
    assert (out.rival[0], out.kind[0], out.members[0]) == (3, 2, (0, 1))
    assert (out.share[0], out.heat[0], out.misfit[0]) == (0.2, 3.0, 1.0)
    _Follower._take(of, 0, (5,), explained(total), 0)  # no more probable: the first one stays
    assert out.members[0] == (0, 1)
    total[CELLS + 6] = np.log(1e6)
    for misfit, odds in ((5.0, np.log((15 + 1e6) / 17)), (5.01, np.log(9.0))):
        own = taker()
        _Follower._take(own, 0, (5,), explained(total, misfit), 0)
        assert own.out.odds[0] == pytest.approx(odds), misfit
        assert own.out.kind[0] == 6
    none = taker()
    _Follower._take(none, 0, (5,), None, 0)
    assert none.out.odds[0] == pytest.approx(np.log(0.001))
    assert (none.out.rival[0], none.out.kind[0], none.out.heat[0]) == (0, 0, 0.0)
    assert np.isnan([none.out.share[0], none.out.misfit[0]]).all()


def test_what_is_hopeless_is_not_asked_for_the_next_spectrum(monkeypatch):
    """20 in ln p below the best; but the electrodes alone are, and two explanations with and without a leak."""
    total = np.full(ALL_, -90.0)
    total[:6] = -100.0, -18.0, -19.0, -19.9, -20.1, -50.0
    total[CELLS : CELLS + 3] = 0.0, -30.0, -31.0
    asked = []

    def explain(_frequency, _pairs, hopes):
        asked.append(hopes)
        return explained(total)

    monkeypatch.setattr(following, "explain_changes", explain)
    follower = SimpleNamespace(hopeful={}, _pairs=lambda *_: (None, None))
    sets, at = [(7,), (0, 1)], np.array([1])
    _Follower._explained(follower, np.array([5]), at, sets, None)
    assert asked[-1] is None
    assert np.flatnonzero(follower.hopeful[0, 1]).tolist() == [0, 1, 2, 3, CELLS, CELLS + 1]
    total[:] = -90.0
    total[[5, 8, CELLS + 4, CELLS + 5]] = 0.0, -1.0, -2.0, -3.0
    _Follower._explained(follower, np.array([6]), at, sets, None)
    assert np.flatnonzero(asked[-1]).tolist() == [0, 1, 2, 3, CELLS, CELLS + 1]
    assert np.flatnonzero(follower.hopeful[0, 1]).tolist() == sorted([0, 1, 2, 3, 14, 15, 5, 8, 18, 19])


def test_a_spectrum_with_a_leak_more_probable_than_not_is_no_baseline_and_those_behind_it_are_judged_anew(monkeypatch):
    """Batches end behind the spectrum that turns: the next ones are judged under what it showed."""
    odds = np.array([np.nan, -1.0, -1.0, 0.5, 2.0, -0.5, -1.0, -3.0])
    follower = _Follower(aligned(8), 3, np.zeros(8))
    asked = []

    def judge(some, leaking):
        asked.append((some.tolist(), leaking))
        return odds[some]

    monkeypatch.setattr(follower, "_judge", judge)
    monkeypatch.setattr(follower, "_reach", lambda *_: 12)
    monkeypatch.setattr(follower, "_size", lambda: None)
    out = follower.run()
    assert asked == [([1, 2, 3, 4, 5, 6, 7], False), ([4, 5, 6, 7], True), ([6, 7], False)]
    assert follower.accepted == [0, 1, 2, 5, 6, 7]
    assert (out.odds[0], out.rival[0], out.kind[0], out.members[0]) == (pytest.approx(np.log(0.001)), 0, 0, (0,))


def test_the_baselines_of_a_spectrum_are_the_last_and_the_first_that_were_accepted(monkeypatch):
    """While a leak goes on the last ones before it; without one those just before each, as if none had a leak."""
    follower = _Follower(aligned(9), 2, np.zeros(9))
    follower.accepted = [0, 1, 3]
    for leaking, rolling in ((True, [(6, (1, 3)), (7, (1, 3))]), (False, [(6, (1, 3)), (7, (3, 6))])):
        asked = []
        monkeypatch.setattr(follower, "_explain", asked.append)
        odds = follower._judge(np.array([6, 7]), leaking)
        assert asked == [rolling, [(6, (0, 1)), (7, (0, 1))]], leaking
        assert np.isneginf(odds).all()


def test_the_first_spectrum_against_a_baseline_tells_what_has_hope(monkeypatch):
    """Baselines that were asked before come first, then one spectrum of each new one, then the others; all once."""
    spectra = aligned(9)
    spectra.impedance[3:8] = 8.0  # a gain of a quarter; the last one has none
    follower = _Follower(spectra, 3, np.zeros(9))
    follower.hopeful[(0,)] = np.ones(21, bool)
    asked, taken = [], []

    def explain(k, at, sets, _):
        asked.append((k.tolist(), [sets[a] for a in at]))

    monkeypatch.setattr(follower, "_explained", explain)
    monkeypatch.setattr(follower, "_take", lambda k, members, found, j: taken.append((k, members, j)))
    pairs = [(3, (0,)), (5, (1,)), (4, (1,)), (6, (2,)), (7, (2,)), (8, (0,))]
    follower._explain(pairs)
    assert asked == [([3], [(0,)]), ([5, 6], [(1,), (2,)]), ([4, 7], [(1,), (2,)])]
    assert taken[0] == (8, (0,), 0)
    assert [(k, j) for k, _, j in taken[1:]] == [(3, 0), (5, 0), (6, 1), (4, 0), (7, 1)]
    taken.clear()
    follower._explain(pairs[:2])
    assert len(asked) == 3
    assert [k for k, *_ in taken] == [3, 5]


def test_all_leaks_that_are_more_probable_than_not_are_sized(monkeypatch):
    """The first one by itself, which tells what is worth asking of the others; then twelve at once."""
    follower = _Follower(aligned(17), 3, np.zeros(17))
    follower.accepted = [1, 0]
    follower.out.odds[:] = [-1.0, 0.0, *[0.5] * 15]
    follower.out.members[:] = [(0,)] * 17
    asked = []

    def sized(k, _at, calm, hope):
        asked.append((k.tolist(), len(calm), hope))
        return [100.0 * column + k for column in (1, 2, 3, 4)], len(asked)

    monkeypatch.setattr(following, "sized", sized)
    monkeypatch.setattr(follower, "_pairs", lambda k, at, *_: (k, at))
    follower._size()
    assert [k for k, *_ in asked] == [[2], list(range(3, 15)), [15, 16]]
    assert [(calm, hope) for _, calm, hope in asked] == [(2, None), (2, 1), (2, 2)]
    out = follower.out
    for column, values in zip((1, 2, 3, 4), (out.ln_G, out.ln_G_low, out.ln_G_high, out.share), strict=True):
        np.testing.assert_array_equal(values, [np.nan, np.nan, *(100.0 * column + np.arange(2, 17))])
