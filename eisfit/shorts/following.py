"""Against what a spectrum is judged, one after the other: the first spectra, and the last ones without a leak.

A fixed baseline alone misses a short in a cell that settled or grew before; a rolling one alone misses a short that
creeps in. Each spectrum has the explanation under which a leak is more probable. The first spectrum is the baseline of
the second, so that a short that opens with the first current is seen: then the first one is all there is to trust.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from eisfit.medians import median_of
from eisfit.shorts.explanation import Explained, Known, Pairs, explain_changes
from eisfit.shorts.hypotheses import ALL, FIRST_LEAK
from eisfit.shorts.sizing import sized
from eisfit.shorts.spectra import Aligned, Index, typical, typical_of_each
from eisfit.spectrum import Bools, Complexes, Floats

BATCH = 12
"""Spectra that are judged at once."""
AHEAD = 3
"""While there is no leak, so many that may have one are judged at once."""
LEAST_GAIN = 0.015
"""A leak adds at least this share to the admittance at high frequencies, or it cannot be told."""
UPPER = 0.5
"""Share of the band, from its top, in which that is looked for."""
UNTOLD = 0.001
"""Probability of a leak where the admittance gained less."""
POINTS = 36
"""Frequencies from which every second one is enough."""
LEAST_POINTS = 8
HOPELESS = 20.0
"""A hypothesis so far below the best, in ln p, for all spectra of a baseline up to here is not asked for the next."""
BEST = 2
"""But the best ones with and without a leak are, and the electrodes alone."""
SURE = 8.0
"""ln of odds that need no second baseline: four times what a soft short needs."""
STRANGE, MOST_ODDS = 5.0, 9.0
"""Where chi2 per point of the best explanation is larger, nothing explains the change; the odds stay below these."""
SANE_OHM = (1e-7, 1e14)
"""What lies outside of this is no impedance of a cell."""


Pair = tuple[int, tuple[int, ...]]
"""A spectrum, and the spectra of its baseline."""


class Followed(NamedTuple):
    """What n spectra show, each (n,); NaN where they are not judged.

    odds: ln of the odds of a leak; rival: the best explanation without one, an index of CELL; kind: the best leak, an
    index of LEAKS; ln_G (S) with the ends of its 95 % interval, where a leak is more probable than not; share: of the
    direct current, NaN where none was looked for; heat: of the rival, in 10 K; misfit: chi2 per point of the best
    explanation; members: spectra of the baseline.
    """

    odds: Floats
    rival: Index
    kind: Index
    ln_G: Floats
    ln_G_low: Floats
    ln_G_high: Floats
    share: Floats
    heat: Floats
    misfit: Floats
    members: list[tuple[int, ...]]


def follow(spectra: Aligned, size: int, temperature: Floats) -> Followed:
    """Judge spectra (n, F) one after the other; size: spectra of a baseline; temperature (n,) C, NaN where unknown."""
    return _Follower(spectra, size, temperature).run()


class _Follower:
    """The state of the way along a series."""

    def __init__(self, spectra: Aligned, size: int, temperature: Floats) -> None:
        z = spectra.impedance
        sane = (np.abs(z) > SANE_OHM[0]) & (np.abs(z) < SANE_OHM[1])
        self.spectra = spectra._replace(impedance=np.where(sane, z, np.nan))
        self.size, self.temperature = size, temperature
        n, F = z.shape
        self.whole = np.isfinite(self.spectra.impedance).sum(axis=1) >= max(min(LEAST_POINTS, F // 2 + 1), 4)
        nan, none = np.full(n, np.nan), np.full(n, -1)
        a, b, c, d, e, f, g = (nan.copy() for _ in range(7))
        self.out = Followed(a, none.copy(), none.copy(), b, c, d, e, f, g, [()] * n)
        self.thin = slice(None, None, 2 if F > POINTS else 1)
        self.accepted: list[int] = []
        self.hopeful: dict[tuple[int, ...], Bools] = {}
        self.known = Known({}, {})
        self.done: dict[tuple[int, tuple[int, ...]], tuple[Explained, int] | None] = {}

    def run(self) -> Followed:
        todo = np.flatnonzero(self.whole)
        if not todo.size:
            return self.out
        first, todo = int(todo[0]), todo[1:]
        self.accepted.append(first)
        leaking = False
        while todo.size:
            some = todo[: self._reach(todo, leaking)]
            odds = self._judge(some, leaking)
            flags = odds > 0  # a leak is more probable than not: no part of a baseline
            turn = flags != leaking
            end = int(np.argmax(turn)) + 1 if turn.any() else len(some)
            # the one that turns is judged against the right baseline; those behind it are not
            self.accepted.extend(some[:end][~flags[:end]].tolist())
            leaking = bool(flags[end - 1])
            todo = todo[end:]
        self._first(first)
        self._size()
        return self.out

    def _reach(self, todo: Index, leaking: bool) -> int:
        """How many spectra to judge at once: while there is no leak, up to the third that may have one."""
        if leaking:
            return BATCH
        base = typical(self.spectra, self.accepted[-self.size :])
        may = _gain(self.spectra.impedance[todo], np.tile(base, (len(todo), 1))) > LEAST_GAIN
        places = np.flatnonzero(may)
        return min(int(places[AHEAD - 1]) + 1 if len(places) >= AHEAD else len(todo), BATCH)

    def _first(self, first: int) -> None:
        """The first spectrum is what it is compared with."""
        self.out.odds[first] = np.log(UNTOLD)
        self.out.rival[first] = self.out.kind[first] = 0
        self.out.members[first] = (first,)

    def _judge(self, some: Index, leaking: bool) -> Floats:
        """Odds of a leak in some spectra, under the assumption that they go on as before."""
        chain = self.accepted if leaking else [*self.accepted, *some.tolist()]
        have = len(self.accepted)
        self.out.odds[some] = -np.inf
        fixed, rolling = [], []
        for j, k in enumerate(some.tolist()):
            known = chain[: have if leaking else have + j]
            rolling.append((k, tuple(known[-self.size :])))
            fixed.append((k, tuple(known[: self.size])))
        self._explain(rolling)
        # where one baseline is sure of a leak the other one cannot change that
        self._explain([one for one, last in zip(fixed, rolling, strict=True) if self._open(one, last)])
        return self.out.odds[some]

    def _open(self, fixed: Pair, rolling: Pair) -> bool:
        return fixed != rolling and not self.out.odds[fixed[0]] > SURE

    def _explain(self, pairs: list[Pair]) -> None:
        for pair in [pair for pair in pairs if pair in self.done]:
            self._take(*pair, *(self.done[pair] or (None, 0)))
        pairs = [pair for pair in pairs if pair not in self.done]
        if not pairs:
            return
        sets = sorted({members for _, members in pairs})
        bases = typical_of_each(self.spectra, sets)
        at = np.array([sets.index(members) for _, members in pairs])
        k = np.array([k for k, _ in pairs])
        gain = _gain(self.spectra.impedance[k], bases[at])
        asked = np.flatnonzero(gain > LEAST_GAIN)
        quiet = np.flatnonzero(~(gain > LEAST_GAIN))
        for i in quiet.tolist():
            self.done[int(k[i]), sets[at[i]]] = None
            self._take(int(k[i]), sets[at[i]], None, 0)
        seen = np.array([sets[a] in self.hopeful for a in at.tolist()], bool)
        new = asked[~seen[asked]]
        # the first spectrum against a baseline tells which hypotheses have hope, and where the search begins
        pilots = np.sort(list(dict(zip(at[new][::-1].tolist(), new[::-1].tolist(), strict=True)).values())).astype(int)
        others = new[[i not in pilots for i in new.tolist()]]
        for some in (asked[seen[asked]], pilots, others):
            if some.size:
                found = self._explained(k[some], at[some], sets, bases)
                for j, i in enumerate(some.tolist()):
                    self.done[int(k[i]), sets[at[i]]] = found, j
                    self._take(int(k[i]), sets[at[i]], found, j)

    def _size(self) -> None:
        """The sizes of all leaks that are more probable than not."""
        k = np.flatnonzero(self.out.odds > 0)
        calm = self.spectra.impedance[sorted(self.accepted)]
        hope: Bools | None = None
        for start in (0, *range(1, len(k), BATCH))[: len(k)]:
            some = k[start : start + (BATCH if start else 1)]
            sets = sorted({self.out.members[i] for i in some.tolist()})
            bases = typical_of_each(self.spectra, sets)
            at = np.array([sets.index(self.out.members[i]) for i in some.tolist()])
            found, hope = sized(*self._pairs(some, at, sets, bases), calm, hope)
            columns = (self.out.ln_G, self.out.ln_G_low, self.out.ln_G_high, self.out.share)
            for column, values in zip(columns, found, strict=True):
                column[some] = values

    def _explained(self, k: Index, at: Index, sets: list[tuple[int, ...]], bases: Complexes) -> Explained:
        """What explains the spectra k, each against the baseline `at`; hypotheses without hope are not asked."""
        hopes = [self.hopeful[sets[a]] for a in sorted(set(at.tolist())) if sets[a] in self.hopeful]
        found = explain_changes(*self._pairs(k, at, sets, bases), np.any(hopes, axis=0) if hopes else None)
        for row, a in zip(found.evidence + PRIOR, at.tolist(), strict=True):
            best = np.r_[np.sort(row[:FIRST_LEAK])[-BEST], np.sort(row[FIRST_LEAK:])[-BEST]]
            hope = (row > row.max() - HOPELESS) | (row >= np.repeat(best, [FIRST_LEAK, len(row) - FIRST_LEAK]))
            hope[0] = True
            self.hopeful[sets[a]] = self.hopeful.get(sets[a], np.zeros(len(hope), bool)) | hope
        return found

    def _pairs(self, k: Index, at: Index, sets: list[tuple[int, ...]], bases: Complexes) -> tuple[Floats, Pairs]:
        """Frequencies, and spectra k against the baselines `at`, each on the points that both know."""
        frequency, z = self.spectra.frequency[self.thin], self.spectra.impedance[k][:, self.thin]
        known = np.isfinite(z)
        keys = [(a, row.tobytes()) for a, row in zip(at.tolist(), known, strict=True)]
        places = {key: i for i, key in reversed(list(enumerate(keys)))}
        order = {key: j for j, key in enumerate(places)}
        first = list(places.values())
        against = np.where(known[first], bases[at[first]][:, self.thin], np.nan)
        own = np.array([order[key] for key in keys])
        noise = self.spectra.noise
        of_sets = np.array([median_of(noise[list(members)]) / np.sqrt(len(members)) for members in sets])
        before = np.array([_mean(self.temperature[list(members)]) for members in sets])
        rise = (self.temperature[k] - before[at]) / 10
        return frequency, Pairs(z, np.hypot(noise[k], of_sets[at]), against, own, rise, self.known)

    def _take(self, k: int, members: tuple[int, ...], found: Explained | None, j: int) -> None:
        """Keep an explanation if a leak is more probable under it than under the one before."""
        out = self.out
        odds, rival, kind = np.log(UNTOLD), 0, 0
        share, heat, misfit = np.nan, 0.0, np.nan
        if found is not None:
            total = found.evidence[j] + PRIOR
            rival, kind = int(np.argmax(total[:FIRST_LEAK])), int(np.argmax(total[FIRST_LEAK:]))
            odds = np.logaddexp.reduce(total[FIRST_LEAK:]) - np.logaddexp.reduce(total[:FIRST_LEAK])
            share = found.share[j, kind]
            heat, misfit = found.heat[j, rival], found.misfit[j]
            if misfit > STRANGE:
                odds = min(odds, np.log(MOST_ODDS))
        if odds <= out.odds[k]:
            return
        columns = (out.odds, out.rival, out.kind, out.share, out.heat, out.misfit)
        for column, value in zip(columns, (odds, rival, kind, share, heat, misfit), strict=True):
            column[k] = value
        out.members[k] = members


PRIOR = np.log([h.weight for h in ALL])


def _mean(values: Floats) -> float:
    known = values[np.isfinite(values)]
    return float(known.mean()) if known.size else float("nan")


def _gain(z: Complexes, base: Complexes) -> Floats:
    """Largest share (n,) that the conductance gained over a fifth of the upper band."""
    F = z.shape[1]
    if F < 2:
        return np.zeros(len(z))
    upper = slice(0, max(int(F * UPPER), 4))
    with np.errstate(all="ignore"):
        share = ((1 / z - 1 / base).real * np.abs(base))[:, upper]
        share = np.where(np.isfinite(share), share, 0.0)
        width = max(share.shape[1] // 5, 2)
        run = np.cumsum(np.pad(share, ((0, 0), (1, 0))), axis=1)
    out: Floats = ((run[:, width:] - run[:, :-width]) / width).max(axis=1)
    return out
