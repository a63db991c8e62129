"""eisfit and its peers on the same work in one run: python benchmarks/run.py

Sets with known truth are made from a seed, the optimum of every spectrum is polished from the truth with scipy, then
each tool fits the sets in a process of its own, one thread, all tools in turn, several rounds. Peers that are not
installed are named (pip install -e ".[bench]"). `--engine` measures eisfit alone: other circuits, hard spectra, errors,
outliers, cable inductance, long series.
"""

from __future__ import annotations

import argparse
import os
import platform
import subprocess
import sys
import tempfile
from dataclasses import dataclass, field
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import numpy as np
from judge import calibrated, judged
from peers import TOOLS
from reference import reference
from synthetic import FREQUENCY, Floats, SyntheticSet, cold, operando, repeats
from worker import MISSING

HERE = Path(__file__).resolve().parent
GOOD_GUESS = (20, 15, 1e-7, 0.9, 60, 3e-3, 0.8, 0.3, 0.7)
"""Start values for the operando set, as a user reads them off its first spectrum."""


@dataclass
class Runs:
    """What the rounds of one tool on one set gave."""

    cpu: list[float] = field(default_factory=list)
    peak: float = 0.0
    rows: np.ndarray = field(default_factory=lambda: np.arange(0))
    values: Floats | None = None
    errors: Floats | None = None
    missing: bool = False


def rule_of_thumb(z: np.ndarray) -> Floats:
    """Start values per spectrum (N, 9) as users make them: R1 from the high-frequency end, two equal arcs, the tail."""
    omega = 2 * np.pi * FREQUENCY
    n, tail = 0.85, 0.7
    r1 = np.maximum(z.real.min(axis=1), 1e-3)
    r = np.maximum((z.real.max(axis=1) - r1) / 2, 1e-3)
    q = [1 / (r * (2 * np.pi * f) ** n) for f in (1e4, 10.0)]
    q3 = np.sin(tail * np.pi / 2) / (np.maximum(-z.imag[:, -1], 1e-3) * omega[-1] ** tail)
    exponent = np.full_like(r, n)
    return np.stack([r1, r, q[0], exponent, r, q[1], exponent, q3, np.full_like(r, tail)], axis=1)


def main() -> None:
    options = arguments()
    print(f"{machine()}; seed {options.seed}", flush=True)
    if options.engine:
        raise SystemExit(run("engine.py", options.seed, options.scale))
    size = {"operando": options.spectra, "cold": options.spectra, "repeats": options.repeats}
    series = operando(size["operando"], options.seed)
    single = cold(size["cold"], options.seed + 1)
    again = repeats(size["repeats"], options.seed + 2)
    tools = options.tools or list(TOOLS)
    with tempfile.TemporaryDirectory() as folder:
        where = Path(folder)
        good = np.tile(GOOD_GUESS, (len(series), 1))
        compare("operando series, a good guess given", series, good, tools, options, where)
        compare("cold set, a rule-of-thumb guess given", single, rule_of_thumb(single.impedance), tools, options, where)
        near = again.truth * np.where(np.isin(np.arange(9), (3, 6, 8)), 0.97, 1.15)
        errors_of(again, near, [t for t in tools if t != "eisfit series"], options, where)


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seed", type=int, default=1, help="of every set (default 1)")
    parser.add_argument("--spectra", type=int, default=200, help="in the operando and the cold set (default 200)")
    parser.add_argument("--peer-spectra", type=int, default=40, help="of these that the peers are given (default 40)")
    parser.add_argument("--repeats", type=int, default=400, help="noise draws of one spectrum (default 400)")
    parser.add_argument("--rounds", type=int, default=3, help="all tools in turn, this many times (default 3)")
    parser.add_argument("--tools", nargs="*", choices=list(TOOLS), metavar="TOOL", help=", ".join(TOOLS))
    parser.add_argument("--engine", action="store_true", help="eisfit alone, on everything it should be able to do")
    parser.add_argument("--scale", type=float, default=1.0, help="size of the sets of --engine (default 1)")
    return parser.parse_args()


def machine() -> str:
    """The processor, Python and numpy."""
    name = platform.processor() or platform.machine()
    info = Path("/proc/cpuinfo")
    if info.exists():
        models = [
            line.split(":", 1)[1].strip() for line in info.read_text().splitlines() if line.startswith("model name")
        ]
        name = models[0] if models else name
    return f"{name}, one thread, Python {platform.python_version()}, numpy {np.__version__}"


def compare(
    title: str, data: SyntheticSet, start: Floats, tools: list[str], options: argparse.Namespace, folder: Path
) -> None:
    """One table: speed, share at the optimum, error of the resistances, memory."""
    _, best = reference(data)
    done = rounds(data, start, tools, options, folder)
    base = next((min(done[t].cpu) for t in ("eisfit series", "eisfit") if t in done and done[t].cpu), np.nan)
    print(f"\n{title}: {len(data)} spectra, noise {100 * data.noise:g} %, optimum = at most 1.01 x the reference cost")
    print(
        f"{'tool':32}{'n':>6}{'CPU ms':>10}{'x':>8}{'optimum':>9}{'failed':>8}  {'R1 / R2 / R3 off by %':24}{'MB':>6}"
    )
    for name, runs in done.items():
        if runs.values is None:
            print(f"{label(name):32}{'not installed' if runs.missing else 'failed':>20}")
            continue
        n = len(runs.values)
        v = judged(data.taken(runs.rows), best[runs.rows], runs.values, runs.errors)
        off = " / ".join(f"{x:.2g}" for x in v.error_percent)
        cpu = min(runs.cpu)  # the round least disturbed by whatever else the machine does
        print(
            f"{label(name):32}{n:6}{1e3 * cpu:10.3g}{cpu / base:8.3g}{100 * v.at_optimum:8.1f}%{100 * v.failed:7.1f}%"
            f"  {off:24}{runs.peak:6.0f}"
        )


def errors_of(data: SyntheticSet, start: Floats, tools: list[str], options: argparse.Namespace, folder: Path) -> None:
    """One table: standard errors against the scatter of repeats, coverage, efficiency."""
    done = rounds(data, start, tools, options, folder, once=True, all_spectra=True)
    print(f"\n{len(data)} noise draws of one spectrum, start near the truth; least .. most over the nine parameters")
    print(f"{'tool':32}{'used':>6}  {'error / scatter':18}{'95 % intervals hold':22}{'variance / bound':18}")
    for name, runs in done.items():
        if runs.values is None:
            print(f"{label(name):32}{'not installed' if runs.missing else 'failed':>20}")
            continue
        c = calibrated(data, runs.values, runs.errors)
        if c.used < 10:
            print(f"{label(name):32}{c.used:6}  no standard errors")
            continue
        spans = [
            f"{c.ratio.min():.2f} .. {c.ratio.max():.2f}",
            f"{100 * c.coverage.min():.0f} .. {100 * c.coverage.max():.0f} %",
            f"{c.variance.min():.2f} .. {c.variance.max():.2f}",
        ]
        print(f"{label(name):32}{c.used:6}  {spans[0]:18}{spans[1]:22}{spans[2]:18}")


def label(name: str) -> str:
    """The tool with its version."""
    try:
        return f"{name} ({version(TOOLS[name].package)})"
    except PackageNotFoundError:
        return name


def rounds(
    data: SyntheticSet,
    start: Floats,
    tools: list[str],
    options: argparse.Namespace,
    folder: Path,
    *,
    once: bool = False,
    all_spectra: bool = False,
) -> dict[str, Runs]:
    """All tools in turn, round after round; CPU time per spectrum in seconds."""
    done = {name: Runs() for name in tools}
    for _ in range(1 if once else options.rounds):
        for name, runs in done.items():
            if runs.missing:
                continue
            n = min(options.peer_spectra, len(data)) if TOOLS[name].slow and not all_spectra else len(data)
            runs.rows = np.linspace(0, len(data) - 1, n).astype(int)
            source, target = folder / "in.npz", folder / "out.npz"
            np.savez(source, frequency=FREQUENCY, impedance=data.impedance[runs.rows], start=start[runs.rows])
            code = run("worker.py", name, source, target)
            runs.missing = code == MISSING
            if code == 0:
                with np.load(target) as out:
                    runs.values, runs.errors = out["values"], out["errors"]
                    runs.cpu.append(float(out["cpu"]) / len(runs.values))
                    runs.peak = float(out["peak"])
    return done


def run(script: str, *arguments: object) -> int:
    """Run a script of this folder in a process of its own, one thread; returns its exit code."""
    threads = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMEXPR_NUM_THREADS")
    surroundings = {**os.environ, **dict.fromkeys(threads, "1"), "MPLBACKEND": "Agg"}
    command = [sys.executable, str(HERE / script), *map(str, arguments)]
    return subprocess.run(command, check=False, env=surroundings).returncode


if __name__ == "__main__":
    main()
