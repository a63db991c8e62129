"""Levenberg-Marquardt for a batch of small least-squares problems at once. Knows no circuits.

Every problem has its own damping; those that are done leave the batch. Damping after Nielsen (Technical University of
Denmark, IMM-REP-1999-05): lambda falls by max(1/3, 1 - (2 rho - 1)^3) after a good step (faster when the model
predicts the cost well) and doubles ever faster after bad ones. Bounds by projection: a coordinate at its bound with the
gradient pushing outward stands still for the step; the step ends at the bounds.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple, Protocol, Self

import numpy as np
from numpy.typing import NDArray

from eisfit.fitting.status import FitStatus
from eisfit.spectrum import Bools, Floats, Indices

STATUSES = (
    FitStatus.CONVERGED,
    FitStatus.STALLED,
    FitStatus.MAX_ITERATIONS,
    FitStatus.SINGULAR,
    FitStatus.NON_FINITE,
)
"""Status by its code in the arrays of this module."""
CONVERGED, STALLED, MAX_ITERATIONS, SINGULAR, NON_FINITE = range(5)

MAX_STEP = 3.0
"""No coordinate moves further in one step: a factor of 20 for a logarithm."""
BATCH = 128
"""Problems under way at once: enough to amortise the interpreter, few enough to stay in the cache (for about sixty
frequencies; the fewer there are, the more problems pay)."""
TOP_DAMPING = 1e10
"""Damped further than this no step lowers the cost: the problem has stalled."""
RTOL = 1e-7
"""A fall of the cost by this share moves chi2 by 1e-5 for a hundred data: 0.003 standard errors of a parameter."""
CALM = 1e-4
"""Above this damping a small step proves nothing: the damping may be what keeps it small."""
CREEP, CREEPS = 10.0, 6
"""So many steps that gain less than this many times `rtol`, without a better one between: a valley so flat that its end
means nothing. The errors of the parameters along it tell."""
LAP, LAP_GAIN = 50, 3e-4
"""A search that lowers the cost by less than this share in so many steps has ended: what is left moves chi2 by
a few hundredths for a hundred data, along a valley that the data do not close."""
ROUND_OFF = 1e-26
"""Below this share of the sum of the squared data the misfit is rounding."""


class LeastSquares(Protocol):
    """What is minimised: cost (N,), gradient (N, K) and curvature (N, K, K) at theta (N, K); sub-problems by `take`."""

    def __len__(self) -> int: ...
    def normal_equations(self, theta: Floats) -> tuple[Floats, Floats, Floats]:
        """Cost, J^T r and J^T J."""
        ...

    def take(self, rows: NDArray[Any]) -> Self:
        """The problems of some rows."""
        ...


class Minimum(NamedTuple):
    """theta (N, K), cost (N,), code (N,) into STATUSES, iterations (N,)."""

    theta: Floats
    cost: Floats
    code: Indices
    iterations: Indices

    def taken(self, rows: NDArray[Any]) -> Minimum:
        """The minima of some problems, by index or by mask."""
        return Minimum(*(column[rows] for column in self))

    def with_rows(self, rows: Indices, new: Minimum) -> Minimum:
        """The minima of some problems replaced."""
        return Minimum(*(replaced(x, rows, y) for x, y in zip(self, new, strict=True)))


def replaced(old: NDArray[Any], rows: Indices, new: NDArray[Any] | int) -> NDArray[Any]:
    """A column in which some rows are new."""
    out = old.copy()
    out[rows] = new
    return out


@dataclass(slots=True)
class _State:
    """What belongs to the problems under way, row by row."""

    rows: Indices
    theta: Floats
    cost: Floats
    gradient: Floats
    curvature: Floats
    damping: Floats
    growth: Floats
    floor: Floats
    iterations: Indices
    creeps: Indices
    lap: Floats

    def keep(self, where: Bools) -> _State:
        return _State(*(getattr(self, name)[where] for name in self.__slots__))

    def with_(self, other: _State) -> _State:
        pairs = ((getattr(self, name), getattr(other, name)) for name in self.__slots__)
        return _State(*(np.concatenate(pair) for pair in pairs))


def minimise(
    problem: LeastSquares,
    theta: Floats,
    lower: Floats,
    upper: Floats,
    *,
    max_iterations: int = 100,
    rtol: float = RTOL,
    damping: float = 1e-2,
    scale: Floats | None = None,
    batch: int = BATCH,
) -> Minimum:
    """The minimum of each problem from its start theta (N, K), inside lower <= theta <= upper, (K,) or (N, K).

    Converged: the step foretells a fall of the cost below `rtol` of it, with the damping out of the way.
    `scale` (N,) is the sum of the squared weighted data, which tells what is rounding.
    """
    n = len(theta)
    theta = np.clip(theta, lower, upper)
    lower, upper = np.broadcast_to(lower, theta.shape), np.broadcast_to(upper, theta.shape)
    floor = np.zeros(n) if scale is None else ROUND_OFF * scale
    out = Minimum(theta.copy(), np.full(n, np.inf), np.full(n, MAX_ITERATIONS), np.zeros(n, np.int64))
    state = _nothing(theta.shape[1])
    waiting = 0
    while len(state.rows) or waiting < n:
        if waiting < n and len(state.rows) <= batch // 2:
            fresh = np.arange(waiting, min(n, waiting + batch - len(state.rows)))
            waiting += len(fresh)
            state = state.with_(_begin(problem, theta, floor, fresh, damping))
            state = _leave(state, out, *_hopeless(state))
            current = problem.take(state.rows)
        if not len(state.rows):
            continue
        done, code = _advance(current, state, lower[state.rows], upper[state.rows], rtol)
        state.iterations += 1
        done |= _lapped(state)
        spent = ~done & (state.iterations >= max_iterations)
        code[spent] = MAX_ITERATIONS
        done |= spent
        if done.any():
            state = _leave(state, out, done, code)
            current = current.take(~done)
    return out


def _nothing(size: int) -> _State:
    """The state of no problem at all, with `size` coordinates."""
    v, whole = np.zeros(0), np.zeros(0, np.int64)
    matrix = np.zeros((0, size))
    return _State(whole, matrix, v, matrix, np.zeros((0, size, size)), v, v, v, whole, whole, v)


def _begin(problem: LeastSquares, theta: Floats, floor: Floats, rows: Indices, damping: float) -> _State:
    """The state of some problems at their start."""
    n = len(rows)
    cost, gradient, curvature = problem.take(rows).normal_equations(theta[rows])
    return _State(
        rows,
        theta[rows],
        cost,
        gradient,
        curvature,
        np.full(n, damping),
        np.full(n, 2.0),
        floor[rows],
        np.zeros(n, np.int64),
        np.zeros(n, np.int64),
        cost.copy(),
    )


def _lapped(state: _State) -> Bools:
    """Who has gained next to nothing since LAP steps ago, (N,)."""
    at_mark = state.iterations % LAP == 0
    idle: Bools = at_mark & (state.cost >= state.lap * (1 - LAP_GAIN))
    state.lap = np.where(at_mark, state.cost, state.lap)
    return idle


def _hopeless(state: _State) -> tuple[Bools, Indices]:
    """Who cannot or need not be moved: no finite cost, or already at rounding."""
    finite = np.isfinite(state.cost) & np.isfinite(state.curvature).all(axis=(1, 2))
    return ~finite | (state.cost <= state.floor), np.where(finite, CONVERGED, NON_FINITE)


def _leave(state: _State, out: Minimum, done: Bools, code: Indices) -> _State:
    """Write down those who are done and keep the others."""
    rows = state.rows[done]
    out.theta[rows], out.cost[rows] = state.theta[done], state.cost[done]
    out.code[rows], out.iterations[rows] = code[done], state.iterations[done]
    return state.keep(~done)


def _advance(problem: LeastSquares, state: _State, lower: Floats, upper: Floats, rtol: float) -> tuple[Bools, Indices]:
    """One step of every problem under way; returns who is done and with which code."""
    gradient, curvature = _held(state, lower, upper)
    step = _step(gradient, curvature, state.damping)
    trial = np.clip(state.theta + step, lower, upper)
    step = trial - state.theta
    cost, new_gradient, new_curvature = problem.normal_equations(trial)
    foretold = -np.einsum("ij,ij->i", step, 2 * state.gradient + _times(state.curvature, step))
    usable = np.isfinite(cost) & np.isfinite(new_curvature).all(axis=(1, 2))
    better = usable & (cost < state.cost)
    fall = np.where(usable, state.cost - cost, 0.0)
    small = rtol * state.cost + state.floor
    settled = (np.abs(foretold) <= small) & (fall >= -10 * small) & usable
    calm = state.damping <= CALM
    code = np.full(len(cost), CONVERGED)
    slow = better & (fall <= CREEP * rtol * state.cost)
    state.creeps = np.where(better & ~slow, 0, state.creeps + slow)
    done = (settled & calm) | (better & (cost <= state.floor)) | (slow & (state.creeps >= CREEPS))
    with np.errstate(divide="ignore", invalid="ignore"):
        gain = fall / foretold
    gain = np.where(np.isfinite(gain), gain, 0.0)
    _accept(state, better, trial, cost, new_gradient, new_curvature)
    _damp(state, better, settled, gain)
    stuck = ~done & (state.damping > TOP_DAMPING)
    code[stuck] = STALLED
    return done | stuck, code


def _held(state: _State, lower: Floats, upper: Floats) -> tuple[Floats, Floats]:
    """Gradient and curvature in which coordinates that push against their bound stand still."""
    push = ((state.theta <= lower) & (state.gradient > 0)) | ((state.theta >= upper) & (state.gradient < 0))
    if not push.any():
        return state.gradient, state.curvature
    free = ~push
    curvature = state.curvature * free[:, :, None] * free[:, None, :]
    diagonal = np.einsum("ijj->ij", curvature)
    diagonal[push] = 1.0
    return state.gradient * free, curvature


def _step(gradient: Floats, curvature: Floats, damping: Floats) -> Floats:
    """Solve (A + lambda diag A) step = -g; a little of the largest diagonal keeps a singular A solvable."""
    a = curvature.copy()
    diagonal = np.einsum("ijj->ij", a)
    diagonal += damping[:, None] * diagonal + 1e-14 * diagonal.max(axis=1, keepdims=True, initial=0.0) + 1e-300
    try:
        step = np.linalg.solve(a, -gradient[:, :, None])[:, :, 0]
    except np.linalg.LinAlgError:
        diagonal += 1e-10 * diagonal.max(axis=1, keepdims=True)
        step = np.linalg.solve(a, -gradient[:, :, None])[:, :, 0]
    out: Floats = np.clip(np.where(np.isfinite(step), step, 0.0), -MAX_STEP, MAX_STEP)
    return out


def _accept(state: _State, better: Bools, theta: Floats, cost: Floats, gradient: Floats, curvature: Floats) -> None:
    state.theta = np.where(better[:, None], theta, state.theta)
    state.cost = np.where(better, cost, state.cost)
    state.gradient = np.where(better[:, None], gradient, state.gradient)
    state.curvature = np.where(better[:, None, None], curvature, state.curvature)


def _damp(state: _State, better: Bools, settled: Bools, gain: Floats) -> None:
    fall = np.maximum(0.1, 1 - (2 * gain - 1) ** 3)
    fall = np.where(settled, 1e-3, fall)
    relaxed = np.maximum(state.damping * fall, 1e-12)
    state.damping = np.where(better | settled, relaxed, state.damping * state.growth)
    state.growth = np.where(better | settled, 2.0, state.growth * 2)


def _times(matrix: Floats, vector: Floats) -> Floats:
    out: Floats = np.matmul(matrix, vector[:, :, None])[:, :, 0]
    return out
