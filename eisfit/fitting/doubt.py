"""Which minima leave a doubt: after a quick search, whether to search on; after a wide one, what is to be said."""

from __future__ import annotations

import numpy as np

from eisfit.fitting.covariance import at_bounds, inverse_of
from eisfit.fitting.explained import excess, missed
from eisfit.fitting.lm import NON_FINITE, ROUND_OFF
from eisfit.fitting.minima import Minima, data_scale
from eisfit.fitting.misfit import correlation, expected_cost, has_shape, shaped
from eisfit.fitting.problem import Problem
from eisfit.spectrum import Bools, Floats

KNOWN = 0.1
"""A parameter known worse than this (relative, exponents absolute over the range 0 to 1) leaves room for others."""
EXCESS = 3.0
"""A cost this many times that of the noise was never seen at a right minimum."""
HARDLY_KNOWN = 0.5
"""A parameter known worse than this asks for a wider search."""
QUICK = 4
"""Starts of a search that goes no further."""
FINDS = 3
"""A minimum to which fewer starts than this came, of the many of a wide search, may not be the lowest."""
SCATTERED = 3
"""So many starts of a quick search that end at as many minima say that there are more."""
HARDLY_MISSED, MISSED = 0.5, 2.5
"""Standard deviations above the Kramers-Kronig test from which a wider search has a chance, if there are other reasons
to search on, and if there are none."""
LEANING, LEANING_MISSED = 1.5, 2.5
"""A correlation of neighbouring residuals of so many standard deviations, together with so many above the
Kramers-Kronig test, is a doubt: one of 270 right minima had both, one of twelve had the first."""
UNEXPLAINED = 4.0
"""Standard deviations above it from which a minimum is said to be unsure."""
MANY = 10
"""Finds of a minimum, of all starts of a wide search, after which hardly any search misses a lower one."""
NEARLY_ALL = 0.8
"""Share of the starts of a wide search at one minimum that leaves no room for another: what residuals keep is chance
or of the circuit."""
OF_THE_CIRCUIT = 1.5
"""The rms over that of the Kramers-Kronig test above which a circuit misses the data at any minimum."""
EQUAL = 0.2
"""Minima whose chi2 differ by less than this cost the same."""
APART, LEAST_ERROR = 3.0, 0.02
"""A minimum says something else if a coordinate is so many standard errors away, each at least so large."""
WITHIN = 12.0
"""Minima whose chi2 differ by less than this are not told apart: 3.5 standard deviations."""
HARDLY_MORE = 4.0
"""A minimum that says something else and costs less than this more in chi2 (two standard deviations) asks for more."""
LIKE_MOST = 0.6
"""Correlation of neighbouring residuals above which no more is taken off."""
SELDOM = 0.3
"""A minimum in which fewer than this share of the starts end is no safe find."""
NEAR = 1.5
"""Another minimum of a cost below this many times that of the best is a rival."""


def in_doubt(problem: Problem, minima: Minima) -> Bools:
    """Minima after which a search must go on, (N,).

    The residuals have a shape, or lean to one and are above the noise, or are far above it; starts ended at different
    minima of similar cost, or no two at the same and the noise does not say that nothing is missed; a parameter is
    known worse than KNOWN, or a bound holds it.
    """
    theta, cost = minima.minimum.theta, minima.minimum.cost
    held = at_bounds(problem.scaling, theta).any(axis=1)
    weak = held | (worst_error(problem, theta, cost) > KNOWN)
    open_ = unlike(problem, minima) | weak
    alone = (minima.agreement == 1) & (minima.starts >= SCATTERED)
    leaning = has_shape(problem, problem.residual(theta), LEANING)
    for asked, limit in ((alone, HARDLY_MISSED), (leaning, LEANING_MISSED)):
        rows = np.flatnonzero(asked & ~open_)
        open_[rows] = misses(problem.take(rows), minima.taken(rows), limit)
    out: Bools = open_ & (minima.minimum.code != NON_FINITE) & ~exact(problem, cost)
    return out


def unlike(problem: Problem, minima: Minima) -> Bools:
    """Minima with residuals unlike noise, or beside which another one of similar cost was found, (N,)."""
    theta, cost = minima.minimum.theta, minima.minimum.cost
    split = minima.others_cost[:, 0] < NEAR * cost
    out: Bools = split | shaped(problem, theta) | (cost > EXCESS * expected_cost(problem))
    return out


def exact(problem: Problem, cost: Floats) -> Bools:
    """Costs that are rounding, as of spectra without noise: nothing is below them, (N,)."""
    out: Bools = cost <= ROUND_OFF * data_scale(problem)
    return out


def still_in_doubt(problem: Problem, minima: Minima) -> Bools:
    """Minima after a wide search that ask for a wider one, (N,).

    More is left than the Kramers-Kronig test leaves (much more where nearly all starts came to the minimum), or the
    residuals have a shape; few starts came to it, or another one, that says something else, costs hardly more: where
    there are two there may be three. Or a parameter is hardly known, and the noise does not say that nothing is missed.
    """
    theta, cost = minima.minimum.theta, minima.minimum.cost
    above = missed(problem, theta, cost)
    rare = minima.agreement < SELDOM * minima.starts
    weak = worst_error(problem, theta, cost) > HARDLY_KNOWN
    rival = (elsewhere(problem, minima) & (rises(problem, minima)[:, 1:] < HARDLY_MORE)).any(axis=1)
    few = (minima.agreement < FINDS) | rare
    open_ = (above > most_missed(minima)) | few | rival | (~(above < HARDLY_MISSED) & weak)
    out: Bools = (open_ | shaped(problem, theta)) & (minima.minimum.code != NON_FINITE)
    return out


def most_missed(minima: Minima) -> Floats:
    """Standard deviations above the Kramers-Kronig test that ask for a wider search even after a search, (N,)."""
    return np.where(found_by_nearly_all(minima), UNEXPLAINED, MISSED)


def misses(problem: Problem, minima: Minima, limit: float | Floats = HARDLY_MISSED) -> Bools:
    """Minima that the noise does not tell to miss nothing, up to a limit of standard deviations, (N,)."""
    out: Bools = ~(missed(problem, minima.minimum.theta, minima.minimum.cost) < limit)
    return out


def uncertain(problem: Problem, minima: Minima) -> Bools:
    """Minima that may not be the right ones, (N,): what a wide search could not settle is said.

    Hardly any start came to the minimum; another one, that says something else, costs as much; or the residuals keep a
    shape, or are above those of the Kramers-Kronig test. Far above them at a minimum that many starts find, or at one
    that nearly all find, they tell of the circuit, not of the search. A minimum that a quick search left without
    a doubt is none.
    """
    out = np.zeros(len(problem), dtype=bool)
    asked = (minima.starts > QUICK) & (minima.minimum.code != NON_FINITE) & ~exact(problem, minima.minimum.cost)
    rows = np.flatnonzero(asked)
    if not len(rows):
        return out
    part, own = problem.take(rows), minima.taken(rows)
    theta, cost = own.minimum.theta, own.minimum.cost
    numbers = (part.weight > 0).sum(axis=1)
    rise = (own.others_cost[:, 0] / cost - 1) * np.maximum(numbers - part.scaling.size, 1)
    rival = elsewhere(part, own)[:, 0] & (rise < EQUAL)
    above = excess(part, theta, cost)
    unexplained = shaped(part, theta) | (above.z > UNEXPLAINED)
    of_search = (own.agreement < MANY) | (~(above.ratio > OF_THE_CIRCUIT) & ~found_by_nearly_all(own))
    out[rows] = rival | (own.agreement < FINDS) | (unexplained & of_search)
    return out


def found_by_nearly_all(minima: Minima) -> Bools:
    """Minima to which nearly all of many starts came, (N,): there is no room for another."""
    out: Bools = (minima.agreement >= MANY) & (minima.agreement >= NEARLY_ALL * minima.starts)
    return out


def elsewhere(problem: Problem, minima: Minima) -> Bools:
    """Which of the other minima say something else than the best, (N, M)."""
    theta = minima.minimum.theta
    error = np.clip(errors(problem, theta, minima.minimum.cost), LEAST_ERROR, None)
    return np.asarray((np.abs(minima.others - theta[:, None]) > APART * error[:, None]).any(axis=2))


def rises(problem: Problem, minima: Minima) -> Floats:
    """How much chi2 is above that of the lowest minimum, for the best and the others, (N, 1 + M).

    In units of the noise, of the numbers that are `independent`.
    """
    cost, rows = minima.cost, np.arange(len(minima.cost))
    lowest = np.argmin(cost, axis=1)
    with np.errstate(invalid="ignore"):
        above = cost / cost[rows, lowest][:, None] - 1
    out = above * independent(problem, minima.theta[rows, lowest])[:, None]
    return np.asarray(np.nan_to_num(out, nan=np.inf, posinf=np.inf))


def independent(problem: Problem, theta: Floats) -> Floats:
    """How many numbers speak for themselves, parameters taken off, (N,).

    Of residuals that repeat their neighbours with a correlation r only a share (1 - r)/(1 + r) counts, as for the mean
    of such a row (Bartlett, J. R. Stat. Soc. 98 (1935) 536).
    """
    repeated = np.clip(correlation(problem, problem.residual(theta)), 0.0, LIKE_MOST)
    numbers = np.maximum((problem.weight > 0).sum(axis=1) - problem.scaling.size, 1)
    out: Floats = numbers * (1 - repeated) / (1 + repeated)
    return out


def determined(problem: Problem, minima: Minima) -> Minima:
    """The minima in which, where the residuals have a shape, a minimum of known parameters stands before one without.

    There the circuit does not describe the data to their noise, and a slightly lower cost says little: of those that
    are not told apart the one of which the worst parameter is known best is taken, if the lowest hardly knows it.
    """
    rows = np.flatnonzero(shaped(problem, minima.minimum.theta))
    if not len(rows):
        return minima
    part, own = problem.take(rows), minima.taken(rows)
    near = rises(part, own) < WITHIN
    row, slot = np.nonzero(near)
    worst = np.full(near.shape, np.inf)
    worst[row, slot] = worst_error(part.take(row), own.theta[row, slot], own.cost[row, slot])
    best = np.argmin(worst, axis=1)
    hardly = worst[:, 0] > HARDLY_KNOWN
    known = worst[np.arange(len(rows)), best] < KNOWN
    return minima.with_rows(rows, own.chosen(np.where(hardly & known, best, 0)))


def worst_error(problem: Problem, theta: Floats, cost: Floats) -> Floats:
    """Standard error of the worst parameter that no bound holds, in search coordinates (logarithms), (N,)."""
    error = errors(problem, theta, cost)
    bound = at_bounds(problem.scaling, theta)
    out: Floats = np.where(bound, 0.0, error).max(axis=1, initial=0.0)
    return out


def errors(problem: Problem, theta: Floats, cost: Floats) -> Floats:
    """Standard errors of the search coordinates (N, K); infinite where there is none."""
    _, _, curvature = problem.normal_equations(theta)
    bound = at_bounds(problem.scaling, theta)
    inverse, missing, _ = inverse_of(np.where(np.isfinite(curvature), curvature, 0.0), bound)
    numbers = (problem.weight > 0).sum(axis=1)
    variance = cost / np.maximum(numbers - problem.scaling.size, 1)
    error = np.sqrt(np.maximum(np.einsum("nkk->nk", inverse), 0.0) * variance[:, None])
    return np.where(missing, np.inf, error)
