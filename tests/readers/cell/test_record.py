"""The cycling record and what spectra get from it."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from eisfit.readers import read
from eisfit.readers._base import Trace
from eisfit.readers.cell.record import (
    Piece,
    carried,
    charge_steps,
    compare_counter,
    directions,
    filled,
    half_cycles,
    merge,
    numbered,
    with_passed,
    without_brief,
)
from eisfit.spectrum import Conditions, Source


def piece(time, current, origin=0.0, **more) -> Piece:
    """A piece of record from lists."""
    trace = Trace(
        time_s=np.array(time, float),
        potential_V=np.full(len(time), 3.0),
        current_A=np.array(current, float),
        **{k: v if k == "rest" else np.array(v, float) for k, v in more.items()},
    )
    return Piece(trace, origin, Source(path="a"))


def test_charge_is_the_sum_over_pieces_in_the_order_of_time():
    late = piece([0, 10], [1, 1], origin=100, dq_mAh=[0, 2.0])
    early = piece([0, 10], [1, 1], dq_mAh=[0, 1.0])
    record = merge([late, early], np.empty(0))[0]
    assert record.time_s.tolist() == [0, 10, 100, 110]
    assert record.charge_mAh.tolist() == [0, 1, 1, 3]


def test_current_is_integrated_where_there_is_no_dq_but_not_across_a_spectrum():
    trace = piece([0, 36, 72, 1000, 1036], [0.1, 0.1, 0.1, 0.1, 0.1])
    assert merge([trace], np.empty(0))[0].charge_mAh[-1] == pytest.approx(0.1 * 1036 / 3.6)
    assert merge([trace], np.array([500.0]))[0].charge_mAh.tolist() == pytest.approx([0, 1, 2, 2, 3])


def test_rest_rows_alone_are_no_record():
    assert merge([piece([0, 1], [0, 0], rest=True)], np.empty(0)) == (None, [])
    assert len(merge([piece([0, 1], [0, 0], rest=True), piece([5, 6], [1, 1])], np.empty(0))[0]) == 4


def test_counter_that_disagrees_is_told_and_restarts_do_not_matter():
    good = piece([0, 1, 2, 3, 4], [1] * 5, dq_mAh=[0, 1, 1, 0, 1], counter_mAh=[0, 1, 2, 0, 1])
    assert merge([good], np.empty(0))[1] == []
    _, notes = merge([piece([0, 1, 2], [1] * 3, dq_mAh=[0, 1, 1], counter_mAh=[0, 1, 2.2])], np.empty(0))
    assert "differs by 0.2 mAh" in notes[0].sentence


def test_half_cycles_count_runs_of_one_sign():
    current = np.array([0, 0, 1, 1, 0, 0, 1, -1, -1, 0, 1.0])
    assert half_cycles(current, current).tolist() == [0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 2]


def test_pulses_and_leakage_are_no_half_cycles():
    current = np.array([1.0] * 400 + [-1.0] + [1.0] * 3 + [-1e-4] * 50 + [-1.0] * 400)
    numbers = half_cycles(current, current)
    assert numbers[403] == 0
    assert numbers.max() == 1


@given(st.lists(st.sampled_from([-1.0, 0.0, 1.0]), min_size=1, max_size=40))
def test_half_cycles_never_skip_a_number(signs):
    numbers = half_cycles(np.array(signs), np.array(signs))
    assert numbers[0] == 0
    assert set(np.diff(numbers)) <= {0, 1}


def test_spectra_get_time_charge_direction_and_cycle(folder, peis, gcpl):
    hour = 61
    series = read(
        folder(
            {
                "c_01_PEIS_C01.mpt": peis([0.0]),
                "c_02_GCPL_C01.mpt": gcpl(
                    [(100, 60.0, hour), (5000, -30.0, hour), (10000, 0.0, 5), (12000, 20.0, hour)]
                ),
                "c_03_PEIS_C01.mpt": peis([4000.0, 9000.0, 11000.0, 16000.0]),
            }
        )
    )
    assert series.column("charge_mAh").tolist() == pytest.approx([0, 60, 30, 30, 50])
    assert [s.conditions.direction for s in series] == ["charge", "charge", "discharge", "discharge", "charge"]
    assert [s.conditions.cycle for s in series] == [1, 1, 1, 1, 2]
    assert series.column("time_s").tolist() == [0, 4000, 9000, 11000, 16000]
    assert series.column("potential_V").tolist() == [3.5] * 5
    assert series.record.half_cycle[[0, -1]].tolist() == [0, 2]


def test_charge_during_spectra_is_told(folder, eclab, gcpl, grid, arc):
    names = ("freq/Hz", "Re(Z)/Ohm", "-Im(Z)/Ohm", "time/s", "<Ewe>/V", "<I>/mA", "(Q-Qo)/mA.h")
    rows = np.c_[grid, arc.real, -arc.imag, 9000 + np.arange(13), grid * 0, grid * 0, np.linspace(0, -5, 13)]
    twice = np.r_[rows, rows + np.array([0, 0, 0, 1000, 0, 0, 0])]
    series = read(folder({"a.mpt": eclab(names, twice), "b.mpt": gcpl([(0, 60.0, 61)])}))
    assert series.column("passed_mAh").tolist() == [-5.0, -5.0]
    assert series.column("charge_mAh") == pytest.approx([60, 55])  # each at the beginning of its sweep
    assert any("passed -10 mAh during its spectra" in note.sentence for note in series.notes)


def test_rows_of_a_record_behind_a_spectrum_have_its_charge(folder, eclab, gcpl, grid, arc):
    names = ("freq/Hz", "Re(Z)/Ohm", "-Im(Z)/Ohm", "time/s", "<Ewe>/V", "<I>/mA", "(Q-Qo)/mA.h")
    rows = np.c_[grid, arc.real, -arc.imag, 1800 + np.arange(13), grid * 0, grid * 0, np.linspace(0, 2, 13)]
    record = read(folder({"a.mpt": eclab(names, rows), "b.mpt": gcpl([(0, 60.0, 61)])})).record
    steps = np.diff(record.charge_mAh)
    assert steps[steps > 1.5].tolist() == pytest.approx([3.0])  # 1 mAh in a minute, and 2 mAh of the spectrum
    assert record.time_s[1:][steps > 1.5].tolist() == [1860.0]
    assert set(record.half_cycle) == {0}


def test_a_rest_belongs_to_the_run_before_it():
    for sign, found in (
        ([0, 0, 1, 0, -1, 0], [1, 1, 1, 1, -1, -1]), ([0, 0], [0, 0]), ([-1, 0, 1], [-1, -1, 1]), ([], []),
    ):  # fmt: skip
        assert carried(np.array(sign, float)).tolist() == found, sign
    assert numbered(np.array([1.0, 1, -1, -1, 1])).tolist() == [0, 0, 1, 1, 2]
    assert numbered(np.array([])).tolist() == []


def test_runs_of_little_charge_and_currents_next_to_nothing():
    """Half a percent of the largest run's charge, a thousandth of the largest current."""
    sign = np.array([1.0, 1, -1, 1])
    for charge, brief in ((0.0049, True), (0.0051, False)):
        found = without_brief(sign, np.array([0.5, 0.5, -charge, 0.9]))
        assert bool(found[2] == 0) is brief, charge
        assert found[[0, 1, 3]].tolist() == [1, 1, 1]
    assert without_brief(sign, np.zeros(4)).tolist() == sign.tolist()
    for current, runs in ((-0.9e-3, [0, 0]), (-1.1e-3, [0, 1])):
        assert half_cycles(np.array([1.0, current]), np.array([1.0, -1.0])).tolist() == runs, current


def test_the_charge_of_steps():
    """3.6 C are 1 mAh; a step that holds a spectrum, or goes back in time, is a gap."""
    own = piece([0, 36, 72, 36, 72], [9, 0.1, 0.2, 0.3, 0.4])
    assert charge_steps(own, np.empty(0)) == pytest.approx([0, 1, 2, 0, 4])
    for at, gap in ((36.0, 1), (36.1, 2), (71.9, 2), (72.0, 2), (0.0, 9)):
        steps = charge_steps(piece([0, 36, 72], [9, 0.1, 0.2]), np.array([at]))
        assert (steps == 0).nonzero()[0].tolist() == ([0, gap] if gap < 9 else [0]), at
    assert charge_steps(piece([0, 1], [1, 1], dq_mAh=[0, 7]), np.empty(0)).tolist() == [0, 7]


def test_a_counter_that_does_not_agree_to_two_hundredths():
    for moved, told in ((1.019, False), (1.021, True), (0.979, True)):
        own = piece([0, 1, 2], [1] * 3, dq_mAh=[0, 1, 1], counter_mAh=[5, 5 + moved, 5 + 2 * moved])
        assert bool(compare_counter(own, own.trace.dq_mAh)) is told, moved
    rest = piece([0, 1], [0, 0], dq_mAh=[0, 1], counter_mAh=[0, 9], rest=True)
    assert compare_counter(rest, rest.trace.dq_mAh) == []
    assert compare_counter(piece([0, 1], [1, 1]), np.ones(2)) == []
    only = piece([0], [1], dq_mAh=[1], counter_mAh=[9])
    assert compare_counter(only, only.trace.dq_mAh) == []


def test_the_place_of_spectra_in_a_record():
    """Charge and potential by the moment between two rows, the cycle of two half-cycles, counted from 1."""
    current = [1, 1, -1, -1, 1, 1]
    record, _ = merge([piece([0, 10, 20, 30, 40, 50], current, dq_mAh=[0, 2, -1, -1, 3, 3])], np.empty(0))
    assert directions(record) == ["charge", "discharge", "charge"]
    found = filled([Conditions()] * 5 + [Conditions(potential_V=9.0)], [None, -5.0, 5.0, 20.0, 45.0, 60.0], record)
    assert [c.charge_mAh for c in found] == [None, 0.0, 1.0, 1.0, 4.5, 6.0]
    assert [c.cycle for c in found] == [None, 1, 1, 1, 2, 2]
    assert [c.direction for c in found] == [None, "charge", "charge", "discharge", "charge", "charge"]
    assert [c.potential_V for c in found] == [None, 3.0, 3.0, 3.0, 3.0, 9.0]


def test_the_charge_of_sweeps_counts_for_what_comes_later():
    """What began before: 36 mC are none."""
    record, _ = merge([piece([0, 10, 20], [1, 1, 1], dq_mAh=[0, 0, 0])], np.empty(0))
    about = [
        Conditions(time_s=5.0, passed_mAh=2.0, charge_mAh=0.0),
        Conditions(time_s=15.0, passed_mAh=-0.5, charge_mAh=0.0),
        Conditions(time_s=15.0, charge_mAh=1.0),
        Conditions(charge_mAh=1.0),
    ]
    told, longer = with_passed(about, record)
    assert [c.charge_mAh for c in told] == [0.0, 2.0, 3.0, 1.0]
    assert longer.charge_mAh.tolist() == [0.0, 2.0, 1.5]
    for passed, counts in ((0.9e-5, False), (1.1e-5, True), (-1.1e-5, True)):
        _, other = with_passed([Conditions(time_s=5.0, passed_mAh=passed, charge_mAh=0.0)], record)
        assert bool(other.charge_mAh.any()) is counts, passed
