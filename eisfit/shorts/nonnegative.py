"""Least squares whose unknowns may not be negative, without what a library for it takes to load.

The active-set algorithm of Lawson & Hanson, Solving Least Squares Problems (1974), chapter 23, on the normal equations
(Bro & de Jong, J. Chemometrics 11 (1997) 393).
"""

from __future__ import annotations

import numpy as np

from eisfit.spectrum import Bools, Floats

STEPS = 20
"""Most steps for every unknown."""
SMALL = 1e-11
"""Gradients below this share of the largest one at the start are none."""


def non_negative(matrix: Floats, target: Floats) -> Floats | None:
    """x >= 0 (K,) with the least |matrix x - target|, matrix (M, K), target (M,); None where no end is found."""
    gram, slope = matrix.T @ matrix, matrix.T @ target
    x, free = np.zeros(len(slope)), np.zeros(len(slope), bool)
    least = SMALL * float(np.abs(slope).max(initial=0.0))
    for _ in range(STEPS * len(slope)):
        gradient = np.where(free, -np.inf, slope - gram @ x)
        entering = int(np.argmax(gradient))
        if not gradient[entering] > least:
            return x
        free[entering] = True
        x, free = _feasible(gram, slope, x, free)
    return None


def _feasible(gram: Floats, slope: Floats, x: Floats, free: Bools) -> tuple[Floats, Bools]:
    """The solution over the free unknowns; those that would become negative on the way are held at nothing again."""
    free = free.copy()
    while True:
        trial = np.zeros(len(x))
        trial[free] = _solved(gram[np.ix_(free, free)], slope[free])
        wrong = free & (trial <= 0)
        if not wrong.any():
            return trial, free
        share = x[wrong] / np.maximum(x[wrong] - trial[wrong], np.finfo(float).tiny)
        x = x + float(share.min()) * (trial - x)
        free = free & (x > np.finfo(float).eps * x.max(initial=0.0))
        x = np.where(free, x, 0.0)


def _solved(gram: Floats, slope: Floats) -> Floats:
    try:
        return np.asarray(np.linalg.solve(gram, slope), dtype=np.float64)
    except np.linalg.LinAlgError:
        return np.asarray(np.linalg.lstsq(gram, slope, rcond=None)[0], dtype=np.float64)
