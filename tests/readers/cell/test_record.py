"""The cycling record and what spectra get from it."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from eisfit.readers import read
from eisfit.readers._base import Trace
from eisfit.readers.cell.record import Piece, half_cycles, merge
from eisfit.spectrum import Source


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
