"""Units as people write them: kind and factor, by what a second, a bar or a kiloohm is."""

from __future__ import annotations

import math

import pytest

from eisfit.readers.tabular.units import in_english, is_lost, prefixed, simple_unit, unit_of, unwrapped

POWERS = {"f": -15, "p": -12, "n": -9, "u": -6, "m": -3, "": 0, "k": 3, "K": 3, "M": 6, "G": 9, "T": 12}


def test_prefixes_are_powers_of_ten():
    for prefix, power in POWERS.items():
        for unit, kind in (
            ("Hz", "Hz"),
            ("Ohm", "Ohm"),
            ("F", "F"),
            ("V", "V"),
            ("A", "A"),
            ("ohm", "Ohm"),
            ("S", "S"),
        ):
            assert unit_of(prefix + unit) == (kind, pytest.approx(10.0**power)), prefix + unit
    for siemens in ("kOhm-1", "kohm^-1", "mS"):
        assert unit_of(siemens) == ("S", pytest.approx(1e-3)), siemens


def test_words_of_prefixes_in_languages():
    for text, unit in (
        ("kiloohm", ("Ohm", 1e3)), ("milliohm", ("Ohm", 1e-3)), ("megohm", ("Ohm", 1e6)), ("microfarad", ("F", 1e-6)),
        ("nanofarad", ("F", 1e-9)), ("picofarad", ("F", 1e-12)), ("gigaohm", ("Ohm", 1e9)), ("megahertz", ("Hz", 1e6)),
        ("kilo-ohm", ("Ohm", 1e3)), ("千欧", ("Ohm", 1e3)), ("兆欧", ("Ohm", 1e6)), ("毫欧", ("Ohm", 1e-3)),
        ("キロオーム", ("Ohm", 1e3)), ("кОм", ("Ohm", 1e3)), ("МОм", ("Ohm", 1e6)), ("мОм", ("Ohm", 1e-3)),
        ("мкФ", ("F", 1e-6)), ("нФ", ("F", 1e-9)), ("пФ", ("F", 1e-12)), ("ГГц", ("Hz", 1e9)), ("кГц", ("Hz", 1e3)),
        ("赫兹", ("Hz", 1.0)), ("弧度", ("angle", 1.0)), ("градусов", ("angle", math.pi / 180)), ("西门子", ("S", 1.0)),
    ):  # fmt: skip
        found = unit_of(text)
        assert found is not None, text
        assert found == (unit[0], pytest.approx(unit[1])), text
    assert in_english("кОм") == "kohm"
    assert in_english("Ohm") == "Ohm"


def test_times_temperatures_pressures_and_angles():
    for text, unit in (
        ("s", ("s", 1)), ("sec", ("s", 1)), ("seconds", ("s", 1)), ("ms", ("s", 1e-3)), ("min", ("s", 60)),
        ("minutes", ("s", 60)), ("h", ("s", 3600)), ("hr", ("s", 3600)), ("hrs", ("s", 3600)), ("hour", ("s", 3600)),
        ("hours", ("s", 3600)), ("d", ("s", 24 * 3600)), ("days", ("s", 24 * 3600)), ("°C", ("°C", 1)), ("K", ("K", 1)),
        ("°F", ("°F", 1)), ("Celsius", ("°C", 1)), ("bar", ("MPa", 0.1)), ("kPa", ("MPa", 1e-3)), ("MPa", ("MPa", 1)),
        ("%", ("%", 0.01)), ("deg", ("angle", math.pi / 180)), ("°", ("angle", math.pi / 180)), ("rad", ("angle", 1)),
        ("mrad", ("angle", 1e-3)), ("mdeg", ("angle", math.pi / 180e3)), ("rad/s", ("rad/s", 1)), ("1/s", ("1/s", 1)),
        ("krad/s", ("rad/s", 1e3)), ("mrad/s", ("rad/s", 1e-3)), ("cps", ("1/s", 1)), ("Ah", ("Ah", 1)),
        ("mA.h", ("Ah", 1e-3)), ("C", ("C", 1)), ("mC", ("C", 1e-3)),
    ):  # fmt: skip
        assert unit_of(text) == (unit[0], pytest.approx(unit[1])), text


def test_resistances_as_quotients_and_per_area():
    """1 V/mA is a kiloohm; a square metre has ten thousand square centimetres, 1 S/m is a hundredth of 1 S/cm."""
    for text, unit in (
        ("V/A", ("Ohm", 1)), ("mV/mA", ("Ohm", 1)), ("mV/A", ("Ohm", 1e-3)), ("V/mA", ("Ohm", 1e3)), ("A/V", ("S", 1)),
        ("1/Ohm", ("S", 1)), ("mho", ("S", 1)), ("Ω·cm²", ("area", 1)), ("ohm m2", ("area", 1e4)),
        ("mΩ cm2", ("area", 1e-3)),
        ("S/cm", ("S/cm", 1)), ("S/m", ("S/cm", 0.01)), ("mS/cm", ("S/cm", 1e-3)), ("Ohm m", ("length", 1)),
        ("dB", ("dB", 1)), ("dBm", ("dB", 1)),
    ):  # fmt: skip
        assert unit_of(text) == (unit[0], pytest.approx(unit[1])), text


def test_powers_of_ten_before_and_behind():
    for text, unit in (
        ("10^-3 Ohm", ("Ohm", 1e-3)), ("10**6 Ohm", ("Ohm", 1e6)), ("10³ Ω", ("Ohm", 1e3)), ("1e3 Hz", ("Hz", 1e3)),
        ("1.0E-3 Ohm", ("Ohm", 1e-3)), ("100 Ohm", ("Ohm", 100)), ("0.001 Ohm", ("Ohm", 1e-3)),
        ("(10^3 Ohm)", ("Ohm", 1e3)),
        ("10^3 kOhm", ("Ohm", 1e6)), ("Ohm x 10^3", ("Ohm", 1e3)), ("Ω×10³", ("Ohm", 1e3)),
        ("Ohm (x10^-3)", ("Ohm", 1e-3)),
    ):  # fmt: skip
        assert unit_of(text) == (unit[0], pytest.approx(unit[1])), text
    for text in ("Ohm*1000", "kOhm x 10^3", "10^3 bananas", "1000", "1e3", "nan", "-5", "x 10^3"):
        assert unit_of(text) is None, text


def test_units_of_other_quantities_and_none():
    for text in ("W", "g", "J", "T", "L", "N", "nm", "mol/l", "u.a.", "rpm", "Pa", "ω2"):
        assert unit_of(text) == ("other", 1.0), text
    for text in ("foo", "w", "t", "mPa", "?", "", "blah Ohm"):
        assert unit_of(text) is None, text


def test_case_where_it_counts_and_where_it_may_be_either():
    for text, unit in (
        ("s", ("s", 1)), ("S", ("S", 1)), ("H", ("H", 1)), ("h", ("s", 3600)), ("mH", ("H", 1e-3)),
        ("PF", ("F", 1e-12)),
        ("NF", ("F", 1e-9)), ("UF", ("F", 1e-6)), ("NH", ("H", 1e-9)), ("UH", ("H", 1e-6)),
        ("mhz", ("mHz or MHz", 1e-3)),
        ("MHZ", ("Hz", 1e6)), ("mHz", ("Hz", 1e-3)), ("khz", ("Hz", 1e3)), ("MOHM", ("Ohm", 1e6)), ("c", ("C", 1)),
    ):  # fmt: skip
        assert unit_of(text) == (unit[0], pytest.approx(unit[1])), text
    assert simple_unit("10 Ohm") is None
    assert prefixed("xOhm", "xohm") is None


def test_what_stands_around_a_unit():
    for text, unit in (
        ("in mOhm", "mOhm"), ("unit: kHz", "kHz"), ("<kHz>", "kHz"), ("/kHz", "kHz"), ("[mOhm]", "mOhm"),
        ("([mOhm])", "mOhm"), ("Einheit: Ohm", "Ohm"), ("units of measure = Hz", "Hz"), ("|Ohm|", "Ohm"), ("(", "("),
        ("= Ohm", "Ohm"), ('"Ohm"', "Ohm"), ("(Ohm]", "(Ohm]"),
    ):  # fmt: skip
        assert unwrapped(text) == unit, text
    assert [is_lost(text) for text in ("?", " ?? ", "□", "Ohm", "")] == [True, True, True, False, False]
