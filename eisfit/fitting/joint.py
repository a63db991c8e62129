"""The fits of a series in which some parameters are shared, from the fits of every spectrum by itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from eisfit.fitting import lm
from eisfit.fitting.assembly import band_of, rms_of
from eisfit.fitting.batch_fit import BatchFit
from eisfit.fitting.covariance import at_bounds, laid_out, of_parameters
from eisfit.fitting.problem import Problem
from eisfit.fitting.reach import stretched
from eisfit.fitting.scaling import Scaling
from eisfit.fitting.shared import SeriesProblem, SharedMinimum, minimise_shared
from eisfit.fitting.shared_errors import shared_spread
from eisfit.spectrum import Bools, Floats, Indices, read_only


def with_shared(free: BatchFit, fitted: Sequence[tuple[Indices, Problem]], max_iterations: int) -> BatchFit:
    """The joint minimum with the shared parameters, from the free fits.

    fitted: the spectra that can be fitted, as places in the series, and their problems.
    """
    search = fitted[0][1].scaling
    columns = _shared_columns(free, search)
    rows = np.sort(np.concatenate([index for index, _ in fitted]))
    known = rows[np.isfinite(free.values[rows]).all(axis=1)]
    if not columns or not len(known):  # all of them fixed, or nothing fitted
        return free
    place = tuple(np.searchsorted(known, index[np.isin(index, known)]) for index, _ in fitted)
    problems = tuple(problem.take(np.isin(index, known)) for index, problem in fitted)
    joint = SeriesProblem(problems, place, columns)
    theta = search.theta(free.values[known])
    minimum = minimise_shared(joint, theta, search.lower, search.upper, max_iterations=max_iterations)
    return _replaced(free, known, _figures(joint, minimum, free.options.weighting))


def _shared_columns(free: BatchFit, search: Scaling) -> tuple[int, ...]:
    columns = {search.source[free.names.index(name)] for name in free.options.shared}
    return tuple(sorted(columns - {-1}))


def _figures(joint: SeriesProblem, minimum: SharedMinimum, weighting: str) -> dict[str, Any]:
    """Values, covariance and the rest at the joint minimum, by the names of a BatchFit."""
    search = joint.problems[0].scaling
    values, at_bound = search.values(minimum.theta), at_bounds(search, minimum.theta)
    known = weighting == "sigma"
    spread = shared_spread(
        joint, minimum.theta, at_bound, 1.0 if known else _scale(joint, minimum, at_bound), known=known
    )
    held, band = of_parameters(at_bound, search.source), _bands(joint, len(values))
    laid = laid_out(spread.covariance, search, values)
    return {
        "values": values,
        "covariance": stretched(search.circuit, values, laid, held, band),
        "uneven": spread.uneven,
        "cost": minimum.cost,
        "rms": _rms(joint, values),
        "at_bound": held,
        "status": [lm.STATUSES[lm.SINGULAR if one else minimum.code] for one in spread.open_.tolist()],
    }


def _scale(joint: SeriesProblem, minimum: SharedMinimum, at_bound: Bools) -> float:
    """Reduced chi2 of the whole series; a shared unknown counts once."""
    numbers = sum(int((p.weight > 0).sum()) for p in joint.problems)
    unknowns = (~at_bound).sum() - (len(at_bound) - 1) * (~at_bound[0, list(joint.shared)]).sum()
    freedom = numbers - int(unknowns)
    return float(minimum.cost.sum() / freedom) if freedom > 0 else float("nan")


def _bands(joint: SeriesProblem, n: int) -> Floats:
    """Lowest and highest frequency in Hz that count, (N, 2)."""
    out = np.empty((n, 2))
    for problem, rows in zip(joint.problems, joint.index, strict=True):
        out[rows] = band_of(problem, problem.weight > 0)
    return out


def _rms(joint: SeriesProblem, values: Floats) -> Floats:
    out = np.zeros(len(values))
    for problem, rows in zip(joint.problems, joint.index, strict=True):
        out[rows] = rms_of(problem, values[rows])
    return out


def _replaced(fits: BatchFit, rows: Indices, changed: Mapping[str, Any]) -> BatchFit:
    """The fits with new figures at some rows."""
    status = list(fits.status)
    for i, new in zip(rows.tolist(), changed["status"], strict=True):
        status[i] = new
    state = fits.state() | {"status": tuple(status)}
    for name in changed.keys() - {"status"}:
        column: NDArray[Any] = np.array(state[name])
        column[rows] = changed[name]
        state[name] = read_only(column, column.dtype)
    return BatchFit(**state)
