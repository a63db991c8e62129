"""Studies made by hand for tests of figures and reports: simulated spectra, fits one Gauss-Newton step from the truth.

The numbers are synthetic; the course of R_Int follows the silicon half cell of Cao et al. (2022),
10.1002/adma.202200401: 101 to 33 to 66 ohm on discharge, then 28 to 42 to 148 ohm on charge.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np

from eisfit.circuit import Circuit
from eisfit.fitting.result import FitOptions, SeriesFit
from eisfit.fitting.status import FitStatus
from eisfit.quality.screening import screen
from eisfit.spectrum import Cell, Conditions, Note, Record, Series, Source, Spectrum
from eisfit.study import Options, Study
from eisfit.tracking import track

TEXT = "R_{SE,bulk}(R_{GB}Q_{GB})(R_{Int}Q_{Int})Q_{D}"
TRUTH = np.array([22.0, 14.0, 6e-8, 0.9, 60.0, 3e-3, 0.8, 0.4, 0.6])
FREQUENCY = np.logspace(6, -2, 57)
NOISE = 0.004
OF_A_LEAK = [0.403, 0.118, 6.2, 1, 0.048, 11.5, 1, 33, 0.888]
"""What a leak of 15 ohm beside the cell does to the parameters of the circuit, to 0.01 % of |Z|."""


@dataclass(frozen=True)
class Kind:
    """What the study is about."""

    n: int = 12
    directions: bool = True
    soc: bool = True
    record: bool = True
    failed: Collection[int] = ()
    shorts: Collection[int] = ()
    name: str = "Si half cell 07"
    type: str = "half"
    geometry: bool = True
    skipped: int = 0
    scale: float = 1.0


def make_study(**kind: Any) -> Study:
    """A study of `n` spectra; one that was asked for before is that one, for nothing changes it."""
    return _made(Kind(**{name: v if isinstance(v, str | int | float) else tuple(v) for name, v in kind.items()}))


@cache
def _made(k: Kind) -> Study:
    rng = np.random.default_rng(k.n)
    circuit = Circuit(TEXT, title="Solid electrolyte, grain boundary, interfaces, diffusion")
    truth = _truth(k, rng)
    quality = screen(_series(k, circuit, truth, rng))
    fits = _fits(k, circuit, quality.series, truth)
    tracked = track(fits, "soc" if k.soc else "index", quality=quality)
    return Study(
        series=quality.series,
        quality=quality,
        fits=fits,
        track=tracked,
        options=Options(
            circuit="assb",
            used={"weighting": "modulus", "f_min": None, "inductance": "auto"},
            command="eisfit fit si-half-cell -c assb",
            versions={"eisfit": "0.1.0", "numpy": "2.4.6", "scipy": "1.17.1"},
        ),
        decisions=(
            "The axis is the state of charge: the cycling record gives it for every spectrum.",
            *tracked.decisions,
        ),
    )


def _truth(k: Kind, rng: np.random.Generator) -> np.ndarray:
    half = (k.n + 1) // 2
    r_int = np.interp(np.arange(half), [0, 0.3 * half, max(half - 1, 1)], [101, 33, 66])
    r_int = np.r_[r_int, np.interp(np.arange(k.n - half), [0, 0.5 * half, max(half - 1, 1)], [28, 42, 148])]
    truth = np.tile(TRUTH, (k.n, 1))
    truth[:, :2] *= 1 + 0.01 * rng.standard_normal((k.n, 2))
    truth[:, 4] = r_int
    truth *= np.where([letter in (0, 1, 4) for letter in range(9)], k.scale, 1.0)
    truth[:, [2, 5, 7]] /= k.scale
    for i in k.shorts:
        truth[i] *= OF_A_LEAK
    return truth


def _series(k: Kind, circuit: Circuit, truth: np.ndarray, rng: np.random.Generator) -> Series:
    z = circuit.impedance(FREQUENCY, truth)
    z = z + NOISE * np.abs(z) * (rng.standard_normal(z.shape) + 1j * rng.standard_normal(z.shape))
    spectra = []
    for i in range(k.n):
        source = Source(
            path=f"data/{k.name}_{i // 8:02d}_PEIS_C01.mpt", reader="eclab", sweep=i % 8, sha256=f"{i // 8:064x}"
        )
        spectrum = Spectrum(
            FREQUENCY,
            z[i],
            conditions=_conditions(k, i),
            label=f"{k.name}_{i // 8:02d}_PEIS #{i % 8 + 1}",
            source=source,
        )
        if i % 3 == 0:
            spectrum = spectrum.masked(np.arange(len(FREQUENCY)) == 2, "Kramers-Kronig residual above 4 sigma")
        spectra.append(spectrum)
    cell = Cell(
        name=k.name,
        type=k.type,
        area_cm2=1.267 if k.geometry else None,
        thickness_um=850.0 if k.geometry else None,
        mass_mg=2.0 if k.geometry else None,
        temperature_C=25.0 if k.geometry else None,
    )
    notes = [Note("skipped", f"data/broken_{j:02d}.mpt", "the column freq/Hz is missing") for j in range(k.skipped)]
    return Series(spectra, cell=cell, record=_record(k) if k.record else None, notes=notes)


def _conditions(k: Kind, i: int) -> Conditions:
    half = (k.n + 1) // 2
    down = i < half
    share = i / max(half - 1, 1) if down else (i - half) / max(k.n - half - 1, 1)
    return Conditions(
        time_s=3600.0 * i,
        timestamp="2024-05-06T10:00:00" if i == 0 else None,
        potential_V=(0.6 - 0.55 * share if down else 0.15 + 0.6 * share) if k.record else None,
        soc=(1 - share if down else share) if k.soc else None,
        direction=(("discharge" if down else "charge") if k.directions else None),
        cycle=1 if k.directions else None,
    )


def _record(k: Kind) -> Record:
    t = np.linspace(0, 3600.0 * k.n, 400 * min(k.n, 25))
    half = 3600.0 * ((k.n + 1) // 2)
    current = np.where(t < half, -3.2e-4, 3.2e-4) * ((t % 3600) < 1800)
    potential = 0.3 + 0.2 * np.cos(np.pi * t / half) + 60 * current
    return Record(t, potential, current, np.cumsum(current) * (t[1] - t[0]) / 3.6, (t > half).astype(np.int64))


def _fits(k: Kind, circuit: Circuit, series: Series, truth: np.ndarray) -> SeriesFit:
    values, covariance, cost, rms = [], [], [], []
    for spectrum, p in zip(series, truth, strict=True):
        w = spectrum.used / np.abs(spectrum.impedance)
        jacobian = (circuit.jacobian(spectrum.frequency, p) * w[:, None]).view(np.float64)
        jacobian = np.concatenate([jacobian[:, ::2], jacobian[:, 1::2]])
        dz = (spectrum.impedance - circuit.impedance(spectrum.frequency, p)) * w
        inverse = np.linalg.inv(jacobian.T @ jacobian)
        values.append(p + inverse @ jacobian.T @ np.r_[dz.real, dz.imag])
        left = (spectrum.impedance - circuit.impedance(spectrum.frequency, values[-1])) * w
        cost.append(np.sum(np.abs(left) ** 2))
        covariance.append(inverse * cost[-1] / (2 * spectrum.used.sum() - 9))
        rms.append(np.sqrt(cost[-1] / (2 * spectrum.used.sum())))
    status = [FitStatus.CONVERGED] * k.n
    for i in k.failed:
        values[i], covariance[i], cost[i], rms[i] = np.full(9, np.nan), np.full((9, 9), np.nan), np.nan, np.nan
        status[i] = FitStatus.NON_FINITE
    ones = np.ones(k.n, np.int64)
    return SeriesFit(
        circuit=circuit,
        values=np.array(values),
        covariance=np.array(covariance),
        cost=np.array(cost),
        status=tuple(status),
        n_iterations=9 * ones,
        points_used=np.array([int(s.used.sum()) for s in series]),
        at_bound=np.zeros((k.n, 9), bool),
        agreement=3 * ones,
        starts=3 * ones,
        rms=np.array(rms),
        options=FitOptions(),
        series=series,
    )
