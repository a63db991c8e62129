"""Parameters that change smoothly along a series, estimated from all spectra together; given beside the free fit.

Every search coordinate (ln R, ln tau, n ...) is taken for an integrated random walk along the series: its slope
wanders, its value follows (Wahba, J. R. Stat. Soc. B 40 (1978) 364: the posterior mean is a cubic smoothing spline).
The free fits with their full covariances are the observations; a Kalman filter and the smoother of Rauch, Tung &
Striebel (AIAA J. 3 (1965) 1445) give mean and covariance at every spectrum. At a break (a short, say) the walk starts
anew.

Two things would bend the result. The covariance of a free fit depends on where its noise has carried it, so that
values with small errors are not small by chance: the problems are linearised anew along a first smooth course. And one
wander for the whole series is too little where the course bends: it is taken WIDER than what makes the series most
likely (undersmoothing; Hall, Ann. Stat. 20 (1992) 675). For this walk the standard error grows as wander^(1/4), the
bias in its units falls as wander^(-5/4) (Wahba's cubic spline: bandwidth ~ wander^(-1/2), bias ~ bandwidth^2).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from eisfit.fitting.covariance import inverse_of, laid_out, of_parameters
from eisfit.fitting.result import SeriesFit
from eisfit.fitting.scaling import Scaling, scaling
from eisfit.fitting.series import problems
from eisfit.medians import median_of
from eisfit.spectrum import Bools, Floats, FrozenArrays, read_only

LEAST = 5
"""A walk is not estimated from fewer spectra."""
WIDE = 100.0
"""Variance of the unknown first value and slope: far more than any logarithm varies."""
WIDER = 3.0
"""Factor on the most likely wander: a quarter of the bias at the bends for a third more error."""
STEPS = (4.0, 2.0, 1.0, 0.5)
"""ln of the factors by which the variance of a coordinate's wander is changed in the search, coarse to fine."""
ROUNDS = 12
FAR = 6.0
"""A spectrum whose chi2 along the course is above its least by so many standard deviations is no part of the course."""
LEAST_VARIANCE = 1e-10
"""Added to every variance of the free fits, so that exact data do not leave the filter without any: 1e-5 relative."""


@dataclass(frozen=True, slots=True, eq=False)
class Smoothed(FrozenArrays):
    """Parameters along the series under the assumption of smoothness: values (N, P), covariance (N, P, P).

    `wander` (S, K): standard deviation of the change of slope per spectrum, for each segment and search coordinate.
    """

    values: Floats
    covariance: Floats
    wander: Floats

    @property
    def stderr(self) -> Floats:
        """Standard errors (N, P); NaN where they cannot be had, 0 for fixed parameters."""
        out: Floats = np.sqrt(np.diagonal(self.covariance, axis1=1, axis2=2))
        return out


def smooth(fits: SeriesFit, *, breaks: Iterable[int] = ()) -> Smoothed:
    """The parameters of a series smoothed along it; a new walk begins at each index of `breaks`.

    A coordinate without an error in a spectrum (at a bound, or not determined) counts as not seen there. In a segment
    that shows it in fewer than LEAST spectra it keeps the free fit, and so do parameters shared by the whole series.
    """
    search = _scaling(fits)
    data = _observations(fits, search)
    edges = sorted({0, len(fits), *(b for b in breaks if 0 < b < len(fits))})
    parts = [slice(a, b) for a, b in pairwise(edges)]
    walks = [_walks(data.taken(part)) for part in parts]
    if not fits.options.shared:
        # shared values are what they are: their spectra have no problem of their own to linearise
        along = [_along(data.taken(part), walk) for part, walk in zip(parts, walks, strict=True)]
        data = _linearised(fits, data, np.clip(np.concatenate(along), search.lower, search.upper))
    values, bound = np.array(fits.values), fits.at_bound
    covariance = np.where(bound[:, :, None] | bound[:, None, :], np.nan, fits.covariance)
    for part, walk in zip(parts, walks, strict=True):
        if walk is None:
            continue
        mean, spread = _smoothed(data.taken(part), WIDER**2 * walk.variance)
        moved = of_parameters(walk.of[None], search.source)[0] & ~_is_shared(fits)
        moved[[formula.place for formula in search.formulas]] = True
        values[part, moved] = search.values(mean)[:, moved]
        rows, columns = np.ix_(moved, moved)
        covariance[part, rows, columns] = _natural(search, mean, spread)[:, rows, columns]
    wander = np.array([_wander(walk, search.size) for walk in walks])
    return Smoothed(read_only(values), read_only(covariance), read_only(wander))


class _Seen(NamedTuple):
    """What the spectra say: theta (N, K), its covariance (N, K, K), which coordinates were seen (N, K)."""

    theta: Floats
    noise: Floats
    seen: Bools

    @property
    def known(self) -> Bools:
        """Spectra that say anything, (N,)."""
        return np.asarray(self.seen.any(axis=1))

    def taken(self, part: slice) -> _Seen:
        """What some of the spectra say."""
        return _Seen(self.theta[part], self.noise[part], self.seen[part])


class _Walk(NamedTuple):
    """Which coordinates walk in a segment (K,), and the variance of the change of slope of each (K,)."""

    of: Bools
    variance: Floats


def _walks(data: _Seen) -> _Walk | None:
    """The walks of a segment, None where no coordinate is seen often enough."""
    of: Bools = np.asarray(data.seen.sum(axis=0) >= LEAST)
    return _Walk(of, _most_likely(data)) if of.any() else None


def _wander(walk: _Walk | None, size: int) -> Floats:
    return np.full(size, np.nan) if walk is None else np.where(walk.of, WIDER * np.sqrt(walk.variance), np.nan)


def _along(data: _Seen, walk: _Walk | None) -> Floats:
    """A first smooth course of a segment (N, K), that of the free fits where nothing walks."""
    if walk is None:
        return data.theta
    return np.where(walk.of, _smoothed(data, walk.variance)[0], data.theta)


def _linearised(fits: SeriesFit, free: _Seen, along: Floats) -> _Seen:
    """What the spectra say by their derivatives along a course (N, K), whatever noise has made of their own minima.

    The free fit stands where a spectrum is further from the course than its noise can have carried it.
    """
    theta, noise = free.theta.copy(), free.noise.copy()
    scale = np.ones(len(fits)) if fits.options.weighting == "sigma" else fits.chi2_reduced
    for index, problem in problems(fits):
        seen = free.seen[index]
        at = np.where(seen, along[index], free.theta[index])
        with np.errstate(all="ignore"):
            cost, gradient, curvature = problem.normal_equations(at)
            excess = (cost - fits.cost[index]) / scale[index]
        inverse, missing, _ = inverse_of(np.where(np.isfinite(curvature), curvature, 0.0), ~seen)
        step = np.einsum("nij,nj->ni", inverse, np.where(seen, gradient, 0.0))
        k = seen.sum(axis=1)
        near = (missing == ~seen).all(axis=1) & (excess <= k + FAR * np.sqrt(2 * k)) & (k > 0)
        theta[index[near]] = (at - step)[near]
        noise[index[near]] = (inverse * scale[index][:, None, None] + _floor(seen))[near]
    return _Seen(theta, noise, free.seen)


def _floor(seen: Bools) -> Floats:
    """Variance that is added to every coordinate (N, K, K): hardly any where it was seen, all there is where not."""
    return np.where(seen, LEAST_VARIANCE, WIDE)[:, :, None] * np.eye(seen.shape[1])


def _is_shared(fits: SeriesFit) -> Bools:
    return np.array([name in fits.options.shared for name in fits.names])


def _scaling(fits: SeriesFit) -> Scaling:
    """The coordinates of the fit; where ln |Z| of a CPE is taken, any frequency of the series serves as well."""
    lowest = min(float(spectrum.frequency[-1]) for spectrum in fits.series)
    ln_omega = float(np.log(2 * np.pi * lowest))
    return scaling(fits.circuit, tied=dict(fits.options.tied), plain=fits.options.shared, ln_omega_tail=ln_omega)


def _observations(fits: SeriesFit, search: Scaling) -> _Seen:
    """The free fits as they are.

    What was not seen has the variance WIDE; the others stand as if it were fixed where the free fit left it.
    """
    fitted: Bools = np.asarray(np.isfinite(fits.values).all(axis=1))
    values = np.where(fitted[:, None], fits.values, fits.circuit.values)
    theta = search.theta(values)
    first = [search.source.index(k) for k in range(search.size)]
    free = fits.covariance[:, first][:, :, first]
    diagonal = np.einsum("nkk->nk", free)
    seen: Bools = np.asarray(fitted[:, None] & np.isfinite(diagonal) & ~fits.at_bound[:, first])
    both: Bools = seen[:, :, None] & seen[:, None, :]
    basis = np.where(both, search.basis(theta, values), np.eye(search.size))
    inverse = np.linalg.inv(basis)
    noise = inverse @ np.where(both, free, 0.0) @ inverse.swapaxes(1, 2)
    return _Seen(theta, noise + _floor(seen), seen)


def _natural(search: Scaling, theta: Floats, spread: Floats) -> Floats:
    values = search.values(theta)
    basis = search.basis(theta, values)
    return laid_out(basis @ spread @ basis.swapaxes(1, 2), search, values)


def _most_likely(data: _Seen) -> Floats:
    """The variance of the change of slope of each coordinate, (K,), by a pattern search of the likelihood."""
    k = data.theta.shape[1]
    log_q = np.log(_first_guess(data))
    best = _likelihood(data, np.exp(log_q[None]))[0]
    for step in STEPS:
        for _ in range(ROUNDS):
            trials = np.concatenate([log_q + step * np.eye(k), log_q - step * np.eye(k)])
            gain = _likelihood(data, np.exp(trials)) - best
            up, down = gain[:k], gain[k:]
            move = step * np.where((up > 0) & (up >= down), 1.0, np.where(down > 0, -1.0, 0.0))
            single = trials[int(np.argmax(gain))]
            both = np.stack([log_q + move, single])
            likelihood = _likelihood(data, np.exp(both))
            if likelihood.max() <= best + 1e-3:
                break
            log_q, best = both[int(np.argmax(likelihood))], likelihood.max()
    return np.exp(log_q)


def _first_guess(data: _Seen) -> Floats:
    """Variance of the second differences beyond what the errors of the free fits explain, (K,)."""
    bend = np.diff(data.theta[data.known], 2, axis=0)
    error = median_of(np.diagonal(data.noise[data.known], axis1=1, axis2=2), axis=0)
    out: Floats = np.maximum(median_of(bend**2, axis=0) / 0.455 - 6 * error, 1e-4 * error) + 1e-12
    return out


def _likelihood(data: _Seen, variance: Floats) -> Floats:
    """Log likelihood of the observations for each of several sets of variances (B, K), (B,)."""
    theta, noise, known = data.theta, data.noise, data.known
    b, k = variance.shape
    mean, spread = np.zeros((b, 2 * k)), np.broadcast_to(WIDE * np.eye(2 * k), (b, 2 * k, 2 * k)).copy()
    mean[:, :k] = theta[int(np.argmax(known))]
    total = np.zeros(b)
    for i in range(len(theta)):
        if i:
            mean, spread = _predicted(mean, spread, variance)
        if known[i]:
            mean, spread, term = _updated(mean, spread, theta[i], noise[i])
            total += term
    return total


def _predicted(mean: Floats, spread: Floats, variance: Floats) -> tuple[Floats, Floats]:
    """One spectrum on: value += slope, slope += noise of this variance."""
    k = variance.shape[1]
    mean = np.concatenate([mean[:, :k] + mean[:, k:], mean[:, k:]], axis=1)
    upper = spread[:, :k] + spread[:, k:]
    spread = np.concatenate([upper, spread[:, k:]], axis=1)
    spread = np.concatenate([spread[:, :, :k] + spread[:, :, k:], spread[:, :, k:]], axis=2)
    i = np.arange(k)
    spread[:, i, i] += variance / 3
    spread[:, i, i + k] += variance / 2
    spread[:, i + k, i] += variance / 2
    spread[:, i + k, i + k] += variance
    return mean, spread


def _updated(mean: Floats, spread: Floats, seen: Floats, noise: Floats) -> tuple[Floats, Floats, Floats]:
    """Mean and covariance after an observation, and its log likelihood."""
    k = len(seen)
    innovation = seen - mean[:, :k]
    s = spread[:, :k, :k] + noise
    gain = np.linalg.solve(s, spread[:, :k]).swapaxes(1, 2)
    mean = mean + np.einsum("bij,bj->bi", gain, innovation)
    # Joseph's form: a sum of squares, which rounding cannot turn negative
    rest = np.broadcast_to(np.eye(2 * k), spread.shape).copy()
    rest[:, :, :k] -= gain
    spread = rest @ spread @ rest.swapaxes(1, 2) + gain @ noise @ gain.swapaxes(1, 2)
    _, logdet = np.linalg.slogdet(s)
    distance = np.einsum("bi,bi->b", innovation, np.linalg.solve(s, innovation[:, :, None])[:, :, 0])
    return mean, spread, -0.5 * (distance + logdet)


def _smoothed(data: _Seen, variance: Floats) -> tuple[Floats, Floats]:
    """Mean (N, K) and covariance (N, K, K) of every spectrum given all of them."""
    theta, noise, known = data.theta, data.noise, data.known
    k = theta.shape[1]
    mean, spread = np.zeros((1, 2 * k)), WIDE * np.eye(2 * k)[None]
    mean[:, :k] = theta[int(np.argmax(known))]
    before, after = [], []
    for i in range(len(theta)):
        if i:
            mean, spread = _predicted(mean, spread, variance[None])
        before.append((mean[0], spread[0]))
        if known[i]:
            mean, spread, _ = _updated(mean, spread, theta[i], noise[i])
        after.append((mean[0], spread[0]))
    step = np.eye(2 * k)
    step[:k, k:] = np.eye(k)
    drive = _predicted(np.zeros((1, 2 * k)), np.zeros((1, 2 * k, 2 * k)), variance[None])[1][0]
    x, p = after[-1]
    out = [(x[:k], p[:k, :k])]
    for (m, c), (m_next, c_next) in zip(after[-2::-1], before[:0:-1], strict=True):
        back = np.linalg.solve(c_next, step @ c).T
        x = m + back @ (x - m_next)
        rest = np.eye(2 * k) - back @ step
        p = rest @ c @ rest.T + back @ (p + drive) @ back.T  # Joseph's form again
        out.append((x[:k], (p[:k, :k] + p[:k, :k].T) / 2))
    out.reverse()
    return np.array([m for m, _ in out]), np.array([c for _, c in out])
