"""Whether the spectra of a series can be those of one cell: a heap of files of several cells has no shorts to tell.

A cell changes step by step, or jumps and stays, or comes back. A spectrum is foreign where it lies more than NEW above
every spectrum before it over half of the band, or as far below them on another grid, while a cell that is shorted falls
on the grid that it had. A single one that the next does not confirm is a disturbed measurement. One jump upwards can be
contact that was lost; from MOST on the spectra are of several cells, or of one whose history is missing.
"""

from __future__ import annotations

import numpy as np

from eisfit.medians import known_median
from eisfit.shorts.spectra import EDGE, Aligned, Index
from eisfit.spectrum import Bools, Complexes, Floats, Series

NEW = float(np.log(2.0))
"""Of ln |Z|: a median over the band that is farther off than this is another state."""
MOST = 2
"""Foreign spectra that no cell explains."""
KNOWN = 3
"""Spectra that tell what a cell is like."""
UNLIKE = 1.0
"""chi2 per point of the best explanation."""
WARMED = 3.0
"""K by which a logged temperature explains any jump."""


def foreign(series: Series, spectra: Aligned, temperature: Floats) -> Index:
    """The spectra (of n in a stretch) that cannot be of the cell before them; none where a record tells its history."""
    z = spectra.impedance
    with np.errstate(all="ignore"):
        steps = _away(z[1:], z[:-1])
        warmed = np.abs(np.diff(temperature)) > WARMED
    jumps = np.flatnonzero((np.abs(steps) > NEW) & ~warmed) + 1
    if series.record is not None and len(series.record):
        return jumps[:0]
    return np.array([i for i in jumps.tolist() if _is_foreign(series, z, i)], np.int64)


def apart(series: Series, spectra: Aligned, strange: Index, misfit: Floats) -> Bools:
    """Which spectra (n,) may be of another cell although a leak explains them better than anything else.

    They are those from a foreign one on that lies below all before it, and so on another band, where fewer than KNOWN
    spectra tell what the cell was before, or where with chi2 per point above UNLIKE a leak is only less unlike.
    """
    out = np.zeros(len(spectra.impedance), bool)
    for i in strange.tolist():
        if float(np.nanmax(_away(spectra.impedance[i : i + 1], spectra.impedance[:i]))) < 0:
            out[i:] |= (misfit[i:] > UNLIKE) | (i < KNOWN)
    return out


def _is_foreign(series: Series, z: Complexes, i: int) -> bool:
    """Whether spectrum i lies off all before it, upwards or on another grid, and is no single disturbance."""
    away = _away(z[i : i + 1], z[:i])
    away = away[np.isfinite(away)]
    if not away.size or np.abs(away).min() < NEW:
        return False
    single = i + 1 < len(z) and not abs(float(_away(z[i + 1], z[i]))) < NEW
    back = single and bool(np.nanmin(np.abs(_away(z[i + 1 : i + 2], z[:i])), initial=np.inf) < NEW)
    return not back and (bool(away.min() > 0) or _other_grid(series, i))


def _other_grid(series: Series, i: int) -> bool:
    """Whether spectrum i ends elsewhere than the one before it, at either end of the band."""
    ends = [np.log(series[k].frequency[[0, -1]]) for k in (i - 1, i)]
    return bool(np.abs(ends[1] - ends[0]).max() > max(NEW, EDGE))


def _away(z: Complexes, other: Complexes) -> Floats:
    """ln of |Z| over that of others, median over the points (F,) that both know."""
    with np.errstate(all="ignore"):
        out: Floats = known_median(np.log(np.abs(z / other)), -1)
    return out
