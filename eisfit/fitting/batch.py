"""Fit many spectra on one frequency grid: bare arrays in, a BatchFit out. Picklable, so any executor can map it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from eisfit.circuit import Circuit
from eisfit.circuit import fixed as keep
from eisfit.errors import CircuitError, FitError
from eisfit.fitting import lm
from eisfit.fitting.dictionary import blocks, interchangeable
from eisfit.fitting.problem import Problem
from eisfit.fitting.result import BatchFit, FitOptions
from eisfit.fitting.scaling import Scaling, scaling
from eisfit.fitting.start import ColdStart, cold_start, data_scale
from eisfit.fitting.statistics import covariance
from eisfit.fitting.status import FitStatus
from eisfit.fitting.weighting import interleaved, j_omega, weights
from eisfit.spectrum import Bools, Complexes, Floats, Indices, read_only
from eisfit.tree import Node

MAX_ITERATIONS = 100
"""Steps of the search per spectrum; well posed fits take 5 to 30."""
CHUNK = 1000
"""Spectra that are held as one problem: bounds the memory whatever the length of the series."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Constraints:
    """What a fit must respect: fixed values, bounds, ties between parameters, values shared by all spectra."""

    fixed: Mapping[str, float] = field(default_factory=dict)
    bounds: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    tied: Mapping[str, str] = field(default_factory=dict)
    shared: tuple[str, ...] = ()

    def applied(self, circuit: Circuit) -> Circuit:
        """The circuit with these fixed values and bounds. Raises CircuitError on unknown names."""
        bounded = circuit.with_bounds(**self.bounds) if self.bounds else circuit
        for name in (*self.tied, *self.tied.values(), *self.shared):
            circuit.parameter(name)
        return bounded.with_(**{name: keep(value) for name, value in self.fixed.items()})

    def scaling(self, circuit: Circuit, frequency: Floats) -> Scaling:
        """The search coordinates for spectra of these frequencies (F,). Raises FitError where that is ill posed."""
        ln_omega = float(np.log(2 * np.pi * frequency.min()))
        search = scaling(circuit, tied=self.tied, plain=self.shared, ln_omega_tail=ln_omega)
        if search.size == 0:
            raise FitError("nothing to fit: every parameter of the circuit is fixed")
        if 2 * frequency.size < search.size:
            raise FitError(
                f"{search.size} free parameters cannot be fitted to {frequency.size} points ({2 * frequency.size} "
                "numbers): take a simpler circuit, or fix parameters"
            )
        return search

    def options(self, weighting: str | ArrayLike) -> FitOptions:
        """What goes into the result."""
        name = weighting if isinstance(weighting, str) else "array"
        return FitOptions(weighting=name, tied=tuple(self.tied.items()), shared=self.shared)


def fit_batch(
    frequency: ArrayLike,
    impedance: ArrayLike,
    circuit: Circuit | str,
    *,
    weighting: str | ArrayLike = "modulus",
    start: ArrayLike | Mapping[str, float] | None = None,
    fixed: Mapping[str, float] | None = None,
    bounds: Mapping[str, tuple[float, float]] | None = None,
    tied: Mapping[str, str] | None = None,
    mask: ArrayLike | None = None,
    sigma: ArrayLike | None = None,
    max_iterations: int = MAX_ITERATIONS,
) -> BatchFit:
    """Complex non-linear least squares of N spectra that share their frequencies.

    frequency (F,) Hz; impedance (F,) or (N, F) ohm; start None (found from the data), (P,), (N, P) or a mapping;
    mask (F,) or (N, F) True where a point must not count; sigma (F,) or (N, F) ohm for weighting "sigma".
    A spectrum that cannot be fitted gets a status and NaN; the others are not touched by it.
    Raises FitError where the problem is ill posed (fewer data than free parameters), CircuitError on unknown names.
    """
    f, z, used, sd = _arrays(frequency, impedance, mask, sigma)
    constraints = Constraints(fixed=fixed or {}, bounds=bounds or {}, tied=tied or {})
    model = constraints.applied(named(circuit))
    begin = None if start is None else starts(model, start, len(z))
    w = weights(z, used, weighting, sd)
    search = constraints.scaling(model, f)
    options = constraints.options(weighting)
    parts = []
    for a in range(0, len(z), CHUNK):
        rows = slice(a, a + CHUNK)
        problem = Problem(search, j_omega(f), interleaved(z[rows]), w[rows])
        sound = np.flatnonzero(sound_spectra(problem))
        part = problem.take(sound)
        found = solved(part, None if begin is None else begin[rows][sound], max_iterations)
        parts.append(finished(problem, sound, part, found, options))
    return parts[0] if len(parts) == 1 else joined(parts)


def solved(problem: Problem, start: Floats | None, max_iterations: int) -> ColdStart:
    """The minima of sound spectra, from given parameters (N, P) or from the data alone."""
    if start is not None:
        return warm_start(problem, start, max_iterations)
    return in_order(problem, cold_start(problem, max_iterations=max_iterations))


def _arrays(
    frequency: ArrayLike, impedance: ArrayLike, mask: ArrayLike | None, sigma: ArrayLike | None
) -> tuple[Floats, Complexes, Bools, Floats | None]:
    try:
        f = np.asarray(frequency, dtype=np.float64)
        z = np.atleast_2d(np.asarray(impedance, dtype=np.complex128))
    except (TypeError, ValueError) as error:
        raise FitError(f"frequency and impedance must be numbers: {error}") from None
    if f.ndim != 1 or z.ndim != 2 or z.shape[1] != f.size or not f.size or not np.all(np.isfinite(f) & (f > 0)):
        raise FitError(f"expected frequency (F,) above 0 Hz and impedance (F,) or (N, F), got {f.shape} and {z.shape}")
    try:
        used = ~np.broadcast_to(np.zeros(1, bool) if mask is None else np.asarray(mask, bool), z.shape)
        sd = None if sigma is None else np.broadcast_to(np.asarray(sigma, np.float64), z.shape)
    except ValueError:
        raise FitError(f"mask and sigma must be (F,) or (N, F), here {z.shape}") from None
    return f, z, used, sd


def starts(circuit: Circuit, start: ArrayLike | Mapping[str, float], n: int) -> Floats:
    values = circuit.array(start)
    if values.ndim == 2 and len(values) != n:
        raise FitError(f"{len(values)} sets of start values for {n} spectra")
    if not np.isfinite(values).all():
        raise FitError("start values must be finite")
    return np.array(np.broadcast_to(values, (n, values.shape[-1])))


def warm_start(problem: Problem, values: Floats, max_iterations: int) -> ColdStart:
    """The minimum reached from given parameters (N, P)."""
    search = problem.scaling
    minimum = lm.minimise(
        problem,
        search.theta(values),
        search.lower,
        search.upper,
        max_iterations=max_iterations,
        scale=data_scale(problem),
    )
    one = np.ones(len(values), dtype=np.int64)
    return ColdStart(minimum, one, one.copy())


def sound_spectra(problem: Problem) -> Bools:
    """Spectra with finite numbers at every point that counts, and more numbers than free parameters."""
    counted = problem.weight > 0
    finite = np.where(counted, np.isfinite(problem.data), True).all(axis=1)
    out: Bools = finite & (counted.sum(axis=1) >= problem.scaling.size)
    return out


def in_order(problem: Problem, found: ColdStart) -> ColdStart:
    """Interchangeable blocks (two arcs) sorted by ascending time constant, so that names mean the same everywhere."""
    search = problem.scaling
    circuit = search.circuit
    free_to_move = {name for name, k in zip(circuit.names, search.source, strict=True) if search.source.count(k) == 1}
    values = search.values(found.minimum.theta)
    parts = blocks(circuit)
    for group in interchangeable(circuit):
        spans = [slice(parts[i][1], parts[i][1] + parts[i][0].size) for i in group]
        if not all(name in free_to_move for span in spans for name in circuit.names[span]):
            continue
        peaks = [_centre(parts[i][0], values[:, span]) for i, span in zip(group, spans, strict=True)]
        order = np.argsort(np.stack(peaks, 1), axis=1, kind="stable")
        columns = np.stack([values[:, span] for span in spans], axis=1)
        moved = np.take_along_axis(columns, order[:, :, None], axis=1)
        for slot, span in enumerate(spans):
            values[:, span] = moved[:, slot]
    found.minimum.theta[...] = search.theta(values)
    return found


def _centre(node: Node, values: Floats) -> Floats:
    """Where a block relaxes: the mean of -ln omega weighted with its -Im Z, (N,), far beyond the measured band."""
    ln_omega = np.linspace(np.log(1e-8), np.log(1e12), 200)
    with np.errstate(all="ignore"):
        z = node.impedance(1j * np.exp(ln_omega), list(values.T[:, :, None]))
    weight = np.nan_to_num(np.maximum(-np.imag(z), 0.0)) + 1e-300
    out: Floats = -(weight * ln_omega).sum(axis=1) / weight.sum(axis=1)
    return out


def finished(problem: Problem, rows: Indices, part: Problem, found: ColdStart, options: FitOptions) -> BatchFit:
    """The result for all spectra of `problem`, of which `part` (rows) could be fitted; NaN for the others."""
    n = len(problem)
    m = found.minimum
    spread = covariance(part, m.theta, m.cost, scaled=options.weighting != "sigma")
    values = part.scaling.values(m.theta)
    counted = problem.weight > 0
    code = np.where(spread.degenerate & (m.code != lm.NON_FINITE), lm.SINGULAR, m.code)
    finite = np.isfinite(m.cost)
    status = _laid_out(code, rows, n, lm.NON_FINITE)
    columns: dict[str, Any] = {
        "values": _laid_out(np.where(finite[:, None], values, np.nan), rows, n, np.nan),
        "covariance": _laid_out(spread.covariance, rows, n, np.nan),
        "cost": _laid_out(np.where(finite, m.cost, np.nan), rows, n, np.nan),
        "n_iterations": _laid_out(m.iterations, rows, n, 0),
        "points_used": (counted[:, 0::2] | counted[:, 1::2]).sum(axis=1),
        "at_bound": _laid_out(spread.at_bound, rows, n, False),
        "agreement": _laid_out(found.agreement, rows, n, 0),
        "starts": _laid_out(found.starts, rows, n, 0),
        "rms": _laid_out(rms_of(part, values), rows, n, np.nan),
    }
    frozen: dict[str, Any] = {name: read_only(column, column.dtype) for name, column in columns.items()}
    statuses = tuple(lm.STATUSES[c] for c in status.tolist())
    return BatchFit(circuit=problem.scaling.circuit, status=statuses, options=options, **frozen)


def _laid_out(values: NDArray[Any], rows: Indices, n: int, missing: Any) -> NDArray[Any]:
    """Values of some rows in an array of n, the others missing."""
    out = np.full((n, *values.shape[1:]), missing, dtype=values.dtype)
    out[rows] = values
    return out


def rms_of(problem: Problem, values: Floats) -> Floats:
    """sqrt(sum |dZ/Z|^2 / 2F) over the used points, (N,)."""
    z = problem.data.view(np.complex128)
    used = (problem.weight > 0)[:, 0::2]
    model = problem.scaling.circuit.root.impedance(problem.s, list(values.T[:, :, None]))
    with np.errstate(divide="ignore", invalid="ignore"):
        relative = np.where(used, np.abs((model - z) / z) ** 2, 0.0)
    out: Floats = np.sqrt(relative.sum(axis=1) / np.maximum(2 * used.sum(axis=1), 1))
    return out


def joined(parts: Sequence[BatchFit]) -> BatchFit:
    """Fits of the same circuit below each other."""
    arrays = ("values", "covariance", "cost", "n_iterations", "points_used", "at_bound", "agreement", "starts", "rms")
    columns: dict[str, Any] = {name: np.concatenate([getattr(part, name) for part in parts]) for name in arrays}
    for column in columns.values():
        column.flags.writeable = False
    status: tuple[FitStatus, ...] = tuple(s for part in parts for s in part.status)
    outliers = tuple(o for part in parts for o in part.outliers)
    return BatchFit(circuit=parts[0].circuit, status=status, outliers=outliers, options=parts[0].options, **columns)


def named(circuit: Circuit | str) -> Circuit:
    """A circuit from a value or a text. Raises CircuitError."""
    if isinstance(circuit, Circuit):
        return circuit
    if isinstance(circuit, str):
        return Circuit(circuit)
    raise CircuitError(f"a circuit is a Circuit or a text, not {type(circuit).__name__}")
