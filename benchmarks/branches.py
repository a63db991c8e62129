"""Does a series stay on one branch: python branches.py SEED SERIES [KIND ...]

Series of 24 spectra whose parameters move by a per cent from one to the next, in kinds that tempt a fit to go over to
another description: the first arc half in the band, or moving out of it; two arcs that pass through each other in
resistance, or in time constant; a resistance in series that falls to nothing beside an arc at the end of the band; a
cable, plain or lossy, beside such an arc. A jump is a resistance that changes by more than 3 standard errors plus 5 %
between neighbours that differ by less than 3 %, more than its truth does; it is said where a flag stands on one of the
two spectra. Then a fall of R_Int from 101 to 33 ohm in two steps, which the fits must follow.
"""

from __future__ import annotations

import sys
from collections.abc import Callable

import numpy as np

from eisfit import Circuit, Series, SeriesFit, Spectrum, fit, track
from eisfit.tracking import consistent_arcs

Floats = np.ndarray
FREQUENCY = np.logspace(6, -2, 57)
LENGTH = 24
NOISE = 0.003
SAID = ("jump", "uncertain_minimum", "not_converged", "crossed_arcs", "merged_arcs", "vanished_arc", "unresolved")


def course(start: float, end: float) -> Floats:
    """Even steps of a logarithm along the series."""
    return np.geomspace(start, end, LENGTH)


def cpe(r: Floats, apex: Floats, n: float) -> Floats:
    """Q of an arc."""
    return 1 / (r * (2 * np.pi * apex) ** n)


def two_arcs(r: list[Floats], apex: list[Floats], rng: np.random.Generator, *more: Floats) -> Floats:
    """Parameters (LENGTH, P) of R(RQ)(RQ) and what follows, with a per cent of wandering in all but the exponents."""
    n = [rng.uniform(0.75, 0.95), rng.uniform(0.7, 0.95)]
    flat = [np.full(LENGTH, x) for x in n]
    arcs = [x for k in (0, 1) for x in (r[k + 1], cpe(r[k + 1], apex[k], n[k]), flat[k])]
    values = np.stack([np.broadcast_to(x, LENGTH) for x in (r[0], *arcs, *more)], axis=1)
    steps = 0.005 * rng.standard_normal((LENGTH, values.shape[1])).cumsum(axis=0)
    steps[:, [3, 6]] = 0.0
    return values * np.exp(steps)


def usual(rng: np.random.Generator) -> tuple[list[Floats], Floats, Floats]:
    """Resistances of the intercept and of two arcs, and the apexes of the arcs."""
    r = [10.0, 10 ** rng.uniform(0.5, 1.3), 10 ** rng.uniform(1, 2)]
    return [np.array(x) for x in r], np.array(10 ** rng.uniform(5.7, 6.4)), np.array(10 ** rng.uniform(0, 2.5))


def half_in_the_band(rng: np.random.Generator) -> Floats:
    r, fast, slow = usual(rng)
    return two_arcs(r, [fast, slow], rng)


def out_of_the_band(rng: np.random.Generator) -> Floats:
    r, _, slow = usual(rng)
    return two_arcs(r, [course(10 ** rng.uniform(4.8, 5.3), 10 ** rng.uniform(6.3, 7.0)), slow], rng)


def crossing_resistances(rng: np.random.Generator) -> Floats:
    r, _, _ = usual(rng)
    apart = 10 ** rng.uniform(0.8, 1.5)
    slow = 10 ** rng.uniform(1, 3)
    return two_arcs([r[0], course(10, 40), course(40, 10)], [np.array(slow * apart), np.array(slow)], rng)


def crossing_times(rng: np.random.Generator) -> Floats:
    r, _, _ = usual(rng)
    middle, reach = 10 ** rng.uniform(1.5, 3), 10 ** rng.uniform(1.0, 1.6)
    r1, r2 = 10 ** rng.uniform(1, 1.5), 10 ** rng.uniform(1.6, 2)
    apexes = [course(middle * reach, middle / reach**0.6), course(middle / reach, middle * reach**0.6)]
    return two_arcs([r[0], np.array(r1), np.array(r2)], apexes, rng)


def vanishing_intercept(rng: np.random.Generator) -> Floats:
    r, fast, slow = usual(rng)
    return two_arcs([course(10, 0.05), r[1], r[2]], [fast, slow], rng)


def cable(rng: np.random.Generator) -> Floats:
    r, fast, slow = usual(rng)
    lead = np.full(LENGTH, 10 ** rng.uniform(-6.7, -6.0))
    values = two_arcs(r, [fast / 3, slow], rng)
    return np.column_stack([lead, values])


def lossy_cable(rng: np.random.Generator) -> Floats:
    r, fast, slow = usual(rng)
    n, omega = rng.uniform(0.7, 0.95), 2 * np.pi * FREQUENCY[0]
    lead = np.full(LENGTH, 10 ** rng.uniform(0, 0.8) / omega**n)
    values = two_arcs(r, [fast / 3, slow], rng)
    return np.column_stack([lead, np.full(LENGTH, n), values])


def tail(rng: np.random.Generator) -> Floats:
    r, fast, slow = usual(rng)
    height = 1 / (sum(r) * (2 * np.pi * FREQUENCY[-1]) ** 0.6)
    return two_arcs(r, [fast, slow], rng, np.array(height), np.array(0.6))


KINDS: dict[str, tuple[str, Callable[[np.random.Generator], Floats]]] = {
    "first arc half in the band": ("R(RQ)(RQ)", half_in_the_band),
    "the same with a tail": ("R(RQ)(RQ)Q", tail),
    "first arc moving out": ("R(RQ)(RQ)", out_of_the_band),
    "resistances that cross": ("R(RQ)(RQ)", crossing_resistances),
    "time constants that cross": ("R(RQ)(RQ)", crossing_times),
    "intercept falling to nothing": ("R(RQ)(RQ)", vanishing_intercept),
    "cable beside the first arc": ("LR(RQ)(RQ)", cable),
    "lossy cable beside it": ("LaR(RQ)(RQ)", lossy_cable),
}


def fitted(circuit: Circuit, truth: Floats, rng: np.random.Generator) -> SeriesFit:
    """The fits of a noisy series."""
    z = circuit.impedance(FREQUENCY, truth)
    z = z + NOISE * np.abs(z) * (rng.standard_normal(z.shape) + 1j * rng.standard_normal(z.shape))
    return consistent_arcs(fit(Series([Spectrum(FREQUENCY, row) for row in z]), circuit))


def jumps(fits: SeriesFit, truth: Floats) -> tuple[int, int]:
    """Places where a resistance jumps between neighbours that hardly differ, and how many of them no flag marks."""
    z = np.array([s.impedance for s in fits.series])
    alike = np.sqrt(np.mean(np.abs(z[1:] / z[:-1] - 1) ** 2, axis=1)) < 0.03
    out = np.zeros(len(alike), dtype=bool)
    for k, name in enumerate(fits.names):
        if name.startswith("R"):
            value, stderr = fits.column(name)
            size = np.minimum(value[1:], value[:-1])
            error = np.nan_to_num(np.hypot(stderr[1:], stderr[:-1]))
            allowed = 3 * error + 0.05 * size + np.abs(np.diff(truth[:, k]))
            out |= np.abs(np.diff(value)) > allowed
    flags = [any(flag.startswith(SAID) for flag in of_one) for of_one in track(fits).flags]
    said = np.array(flags[1:]) | np.array(flags[:-1])
    return int((out & alike).sum()), int((out & alike & ~said).sum())


def main() -> None:
    """Print the jumps of every kind of series, and how far a fall of R_Int is followed."""
    seed, count = int(sys.argv[1]), int(sys.argv[2])
    for kind, (text, drawn) in KINDS.items():
        if len(sys.argv) > 3 and not any(word in kind for word in sys.argv[3:]):
            continue
        circuit, found = Circuit(text), []
        for k in range(count):
            rng = np.random.default_rng((seed, k))
            truth = drawn(rng)
            found.append(jumps(fitted(circuit, truth, rng), truth))
        torn, unsaid = np.array(found).T
        said = f"{torn.sum()} jumps in {(torn > 0).sum()} of them, {unsaid.sum()} without a flag"
        print(f"{kind:30} {text:12} {count} series of {LENGTH}: {said}", flush=True)
    circuit, rng = Circuit("R(RQ)(RQ)Q"), np.random.default_rng(seed)
    r_int = np.array([101, 101, 67, 33, 36, 40, 48, 66])
    truth = np.tile([22, 14, 6e-8, 0.9, 60, 3e-3, 0.8, 0.4, 0.6], (len(r_int), 1))
    truth[:, 4] = r_int
    fits = fitted(circuit, truth, rng)
    value, stderr = fits.column("R3")
    print("R_Int true", r_int.tolist(), "fitted", np.round(value, 1).tolist(), "+-", np.round(stderr, 1).tolist())


if __name__ == "__main__":
    main()
