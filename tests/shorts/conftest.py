"""Series of a made-up cell, with and without a leak beside it."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from eisfit.spectrum import Conditions, Series, Spectrum

FREQUENCY = np.logspace(6, -2, 57)


def make_impedance(
    f=FREQUENCY, R_bulk=22.0, R_GB=14.0, f_GB=1.5e5, R_Int=60.0, f_Int=0.6, tail=0.0, leak=0.0, lead=0.0, k=1.0
):
    """A cell: electrolyte, interface, tail (ohm at 10 mHz), heated by the factor k, a leak (S) beside, a lead (H)."""
    electrolyte = k * R_bulk + k * R_GB / (1 + (1j * f * k / f_GB) ** 0.85)
    electrode = k * R_Int / (1 + (1j * f * k / f_Int) ** 0.8) + tail * (1j * f / 0.01) ** -0.6
    return 1 / (1 / (electrolyte + electrode) + leak) + 2j * np.pi * f * lead


def make_series(cells, *, noise=0.003, contacts=0.005, seed=0, conditions=None, f=FREQUENCY, **of_series):
    """A Series of cells, each a mapping of arguments of make_impedance; contacts scatter the electrolyte."""
    rng = np.random.default_rng(seed)
    spectra = []
    for i, cell in enumerate(cells):
        own = {"R_bulk": 22.0, "R_GB": 14.0} | cell
        own["R_bulk"] *= 1 + contacts * rng.standard_normal()
        own["R_GB"] *= 1 + contacts * rng.standard_normal()
        grid = own.pop("f", f)
        z = make_impedance(grid, **own)
        z = z * (1 + noise * (rng.standard_normal(z.shape) + 1j * rng.standard_normal(z.shape)))
        state = conditions[i] if conditions else Conditions(time_s=3600.0 * i)
        spectra.append(Spectrum(grid, z, conditions=state, label=f"s{i}"))
    return Series(spectra, **of_series)


@pytest.fixture(scope="session")
def impedance() -> Callable[..., np.ndarray]:
    return make_impedance


@pytest.fixture(scope="session")
def cell_series() -> Callable[..., Series]:
    return make_series
