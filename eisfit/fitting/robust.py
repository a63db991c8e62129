"""Fits that a few gross outliers do not move, and the outliers by name.

Three steps. Points that stand out from their neighbours on the frequency axis lose weight in the search for start
values. The search then goes on with a bounded cost, its bound falling towards the scatter of the bulk of the points.
Points further than OUTLIER standard deviations from that fit are named, and an ordinary fit of the others gives
values and errors.
"""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

import numpy as np

from eisfit.fitting.lm import Minimum, minimise
from eisfit.fitting.minima import Minima, data_scale, of_one_start
from eisfit.fitting.problem import Problem
from eisfit.fitting.start import cold_start, surer
from eisfit.medians import known_median, median_of
from eisfit.spectrum import Bools, Complexes, Floats

SPIKE = 0.1
"""A point this far (relative) from the median of its neighbours has lost half its weight in the search."""
FIRST_CLIP = 0.1
"""The first bound, relative to the weighted modulus of a typical point."""
CLIP = 4.0
"""The last bound, in standard deviations."""
OUTLIER = 5.0
"""Points further than this many standard deviations are outliers: one good point in 270,000 with normal noise."""
ROUNDS = 5
LEAST_SIGMA = 1e-7
"""Scatter below this (relative) is not taken for noise: data without noise have no outliers."""


class RobustFit(NamedTuple):
    """The minima without the outliers, the outliers (N, F), and the problem in which they do not count."""

    minima: Minima
    outliers: Bools
    problem: Problem


def robust_fit(problem: Problem, start: Floats | None, max_iterations: int) -> RobustFit:
    """Fit spectra of which a few points may be grossly wrong, from parameters (N, P) or from the data alone."""
    typical = _typical(problem)
    minima = _search(problem, start, typical, max_iterations)
    theta = minima.minimum.theta
    sigma = FIRST_CLIP * typical / CLIP
    for _ in range(ROUNDS):
        sigma = np.maximum(np.minimum(sigma, 1.5 * _scatter(problem, theta)), LEAST_SIGMA * typical)
        theta = _descend(replace(problem, clip=CLIP * sigma), theta, max_iterations).theta
    sigma = np.maximum(_scatter(problem, theta), LEAST_SIGMA * typical)
    outliers = _distance(problem, theta) > OUTLIER * sigma[:, None]
    clean = replace(problem, weight=np.where(np.repeat(outliers, 2, axis=1), 0.0, problem.weight), _memory={})
    minimum = _descend(clean, theta, max_iterations, scale=data_scale(clean))
    # the others are minima of the bounded cost: they cannot be held against this one
    alone = of_one_start(minimum)._replace(agreement=minima.agreement, starts=minima.starts)
    return RobustFit(alone, outliers, clean)


def _search(problem: Problem, start: Floats | None, typical: Floats, max_iterations: int) -> Minima:
    clipped = replace(problem, clip=FIRST_CLIP * typical, _memory={})
    if start is None:
        despiked = replace(clipped, weight=_despiked(problem))
        return surer(despiked, cold_start(despiked, max_iterations=max_iterations), max_iterations)
    minimum = _descend(clipped, problem.scaling.theta(start), max_iterations)
    return of_one_start(minimum)


def _descend(problem: Problem, theta: Floats, max_iterations: int, scale: Floats | None = None) -> Minimum:
    search = problem.scaling
    bounds = (search.lower, search.upper)
    return minimise(problem, theta, *bounds, max_iterations=max_iterations, damping=1e-3, scale=scale)


def _typical(problem: Problem) -> Floats:
    """The weighted modulus of a typical point, (N,)."""
    size = np.abs((problem.data * problem.weight).view(np.complex128))
    out: Floats = known_median(np.where(size > 0, size, np.nan), axis=1)
    return out


def _distance(problem: Problem, theta: Floats) -> Floats:
    """|w dZ| of every point, (N, F)."""
    plain = replace(problem, clip=None, _memory={})
    return np.abs(plain.residual(theta).view(np.complex128))


def _scatter(problem: Problem, theta: Floats) -> Floats:
    """Standard deviation of w dZ, Re and Im each, from the median of |w dZ| (its square is 2 ln 2 sigma^2), (N,)."""
    used = problem.weight[:, 0::2] > 0
    distance = np.where(used, _distance(problem, theta), np.nan)
    count = 2 * used.sum(axis=1)
    freedom = np.maximum(count - problem.scaling.size, 1) / np.maximum(count, 1)
    out: Floats = known_median(distance, axis=1) / np.sqrt(2 * np.log(2)) / np.sqrt(freedom)
    return out


def _filled(values: Complexes, used: Bools) -> Complexes:
    """Values (N, F) in which a point that does not count has the value of one before it that does, or of the first."""
    place = np.maximum.accumulate(np.where(used, np.arange(used.shape[1]), -1), axis=1)
    place = np.where(place < 0, np.argmax(used, axis=1)[:, None], place)
    return np.take_along_axis(values, place, axis=1)


def _despiked(problem: Problem) -> Floats:
    """Weights that fall where a point stands out from the median of itself and its four neighbours, (N, 2F)."""
    with np.errstate(divide="ignore", invalid="ignore"):
        log_z = _filled(np.log(problem.data.view(np.complex128)), (problem.weight > 0)[:, 0::2])
    around = np.stack([np.roll(log_z, shift, axis=1) for shift in (-2, -1, 0, 1, 2)])
    middle = median_of(around.real, axis=0) + 1j * median_of(around.imag, axis=0)
    off = np.abs(log_z - middle)
    # at the ends the median is taken over the wrong neighbours, and says nothing
    off[:, :2] = off[:, -2:] = 0.0
    share = 1 / (1 + (np.nan_to_num(off, nan=0.0) / SPIKE) ** 2)
    # the modulus of a spike must not set its own weight
    modulus = np.exp(np.nan_to_num(log_z.real - middle.real))
    modulus[:, :2] = modulus[:, -2:] = 1.0
    out: Floats = problem.weight * np.repeat(share * np.clip(modulus, 0.01, 100.0), 2, axis=1)
    return out
