"""The rest before a spectrum: potential and slope."""

from __future__ import annotations

import numpy as np
import pytest

from eisfit.cycling.rest import ending, rests
from eisfit.spectrum import Conditions, Record, Series, Spectrum


def series(*times, step=10.0, current=None, slope=1e-6, **conditions):
    """Spectra at `times` on a record of 2,000 s whose first half carries a current."""
    t = np.arange(0.0, 2000.0, step)
    flow = np.where(t < 1000, 1e-3, 0.0) if current is None else current(t)
    record = Record(t, 0.5 + slope * t, flow, np.cumsum(flow) * step / 3.6, np.zeros(len(t), np.int64))
    states = [Conditions(time_s=time, **conditions) for time in times]
    return Series([Spectrum([1e3, 1.0], [10 - 1j, 20 - 3j], conditions=c) for c in states], record=record)


def test_slope_is_that_of_the_last_minutes():
    found = rests(series(1995.0))
    assert found.slope_mV_h[0] == pytest.approx(3.6)
    assert found.potential_V[0] == pytest.approx(0.5 + 1e-6 * 1990)


@pytest.mark.parametrize(
    ("time", "why"), [(900.0, "a current flows"), (-5.0, "before the record"), (2400.0, "too long after the record")]
)
def test_no_rest_no_potential(time, why):
    found = rests(series(time))
    assert np.isnan(found.potential_V[0]), why
    assert np.isnan(found.slope_mV_h[0]), why


def test_a_rest_of_seconds_has_a_potential_and_no_slope():
    found = rests(series(1031.0))
    assert np.isfinite(found.potential_V[0])
    assert np.isnan(found.slope_mV_h[0])


def test_slow_logging_takes_the_last_rows():
    assert rests(series(1990.0, step=240.0, slope=-2e-6)).slope_mV_h[0] == pytest.approx(-7.2)


def test_what_the_file_tells_goes_before_the_record():
    found = rests(series(1995.0, rest_potential_V=0.123, rest_slope_mV_h=-9.0))
    assert (found.potential_V[0], found.slope_mV_h[0]) == (0.123, -9.0)


def test_without_record_nothing_is_known():
    assert np.isnan(rests(Series([Spectrum([1.0], [1 - 1j])])).slope_mV_h).all()


def test_slope_of_a_straight_line_is_exact():
    t = np.linspace(0, 290, 30)
    assert ending(t, 1.0 - 3e-6 * t)[1] == pytest.approx(-10.8)


def test_one_unknown_current_does_not_make_everything_rest():
    def flow(t):
        out = np.where(t < 1000, 1e-3, 0.0)
        out[3] = np.nan
        return out

    assert np.isnan(rests(series(900.0, current=flow)).potential_V[0])
    assert rests(series(1995.0, current=flow)).slope_mV_h[0] == pytest.approx(3.6)
