"""How each tool is called: as its own documentation teaches, with the best settings that it offers for this work.

An adapter is made once (imports happen there, untimed) and returns a function of frequency (F,), impedance (N, F) and
start (N, P) or None that gives values (N, P) and standard errors (N, P). Circuit R(RQ)(RQ)Q; parameters in the order R1
R2 Q1 n1 R3 Q2 n2 Q3 n3. Peers fit one spectrum after the other, as a user's loop does; NaN: a fit that raised an error.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

Result = tuple[np.ndarray, np.ndarray]
Fit = Callable[[np.ndarray, np.ndarray, "np.ndarray | None"], Result]
NAMES = ("R1", "R2", "Q1", "n1", "R3", "Q2", "n2", "Q3", "n3")
EXPONENTS = (3, 6, 8)


class Tool(NamedTuple):
    """Adapter, package whose version is printed, is it given start values, does it fit one by one, settings."""

    make: Callable[[], Fit]
    package: str
    given: bool
    slow: bool
    method: str


def eisfit_cold() -> Fit:
    """fit_batch without any start values."""
    import eisfit

    def fit(f: np.ndarray, z: np.ndarray, start: np.ndarray | None) -> Result:
        found = eisfit.fit_batch(f, z, "R(RQ)(RQ)Q")
        return found.values, found.stderr

    return fit


def eisfit_series() -> Fit:
    """fit on a Series: start values, neighbours, identity of the arcs, covariance."""
    import eisfit
    from eisfit.tracking import consistent_arcs

    def fit(f: np.ndarray, z: np.ndarray, start: np.ndarray | None) -> Result:
        series = eisfit.Series([eisfit.Spectrum(f, row) for row in z])
        found = consistent_arcs(eisfit.fit(series, "R(RQ)(RQ)Q"))
        return found.values, found.stderr

    return fit


def eisfit_warm() -> Fit:
    """fit_batch from given start values."""
    import eisfit

    def fit(f: np.ndarray, z: np.ndarray, start: np.ndarray | None) -> Result:
        found = eisfit.fit_batch(f, z, "R(RQ)(RQ)Q", start=start)
        return found.values, found.stderr

    return fit


def one_by_one(single: Callable[[np.ndarray, np.ndarray, np.ndarray], tuple[Any, Any]]) -> Fit:
    """A loop over the spectra; a fit that raises leaves NaN."""

    def fit(f: np.ndarray, z: np.ndarray, start: np.ndarray | None) -> Result:
        values, errors = np.full((len(z), 9), np.nan), np.full((len(z), 9), np.nan)
        begin = np.broadcast_to(start if start is not None else np.nan, values.shape)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            for i, (row, p) in enumerate(zip(z, begin, strict=True)):
                try:
                    found, sd = single(f, row, p)
                except (ValueError, RuntimeError, ArithmeticError, np.linalg.LinAlgError, TypeError):
                    continue
                values[i] = found
                errors[i] = np.array([np.nan if s is None else s for s in sd], float)
        return values, errors

    return fit


def impedance_py() -> Fit:
    """CustomCircuit.fit with weight_by_modulus."""
    from impedance.models.circuits import CustomCircuit

    def single(f: np.ndarray, z: np.ndarray, start: np.ndarray) -> tuple[Any, Any]:
        circuit = CustomCircuit("R0-p(R1,CPE1)-p(R2,CPE2)-CPE3", initial_guess=start.tolist())
        circuit.fit(f, z, weight_by_modulus=True)
        return circuit.parameters_, circuit.conf_

    return one_by_one(single)


def pyimpspec() -> Fit:
    """fit_circuit, method least_squares, weight boukamp (1/|Z|^2); its automatic choice of both takes seconds a fit."""
    from pyimpspec import DataSet, fit_circuit, parse_cdc

    keys = (("R_1", "R"), ("R_2", "R"), ("Q_1", "Y"), ("Q_1", "n"), ("R_3", "R"), ("Q_2", "Y"), ("Q_2", "n"))
    keys += (("Q_3", "Y"), ("Q_3", "n"))
    text = "R{{R={}}}(R{{R={}}}Q{{Y={},n={}}})(R{{R={}}}Q{{Y={},n={}}})Q{{Y={},n={}}}"

    def single(f: np.ndarray, z: np.ndarray, start: np.ndarray) -> tuple[Any, Any]:
        circuit = parse_cdc(text.format(*(f"{x:.9e}" for x in start)))
        found = fit_circuit(circuit, DataSet(f, z), method="least_squares", weight="boukamp", num_procs=1).parameters
        picked = [found[element][name] for element, name in keys]
        return [p.value for p in picked], [p.stderr for p in picked]

    return one_by_one(single)


def _model(p: Any, s: np.ndarray) -> np.ndarray:
    r0, r1, q1, n1, r2, q2, n2, q3, n3 = p
    return r0 + r1 / (1 + r1 * q1 * s**n1) + r2 / (1 + r2 * q2 * s**n2) + 1 / (q3 * s**n3)


def lmfit_by_hand() -> Fit:
    """lmfit.minimize, leastsq, bounds, a residual in twelve lines of numpy."""
    import lmfit

    def single(f: np.ndarray, z: np.ndarray, start: np.ndarray) -> tuple[Any, Any]:
        s, weight = 2j * np.pi * f, 1 / np.abs(z)
        params = lmfit.Parameters()
        for k, (name, x) in enumerate(zip(NAMES, start.tolist(), strict=True)):
            params.add(name, x, min=0, max=1 if k in EXPONENTS else np.inf)

        def residual(params: Any) -> np.ndarray:
            d = (_model([params[name].value for name in NAMES], s) - z) * weight
            return np.concatenate([d.real, d.imag])

        found = lmfit.minimize(residual, params).params
        return [found[name].value for name in NAMES], [found[name].stderr for name in NAMES]

    return one_by_one(single)


def scipy_by_hand() -> Fit:
    """scipy.optimize.least_squares, trf, bounds, scaled by the jacobian."""
    from scipy.optimize import least_squares

    low = np.zeros(9)
    high = np.where(np.isin(np.arange(9), EXPONENTS), 1.0, np.inf)

    def single(f: np.ndarray, z: np.ndarray, start: np.ndarray) -> tuple[Any, Any]:
        s, weight = 2j * np.pi * f, 1 / np.abs(z)

        def residual(p: np.ndarray) -> np.ndarray:
            d = (_model(p, s) - z) * weight
            return np.concatenate([d.real, d.imag])

        found = least_squares(residual, start, bounds=(low, high), x_scale="jac")
        covariance = np.linalg.inv(found.jac.T @ found.jac) * 2 * found.cost / (2 * f.size - 9)
        return found.x, np.sqrt(np.diag(covariance))

    return one_by_one(single)


TOOLS = {
    "eisfit": Tool(eisfit_cold, "eisfit", given=False, slow=False, method="fit_batch, no start values"),
    "eisfit series": Tool(eisfit_series, "eisfit", given=False, slow=False, method="fit of a Series, no start values"),
    "eisfit warm": Tool(eisfit_warm, "eisfit", given=True, slow=False, method="fit_batch, start given"),
    "impedance.py": Tool(impedance_py, "impedance", given=True, slow=True, method="weight_by_modulus"),
    "pyimpspec": Tool(pyimpspec, "pyimpspec", given=True, slow=True, method="least_squares, boukamp"),
    "lmfit by hand": Tool(lmfit_by_hand, "lmfit", given=True, slow=True, method="leastsq, bounds"),
    "scipy by hand": Tool(scipy_by_hand, "scipy", given=True, slow=True, method="least_squares trf, bounds"),
}
