"""The published test, with impedance.py as the oracle, and with what the publications promise."""

from __future__ import annotations

import contextlib
import io
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from eisfit import Spectrum, load_circuit
from eisfit.errors import OptionError
from eisfit.quality.boukamp import Settings, linear_test, time_constants
from tests.quality.conftest import noisy
from tests.quality.exact import exact_residual

FREQUENCY = np.logspace(5, -2, 57)
SHORT = np.logspace(5, -1, 43)
THEIRS = {"complex": "complex", "real": "real", "imaginary": "imag"}
NUMBERS = (1, 7, 22, 30)


@pytest.fixture
def lin_kk_of_impedance(monkeypatch: pytest.MonkeyPatch) -> Callable[..., Any]:
    """linKK of impedance.py, with numpy in reach of the text it evaluates (numpy 2 writes np.float64(...) there)."""
    from impedance import validation

    monkeypatch.setitem(validation.circuit_elements, "np", np)

    def call(z: np.ndarray, **options: Any) -> tuple[int, float, np.ndarray]:
        with contextlib.redirect_stdout(io.StringIO()):
            m, mu, _, re, im = validation.linKK(FREQUENCY, z, **options)
        return m, mu, -(re + 1j * im)

    return call


@pytest.fixture
def columns_of_unit_length(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pseudo-inverses with the columns scaled first: the same in exact arithmetic, with far less rounding."""
    plain = np.linalg.pinv

    def pinv(a: np.ndarray) -> np.ndarray:
        length = np.linalg.norm(a, axis=0)
        length = np.where(length > 0, length, 1.0)
        return np.asarray(plain(a / length) / length[:, None])

    monkeypatch.setattr(np.linalg, "pinv", pinv)


def measured(name: str, seed: int = 1, frequency: np.ndarray = FREQUENCY) -> np.ndarray:
    return noisy(np.random.default_rng(seed), load_circuit(name).impedance(frequency), 0.003)


def agrees(call: Callable[..., Any], name: str, n_rc: int, parts: Any, capacitance: bool) -> None:
    """Residuals, which are relative to |Z|, to 1e-8."""
    z = measured(name)
    ours = linear_test(Spectrum(FREQUENCY, z), Settings(n_rc=n_rc, parts=parts, capacitance=capacitance))
    _, mu, theirs = call(z, c=None, max_M=n_rc, fit_type=THEIRS[parts], add_cap=capacitance)
    np.testing.assert_allclose(ours.residual, theirs, rtol=0, atol=1e-8)
    assert ours.mu == pytest.approx(mu, rel=1e-4, abs=1e-6)


@pytest.mark.parametrize("capacitance", [True, False])
@pytest.mark.parametrize(("parts", "most"), [("real", 30), ("complex", 30), ("imaginary", 22)])
def test_residuals_of_impedance_at_equal_number(
    lin_kk_of_impedance: Callable[..., Any], parts: Any, most: int, capacitance: bool
) -> None:
    """Of Im alone, 23 elements and more are beyond impedance.py's arithmetic, see the next test."""
    for name in ("assb", "li-symmetric", "randles-cpe"):
        for n_rc in NUMBERS:
            if n_rc <= most:
                agrees(lin_kk_of_impedance, name, n_rc, parts, capacitance)


@pytest.mark.usefixtures("columns_of_unit_length")
@pytest.mark.parametrize("capacitance", [True, False])
@pytest.mark.parametrize("parts", ["real", "imaginary"])
def test_residuals_of_impedance_with_its_columns_scaled(
    lin_kk_of_impedance: Callable[..., Any], parts: Any, capacitance: bool
) -> None:
    for name in ("assb", "blocking-pellet"):
        for n_rc in (25, 30):
            agrees(lin_kk_of_impedance, name, n_rc, parts, capacitance)


@pytest.mark.parametrize(
    "frequency", [FREQUENCY, pytest.param(SHORT, marks=pytest.mark.long)], ids=["seven decades", "six decades"]
)
@pytest.mark.parametrize("capacitance", [True, False])
@pytest.mark.parametrize("parts", ["complex", "real", "imaginary"])
def test_residuals_are_those_of_the_equations_solved_exactly(
    parts: Any, capacitance: bool, frequency: np.ndarray
) -> None:
    for name, n_rc in (("assb", 7), ("li-symmetric", 23), ("blocking-pellet", 30), ("randles-cpe", 30)):
        z = measured(name, frequency=frequency)
        ours = linear_test(Spectrum(frequency, z), Settings(n_rc=n_rc, parts=parts, capacitance=capacitance))
        exact = exact_residual(frequency, z, n_rc, parts, capacitance)
        np.testing.assert_allclose(ours.residual, exact, rtol=0, atol=1e-11)


@pytest.mark.parametrize("name", ["assb", "li-symmetric", "randles-cpe"])
def test_mu_chooses_the_number_that_impedance_chooses(lin_kk_of_impedance: Callable[..., Any], name: str) -> None:
    z = measured(name)
    m, mu, _ = lin_kk_of_impedance(z, c=0.85, fit_type="complex", add_cap=True)
    ours = linear_test(Spectrum(FREQUENCY, z))
    assert ours.n_rc == m
    assert ours.mu == pytest.approx(mu, rel=1e-6)


def test_a_sum_of_the_elements_themselves_is_met() -> None:
    s = 2j * np.pi * FREQUENCY
    tau = np.geomspace(1 / (2 * np.pi * 1e5), 1 / (2 * np.pi * 1e-2), 8)
    z = 3 + 1e-7 * s + 1 / (0.1 * s) + sum((k + 1) / (1 + s * t) for k, t in enumerate(tau))
    for parts in ("complex", "real", "imaginary"):
        test = linear_test(Spectrum(FREQUENCY, z), Settings(n_rc=8, parts=parts))
        np.testing.assert_allclose(test.resistances, np.arange(1, 9), rtol=1e-5)
        assert test.rms_percent < 1e-8


def test_admittance_of_a_parallel_circuit_is_met() -> None:
    s = 2j * np.pi * FREQUENCY
    y = 0.2 + 1e-6 * s + 1 / (50 * s) + 0.1 / (1 + s * 0.01 / (2 * np.pi))
    settings = Settings(n_rc=1, admittance=True)
    single = Spectrum(FREQUENCY[FREQUENCY >= 100], 1 / y[FREQUENCY >= 100])
    found = linear_test(single, settings)
    assert found.rms_percent < 1e-8
    assert found.resistances.tolist() == pytest.approx([0.1])  # of the admittance: siemens


def test_a_capacitance_is_needed_where_the_tail_rises() -> None:
    spectrum = Spectrum(FREQUENCY, measured("blocking-pellet"))
    with_c, without = (linear_test(spectrum, Settings(n_rc=15, capacitance=c)) for c in (True, False))
    assert with_c.rms_percent < 0.5 * without.rms_percent


def test_masked_points_do_not_count() -> None:
    spectrum = Spectrum(FREQUENCY, measured("assb")).cropped(f_min=1.0)
    assert len(linear_test(spectrum, Settings(n_rc=5)).residual) == spectrum.used.sum()


@pytest.mark.parametrize("settings", [Settings(parts="both"), Settings(n_rc=0), Settings(n_rc="many")])  # type: ignore[arg-type]
def test_nonsense_is_refused(settings: Settings) -> None:
    with pytest.raises(OptionError):
        linear_test(Spectrum(FREQUENCY, measured("assb")), settings)


def test_nothing_to_test_is_refused() -> None:
    spectrum = Spectrum(FREQUENCY, measured("assb"))
    with pytest.raises(OptionError, match="no point"):
        linear_test(spectrum.masked(np.ones(57, bool), "all"))


def test_elements_are_added_until_mu_has_fallen_to_its_limit() -> None:
    """A mu that is the limit itself stops as well; without one that falls so far, the most elements are taken."""
    spectrum = Spectrum(FREQUENCY, measured("assb"))
    chosen = linear_test(spectrum)
    assert chosen.mu <= 0.85 < linear_test(spectrum, Settings(n_rc=chosen.n_rc - 1)).mu
    at = linear_test(spectrum, Settings(mu_limit=chosen.mu))
    assert at.n_rc == chosen.n_rc
    beyond = linear_test(spectrum, Settings(mu_limit=float(np.nextafter(chosen.mu, 0)), most=60))
    assert beyond.n_rc > chosen.n_rc
    assert linear_test(spectrum, Settings(mu_limit=-1e9, most=4)).n_rc == 4
    assert linear_test(spectrum, Settings(mu_limit=1.0)).n_rc == 1


def test_a_point_of_nothing_is_left_out() -> None:
    """Z = 0 has no weight; Z = 1 has one."""
    z = measured("assb")
    whole = linear_test(Spectrum(FREQUENCY, z), Settings(n_rc=7))
    for value, points in ((0.0, 56), (1.0, 57)):
        changed = np.where(np.arange(57) == 20, value, z)
        found = linear_test(Spectrum(FREQUENCY, changed), Settings(n_rc=7))
        assert len(found.residual) == points
    assert len(whole.residual) == 57


def test_the_rms_is_that_of_one_component() -> None:
    from eisfit.quality.boukamp import LinearTest, _mu

    found = LinearTest(np.full(8, 0.03 + 0.04j), 1, 1.0, np.ones(1))
    assert found.rms_percent == pytest.approx(5 / np.sqrt(2))
    assert _mu(np.array([3.0, 1.0, -1.0])) == 0.75
    assert _mu(np.array([3.0, 0.0])) == 1.0
    assert _mu(np.array([-1.0])) == -np.inf


def test_fifty_elements_are_the_most() -> None:
    """Where no number of them brings mu down to its limit."""
    f = np.logspace(2, 0, 5)
    assert linear_test(Spectrum(FREQUENCY, measured("assb")), Settings(mu_limit=-1e9)).n_rc == 50
    for n, single in ((1, True), (2, False)):
        tau = time_constants(2 * np.pi * f, n)
        assert tau.tolist() == pytest.approx([1 / (2 * np.pi)] if single else [1 / (200 * np.pi), 1 / (2 * np.pi)])
