"""A current that is raised in steps until the cell shorts."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

from eisfit.shorts import critical, detect_shorts
from eisfit.shorts.critical import told
from eisfit.shorts.values import BY_BOTH, BY_IMPEDANCE, DIPPED, SOUND, UNCHECKED, VOIDS, Ramp
from eisfit.spectrum import Cell, Conditions, Record, Series, Spectrum

F = np.logspace(6, -1, 36)
AMPERE = 1e-4
ROWS, REST = 60, 10


def raised(steps=8, *, shorted=99, dip=-1, void=-1, both=True, seen=True, felt=True, spectra=True):
    """A symmetric cell of 65 ohm under 0.1, 0.2 ... mA; from step `shorted` on 25 ohm leak beside it."""
    rng = np.random.default_rng(0)
    time, volts, current, half, measured = [], [], [], [], []
    for k in range(steps):
        leak = 1 / 25 if k >= shorted else 0.0
        for sign in (1, -1) if both else (1,):
            shape = np.ones(ROWS)
            if k == void:
                shape = 1 + 2.2 * np.linspace(0, 1, ROWS) ** 4
            if k == dip:
                shape[20:24] = 0.6
            ohm = 65 / (1 + 65 * leak * felt)
            begin = 6000.0 * len(time)
            own = sign * AMPERE * (k + 1)
            time.append(begin + np.r_[np.linspace(0, 3600, ROWS), np.linspace(3660, 4200, REST)])
            volts.append(np.r_[own * ohm * shape, np.zeros(REST)] + 3e-5 * rng.standard_normal(ROWS + REST))
            current.append(np.r_[np.full(ROWS, own), np.zeros(REST)])
            half.append(np.full(ROWS + REST, len(half) if both else 0))
            z = 22 + 13 / (1 + (1j * F / 2e5) ** 0.9) + 30 / (1 + (1j * F / 20) ** 0.85)
            z = 1 / (1 / z + leak * seen) * (1 + 0.002 * (rng.standard_normal(36) + 1j * rng.standard_normal(36)))
            measured.append(Spectrum(F, z, conditions=Conditions(time_s=begin + 4300)))
    t, v, i, h = (np.concatenate(x) for x in (time, volts, current, half))
    record = Record(t, v, i, np.r_[0.0, np.cumsum(i[1:] * np.diff(t))] / 3.6, h)
    every = measured if spectra else measured[: len(measured) // 2]
    return Series(every, record=record, cell=Cell(type="symmetric", area_cm2=0.5))


@pytest.mark.parametrize("both", [True, False], ids=["both directions", "one"])
def test_the_critical_current_stands_between_the_steps_beside_it(both):
    ramp = detect_shorts(raised(shorted=5, both=both)).ramp
    assert ramp.current_A == pytest.approx(AMPERE * np.arange(1, 9))
    assert (ramp.short, ramp.finding) == (5, (SOUND,) * 5 + (BY_BOTH,) * 3)
    assert (ramp.backward > 0).all() == both
    assert told(ramp)[0] == (
        "The current is a ramp: at 0.6 mA (1.2 mA/cm2) voltage and impedance speak of a short, 0.5 mA (1 mA/cm2) "
        "showed none; the next step was 0.7 mA (1.4 mA/cm2)."
    )
    assert "0.6 mA" in told(replace(ramp, area_cm2=None))[0]


def test_a_leak_that_the_voltage_does_not_show_is_the_impedance_alone():
    ramp = detect_shorts(raised(shorted=5, felt=False)).ramp
    assert ramp.finding[5] == BY_IMPEDANCE
    assert "the impedance alone speaks" in told(ramp)[0]


def test_dips_and_lost_contact_are_no_shorts():
    ramp = detect_shorts(raised(dip=4, void=6)).ramp
    assert (ramp.finding[4], ramp.finding[6], ramp.short) == (DIPPED, VOIDS, None)
    assert [text.split(" the voltage ")[1][:8] for text in told(ramp)[1:]] == ["diverged", "dipped a"]


def test_no_short_is_said_only_where_both_were_asked():
    ramp = detect_shorts(raised()).ramp
    assert (ramp.agreed, told(ramp)[0][-43:]) == (7, "A/cm2) voltage and impedance show no short.")
    half = detect_shorts(raised(spectra=False)).ramp
    assert half.finding[4:] == (UNCHECKED,) * 4
    assert half.agreed == 3
    assert "voltage and impedance agree up to 0.4 mA" in told(half)[0]


def test_a_constant_current_is_no_ramp():
    series = raised(5)
    level = np.where(series.record.current_A != 0, AMPERE * np.sign(series.record.current_A), 0.0)
    r = series.record
    steady = Record(r.time_s, r.potential_V, level, r.charge_mAh, r.half_cycle)
    assert detect_shorts(series.with_(record=steady)).ramp is None


def half(current, eta=None, rise=0.0, begin=0.0):
    return SimpleNamespace(
        current_A=current, eta=abs(current) if eta is None else eta, rise=rise, begin_s=begin, end_s=begin + 5.0
    )


def ramp_of(monkeypatch, cycles, behind, kinds, least_fall=0.3, area=2.0):
    """The ramp of half-cycles with a level of the spectrum behind each and what the voltage of each showed."""
    monkeypatch.setattr(critical, "_behind", lambda *_: list(behind))
    trace = SimpleNamespace(cycles=cycles, kinds=kinds, of_cycles=[" and ".join(sorted(k)) for k in kinds])
    return critical.critical_current(SimpleNamespace(cell=Cell(area_cm2=area)), trace, (), least_fall)


def test_an_overpotential_that_falls_counts_where_the_impedance_shows_a_leak(monkeypatch):
    """And where the voltage showed nothing else than a dip; from the least fall on."""
    cycles = [half(1.0), half(2.0), half(3.0), half(4.0, eta=2.8)]
    for level, kind, eta, finding, text in (
        ("soft", set(), 2.8, BY_BOTH, "the overpotential fell by 30 %"),
        ("hard", {"dip"}, 2.8, BY_BOTH, "dip, the overpotential fell by 30 %"),
        ("soft", {"step"}, 2.8, BY_BOTH, "step"),
        ("soft", set(), 2.81, BY_IMPEDANCE, ""),
        ("suspect", set(), 2.8, "suspected by the impedance", ""),
        ("ok", set(), 2.8, SOUND, ""),
        ("", {"dip"}, 2.8, DIPPED, "dip"),
    ):
        cycles[3] = half(4.0, eta=eta, begin=30.0)
        ramp = ramp_of(monkeypatch, cycles, ["ok"] * 3 + [level], [set()] * 3 + [kind], 0.3 - 1e-9)
        assert (ramp.finding[3], ramp.voltage[3]) == (finding, text), (level, kind, eta)
    assert ramp.begin_s.tolist() == [0.0, 0.0, 0.0, 30.0]
    assert ramp.end_s.tolist() == [5.0, 5.0, 5.0, 35.0]
    assert ramp.current_A.tolist() == [1.0, 2.0, 3.0, 4.0]
    assert ramp.area_cm2 == 2.0
    assert ramp_of(monkeypatch, cycles[:2], ["ok"] * 2, [set()] * 2) is None


def test_steps_hold_both_directions_and_what_ran_away(monkeypatch):
    cycles = [half(1.0), half(-1.029, eta=3.0), half(1.5), half(-2.0, rise=2.0), half(2.0, rise=1.99)]
    ramp = ramp_of(monkeypatch, cycles, ["", "ok", "", "", "suspect"], [set(), {"dip"}, set(), set(), set()])
    assert (ramp.forward.tolist(), ramp.backward.tolist()) == ([1.0, 1.0, 1.0], [1.0, 0.0, 1.0])
    assert ramp.overpotential_V.tolist() == [2.0, 1.5, 2.0]
    assert ramp.diverged.tolist() == [0.0, 0.0, 1.0]
    assert ramp.spectrum == ("ok", "", "suspect")
    assert ramp.finding == (DIPPED, UNCHECKED, VOIDS)
    assert critical.current_text(ramp, 1) == "1.5e+03 mA (750 mA/cm2)"
    bare = ramp_of(monkeypatch, cycles, [""] * 5, [set()] * 5, area=None)
    assert critical.current_text(bare, 0) == "1e+03 mA"


def test_which_half_cycles_are_one_ramp():
    """A step is more than 3 % more, a fall more than 3 % less; the longest stretch counts, the first of equals."""
    for currents, steps in (
        ((1, 2, 3), [[0], [1], [2]]),
        ((1, -1.02, 1.031, 2), [[0, 1], [2], [3]]),
        ((1, 0.98, 2), [[0, 1], [2]]),
        ((1, 0.97, 2), [[0, 1], [2]]),
        ((1, 1.03, 2), [[0, 1], [2]]),
        ((1, 2, 1.95, 3), [[0], [1, 2], [3]]),
        ((1, 2, 1.9, 3, 4), [[2], [3], [4]]),
        ((1, 2, 0.5, 0.7), [[0], [1]]),
        ((5, 1, 2, 3, 1), [[1], [2], [3]]),
        ((), []),
    ):
        assert critical._raised([half(c) for c in currents]) == steps, currents


def test_by_how_much_voltage_over_current_fell():
    """Against the median of three steps before that have no leak; nothing is said of the first."""
    falls = critical._falls(np.array([1.0, 2.0, 4.0, 8.0, 1.0, 4.0]), ["ok", "soft", "", "suspect", "hard", "ok"])
    assert falls == pytest.approx([np.nan, -1.0, -3.0, 1 - 8 / 2.5, 1 - 1 / 4, 1 - 4 / 4], nan_ok=True)


def test_what_voltage_and_impedance_come_to():
    for odd, spectrum, diverged, finding in (
        ({"step"}, "soft", False, BY_BOTH), ({"fall", "dip"}, "hard", True, BY_BOTH),
        ({"noise"}, "ok", False, "short by the voltage alone"), ({"step"}, "", True, "short by the voltage alone"),
        (set(), "soft", False, BY_IMPEDANCE), ({"dip"}, "hard", True, BY_IMPEDANCE), ({"dip"}, "ok", True, DIPPED),
        (set(), "suspect", True, VOIDS), (set(), "suspect", False, "suspected by the impedance"),
        (set(), "ok", False, SOUND), (set(), "", False, UNCHECKED), (set(), "unknown", False, UNCHECKED),
    ):  # fmt: skip
        assert critical._finding(frozenset(odd), spectrum, diverged) == finding, (odd, spectrum, diverged)
    assert [critical._gravity(level) for level in ("", "ok", "suspect", "soft", "hard", "x")] == [-1, 0, 1, 2, 3, -1]


def stepped(*findings, spectrum=None, diverged=()):
    """A ramp of 1, 2, ... mA with what every step came to; a sound spectrum behind each unless stated."""
    n = len(findings)
    numbers = {name: np.arange(n) / 1.0 for name in ("forward", "backward", "begin_s", "end_s", "overpotential_V")}
    return Ramp(
        current_A=1e-3 * np.arange(1, n + 1), diverged=np.isin(np.arange(n), diverged).astype(float),
        voltage=("",) * n, spectrum=spectrum or ("ok",) * n, finding=findings, **numbers,
    )  # fmt: skip


def test_what_a_ramp_comes_to_in_words():
    sound = (SOUND,) * 3
    begin = "The current is a ramp: "
    unsure = "suspected by the impedance"
    voltage = "short by the voltage alone"
    for ramp, expected in (
        (stepped(*sound), "up to 3 mA voltage and impedance show no short."),
        (
            stepped(*sound, BY_BOTH, SOUND),
            "at 4 mA voltage and impedance speak of a short, 3 mA showed none; the next step was 5 mA.",
        ),
        (stepped(*sound, BY_IMPEDANCE), "at 4 mA the impedance alone speaks of a short, 3 mA showed none."),
        (
            stepped(BY_BOTH, BY_BOTH),
            "at 1 mA voltage and impedance speak of a short, and no smaller current was tried; the next step was 2 mA.",
        ),
        (stepped(SOUND, voltage), "at 2 mA the voltage alone speaks of a short, 1 mA showed none."),
        (
            stepped(SOUND, voltage, spectrum=("ok", "")),
            "at 2 mA the voltage speaks of a short, 1 mA showed none.",
        ),
        (
            stepped(SOUND, SOUND, unsure, SOUND),
            "at 3 mA the impedance is suspect and the voltage shows no short; voltage and impedance agree up to 2 mA.",
        ),
        (stepped(unsure, SOUND), "at 1 mA the impedance is suspect and the voltage shows no short."),
        (
            stepped(SOUND, UNCHECKED, SOUND),
            "up to 3 mA the voltage shows no short; the impedance was not asked at every step; voltage and impedance "
            "agree up to 1 mA.",
        ),
        (
            stepped(UNCHECKED, SOUND),
            "up to 2 mA the voltage shows no short; the impedance was not asked at every step.",
        ),
    ):
        assert told(ramp) == (begin + expected,), ramp.finding


def test_dips_and_voltages_that_diverged_are_told_up_to_a_short():
    void, dip = "At 2 mA the voltage diverged: contact was lost (voids), no short.", "the voltage dipped and came back"
    assert told(stepped(SOUND, VOIDS, SOUND, VOIDS, diverged=(1, 3)))[1:] == (void,)
    (said,) = told(stepped(SOUND, SOUND, DIPPED, DIPPED))[1:]
    assert said.startswith("At 3 mA " + dip)
    assert len(told(stepped(DIPPED, VOIDS, BY_BOTH, diverged=(1, 2)))) == 3
    assert len(told(stepped(SOUND, BY_BOTH, DIPPED, VOIDS, diverged=(1, 3)))) == 1


def test_the_level_behind_a_half_cycle_is_that_of_the_first_spectrum():
    cycles = [half(1.0, begin=0.0), half(2.0, begin=10.0), half(3.0, begin=20.0)]  # each of 5 s
    times = [2.0, 6.0, 9.0, 26.0, np.nan]
    f = np.array([10.0, 1.0])
    series = Series([Spectrum(f, np.ones(2, complex), conditions=Conditions(time_s=t)) for t in times])
    levels = ["hard", "soft", "ok", "suspect", "hard"]
    assert critical._behind(series, cycles, levels) == ["soft", "", "suspect"]
