"""Start and end of a sweep; hysteresis between the branches."""

from __future__ import annotations

import numpy as np
import pytest

from eisfit.cycling import Axis
from eisfit.cycling.charge import with_soc
from eisfit.cycling.sweeps import sweeps_of
from eisfit.spectrum import Cell, Conditions, Series, Spectrum
from eisfit.tracking.hysteresis import hysteresis
from eisfit.tracking.track import RoleValues


def series_of(states, **cell):
    spectra = [Spectrum([1e3, 1.0], [10 - 1j, 20 - 3j], conditions=Conditions(**state)) for state in states]
    return with_soc(Series(spectra, cell=Cell(**cell)))[0]


def test_the_end_is_the_start_and_what_passed():
    states = [
        {"charge_mAh": 0.0, "passed_mAh": -0.5, "duration_s": 600.0},
        {"charge_mAh": -5.0, "current_A": -1e-3, "duration_s": 3600.0},
        {"charge_mAh": -10.0},
    ]
    found = sweeps_of(series_of(states, capacity_mAh=10.0))
    assert found.charge_end_mAh[:2].tolist() == [-0.5, -6.0]
    assert found.soc_start.tolist() == [1.0, 0.5, 0.0]
    assert found.soc_end[:2] == pytest.approx([0.95, 0.4])
    assert np.isnan([found.charge_end_mAh[2], found.soc_end[2], found.duration_s[2]]).all()


def test_lithiation_rises_with_what_a_discharge_passes():
    found = sweeps_of(
        series_of(
            [{"charge_mAh": 0.0, "passed_mAh": -1.0}, {"charge_mAh": -10.0}], working_electrode="anode", capacity_mAh=10
        )
    )
    assert (found.soc_start[0], found.soc_end[0]) == pytest.approx((0.0, 0.1))


def test_the_last_sweep_ends_within_the_range_of_the_state():
    states = [{"charge_mAh": 0.0}, {"charge_mAh": -5.0}, {"charge_mAh": -9.0, "passed_mAh": -1.0}]
    found = sweeps_of(series_of(states, capacity_mAh=10.0))
    assert found.soc_end[-1] == 0.0
    assert found.soc_start.tolist() == pytest.approx([1.0, 0.5, 0.1])


def branches():
    """A cycle: R = 10 (1 + soc) on discharge, 3 ohm more on charge."""
    soc = [1.0, 0.5, 0.0, 0.25, 0.75, 1.2]
    ways = ["discharge"] * 3 + ["charge"] * 3
    states = [{"soc": s, "cycle": 1, "direction": d} for s, d in zip(soc, ways, strict=True)]
    value = 10 * (1 + np.array(soc)) + np.array([0, 0, 0, 3, 3, 3])
    return series_of(states), Axis("soc", "State of charge", np.array(soc)), RoleValues(value, np.full(6, 0.1))


def test_hysteresis_is_charge_minus_discharge_at_the_same_place():
    series, axis, role = branches()
    found = hysteresis(series, axis, role)
    assert found.value[3:5] == pytest.approx([3.0, 3.0])
    assert found.stderr[3:5] == pytest.approx(0.1 * np.sqrt(1.5))


def test_hysteresis_is_never_extrapolated():
    series, axis, role = branches()
    assert np.isnan(hysteresis(series, axis, role).value[[0, 1, 2, 5]]).all()


def test_time_has_no_hysteresis():
    series, axis, role = branches()
    assert np.isnan(hysteresis(series, axis._replace(name="time"), role).value).all()
