"""What values and covariance say of each parameter: its error, whether the data determine it, how the fit ended.

The same for one spectrum (P,) and for a batch (N, P).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from eisfit.circuit import Circuit, Parameter
from eisfit.fitting.coefficients import of_coefficients
from eisfit.fitting.reach import out_of_reach
from eisfit.fitting.status import FitStatus
from eisfit.numbers import positional, quantity
from eisfit.spectrum import Bools, Floats

UNRESOLVED_STDERR = 1.0
"""A relative standard error above this (100 %) means: not resolved."""


def n_free(circuit: Circuit, tied: int) -> int:
    """Number of free parameters of a circuit of which some take the value of others."""
    return sum(not p.fixed for p in circuit.parameters) - tied


def stderr(parameters: Sequence[Parameter], values: Floats, covariance: Floats, at_bound: Bools) -> Floats:
    """Square root of the diagonal, (..., P), of coefficients such as Q to second order; NaN at a bound.

    There an error to both sides says nothing.
    """
    with np.errstate(invalid="ignore"):
        out: Floats = np.sqrt(np.diagonal(covariance, axis1=-2, axis2=-1))
    return np.where(at_bound, np.nan, of_coefficients(parameters, values, covariance, at_bound, out))


def resolved(circuit: Circuit, values: Floats, stderr: Floats, at_bound: Bools, band: Floats) -> Bools:
    """Fixed, or not at a bound with a known error below 100 %, (..., P); no resistance of an arc out of reach.

    band (..., 2): lowest and highest frequency in Hz.
    """
    with np.errstate(invalid="ignore"):
        known = (stderr <= UNRESOLVED_STDERR * np.abs(values)) & ~out_of_reach(circuit, values, stderr, band)
    free = np.array([not p.fixed for p in circuit.parameters])
    return np.where(free, known & ~at_bound, True)


def sentence(circuit: Circuit, status: FitStatus, stderr: Floats, at_bound: Bools, *, points: int, free: int) -> str:
    """How the fit of one spectrum ended, in words: the parameters that could not be told apart by name."""
    if status in (FitStatus.CONVERGED, FitStatus.NON_FINITE):
        return status.sentence
    if 2 * points < free:
        return f"{points} points ({2 * points} numbers) are too few for {free} free parameters: nothing was fitted."
    names = [
        p.name
        for p, sd, bound in zip(circuit.parameters, stderr, at_bound, strict=True)
        if not p.fixed and not bound and not np.isfinite(sd)
    ]
    count = sum(not p.fixed for p in circuit.parameters) - int(np.sum(at_bound))
    if status is not FitStatus.SINGULAR:
        if not names or len(names) >= count:
            return status.sentence
        return f"{status.sentence} {_listed(names)} had not settled and have no error; the others are at a minimum."
    if len(names) < 2:
        return f"{names[0]} is not determined by these data: it has no error." if names else status.sentence
    rest = "; the others are determined" if len(names) < count else ""
    return f"{_listed(names)} cannot be told apart by these data: their errors are not given{rest}."


def _listed(names: Sequence[str]) -> str:
    """Names in a sentence."""
    return f"{', '.join(names[:-1])} and {names[-1]}" if len(names) > 1 else names[0]


def correlated(names: Sequence[str], values: Floats, covariance: Floats, at_bound: Bools) -> dict[str, Any]:
    """Values (P,) with their errors (`uncertainties`), correlated as the covariance (P, P) says; none at a bound."""
    from uncertainties import correlated_values, ufloat

    known = np.isfinite(np.diagonal(covariance)) & ~at_bound
    out = {name: ufloat(value, np.nan) for name, value in zip(names, values, strict=True)}
    if known.any():
        block = correlated_values(values[known], covariance[np.ix_(known, known)])
        out |= dict(zip(np.array(names)[known].tolist(), block, strict=True))
    return out


TELLING = 0.1
"""A resistance that another minimum changes by less than this share is not worth a word."""


def changes(circuit: Circuit, values: Floats, rival: Floats) -> list[str]:
    """The resistances that another minimum (P,) would change, each as "R2 14.2 Ω -> 9.1 Ω"."""
    return [
        f"{p.name} {quantity(value, 'ohm')} -> {quantity(other, 'ohm')}"
        for p, value, other in zip(circuit.parameters, values.tolist(), rival.tolist(), strict=True)
        if p.unit == "ohm" and np.isfinite(other) and abs(other - value) > TELLING * abs(value)
    ]


ALIKE = 2.0
"""A difference of chi2 below this is noise."""
FEW = 3
"""Fewer starts than this came to a minimum by chance."""


def doubtful(rise: float, agreement: int, starts: int, changed: Sequence[str]) -> str:
    """What is to be said of a minimum that may not be the right one."""
    finds, to = f"{agreement} of {starts} starts", ", ".join(changed)
    unsure = "A minimum was reached, but it may not be the right one"
    if changed and abs(rise) < ALIKE:
        return f"{unsure}: {finds} came to it, and another one costs as much within the noise: {to}."
    if changed and rise < 0:
        return (
            "Two minima describe the data: the one is taken that follows the neighbours or whose parameters are known "
            f"better, though another one costs {positional(-rise, 2)} less in chi2 (1: the noise of one number): {to}."
        )
    why = f"{unsure}: {finds} came to it."
    if agreement >= FEW and abs(rise) < ALIKE:
        why = (
            f"{unsure}: {finds} came to it, but another one with the same resistances costs as much within the noise, "
            "or its residuals have a shape."
        )
    elif agreement >= FEW:
        why = (
            f"{finds} came to this minimum, but its residuals have a shape: a lower one was missed, or the circuit "
            "misses something."
        )
    far = f"costs {positional(rise, 2)} more in chi2 (1: the noise of one number)"
    return f"{why} Another one {far}: {to}." if changed else why
