"""Numbers as people read them."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from uncertainties import ufloat_fromstr

from eisfit.numbers import (
    MISSING,
    UNDETERMINED,
    frequency_text,
    is_determined,
    power_of_ten,
    quantity,
    significant,
    unit_text,
    with_error,
    with_error_in_latex,
    with_unit,
    written,
)

SIZES = st.floats(1e-14, 1e14)
SHARES = st.floats(1.0001e-6, 0.999)


@pytest.mark.parametrize(
    ("value", "stderr", "text"),
    [
        (28.3, 0.4, "28.3(4)"),
        (101.2, 1.3, "101.2(13)"),
        (101.2, 2.6, "101(3)"),
        (0.6512, 0.0096, "0.651(10)"),
        (35.123, 0.0949, "35.12(9)"),
        (6.02e-8, 1.5e-9, "6.02(15)×10⁻⁸"),
        (12345.0, 4.0, "12345(4)"),
        (6471.3, 529.2, "6500(500)"),
        (6471.3, 152.0, "6470(150)"),
        (998.0, 20.0, "1000(20)"),
        (12345.0, 400.0, "1.23(4)×10⁴"),
        (-3.2, 0.25, "-3.2(2)"),
        (3.2, 0.15, "3.20(15)"),
        (28.3, math.nan, "28.3"),
        (28.3, 0.0, "28.3"),
        (0.0, 0.0, "0"),
        (1.000000000000098, 8e-15, "1.000000"),
        (12345.678, 1e-3, "12345.68"),
        (math.nan, 1.0, MISSING),
        (1.0, 3.4e9, UNDETERMINED),
        (0.0, 3.4, UNDETERMINED),
        (2.5, math.inf, "2.5"),
    ],
)
def test_a_value_with_its_error(value: float, stderr: float, text: str) -> None:
    assert with_error(value, stderr) == text


def test_zeros_that_count_are_kept() -> None:
    said = {0.3: "0.30", 17.2: "17", 0.996: "1.0", 143.0: "140", 5.5e-7: "5.5×10⁻⁷", math.nan: MISSING}
    assert {value: significant(value) for value in said} == said
    assert significant(86.02, 3) == "86.0"


@given(SIZES, SHARES)
def test_the_text_is_the_value_within_half_a_digit_and_the_error_within_a_twentieth_or_half_its_digit(
    value: float, share: float
) -> None:
    mantissa, exponent = written(value, share * value)
    back = ufloat_fromstr(mantissa)
    assert back.nominal_value * 10.0**exponent == pytest.approx(value, abs=0.51 * share * value, rel=1e-12)
    assert back.std_dev * 10.0**exponent == pytest.approx(share * value, rel=0.26)


@given(SIZES, SHARES)
def test_every_medium_has_the_same_digits(value: float, share: float) -> None:
    mantissa, exponent = written(value, share * value)
    for text in (with_error(value, share * value), with_error_in_latex(value, share * value)):
        assert mantissa in text
        assert ("10" in text.replace(mantissa, "")) == bool(exponent)


@given(SIZES, st.floats(1.0001, 1e9))
def test_an_error_larger_than_the_value_says_that_it_is_not_determined(value: float, times: float) -> None:
    stderr = times * value
    assert not is_determined(value, stderr)
    said = {with_error(value, stderr), with_error_in_latex(value, stderr), quantity(value, "F", stderr)}
    assert said == {UNDETERMINED}


@pytest.mark.parametrize(
    ("value", "unit", "stderr", "text"),
    [
        (2.6e-3, "F", math.nan, "2.6 mF"),
        (9.95e-8, "F", math.nan, "99.5 nF"),
        (9.999e-7, "F", math.nan, "1 µF"),
        (1.5e5, "Hz", 4e3, "150(4) kHz"),
        (1234.0, "ohm", 5.0, "1234(5) Ω"),
        (61251121.0, "F", math.nan, "61.3 MF"),
        (2.67e-14, "Hz", 1e-13, UNDETERMINED),
        (0.0, "ohm", math.nan, "0 Ω"),
        (5e-19, "F", math.nan, "0.0005 fF"),
        (math.inf, "F", math.nan, MISSING),
        (0.85, "", 0.02, "0.85(2)"),
    ],
)
def test_a_quantity_has_the_prefix_of_its_size(value: float, unit: str, stderr: float, text: str) -> None:
    assert quantity(value, unit, stderr) == text


@given(st.floats(1e-14, 1e16))
def test_a_prefix_leaves_one_to_three_digits_before_the_point(value: float) -> None:
    mantissa, _ = quantity(value, "F").split(" ")
    assert 1 <= float(mantissa) < 1000


@pytest.mark.parametrize(
    ("frequency", "text"), [(1e6, "1 MHz"), (10.0, "10 Hz"), (0.5, "0.5 Hz"), (0.01, "10 mHz"), (999.9e3, "1 MHz")]
)
def test_frequencies(frequency: float, text: str) -> None:
    assert frequency_text(frequency) == text


@pytest.mark.parametrize(
    ("unit", "text"), [("ohm", "Ω"), ("S s^n", "S sⁿ"), ("ohm cm2", "Ω cm²"), ("1/s", "s⁻¹"), ("mS/cm", "mS/cm")]
)
def test_units(unit: str, text: str) -> None:
    assert unit_text(unit) == text
    assert with_unit("x", unit) == f"x ({text})"


def test_a_power_of_ten_is_raised() -> None:
    assert power_of_ten(-12) == "10⁻¹²"
