"""The least-squares problem: circuit, data and weights in, cost, gradient and curvature out.

The residual is w * (Z_model - Z), linear in the misfit; cost = sum of its squares; gradient = J^T r, curvature = J^T J
(Gauss-Newton), all for a whole batch of spectra on one frequency grid. The only place that states the residual.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from eisfit.fitting.scaling import Scaling
from eisfit.fitting.weighting import interleaved, j_omega
from eisfit.spectrum import Complexes, Floats


@dataclass(frozen=True, slots=True, eq=False)
class Problem:
    """Weighted spectra on one grid: s (F,) = j omega, data and weight (N, 2F) interleaved, scaling.

    clip (N,), if given, bounds what one point can cost: with m = |w dZ|^2 of a point it costs m / (1 + m / clip^2),
    less than clip^2 however far it lies (Geman & McClure, Bull. Int. Stat. Inst. 52 (1987) 5).
    """

    scaling: Scaling
    s: Complexes
    data: Floats
    weight: Floats
    clip: Floats | None = None
    _memory: dict[str, Any] = field(default_factory=dict, repr=False)

    def __len__(self) -> int:
        return len(self.data)

    def take(self, rows: NDArray[Any]) -> Problem:
        """The problem of some of the spectra, by index or by mask."""
        clip = None if self.clip is None else self.clip[rows]
        return replace(self, data=self.data[rows], weight=self.weight[rows], clip=clip, _memory={})

    def residual(self, theta: Floats) -> Floats:
        """w * (Z_model - Z) at theta (N, K), (N, 2F) interleaved."""
        return self._misfit(self._model(self.scaling.values(theta)))

    def cost(self, theta: Floats) -> Floats:
        """Sum of squares of the residual, (N,)."""
        r = self.residual(theta)
        out: Floats = np.einsum("ij,ij->i", r, r)
        return out

    def normal_equations(self, theta: Floats) -> tuple[Floats, Floats, Floats]:
        """Cost (N,), gradient J^T r (N, K) and curvature J^T J (N, K, K) at theta (N, K)."""
        values = self.scaling.values(theta)
        stack = self._stack(values)
        cost = None if self.clip is None else _clipped(stack, self.clip)
        # one product with the residual as the last row: a matrix times its own transpose would go through a slow
        # symmetric kernel, three times slower for matrices of this size
        products = stack[:, :-1] @ stack.swapaxes(1, 2)
        basis = self.scaling.basis(theta, values)
        back = basis.swapaxes(1, 2)
        gradient = np.matmul(back, products[:, :, -1:])[:, :, 0]
        curvature = back @ products[:, :, :-1] @ basis
        if cost is None:
            cost = np.einsum("ij,ij->i", stack[:, -1], stack[:, -1])
        return cost, gradient, curvature

    def linearised(self, values: Floats) -> tuple[Floats, Floats]:
        """Residual (N, 2F) and its derivative by the free parameters themselves (N, K, 2F), at values (N, P)."""
        stack = self._stack(values)
        return stack[:, -1], stack[:, :-1]

    def _stack(self, values: Floats) -> Floats:
        """Weighted derivatives by the free parameters, and the residual as the last row, (N, K + 1, 2F)."""
        z, gradient = self.scaling.circuit.root.gradient(self.s, list(values.T[:, :, None]))
        j = self._buffer(len(values))
        flat = j.view(np.float64)
        written: set[int] = set()
        for d, k in zip(gradient, self.scaling.source, strict=True):
            if k < 0:
                continue
            if k in written:
                flat[:, k] += interleaved(np.broadcast_to(d, j[:, k].shape)) * self.weight
                continue
            written.add(k)
            self._weigh(d, j[:, k], flat[:, k])
        if self.scaling.formulas:
            self._follow(gradient, values, flat, written)
        j[:, -1] = z
        flat[:, -1] -= self.data
        flat[:, -1] *= self.weight
        return flat

    def _follow(self, gradient: Sequence[Any], values: Floats, flat: Floats, written: set[int]) -> None:
        """Add the derivatives by parameters that are formulas of others, by the chain rule."""
        flat[:, [k for k in range(self.scaling.size) if k not in written]] = 0.0
        slopes = self.scaling.slopes(values)
        for place, _ in self.scaling.formulas:
            own = interleaved(np.broadcast_to(gradient[place], (len(values), self.s.size))) * self.weight
            flat[:, :-1] += slopes[:, place, :, None] * own[:, None, :]

    def _weigh(self, d: Any, column: Complexes, flat: Floats) -> None:
        """column = weight * d without a temporary where d is a full complex array already."""
        if isinstance(d, np.ndarray) and d.shape == column.shape and d.dtype == np.complex128 and d.flags.c_contiguous:
            np.multiply(d.view(np.float64), self.weight, out=flat)
            return
        column[...] = d
        np.multiply(flat, self.weight, out=flat)

    def _model(self, values: Floats) -> Complexes:
        out: Complexes = self.scaling.circuit.root.impedance(self.s, list(values.T[:, :, None]))
        return out

    def _misfit(self, z: Complexes) -> Floats:
        r: Floats = interleaved(np.broadcast_to(z, (len(self), self.s.size))) - self.data
        r *= self.weight
        return r

    def thinned(self, step: int) -> Problem:
        """The problem at every `step`-th frequency only, for rough work."""
        keep = np.arange(0, self.s.size, step)
        columns = np.stack([2 * keep, 2 * keep + 1], axis=1).ravel()
        return replace(self, s=self.s[keep], data=self.data[:, columns], weight=self.weight[:, columns], _memory={})

    def _buffer(self, n: int) -> Complexes:
        """Memory for the jacobian, kept between iterations."""
        shape = (n, self.scaling.size + 1, self.s.size)
        if self._memory.get("shape") != shape:
            self._memory["shape"] = shape
            self._memory["jacobian"] = np.empty(shape, dtype=np.complex128)
        out: Complexes = self._memory["jacobian"]
        return out


def _clipped(stack: Floats, clip: Floats) -> Floats:
    """Scale each point of the stack by the square root of what it still counts; returns the bounded cost (N,)."""
    pairs = stack.reshape(*stack.shape[:2], stack.shape[2] // 2, 2)
    m = np.einsum("nfc,nfc->nf", pairs[:, -1], pairs[:, -1])
    share = 1 / (1 + m / clip[:, None] ** 2)
    pairs *= share[:, None, :, None]
    out: Floats = (m * share).sum(axis=1)
    return out


def problem_of(scaling: Scaling, frequency: Floats, z: Complexes, weight: Floats) -> Problem:
    """The problem of impedances z (N, F) at frequencies (F,) with weights (N, 2F); what does not count is set to 0."""
    counted = weight != 0
    return Problem(scaling, j_omega(frequency), np.where(counted, interleaved(z), 0.0), weight)
