"""Fit a whole series: grid by grid in batches, neighbours helping each other, values shared where asked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import Executor
from typing import Any, TypedDict, Unpack, overload

import numpy as np
from numpy.typing import ArrayLike, NDArray

from eisfit.circuit import Circuit
from eisfit.errors import FitError
from eisfit.fitting import lm
from eisfit.fitting.assembly import finished, joined, rms_of
from eisfit.fitting.batch import (
    CHUNK,
    MAX_ITERATIONS,
    TASK,
    Task,
    check_steps,
    named,
    solved,
    starts,
)
from eisfit.fitting.constraints import Constraints
from eisfit.fitting.neighbours import Part, exchange
from eisfit.fitting.problem import Problem, problem_of
from eisfit.fitting.result import BatchFit, Fit, FitOptions, SeriesFit
from eisfit.fitting.scaling import Scaling
from eisfit.fitting.shared import SeriesProblem, minimise_shared, shared_covariance
from eisfit.fitting.statistics import at_bounds, laid_out, of_parameters
from eisfit.fitting.weighting import WITH_SIGMA, weights
from eisfit.spectrum import Floats, Grid, Indices, Series, Spectrum, read_only


class FitKeywords(TypedDict, total=False):
    """The options of `fit`, for type checkers."""

    weighting: str | ArrayLike
    start: ArrayLike | Mapping[str, float] | None
    fixed: Mapping[str, float] | None
    bounds: Mapping[str, tuple[float, float]] | None
    tied: Mapping[str, str] | None
    shared: Sequence[str]
    breaks: Sequence[int]
    robust: bool
    max_iterations: int
    executor: Executor | None


@overload
def fit(data: Spectrum, circuit: Circuit | str, **options: Unpack[FitKeywords]) -> Fit: ...
@overload
def fit(data: Series | Iterable[Spectrum], circuit: Circuit | str, **options: Unpack[FitKeywords]) -> SeriesFit: ...
def fit(
    data: Spectrum | Series | Iterable[Spectrum],
    circuit: Circuit | str,
    *,
    weighting: str | ArrayLike = "modulus",
    start: ArrayLike | Mapping[str, float] | None = None,
    fixed: Mapping[str, float] | None = None,
    bounds: Mapping[str, tuple[float, float]] | None = None,
    tied: Mapping[str, str] | None = None,
    shared: Sequence[str] = (),
    breaks: Sequence[int] = (),
    robust: bool = False,
    max_iterations: int = MAX_ITERATIONS,
    executor: Executor | None = None,
) -> Fit | SeriesFit:
    """Complex non-linear least squares of one spectrum or of a series; masked points do not count.

    An array of weights, (F,) or (N, F), is in the order of the spectra's frequencies, highest first.
    start None finds start values from the data; (P,), (N, P) or a mapping gives them. `shared` parameters take one
    value for the whole series. `breaks`: spectra (0-based) at which something else begins, such as a short; no start is
    taken from a neighbour across. A Spectrum gives a Fit, a Series a SeriesFit. Spectra that cannot be fitted get a
    status and NaN. Raises FitError, CircuitError.
    """
    one = isinstance(data, Spectrum)
    series = Series([data]) if isinstance(data, Spectrum) else data if isinstance(data, Series) else Series(data)
    if not len(series):
        raise FitError("there is no spectrum to fit")
    if not isinstance(weighting, str):
        series, weighting = _weighted(series, weighting)
    check_steps(max_iterations)
    constraints = Constraints(
        fixed=fixed or {},
        bounds=bounds or {},
        tied=tied or {},
        shared=(shared,) if isinstance(shared, str) else tuple(shared),
    )
    model = constraints.applied(named(circuit))
    begin = None if start is None else starts(model, start, len(series))
    driver = _Driver(series, model, constraints, weighting, robust=robust, executor=executor)
    batch = driver.run(begin, max_iterations, breaks)
    given = None if isinstance(weighting, str) else read_only(weighting)
    fits = SeriesFit(**batch.state(), series=series, weights=given)
    return fits[0] if one else fits


def problems(fits: SeriesFit) -> list[tuple[Indices, Problem]]:
    """The least-squares problems that a series of fits solved, with the place of their spectra; outliers left out."""
    options = fits.options
    constraints = Constraints(tied=dict(options.tied), shared=options.shared)
    masked = [
        s.masked(out, "outlier of the robust fit") if out.any() else s
        for s, out in zip(fits.series, fits.outliers or [s.mask & False for s in fits.series], strict=True)
    ]
    series = fits.series.with_(spectra=masked)
    weighting = options.weighting if fits.weights is None else fits.weights
    return _Driver(series, fits.circuit, constraints, weighting, robust=False, executor=None).blocks


class _Driver:
    """The problems of a series by grid, and the way through them."""

    def __init__(
        self,
        series: Series,
        model: Circuit,
        constraints: Constraints,
        weighting: str | ArrayLike,
        *,
        robust: bool,
        executor: Executor | None,
    ) -> None:
        self.series, self.model, self.constraints = series, model, constraints
        self.options: FitOptions = constraints.options(weighting, robust=robust)
        self.executor = executor
        grids = series.grids()
        lowest = min(grid.frequency.min() for grid in grids)
        widest = max((grid.frequency for grid in grids), key=len)
        self.search: Scaling = constraints.scaling(model, np.append(widest[:-1], lowest))
        self.blocks = [
            self._problem(block, weighting) for grid in grids for block in _pieces(grid, TASK if executor else CHUNK)
        ]

    def run(self, begin: Floats | None, max_iterations: int, breaks: Sequence[int] = ()) -> BatchFit:
        robust = self.options.robust
        tasks = [Task(p, None if begin is None else begin[i], robust, max_iterations) for i, p in self.blocks]
        done = solved(tasks, self.executor)
        parts = [
            Part(solution.problem, index[rows], solution.found)
            for (index, _), (rows, solution) in zip(self.blocks, done, strict=True)
        ]
        if begin is None:
            with np.errstate(all="ignore"):
                exchange(parts, len(self.series), max_iterations, breaks)
        fits = [
            finished(problem, rows, solution, self.options)
            for (_, problem), (rows, solution) in zip(self.blocks, done, strict=True)
        ]
        order = np.argsort(np.concatenate([index for index, _ in self.blocks]), kind="stable")
        batch = joined(fits).taken(order)
        return self._shared(batch, parts, max_iterations) if self.constraints.shared else batch

    def _problem(self, block: Grid, weighting: str | ArrayLike) -> tuple[Indices, Problem]:
        own = weighting if isinstance(weighting, str) else np.asarray(weighting)[block.index]
        w = weights(block.impedance, block.used, own, self._sigma(block, weighting))
        return block.index, problem_of(self.search, block.frequency, block.impedance, w)

    def _sigma(self, block: Grid, weighting: str | ArrayLike) -> Floats | None:
        if not isinstance(weighting, str) or weighting not in WITH_SIGMA:
            return None
        sigma = [self.series[i].sigma for i in block.index.tolist()]
        missing = next((i for i, s in zip(block.index.tolist(), sigma, strict=True) if s is None), None)
        if missing is not None:
            label = self.series[missing].label or f"spectrum {missing}"
            raise FitError(f'weighting "{weighting}" needs the standard deviation of every point: {label} has none')
        return np.array(sigma)

    def _shared(self, batch: BatchFit, parts: list[Part], max_iterations: int) -> BatchFit:
        """The joint minimum with the shared parameters, from the free fits."""
        columns = self._shared_columns()
        if not columns:  # all of them fixed
            return batch
        rows = np.sort(np.concatenate([part.index for part in parts]))
        good = rows[np.isfinite(batch.values[rows]).all(axis=1)]
        if not len(good):
            return batch
        place = [np.searchsorted(good, part.index[np.isin(part.index, good)]) for part in parts]
        problems = [part.problem.take(np.isin(part.index, good)) for part in parts]
        joint = SeriesProblem(tuple(problems), tuple(place), columns)
        search = self.search
        theta = search.theta(batch.values[good])
        minimum = minimise_shared(joint, theta, search.lower, search.upper, max_iterations=2 * max_iterations)
        return self._with_shared(batch, good, joint, minimum.theta, minimum.cost, minimum.code)

    def _shared_columns(self) -> tuple[int, ...]:
        columns = {self.search.source[self.model.names.index(name)] for name in self.constraints.shared}
        return tuple(sorted(columns - {-1}))

    def _with_shared(
        self, batch: BatchFit, good: Indices, joint: SeriesProblem, theta: Floats, cost: Floats, code: int
    ) -> BatchFit:
        search = self.search
        values, held = search.values(theta), at_bounds(search, theta)
        covariance, open_ = shared_covariance(joint, values, held)
        if self.options.weighting != "sigma":
            numbers = sum(int((p.weight > 0).sum()) for p in joint.problems)
            unknowns = (~held).sum() - (len(good) - 1) * (~held[0, list(joint.shared)]).sum()
            freedom = numbers - int(unknowns)
            covariance = covariance * (cost.sum() / freedom if freedom > 0 else np.nan)
        status = list(batch.status)
        for i, is_open in zip(good.tolist(), open_.tolist(), strict=True):
            status[i] = lm.STATUSES[lm.SINGULAR if is_open else code]
        changed = {
            "values": values,
            "covariance": laid_out(covariance, search.source),
            "cost": cost,
            "rms": self._rms(joint, values, len(good)),
            "at_bound": of_parameters(held, search.source),
        }
        return _replaced(batch, good, tuple(status), changed)

    def _rms(self, joint: SeriesProblem, values: Floats, n: int) -> Floats:
        out = np.zeros(n)
        for problem, rows in zip(joint.problems, joint.index, strict=True):
            out[rows] = rms_of(problem, values[rows])
        return out


def _pieces(grid: Grid, size: int) -> list[Grid]:
    """A grid cut into blocks that fit into memory."""
    return [
        Grid(grid.frequency, grid.impedance[a : a + size], grid.used[a : a + size], grid.index[a : a + size])
        for a in range(0, len(grid.index), size)
    ]


def _weighted(series: Series, weighting: ArrayLike) -> tuple[Series, Floats]:
    """Weights (N, F) given as an array, and the series in which points of weight 0 do not count. Raises FitError."""
    if len(series.grids()) > 1:
        raise FitError("weights given as an array need spectra of equal frequencies: give sigma with each spectrum")
    shape = len(series), len(series[0])
    try:
        w = np.broadcast_to(np.asarray(weighting, dtype=np.float64), shape)
    except (TypeError, ValueError):
        raise FitError(f"an array of weights must be (F,) or (N, F) numbers, here {shape}") from None
    if not (w == 0).any():
        return series, w
    spectra = [s.masked(row == 0, "weight 0") for s, row in zip(series, w, strict=True)]
    return series.with_(spectra=spectra), w


def _replaced(
    batch: BatchFit,
    rows: Indices,
    status: tuple[object, ...],
    changed: Mapping[str, NDArray[Any]],
) -> BatchFit:
    state = batch.state() | {"status": status}
    for name, new in changed.items():
        column = np.array(state[name])
        column[rows] = new
        state[name] = read_only(column, column.dtype)
    return BatchFit(**state)
