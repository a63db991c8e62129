"""Times, charges and halves of a cell's record by hand: both sides of every limit."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest

from eisfit.readers._base import Content, Trace
from eisfit.readers.cell.absurd import absurd
from eisfit.readers.cell.clock import linked, origins, seconds
from eisfit.readers.cell.files import Found
from eisfit.readers.cell.record import (
    Piece,
    carried,
    charge_steps,
    compare_counter,
    directions,
    half_cycles,
    numbered,
    placed,
    with_passed,
    without_brief,
)
from eisfit.readers.cell.twins import covers, rank, redundant, same
from eisfit.spectrum import Conditions, Record, Source, Spectrum

F = np.array([100.0, 10.0, 1.0])


def spectrum(z=(5 - 1j, 6 - 2j, 7 - 3j), f=F):
    return Spectrum(np.asarray(f), np.asarray(z))


def trace(**changed):
    n = len(changed.get("time_s", np.arange(3.0)))
    usual = {
        "time_s": np.arange(float(n)), "potential_V": np.zeros(n), "current_A": np.ones(n), "dq_mAh": None,
        "counter_mAh": None, "temperature_C": None, "rest": False,
    }  # fmt: skip
    return Trace(**(usual | changed))


def piece(origin=0.0, **changed):
    return Piece(trace(**changed), origin, Source(path="a.mpt"))


def test_currents_below_a_thousandth_and_pulses_below_a_two_hundredth_make_no_half_cycle():
    dq = np.ones(6)
    assert half_cycles(np.array([1.0, 1, 0, -1, -1, 0]), dq).tolist() == [0, 0, 0, 1, 1, 1]
    assert half_cycles(np.array([0.0, 0, -1, -1, 1, 1]), dq).tolist() == [0, 0, 0, 0, 1, 1]
    assert half_cycles(np.array([1.0, 1, -0.00101, 1, 1, 1]), dq).tolist() == [0, 0, 1, 2, 2, 2]
    assert half_cycles(np.array([1.0, 1, -0.00099, 1, 1, 1]), dq).tolist() == [0] * 6
    for size, halves in ((0.0101, 3), (0.0099, 1)):
        pulse = np.array([1.0, 1.0, size, 1.0, 0.0, 0.0])  # of 2 mAh in the largest
        assert len(set(half_cycles(np.array([1.0, 1, -1, 1, 1, 1]), pulse).tolist())) == halves, size
    assert half_cycles(np.zeros(0), np.zeros(0)).size == 0
    assert numbered(np.array([1.0, 1, -1, 1])).tolist() == [0, 0, 1, 2]
    assert carried(np.array([0.0, 0, 1, 0, -1, 0])).tolist() == [1, 1, 1, 1, -1, -1]
    assert carried(np.zeros(3)).tolist() == [0, 0, 0]
    assert without_brief(np.array([1.0, -1, 1]), np.zeros(3)).tolist() == [1, -1, 1]


def test_charge_is_the_mean_current_times_the_step_before():
    """In mAh; a step that holds a spectrum, or goes back in time, is a gap."""
    steps = charge_steps(
        piece(time_s=np.array([0.0, 36, 72, 60, 96]), current_A=np.array([9.0, 1, 2, 3, 4])), np.array([80.0])
    )
    assert steps.tolist() == pytest.approx([0, 10, 20, 0, 0])
    moved = charge_steps(piece(origin=100.0, time_s=np.array([0.0, 36, 72]), current_A=np.ones(3)), np.array([136.0]))
    assert moved.tolist() == pytest.approx([0, 0, 10])
    told = charge_steps(piece(dq_mAh=np.array([1.0, 2, 3])), np.array([0.5]))
    assert told.tolist() == [1, 2, 3]


def test_the_counter_may_differ_by_a_fiftieth():
    for share, noted in ((0.019, False), (0.021, True)):
        counter = np.array([0.0, 10, 20, 30, 40]) * (1 + share)
        notes = compare_counter(piece(time_s=np.arange(5.0), counter_mAh=counter), np.full(5, 10.0))
        assert bool(notes) == noted, share
    assert (
        notes[0].sentence
        == "the sum of its charge differs by 0.63 mAh from (Q-Qo), which moved 30 mAh; the sum is used"
    )
    again = np.array([0.0, 10, 20, 0, 10])  # it starts anew
    assert not compare_counter(piece(time_s=np.arange(5.0), counter_mAh=again), np.full(5, 10.0))
    off = piece(time_s=np.arange(5.0), counter_mAh=np.arange(5.0), rest=True)
    assert not compare_counter(off, np.full(5, 10.0))
    assert not compare_counter(piece(time_s=np.zeros(1), counter_mAh=np.zeros(1)), np.zeros(1))
    assert not compare_counter(piece(time_s=np.arange(3.0), counter_mAh=np.zeros(3)), np.zeros(3))


def test_where_a_spectrum_stands_in_the_record():
    record = Record(
        np.arange(6.0), np.arange(6.0) / 10, np.ones(6), np.array([0.0, 1, 2, 1, 0, 0]), np.array([0, 0, 0, 1, 1, 2])
    )
    ways = directions(record)
    assert ways == ["charge", "discharge", None]
    found = placed(Conditions(), 2.5, record, ways)
    assert (found.potential_V, found.charge_mAh, found.cycle, found.direction) == (0.25, 1.5, 1, "charge")
    assert placed(Conditions(potential_V=3.0), 3.0, record, ways).potential_V == 3.0
    assert placed(Conditions(), 3.0, record, ways).direction == "discharge"
    assert placed(Conditions(), 5.5, record, ways).cycle == 2
    before = placed(Conditions(), -1.0, record, ways)
    assert (before.charge_mAh, before.cycle, before.direction) == (0.0, 1, "charge")
    dips = Record(np.arange(2.0), np.zeros(2), np.ones(2), np.array([7.0, 8.0]), np.zeros(2, int))
    assert placed(Conditions(), -1.0, dips, directions(dips)).charge_mAh == 0.0


def test_the_charge_that_passed_in_sweeps_counts_behind_them():
    record = Record(np.arange(5.0), np.zeros(5), np.ones(5), np.zeros(5), np.zeros(5, int))
    given = [Conditions(time_s=t, passed_mAh=q, charge_mAh=1.0) for t, q in ((3.0, 0.5), (1.0, 2.0), (4.0, 1e-5))]
    counted, added = with_passed([*given, Conditions(charge_mAh=9.0)], record)
    assert [c.charge_mAh for c in counted] == [3.0, 1.0, 3.5, 9.0]
    assert added.charge_mAh.tolist() == [0, 0, 2.0, 2.0, 2.5]
    alone = [Conditions(time_s=1.0, passed_mAh=1e-5, charge_mAh=1.0)]
    assert with_passed(alone, record) == (alone, record)


def content(start=None, span=(0.0, 10.0), spectra=(), traces=()):
    return Content(spectra=tuple(spectra), traces=tuple(traces), start=start, span=span)


def found(*names):
    return [Found(Path(name), name, name.removesuffix(".mpt"), None) for name in names]


def test_times_of_several_files_on_one_clock():
    one = datetime(2024, 3, 5, 10, 0, 0)
    at = seconds(one)
    assert at == 1709632800.0
    assert seconds(one.replace(tzinfo=UTC)) == at
    assert origins([content(one), content(one, None)], found("a", "b")) == ([at, None], [])
    mixed, notes = origins(
        [content(one), content(), content()], found("x_01_GCPL_C01.mpt", "x_02_PEIS_C01.mpt", "y.mpt")
    )
    assert mixed == [at, at, None]
    assert [note.path for note in notes] == ["x_02_PEIS_C01.mpt", "y.mpt"]
    assert "the start of the files it is linked with is taken" in notes[0].sentence
    assert "its times are not used" in notes[1].sentence
    for second, names, zero in (
        ((10.0, 20.0), ("a1", "a2"), 0.0), ((9.0, 20.0), ("a1", "a2"), None), ((10.0, 20.0), ("a2", "a1"), None),
        ((9.0, 20.0), ("x_01_CP_C01", "x_02_CP_C01"), 0.0), ((9.0, 20.0), ("x_01_CP_C01", "x_02_CP_C02"), None),
    ):  # fmt: skip
        known, notes = origins([content(), content(span=second)], found(*names))
        assert known == [zero, zero], (second, names)
        assert len(notes) == 1
    assert origins([content()], found("a")) == ([0.0], [])
    assert linked("cell_03_PEIS_C12") == ("cell", "C12")
    assert linked("cell_3_PEIS_C12") is None


def test_spectra_that_are_one_measurement_to_a_thousandth():
    z = np.array([5 - 1j, 6 - 2j, 7 - 3j])
    assert same(spectrum(z), spectrum(z * 1.00099))
    assert not same(spectrum(z), spectrum(z * 1.0011))
    assert same(spectrum(z), spectrum(z, F * 1.00099))
    assert not same(spectrum(z), spectrum(z, F * 1.002))
    assert not same(spectrum(z), spectrum(z[:2], F[:2]))
    one, other = content(spectra=[spectrum()]), content(spectra=[spectrum(), spectrum(z * 2)])
    cycling = content(traces=[trace()])
    assert covers(other, one)
    assert not covers(one, other)
    assert covers(cycling, cycling)
    assert not covers(one, cycling)
    assert not covers(one, content())
    assert redundant([one, other], [".mpr", ".txt"]) == {0: 1}
    assert redundant([one, one], [".txt", ".mpr"]) == {0: 1}
    assert redundant([one, one], [".csv", ".mpt"]) == {0: 1}
    assert redundant([None, one], [".mpr", ".mpt"]) == {0: 1}
    assert redundant([one, content(spectra=[spectrum(z * 2)])], [".mpr", ".mpt"]) == {}
    assert [rank(suffix) for suffix in (".mpr", ".mpt", ".txt", ".csv", ".dta")] == [0, 1, 2, 3, 1]


def test_numbers_that_cannot_be_measured():
    z = np.array([5 - 1j, 6 - 2j, 7 - 3j])
    for f, wrong in (
        ((1e18, 10, 1), ""),
        ((1.1e18, 10, 1), "1.1e+18 Hz"),
        ((10, 1, 1e-15), ""),
        ((10, 1, 0.9e-15), "9e-16 Hz"),
    ):
        told = absurd(spectrum(z, f))
        assert (told == "") == (wrong == ""), f
        assert wrong in told
    for value, wrong in ((1e40, ""), (1.1e40j, "1.1e+40 ohm"), (1e-25, ""), (0.9e-25, "9e-26 ohm"), (0.0, "")):
        told = absurd(spectrum([z[0], z[1], value]))
        assert (told == "") == (wrong == ""), value
        assert wrong in told
