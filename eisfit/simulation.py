"""Spectra from a circuit, with noise of known size: for planning a measurement, for tests, for teaching."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import ArrayLike

from eisfit.circuit import Circuit, Values
from eisfit.errors import CircuitError, DataError
from eisfit.roles import by_parameter
from eisfit.spectrum import Complexes, Conditions, Floats, Series, Spectrum


def simulate(
    circuit: Circuit | str,
    frequency: ArrayLike,
    values: Values | None = None,
    *,
    noise: float = 0.0,
    seed: int | None = None,
    conditions: Conditions | Sequence[Conditions] | None = None,
    label: str = "simulated",
) -> Spectrum | Series:
    """Impedance spectra that a circuit would give, with noise proportional to the modulus.

    circuit: a Circuit or its text; frequency (F,) Hz; values a mapping by name or role, or an array (P,) for one
    Spectrum, an array (N, P) or a mapping with arrays (N,) for a Series; without any the circuit's own. `noise` is the
    standard deviation of Re and of Im each, as a fraction of |Z|: 0.003 is 0.3 %. Re and Im are drawn independently,
    Z_k = Z(f_k) + noise |Z(f_k)| (a_k + j b_k) with a, b from the standard normal distribution: the error structure
    that modulus weights assume (Boukamp, J. Electrochem. Soc. 142 (1995) 1885, eq. 13). Each spectrum carries it as
    its sigma.

    The same seed gives the same noise, and spectrum i of a series has the same noise whatever N is. `conditions` is
    one value for all spectra or one per spectrum. Raises CircuitError for a circuit or values that do not fit,
    DataError for frequencies, noise or seed that make no spectrum.

    >>> import eisfit as ef
    >>> ef.simulate("R(RC)", [1e3, 1.0], {"R1": 10, "R2": 5, "C1": 1e-3}).impedance.round(2)
    array([10.01-0.16j, 15.  -0.16j])
    >>> ef.simulate("R(RC)", [1e3, 1.0], {"R1": 10})
    Traceback (most recent call last):
    eisfit.errors.CircuitError: no value is given for R2, C1: name every free parameter, or none for the circuit's own
    """
    model = Circuit(circuit) if isinstance(circuit, str) else circuit
    if isinstance(values, Mapping):
        values = by_parameter(model, values)
    f = _frequencies(frequency)
    rows = _finite(model, model.array(values))
    z = _finite_impedance(f, model.impedance(f, np.atleast_2d(rows)))
    sigma = _noise_level(noise) * np.abs(z)
    data = z + sigma * _unit_noise(z.shape, seed)
    states = _conditions(conditions, len(z))
    names = [label] if rows.ndim == 1 else [f"{label} {i}" for i in range(1, len(z) + 1)]
    spectra = [
        Spectrum(f, data[i], sigma=sigma[i] if noise else None, conditions=states[i], label=names[i])
        for i in range(len(z))
    ]
    return spectra[0] if rows.ndim == 1 else Series(spectra)


def _frequencies(frequency: ArrayLike) -> Floats:
    try:
        f = np.array(frequency, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise DataError(f"frequency must be numbers: {error}") from None
    if f.ndim != 1 or not f.size:
        raise DataError(f"frequency must be a list of one or more values, not an array of shape {f.shape}")
    wrong = ~(np.isfinite(f) & (f > 0))
    if wrong.any():
        raise DataError(f"frequency must be finite and above 0 Hz; point {int(np.argmax(wrong))} is {f[wrong][0]}")
    return f


def _finite(circuit: Circuit, rows: Floats) -> Floats:
    wrong = np.argwhere(~np.isfinite(rows))
    if len(wrong):
        where = f" of spectrum {wrong[0][0] + 1}" if rows.ndim == 2 else ""
        raise CircuitError(f"{circuit.names[wrong[0][-1]]}{where} is {rows[tuple(wrong[0])]}: a value must be finite")
    return rows


def _finite_impedance(f: Floats, z: Complexes) -> Complexes:
    wrong = np.argwhere(~np.isfinite(z))
    if len(wrong):
        i, k = wrong[0]
        raise DataError(f"with these values (set {i + 1}) the impedance at {f[k]:g} Hz is not finite")
    return z


def _noise_level(noise: float) -> float:
    if not 0 <= noise < np.inf:
        raise DataError(f"noise must be a fraction of |Z|, 0 or more, such as 0.003 for 0.3 %; got {noise}")
    return float(noise)


def _unit_noise(shape: tuple[int, ...], seed: int | None) -> Complexes:
    """Complex noise (N, F), standard deviation 1 in Re and in Im; drawn spectrum by spectrum."""
    try:
        rng = np.random.default_rng(seed)
    except (TypeError, ValueError) as error:
        raise DataError(f"seed must be a whole number of 0 or more: {error}") from None
    parts = rng.standard_normal((shape[0], 2, shape[1]))
    unit: Complexes = parts[:, 0] + 1j * parts[:, 1]
    return unit


def _conditions(conditions: Conditions | Sequence[Conditions] | None, count: int) -> Sequence[Conditions | None]:
    if conditions is None or isinstance(conditions, Conditions):
        return [conditions] * count
    if len(conditions) != count:
        raise DataError(f"{len(conditions)} conditions for {count} spectra: give one per spectrum, or one for all")
    return list(conditions)
