"""What the voltage says of a short."""

from __future__ import annotations

import numpy as np
import pytest

from eisfit.shorts import detect_shorts
from eisfit.shorts.critical import critical_current, told
from eisfit.shorts.half_cycles import half_cycles
from eisfit.shorts.self_discharge import discharges_at_rest, losses, missing_files, proven_resistance, read_losses
from eisfit.shorts.trace import before_each, read_trace
from eisfit.shorts.values import defaults
from eisfit.spectrum import Cell, Conditions, Record, Series, Spectrum

CURRENT = 3e-4
ROWS = 60


def make_record(ohms, *, noise=3e-5, steps=(), seed=0, emf=0.0):
    """Half-cycles of an hour at +-CURRENT through the given resistances, 600 s of rest behind each."""
    rng = np.random.default_rng(seed)
    time, volts, current, half = [], [], [], []
    for k, ohm in enumerate(ohms):
        sign = 1 - 2 * (k % 2)
        under = sign * CURRENT * np.full(ROWS, float(ohm))
        if k in steps:
            under[ROWS // 2 :] *= 0.5
        rest = np.zeros(10)
        t = np.concatenate([np.linspace(0, 3600, ROWS), np.linspace(3660, 4200, 10)])
        time.append(4300 * k + t)
        volts.append(emf + np.concatenate([under, rest]) + noise * rng.standard_normal(ROWS + 10))
        current.append(np.concatenate([np.full(ROWS, sign * CURRENT), rest]))
        half.append(np.full(ROWS + 10, k))
    t, v, i, h = (np.concatenate(x) for x in (time, volts, current, half))
    charge = np.concatenate([[0.0], np.cumsum(i[1:] * np.diff(t)) / 3.6])
    return Record(t, v, i, charge, h)


def after_each(n, record, cell=None, ohms=None):
    f = np.logspace(5, 0, 30)
    faces = [40.0] * n if ohms is None else [ohm - 20.0 for ohm in ohms]
    spectra = [
        Spectrum(f, 20 + face / (1 + 1j * f / 100), conditions=Conditions(time_s=4300.0 * k + 4250))
        for k, face in enumerate(faces)
    ]
    return Series(spectra, record=record, cell=cell)


def said(record, n=8, cell=None, ohms=None):
    return read_trace(after_each(n, record, cell, ohms), defaults()).says


def test_a_steady_overpotential_says_nothing():
    assert said(make_record([60] * 8)) == ("",) * 8


def test_a_falling_overpotential_speaks():
    texts = said(make_record([60, 60, 60, 60, 60, 25, 20, 20]))
    assert texts[:5] == ("",) * 5
    assert all("overpotential fell" in text for text in texts[5:])
    assert "58 %" in texts[5]


def test_a_sudden_fall_speaks():
    texts = said(make_record([60, 60, 60, 60, 62, 62], steps=(4,)), n=6)
    assert "dropped suddenly by 9." in texts[4]
    assert texts[5] == ""


def test_a_vibrating_voltage_speaks():
    quiet = make_record([60] * 6)
    loud = make_record([60] * 6, noise=2e-3, seed=1)
    flowing = np.abs(quiet.current_A) > 0
    mixed = np.where((quiet.half_cycle == 4) & flowing, loud.potential_V, quiet.potential_V)
    record = Record(quiet.time_s, mixed, quiet.current_A, quiet.charge_mAh, quiet.half_cycle)
    assert "noisier" in said(record, 6)[4]


def test_noise_that_the_rest_has_as_well_is_picked_up_and_no_short():
    quiet, loud = make_record([60] * 8), make_record([60] * 8, noise=2e-3, seed=1)
    mixed = np.where(quiet.half_cycle >= 4, loud.potential_V, quiet.potential_V)
    assert said(Record(quiet.time_s, mixed, quiet.current_A, quiet.charge_mAh, quiet.half_cycle)) == ("",) * 8


FORMING = [200, 170, 140, 110, 85, 65, 50, 40]


def test_a_resistance_that_the_impedance_shows_as_well_is_no_short_of_the_voltage():
    assert said(make_record(FORMING), ohms=FORMING) == ("",) * 8
    healed = [60, 62, 64, 150, 190, 60, 61, 60]
    assert said(make_record(healed), ohms=[60, 62, 64, 70, 75, 60, 61, 60]) == ("",) * 8


def test_a_leak_under_current_is_seen_over_a_growing_interface():
    grown = [60, 66, 72, 80, 90, 100, 112, 124]
    texts = said(make_record([*grown[:5], 50, 56, 62]), ohms=grown)
    assert texts[:5] == ("",) * 5
    assert all("% against the impedance" in text for text in texts[5:])


def test_a_nucleation_peak_is_no_sudden_fall():
    record = make_record([60] * 8)
    begins = np.r_[True, np.diff(record.half_cycle) > 0]
    peaks = record.potential_V * np.where(begins, 2.5, 1.0)
    assert said(Record(record.time_s, peaks, record.current_A, record.charge_mAh, record.half_cycle)) == ("",) * 8


@pytest.mark.parametrize("kind", ["half", "full"])
def test_under_an_emf_the_voltage_is_no_overpotential(kind):
    assert said(make_record([60, 60, 60, 60, 10, 10]), 6, Cell(type=kind)) == ("",) * 6
    assert said(make_record([60, 60, 60, 60, 10, 10], emf=0.6), 6) == ("",) * 6


def test_without_a_record_or_with_few_half_cycles_nothing_is_said():
    assert read_trace(after_each(3, None), defaults()).says == ("",) * 3
    assert said(make_record([60, 20, 20]), 3) == ("",) * 3


def ramp(shorted_from=None):
    """Ten half-cycles, 0.1 mA more every second one; from some half-cycle on the cell leaks."""
    record = make_record([60.0] * 10)
    scale = (1 + record.half_cycle // 2) / 3
    ohms = np.where(record.half_cycle >= (shorted_from or 99), 20 / 60, 1.0)
    return Record(
        record.time_s, record.potential_V * scale * ohms, record.current_A * scale, record.charge_mAh, record.half_cycle
    )


def critical(series, level=None):
    ramp = critical_current(series, read_trace(series, defaults()), level or ("ok",) * len(series), 0.3)
    return () if ramp is None else told(ramp)


def test_a_ramp_gives_the_critical_current():
    cell = Cell(type="symmetric", area_cm2=0.5)
    series = after_each(10, ramp(6), cell)
    well = "0.3 mA (0.6 mA/cm2) showed none; the next step was 0.5 mA (1 mA/cm2)."
    at = "The current is a ramp: at 0.4 mA (0.8 mA/cm2)"
    assert critical(series) == (f"{at} the voltage alone speaks of a short, {well}",)
    both = ("ok",) * 6 + ("soft",) * 4
    assert critical(series, both) == (f"{at} voltage and impedance speak of a short, {well}",)
    sound = after_each(10, ramp(), Cell(type="symmetric"))
    assert "the impedance alone speaks" in critical(sound, both)[0]
    assert "up to 0.5 mA voltage and impedance show no short" in critical(sound)[0]
    assert critical(after_each(8, make_record([60] * 8))) == ()


def test_a_voltage_that_diverges_on_a_ramp_is_told_from_a_short():
    record = ramp()
    within = np.concatenate([np.linspace(0, 1, ROWS), np.zeros(10)])
    open_ = np.where(record.half_cycle == 9, 1 + 8 * np.tile(within, 10) ** 4, 1.0)
    apart = Record(record.time_s, record.potential_V * open_, record.current_A, record.charge_mAh, record.half_cycle)
    found = critical(after_each(10, apart, Cell(type="symmetric")))
    assert "show no short" in found[0]
    assert "diverged: contact was lost (voids)" in found[1]


def test_the_resistance_of_a_half_cycle():
    found = half_cycles(make_record([60, 50]))
    assert [c.eta / abs(c.current_A) for c in found] == pytest.approx([60, 50], rel=0.01)
    assert found[0].end_s == 3600


def test_the_voltage_alone_makes_a_spectrum_suspect():
    found = detect_shorts(after_each(6, make_record([60, 60, 60, 60, 20, 20])))
    assert found.level == ("ok",) * 4 + ("suspect",) * 2
    assert "the impedance shows no leak, the voltage does" in found.reasons[4]


def test_a_long_rest_at_potential_excludes_a_leak():
    slope = 1e-8
    rest = np.arange(0, 7200, 60.0)
    flow = np.arange(-3600, 0, 60.0)
    t = np.concatenate([flow, rest])
    v = np.concatenate([0.8 + 0.2 * flow / 3600, 0.8 - slope * rest])
    i = np.where(t < 0, CURRENT, 0.0)
    charge = np.interp(t, [-3600, 0], [0, CURRENT * 1e3])
    record = Record(t, v, i, charge, np.zeros(len(t), np.int64))
    f = np.logspace(5, 0, 30)
    spectrum = Spectrum(f, 20 + 40 / (1 + 1j * f / 100), conditions=Conditions(time_s=7300.0))
    proven = proven_resistance(Series([spectrum], record=record, cell=Cell(type="half")))[0]
    capacity = CURRENT * 3600 / 0.2
    assert proven == pytest.approx(0.8 / (capacity * slope), rel=0.05)
    assert np.isnan(proven_resistance(Series([spectrum], record=record, cell=Cell(type="symmetric")))[0])


def cycled(efficiency, *, leak=0.0, n=6, discharge_first=False, seed=0, sign=1):
    """A cell with an EMF between 3 and 4 V, C/5; a leak takes a share of the cycling current all the time."""
    rng = np.random.default_rng(seed)
    ampere, rows = 1e-3, 80
    time, volts, current, half = [0.0], [3.5], [0.0], [0]
    for k in range(2 * n):
        up = (k % 2 == 0) != discharge_first
        lost = 1 - efficiency if up else 0.0
        hours = 5 / (1 - leak - lost) if up else 5 / (1 + leak)
        t = np.linspace(0, hours * 3600, rows)
        x = t / t[-1] if up else 1 - t / t[-1]
        time.extend(time[-1] + 10 + t)
        volts.extend(3 + x + 1e-3 * rng.standard_normal(rows))
        current.extend(np.full(rows, sign * (ampere if up else -ampere)))
        half.extend([k] * rows)
    t, i = np.array(time), np.array(current)
    charge = np.r_[0.0, np.cumsum(i[1:] * np.diff(t))] / 3.6
    return Record(t, np.array(volts), i, charge, np.array(half))


def at_its_end(record, kind):
    f = np.logspace(5, 0, 30)
    spectrum = Spectrum(f, 20 + 40 / (1 + 1j * f / 100), conditions=Conditions(time_s=float(record.time_s[-1]) + 60))
    return Series([spectrum], record=record, cell=Cell(type=kind))


@pytest.mark.parametrize("kind", ["half", "full"])
@pytest.mark.parametrize("leak", [0.05, 0.2])
def test_charge_that_never_comes_back_names_a_leak_and_its_size(kind, leak):
    record = cycled(0.99, leak=leak, discharge_first=kind == "half")
    text = read_losses(at_its_end(record, kind), defaults())[0]
    assert "of the charge never came back" in text
    ohm = float(text.split("R_short = ")[1].split()[0])
    assert ohm == pytest.approx(3.5 / (leak * 1e-3), rel=0.25)
    low, high = (float(x) for x in text.split("(")[1].split(")")[0].split(" to "))
    assert low <= ohm < 3.5 / (leak * 1e-3) < high


def test_the_sign_of_the_instrument_does_not_matter():
    one, other = (losses(cycled(0.99, leak=0.1, sign=sign)) for sign in (1, -1))
    assert [loss.share for loss in one] == pytest.approx([loss.share for loss in other])


def test_healthy_cells_lose_no_charge_to_a_leak():
    for seed in range(100):
        rng = np.random.default_rng(seed)
        record = cycled(rng.uniform(0.95, 0.995), discharge_first=bool(seed % 2), seed=seed)
        assert read_losses(at_its_end(record, ("half", "full")[seed % 2]), defaults()) == ("",)
    assert read_losses(at_its_end(cycled(0.99, leak=0.2, n=1), "full"), defaults()) == ("",)


def test_a_capacity_that_falls_as_much_as_charge_is_lost_is_no_leak():
    record = cycled(0.9, n=8)
    size = 0.9 ** (record.half_cycle // 2)
    fading = Record(
        record.time_s,
        record.potential_V,
        record.current_A * size,
        np.r_[0.0, np.cumsum((record.current_A * size)[1:] * np.diff(record.time_s))] / 3.6,
        record.half_cycle,
    )
    assert "slip by" in read_losses(at_its_end(record, "full"), defaults())[0]
    assert read_losses(at_its_end(fading, "full"), defaults()) == ("",)


def test_a_missing_cycling_file_is_told_from_a_leak():
    record = cycled(0.99, n=5)
    kept = record.half_cycle != 5
    half = np.where(record.half_cycle > 5, record.half_cycle - 2, record.half_cycle)[kept]
    dq = np.diff(record.charge_mAh, prepend=0.0)[kept]
    gap = Record(record.time_s[kept], record.potential_V[kept], record.current_A[kept], np.cumsum(dq), half)
    whole, holed = at_its_end(record, "full"), at_its_end(gap, "full")
    assert missing_files(whole) == ()
    assert "A cycling file seems to be missing before" in missing_files(holed)[0]
    assert read_losses(holed, defaults()) == ("",)


def test_potential_and_current_in_the_impedance_files_speak_without_a_record():
    f = np.logspace(5, 0, 30)
    ohms = [60, 61, 60, 62, 60, 25, 24]
    spectra = [
        Spectrum(f, 20 + 40 / (1 + 1j * f / 100), conditions=Conditions(potential_V=ohm * 1e-4, current_A=1e-4))
        for ohm in ohms
    ]
    said = read_trace(Series(spectra, cell=Cell(type="symmetric")), defaults()).says
    assert said[:5] == ("",) * 5
    assert all("in its file fell by 5" in text or "in its file fell by 6" in text for text in said[5:])
    assert read_trace(Series(spectra, cell=Cell(type="half")), defaults()).says == ("",) * 7


@pytest.mark.parametrize("leak", [0.0, 2e-4])
def test_a_potential_that_falls_behind_a_discharge_is_self_discharge(leak):
    """Rests of ten hours; relaxation of 20 mV lifts it behind a discharge and lowers it behind a charge; 5 mAh/V."""
    rest, time, volts, current, half = np.linspace(60, 36000, 200), [], [], [], []
    for k in range(6):
        sign, begin = 1 - 2 * (k % 2), 56000.0 * k
        t = np.linspace(0, 18000, 60)
        end = 3.5 + sign * 0.5
        time.append(begin + np.r_[t, 18000 + rest])
        relaxed = -sign * 0.02 * (1 - np.exp(-rest / 3000)) - leak * rest / 18
        volts.append(np.r_[3.5 - sign * 0.5 + sign * t / 18000, end + relaxed])
        current.append(np.r_[np.full(60, sign * 1e-3), np.zeros(200)])
        half.append(np.full(260, k))
    t, v, i, h = (np.concatenate(x) for x in (time, volts, current, half))
    v = v + 1e-4 * np.random.default_rng(0).standard_normal(len(v))
    record = Record(t, v, i, np.r_[0.0, np.cumsum(i[1:] * np.diff(t))] / 3.6, h)
    said = discharges_at_rest(at_its_end(record, "full"))
    assert bool(said) == (leak > 0)
    if said:
        assert "falls by 40 mV/h" in said[0] or "falls by 39 mV/h" in said[0]
        size, unit = said[0].split("about ")[1].split()[:2]
        assert unit.startswith("kΩ"), said[0]
        assert 1e3 * float(size) == pytest.approx(3.0 / (leak / 18 * 18), rel=0.25)


def test_the_half_cycle_before_a_spectrum_has_ended_by_its_time():
    cycles = half_cycles(make_record([60, 60, 60]))
    f = np.logspace(3, 0, 7)
    times = [cycles[0].end_s - 1, cycles[0].end_s, cycles[1].end_s - 1, cycles[2].end_s + 1e6, np.nan]
    spectra = [Spectrum(f, np.ones(7, complex), conditions=Conditions(time_s=t)) for t in times]
    assert before_each(Series(spectra), cycles) == [-1, 0, 0, 2, -1]
