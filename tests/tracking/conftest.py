"""Fits made by hand: true values, simulated spectra, and the errors that their noise implies."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from eisfit.circuit import Circuit
from eisfit.fitting.result import SeriesFit
from eisfit.fitting.status import FitStatus
from eisfit.spectrum import Conditions, Series, Spectrum
from tests.shorts.conftest import make_series

ASSB = "R_{SE,bulk}(R_{GB}Q_{GB})(R_{Int}Q_{Int})Q_{D}"
VALUES = np.array([22.0, 14.0, 6e-8, 0.9, 60.0, 3e-3, 0.8, 0.4, 0.6])
FREQUENCY = np.logspace(6, -2, 57)


def covariance_of(circuit: Circuit, frequency, values, noise):
    """(J^T W J)^-1 noise^2 at the given values (N, P), modulus weights, solved for relative changes."""
    weight = 1 / np.abs(circuit.impedance(frequency, values))
    jacobian = circuit.jacobian(frequency, values) * weight[..., None] * values[:, None, :]
    rows = np.concatenate([jacobian.real, jacobian.imag], axis=1)
    relative = np.linalg.pinv(rows.transpose(0, 2, 1) @ rows) * noise**2
    return relative * values[:, :, None] * values[:, None, :]


def make_fits(circuit, values, *, noise=0.003, seed=0, frequency=FREQUENCY, scatter=True, conditions=None, **of_series):
    """A SeriesFit of true values (N, P): noisy spectra, values scattered by the covariance of that noise."""
    circuit = Circuit(circuit) if isinstance(circuit, str) else circuit
    truth = np.atleast_2d(np.asarray(values, float))
    n, rng = len(truth), np.random.default_rng(seed)
    z = circuit.impedance(frequency, truth)
    z = z + noise * np.abs(z) * (rng.standard_normal(z.shape) + 1j * rng.standard_normal(z.shape))
    where = conditions or [Conditions(time_s=3600.0 * i) for i in range(n)]
    spectra = [
        Spectrum(frequency, row, conditions=c, label=f"s{i}") for i, (row, c) in enumerate(zip(z, where, strict=True))
    ]
    covariance = covariance_of(circuit, frequency, truth, noise)
    found = truth
    if scatter:
        draws = [
            rng.multivariate_normal(np.zeros(len(c)), c / np.outer(v, v), method="svd")
            for c, v in zip(covariance, truth, strict=True)
        ]
        found = truth * np.exp(np.array(draws))
    cost = np.sum(np.abs((circuit.impedance(frequency, found) - z) / z) ** 2, axis=1)
    return SeriesFit(
        circuit=circuit,
        values=found,
        covariance=covariance,
        cost=cost,
        status=(FitStatus.CONVERGED,) * n,
        n_iterations=np.full(n, 9),
        points_used=np.full(n, len(frequency)),
        at_bound=np.zeros(truth.shape, bool),
        agreement=np.ones(n, int),
        starts=np.ones(n, int),
        rms=np.sqrt(cost / (2 * len(frequency))),
        series=Series(spectra, **of_series),
    )


@pytest.fixture(scope="session")
def fitted() -> Callable[..., SeriesFit]:
    return make_fits


@pytest.fixture(scope="session")
def truth() -> np.ndarray:
    """Values of a cell with 22 + 14 ohm of electrolyte and 60 ohm of interface, in the order of the circuit `assb`."""
    return VALUES.copy()


@pytest.fixture(scope="session")
def cell_series() -> Callable[..., Series]:
    """Series of a made-up cell, with and without a leak beside it."""
    return make_series
