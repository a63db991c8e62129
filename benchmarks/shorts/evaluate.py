"""How well the detector of shorts does, family by family. Writes RESULTS.md and, beside it, roc.svg.

    python benchmarks/shorts/evaluate.py [--series 250] [--seeds report|tuning] [--out benchmarks/shorts/RESULTS.md]

Limits were chosen with the seeds "tuning" and are frozen; what is reported comes from the seeds "report". Each family
is drawn anew for every kind of cell. Intervals are those of Clopper and Pearson, 95 %.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parent))
sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from cells import CELLS, Course, Floats, measured
from families import NEGATIVE, Family, heating_and_wetting, shorted
from size import size_of_leaks

from eisfit.shorts import detect_shorts

SEEDS = {"tuning": 41, "report": 2026}
RATIOS = (0.02, 0.1, 0.2, 0.3, 0.5, 0.7, 1.0, 1.5, 2.0, 3.0, 5.0, 10.0)
ALARM = ("soft", "hard")
FALSE = (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1)
"""Shares of false alarms at which the ROC curves are printed."""


@dataclass(frozen=True)
class Setup:
    """How a family is measured and judged."""

    name: str = "1 MHz to 10 mHz, 5 to 10 points a decade"
    frequency: Floats | None = None
    baseline: int = 3


SETUPS = (
    Setup(),
    Setup("nine frequencies, 1 MHz to 10 mHz", np.logspace(6, -2, 9)),
    Setup("narrow band, 500 to 0.8 Hz, 20 frequencies", np.geomspace(500, 0.8, 20)),
    Setup("baseline of one spectrum", baseline=1),
)


@dataclass(frozen=True)
class Outcome:
    """Every spectrum of a family: is it shorted, its level, score, R_short over the truth with its interval."""

    shorted: np.ndarray
    level: np.ndarray
    score: Floats
    ratio: Floats
    low: Floats
    high: Floats
    series: np.ndarray

    def share(self, levels: Sequence[str], where: np.ndarray) -> tuple[int, int]:
        """How many of the spectra `where` have one of the levels, and how many they are."""
        return int(np.isin(self.level[where], levels).sum()), int(where.sum())


def run(family: Family, kinds: Iterable[str], n: int, seed: int, setup: Setup) -> Outcome:
    """n series of a family for every kind of cell."""
    rows = [row for k, kind in enumerate(kinds) for i in range(n) for row in _series(family, kind, [i, k, seed], setup)]
    shorted_, level, score, ratio, low, high, series = zip(*rows, strict=True)
    numbers = [np.array(x, float) for x in (score, ratio, low, high)]
    return Outcome(np.array(shorted_, bool), np.array(level), *numbers, np.array(series))


def _series(family: Family, kind: str, seed: list[int], setup: Setup) -> list[tuple[object, ...]]:
    rng = np.random.default_rng(seed)
    course: Course = family(rng, CELLS[kind](rng))
    if setup.frequency is not None:
        course = replace(course, frequency=setup.frequency)
    found = detect_shorts(measured(course, rng), baseline=setup.baseline)
    truth = np.where(course.leak > 0, 1 / np.maximum(course.leak, 1e-12), np.nan)
    columns = (found.R_short / truth, found.R_short_low / truth, found.R_short_high / truth)
    return list(zip(course.leak > 0, found.level, found.score, *columns, [f"{kind}{seed}"] * len(truth), strict=True))


def clopper_pearson(k: int, n: int) -> tuple[float, float]:
    """95 % interval of a share k / n."""
    from scipy.stats import beta

    low = beta.ppf(0.025, k, n - k + 1) if k else 0.0
    return float(low), float(beta.ppf(0.975, k + 1, n - k)) if k < n else 1.0


def percent(k: int, n: int) -> str:
    """k / n with its interval."""
    low, high = clopper_pearson(k, n)
    return f"{100 * k / n:.2f} ({100 * low:.2f} to {100 * high:.2f})"


def false_alarms(outcomes: dict[str, Outcome]) -> list[str]:
    """A table of the families without a short."""
    lines = ["| family | spectra | soft or hard, % | suspect, % | series with an alarm, % |", "|---|---|---|---|---|"]
    for name, o in outcomes.items():
        every = np.ones(len(o.level), bool)
        alarmed = {s for s, x in zip(o.series, np.isin(o.level, ALARM), strict=True) if x}
        k, n = o.share(ALARM, every)
        suspect = o.share(["suspect"], every)[0]
        per_series = percent(len(alarmed), len(set(o.series)))
        lines.append(f"| {name} | {n} | {percent(k, n)} | {100 * suspect / n:.2f} | {per_series} |")
    return lines


def detection(outcomes: dict[str, Outcome], negatives: Floats) -> list[str]:
    """A table over rho."""
    lines = [
        "| short | spectra | soft or hard, % | hard, % | at least suspect, % | alarms before it, % | AUC "
        "| found at 1 % false alarms, % | R_short in its interval, % | width / R_short |",
        "|---|---|---|---|---|---|---|---|---|---|",
    ]
    limit = np.quantile(negatives, 0.99)
    for name, o in outcomes.items():
        on = o.shorted
        inside = (o.low[on] <= 1) & ~(o.high[on] < 1)
        width = np.nanmedian(np.where(np.isfinite(o.high[on]), o.high[on] - o.low[on], np.inf))
        cells = [
            percent(*o.share(ALARM, on)),
            f"{_share(o, ['hard'], on):.1f}",
            f"{_share(o, ['suspect', *ALARM], on):.1f}",
            f"{_share(o, ALARM, ~on):.2f}",
            f"{area_under_curve(negatives, o.score[on]):.3f}",
            f"{100 * np.mean(o.score[on] > limit):.1f}",
            percent(int(inside.sum()), int(on.sum())),
            "no upper end" if np.isinf(width) else f"{width:.2g}",
        ]
        lines.append(f"| {name} | {int(on.sum())} | " + " | ".join(cells) + " |")
    return lines


def _share(o: Outcome, levels: Sequence[str], where: np.ndarray) -> float:
    k, n = o.share(levels, where)
    return 100 * k / max(n, 1)


def area_under_curve(negatives: Floats, positives: Floats) -> float:
    """Area under the ROC curve: how often a shorted spectrum scores above one that is not, ties counted half."""
    ordered = np.sort(negatives)
    below, upto = np.searchsorted(ordered, positives, "left"), np.searchsorted(ordered, positives, "right")
    return float(np.mean(below + upto) / (2 * len(ordered)))


def roc_table(outcomes: dict[str, Outcome], negatives: Floats) -> list[str]:
    """ROC curves as a table: shorted spectra with a score above that of so many spectra without a short."""
    limits = [np.quantile(negatives, 1 - share) for share in FALSE]
    lines = [
        "| found, %, at false alarms of | " + " | ".join(f"{100 * share:g} %" for share in FALSE) + " |",
        "|---" * (len(FALSE) + 1) + "|",
    ]
    for name, o in outcomes.items():
        found = [100 * np.mean(np.nan_to_num(o.score[o.shorted]) > limit) for limit in limits]
        lines.append(f"| {name} | " + " | ".join(f"{x:.1f}" for x in found) + " |")
    return lines


def draw_roc(outcomes: dict[str, Outcome], negatives: Floats, path: Path) -> None:
    """The same curves as a figure."""
    from matplotlib.figure import Figure

    figure = Figure((5.0, 3.6), layout="constrained")
    ax = figure.add_subplot()
    levels = np.unique(np.concatenate([negatives, [-1.0, 2.0]]))
    false = 1 - np.searchsorted(np.sort(negatives), levels, "right") / len(negatives)
    for name, o in outcomes.items():
        scores = np.sort(np.nan_to_num(o.score[o.shorted]))
        ax.plot(100 * false, 100 * (1 - np.searchsorted(scores, levels, "right") / len(scores)), lw=0.9, label=name)
    ax.set_xscale("symlog", linthresh=0.01)
    ax.set_xlim(0, 100)
    ax.set_ylim(0, 101)
    ax.set_xlabel("False alarms (% of spectra without a short)")
    ax.set_ylabel("Found (% of shorted spectra)")
    ax.legend(fontsize=6, ncols=2, loc="lower right")
    figure.savefig(path, metadata={"Date": None})


def half_found(outcomes: dict[str, Outcome], ratios: Sequence[float], levels: Sequence[str]) -> float:
    """The ratio at which half of the spectra have one of the levels, between the measured ones in ln rho."""
    shares = np.array([_share(o, levels, o.shorted) for o in outcomes.values()])
    return float(np.exp(np.interp(-50, -shares, np.log(ratios))))


def report(n: int, seed: int, roc: Path) -> Iterable[str]:
    """RESULTS.md, line by line; draws the ROC curves into a file."""
    yield "# How well shorts are found"
    yield ""
    yield f"By `benchmarks/shorts/evaluate.py`; {n} series of 12 spectra per family and kind of cell, seed {seed}."
    yield "The limits are the defaults, chosen with other seeds. Everything is synthetic."
    for setup in SETUPS:
        size = n if setup is SETUPS[0] else max(n // 4, 10)
        yield from _chapter(setup, size, seed, roc)
    yield from size_of_leaks(max(n // 4, 2), seed)


def _chapter(setup: Setup, n: int, seed: int, roc: Path) -> Iterable[str]:
    main = setup is SETUPS[0]
    negatives = {name: run(family, CELLS, n, seed, setup) for name, family in NEGATIVE.items()}
    if main:
        negatives["lithiation_drop"] = run(NEGATIVE["lithiation_drop"], ["half, wide"], max(1000, n), seed, setup)
    scores = np.concatenate([np.nan_to_num(o.score) for o in negatives.values()])
    negatives["heating_and_wetting"] = run(heating_and_wetting, CELLS, n, seed, setup)
    steady = {f"rho {r:g}": run(shorted(r), CELLS, n, seed, setup) for r in RATIOS}
    ways = [(r, how) for how in ("growing", "intermittent", "inside") for r in (0.3, 0.7)] if main else []
    others = {f"{how}, rho {r:g}": run(shorted(r, how), CELLS, n, seed, setup) for r, how in ways}
    yield from ("", f"## {setup.name}", "", "### No short", "", *false_alarms(negatives), "", "### A short", "")
    yield from detection(steady | others, scores)
    yield from ("", *roc_table(steady, scores))
    if main:
        draw_roc(steady, scores, roc)
        yield from ("", f"The ROC curves of this band, by the score of single spectra: `{roc.name}`.")
    suspect = half_found(steady, RATIOS, ["suspect", *ALARM])
    yield from ("", f"Half of the spectra are at least suspect up to rho = {suspect:.2g}, an alarm up to rho = "
                f"{half_found(steady, RATIOS, ALARM):.2g}.")  # fmt: skip


def main() -> None:
    """Run, print the time, write the file."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--series", type=int, default=250, help="series per family and kind of cell")
    parser.add_argument("--seeds", choices=SEEDS, default="report")
    parser.add_argument("--out", type=Path, default=Path(__file__).with_name("RESULTS.md"))
    options = parser.parse_args()
    start = time.perf_counter()
    text = "\n".join(report(options.series, SEEDS[options.seeds], options.out.with_name("roc.svg"))) + "\n"
    options.out.write_text(text, encoding="utf-8")
    print(f"{options.out}: {time.perf_counter() - start:.0f} s")


if __name__ == "__main__":
    main()
