"""Against what a spectrum is judged: the first spectra, and the last ones that were not flagged.

A fixed baseline alone misses a short in a cell that settled or grew before; a rolling one alone misses a short that
creeps in. Each spectrum has the larger score of the two.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from eisfit.shorts.evidence import Baseline, Evidence, compare, electrode_spread
from eisfit.shorts.spectra import Aligned, Index, Window
from eisfit.spectrum import Bools, Complexes

BATCH = 64
"""Spectra that are compared at once with rolling baselines."""


def middle(z: Complexes) -> Complexes:
    """Median of spectra (..., m, F) over m, real and imaginary part apart, (..., F)."""
    out: Complexes = np.median(z.real, axis=-2) + 1j * np.median(z.imag, axis=-2)
    return out


class Judgement(NamedTuple):
    """Evidence (n,) against the baseline (n, F) under which each spectrum scores higher, and which ones are flagged.

    members (n, m): the spectra of that baseline.
    """

    evidence: Evidence
    baseline: Baseline
    flagged: Bools
    members: Index


def judge(spectra: Aligned, window: Window, trusted: Index, suspect: float) -> Judgement:
    """Every spectrum against both baselines; `trusted` are the spectra of the fixed one.

    A spectrum that does not cover the grid never becomes part of a baseline.
    """
    z = spectra.impedance
    first = Baseline(middle(z[trusted]), len(trusted))
    spread = electrode_spread(compare(spectra, window, first), window)
    fixed = compare(spectra, window, first, spread=spread)
    columns, bases, members = np.array(fixed), np.tile(first.impedance, (len(z), 1)), np.tile(trusted, (len(z), 1))
    flagged = fixed.score >= suspect
    out = flagged | ~np.isfinite(z).all(axis=1)
    rolling = _Rolling(spectra, window, spread, trusted.tolist(), suspect)
    start = int(trusted[-1]) + 1
    while start < len(z):
        taken, evidence, base, rows = rolling.step(np.arange(start, min(start + BATCH, len(z))), out)
        higher = np.nan_to_num(evidence[-1]) > np.nan_to_num(columns[-1, taken])
        columns[:, taken] = np.where(higher, evidence, columns[:, taken])
        bases[taken[higher]], members[taken[higher]] = base[higher], rows[higher]
        flagged[taken] = columns[-1, taken] >= suspect
        start = int(taken[-1]) + 1
    return Judgement(Evidence(*columns), Baseline(bases, len(trusted)), flagged, members)


class _Step(NamedTuple):
    """Some spectra that were judged: where they stand, columns of their evidence, baseline and its members of each."""

    at: Index
    evidence: NDArray[np.float64]
    base: Complexes
    rows: Index

    def first(self, n: int) -> _Step:
        """The first n of them."""
        return _Step(self.at[:n], self.evidence[:, :n], self.base[:n], self.rows[:n])


class _Rolling:
    """The baseline that rolls along: `members` are the last spectra that were not flagged."""

    def __init__(self, spectra: Aligned, window: Window, spread: float, members: list[int], suspect: float) -> None:
        self.spectra, self.window, self.spread = spectra, window, spread
        self.members, self.suspect = members, suspect
        self.size = len(members)

    def step(self, candidates: Index, out: Bools) -> _Step:
        """Judge some of the candidates: those up to the first flagged one, or a run of flagged ones.

        While no spectrum is flagged every one has the baseline of those before it; a flagged one leaves it as it is, so
        that the run that follows is judged against one baseline until a spectrum is no longer flagged.
        """
        free = ~out[candidates]
        chain = np.concatenate([self.members[-self.size :], candidates[free]])
        before: Index = np.cumsum(free) - free
        rows = chain[before[:, None] + np.arange(self.size)]
        found = self._compare(candidates, rows)
        alarm = free & (found.evidence[-1] >= self.suspect)
        end = int(np.argmax(alarm)) if alarm.any() else len(candidates)
        self.members.extend(candidates[:end][free[:end]].tolist())
        return found.first(end) if end else self._run(candidates, out)

    def _run(self, candidates: Index, out: Bools) -> _Step:
        """The run of flagged spectra at the start of the candidates."""
        found = self._compare(candidates, np.tile(self.members[-self.size :], (len(candidates), 1)))
        over = ~(out[candidates] | (found.evidence[-1] >= self.suspect))
        return found.first(int(np.argmax(over)) if over.any() else len(candidates))

    def _compare(self, at: Index, rows: Index) -> _Step:
        base = Baseline(middle(self.spectra.impedance[rows]), self.size)
        evidence = np.array(compare(self.spectra, self.window, base, spread=self.spread, at=at))
        return _Step(at, evidence, base.impedance, rows)
