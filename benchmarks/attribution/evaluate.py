"""How often arcs of half cells are given to the right electrode. Writes RESULTS.md.

    python benchmarks/attribution/evaluate.py [--seeds 100] [--out benchmarks/attribution/RESULTS.md]

Each seed draws a half cell A|electrolyte|B and the symmetric cells A|A and B|B: the electrolyte with its grain
boundaries, an interface of A, of B, of both in one window, or of both apart. Cells are pressed anew: resistances differ
by 20 % from cell to cell, time constants by 30 % (standard deviation of the logarithm). In the half cell R_Int runs
through a factor of up to three along six spectra, in the symmetric cells it creeps by 5 %. Everything is synthetic, and
every cell is fitted like measured ones, without the truth; "an arc too many": the symmetric cells with one arc more
than they have.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import eisfit as ef

Floats = NDArray[np.float64]
FREQUENCY = np.logspace(6, -2, 57)
SPECTRA = 6
OHMS, TIMES = 0.2, 0.3
"""Standard deviation of ln R and of ln tau from cell to cell."""


class Interface(NamedTuple):
    """One interface: resistance (ohm), apex frequency (Hz), exponent."""

    ohm: float
    apex: float
    n: float


class Truth(NamedTuple):
    """A pair of electrodes: the interfaces of A and of B, and to whom the interface arcs of the half cell belong."""

    A: Interface | None
    B: Interface | None
    belongs: tuple[str, ...]


def log_uniform(rng: np.random.Generator, low: float, high: float) -> float:
    return float(np.exp(rng.uniform(np.log(low), np.log(high))))


def interface(rng: np.random.Generator, low: float = 0.3, high: float = 300.0) -> Interface:
    return Interface(log_uniform(rng, 10, 100), log_uniform(rng, low, high), rng.uniform(0.75, 0.95))


def only_a(rng: np.random.Generator) -> Truth:
    """The interface of A alone is seen."""
    return Truth(interface(rng), None, ("A",))


def only_b(rng: np.random.Generator) -> Truth:
    """The interface of B alone is seen."""
    return Truth(None, interface(rng), ("B",))


def one_window(rng: np.random.Generator) -> Truth:
    """Both interfaces in one window, neither above three quarters."""
    a = interface(rng)
    return Truth(
        a, Interface(a.ohm * log_uniform(rng, 0.4, 2.5), a.apex * log_uniform(rng, 0.7, 1.4), a.n), ("shared",)
    )


def two_windows(rng: np.random.Generator) -> Truth:
    """Two interfaces, a hundredfold and more apart."""
    slow, fast = interface(rng, 0.2, 1.0), interface(rng, 100.0, 500.0)
    return Truth(slow, fast, ("B", "A"))


def near_windows(rng: np.random.Generator) -> Truth:
    """Two interfaces, three- to thirtyfold apart."""
    slow = interface(rng, 0.3, 10.0)
    return Truth(slow, slow._replace(apex=slow.apex * log_uniform(rng, 3, 30)), ("B", "A"))


CASES = {
    "only A": only_a,
    "only B": only_b,
    "both, one window": one_window,
    "both, a hundredfold apart and more": two_windows,
    "both, 3 to 30 times apart": near_windows,
    "only A, an arc too many": only_a,
}


def study(
    parts: list[Interface], rng: np.random.Generator, noise: float, course: Floats, arcs: int | None = None
) -> ef.Study:
    """A cell of these interfaces on an electrolyte of its own draw, fitted with as many arcs, or with so many."""
    bulk, boundary = log_uniform(rng, 15, 40), Interface(log_uniform(rng, 8, 30), 1.5e5, 0.88)
    rows = [[bulk, *arc(boundary, 1.0), *(v for one in parts for v in arc(one, factor))] for factor in course]
    truth, model = (circuit(k) for k in (len(parts), len(parts) if arcs is None else arcs))
    return ef.analyse(
        ef.simulate(truth, FREQUENCY, np.array(rows), noise=noise, seed=int(rng.integers(2**31))), circuit=model
    )


def circuit(interfaces: int) -> ef.Circuit:
    return ef.Circuit("R_{SE,bulk}(R_{GB}Q_{GB})" + "".join(f"(R_{{{k}}}Q_{{{k}}})" for k in range(1, interfaces + 1)))


def arc(one: Interface, factor: float) -> tuple[float, float, float]:
    """R, Q, n of an interface whose resistance is `factor` times its own, at constant capacitance."""
    ohm = one.ohm * factor
    return ohm, (factor / (2 * np.pi * one.apex)) ** one.n / ohm, one.n


def pressed(one: Interface, rng: np.random.Generator, times: float = 1.0) -> Interface:
    """The same interface in another cell, so many times in series."""
    ohm = times * one.ohm * np.exp(OHMS * rng.standard_normal())
    return one._replace(ohm=float(ohm), apex=float(one.apex * np.exp(TIMES * rng.standard_normal())))


def judged(case: str, seed: int, noise: float) -> Iterable[tuple[str, str]]:
    """(truth, verdict) of every arc of one half cell, the grain boundaries first."""
    rng = np.random.default_rng([seed, list(CASES).index(case)])
    truth = CASES[case](rng)
    creep, swing = np.linspace(1, 1.05, SPECTRA), np.exp(np.log(rng.uniform(1, 3)) * np.sin(np.arange(SPECTRA)) / 2)
    own = [one for one in (truth.A, truth.B) if one]
    half = study(sorted(own, key=lambda one: -one.apex), rng, noise, swing, 1 if case == "both, one window" else None)
    more = case.endswith("too many")
    cells = {
        name: study([pressed(one, rng, 2.0)] if one else [], rng, noise, creep, bool(one) + more)
        for name, one in (("A", truth.A), ("B", truth.B))
    }
    found = {one.arc.role: one.belongs for one in ef.attribute(half, cells).arcs}
    roles = [role for role in half.track.assigned if role != "R_SE_bulk"]
    expected = ("shared", *truth.belongs)
    return [(want, found.get(role, "not resolved")) for want, role in zip(expected, roles, strict=True)]


def graded(truth: str, verdict: str) -> str:
    return "right" if truth == verdict else "open" if verdict in ("cannot be told", "not resolved") else "wrong"


def report(seeds: int, levels: Sequence[float]) -> Iterable[str]:
    """RESULTS.md, line by line."""
    yield from ("# To which electrode arcs are given", "")
    yield f"By `benchmarks/attribution/evaluate.py`, {seeds} seeds per line; everything is synthetic."
    yield from ("", "| case | noise | arcs | right, % | cannot be told, % | wrong, % |", "|---|---|---|---|---|---|")
    for noise in levels:
        for case in CASES:
            pairs = [pair for seed in range(seeds) for pair in judged(case, seed, noise)]
            count = Counter(graded(*pair) for pair in pairs)
            shares = " | ".join(f"{100 * count[k] / len(pairs):.1f}" for k in ("right", "open", "wrong"))
            yield f"| {case} | {100 * noise:g} % | {len(pairs)} | {shares} |"


def main() -> None:
    """Run, print the time, write the file."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, default=100)
    parser.add_argument("--noise", type=float, nargs="+", default=[0.003, 0.01], help="shares of |Z|")
    parser.add_argument("--out", type=Path, default=Path(__file__).with_name("RESULTS.md"))
    options = parser.parse_args()
    start = time.perf_counter()
    options.out.write_text("\n".join(report(options.seeds, options.noise)) + "\n", encoding="utf-8")
    print(f"{options.out}: {time.perf_counter() - start:.0f} s")


if __name__ == "__main__":
    main()
