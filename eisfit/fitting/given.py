"""What a caller of a fit gives, checked where it comes in: the circuit, the start values, the steps of a search."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from eisfit.circuit import Circuit
from eisfit.errors import CircuitError, ConstraintError, FitError
from eisfit.fitting.assembly import joined
from eisfit.fitting.batch_fit import BatchFit
from eisfit.fitting.minima import SAME
from eisfit.library import resolve_circuit
from eisfit.parameter import Parameter
from eisfit.roles import by_parameter
from eisfit.spectrum import Bools, Floats, read_only

AS_GOOD = 4.0
"""Minima whose chi2 differ by less than this, two standard deviations, are as good as each other."""


def check_steps(max_iterations: int) -> None:
    """A search needs a step. Raises FitError."""
    if max_iterations < 1:
        raise FitError(f"max_iterations must be 1 or more, not {max_iterations}")


def started(
    circuit: Circuit,
    start: ArrayLike | Mapping[str, float] | None,
    n: int,
    solve: Callable[[Floats | None], BatchFit],
) -> BatchFit:
    """The fits of n spectra from start values as they are given. Raises FitError.

    solve: the fits from start values (N, P), or from the data alone. Values by name, or one set (P,) for all spectra,
    are a guess: the search without them has its say too (`better_of`). A set for every spectrum (N, P), as another fit
    gave them, is followed alone. A mapping may name some parameters only: the others start where that search ended.
    """
    if start is None:
        return solve(None)
    if isinstance(start, Mapping):
        given = _by_name(circuit, start, n)
        own = solve(None)
        return better_of(solve(_completed(circuit, given, own.values)), own)
    values = _array(circuit, start, n)
    begin = np.array(np.broadcast_to(values, (n, values.shape[-1])))
    return better_of(solve(begin), solve(None)) if values.ndim == 1 else solve(begin)


def better_of(guessed: BatchFit, own: BatchFit) -> BatchFit:
    """Of every spectrum the fit from the values that were guessed, or that without them where chi2 is clearly lower.

    Where the guess led to another minimum that costs as much, it stands, and the other one is told.
    """
    n = len(guessed)
    rise = _rise(guessed, own)
    left = np.asarray(~(rise <= AS_GOOD) & np.isfinite(own.cost))
    alike = np.abs(guessed.cost - own.cost) <= SAME * own.cost
    chosen = joined([guessed, own]).taken(np.where(left, n, 0) + np.arange(n))
    # the next best minimum: that of the search without them, its own rival, or where the guess led
    met = np.where(left, guessed.cost, np.where(alike, np.inf, own.cost))
    known = np.where(left | alike, np.nan_to_num(own.rival_cost, nan=np.inf), np.inf)
    elsewhere = np.where(left[:, None], guessed.values, own.values)
    rival, rival_cost = np.where((known <= met)[:, None], own.rival, elsewhere), np.fmin(known, met)
    none = ~np.isfinite(rival_cost)
    changed = {
        "agreement": np.where(left, own.agreement, np.where(alike, own.agreement + 1, 1)),
        "starts": own.starts + 1,
        "uncertain": np.where(left | alike, own.uncertain, rise > -AS_GOOD),
        "rival": np.where(none[:, None], np.nan, rival),
        "rival_cost": np.where(none, np.nan, rival_cost),
        "start_left": left,
    }
    frozen: dict[str, Any] = {name: read_only(column, column.dtype) for name, column in changed.items()}
    return replace(chosen, **frozen)


def _rise(guessed: BatchFit, own: BatchFit) -> Floats:
    """How much higher chi2 is from the values that were guessed, in units of the noise, (N,).

    A point that a robust fit left out costs what it was left out for; where values are shared the series decides.
    """
    from eisfit.fitting.robust import OUTLIER

    with np.errstate(divide="ignore", invalid="ignore"):
        noise = np.fmin(guessed.chi2_reduced, own.chi2_reduced)
        out = (guessed.cost - own.cost) / noise + OUTLIER**2 * (_left_out(guessed) - _left_out(own))
    if own.options.shared and np.isfinite(out).any():
        out = np.full(len(out), np.nansum(out))
    exact: Bools = np.asarray(guessed.cost <= own.cost)
    return np.where(exact & (_left_out(guessed) <= _left_out(own)), np.fmin(out, 0.0), out)


def _left_out(fits: BatchFit) -> Floats:
    return np.array([float(one.sum()) for one in fits.outliers]) if fits.outliers else np.zeros(len(fits))


def _array(circuit: Circuit, start: ArrayLike, n: int) -> Floats:
    """Start values (P,) or (N, P). Raises FitError."""
    values = circuit.array(start)
    if values.ndim == 2 and len(values) != n:
        raise FitError(f"{len(values)} sets of start values for {n} spectra")
    if not np.isfinite(values).all() and values.ndim == 1:
        raise FitError("start values must be finite")
    for p, column in zip(circuit.parameters, values.reshape(-1, len(circuit.names)).T, strict=True):
        _check_start(p, column, by_name=False)
    return values


def _by_name(circuit: Circuit, start: Mapping[str, float], n: int) -> dict[str, Floats]:
    """Start values by name, one or (N,) each. Raises FitError, CircuitError."""
    given = by_parameter(circuit, start)
    columns = {}
    for name, value in given.items():
        parameter = circuit.parameter(name)
        try:
            columns[name] = np.asarray(value, dtype=np.float64)
        except (TypeError, ValueError):
            raise ConstraintError(f"the start value of {name} is a number, not {value!r}") from None
        if columns[name].shape not in ((), (n,)) or not np.isfinite(columns[name]).all():
            raise ConstraintError(f"the start value of {name} is one finite number, or one per spectrum, not {value!r}")
        _check_start(parameter, np.atleast_1d(columns[name]), by_name=True)
    return columns


def _completed(circuit: Circuit, given: Mapping[str, Floats], found: Floats) -> Floats:
    """Start values (N, P): those given, and what was found for the others."""
    out = np.array(found)
    for name, column in given.items():
        out[:, circuit.names.index(name)] = column
    return out


def _check_start(parameter: Parameter, values: Floats, *, by_name: bool) -> None:
    """Start values of a free parameter: above 0 where it must be; inside its bounds where they were given by name.

    Arrays may be the result of another fit, which may end outside (a CPE is bounded by its impedance): they are moved
    inside. NaN stands for a value that is not known. Raises FitError.
    """
    p = parameter
    if p.fixed:
        return
    if p.scale == "log" and p.lower >= 0 and (values <= 0).any():
        raise ConstraintError(f"the start value of {p.name} must be above 0")
    if not by_name:
        return
    slack = 1e-9 * np.abs(values)
    outside = (values < p.lower - slack) | (values > p.upper + slack)
    if outside.any():
        value = values[np.argmax(outside)]
        raise ConstraintError(
            f"the start value {value:.6g} of {p.name} is outside its bounds {p.lower:g} to {p.upper:g}"
        )


def named(circuit: Circuit | str) -> Circuit:
    """A circuit from a value, a text, or the name of one of the library. Raises CircuitError."""
    if isinstance(circuit, Circuit):
        return circuit
    if isinstance(circuit, str):
        return resolve_circuit(circuit)
    raise CircuitError(f"a circuit is a Circuit or a text, not {type(circuit).__name__}")
