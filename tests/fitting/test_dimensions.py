"""The dimension of a parameter follows from its unit."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from eisfit.elements import REGISTRY
from eisfit.fitting.dimensions import NONE, Dimension, dimension


@pytest.mark.parametrize(
    ("unit", "expected"),
    [
        ("ohm", (1, 0, 0)),
        ("S", (-1, 0, 0)),
        ("S s^n", (-1, 0, 1)),
        ("F", (-1, 1, 0)),
        ("H", (1, 1, 0)),
        ("s", (0, 1, 0)),
        ("1/s", (0, -1, 0)),
        ("Hz", (0, -1, 0)),
        ("s^0.5", (0, 0.5, 0)),
        ("S s^0.5", (-1, 0.5, 0)),
        ("H s^(n-1)", (1, 0, 1)),
        ("", (0, 0, 0)),
    ],
)
def test_units_that_elements_use(unit, expected):
    assert dimension(unit) == Dimension(*expected)


def test_a_unit_that_is_not_understood_has_no_dimension():
    assert dimension("furlong") == NONE


@pytest.mark.parametrize(
    ("unit", "resistive", "timely"), [("ohm", True, False), ("F", False, True), ("s", False, True)]
)
def test_what_grows_with_what(unit, resistive, timely):
    assert dimension(unit).resistive is resistive
    assert dimension(unit).timely is timely


@pytest.mark.parametrize("symbol", sorted(REGISTRY))
@given(ln_a=st.floats(-3, 3), ln_t=st.floats(-3, 3))
def test_scaling_every_impedance_and_every_time_scales_the_parameters_by_their_units(symbol, ln_a, ln_t):
    """Z(s / t; parameters scaled by (a, t)) = a Z(s): the units of every element keep this promise."""
    element = REGISTRY[symbol]
    a, t = np.exp(ln_a), np.exp(ln_t)
    values = {p.name: p.default for p in element.params}
    n = values.get("n", 1.0)
    scaled = {}
    for p in element.params:
        d = dimension(p.unit)
        scaled[p.name] = values[p.name] * a**d.alpha * t ** (d.beta + d.beta_n * n)
    s = 2j * np.pi * np.logspace(-2, 5, 8)
    expected = a * element.impedance(s, *values.values())
    np.testing.assert_allclose(element.impedance(s / t, *scaled.values()), expected, rtol=1e-9)


def test_a_unit_that_is_not_understood_grows_with_nothing():
    assert dimension("furlong") == (0, 0, 0)
    assert not dimension("furlong").timely
    assert not dimension("furlong").resistive
    assert dimension("1/ohm s^(n-0.5)") == (-1, -0.5, 1)
