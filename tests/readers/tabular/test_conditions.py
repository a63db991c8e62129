"""Conditions of a sweep by the columns beside it, by hand."""

from __future__ import annotations

import numpy as np
import pytest

from eisfit.readers.tabular.columns import layout
from eisfit.readers.tabular.conditions import duration, is_temperature, is_usable, may_be_kelvin, passed
from eisfit.readers.tabular.table import Table

ROWS = np.arange(4)


def table(names: str, *columns) -> Table:
    return Table(layout(tuple(names.split(";"))), np.column_stack(np.broadcast_arrays(*columns)), "a.txt")


def test_a_temperature_without_a_unit_may_be_in_kelvin():
    """From 223 to 400; no cell is colder than absolute zero or as hot as a thermocouple that is open."""
    bare, celsius = table("f;Temperature", 1.0, np.ones(4)), table("f;T/°C", 1.0, np.ones(4))
    for value, kelvin in ((222.9, False), (223.0, True), (400.0, True), (400.1, False)):
        assert may_be_kelvin(bare, value) is kelvin, value
        assert not may_be_kelvin(celsius, value), value
    assert is_temperature(60.0)
    assert not is_temperature(1467.0)
    assert not is_temperature(-280.0)
    for value, usable in ((None, False), (60.0, True), (1467.0, False)):
        assert is_usable(bare, value) is usable, value
    assert not is_usable(bare, 300.0)
    assert is_usable(celsius, 300.0) is is_temperature(300.0)


def test_how_long_a_sweep_lasted():
    for time, lasted in (([5.0, 6, 9], 4.0), ([5.0], None), ([9.0, 5], None), ([0.0, np.inf], None), (None, None)):
        assert duration(None if time is None else np.array(time)) == lasted, time


def test_the_charge_that_passed():
    """By the counter of the instrument, else by the steps, else by the mean current and time, 3.6 C being 1 mAh."""
    time = np.array([0.0, 10, 20, 40])
    counted = table("f;(Q-Qo)/mA.h;dq/mA.h", 1.0, np.array([1.0, 2, 3, 5]), 7.0)
    if "counter" in counted.columns:
        assert passed(counted, time, ROWS) == pytest.approx(4.0)
        assert passed(counted, time, ROWS[1:]) == pytest.approx(3.0)
    steps = table("f;dq/mA.h", 1.0, np.array([100.0, 2, 3, 5]))
    assert passed(steps, time, ROWS) == pytest.approx(10.0)
    mean = table("f;<I>/mA", 1.0, np.array([100.0, 3.6, 7.2, 1.8]))
    assert passed(mean, time, ROWS) == pytest.approx((3.6e-3 * 10 + 7.2e-3 * 10 + 1.8e-3 * 20) / 3.6)
    assert passed(mean, None, ROWS) is None
    assert passed(table("f;|I|/mA", 1.0, np.ones(4)), time, ROWS) is None
    assert passed(table("f;E/V", 1.0, np.ones(4)), time, ROWS) is None


def test_columns_in_our_units_and_in_some_rows():
    """Kelvin and Fahrenheit in degrees Celsius; of several columns the first that is not 0 in all of the rows."""
    own = table("f/kHz;T/K;I/mA", np.array([1.0, 2]), np.array([300.0, 400]), np.array([5.0, 6]))
    assert own.column("frequency").tolist() == [1000.0, 2000.0]
    assert own.column("temperature") == pytest.approx([26.85, 126.85])
    assert own.column("soc") is None
    assert own.at("current", np.array([1])) == pytest.approx([6e-3])
    assert own.at("soc", np.array([1])) is None
    assert own.first("current", 0) == pytest.approx(5e-3)
    assert np.isnan(own.first("soc", 0))
    warm = table("f;T/°F", 1.0, np.array([32.0, 212.0]))
    assert warm.column("temperature") == pytest.approx([0.0, 100.0])
    two = table("f;I/mA;<I>/mA", 1.0, np.array([0.0, 0, 3]), np.array([1.0, 2, 4]))
    first, second = two.columns["current"]
    values = two.values
    for rows in (np.array([0, 1]), np.array([1, 2])):
        best, other = (values[rows, c.index] * c.factor for c in (first, second))
        assert two.at("current", rows) == pytest.approx(best if best.any() else other)
