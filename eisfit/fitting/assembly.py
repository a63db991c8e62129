"""From minima to results: values, covariance, status and the rest laid out for every spectrum, fitted or not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from eisfit.fitting import lm
from eisfit.fitting.batch_fit import BatchFit, FitOptions
from eisfit.fitting.covariance import covariance
from eisfit.fitting.doubt import uncertain
from eisfit.fitting.minima import Minima
from eisfit.fitting.problem import Problem
from eisfit.fitting.reach import stretched
from eisfit.fitting.status import FitStatus
from eisfit.spectrum import Bools, Floats, Indices, read_only


class Solution(NamedTuple):
    """The minima of some spectra, the problem that they solve, and the outliers (N, F) that do not count in it."""

    minima: Minima
    problem: Problem
    outliers: Bools | None = None


def finished(problem: Problem, rows: Indices, solution: Solution, options: FitOptions) -> BatchFit:
    """The result for all spectra of `problem`, of which some (rows) could be fitted; NaN for the others."""
    n = len(problem)
    part, minima = solution.problem, solution.minima
    m = minima.minimum
    with np.errstate(all="ignore"):
        ended = (m.code == lm.MAX_ITERATIONS) | (m.code == lm.STALLED)
        spread = covariance(part, m.theta, m.cost, scaled=options.weighting != "sigma", ended=ended)
        values = part.scaling.values(m.theta)
        beyond = stretched(
            part.scaling.circuit, values, spread.covariance, spread.at_bound, band_of(part, part.weight > 0)
        )
        rms = rms_of(part, values)
        doubted = uncertain(part, minima)
        known = np.isfinite(minima.others_cost[:, 0])
        rival = np.where(known[:, None], part.scaling.values(minima.others[:, 0]), np.nan)
    counted = problem.weight > 0
    counted[rows] = part.weight > 0
    code = np.where(spread.degenerate & (m.code != lm.NON_FINITE), lm.SINGULAR, m.code)
    finite = np.isfinite(m.cost) & (m.code != lm.NON_FINITE)
    status = np.where(finite_spectra(problem), lm.SINGULAR, lm.NON_FINITE)
    status[rows] = code
    columns: dict[str, Any] = {
        "values": _laid_out(np.where(finite[:, None], values, np.nan), rows, n, np.nan),
        "covariance": _laid_out(np.where(finite[:, None, None], beyond, np.nan), rows, n, np.nan),
        "cost": _laid_out(np.where(finite, m.cost, np.nan), rows, n, np.nan),
        "n_iterations": _laid_out(m.iterations, rows, n, 0),
        "points_used": (counted[:, 0::2] | counted[:, 1::2]).sum(axis=1),
        "at_bound": _laid_out(spread.at_bound & finite[:, None], rows, n, False),
        "agreement": _laid_out(minima.agreement, rows, n, 0),
        "starts": _laid_out(minima.starts, rows, n, 0),
        "rms": _laid_out(np.where(finite, rms, np.nan), rows, n, np.nan),
        "uneven": _laid_out(spread.uneven & finite, rows, n, False),
        "band": band_of(problem, counted),
        "uncertain": _laid_out(doubted, rows, n, False),
        "rival": _laid_out(rival, rows, n, np.nan),
        "rival_cost": _laid_out(np.where(known, minima.others_cost[:, 0], np.nan), rows, n, np.nan),
    }
    frozen: dict[str, Any] = {name: read_only(column, column.dtype) for name, column in columns.items()}
    statuses = tuple(lm.STATUSES[c] for c in status.tolist())
    outliers = _named(solution.outliers, rows, n, problem.s.size)
    return BatchFit(circuit=problem.scaling.circuit, status=statuses, outliers=outliers, options=options, **frozen)


def band_of(problem: Problem, counted: Bools) -> Floats:
    """Lowest and highest frequency in Hz that count in each spectrum, (N, 2); NaN where none does."""
    f = np.where(counted[:, 0::2] | counted[:, 1::2], problem.s.imag / (2 * np.pi), np.nan)
    known = np.isfinite(f).any(axis=1)
    out = np.full((len(f), 2), np.nan)
    out[known] = np.column_stack([np.nanmin(f[known], axis=1), np.nanmax(f[known], axis=1)])
    return out


def finite_spectra(problem: Problem) -> Bools:
    """Spectra whose data and weights are finite at every point that counts, (N,)."""
    counted = problem.weight != 0
    out: Bools = (~counted | (np.isfinite(problem.data) & np.isfinite(problem.weight))).all(axis=1)
    return out


def _named(outliers: Bools | None, rows: Indices, n: int, width: int) -> tuple[Bools, ...]:
    """Outliers (F,) of each spectrum, empty where no robust fit was asked for."""
    if outliers is None:
        return ()
    all_ = np.zeros((n, width), dtype=bool)
    all_[rows] = outliers
    return tuple(read_only(row, np.bool_) for row in all_)


def _laid_out(values: NDArray[Any], rows: Indices, n: int, missing: Any) -> NDArray[Any]:
    """Values of some rows in an array of n, the others missing."""
    out = np.full((n, *values.shape[1:]), missing, dtype=values.dtype)
    out[rows] = values
    return out


def rms_of(problem: Problem, values: Floats) -> Floats:
    """sqrt(sum |dZ/Z|^2 / 2F) over the used points, (N,)."""
    z = problem.data.view(np.complex128)
    used = (problem.weight > 0)[:, 0::2]
    model = problem.scaling.circuit.root.impedance(problem.s, list(values.T[:, :, None]))
    with np.errstate(divide="ignore", invalid="ignore"):
        relative = np.where(used, np.abs((model - z) / z) ** 2, 0.0)
    out: Floats = np.sqrt(relative.sum(axis=1) / np.maximum(2 * used.sum(axis=1), 1))
    return out


def joined(parts: Sequence[BatchFit]) -> BatchFit:
    """Fits of the same circuit below each other."""
    arrays = [f.name for f in fields(BatchFit) if isinstance(getattr(parts[0], f.name), np.ndarray)]
    columns: dict[str, Any] = {name: np.concatenate([getattr(part, name) for part in parts]) for name in arrays}
    for column in columns.values():
        column.flags.writeable = False
    status: tuple[FitStatus, ...] = tuple(s for part in parts for s in part.status)
    outliers = tuple(o for part in parts for o in part.outliers)
    return BatchFit(circuit=parts[0].circuit, status=status, outliers=outliers, options=parts[0].options, **columns)
