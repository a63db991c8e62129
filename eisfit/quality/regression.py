"""Linear regression of many spectra at once, with a weak expectation on the size of the coefficients.

Minimises |y - A x|^2 + (sigma / SPREAD)^2 |x|^2: least squares, plus the knowledge that no coefficient is much larger
than the impedance itself (the columns of A are scaled for it). The second term counts for what the noise sigma leaves
undetermined: neighbouring elements of opposite sign, large and nearly equal, which would follow the noise or a drift.
So the number of elements need not be chosen per spectrum; the noise decides how many count (`effective`).

In the language of statistics x has the prior N(0, SPREAD^2) and the residual has covariance sigma^2 S with
S = (1 + A A^T SPREAD^2 / sigma^2)^-1, the matrix of the tests in `evidence` (generalised least squares).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from eisfit.spectrum import Floats

SPREAD = 0.2
"""Expected size of a coefficient in units of the impedance where it counts: four elements per decade share a process.
Noisy spectra of the library's circuits are likeliest at 0.12; a sharp arc between two elements asks for more."""
NOISE_FLOOR = 3e-5
"""Least relative noise that is assumed, 0.003 %: below, the arithmetic would lose digits."""
_FIRST_GUESS = 2e-3
_REGULAR = 1e-12
_LEAST_DOF = 1e-3


class Regression(NamedTuple):
    """A regression of N spectra with 2F data and K coefficients each.

    columns (N, 2F, K); counted (N, 2F), 1 or 0; residual (N, 2F) = y - A x, also where not counted; inverse (N, K, K)
    of the normal matrix; projected (N, 2F, K) = A @ inverse; sigma (N,), noise from the residual; effective (N,),
    number of coefficients that the data determine; dof (N,), counted data less these.
    """

    columns: Floats
    counted: Floats
    residual: Floats
    inverse: Floats
    projected: Floats
    sigma: Floats
    effective: Floats
    dof: Floats

    def quadratic(self, vectors: Floats) -> Floats:
        """c^T S c for vectors (N, 2F), (N,)."""
        seen = np.einsum("nik,ni->nk", self.columns, vectors * self.counted)
        out: Floats = (vectors**2 * self.counted).sum(axis=1) - self.through(seen[:, None, :])[:, 0]
        return out

    def through(self, seen: Floats) -> Floats:
        """u^T inverse u for u (N, J, K), (N, J)."""
        out: Floats = np.einsum("njk,njk->nj", seen @ self.inverse, seen)
        return out


def regress(columns: Floats, data: Floats, counted: Floats, noise: Floats | None = None) -> Regression:
    """Regression of data (N, 2F) on columns (N, 2F, K) over the data that count (N, 2F), 1 or 0.

    `noise` (N,) is the relative noise where a robust estimate knows it; else a first regression finds it.
    """
    transposed = (columns if counted.all() else columns * counted[..., None]).transpose(0, 2, 1)
    normal, right = transposed @ columns, _times(transposed, data)
    sigma = _first_noise(columns, data, counted, normal, right) if noise is None else noise
    ridge = _ridge(normal, sigma)
    full, scale = _scaled(normal, ridge)
    inverse: Floats = np.asarray(np.linalg.inv(full), dtype=np.float64)
    inverse *= scale[:, :, None]
    inverse *= scale[:, None, :]
    x = _times(inverse, right)
    left = _times(normal, x) + ridge * x
    x = x + _times(inverse, np.subtract(right, left))  # one round of refinement
    effective: Floats = normal.shape[1] - (ridge * np.einsum("nkk->nk", inverse)).sum(axis=1)
    residual = data - _times(columns, x)
    sigma, dof = _scatter(residual, counted, effective)
    return Regression(columns, counted, residual, inverse, columns @ inverse, sigma, effective, dof)


def _first_noise(columns: Floats, data: Floats, counted: Floats, normal: Floats, right: Floats) -> Floats:
    full, scale = _scaled(normal, _ridge(normal, np.full(len(data), _FIRST_GUESS)))
    x: Floats = np.asarray(np.linalg.solve(full, (scale * right)[..., None])[..., 0] * scale, dtype=np.float64)
    effective = np.minimum(0.9 * normal.shape[1], 0.7 * counted.sum(axis=1))
    return _scatter(data - _times(columns, x), counted, effective)[0]


def _ridge(normal: Floats, sigma: Floats) -> Floats:
    """What is added to the diagonal, (N, K): the expectation, and never less than keeps the matrix regular."""
    expected = (np.maximum(sigma, NOISE_FLOOR) / SPREAD) ** 2
    out: Floats = np.maximum(expected[:, None], _REGULAR * np.einsum("nkk->nk", normal))
    return out


def _scaled(normal: Floats, ridge: Floats) -> tuple[Floats, Floats]:
    """The normal matrix with its ridge, scaled to a unit diagonal, which keeps digits; the scale (N, K)."""
    k = np.arange(normal.shape[1])
    scale = 1 / np.sqrt(normal[:, k, k] + ridge)
    full = normal * scale[:, :, None]
    full *= scale[:, None, :]
    full[:, k, k] = 1.0
    return full, scale


def _scatter(residual: Floats, counted: Floats, effective: Floats) -> tuple[Floats, Floats]:
    """Noise (N,) from the residual, and the degrees of freedom (N,)."""
    dof = np.maximum(counted.sum(axis=1) - effective, _LEAST_DOF)
    return np.sqrt((counted * residual**2).sum(axis=1) / dof), dof


def _times(matrix: Floats, vector: Floats) -> Floats:
    out: Floats = (matrix @ vector[..., None])[..., 0]
    return out
