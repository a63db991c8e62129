"""Fits of one series with several circuits: the parts that share a circuit, and their figures beside each other."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

from eisfit.circuit import Parameter
from eisfit.fitting.batch_fit import BatchFit
from eisfit.fitting.status import FitStatus
from eisfit.spectrum import FrozenArrays, Indices, read_only


@dataclass(frozen=True, slots=True, eq=False)
class Part(FrozenArrays):
    """Spectra of a series that were fitted alike: rows (M,) of the series, and their fits.

    columns (Q,): where each of the Q parameters stands among those of the whole series; roles: role -> parameter.
    """

    rows: Indices
    fits: BatchFit
    columns: Indices
    roles: Mapping[str, str] = field(default_factory=dict)


def fixed_texts(fits: Sequence[BatchFit]) -> list[str]:
    """What is fixed, as "R_GB = 12 ohm", each once."""
    held = [p for one in fits for p in one.circuit.parameters if p.fixed]
    return list(dict.fromkeys(f"{p.name} = {p.value:g} {p.unit}".strip() for p in held))


def missing(dtype: np.dtype[Any]) -> Any:
    """What stands where there is no value: NaN, False, 0."""
    return np.nan if dtype.kind in "fc" else dtype.type(0)


NOT_OF_PARAMETERS = ("band",)
"""Fields of a BatchFit with a second axis that is not that of the parameters."""


def gathered(parts: Iterable[Part], n: int, figure: Callable[[BatchFit], Any]) -> NDArray[Any]:
    """A figure (M,) or (M, K) of every part as a figure (N,) or (N, K) of the series."""
    pairs = [(part.rows, np.asarray(figure(part.fits))) for part in parts]
    out = np.full((n, *pairs[0][1].shape[1:]), missing(pairs[0][1].dtype), dtype=pairs[0][1].dtype)
    for rows, values in pairs:
        out[rows] = values
    return read_only(out, out.dtype)


def spread(parts: Iterable[Part], shape: tuple[int, int], figure: Callable[[BatchFit], Any]) -> NDArray[Any]:
    """A figure (M, Q) or (M, Q, Q) over the parameters of every part as one (N, P) or (N, P, P) of the series."""
    first, out = True, np.empty(0)
    for part in parts:
        values = np.asarray(figure(part.fits))
        if first:
            whole = (*shape, *shape[1:] * (values.ndim - 2))
            first, out = False, np.full(whole, missing(values.dtype), dtype=values.dtype)
        places = np.ix_(part.rows, *[part.columns] * (values.ndim - 1))
        out[places] = values
    return read_only(out, out.dtype)


def state_of(parts: Sequence[Part], extra: Sequence[Parameter]) -> dict[str, Any]:
    """The fields of a BatchFit for all parts together; circuit and options are those of the first."""
    main = parts[0].fits
    n, p = sum(len(part.rows) for part in parts), len(main.circuit.names) + len(extra)
    out: dict[str, Any] = {}
    for name in (f.name for f in fields(BatchFit)):
        held = getattr(main, name)
        if not isinstance(held, np.ndarray):
            out[name] = held
        elif held.ndim == 1 or name in NOT_OF_PARAMETERS:
            out[name] = gathered(parts, n, lambda fits, name=name: getattr(fits, name))  # type: ignore[misc]
        else:
            out[name] = spread(parts, (n, p), lambda fits, name=name: getattr(fits, name))  # type: ignore[misc]
    status: list[FitStatus] = [FitStatus.SINGULAR] * n
    outliers: list[Any] = [None] * n
    for part in parts:
        for at, i in enumerate(part.rows.tolist()):
            status[i] = part.fits.status[at]
            outliers[i] = part.fits.outliers[at] if part.fits.outliers else None
    return out | {"status": tuple(status), "outliers": tuple(outliers) if main.outliers else ()}
