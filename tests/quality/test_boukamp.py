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
from eisfit.quality import Settings, linear_test
from tests.quality.conftest import noisy

FREQUENCY = np.logspace(5, -2, 57)
THEIRS = {"complex": "complex", "real": "real", "imaginary": "imag"}


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


def measured(name: str, seed: int = 1) -> np.ndarray:
    return noisy(np.random.default_rng(seed), load_circuit(name).impedance(FREQUENCY), 0.003)


@pytest.mark.parametrize("capacitance", [True, False])
@pytest.mark.parametrize(("parts", "most"), [("real", 30), ("complex", 20), ("imaginary", 20)])
def test_residuals_of_impedance_at_equal_number(
    lin_kk_of_impedance: Callable[..., Any], parts: Any, most: int, capacitance: bool
) -> None:
    """Beyond 20 elements their normal equations lose digits where Re and Im, or Im alone, are fitted."""
    for name in ("assb", "li-symmetric", "randles-cpe"):
        z = measured(name)
        for n_rc in (1, 2, 7, 13, 20, 30):
            if n_rc > most:
                continue
            ours = linear_test(Spectrum(FREQUENCY, z), Settings(n_rc=n_rc, parts=parts, capacitance=capacitance))
            _, mu, theirs = lin_kk_of_impedance(z, c=None, max_M=n_rc, fit_type=THEIRS[parts], add_cap=capacitance)
            np.testing.assert_allclose(ours.residual, theirs, atol=1e-8)
            assert ours.mu == pytest.approx(mu, rel=1e-4, abs=1e-6)


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
    assert linear_test(single, settings).rms_percent < 1e-8


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
