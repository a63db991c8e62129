"""Do errors hold: coverage of 95 % intervals over many draws of the noise, case by case.

    python benchmarks/coverage.py [--draws 2000] [--seed 2] [NAME ...]

Each case is one spectrum drawn again and again, fitted without start values. A quantity is covered where its value is
within Student's t times its standard error of the truth; draws in which it is flagged as not resolved are not counted,
and their share is printed. A resistance at its bound and the capacitance of an arc are among the quantities.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import numpy as np
from scipy.stats import t as student

from eisfit import BatchFit, Circuit, fit_batch
from eisfit.roles.structure import structure
from eisfit.tracking.propagation import propagated

Floats = np.ndarray
BAND = np.logspace(6, -2, 65)


@dataclass(frozen=True, slots=True, eq=False)
class Case:
    """One spectrum: circuit, its true parameters, frequencies, noise as a share of |Z| and in ohm.

    slack: relative; a parameter that is not among `watched` (all unless named) is left aside.
    """

    circuit: str
    truth: Mapping[str, float]
    frequency: Floats = field(default_factory=lambda: BAND)
    noise: float = 0.003
    ohm: float = 0.0
    watched: tuple[str, ...] = ()


def cpe(r: float, apex: float, n: float) -> float:
    """Q of an arc with its apex at a frequency in Hz."""
    return (2 * np.pi * apex) ** -n / r


def _arc(name: str, r: float, apex: float, n: float) -> dict[str, float]:
    return {f"R_{name}": r, f"Q_{name}": cpe(r, apex, n), f"Q_{name}_n": n}


def _bound(n: float) -> Case:
    truth = {"R_s": 20.0, **_arc("a", 50.0, 300.0, n)}
    return Case("R_{s}(R_{a}Q_{a})", truth, noise=0.01)


def _fast(times: float, noise: float) -> Case:
    truth = {"R_SE_bulk": 20.0, **_arc("GB", 30.0, times * 1e6, 0.9), **_arc("Int", 100.0, 10.0, 0.85)}
    return Case("R_{SE_bulk}(R_{GB}Q_{GB})(R_{Int}Q_{Int})", truth, noise=noise, watched=("R_SE_bulk", "R_GB", "R_Int"))


def _few(points: int) -> Case:
    truth = {"R_s": 20.0, **_arc("a", 50.0, 300.0, 0.85)}
    return Case("R_{s}(R_{a}Q_{a})", truth, np.logspace(5, 0, points), 0.005)


def _ohm(ohm: float) -> Case:
    truth = {"R_s": 2.0, **_arc("a", 10.0, 1e4, 0.9), **_arc("b", 200.0, 1.0, 0.8)}
    return Case("R_{s}(R_{a}Q_{a})(R_{b}Q_{b})", truth, noise=0.001, ohm=ohm)


def _alone(text: str, truth: dict[str, float]) -> Case:
    return Case(f"R_{{s}}(R_{{a}}Q_{{a}}){text}", {"R_s": 20.0, **_arc("a", 30.0, 1e4, 0.9), **truth})


def cases() -> dict[str, Case]:
    """Every case by its name."""
    near = {"R_s": 20.0, **_arc("a", 50.0, 1000.0, 0.9), **_arc("b", 40.0, 1000 / 10**0.5, 0.9)}
    out = {f"n = {n}": _bound(n) for n in (0.97, 0.985, 0.995, 1.0)}
    for noise in (0.003, 0.01):
        out |= {f"R_GB at {x} f_max, {noise:.1%}": _fast(x, noise) for x in (0.3, 0.5, 1.0, 2.0, 3.0)}
    out |= {f"{points} points": _few(points) for points in (6, 9, 15)}
    out |= {f"noise of {ohm} ohm": _ohm(ohm) for ohm in (0.02, 0.1, 0.3)}
    out["G"] = _alone("G_{g}", {"G_g": 0.01, "G_g_k": 3.0})
    out["T"] = _alone("T_{g}", {"T_g": 1 / 180, "T_g_B": 1.0})
    out["O"] = _alone("O_{g}", {"O_g": 1 / 60, "O_g_B": 1.0})
    out["M"] = _alone("M_{g}", {})
    out["H"] = _alone("H_{g}", {"H_g": 60.0, "H_g_tau": 0.1, "H_g_n": 0.85, "H_g_gamma": 0.6})
    out["two arcs half a decade apart"] = Case("R_{s}(R_{a}Q_{a})(R_{b}Q_{b})", near, noise=0.001)
    return out


def drawn(case: Case, draws: int, seed: int) -> tuple[Circuit, Floats, Floats]:
    """Circuit, true parameters (P,), noisy impedances (N, F)."""
    circuit = Circuit(case.circuit)
    truth = np.array([case.truth.get(name, p.value) for name, p in zip(circuit.names, circuit.parameters, strict=True)])
    z = circuit.impedance(case.frequency, truth)
    rng = np.random.default_rng(seed)
    size = np.hypot(case.noise * np.abs(z), case.ohm)
    shape = draws, len(z)
    return circuit, truth, z + size * (rng.standard_normal(shape) + 1j * rng.standard_normal(shape))


def in_order(circuit: Circuit, truth: Floats, fits: BatchFit) -> tuple[Floats, Floats, Floats, np.ndarray]:
    """Values, covariance, errors and resolution with alike arcs by ascending time constant, as in the truth."""
    arcs = [arc for arc in structure(circuit).arcs if len(arc.columns) == 3]
    values, covariance, stderr, resolved = (
        np.array(x) for x in (fits.values, fits.covariance, fits.stderr, fits.resolved)
    )
    if len(arcs) == 2:
        a, b = (list(arc.columns) for arc in arcs)
        slower = np.sign(np.log(arcs[1].tau(truth[None]) / arcs[0].tau(truth[None])))
        other = np.sign(np.log(arcs[1].tau(values) / arcs[0].tau(values))) == -slower
        order = np.arange(len(truth))
        order[a], order[b] = b, a
        rows = np.flatnonzero(other)
        values[rows], stderr[rows], resolved[rows] = (x[rows][:, order] for x in (values, stderr, resolved))
        covariance[rows] = covariance[rows][:, order][:, :, order]
    return values, covariance, stderr, resolved


def covered(case: Case, draws: int, seed: int) -> Iterator[tuple[str, float, float, float]]:
    """Per quantity: name, coverage of what counts, share that is not resolved, error over scatter."""
    circuit, truth, z = drawn(case, draws, seed)
    fits = fit_batch(case.frequency, z, circuit)
    values, covariance, stderr, resolved = in_order(circuit, truth, fits)
    quantile = student.ppf(0.975, np.maximum(2 * fits.points_used - fits.n_free, 1))
    watched = case.watched or circuit.names
    for k, name in enumerate(circuit.names):
        if name in watched:
            yield (name, *_held(values[:, k], stderr[:, k], resolved[:, k], truth[k], quantile))
    if case.watched:
        return
    for arc in structure(circuit).arcs:
        value, error = propagated(arc.capacitance, values, covariance, arc.columns)
        told = resolved[:, arc.columns[0]]
        yield (f"C of {arc.resistor}", *_held(value, error, told, float(arc.capacitance(truth[None])[0]), quantile))


def _held(
    value: Floats, stderr: Floats, told: np.ndarray, truth: float, quantile: Floats
) -> tuple[float, float, float]:
    if not told.any():
        return np.nan, 1.0, np.nan
    inside = np.abs(value - truth) <= quantile * stderr
    ratio = float(np.sqrt(np.mean(stderr[told] ** 2)) / np.std(value[told] - truth))
    return float(np.mean(inside[told])), float(np.mean(~told)), ratio


def main() -> None:
    """Print the coverage of the cases."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*")
    parser.add_argument("--draws", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=2)
    asked = parser.parse_args()
    for name, case in cases().items():
        if asked.names and not any(part in name for part in asked.names):
            continue
        began = time.process_time()
        rows = list(covered(case, asked.draws, asked.seed))
        print(f"{name}: {case.circuit}, {asked.draws} draws, {time.process_time() - began:.1f} s")
        for quantity, held, lost, ratio in rows:
            print(f"    {quantity:14s} {100 * held:6.1f} % held, {100 * lost:5.1f} % open, error/scatter {ratio:.2f}")


if __name__ == "__main__":
    main()
