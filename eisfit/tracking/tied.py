"""How large a leak is, by the circuit: the fitted cell with a leak beside it, its electrolyte held to the baseline.

One spectrum alone cannot tell a leak beside R + (RC) + (RC) from another R + (RC) + (RC). With the electrolyte held it
can. Every spectrum asked for is fitted once more, with a conductance G beside all of the circuit but its leads. The
electrolyte and the leads have a Gaussian prior (`prior` has it), the arcs of the interfaces and the tail are free:

    cost / s^2 + (theta - mean)' (spread)^-1 (theta - mean),    theta = (ln R, ln tau, n ...), s^2 of the free fit

is minimised with G and with G = 0. The difference of the two minima is the likelihood ratio of the leak: beyond 10.8
chance explains it in less than one spectrum in 2,000 (G = 0 lies at the edge, so half of chi2 with one degree of
freedom; Self & Liang, J. Am. Stat. Assoc. 82 (1987) 605). Heating raises the ratio too: it does not decide on a short.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from eisfit.circuit import Circuit
from eisfit.elements import REGISTRY
from eisfit.fitting import lm
from eisfit.fitting.problem import Problem, problem_of
from eisfit.fitting.result import SeriesFit
from eisfit.fitting.scaling import Scaling, scaling
from eisfit.fitting.status import FitStatus
from eisfit.fitting.weighting import WEIGHTINGS, WITH_SIGMA, weights
from eisfit.medians import median_of
from eisfit.roles.structure import leads_of
from eisfit.shorts import Measured
from eisfit.shorts.spectra import Index
from eisfit.spectrum import Complexes, Floats
from eisfit.tracking.tied_prior import Gaussian, Reference, electrolyte, prior
from eisfit.tree import InSeries, Leaf, parallel, series

LEAK = Leaf(REGISTRY["S"], "short")
"""The conductance that is put beside the cell."""
MOST_OHM = 1e-3
"""Bounds of G are plus and minus 1 / MOST_OHM."""
MISFIT = 4.0
"""A tied fit whose cost is above so many times its degrees of freedom does not describe the spectrum."""
STEPS, RTOL = 60, 1e-5
"""Limits of the search; from starts this good it takes ten steps."""
NONE = 1e20
"""Precision of G that keeps it at 0."""


class FittedCell(NamedTuple):
    """The fits of a series, and the resistance of each role in them."""

    fits: SeriesFit
    roles: Mapping[str, str]


@dataclass(frozen=True, slots=True, eq=False)
class _Held:
    """A fit with a prior, as least squares: see `lm.LeastSquares`."""

    problem: Problem
    prior: Gaussian

    def __len__(self) -> int:
        return len(self.problem)

    def take(self, rows: NDArray[Any]) -> _Held:
        return _Held(self.problem.take(rows), self.prior.take(rows))

    def normal_equations(self, theta: Floats) -> tuple[Floats, Floats, Floats]:
        cost, gradient, curvature = self.problem.normal_equations(theta)
        away = theta - self.prior.mean
        pull = np.einsum("nij,nj->ni", self.prior.precision, away)
        return cost + np.einsum("ni,ni->n", away, pull), gradient + pull, curvature + self.prior.precision


def tied_leaks(cell: FittedCell, baselines: Sequence[Sequence[int]], scatter: Floats, wanted: Index) -> Measured:
    """The leak of the spectra `wanted`, each with its electrolyte held to its baseline.

    baselines: the spectra of each baseline, one entry per spectrum of the series; scatter (N,): relative scatter of the
    plateau from one spectrum to the next. Nothing is known (NaN) where the circuit has no electrolyte or has a leak of
    its own, where weights were given as an array, or no baseline spectrum was fitted.
    """
    fits = cell.fits
    out = Measured(*(np.full(len(fits), np.nan) for _ in range(3)))
    held = electrolyte(fits.circuit, cell.roles)
    if not held or fits.options.weighting not in WEIGHTINGS or _leaks(fits.circuit):
        return out
    leaky = with_leak(fits.circuit)
    fitted = np.array([status is FitStatus.CONVERGED for status in fits.status])
    for rows in _grids(fits, wanted):
        known = [[k for k in baselines[i] if fitted[k]] for i in rows.tolist()]
        usable = fitted[rows] & np.array([bool(k) for k in known])
        if not usable.any():
            continue
        members = [np.array(k) for k, use in zip(known, usable, strict=True) if use]
        rows = rows[usable]
        reference = Reference(fits, held, members, scatter[rows])
        with np.errstate(all="ignore"):
            found = _fitted(fits, leaky, reference, rows)
        for column, values in zip(out, found, strict=True):
            column[rows] = values
    return out


def with_leak(circuit: Circuit) -> Circuit:
    """The circuit with S_{short} beside all of it but inductors in series. Its G may be negative: no bias at 0."""
    leads = leads_of(circuit)
    root = circuit.root
    cell = [part for part in (root.children if isinstance(root, InSeries) else (root,)) if part not in leads]
    new = Circuit(series([*leads, parallel([series(cell), LEAK])]))
    own = replace(new.parameter(LEAK.name), value=0.0, lower=-1 / MOST_OHM, upper=1 / MOST_OHM, scale="linear")
    return new.with_(**{p.name: p for p in (*circuit.parameters, own)})


def _leaks(circuit: Circuit) -> bool:
    return any(leaf.element.symbol == "S" for leaf in circuit.root.leaves())


def _grids(fits: SeriesFit, index: Index) -> Iterator[Index]:
    """Spectra on equal frequencies."""
    grids: dict[bytes, list[int]] = {}
    for i in index.tolist():
        grids.setdefault(fits.series[i].frequency.tobytes(), []).append(i)
    yield from (np.array(rows) for rows in grids.values())


def _fitted(fits: SeriesFit, leaky: Circuit, reference: Reference, rows: Index) -> Measured:
    """The tied fits of spectra on one grid."""
    problem = _problem(fits, leaky, rows)
    search = problem.scaling
    at = search.source[leaky.names.index(LEAK.name)]
    known = prior(reference, search, at)
    mean, own = known.mean, _theta_of(fits, search, rows)
    guess = mean.copy()
    guess[:, at] = _first_guess(problem, mean)
    start, n = np.concatenate([guess, own, mean, own]), len(rows)
    held = _Held(problem, known).take(np.arange(len(start)) % n)
    held.prior.precision[2 * n :, at, at] = NONE
    found = lm.minimise(held, start, search.lower, search.upper, max_iterations=STEPS, rtol=RTOL)
    cost = np.where(np.isfinite(found.cost), found.cost, np.inf).reshape(4, n)
    theta = _better(found.theta.reshape(4, n, search.size), cost)
    _, _, curvature = _Held(problem, known).normal_equations(theta)
    freedom = _freedom(problem.weight, search.size)
    return _told(theta[:, at], np.sqrt(_last_variance(curvature, at)), cost, freedom)


def _better(theta: Floats, cost: Floats) -> Floats:
    """Of both starts with a leak the one that ended lower, (n, K); theta (4, n, K), cost (4, n) as in `_told`."""
    out: Floats = theta[np.argmin(cost[:2], axis=0), np.arange(cost.shape[1])]
    return out


def _freedom(weight: Floats, unknowns: int) -> Index:
    """Numbers that count beyond the unknowns, one at least, (n,); weight (n, 2F), 0 where one does not count."""
    out: Index = np.maximum((weight > 0).sum(axis=1) - unknowns, 1)
    return out


def _told(leak: Floats, error: Floats, cost: Floats, freedom: Index) -> Measured:
    """Leaks (n,) where a fit describes the spectrum; cost (4, n): from two starts with a leak, and from two without."""
    with_one, without = cost[:2].min(axis=0), cost[2:].min(axis=0)
    good = with_one < MISFIT * freedom
    return Measured(*(np.where(good, x, np.nan) for x in (leak, error, np.maximum(without - with_one, 0.0))))


def _problem(fits: SeriesFit, leaky: Circuit, rows: Index) -> Problem:
    """The spectra with the weights of their free fits, over the scatter that these found."""
    spectra = [fits.series[i] for i in rows.tolist()]
    frequency = spectra[0].frequency
    z, used = np.array([s.impedance for s in spectra]), np.array([s.used for s in spectra])
    if fits.outliers:
        used &= ~np.array([fits.outliers[i] for i in rows.tolist()])
    kind = fits.options.weighting
    sigma = np.array([s.sigma for s in spectra], float) if kind in WITH_SIGMA else None
    level = np.ones(len(rows)) if kind == "sigma" else np.sqrt(fits.chi2_reduced[rows])
    search = scaling(leaky, tied=dict(fits.options.tied), ln_omega_tail=float(np.log(2 * np.pi * frequency.min())))
    return problem_of(search, frequency, z, weights(z, used, kind, sigma) / level[:, None])


def _theta_of(fits: SeriesFit, search: Scaling, rows: Index) -> Floats:
    """The free fits of spectra as a start, without a leak."""
    values = np.zeros((len(rows), len(search.circuit.names)))
    for k, name in enumerate(search.circuit.names):
        if name in fits.names:
            values[:, k] = fits.column(name)[0][rows]
    return search.theta(values)


def _first_guess(problem: Problem, mean: Floats) -> Floats:
    """What the admittance gained over the baseline in the upper half of the band, 0 or more, (n,)."""
    z: Complexes = problem.data.view(np.complex128)
    columns = list(problem.scaling.values(mean).T[:, :, None])
    change = (1 / z - 1 / problem.scaling.circuit.root.impedance(problem.s, columns)).real
    half = median_of(change[:, : max(z.shape[1] // 2, 1)], axis=1)
    out: Floats = np.maximum(np.nan_to_num(half, posinf=0.0, neginf=0.0), 0.0)
    return out


def _last_variance(curvature: Floats, at: int) -> Floats:
    """Variance of one coordinate given curvatures (n, K, K), the others free."""
    unit = np.zeros((*curvature.shape[:2], 1))
    unit[:, at] = 1.0
    try:
        found = np.linalg.solve(curvature, unit)[:, at, 0]
    except np.linalg.LinAlgError:
        return np.full(len(curvature), np.nan)
    return np.where(found > 0, found, np.nan)
