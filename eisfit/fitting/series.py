"""Fit a whole series: grid by grid in batches, neighbours helping each other, values shared where asked."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, NamedTuple, Unpack, overload

import numpy as np
from numpy.typing import ArrayLike

from eisfit.circuit import Circuit
from eisfit.errors import FitError
from eisfit.fitting.assembly import Solution, finished, joined
from eisfit.fitting.batch_fit import BatchFit, FitOptions
from eisfit.fitting.branch import on_one_branch
from eisfit.fitting.constraints import Constraints, constraints_of
from eisfit.fitting.given import check_steps, named, started
from eisfit.fitting.neighbours import Part, exchange
from eisfit.fitting.problem import Problem, problem_of
from eisfit.fitting.ranges import widened
from eisfit.fitting.result import Fit, SeriesFit
from eisfit.fitting.scaling import Scaling
from eisfit.fitting.solve import CHUNK, MAX_ITERATIONS, TASK, Task, solved
from eisfit.fitting.weighting import WITH_SIGMA, weights
from eisfit.settings import FitKeywords, complete, takes_options
from eisfit.spectrum import Floats, Grid, Indices, Series, Spectrum, read_only

if TYPE_CHECKING:
    from concurrent.futures import Executor


class SeriesKeywords(FitKeywords, total=False):
    """What `fit` takes beside the options of a fit, for type checkers."""

    breaks: Sequence[int]
    max_iterations: int
    executor: Executor | None


@overload
def fit(data: Spectrum, circuit: Circuit | str, **options: Unpack[SeriesKeywords]) -> Fit: ...
@overload
def fit(data: Series | Iterable[Spectrum], circuit: Circuit | str, **options: Unpack[SeriesKeywords]) -> SeriesFit: ...
@takes_options(FitKeywords)
def fit(
    data: Spectrum | Series | Iterable[Spectrum],
    circuit: Circuit | str,
    *,
    breaks: Sequence[int] = (),
    max_iterations: int = MAX_ITERATIONS,
    executor: Executor | None = None,
    **options: Unpack[FitKeywords],
) -> Fit | SeriesFit:
    """Complex non-linear least squares of one spectrum or of a series; masked points do not count.

    circuit: a Circuit, its text, or the name of one of the library ("assb").
    An array of weights, (F,) or (N, F), is in the order of the spectra's frequencies, highest first. Parameters are
    named by their own names or by their roles. start: by name, or one set (P,), a guess beside which the data have
    their say, and the lower minimum is taken (`Fit.start_left`); (N, P), a set for every spectrum, which is followed
    alone. breaks: spectra (0-based) at which something else begins, such as a
    short; no start is taken from a neighbour across. executor: any concurrent.futures executor shares the work. A
    Spectrum gives a Fit, a Series a SeriesFit. Spectra that cannot be fitted get a status and NaN. Raises FitError,
    CircuitError, OptionError.

    >>> import numpy as np, eisfit as ef
    >>> spectrum = ef.simulate("R(RQ)", np.logspace(5, -1, 31), [10, 50, 1e-5, 0.9], noise=0.002, seed=1)
    >>> fit = ef.fit(spectrum, "R(RQ)", bound={"R_Int": (1, 100)}, start={"R1": 12})
    >>> fit.values.round(1)[:2]
    array([10., 50.])
    >>> f"{fit['R_Int']:.1u}", fit.status.words
    ('49.98+/-0.03', 'converged')
    >>> fit.predict([1.0]).shape
    (1,)
    """
    asked = complete(FitKeywords, options, "fit")
    weighting, robust = asked["weighting"], asked["robust"]
    one = isinstance(data, Spectrum)
    series = Series([data]) if isinstance(data, Spectrum) else data if isinstance(data, Series) else Series(data)
    if not len(series):
        raise FitError("there is no spectrum to fit")
    if not isinstance(weighting, str):
        series, weighting = _weighted(series, weighting)
    check_steps(max_iterations)
    model = _reaching(named(circuit), series)
    constraints = constraints_of(model, asked)
    model = constraints.applied(model)
    blocks = blocks_of(series, model, constraints, weighting, size=TASK if executor else CHUNK)
    way, recorded = _Way(max_iterations, breaks, executor), constraints.options(weighting, robust=robust)
    batch = started(model, asked["start"], len(series), lambda begin: _solved(blocks, begin, recorded, way))
    given = None if isinstance(weighting, str) else read_only(weighting)
    fits = SeriesFit(**batch.state(), series=series, weights=given)
    return fits[0] if one else fits


def _reaching(circuit: Circuit, series: Series) -> Circuit:
    """The circuit with default bounds that these spectra cannot reach."""
    frequency = np.concatenate([s.frequency[s.used] for s in series])
    if not frequency.size:
        return circuit
    return widened(circuit, frequency, np.concatenate([s.impedance[s.used] for s in series]))


def problems(fits: SeriesFit) -> tuple[Block, ...]:
    """The least-squares problems that a series of fits solved, with the place of their spectra; outliers left out."""
    options = fits.options
    constraints = Constraints(tied=dict(options.tied), shared=options.shared)
    masked = [
        s.masked(out, "outlier of the robust fit") if out.any() else s
        for s, out in zip(fits.series, fits.outliers or [s.mask & False for s in fits.series], strict=True)
    ]
    series = fits.series.with_(spectra=masked)
    weighting = options.weighting if fits.weights is None else fits.weights
    return blocks_of(series, fits.circuit, constraints, weighting)


class Block(NamedTuple):
    """Spectra that are solved as one problem: their places in the series, and the problem."""

    rows: Indices
    problem: Problem


def blocks_of(
    series: Series, model: Circuit, constraints: Constraints, weighting: str | ArrayLike, *, size: int = CHUNK
) -> tuple[Block, ...]:
    """The problems of a series, grid by grid, at most `size` spectra in each. Raises FitError."""
    grids = series.grids()
    lowest = min(grid.frequency.min() for grid in grids)
    widest = max((grid.frequency for grid in grids), key=len)
    search = constraints.scaling(model, np.append(widest[:-1], lowest))
    return tuple(_block(series, search, piece, weighting) for grid in grids for piece in _pieces(grid, size))


def _block(series: Series, search: Scaling, piece: Grid, weighting: str | ArrayLike) -> Block:
    own = weighting if isinstance(weighting, str) else np.asarray(weighting)[piece.index]
    w = weights(piece.impedance, piece.used, own, _sigma(series, piece, weighting))
    return Block(piece.index, problem_of(search, piece.frequency, piece.impedance, w))


def _sigma(series: Series, piece: Grid, weighting: str | ArrayLike) -> Floats | None:
    if not isinstance(weighting, str) or weighting not in WITH_SIGMA:
        return None
    sigma = [series[i].sigma for i in piece.index.tolist()]
    missing = next((i for i, s in zip(piece.index.tolist(), sigma, strict=True) if s is None), None)
    if missing is not None:
        label = series[missing].label or f"spectrum {missing}"
        raise FitError(f'weighting "{weighting}" needs the standard deviation of every point: {label} has none')
    return np.array(sigma)


class _Way(NamedTuple):
    """How a series is solved: steps of a search, spectra at which something else begins, who works."""

    max_iterations: int
    breaks: Sequence[int]
    executor: Executor | None


def _solved(blocks: Sequence[Block], begin: Floats | None, options: FitOptions, way: _Way) -> BatchFit:
    """Every block by itself, neighbours helping each other where no start values are given, then what is shared."""
    tasks = [
        Task(p, None if begin is None else begin[i], options.robust, way.max_iterations, series=True) for i, p in blocks
    ]
    solutions = solved(tasks, way.executor)
    if begin is None:
        solutions = _exchanged(blocks, solutions, way)
    fits = [
        finished(problem, rows, solution, options)
        for (_, problem), (rows, solution) in zip(blocks, solutions, strict=True)
    ]
    order = np.argsort(np.concatenate([index for index, _ in blocks]), kind="stable")
    batch = joined(fits).taken(order)
    if not options.shared:
        return batch
    from eisfit.fitting.joint import with_shared

    fitted = [(index[rows], solution.problem) for (index, _), (rows, solution) in zip(blocks, solutions, strict=True)]
    return with_shared(batch, fitted, 2 * way.max_iterations)


def _exchanged(
    blocks: Sequence[Block], solutions: Sequence[tuple[Indices, Solution]], way: _Way
) -> list[tuple[Indices, Solution]]:
    """The solutions with minima that neighbours have lowered."""
    parts = [
        Part(solution.problem, index[rows], solution.minima)
        for (index, _), (rows, solution) in zip(blocks, solutions, strict=True)
    ]
    count = sum(len(index) for index, _ in blocks)
    with np.errstate(all="ignore"):
        lowest = exchange(parts, count, way.max_iterations, way.breaks)
        smooth = on_one_branch(lowest, count, way.max_iterations, way.breaks)
    return [
        (rows, solution._replace(minima=part.minima)) for (rows, solution), part in zip(solutions, smooth, strict=True)
    ]


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
