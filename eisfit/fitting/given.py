"""What a caller of a fit gives, checked where it comes in: the circuit, the start values, the steps of a search."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
from numpy.typing import ArrayLike

from eisfit.circuit import Circuit
from eisfit.errors import CircuitError, FitError
from eisfit.parameter import Parameter
from eisfit.roles import by_parameter
from eisfit.spectrum import Floats


def check_steps(max_iterations: int) -> None:
    """A search needs a step. Raises FitError."""
    if max_iterations < 1:
        raise FitError(f"max_iterations must be 1 or more, not {max_iterations}")


def starts(
    circuit: Circuit, start: ArrayLike | Mapping[str, float] | None, n: int, search: Callable[[], Floats]
) -> Floats | None:
    """Start values (N, P) as they are given for n spectra; None where they are found from the data. Raises FitError.

    A mapping may name some parameters only: the others start where the search without start values (N, P) ended.
    """
    if start is None:
        return None
    if isinstance(start, Mapping):
        return _by_name(circuit, start, n, search)
    values = circuit.array(start)
    if values.ndim == 2 and len(values) != n:
        raise FitError(f"{len(values)} sets of start values for {n} spectra")
    if not np.isfinite(values).all() and values.ndim == 1:
        raise FitError("start values must be finite")
    for p, column in zip(circuit.parameters, values.reshape(-1, len(circuit.names)).T, strict=True):
        _check_start(p, column, by_name=False)
    return np.array(np.broadcast_to(values, (n, values.shape[-1])))


def _by_name(circuit: Circuit, start: Mapping[str, float], n: int, search: Callable[[], Floats]) -> Floats:
    given = by_parameter(circuit, start)
    columns = {}
    for name, value in given.items():
        parameter = circuit.parameter(name)
        try:
            columns[name] = np.asarray(value, dtype=np.float64)
        except (TypeError, ValueError):
            raise FitError(f"the start value of {name} is a number, not {value!r}") from None
        if columns[name].shape not in ((), (n,)) or not np.isfinite(columns[name]).all():
            raise FitError(f"the start value of {name} is one finite number, or one per spectrum, not {value!r}")
        _check_start(parameter, np.atleast_1d(columns[name]), by_name=True)
    complete = all(p.fixed or p.name in given for p in circuit.parameters)
    out = np.array(np.broadcast_to(circuit.values, (n, len(circuit.names)))) if complete else np.array(search())
    for name, column in columns.items():
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
        raise FitError(f"the start value of {p.name} must be above 0")
    if not by_name:
        return
    slack = 1e-9 * np.abs(values)
    outside = (values < p.lower - slack) | (values > p.upper + slack)
    if outside.any():
        value = values[np.argmax(outside)]
        raise FitError(f"the start value {value:.6g} of {p.name} is outside its bounds {p.lower:g} to {p.upper:g}")


def named(circuit: Circuit | str) -> Circuit:
    """A circuit from a value or a text. Raises CircuitError."""
    if isinstance(circuit, Circuit):
        return circuit
    if isinstance(circuit, str):
        return Circuit(circuit)
    raise CircuitError(f"a circuit is a Circuit or a text, not {type(circuit).__name__}")
