"""Which spectra belong together in a figure, and which are shown when there are too many to see."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from eisfit.cycling import Axis
from eisfit.spectrum import Bools, Series
from eisfit.study import Study
from eisfit.tables import under_short

Index = NDArray[np.int64]

ALIKE = ("symmetric", "blocking")
"""Types of cells whose electrodes are alike: charge and discharge are one."""

DIRECTIONS = ("discharge", "charge", "")

SHORTS = ("hard_short", "soft_short", "suspect_short")
"""The flags of electronic leaks, the gravest first."""

LEAST_KELVIN = 5.0
"""Spectra that differ by more in temperature make a series of temperatures."""


class Run(NamedTuple):
    """Neighbouring spectra of one half-cycle: direction ("" where it is not known), cycle, and their indices."""

    direction: str
    cycle: int | None
    members: Index


def direction_of(series: Series, i: int) -> str:
    """Direction of a spectrum as far as it means something: none ("") in cells whose two electrodes are alike."""
    return "" if series.cell.type in ALIKE else series[i].conditions.direction or ""


def runs(series: Series) -> tuple[Run, ...]:
    """The series cut where the direction or the cycle changes."""
    alike = series.cell.type in ALIKE
    keys = [(direction_of(series, i), None if alike else s.conditions.cycle) for i, s in enumerate(series)]
    cuts = [0, *(i for i in range(1, len(keys)) if keys[i] != keys[i - 1]), len(keys)]
    return tuple(Run(*keys[a], np.arange(a, b)) for a, b in pairwise(cuts) if b > a)


def has_record(study: Study) -> bool:
    """Whether there is a cycling record."""
    return study.series.record is not None and len(study.series.record) > 0


def by_direction(series: Series) -> dict[str, Index]:
    """The spectra of each direction in the order of the experiment, discharge first; "" holds those without one."""
    names = [direction_of(series, i) for i in range(len(series))]
    groups = {d: np.array([i for i, n in enumerate(names) if n == d], dtype=np.int64) for d in DIRECTIONS}
    return {d: index for d, index in groups.items() if index.size}


def thinned(index: Index, most: int) -> Index:
    """At most `most` of the indices, evenly spaced, the first and the last among them."""
    if len(index) <= most or most < 1:
        return index[:most]
    return index[np.unique(np.round(np.linspace(0, len(index) - 1, most)).astype(np.int64))]


def believed(study: Study) -> Index:
    """The spectra that do not fail the Kramers-Kronig test, all where every one does: they decide on scales."""
    kept = np.flatnonzero([str(verdict) != "fail" for verdict in study.quality.kk.verdict])
    return kept.astype(np.int64) if kept.size else np.arange(len(study.series))


def short_of(flags: Sequence[str]) -> str:
    """The gravest flag of a leak among `flags`, or ""."""
    return next((name for name in SHORTS if name in flags), "")


def leaking(study: Study) -> Bools:
    """The spectra (N,) whose values are, or may be, those of cell and leak together."""
    out = under_short(study.track, study.fits)
    out[list(study.track.flagged("suspect_short"))] = True
    return out


def sound(study: Study, index: Index) -> Index:
    """Of some spectra those whose resistances are the cell's own: no leak, no suspicion of one, Kramers-Kronig kept."""
    out = set(np.flatnonzero(leaking(study)).tolist()) | set(study.track.flagged("kk_fail"))
    return np.array([i for i in index.tolist() if i not in out], dtype=np.int64)


def of_the_cell(study: Study) -> Index:
    """The sound spectra that the circuit describes, or all where there are none."""
    every = np.arange(len(study.series))
    missed = set(study.track.flagged("misfit"))
    known = [i for i in sound(study, every).tolist() if i not in missed]
    return np.array(known, dtype=np.int64) if known else every


def axis_of(study: Study) -> Axis:
    """The axis of the track; the temperature where the spectra differ in it and nothing else tells them apart."""
    axis = study.track.axis
    t = study.series.column("temperature_C")
    moved = t.size > 2 and bool(np.isfinite(t).all()) and float(np.ptp(t)) > LEAST_KELVIN
    if axis.name == "index" and study.options.axis is None and moved:
        return Axis("temperature", "Temperature (°C)", t)
    return axis


def place_text(study: Study, i: int) -> str:
    """The place of a spectrum along the axis, bare: "0.35", "12.5", or "no. 3" where it has none."""
    axis = axis_of(study)
    return ("" if axis.name == "index" else axis.text(i)) or f"no. {i + 1}"
