"""Synthetic spectra with known truth, drawn with a stated seed.

Every set holds 61 points from 1 MHz to 10 mHz with Gaussian noise in Re and Im, a share of |Z|. Truths are drawn, then
kept only where they can be known: the Cramer-Rao standard deviation of every parameter must stay below a stated share.
Without that condition a set asks for numbers that no method could find in the data.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.interpolate import PchipInterpolator

from eisfit import Circuit

Floats = NDArray[np.float64]
Complexes = NDArray[np.complex128]

FREQUENCY: Floats = np.logspace(6, -2, 61)
OMEGA: Floats = 2 * np.pi * FREQUENCY
MAIN = "R(RQ)(RQ)Q"
LOWEST, HIGHEST = -1.5, 5.5
"""log10 of the apex frequencies in Hz that are drawn."""


@dataclass(frozen=True, slots=True, eq=False)
class SyntheticSet:
    """truth (N, P), impedance (N, F) with noise, sigma (N, P) the Cramer-Rao standard deviation at the truth."""

    name: str
    circuit: Circuit
    truth: Floats
    impedance: Complexes
    sigma: Floats
    noise: float

    def __len__(self) -> int:
        return len(self.truth)

    def taken(self, rows: NDArray[np.int64]) -> SyntheticSet:
        """Some of the spectra."""
        return replace(self, truth=self.truth[rows], impedance=self.impedance[rows], sigma=self.sigma[rows])


@dataclass(frozen=True, slots=True)
class Limits:
    """What is drawn: noise, largest Cramer-Rao share, distance of neighbouring arcs in decades (least, most)."""

    noise: float = 0.003
    known_to: float = 0.05
    apart: tuple[float, float] = (1.5, np.inf)


Draw = Callable[[np.random.Generator, Limits], list[float] | None]
"""One set of parameters, or None where the draw breaks a rule of the set."""


def cramer_rao(circuit: Circuit, truth: Floats, noise: float) -> Floats:
    """Smallest standard deviation (N, P) that an unbiased estimate can have, for noise a share of |Z|."""
    z = circuit.impedance(FREQUENCY, truth)
    j = circuit.jacobian(FREQUENCY, truth) * truth[:, None, :] / (noise * np.abs(z))[:, :, None]
    stacked = np.concatenate([j.real, j.imag], axis=1)
    information = stacked.swapaxes(1, 2) @ stacked
    share: Floats = np.sqrt(np.diagonal(np.linalg.pinv(information, hermitian=True), axis1=1, axis2=2))
    return share * truth


def noisy(rng: np.random.Generator, z: Complexes, share: float) -> Complexes:
    """z with Gaussian noise of `share` |Z| in Re and Im each."""
    size = share * np.abs(z)
    out: Complexes = z + size * (rng.standard_normal(z.shape) + 1j * rng.standard_normal(z.shape))
    return out


def cold(n: int, seed: int, circuit: str = MAIN, limits: Limits | None = None) -> SyntheticSet:
    """n spectra of a circuit of `DRAWS`, each with its own truth."""
    limits = limits or Limits()
    rng = np.random.default_rng(seed)
    model = Circuit(circuit)
    kept: list[Floats] = []
    while sum(map(len, kept)) < n:
        drawn = [p for p in (DRAWS[circuit](rng, limits) for _ in range(4000)) if p is not None]
        truth = np.array(drawn)
        known = (cramer_rao(model, truth, limits.noise) <= limits.known_to * truth).all(axis=1)
        kept.append(truth[known])
    truth = np.concatenate(kept)[:n]
    z = noisy(rng, model.impedance(FREQUENCY, truth), limits.noise)
    return SyntheticSet(f"cold {circuit}", model, truth, z, cramer_rao(model, truth, limits.noise), limits.noise)


def hard(n: int, seed: int) -> SyntheticSet:
    """Arcs 0.5 to 1.5 decades apart, 1 % noise, parameters known only to 30 %."""
    return cold(n, seed, limits=Limits(noise=0.01, known_to=0.3, apart=(0.5, 1.5)))


def operando(n: int, seed: int, noise: float = 0.005) -> SyntheticSet:
    """A series of n spectra whose parameters move smoothly, the first arc at the edge of the window."""
    place = np.linspace(0, 1, n)

    def course(*knots: float, log: bool = False) -> Floats:
        y = np.log(knots) if log else np.array(knots)
        curve = PchipInterpolator(np.linspace(0, 1, len(knots)), y)(place)
        return np.exp(curve) if log else curve

    truth = np.stack(
        [
            course(20, 21, 23, 25, 24),
            course(20, 16, 12, 10, 14),
            course(1e-7, 8e-8, 5e-8, 4e-8, 7e-8, log=True),
            course(0.88, 0.90, 0.92, 0.93, 0.90),
            course(101, 33, 66, 28, 148),
            course(4e-3, 2e-3, 4e-3, 1.5e-3, 8e-3, log=True),
            course(0.80, 0.82, 0.78, 0.84, 0.74),
            course(0.2, 0.5, 0.35, 0.8, 0.3, log=True),
            course(0.60, 0.70, 0.55, 0.80, 0.65),
        ],
        axis=1,
    )
    return _of("operando", truth, seed, noise)


def repeats(n: int, seed: int, noise: float = 0.003) -> SyntheticSet:
    """n noise draws of one spectrum: the one of median difficulty among 200 cold ones."""
    source = cold(200, seed, limits=Limits(noise=noise))
    worst = (source.sigma / source.truth).max(axis=1)
    middle = source.truth[np.argsort(worst)[len(worst) // 2]]
    return _of("repeats", np.tile(middle, (n, 1)), seed + 1, noise)


def outliers(n: int, seed: int, bad: int = 2) -> tuple[SyntheticSet, NDArray[np.bool_]]:
    """A cold set in which `bad` points per spectrum are displaced by 30 to 200 % of |Z|; and where (N, F)."""
    clean = cold(n, seed)
    rng = np.random.default_rng(seed + 1)
    z = clean.impedance.copy()
    where = np.zeros(z.shape, dtype=bool)
    for row in range(n):
        points = rng.choice(FREQUENCY.size, bad, replace=False)
        where[row, points] = True
        turn = np.exp(2j * np.pi * rng.uniform(size=bad))
        z[row, points] += np.abs(z[row, points]) * rng.uniform(0.3, 2, bad) * turn
    spoiled = SyntheticSet("outliers", clean.circuit, clean.truth, z, clean.sigma, clean.noise)
    return spoiled, where


def _of(name: str, truth: Floats, seed: int, noise: float) -> SyntheticSet:
    model = Circuit(MAIN)
    z = noisy(np.random.default_rng(seed), model.impedance(FREQUENCY, truth), noise)
    return SyntheticSet(name, model, truth, z, cramer_rao(model, truth, noise), noise)


def _apexes(rng: np.random.Generator, count: int, limits: Limits) -> Floats | None:
    """Apex frequencies in Hz, falling, neighbours as far apart as the limits say.

    Uniform in the logarithm under the condition of the least distance, which is taken out before drawing.
    """
    least, most = limits.apart
    room = HIGHEST - LOWEST - least * (count - 1)
    decades = LOWEST + np.sort(rng.uniform(0, room, count)) + least * np.arange(count)
    return 10 ** decades[::-1] if np.all(np.diff(decades) <= most) else None


def _resistances(rng: np.random.Generator, arcs: int, *, intercept: bool = True) -> Floats | None:
    """Intercept (0 without) and arcs, 1 to 1000 ohm; no arc below 5 %, no intercept below 2 % of the total."""
    r = 10 ** rng.uniform(0, 3, arcs + 1)
    r[0] *= intercept
    total = r.sum()
    fits = r[1:].min() >= 0.05 * total and (not intercept or r[0] >= 0.02 * total)
    return r if fits else None


def _cpe(r: float, apex: float, n: float) -> float:
    """Q of an arc of resistance r, apex frequency and exponent n."""
    return 1 / (r * (2 * np.pi * apex) ** n)


def _arcs(rng: np.random.Generator, r: Floats, apexes: Floats) -> list[float]:
    n = rng.uniform(0.65, 1, len(r))
    return [x for k in range(len(r)) for x in (r[k], _cpe(r[k], apexes[k], n[k]), n[k])]


def _tail(rng: np.random.Generator, total: float) -> list[float]:
    n = rng.uniform(0.45, 0.95)
    return [1 / (total * 10 ** rng.uniform(-1, 0.7) * OMEGA[-1] ** n), n]


def _chain(arcs: int, *, intercept: bool = True, tail: bool = False) -> Draw:
    def draw(rng: np.random.Generator, limits: Limits) -> list[float] | None:
        apexes, r = _apexes(rng, arcs, limits), _resistances(rng, arcs, intercept=intercept)
        if apexes is None or r is None:
            return None
        head = [r[0]] if intercept else []
        return head + _arcs(rng, r[1:], apexes) + (_tail(rng, float(r.sum())) if tail else [])

    return draw


def _capacitors(rng: np.random.Generator, limits: Limits) -> list[float] | None:
    apexes, r = _apexes(rng, 2, limits), _resistances(rng, 2)
    if apexes is None or r is None:
        return None
    return [r[0], r[1], _cpe(r[1], apexes[0], 1.0), r[2], _cpe(r[2], apexes[1], 1.0)]


def _randles(rng: np.random.Generator, limits: Limits) -> list[float] | None:
    r = _resistances(rng, 1)
    if r is None:
        return None
    n = rng.uniform(0.65, 1)
    apex = 10 ** rng.uniform(LOWEST + 1.5, HIGHEST)
    crossing = 2 * np.pi * apex * 10 ** -rng.uniform(*_finite(limits))
    return [r[0], _cpe(r[1], apex, n), n, r[1], 1 / (r[1] * np.sqrt(crossing))]


def _finite(limits: Limits) -> tuple[float, float]:
    """Distance in decades, never more than the band holds."""
    return limits.apart[0], min(limits.apart[1], 5.0)


def _with_layer(count: int, *, inductor: bool, blocking: bool) -> Draw:
    """`count` arcs and a diffusion layer at the low-frequency end."""

    def draw(rng: np.random.Generator, limits: Limits) -> list[float] | None:
        apexes, r = _apexes(rng, count + 1, limits), _resistances(rng, count + 1)
        if apexes is None or r is None:
            return None
        head = [10 ** rng.uniform(-7.5, -6)] if inductor else []
        b = np.sqrt(2.54 / (2 * np.pi * apexes[-1]))  # the arc of tanh(x)/x has its apex at omega B^2 = 2.54
        resistance = r[-1] / 3 if blocking else r[-1]
        return [*head, r[0], *_arcs(rng, r[1:-1], apexes), b / (resistance * (3 if blocking else 1)), b]

    return draw


def _gerischer(rng: np.random.Generator, limits: Limits) -> list[float] | None:
    apexes, r = _apexes(rng, 2, limits), _resistances(rng, 2)
    if apexes is None or r is None:
        return None
    k = 2 * np.pi * apexes[1] / np.sqrt(3)  # -Im 1/sqrt(k + j omega) is largest at omega = sqrt(3) k
    return [r[0], *_arcs(rng, r[1:2], apexes), 1 / (r[2] * np.sqrt(k)), k]


DRAWS: dict[str, Draw] = {
    MAIN: _chain(2, tail=True),
    "R(RQ)": _chain(1),
    "R(RC)(RC)": _capacitors,
    "R(RQ)(RQ)(RQ)": _chain(3),
    "R(Q(RW))": _randles,
    "LR(RQ)(RQ)O": _with_layer(2, inductor=True, blocking=False),
    "R(RQ)(RQ)T": _with_layer(2, inductor=False, blocking=True),
    "R(RQ)G": _gerischer,
    "(RQ)(RQ)Q": _chain(2, intercept=False, tail=True),
}
"""How the parameters of each circuit are drawn, in the order of its names."""
