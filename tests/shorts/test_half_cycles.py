"""Half-cycles of records made by hand: every number and both sides of every limit."""

from __future__ import annotations

import numpy as np
import pytest

from eisfit.shorts.half_cycles import _levels, _noise, _sudden_fall, flows, half_cycles, speaks
from eisfit.spectrum import Cell, Record, Series, Spectrum


def record(volts, current, half=None):
    n = len(volts)
    time, number = 10.0 * np.arange(n), np.zeros(n, int) if half is None else np.asarray(half)
    return Record(
        time,
        np.asarray(volts, float),
        np.asarray(current, float),
        np.zeros(n),
        number,
    )


def test_a_current_flows_above_a_thousandth_of_the_largest():
    current = [0.0, 1e-3, 1.001e-3, -0.5, np.nan, 1.0]
    assert flows(record(np.zeros(6), current)).tolist() == [False, False, True, True, False, True]
    assert not flows(record(np.zeros(3), np.zeros(3))).any()
    assert not flows(record(np.zeros(0), np.zeros(0))).any()
    assert flows(record(np.zeros(2), [1e-3, 2e-6])).tolist() == [True, True]


def test_a_voltage_is_an_overpotential_where_the_rest_has_none():
    f = np.array([10.0, 1.0])

    def of(kind, rest):
        own = record([1.0, 1.0, rest, rest, rest], [1, 1, 0, 0, 0])
        return speaks(Series([Spectrum(f, np.ones(2, complex))], record=own, cell=Cell(type=kind)))

    for kind, rest, expected in (
        (None, 0.0199, True), (None, 0.02, False), (None, 0.0201, False), (None, -0.0199, True), (None, np.nan, False),
        ("symmetric", 3.0, True), ("half", 0.0, False), ("full", 0.0, False), ("blocking", 0.0, False),
    ):  # fmt: skip
        assert of(kind, rest) == expected, (kind, rest)
    assert not speaks(Series([Spectrum(f, np.ones(2, complex))], cell=Cell(type="symmetric")))


def test_the_numbers_of_a_half_cycle():
    """40 rows: a peak at the start, 0.1 V, a fall to 0.06 V at row 30, then 10 rows of rest at 1 mV."""
    volts = np.full(40, 0.1)
    volts[0], volts[30:] = 0.5, 0.06
    rest = np.full(10, 1e-3)
    (found,) = half_cycles(record([*-volts, *rest], [*np.full(40, -2e-3), *np.zeros(10)]))
    assert (found.begin_s, found.end_s, found.current_A) == (0.0, 390.0, -2e-3)
    assert found.eta == pytest.approx(0.08)  # ten rows of either in the last half
    assert (found.step, found.level, found.final) == pytest.approx((0.04, 0.1, 0.06))
    assert found.rise == pytest.approx(0.6)
    assert (found.noise, found.rest_noise) == (0.0, 0.0)


def test_rows_that_a_half_cycle_and_a_rest_need():
    for under, rest, known in ((8, 5, True), (7, 5, False), (8, 4, True)):
        found = half_cycles(record(np.ones(under + rest), [1.0] * under + [0.0] * rest))
        assert len(found) == known
        if known:
            assert np.isnan(found[0].rest_noise) == (rest < 5)
    two = half_cycles(record(np.ones(20), np.ones(20), [0] * 10 + [1] * 10))
    assert [(c.begin_s, c.end_s) for c in two] == [(0.0, 90.0), (100.0, 190.0)]
    assert not half_cycles(record(np.full(20, np.nan), np.ones(20)))


def test_currents_that_are_held_are_half_cycles_of_their_own():
    """A step above 3 % of the larger one begins another; those held for eight rows have to be more than half of all."""
    rows = np.arange(20)
    for second, parts in ((1.03, 1), (1.032, 2), (0.971, 1), (0.969, 2), (-1.5, 2)):
        current = np.r_[np.ones(10), np.full(10, second)]
        assert len(_levels(current, rows)) == parts, second
    short = np.r_[np.ones(10), np.full(7, 2.0), np.full(8, 3.0)]
    assert [len(part) for part in _levels(short, np.arange(25))] == [10, 8]
    many = np.r_[np.ones(8), np.arange(2.0, 12.0), np.full(8, 30.0)]
    assert [len(part) for part in _levels(many, np.arange(26))] == [8, 8]
    most = np.r_[np.ones(8), np.arange(2.0, 18.0), np.full(8, 30.0)]
    assert [len(part) for part in _levels(most, np.arange(32))] == [32]
    assert _levels(np.ones(7), np.arange(7)) == []
    assert [len(part) for part in _levels(np.r_[np.ones(8), 2.0, 3.0, 4.0], np.arange(11))] == [11]
    steps = half_cycles(record(np.ones(26), [1.0] * 8 + [0.0] * 5 + [2.0] * 8 + [0.0] * 5))
    assert [c.current_A for c in steps] == [1.0, 2.0]
    assert [c.rest_noise for c in steps] == [0.0, 0.0]


def test_noise_is_that_of_second_differences_next_to_each_other_or_three_apart():
    """Second differences of 1, -2, 1 have 2.449 times the noise, their median |.| is 1 / 1.4826 of it."""
    fast = np.tile([0.0, 1.0], 10)
    assert _noise(fast) == pytest.approx(1.4826 * 2 / np.sqrt(6))
    slow = np.repeat([0.0, 1.0, 0.0, 1.0, 0.0, 1.0, 0.0], 3)
    assert _noise(slow) == pytest.approx(1.4826 * 2 / np.sqrt(6))
    assert _noise(slow[:8]) == pytest.approx(1.4826 * 0.5 / np.sqrt(6), abs=1.4826 / np.sqrt(6))
    assert _noise(np.arange(20.0)) == 0.0
    assert _noise(np.tile([0.0, 1.0, 0.0, 0.0], 2)) == pytest.approx(1.4826 * 1 / np.sqrt(6))


def test_a_sudden_fall_is_one_of_medians_of_three_rows():
    assert _sudden_fall(np.array([5.0, 5, 5, 2, 2, 2])) == (3.0, 5.0)
    assert _sudden_fall(np.array([5.0, 5, 5, 2, 2])) == (0.0, 5.0)
    assert _sudden_fall(np.array([1.0, 1, 1, 4, 4, 4])) == (0.0, 1.0)
    assert _sudden_fall(np.array([5.0, 5, 9, 5, 5, 5, 4, 4, 0, 4])) == (1.0, 5.0)
    assert _sudden_fall(np.zeros(0)) == (0.0, 0.0)
    assert _sudden_fall(np.array([9.0, 8, 7, 7, 7, 1, 1, 1])) == (6.0, 7.0)


def test_a_voltage_of_nothing_at_first_rose_by_nothing():
    (found,) = half_cycles(record([*np.zeros(20), *np.ones(20), 0.0], [*np.ones(40), 0.0]))
    assert (found.rise, found.final) == (1.0, 1.0)


def test_every_step_of_the_current_is_measured_by_its_own_size():
    """From 10 to 1 mA and on to 1.04: a step of 3.8 % of the larger of both, whatever was before."""
    current = np.r_[np.full(8, 10.0), np.ones(8), np.full(8, 1.04)]
    assert [len(part) for part in _levels(current, np.arange(24))] == [8, 8, 8]
    assert [len(part) for part in _levels(current[::-1], np.arange(24))] == [8, 8, 8]


def test_the_first_twentieth_of_a_half_cycle_may_fall():
    """Of 40 rows the first two: of three high ones one is left, and the median of three rows is low; of four two."""
    for high, fall in ((3, 0.0), (4, 0.4)):
        (found,) = half_cycles(record(np.where(np.arange(40) < high, 0.5, 0.1), np.ones(40)))
        assert found.step == pytest.approx(fall), high


def test_rows_without_a_current_within_a_half_cycle_are_no_rest():
    """One row before the last and four behind it: too few for the noise of the instrument."""
    current = np.r_[np.ones(10), 0.0, 1.0, np.zeros(4)]
    (found,) = half_cycles(record(np.ones(16), current))
    assert np.isnan(found.rest_noise)
    (longer,) = half_cycles(record(np.ones(17), np.r_[current, 0.0]))
    assert longer.rest_noise == 0.0


def test_the_halves_and_tenths_of_few_rows():
    """Of eight rows the first four, the last two, the last four; of thirty the last three."""
    (found,) = half_cycles(record([1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 8.0, 9.0], np.ones(8)))
    assert (found.rise, found.final, found.eta) == pytest.approx((8.5 / 2.5, 8.5, 7.0))
    (found,) = half_cycles(record(np.arange(30.0), np.ones(30)))
    assert (found.rise, found.final, found.eta) == pytest.approx((28 / 7, 28.0, 22.0))


def test_the_first_row_of_a_short_half_cycle_is_no_fall():
    """The first of eight may be a peak; of two that are high one is left, and the median of three is low."""
    for high, fall in ((2, 0.0), (3, 0.4)):
        (found,) = half_cycles(record(np.where(np.arange(8) < high, 0.5, 0.1), np.ones(8)))
        assert found.step == pytest.approx(fall), high


def test_noise_is_asked_three_rows_apart_from_nine_rows_on():
    """Three of 0 and three of 1 by turns: next to each other most second differences are 0, three apart all are 2."""
    slow = np.repeat([0.0, 1.0, 0.0], 3)
    assert _noise(slow) == pytest.approx(1.4826 * 2 / np.sqrt(6))
    assert _noise(slow[:8]) == pytest.approx(1.4826 / np.sqrt(6))


def test_the_rest_of_a_half_cycle_is_its_own_and_known():
    """Rows of another half-cycle, and rows without a potential, are none of it."""
    current = np.r_[np.ones(10), np.zeros(4), np.ones(10), np.zeros(6)]
    volts = np.where(np.arange(30) == 29, np.nan, 1.0)
    first, second = half_cycles(record(volts, current, [0] * 14 + [1] * 16))
    assert np.isnan(first.rest_noise)  # four rows
    assert second.rest_noise == 0.0  # five of six
