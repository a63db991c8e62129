"""What the baseline says of the electrolyte beneath a leak: a Gaussian prior in the coordinates of the fit.

The mean is that of the fits of the baseline spectra. Its spread joins the covariance of those fits, over their number,
and the scatter of the cell from one spectrum to the next. With contacts that scatter R_SE,bulk and R_GB apart from each
other, the scatter of the plateau r gives that of each, r (R_SE,bulk + R_GB) / hypot(R_SE,bulk, R_GB); time constants
scatter as much (temperature moves both alike), exponents by a third of it. Interfaces and tail are free: a factor of
seven to each side only keeps what a strong leak hides from running away.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from eisfit.circuit import Circuit
from eisfit.fitting.result import SeriesFit
from eisfit.fitting.scaling import Scaling
from eisfit.roles.assign import BULK, GRAIN
from eisfit.roles.structure import leads_of, structure
from eisfit.shorts.spectra import Index
from eisfit.spectrum import Bools, Floats

WIDE = 2.0
"""Standard deviation of the logarithms that are free."""
WIDE_EXPONENT = 0.3
"""That of free exponents."""
EXPONENT = 0.3
"""Scatter of the electrolyte's exponents over that of its ln R."""
LOOSE = 1.0
"""Variance of a coordinate of the electrolyte that a baseline fit does not tell."""


class Reference(NamedTuple):
    """Fits of a series, the parameters that are held, and for some spectra: baseline (indices), scatter (n,)."""

    fits: SeriesFit
    held: tuple[str, ...]
    members: list[Index]
    scatter: Floats


class Gaussian(NamedTuple):
    """Mean (n, K) and precision (n, K, K) of theta."""

    mean: Floats
    precision: Floats

    def take(self, rows: NDArray[Any]) -> Gaussian:
        """The priors of some spectra."""
        return Gaussian(self.mean[rows], self.precision[rows])


def electrolyte(circuit: Circuit, roles: Mapping[str, str]) -> tuple[str, ...]:
    """The parameters that are held: of the electrolyte's resistor and arcs, then of the leads; () without the first."""
    parts = structure(circuit)
    own = [roles[role] for role in (BULK, GRAIN) if role in roles]
    names = [name for name in parts.resistors if name in own]
    for arc in parts.arcs:
        names += [circuit.names[k] for k in arc.columns if arc.resistor in own]
    return (*names, *(name for leaf in leads_of(circuit) for name in leaf.names)) if names else ()


def prior(reference: Reference, search: Scaling, leak: int) -> Gaussian:
    """The prior of every spectrum of the reference; the coordinate `leak` is free, its mean 0."""
    members = np.unique(np.concatenate(reference.members))
    theta, noise = _observed(reference.fits, search, members)
    held = _coordinates(search, reference.held)
    plain = _free_precision(search)
    n, k = len(reference.members), search.size
    mean, precision = np.zeros((n, k)), np.zeros((n, k, k))
    block = np.ix_(held, held)
    for i, own in enumerate(reference.members):
        at = np.searchsorted(members, own)
        mean[i] = theta[at].mean(axis=0)
        single = _scatter(search, reference, mean[i][None], float(reference.scatter[i]))[held]
        spread = noise[at].mean(axis=0)[block] / len(at) + (1 + 1 / len(at)) * np.diag(single**2)
        precision[i] = np.diag(plain)
        precision[i][block] = np.linalg.inv(spread)
    mean[:, leak] = precision[:, leak, leak] = 0.0
    return Gaussian(mean, precision)


def _coordinates(search: Scaling, names: tuple[str, ...]) -> Bools:
    """Which coordinates (K,) belong to these parameters."""
    own = {search.source[search.circuit.names.index(name)] for name in names}
    return np.array([k in own for k in range(search.size)], bool)


def _free_precision(search: Scaling) -> Floats:
    """Precision (K,) of coordinates that are free."""
    logarithmic = search.log.copy()
    logarithmic[[*(arc.q for arc in search.arcs), *(tail.q for tail in search.tails)]] = True
    return np.where(logarithmic, WIDE**-2, WIDE_EXPONENT**-2)


def _scatter(search: Scaling, reference: Reference, theta: Floats, plateau: float) -> Floats:
    """Scatter (K,) of every coordinate of the electrolyte from one spectrum to the next."""
    values = dict(zip(search.circuit.names, search.values(theta)[0].tolist(), strict=True))
    parameters = [search.circuit.parameter(name) for name in reference.held]
    ohms = np.array([values[p.name] for p in parameters if p.symbol == "R"] or [1.0])
    single = plateau * float(ohms.sum() / np.sqrt((ohms**2).sum()))
    out = np.full(search.size, single)
    out[[k for k, name in zip(search.source, search.circuit.names, strict=True) if name.endswith("_n")]] *= EXPONENT
    return out


def _observed(fits: SeriesFit, search: Scaling, members: Index) -> tuple[Floats, Floats]:
    """theta (m, K) of the baseline fits and its covariance (m, K, K), LOOSE where a fit does not tell it."""
    order = [fits.names.index(name) if name in fits.names else -1 for name in search.circuit.names]
    known = np.array(order) >= 0
    values = np.where(known, fits.values[members][:, order], 0.0)
    theta = search.theta(values)
    first = [search.source.index(k) for k in range(search.size)]
    own = known[first]
    free = fits.covariance[members][:, order][:, :, order][:, first][:, :, first]
    diagonal = np.einsum("nkk->nk", free)
    bound = fits.at_bound[members][:, order][:, first]
    seen = own & np.isfinite(diagonal) & (diagonal > 0) & ~bound
    both = seen[:, :, None] & seen[:, None, :]
    basis = np.where(both, search.basis(theta, values), np.eye(search.size))
    inverse = np.linalg.inv(basis)
    noise = inverse @ np.where(both, free, 0.0) @ inverse.swapaxes(1, 2)
    return theta, noise + np.where(seen, 0.0, LOOSE)[:, :, None] * np.eye(search.size)
