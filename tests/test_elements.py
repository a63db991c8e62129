from __future__ import annotations

import itertools
import re
from typing import Any

import numpy as np
import pytest

from eisfit.elements import REGISTRY, Element, Param, table
from eisfit.elements._base import central_differences
from tests.formulas import calculated

ELEMENTS = [e for e in REGISTRY.values() if e.__module__.startswith("eisfit.")]
FREQUENCY = np.logspace(-6, 8, 29)
S = 2j * np.pi * FREQUENCY

SCALING = {
    "ohm": lambda n: (1, 0),
    "S": lambda n: (-1, 0),
    "F": lambda n: (-1, 1),
    "H": lambda n: (1, 1),
    "s": lambda n: (0, 1),
    "1/s": lambda n: (0, -1),
    "S s^n": lambda n: (-1, n),
    "S s^0.5": lambda n: (-1, 0.5),
    "s^0.5": lambda n: (0, 0.5),
    "H s^(n-1)": lambda n: (1, n),
    "": lambda n: (0, 0),
}
"""Unit -> its powers of ohm and second, given the exponent n of the element."""

every_element = pytest.mark.parametrize("element", ELEMENTS, ids=lambda e: e.symbol)


def drawn(element: type[Element], count: int, seed: int = 0) -> list[Any]:
    """Parameter values (count, 1) anywhere within the bounds."""
    rng = np.random.default_rng(seed)
    return [
        np.exp(rng.uniform(np.log(p.lower), np.log(p.upper), (count, 1)))
        if p.scale == "log"
        else rng.uniform(p.lower, p.upper, (count, 1))
        for p in element.params
    ]


def differences(element: type[Element], values: list[Any], k: int) -> Any:
    """Derivative by parameter k, by differences of fourth order."""
    step = 1e-4 * np.abs(values[k])

    def at(distance: int) -> Any:
        return element.impedance(S, *(v + distance * step if i == k else v for i, v in enumerate(values)))

    return (8 * (at(1) - at(-1)) - (at(2) - at(-2))) / (12 * step)


@every_element
def test_gradient_is_the_derivative_anywhere_within_the_bounds(element: type[Element]) -> None:
    values = drawn(element, 60)
    z = element.impedance(S, *values)
    for k, (exact, value) in enumerate(zip(element.gradient(S, z, *values), values, strict=True)):
        assert np.max(np.abs(exact - differences(element, values, k)) * np.abs(value / z)) < 1e-9


@every_element
def test_code_computes_the_formula(element: type[Element]) -> None:
    # sinh in the formula overflows beyond 700, and is 1e304 there
    values = drawn(element, 60, seed=1)
    names = {p.name: v for p, v in zip(element.params, values, strict=True)}
    with np.errstate(over="ignore", invalid="ignore"):
        wanted = np.broadcast_to(calculated(element.formula, {"s": S, **names}), (60, len(S)))
    got = np.broadcast_to(element.impedance(S, *values), wanted.shape)
    sane = np.isfinite(wanted)
    assert sane.mean() > 0.7
    np.testing.assert_allclose(got[sane], wanted[sane], rtol=1e-9)


@every_element
def test_units_are_those_of_the_formula(element: type[Element]) -> None:
    """Another unit of time or of resistance leaves the physics as it is."""
    kilo, minute = 1e-3, 1 / 60
    values = [np.sqrt(p.lower * p.upper) if p.scale == "log" else 0.5 * (p.lower + p.upper) for p in element.params]
    names = [p.name for p in element.params]
    n = values[names.index("n")] if "n" in names else 0.0
    powers = [SCALING[p.unit](n) for p in element.params]
    scaled = [v * kilo**a * minute**b for v, (a, b) in zip(values, powers, strict=True)]
    np.testing.assert_allclose(element.impedance(S / minute, *scaled), kilo * element.impedance(S, *values), rtol=1e-9)


@every_element
def test_a_batch_is_the_same_as_one_after_the_other(element: type[Element]) -> None:
    values = drawn(element, 5, seed=2)
    z = element.impedance(S, *values)
    gradient = element.gradient(S, z, *values)
    for i in range(5):
        row = [float(v[i, 0]) for v in values]
        single = element.impedance(S, *row)
        assert single.shape == S.shape
        np.testing.assert_allclose(np.broadcast_to(z, (5, len(S)))[i], single, rtol=1e-13)
        for batch, one in zip(gradient, element.gradient(S, single, *row), strict=True):
            want = np.broadcast_to(one, S.shape)
            np.testing.assert_allclose(np.broadcast_to(batch, (5, len(S)))[i], want, rtol=1e-9, atol=1e-300)


@every_element
def test_passive_within_the_bounds(element: type[Element]) -> None:
    z = element.impedance(S, *drawn(element, 300, seed=3))
    assert np.min(z.real / np.abs(z)) > -1e-14


@every_element
def test_finite_at_every_corner_of_the_bounds(element: type[Element]) -> None:
    corners = np.array(list(itertools.product(*((p.lower, p.upper) for p in element.params))))
    values = [column[:, None] for column in corners.T]
    with np.errstate(all="raise", under="ignore"):
        z = element.impedance(S, *values)
        gradient = element.gradient(S, z, *values)
    assert np.isfinite(z).all()
    assert all(np.isfinite(g).all() for g in gradient)


@pytest.mark.parametrize("element", [e for e in ELEMENTS if e.states_admittance], ids=lambda e: e.symbol)
def test_admittance_is_the_reciprocal_with_its_own_derivative(element: type[Element]) -> None:
    values = drawn(element, 40, seed=4)
    z = element.impedance(S, *values)
    y = element.admittance(S, *values)
    np.testing.assert_allclose(y * z, np.ones(np.shape(z)), rtol=1e-12)
    pairs = zip(element.admittance_gradient(S, y, *values), element.gradient(S, z, *values), strict=True)
    for of_admittance, of_impedance in pairs:
        np.testing.assert_allclose(-z * z * of_admittance, of_impedance * np.ones(np.shape(z)), rtol=1e-11)


@every_element
def test_declaration_is_complete(element: type[Element]) -> None:
    assert element.name
    assert element.name != element.__name__
    assert re.search(r"\((18|19|20)\d\d\)", element.__doc__ or ""), "the docstring names no source with its year"
    for p in element.params:
        assert p.lower <= p.default <= p.upper
        assert p.unit in SCALING


@pytest.mark.parametrize(
    ("symbol", "values", "s", "expected"),
    [
        ("O", {"Y0": 0.2, "B": 3.0}, 1e-9j, 3.0 / 0.2),
        ("T", {"Y0": 0.2, "B": 3.0}, 1e-6j, 1 / (0.6 * 1e-6j) + 3.0 / 0.6),
        ("M", {"R_ion": 30.0, "Q": 1e-3, "n": 1.0}, 1e-3j, 1 / 1e-6j + 10.0),
        ("G", {"Y0": 0.2, "k": 4.0}, 1e-9j, 1 / (0.2 * 2)),
        ("Gs", {"R": 7.0, "tau": 0.1, "phi": 0.5}, 1e-9j, 7.0 / np.tanh(0.5)),
        ("Z", {"R": 7.0, "tau": 0.1, "n": 0.8}, 10j, 7.0 / (1 + np.exp(0.4j * np.pi))),
        ("H", {"R": 7.0, "tau": 0.1, "n": 0.8, "gamma": 1.0}, 10j, 7.0 / (1 + np.exp(0.4j * np.pi))),
        ("Tp", {"A": 7.0, "r": 0.5, "a": 1e-4, "b": 1.0}, 1e-9j, 7.0 * (1.5e4 + (1 - 0.25) / 3)),
    ],
)
def test_limits(symbol: str, values: dict[str, float], s: complex, expected: complex) -> None:
    z = REGISTRY[symbol].impedance(np.array([s]), *values.values())
    np.testing.assert_allclose(z, expected, rtol=1e-5)


def test_central_differences_stand_in() -> None:
    element = REGISTRY["Z"]
    values = [10.0, 1e-3, 0.8]
    exact = element.gradient(S, element.impedance(S, *values), *values)
    z = np.abs(element.impedance(S, *values))
    for a, b, v in zip(exact, central_differences(element, S, values), values, strict=True):
        assert np.max(np.abs(a - b) / z) * v < 1e-7


def test_table_has_every_element_once() -> None:
    rows = {row.symbol: row for row in table()}
    assert rows.keys() == REGISTRY.keys()
    assert rows["Q"].parameters == (("Q", "S s^n"), ("n", ""))
    assert "Brug" in rows["Q"].source


def declare(symbol: str, *, bounds: tuple[float, float] = (1.0, 3.0), default: float = 2.0) -> type[Element]:
    return type("Mine", (Element,), {"symbol": symbol, "R": Param("ohm", default, bounds), "impedance": mine})


@staticmethod
def mine(s: Any, R: Any) -> Any:
    return R + 0 * s


@pytest.mark.parametrize("symbol", ["", "x", "XY", "X1", "R", "Gs"])
def test_a_symbol_that_texts_could_not_hold_is_refused(symbol: str) -> None:
    with pytest.raises(TypeError, match="symbol"):
        declare(symbol)
    assert symbol == "" or symbol not in REGISTRY or REGISTRY[symbol].__module__.startswith("eisfit.")


@pytest.mark.parametrize(("bounds", "default"), [((3.0, 1.0), 2.0), ((1.0, 3.0), 4.0), ((0.0, 3.0), 2.0)])
def test_bounds_that_make_no_sense_are_refused(bounds: tuple[float, float], default: float) -> None:
    with pytest.raises(TypeError, match="bounds"):
        declare("Xb", bounds=bounds, default=default)
    assert "Xb" not in REGISTRY


def test_a_signature_that_differs_from_the_parameters_is_refused() -> None:
    with pytest.raises(TypeError, match="must take"):
        type("Mine", (Element,), {"symbol": "Xb", "Q": Param("ohm", 2.0, (1.0, 3.0)), "impedance": mine})
    with pytest.raises(TypeError, match="no Param"):
        type("Mine", (Element,), {"symbol": "Xb"})
    assert "Xb" not in REGISTRY


def test_an_element_of_ones_own_needs_little(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(REGISTRY, "Xb", None)  # restores the registry afterwards
    element = declare("Xb")
    assert REGISTRY["Xb"] is element
    assert element.name == "Mine"
