"""What changed since the baseline."""

from __future__ import annotations

import numpy as np
import pytest

from eisfit.shorts.change import admittance_change
from eisfit.spectrum import Conditions, Series

EXACT = {"noise": 0.0, "contacts": 0.0}


def test_a_leak_adds_the_same_conductance_at_every_frequency(cell_series):
    change = admittance_change(cell_series([{}] * 4 + [{"leak": 0.02}], **EXACT))
    np.testing.assert_allclose(change.admittance[4], 0.02, rtol=1e-9)
    np.testing.assert_allclose(change.admittance[:4], 0, atol=1e-15)


def test_an_interface_changes_low_frequencies_alone(cell_series):
    found = admittance_change(cell_series([{}] * 4 + [{"R_Int": 20.0}], **EXACT))
    size = np.abs(found.admittance[4])
    assert size[found.frequency < 0.1].min() > 50 * size[found.frequency > 1e5].max()


def test_the_lead_is_taken_off(cell_series):
    series = cell_series([{"lead": 5e-7}] * 4 + [{"lead": 5e-7, "leak": 0.02}], **EXACT)
    change = admittance_change(series, inductance=np.full(5, 5e-7)).admittance
    np.testing.assert_allclose(change[4], 0.02, rtol=1e-6)


def test_every_stretch_has_its_own_baseline(cell_series):
    cells = [{}] * 4 + [{"leak": 0.02}] * 4
    assert admittance_change(cell_series(cells, **EXACT), breaks=(4,)).admittance == pytest.approx(0, abs=1e-15)
    pressed = [Conditions(pressure_MPa=p) for p in (50,) * 4 + (70,) * 4]
    assert admittance_change(cell_series(cells, conditions=pressed, **EXACT)).admittance == pytest.approx(0, abs=1e-15)


def test_a_spectrum_of_a_narrower_band_is_unknown_beyond_it(cell_series):
    wide = np.logspace(6, -2, 57)
    found = admittance_change(cell_series([{}] * 4 + [{"f": wide[:30], "leak": 0.02}], **EXACT))
    assert np.isnan(found.admittance[4, 30:]).all()
    np.testing.assert_allclose(found.admittance[4, :30], 0.02, rtol=1e-9)


def test_without_a_whole_spectrum_nothing_is_known(cell_series):
    series = cell_series([{}] * 3)
    masked = Series([s.masked(np.ones(len(s), bool), "test") for s in series])
    assert np.isnan(admittance_change(masked).admittance).all()
