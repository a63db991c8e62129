"""Spectra that obey the Kramers-Kronig relations, and ways to break them."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from eisfit import Circuit, Spectrum, load_circuit
from eisfit.library import library

FREQUENCY = np.logspace(6, -2, 61)


def noisy(rng: np.random.Generator, z: np.ndarray, noise: float) -> np.ndarray:
    """Noise proportional to the modulus, in Re and Im each."""
    return z + noise * np.abs(z) * (rng.standard_normal(z.shape) + 1j * rng.standard_normal(z.shape))


def scattered(circuit: Circuit, rng: np.random.Generator) -> np.ndarray:
    """Parameters around those of the circuit: half a decade either way, exponents by 0.1."""
    values = []
    for p in circuit.parameters:
        value = p.value * 10 ** rng.uniform(-0.5, 0.5) if p.scale == "log" else p.value + rng.uniform(-0.1, 0.1)
        values.append(min(max(value, p.lower), p.upper))
    return np.array(values)


def grid(rng: np.random.Generator) -> np.ndarray:
    """40 to 90 frequencies, 5 to 12 per decade."""
    n = int(rng.integers(40, 91))
    top = rng.uniform(5, 6.85)
    decades = min(rng.uniform(max(4, n / 12), min(9, n / 5)), top + 3)
    return np.logspace(top, top - decades, n)


@pytest.fixture
def obedient() -> Callable[..., list[tuple[np.ndarray, np.ndarray]]]:
    """Frequencies and noise-free impedances of every circuit of the library, `each` times."""

    def make(seed: int, each: int) -> list[tuple[np.ndarray, np.ndarray]]:
        rng = np.random.default_rng(seed)
        out = []
        for _, entry in sorted(library().items()):
            for _ in range(each):
                f = grid(rng)
                out.append((f, entry.circuit.impedance(f, scattered(entry.circuit, rng))))
        return out

    return make


@pytest.fixture
def cells() -> Callable[..., np.ndarray]:
    """Impedances (n, 61) of a solid-state cell whose R_Int changes by `drift` in the sweep, as time goes by."""

    def make(seed: int, n: int, drift: float = 0.0) -> np.ndarray:
        rng, circuit = np.random.default_rng(seed), load_circuit("assb")
        elapsed = np.cumsum(1 / FREQUENCY) / np.sum(1 / FREQUENCY)
        out = []
        for _ in range(n):
            values = np.repeat(scattered(circuit, rng)[None, :], len(FREQUENCY), axis=0)
            values[:, circuit.names.index("R_Int")] *= 1 + drift * elapsed
            out.append(np.diagonal(circuit.impedance(FREQUENCY, values)))
        return np.array(out)

    return make


@pytest.fixture
def spectrum() -> Spectrum:
    """One good spectrum of a solid-state cell, 0.3 % noise."""
    rng = np.random.default_rng(11)
    return Spectrum(FREQUENCY, noisy(rng, load_circuit("assb").impedance(FREQUENCY), 0.003), label="good")
