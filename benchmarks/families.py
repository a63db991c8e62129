"""Families of spectra for the search of the right minimum: many circuits, grids and kinds of noise, from a seed.

Truths are drawn for any circuit from the units of its parameters: a resistance and a time constant per element give its
value. A spectrum belongs to the class of the Cramer-Rao standard deviation of its worst parameter: no method finds the
minimum where a parameter is not in the data, and any does where all are known.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np

from eisfit import Circuit
from eisfit.fitting.dimensions import dimension
from eisfit.tree import InSeries, Leaf, Node

Floats = np.ndarray
CLASSES = ((0.0, 0.05), (0.05, 0.3), (0.3, 1.0))
"""Cramer-Rao standard deviation of the worst parameter, relative: from, to."""
BAND = np.logspace(6, -2, 61)


def stepped(steps: tuple[float, ...], high: float = 1e6, low: float = 1e-2) -> Floats:
    """Frequencies at these mantissas of every decade, as a knob with fixed positions gives them."""
    decades = np.arange(np.floor(np.log10(low)), np.ceil(np.log10(high)) + 1)
    f = (np.array(steps)[None] * 10 ** decades[:, None]).ravel()
    return np.sort(f[(f >= low * 0.999) & (f <= high * 1.001)])[::-1]


def joined(*pieces: Floats) -> Floats:
    """Pieces of a grid in one, falling, each frequency once."""
    return np.unique(np.concatenate(pieces))[::-1]


GRIDS: dict[str, Floats] = {
    "1-2-5": stepped((1, 2, 5)),
    "1-2-3-5-8": stepped((1, 2, 3, 5, 8)),
    "1-1.5-2-3-5-7": stepped((1, 1.5, 2, 3, 5, 7)),
    "10 per decade": np.logspace(6, -2, 81),
    "6 per decade": np.logspace(6, -2, 49),
    "20 per decade": np.logspace(6, -2, 161),
    "300 points": np.logspace(6, -2, 300),
    "15 points": np.logspace(6, -2, 15),
    "dense above, thin below": joined(np.logspace(6, 2, 81), np.logspace(2, -2, 17)),
    "two gaps": joined(np.logspace(6, 3.4, 27), np.logspace(2.6, 0.4, 23), np.logspace(-0.4, -2, 17)),
}


@dataclass(frozen=True, slots=True, eq=False)
class Family:
    """How truths are drawn and what is measured of them.

    apart: least distance of time constants in decades, most if it is a pair; n: range of exponents; apex: range of
    log10 of the apex frequencies in Hz; noise: share of |Z|; floor: constant noise as a share of the largest |Z|; size:
    ohm; smallest: least share of an arc in the sum of the resistances.
    """

    circuit: str
    frequency: Floats = field(default_factory=lambda: BAND)
    apart: tuple[float, float] = (1.2, 9.0)
    n: tuple[float, float] = (0.65, 1.0)
    apex: tuple[float, float] = (-1.5, 5.5)
    noise: float = 0.003
    floor: float = 0.0
    size: float = 100.0
    smallest: float = 0.03


MAIN = "R(RQ)(RQ)Q"
FAMILIES: dict[str, Family] = {
    "main": Family(MAIN),
    "arcs 0.5 apart": Family(MAIN, apart=(0.5, 0.9)),
    "first arc at the upper end": Family(MAIN, apex=(2.0, 6.7), apart=(3.5, 9.0)),
    "last arc at the lower end": Family(MAIN, apex=(-2.7, 2.5), apart=(3.0, 9.0)),
    "n near 1": Family(MAIN, n=(0.97, 1.0)),
    "n near 0.4": Family(MAIN, n=(0.35, 0.5)),
    "a small arc": Family(MAIN, smallest=0.005),
    "constant noise": Family(MAIN, floor=0.003),
    "noise 0.01 %": Family(MAIN, noise=1e-4),
    "noise 1 %": Family(MAIN, noise=0.01),
    "noise 3 %": Family(MAIN, noise=0.03),
    "15 points": Family(MAIN, frequency=GRIDS["15 points"]),
    "1-2-3-5-8": Family(MAIN, frequency=GRIDS["1-2-3-5-8"]),
    "300 points": Family(MAIN, frequency=GRIDS["300 points"]),
    "100 kHz to 1 Hz": Family(MAIN, frequency=np.logspace(5, 0, 41), apex=(0.3, 4.7)),
    "three decades": Family("R(RQ)(RQ)", frequency=np.logspace(4, 1, 31), apex=(1.2, 3.8), apart=(0.8, 9.0)),
    "ceramic": Family("(RQ)(RQ)Q", size=1e9),
    "milliohm": Family("LR(RQ)(RQ)Q", size=1e-3),
    "three arcs": Family("R(RQ)(RQ)(RQ)", apart=(0.6, 9.0)),
    "three arcs and a tail": Family("R(RQ)(RQ)(RQ)Q", apart=(0.6, 9.0)),
    "three arcs, a tail, a cable": Family("LR(RQ)(RQ)(RQ)Q"),
    "four arcs": Family("R(RQ)(RQ)(RQ)(RQ)", apart=(1.0, 9.0)),
    "R(RC)(RC)(RC)": Family("R(RC)(RC)(RC)", apart=(0.7, 9.0)),
    "Randles": Family("R(Q[RW])"),
    "nested": Family("R(Q[R(RQ)])"),
    "ladder": Family("R(Q[R(Q[R(RQ)])])"),
    "Maxwell": Family("R(CR[RC])"),
    "Gerischer": Family("R(RQ)G"),
    "fractal Gerischer": Family("R(RQ)Gs"),
    "Gerischer and two arcs": Family("LR(RQ)(RQ)G"),
    "blocking layer": Family("R(RQ)(RQ)T"),
    "blocking layer, lossy cable": Family("LaR(RQ)(RQ)T"),
    "open layer": Family("R(RQ)(RQ)O"),
    "porous": Family("R(RQ)M"),
    "Havriliak-Negami": Family("R(RQ)H"),
    "porous, finite": Family("RTp"),
}


OTHERS: dict[str, Family] = {
    circuit: Family(circuit)
    for circuit in (
        "R(RQ)Q",
        "RHQ",
        "R(RC)(RC)W",
        "LR(RQ)(RQ)O",
        "LR(RQ)(RQ)T",
        "R(RQ)(RQ)W",
        "R(C[RW])",
        "R(Q[RG])",
        "R(RQ)(Q[RW])",
        "RZZ",
        "RZZQ",
        "RKKK",
        "RMM",
        "LRM",
        "RTpQ",
        "RGG",
        "(RQ)(RQ)(RQ)",
        "LaR(RQ)",
        "R(RC)Gs",
        "R(RQ)O",
    )
}
"""Circuits on which nothing was tried before they were measured."""


@dataclass(frozen=True, slots=True, eq=False)
class FamilySet:
    """truth (N, P), impedance (N, F), deviation (N,): Cramer-Rao, of the worst parameter, relative."""

    family: Family
    circuit: Circuit
    truth: Floats
    impedance: Floats
    deviation: Floats


def family_set(family: Family, n: int, seed: int, *, known_to: float = CLASSES[-1][1]) -> FamilySet:
    """n spectra of a family whose worst parameter can be known to a share."""
    rng, circuit = np.random.default_rng(seed), Circuit(family.circuit)
    truths: list[Floats] = []
    deviations: list[Floats] = []
    while sum(map(len, truths)) < n:
        truth = drawn(circuit, family, rng, 40 * n)
        deviation = worst_deviation(circuit, family, truth)
        keep = deviation <= known_to
        truths.append(truth[keep])
        deviations.append(deviation[keep])
    truth = np.concatenate(truths)[:n]
    z = circuit.impedance(family.frequency, truth)
    size = sigma(family, z)
    noisy = z + size * (rng.standard_normal(z.shape) + 1j * rng.standard_normal(z.shape))
    return FamilySet(family, circuit, truth, noisy, np.concatenate(deviations)[:n])


def sigma(family: Family, z: Floats) -> Floats:
    """Standard deviation of Re and Im of impedances z (N, F)."""
    return np.hypot(family.noise * np.abs(z), family.floor * np.abs(z).max(axis=1, keepdims=True))


def worst_deviation(circuit: Circuit, family: Family, truth: Floats) -> Floats:
    """Cramer-Rao standard deviation of the worst parameter, relative, (N,); infinite where one is not in the data."""
    z = circuit.impedance(family.frequency, truth)
    j = circuit.jacobian(family.frequency, truth) * truth[:, None, :] / sigma(family, z)[:, :, None]
    stacked = np.concatenate([j.real, j.imag], axis=1)
    information = stacked.swapaxes(1, 2) @ stacked
    size = np.sqrt(np.maximum(np.diagonal(information, axis1=1, axis2=2), 1e-300))
    unit = information / (size[:, :, None] * size[:, None, :])
    sound = np.isfinite(unit).all(axis=(1, 2))
    eigenvalue, vector = np.linalg.eigh(np.where(sound[:, None, None], unit, np.eye(unit.shape[1])))
    variance = np.einsum("nij,nj->ni", vector**2, 1 / np.maximum(eigenvalue, 1e-13)) / size**2
    return np.where(sound, np.sqrt(variance).max(axis=1), np.inf)


def drawn(circuit: Circuit, family: Family, rng: np.random.Generator, n: int) -> Floats:
    """n sets of parameters (N, P) of a circuit."""
    root = circuit.root
    blocks: tuple[Node, ...] = root.children if isinstance(root, InSeries) else (root,)
    relaxing = [block for block in blocks if _relaxes(block)]
    ln_tau = _time_constants(family, rng, n, len(relaxing))
    share = np.exp(rng.uniform(np.log(family.smallest), 0, (n, len(relaxing) + 1)))
    r = family.size * share / share.sum(axis=1, keepdims=True)
    columns: list[Floats] = []
    for block in blocks:
        if block in relaxing:
            k = relaxing.index(block)
            columns += _relaxation(block, r[:, k + 1], ln_tau[:, k], family, rng)
        else:
            columns += _end(block, r, family, rng)
    return np.stack(columns, axis=1)


def _time_constants(family: Family, rng: np.random.Generator, n: int, count: int) -> Floats:
    """ln tau (N, count), rising, neighbours as far apart as the family says."""
    low, high = family.apex
    least, most = family.apart
    room = max(high - low - least * max(count - 1, 0), 0.1)
    decades = np.sort(rng.uniform(0, room, (n, count)), axis=1) + least * np.arange(count)
    if count == 2 and most < high - low:
        decades[:, 1] = decades[:, 0] + rng.uniform(least, most, n)
    return -np.log(2 * np.pi * 10 ** (high - decades))


def _relaxes(block: Node) -> bool:
    return not isinstance(block, Leaf) or block.element.symbol not in {"R", "L", "La", "Q", "C", "W"}


def _relaxation(block: Node, r: Floats, ln_tau: Floats, family: Family, rng: np.random.Generator) -> Iterator[Floats]:
    """Parameters of a block of resistance r (N,) and time constant; further elements inside it are slower."""
    slower = 0.0
    for place, leaf in enumerate(block.leaves()):
        if place and leaf.element.symbol != "R" and not isinstance(block, Leaf) and len(list(block.leaves())) > 2:
            slower = slower + rng.uniform(0.7, 1.5, len(r)) * np.log(10)
        inner = r if len(list(block.leaves())) <= 2 else r * 10 ** rng.uniform(-0.5, 0.5, len(r))
        yield from _leaf(leaf, inner, ln_tau + slower, family, rng)


def _leaf(leaf: Leaf, r: Floats, ln_tau: Floats, family: Family, rng: np.random.Generator) -> list[Floats]:
    """Parameters of an element from a resistance and a time constant, by their units."""
    values: dict[str, Floats] = {}
    exponent = np.ones(len(r))
    for p in leaf.element.params:
        d = dimension(p.unit)
        if d.alpha or d.timely:
            continue
        if p.scale == "log":
            values[p.name] = 10 ** rng.uniform(-0.5, 0.5, len(r))
        else:
            low, high = family.n if p.lower > 0 else (0.2, 0.8)
            values[p.name] = rng.uniform(max(low, p.lower), min(high, p.upper), len(r))
        exponent = values[p.name] if p.name == "n" else exponent
    for p in leaf.element.params:
        d = dimension(p.unit)
        if d.alpha or d.timely:
            values[p.name] = r**d.alpha * np.exp((d.beta + d.beta_n * exponent) * ln_tau)
    return [values[p.name] for p in leaf.element.params]


def _end(block: Node, r: Floats, family: Family, rng: np.random.Generator) -> list[Floats]:
    """Parameters of an intercept, a cable at the upper end of the band, or a tail at its lower end."""
    total, omega = r.sum(axis=1), 2 * np.pi * family.frequency
    assert isinstance(block, Leaf)
    if block.element.symbol == "R":
        return [r[:, 0]]
    cable = block.element.symbol in {"L", "La"}
    height = total * 10 ** (rng.uniform(-1.5, -0.3, len(r)) if cable else rng.uniform(-1, 0.5, len(r)))
    at = np.full(len(r), -np.log(omega.max() if cable else omega.min()))
    return _leaf(block, height, at, family, rng)
