"""What speaks against a spectrum: statistics of the residual of the measurement model, each with a size and a z-score.

All are projections of the residual on the shape that one kind of error has, r^T c / sqrt(c^T S c) / sigma, with the
matrix S of the regression: what the model can follow by itself is taken out of the shape first. Each follows Student's
t with the degrees of freedom of the regression where the spectrum obeys the relations and its noise is white and
proportional to |Z|, and is given as the equivalent z of the normal distribution.

    points     one point out of line: Re and Im together, a chi-square of two degrees of freedom
    step       |Z| changes by one factor from some frequency on; every frequency is tried but the ends of the band
    drift      a resistance that grows in proportion to elapsed time, each point taking a time of 1/f
    roughness  neighbouring residuals alike (von Neumann, Ann. Math. Stat. 12 (1941) 367): the model cannot follow
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from eisfit.quality.regression import Regression
from eisfit.spectrum import Complexes, Floats

INVISIBLE = 1e-6
"""Share of the square of a shape that must be left after the model has taken its part."""
STEP_MARGIN = 5
"""Points that a step leaves on either side: fewer are bad points, not a step."""


class Shape(NamedTuple):
    """Evidence for one shape of error: its size (N,) in the units of the shape, standard error, z-score."""

    size: Floats
    stderr: Floats
    z: Floats


def point_distance(fit: Regression) -> Floats:
    """Distance of every point from the model, squared, in units of the relative noise variance: T^2 sigma^2, (N, F).

    For a point that counted, the variance of its residual is (1 - h) sigma^2 (h the leverage); for one that was left
    out, that of its prediction, (1 + h) sigma^2. Chi-square of two degrees of freedom where all is well.
    """
    half = fit.residual.shape[1] // 2
    re, im = np.s_[:, :half], np.s_[:, half:]
    sign = np.where(fit.counted[re] > 0, -1.0, 1.0)
    rr, ii, ri = (1 * (a == b) + sign * _leverage(fit, a, b) for a, b in ((0, 0), (1, 1), (0, 1)))
    r, i = fit.residual[re], fit.residual[im]
    determinant = np.maximum(rr * ii - ri**2, 1e-12)
    out: Floats = np.maximum(ii * r**2 - 2 * ri * r * i + rr * i**2, 0) / determinant
    return out


def _leverage(fit: Regression, a: int, b: int, shift: int = 0) -> Floats:
    """Elements of A inverse A^T between parts a and b (0 Re, 1 Im) of points i and i + shift, (N, F - shift)."""
    half = fit.residual.shape[1] // 2
    first = fit.projected[:, a * half : (a + 1) * half - shift]
    second = fit.columns[:, b * half + shift : (b + 1) * half]
    out: Floats = np.einsum("nfk,nfk->nf", first, second)
    return out


def step(fit: Regression, data: Floats) -> tuple[Shape, NDArray[np.intp]]:
    """The best step of |Z|, as a fraction of it, and the first point after it (N,); points in order of frequency."""
    half = data.shape[1] // 2
    model = (data - fit.residual) * fit.counted
    seen = fit.columns[:, :half] * model[:, :half, None]
    seen += fit.columns[:, half:] * model[:, half:, None]
    whole = _onward(_paired(model**2))
    square = _visible(whole - fit.through(_onward(seen)), whole)
    product = _onward(_paired(model * fit.residual))
    margin = min(STEP_MARGIN, half // 4)
    inner = slice(margin, half - margin)
    scores = product[:, inner] / np.sqrt(square[:, inner])
    rows, best = np.arange(len(data)), np.abs(scores).argmax(axis=1) + margin
    return _shape(product[rows, best], square[rows, best], fit), best


def drift(fit: Regression, column: Complexes) -> Shape:
    """A change that grows with elapsed time; `column` (N, F): what a final change of one ohm adds, relative to |Z|."""
    c = np.concatenate([column.real, column.imag], axis=1) * fit.counted
    return _shape((c * fit.residual).sum(axis=1), _visible(fit.quadratic(c), (c**2).sum(axis=1)), fit)


def local_noise(fit: Regression) -> Floats:
    """Relative noise of Re and of Im from differences of neighbouring residuals, (N,); what is smooth cancels."""
    half = fit.residual.shape[1] // 2
    both = fit.counted[:, :half][:, 1:] * fit.counted[:, :half][:, :-1]
    total, expected = np.zeros(len(both)), np.zeros(len(both))
    for part in (0, 1):
        r = fit.residual[:, part * half : (part + 1) * half]
        total += (both * np.diff(r, axis=1) ** 2).sum(axis=1)
        h, off = _leverage(fit, part, part), _leverage(fit, part, part, 1)
        expected += (both * (2 - h[:, 1:] - h[:, :-1] + 2 * off)).sum(axis=1)
    return np.sqrt(total / np.maximum(expected, 1e-3))


def roughness(fit: Regression, noise: Floats) -> Shape:
    """Misfit beyond the local noise: its root mean square per component, relative to |Z|."""
    n = fit.counted.sum(axis=1)
    excess = np.where(fit.sigma > 0, 1 - (noise / np.where(fit.sigma > 0, fit.sigma, 1)) ** 2, 0.0)
    rms2 = (fit.counted * fit.residual**2).sum(axis=1) / np.maximum(n, 1)
    size = np.sqrt(np.maximum(excess, 0) * rms2)
    z = excess * np.sqrt(fit.dof)
    return Shape(size, size / np.maximum(np.abs(z), 1e-9), z)


def normal_score(t: Floats, dof: Floats) -> Floats:
    """The z of the normal distribution that is as unlikely as a t of Student's, two-sided.

    Wallace, Ann. Math. Stat. 30 (1959) 1124.
    """
    n = np.maximum(dof, 0.1)
    out: Floats = np.sign(t) * (8 * n + 1) / (8 * n + 3) * np.sqrt(n * np.log1p(t**2 / n))
    return out


def _visible(square: Floats, whole: Floats) -> Floats:
    """c^T S c, infinite where the model follows the shape to one part in a thousand: nothing can be said then."""
    out: Floats = np.where(square > INVISIBLE * whole, square, np.inf)
    return out


def _shape(product: Floats, square: Floats, fit: Regression) -> Shape:
    size = product / square
    t = product / np.sqrt(square) / np.maximum(fit.sigma, 1e-30)
    seen = np.isfinite(square)
    stderr = np.where(seen, fit.sigma / np.sqrt(np.where(seen, square, 1.0)), np.inf)
    return Shape(size, stderr, normal_score(t, fit.dof))


def _paired(values: Floats) -> Floats:
    """Re and Im of each point added, (N, 2F) to (N, F)."""
    half = values.shape[1] // 2
    out: Floats = values[:, :half] + values[:, half:]
    return out


def _onward(values: Floats) -> Floats:
    """Sums from each point to the last, along axis 1."""
    out: Floats = np.flip(np.flip(values, axis=1).cumsum(axis=1), axis=1)
    return out
