"""What is odd about the voltage of a half-cycle: each limit from both sides, on half-cycles made by hand."""

from __future__ import annotations

import numpy as np
import pytest

from eisfit.shorts.critical import _falls, _finding, _raised
from eisfit.shorts.half_cycles import HalfCycle
from eisfit.shorts.trace import _beside, _dropped, _fallen, _noisy, _suspicions, in_files, read_trace
from eisfit.shorts.values import (
    BY_BOTH,
    BY_IMPEDANCE,
    BY_VOLTAGE,
    DIPPED,
    SOUND,
    UNCHECKED,
    UNCLEAR,
    VOIDS,
    defaults,
)
from eisfit.spectrum import Cell, Conditions, Record, Series, Spectrum

F = np.array([100.0, 10.0, 1.0])


def half(k=0, *, eta=0.1, current=1e-3, **changed):
    """A quiet half-cycle of 1 mA and 0.1 V, an hour long, every two hours."""
    usual = {
        "begin_s": 7200.0 * k, "end_s": 7200.0 * k + 3600, "current_A": current, "eta": eta, "step": 0.0, "level": eta,
        "final": eta, "rise": 1.0, "noise": 1e-4, "rest_noise": 1e-5,
    }  # fmt: skip
    return HalfCycle(**(usual | changed))


def measured(*at):
    """Spectra (time in s, ohm)."""
    return Series([Spectrum(F, np.full(3, ohm + 0j), conditions=Conditions(time_s=t)) for t, ohm in at])


def test_a_fall_of_the_overpotential_counts_from_three_tenths_on():
    quiet, none = ([0, 1, 2], [0, 1, 2]), np.full(4, np.nan)
    for eta, said in ((0.07, "the overpotential fell by 30 %"), (0.0701, "")):
        found = _fallen([half(k) for k in range(3)] + [half(3, eta=eta)], none, 3, quiet, 0.3)
        assert found.get("fall", "") == said
    lower = [half(0), half(1, eta=0.05), half(2, eta=0.2), half(3, eta=0.071)]
    assert _fallen(lower, none, 3, ([0, 1, 2], [0, 1, 2]), 0.3) == {}
    assert _fallen(lower, none, 3, ([0, 1, 2], [2]), 0.28)  # 29 % below the lower one of both medians
    nothing = [half(k, eta=0.0) for k in range(4)]
    assert _fallen(nothing, none, 3, quiet, 0.3) == {}


def test_against_the_impedance_it_counts_where_kappa_is_below_eight_tenths():
    """kappa is the overpotential, or its end where that is higher, over current and resistance."""
    quiet = ([0, 1, 2], [0, 1, 2])
    for before, now, ohm, told in (
        (0.12, 0.079, 100.0, True), (0.12, 0.081, 100.0, False), (0.1, 0.0699, 100.0, True),
        (0.1, 0.0701, 100.0, False), (0.12, 0.06, 60.0, False),
    ):  # fmt: skip
        cycles = [half(k, eta=before) for k in range(3)] + [half(3, eta=now)]
        found = _fallen(cycles, np.array([100.0, 100, 100, ohm]), 3, quiet, 0.3)
        assert bool(found) == told, (before, now, ohm)
    assert found == {}
    ended = [half(k) for k in range(3)] + [half(3, eta=0.05, final=0.09)]
    assert _fallen(ended, np.full(4, 100.0), 3, quiet, 0.3) == {}
    some = _fallen(
        [half(k) for k in range(3)] + [half(3, eta=0.05)], np.array([np.nan, np.nan, np.nan, 100]), 3, quiet, 0.3
    )
    assert some == {"fall": "the overpotential fell by 50 %"}
    one = _fallen(
        [half(k) for k in range(3)] + [half(3, eta=0.05)], np.array([np.nan, 100, np.nan, 100]), 3, quiet, 0.3
    )
    assert one == {"fall": "the overpotential fell by 50 % against the impedance"}


def test_a_sudden_fall_is_a_fifth_of_the_level_and_six_times_the_noise():
    before = [half(k) for k in range(3)]
    assert _dropped(half(step=0.0201), before, 0.2) == {"dip": "the voltage dipped by 20.1 mV and came back"}
    assert _dropped(half(step=0.0199), before, 0.2) == {}
    assert _dropped(half(step=0.03, final=0.0899), before, 0.2) == {"step": "the voltage dropped suddenly by 30 mV"}
    assert list(_dropped(half(step=0.03, final=0.0901), before, 0.2)) == ["dip"]
    for noise, seen in ((4.99e-3, True), (5.01e-3, False)):
        assert bool(_dropped(half(step=0.03), [half(k, noise=noise) for k in range(3)], 0.2)) == seen
        assert bool(_dropped(half(step=0.03, rest_noise=noise), before, 0.2)) == seen
    assert _dropped(half(step=0.03, rest_noise=np.nan), before, 0.2)


def test_noise_counts_from_three_times_the_usual_on_and_a_fiftieth_of_the_voltage():
    before = [half(k, noise=1e-3) for k in range(3)]
    said = _noisy(half(noise=3.01e-3, rest_noise=0.0), before, 3.0)
    assert said == {"noise": "the voltage was 3 times noisier under current"}
    for noise, rest, eta, rise, seen in (
        (2.99e-3, 0.0, 0.1, 1.0, False), (4e-3, 0.0, 0.199, 1.0, True), (4e-3, 0.0, 0.201, 1.0, False),
        (8e-3, 4.01e-3, 0.1, 1.0, False), (8e-3, 3.99e-3, 0.1, 1.0, True), (8e-3, np.nan, 0.1, 1.0, True),
        (8e-3, 0.0, 0.1, 1.99, True), (8e-3, 0.0, 0.1, 2.0, False), (3.2e-3, 1.5e-3, 0.01, 1.0, False),
        (3.5e-3, 1.5e-3, 0.01, 1.0, True),
    ):  # fmt: skip
        found = _noisy(half(noise=noise, rest_noise=rest, eta=eta, rise=rise), before, 3.0)
        assert bool(found) == seen, (noise, rest, eta, rise)
    assert _noisy(half(noise=4e-9, rest_noise=0.0, eta=0.0), [half(noise=0.0)], 3.0)


def test_what_was_odd_is_nothing_to_compare_with():
    cycles = [half(k) for k in range(3)] + [half(k, eta=0.06) for k in (3, 4, 5)] + [half(6)]
    found = _suspicions(cycles, np.full(7, np.nan), defaults())
    assert [bool(said) for said in found] == [False] * 3 + [True] * 3 + [False]
    falling = [half(k, eta=eta) for k, eta in enumerate((0.2, 0.2, 0.2, 0.15, 0.15, 0.15, 0.13))]
    assert not any(_suspicions(falling, np.full(7, np.nan), defaults()))


def test_the_resistance_beside_a_half_cycle_is_that_of_the_spectra_within_three_lengths():
    cycles = [half(3)]  # 21600 to 25200 s
    for at, expected in (
        (((25200.0, 50.0),), 50.0), (((36000.0, 50.0),), 50.0), (((36001.0, 50.0),), np.nan),
        (((25199.0, 50.0),), np.nan),
        (((21600.0, 40.0), (25300.0, 50.0)), 40.0), (((10800.0, 40.0), (25300.0, 50.0)), 40.0),
        (((10799.0, 40.0), (25300.0, 50.0)), 50.0), (((21600.0, 60.0), (25300.0, 50.0)), 50.0),
        (((21600.0, 40.0),), np.nan), (((25300.0, 50.0), (21000.0, 30.0)), 30.0),
    ):  # fmt: skip
        np.testing.assert_equal(_beside(measured(*at), cycles), [expected], err_msg=str(at))
    assert _beside(measured((3.0, 50.0)), [half(begin_s=0.0, end_s=0.1)]).tolist() == [50.0]
    assert np.isnan(_beside(measured((3.2, 50.0)), [half(begin_s=0.0, end_s=0.1)])).all()
    assert _beside(measured((100.0, 30.0), (21500.0, 40.0), (25300.0, 50.0)), cycles).tolist() == [40.0]
    four = Spectrum(np.append(F, 0.1), np.array([9.0, 1, 2, 3]) + 0j, conditions=Conditions(time_s=25300.0))
    assert _beside(Series([four]), cycles).tolist() == [2.0]  # the lowest three
    unknown = measured((np.nan, 10.0), (25300.0, 50.0), (25200.0, 20.0))
    masked = [unknown[0], unknown[1], unknown[2].masked(F > 0, "test")]
    assert _beside(Series(masked), cycles).tolist() == [50.0]


def test_overpotentials_of_the_impedance_files_of_a_symmetric_cell():
    """kappa = |V / I| / R of three quiet spectra; after them a fall of 30 % to below 0.8."""

    def said(*kappas, kind="symmetric"):
        spectra = [
            Spectrum(F, np.full(3, 50 + 0j), conditions=Conditions(potential_V=-kappa * 0.05, current_A=1e-3))
            for kappa in kappas
        ]
        return [bool(text) for text in in_files(Series(spectra, cell=Cell(type=kind)), 0.3)]

    assert said(1, 1, 1, 0.69, 0.71, 0.69) == [False] * 3 + [True, False, True]
    assert said(1.2, 1.2, 1.2, 0.81, 0.79) == [False] * 4 + [True]
    assert said(1, 1, 1) == [False] * 3
    assert said(1, 1, 1, 0.5, kind="half") == [False] * 4
    assert said(0.6, 1, 1, 0.69) == [False, False, False, True]


def test_files_without_a_current_a_potential_or_a_point_tell_nothing():
    """The lowest three of four points are 2 ohm in the median; the others are 9 and 1."""
    f, z = np.array([1000.0, 100.0, 10.0, 1.0]), np.array([9.0, 1, 2, 3]) + 0j

    def of(volts, ampere=1.0, used=True):
        spectrum = Spectrum(f, z, conditions=Conditions(potential_V=volts, current_A=ampere))
        return spectrum if used else spectrum.masked(f > 0, "test")

    strange = [of(0.1, 0.0), of(np.nan), of(0.1, used=False), of(0.1, np.nan)]
    found = in_files(Series([*strange, of(2.0), of(2.0), of(2.0), of(0.5)], cell=Cell(type="symmetric")), 0.3)
    assert [bool(text) for text in found] == [False] * 7 + [True]
    assert found[7] == "the overpotential in its file fell by 75 % against the impedance"


def test_at_its_limit_a_fall_counts_and_kappa_does_not():
    """In powers of two: half of what was usual is a fall of 50 %; kappa at 0.8 is that of the impedance."""
    quiet = ([0, 1, 2], [0, 1, 2])
    cycles = [half(k, eta=0.125, current=1.0) for k in range(3)] + [half(3, eta=0.0625, current=1.0)]
    assert _fallen(cycles, np.full(4, np.nan), 3, quiet, 0.5) == {"fall": "the overpotential fell by 50 %"}
    assert _fallen(cycles, np.full(4, 0.125), 3, quiet, 0.5)
    high = [half(k, eta=1.6, current=1.0) for k in range(3)] + [half(3, eta=0.8, current=1.0)]
    assert _fallen(high, np.ones(4), 3, quiet, 0.5) == {}
    f = np.array([10.0, 1.0])
    for kappas, told in (((1.0, 1.0, 1.0, 0.5), True), ((1.6, 1.6, 1.6, 0.8), False)):
        spectra = [
            Spectrum(f, np.ones(2, complex), conditions=Conditions(potential_V=kappa, current_A=1.0))
            for kappa in kappas
        ]
        assert bool(in_files(Series(spectra, cell=Cell(type="symmetric")), 0.5)[3]) == told


def test_at_its_limit_a_sudden_fall_counts_and_so_does_noise():
    before = [half(k, noise=1e-6) for k in range(3)]
    assert list(_dropped(half(eta=1.0, step=0.25, final=0.9), before, 0.25)) == ["dip"]
    loud = [half(k, noise=0.125) for k in range(3)]
    for noise, rest, eta, seen in ((0.375, 0.0, 1.0, True), (0.5, 0.25, 1.0, True), (0.5, 0.26, 1.0, False)):
        assert bool(_noisy(half(noise=noise, rest_noise=rest, eta=eta), loud, 3.0)) == seen, noise
    assert not _noisy(half(noise=0.02, rest_noise=0.0, eta=1.0), before, 3.0)  # a fiftieth of the overpotential is none


def test_three_half_cycles_are_too_few():
    rows = np.arange(40)
    for count, told in ((3, False), (4, True)):
        half_cycle = np.repeat(np.arange(count), 40)
        under = np.tile(rows < 30, count)
        record = Record(
            60.0 * np.arange(40.0 * count), np.where(under, 0.1, 0.0), np.where(under, 1e-3, 0.0),
            np.zeros(40 * count), half_cycle,
        )  # fmt: skip
        series = Series(measured((1e5, 50.0)), record=record, cell=Cell(type="symmetric"))
        assert len(read_trace(series, defaults()).cycles) == (count if told else 0)


def test_a_ramp_rises_by_more_than_three_percent():
    def steps(*currents):
        return _raised([half(k, current=current) for k, current in enumerate(currents)])

    assert steps(1, -1.03, 1.04, -1.04) == [[0, 1], [2, 3]]
    assert steps(1, 2, 3, 2.92, 2.8, 4) == [[0], [1], [2, 3]]
    assert steps(3, 2.9, 1, 2, 3, 4) == [[2], [3], [4], [5]]
    assert steps(1, 2, 3, 1, 2) == [[0], [1], [2]]
    assert steps() == []


def test_by_how_much_a_step_falls_below_the_three_sound_ones_before_it():
    found = _falls(np.array([10.0, 8, 6, 4, 2, 1]), ["ok", "ok", "", "ok", "soft", "hard"])
    np.testing.assert_allclose(found, [np.nan, 0.2, 1 - 6 / 9, 0.5, 1 - 2 / 6, 1 - 1 / 6])


def test_what_voltage_and_impedance_come_to():
    nothing, fall, dip = frozenset(), frozenset({"fall"}), frozenset({"dip"})
    for odd, spectrum, diverged, finding in (
        (fall, "soft", False, BY_BOTH), (fall, "ok", True, BY_VOLTAGE), (fall, "", False, BY_VOLTAGE),
        (nothing, "hard", True, BY_IMPEDANCE), (dip, "soft", False, BY_IMPEDANCE), (dip, "ok", True, DIPPED),
        (nothing, "ok", True, VOIDS), (nothing, "suspect", False, UNCLEAR), (nothing, "ok", False, SOUND),
        (nothing, "", False, UNCHECKED), (nothing, "not judged", False, UNCHECKED),
        (dip | fall, "ok", False, BY_VOLTAGE),
    ):  # fmt: skip
        assert _finding(odd, spectrum, diverged) == finding, (odd, spectrum, diverged)
    assert _raised([half(0)]) == [[0]]
    assert pytest.approx(0.1) == half().eta
