"""What explains a change, spectrum by spectrum."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest

from eisfit.shorts.following import _Follower, _gain, _mean, follow
from eisfit.shorts.hypotheses import CELL, LEAKS
from eisfit.shorts.spectra import align

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
    follower = SimpleNamespace(out=SimpleNamespace(odds=np.array([7.9, 8.1, np.nan])))
    for k, open_ in ((0, True), (1, False), (2, True)):
        assert bool(_Follower._open(follower, (k, (0, 1)), (k, (1, 2)))) is open_, k
        assert not _Follower._open(follower, (k, (0, 1)), (k, (0, 1))), k
