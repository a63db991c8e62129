"""Drift in a sweep, from neighbours and from the record."""

from __future__ import annotations

import numpy as np
import pytest

from eisfit import Conditions, Series, Spectrum
from eisfit.quality import sweep_drift
from eisfit.spectrum import Record

FREQUENCY = np.logspace(4, -1, 21)


def series(times: list[float | None], factor: float = 1.0, **conditions: object) -> Series:
    z = 10 + 50 / (1 + 2j * np.pi * FREQUENCY * 0.1)
    return Series(
        Spectrum(FREQUENCY, z * factor**k, conditions=Conditions(time_s=t, **conditions))  # type: ignore[arg-type]
        for k, t in enumerate(times)
    )


def test_pace_of_the_neighbours() -> None:
    drift = sweep_drift(series([0.0, 1000.0, 2000.0], factor=1.1))
    assert drift.duration_s[0] == pytest.approx((1 / FREQUENCY).sum())
    np.testing.assert_allclose(drift.neighbour_percent, 100 * np.log(1.1) * drift.duration_s / 1000)
    assert f"|Z| at the lowest frequency by {drift.neighbour_percent[1]:.2g} %" in drift.sentence(1)


def test_another_half_cycle_is_no_neighbour() -> None:
    ours = series([0.0, 1000.0], factor=1.1, direction="charge")
    theirs = series([2000.0, 3000.0], factor=3.0, direction="discharge")
    drift = sweep_drift(ours.with_(spectra=(*ours, *theirs)))
    np.testing.assert_allclose(drift.neighbour_percent[:2], 100 * np.log(1.1) * drift.duration_s[0] / 1000)


def test_without_times_nothing_is_known() -> None:
    drift = sweep_drift(series([None, None, None]))
    assert np.isnan(drift.neighbour_percent).all()
    assert np.isnan(drift.potential_mV).all()
    assert drift.sentence(0) == ""
    assert len(sweep_drift(series([5.0])).neighbour_percent) == 1


def test_slope_of_the_potential_at_rest() -> None:
    t = np.arange(0.0, 4000.0, 10.0)
    current = np.where(t < 3000, 1e-3, 0.0)
    potential = np.where(t < 3000, 0.5, 0.6 - 2e-6 * (t - 3000))
    record = Record(t, potential, current, np.zeros_like(t), np.zeros(len(t), np.int64))
    drift = sweep_drift(series([100.0, 3995.0]).with_(record=record))
    assert np.isnan(drift.potential_mV[0])
    assert drift.potential_mV[1] == pytest.approx(-2e-3 * drift.duration_s[1])
    assert "the potential by" in drift.sentence(1)
