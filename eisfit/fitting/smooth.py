"""Parameters that change smoothly along a series, estimated from all spectra together; given beside the free fit.

Every search coordinate (ln R, ln tau, n ...) is taken for an integrated random walk along the series: its slope
wanders, its value follows (Wahba, J. R. Stat. Soc. B 40 (1978) 364: the posterior mean is a cubic smoothing spline).
The free fits with their full covariances are the observations; a Kalman filter and the smoother of Rauch, Tung &
Striebel (AIAA J. 3 (1965) 1445) give mean and covariance at every spectrum. How much each coordinate wanders is what
makes the observed series most likely; nothing is set by hand. At a break (a short, say) the walk starts anew.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from eisfit.fitting.constraints import Constraints
from eisfit.fitting.result import SeriesFit
from eisfit.fitting.scaling import Scaling
from eisfit.spectrum import Bools, Floats, FrozenArrays, read_only

LEAST = 5
"""A walk is not estimated from fewer spectra."""
WIDE = 1e4
"""Variance of the unknown first value and slope: far more than any logarithm varies."""
STEPS = (4.0, 2.0, 1.0, 0.5)
"""ln of the factors by which the wander of a coordinate is changed in the search, coarse to fine."""
ROUNDS = 12


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
        """Standard errors (N, P)."""
        out: Floats = np.sqrt(np.diagonal(self.covariance, axis1=1, axis2=2))
        return out


def smooth(fits: SeriesFit, *, breaks: Iterable[int] = ()) -> Smoothed:
    """The parameters of a series smoothed along it; a new walk begins at each index of `breaks`.

    Segments of fewer than LEAST spectra, and spectra without a free fit before the first good one, keep the free fit.
    """
    search = _scaling(fits)
    theta, noise, known = _observations(fits, search)
    values, covariance = np.array(fits.values), np.array(fits.covariance)
    edges = sorted({0, len(fits), *(b for b in breaks if 0 < b < len(fits))})
    wander = []
    for a, b in pairwise(edges):
        if known[a:b].sum() < LEAST:
            wander.append(np.full(search.size, np.nan))
            continue
        variance = _most_likely(theta[a:b], noise[a:b], known[a:b])
        mean, spread = _smoothed(theta[a:b], noise[a:b], known[a:b], variance)
        values[a:b] = search.values(mean)
        covariance[a:b] = _natural(search, mean, spread)
        wander.append(np.sqrt(variance))
    return Smoothed(read_only(values), read_only(covariance), read_only(np.array(wander)))


def _scaling(fits: SeriesFit) -> Scaling:
    tied = dict(fits.options.tied)
    frequency = min((spectrum.frequency for spectrum in fits.series), key=lambda f: float(f[-1]))
    return Constraints(tied=tied, shared=fits.options.shared).scaling(fits.circuit, frequency)


def _observations(fits: SeriesFit, search: Scaling) -> tuple[Floats, Floats, Bools]:
    """theta (N, K) of the free fits, their covariance (N, K, K), and which spectra have both (N,)."""
    known: Bools = np.asarray(np.isfinite(fits.values).all(axis=1))
    values = np.where(known[:, None], fits.values, fits.circuit.values)
    theta = search.theta(values)
    first = [search.source.index(k) for k in range(search.size)]
    inverse = np.linalg.inv(search.basis(theta, values))
    free = fits.covariance[:, first][:, :, first]
    known &= np.isfinite(free).all(axis=(1, 2))
    free = np.where(known[:, None, None], free, np.eye(search.size))
    return theta, inverse @ free @ inverse.swapaxes(1, 2), known


def _natural(search: Scaling, theta: Floats, spread: Floats) -> Floats:
    basis = search.basis(theta, search.values(theta))
    inner = basis @ spread @ basis.swapaxes(1, 2)
    padded = np.zeros((len(theta), search.size + 1, search.size + 1))
    padded[:, :-1, :-1] = inner
    index = np.array(search.source)
    out: Floats = padded[:, index[:, None], index[None, :]]
    return out


def _most_likely(theta: Floats, noise: Floats, known: Bools) -> Floats:
    """The variance of the change of slope of each coordinate, (K,), by a pattern search of the likelihood."""
    k = theta.shape[1]
    log_q = np.log(_first_guess(theta, noise, known))
    best = _likelihood(theta, noise, known, np.exp(log_q[None]))[0]
    for step in STEPS:
        for _ in range(ROUNDS):
            trials = np.concatenate([log_q + step * np.eye(k), log_q - step * np.eye(k)])
            gain = _likelihood(theta, noise, known, np.exp(trials)) - best
            up, down = gain[:k], gain[k:]
            move = step * np.where((up > 0) & (up >= down), 1.0, np.where(down > 0, -1.0, 0.0))
            single = trials[int(np.argmax(gain))]
            both = np.stack([log_q + move, single])
            found = _likelihood(theta, noise, known, np.exp(both))
            if found.max() <= best + 1e-3:
                break
            log_q, best = both[int(np.argmax(found))], found.max()
    return np.exp(log_q)


def _first_guess(theta: Floats, noise: Floats, known: Bools) -> Floats:
    """Variance of the second differences beyond what the errors of the free fits explain, (K,)."""
    bend = np.diff(theta[known], 2, axis=0)
    error = np.median(np.diagonal(noise[known], axis1=1, axis2=2), axis=0)
    out: Floats = np.maximum(np.median(bend**2, axis=0) / 0.455 - 6 * error, 1e-4 * error) + 1e-12
    return out


def _likelihood(theta: Floats, noise: Floats, known: Bools, variance: Floats) -> Floats:
    """Log likelihood of the observations for each of several sets of variances (B, K), (B,)."""
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
    spread = spread - gain @ spread[:, :k]
    spread = (spread + spread.swapaxes(1, 2)) / 2
    _, logdet = np.linalg.slogdet(s)
    distance = np.einsum("bi,bi->b", innovation, np.linalg.solve(s, innovation[:, :, None])[:, :, 0])
    return mean, spread, -0.5 * (distance + logdet)


def _smoothed(theta: Floats, noise: Floats, known: Bools, variance: Floats) -> tuple[Floats, Floats]:
    """Mean (N, K) and covariance (N, K, K) of every spectrum given all of them."""
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
    x, p = after[-1]
    out = [(x[:k], p[:k, :k])]
    for (m, c), (m_next, c_next) in zip(after[-2::-1], before[:0:-1], strict=True):
        back = np.linalg.solve(c_next, step @ c).T
        x = m + back @ (x - m_next)
        p = c + back @ (p - c_next) @ back.T
        out.append((x[:k], (p[:k, :k] + p[:k, :k].T) / 2))
    out.reverse()
    return np.array([m for m, _ in out]), np.array([c for _, c in out])
