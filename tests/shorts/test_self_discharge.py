"""What charge that never came back says of a leak: numbers of records made by hand, both sides of every limit."""

from __future__ import annotations

import numpy as np
import pytest

from eisfit.shorts.self_discharge import (
    Loss,
    _eaten,
    _halves,
    _late_slope,
    _proven,
    _said,
    _slope,
    discharges_at_rest,
    losses,
    missing_files,
    proven_resistance,
    read_losses,
    restarts,
)
from eisfit.shorts.values import defaults
from eisfit.spectrum import Cell, Conditions, Record, Series, Spectrum


def cycles(*charges, rows=20, volts=(3.0, 4.0)):
    """Half-cycles of an hour that pass so many mAh each, the voltage rising with charge and falling with discharge."""
    time, potential, current, charge, half = [], [], [], [], []
    passed = 0.0
    for k, own in enumerate(charges):
        x = np.linspace(0, 1, rows)
        time.append(4000.0 * k + 3600 * x)
        potential.append(volts[0] + (volts[1] - volts[0]) * (x if own > 0 else 1 - x))
        current.append(np.full(rows, own * 1e-3))
        charge.append(passed + own * x)
        half.append(np.full(rows, k))
        passed += own
    return Record(*(np.concatenate(part) for part in (time, potential, current, charge, half)))


def at_end(record, kind="full", time=None):
    f = np.array([100.0, 10.0, 1.0])
    when = float(record.time_s[-1]) if time is None else time
    return Series(
        [Spectrum(f, np.full(3, 5 - 1j), conditions=Conditions(time_s=when))], record=record, cell=Cell(type=kind)
    )


def test_what_every_cycle_but_the_first_lost():
    """Of 10 mAh 9 come back, over 7600 s: a leak of 1 mAh in that time, at a mean of 3.5 V."""
    found = losses(cycles(10, -8, 10, -9, 10, -9.5))
    assert [loss.share for loss in found] == pytest.approx([0.1, 0.05])
    assert [loss.leak_A for loss in found] == pytest.approx([3.6 / 7600, 1.8 / 7600])
    assert [loss.volts for loss in found] == pytest.approx([3.5, 3.5])
    assert [loss.back_mAh for loss in found] == pytest.approx([9, 9.5])
    assert [loss.end_s for loss in found] == [15600, 23600]
    begun_empty = losses(cycles(-10, 10, -8, 10, -9))
    assert [loss.share for loss in begun_empty] == pytest.approx([0.2, 0.1])
    assert losses(cycles(10, -9)) == []
    small = losses(cycles(0.10, -0.08, 0.10, -0.09, 0.10, -0.095))
    assert [loss.share for loss in small] == pytest.approx([0.1, 0.05])


def test_a_half_cycle_of_half_the_usual_charge_is_none_of_a_full_cycle():
    """A charge of 4.5 of the usual 9 mAh is left out, one of 4.51 is not: then its discharge is that of a cycle."""
    for size, count in ((4.5, 2), (4.51, 3)):
        assert len(losses(cycles(10, -9, 10, -9, size, -9, 10, -9))) == count


def test_where_the_potential_starts_anew():
    """By more than six tenths of its range against its direction, or of 50 mV where that is more; in ten rows."""

    def anew(volts, rows=12):
        own = Record(np.arange(12.0), volts, np.ones(12), np.arange(12.0), np.zeros(12, int))
        return restarts(own, np.arange(rows)).tolist()

    for fall, where in ((0.61, [6]), (0.59, [])):  # of 1 V in all
        volts = 10 + np.r_[np.linspace(0, 1, 6), np.linspace(1 - fall, 1, 6)]
        assert anew(volts) == anew(-volts) == where, fall
        assert anew(volts[::-1]) == where, fall
    for fall, where in ((0.029, []), (0.031, [6])):  # within 40 mV in all
        assert anew(np.r_[np.linspace(0, 0.035, 6), np.linspace(0.035 - fall, 0.02, 6)]) == where, fall
    flat = np.r_[np.zeros(5), np.full(3, 1.0), np.full(4, 0.5)]  # half of its range, and most rows stay where they are
    assert anew(flat) == []
    assert anew(np.where(flat == 0.5, 0.39, flat)) == [8]
    jump = np.r_[np.linspace(0, 1, 6), np.linspace(0, 1, 6)]
    assert (anew(jump, 10), anew(jump, 9)) == ([6], [])


def lost(share, back=9.0, leak=1e-4, volts=3.5, end=0.0):
    return Loss(end, share, leak, volts, back)


def test_charge_was_eaten_where_the_capacity_falls_by_half_of_it():
    """Of 10 mAh one is lost in every cycle: a capacity that falls by more than 0.5 mAh a cycle was eaten."""
    for fall, eaten in ((0.49, False), (0.51, True), (-1.0, False)):
        backs = [9.0 - fall * k for k in range(4)]
        assert _eaten([lost(1 / (back + 1), back) for back in backs]) == eaten, fall
    for fall, eaten in ((1.9, False), (2.1, True)):  # of 4 mAh a cycle two are a half
        backs = [36.0 - fall * k for k in range(4)]
        assert _eaten([lost(4 / (back + 4), back) for back in backs]) == eaten, fall
    assert not _eaten([lost(0.1, 9.0), lost(0.1, 1.0)])
    assert _eaten([lost(0.1, 9.0), lost(0.1, 8.0), lost(0.1, 7.0)])


def test_what_is_said_of_what_was_lost():
    text = _said([lost(0.10, 9.0, 1.0e-4), lost(0.12, 8.8, 1.2e-4), lost(0.11, 8.9, 1.1e-4)], 0.07)
    assert text == (
        "11 % of the charge never came back over 3 cycles, the ends of charge and discharge slip by 1.1 mAh a cycle "
        "and the capacity stays: a leak would take 0.11 +- 0.007 mA, R_short = 31800 ohm (28200 to 135000), the upper "
        "end with the 7 % that a cell may lose otherwise"
    )
    one = _said([lost(0.10)], 0.07)
    assert "+- nan mA, R_short = 35000 ohm, the upper end" in one
    two = _said([lost(0.10), lost(0.10)], 0.07)
    assert "the capacity stays" not in two
    assert "(35000 to 117000)" in two
    assert "to infinity)" in _said([lost(0.08, leak=1e-4), lost(0.08, leak=3e-4)], 0.07)


def test_two_cycles_beside_each_other_have_to_lose_seven_percent():
    for charges, speaks in (
        ((10, -9, 10, -9, 10, -9), True), ((10, -9, 10, -9, 10, -9, 10, -9, 10, -9), True),
        ((10, -9, 10, -9.29, 10, -9.29), True),
        ((10, -9, 10, -9.31, 10, -9.31), False), ((10, -9, 10, -9, 10, -9.9), False),
        ((10, -9, 10, -9, 10, -9.9, 10, -9), False),
    ):  # fmt: skip
        assert bool(read_losses(at_end(cycles(*charges)), defaults())[0]) == speaks, charges
    record = cycles(10, -9, 10, -9, 10, -9)
    for time, told in ((15600.0, True), (15599.0, False), (np.nan, False)):
        assert bool(read_losses(at_end(record, time=time), defaults())[0]) == told
    for kind in ("symmetric", "blocking"):
        assert read_losses(at_end(record, kind), defaults()) == ("",)


def rested(slope, *, level=0.5, rows=40, under=40):
    """An hour of 1 mA at 0.1 V/h, then rows of a minute at rest at a potential that falls by `slope` V/s."""
    t = np.r_[np.linspace(-3600, 0, under), 60.0 * np.arange(1, rows + 1)]
    v = np.r_[np.linspace(level - 0.1, level, under), level - slope * 60.0 * np.arange(1, rows + 1)]
    i = np.where(t <= 0, 1e-3, 0.0)
    return Record(t, v, i, np.r_[np.linspace(0, 1, under), np.ones(rows)], np.zeros(under + rows, int))


def test_a_rest_proves_a_leak_above_its_volts_over_capacity_times_slope():
    """1 mAh over 0.1 V is 36 F: 1e-7 V/s are 3.6 uA at most, of 0.5 V less what it fell."""
    proven = proven_resistance(at_end(rested(1e-7)))[0]
    assert proven == pytest.approx((0.5 - 1e-7 * 60 * 34) / (36 * 1e-7), rel=1e-6)
    assert np.isnan(proven_resistance(at_end(rested(0.0)))[0])
    for level, known in ((0.0501, True), (0.0499, False)):
        assert np.isfinite(proven_resistance(at_end(rested(1e-10, level=level)))[0]) == known
    for rows, known in ((9, True), (8, False)):
        assert np.isfinite(proven_resistance(at_end(rested(1e-7, rows=rows)))[0]) == known
    record = rested(1e-7)
    for kind in ("symmetric", "blocking"):
        assert np.isnan(proven_resistance(at_end(record, kind))).all()
    assert np.isnan(proven_resistance(at_end(record).with_(record=None))).all()
    longer = proven_resistance(at_end(rested(1e-7, rows=42)))[0]  # of which the last 14 count
    assert longer == pytest.approx((0.5 - 1e-7 * 60 * 35.5) / (36 * 1e-7), rel=1e-6)
    assert np.isnan(proven_resistance(at_end(record, time=-1.0))[0])
    assert _proven(record, np.arange(40), np.arange(40, 80)) == proven


def test_a_slope_counts_above_three_of_its_errors():
    t, last = np.arange(30.0), np.arange(20.0, 30.0)
    wave = np.tile([1.0, -1.0], 5)
    wave -= np.polyval(np.polyfit(last, wave, 1), last)
    error = np.sqrt((wave**2).sum() / 8 / ((last - last.mean()) ** 2).sum())
    for times, seen in ((3.01, True), (2.99, False)):
        volts = 5 + np.r_[np.zeros(20), wave + times * error * (last - 20)]
        record = Record(t, volts, np.zeros(30), np.zeros(30), np.zeros(30, int))
        assert _late_slope(record, np.arange(30)) == pytest.approx(times * error * seen)
    late = np.r_[np.full(6, 9.0), 5.0, 4.9, 4.8]  # the last three of nine rows
    nine = Record(np.arange(9.0), late, np.zeros(9), np.zeros(9), np.zeros(9, int))
    assert _late_slope(nine, np.arange(9)) == pytest.approx(-0.1)
    for times, seen in ((3.1, True), (2.9, False)):  # three rows leave one degree of freedom: sqrt(6 / 1 / 2)
        three = np.array([1.0, -2.0, 1.0]) + times * np.sqrt(3) * np.arange(3.0)
        record = Record(np.arange(3.0), 50 + three, np.zeros(3), np.zeros(3), np.zeros(3, int))
        assert _late_slope(record, np.arange(3)) == pytest.approx(times * np.sqrt(3) * seen)
    assert _slope(t, 3 * t + 1) == pytest.approx(3)
    assert np.isnan(_slope(np.ones(3), np.arange(3.0)))


def test_before_which_hours_a_file_is_missing():
    """Three half-cycles of one sign in which the potential starts anew, at 1.5 h of each; at most three are named."""

    def broken(count):
        time, volts, half = [], [], []
        for k in range(count):
            time.append(36000.0 * k + np.r_[np.linspace(0, 3600, 10), np.linspace(5400, 9000, 10)])
            volts.append(np.r_[np.linspace(3, 4, 10), np.linspace(3, 4, 10)])
            half.append(np.full(20, k))
        t = np.concatenate(time)
        return Record(t, np.concatenate(volts), np.ones(t.size), t / 3600, np.concatenate(half))

    (said,) = missing_files(at_end(broken(2)))
    assert said.startswith("A cycling file seems to be missing before 1.5 h, 11.5 h: the potential starts anew")
    assert "before 1.5 h, 11.5 h, 21.5 h: " in missing_files(at_end(broken(3)))[0]
    assert "before 1.5 h, 11.5 h, 21.5 h and more: " in missing_files(at_end(broken(4)))[0]
    assert missing_files(at_end(broken(1), "symmetric")) == ()
    assert missing_files(at_end(cycles(10, -9))) == ()


def test_the_slope_of_three_rows_within_a_second():
    """A straight line has no error; with times that are all the same there is no slope."""
    for times in (np.array([0.0, 0.4, 0.8]), np.array([0.0, 100.0, 200.0])):
        record = Record(times, 5 - 1e-3 * times, np.zeros(3), np.zeros(3), np.zeros(3, int))
        assert _late_slope(record, np.arange(3)) == pytest.approx(-1e-3), times
    same = Record(np.ones(3), np.array([5.0, 4.0, 3.0]), np.zeros(3), np.zeros(3), np.zeros(3, int))
    assert _late_slope(same, np.arange(3)) == 0.0


def test_a_cycle_that_lost_everything_says_nothing_of_the_slip():
    rest = [lost(0.10, 9.0), lost(0.10, 9.0), lost(1.0, 0.0)]
    assert "slip by 1 mAh a cycle" in _said(rest, 0.07)
    assert not _eaten([*rest, lost(1.0, 0.0)])


def test_charge_goes_in_where_the_voltage_rises_from_the_first_row_to_the_last():
    """1 mAh over 3.5, 3.9, 3.1, 3.9 V and so on: only first and last count; half-cycles of two rows count nothing."""
    for volts, sign in (
        ([3.5, 3.9, 3.2, 3.5], 1), ([3.5, 3.1, 3.2, 3.8], 1),
        ([3.5, 3.9, 3.0, 3.8], 1), ([3.5, 3.9, 3.9, 3.8], 1), ([3.5, 3.1, 3.2, 3.4], -1), ([3.5, 3.1, 3.9, 3.4], -1),
        ([-3.5, -3.9, -3.0, -3.8], 1),
    ):  # fmt: skip
        t = np.arange(4.0)
        (half,) = _halves(Record(t, np.array(volts), np.ones(4), t / 3, np.zeros(4, int)))
        assert half.charge_mAh == pytest.approx(sign), volts
        assert (half.begin_s, half.end_s, half.volts) == (0.0, 3.0, pytest.approx(np.abs(volts).mean()))
    for rows, count in ((3, 1), (2, 0)):
        t = np.arange(float(rows))
        assert len(_halves(Record(t, 3 + t, np.ones(rows), t, np.zeros(rows, int)))) == count


def rests(behind_charge, behind_discharge, level=3.0, rows=30):
    """Half-cycles of 1 mAh over 1 V in 20 rows, each with a rest of a row a minute at a slope in V/s behind it."""
    time, volts, current, charge, half = [], [], [], [], []
    begin, passed = 0.0, 0.0
    for k, (sign, slope) in enumerate(
        (sign, slope)
        for pair in zip(behind_charge, behind_discharge, strict=True)
        for sign, slope in zip((1, -1), pair, strict=True)
    ):
        if slope is None:
            continue
        x, rest = np.linspace(0, 1, 20), 60.0 * np.arange(1, rows + 1)
        end = level + 1 if sign > 0 else level
        time += [begin + 3600 * x, begin + 3600 + rest]
        volts += [end - sign * (1 - x), end + slope * rest]
        current += [np.full(20, sign * 1e-3), np.zeros(rows)]
        charge += [passed + sign * x, np.full(rows, passed + sign)]
        half += [np.full(20 + rows, k)]
        begin, passed = begin + 3600 + rest[-1] + 60, passed + sign
    return Record(*(np.concatenate(part) for part in (time, volts, current, charge, half)))


def test_what_the_potential_at_rest_says_once_relaxation_is_taken_off():
    """Behind discharges it falls by 1 uV/s, behind charges by 3: 2 uV/s are the leak's, of 1 mAh/V = 3.6 F at 3 V."""
    (said,) = discharges_at_rest(at_end(rests([-3e-6] * 2, [-1e-6] * 2)))
    assert said.startswith("At rest behind a discharge, where relaxation lifts it, the potential falls by 3.6 mV/h: ")
    assert said.endswith(" by a leak or by a reaction, R_short about 420 kΩ.")
    (alone,) = discharges_at_rest(at_end(rests([None] * 2, [-1e-6] * 2)))
    assert "R_short about 830 kΩ" in alone
    (low,) = discharges_at_rest(at_end(rests([None] * 2, [-1e-8] * 2, level=0.02)))
    assert "R_short" not in low
    for charge, discharge in (
        ([-3e-6], [-1e-6]),  # one rest behind a discharge
        ([-3e-6] * 2, [-1e-6, 1e-6]),
        ([-3e-6] * 2, [-1e-6, 0.0]),
    ):
        assert discharges_at_rest(at_end(rests(charge, discharge))) == (), discharge
    assert discharges_at_rest(at_end(rests([-3e-6] * 2, [-1e-6] * 2), "symmetric")) == ()
    for rows, told in ((9, True), (8, False)):
        assert bool(discharges_at_rest(at_end(rests([-3e-6] * 2, [-1e-6] * 2, rows=rows)))) == told


def test_the_capacity_is_that_of_the_end_of_the_half_cycle_before_a_rest():
    """V = 3 + x^2 while 1 mAh goes in: over the last five of 40 rows, the last tenth of 80; that before is flat."""
    for rows, tail in ((40, 5), (80, 8)):
        x, rest = np.linspace(0, 1, rows), 60.0 * np.arange(1, 31)
        t = np.r_[100.0 * x, 101 + 3600 * x, 4000 + rest]
        v = np.r_[3 + 0 * x, 3 + x**2, 4 - 1e-6 * rest]
        q = np.r_[x, 1 + x, np.full(30, 2.0)]
        record = Record(t, v, np.r_[np.ones(2 * rows), np.zeros(30)], q, np.repeat([0, 1, 1], [rows, rows, 30]))
        farad = 3.6 * (1 - x[-tail]) / (1 - x[-tail] ** 2)
        assert proven_resistance(at_end(record))[0] == pytest.approx((4 - 1e-6 * 60 * 25.5) / (farad * 1e-6), rel=1e-6)
        flat = Record(t, np.where(t < 4000, 4.0, v), record.current_A, q, record.half_cycle)
        assert np.isnan(proven_resistance(at_end(flat))[0])


def test_rows_without_a_current_or_a_potential_are_none_of_a_half_cycle():
    t = np.arange(10.0)
    volts, current = 3 + t / 10, np.where(t < 7, 1.0, 0.0)
    volts[0] = np.nan
    (half,) = _halves(Record(t, volts, current, t, np.zeros(10, int)))
    assert (half.begin_s, half.end_s, half.charge_mAh) == (1.0, 6.0, 5.0)


def test_a_half_cycle_is_a_charge_by_its_first_and_last_row():
    """Whatever the rows between, and whatever the half-cycles before; the record begins with a discharge."""
    record = rests([None, *[-3e-6] * 2], [-1e-6] * 3)
    volts = record.potential_V.copy()
    begins = np.flatnonzero(np.diff(record.half_cycle, prepend=-1))
    volts[begins + 1], volts[begins + 18] = 5.0, 1.0
    odd = Record(record.time_s, volts, record.current_A, record.charge_mAh, record.half_cycle)
    (plain,), (said,) = discharges_at_rest(at_end(record)), discharges_at_rest(at_end(odd))
    assert said == plain
    assert "R_short about 420 kΩ" in said
