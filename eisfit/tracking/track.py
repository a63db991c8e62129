"""The Track: what the fitted parameters say about the cell, along one axis."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from eisfit.cycling import Axis, Sweeps
from eisfit.fitting.parts import Part
from eisfit.shorts import Shorts, taken_shorts
from eisfit.spectrum import Floats, Indices
from eisfit.subset import taken


class RoleValues(NamedTuple):
    """One role along the series: value (N,) and standard error (N,), NaN where it is not known; its unit."""

    value: Floats
    stderr: Floats
    unit: str = "ohm"


class Finding(NamedTuple):
    """Why a flag stands: spectrum (0-based), flag, value, limit, a sentence, its role where it has one."""

    spectrum: int
    flag: str
    value: float
    limit: float
    sentence: str
    role: str = ""


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Track:
    """Roles (R_SE_bulk, R_GB, R_Int, sums such as R_SE_total) along the axis, with flags (N,) and their findings.

    shorts: the verdict on every spectrum with its features; sweeps: charge, state of charge and rest of every sweep;
    axes: every axis that the data and the cell give values for, by its name; assigned: role -> parameter name;
    decisions: sentences on what was decided (roles by time constant) and on what could not be judged.
    """

    axis: Axis
    roles: Mapping[str, RoleValues]
    flags: tuple[tuple[str, ...], ...]
    findings: tuple[Finding, ...] = ()
    shorts: Shorts | None = None
    assigned: Mapping[str, str] = field(default_factory=dict)
    decisions: tuple[str, ...] = ()
    sweeps: Sweeps | None = None
    axes: Mapping[str, Axis] = field(default_factory=dict)

    def __repr__(self) -> str:
        flags = sorted({name for of_one in self.flags for name in of_one})
        return f"<Track of {len(self.flags)} spectra along {self.axis.name}: {', '.join([*self.roles, *flags])}>"

    def flagged(self, flag: str) -> tuple[int, ...]:
        """Indices of the spectra that carry `flag`."""
        return tuple(i for i, flags in enumerate(self.flags) if flag in flags)

    def worst(self, flag: str) -> Finding | None:
        """The finding of `flag` whose value is furthest beyond its limit, the first where no value tells."""
        found = [finding for finding in self.findings if finding.flag == flag]
        return max(found, key=beyond) if found else None


def beyond(finding: Finding) -> float:
    """How far a value is from its limit, by a factor; 0 where there is none."""
    value, limit = abs(finding.value), abs(finding.limit)
    if not (math.isfinite(value) and math.isfinite(limit) and value and limit):
        return 0.0
    return abs(math.log(value / limit))


def taken_track(track: Track, part: Part) -> Track:
    """The track of the spectra that share a circuit, its roles by the parameters of that circuit."""
    rows = part.rows
    return replace(
        track,
        axis=_along(track.axis, rows),
        roles={name: RoleValues(v.value[rows], v.stderr[rows], v.unit) for name, v in track.roles.items()},
        flags=tuple(track.flags[i] for i in rows.tolist()),
        findings=(),
        shorts=None if track.shorts is None else taken_shorts(track.shorts, rows),
        assigned=part.roles,
        sweeps=None if track.sweeps is None else taken(track.sweeps, rows, len(track.flags)),
        axes={name: _along(axis, rows) for name, axis in track.axes.items()},
    )


def _along(axis: Axis, rows: Indices) -> Axis:
    return axis._replace(values=axis.values[rows])
