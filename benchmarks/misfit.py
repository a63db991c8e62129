"""Is a circuit that misses found, and a right one left alone: the flag `misfit` over many families of spectra.

    python benchmarks/misfit.py [--each 60] [--seed 2] [--only wrong]

Right: each family fitted with its own circuit, at 0.1, 0.3 and 1 % noise of |Z| and, in some, a constant part in ohm.
Wrong: fitted with a circuit that lacks an arc, a constant phase element or a finite diffusion, with noise of half the
rms of what that circuit leaves of the noiseless spectrum, where this is 0.1 to 1 %. The limits are the defaults.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from dataclasses import replace

import numpy as np
from families import FAMILIES, Family, drawn, family_set

from eisfit import Circuit, Series, Spectrum, fit, fit_batch, track

Floats = np.ndarray
LEAD = Family("LR(RQ)(RQ)Q")
RIGHT = (
    "main",
    "1-2-3-5-8",
    "15 points",
    "100 kHz to 1 Hz",
    "constant noise",
    "three arcs and a tail",
    "Randles",
    "Gerischer",
    "blocking layer",
    "open layer",
    "lead",
)
NOISE = (0.001, 0.003, 0.01)
WRONG = (
    ("main", "R(RQ)Q"),
    ("main", "R(RC)(RC)Q"),
    ("three arcs", "R(RQ)(RQ)"),
    ("three arcs and a tail", "R(RQ)(RQ)Q"),
    ("Gerischer", "R(RQ)(RQ)"),
    ("blocking layer", "R(RQ)(RQ)Q"),
    ("open layer", "R(RQ)(RQ)Q"),
    ("100 kHz to 1 Hz", "R(RQ)Q"),
    ("constant noise", "R(RQ)Q"),
    ("lead", "R(RQ)(RQ)Q"),
)
WITHIN = 0.001, 0.01
"""Range of the noise of wrong fits."""


def flagged(frequency: Floats, z: Floats, circuit: Circuit | str) -> np.ndarray:
    """Which spectra carry the flag, (N,); each is fitted by itself, not along a series."""
    series = Series([Spectrum(frequency, row) for row in z])
    fits = fit(series, circuit, start=fit_batch(frequency, z, circuit).values)
    out = np.zeros(len(z), bool)
    out[list(track(fits).flagged("misfit"))] = True
    return out


def right(each: int, seed: int) -> Iterator[tuple[str, np.ndarray]]:
    """Families fitted with their own circuit."""
    for k, name in enumerate(RIGHT):
        for noise in NOISE:
            family = replace(FAMILIES.get(name, LEAD), noise=noise)
            if name == "constant noise":
                family = replace(family, floor=0.3 * noise)
            data = family_set(family, each, 100 * seed + k)
            yield f"{name}, {noise:.1%}", flagged(family.frequency, data.impedance, data.circuit)


def wrong(each: int, seed: int) -> Iterator[tuple[str, np.ndarray]]:
    """Families fitted with a circuit that leaves twice the noise."""
    for k, (name, text) in enumerate(WRONG):
        family = FAMILIES.get(name, LEAD)
        circuit, rng = Circuit(family.circuit), np.random.default_rng((seed, k))
        z = circuit.impedance(family.frequency, drawn(circuit, family, rng, 3 * each))
        fits = fit_batch(family.frequency, z, text)
        left = np.abs(fits.circuit.impedance(family.frequency, fits.values) / z - 1)
        noise = np.sqrt((left**2).mean(axis=1) / 2) / 2
        kept = np.flatnonzero((noise > WITHIN[0]) & (noise < WITHIN[1]))[:each]
        z, size = z[kept], noise[kept, None] * np.abs(z[kept])
        yield (
            f"{name} by {text}",
            flagged(
                family.frequency, z + size * (rng.standard_normal(z.shape) + 1j * rng.standard_normal(z.shape)), text
            ),
        )


def main() -> None:
    """Print how often the flag stands."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--each", type=int, default=60)
    parser.add_argument("--seed", type=int, default=2)
    parser.add_argument("--only", choices=("right", "wrong"))
    asked = parser.parse_args()
    for said, kind in (("right circuit", right), ("wrong circuit", wrong)):
        if asked.only and not said.startswith(asked.only):
            continue
        all_: list[np.ndarray] = []
        for name, flags in kind(asked.each, asked.seed):
            print(f"    {name:36s} {int(flags.sum()):4d} of {len(flags)}", flush=True)
            all_.append(flags)
        total = np.concatenate(all_)
        print(f"{said}: misfit in {int(total.sum())} of {len(total)}, {total.mean():.2%}", flush=True)


if __name__ == "__main__":
    main()
