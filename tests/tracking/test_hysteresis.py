"""Charge against discharge at the same place of the axis."""

from __future__ import annotations

import numpy as np
import pytest

from eisfit.cycling import Axis
from eisfit.spectrum import Conditions, Series, Spectrum
from eisfit.tracking.hysteresis import hysteresis
from eisfit.tracking.track import RoleValues

F = np.logspace(3, 0, 7)


def compared(rows, name="soc", stderr=None):
    """Value and error for rows of (direction, cycle, place, ohm)."""
    spectra = [
        Spectrum(F, np.full(7, 1 + 0j), conditions=Conditions(direction=d, cycle=c, time_s=float(i)))
        for i, (d, c, _, _) in enumerate(rows)
    ]
    places, ohms = (np.array([row[k] for row in rows], float) for k in (2, 3))
    errors = np.full(len(rows), 0.3) if stderr is None else np.array(stderr, float)
    return hysteresis(Series(spectra), Axis(name, name, places), RoleValues(ohms, errors))


DISCHARGE = [("discharge", 1, 0.8, 80.0), ("discharge", 1, 0.4, 40.0), ("discharge", 1, 0.2, 30.0)]


@pytest.mark.parametrize(
    ("place", "expected"),
    [(0.5, 50.0), (0.7, 70.0), (0.3, 35.0), (0.8, 80.0), (0.2, 30.0), (0.4, 40.0), (0.19, None), (0.81, None)],
)
def test_the_difference_is_to_the_straight_line_between_the_neighbours_on_discharge(place, expected):
    found = compared([*DISCHARGE, ("charge", 1, place, 100.0)])
    assert np.isnan(found.value[:3]).all()
    if expected is None:
        assert np.isnan(found.value[3])
        assert np.isnan(found.stderr[3])
    else:
        assert found.value[3] == pytest.approx(100.0 - expected)


def test_the_error_holds_that_of_the_spectrum_and_those_of_its_two_neighbours():
    found = compared([*DISCHARGE, ("charge", 1, 0.7, 100.0)], stderr=[0.4, 0.8, 9.0, 0.1])
    assert found.stderr[3] == pytest.approx(np.sqrt(0.1**2 + (0.75 * 0.4) ** 2 + (0.25 * 0.8) ** 2))


def test_two_spectra_of_discharge_at_one_place_are_no_line():
    found = compared([("discharge", 1, 0.5, 40.0), ("discharge", 1, 0.5, 60.0), ("charge", 1, 0.5, 100.0)])
    assert found.value[2] == 60.0


def test_without_a_discharge_of_its_own_cycle_that_of_the_one_before_counts():
    other = [("discharge", 3, place, 10.0) for _, _, place, _ in DISCHARGE]
    for cycle, expected in ((1, 50.0), (2, 50.0), (3, 90.0), (4, 90.0), (0, None)):
        value = compared([*DISCHARGE, *other, ("charge", cycle, 0.5, 100.0)]).value[6]
        assert np.isnan(value) if expected is None else value == pytest.approx(expected), cycle


def test_one_spectrum_on_discharge_or_an_axis_that_runs_one_way_has_none():
    assert np.isnan(compared([DISCHARGE[0], ("charge", 1, 0.8, 100.0)]).value).all()
    assert np.isnan(compared([*DISCHARGE, ("charge", 1, 0.5, 100.0)], "time").value).all()
    assert np.isnan(compared([*DISCHARGE, ("rest", 1, 0.5, 100.0)]).value).all()


def test_spectra_without_a_place_or_a_value_are_left_out():
    rows = [*DISCHARGE, ("discharge", 1, np.nan, 1.0), ("discharge", 1, 0.6, np.nan), ("charge", 1, np.nan, 9.0)]
    found = compared([*rows, ("charge", 1, 0.5, 100.0)])
    assert np.isnan(found.value[5])
    assert found.value[6] == pytest.approx(50.0)
