"""Does a series stay on one branch: python branches.py SEED SERIES

Series of R(RQ)(RQ) and R(RQ)(RQ)Q whose first arc has its apex near the upper end of the band, so that about half of it
is seen, and whose parameters move by a per cent from spectrum to spectrum. A jump is a resistance that changes by more
than 3 standard errors plus 5 % between neighbours that differ by less than 3 %. Then a fall of R_Int from 101 to 33 ohm
in two steps, which the fits must follow.
"""

from __future__ import annotations

import sys

import numpy as np

from eisfit import Circuit, Series, SeriesFit, Spectrum, fit
from eisfit.tracking import consistent_arcs

FREQUENCY = np.logspace(6, -2, 57)
LENGTH = 24
NOISE = 0.003


def wandering(circuit: Circuit, rng: np.random.Generator) -> np.ndarray:
    """Parameters (LENGTH, P) of a series: courses of about a per cent per step, the first arc half in the band."""
    apex, n1 = 10 ** rng.uniform(5.7, 6.4), rng.uniform(0.75, 0.95)
    slow, n2 = 10 ** rng.uniform(0, 2.5), rng.uniform(0.7, 0.95)
    r = np.array([10.0, 10 ** rng.uniform(0.5, 1.3), 10 ** rng.uniform(1, 2)])
    q = [1 / (r[1] * (2 * np.pi * apex) ** n1), 1 / (r[2] * (2 * np.pi * slow) ** n2)]
    values = [r[0], r[1], q[0], n1, r[2], q[1], n2]
    if len(circuit.names) > len(values):
        values += [1 / (r.sum() * (2 * np.pi * FREQUENCY[-1]) ** 0.6), 0.6]
    steps = 0.01 * rng.standard_normal((LENGTH, len(values))).cumsum(axis=0)
    exponents = np.array([p.scale == "linear" for p in circuit.parameters])
    return np.array(values) * np.exp(np.where(exponents, 0.0, steps))


def fitted(circuit: Circuit, truth: np.ndarray, rng: np.random.Generator) -> SeriesFit:
    """The fits of a noisy series."""
    z = circuit.impedance(FREQUENCY, truth)
    z = z + NOISE * np.abs(z) * (rng.standard_normal(z.shape) + 1j * rng.standard_normal(z.shape))
    return consistent_arcs(fit(Series([Spectrum(FREQUENCY, row) for row in z]), circuit))


def jumps(fits: SeriesFit) -> int:
    """Places where a resistance jumps between neighbours that hardly differ."""
    z = np.array([s.impedance for s in fits.series])
    alike = np.sqrt(np.mean(np.abs(z[1:] / z[:-1] - 1) ** 2, axis=1)) < 0.03
    out = np.zeros(len(alike), dtype=bool)
    for name in fits.names:
        if name.startswith("R"):
            value, stderr = fits.column(name)
            size = np.minimum(value[1:], value[:-1])
            error = np.nan_to_num(np.hypot(stderr[1:], stderr[:-1]))
            out |= np.abs(np.diff(value)) > 3 * error + 0.05 * size
    return int((out & alike).sum())


def main() -> None:
    """Print the jumps of every kind of series, and how far a fall of R_Int is followed."""
    seed, count = int(sys.argv[1]), int(sys.argv[2])
    for text in ("R(RQ)(RQ)", "R(RQ)(RQ)Q"):
        circuit = Circuit(text)
        found = []
        for k in range(count):
            rng = np.random.default_rng((seed, k))
            found.append(jumps(fitted(circuit, wandering(circuit, rng), rng)))
        torn = np.array(found)
        print(f"{text:12} {count} series of {LENGTH}: {torn.sum()} jumps in {(torn > 0).sum()} of them", flush=True)
    circuit, rng = Circuit("R(RQ)(RQ)Q"), np.random.default_rng(seed)
    r_int = np.array([101, 101, 67, 33, 36, 40, 48, 66])
    truth = np.tile([22, 14, 6e-8, 0.9, 60, 3e-3, 0.8, 0.4, 0.6], (len(r_int), 1))
    truth[:, 4] = r_int
    fits = fitted(circuit, truth, rng)
    value, stderr = fits.column("R3")
    print("R_Int true", r_int.tolist(), "fitted", np.round(value, 1).tolist(), "+-", np.round(stderr, 1).tolist())


if __name__ == "__main__":
    main()
