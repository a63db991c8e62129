"""Ties as formulas: parsed and differentiated exactly, and fitted as lmfit fits them."""

from __future__ import annotations

import math

import numpy as np
import pytest

import eisfit as ef
from eisfit.errors import CircuitError, FitError
from eisfit.fitting.expression import expression, names_in, renamed
from eisfit.fitting.problem import problem_of
from eisfit.fitting.scaling import scaling

F = np.logspace(5, -1, 31)
CIRCUIT = ef.Circuit("R(RQ)(RQ)")
TRUTH = {"R1": 10.0, "R2": 20.0, "Q1": 1e-6, "Q1_n": 0.9, "R3": 45.0, "Q2": 1e-3, "Q2_n": 0.9}
TIES = {"R3": "2 * R2 + R1 / 2", "Q2_n": "Q1_n"}
FORMULAS = (
    "2*a + b/3 - 1",
    "a**b",
    "a**-2",
    "3**a",
    "-sqrt(a*b) + log(a)/b",
    "exp(-a) * log10(b)",
    "(a + b) / (a - b - 7)",
    "pi * tanh(a) + sin(b) * cos(a) - tan(b / 9) + abs(-a)",
)


@pytest.mark.parametrize("text", FORMULAS)
@pytest.mark.parametrize(("a", "b"), [(0.6, 2.7), (2.9, 0.5)])
def test_value_and_derivative_are_exact(text, a, b):
    def value(a, b):
        known = {"a": np.array([a]), "b": np.array([b])}
        return expression("x", text).at(known)

    plain = {name: getattr(math, name) for name in ("sqrt", "exp", "log", "log10", "sin", "cos", "tan", "tanh", "pi")}
    assert value(a, b)[0] == pytest.approx(eval(text, {**plain, "abs": abs, "a": a, "b": b}), rel=1e-12)
    step = 1e-6
    for name, up, down in (
        ("a", value(a + step, b)[0], value(a - step, b)[0]),
        ("b", value(a, b + step)[0], value(a, b - step)[0]),
    ):
        slope = value(a, b)[1].get(name, np.zeros(1))
        np.testing.assert_allclose(slope, (up - down) / (2 * step), rtol=2e-5, atol=1e-7)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("2 * R9", r"no parameter R9; did you mean R1\?|no parameter R9"),
        ("2 *", "is no formula such as"),
        ("R2^2", r"a power is written \*\*, not \^"),
        ("__import__('os').system('x')", "formula with"),
        ("R2.real", "formula with 'R2.real'"),
        ("foo(R2)", r"formula with foo\(\): known are sqrt"),
        ("R2 if R1 else R1", "formula with"),
        ("[R2]", "formula with"),
        ("1" + "+1" * 300, "formula of 601 characters"),
        ("-" * 60 + "R2", "nested more than 50 deep"),
        ("R3 * 2", "tied to each other in a circle"),
    ],
)
def test_what_is_no_formula_is_refused(text, sentence):
    with pytest.raises((FitError, CircuitError), match=sentence):
        ef.fit_batch(F, CIRCUIT.impedance(F, TRUTH), CIRCUIT, tie={"R3": text})


def test_names_are_found_and_changed():
    assert names_in("2*R_GB + sqrt(R1) * pi - 1e3") == ("R_GB", "R1")
    assert renamed("2*R_GB + sqrt(R_GB)", {"R_GB": "R2"}.get) == "2*R2 + sqrt(R2)"


def noisy(n: int = 3) -> np.ndarray:
    rng = np.random.default_rng(3)
    z = np.tile(CIRCUIT.impedance(F, TRUTH), (n, 1))
    return z * (1 + 0.002 * (rng.standard_normal(z.shape) + 1j * rng.standard_normal(z.shape)))


def test_the_derivative_of_the_fit_is_exact():
    z = noisy()
    search = scaling(CIRCUIT, tied=TIES, ln_omega_tail=0.0)
    problem = problem_of(search, F, z, np.ones((3, 2 * F.size)))
    theta = search.theta(np.tile([TRUTH[name] for name in CIRCUIT.names], (3, 1))) * 1.01
    _, gradient, _ = problem.normal_equations(theta)
    for k in range(search.size):
        step = np.zeros(search.size)
        step[k] = 1e-6
        slope = (problem.cost(theta + step) - problem.cost(theta - step)) / 4e-6
        np.testing.assert_allclose(gradient[:, k], slope, rtol=1e-5, atol=1e-6 * np.abs(gradient).max())


def test_the_fit_and_its_errors_are_those_of_lmfit():
    spectra = [ef.Spectrum(F, row) for row in noisy()]
    fits = ef.fit(spectra, CIRCUIT, tie=TIES)
    value, stderr = fits.column("R3")
    np.testing.assert_allclose(value, 2 * fits.column("R2")[0] + fits.column("R1")[0] / 2, rtol=1e-12)
    theirs = fits[1].to_lmfit().minimize()
    np.testing.assert_allclose(fits.values[1], [theirs.params[n].value for n in fits.names], rtol=1e-5)
    np.testing.assert_allclose(fits.stderr[1], [theirs.params[n].stderr for n in fits.names], rtol=1e-3)
    assert theirs.params["R3"].expr == TIES["R3"]
    assert fits.n_free == 5
    assert (stderr > 0).all()


def test_roles_may_stand_in_a_formula_of_an_analysis_and_of_the_series():
    z = noisy(5)
    series = [ef.Spectrum(F, row, label=f"s{i}") for i, row in enumerate(z)]
    study = ef.analyse(series, circuit="R(RQ)(RQ)", tie={"R_Int": "2.25 * R_GB"}, inductance="off")
    np.testing.assert_allclose(study.fits.column("R3")[0], 2.25 * study.fits.column("R2")[0], rtol=1e-12)
    assert study.fits.options.tied == (("R3", "2.25 * R2"),)
    shared = ef.fit(series, CIRCUIT, tie={"R3": "2.25*R2"}, share=["R2"])
    assert len(set(shared.column("R3")[0])) == 1
    assert len(set(shared.column("R3")[1])) == 1


@pytest.mark.parametrize(("bounds", "held"), [((1.0, 40.0), 40.0), ((50.0, 100.0), 50.0)])
def test_a_formula_stays_within_the_bounds_of_its_parameter(bounds, held):
    fit = ef.fit(ef.Spectrum(F, noisy(1)[0]), CIRCUIT, tie={"R3": "R2 + 25"}, bound={"R3": bounds})
    assert fit.values[4] == pytest.approx(held, rel=1e-6)
    assert fit.at_bound[4]
    assert not fit.at_bound[1]
    assert np.isnan(fit.stderr[4])


def test_a_formula_leads_to_no_negative_resistance():
    fit = ef.fit(ef.Spectrum(F, noisy(1)[0]), CIRCUIT, tie={"R3": "30 - R2"})
    assert fit.values[4] > 0


def test_how_long_and_how_deep_a_formula_may_be():
    """500 characters, 50 operations inside each other."""
    assert expression("x", "a" + " " * 499).names == ("a",)
    with pytest.raises(FitError, match="a formula of 501 characters: at most 500"):
        expression("x", "a" + " " * 500)
    assert expression("x", "-" * 50 + "a").names == ("a",)
    with pytest.raises(FitError, match="nested more than 50 deep"):
        expression("x", "-" * 51 + "a")
