"""An arc at the low-frequency end and a tail can stand in for each other: the other way round is tried as well.

A depressed arc that is not measured to its end looks like a CPE, and a CPE beside a resistor like an arc. So where the
slowest arc of a minimum reaches into the end of the band and the noise leaves room, two more starts are tried: the arc
smaller and rounder, and the two CPEs exchanged.
"""

from __future__ import annotations

import numpy as np

from eisfit.fitting.minima import Minima, Pace, lower_minima
from eisfit.fitting.misfit import expected_cost
from eisfit.fitting.problem import Problem
from eisfit.fitting.scaling import Arc, Tail
from eisfit.spectrum import Floats

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


def second_look(problem: Problem, minima: Minima, max_iterations: int) -> Minima:
    """The minima of a cold start, lower where an arc and a tail had taken each other's place."""
    search = problem.scaling
    arcs = [arc for arc in search.arcs if arc.n is not None]
    if not arcs or not search.tails:
        return minima
    theta = minima.minimum.theta
    slowest = np.argmax(np.stack([theta[:, arc.q] for arc in arcs]), axis=0)
    ln_tau = np.max(np.stack([theta[:, arc.q] for arc in arcs]), axis=0)
    doubtful = (ln_tau + search.ln_omega_tail > np.log(REACH)) & (minima.minimum.cost > LEFT * expected_cost(problem))
    for k, arc in enumerate(arcs):
        rows = np.flatnonzero(doubtful & (slowest == k))
        own = theta[rows]
        starts = np.stack([rounder(own, arc), exchanged(own, arc, search.tails[0], search.ln_omega_tail)])
        cost = minima.minimum.cost[rows]
        lower, better = lower_minima(problem.take(rows), cost, starts, max_iterations, Pace())
        minima = minima.with_starts(rows, len(starts)).with_lower(rows[lower], better, 0)
    return minima


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
