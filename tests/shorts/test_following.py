"""What explains a change, spectrum by spectrum."""

from __future__ import annotations

import numpy as np
import pytest

from eisfit.shorts.following import follow
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
