"""Fit many spectra on one frequency grid: bare arrays in, a BatchFit out. Picklable, so any executor can map it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Unpack

import numpy as np
from numpy.typing import ArrayLike

from eisfit.circuit import Circuit
from eisfit.errors import FitError, OptionError
from eisfit.fitting.assembly import finished, joined
from eisfit.fitting.batch_fit import BatchFit
from eisfit.fitting.constraints import constraints_of
from eisfit.fitting.given import check_steps, named, started
from eisfit.fitting.problem import problem_of
from eisfit.fitting.ranges import widened
from eisfit.fitting.solve import CHUNK, MAX_ITERATIONS, TASK, Task, solved
from eisfit.fitting.weighting import weights
from eisfit.settings import FitKeywords, complete, takes_options
from eisfit.spectrum import Bools, Complexes, Floats

if TYPE_CHECKING:
    from concurrent.futures import Executor


@takes_options(FitKeywords)
def fit_batch(
    frequency: ArrayLike,
    impedance: ArrayLike,
    circuit: Circuit | str,
    *,
    mask: ArrayLike | None = None,
    sigma: ArrayLike | None = None,
    max_iterations: int = MAX_ITERATIONS,
    executor: Executor | None = None,
    **options: Unpack[FitKeywords],
) -> BatchFit:
    """Complex non-linear least squares of N spectra that share their frequencies.

    frequency (F,) Hz; impedance (F,) or (N, F) ohm; mask (F,) or (N, F) True where a point must not count; sigma (F,)
    or (N, F) ohm for weighting "sigma"; start: as of `fit`, where a row with NaN is found from the data; executor: any
    concurrent.futures executor shares the work. Nothing can be shared: that is for `fit` and a Series.
    A spectrum that cannot be fitted gets a status and NaN; the others are not touched by it.
    Raises FitError where the problem is ill posed (fewer data than free parameters), CircuitError on unknown names.

    >>> import numpy as np, eisfit as ef
    >>> f = np.logspace(5, -1, 31)
    >>> z = ef.Circuit("R(RQ)").impedance(f, [[10, 50, 1e-5, 0.9], [10, 60, 1e-5, 0.9]])
    >>> ef.fit_batch(f, z, "R(RQ)", tie={"R1": "R2 / 5"}, fix={"Q1_n": 0.9}).values.shape
    (2, 4)
    """
    f, z, used, sd = _arrays(frequency, impedance, mask, sigma)
    if not len(z):
        raise FitError("there is no spectrum to fit")
    check_steps(max_iterations)
    asked = complete(FitKeywords, options, "fit_batch")
    if asked["share"]:
        raise OptionError("fit_batch has no option 'share': `fit` shares values along a Series")
    robust = asked["robust"]
    model = widened(named(circuit), f, z[used])
    constraints = constraints_of(model, asked)
    model = constraints.applied(model)
    w = weights(z, used, asked["weighting"], sd)
    search = constraints.scaling(model, f)
    recorded = constraints.options(asked["weighting"], robust=robust)
    size = TASK if executor else CHUNK
    problems = [problem_of(search, f, z[a : a + size], w[a : a + size]) for a in range(0, len(z), size)]

    def solve(begin: Floats | None) -> BatchFit:
        begins = [None if begin is None else begin[a : a + size] for a in range(0, len(z), size)]
        tasks = [Task(p, b, robust, max_iterations) for p, b in zip(problems, begins, strict=True)]
        solutions = solved(tasks, executor)
        return joined([finished(p, rows, s, recorded) for p, (rows, s) in zip(problems, solutions, strict=True)])

    return started(model, asked["start"], len(z), solve)


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
