"""Against what a spectrum is judged: the first spectra, and the last ones that were not flagged.

A fixed baseline alone misses a short in a cell that settled or grew before; a rolling one alone misses a short that
creeps in. Each spectrum has the larger score of the two.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from eisfit.spectrum import Bools, Complexes
from eisfit.tracking.shorts.evidence import Baseline, Evidence, compare, electrode_spread
from eisfit.tracking.shorts.spectra import Aligned, Index, Window

BATCH = 64
"""Spectra that are compared at once with rolling baselines."""


def middle(z: Complexes) -> Complexes:
    """Median of spectra (..., m, F) over m, real and imaginary part apart, (..., F)."""
    out: Complexes = np.median(z.real, axis=-2) + 1j * np.median(z.imag, axis=-2)
    return out


def judge(spectra: Aligned, window: Window, trusted: Index, suspect: float) -> tuple[Evidence, Bools]:
    """Evidence (n,) of every spectrum against the baseline under which it scores higher, and which ones are flagged.

    The spectra `trusted` are the fixed baseline. A spectrum that does not cover the grid never becomes part of one.
    """
    z = spectra.impedance
    first = Baseline(middle(z[trusted]), len(trusted))
    spread = electrode_spread(compare(spectra, window, first), window)
    fixed = compare(spectra, window, first, spread=spread)
    columns = np.array(fixed)
    flagged = fixed.score >= suspect
    out = flagged | ~np.isfinite(z).all(axis=1)
    rolling = _Rolling(spectra, window, spread, trusted.tolist(), suspect)
    start = int(trusted[-1]) + 1
    while start < len(z):
        taken, evidence = rolling.step(np.arange(start, min(start + BATCH, len(z))), out)
        higher = np.nan_to_num(evidence[-1]) > np.nan_to_num(columns[-1, taken])
        columns[:, taken] = np.where(higher, evidence, columns[:, taken])
        flagged[taken] = columns[-1, taken] >= suspect
        start = int(taken[-1]) + 1
    return Evidence(*columns), flagged


class _Rolling:
    """The baseline that rolls along: `members` are the last spectra that were not flagged."""

    def __init__(self, spectra: Aligned, window: Window, spread: float, members: list[int], suspect: float) -> None:
        self.spectra, self.window, self.spread = spectra, window, spread
        self.members, self.suspect = members, suspect
        self.size = len(members)

    def step(self, candidates: Index, out: Bools) -> tuple[Index, NDArray[np.float64]]:
        """Judge some of the candidates: those up to the first flagged one, or a run of flagged ones.

        While no spectrum is flagged every one has the baseline of those before it; a flagged one leaves it as it is, so
        that the run that follows is judged against one baseline until a spectrum is no longer flagged.
        """
        free = ~out[candidates]
        chain = np.concatenate([self.members[-self.size :], candidates[free]])
        before: Index = np.cumsum(free) - free
        rows = chain[before[:, None] + np.arange(self.size)]
        evidence = self._compare(candidates, rows)
        alarm = free & (evidence[-1] >= self.suspect)
        if not alarm.any():
            self.members.extend(candidates[free].tolist())
            return candidates, evidence
        first = int(np.argmax(alarm))
        self.members.extend(candidates[:first][free[:first]].tolist())
        if first:
            return candidates[:first], evidence[:, :first]
        return self._run(candidates, out)

    def _run(self, candidates: Index, out: Bools) -> tuple[Index, NDArray[np.float64]]:
        """The run of flagged spectra at the start of the candidates."""
        frozen = np.tile(self.members[-self.size :], (len(candidates), 1))
        evidence = self._compare(candidates, frozen)
        over = ~(out[candidates] | (evidence[-1] >= self.suspect))
        end = int(np.argmax(over)) if over.any() else len(candidates)
        return candidates[:end], evidence[:, :end]

    def _compare(self, at: Index, rows: Index) -> NDArray[np.float64]:
        base = Baseline(middle(self.spectra.impedance[rows]), self.size)
        return np.array(compare(self.spectra, self.window, base, spread=self.spread, at=at))
