"""From least-squares problems to their minima: with start values or without, robust or not, by one process or many."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from eisfit.fitting import lm
from eisfit.fitting.assembly import Solution, finite_spectra
from eisfit.fitting.minima import Minima, data_scale, nothing, of_one_start
from eisfit.fitting.order import in_order
from eisfit.fitting.problem import Problem
from eisfit.fitting.start import STRETCH, cold_start, surer
from eisfit.spectrum import Bools, Floats, Indices

if TYPE_CHECKING:
    from concurrent.futures import Executor

MAX_ITERATIONS = 300
"""Steps of the search per spectrum; well posed fits take 5 to 30, a resistance on its way to nothing many more."""
CHUNK = 1000
"""Spectra that are held as one problem, whole stretches: bounds the memory whatever the length of the series."""
TASK = STRETCH
"""Spectra in one task of an executor."""


class Task(NamedTuple):
    """Spectra to be fitted in one go, from given parameters (N, P) or from the data alone.

    series: they follow each other.
    """

    problem: Problem
    start: Floats | None
    robust: bool
    max_iterations: int
    series: bool = False


def solved(tasks: Sequence[Task], executor: Executor | None = None) -> list[tuple[Indices, Solution]]:
    """The rows of each task that can be fitted at all, and their solution."""
    if executor is None:
        return list(map(_solved, tasks))
    from concurrent.futures import BrokenExecutor

    found: list[tuple[Indices, Solution]] = []
    with suppress(BrokenExecutor):  # a process died, or was killed: what it had not handed over is done here
        found.extend(executor.map(_solved, tasks))
    return [*found, *map(_solved, tasks[len(found) :])]


def _solved(task: Task) -> tuple[Indices, Solution]:
    rows = np.flatnonzero(sound_spectra(task.problem))
    part = task.problem.take(rows)
    start = None if task.start is None else task.start[rows]
    with np.errstate(all="ignore"):
        return rows, _solution(part, start, task, rows if task.series else None)


def _solution(part: Problem, start: Floats | None, task: Task, places: Indices | None) -> Solution:
    if not len(part):
        none = np.zeros((0, part.s.size), np.bool_) if task.robust else None
        return Solution(nothing(part.scaling.size), part, none)
    if start is not None:
        start = _completed(part, start, task.max_iterations)
    if task.robust:
        from eisfit.fitting.robust import robust_fit

        minima, outliers, clean = robust_fit(part, start, task.max_iterations)
        return Solution(minima if start is not None else in_order(clean, minima), clean, outliers)
    if start is not None:
        return Solution(warm_start(part, start, task.max_iterations), part)
    quick = cold_start(part, max_iterations=task.max_iterations)
    return Solution(in_order(part, surer(part, quick, task.max_iterations, places=places)), part)


def _completed(part: Problem, start: Floats, max_iterations: int) -> Floats:
    """Start values (N, P) in which rows that are not known are found from the data."""
    lost = np.flatnonzero(~np.isfinite(start).all(axis=1))
    if not len(lost):
        return start
    out = start.copy()
    search = cold_start(part.take(lost), max_iterations=max_iterations)
    out[lost] = part.scaling.values(search.minimum.theta)
    return out


def warm_start(problem: Problem, values: Floats, max_iterations: int) -> Minima:
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
    return of_one_start(minimum)


def sound_spectra(problem: Problem) -> Bools:
    """Spectra with finite numbers at every point that counts, and no fewer numbers than free parameters, (N,)."""
    out: Bools = finite_spectra(problem) & ((problem.weight > 0).sum(axis=1) >= problem.scaling.size)
    return out
