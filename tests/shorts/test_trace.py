"""What the voltage says of a short."""

from __future__ import annotations

import numpy as np
import pytest

from eisfit.shorts import detect_shorts
from eisfit.shorts.trace import half_cycles, proven_resistance, read_trace
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


def after_each(n, record, cell=None):
    f = np.logspace(5, 0, 30)
    z = 20 + 40 / (1 + 1j * f / 100)
    spectra = [Spectrum(f, z, conditions=Conditions(time_s=4300.0 * k + 4250)) for k in range(n)]
    return Series(spectra, record=record, cell=cell)


def said(record, n=8, cell=None):
    return read_trace(after_each(n, record, cell), defaults()).says


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
    mixed = np.where(quiet.half_cycle == 4, loud.potential_V, quiet.potential_V)
    record = Record(quiet.time_s, mixed, quiet.current_A, quiet.charge_mAh, quiet.half_cycle)
    assert "noisier" in said(record, 6)[4]


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


def test_a_ramp_gives_the_critical_current():
    cell = Cell(type="symmetric", area_cm2=0.5)
    found = read_trace(after_each(10, ramp(6), cell), defaults()).remarks
    assert found == (
        "The current is a ramp: at 0.4 mA (0.8 mA/cm2) the voltage speaks of a short, 0.3 mA (0.6 mA/cm2) went well.",
    )
    assert "up to 0.5 mA" in read_trace(after_each(10, ramp(), Cell(type="symmetric")), defaults()).remarks[0]
    assert read_trace(after_each(8, make_record([60] * 8)), defaults()).remarks == ()


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
