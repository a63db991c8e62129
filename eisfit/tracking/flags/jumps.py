"""The flag of a resistance that jumps while the spectrum stays: the fit went over to another minimum."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise

import numpy as np

from eisfit.circuit import Circuit
from eisfit.limits import Limit
from eisfit.numbers import quantity
from eisfit.spectrum import Floats, Series, Spectrum
from eisfit.tracking.flags._base import Observed, flag
from eisfit.tracking.track import Finding, RoleValues

TOP = 0.1
"""Share of the highest frequency above which a change of a resistance in series must show."""


@flag(
    "jump",
    "A resistance jumps although the spectrum hardly changes: the fit went over to another minimum.",
    Limit("jump.explained", 1.5, "", "times the largest change of the impedance that a resistance may change by"),
    Limit("jump.stderr", 3.0, "", "standard errors of the difference that are added to this, in squares"),
    Limit("jump.share", 0.05, "", "share of the resistance that is added to these"),
)
def jump(observed: Observed) -> Iterator[Finding]:
    """One finding per role and place, on the later spectrum; the value is the change as a share.

    An arc cannot grow by more than the impedance does, unless another one takes its place.
    """
    spectra = list(observed.fits.series)
    anywhere, above = _moved(spectra), _moved(spectra, TOP)
    for role, name in observed.roles.resistances.items():
        moved = anywhere if role in observed.roles.arcs else above  # what is in series shows at every frequency
        where = "" if moved is anywhere else " at its highest frequencies"
        for k, value in _beyond(observed.fits.column(name), moved, observed.limits):
            sentence = (
                f"{observed.label(k + 1)}: {_goes(role, value)}, but {_at_most(moved[k], where)}: "
                "another minimum fits as well"
            )
            yield _finding(k + 1, role, value, observed.limits, sentence)


def jumps_of_circuits(
    series: Series, circuits: Sequence[Circuit], roles: Mapping[str, RoleValues], limits: Mapping[str, float]
) -> Iterator[Finding]:
    """The same where the circuit changes from one spectrum to the next: two circuits share a sum in two ways.

    circuits: that of every spectrum, (N,); roles: values and errors (N,).
    """
    moved = _moved(list(series))
    for role, values in roles.items():
        for k, value in _beyond((values.value, values.stderr), moved, limits):
            one, other = circuits[k], circuits[k + 1]
            if str(one) == str(other):
                continue
            label = series[k + 1].label or f"spectrum {k + 2}"
            sentence = (
                f"{label}: {_goes(role, value)} where the circuit goes from {one} to {other}, but "
                f"{_at_most(moved[k])}: the circuits share it differently"
            )
            yield _finding(k + 1, role, value, limits, sentence)


def without_open_jumps(found: Sequence[Finding]) -> list[Finding]:
    """The findings without jumps from or to a value that the data do not tell."""
    unresolved = {(x.role, x.spectrum) for x in found if x.flag == f"unresolved_{x.role}"}
    return [x for x in found if x.flag != "jump" or not {(x.role, x.spectrum - 1), (x.role, x.spectrum)} & unresolved]


def _goes(role: str, value: tuple[float, float]) -> str:
    return f"{role} goes from {quantity(value[0], 'ohm')} to {quantity(value[1], 'ohm')}"


def _at_most(moved: float, where: str = "") -> str:
    return f"the impedance{where} changes by {quantity(float(moved), 'ohm', digits=2)} at most"


def _beyond(
    of_role: tuple[Floats, Floats], moved: Floats, limits: Mapping[str, float]
) -> Iterator[tuple[int, tuple[float, float]]]:
    """Where a resistance changes more than the impedance: the earlier spectrum, and both values.

    A value without an error may jump too: nothing is allowed for it then.
    """
    value, stderr = of_role
    change, size = np.abs(np.diff(value)), np.minimum(np.abs(value[1:]), np.abs(value[:-1]))
    error = np.nan_to_num(np.hypot(stderr[1:], stderr[:-1]))
    allowed = np.hypot(limits["jump.explained"] * moved, limits["jump.stderr"] * error) + limits["jump.share"] * size
    for k in np.flatnonzero(change > allowed).tolist():
        yield k, (float(value[k]), float(value[k + 1]))


def _finding(i: int, role: str, value: tuple[float, float], limits: Mapping[str, float], sentence: str) -> Finding:
    """The flag on a spectrum; the measured value is the change as a share of the smaller one."""
    least = max(min(abs(value[0]), abs(value[1])), 1e-300)
    return Finding(i, "jump", abs(value[1] - value[0]) / least, limits["jump.share"], sentence, role)


def _moved(spectra: list[Spectrum], share: float = 0.0) -> Floats:
    """Largest change of the impedance to the next spectrum, (N - 1,) ohm; NaN where that has other points.

    share: of the highest frequency, from which on it is asked.
    """
    out = np.full(max(len(spectra) - 1, 0), np.nan)
    for k, (one, other) in enumerate(pairwise(spectra)):
        if np.array_equal(one.frequency, other.frequency) and (both := one.used & other.used).any():
            both = both & (one.frequency >= share * one.frequency[both].max())
            out[k] = float(np.abs(other.impedance[both] - one.impedance[both]).max())
    return out
