"""Where in a table one sweep ends and the next begins.

A new sweep begins where the frequency jumps back against the direction of the sweep so far, where a column that counts
sweeps or steps changes, and where the clock goes back. A `cycle number` may stay 1 over many sweeps, and may change
within one (it counts half-cycles of the current): a change ends a sweep only where rows are missing as well.
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from eisfit.medians import median_of
from eisfit.readers.tabular.table import Indices, Table
from eisfit.spectrum import Floats

SAME = 1e-3
"""Relative difference below which two frequencies are the same one, measured twice."""
FEW = 4
"""Cuts are made in less than one of so many places: a table that turns more often has its rows in no order."""
GAP = 1.5
"""A step in ln f larger than the usual one by this factor says that a frequency is missing between two rows."""
PAUSE = 3.0
"""So does a step in time larger than both its neighbours by this factor."""


def sweeps_of(table: Table, frequency: Floats, index: Indices) -> list[Indices]:
    """The rows of each sweep, in the order of the table; sweeps that are interleaved are taken apart."""
    if not index.size:
        return []
    group = table.column("group")
    if group is not None and np.count_nonzero(np.diff(group[index])) > len(index) / 2:
        index = index[np.argsort(group[index], kind="stable")]
    logarithm = np.log(frequency[index])
    cuts = turning_points(logarithm)
    for quantity in ("group", "step"):
        counter = table.column(quantity)
        if counter is not None:
            numbers = counter[index]
            cuts |= set((np.flatnonzero(numbers[1:] != numbers[:-1]) + 1).tolist())
    time, cycle = table.column("time"), table.column("cycle")
    if time is not None:
        cuts |= turned_back(time[index])
    if cycle is not None:
        cuts |= other_cycle(cycle[index], logarithm, None if time is None else time[index])
    return [index[a:b] for a, b in pairwise([0, *sorted(cuts), len(index)])]


def turning_points(logarithm: Floats) -> set[int]:
    """Where a new sweep begins (positions > 0): ln f (N,) goes against the direction of the sweep so far.

    A table that is merely unsorted (all frequencies differ, and it turns all the time) is one sweep.
    """
    change = logarithm[1:] - logarithm[:-1]
    steps = np.where(np.abs(change) < SAME, 0.0, np.sign(change))
    if abs(steps.sum()) == len(steps):
        return set()
    cuts = cuts_between(steps)
    restless = len(cuts) >= len(logarithm) / FEW
    if restless and np.all(np.diff(np.sort(logarithm)) > SAME):
        return set()
    return cuts


def cuts_between(steps: Floats) -> set[int]:
    """Where the direction of some steps (-1, 0, 1) turns; a single step against it is a jump back."""
    moves = np.flatnonzero(steps)
    runs = [0, *(np.flatnonzero(np.diff(steps[moves])) + 1).tolist(), len(moves)]
    cuts: set[int] = set()
    run = 1
    while run < len(runs) - 1:
        move = int(moves[runs[run]])
        jump = runs[run + 1] - runs[run] == 1
        # on the way back from a turn the frequency of the turn is often measured again
        again = not jump and move > 0 and steps[move - 1] == 0
        cuts.add(move if again else move + 1)
        run += 2 if jump else 1
    return cuts


def turned_back(time: Floats) -> set[int]:
    """Where the clock goes back (positions > 0): rows of another run, or rows that stand in the file twice.

    Nowhere in a table whose rows are not in the order of time.
    """
    cuts = np.flatnonzero(time[1:] < time[:-1]) + 1
    return set(cuts.tolist()) if len(cuts) < len(time) / FEW else set()


def other_cycle(cycle: Floats, logarithm: Floats, time: Floats | None) -> set[int]:
    """Where the cycle changes (positions > 0) and rows are missing: the end of one sweep and the beginning of the next.

    That rows are missing shows in a step of frequency or time that is larger than those around it.
    """
    changes = np.flatnonzero(cycle[1:] != cycle[:-1]) + 1
    if not changes.size:
        return set()
    steps = np.abs(logarithm[1:] - logarithm[:-1])
    usual = float(median_of(steps))
    return {at for at in changes.tolist() if steps[at - 1] > GAP * usual or (time is not None and paused(time, at))}


def paused(time: Floats, at: int) -> bool:
    """True where the step in time before row `at` is much larger than the steps before and after it."""
    around = [step for i in (at - 1, at + 1) if 0 < i < len(time) and (step := time[i] - time[i - 1]) > 0]
    return bool(around) and bool(time[at] - time[at - 1] > PAUSE * max(around))
