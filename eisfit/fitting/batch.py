"""Fit many spectra on one frequency grid: bare arrays in, a BatchFit out. Picklable, so any executor can map it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import Executor
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from eisfit.circuit import Circuit
from eisfit.errors import CircuitError, FitError
from eisfit.fitting import lm
from eisfit.fitting.assembly import Solution, finished, finite_spectra, joined
from eisfit.fitting.constraints import Constraints
from eisfit.fitting.order import in_order
from eisfit.fitting.problem import Problem, problem_of
from eisfit.fitting.result import BatchFit
from eisfit.fitting.rivals import second_look
from eisfit.fitting.robust import robust_fit
from eisfit.fitting.start import ColdStart, cold_start, data_scale, nothing
from eisfit.fitting.weighting import weights
from eisfit.parameter import Parameter
from eisfit.spectrum import Bools, Complexes, Floats, Indices

MAX_ITERATIONS = 300
"""Steps of the search per spectrum; well posed fits take 5 to 30, a resistance on its way to nothing many more."""
CHUNK = 1000
"""Spectra that are held as one problem: bounds the memory whatever the length of the series."""
TASK = 50
"""Spectra in one task of an executor."""


def fit_batch(
    frequency: ArrayLike,
    impedance: ArrayLike,
    circuit: Circuit | str,
    *,
    weighting: str | ArrayLike = "modulus",
    start: ArrayLike | Mapping[str, float] | None = None,
    fixed: Mapping[str, float] | None = None,
    bounds: Mapping[str, tuple[float, float]] | None = None,
    tied: Mapping[str, str] | None = None,
    mask: ArrayLike | None = None,
    sigma: ArrayLike | None = None,
    robust: bool = False,
    max_iterations: int = MAX_ITERATIONS,
    executor: Executor | None = None,
) -> BatchFit:
    """Complex non-linear least squares of N spectra that share their frequencies.

    frequency (F,) Hz; impedance (F,) or (N, F) ohm; start None (found from the data), (P,), (N, P) or a mapping, a row
    with NaN found from the data;
    mask (F,) or (N, F) True where a point must not count; sigma (F,) or (N, F) ohm for weighting "sigma".
    robust: a few gross outliers do not move the answer; executor: any concurrent.futures executor shares the work.
    A spectrum that cannot be fitted gets a status and NaN; the others are not touched by it.
    Raises FitError where the problem is ill posed (fewer data than free parameters), CircuitError on unknown names.
    """
    f, z, used, sd = _arrays(frequency, impedance, mask, sigma)
    if not len(z):
        raise FitError("there is no spectrum to fit")
    check_steps(max_iterations)
    constraints = Constraints(fixed=fixed or {}, bounds=bounds or {}, tied=tied or {})
    model = constraints.applied(named(circuit))
    begin = None if start is None else starts(model, start, len(z))
    w = weights(z, used, weighting, sd)
    search = constraints.scaling(model, f)
    options = constraints.options(weighting, robust=robust)
    size = TASK if executor else CHUNK
    problems = [problem_of(search, f, z[a : a + size], w[a : a + size]) for a in range(0, len(z), size)]
    begins = [None if begin is None else begin[a : a + size] for a in range(0, len(z), size)]
    tasks = [Task(p, b, robust, max_iterations) for p, b in zip(problems, begins, strict=True)]
    done = solved(tasks, executor)
    return joined([finished(p, rows, s, options) for p, (rows, s) in zip(problems, done, strict=True)])


class Task(NamedTuple):
    """Spectra to be fitted in one go, from given parameters (N, P) or from the data alone."""

    problem: Problem
    start: Floats | None
    robust: bool
    max_iterations: int


def solved(tasks: Sequence[Task], executor: Executor | None = None) -> list[tuple[Indices, Solution]]:
    """The rows of each task that can be fitted at all, and their solution."""
    return list(executor.map(_solved, tasks) if executor else map(_solved, tasks))


def _solved(task: Task) -> tuple[Indices, Solution]:
    rows = np.flatnonzero(sound_spectra(task.problem))
    part = task.problem.take(rows)
    start = None if task.start is None else task.start[rows]
    with np.errstate(all="ignore"):
        return rows, _solution(part, start, task)


def _solution(part: Problem, start: Floats | None, task: Task) -> Solution:
    if not len(part):
        return Solution(nothing(part.scaling.size), part)
    if start is not None:
        start = _completed(part, start, task.max_iterations)
    if task.robust:
        found, outliers, clean = robust_fit(part, start, task.max_iterations)
        return Solution(found if start is not None else in_order(clean, found), clean, outliers)
    if start is not None:
        return Solution(warm_start(part, start, task.max_iterations), part)
    found = second_look(part, cold_start(part, max_iterations=task.max_iterations), task.max_iterations)
    return Solution(in_order(part, found), part)


def _completed(part: Problem, start: Floats, max_iterations: int) -> Floats:
    """Start values (N, P) in which rows that are not known are found from the data."""
    lost = np.flatnonzero(~np.isfinite(start).all(axis=1))
    if not len(lost):
        return start
    out = start.copy()
    search = cold_start(part.take(lost), max_iterations=max_iterations)
    out[lost] = part.scaling.values(search.minimum.theta)
    return out


def _arrays(
    frequency: ArrayLike, impedance: ArrayLike, mask: ArrayLike | None, sigma: ArrayLike | None
) -> tuple[Floats, Complexes, Bools, Floats | None]:
    try:
        f = np.asarray(frequency, dtype=np.float64)
        z = np.atleast_2d(np.asarray(impedance, dtype=np.complex128))
    except (TypeError, ValueError) as error:
        raise FitError(f"frequency and impedance must be numbers: {error}") from None
    if f.ndim != 1 or z.ndim != 2 or z.shape[1] != f.size or not f.size or not np.all(np.isfinite(f) & (f > 0)):
        raise FitError(f"expected frequency (F,) above 0 Hz and impedance (F,) or (N, F), got {f.shape} and {z.shape}")
    try:
        used = ~np.broadcast_to(np.zeros(1, bool) if mask is None else np.asarray(mask, bool), z.shape)
        sd = None if sigma is None else np.broadcast_to(np.asarray(sigma, np.float64), z.shape)
    except ValueError:
        raise FitError(f"mask and sigma must be (F,) or (N, F), here {z.shape}") from None
    if sd is not None and not np.all(sd[used] > 0):
        raise FitError("sigma must be above 0 ohm at every point that counts")
    return f, z, used, sd


def check_steps(max_iterations: int) -> None:
    """A search needs a step. Raises FitError."""
    if max_iterations < 1:
        raise FitError(f"max_iterations must be 1 or more, not {max_iterations}")


def starts(circuit: Circuit, start: ArrayLike | Mapping[str, float], n: int) -> Floats:
    values = circuit.array(start)
    if isinstance(start, Mapping):
        missing = [p.name for p in circuit.parameters if not p.fixed and p.name not in start]
        if missing:
            raise FitError(f"start values name every free parameter or none: {', '.join(missing)} missing")
    if values.ndim == 2 and len(values) != n:
        raise FitError(f"{len(values)} sets of start values for {n} spectra")
    if not np.isfinite(values).all() and values.ndim == 1:
        raise FitError("start values must be finite")
    for p, column in zip(circuit.parameters, values.reshape(-1, len(circuit.names)).T, strict=True):
        _check_start(p, column, by_name=isinstance(start, Mapping))
    return np.array(np.broadcast_to(values, (n, values.shape[-1])))


def _check_start(parameter: Parameter, values: Floats, *, by_name: bool) -> None:
    """Start values of a free parameter: above 0 where it must be; inside its bounds where they were given by name.

    Arrays may be the result of another fit, which may end outside (a CPE is bounded by its impedance): they are moved
    inside. NaN stands for a value that is not known. Raises FitError.
    """
    p = parameter
    if p.fixed:
        return
    if p.scale == "log" and p.lower >= 0 and (values <= 0).any():
        raise FitError(f"the start value of {p.name} must be above 0")
    if not by_name:
        return
    slack = 1e-9 * np.abs(values)
    outside = (values < p.lower - slack) | (values > p.upper + slack)
    if outside.any():
        value = values[np.argmax(outside)]
        raise FitError(f"the start value {value:.6g} of {p.name} is outside its bounds {p.lower:g} to {p.upper:g}")


def warm_start(problem: Problem, values: Floats, max_iterations: int) -> ColdStart:
    """The minimum reached from given parameters (N, P)."""
    search = problem.scaling
    minimum = lm.minimise(
        problem,
        search.theta(values),
        search.lower,
        search.upper,
        max_iterations=max_iterations,
        scale=data_scale(problem),
    )
    one = np.ones(len(values), dtype=np.int64)
    return ColdStart(minimum, one, one.copy())


def sound_spectra(problem: Problem) -> Bools:
    """Spectra with finite numbers at every point that counts, and no fewer numbers than free parameters, (N,)."""
    out: Bools = finite_spectra(problem) & ((problem.weight > 0).sum(axis=1) >= problem.scaling.size)
    return out


def named(circuit: Circuit | str) -> Circuit:
    """A circuit from a value or a text. Raises CircuitError."""
    if isinstance(circuit, Circuit):
        return circuit
    if isinstance(circuit, str):
        return Circuit(circuit)
    raise CircuitError(f"a circuit is a Circuit or a text, not {type(circuit).__name__}")
