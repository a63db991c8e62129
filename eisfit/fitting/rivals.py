"""An arc at the low-frequency end and a tail can stand in for each other: the other way round is tried as well.

A depressed arc that is not measured to its end looks like a CPE, and a CPE beside a resistor like an arc. So where the
slowest arc of a minimum reaches into the end of the band and the noise leaves room, two more starts are tried: the arc
smaller and rounder, and the two CPEs exchanged.
"""

from __future__ import annotations

import numpy as np

from eisfit.fitting.lm import Minimum, minimise
from eisfit.fitting.problem import Problem
from eisfit.fitting.scaling import Arc, Tail
from eisfit.fitting.start import SAME, ColdStart, data_scale, expected_cost
from eisfit.spectrum import Floats, Indices

REACH = 0.01
"""The slowest arc reaches into the end of the band if tau times the lowest omega is above this."""
ROUND = 0.92
"""Exponent of the rounder arc."""
SMALLER = 0.3
"""The rounder arc has this share of the resistance."""
EXCHANGED = 0.1
"""The resistance beside the exchanged CPE, as a share of the one before."""
LEFT = 1.1
"""The noise leaves room if the cost is above this many times what it explains."""
TRIAL = 12
"""Iterations after which a start is judged."""


def second_look(problem: Problem, found: ColdStart, max_iterations: int) -> ColdStart:
    """The minima of a cold start, lower where an arc and a tail had taken each other's place; changes `found`."""
    search = problem.scaling
    arcs = [arc for arc in search.arcs if arc.n is not None]
    if not arcs or not search.tails:
        return found
    theta = found.minimum.theta
    slowest = np.argmax(np.stack([theta[:, arc.q] for arc in arcs]), axis=0)
    ln_tau = np.max(np.stack([theta[:, arc.q] for arc in arcs]), axis=0)
    doubtful = (ln_tau + search.ln_omega_tail > np.log(REACH)) & (found.minimum.cost > LEFT * expected_cost(problem))
    for k, arc in enumerate(arcs):
        rows = np.flatnonzero(doubtful & (slowest == k))
        own = theta[rows]
        starts = [rounder(own, arc), exchanged(own, arc, search.tails[0], search.ln_omega_tail)]
        _try(problem, found, rows, np.stack(starts), max_iterations)
    return found


def rounder(theta: Floats, arc: Arc) -> Floats:
    """Coordinates (N, K) with the arc smaller and rounder, its time constant kept."""
    out = theta.copy()
    out[:, arc.r] += np.log(SMALLER)
    out[:, arc.n] = ROUND
    return out


def exchanged(theta: Floats, arc: Arc, tail: Tail, ln_omega: float) -> Floats:
    """Coordinates (N, K) with the CPEs of arc and tail exchanged."""
    out = theta.copy()
    ln_r, n = theta[:, arc.r], theta[:, arc.n]
    ln_q = n * theta[:, arc.q] - ln_r
    ln_q_tail = -theta[:, tail.q] - theta[:, tail.n] * ln_omega
    out[:, arc.r] = ln_r + np.log(EXCHANGED)
    out[:, arc.n] = theta[:, tail.n]
    out[:, arc.q] = (out[:, arc.r] + ln_q_tail) / theta[:, tail.n]
    out[:, tail.n] = n
    out[:, tail.q] = -ln_q - n * ln_omega
    return out


def _try(problem: Problem, found: ColdStart, rows: Indices, starts: Floats, max_iterations: int) -> None:
    """Search from starts (S, N, K) for some spectra and keep what is lower, in place."""
    if not len(rows):
        return
    search = problem.scaling
    count, n, size = starts.shape
    trial = minimise(
        problem.take(np.tile(rows, count)),
        starts.reshape(count * n, size),
        search.lower,
        search.upper,
        max_iterations=TRIAL,
        rtol=1e-3,
    )
    cost = np.nan_to_num(trial.cost, nan=np.inf).reshape(count, n)
    best = np.argmin(cost, axis=0)
    found.starts[rows] += count
    lower = np.flatnonzero(cost[best, np.arange(n)] < found.minimum.cost[rows] * (1 - SAME))
    if not len(lower):
        return
    part = problem.take(rows[lower])
    begin = trial.theta.reshape(count, n, size)[best[lower], lower]
    ended = minimise(part, begin, search.lower, search.upper, max_iterations=max_iterations, scale=data_scale(part))
    _keep(found, ended, rows[lower])


def _keep(found: ColdStart, better: Minimum, rows: Indices) -> None:
    for target, source in zip(found.minimum, better, strict=True):
        target[rows] = source
    found.agreement[rows] = 1
