"""eisfit alone on everything that its engine should be able to do: python engine.py SEED SCALE (run.py --engine)."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable

import numpy as np
from judge import AT_OPTIMUM, calibrated, costs
from reference import reference
from scipy.interpolate import PchipInterpolator
from synthetic import (
    DRAWS,
    FREQUENCY,
    MAIN,
    OMEGA,
    Floats,
    SyntheticSet,
    cold,
    hard,
    noisy,
    operando,
    outliers,
    repeats,
)
from worker import peak_memory

from eisfit import Series, Spectrum, fit, fit_batch
from eisfit.fitting.inductance import inductance_needed, with_inductor
from eisfit.fitting.smooth import smooth

STARTS = 200
"""Random starts per spectrum of the hard set, beside the truth, from which its reference is the best."""


def report_engine(seed: int, scale: float) -> None:
    """Print every measurement; `scale` multiplies the sizes of the sets."""
    for text in DRAWS:
        data = cold(int(1000 * scale), seed, text)
        shown(f"cold {text}", data, reference(data)[1])
    data = hard(int(200 * scale), seed)
    shown("hard: arcs 0.5 to 1.5 decades apart, 1 % noise", data, hard_reference(data, seed))
    data = operando(200, seed)
    shown("operando, spectrum by spectrum", data, reference(data)[1])
    errors(int(2000 * scale), seed)
    robust(int(1000 * scale), seed)
    smoothness(seed)
    inductance(int(50 * scale), seed)
    long_series((1000, 10_000), seed)


def timed(work: Callable[[], object]) -> tuple[object, float]:
    """What `work` gives, and its CPU time in seconds."""
    begin = time.process_time()
    found = work()
    return found, time.process_time() - begin


def shown(title: str, data: SyntheticSet, best: Floats) -> None:
    """Share at the optimum, and time, of a fit without start values."""
    found, cpu = timed(lambda: fit_batch(FREQUENCY, data.impedance, data.circuit))
    share = np.mean(costs(data, found.values) <= AT_OPTIMUM * best)
    print(f"{title:50}{len(data):6} spectra: {100 * share:6.2f} % at the optimum, {1e3 * cpu / len(data):.3g} ms each")


def hard_reference(data: SyntheticSet, seed: int) -> Floats:
    """The lowest cost reached from the truth and from many random starts, (N,)."""
    rng = np.random.default_rng(seed)
    _, best = reference(data)
    best = best.copy()
    for i, z in enumerate(data.impedance):
        start = random_starts(rng, np.abs(z).max())
        found = fit_batch(FREQUENCY, np.tile(z, (STARTS, 1)), data.circuit, start=start)
        best[i] = min(best[i], np.nanmin(found.cost))
    return best


def random_starts(rng: np.random.Generator, size: float) -> Floats:
    """Starts for R(RQ)(RQ)Q (STARTS, 9) over the whole band."""
    apex = np.sort(10 ** rng.uniform(-2.5, 6.5, (STARTS, 2)), axis=1)[:, ::-1]
    r = size * 10 ** rng.uniform(-2.5, 0, (STARTS, 3))
    n, tail = rng.uniform(0.5, 1, (STARTS, 2)), rng.uniform(0.3, 1, STARTS)
    q = 1 / (r[:, 1:] * (2 * np.pi * apex) ** n)
    q3 = 1 / (size * 10 ** rng.uniform(-1.5, 1, STARTS) * OMEGA[-1] ** tail)
    return np.stack([r[:, 0], r[:, 1], q[:, 0], n[:, 0], r[:, 2], q[:, 1], n[:, 1], q3, tail], axis=1)


def errors(n: int, seed: int) -> None:
    """Standard errors against the scatter of repeats."""
    data = repeats(n, seed)
    found = fit_batch(FREQUENCY, data.impedance, MAIN)
    c = calibrated(data, found.values, found.stderr)
    print(
        f"{n} repeats: error / scatter {c.ratio.min():.3f} .. {c.ratio.max():.3f}, 95 % intervals hold "
        f"{100 * c.coverage.min():.1f} .. {100 * c.coverage.max():.1f} %, "
        f"variance / Cramer-Rao bound {c.variance.min():.3f} .. {c.variance.max():.3f}"
    )


def robust(n: int, seed: int) -> None:
    """Two of 61 points displaced by 30 to 200 %: are the parameters right, are the outliers named?"""
    data, where = outliers(n, seed)
    found, cpu = timed(lambda: fit_batch(FREQUENCY, data.impedance, MAIN, robust=True))
    right = (np.abs(found.values - data.truth) <= np.maximum(0.1 * data.truth, 5 * data.sigma)).all(axis=1)
    named = np.array(found.outliers)
    print(
        f"outliers, robust, {n} spectra: {100 * right.mean():.1f} % right, {100 * named[where].mean():.1f} % of the "
        f"outliers named, {100 * named[~where].mean():.2f} % of the sound points, {1e3 * cpu / n:.3g} ms each"
    )


def smoothness(seed: int) -> None:
    """Error of R1 and R2 along a series, free and smooth, and the bias where the course bends."""
    bends("operando", 200, operando(200, seed).truth, 0.005, seed)
    for n, noise, other in ((60, 0.005, 1), (100, 0.003, 2), (200, 0.01, 3)):
        bends(f"another course {other}", n, wandering(n, other), noise, seed)


def bends(title: str, n: int, truth: Floats, noise: float, seed: int, draws: int = 12) -> None:
    """Median error, and the mean error over several noise draws in reported standard errors.

    At the bends: in the twentieth of the series where ln R has its largest second difference.
    """
    model = operando(5, seed).circuit
    free, along, error = [], [], []
    for draw in range(draws):
        z = noisy(np.random.default_rng(1000 * seed + draw), model.impedance(FREQUENCY, truth), noise)
        fits = fit(as_series(z), MAIN)
        smoothed = smooth(fits)
        free.append(fits.values[:, :2])
        along.append(smoothed.values[:, :2])
        error.append(smoothed.stderr[:, :2])
    r = truth[:, :2]
    off = [100 * np.median(np.abs(np.array(v) / r - 1), axis=(0, 1)) for v in (free, along)]
    bias = np.abs(np.mean(along, axis=0) - r) / np.mean(error, axis=0)
    curved = np.argsort(np.abs(np.gradient(np.gradient(np.log(r), axis=0), axis=0)), axis=0)[-n // 20 :]
    there = np.take_along_axis(bias, curved, axis=0).max(axis=0)
    held = 100 * np.mean(np.abs(np.array(along) - r) <= 1.96 * np.array(error), axis=(0, 1))
    print(
        f"smoothness, {title}, {n} spectra, noise {100 * noise:g} %, {draws} draws; R1, R2: median error "
        f"{off[0][0]:.2f}, {off[0][1]:.2f} % free, {off[1][0]:.2f}, {off[1][1]:.2f} % smooth; bias in standard errors "
        f"{there[0]:.2f}, {there[1]:.2f} at the bends, {bias[:, 0].max():.2f}, {bias[:, 1].max():.2f} at most; "
        f"95 % intervals hold {held[0]:.1f}, {held[1]:.1f} %"
    )


def wandering(n: int, seed: int) -> Floats:
    """Another course (n, 9) through the ranges of the operando set, with four to seven knots at random heights."""
    base = operando(200, seed).truth
    rng = np.random.default_rng(seed)
    knots = np.linspace(0, 1, int(rng.integers(4, 8)))
    heights = rng.uniform(0, 1, (len(knots), base.shape[1]))
    height = PchipInterpolator(knots, heights)(np.linspace(0, 1, n))
    low, high = base.min(axis=0), base.max(axis=0)
    exponent = np.isin(np.arange(9), (3, 6, 8))
    return np.where(exponent, low + height * (high - low), low * (high / low) ** height)


def inductance(n: int, seed: int) -> None:
    """Series of 30 with and without 0.3 uH: is the inductor decided right, are R1 and R2 within 3 errors?"""
    decided, inside = {0.0: 0, 3e-7: 0}, []
    for k in range(n):
        for henry in decided:
            data = operando(30, seed)
            z = data.circuit.impedance(FREQUENCY, data.truth) + 1j * OMEGA * henry
            series = as_series(noisy(np.random.default_rng(1000 * seed + k), z, data.noise))
            fits = fit(series, MAIN)
            needed = inductance_needed(fits).needed
            decided[henry] += needed == (henry > 0)
            if henry:
                fits = fit(series, with_inductor(data.circuit)) if needed else fits
                off = [np.abs(fits.column(name)[0] - data.truth[:, j]) for j, name in enumerate(("R1", "R2"))]
                sd = [fits.column(name)[1] for name in ("R1", "R2")]
                inside.append(np.mean(np.array(off) <= 3 * np.array(sd)))
    print(
        f"inductor, {n} series of 30 each: left out where there is none {100 * decided[0.0] / n:.0f} %, "
        f"added at 0.3 uH {100 * decided[3e-7] / n:.0f} %, R1 and R2 then within 3 errors {100 * np.mean(inside):.1f} %"
    )


def long_series(sizes: tuple[int, ...], seed: int) -> None:
    """Time per spectrum and peak memory of long series: the operando series, over and over."""
    z = operando(200, seed).impedance
    for n in sizes:
        series = as_series(np.tile(z, (n // len(z), 1)))
        _, cpu = timed(lambda series=series: fit(series, MAIN))
        print(f"series of {n}: {1e3 * cpu / n:.3g} ms each, peak of this process so far {peak_memory():.0f} MB")


def as_series(z: np.ndarray) -> Series:
    """Impedances (N, F) as a Series."""
    return Series([Spectrum(FREQUENCY, row) for row in z])


if __name__ == "__main__":
    report_engine(int(sys.argv[1]), float(sys.argv[2]))
