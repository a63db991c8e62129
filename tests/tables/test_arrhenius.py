"""The activation energy of conduction."""

from __future__ import annotations

import numpy as np
import pytest

from eisfit.tables.arrhenius import BOLTZMANN, KELVIN, activation_energy

CELSIUS = np.arange(-40.0, 21.0, 10.0)


def conductivity(energy: float) -> np.ndarray:
    kelvin = CELSIUS + KELVIN
    return np.asarray(2e5 / kelvin * np.exp(-energy / (BOLTZMANN * kelvin)))


def test_the_energy_that_was_put_in_comes_out() -> None:
    assert activation_energy(CELSIUS, conductivity(0.38)) == pytest.approx((0.38, 0.0), abs=1e-9)


def test_the_error_is_that_of_the_scatter() -> None:
    """95 % intervals of 400 draws with 2 % of scatter hold about as often."""
    rng = np.random.default_rng(11)
    draws = [activation_energy(CELSIUS, conductivity(0.38) * np.exp(0.02 * rng.standard_normal(7))) for _ in range(400)]
    student = 2.571  # five degrees of freedom
    held = np.mean([abs(energy - 0.38) < student * stderr for energy, stderr in draws])
    assert 0.92 < held < 0.98


def test_too_few_temperatures_tell_nothing() -> None:
    few = conductivity(0.38)
    few[3:] = np.nan
    assert np.isnan(activation_energy(CELSIUS, few)).all()
    assert np.isnan(activation_energy(np.full(7, 25.0), conductivity(0.38))).all()
