"""How much noise the points of a series carry: a part that grows with |Z|, and a constant part.

    sigma^2 = (a |Z|)^2 + b^2        for Re and Im each

(the modulus and constant terms of the variance models of Orazem and co-workers; Macdonald, Electrochim. Acta 35 (1990)
1483, estimates such weights from residuals). a and b come from the residuals of the Kramers-Kronig test, which no
circuit has touched, by maximum likelihood over all points of all spectra together.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from eisfit.quality.kramers_kronig import KramersKronig, lin_kk
from eisfit.spectrum import Complexes, Floats, Series

_LEAST_POINTS = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class NoiseModel:
    """Standard deviation of Re and of Im: `modulus_percent` of |Z| and `constant_ohm`, added in squares.

    `points` were used; both are NaN where there were too few.
    """

    modulus_percent: float
    constant_ohm: float
    points: int

    def sigma(self, impedance: Complexes) -> Floats:
        """Standard deviation in ohm at every point."""
        out: Floats = np.hypot(self.modulus_percent / 100 * np.abs(impedance), self.constant_ohm)
        return out


def noise_model(series: Series, kk: KramersKronig | None = None) -> NoiseModel:
    """The noise of a series from the residuals of its Kramers-Kronig test, points that stand out left aside."""
    kk = lin_kk(series) if kk is None else kk
    squares, moduli = [], []
    for i, spectrum in enumerate(series):
        modulus, residual = np.abs(spectrum.impedance), kk.residual[i]
        use = np.isfinite(residual) & ~kk.outliers[i]
        spare = 2 * use.sum() - kk.effective[i]
        if kk.verdict[i] == "fail" or not spare > kk.limits.least_dof:
            continue
        squares.append((np.abs(residual[use]) * modulus[use]) ** 2 * use.sum() / spare)
        moduli.append(modulus[use])
    if sum(map(len, squares)) < _LEAST_POINTS:
        return NoiseModel(modulus_percent=np.nan, constant_ohm=np.nan, points=0)
    return _likeliest(np.concatenate(squares), np.concatenate(moduli))


def _likeliest(square: Floats, modulus: Floats) -> NoiseModel:
    """Maximum likelihood: `square` (n,) is the mean square per component, whose expectation is a^2 (|Z|^2 + ratio).

    For one ratio b^2/a^2 the best a^2 is a mean; the ratio is searched on a logarithmic grid, twice.
    """
    z2 = modulus**2
    grid = np.concatenate([[0.0], np.geomspace(1e-4 * z2.min(), 1e2 * z2.max(), 120)])
    best = grid[np.argmin([_cost(r, square, z2) for r in grid])]
    if best > 0:
        step = np.log(grid[2] / grid[1])
        near = best * np.exp(np.linspace(-step, step, 41))
        best = near[np.argmin([_cost(r, square, z2) for r in near])]
    a2 = float(np.mean(square / (z2 + best)))
    return NoiseModel(
        modulus_percent=100 * float(np.sqrt(a2)), constant_ohm=float(np.sqrt(a2 * best)), points=len(square)
    )


def _cost(ratio: float, square: Floats, z2: Floats) -> float:
    """Minus the logarithm of the likelihood per point, constants left out."""
    variance = z2 + ratio
    return float(np.log(np.mean(square / variance)) + np.mean(np.log(variance)))
