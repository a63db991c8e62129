"""The linear Kramers-Kronig test as published: a given number of RC elements, least squares, no verdict.

For comparison with other programs and with the literature; `lin_kk` is the test that judges. Boukamp, J. Electrochem.
Soc. 142 (1995) 1885: time constants logarithmically between the ends of the band, fit to Re, to Im or to both with
weights 1/|Z|. Schonleber, Klotz, Ivers-Tiffee, Electrochim. Acta 131 (2014) 20: M grows until
mu = 1 - sum |R_k < 0| / sum |R_k >= 0| falls to 0.85, where neighbouring elements begin to fight each other.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, NamedTuple

import numpy as np

from eisfit.errors import OptionError
from eisfit.spectrum import Complexes, Floats, FrozenArrays, Spectrum

Parts = Literal["complex", "real", "imaginary"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """How the published test is made.

    n_rc: number of RC elements, or "mu" for Schonleber's choice with its limit and the most elements tried; parts: what
    is fitted; capacitance, inductance: a term in series (in parallel, with admittance) of that kind; admittance: fit
    Y instead of Z.
    """

    n_rc: int | Literal["mu"] = "mu"
    parts: Parts = "complex"
    capacitance: bool = True
    inductance: bool = True
    admittance: bool = False
    mu_limit: float = 0.85
    most: int = 50


@dataclass(frozen=True, slots=True, eq=False)
class LinearTest(FrozenArrays):
    """Result of the published test: residual (F,) = (Z_model - Z) / |Z| (or of Y), n_rc, mu, the resistances (M,)."""

    residual: Complexes
    n_rc: int
    mu: float
    resistances: Floats

    @property
    def rms_percent(self) -> float:
        """Root mean square of the residual per component, percent."""
        return 100 * float(np.sqrt(np.mean(np.abs(self.residual) ** 2) / 2))


def linear_test(spectrum: Spectrum, settings: Settings | None = None) -> LinearTest:
    """The published test of one spectrum, over its used points. Raises OptionError."""
    how = settings or Settings()
    if how.parts not in ("complex", "real", "imaginary"):
        raise OptionError(f'parts is "complex", "real" or "imaginary", not {how.parts!r}')
    if how.n_rc != "mu" and not (isinstance(how.n_rc, int) and how.n_rc > 0):
        raise OptionError(f'n_rc is a number of RC elements above 0, or "mu", not {how.n_rc!r}')
    used = spectrum.used & (spectrum.impedance != 0)
    omega, z = spectrum.omega[used], spectrum.impedance[used]
    if not len(z):
        raise OptionError(f"no point of {spectrum.label or 'this spectrum'} counts: there is nothing to test")
    data = 1 / z if how.admittance else z
    if how.n_rc != "mu":
        return _tested(omega, data, how.n_rc, how)
    for n_rc in range(1, how.most + 1):
        result = _tested(omega, data, n_rc, how)
        if result.mu <= how.mu_limit:
            break
    return result


class _Columns(NamedTuple):
    """Columns of the linear problem, divided by |Z|: R0, RC elements, and what only the imaginary part sees."""

    resistive: Complexes
    reactive: Complexes


def _tested(omega: Floats, z: Complexes, n_rc: int, how: Settings) -> LinearTest:
    weight = 1 / np.abs(z)
    columns = _columns(omega, weight, n_rc, how)
    data = z * weight
    fit = {"complex": _fit_complex, "real": _fit_real, "imaginary": _fit_imaginary}[how.parts]
    model, r = fit(columns, data, weight)
    return LinearTest(model - data, n_rc, _mu(r), r)


def time_constants(omega: Floats, n_rc: int) -> Floats:
    """M time constants, logarithmic from 1/omega_max to 1/omega_min; a single one is 1/omega_min."""
    ends = 1 / omega.max(), 1 / omega.min()
    return np.array([ends[1]]) if n_rc == 1 else np.geomspace(*ends, n_rc)


def _columns(omega: Floats, weight: Floats, n_rc: int, how: Settings) -> _Columns:
    tau = time_constants(omega, n_rc)
    resistive: Complexes = np.concatenate([np.ones((len(omega), 1)), 1 / (1 + 1j * omega[:, None] * tau)], axis=1)
    terms = [-1j / omega] * how.capacitance + [1j * omega] * how.inductance
    reactive: Complexes = np.array(terms, dtype=complex).reshape(len(terms), len(omega)).T
    resistive *= weight[:, None]
    return _Columns(resistive, reactive * weight[:, None])


def _fit_complex(columns: _Columns, data: Complexes, weight: Floats) -> tuple[Complexes, Floats]:
    every = np.concatenate([columns.resistive, columns.reactive], axis=1)
    x = _least_squares(np.concatenate([every.real, every.imag]), np.concatenate([data.real, data.imag]))
    model: Complexes = np.matmul(every, x)
    return model, x[1 : columns.resistive.shape[1]]


def _fit_real(columns: _Columns, data: Complexes, weight: Floats) -> tuple[Complexes, Floats]:
    """Re decides the resistances, what is left of Im then L and C (Boukamp 1995, eq. 10)."""
    x = _least_squares(columns.resistive.real, data.real)
    model: Complexes = columns.resistive @ x
    if columns.reactive.shape[1]:
        model += columns.reactive @ _least_squares(columns.reactive.imag, (data - model).imag)
    return model, x[1:]


def _fit_imaginary(columns: _Columns, data: Complexes, weight: Floats) -> tuple[Complexes, Floats]:
    """Im decides all but R0, which follows as a weighted mean of what is left of Re (Boukamp 1995, eq. 7)."""
    every = np.concatenate([columns.resistive[:, 1:], columns.reactive], axis=1)
    x = _least_squares(every.imag, data.imag)
    model: Complexes = np.matmul(every, x)
    model += weight * float((weight * (data - model).real).sum() / (weight**2).sum())
    return model, x[: columns.resistive.shape[1] - 1]


def _least_squares(a: Floats, b: Floats) -> Floats:
    """Least squares by singular values, columns scaled to unit length."""
    length = np.linalg.norm(a, axis=0)
    out: Floats = np.linalg.lstsq(a / length, b, rcond=1e-15)[0] / length
    return out


def _mu(resistances: Floats) -> float:
    positive, negative = resistances[resistances >= 0].sum(), -resistances[resistances < 0].sum()
    return float(1 - negative / positive) if positive > 0 else -np.inf
