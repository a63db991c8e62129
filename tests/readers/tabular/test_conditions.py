"""Conditions of a sweep by the columns beside it, by hand."""

from __future__ import annotations

import numpy as np
import pytest

from eisfit.readers.tabular.columns import layout
from eisfit.readers.tabular.conditions import (
    conditions,
    duration,
    is_temperature,
    is_usable,
    may_be_kelvin,
    passed,
    pauses_of,
    rest,
    sensors,
)
from eisfit.readers.tabular.table import Table, median, medians

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


def test_medians_of_some_rows():
    """Of an even number the middle of both; in our units; of what is finite; None where nothing is."""
    t = np.array([9.0, 300, 310, 320, 350])
    own = table("f;T/K;E/mV;I/mA;<I>/mA", 1.0, t, np.array([5.0, 1, 4, 2, 3]), 0.0, np.array([9.0, 1, 2, 3, 5]))
    for rows, warm, potential in (([1, 2, 3, 4], 315 - 273.15, 2.5e-3), ([1, 2, 3], 310 - 273.15, 2e-3)):
        found = medians(own, ("temperature", "potential", "current", "soc"), np.array(rows))
        assert found["temperature"] == pytest.approx(warm), rows
        assert found["potential"] == pytest.approx(potential), rows
        assert found["current"] == pytest.approx(np.median([9.0, 1, 2, 3, 5][rows[0] : rows[-1] + 1]) * 1e-3)
        assert found["soc"] is None
    gaps = table("f;T/°C;E/V", 1.0, np.array([25.0, np.nan, 27.0]), np.full(3, np.nan))
    assert medians(gaps, ("temperature", "potential"), np.arange(3)) == {"temperature": 26.0, "potential": None}
    assert median(gaps, "temperature", np.array([1])) is None
    assert median(gaps, "soc", np.arange(3)) is None


def test_the_largest_current_and_the_rows_between():
    own = table("f;I/mA", np.array([0.0, 5, 0, 1]), np.array([1.0, -4, np.nan, 2]))
    found = pauses_of(own, own.column("frequency"))
    assert found.moving.tolist() == [1, 3]
    assert found.largest == pytest.approx(4e-3)
    assert pauses_of(table("f;E/V", 0.0, np.ones(3)), np.zeros(3)).largest == 0.0


def test_the_rest_before_a_sweep():
    """The rows at f = 0 directly above its first one, from the last one with a current on."""
    f = np.array([0.0, 9, 0, 0, 0, 0, 9])
    time = np.array([0.0, 10, 20, 20 + 3600, 20 + 2 * 3600, 20 + 3 * 3600, 20000])
    potential = np.array([9.0, 9, 3.0, 3.5, 3.501, 3.502, 9])
    current = np.array([0.0, 0, 2, 0, 0, 0, 0])
    own = table("f;time/s;E/V;I/A", f, time, potential, current)
    between = pauses_of(own, f)
    ends, slope = rest(own, between, 6)
    assert ends == pytest.approx(3.502, abs=1e-3)
    assert slope == pytest.approx(1.0, rel=0.05)
    assert np.isnan(rest(own, between, 2)).all()
    for missing in ("f;time/s", "f;E/V"):
        assert np.isnan(rest(table(missing, f, time), between, 6)).all(), missing


def test_a_note_on_temperatures_that_no_cell_has():
    def told(name, *values):
        own = table(f"f;{name}", 1.0, np.repeat(values, 2))
        notes = sensors(own, [np.arange(2 * i, 2 * i + 2) for i in range(len(values))])
        return [(note.kind, note.sentence) for note in notes]

    assert told("T/°C", 25.0, 60.0) == []
    assert told("T/°C", 25.0, 1467.0) == [
        ("ignored", "a temperature of 1467 C is that of a sensor which is not connected: it is not used")
    ]
    assert told("Temperature", 25.0, 300.0) == [
        ("ignored", "Temperature is 300 without a unit, kelvin or degrees Celsius: it is not used")
    ]
    assert sensors(table("f;E/V", 1.0, np.ones(2)), [np.arange(2)]) == []


def test_the_state_of_a_cell_in_a_sweep():
    own = table("f;time/s;E/V;T/°C;cycle number", np.array([9.0, 5, 1]), np.array([7.0, 8, 11]), 3.6, 25.0, 4.0)
    found = conditions(own, pauses_of(own, own.column("frequency")), np.arange(3))
    assert (found.time_s, found.duration_s, found.potential_V, found.temperature_C) == (7.0, 4.0, 3.6, 25.0)
    assert (found.cycle, found.current_A, found.soc, found.passed_mAh) == (4, None, None, None)
    assert conditions(table("f;E/V", 1.0, np.ones(3)), pauses_of(own, np.ones(3)), np.arange(3)).cycle is None
