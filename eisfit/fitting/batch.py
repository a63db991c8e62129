"""Fit many spectra on one frequency grid: bare arrays in, a BatchFit out. Picklable, so any executor can map it."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import Executor

import numpy as np
from numpy.typing import ArrayLike

from eisfit.circuit import Circuit
from eisfit.errors import FitError
from eisfit.fitting.assembly import finished, joined
from eisfit.fitting.batch_fit import BatchFit
from eisfit.fitting.constraints import Constraints
from eisfit.fitting.given import check_steps, named, starts
from eisfit.fitting.problem import problem_of
from eisfit.fitting.ranges import widened
from eisfit.fitting.solve import CHUNK, MAX_ITERATIONS, TASK, Task, solved
from eisfit.fitting.weighting import weights
from eisfit.spectrum import Bools, Complexes, Floats


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
    model = constraints.applied(widened(named(circuit), f, z[used]))
    begin = None if start is None else starts(model, start, len(z))
    w = weights(z, used, weighting, sd)
    search = constraints.scaling(model, f)
    options = constraints.options(weighting, robust=robust)
    size = TASK if executor else CHUNK
    problems = [problem_of(search, f, z[a : a + size], w[a : a + size]) for a in range(0, len(z), size)]
    begins = [None if begin is None else begin[a : a + size] for a in range(0, len(z), size)]
    tasks = [Task(p, b, robust, max_iterations) for p, b in zip(problems, begins, strict=True)]
    solutions = solved(tasks, executor)
    return joined([finished(p, rows, s, options) for p, (rows, s) in zip(problems, solutions, strict=True)])


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
