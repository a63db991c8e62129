"""Simulated spectra with known truth, for the tests of the fitting engine."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from eisfit import Circuit, Conditions, Series, Spectrum

FREQUENCY = np.logspace(6, -2, 41)

TRUTHS = {
    "R(RQ)": [10.0, 50.0, 1e-5, 0.9],
    "R(RQ)(RQ)Q": [22.0, 14.0, 6e-8, 0.9, 60.0, 3e-3, 0.8, 0.4, 0.6],
    "(RQ)(RQ)Q": [40.0, 1e-7, 0.9, 60.0, 3e-3, 0.8, 0.4, 0.6],
    "R(RC)": [10.0, 50.0, 1e-5],
    "R(RC)(RC)": [5.0, 20.0, 1e-7, 80.0, 1e-4],
    "R(RQ)(RQ)(RQ)": [9.0, 20.0, 1e-7, 0.92, 35.0, 3e-5, 0.85, 80.0, 6e-3, 0.8],
    "R(Q(RW))": [12.0, 4e-6, 0.88, 70.0, 0.02],
    "R(RQ)G": [6.0, 25.0, 2e-6, 0.9, 0.015, 0.4],
    "LR(RQ)": [3e-7, 8.0, 40.0, 2e-5, 0.85],
}
"""A truth for each circuit, every parameter of which the data determine."""


@pytest.fixture
def frequency() -> np.ndarray:
    """41 frequencies from 1 MHz to 10 mHz."""
    return FREQUENCY


@pytest.fixture
def assb() -> Circuit:
    """A solid-state cell: intercept, two arcs, a tail."""
    return Circuit("R(RQ)(RQ)Q")


@pytest.fixture
def simulated() -> Callable[..., tuple[Circuit, np.ndarray, np.ndarray]]:
    """simulated(text, n, seed, noise) -> circuit, truth (N, P) scattered by 10 % around `TRUTHS`, impedance (N, F)."""

    def make(
        text: str = "R(RQ)(RQ)Q", n: int = 1, seed: int = 0, noise: float = 0.003, frequency: np.ndarray = FREQUENCY
    ) -> tuple[Circuit, np.ndarray, np.ndarray]:
        rng = np.random.default_rng(seed)
        circuit = Circuit(text)
        truth = np.tile(TRUTHS[text], (n, 1))
        sizes = np.array([p.scale == "log" for p in circuit.parameters])
        truth[:, sizes] *= np.exp(0.1 * rng.standard_normal((n, int(sizes.sum()))))
        z = circuit.impedance(frequency, truth)
        z = z + noise * np.abs(z) * (rng.standard_normal(z.shape) + 1j * rng.standard_normal(z.shape))
        return circuit, truth, z

    return make


@pytest.fixture
def as_series() -> Callable[..., Series]:
    """as_series(z (N, F)) -> a Series of hourly spectra."""

    def make(z: np.ndarray, frequency: np.ndarray = FREQUENCY) -> Series:
        return Series(
            [
                Spectrum(frequency, row, label=f"s{i}", conditions=Conditions(time_s=3600.0 * i))
                for i, row in enumerate(np.atleast_2d(z))
            ]
        )

    return make
