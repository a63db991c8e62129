"""Does a cold fit end at the best known minimum, and does it say so.

    python benchmarks/minima.py SEED SPECTRA [FAMILY ... | others | grids]

The best known minimum of a spectrum is the lowest that is reached from its truth, from 40 random draws of its family
and by the fit itself. A fit is at it if its cost is at most 1.01 times that.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable

import numpy as np
from families import CLASSES, FAMILIES, GRIDS, OTHERS, Family, FamilySet, drawn, family_set

from eisfit import BatchFit, fit_batch

STARTS = 40
AT_OPTIMUM = 1.01
BLOCK = 50
"""Spectra whose reference is searched at once."""


def best_known(data: FamilySet, seed: int) -> np.ndarray:
    """Lowest cost (N,) from the truth and from random draws of the family."""
    rng = np.random.default_rng(seed)
    best = []
    for a in range(0, len(data.truth), BLOCK):
        z, truth = data.impedance[a : a + BLOCK], data.truth[a : a + BLOCK]
        n = len(z)
        random = drawn(data.circuit, data.family, rng, n * STARTS)
        start = np.concatenate([truth, random])
        repeated = np.concatenate([z, np.repeat(z, STARTS, axis=0)])
        cost = fit_batch(data.family.frequency, repeated, data.circuit, start=start).cost
        others = np.nan_to_num(cost[n:], nan=np.inf).reshape(n, STARTS).min(axis=1)
        best.append(np.fmin(cost[:n], others))
    return np.concatenate(best)


def report(title: str, families: dict[str, Family], n: int, seed: int, known_to: float = 1.0) -> None:
    """One line per family, then the pooled shares of every class."""
    print(f"\n{title}: {n} spectra each, seed {seed}\n{'':30}{'off':>6}{'said':>6}{'false alarms':>14}{'ms':>8}")
    pooled: list[tuple[np.ndarray, np.ndarray, np.ndarray]] = []
    for k, (name, family) in enumerate(families.items()):
        data = family_set(family, n, seed + k, known_to=known_to)
        fits, cpu = timed(lambda data=data: fit_batch(data.family.frequency, data.impedance, data.circuit))
        best = np.fmin(best_known(data, seed + 1000 + k), fits.cost)
        off = ~(fits.cost <= AT_OPTIMUM * best)
        doubted = doubtful(fits)
        pooled.append((data.deviation, off, doubted))
        alarms = doubted[~off].mean() if (~off).any() else 0.0
        print(
            f"{name:30}{off.sum():6}{(off & doubted).sum():6}{100 * alarms:12.1f} %{1e3 * cpu / n:8.2f}",
            flush=True,
        )
    deviation, off, doubted = (np.concatenate(column) for column in zip(*pooled, strict=True))
    for low, high in CLASSES:
        of_class = (deviation > low) & (deviation <= high)
        if not of_class.any():
            continue
        print(
            f"worst parameter known to {100 * low:g} to {100 * high:g} %: {of_class.sum()} spectra, "
            f"{100 * off[of_class].mean():.2f} % off, of which {(off & ~doubted)[of_class].sum()} of "
            f"{off[of_class].sum()} are not said; {100 * doubted[of_class & ~off].mean():.2f} % false alarms"
        )
    print(f"all: {off.sum()} off, {(off & ~doubted).sum()} not said, {100 * doubted[~off].mean():.2f} % false alarms")


def doubtful(fits: BatchFit) -> np.ndarray:
    """Fits that say they may stand at a wrong minimum, (N,)."""
    said = np.array([str(status) not in ("converged",) for status in fits.status])
    return said | np.asarray(getattr(fits, "uncertain", np.zeros(len(fits), bool)))


def timed(work: Callable[[], BatchFit]) -> tuple[BatchFit, float]:
    """What `work` gives, and its CPU time in seconds."""
    begin = time.process_time()
    fits = work()
    return fits, time.process_time() - begin


if __name__ == "__main__":
    seed, size, named = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3:]
    chosen = OTHERS if named == ["others"] else {name: FAMILIES[name] for name in named if name != "grids"}
    if chosen or not named:
        report("families", chosen or FAMILIES, size, seed)
    if not named or "grids" in named:
        grids = {name: Family(FAMILIES["main"].circuit, frequency=f, apart=(1.5, 9.0)) for name, f in GRIDS.items()}
        report("grids, known to 5 %", grids, size, seed + 500, known_to=0.05)
