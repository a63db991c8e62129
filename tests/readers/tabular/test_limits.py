"""Limits by which tables are understood, each from both sides: cuts between sweeps, plausible numbers, conditions."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest

from eisfit.errors import CorruptFile
from eisfit.readers.tabular.angle import ratio_to_slope
from eisfit.readers.tabular.causality import misfit
from eisfit.readers.tabular.conditions import duration, is_direct, is_temperature, is_usable, pauses_of
from eisfit.readers.tabular.cuts import cuts_between, other_cycle, paused, turned_back, turning_points
from eisfit.readers.tabular.modulus import check_modulus
from eisfit.readers.tabular.physical import impossible
from eisfit.readers.tabular.plausible import fits_better, rises
from eisfit.readers.tabular.traces import mean_current

F = np.geomspace(1e4, 1, 17)
Z = 5 + 40 / (1 + 2j * np.pi * F * 1e-3)


def test_a_sweep_ends_where_the_frequency_turns():
    down = np.array([100.0, 10.0, 1.0])
    for f, cuts in (
        (np.r_[down, down], {3}), (np.r_[down, down[::-1]], {3}), (np.r_[down, down, down], {3, 6}), (down, set()),
        (np.r_[down[::-1], down[::-1]], {3}), (np.array([5.0]), set()), (np.r_[down, 1.0009], set()),
        (np.r_[down, 1.0011, 0.1], {3}), (np.array([3.0, 1, 4, 1.5, 9, 2.6, 5]), set()),
        (np.array([3.0, 1, 4, 1, 9, 2.6, 5]), {2, 4, 6}),
    ):  # fmt: skip
        assert turning_points(f) == cuts, f


def test_the_point_of_a_turn_is_often_measured_again():
    for steps, cuts in (
        ([-1, -1, 1, 1], {3}), ([-1, -1, 0, 1, 1], {3}), ([-1, -1, 1, -1, -1], {3}), ([-1, 0, -1], set()),
        ([1, -1, -1, -1, 1, 1], {2, 5}), ([-1, -1, 1, -1, 1, -1], {3, 5}),
    ):  # fmt: skip
        assert cuts_between(np.array(steps, float)) == cuts, steps


def test_a_clock_that_goes_back_in_less_than_a_quarter_of_the_rows():
    for time, cuts in (
        ([0, 1, 2, 3, 0.5, 1, 2, 3], {4}),
        ([0, 1, 0, 1], set()),
        ([0, 1, 0, 1, 2], {2}),
        ([0, 1, 1, 2], set()),
    ):
        assert turned_back(np.array(time, float)) == cuts, time


def test_another_cycle_ends_a_sweep_where_rows_are_missing():
    f = np.geomspace(1e3, 1, 10)
    cycle = np.repeat([1, 2], 5)
    assert other_cycle(cycle, np.log(f), None) == set()
    usual = np.log(f[0] / f[1])
    for step, cut in ((1.51, True), (1.49, False)):
        gap = np.concatenate([f[:5], f[5:] * np.exp(-(step - 1) * usual)])
        assert other_cycle(cycle, np.log(gap), None) == ({5} if cut else set()), step
    for pause, cut in ((3.1, True), (2.9, False)):
        time = np.concatenate([np.arange(5.0), 4.0 + pause + np.arange(5.0)])
        assert other_cycle(cycle, np.log(f), time) == ({5} if cut else set()), pause
    assert paused(np.array([0.0, 1.0, 1.0, 5.0, 6.0]), 3)
    assert not paused(np.array([0.0, 0.0, 5.0, 5.0]), 2)


def test_what_a_condition_can_be():
    for name, low, high in (
        ("temperature_C", -273.15, 800.0), ("pressure_MPa", 0.0, 1e5), ("potential_V", -100.0, 100.0),
        ("soc", -0.5, 2.0), ("rest_potential_V", -100.0, 100.0), ("passed_mAh", -1e12, 1e12),
        ("time_s", -1e11, 1e11), ("duration_s", 0.0, 1e11), ("current_A", -1e6, 1e6), ("charge_mAh", -1e12, 1e12),
        ("rest_slope_mV_h", -1e9, 1e9), ("a name of one's own", -1e30, 1e30),
    ):  # fmt: skip
        assert impossible(name, low) == impossible(name, high) == "", name
        for value in (low - 1e-3 * abs(low) - 1e-3, high * 1.001):
            assert impossible(name, value) == f"a number between {low:g} and {high:g} was expected", name
    assert impossible("cycle", 0) == impossible("cycle", 1e9) == ""
    assert impossible("cycle", -1) == "0 or more was expected"
    assert impossible("soc", np.nan) == impossible("cycle", np.inf) == "a finite number was expected"
    for value, possible in ((-50.0, True), (-50.1, False), (120.0, True), (120.1, False)):
        assert (impossible("soc", value, percent=True) == "") == possible, value


def test_the_modulus_has_to_agree_to_a_hundredth():
    def checked(**columns):
        table = SimpleNamespace(column=columns.get, shown="a.csv")
        check_modulus(table, 5, 4, 7)

    re, im = np.array([3.0, 6.0, np.nan]), np.array([4.0, 8.0, 1.0])
    checked(real=re, imaginary=im, magnitude=np.array([5.04, 10.09, 9.0]))
    for wrong in (np.array([5.06, 10.11, 9.0]), np.array([4.94, 9.89, 9.0]), np.full(3, np.nan)):
        with pytest.raises(CorruptFile, match="5 cells below 4 column names, and"):
            checked(real=re, imaginary=im, magnitude=wrong)
    with pytest.raises(CorruptFile, match="does not agree"):
        checked(real=re, imaginary=im)


def test_what_relaxations_leave_of_numbers():
    """Of an impedance next to nothing, of others most; no number where a point is 0 or not finite, or two are there."""
    assert misfit(F, Z) < 1e-3
    assert misfit(F, np.where(np.arange(17) % 2, Z, 2 * Z)) > 0.1
    assert misfit(np.repeat(F, 9), np.repeat(Z, 9)) < 1e-3
    for f, z in ((F[:2], Z[:2]), (F, np.where(F > 1e3, 0, Z)), (F, np.where(F > 1e3, np.nan, Z))):
        assert misfit(f, z) == np.inf
    assert np.isfinite(misfit(F[:3], Z[:3]))
    rng = np.random.default_rng(1)
    noisy = Z * (1 + 0.01 * (rng.standard_normal(17) + 1j * rng.standard_normal(17)))
    assert misfit(F, noisy) == pytest.approx(0.00838564, rel=1e-3)


def test_a_real_part_that_rises_with_the_frequency():
    f = np.array([1.0, 10.0, 100.0])
    for first, last, up in ((1.0, 1.51, True), (1.0, 1.49, False), (-1.0, 5.0, False), (0.0, 5.0, False)):
        assert rises(f, np.array([first, 9.0, last]) + 0j) == up, (first, last)
    assert rises(f[::-1], np.array([2.0, 9.0, 1.0]) + 0j)
    assert fits_better(F, Z, F, np.where(np.arange(17) % 2, Z, 2 * Z))
    assert fits_better(F, Z.conj(), F, np.where(np.arange(17) % 2, Z, 2 * Z))
    assert not fits_better(F, Z, F, Z)
    assert not fits_better(F, np.where(np.arange(17) % 2, Z, 1.2 * Z), F, np.where(np.arange(17) % 2, Z, 3 * Z))


def test_phases_of_radians_and_degrees_by_the_slope():
    size = np.abs(Z)
    slope = np.pi / 2 * np.gradient(np.log(size), np.log(F))
    assert ratio_to_slope(F, size, slope) == pytest.approx(1.0, rel=0.1)
    assert ratio_to_slope(F, size, np.rad2deg(slope)) == pytest.approx(57.3, rel=0.1)
    assert ratio_to_slope(F, size, np.tile([1.0, -1.0], 9)[:17]) is None
    assert ratio_to_slope(F[:3], size[:3], slope[:3]) is None
    assert ratio_to_slope(F[:4], size[:4], slope[:4]) is not None
    assert ratio_to_slope(np.full(17, 10.0), size, slope) is None
    assert ratio_to_slope(F, size, np.zeros(17)) is None


def test_temperatures_that_may_be_kelvin_and_sensors_that_are_open():
    def usable(value, unit):
        return is_usable(SimpleNamespace(columns={"temperature": [SimpleNamespace(unit=unit)]}), value)

    for value, with_unit, without in (
        (25.0, True, True), (222.9, True, True), (223.0, True, False), (400.0, True, False), (400.1, True, True),
        (800.0, True, True), (800.1, False, False), (-273.15, True, True), (-273.2, False, False), (None, False, False),
    ):  # fmt: skip
        assert (usable(value, "C"), usable(value, "")) == (with_unit, without), value
    assert [is_temperature(v) for v in (-273.15, 800.0, 1467.0)] == [True, True, False]


def test_small_things_that_a_table_tells():
    assert [duration(np.array(t)) for t in ([3.0, 9.0], [3.0, 3.0], [9.0, 3.0])] == [6.0, None, None]
    assert duration(None) is None
    assert [is_direct(n) for n in ("<I>/mA", "Idc (A)", "DC current", "I/A", "Current")] == [
        True,
        True,
        True,
        False,
        False,
    ]
    table = SimpleNamespace(column=lambda q: np.array([0.1, -0.5, np.nan]) if q == "current" else None)
    found = pauses_of(table, np.array([0.0, 10.0, 0.0, 1.0]))
    assert (found.moving.tolist(), found.largest) == ([1, 3], 0.5)
    current = mean_current(np.array([0.0, 10.0, 10.0, 30.0]), np.array([9.0, 1.0, 2.0, -1.0]))
    assert current.tolist() == pytest.approx([0.0, 0.36, 0.0, -0.18])
